"""The steps of a division, each by itself, against Python's integers at small points."""

from __future__ import annotations

from itertools import product
from math import prod

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr, Integer

from symcnn.algebra.division import Ints, as_divisor, cancel, constant, leads_negative, reduce
from symcnn.algebra.exact import evaluate
from symcnn.algebra.polynomial import terms
from symcnn.algebra.quotient import FloorDiv
from symcnn.symbols import symbol

I, K, S = (symbol(name) for name in "IKS")
D, X = symbol("D", "nonnegative"), symbol("x", "integer")
ONE = Integer(1)
PLAIN = [ONE, I, S, I * S, S**2, K, X, X * S, FloorDiv(I, 3), I * S**2]
POWERS = [ONE, I, 2**D, 2**D * I, S**D, 2 ** (2 * D), X, 2**D * S]
POINTS = [
    dict(zip((I, K, S, D, X), values, strict=True))
    for values in product((1, 5, 9), (1, 4), (1, 2, 3), (0, 2), (-3, 2))
]


def at(parts: Ints, point: dict[Expr, int]) -> int:
    return sum(c * int(evaluate(m, point)) for m, c in parts.items())


def sums(monomials: list[Expr], least: int, most: int, size: int) -> st.SearchStrategy[Ints]:
    numbers = st.integers(least, most).filter(bool)
    return st.dictionaries(st.sampled_from(monomials), numbers, min_size=1, max_size=size)


DIVISORS = st.one_of(
    sums([ONE, I, S, I * S, S**2, K], 1, 6, 1),
    sums([ONE, I, S, I * S, S**2, K], 1, 4, 3),
    sums([2**D, S**D, 2**D * I, S], 1, 4, 2),
)


@pytest.mark.parametrize("monomials", [PLAIN, POWERS], ids=["plain", "powers"])
@given(data=st.data())
def test_division_with_rest(monomials: list[Expr], data: st.DataObject) -> None:
    """p = q r + p', r an integer at integers, and nothing of the divisor's leading term is left over."""
    p, q = data.draw(sums(monomials, -9, 9, 4)), data.draw(DIVISORS)
    quotient, rest = reduce(p, q)
    assert all(rest.values())
    for point in POINTS:
        assert at(p, point) == at(q, point) * at(quotient, point) + at(rest, point)
    if len(q) == 1:
        ((divisor, number),) = q.items()
        for m, c in rest.items():
            if m == divisor or (divisor == 1):
                assert 0 <= c < number
    assert p == {m: c for m, c in p.items() if c}  # what was given is as it was


@pytest.mark.parametrize("x", [I, 2**D, S**D], ids=str)
@pytest.mark.parametrize("b", [1, 2, -1])
@pytest.mark.parametrize("size", range(1, 6))
def test_division_by_a_sum_leaves_a_number(x: Expr, b: int, size: int) -> None:
    """By x + b down to the constant, as polynomials are divided, in whatever order the terms are given."""
    for coefficients in product((1, 2, -3), repeat=2):
        numbers = [coefficients[k % 2] for k in range(size + 1)]
        wanted = sum(c * (-b) ** k for k, c in enumerate(numbers))
        parts = [(next(iter(terms(x**k))), c) for k, c in enumerate(numbers)]
        for given_ in (dict(parts), dict(parts[::-1])):
            for q in ({x: 1, ONE: b}, {ONE: b, x: 1}):
                assert reduce(given_, q)[1] == ({ONE: wanted} if wanted else {})


def test_a_letter_in_an_exponent_outweighs_every_number() -> None:
    """What is divided by is 2**D, so no multiple of it is left beside a power of I."""
    for q in ({2**D: 1, I**9: 1}, {I**9: 1, 2**D: 1}, {2 ** (D + 1): 1, 2**D * I**2: 1, I**9: 1}):
        leading = next(m for m in (2**D * I**2, 2**D) if m in q)
        quotient, rest = reduce({leading * K: 5, I**9: 2}, q)
        assert quotient == {K: 5} and leading * K not in rest


