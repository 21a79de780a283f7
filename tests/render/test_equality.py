"""Every layout equals its expression: printed in the language and read back, it has the same values."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from render.formulas import DECLARED, LETTERS, D, I, K, N, expressions, read, windows
from sympy import Expr, Integer

from symcnn.algebra.exact import evaluate
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.errors import DomainError
from symcnn.render.latex import latex
from symcnn.render.text import text

_SMALL = (1, 2, 3, 4, 5, 7, 13)
POINTS = [
    {s: r.choice(_SMALL) for s in LETTERS} | {I: r.randint(1, 300)} for r in map(random.Random, range(8))
]


def value(expr: Expr, point: dict[sympy.Symbol, int]) -> int | Fraction | None:
    """Return the value, None where there is none: a division by zero, a logarithm below 1."""
    try:
        return evaluate(expr, point)
    except DomainError:
        return None


def defined(
    points: list[dict[sympy.Symbol, int]], expr: Expr
) -> list[tuple[dict[sympy.Symbol, int], object]]:
    return [(point, found) for point in points if (found := value(expr, point)) is not None]


@given(expressions())
def test_printed_and_read_again_has_the_same_values(expr: Expr) -> None:
    again = read(text(expr, ascii=True))
    for point, found in defined(POINTS, expr):
        assert value(again, point) == found


@given(windows())
def test_the_window_form_has_the_same_values_and_canonical_form(expr: Expr) -> None:
    printed = text(expr, ascii=True)
    again = read(printed)
    for point, found in defined(POINTS, expr):
        assert value(again, point) == found
    if "ceil" not in printed:
        assert sympy.expand(again - expr) == 0


@given(expressions())
def test_values_in_place_of_letters_compute_to_the_value(expr: Expr) -> None:
    for point, found in defined(POINTS[:3], expr):
        worked = text(expr, ascii=True, values=point)
        assert not any(s.name in worked for s in LETTERS if len(s.name) > 1)
        assert value(read(worked), {}) == found


@given(expressions())
def test_every_form_prints_every_expression(expr: Expr) -> None:
    for printed in (text(expr), text(expr, ascii=True), latex(expr)):
        assert printed
        assert "\n" not in printed
        assert printed.count("(") == printed.count(")")
    assert text(expr, ascii=True).isascii()
    assert latex(expr).count("{") == latex(expr).count("}")
    assert latex(expr).count(r"\left") == latex(expr).count(r"\right")


@pytest.mark.parametrize("expr", [N * ((I - 1) / 2) ** 3, N / ((I + 1) / 2) ** 2, K * ((3 * I + 2) / 6) ** 2])
def test_halves_inside_powers_keep_their_values(expr: Expr) -> None:
    again = read(text(expr, ascii=True))
    for point in POINTS:
        assert value(again, point) == value(expr, point)


def test_the_layout_does_not_depend_on_how_the_formula_was_made() -> None:
    one = FloorDiv(I - K + 2 * LETTERS[2], 2) + 1
    other = FloorDiv(2 * LETTERS[2] + K + I, 2) - K + 1
    assert text(one) == text(other) == "⌊(I − K + 2·P)/2⌋ + 1"


def test_deep_nesting_prints_from_a_normal_stack() -> None:
    expr: Expr = I
    for _ in range(100):
        expr = K * Mod(expr + N, D + 1) + 1
    assert text(expr).count("mod") == 100
    assert text(expr, ascii=True).count("%") == 100
    assert latex(expr).count(r"\bmod") == 100


def test_integers_beyond_the_limit_of_python_print_by_magnitude() -> None:
    huge = Integer(2) ** 16609
    assert text(huge) == "~6.42e4999 (16610 bits)"
    assert text(huge * I + 1) == "(~6.42e4999 (16610 bits))·I + 1"
    assert text(-huge) == "−(~6.42e4999 (16610 bits))"
    assert latex(huge * I) == r"\left(6.42 \cdot 10^{4999}\right)\,I"


def test_a_limit_cuts_the_text() -> None:
    assert text(4097 * DECLARED["classes"] + 20532608, limit=10) == "4097·clas…"
    assert text(K**2 * N, limit=10) == "K²·N"
    assert text(4097 * DECLARED["classes"], ascii=True, limit=10) == "4097*cl..."
