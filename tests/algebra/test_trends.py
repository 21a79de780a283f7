"""A trend that is claimed holds at every step, and the usual ones are found."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import evaluate
from symcnn.algebra.functions import Gcd, Max, Min
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.algebra.trends import is_monotone, trend
from symcnn.symbols import bound, index, symbol

I, K, P, i, j = symbol("I"), symbol("K"), symbol("P"), index("i"), bound("j")
LEAVES = [I, K, P, i, sympy.Integer(1), sympy.Integer(3), 2**i, 3 ** (i - 1), i**2]
formulas = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda ab: ab[0] + ab[1]),
        st.tuples(inner, inner).map(lambda ab: ab[0] - ab[1]),
        st.tuples(inner, inner).map(lambda ab: ab[0] * ab[1]),
        st.tuples(inner, st.sampled_from([sympy.Integer(2), K, 2**i, i])).map(lambda ab: FloorDiv(*ab)),
        st.tuples(inner, inner).map(lambda ab: Max(*ab)),
        st.tuples(inner, inner).map(lambda ab: Min(*ab)),
    ),
    max_leaves=5,
)


@given(formulas, st.tuples(*[st.integers(1, 40)] * 3), st.integers(1, 6))
def test_what_is_claimed_holds(formula: sympy.Expr, point: tuple[int, int, int], at: int) -> None:
    found = trend(formula, i, Domain())
    if found is None:
        return
    known = dict(zip((I, K, P), point, strict=True))
    now, later = (evaluate(formula, {**known, i: round_}) for round_ in (at, at + 1))
    assert (later > now) - (later < now) in (0, found)


@given(formulas, st.tuples(*[st.integers(1, 40)] * 3))
def test_the_least_value_is_at_an_end(formula: sympy.Expr, point: tuple[int, int, int]) -> None:
    if is_monotone(formula, i, Domain()):
        known = dict(zip((I, K, P), point, strict=True))
        values = [evaluate(formula, {**known, i: round_}) for round_ in range(1, 8)]
        assert min(values) == min(values[0], values[-1])


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        (I - 2 ** (i - 1), -1),
        (FloorDiv(I + 4, 2**i) - 4, -1),
        (FloorDiv(I + i, 3), 1),
        (I + i * (K - 1), 1),
        (I * (1 - i), None),
        (FloorDiv(I - 9, 2**i), None),
        (i**2 - 3 * i, None),
        (K * 5**i + P, 1),
        (I * K, 0),
    ],
)
def test_usual_trends(formula: sympy.Expr, found: int | None) -> None:
    assert trend(formula, i, Domain()) == found


@pytest.mark.parametrize(
    ("formula", "steps"),
    [
        (Mod(i, 3), {1, -1}),
        (Gcd(i, 6), {1, -1}),
        (sympy.Sum(j, (j, 1, i)), {1}),  # not looked into
        ((i - 4) ** 2, {1, -1}),
        (i ** (-i), {-1}),  # an exponent that is no natural number
        ((K - 7) ** i, {1, -1}),
    ],
    ids=str,
)
def test_where_nothing_is_known(formula: sympy.Expr, steps: set[int]) -> None:
    """What goes up and down has no trend; what is not looked into has none that is known."""
    assert trend(formula, i, Domain()) is None
    values = [evaluate(formula, {K: 5, i: round_}) for round_ in range(1, 9)]
    found = {(b > a) - (b < a) for a, b in pairwise(values)} - {0}
    assert found == steps


@pytest.mark.parametrize("formula", [i - i, 5 * (I + K), I * K + 3, Max(I, K) + Min(I, 4)], ids=str)
def test_what_does_not_change_has_no_direction(formula: sympy.Expr) -> None:
    assert trend(formula, i, Domain()) == 0
    assert trend(formula + i, i, Domain()) == 1
    assert trend(formula * 2**i + 1, i, Domain()) == (0 if formula == 0 else 1)
