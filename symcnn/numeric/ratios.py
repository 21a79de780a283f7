"""Sums and products of fractions as steps on integers, with common factors taken out.

A term is a number times a product of values over a product of values. A sum takes out what most of
its terms share, so that 9 a b x + 9 b c x is 9 b x (a + c), and brings the rest to one denominator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from symcnn.numeric.program import Builder

_MANY = 500  # terms
Factors = Counter[int]  # places of values with their exponents


class Ratio(NamedTuple):
    """The places of a numerator and of a denominator, which is not zero."""

    whole: int
    over: int


class Term(NamedTuple):
    """A number times a product of values over a product of values."""

    number: Fraction
    factors: Factors
    over: Factors


class _Scaled(NamedTuple):
    number: int
    factors: Factors


def added(builder: Builder, terms: Iterable[Term]) -> Ratio:
    """Return the sum of terms, over their least common denominator as far as it shows.

    >>> from symcnn.numeric.program import Input
    >>> b = Builder((Input("x"),))
    >>> x = Counter([b.input(0)])
    >>> terms = [Term(Fraction(1, 2), x, Counter()), Term(Fraction(1, 3), x, Counter())]
    >>> b.known(added(b, terms).over)
    6
    """
    groups: dict[frozenset[tuple[int, int]], list[Term]] = {}
    for term in terms:
        groups.setdefault(frozenset(term.over.items()), []).append(term)
    total = Ratio(builder.number(0), builder.number(1))
    for group in groups.values():
        common = lcm(*(term.number.denominator for term in group))
        whole = _sum(builder, [_Scaled(int(t.number * common), t.factors) for t in group if t.number])
        over = product(builder, group[0].over, common)
        total = _together(builder, total, Ratio(whole, over))
    return total


def multiplied(builder: Builder, term: Term) -> Ratio:
    """Return the product that a term is."""
    number = term.number
    return Ratio(
        product(builder, term.factors, number.numerator), product(builder, term.over, number.denominator)
    )


def product(builder: Builder, factors: Factors, number: int = 1) -> int:
    """Return the place of a product; what is small is multiplied first."""
    found = None
    for factor in sorted(factors, key=lambda place: (builder.degree(place), place)):
        one = raised(builder, factor, factors[factor])
        found = one if found is None else builder.make("*", found, one)
    if found is None:
        return builder.number(number)
    return builder.make("*", found, builder.number(number)) if number != 1 else found


def raised(builder: Builder, base: int, exponent: int) -> int:
    """Return the place of a power by repeated squaring; a large exponent stays one operation."""
    if exponent > 64:
        return builder.make("**", base, builder.number(exponent))
    found = None
    while exponent:
        if exponent & 1:
            found = base if found is None else builder.make("*", found, base)
        exponent >>= 1
        if exponent:
            base = builder.make("*", base, base)
    return builder.number(1) if found is None else found


def _together(builder: Builder, a: Ratio, b: Ratio) -> Ratio:
    if builder.known(a.whole) == 0:
        return b
    if a.over == b.over:
        return Ratio(builder.make("+", a.whole, b.whole), a.over)
    left, right = builder.make("*", a.whole, b.over), builder.make("*", b.whole, a.over)
    return Ratio(builder.make("+", left, right), builder.make("*", a.over, b.over))


def _sum(builder: Builder, terms: list[_Scaled]) -> int:
    """Return the place of a sum of integers, the factor that most terms share taken out, and so on."""
    if not terms:
        return builder.number(0)
    common = gcd(*(term.number for term in terms))
    if common > 1 and len(terms) > 1:
        smaller = [_Scaled(t.number // common, t.factors) for t in terms]
        return builder.make("*", _sum(builder, smaller), builder.number(common))
    few = terms if len(terms) <= _MANY else []  # looking for shares takes the square of their number
    shares = Counter(factor for term in few for factor in term.factors)
    shared = max(shares, key=lambda place: (shares[place], place), default=None)
    if shared is None or shares[shared] < 2:
        return _plain_sum(builder, terms)
    inside = [t for t in terms if shared in t.factors]
    power = min(t.factors[shared] for t in inside)
    taken = Counter({shared: power})
    bracket = _sum(builder, [_Scaled(t.number, t.factors - taken) for t in inside])
    rest = [t for t in terms if shared not in t.factors]
    whole = product(builder, taken + Counter([bracket]))
    return _plain_sum(builder, [*rest, _Scaled(1, Counter([whole]))], apart=bool(rest))


def _plain_sum(builder: Builder, terms: list[_Scaled], apart: bool = False) -> int:
    """Return the place of a sum, small terms first, and what is taken away after what is added.

    `apart` looks for shared factors among the terms that are left beside the last one.
    """
    if apart and len(terms) > 2:
        rest = _sum(builder, terms[:-1])
        return builder.make("+", rest, product(builder, terms[-1].factors))
    parts = [(t.number < 0, product(builder, t.factors, abs(t.number))) for t in terms]
    parts.sort(key=lambda part: (part[0], builder.degree(part[1]), part[1]))
    negative, found = parts[0]
    if negative:
        found = builder.make("-", builder.number(0), found)
    for negative, place in parts[1:]:
        found = builder.make("-" if negative else "+", found, place)
    return found
