"""The kernel of the algebra: what a quotient says of itself, and what it is rewritten to."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div, remainder
from symcnn.symbols import symbol

I, S = symbol("I"), symbol("S")
X, R = symbol("x", "integer"), symbol("r", "real")
NUMBERS = st.integers(-60, 60)


def test_what_is_known_of_a_quotient() -> None:
    assert FloorDiv(I, S).is_integer is True and FloorDiv(R, 2).is_integer is True
    assert FloorDiv(I, S).is_nonnegative is True
    assert FloorDiv(X, S).is_nonnegative is None
    assert FloorDiv(I, X).is_nonnegative is None
    assert FloorDiv(I, S).diff(I) == 0
    assert Mod(X, S).is_nonnegative is True and Mod(X, S).is_integer is True
    assert Mod(R, 2).is_integer is None and Mod(X, X + 1).is_nonnegative is None


def test_division_by_zero_is_an_error_at_once() -> None:
    for make in (FloorDiv, Mod):
        for p in (I, sympy.Integer(3), R):
            with pytest.raises(ZeroDivisionError):
                make(p, sympy.Integer(0))


@given(NUMBERS, st.integers(1, 9))
def test_rewritten_for_sympy(x: int, s: int) -> None:
    """`sympy.floor` and `sympy.ceiling` of numbers are right; only that of symbols is not trusted."""
    at = {X: x, S: s}
    quotient, rest = FloorDiv(X, S), Mod(X, S)
    assert quotient.rewrite(sympy.floor).subs(at) == x // s
    assert quotient.rewrite(sympy.ceiling).subs(at) == x // s
    assert rest.rewrite(FloorDiv).subs(at) == x % s == rest.subs(at)
    assert ceil_div(X, S).subs(at) == -(-x // s)


@given(NUMBERS, st.integers(1, 9), st.integers(1, 9))
def test_a_ceiling_of_fractions(x: int, d: int, q: int) -> None:
    found = ceil_div(sympy.Rational(x, d), sympy.Integer(q))
    assert found == -(-Fraction(x, d * q).numerator // Fraction(x, d * q).denominator)
    assert ceil_div(X / d, sympy.Integer(q)).subs(X, x) == found
    assert ceil_div(R, sympy.Integer(q)).subs(R, sympy.Rational(x, d)) == found


@given(NUMBERS, st.integers(-20, 20), st.integers(-20, 20), st.integers(1, 9))
def test_what_is_left_of_a_polynomial(x: int, a: int, b: int, q: int) -> None:
    """Less multiples of q: all coefficients from 0 to q - 1, and the same remainder."""
    left = remainder(a * X + b, q)
    assert all(0 <= c < q for c in sympy.Poly(left, X).all_coeffs())
    assert (int(left.subs(X, x)) - (a * x + b)) % q == 0


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (FloorDiv(I, S), "I//S"),
        (FloorDiv(I + 1, S + 1), "(I + 1)//(S + 1)"),
        (FloorDiv(I, 2) * S, "S*(I//2)"),
        (FloorDiv(sympy.Integer(7), S), "7//S"),
        (FloorDiv(FloorDiv(I, X), S), "(I//x)//S"),
        (2 ** FloorDiv(I, S), "2**(I//S)"),
    ],
)
def test_written_as_python(made: sympy.Expr, shown: str) -> None:
    assert str(made) == shown
    values = {I: 29, S: 3, X: 4}
    assert eval(shown, {}, {s.name: n for s, n in values.items()}) == int(made.subs(values))


def test_written_as_latex() -> None:
    assert sympy.latex(FloorDiv(I, S)) == r"\left\lfloor \frac{I}{S} \right\rfloor"
    assert sympy.latex(FloorDiv(I, S) ** 2) == r"\left\lfloor \frac{I}{S} \right\rfloor^{2}"


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 6), st.integers(1, 6), NUMBERS)
def test_constants_and_factors_in_a_quotient(a: int, b: int, g: int, q: int, x: int) -> None:
    """Whatever is cancelled, merged or turned round, the value is Python's."""
    inner = FloorDiv(a * X + b, sympy.Integer(g))
    for made, wanted in (
        (FloorDiv(g * a * X + b, sympy.Integer(g * q)), (g * a * x + b) // (g * q)),
        (FloorDiv(inner + b, sympy.Integer(q)), ((a * x + b) // g + b) // q),
        (FloorDiv(a - b * inner, q * S), (a - b * ((a * x + b) // g)) // (q * 5)),
        (Mod(a * inner + b * X, sympy.Integer(q)), (a * ((a * x + b) // g) + b * x) % q),
        (FloorDiv(sympy.Integer(b), q * S + g), b // (q * 5 + g)),
        (FloorDiv(sympy.Integer(b), S), b // 5),
        (FloorDiv(-X - 1, S), (-x - 1) // 5),
    ):
        assert made.subs({X: x, S: 5}) == wanted, made
