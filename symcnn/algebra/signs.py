"""Is a polynomial in bounded letters never negative? Shown, or not known; never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod
from typing import NamedTuple, Protocol

import sympy
from sympy import Expr, Integer, Symbol

from symcnn.algebra.conditions import Bound
from symcnn.algebra.exact import Value
from symcnn.algebra.functions import Max, Min
from symcnn.algebra.polynomial import Terms, is_integer_valued, over, polynomial, terms
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.symbols import excess

EFFORT = 3  # how many quotients and conditions one proof may use; every step down has less
_GROWTH = 500  # terms that counting from the bounds may make

_Ranges = dict[Expr, tuple[Bound, Bound]]


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


def nonnegative(parts: Terms, facts: Facts, effort: int = EFFORT) -> bool:
    """Whether a polynomial is shown to be zero or more wherever the facts hold."""
    if not parts:
        return True
    if _signs_settle(parts, facts, effort):
        return True
    if effort == 0:
        return False
    for weaker in _without_quotient(parts, facts, effort - 1):
        if all(nonnegative(terms(w), facts, effort - 1) for w in weaker):
            return True
    if not facts.relations:
        return False
    letters = set[Symbol]().union(*(m.free_symbols for m in parts))
    return any(
        nonnegative(_minus(parts, known.parts), facts, effort - 1)
        for known in facts.relations
        if known.symbols & letters
    )


def _minus(parts: Terms, known: Terms) -> Terms:
    difference = dict(parts)
    for m, c in known.items():
        difference[m] = difference.get(m, Integer(0)) - c
    return {m: c for m, c in difference.items() if c}


def _without_quotient(parts: Terms, facts: Facts, effort: int) -> Iterator[tuple[Expr, ...]]:
    """Yield expressions, one quotient or extremum fewer, that together settle the sign of the sum."""
    quotients = [m for m in parts if isinstance(m, FloorDiv) and abs(parts[m]) == 1]
    for m in quotients:
        p, q = m.args
        rest = polynomial({k: c for k, c in parts.items() if k != m})
        if not (is_integer_valued(rest) and is_integer_valued(p) and _positive(q, facts, effort)):
            continue
        if parts[m] == 1:
            for other in (k for k in quotients if parts[k] == -1 and _positive(k.args[1], facts, effort)):
                a, b = other.args
                if b == q:  # p//q + r >= a//q  if  p + q r >= a
                    yield (sympy.expand(p + q * (rest + other) - a),)
                else:  # p//q + r >= a//b  if  b (p + q r) >= a q
                    yield (sympy.expand(b * (p + q * (rest + other)) - a * q),)
            yield (sympy.expand(p + q * rest),)  # p//q + r >= 0  iff  p + q r >= 0
        else:
            yield (sympy.expand(q * (rest + 1) - p - 1),)  # r >= p//q  iff  q (r + 1) > p
    for m in (m for m in parts if isinstance(m, Max | Min)):
        rest = polynomial({k: c for k, c in parts.items() if k != m})
        each = [sympy.expand(parts[m] * a + rest) for a in m.args]
        if isinstance(m, Max) == (parts[m] > 0):
            yield from ((e,) for e in each)  # one argument is enough
        else:
            yield tuple(each)


def _positive(expr: Expr, facts: Facts, effort: int) -> bool:
    return nonnegative(terms(expr - 1), facts, effort)


# ------------------------------------------------------------------ by signs and bounds
def _signs_settle(parts: Terms, facts: Facts, effort: int) -> bool:
    """Whether the signs of the coefficients, with the bounds of the letters, settle the sum."""
    if all(m.is_Symbol or m == 1 for m in parts):
        return _least(parts, facts)
    letters = {b for m in parts for b, _ in _powers(m)}
    ranges = {letter: _range(letter, facts, max(0, effort - 1)) for letter in letters}
    natural = all(low is not None and low >= 0 for low, _ in ranges.values())
    return (natural and _absorbed(parts, ranges)) or _counted_from_bounds(parts, ranges)


def _least(parts: Terms, facts: Facts) -> bool:
    """Whether a sum of separate letters is non-negative at the bounds that make it least."""
    least: Value = 0
    for m, c in parts.items():
        low, high = facts.bounds(m) if m != 1 else (1, 1)
        bound = low if c > 0 else high
        if bound is None:
            return False
        least += _fraction(c) * bound
    return least >= 0


def _absorbed(parts: Terms, ranges: _Ranges) -> bool:
    """Whether positive terms make up for each negative one of which they are multiples."""
    left = {m: _fraction(c) for m, c in parts.items() if c > 0}
    for m, c in parts.items():
        missing = -_fraction(c)
        for other in left if missing > 0 else ():
            factor = over(other, m)  # other = factor m, and factor is at least `least`
            if factor is None or not all(b in ranges for b, _ in _powers(factor)):
                continue
            least = prod(Fraction(ranges[b][0] or 0) ** e for b, e in _powers(factor))
            taken = min(left[other] * least, missing)
            if taken > 0:
                missing -= taken
                left[other] -= taken / least
        if missing > 0:
            return False
    return True


def _counted_from_bounds(parts: Terms, ranges: _Ranges) -> bool:
    """Whether all coefficients are non-negative once each letter is counted from its bound."""
    growth = sum(prod(e + 1 for _, e in _powers(m)) for m in parts)
    if growth > _GROWTH:
        return False
    shifts: dict[Expr, Expr] = {}
    for letter, (low, high) in ranges.items():
        falling = all(c < 0 for m, c in parts.items() if m.has(letter))
        if falling and high is not None:
            shifts[letter] = high - excess(letter)
        elif low is not None:
            shifts[letter] = low + excess(letter)
        else:
            return False
    shifted = sympy.expand(polynomial(parts).xreplace(shifts))
    return all(c >= 0 for c in terms(shifted).values())


def _range(letter: Expr, facts: Facts, effort: int) -> tuple[Bound, Bound]:
    """Return bounds of a letter, which may be a symbol, a quotient or a power."""
    if isinstance(letter, Symbol):
        return facts.bounds(letter)
    if isinstance(letter, Mod):
        q = letter.args[1]
        if not q.is_positive:
            return None, None
        return 0, (int(q) - is_integer_valued(letter)) if q.is_Integer else None
    if isinstance(letter, FloorDiv):
        p, q = letter.args
        return (0 if q.is_positive and nonnegative(terms(p), facts, effort) else None), None
    if letter.is_positive and is_integer_valued(letter):
        return 1, None
    return (0 if letter.is_nonnegative else None), None


def _powers(monomial: Expr) -> list[tuple[Expr, int]]:
    """Return the letters of a monomial with natural exponents; other powers are letters themselves."""
    if monomial == 1:
        return []
    powers = monomial.as_powers_dict().items()
    return [(b, int(e)) if e.is_Integer and e > 0 else (b**e, 1) for b, e in powers]


def _fraction(c: sympy.Rational) -> Fraction:
    return Fraction(int(c.p), int(c.q))
