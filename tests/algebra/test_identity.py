"""Decisions: proved is never contradicted, a counterexample is one, small domains are decided."""

from __future__ import annotations

from itertools import product
from typing import Literal

import pytest
import sympy
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from sympy import Expr, Integer, Rational, Symbol

from algebra.points import I, K, S, X, domains, expressions, points_of, value_of
from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.identity import decide, proves_integer
from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div, floor_div
from symcnn.algebra.sampling import inside
from symcnn.symbols import symbol

Relation = Literal["==", "!=", ">="]
RELATIONS = st.sampled_from(("==", ">=", "!="))
T = symbol("t")


def between(s: Symbol, low: int, high: int) -> tuple[Condition, Condition]:
    return Condition(s - low, ">="), Condition(high - s, ">=")


def fails(condition: Condition, value: int) -> bool:
    found = value_of(condition.expr, {I: value})
    return {"==": found != 0, ">=": found < 0, "!=": found == 0}[condition.relation]


def quotients(*letters: Symbol) -> st.SearchStrategy[Expr]:
    """Sums of floors and ceilings with constant divisors, and a linear part."""
    linear = st.builds(
        lambda terms, c: sympy.Add(*(a * s for a, s in zip(terms, letters, strict=True))) + c,
        *(st.tuples(*[st.integers(-3, 4)] * len(letters)), st.integers(-7, 7)),
    )
    one = st.builds(
        lambda f, p, q: f(p, Integer(q)),
        st.sampled_from((floor_div, ceil_div, Mod)),
        linear,
        st.integers(2, 9),
    )
    return st.builds(lambda a, b, c, d: a + c * b - d, one, one, st.sampled_from((-2, -1, 1)), linear)


# ------------------------------------------------------------------ soundness
@settings(max_examples=40)
@given(domains(2), st.one_of(expressions(leaves=4), quotients(I)), RELATIONS, st.integers(0, 1))
@example(Domain(), 2 * FloorDiv(I, 2) - I, "==", 0)
def test_proved_is_never_contradicted_and_refuted_is(
    domain: Domain, expr: Expr, relation: Relation, more: int
) -> None:
    points = points_of(domain)
    assume(points)
    condition = Condition(expr - more * min(value_of(expr, p) for p in points), relation)
    decision = decide([condition], domain, samples=200)
    if decision.outcome == "proved":
        assert all(condition.holds(point) for point in points)
    if decision.outcome == "refuted":
        assert decision.counterexample is not None
        assert inside(decision.counterexample, domain) and not condition.holds(decision.counterexample)
        assert set(decision.counterexample) == condition.expr.free_symbols


DECLARED = (
    Condition(I - 9, ">="),
    Condition(50 - I, ">="),
    Condition(Mod(I, 3) - 1, "=="),
    Condition(Mod(I, 4), "=="),
)


@given(quotients(I), RELATIONS, st.lists(st.sampled_from(DECLARED), max_size=2))
@example(FloorDiv(I, 7) - FloorDiv(I + 1, 7), "==", [])
@example(I - 500, "!=", [])
def test_for_one_symbol_the_counterexample_is_the_smallest(
    expr: Expr, relation: Relation, declared: list[Condition]
) -> None:
    assume(expr.free_symbols)
    domain, condition = Domain((I,), tuple(declared)), Condition(expr, relation)
    failing = [i for i in range(1, 1000) if all(c.holds({I: i}) for c in declared) and fails(condition, i)]
    decision = decide([condition], domain)
    if failing:
        assert (decision.outcome, decision.counterexample) == ("refuted", {I: failing[0]})
    else:
        assert decision.outcome != "refuted"


@given(quotients(I, K), RELATIONS, st.integers(1, 12), st.integers(1, 12), st.integers(0, 12))
def test_a_finite_domain_is_decided(expr: Expr, relation: Relation, i: int, k: int, low: int) -> None:
    box = [{I: a, K: b} for a, b in product(range(max(low, 1), low + i + 1), range(1, k + 1))]
    domain = Domain((I, K), (*between(I, max(low, 1), low + i), *between(K, 1, k)))
    condition = Condition(sympy.sympify(expr), relation)
    decision = decide([condition], domain)
    failing = [p for p in box if not condition.holds(p)]
    assert decision.outcome == ("refuted" if failing else "proved")
    if failing:  # the least total distance from the least values
        assert decision.counterexample is not None
        point = {s: decision.counterexample.get(s, {I: max(low, 1), K: 1}[s]) for s in (I, K)}
        assert sum(point.values()) == min(sum(p.values()) for p in failing)


