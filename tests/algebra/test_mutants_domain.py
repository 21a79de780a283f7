"""Domains and declared equalities: small cases against numbers put in."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
import sympy
from sympy import Expr, Integer, Rational, S, Sum, Symbol

from algebra.points import I, K, P, X
from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.elimination import solved
from symcnn.algebra.exact import evaluate
from symcnn.algebra.exponents import power_range
from symcnn.algebra.functions import Divisible, FloorLog2, Gcd, Max, Min
from symcnn.algebra.identity import decide, proves_integer
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.symbols import bound, symbol

D, N = symbol("D"), symbol("N")
REAL, POSITIVE, FRACTION = symbol("a", "real"), symbol("b", "positive real"), symbol("r", "rational")
VALUES: dict[Symbol, list[Fraction]] = {
    I: [Fraction(n) for n in range(1, 9)],
    K: [Fraction(n) for n in range(1, 9)],
    P: [Fraction(n) for n in range(7)],
    X: [Fraction(n) for n in range(-9, 10)],
    POSITIVE: [Fraction(n, 2) for n in range(1, 17)],
    FRACTION: [Fraction(n, 2) for n in range(-18, 19)],
}


# ------------------------------------------------------------------ equalities
@pytest.mark.parametrize(
    ("equation", "replaced", "left"),
    [
        (I - 2 * K + 3, {I: 2 * K - 3}, "2*K - 4 >= 0"),
        (2 * I - 4 * K + 6, {I: 2 * K - 3}, "2*K - 4 >= 0"),
        (3 - K + I, {K: I + 3}, "I + 2 >= 0"),  # the later letter by the earlier one
        (P - 2 * K + 3, {P: 2 * K - 3}, "2*K - 3 >= 0"),
        (POSITIVE - 2 * K + 3, {POSITIVE: 2 * K - 3}, "2*K - 3 >= 0"),
        (X - 2 * K + 3, {X: 2 * K - 3}, ""),
        (FRACTION - 2 * K + 3, {FRACTION: 2 * K - 3}, ""),
        (I - K**2 + P, {P: K**2 - I}, "-I + K**2 >= 0"),
        (I * K - 4 * P, {}, None),
        (I + I * K - 5 * P, {}, None),
        (2 * FRACTION - 4 * K - 3 * P, {}, None),
        (2 * I - 3 * K, {}, None),
        (I - FloorDiv(K, 2), {}, None),
        (I - Max(K, P), {}, None),
        (I - 2**K, {}, None),
        (I - 1 / K, {}, None),
        (I - 3, {}, None),
    ],
    ids=str,
)
def test_what_an_equality_replaces(equation: Expr, replaced: dict[Symbol, Expr], left: str | None) -> None:
    condition = Condition(equation, "==")
    found, conditions = solved([condition])
    assert found == replaced
    if left is None:
        assert conditions == (condition,)
        return
    assert " and ".join(f"{c.expr} {c.relation} 0" for c in conditions) == left
    ((x, value),) = found.items()
    others = sorted(value.free_symbols, key=str)
    for values in product(*(VALUES[s] for s in others)):
        point = dict(zip(others, values, strict=True))
        there = evaluate(value, point)
        least = 1 if x.is_integer and x.is_positive else 0 if x.is_nonnegative else None
        assert all(c.holds(point) for c in conditions) == (least is None or there >= least)
        assert condition.holds({**point, x: there})


def test_equalities_one_after_the_other() -> None:
    first, second = Condition(I - 2 * K, "=="), Condition(K - X - 1, "==")
    for conditions in ([first, second], [second, first]):
        found, left = solved([*conditions, Condition(I - 5, ">=")])
        assert found == {I: 2 * K, X: K - 1}
        for k in range(1, 9):
            assert all(c.holds({K: k}) for c in left) == (2 * k >= 5)
    found, left = solved([first, Condition(K - 2 * N + 5, "==")])
    assert found == {I: 4 * N - 10, K: 2 * N - 5}  # what replaces the first holds the second no more
    assert [n for n in range(1, 9) if all(c.holds({N: n}) for c in left)] == [3, 4, 5, 6, 7, 8]
    # of what is known of it nothing is lost, and what becomes a number is left out
    assert solved([Condition(I - K, "!="), first])[1][0] == Condition(K, "!=")
    assert solved([Condition(I - 2 * K, ">="), first])[1] == (Condition(2 * K - 1, ">="),)


@pytest.mark.parametrize("relation", ["!=", ">=", ">"])
def test_only_an_equality_replaces(relation: str) -> None:
    condition = Condition(REAL - POSITIVE, relation)
    assert solved([condition]) == ({}, (condition,))


def test_an_equality_is_used_in_proofs() -> None:
    domain = Domain((I, K), (Condition(I - 2 * K, "=="), Condition(K - 3, ">=")))
    assert domain.proves(Condition(I - 6, ">=")) and not domain.proves(Condition(I - 7, ">="))
    assert domain.simplify(FloorDiv(I, 2)) == K and domain.simplify(Mod(I, 2)) == 0
    assert domain.proves(Condition(I - K - 3, ">=")) and not domain.proves(Condition(I - K - 4, ">="))


# ------------------------------------------------------------------ what is shown
@pytest.mark.parametrize(
    ("expr", "relation", "shown"),
    [
        ((X + 1) / X - 1 - 1 / X, "==", True),
        ((X + 1) / X - 1, "==", False),
        (K / N - K / (2 * N) * 2, "==", True),
        (POSITIVE, ">", True),
        (POSITIVE + I / 2, ">", True),
        (POSITIVE - 1, ">", False),
        (REAL, ">", False),
        (I / 2, ">", True),
        (P / 2, ">", False),
        (2 ** (D - K), ">", True),
        (2 ** (D - K) - 1, ">=", False),
        (2**D, ">", True),
        (2**D / 2, ">", True),
        (2**D / 2 - 1, ">", False),
        (POSITIVE, "!=", True),
        (-POSITIVE, "!=", True),
        (X, "!=", False),
        (2 * X - 1, "!=", False),
        (2**D - 2**K, "==", False),
        (2 ** (D + K) - 2**D * 2**K, "==", True),
    ],
    ids=str,
)
def test_what_is_shown_without_conditions(expr: Expr, relation: str, shown: bool) -> None:
    condition = Condition(expr, relation)
    assert Domain().proves(condition) is shown
    for d, k, x, half in product((1, 2, 5), (1, 2, 3), (-2, -1, 1, 3), (1, 2, 5)) if shown else ():
        point = {D: d, K: k, X: x, I: k, N: d, P: k - 1, POSITIVE: Fraction(half, 2), REAL: Fraction(x, 2)}
        assert condition.holds(point)


def test_equal_powers_behind_a_gap() -> None:
    domain = Domain((D, K), (Condition(D - K, ">="),))
    assert domain.proves(Condition(FloorDiv(2**D, 2**K) - 2 ** (D - K), "=="))
    assert not domain.proves(Condition(2**D - 2**K, "=="))
    assert not domain.proves(Condition(2**D - 2 * 2**K, "=="))


def test_a_multiple_is_at_least_its_divisor() -> None:
    domain = Domain((I, K), (Condition(Mod(I, K), "=="),))
    assert domain.proves(Condition(I - K, ">=")) and not domain.proves(Condition(I - K - 1, ">="))
    assert not Domain((X, K), (Condition(Mod(X, K), "=="),)).proves(Condition(X - K, ">="))  # X may be 0


def test_relations_are_those_of_several_letters() -> None:
    several, alone = Condition(2 * I - 2 * K, ">="), Condition(I - 5, ">=")
    domain = Domain((I, K), (several, alone, Condition(I - K, "!=")))
    assert [dict(relation.parts) for relation in domain.relations] == [{I: 2, K: -2}, {I: 1, K: -1}]
    assert {relation.symbols for relation in domain.relations} == {frozenset((I, K))}


@pytest.mark.parametrize("relation", ["==", "!=", ">=", ">"])
def test_a_division_by_zero_everywhere_shows_nothing(relation: str) -> None:
    domain = Domain((I, K), (Condition(I - K, "=="),))
    for expr in (FloorDiv(5, I - K), Mod(5, I - K)):
        assert domain.proves(Condition(expr, relation)) is False
        assert domain.simplify(expr) == expr


def test_what_was_asked_before_does_not_tell_domains_apart() -> None:
    conditions = (Condition(I - K, ">="), Condition(2**D - N, ">="))
    asked, fresh = Domain((I, K), conditions), Domain((I, K), conditions)
    before = repr(asked)
    assert asked.proves(Condition(FloorDiv(I, P + 1) - FloorDiv(K, P + 1), ">="))
    assert asked.simplify(Max(I, K)) == I and not asked.proves(Condition(2**D - 2**K, ">="))
    assert asked == fresh and hash(asked) == hash(fresh) and repr(asked) == before == repr(fresh)
    asked.left.append(1)
    assert asked == fresh and repr(asked) == before
    assert asked != Domain((I,), conditions) and asked != Domain((I, K), conditions[:1])


# ------------------------------------------------------------------ bounds
@pytest.mark.parametrize(
    ("s", "conditions", "bounds"),
    [
        (I, [], (1, None)),
        (P, [], (0, None)),
        (X, [], (None, None)),
        (POSITIVE, [], (0, None)),
        (REAL, [], (None, None)),
        (I, [I - 4, 9 - I, I - 2, 12 - I], (4, 9)),
        (P, [P + 4], (0, None)),
        (POSITIVE, [POSITIVE + 4], (0, None)),
        (POSITIVE, [2 * POSITIVE - 3], (Fraction(3, 2), None)),
        (X, [4 - X, 2 - X], (None, 2)),
        (X, [X - 4, X - 2], (4, None)),
    ],
    ids=str,
)
def test_the_tighter_bound_counts(s: Symbol, conditions: list[Expr], bounds: tuple[object, object]) -> None:
    assert Domain((s,), tuple(Condition(c, ">=") for c in conditions)).bounds(s) == bounds


def test_bounds_move_to_the_residue() -> None:
    for m, r, low, high in product(range(2, 6), range(4), range(1, 6), range(12, 16)):
        if r < m:
            conditions = (Condition(Mod(I, m) - r, "=="), Condition(I - low, ">="), Condition(high - I, ">="))
            inside = [n for n in range(low, high + 1) if n % m == r]
            assert Domain((I,), conditions).bounds(I) == (inside[0], inside[-1])
    open_below = Domain((X,), (Condition(Mod(X, 3) - 1, "=="), Condition(5 - X, ">=")))
    assert open_below.bounds(X) == (None, 4)
    fraction = Domain((REAL,), (Condition(2 * REAL - 1, ">="),))
    assert fraction.bounds(REAL) == (Fraction(1, 2), None)


@pytest.mark.parametrize(
    ("expr", "simple"),
    [
        (Max(I, K), I),
        (Min(I, K), K),
        (Max(I, K, P), Max(I, P)),
        (1 + 2 * Max(K, I), 1 + 2 * I),
        (FloorDiv(Max(I, K), P + 1), FloorDiv(I, P + 1)),
        (Mod(Min(I, K), P + 2), Mod(K, P + 2)),
        (I + K, I + K),
        (S(3), S(3)),
    ],
    ids=str,
)
def test_extrema_are_simplified_wherever_they_stand(expr: Expr, simple: Expr) -> None:
    domain = Domain((I, K), (Condition(I - K, ">="),))
    assert domain.simplify(expr) == simple
    assert Domain().simplify(expr) == expr


def test_a_sum_of_numbers_is_their_sum() -> None:
    j = bound("j")
    halves = Sum(FloorDiv(Integer(9), 2**j), (j, 1, 3))
    assert Domain().simplify(I + halves) == I + 4 + 2 + 1
    assert Domain().simplify(halves) == 4 + 2 + 1
    open_end = Sum(FloorDiv(I, 2**j), (j, 1, D))
    assert Domain().simplify(open_end) == open_end


# ------------------------------------------------------------------ powers and functions
@pytest.mark.parametrize(
    ("power", "conditions", "bounds"),
    [
        (X ** (2 * D), [], (0, None)),
        ((N / 2) ** D, [], (0, None)),
        (X**D, [], (None, None)),
        (N**X, [-X], (0, 1)),
        (N**X, [-1 - X, N - 2], (0, Fraction(1, 2))),
        (N**X, [2 - X, 4 - N], (0, 16)),
        (2**D, [100 - D], (2, 2**100)),
        (2**D, [3000 - D], (2, None)),  # too large to be a bound
        (2**X, [X + 3, 3 - X], (Fraction(1, 8), 8)),
        (Rational(3, 2) ** D, [4 - D], (Fraction(3, 2), Fraction(81, 16))),
        (2 ** (D - 2 * K), [5 - D, 3 - K], (Fraction(1, 32), 8)),
        (2 ** (D / 2), [4 - D], (0, None)),
        (2 ** (D + POSITIVE), [4 - D, 4 - POSITIVE], (0, None)),
    ],
    ids=str,
)
def test_ranges_of_powers(power: Expr, conditions: list[Expr], bounds: tuple[object, object]) -> None:
    assert power_range(power, Domain((), tuple(Condition(c, ">=") for c in conditions))) == bounds


def test_common_divisors_and_extrema_in_short() -> None:
    assert Gcd(I, S.One) == Gcd(S.One, I) == 1 and Gcd(I, I) == I
    assert Gcd(I + 14, 7) == Gcd(I, 7) and Gcd(7, I) == Gcd(I, 7) and Gcd(K, I) == Gcd(I, K)
    assert Gcd(I, K).is_integer and Gcd(I, K).is_positive and Gcd(X, K).is_positive is None
    assert Max(I, I - S.Half) == I and Min(I, I - S.Half) == I - S.Half
    assert Max(I, K).is_integer and Max(I, REAL).is_integer is None
    assert FloorLog2(I).is_integer and Divisible(I, 8).is_integer
    assert Divisible(REAL, 8).is_positive and Divisible(REAL, X).is_positive is None


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (2 * Max(I, 7), r"2 \max\left(I, 7\right)"),
        (Max(I, 7) ** 2, r"\max\left(I, 7\right)^{2}"),
        (Min(I, 7) - 1, r"\min\left(I, 7\right) - 1"),
    ],
    ids=str,
)
def test_extrema_in_latex(found: Expr, text: str) -> None:
    assert sympy.latex(found) == text


# ------------------------------------------------------------------ decisions
def test_the_number_of_points_tried() -> None:
    found = decide([Condition(3 - I, ">=")], Domain((I,)))
    assert (found.outcome, found.counterexample, found.samples) == ("refuted", {I: 4}, 4)
    found = decide([Condition(I - 10**40, "!=")], Domain((I,)), 80)
    assert (found.outcome, found.counterexample, found.samples) == ("undecided", None, 80)
    assert decide([Condition(I, ">=")], Domain((I,))).samples == 0


def test_letters_that_are_not_tied_to_the_question_take_no_part() -> None:
    apart = Domain((I, K, P), (Condition(K - P - 3, ">="),))
    found = decide([Condition(I - 7, "!=")], apart)
    assert (found.counterexample, found.samples) == ({I: 7}, 7)
    tied = Domain((I, K, P), (Condition(K - P - 3, ">="), Condition(P - I, ">=")))
    found = decide([Condition(I - 2, "!=")], tied)
    assert found.counterexample == {I: 2}


@pytest.mark.parametrize(
    ("expr", "conditions", "proved"),
    [
        (FloorDiv(I, 6) + FloorDiv(I + 3, 6) - (I - 1) / 3, [(3, 1)], True),
        (FloorDiv(I, 6) + FloorDiv(I + 3, 6) - (I - 2) / 3, [(3, 2)], True),
        (FloorDiv(I, 6) + FloorDiv(I + 3, 6) - FloorDiv(I, 3), [], True),
        (FloorDiv(I, 6) + FloorDiv(I + 2, 6) - FloorDiv(I, 3), [], False),
        (FloorDiv(I, 4) + FloorDiv(I + 2, 4) - FloorDiv(K, 2) - FloorDiv(I, 2) + FloorDiv(K, 2), [], True),
        (FloorDiv(I + K, 2) - FloorDiv(I, 2) - FloorDiv(K, 2), [(2, 0)], True),
        (FloorDiv(I + K, 2) - FloorDiv(I, 2) - FloorDiv(K, 2), [], False),
    ],
    ids=str,
)
def test_residue_by_residue(expr: Expr, conditions: list[tuple[int, int]], proved: bool) -> None:
    domain = Domain((I, K), tuple(Condition(Mod(I, m) - r, "==") for m, r in conditions))
    found = decide([Condition(expr, "==")], domain)
    assert found.outcome == ("proved" if proved else "refuted")
    inside = [n for n in range(1, 40) if all(n % m == r for m, r in conditions)]
    assert all(evaluate(expr, {I: n, K: k}) == 0 for n in inside for k in range(1, 9)) == proved


@pytest.mark.parametrize(
    ("expr", "conditions", "whole"),
    [
        (I * (I + 1) / 2, [], True),
        ((I**3 - I) / 6, [], True),
        (I / 2, [], False),
        (I / 2, [(2, 0)], True),
        (I / 2 + K, [(4, 1)], False),
        (I * K / 2, [(2, 0)], True),
        (I / 2 + I**2 / 2 + K, [], True),
        (I / (2 * K), [], False),
        (REAL, [], False),
        (REAL / 2, [], False),
    ],
    ids=str,
)
def test_what_is_shown_to_be_an_integer(expr: Expr, conditions: list[tuple[int, int]], whole: bool) -> None:
    domain = Domain((I, K), tuple(Condition(Mod(I, m) - r, "==") for m, r in conditions))
    assert proves_integer(expr, domain) is whole
