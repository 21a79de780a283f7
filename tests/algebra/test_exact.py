"""Exact evaluation against Python's integers and fractions, at every magnitude."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Rational, Sum

from algebra.points import LETTERS, I, K, P, Point, S, expressions, value_of
from symcnn.algebra import Max, Min
from symcnn.algebra.exact import MAX_BITS, evaluate
from symcnn.algebra.functions import Divisible, FloorLog2, Gcd
from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div
from symcnn.errors import DomainError
from symcnn.symbols import symbol

HUGE = st.one_of(
    st.integers(1, 9),
    st.integers(2**53 - 2, 2**53 + 2),
    st.integers(2**63 - 2, 2**64),
    st.integers(10**40, 10**41),
)
POINTS = st.fixed_dictionaries(dict.fromkeys(LETTERS, HUGE))
A = symbol("a", "positive real")


@given(expressions(leaves=8), POINTS)
def test_integers_are_pythons_at_every_magnitude(expr: sympy.Expr, point: Point) -> None:
    found = evaluate(expr, point)
    assert type(found) is int
    assert found == value_of(expr, point)


@given(POINTS)
def test_a_size_is_exact_where_floats_are_not(point: Point) -> None:
    i, k, s, p = (point[x] for x in LETTERS)
    assert evaluate(FloorDiv(I - K + 2 * P, S) + 1, point) == (i - k + 2 * p) // s + 1
    assert evaluate(ceil_div(I, S), point) == -(-i // s)
    assert evaluate(I**2 * K**2 * (P + 1), point) == i**2 * k**2 * (p + 1)
    assert evaluate(I * (I + 1) / 2, point) == i * (i + 1) // 2


FRACTIONS = st.builds(Fraction, st.integers(1, 10**25), st.integers(1, 10**9))


@given(FRACTIONS, st.integers(1, 10**20), st.integers(1, 50))
def test_fractions_are_exact(a: Fraction, i: int, q: int) -> None:
    values = {A: a, I: i, K: q}
    cases = {
        A * I + Rational(1, 3): a * i + Fraction(1, 3),
        A / K - I: a / q - i,
        FloorDiv(A * I, K): a * i // q,
        Mod(A, K): a % q,
        A**-2: 1 / a**2,
        Max(A, I): max(a, i),
        Min(A, I): min(a, i),
        sympy.floor(A * Rational(7, 3)): a * Fraction(7, 3) // 1,
        sympy.ceiling(A): -(-a // 1),
        abs(A - I): abs(a - i),
    }
    for expr, wanted in cases.items():
        found = evaluate(expr, values)
        assert found == wanted
        assert isinstance(found, int) == (Fraction(wanted).denominator == 1)


@given(HUGE, HUGE)
def test_functions_are_exact(i: int, k: int) -> None:
    values = {I: i, K: k}
    assert evaluate(Gcd(I, K), values) == gcd(i, k)
    log = evaluate(FloorLog2(I), values)
    assert 2**log <= i < 2 ** (log + 1)
    assert evaluate(Integer(2) ** FloorLog2(I), values) == 2**log


@given(
    st.fractions(min_value=Fraction(1, 4), max_value=3000, max_denominator=64), st.sampled_from((1, 4, 8, 16))
)
def test_divisible_is_the_nearest_multiple_and_never_below_ninety_percent(v: Fraction, d: int) -> None:
    nearest = max(d, int(v + Fraction(d, 2)) // d * d)
    wanted = nearest + d if nearest < Fraction(9, 10) * v else nearest
    assert evaluate(Divisible(A, Integer(d)), {A: v}) == wanted
    assert wanted % d == 0 and wanted >= Fraction(9, 10) * v


@given(st.integers(0, 30), st.integers(1, 9))
def test_sums_are_added_up(n: int, k: int) -> None:
    i = symbol("i", "integer")
    total = Sum(FloorDiv(I + i, 3) * K, (i, 1, P))
    assert evaluate(total, {I: 7, K: k, P: n}) == sum((7 + j) // 3 * k for j in range(1, n + 1))


@pytest.mark.parametrize(
    ("expr", "values"),
    [
        (I + K, {I: 1}),
        (FloorDiv(I, K - 3), {I: 1, K: 3}),
        (Mod(I, K - 3), {I: 1, K: 3}),
        (1 / (I - 1), {I: 1}),
        (Integer(2) ** I, {I: MAX_BITS + 1}),
        (I**K, {I: 2**40, K: 10**9}),
        (Rational(1, 2) ** I, {I: 10**30}),
        (2**A, {A: Fraction(1, 2)}),
        (FloorLog2(A), {A: Fraction(1, 2)}),
        (sympy.sin(I), {I: 1}),
        (I, {I: sympy.Float(0.5)}),
    ],
)
def test_what_has_no_exact_value_raises(expr: sympy.Expr, values: dict[sympy.Symbol, object]) -> None:
    with pytest.raises(DomainError):
        evaluate(expr, values)


def test_a_sum_of_too_many_terms_is_refused_before_it_starts() -> None:
    i, j = symbol("i"), symbol("j")
    total = Sum(FloorDiv(I, i), (i, 1, K))
    with pytest.raises(DomainError) as refused:
        evaluate(total, {I: 5, K: 10**30})
    assert str(refused.value) == (
        "error: a sum of more than 1000000 terms: i from 1 to 1000000000000000000000000000000"
    )
    nested = Sum(Sum(FloorDiv(I, i + j), (i, 1, K)), (j, 1, P))
    with pytest.raises(DomainError, match="a sum of more than 1000000 terms"):
        evaluate(nested, {I: 5, K: 990_000, P: 2})
    assert evaluate(nested, {I: 5, K: 9, P: 3}) == sum(
        5 // (a + b) for a in range(1, 10) for b in range(1, 4)
    )
    assert evaluate(total, {I: 5, K: 0}) == 0


def test_the_inner_of_two_sums_may_end_at_the_variable_of_the_outer() -> None:
    i, j = symbol("i"), symbol("j")
    triangle = Sum(Sum(FloorDiv(I, i + j), (i, 1, j)), (j, 1, P))
    assert len(triangle.limits) == 2
    assert evaluate(triangle, {I: 40, P: 6}) == sum(
        40 // (a + b) for b in range(1, 7) for a in range(1, b + 1)
    )


def test_the_largest_power_that_fits_is_computed() -> None:
    assert evaluate(Integer(2) ** I, {I: MAX_BITS // 2}) == 2 ** (MAX_BITS // 2)
    assert evaluate(Integer(1) ** I, {I: 10**30}) == 1
    assert evaluate(Integer(0) ** P, {P: 0}) == 1
