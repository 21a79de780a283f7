"""Conditions, and formulas as polynomials: small cases, all of them, against numbers put in."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb

import pytest
import sympy
from sympy import Expr, Integer, Rational, S

from algebra.points import I, K, P, X
from symcnn.algebra.conditions import (
    Condition,
    Congruence,
    as_bound,
    as_congruence,
    as_relation,
    split,
    tidy,
)
from symcnn.algebra.functions import Max, Min
from symcnn.algebra.polynomial import over, polynomial, term_order, terms, weigh
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.symbols import rank, symbol

REAL = symbol("a", "real")
RELATIONS = ("==", "!=", ">=", ">")
RANGE = range(-40, 41)


def where(condition: Condition) -> list[int]:
    return [x for x in RANGE if condition.holds({X: x})]


@pytest.mark.parametrize("relation", [*RELATIONS, "<=", "<"])
def test_a_comparison_says_what_it_says_between_numbers(relation: str) -> None:
    compare = {
        "==": int.__eq__, "!=": int.__ne__, ">=": int.__ge__, ">": int.__gt__, "<=": int.__le__,
        "<": int.__lt__,
    }[relation]  # fmt: skip
    for a, b in product(range(-3, 4), repeat=2):
        made = Condition.of(a * X, relation, Integer(b))
        assert where(made) == [x for x in RANGE if compare(a * x, b)]
        if a:  # on integers there is no ">"
            assert made.relation != ">"
        assert where(made.negation) == [x for x in RANGE if not compare(a * x, b)]
    real = Condition.of(REAL, relation, S.Zero)
    for n in range(-4, 5):
        assert real.holds({REAL: Fraction(n, 4)}) == compare(n, 0)


@pytest.mark.parametrize("relation", RELATIONS)
def test_bounds_of_a_line(relation: str) -> None:
    for a, b in product((-3, -2, -1, 1, 2, 3), range(-7, 8)):
        found, held = as_bound(Condition(a * X + b, relation)), where(Condition(a * X + b, relation))
        if relation == "!=":
            assert found is None
            continue
        assert found is not None
        _, low, high = found
        inside = [x for x in RANGE if (low is None or x >= low) and (high is None or x <= high)]
        assert inside == held or relation == ">"
        if relation == "==":
            assert low is not None and high is not None
        else:
            assert (low is None) == (a < 0) and (high is None) == (a > 0)
        line = Rational(a, 2) * REAL + Rational(b, 3)
        end = Fraction(-2 * b, 3 * a)
        ends = as_bound(Condition(line, relation))
        assert ends is not None
        assert ends[1:] == ((end, end) if relation == "==" else (end, None) if a > 0 else (None, end))


def test_bounds_of_integers_are_integers() -> None:
    half = S.Half
    assert as_bound(Condition(X - half, ">=")) == (X, 1, None)
    assert as_bound(Condition(half - X, ">=")) == (X, None, 0)
    assert as_bound(Condition(2 * X - 5, ">=")) == (X, 3, None)
    assert as_bound(Condition(5 - 2 * X, ">=")) == (X, None, 2)
    assert as_bound(Condition(2 * X - 5, "==")) == (X, 3, 2)  # there is none


@pytest.mark.parametrize("expr", [I + K, I * K, I**2, FloorDiv(I, 2), S(3), I * X - X], ids=str)
def test_what_is_no_line_gives_no_bound(expr: Expr) -> None:
    assert as_bound(Condition(expr - 5, ">=")) is None


@pytest.mark.parametrize("factor", [-2, -1, 1, 2, 3])
def test_congruences_of_a_line(factor: int) -> None:
    """factor (a x + b) % m + k == 0 is read where it has solutions, and says where it holds."""
    for a, b, m, k in product((-2, 1, 3), range(-1, 2), (2, 3, 4, 6), range(-4, 2)):
        condition = Condition(factor * Mod(a * X + b, Integer(m)) + k, "==")
        if not isinstance(condition.expr, Expr) or not condition.expr.has(Mod):
            continue
        found = as_congruence(condition)
        held = where(condition)
        if found is None:
            assert not held
        else:
            letter, congruence = found
            assert letter == X and 0 <= congruence.residue < congruence.modulus
            assert held == [x for x in RANGE if x % congruence.modulus == congruence.residue]


@pytest.mark.parametrize(
    "condition",
    [
        Condition(Mod(I, 3) + Mod(I, 4), "=="),
        Condition(Mod(I, 3) - K, "=="),
        Condition(Mod(I, 3) - I, "=="),
        Condition(Mod(I, 3), ">="),
        Condition(Mod(I, 3) - 1, "!="),
        Condition(Mod(I, K), "=="),
        Condition(Mod(I * K, 3), "=="),
        Condition(Mod(REAL, 3) - 1, "=="),
        Condition(Mod(2 * REAL, 3) - 1, "=="),
        Condition(Mod(I, 3) - 3, "=="),
        Condition(Mod(I, 3) + 1, "=="),
        Condition(2 * Mod(I, 3) - 1, "=="),
        Condition(I - 3, "=="),
        Condition(Mod(I, 3) + K - 1, "=="),
    ],
    ids=str,
)
def test_what_is_no_congruence_of_one_letter(condition: Condition) -> None:
    assert as_congruence(condition) is None


def test_all_small_congruences_meet_where_both_hold() -> None:
    every = [Congruence(m, r) for m in range(1, 9) for r in range(m)]
    for a, b in product(every, repeat=2):
        both = [x for x in range(72) if x % a.modulus == a.residue and x % b.modulus == b.residue]
        met = a.meet(b)
        if met is None:
            assert not both
        else:
            assert both == [x for x in range(72) if x % met.modulus == met.residue]
            assert 0 <= met.residue < met.modulus


@pytest.mark.parametrize(
    ("condition", "shorter"),
    [
        (Condition(2 * I - 133, ">="), "I - 67"),
        (Condition(6 * I - 4 * K, "=="), "3*I - 2*K"),
        (Condition(6 * I - 4 * K - 8, "=="), "3*I - 2*K - 4"),
        (Condition(6 * I - 4 * K - 3, "=="), "6*I - 4*K - 3"),
        (Condition(I / 2 - K / 3 - 1, "=="), "3*I - 2*K - 6"),
        (Condition(I / 2 - K / 3 - 1, ">="), "3*I - 2*K - 6"),
        (Condition(2 * REAL - 3, ">="), "2*a - 3"),
        (Condition(FloorDiv(I - 67, 32), ">="), "I - 67"),
        (Condition(FloorDiv(I, 4) - 2, ">="), "I - 8"),
        (Condition(FloorDiv(I, 4) - 2, "=="), "I//4 - 2"),
        (Condition(2 * FloorDiv(I, 4) - 5, ">="), "I//4 - 3"),
        (Condition(FloorDiv(I, 4) + FloorDiv(K, 3) - 2, ">="), "I//4 + K//3 - 2"),
        (Condition(FloorDiv(FloorDiv(I + 1, K) - 3, 2) - 1, ">="), "I - 5*K + 1"),
        (Condition(2 * FloorDiv(I, 4) - 6, "=="), "I//4 - 3"),
        (Condition(FloorDiv(REAL, 4) - 2, ">="), "a//4 - 2"),
        (Condition(FloorDiv(I, 4) - K / 2, ">="), "-K + 2*(I//4)"),
        (Condition(FloorDiv(I, X) - 2, ">="), "I//x - 2"),
    ],
    ids=str,
)
def test_the_shorter_condition_is_met_by_the_same(condition: Condition, shorter: str) -> None:
    found = tidy(condition)
    assert (str(found.expr), found.relation) == (shorter, condition.relation)
    for i, k, n in product(range(1, 41), range(1, 6), (-3, -1, 2)):
        point = {I: i, K: k, X: n, REAL: Fraction(i, 2)}
        assert found.holds(point) == condition.holds(point)


@pytest.mark.parametrize(
    ("condition", "parts"),
    [
        (Condition(Min(I, K) - 3, ">="), ["I - 3", "K - 3"]),
        (Condition(2 * Min(I, K) - 3 * P, ">"), ["2*I - 3*P", "2*K - 3*P"]),
        (Condition(Min(I, K) + Min(I, P) - 5, ">="), None),
        (Condition(3 - Min(I, K), ">="), ["3 - Min(I, K)"]),
        (Condition(Max(I, K) - 3, ">="), ["Max(I, K) - 3"]),
        (Condition(Min(I, K) - 3, "=="), ["Min(I, K) - 3"]),
        (Condition(Min(I, K) - 3, "!="), ["Min(I, K) - 3"]),
    ],
    ids=str,
)
def test_parts_of_a_condition_say_the_same_together(condition: Condition, parts: list[str] | None) -> None:
    found = split(condition)
    assert parts is None or [str(c.expr) for c in found] == parts
    assert {c.relation for c in found} == {condition.relation}
    for i, k, p in product(range(1, 7), range(1, 7), range(4)):
        point = {I: i, K: k, P: p}
        assert all(c.holds(point) for c in found) == condition.holds(point)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Condition(2 * I - 133, ">="), "I >= 67"),
        (Condition(133 - 2 * I, ">="), "I <= 66"),
        (Condition(I - K + 2 * P, ">="), "I + 2*P >= K"),
        (Condition(I - 5, "=="), "Eq(I, 5)"),
        (Condition(I - 5, "!="), "Ne(I, 5)"),
        (Condition(5 - I, "=="), "Eq(5, I)"),
        (Condition(REAL - 5, ">"), "a > 5"),
        (Condition(I - K, ">"), "I > K"),
        (Condition(I * K - 3, ">="), "I*K >= 3"),
        (Condition(2 * REAL - 3, ">="), "a >= 3/2"),
    ],
    ids=str,
)
def test_relations_as_people_write_them(condition: Condition, text: str) -> None:
    assert str(as_relation(condition)) == text


# ------------------------------------------------------------------ polynomials
FORMULAS = [
    I, S(3), I + 1, 3 * I * K, (I + K) ** 3, (I + K + 1) ** 4, (I * K) ** 2, (I + 1) * (K + 2) * (P + 3),
    FloorDiv(I + 1, 3) * (I + 1), I**-1 + K, 2**I + K, (I + 1) ** K, Max(I, K) + 1,
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS, ids=str)
def test_the_weight_of_a_formula(formula: Expr) -> None:
    """Nodes are those of the tree; terms those of the product multiplied out, or more."""
    weight = weigh(formula)
    assert weight.nodes == sum(1 for _ in sympy.preorder_traversal(formula))
    found = len(sympy.Add.make_args(sympy.expand(formula, power_exp=False)))
    assert weight.terms >= found
    if not formula.has(2**I, (I + 1) ** K):  # no powers with letters as exponents
        assert weight.terms == found


def test_the_number_of_terms_of_a_power() -> None:
    letters = [symbol(f"N{n}") for n in range(1, 5)]
    for several, n in product(range(2, 5), range(1, 5)):
        assert weigh(sympy.Add(*letters[:several]) ** n).terms == comb(several + n - 1, n)


@pytest.mark.parametrize("formula", FORMULAS, ids=str)
def test_terms_add_up_to_the_formula(formula: Expr) -> None:
    parts = terms(formula)
    assert all(c.is_Rational and c != 0 for c in parts.values())
    assert all(m == 1 or m.as_coeff_Mul(rational=True)[0] == 1 for m in parts)
    whole = polynomial(parts)
    for i, k, p in product(range(1, 5), range(1, 4), range(3)):
        values = {I: i, K: k, P: p}
        assert whole.subs(values) == formula.subs(values) == sum(c * m.subs(values) for m, c in parts.items())


@pytest.mark.parametrize(
    ("monomial", "divisor", "quotient"),
    [
        (I**3 * K, I, I**2 * K),
        (I**3 * K, I**3 * K, S.One),
        (I**3 * K, S.One, I**3 * K),
        (S.One, I, None),
        (S.One, S.One, S.One),
        (I, K, None),
        (I, I**2, None),
        (2**I * K, 2 ** (I - 1), 2 * K),
        (2**I * K, K, 2**I),
        (I**2 * K, 2**I, None),
        (I**K, I, I ** (K - 1)),
        (I**K, I**2, None),
    ],
    ids=str,
)
def test_one_monomial_over_another(monomial: Expr, divisor: Expr, quotient: Expr | None) -> None:
    assert over(monomial, divisor) == quotient


def test_the_textbook_order_of_letters() -> None:
    n, s, c = (symbol(name) for name in "NSC")
    found = [S.One, n, K**2, I, FloorDiv(I, 2), P * I, c, s, 2**K, symbol("zeta")]
    ordered = sorted(found, key=term_order)
    assert ordered[-1] == 1  # what has no letter comes last
    first = [min(rank(letter.name) for letter in e.free_symbols) for e in ordered[:-1]]
    assert first == sorted(first) and len(set(first)) == 6
    found.reverse()
    assert sorted(found, key=term_order) == ordered
