"""Tables for programs: CSV and JSON, formulas in the language, numbers exact."""

from __future__ import annotations

import csv
import io
from typing import Any

from sympy import Expr

from symcnn.render.cells import Cell, Table, cell_ascii, note_text, words
from symcnn.render.text import exact_json


def to_csv(table: Table, *, network: str | None = None) -> str:
    """Return the columns, rows and totals as CSV (RFC 4180, but lines end in a line feed).

    With `network`, its name stands in a first column, to tell the rows of several apart.

    Text that a spreadsheet would take for a formula gets a leading apostrophe; whole
    numbers stay numbers, negative ones too.

    >>> from symcnn.render.cells import Column
    >>> print(to_csv(Table("", (Column("layer", "layer"),), (("=cmd()",), ("conv 3x3",)))), end="")
    layer
    '=cmd()
    conv 3x3
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    first = [] if network is None else [_harmless(network)]
    writer.writerow([*(["network"] if first else []), *(_harmless(column.key) for column in table.columns)])
    for row in (*table.rows, *([table.total] if table.total else [])):
        writer.writerow([*first, *(_field(cell) for cell in row)])
    return stream.getvalue()


def to_json(table: Table) -> dict[str, Any]:
    """Return the table for JSON: integers beyond 2**53 as strings, formulas as text of the language.

    >>> from sympy import Integer
    >>> from symcnn.render.cells import Column
    >>> to_json(Table("net", (Column("macs", "macs"),), ((Integer(2**60),), (None,))))["rows"]
    [{'macs': '1152921504606846976'}, {'macs': None}]
    """
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, map(_value, row), strict=True)) for row in table.rows]
    total = None
    if table.total is not None:
        total = {k: _value(cell) for k, cell in zip(keys, table.total, strict=True) if cell != ""}
    return {
        "schema": "symcnn/table/1",
        "title": words(table.title),
        "columns": [{"key": column.key, "heading": column.heading} for column in table.columns],
        "rows": rows,
        "total": total,
        "notes": [note_text(note, ascii=True) for note in table.notes],
    }


def _field(cell: Cell) -> str:
    written = cell_ascii(cell)
    whole = isinstance(cell, Expr) and cell.is_Integer
    return written if whole else _harmless(written)


def _harmless(written: str) -> str:
    return f"'{written}" if written.startswith(("=", "+", "-", "@")) else written


def _value(cell: Cell) -> Any:
    if cell is None:
        return None
    if isinstance(cell, tuple):
        return [_value(part) for part in cell]
    if isinstance(cell, Expr) and cell.is_Integer:
        return exact_json(cell)
    return cell_ascii(cell)