def test_several_conditions_fail_where_one_does() -> None:
    both = [Condition(I - 1, ">="), Condition(7 - I, ">=")]
    assert decide(both, Domain((I,))).counterexample == {I: 8}
    assert decide(both, Domain((I,), (Condition(7 - I, ">="),))).outcome == "proved"


def test_a_rare_failure_beyond_the_samples_is_undecided_not_proved() -> None:
    far = Condition(I - 10**30 - 1, "!=")
    decision = decide([far], Domain((I,)))
    assert decision.outcome == "undecided" and decision.samples > 1000


def test_a_failure_far_away_is_found_and_made_smaller() -> None:
    decision = decide([Condition(10**9 - I, ">=")], Domain((I,)))
    assert decision.counterexample == {I: 10**9 + 1}


@pytest.mark.parametrize(
    ("low", "high"),
    [(Rational(1, 7), Rational(1, 6)), (Rational(-3), Rational(-1)), (Rational(100), Rational(101))],
)
def test_a_real_symbol_without_a_ready_sample_proves_nothing(low: Rational, high: Rational) -> None:
    a = symbol("a", "real")
    domain = Domain((a,), (Condition(a - low, ">="), Condition(high - a, ">=")))
    assert decide([Condition(a - 5, "==")], domain).outcome != "proved"


@settings(max_examples=30)
@given(domains(2), expressions(leaves=4))
def test_where_no_value_is_left_no_counterexample_is_given(domain: Domain, expr: Expr) -> None:
    empty = Domain((I, K), (*domain.conditions, Condition(I - 9, ">="), Condition(8 - I, ">=")))
    assume(expr.has(I))
    assert decide([Condition(expr, "!=")], empty, samples=100).outcome != "refuted"


# ------------------------------------------------------------------ true identities are proved
@given(st.integers(1, 8), st.integers(1, 4), st.integers(0, 9))
def test_hermites_identity_is_proved(n: int, a: int, b: int) -> None:
    """The sum of floor((x + i)/n) over i < n is x."""
    x = a * X + b
    left = sympy.Add(*(FloorDiv(x + i, Integer(n)) for i in range(n)))
    assert decide([Condition(left - x, "==")], Domain((X,))).outcome == "proved"


@given(st.integers(1, 9), st.integers(1, 9), st.integers(-9, 9), st.integers(-9, 9))
def test_nested_floors_and_ceilings_are_proved(a: int, b: int, c: int, d: int) -> None:
    identities = [
        FloorDiv(FloorDiv(X + c, a) + d, b) - FloorDiv(X + c + a * d, a * b),
        ceil_div(ceil_div(X + c, a) + d, b) - ceil_div(X + c + a * d, a * b),
        FloorDiv(X + c, a) + ceil_div(-X - c, a),
        a * FloorDiv(X + c, a) + Mod(X + c, a) - X - c,
        FloorDiv(X + c, Integer(a)) + 1 - ceil_div(X + c + 1, Integer(a)),
        FloorDiv(a * X + c, a * b) - FloorDiv(X + c // a, b),
    ]
    for identity in identities:
        assert decide([Condition(sympy.sympify(identity), "==")], Domain((X,))).outcome == "proved"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (FloorDiv(I, 2) + ceil_div(I, 2), I),
        (ceil_div(I, S), FloorDiv(I - 1, S) + 1),
        (FloorDiv(FloorDiv(I, K), S), FloorDiv(I, K * S)),
        (FloorDiv(FloorDiv(I, S), K), FloorDiv(FloorDiv(I, K), S)),
        (ceil_div(ceil_div(I, K), S), ceil_div(I, K * S)),
        (FloorDiv(I + K * S, S), FloorDiv(I, S) + K),
        (Mod(I * S + K, S), Mod(K, S)),
        (FloorDiv(I, 2) - FloorDiv(I, 4) - FloorDiv(I + 2, 4), Integer(0)),
        (FloorDiv(I, 6), FloorDiv(FloorDiv(I, 3), 2)),
        (Mod(I, 2) + Mod(I + 1, 2), Integer(1)),
        (Mod(Mod(I, 6), 3), Mod(I, 3)),
        (FloorDiv(I * (I + 1), 2) * 2, I * (I + 1)),
    ],
)
def test_textbook_identities_are_proved(left: Expr, right: Expr) -> None:
    assert decide([Condition(left - right, "==")], Domain((I, K, S))).outcome == "proved"


