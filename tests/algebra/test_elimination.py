"""Equalities that are solved: at the points that meet them, what is put in is what it replaces."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from sympy import Expr

from symcnn.algebra.conditions import Condition
from symcnn.algebra.elimination import solved
from symcnn.algebra.exact import evaluate
from symcnn.symbols import symbol

I, K = symbol("I"), symbol("K")
X, R = symbol("x", "integer"), symbol("r", "rational")
VALUES = {
    I: range(1, 8), K: range(1, 8), X: range(-7, 8), R: [Fraction(n, 2) for n in range(-14, 15)],
}  # fmt: skip


def points(letters: list[Expr], conditions: list[Condition]) -> list[dict[Expr, int | Fraction]]:
    box = (dict(zip(letters, values, strict=True)) for values in product(*(VALUES[s] for s in letters)))
    return [point for point in box if all(c.holds(point) for c in conditions)]


@pytest.mark.parametrize(
    ("equation", "symbol_", "value"),
    [
        (I - 2 * K, I, 2 * K),
        (X - 2 * K + 3, X, 2 * K - 3),  # may be negative: nothing is left to be known of it
        (I - R, R, I),  # not I by R, which need not be whole
        (2 * R - I, None, None),
        (X - R, R, X),
    ],
    ids=str,
)
def test_a_symbol_is_replaced_by_its_value(equation: Expr, symbol_: Expr | None, value: Expr | None) -> None:
    conditions = [Condition(equation, "==")]
    replaced, left = solved(conditions)
    assert replaced == ({} if symbol_ is None else {symbol_: value})
    if symbol_ is None:
        assert left == tuple(conditions)
        return
    others = sorted(equation.free_symbols - {symbol_}, key=str)
    met = points([symbol_, *others], conditions)
    assert met and all(evaluate(replaced[symbol_], p) == p[symbol_] for p in met)
    # what is left says of the other symbols just that there is such a value
    remaining = points(others, list(left))
    inside = [p for p in remaining if evaluate(replaced[symbol_], p) in VALUES[symbol_]]
    assert sorted(map(str, inside)) == sorted(str({s: p[s] for s in others}) for p in met)
    if symbol_.is_nonnegative:
        assert all(evaluate(replaced[symbol_], p) >= 1 for p in remaining)
