"""What is read from declared remainders, and what follows: checked at points where the facts hold."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import gcd

import pytest
from sympy import Expr, Integer, Rational, S

from symcnn.algebra.conditions import Condition
from symcnn.algebra.divisibility import Multiple, divided, is_whole, multiples, power_residue
from symcnn.algebra.exact import evaluate
from symcnn.algebra.polynomial import polynomial, terms
from symcnn.algebra.quotient import Mod
from symcnn.symbols import symbol

I, K, N, P = (symbol(name) for name in "I K N P".split())
D, E = symbol("D", "nonnegative"), symbol("E", "nonnegative")


@pytest.mark.parametrize(
    "condition",
    [
        Condition(Mod(I, K + 1), "=="),  # a divisor of one term only
        Condition(Mod(I, K) - N * Mod(P, 3), "=="),  # what is left must be no remainder
        Condition(Mod(I, K) - Mod(N, K), "=="),
        Condition(Mod(I, K) - I, "=="),  # I % K == I says that I < K
        Condition(Mod(I, K) - 1, ">="),
        Condition(Mod(I, 4) - 1, "=="),  # read elsewhere
        Condition(I - 2 * K, "=="),
    ],
    ids=str,
)
def test_what_says_nothing_about_multiples(condition: Condition) -> None:
    assert multiples([condition]) == ()


@pytest.mark.parametrize("number", range(5))
def test_what_is_read_is_a_multiple(number: int) -> None:
    """Wherever the condition holds, the divisor divides."""
    condition = [
        Condition(Mod(I, K), "=="),
        Condition(Mod(I, K) - 1, "=="),
        Condition(2 * Mod(I + N, 3 * K) - 4, "=="),
        Condition(1 - Mod(I, N), "=="),
        Condition(3 * Mod(I * N, 2**D) - 3 * P, "=="),
    ][number]
    ((expr, divisor),) = multiples([condition])
    held = 0
    for values in product(range(1, 14), range(1, 5), range(1, 5), range(4), range(3)):
        at = dict(zip((I, K, N, D, P), values, strict=True))
        if evaluate(condition.expr, at) == 0:
            held += 1
            assert evaluate(expr, at) % evaluate(divisor, at) == 0
    assert held > 20


WHOLE = [
    (S.One, 2 ** (D - E), {D - E}, True),
    (S.One, 2 ** (D - E), set(), False),
    (Rational(1, 2), 2 ** (D - E), {D - E}, False),
    (Rational(1, 2), 2**D, {D - 1}, True),
    (Rational(1, 4), 2**D, {D - 1}, False),
    (Integer(4), 2 ** (D - 2), set(), True),
    (Rational(1, 3), 2**D, {D - 1}, False),
    (S.One, I / K, set(), False),
    (S.One, I**D * K**2, set(), True),
    (S.One, symbol("r", "real"), set(), False),
]


@pytest.mark.parametrize(("coefficient", "monomial", "natural", "whole"), WHOLE)
def test_terms_that_are_integers(
    coefficient: Rational, monomial: Expr, natural: set[Expr], whole: bool
) -> None:
    assert is_whole(coefficient, monomial, lambda e: e in natural) is whole


DIVIDED = [
    (I * N + 5, K, [Multiple(I, K)]),
    (I * N + P * I + N, K, [Multiple(I - 1, K)]),
    (I + 7, 2**D, [Multiple(I + 4, 2**D)]),
    (3 * I + 1, K, [Multiple(2 * I, K)]),
    (4 * I + 1, K, [Multiple(2 * I, K)]),
    (2 * I + N, 2 * K, [Multiple(I, K)]),
    (I + N, 2 * K, [Multiple(I, K)]),
    (2**D * N + 3, 2**E, []),
    (6 * 2**D + I, 2 * 2**D, []),
]


@pytest.mark.parametrize("number", range(len(DIVIDED)))
def test_what_is_divided_by_what_is_known(number: int) -> None:
    """p = q r + p' everywhere, with r an integer wherever what is known holds."""
    p, q, known = DIVIDED[number]
    r, rest = divided(terms(p), q, known, lambda e: e == D - E)
    held = 0
    for values in product(range(1, 12), range(1, 5), (1, 3), (1, 2), range(4), range(3)):
        at = dict(zip((I, K, N, P, D, E), values, strict=True))
        left, right = evaluate(p, at), evaluate(q, at)
        assert left == right * evaluate(r, at) + evaluate(polynomial(rest), at)
        if at[D] >= at[E] and all(evaluate(m.expr, at) % evaluate(m.divisor, at) == 0 for m in known):
            held += 1
            assert Fraction(evaluate(r, at)).denominator == 1
    assert held > 20


WANTED = {0: 5, 1: N + P + N, 2: 3, 3: None, 4: 1, 5: N, 6: None, 7: 3, 8: I}


@pytest.mark.parametrize("number", WANTED)
def test_what_is_left_when_it_is_divided(number: int) -> None:
    """All that can be is taken out; where a half would be left, nothing is."""
    p, q, known = DIVIDED[number]
    _, rest = divided(terms(p), q, known, lambda e: e == D - E)
    assert polynomial(rest) == (p if WANTED[number] is None else WANTED[number])


EXPONENTS = [a * D + b * E + c for a in (1, 2, 3, 4) for b in (0, 1, 2) for c in range(3)]
EXPONENTS += [Integer(0), Integer(5), 2 * D * (E + 1)]


@pytest.mark.parametrize("q", range(1, 16))
def test_the_residue_of_a_power_is_told_where_there_is_one(q: int) -> None:
    """For a base without a factor of q, exactly where all powers of this form leave the same."""
    for exponent in EXPONENTS:
        values = {int(exponent.subs({D: d, E: e})) for d, e in product(range(5), repeat=2)}
        for base in (-4, -1, 1, 2, 3, 5, 7, 10):
            found, rests = power_residue(Integer(base), exponent, q), {base**n % q for n in values}
            if gcd(base, q) == 1:
                assert found == (rests.pop() if len(rests) == 1 else None), (base, exponent)
            else:
                assert found is None or {found} == rests
        assert power_residue(I, exponent, q) is None
