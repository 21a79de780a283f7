"""From formulas to programs: what is demanded, where the inputs stand, what is said, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations, product
from math import gcd
from typing import Any

import pytest
import sympy
from numeric.formulas import D, I, K, S, X, compiled, value_at
from sympy import Integer

from symcnn.algebra import FloorDiv, Gcd, Max, Min, Mod
from symcnn.algebra.functions import Divisible, FloorLog2
from symcnn.algebra.polynomial import weigh
from symcnn.errors import DomainError, UsageError
from symcnn.numeric.lowering import Lowering
from symcnn.numeric.program import Result
from symcnn.numeric.source import Broken, function
from symcnn.symbols import bound, symbol

A, B = symbol("a", "rational"), symbol("b", "rational")
HALVES = [Fraction(n, d) for n in range(-2, 3) for d in (1, 3)]
HOLDS = {
    ">": lambda value: value > 0,
    ">=": lambda value: value >= 0,
    "==": lambda value: value == 0,
    "!=": lambda value: value != 0,
}


@pytest.mark.parametrize("relation", HOLDS)
@pytest.mark.parametrize("form", [A, 2 * A, -A, A / 3, A - B, A * B, A / B])
def test_what_is_demanded_is_checked(relation: str, form: sympy.Expr) -> None:
    """Of fractions of any sign, at every pair of some."""
    lowering = Lowering([A, B])
    lowering.demand(form, relation, "why")
    zero = lowering.builder.number(0)
    run = function(lowering.builder.program((Result(zero, zero, zero),)))
    for a, b in product(HALVES, HALVES):
        if form.has(1 / B) and b == 0:
            continue
        wanted = HOLDS[relation](form.subs({A: sympy.Rational(a), B: sympy.Rational(b)}))
        try:
            run(a.numerator, a.denominator, b.numerator, b.denominator)
            found = True
        except Broken:
            found = False
        assert found == wanted, (a, b)


@pytest.mark.parametrize("letters", list(permutations((A, B, I, X))))
def test_inputs_in_any_order(letters: tuple[Any, ...]) -> None:
    """A fraction takes two inputs wherever it stands among the letters."""
    point = {A: Fraction(2, 3), B: Fraction(-5, 7), I: 11, X: -13}
    for expr in (A, B, I, X, A * I + B * X, FloorDiv(I * X, 3) - A / B):
        function = compiled([expr], letters)
        assert function({s.name: value for s, value in point.items()}) == value_at(expr, point)


i = bound("i")
UNDEFINED = [
    (2**D, {D: -1}, "D = -1: the exponent of 2**D is below zero"),
    (K**D, {D: -1}, "D = -1: the exponent of K**D is below zero"),
    ((K - 1) ** (D - 1), {D: 0}, "K = 1: division by zero: K - 1"),
    ((D * X) ** (D - 1), {D: 0}, "D = 0, x = 2: division by zero: D*x"),
    (I / (K - 1), {}, "K = 1: division by zero: K - 1"),
    ((X - 1) ** -2, {X: 1}, "x = 1: division by zero: x - 1"),
    (FloorDiv(I, K - 1), {}, "K = 1: division by zero: K - 1"),
    (FloorDiv(I, 3 * X), {X: 0}, "x = 0: division by zero: 3*x"),
    (FloorDiv(I + 1, 3 * X * K), {X: 0}, "K = 1, x = 0: division by zero: 3*K*x"),
    (Mod(I, X), {X: 0}, "x = 0: division by zero: x"),
    (Divisible(I, X), {X: 0}, "x = 0: division by zero: x"),
    (FloorLog2(X), {X: 0}, "x = 0: the argument of FloorLog2(x) is below 1"),
    (Gcd(I / S, K), {}, "I = 1, K = 1, S = 2: an argument of Gcd(I/S, K) is no integer"),
    (Gcd(I / 2, K), {}, "I = 1, K = 1: an argument of Gcd(I/2, K) is no integer"),
    (2 ** (D / S), {}, "D = 1, S = 2: the exponent of 2**(D/S) is no integer"),
    (sympy.Sum(i, (i, 1, D / S)), {}, "D = 1, S = 2: a bound of Sum(i, (i, 1, D/S)) is no integer"),
    (Divisible(I, D / S), {}, "D = 1, I = 1, S = 2: the divisor of Divisible(I, D/S) is no integer"),
    (FloorDiv(I / 2, X, evaluate=False), {X: 0}, "x = 0: division by zero: x"),
    (FloorDiv(I, X / 2, evaluate=False), {X: 0}, "x = 0: division by zero: x/2"),
]


@pytest.mark.parametrize(("expr", "point", "message"), UNDEFINED)
def test_where_there_is_no_value(expr: sympy.Expr, point: dict[Any, int], message: str) -> None:
    """Where the exact evaluation has none, the program says why, and with which values."""
    letters = (I, K, S, D, X)
    values = {I: 1, K: 1, S: 2, D: 1, X: 2} | point
    assert value_at(expr, values) is None or (expr.has(FloorLog2, sympy.Pow) and not expr.has(FloorDiv))
    with pytest.raises(DomainError) as caught:
        compiled([expr], letters)({s.name: value for s, value in values.items()})
    assert str(caught.value) == f"error: {message}"


def test_a_negative_exponent_that_is_fine() -> None:
    for x in range(-3, 4):
        for base in (-2, -1, 1, 3):
            found = compiled([(K + X) ** (D - 2)], (K, X, D))({"K": 5, "x": base - 5, "D": x + 3})
            assert found == Fraction(base) ** (x + 1)


HALF = I * (I + 1) / 2  # an integer, though its terms are not


THIRD = sympy.expand(I * S * (S + 1) / 2)  # the same, but over S its terms come to no integer
ABOVE = [HALF, HALF + S, 3 * S * K + I, I + 5 * S, I * X + S * X + 2, S * X - HALF, S / 2, THIRD, THIRD + I]
BELOW = [S, 2 * S, 8 * S, 6 * S * K, 2 * S + 2, Integer(8), S / 3, 3 * S / 2]


@pytest.mark.parametrize("p", ABOVE)
@pytest.mark.parametrize("q", BELOW)
def test_a_quotient_by_a_number_and_a_letter(p: sympy.Expr, q: sympy.Expr) -> None:
    """Dividing by the letter and then by the number comes to the same, as it stands and simplified."""
    for made in (FloorDiv(p, q), FloorDiv(p, q, evaluate=False)):
        run = compiled([made], (I, K, S, X))
        for values in product((1, 22), (1, 4), (2, 5), (-7, 6)):
            point = dict(zip((I, K, S, X), values, strict=True))
            top, bottom = (Fraction(str(e.subs(point))) for e in (p, q))
            assert run({s.name: value for s, value in point.items()}) == top // bottom


T = symbol("T")  # 1 or more, so that 4**T/2 is an integer
WHOLE = [4**T / 2, 4**T / 2 + 3, 4**T * K / 2 + I, 4**T * S / 2 + I, 4**T * K * S + X, 2**T * I + X]


@pytest.mark.parametrize("p", WHOLE)
@pytest.mark.parametrize("q", [2 * S, 3 * 4**T, 4**T, 2**T * S, 4**T / 2 + 1, 3 * 2**T * S])
def test_quotients_of_powers_that_take_up_a_fraction(p: sympy.Expr, q: sympy.Expr) -> None:
    """Integers whose terms have a denominator, as written and taken apart by the divisor."""
    for made in (FloorDiv(p, q), FloorDiv(p, q, evaluate=False)):
        run = compiled([made], (I, K, S, T, X))
        for values in product((1, 7, 22), (1, 4), (2, 5), (1, 2, 3), (-7, 6)):
            point = dict(zip((I, K, S, T, X), values, strict=True))
            top, bottom = (Fraction(str(e.subs(point))) for e in (p, q))
            assert run({s.name: value for s, value in point.items()}) == top // bottom, point


@pytest.mark.parametrize("factor", [K, S**2 * K, 2**D, 2**D * K], ids=str)
def test_multiples_of_the_letter_are_not_divided(factor: sympy.Expr) -> None:
    """(3 S K + I) // (8 S) is (I // S + 3 K) // 8: without the product by S, which the general way has."""
    source = compiled([FloorDiv(3 * S * factor + I, 8 * S)], (I, K, S, D)).source
    alone = compiled([3 * factor + I], (I, K, S, D)).source
    assert (source.count("//"), source.count(" * ")) == (2, alone.count(" * "))


