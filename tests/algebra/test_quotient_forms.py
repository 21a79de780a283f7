"""Quotients that mean the same are the same expression, and every form has the value of Python's."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
import sympy
from sympy import Expr, Integer

from symcnn.algebra.division import cleared, denominators
from symcnn.algebra.exact import evaluate
from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div
from symcnn.errors import DomainError
from symcnn.symbols import symbol

I, K, S, P = (symbol(name) for name in "I K S P".split())
X, R = symbol("x", "integer"), symbol("r", "real")
POINTS = [
    dict(zip((I, K, S, P, X), values, strict=True))
    for values in product((1, 2, 7, 30), (1, 3), (1, 2, 5), (0, 4), (-5, 8))
]


def exact(expr: Expr, point: dict[Expr, int]) -> Fraction:
    return Fraction(str(expr.subs(point)))


def check(made: Expr, p: Expr, q: Expr, *, up: bool = False) -> None:
    """At every point the value is that of Python's integers, rounded down or up."""
    for point in POINTS:
        top, bottom = exact(p, point), exact(q, point)
        wanted = -(-top // bottom) if up else top // bottom
        assert exact(made, point) == wanted, (made, p, q, point)


FRACTIONS = [
    (I / S, I, S),
    (I / S + K, I + K * S, S),
    ((X - 1) / (S * K), X - 1, S * K),
    (I / S - X / K, I * K - X * S, S * K),
]
DIVISORS = [Integer(2), K, 2 * S, S * K, K + 1]


@pytest.mark.parametrize(("p", "top", "bottom"), FRACTIONS)
@pytest.mark.parametrize("q", DIVISORS)
def test_what_is_divided_already_is_divided_once(p: Expr, top: Expr, bottom: Expr, q: Expr) -> None:
    made = FloorDiv(p, q)
    assert made == FloorDiv(sympy.expand(top), sympy.expand(q * bottom))
    check(made, p, q)
    above = ceil_div(p, q)
    assert above == FloorDiv(sympy.expand(top + q * bottom - 1), sympy.expand(q * bottom))
    check(above, p, q, up=True)


def test_rewritten_for_sympy_nothing_of_ours_is_left() -> None:
    quotient, rest = FloorDiv(X, S), Mod(X, S)
    for made, kind in (
        (quotient.rewrite(sympy.floor), sympy.floor),
        (quotient.rewrite(sympy.ceiling), sympy.ceiling),
    ):
        assert made.has(kind) and not made.has(FloorDiv)
    assert rest.rewrite(FloorDiv) == X - S * quotient


D = symbol("D", "nonnegative")


def remainders() -> list[tuple[Expr, Expr]]:
    return [
        (Mod(X, 1), Integer(0)),
        (Mod(4 * X, 2), Integer(0)),
        (Mod(33 * I + 64, 32), Mod(I, 32)),
        (Mod(-X, 3), Mod(2 * X, 3)),
        (Mod(2 * I, 4), 2 * Mod(I, 2)),
        (Mod(6 * I + 3, 9 * S), 3 * Mod(2 * I + 1, 3 * S)),
        (Mod(I * S + K, S), Mod(K, S)),
        (Mod(I, 2 * 2**D), Mod(I, 2 ** (D + 1))),
        (Mod(3 * I * S + X * S**2, S), Integer(0)),
        (Mod(I * (S + 1) + K, S + 1), Mod(K, S + 1)),
    ]


@pytest.mark.parametrize("number", range(len(remainders())))
def test_remainders_that_mean_the_same(number: int) -> None:
    made, same = remainders()[number]
    assert made == same
    for point in POINTS:
        at = point | {D: 2}
        if made.has(Mod):
            p, q = next(iter(made.atoms(Mod))).args
            scale = made / Mod(p, q)
            assert made.subs(at) == scale * (int(p.subs(at)) % int(q.subs(at)))


@pytest.mark.parametrize(("p", "q"), [(X / 2, Integer(3)), (R, Integer(2)), (X / 3 + R, S), (X, S / 2 + 1)])
def test_remainders_of_what_is_no_integer_stay(p: Expr, q: Expr) -> None:
    made = Mod(p, q)
    assert made.args == (p, q)
    for x, s, r in product((-5, 0, 7), (1, 2, 5), (0, 3, Fraction(7, 2))):
        at = {X: x, S: s, R: sympy.Rational(r)}
        top, bottom = (Fraction(str(e.subs(at))) for e in (p, q))
        assert evaluate(made, at) == top % bottom


@pytest.mark.parametrize("arguments", [("I", 2), (I, "2"), (None, 2), (I, None)])
def test_a_text_is_no_expression(arguments: tuple[object, object]) -> None:
    with pytest.raises(sympy.SympifyError):
        ceil_div(*arguments)  # type: ignore[arg-type]


A = symbol("a", "positive real")
ABOVE = [
    2 * I + 1,
    I * S + 1,
    I + FloorDiv(K, 2),
    FloorDiv(I, S) + K,
    -I - 1,
    X,
    2 * X + 3,
    Integer(1),
    Integer(-1),
]
ABOVE += [S * X + K, 6 * I - 4, FloorDiv(X, 3), R, R * S + X, S * FloorDiv(I, 3) + X, 2**D * I + X]


@pytest.mark.parametrize("q", [A, 2 * A, A * S, X, 2 * X, S * X, 3 * S * A, S + A, S - K, 2**D * A, 2**D * X])
@pytest.mark.parametrize("p", ABOVE)
def test_divisors_that_are_no_natural_numbers(p: Expr, q: Expr) -> None:
    """Fractions, and integers of any sign: nothing is cancelled, merged or turned round that may not be."""
    made = FloorDiv(p, q)
    for values in product(
        (1, 6), (1, 2), (1, 3), (-3, -2, 2, 5), (-7, 4), (Fraction(1, 2), Fraction(5, 3)), (0, 2)
    ):
        at = dict(zip((I, K, S, X, R, A, D), values, strict=True))
        bottom = evaluate(q, at)
        if bottom != 0:
            assert evaluate(made, at) == evaluate(p, at) // bottom, (made, at)


def quotients() -> list[tuple[Expr, Expr]]:
    return [
        (FloorDiv(2 * FloorDiv(I, 3) + 2, 4), FloorDiv(I + 3, 6)),
        (FloorDiv(4 * FloorDiv(2 * FloorDiv(I, S) + 6, 4) + 8, 8), FloorDiv(I + 7 * S, 4 * S)),
        (FloorDiv(FloorDiv(FloorDiv(I, 2) + 1, 3) + 1, 5), FloorDiv(I + 8, 30)),
        (FloorDiv(6 * I + 9, 12), FloorDiv(2 * I + 3, 4)),
        (FloorDiv(-I, S), -FloorDiv(I - 1, S) - 1),
        (FloorDiv(S * I + S, S**2), FloorDiv(I + 1, S)),
        (FloorDiv(2**D * I + 2**D, 2 ** (D + 1)), FloorDiv(I + 1, 2)),
        (FloorDiv(R * S, S * K), FloorDiv(R, K)),
        (FloorDiv(S * I - 1, S * K), FloorDiv(I - 1, K)),
        (FloorDiv(Integer(7), 8 * S), Integer(0)),
        (FloorDiv(Integer(-1), S + K), Integer(-1)),
        (FloorDiv(Integer(-9), 3 * S + 6 * K), Integer(-1)),
        (FloorDiv(I * (S + K) + 1, S + K), I),
        (FloorDiv(2**D * K, 2**D * I), FloorDiv(K, I)),
        (FloorDiv(2 ** (D + 5000) * K, 2 ** (D + 3001) * S), FloorDiv(2**1999 * K, S)),
        (FloorDiv(2 ** (D + P + 5000) * K, 2 ** (D + 4000) * S), FloorDiv(2 ** (P + 1000) * K, S)),
        (FloorDiv((S + K) ** (D + 2), I * (S + K) ** D), FloorDiv((S + K) ** 2, I)),
        (FloorDiv(2 * Mod(I, K) + 1, 2), Mod(I, K)),  # a remainder of integers is one
    ]


@pytest.mark.parametrize("number", range(len(quotients())))
def test_quotients_that_mean_the_same(number: int) -> None:
    made, same = quotients()[number]
    assert made == same
    for point in POINTS:
        at = point | {D: 3, R: Fraction(7, 2)}
        assert evaluate(made, at) == evaluate(same, at)


@pytest.mark.parametrize("q", [Integer(3), Integer(4), S, 2 * S, S + K])
@pytest.mark.parametrize(
    "p", [FloorDiv(I, 2) + R + K, FloorDiv(R, 2) + K, 2 * R - I, R * S + K, -R - 1, R / 2 + S]
)
def test_real_numerators_are_rounded_once(p: Expr, q: Expr) -> None:
    """Nothing is merged, turned round or cut where a part of what is divided is no integer."""
    made = FloorDiv(p, q)
    for values in product((1, 6, 7), (1, 2), (1, 3), map(Fraction, ("-7/2", "-1", "1/3", "5/2", "17/5"))):
        at = dict(zip((I, K, S, R), values, strict=True))
        assert evaluate(made, at) == evaluate(p, at) // evaluate(q, at), (made, at)


@pytest.mark.parametrize("shared", [X, X**D, X**2, X * 2**D], ids=str)
def test_nothing_is_cancelled_that_may_be_zero(shared: Expr) -> None:
    """Where the divisor is zero there is no value, whatever stands above it."""
    made = FloorDiv(shared * I, shared * S)
    for x in (-2, -1, 1, 3):
        assert evaluate(made, {X: x, I: 7, S: 2, D: 3}) == 3
    with pytest.raises(DomainError, match="division by zero"):
        evaluate(made, {X: 0, I: 7, S: 2, D: 3})


def test_a_number_below_zero_is_written_in_brackets() -> None:
    assert str(FloorDiv(Integer(0), X, evaluate=False)) == "0//x"
    assert str(FloorDiv(Integer(-1), X)) == "(-1)//x"
    assert str(FloorDiv(Integer(1), X)) == "1//x"


E = symbol("E", "nonnegative")
BELOW = [
    (I / S + 1, S),
    (I / 2**D, 2**D),
    (2 ** (D - E), Integer(1)),  # it may well be an integer
    (I * 2 ** (D - E) / K, K),
    (I / (S**2 * K) + X / (S * K**3), S**2 * K**3),
    (I / 2**D + K / 2 ** (2 * D + E), 2 ** (2 * D + E)),
    (2**D + S**D, Integer(1)),
    (X / 3 + Integer(1) / 7, Integer(1)),
    (2 ** (-D - 3) + I / S, 2**D * S),  # numbers are left to the coefficients
    (I * 2 ** (3 - D), 2**D),
    (I * 2 ** (5 - 2 * D) + 2 ** (1 - D), 2 ** (2 * D)),
]


@pytest.mark.parametrize(("p", "divisor"), BELOW)
def test_what_is_divided_by(p: Expr, divisor: Expr) -> None:
    """The least product of powers that leaves nothing below."""
    found = denominators(p)
    assert sympy.simplify(found / divisor) == 1
    for point in POINTS:
        at = point | {D: 2, E: 1}
        assert evaluate(cleared(p, found), at) == evaluate(p, at) * evaluate(divisor, at)
