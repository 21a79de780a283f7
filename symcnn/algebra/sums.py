"""Sums over an index, in closed form where there is one.

A term is polynomial times geometric where the index i stands as i**k r**i only; the rest stays
a SymPy `Sum`, exact when numbers come in. Nothing here asks SymPy to sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, count, filterfalse
from string import ascii_lowercase
from typing import NamedTuple

from sympy import Add, Expr, Mul, S, Sum, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.algebra.division import cleared, denominators
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import MAX_BITS, evaluated
from symcnn.algebra.polynomial import expanded, over, terms
from symcnn.algebra.powers import factors
from symcnn.algebra.progressions import MOST, MOST_SYMBOLIC, arithmetic, geometric, without
from symcnn.errors import DomainError
from symcnn.symbols import Kind, bound


@lru_cache(maxsize=10_000)
def summation(term: Expr, index: Symbol, first: Expr, last: Expr, domain: Domain) -> Expr:
    """Return the sum of a term over index = first, ..., last, where last >= first - 1.

    What has a closed form is closed, term by term. A ratio that is no number must be shown to
    be 2 or more. `domain` may know the bounds of the index.

    >>> from symcnn.algebra.quotient import FloorDiv
    >>> from symcnn.symbols import index, symbol
    >>> D, I, i = symbol("D"), symbol("I"), index("i")
    >>> summation(4**i + i, i, S.One, D, Domain())
    4*4**D/3 + D**2/2 + D/2 - 4/3
    >>> summation(3 * FloorDiv(I, 2**i) + 1, i, S.One, D, Domain())
    D + 3*Sum(I//(2**i), (i, 1, D))
    """
    if expanded(last - first) == -1:
        return S.Zero
    total: list[Expr] = []
    parts: dict[Shape, Expr] = {}
    for monomial, coefficient in terms(term).items():
        separated = _separated(monomial, index)
        if separated is None:
            inner, outer = _split(monomial, index)
            total.append(coefficient * outer * _left(inner, index, first, last))
        else:
            shape, outer = separated
            parts[shape] = parts.get(shape, S.Zero) + coefficient * outer
    total += [_summed(shape, outer, index, (first, last), domain) for shape, outer in parts.items()]
    return Add(*total)


class Shape(NamedTuple):
    """How a term depends on the index: i**power ratio**i."""

    power: int
    ratio: Expr


def _separated(monomial: Expr, index: Symbol) -> tuple[Shape, Expr] | None:
    """Return the shape of a term and what it is multiplied by; None where i stands otherwise."""
    outer, power, ratio = [S.One], 0, [S.One]
    for base, exponent in factors(monomial).items():
        if base == index and exponent.is_Integer and exponent > 0:
            power = int(exponent)
        elif base.has(index):
            return None
        elif not exponent.has(index):
            outer.append(base**exponent)
        else:
            pace, rest = _slope(exponent, index)
            if pace is None:
                return None
            ratio.append(base**pace)
            outer.append(base**rest)
    return Shape(power, expanded(Mul(*ratio))), expanded(Mul(*outer))


def _slope(exponent: Expr, index: Symbol) -> tuple[Expr | None, Expr]:
    """Return a and b of the exponent a i + b; None for a where it is not of that form."""
    pace, rest = S.Zero, S.Zero
    for m, c in terms(exponent).items():
        if not m.has(index):
            rest += c * m
            continue
        factor = over(m, index)
        if factor is None or factor.has(index):
            return None, rest
        pace += c * factor
    return pace, rest


def _summed(shape: Shape, outer: Expr, index: Symbol, ends: tuple[Expr, Expr], domain: Domain) -> Expr:
    """Return the sum of outer i**power ratio**i, closed if the ratio cannot be 1 or does not matter."""
    power, ratio, (first, last) = *shape, ends
    if ratio == 1 and power <= MOST:
        return expanded(outer * arithmetic(power, first, last))
    if ratio.is_Rational and power <= MOST:
        afford(ratio, first, last)
        return geometric(power, ratio, first, last, outer)
    if not ratio.is_Rational and power <= MOST_SYMBOLIC:
        factor = outer
        if ratio.as_numer_denom()[1] != 1:  # i = -j: from the other end
            ratio, first, last, factor = expanded(1 / ratio), -last, -first, (-1) ** power * outer
        if without(ratio - 1, power + 1, factor)[1] == 0 or domain.proves(Condition(ratio - 2, ">=")):
            return geometric(power, ratio, first, last, factor)
    below = denominators(outer)
    inner = expanded(index**power * shape.ratio**index / below)
    return cleared(outer, below) * _left(inner, index, *ends)


def afford(ratio: Expr, first: Expr, last: Expr) -> None:
    """Refuse a power that would not fit into memory, before it is computed."""
    size = max(abs(int(ratio.p)), int(ratio.q)).bit_length()
    for at in (first, last):
        if at.is_Integer and abs(int(at)) * size > MAX_BITS:
            raise DomainError(f"a power of more than {MAX_BITS} bits: the exponent is {at}")


# ------------------------------------------------------------------ what stays a sum
def _split(monomial: Expr, index: Symbol) -> tuple[Expr, Expr]:
    """Return the factors in which the index stands, and the others."""
    inner, outer = [S.One], [S.One]
    for factor in Mul.make_args(monomial):
        (inner if factor.has(index) else outer).append(factor)
    return Mul(*inner), Mul(*outer)


def _left(body: Expr, index: Symbol, first: Expr, last: Expr) -> Expr:
    """Return the sum of a body over a variable that is no symbol of it: a `Sum`, of numbers their sum."""
    kind: Kind = "positive" if index.is_positive else "nonnegative" if index.is_nonnegative else "integer"
    beside = (first, last, *(s for s in body.atoms(Symbol) if s != index))
    variable = bound(_free_name(index.name, {s.name for e in beside for s in e.atoms(Symbol)}), kind)
    return evaluated(Sum(body.xreplace({index: variable}), (variable, first, last)))


def _free_name(name: str, taken: set[str]) -> str:
    """Return a name that is not taken: the name itself, a later letter, or one with a number."""
    later = ascii_lowercase[ascii_lowercase.find(name) + 1 :] if len(name) == 1 else ""
    names: Iterator[str] = chain((name, *later), (f"{name}{n}" for n in count(2)))
    return next(filterfalse(taken.__contains__, names))
