"""Points of a domain lie in it, come smallest first, and are all there when that is said."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, Symbol

from algebra.points import I, K, P, X, domains
from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.quotient import Mod
from symcnn.algebra.sampling import Point, drawn_points, inside, shrink, small_points
from symcnn.symbols import symbol


def box(domain: Domain, *spans: tuple[Symbol, range]) -> list[dict[Symbol, int]]:
    points = [
        dict(zip((s for s, _ in spans), values, strict=True))
        for values in product(*(span for _, span in spans))
    ]
    return [p for p in points if all(c.holds(p) for c in domain.conditions)]


@settings(max_examples=40)
@given(domains(2))
@example(Domain((K,), (Condition(K - 7, ">="), Condition(6 - K, ">="))))  # found here: no point at all
def test_points_lie_in_the_domain_and_differ(domain: Domain) -> None:
    symbols = [I, K, P]
    small, complete = small_points(symbols, domain, 60)
    drawn = list(drawn_points(symbols, domain, 100))
    for point in (*small, *drawn):
        assert list(point) == symbols
        assert all(c.holds(point) for c in domain.conditions if c.expr.free_symbols <= set(symbols))
        assert point[I] >= 1 and point[K] >= 1 and point[P] >= 0
    assert len({tuple(p.values()) for p in small}) == len(small) <= 60
    assert not (complete and len(small) == 60)
    lows = [sum(p[s] - domain.bounds(s)[0] for s in symbols) for p in small]
    if all(domain.congruences.get(s) is None for s in symbols):
        assert lows == sorted(lows)
    assert drawn == list(drawn_points(symbols, domain, 100))


LIMITS = st.tuples(st.integers(1, 9), st.integers(0, 9)), st.tuples(st.integers(1, 9), st.integers(0, 9))


@given(*LIMITS, st.sampled_from((1, 2, 3, 5)), st.booleans(), st.integers(1, 60))
def test_complete_only_when_complete(
    first: tuple[int, int], second: tuple[int, int], modulus: int, tied: bool, limit: int
) -> None:
    spans = [(s, range(low, low + width + 1)) for s, (low, width) in ((I, first), (K, second))]
    conditions = [Condition(s - span[0], ">=") for s, span in spans] + [
        Condition(span[-1] - s, ">=") for s, span in spans
    ]
    conditions += [Condition(Mod(I, modulus), "==")] if modulus > 1 else []
    conditions += [Condition(I - K, ">=")] if tied else []
    domain = Domain((I, K), tuple(conditions))
    everything = box(domain, *spans)
    found, complete = small_points([I, K], domain, limit)
    assert complete == (len(everything) < limit) or (not complete and len(found) == limit)
    if complete:
        assert sorted(map(str, found)) == sorted(map(str, everything))


def test_a_finite_domain_searched_in_part_is_not_complete() -> None:
    low_and_high = [Condition(c, ">=") for s in (I, K) for c in (s - 1, 300 - s)]
    domain = Domain((I, K), (*low_and_high, Condition(I - 2 * K - 297, ">=")))
    found, complete = small_points([I, K], domain, 5)
    assert not complete or found == [{I: 299, K: 1}, {I: 300, K: 1}]


@pytest.mark.parametrize("conditions", [(), (Condition(I - 5, ">="),), (Condition(K - I, ">="),)])
def test_an_endless_domain_is_never_complete(conditions: tuple[Condition, ...]) -> None:
    assert small_points([I, K], Domain((I, K), conditions), 10**4)[1] is False


def test_an_impossible_domain_is_completely_searched() -> None:
    never = Domain((I,), (Condition(Mod(I, 2), "=="), Condition(Mod(I, 4) - 1, "==")))
    assert small_points([I], never, 10) == ([], True)


def test_a_long_range_is_not_said_to_be_complete() -> None:
    domain = Domain((I,), (Condition(Integer(10**6) - I, ">="),))
    found, complete = small_points([I], domain, 10**4)
    assert not complete and found[0] == {I: 1}


@pytest.mark.parametrize(
    ("low", "high"),
    [(Rational(1, 7), Rational(1, 6)), (Rational(-3), Rational(-1)), (Rational(50), Rational(51))],
)
def test_a_real_interval_is_never_completely_searched(low: Rational, high: Rational) -> None:
    a = symbol("a", "real")
    domain = Domain((a,), (Condition(a - low, ">="), Condition(high - a, ">=")))
    assert small_points([a], domain, 100)[1] is False


def test_real_points_are_fractions_inside_the_bounds() -> None:
    a = symbol("a", "positive real")
    domain = Domain((a,), (Condition(2 - a, ">="),))
    found, _ = small_points([a], domain, 30)
    assert found and all(0 < Fraction(p[a]) <= 2 for p in found)
    assert any(Fraction(p[a]).denominator > 1 for p in found)


def test_integers_without_a_least_value_are_searched_from_zero_outwards() -> None:
    found, complete = small_points([X], Domain((X,)), 5)
    assert not complete
    assert [p[X] for p in found] == [0, -1, 1, -2, 2]


def test_drawn_points_reach_beyond_64_bits() -> None:
    values = [p[I] for p in drawn_points([I], Domain((I,), (Condition(Mod(I, 32) - 7, "=="),)), 200)]
    assert all(v % 32 == 7 for v in values)
    assert max(values) > 2**64 and min(values) < 2**12


def counted(fails: Callable[[Point], bool], most: int = 5000) -> Callable[[Point], bool]:
    """The same test, which may be asked so many times."""
    asked = 0

    def ask(point: Point) -> bool:
        nonlocal asked
        asked += 1
        assert asked <= most, f"still asking after {most} points"
        return fails(point)

    return ask


@given(st.integers(1, 30), st.sampled_from((1, 4, 7)), st.integers(0, 400))
def test_shrinking_finds_the_least_multiple_that_fails(threshold: int, modulus: int, more: int) -> None:
    domain = Domain((I, K), (Condition(Mod(I, modulus), "=="),) if modulus > 1 else ())
    point: Point = {I: modulus * (threshold + more), K: threshold + more + 1}
    smaller = shrink(point, domain, counted(lambda p: p[I] >= threshold and p[K] >= 2))
    assert inside(smaller, domain)
    assert smaller == {I: -(-threshold // modulus) * modulus, K: 2}


@pytest.mark.parametrize(
    ("modulus", "far"), [(1, 2**69 + 7), (32, 2**69), (32, 2048741408), (32, 35027383939193948352)]
)
def test_shrinking_from_far_away_takes_few_steps(modulus: int, far: int) -> None:
    domain = Domain((I,), (Condition(Mod(I, modulus), "=="),) if modulus > 1 else ())
    smaller = shrink({I: far}, domain, counted(lambda p: p[I] > 10**9))
    assert smaller == {I: 10**9 // modulus * modulus + modulus}


FRACTION, REAL = symbol("r", "rational"), symbol("a", "real")


@pytest.mark.parametrize("letter", [FRACTION, REAL], ids=str)
@pytest.mark.parametrize("bounds", [(None, None), (2, None), (None, -3), (0, 1), (Rational(1, 3), 1)])
def test_drawn_fractions_lie_within_their_bounds(letter: Symbol, bounds: tuple[int | None, ...]) -> None:
    low, high = bounds
    conditions = [Condition(letter - low, ">=")] if low is not None else []
    conditions += [Condition(high - letter, ">=")] if high is not None else []
    domain = Domain((letter, I), tuple(conditions))
    drawn = list(drawn_points([letter, I], domain, 60))
    assert len(drawn) > 20
    for point in drawn:
        assert isinstance(point[letter], int | Fraction) and isinstance(point[I], int) and point[I] >= 1
        assert inside(point, domain) and all(c.holds(point) for c in conditions)
    assert any(isinstance(point[letter], Fraction) for point in drawn)
    assert len({point[letter] for point in drawn}) > 1