@pytest.mark.parametrize(
    ("left", "right", "point"),
    [
        (2 * FloorDiv(I, 2), I, {I: 1}),
        (FloorDiv(I, 2), FloorDiv(I + 1, 2), {I: 1}),
        (FloorDiv(I, 7), FloorDiv(I + 1, 7), {I: 6}),
        (FloorDiv(ceil_div(I, 2), 3), FloorDiv(I, 6), {I: 5}),
        (FloorDiv(FloorDiv(I, S) + 1, S), FloorDiv(I + 1, S * S), {I: 2, S: 2}),
    ],
)
def test_near_misses_are_refuted_by_the_smallest_point(
    left: Expr, right: Expr, point: dict[Symbol, int]
) -> None:
    assert decide([Condition(left - right, "==")], Domain((I, K, S))).counterexample == point


# ------------------------------------------------------------------ integers
@given(
    st.integers(-6, 6),
    st.integers(-6, 6),
    st.integers(-6, 6),
    st.integers(1, 12),
    st.sampled_from((1, 2, 3, 4, 6)),
)
def test_only_integers_are_shown_to_be_integers(a: int, b: int, c: int, q: int, m: int) -> None:
    value = (a * T**2 + b * T + c) / Integer(q)
    domain = Domain((T,), (Condition(Mod(T, m), "=="),) if m > 1 else ())
    whole = all((a * t * t + b * t + c) % q == 0 for t in range(0, q * m * 2, m))
    assert proves_integer(sympy.expand(value), domain) == whole


def test_too_many_residue_classes_are_not_looked_at() -> None:
    """I % 3 + K % 5 + N % 7 <= 12 is true; by residues there would be 105**3 classes, so it is open."""
    n = symbol("N")
    several = (2 - Mod(I, 3), 4 - Mod(K, 5), 6 - Mod(n, 7))
    opened = [expr.replace(Mod, lambda p, q: p - q * FloorDiv(p, q)) for expr in several]
    few, many = (Condition(sympy.Add(*opened[:count]), ">=") for count in (2, 3))
    assert decide([few], Domain((I, K)), 50).outcome == "proved"
    found = decide([many], Domain((I, K, n)), 50)
    assert (found.outcome, found.samples) == ("undecided", 50)
    for i, k, v in product(range(1, 4), range(1, 6), range(1, 8)):
        assert few.holds({I: i, K: k}) and many.holds({I: i, K: k, n: v})


@pytest.mark.parametrize(
    ("expr", "always"),
    [
        (FloorDiv(X + 1, 2) + FloorDiv(X, 2) - X, True),
        (FloorDiv(X**2 + X, 2) * 2 - X**2 - X, True),
        (FloorDiv(X**2, 4) * 4 - X**2 + 1, False),
        (3 * FloorDiv(X, 3) - X + 1, False),
    ],
    ids=str,
)
@pytest.mark.parametrize("bound", [None, -5, 5])
def test_residues_of_a_symbol_that_may_be_negative(expr: Expr, always: bool, bound: int | None) -> None:
    """Without a least value, with one, and with a largest one."""
    side = () if bound is None else (Condition(X - bound if bound < 0 else bound - X, ">="),)
    for relation, sign in (("==", 0), (">=", 1)):
        values = [value_of(expr, {X: x}) for x in range(-12, 13) if all(c.holds({X: x}) for c in side)]
        true = all(v == 0 if sign == 0 else v >= 0 for v in values)
        assert always is False or true
        found = decide([Condition(expr, relation)], Domain((X,), side), 60).outcome
        assert found == ("proved" if true else "refuted")