@pytest.mark.parametrize("divisor", [1, 2, 3, 4, -2, K, i, K * i])
def test_sums_of_fractions(divisor: Any) -> None:
    """Brought to one denominator only where the terms are none of integers."""
    for body in (i / divisor, (i + S) / divisor, FloorDiv(I, S * i) / divisor):
        expr = sympy.Sum(body, (i, 1, D))
        run = compiled([expr], (I, K, S, D))
        for depth, k in product(range(6), (1, 3)):
            point = {I: 50, K: k, S: 2, D: depth}
            terms = [Fraction(str(body.subs({i: at, I: 50, K: k, S: 2}))) for at in range(1, depth + 1)]
            assert run({s.name: value for s, value in point.items()}) == sum(terms)


@pytest.mark.parametrize(
    "wrapped", [lambda r: Max(r, 0), lambda r: Min(r, A), FloorLog2, sympy.Abs, Divisible]
)
def test_denominators_below_zero(wrapped: Any) -> None:
    """Of a/b for b of any sign: what compares, rounds or takes the size of it sees its own sign."""
    ratio = A / B
    expr = Divisible(ratio, 4) if wrapped is Divisible else wrapped(ratio)
    run = compiled([expr], (A, B))
    for a, b in product(HALVES, HALVES):
        wanted = value_at(expr, {A: a, B: b})
        if wanted is not None:
            assert run(a=a, b=b) == wanted, (a, b)


