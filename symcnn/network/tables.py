"""Connection tables: which input maps an output map sees, or only how many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr, Integer, S

from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.layers.base import Table
from symcnn.network.scope import Scope, evaluate

_LONGEST = 1 << 16  # maps that one range may name
MAX_NAMED = 1 << 20  # maps that all rows may name


def read_table(
    value: syntax.Size | syntax.Table, number: Callable[[syntax.Expr], Expr], scope: Scope
) -> Table:
    """Return the connection table that is written; `number` reads counts and fan-ins.

    Raises NetworkError for a row that is no range, list or count, or names a map twice, and for too
    many maps in all.
    """
    if not isinstance(value, syntax.Table):
        raise NetworkError("a table is needed here", value.span, hint="as in table [0..2, [0, 3], 6 of 4]")
    counted: list[tuple[Expr, Expr]] = []
    rows: list[tuple[int, ...]] = []
    named = 0
    for item in value.items:
        if isinstance(item, syntax.Times):
            counted.append((number(item.count), number(item.fan_in)))
        else:
            row = _row(scope, item)
            rows.append(row)
            named += len(row)
            if named > MAX_NAMED:
                raise NetworkError(f"a table names at most {MAX_NAMED} maps", item.span)
            counted.append((S.One, Integer(len(row))))
    merged: dict[Expr, Expr] = {}
    for count, fan_in in counted:
        merged[fan_in] = merged.get(fan_in, S.Zero) + count
    return Table(tuple((count, fan_in) for fan_in, count in merged.items()), tuple(rows))


def _row(scope: Scope, item: Any) -> tuple[int, ...]:
    if isinstance(item, syntax.Range):
        first, last = (_index(scope, end) for end in (item.first, item.last))
        if last < first:
            raise NetworkError(f"the range {first}..{last} is empty", item.span)
        if last - first >= _LONGEST:
            raise NetworkError("a row of a table names at most 65536 maps", item.span)
        return tuple(range(first, last + 1))
    if not isinstance(item, syntax.Table):
        raise NetworkError(
            "a row of the table is a range, a list, or 'count of inputs'",
            item.span,
            hint="as in 0..2, [0, 3], 6 of 4",
        )
    row: list[int] = []
    for entry in item.items:
        if isinstance(entry, syntax.Table | syntax.Times):
            raise NetworkError("a row names input maps by number", entry.span)
        row.extend(_row(scope, entry) if isinstance(entry, syntax.Range) else [_index(scope, entry)])
    if len(set(row)) != len(row):
        raise NetworkError("a row names an input map twice", item.span)
    return tuple(row)


def _index(scope: Scope, node: syntax.Expr) -> int:
    value = evaluate(node, scope)
    if not (value.is_Integer and value >= 0):
        raise NetworkError("an input map is a number from 0", node.span)
    return int(value)
