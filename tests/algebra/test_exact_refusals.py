"""What exact evaluation refuses, in its own words, and that it refuses no more than that."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from sympy import Integer, Pow, Rational, Sum

from algebra.points import I, K, S
from symcnn.algebra import exact
from symcnn.algebra.exact import MAX_BITS, MAX_TERMS, evaluate, evaluated
from symcnn.algebra.functions import FloorLog2, Gcd, Max, Min
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.errors import DomainError
from symcnn.symbols import bound, symbol

A, X = symbol("a", "rational"), symbol("x", "integer")
i, j = bound("i"), bound("j")

REFUSED: list[tuple[Any, dict[Any, Any], str]] = [
    (I + K, {I: 1}, "no value is given for 'K'\n  = hint: give one: K=..."),
    (I, {I: 0.5}, "0.5 is not an exact number\n  = hint: write a fraction, as 1/2, for a decimal"),
    (sympy.sin(I), {I: 1}, "'sin' has no exact value in integers"),
    (FloorDiv(I, X), {I: 1, X: 0}, "division by zero in I//x"),
    (Mod(I, X), {I: 1, X: 0}, "division by zero in Mod(I, x)"),
    (I / X, {I: 1, X: 0}, "division by zero in 1/x"),
    (A**I, {A: 0, I: -1}, "division by zero in a**I"),
    (I**A, {I: 4, A: Fraction(1, 2)}, "the exponent 1/2 is not an integer"),
    (Sum(i, (i, 1, A)), {A: Fraction(5, 2)}, "the bounds of Sum(i, (i, 1, a)) are not integers"),
    (Sum(i, (i, A, 3)), {A: Fraction(5, 2)}, "the bounds of Sum(i, (i, a, 3)) are not integers"),
    (FloorLog2(A), {A: Fraction(1, 2)}, "log2(1/2) is negative\n  = hint: the argument must be at least 1"),
    (Gcd(I / S, K), {I: 1, S: 2, K: 3}, "gcd(1/2, 3) is for integers only"),
    (Gcd(K, A), {K: 3, A: Fraction(1, 2)}, "gcd(3, 1/2) is for integers only"),
    (2**I, {I: 32_769}, "a power of more than 65536 bits: the exponent is 32769"),
    (Sum(i, (i, 0, I)), {I: 10**6}, "a sum of more than 1000000 terms: i from 0 to 1000000"),
]


@pytest.mark.parametrize(("expr", "values", "message"), REFUSED)
def test_in_its_own_words(expr: sympy.Expr, values: dict[Any, Any], message: str) -> None:
    with pytest.raises(DomainError) as refused:
        evaluate(expr, values)
    assert str(refused.value) == f"error: {message}"


BASES = [Fraction(b) for b in (2, -2, 3, 255, 256)]
BASES += [Fraction(1, 2), Fraction(-5, 3), Fraction(3, 1024), 1 / Fraction(255)]


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_power_is_refused_exactly_beyond_the_limit(base: Fraction, sign: int) -> None:
    """The limit is on the bits of the larger of numerator and denominator, times the exponent."""
    bits = max(abs(base.numerator).bit_length(), base.denominator.bit_length())
    most = MAX_BITS // bits
    power = A ** symbol("n", "integer")
    n = next(s for s in power.free_symbols if s != A)
    found = evaluate(power, {A: base, n: sign * most})
    assert found == base ** (sign * most) and type(found) in (int, Fraction)
    with pytest.raises(DomainError) as refused:
        evaluate(power, {A: base, n: sign * (most + 1)})
    assert str(refused.value) == (
        f"error: a power of more than {MAX_BITS} bits: the exponent is {sign * (most + 1)}"
    )


@pytest.mark.parametrize("exponent", [10**30, 10**30 + 1, -(10**30), -(10**30) - 1])
def test_powers_of_one_have_no_limit(exponent: int) -> None:
    assert evaluate(A**X, {A: 1, X: exponent}) == 1
    assert evaluate(A**X, {A: -1, X: exponent}) == (-1 if exponent % 2 else 1)
    if exponent > 0:
        assert evaluate(A**X, {A: 0, X: exponent}) == 0


def test_the_terms_of_all_sums_are_counted_together() -> None:
    """Up to the limit and no further; a sum that ends before it begins counts nothing."""
    heavy = Sum(Integer(1), (i, 1, MAX_TERMS + 1))
    message = f"error: a sum of more than {MAX_TERMS} terms: i from 1 to {MAX_TERMS + 1}"
    with pytest.raises(DomainError) as refused:
        evaluate(heavy, {})
    assert str(refused.value) == message
    some = Sum(i * K, (i, 1, I))
    assert evaluate(some, {I: 1000, K: 2}) == 1000 * 1001
    for last in (1, 0, -1, -(10**30)):
        assert evaluate(Sum(i + 7, (i, 1, X)), {X: last}) == (8 if last == 1 else 0)
    empty = sum(Sum(K * i**n, (i, I, 1)) for n in range(1, 5))
    assert evaluate(empty, {I: 10**9, K: 1}) == 0


def test_values_are_integers_wherever_they_are() -> None:
    """Of every kind of given number, and of what fractions come to."""
    for value in (Fraction(6, 3), Integer(2), Rational(4, 2), 2):
        assert type(evaluate(A, {A: value})) is int
        assert type(evaluate(A / 2 + Rational(1, 2) + Rational(1, 2), {A: value})) is int
    assert evaluate(Pow(A, -1), {A: Fraction(1, 3)}) == 3
    assert type(evaluate(Pow(A, -1), {A: Fraction(1, 3)})) is int
    assert evaluate(Rational(2, 3), {}) == Fraction(2, 3)


ROUNDED = [Fraction(n, d) for n in range(-7, 8) for d in (1, 2, 3)]


@pytest.mark.parametrize("value", ROUNDED)
def test_roundings_sizes_and_extremes(value: Fraction) -> None:
    at = {A: value, X: -2}
    floor = value.numerator // value.denominator
    assert evaluate(sympy.floor(A), at) == floor
    assert evaluate(sympy.ceiling(A), at) == (floor if floor == value else floor + 1)
    assert evaluate(sympy.Abs(A), at) == (value if value >= 0 else -value)
    assert evaluate(sympy.Max(A, X), at) == (value if value > -2 else -2)
    assert evaluate(sympy.Min(A, X), at) == (value if value < -2 else -2)
    assert evaluate(Max(A, X, evaluate=False), at) == (value if value > -2 else -2)
    assert evaluate(Min(A, X, evaluate=False), at) == (value if value < -2 else -2)


def test_the_limit_of_terms_is_reached_but_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten terms and any number of empty sums, wherever they stand; the eleventh is refused."""
    monkeypatch.setattr(exact, "MAX_TERMS", 10)
    empty = sum(Sum(i**n, (i, K, K - n)) for n in range(1, 30))
    for first, second in ((10, 0), (4, 6), (9, 1)):
        total = Sum(i, (i, 1, I)) + Sum(i**2, (i, 1, S)) + empty
        wanted = sum(range(first + 1)) + sum(n * n for n in range(second + 1))
        assert evaluate(total, {I: first, S: second, K: 5}) == wanted
        with pytest.raises(DomainError, match="a sum of more than 10 terms"):
            evaluate(total, {I: first, S: second + 1, K: 5})


