"""Compiled formulas against the exact evaluation of the algebra, node by node and at every magnitude."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numeric.formulas import (
    KINDS,
    LETTERS,
    A,
    arrays,
    compiled,
    formula,
    on_arrays,
    points,
    value_at,
)
from profiles import MANY
from sympy import Expr

from symcnn.errors import DomainError
from symcnn.numeric.evaluator import Compiled
from symcnn.numeric.kernel import Width

ALL = (*LETTERS, A)
RANDOM = st.randoms(use_true_random=False)
SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def drawn(random: Random, depth: int, rational: bool = False) -> Expr:
    """Return a formula that SymPy has not found to be undefined while it was made."""
    for _ in range(20):
        try:
            found = formula(random, depth, rational)
        except (ZeroDivisionError, TypeError, ValueError):
            continue  # SymPy's own: 0**-1, a comparison of what is not real
        if not found.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I):
            return found
    return LETTERS[0]


def on_numbers(function: Compiled, point: dict[Any, Any]) -> Any:
    try:
        return function({s.name: point[s] for s in ALL})
    except DomainError:
        return None


def all_same(found: list[Any], wanted: list[Any]) -> bool:
    return len(found) == len(wanted) and all(map(same, found, wanted))


def same(found: Any, wanted: Any) -> bool:
    """Whether two values are equal and of one type: 4/2 must come out as the int 2."""
    return type(found) is type(wanted) and found == wanted


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_each_kind_of_node(kind: int) -> None:
    """Every kind at the top of twenty formulas, so that none depends on luck."""
    random = Random(kind)
    for _ in range(20):
        try:
            expr = KINDS[kind](random, lambda less=1: formula(random, random.choice((0, 0, 1)), True))
        except (ZeroDivisionError, TypeError, ValueError):
            continue  # SymPy's own
        if expr.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I):
            continue
        function = compiled([expr], ALL)
        for point in points(random, 6):
            assert same(on_numbers(function, point), value_at(expr, point)), expr


@settings(SLOW, max_examples=MANY)
@given(random=RANDOM, seed=st.integers(0, 2**32), depth=st.integers(1, 4), rational=st.booleans())
def test_numbers(random: Random, seed: int, depth: int, rational: bool) -> None:
    expr = drawn(random, depth, rational)
    function = compiled([expr], ALL)
    for point in points(Random(seed), 8):
        wanted = value_at(expr, point)
        assert same(on_numbers(function, point), wanted)


@SLOW
@given(random=RANDOM, seed=st.integers(0, 2**32), depth=st.integers(1, 4), rational=st.booleans())
def test_arrays(random: Random, seed: int, depth: int, rational: bool) -> None:
    expr = drawn(random, depth, rational)
    rows = [(p, w) for p in points(Random(seed), 16) if (w := value_at(expr, p)) is not None]
    if rows:
        (found,) = on_arrays(compiled([expr], ALL), arrays([p for p, _ in rows], ALL))
        assert all_same(found.tolist(), [w for _, w in rows])


@SLOW
@given(random=RANDOM, seed=st.integers(0, 2**32), depth=st.integers(1, 4))
def test_a_row_without_a_value_is_an_error_that_names_it(random: Random, seed: int, depth: int) -> None:
    expr = drawn(random, depth)
    drawn_points = points(Random(seed), 8)
    values = [value_at(expr, p) for p in drawn_points]
    function = compiled([expr], ALL)
    if None not in values:
        return
    for rows in (1, 3, 4096):
        with pytest.raises(DomainError, match=rf"^error: row {values.index(None)}: "):
            on_arrays(function, arrays(drawn_points, ALL), rows=rows)


@settings(SLOW, max_examples=25)  # eleven runs of each
@given(random=RANDOM, seed=st.integers(0, 2**32), depth=st.integers(2, 4))
def test_widths_blocks_and_order_change_nothing(random: Random, seed: int, depth: int) -> None:
    exprs = [drawn(random, depth), drawn(random, depth - 1)]
    rows = [p for p in points(Random(seed), 20) if all(value_at(e, p) is not None for e in exprs)]
    function = compiled(exprs, ALL)
    if not rows:
        return
    wanted = [found.tolist() for found in on_arrays(function, arrays(rows, ALL))]
    for least in Width:
        for size in (1, 7, 4096):
            found = on_arrays(function, arrays(rows, ALL), rows=size, least=least)
            assert [a.tolist() for a in found] == wanted
            assert [a.dtype for a in found] == [a.dtype for a in on_arrays(function, arrays(rows, ALL))]
    order = list(range(len(rows)))
    Random(seed).shuffle(order)
    permuted = on_arrays(function, arrays([rows[at] for at in order], ALL), rows=7)
    assert [a.tolist() for a in permuted] == [[values[at] for at in order] for values in wanted]


def test_every_kind_of_node_comes_up() -> None:
    """What the generator makes is what the tests above are about."""
    random = Random(5)
    made = [drawn(random, 3, True) for _ in range(40 * len(KINDS))]
    kinds = {node.func.__name__ for expr in made for node in sympy.preorder_traversal(expr)}
    assert {
        "Add", "Mul", "Pow", "FloorDiv", "Mod", "Max", "Min", "Abs", "floor", "ceiling", "Gcd", "FloorLog2",
        "Divisible", "Sum",
    } <= kinds  # fmt: skip


@pytest.mark.slow
def test_a_million_points(record_property: Callable[[str, object], None]) -> None:
    """A million formula-points: formulas at rows of their own, by arrays against one evaluation per row."""
    random, count, formulas, wide = Random(20), 0, 0, 0
    while count < 1_000_000:
        expr = drawn(random, random.randint(1, 4), random.random() < 0.3)
        rows = [(p, w) for p in points(random, 200) if (w := value_at(expr, p)) is not None]
        if not rows:
            continue
        (found,) = on_arrays(compiled([expr], ALL), arrays([p for p, _ in rows], ALL), rows=64)
        assert all_same(found.tolist(), [w for _, w in rows]), expr
        count, formulas, wide = count + len(rows), formulas + 1, wide + (found.dtype.kind == "O")
    record_property("points", count)
    record_property("formulas", formulas)
    record_property("beyond 64 bits", wide)
    assert wide > 100  # values beyond 64 bits were among them
