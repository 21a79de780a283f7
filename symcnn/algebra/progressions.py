"""Sums of i**k r**i in closed form, over an index i that takes all integers from `first` to `last`.

Both forms telescope: a sum is G(last + 1) - G(first) with G(i + 1) - G(i) = i**k r**i for every
integer i (Graham, Knuth & Patashnik, Concrete Mathematics, section 2.6), so that the empty
sum, last = first - 1, is 0.
"""

from __future__ import annotations

from functools import cache
from math import comb

from sympy import Add, Expr, Integer, Rational, S

from symcnn.algebra.division import as_terms, cleared, denominators, integral, reduce
from symcnn.algebra.polynomial import expanded, polynomial

MOST = 40  # the largest k
MOST_SYMBOLIC = 4  # where the ratio is a symbol: the numerator has about k**2 terms


def arithmetic(k: int, first: Expr, last: Expr) -> Expr:
    """Return the sum of i**k.

    >>> from symcnn.symbols import symbol
    >>> arithmetic(1, S.One, symbol("D"))
    D**2/2 + D/2
    """
    upper, lower = (_antidifference(k, at) for at in (last + 1, first))
    return expanded(upper - lower)


def _antidifference(k: int, at: Expr) -> Expr:
    """Return G(at) with G(i + 1) - G(i) = i**k."""
    return Add(*(c * at**power for power, c in enumerate(_powers(k))))


@cache
def _powers(k: int) -> tuple[Rational, ...]:
    """Return the coefficients of that G, a polynomial of degree k + 1 without constant.

    In i**k = G(i + 1) - G(i) the coefficient of i**j is the sum over m > j of comb(m, j) g(m).
    """
    g = [S.Zero] * (k + 2)
    for j in range(k, -1, -1):
        known = sum(comb(m, j) * g[m] for m in range(j + 2, k + 2))
        g[j + 1] = ((1 if j == k else 0) - known) / Integer(j + 1)
    return tuple(g)


def geometric(k: int, ratio: Expr, first: Expr, last: Expr, factor: Expr) -> Expr:
    """Return the sum of factor i**k ratio**i; where no division is left, also for the ratio 1.

    >>> from symcnn.symbols import symbol
    >>> D, S = symbol("D"), symbol("S")
    >>> geometric(0, Rational(2), Rational(1), D, Rational(1)), geometric(0, S, Rational(0), D, S - 1)
    (2*2**D - 2, S**(D + 1) - 1)
    """
    below = ratio - 1
    factor, times = without(below, k + 1, factor)
    upper, lower = (
        Add(*(weight * at**power for power, weight in enumerate(_weights(k, ratio)))) * ratio**at
        for at in (last + 1, first)
    )
    return expanded(factor * (upper - lower)) / below**times


def without(below: Expr, times: int, factor: Expr) -> tuple[Expr, int]:
    """Return a factor divided by as many of so many equal divisors as it can be, and how many are left.

    >>> from symcnn.symbols import symbol
    >>> S = symbol("S")
    >>> without(S - 1, 2, S**2 - S)
    (S, 1)
    """
    if below.is_Number:
        return factor / below**times, 0
    while times and (shorter := _divided(factor, below)) is not None:
        factor, times = shorter, times - 1
    return factor, times


def _weights(k: int, ratio: Expr) -> list[Expr]:
    """Return the coefficients of G(i)/ratio**i, times (ratio - 1)**(k + 1).

    With d = ratio - 1 they are q(m) = a(m) d**m, where a(k) = 1 and, from the coefficient of i**j in
    ratio G(i + 1)/ratio**(i + 1) - G(i)/ratio**i = i**k, a(j) = -ratio times the sum over m > j of
    comb(m, j) a(m) d**(m - j - 1).
    """
    d = ratio - 1
    a: list[Expr] = [S.Zero] * k + [S.One]
    for j in range(k - 1, -1, -1):
        a[j] = -ratio * Add(*(comb(m, j) * a[m] * d ** (m - j - 1) for m in range(j + 1, k + 1)))
    return [a[m] * d**m for m in range(k + 1)]


def _divided(p: Expr, q: Expr) -> Expr | None:
    """Return p / q where that is a sum of products of powers, else None."""
    shared = denominators(p)
    quotient, rest = reduce(*integral(cleared(p, shared), q))
    return None if rest else expanded(polynomial(as_terms(quotient)) / shared)