@given(st.integers(-40, 40), DIVISORS)
def test_a_number_over_what_is_larger(p: int, q: Ints) -> None:
    """Told exactly where the quotient is the same at all points."""
    found = constant(p, q)
    points = [*POINTS, {I: 90, K: 90, S: 90, D: 6, X: 1}]
    values = {p // at(q, point) for point in points}
    if found is not None:
        assert values == {found}
    elif not any(m.has(D) for m in q):
        assert len(values) > 1


@pytest.mark.parametrize("q", [{I: 2, S: -1}, {X: 3}, {I: 1, ONE: -1}, {X: 1, I: 1}])
@pytest.mark.parametrize("p", range(-3, 4))
def test_a_number_over_what_is_not_known_to_be_larger(p: int, q: Ints) -> None:
    assert constant(p, q) == (-1 if p == -1 else None)


@pytest.mark.parametrize("monomials", [PLAIN, POWERS], ids=["plain", "powers"])
@given(data=st.data())
def test_what_is_cancelled_changes_no_quotient(monomials: list[Expr], data: st.DataObject) -> None:
    p, q = data.draw(sums(monomials, -9, 9, 4)), data.draw(DIVISORS)
    g, shared = data.draw(st.integers(1, 4)), data.draw(st.sampled_from([ONE, S, I, 2**D]))
    p = {sympy.expand(m * shared): c * g for m, c in p.items()}
    p[ONE] = p.get(ONE, 0) + data.draw(st.integers(-5, 5))
    p = {m: c for m, c in p.items() if c}
    q = {sympy.expand(m * shared): c * g for m, c in q.items()}
    shorter = cancel(p, q, True)
    if shorter is not None:
        for point in POINTS:
            if at(q, point) > 0:
                assert at(p, point) // at(q, point) == at(shorter[0], point) // at(shorter[1], point)
        assert prod(shorter[0].values()) != 0
    elif g > 1:
        assert not p


def test_powers_that_all_terms_have_are_cancelled() -> None:
    """Also beside other factors; what is left is in normal form, so that equal terms are one."""
    assert cancel({2**D * K: 3}, {2**D * I: 5}, True) == ({K: 3}, {I: 5})
    assert cancel({2 ** (D + 5000) * K: 1, 2**D * K: 1}, {2**D * S: 1}, True) == ({K: 2**5000 + 1}, {S: 1})
    assert cancel({S**D * (S + K) ** D * X: 1}, {S**D: 7}, True) == ({(S + K) ** D * X: 1}, {ONE: 7})
    assert cancel({(S + K) ** (D + 2): 1}, {(S + K) ** D * I: 1}, True) == (
        {S**2: 1, S * K: 2, K**2: 1},
        {I: 1},
    )


LEADS = [
    ({X: -1, ONE: 5}, {S: 2}, True),
    ({X: 1, ONE: -5}, {S: 2}, False),
    ({I: -1, I * S: 3}, {S: 2}, True),
    ({I * S: -3, ONE: -1}, {S: 2}, False),  # multiples of S change that one
    ({ONE: -7}, {S: 2}, False),
    ({I: -1, K: 1}, {S: 1}, True),
    ({I: 1, K: -1}, {S: 1}, False),
    ({I: -1}, {S: 1, ONE: 1}, False),
    ({symbol("r", "real"): -1}, {S: 1}, False),
    ({I: -1, symbol("r", "real"): 1}, {S: 1}, False),
]


@pytest.mark.parametrize(("p", "q", "negative"), LEADS)
def test_the_sign_of_the_first_term_that_stays(p: Ints, q: Ints, negative: bool) -> None:
    assert leads_negative(p, q) is negative


def test_a_divisor_is_one_power_where_it_is_one() -> None:
    assert str(as_divisor(2 * 2**D)) == "2**(D + 1)"
    assert as_divisor(2 * S) == 2 * S and as_divisor(I + 2 * 2**D) == I + 2 * 2**D


@pytest.mark.parametrize(
    "q", [{S: 4}, {I: 1, K: 1}, {I: 2, ONE: 3}, {I * S: 1, S**2: 2, K: 3}, {ONE: 5}], ids=str
)
def test_every_small_number_over_a_divisor(q: Ints) -> None:
    """Told exactly where the quotient is the same at all points, up to the least and the largest."""
    points = [dict.fromkeys((I, K, S), value) for value in (1, 2, 3, 50)]
    for p in range(-15, 16):
        values = {p // at(q, point) for point in points}
        assert constant(p, q) == (values.pop() if len(values) == 1 else None), p


def test_a_division_of_many_steps_stops_and_is_right() -> None:
    """I**1200 by I + 1 would take 1200 steps: it ends before, and p = q r + p' holds all the same."""
    p, q = {I**1200: 1}, {I: 1, ONE: 1}
    quotient, rest = reduce(p, q)
    assert 900 < len(quotient) < 1200 and rest
    modulus = 10**9 + 7
    for value in range(1, 9):
        sides = [
            sum(c * pow(value, int(m.as_base_exp()[1]) if m != 1 else 0, modulus) for m, c in parts.items())
            for parts in (p, quotient, rest)
        ]
        assert (sides[0] - (value + 1) * sides[1] - sides[2]) % modulus == 0