def test_halves_that_are_integers() -> None:
    run = compiled([Gcd(I / 2, K), sympy.Sum(i, (i, 1, I / 2))], (I, K))
    for half, k in product(range(1, 9), range(1, 9)):
        assert run(I=2 * half, K=k) == (gcd(half, k), half * (half + 1) // 2)


def test_a_long_formula_is_not_written_out() -> None:
    """Up to 60 nodes a message has the formula itself."""
    exprs = [
        sympy.sin(sympy.Add(*(X**k for k in range(2, n)), more))
        for n in range(2, 30)
        for more in (0, I, I + K)
    ]
    sizes = {weigh(expr).nodes: expr for expr in exprs}
    for nodes, shown in ((60, str(sizes[60])), (61, "a long formula")):
        with pytest.raises(UsageError) as caught:
            compiled([sizes[nodes]], (I, K, X))
        assert str(caught.value) == f"error: 'sin' has no exact value in integers: {shown}"


NOT_WHOLE = [  # what must be an integer, where a is 1/2
    (Gcd(A, Integer(6)), "an argument of Gcd(a, 6) is no integer"),
    (I**A, "the exponent of I**a is no integer"),
    (Divisible(I, A), "the divisor of Divisible(I, a) is no integer"),
    (sympy.Sum(bound("i"), (bound("i"), 1, A)), "a bound of Sum(i, (i, 1, a)) is no integer"),
]


@pytest.mark.parametrize(("form", "why"), NOT_WHOLE, ids=str)
def test_what_must_be_whole_is_checked(form: sympy.Expr, why: str) -> None:
    count = compiled([form], [I, A])
    assert [check.why for check in count.program.checks if "integer" in check.why] == [why]
    for a in (2, 3, 6):
        assert count(I=6, a=a) == value_at(form, {I: 6, A: a})
    with pytest.raises(DomainError) as caught:
        count(I=6, a=Fraction(1, 2))
    assert why in str(caught.value)
