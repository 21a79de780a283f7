"""Domains in which a depth, an index and powers of numbers occur: simplified and proved, against points."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sympy import Expr, Integer, Rational, Sum, sympify

from algebra.points import Point, value_of
from symcnn.algebra.conditions import Condition
from symcnn.algebra.divisibility import is_whole, multiples, power_residue
from symcnn.algebra.domain import Domain
from symcnn.algebra.elimination import solved
from symcnn.algebra.exponents import letters, without_fractions
from symcnn.algebra.functions import Max
from symcnn.algebra.identity import decide, proves_integer
from symcnn.algebra.polynomial import polynomial, terms
from symcnn.algebra.powers import normal
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.symbols import bound, index, symbol

I, N, K, D, S, P = (symbol(name) for name in "I N K D S P".split())
i, b = index("i"), bound("b")
SYMBOLS = (I, N, K, D, S, P, i)
WITHIN = (Condition(D - i, ">="),)
HALVES = (*WITHIN, Condition(Mod(I + 4, 2**D), "=="))
FACTS = (
    Condition(D - i, ">="),
    Condition(D - i - 1, ">="),
    Condition(4 - D, ">="),
    Condition(Mod(I + 4, 2**D), "=="),
    Condition(Mod(I, 2**D), "=="),
    Condition(Mod(I, 2**i) - 1, "=="),
    Condition(Mod(N, K), "=="),
    Condition(Mod(I + N, 4), "=="),
    Condition(Mod(I, 3) - 2, "=="),
    Condition(I + 4 - 9 * 2**D, ">="),
    Condition(FloorDiv(I, 2**D) - 3, ">="),
    Condition(I - 2 * N, "=="),
    Condition(N - K - P, "=="),
    Condition(I - 2**D * N, "=="),
    Condition(I - N, ">="),
)


def draws() -> list[Point]:
    random = Random(3)
    box = [
        dict(zip(SYMBOLS, values, strict=True))
        for values in product(
            range(1, 48), range(1, 7), (1, 2, 3), (1, 2, 3, 4), (1, 2, 3), (0, 1, 4), (1, 2, 3, 5)
        )
    ]
    far = [(d, n, random.randint(1, d)) for d in (1, 2, 3, 6, 9) for n in (5, 9, 12, 32, 100)]
    more = [
        {I: n * 2**d - random.choice((0, 0, 4)), N: n, K: 1, D: d, S: 2, P: n - 1, i: j} for d, n, j in far
    ]
    return [*more, *random.sample(box, 20000)]


DRAWN = draws()


def points(domain: Domain, most: int = 30) -> list[Point]:
    found: list[Point] = []
    for point in DRAWN:
        if all(_holds(c, point) for c in domain.conditions):
            found.append(point)
        if len(found) == most:
            break
    return found


def _holds(condition: Condition, point: Point) -> bool:
    value = value_of(condition.expr, point)
    return {"==": value == 0, ">=": value >= 0, "!=": value != 0, ">": value > 0}[condition.relation]


def domains(most: int = 4) -> st.SearchStrategy[Domain]:
    return st.lists(st.sampled_from(FACTS), max_size=most, unique=True).map(
        lambda c: Domain(SYMBOLS, tuple(c))
    )


EXPONENTS = st.sampled_from((D, i, D - i, i - 1, D + 1, D - i - 1, 2 * i, P))
POWERS = st.builds(lambda p, e: p**e, st.sampled_from((Integer(2), Integer(3), Integer(4), S)), EXPONENTS)
_NUMBERS = (Integer(2), Integer(4), Integer(3))
DIVISORS = st.sampled_from((*_NUMBERS, K, 2**D, 2**i, 2 ** (i - 1), 2 ** (D - i), 2 ** (i + 1), S**i))


def expressions(leaves: int = 5) -> st.SearchStrategy[Expr]:
    leaf = st.one_of(st.sampled_from((I, N, K, I + 4, I + N)), st.integers(-4, 9).map(Integer), POWERS)

    def bigger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        return st.one_of(
            st.builds(lambda a, c: a + c, inner, inner),
            st.builds(lambda a, c: a - c, inner, inner),
            st.builds(lambda a, c: a * c, inner, inner),
            st.builds(FloorDiv, inner, DIVISORS),
            st.builds(Mod, inner, DIVISORS),
            st.builds(Max, inner, inner),
        )

    return st.recursive(leaf, bigger, max_leaves=leaves)


def well_behaved(expr: Expr, found: list[Point]) -> bool:
    """Whether the divisors are positive integers at all points, as quotients require."""
    divisors = {node.args[1] for node in expr.atoms(FloorDiv, Mod)}
    return all(Fraction(value_of(q, p)).denominator == 1 for q in divisors for p in found)


# ------------------------------------------------------------------ soundness
@given(domains(), expressions())
@example(Domain((), HALVES), FloorDiv(I + 4, 2**i))
@example(Domain((), HALVES), FloorDiv(I + 7 + 2**i, 2 ** (i + 1)))
@example(Domain((), FACTS[6:7]), FloorDiv(N * K + 3, K))
@example(Domain((), FACTS[11:12]), FloorDiv(I, 2) - N)
def test_a_simplified_expression_is_equal_at_every_point(domain: Domain, expr: Expr) -> None:
    found = points(domain)
    assume(found and well_behaved(expr, found))
    simple = domain.simplify(expr)
    for point in found:
        assert value_of(simple, point) == value_of(expr, point), (point, simple)


@given(domains(), expressions(), st.sampled_from(("==", "!=", ">=", ">")), st.integers(-1, 1))
@example(Domain((), WITHIN), 2 ** (D - i), ">=", 0)
@example(Domain((), WITHIN), 2**D - 2**i, ">=", 0)
@example(Domain((), HALVES), 2 ** (D - i) * FloorDiv(I + 4, 2**D) - FloorDiv(I + 4, 2**i), "==", 0)
def test_nothing_is_proved_that_a_point_denies(domain: Domain, expr: Expr, relation: str, shift: int) -> None:
    """Tight on purpose: the least value seen, moved by at most one."""
    found = points(domain)
    assume(found and well_behaved(expr, found))
    values = [value_of(expr, point) for point in found]
    low, high = (Rational(v.numerator, v.denominator) for v in (Fraction(min(values)), Fraction(max(values))))
    for target in (expr - low, high - expr):
        condition = Condition(sympify(target + shift), relation)
        held = [_holds(condition, point) for point in found]
        if not all(held):
            assert not domain.proves(condition)
        if any(held):
            assert not domain.refutes(condition)


@given(domains(), expressions(3), st.sampled_from((1, 2, 3, 6)), st.one_of(st.just(Integer(1)), POWERS))
@example(Domain((), WITHIN), Integer(1), 1, 2 ** (D - i))
@example(Domain((), HALVES), I + 4, 1, 2 ** (-i))
def test_what_is_proved_an_integer_is_one(domain: Domain, expr: Expr, below: int, power: Expr) -> None:
    found = points(domain)
    assume(found and well_behaved(expr, found))
    value = expr * power / below
    if proves_integer(value, domain):
        assert all(Fraction(value_of(value, p)).denominator == 1 for p in found)


# ------------------------------------------------------------------ what is wanted
@pytest.mark.parametrize(
    ("expr", "simple"),
    [
        (FloorDiv(I + 4, 2**i), (I + 4) / 2**i),
        (FloorDiv(I + 4, 2 ** (i - 1)) - 4, (I + 4) / 2 ** (i - 1) - 4),
        (FloorDiv(I + 4, 2**D), (I + 4) / 2**D),
        (FloorDiv(I + 4 - 8 * 2**i, 2**i), (I + 4) / 2**i - 8),
        (Mod(I + 4, 2**i), Integer(0)),
        (Mod(I + 4, 2 ** (D - i)), Integer(0)),
        (FloorDiv(N * (I + 4), 2**i), N * (I + 4) / 2**i),
        (FloorDiv(2**D * N, 2**i), 2 ** (D - i) * N),
        (FloorDiv(2**D * N + 1, 2**i), 2 ** (D - i) * N),
    ],
    ids=str,
)
def test_multiples_of_a_power_are_divided(expr: Expr, simple: Expr) -> None:
    found = Domain((), HALVES).simplify(expr)
    assert terms(found) == terms(simple) and not found.has(FloorDiv, Mod)


def test_what_is_no_multiple_stays_beside_what_is() -> None:
    domain = Domain((), HALVES)
    found = domain.simplify(FloorDiv(2**D * N + 3, 2**i))
    assert terms(found) == terms(2 ** (D - i) * N + FloorDiv(3, 2**i))
    assert domain.simplify(FloorDiv(I + K + 4, 2**D)) == (I + 4) / 2**D + FloorDiv(K, 2**D)


@pytest.mark.parametrize("expr", [FloorDiv(I + 4, 2 ** (D + 1)), FloorDiv(I, 2**i), FloorDiv(I + 4, 3**i)])
def test_what_is_no_multiple_keeps_its_floor(expr: Expr) -> None:
    assert Domain((), HALVES).simplify(expr) == expr


def test_facts_of_two_symbols_are_used() -> None:
    divides = Domain((), (Condition(Mod(N, K), "=="),))
    assert divides.simplify(FloorDiv(N * I + K, K)) == N * I / K + 1
    equal = Domain((), (Condition(I - 2 * N, "=="), Condition(N - 7, ">=")))
    assert equal.simplify(FloorDiv(I, 2)) == N
    assert equal.proves(Condition(I - 14, ">=")) and not equal.proves(Condition(I - 15, ">="))
    eighths = Domain().assuming([Condition(Mod(I, 16), "==")])
    assert eighths.proves(Condition(Mod(FloorDiv(I, 8), 2), "=="))
    assert not eighths.proves(Condition(Mod(FloorDiv(I, 8), 4), "=="))


@pytest.mark.parametrize(
    "condition",
    [
        Condition(2 ** (D - i) - 1, ">="),
        Condition(2**D - 2, ">="),
        Condition(2**D - 2**i, ">="),
        Condition(N * 2**D - N * 2**i, ">="),
        Condition((2 ** (D - i) - 1) * (N - 1), ">="),
        Condition(2 * 2**D - 2**i - 2, ">="),
        Condition(S ** (D + 1) - S**D, ">="),
        Condition(S**D - S**i, ">="),
        Condition((4**D - 1) * N - (2**D - 1) * N, ">="),
        Condition(N / 2**i - N / 2**D, ">="),
        Condition(I - 2**D * FloorDiv(I, 2**D), ">="),
        Condition(2**i * FloorDiv(I, 2**i) + 2**i - 1 - I, ">="),
        Condition(FloorDiv(I, 2**i) - FloorDiv(I, 2**D), ">="),
        Condition(Sum(FloorDiv(I, 2**b), (b, 1, D)), ">="),
        Condition(FloorDiv(2 ** (D - i + 1) * N + 1, 2) - 2 ** (D - i) * N, "=="),
        Condition(2**D * 2 ** (1 - i) - 2 ** (D - i + 1), "=="),
    ],
    ids=lambda c: f"{c.expr} {c.relation} 0",
)
def test_facts_of_depths_are_proved(condition: Condition) -> None:
    domain = Domain((), WITHIN)
    assert domain.proves(condition)
    assert all(_holds(condition, p) for p in points(domain) if condition.expr.free_symbols <= p.keys())


def test_sizes_of_a_unet_are_positive() -> None:
    valid = Domain((), (*WITHIN, Condition(FloorDiv(I + 4, 2**D) - 9, ">=")))
    size = FloorDiv(I + 4, 2**D)
    for least in (FloorDiv(I + 4, 2 ** (i - 1)) - 9, 2 ** (D - i) * size - 4 * 2 ** (D - i) - 5, I - 14):
        assert valid.proves(Condition(least, ">="))
        assert not valid.proves(Condition(least - 99, ">="))


@pytest.mark.parametrize(
    ("expr", "whole"),
    [
        (2 ** (D - i), True),
        (N * 2 ** (D - i) / 2, False),
        ((I + 4) / 2**i, True),
        ((I + 4) / 2 ** (i + 1), False),
        ((4**D - 1) / 3, True),
        ((2**D - 1) / 3, False),
        ((16**D + 14) / 15, True),
        (I / 2**i + Integer(1) / 2 ** (i - 2), True),
    ],
    ids=str,
)
def test_integers_by_what_is_declared(expr: Expr, whole: bool) -> None:
    assert proves_integer(expr, Domain((), HALVES)) is whole


def test_a_claim_about_every_depth_is_proved() -> None:
    claim = Condition(I - 2**D * FloorDiv(I, 2**D), ">=")
    assert decide([claim], Domain((I, D))).outcome == "proved"
    tight = Condition(claim.expr - 1, ">=")
    assert decide([tight], Domain((I, D))).counterexample == {I: 2, D: 1}


# ------------------------------------------------------------------ parts
def test_multiples_and_equalities_are_read() -> None:
    assert multiples(HALVES) == ((I + 4, 2**D),)
    assert multiples([Condition(2 * Mod(I, K) - 2, "==")]) == ((I - 1, K),)
    assert multiples([Condition(Mod(I, 4), "=="), Condition(Mod(I, K), ">="), Condition(I - K, "==")]) == ()
    replaced, left = solved([Condition(I - 2 * N, "=="), Condition(N - K - P, "=="), Condition(I - 9, ">=")])
    assert replaced == {I: 2 * K + 2 * P, N: K + P} or replaced == {I: 2 * N, P: N - K}
    assert all(not c.expr.has(*replaced) for c in left)
    assert (
        solved([Condition(2 * I - 3 * N, "=="), Condition(FloorDiv(I, 2) - N, "=="), Condition(I - 5, "==")])[
            0
        ]
        == {}
    )


@given(st.lists(st.sampled_from(FACTS[11:]), max_size=3))
def test_what_is_left_after_elimination_holds_at_the_points(conditions: list[Condition]) -> None:
    replaced, left = solved(conditions)
    for point in points(Domain((), tuple(conditions))):
        assert all(_holds(c, point) for c in left)
        assert all(value_of(v, point) == point[s] for s, v in replaced.items())


@given(st.integers(2, 9), st.integers(-3, 4), st.integers(0, 3), st.integers(-2, 2), st.integers(1, 30))
def test_the_residue_of_a_power_is_that_of_all(
    base: int, pace: int, more: int, constant: int, q: int
) -> None:
    found = power_residue(Integer(base), pace * D + more * i + constant, q)
    for d, at in product(range(1, 6), repeat=2):
        exponent = pace * d + more * at + constant
        if found is not None and exponent >= 0:
            assert base**exponent % q == found


@given(st.builds(lambda a, c, e: a * c * e, POWERS, POWERS, st.sampled_from((N, 1 / N, N**2, I / S))))
def test_letters_make_up_the_monomial(expr: Expr) -> None:
    _, monomial = normal(expr)
    for point in DRAWN[::700]:
        made = Fraction(1)
        for letter, times in letters(monomial):
            made *= Fraction(value_of(letter, point)) ** times
        assert made == value_of(monomial, point)


@given(expressions(3), POWERS, POWERS)
def test_clearing_fractions_keeps_the_sign(expr: Expr, power: Expr, other: Expr) -> None:
    parts = terms(expr / power - other)
    whole = polynomial(without_fractions(parts))
    for point in DRAWN[::700]:
        if not well_behaved(expr, [point]):
            continue
        before, after = value_of(polynomial(parts), point), value_of(whole, point)
        assert (before > 0) - (before < 0) == (after > 0) - (after < 0)


def test_an_exponent_is_natural_only_where_it_is_known_to_be() -> None:
    assert is_whole(Integer(1), 2 ** (D - i), Domain((), WITHIN).nonnegative)
    assert not is_whole(Integer(1), 2 ** (D - i - 1), Domain((), WITHIN).nonnegative)
    assert not is_whole(Rational(1, 3), 2 ** (D - i), Domain((), WITHIN).nonnegative)