ADDED_UP = [
    (Sum(i**2, (i, 1, 5)), 55),
    (Sum(i / Integer(3), (i, 1, 4)), Fraction(10, 3)),
    (Sum(i, (i, 5, 1)), 0),
    (Sum(FloorDiv(9000, i), (i, 1001, 2000)), sum(9000 // n for n in range(1001, 2001))),
    (Sum(i * j, (i, 1, j), (j, 1, 5)), sum(m * n for n in range(1, 6) for m in range(1, n + 1))),
    (Sum(i * Sum(j, (j, 1, i)), (i, 1, 6)), sum(m * n for m in range(1, 7) for n in range(1, m + 1))),
    (Sum(i * j, (i, 1, 5), (j, 1, 999)), 15 * sum(range(1000))),
    (Sum(i, (i, 1, 99), (j, 1, 100)), 100 * sum(range(100))),  # 10,000 terms with those of the outer sum
]


@pytest.mark.parametrize(("total", "value"), ADDED_UP)
def test_sums_of_numbers_are_added_up_wherever_they_stand(total: sympy.Expr, value: Fraction) -> None:
    """Also those within each other, the ends of the inner one with the index of the outer one."""
    number = Rational(Fraction(value))
    assert evaluated(total) == number
    assert evaluated(I * total + Sum(i, (i, 1, K))) == I * number + Sum(i, (i, 1, K))


STAYS = [
    I + K,
    Sum(i * K, (i, 1, 3)),
    Sum(i, (i, 1, K)),
    Sum(FloorDiv(9000, i), (i, 1, 1001)),
    Sum(i * j, (i, 1, j), (j, 1, 10**9)),
    Sum(i * j, (i, 1, 10**9), (j, 1, 5)),
    Sum(i, (i, 1, 136), (j, 1, 73)),  # 10,001 terms
    Sum(i * Sum(j, (j, 1, 10**9)), (i, 1, 6)),
]


@pytest.mark.parametrize("formula", STAYS, ids=str)
def test_sums_of_many_terms_or_of_letters_stay(formula: sympy.Expr) -> None:
    assert evaluated(formula) == formula
