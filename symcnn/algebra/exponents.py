"""What is known of powers with symbolic exponents: 2**(D - i) is 1 or more where D >= i is declared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, Protocol

from sympy import Add, Expr, Integer, Mul, Pow, Rational, S, Symbol

from symcnn.algebra.conditions import Bound
from symcnn.algebra.polynomial import Terms, expanded, polynomial, terms
from symcnn.algebra.powers import exponent_parts, factors, is_integer_valued, is_symbolic, least, natural
from symcnn.symbols import gap

_BITS = 4096  # of a power that bounds another


Answers = dict[tuple[frozenset[tuple[Expr, Rational]], int], tuple[bool, int]]
"""What was asked about signs, with the effort: whether it was shown, and the terms looked at for that."""


class Relation(NamedTuple):
    """A condition `parts >= 0` on several symbols."""

    symbols: frozenset[Symbol]
    parts: Terms


class Facts(Protocol):
    """What a proof may use of the symbols."""

    def bounds(self, s: Symbol) -> tuple[Bound, Bound]:
        """Return the least and the largest value of a symbol."""

    @property
    def relations(self) -> Sequence[Relation]:
        """The conditions on several symbols."""

    @property
    def answers(self) -> Answers:
        """What was asked before."""

    @property
    def left(self) -> list[int]:
        """How many terms the proof under way may still look at; empty if there is none."""

    @property
    def shifts(self) -> dict[Expr, Shifted]:
        """The same facts in terms of a gap."""


@dataclass(frozen=True)
class Shifted:
    """The same facts, with one symbol replaced by another plus a gap that is zero or more."""

    facts: Facts
    relations: Sequence[Relation]
    answers: Answers = field(default_factory=dict)
    shifts: dict[Expr, Shifted] = field(default_factory=dict)

    @property
    def left(self) -> list[int]:
        """How many terms the proof under way may still look at."""
        return self.facts.left

    def bounds(self, s: Symbol) -> tuple[Bound, Bound]:
        """Return the least and the largest value of a symbol."""
        return self.facts.bounds(s)


def has_powers(parts: Iterable[Expr]) -> bool:
    """Whether one of the monomials has a power with a symbolic exponent, or holds one within."""
    return any(map(_holds_power, parts))


@lru_cache(maxsize=50_000)
def _holds_power(monomial: Expr) -> bool:
    return any(map(is_symbolic, monomial.atoms(Pow)))


# ------------------------------------------------------------------ one exponent from another
def shifts(expr: Expr, facts: Facts) -> dict[Symbol, Expr]:
    """Return D: i + gap for exponents D and i where D >= i is known, so that 2**D becomes 2**i 2**gap."""
    exponents = {s for p in expr.atoms(Pow) if is_symbolic(p) for s in p.exp.free_symbols}
    for relation in facts.relations if len(exponents) > 1 else ():
        if not relation.symbols <= exponents:
            continue
        larger = [m for m, c in relation.parts.items() if c == 1 and m.is_Symbol]
        linear = all(m == 1 or (m.is_Symbol and m.is_integer) for m in relation.parts)
        if larger and linear and all(c.is_Integer for c in relation.parts.values()):
            difference = polynomial(relation.parts)
            return {larger[0]: larger[0] - difference + gap(difference)}
    return {}


def shifted(facts: Facts, replaced: dict[Symbol, Expr]) -> Shifted:
    """Return the facts in terms of the gap."""
    ((replaced_symbol, by),) = replaced.items()
    difference = replaced_symbol - by
    if difference in facts.shifts:
        return facts.shifts[difference]
    relations = []
    for known in facts.relations:
        if known.symbols.isdisjoint(replaced):
            relations.append(known)
            continue
        expr = polynomial(known.parts).xreplace(replaced)
        if len(expr.free_symbols) > 1:
            relations.append(Relation(frozenset(expr.free_symbols), terms(expr)))
    found = facts.shifts[difference] = Shifted(facts, tuple(relations))
    return found


def without_fractions(parts: Terms) -> Terms:
    """Return the terms times a positive power, so that no exponent has a negative term.

    >>> from symcnn.symbols import symbol
    >>> D, i, N = symbol("D"), symbol("i"), symbol("N")
    >>> polynomial(without_fractions(terms(2 ** (D - i) * N - 1 / N)))
    2**D*N**2 - 2**i
    """
    needed: dict[Expr, dict[Expr, Integer]] = {}
    for monomial in parts:
        for base, exponent in factors(monomial).items():
            if natural(exponent) or not base.is_positive:
                continue
            for m, c in terms(exponent).items():
                if c < 0:
                    most = needed.setdefault(base, {})
                    most[m] = max(most.get(m, S.Zero), -c)
    if not needed:
        return parts
    factor = Mul(*(base ** Add(*(c * m for m, c in most.items())) for base, most in needed.items()))
    return terms(Add(*(expanded(c * m * factor) for m, c in parts.items())))


# ------------------------------------------------------------------ letters
@lru_cache(maxsize=50_000)
def letters(monomial: Expr) -> tuple[tuple[Expr, int], ...]:
    """Return the letters of a monomial with natural exponents; what is no natural power is a letter itself.

    A power is taken apart by the letters of its exponent, each counted from its least value.

    >>> from symcnn.symbols import symbol
    >>> D, i, N = symbol("D"), symbol("i"), symbol("N")
    >>> letters(N**2 * 2 ** (2 * D - 2)), letters(2 ** (D - i))
    (((2**(D - 1), 2), (N, 2)), ((2**(D - 1), 1), (2**(-i), 1), (2, 1)))
    """
    found: dict[Expr, int] = {}
    for base, exponent in factors(monomial).items() if monomial != 1 else ():
        constant, rest = (int(exponent), S.Zero) if exponent.is_Integer else exponent_parts(exponent)
        for term in Add.make_args(rest) if rest != 0 else ():
            c, m = term.as_coeff_Mul(rational=True)
            low = least(m) if c.is_Integer and c > 0 else None
            letter, times = (base**term, 1) if low is None else (base ** (m - low), int(c))
            found[letter] = found.get(letter, 0) + times
            constant += 0 if low is None else int(c) * low
        letter, times = (base, constant) if constant > 0 else (base**constant, 1)
        if constant:
            found[letter] = found.get(letter, 0) + times
    return tuple(found.items())


def power_range(power: Expr, facts: Facts) -> tuple[Bound, Bound]:
    """Return bounds of a power by those of its base and its exponent; 0 below where it is positive."""
    base, exponent = power.args
    low, high = _bounds(base, facts)
    if low is None or low < 0 or not base.is_positive:
        return (0 if power.is_nonnegative else None), None
    least_exponent, most_exponent = _interval(exponent, facts)
    if low < 1:
        return 0, None
    floor, ceiling = _power(low, least_exponent), None
    if least_exponent is None or (least_exponent < 0 and not base.is_Rational):
        floor = 0
    if most_exponent is not None:
        ceiling = _power(high if most_exponent > 0 else low, most_exponent)
    return (0 if floor is None else floor), ceiling


def _bounds(base: Expr, facts: Facts) -> tuple[Bound, Bound]:
    if base.is_Rational:
        value = Fraction(int(base.p), int(base.q))
        return value, value
    if base.is_Symbol:
        return facts.bounds(base)
    return (1 if base.is_positive and is_integer_valued(base) else None), None


def _interval(exponent: Expr, facts: Facts) -> tuple[int | None, int | None]:
    """Return the least and the largest value of a linear exponent, None where one is not known."""
    low: int | None = 0
    high: int | None = 0
    for m, c in terms(exponent).items():
        if not (c.is_Integer and (m == 1 or (m.is_Symbol and m.is_integer))):
            return None, None
        ends = (1, 1) if m == 1 else facts.bounds(m)
        below, above = ends if c > 0 else ends[::-1]
        low = None if low is None or below is None else low + int(c) * int(below)
        high = None if high is None or above is None else high + int(c) * int(above)
    return low, high


def _power(base: Bound, exponent: int | None) -> Bound:
    if base is None or exponent is None:
        return None
    value = Fraction(base)
    size = max(abs(value.numerator), value.denominator).bit_length()
    return value**exponent if size * abs(exponent) <= _BITS else None
