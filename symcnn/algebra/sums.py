"""Sums over an index, in closed form where there is one.

A term is polynomial times geometric where the index i stands as i**k r**i only; the rest stays
a SymPy `Sum`, exact when numbers come in. Nothing here asks SymPy to sum.
"""

from __future__ import annotations

from typing import NamedTuple

from sympy import Add, Expr, Mul, S, Sum, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import MAX_BITS
from symcnn.algebra.polynomial import expanded, over, terms
from symcnn.algebra.powers import factors
from symcnn.algebra.progressions import MOST, MOST_SYMBOLIC, arithmetic, geometric
from symcnn.errors import DomainError
from symcnn.symbols import Bound, Kind, bound


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
    closed: dict[tuple[int, Expr], Expr] = {}
    total: list[Expr] = []
    for monomial, coefficient in terms(term).items():
        part = _separated(monomial, index)
        if part is not None and _is_closed(part, domain):
            kind = (part.power, part.ratio)
            closed[kind] = closed.get(kind, S.Zero) + coefficient * part.outer
        else:
            inner, outer = _split(monomial, index)
            total.append(coefficient * outer * _left(inner, index, first, last))
    total += [_closed(*kind, outer, first, last) for kind, outer in closed.items()]
    return Add(*total)


class Part(NamedTuple):
    """A term outer i**power ratio**i, in which i stands nowhere else."""

    outer: Expr
    power: int
    ratio: Expr


def _separated(monomial: Expr, index: Symbol) -> Part | None:
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
    return Part(expanded(Mul(*outer)), power, expanded(Mul(*ratio)))


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


def _is_closed(part: Part, domain: Domain) -> bool:
    """Whether there is a closed form: the ratio is a number, or shown never to be 1."""
    if part.ratio.is_Rational:
        return part.power <= MOST
    return part.power <= MOST_SYMBOLIC and (
        _at_least_two(part.ratio, domain) or _at_least_two(expanded(1 / part.ratio), domain)
    )


def _closed(power: int, ratio: Expr, outer: Expr, first: Expr, last: Expr) -> Expr:
    """Return the sum of outer i**power ratio**i."""
    if ratio == 1:
        return expanded(outer * arithmetic(power, first, last))
    if ratio.is_Rational:
        afford(ratio, first, last)
    elif ratio.as_numer_denom()[1] != 1:  # i = -j: from the other end
        sign = (-1) ** power
        return geometric(power, expanded(1 / ratio), -last, -first, sign * outer)
    return geometric(power, ratio, first, last, outer)


def _at_least_two(ratio: Expr, domain: Domain) -> bool:
    return domain.proves(Condition(ratio - 2, ">="))


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
    """Return the sum of a body as a `Sum`, over a variable that is no symbol of the body."""
    kind: Kind = "positive" if index.is_positive else "nonnegative" if index.is_nonnegative else "integer"
    taken = {s.name for s in body.atoms(Symbol) if s != index} | {s.name for s in body.atoms(Bound)}
    name, number = index.name, 2
    while name in taken:
        name, number = f"{index.name}{number}", number + 1
    variable = bound(name, kind)
    return Sum(body.xreplace({index: variable}), (variable, first, last))
