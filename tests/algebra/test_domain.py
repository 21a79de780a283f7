"""Domains: what is said of the symbols holds at the points of the domain, and nothing too much is proved."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sympy import Expr, Integer, Rational

from algebra.points import (
    LETTERS,
    I,
    K,
    P,
    Point,
    S,
    X,
    domains,
    expressions,
    one_letter,
    points_of,
    value_of,
)
from symcnn.algebra import Max, Min
from symcnn.algebra.conditions import Condition, Congruence, as_bound, as_congruence, as_relation, tidy
from symcnn.algebra.domain import Domain
from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div
from symcnn.symbols import symbol

RELATIONS = st.sampled_from(("==", "!=", ">=", ">"))


# ------------------------------------------------------------------ simplification
@given(domains(), expressions(leaves=7))
@example(Domain((I,), (Condition(Mod(I, 32), "=="),)), FloorDiv(I - 1, 32))
@example(Domain((I,), (Condition(Mod(I, 6) - 3, "=="),)), FloorDiv(I * K + 2 * I, 4))
@example(Domain((I,), (Condition(Mod(I, 4) - 3, "=="),)), FloorDiv(2 * I**2 + 3 * I, 8))
@example(Domain((I,), (Condition(5 - I, ">="),)), FloorDiv(I + 1, 6))
def test_a_simplified_expression_is_equal_at_every_point(domain: Domain, expr: Expr) -> None:
    simple = domain.simplify(expr)
    for point in points_of(domain):
        assert value_of(simple, point) == value_of(expr, point), (point, simple)
    assert domain.simplify(simple) == simple


@pytest.mark.parametrize(
    ("conditions", "expr", "simple"),
    [
        ((Condition(Mod(I, 32), "=="),), FloorDiv(I - 1, 32) + 1, I / 32),
        ((Condition(Mod(I, 32), "=="),), ceil_div(I, 16), I / 16),
        ((Condition(Mod(I, 2) - 1, "=="),), FloorDiv(I, 2), (I - 1) / 2),
        ((Condition(Mod(I, 2) - 1, "=="),), Mod(I * I, 2), Integer(1)),
        ((Condition(Mod(I, 4) - 2, "=="),), Mod(3 * I, 4), Integer(2)),
        ((Condition(7 - I, ">="),), FloorDiv(I, 8), Integer(0)),
        ((Condition(I - K, ">="),), Max(I - K, 0), I - K),
        ((Condition(K - 1, ">="),), Min(K, 0), Integer(0)),
    ],
)
def test_declared_facts_are_used(conditions: tuple[Condition, ...], expr: Expr, simple: Expr) -> None:
    assert sympy.expand(Domain((I, K), conditions).simplify(expr) - simple) == 0


@pytest.mark.parametrize(
    ("conditions", "expr"),
    [
        ((), FloorDiv(I, 2)),
        ((Condition(Mod(I, 16), "=="),), FloorDiv(I, 32)),
        ((Condition(Mod(I, 3), "=="),), FloorDiv(I, 2)),
        ((Condition(8 - I, ">="),), FloorDiv(I, 8)),
        ((Condition(I - K + 1, ">="),), Max(I - K, 0)),
    ],
)
def test_what_is_not_declared_is_not_used(conditions: tuple[Condition, ...], expr: Expr) -> None:
    assert Domain((I, K), conditions).simplify(expr) == expr


# ------------------------------------------------------------------ proofs
@given(domains(), expressions(), st.integers(-2, 2), RELATIONS)
@example(Domain(), I - K, 0, ">=")
@example(Domain((I, K), (Condition(I - K, ">="),)), FloorDiv(I - K, S), 0, ">=")
@example(Domain((I, K), (Condition(I - K, ">="),)), FloorDiv(I, S) - FloorDiv(K, S), 0, ">=")
def test_nothing_is_proved_or_refuted_that_a_point_denies(
    domain: Domain, expr: Expr, shift: int, relation: str
) -> None:
    """Tight on purpose: the least value seen, moved by at most two."""
    points = points_of(domain)
    assume(points)
    values = [value_of(expr, point) for point in points]
    for target in (expr - min(values), max(values) - expr):
        condition = Condition(sympy.sympify(target + shift), relation)
        held = [condition.holds(point) for point in points]
        if not all(held):
            assert not domain.proves(condition)
        if any(held):
            assert not domain.refutes(condition)


@pytest.mark.parametrize(
    ("conditions", "condition"),
    [
        ((), Condition(I - 1, ">=")),
        ((), Condition(I * K - 1, ">=")),
        ((), Condition(I + 2 * P, ">")),
        ((Condition(I - 32, ">="),), Condition(2 * I - 64, ">=")),
        ((Condition(I - K, ">="),), Condition(FloorDiv(I - K, S), ">=")),
        ((Condition(I - K, ">="),), Condition(FloorDiv(I, S) - FloorDiv(K, S), ">=")),
        ((Condition(Mod(I, 32), "=="),), Condition(I - 32, ">=")),
        ((Condition(Mod(I, 2) - 1, "=="),), Condition(Mod(I + 1, 2), "==")),
        ((), Condition(I - FloorDiv(I, 2), ">=")),
        ((), Condition(Max(I, K) - K, ">=")),
        ((), Condition(K - Min(I, K), ">=")),
    ],
)
def test_easy_facts_are_proved(conditions: tuple[Condition, ...], condition: Condition) -> None:
    domain = Domain((I, K, S, P), conditions)
    assert domain.proves(condition)
    assert domain.refutes(condition.negation)
    assert not domain.refutes(condition)


_NEGATIVE = symbol("y", "integer")
_REAL, _POSITIVE = symbol("a", "real"), symbol("b", "positive real")
_HALF = Fraction(3, 2)


@pytest.mark.parametrize(
    ("conditions", "condition", "denied"),
    [
        ((), Condition(Integer(-2) ** K, ">="), {K: 1}),
        ((Condition(X + 3, ">="),), Condition(X**K, ">="), {X: -3, K: 1}),
        ((Condition(X + 3, ">="),), Condition(X**3, ">="), {X: -1}),
        ((Condition(X + 3, ">="),), Condition(X**K + 27, ">="), {X: -3, K: 5}),
        ((), Condition(1 - Mod(_REAL, 2), ">="), {_REAL: _HALF}),
        ((), Condition(1 - Mod(_POSITIVE, 2), ">="), {_POSITIVE: _HALF}),
        (
            (Condition(-X, ">="), Condition(5 - _NEGATIVE, ">=")),
            Condition(-X / _NEGATIVE, ">="),
            {X: -1, _NEGATIVE: -1},
        ),
        ((), Condition(_POSITIVE - FloorDiv(_POSITIVE, 1) - Rational(1, 2), ">="), {_POSITIVE: 1}),
        ((Condition(_POSITIVE - 1, ">="),), Condition(_POSITIVE - 1, ">"), {_POSITIVE: 1}),
        ((), Condition(Mod(X, 3) - 1, ">="), {X: 0}),
    ],
)
def test_powers_remainders_and_quotients_of_negative_or_real_symbols_are_not_proved_positive(
    conditions: tuple[Condition, ...], condition: Condition, denied: dict[sympy.Symbol, int | Fraction]
) -> None:
    assert all(c.holds(denied) for c in conditions) and not condition.holds(denied)
    assert not Domain((), conditions).proves(condition)


@pytest.mark.parametrize(
    "inner", [FloorDiv(I * (3 - _POSITIVE), 1), FloorDiv(2 * I - 3 * K, S), FloorDiv(I - K, 2)], ids=str
)
def test_a_quotient_in_a_condition_is_looked_into_in_bounded_depth(inner: Expr) -> None:
    domain = Domain((), (Condition(inner - 1, ">="),))
    for quotient in inner.atoms(FloorDiv):
        assert not domain.proves(Condition(quotient.args[0] - 99, ">="))
        assert not domain.proves(Condition(K - quotient - 99, ">="))


# ------------------------------------------------------------------ bounds and congruences
@given(
    st.lists(one_letter(st.just(X)).filter(lambda c: c.expr.has(X)), max_size=4),
    st.integers(-20, 20),
    st.integers(0, 30),
)
def test_bounds_are_the_least_and_the_largest_value(
    conditions: list[Condition], low: int, width: int
) -> None:
    domain = Domain((X,), (*conditions, Condition(X - low, ">="), Condition(low + width - X, ">=")))
    inside = [x for x in range(low, low + width + 1) if all(c.holds({X: x}) for c in conditions)]
    if inside:
        assert domain.bounds(X) == (inside[0], inside[-1])


@given(domains())
def test_bounds_hold_at_every_point(domain: Domain) -> None:
    for point in points_of(domain):
        for s, value in point.items():
            low, high = domain.bounds(s)
            assert (low is None or low <= value) and (high is None or value <= high)


RESIDUES = st.integers(1, 40).flatmap(lambda m: st.integers(0, m - 1).map(lambda r: Congruence(m, r)))


@given(RESIDUES, RESIDUES)
def test_two_congruences_meet_where_both_hold(a: Congruence, b: Congruence) -> None:
    both = [
        x for x in range(a.modulus * b.modulus) if x % a.modulus == a.residue and x % b.modulus == b.residue
    ]
    met = a.meet(b)
    if met is None:
        assert not both
    else:
        assert 0 <= met.residue < met.modulus
        assert both == list(range(met.residue, a.modulus * b.modulus, met.modulus))


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 12), st.integers(-3, 15), st.integers(1, 3))
def test_a_congruence_is_read_as_it_holds(a: int, b: int, m: int, r: int, c: int) -> None:
    condition = Condition(c * Mod(a * X + b, Integer(m)) - c * r, "==")
    found = as_congruence(condition)
    if found is not None:
        x, (modulus, residue) = found
        assert x == X
        for value in range(-30, 30):
            assert (value % modulus == residue) == condition.holds({X: value})


@given(st.integers(-9, 9).filter(bool), st.integers(-60, 60), st.sampled_from((">=", "==")))
def test_a_bound_is_read_as_it_holds(a: int, b: int, relation: str) -> None:
    condition = Condition(a * X + b, relation)
    found = as_bound(condition)
    assert found is not None
    _, low, high = found
    for value in range(-70, 70):
        allowed = (low is None or low <= value) and (high is None or value <= high)
        if condition.holds({X: value}):
            assert allowed
        elif relation == ">=":
            assert not allowed


# ------------------------------------------------------------------ conditions
POINTS = st.fixed_dictionaries({s: st.one_of(st.integers(1, 12), st.integers(2**64, 2**66)) for s in LETTERS})
QUOTIENTS = st.builds(
    lambda p, q, r, n, c: c * FloorDiv(p, q) + r - n,
    *(
        expressions(leaves=3),
        st.sampled_from((Integer(2), Integer(32), S, K)),
        st.sampled_from((Integer(0), I, -K)),
    ),
    *(st.integers(-3, 9), st.sampled_from((1, 1, -1, 2))),
)


@given(
    st.one_of(expressions(), QUOTIENTS, expressions().map(lambda e: 6 * e + 4)),
    RELATIONS,
    st.lists(POINTS, min_size=4),
)
def test_a_tidied_condition_holds_where_the_condition_does(
    expr: Expr, relation: str, points: list[Point]
) -> None:
    condition = Condition(sympy.sympify(expr), relation)
    other, written = tidy(condition), as_relation(condition)
    for point in points:
        held = condition.holds(point)
        assert other.holds(point) == held
        assert condition.negation.holds(point) != held
        assert bool(written.subs({s: Integer(v) for s, v in point.items()})) == held


@given(st.integers(-9, 9), st.integers(-40, 40), st.integers(1, 9), st.integers(-5, 5), RELATIONS)
def test_a_tidied_condition_of_one_symbol_turns_at_the_same_value(
    a: int, b: int, q: int, r: int, relation: str
) -> None:
    for expr in (
        a * X + b,
        FloorDiv(a * X + b, Integer(q)) + r,
        q * (a * X) + b,
        a * FloorDiv(X + b, Integer(q)) + r,
    ):
        condition = Condition(sympy.sympify(expr), relation)
        other = tidy(condition)
        for value in range(-45, 46):
            assert other.holds({X: value}) == condition.holds({X: value}), value


@given(expressions(), expressions(), st.sampled_from(("==", "!=", "<=", ">=", "<", ">")), POINTS)
def test_a_comparison_becomes_a_comparison_with_zero(
    left: Expr, right: Expr, relation: str, point: Point
) -> None:
    a, b = value_of(left, point), value_of(right, point)
    python = {"==": a == b, "!=": a != b, "<=": a <= b, ">=": a >= b, "<": a < b, ">": a > b}[relation]
    condition = Condition.of(left, relation, right)
    assert condition.relation in ("==", "!=", ">=")  # of integers, never >
    assert condition.holds(point) == python


# ------------------------------------------------------------------ divisors that are zero
ZERO = [  # a domain, and what is zero at all of its points
    (Domain((I, K, S), (Condition(K - S, "=="),)), K - S),
    (Domain((I, K, S), (Condition(K - S - 2, "=="),)), 2 * K - 2 * S - 4),
    (Domain((I, K), (Condition(1 - K, ">="),)), FloorDiv(K, 2)),
]


@pytest.mark.parametrize(("domain", "zero"), ZERO, ids=str)
@pytest.mark.parametrize("divided", [FloorDiv, Mod, lambda p, q: 1 + FloorDiv(p, q) * p])
def test_what_divides_by_zero_everywhere_is_left_alone(domain: Domain, zero: Expr, divided: type) -> None:
    """It has no value at any point: nothing is proved of it, and nothing fails."""
    assert all(value_of(zero, point) == 0 for point in points_of(domain))
    assert domain.proves(Condition(zero, "==")) and domain.simplify(zero) == 0
    expr = divided(I, zero)
    assert domain.simplify(expr) == expr
    for relation in ("==", "!=", ">=", ">"):
        assert not domain.proves(Condition(expr, relation))
        assert not domain.refutes(Condition(expr - I, relation))


def test_conditions_that_divide_by_zero_have_no_point() -> None:
    domain = Domain((I, K, S), (Condition(K - S, "=="), Condition(FloorDiv(I, K - S) - 3, ">=")))
    assert not domain.proves(Condition(I - 3, ">=")) and not domain.refutes(Condition(I - 3, ">="))
    assert domain.simplify(FloorDiv(4 * I, 2)) == 2 * I


def test_a_quotient_by_what_may_be_zero_is_not_known_to_vanish() -> None:
    """I / (K - 3) - 1 is zero where K = I + 3, has no value at K = 3, and elsewhere is another number."""
    one = Condition(I / (K - 3) - 1, "==")
    assert not Domain().proves(one) and not Domain().refutes(one)
    assert one.holds({I: 2, K: 5}) and not one.holds({I: 2, K: 4})


@pytest.mark.parametrize("p", [symbol("r", "rational"), I / 2, I / 2 + 1, 2 * symbol("a", "real")], ids=str)
def test_only_integers_have_a_congruence(p: Expr) -> None:
    """Of I/2 % 3 == 0 the solutions are 6, 12, ...: not those of I % 3 == 0."""
    assert as_congruence(Condition(Mod(p, Integer(3)), "==")) is None
    assert as_congruence(Condition(Mod(I, Integer(3)), "==")) == (I, Congruence(3, 0))


def test_a_proof_from_bounds_ends_before_it_grows() -> None:
    """(I - 1)**2 m is never negative: shown for few letters; for many it is not known, and not denied."""
    for m, shown in ((K, True), (K * S, True), ((K * S * P * I) ** 6 * X**4, False)):
        expr = sympy.expand((I - 1) ** 2 * m)
        assert Domain().nonnegative(expr) == shown
        assert not Domain().refutes(Condition(expr, ">="))
        assert all(value_of(expr, {**point, X: -2}) >= 0 for point in points_of(Domain(LETTERS), most=20))
