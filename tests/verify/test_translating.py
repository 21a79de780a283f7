"""Formulas in the terms of Z3, and its numbers as ours: what it has no word for is never a number."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr

from symcnn.algebra.conditions import Condition
from symcnn.algebra.exact import Value, evaluate
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.source import Source
from symcnn.symbols import symbol
from symcnn.verify.prover import Statement, decided, prove
from symcnn.verify.subject import Subject

pytest.importorskip("z3")
from symcnn.verify.translating import calculated

D, I, S = (symbol(name) for name in "DIS")
P, a, z = symbol("P", "nonnegative"), symbol("a", "real"), symbol("z", "integer")


@pytest.mark.parametrize(
    ("formula", "values", "value"),
    [
        (2**D, {D: 5}, 32),
        (2**D, {D: 200}, 2**200),
        (2**D, {D: 201}, None),  # too large to be multiplied out
        (sympy.sqrt(2) * I, {I: 3}, None),  # no number of ours
        (2**D + I, {D: 201, I: 1}, None),
        (FloorDiv(a, S), {a: Fraction(7, 2), S: 1}, 3),
        (FloorDiv(a, S), {a: Fraction(-7, 2), S: 1}, -4),
        (FloorDiv(I, a), {I: 3, a: Fraction(1, 2)}, 6),
        (Mod(a, S), {a: Fraction(7, 2), S: 2}, Fraction(3, 2)),
    ],
)
def test_what_is_calculated(formula: Expr, values: dict[sympy.Symbol, Value], value: Value | None) -> None:
    assert calculated(formula, values) == value


@given(st.fractions(-9, 9, max_denominator=6), st.integers(1, 9))
def test_rounding_down_is_that_of_exact_numbers(numerator: Fraction, step: int) -> None:
    values: dict[sympy.Symbol, Value] = {a: numerator, S: step}
    for formula in (FloorDiv(a, S), Mod(a, S), FloorDiv(a + S, 2) * S):
        assert calculated(formula, values) == evaluate(formula, values)
    assert calculated(FloorDiv(a, S), values) == numerator // step


def outcome(wanted: Condition, *premises: Condition) -> str:
    return decided(Statement("claim", "", premises, (wanted,))).outcome


def test_what_is_known_of_letters() -> None:
    assert outcome(Condition(P, ">=")) == "proved"
    assert outcome(Condition(P - 1, ">=")) == "refuted"  # may be zero
    assert outcome(Condition(z + 3, ">=")) == "refuted"  # may be below
    assert outcome(Condition(z**2 - z, ">=")) == "proved"
    assert outcome(Condition(a**2 - a, ">=")) == "refuted"  # a = 1/2


def test_a_value_that_is_no_fraction_refutes_nothing() -> None:
    """The square of a root is 2, but Z3's root is no number of ours."""
    assert outcome(Condition(a**2 - 2, "!=")) == "unknown"


def test_values_that_break_what_is_assumed_refute_nothing() -> None:
    """For Z3 a power is any number, so it finds D = 1, where 2**D is not 8."""
    assert outcome(Condition(I - 2, ">="), Condition(2**D - 8, ">=")) == "unknown"
    assert outcome(Condition(I - 2, ">="), Condition(D - 8, ">=")) == "refuted"


def test_reals_rounded_down() -> None:
    assert outcome(Condition(a - 2 * FloorDiv(a, 2), ">=")) == "proved"
    assert outcome(Condition(2 - a + 2 * FloorDiv(a, 2), ">")) == "proved"
    assert outcome(Condition(1 - a + 2 * FloorDiv(a, 2), ">")) == "refuted"


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        # the first round is one of its own, with other maps before it
        ("input 3@I; repeat D { c: conv 1 -> 2*maps; d: conv 1 -> 8 }", ["c[1]", "d[1]", "c[i]", "d[i]"]),
        # rounds that are written out
        ("input 3@I; repeat 3 { c: conv 1 -> maps*maps }", ["c[1]", "c[2]", "c[3]"]),
    ],
)
def test_every_round_is_proved(text: str, layers: list[str]) -> None:
    found = {proof.what: proof.outcome for proof in prove(Subject(Source("net", text)))}
    assert [what for what in found if what.startswith("maps of")] == [f"maps of {label}" for label in layers]
    assert set(found.values()) == {"proved"}


def test_shared_weights_and_products_say_nothing_more() -> None:
    text = "input 4@I; c: conv 3 -> 4, pad 1; s: share c; multiply { | identity | conv 1 -> 4 }"
    found = list(prove(Subject(Source("net", text))))
    assert {proof.outcome for proof in found} == {"proved"}
    assert not any(proof.what in ("weights of s", "params of s") for proof in found)
    assert not any(proof.kind == "merge" for proof in found)
