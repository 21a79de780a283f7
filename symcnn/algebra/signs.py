"""Is a polynomial in bounded letters never negative? Shown, or not known; never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb, prod

import sympy
from sympy import Expr, Integer, Sum, Symbol

from symcnn.algebra.conditions import Bound
from symcnn.algebra.exact import Value
from symcnn.algebra.exponents import (
    Facts,
    has_powers,
    letters,
    power_range,
    shifted,
    shifts,
    without_fractions,
)
from symcnn.algebra.functions import Divisible, Max, Min
from symcnn.algebra.polynomial import Terms, expanded, is_integer_valued, over, polynomial, terms
from symcnn.algebra.powers import factors, is_symbolic
from symcnn.algebra.quotient import FloorDiv, Mod

EFFORT = 3  # how many quotients and conditions one proof may use; every step down has less
WORK = 1_000  # terms that one proof may look at
_GROWTH = 500  # terms that counting from the bounds may make

_Ranges = dict[Expr, tuple[Bound, Bound]]


def nonnegative(parts: Terms, facts: Facts, effort: int = EFFORT) -> bool:
    """Whether a polynomial is shown to be zero or more wherever the facts hold.

    A proof ends without an answer once it has looked at `WORK` terms. What an answer took is
    kept with it and counts again when it is used, so that nothing depends on earlier proofs.
    """
    if not parts:
        return True
    if facts.left:
        return _answer(parts, facts, effort)
    facts.left.append(WORK)
    try:
        return _answer(parts, facts, effort)
    finally:
        facts.left.clear()


def _answer(parts: Terms, facts: Facts, effort: int) -> bool:
    if effort < 2:
        return _shown(parts, facts, effort)
    question, left = (frozenset(parts.items()), effort), facts.left
    if question in facts.answers:
        shown, work = facts.answers[question]
        left[0] -= work
        return shown and left[0] > 0
    facts.answers[question] = False, 0  # until it is shown
    before, shown = left[0], _shown(parts, facts, effort)
    if shown or left[0] > 0:
        facts.answers[question] = shown, before - left[0]
    else:  # no answer: it may be asked again with more work left
        del facts.answers[question]
    return shown


def _shown(parts: Terms, facts: Facts, effort: int) -> bool:
    facts.left[0] -= len(parts)
    if facts.left[0] <= 0:
        return False
    if _signs_settle(parts, facts, effort):
        return True
    if has_powers(parts):
        expr = polynomial(parts)
        replaced = shifts(expr, facts)
        if replaced:
            return nonnegative(terms(expr.xreplace(replaced)), shifted(facts, replaced), effort)
        whole = without_fractions(parts)
        if whole is not parts:
            return nonnegative(whole, facts, effort)
    if effort == 0:
        return False
    for weaker in _without_quotient(parts, facts, effort - 1):
        if all(nonnegative(terms(w), facts, effort - 1) for w in weaker):
            return True
    if not facts.relations:
        return False
    used = set[Symbol]().union(*(m.free_symbols for m in parts))
    return any(
        nonnegative(_minus(parts, known.parts), facts, effort - 1)
        for known in facts.relations
        if known.symbols & used
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
        if not is_integer_valued(p):
            above = q.is_positive and parts[m] == -1 and is_integer_valued(rest)
            if above and expanded(q * (rest + 1) - p).is_positive:
                yield ()  # r >= p//q  iff  q (r + 1) > p, also for a real p
            continue
        if not (is_integer_valued(rest) and _positive(q, facts, effort)):
            continue
        if parts[m] == 1:
            for other in (k for k in quotients if parts[k] == -1 and _positive(k.args[1], facts, effort)):
                a, b = other.args
                if b == q:  # p//q + r >= a//q  if  p + q r >= a
                    yield (expanded(p + q * (rest + other) - a),)
                else:  # p//q + r >= a//b  if  b (p + q r) >= a q
                    yield (expanded(b * (p + q * (rest + other)) - a * q),)
            yield (expanded(p + q * rest),)  # p//q + r >= 0  iff  p + q r >= 0
        else:
            yield (expanded(q * (rest + 1) - p - 1),)  # r >= p//q  iff  q (r + 1) > p
    yield from _without_product(parts, facts, effort)
    for m in (m for m in parts if isinstance(m, Max | Min)):
        rest = polynomial({k: c for k, c in parts.items() if k != m})
        each = [expanded(parts[m] * a + rest) for a in m.args]
        if isinstance(m, Max) == (parts[m] > 0):
            yield from ((e,) for e in each)  # one argument is enough
        else:
            yield tuple(each)


def _without_product(parts: Terms, facts: Facts, effort: int) -> Iterator[tuple[Expr, ...]]:
    """Yield sums with p/q for a quotient p // q that is multiplied by letters: k q (p // q) <= k p."""
    for m, c in parts.items():
        for f in (b for b, e in factors(m).items() if isinstance(b, FloorDiv) and e == 1 and m != b):
            (p, q), beside = f.args, over(m, f)
            if beside is None or not (beside.is_positive and is_integer_valued(p)):
                continue
            if _positive(q, facts, effort):
                bound = p if c < 0 else p - q + (1 if is_integer_valued(q) else 0)
                rest = polynomial({k: d for k, d in parts.items() if k != m})
                yield (expanded(rest + c * beside * bound / q),)


def _positive(expr: Expr, facts: Facts, effort: int) -> bool:
    return nonnegative(terms(expr - 1), facts, effort)


# ------------------------------------------------------------------ by signs and bounds
def _signs_settle(parts: Terms, facts: Facts, effort: int) -> bool:
    """Whether the signs of the coefficients, with the bounds of the letters, settle the sum."""
    if all(m.is_Symbol or m == 1 for m in parts):
        return _least(parts, facts)
    ranges = {letter: _range(letter, facts, max(0, effort - 1)) for m in parts for letter, _ in letters(m)}
    natural = all(low is not None and low >= 0 for low, _ in ranges.values())
    if not natural and all(c > 0 and _is_natural(m, ranges) for m, c in parts.items()):
        return True
    return (natural and _absorbed(parts, ranges)) or _counted_from_bounds(parts, ranges)


def _is_natural(monomial: Expr, ranges: _Ranges) -> bool:
    """Whether every letter is zero or more, or stands in an even power."""
    lows = ((ranges[letter][0], e) for letter, e in letters(monomial))
    return all(e % 2 == 0 or (low is not None and low >= 0) for low, e in lows)


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
            if factor is None or not all(b in ranges for b, _ in letters(factor)):
                continue
            least = prod(Fraction(ranges[b][0] or 0) ** e for b, e in letters(factor))
            taken = min(left[other] * least, missing)
            if taken > 0:
                missing -= taken
                left[other] -= taken / least
        if missing > 0:
            return False
    return True


def _counted_from_bounds(parts: Terms, ranges: _Ranges) -> bool:
    """Whether all coefficients are non-negative once each letter is counted from its bound."""
    growth = sum(prod(e + 1 for _, e in letters(m)) for m in parts)
    if growth > _GROWTH:
        return False
    counts: dict[Expr, tuple[Value, int]] = {}  # from where, and which way
    rising = {b for m, c in parts.items() if c > 0 for b, _ in letters(m)}
    for letter, (low, high) in ranges.items():
        if letter not in rising and high is not None:
            counts[letter] = high, -1
        elif low is not None:
            counts[letter] = low, 1
        else:
            return False
    total: dict[frozenset[tuple[Expr, int]], Value] = {}
    for m, c in parts.items():
        for counted, value in _counted(letters(m), _fraction(c), counts):
            total[counted] = total.get(counted, 0) + value
    return all(value >= 0 for value in total.values())


def _counted(
    monomial: tuple[tuple[Expr, int], ...], coefficient: Value, counts: dict[Expr, tuple[Value, int]]
) -> list[tuple[frozenset[tuple[Expr, int]], Value]]:
    """Return the terms of a monomial in letters that are counted from a bound: the binomial theorem."""
    found: list[tuple[frozenset[tuple[Expr, int]], Value]] = [(frozenset(), coefficient)]
    for letter, e in monomial:
        start, way = counts[letter]
        powers = [(k, comb(e, k) * start ** (e - k) * way**k) for k in range(e + 1)]
        found = [
            (before | {(letter, k)} if k else before, value * factor)
            for before, value in found
            for k, factor in powers
            if factor
        ]
    return found


def _range(letter: Expr, facts: Facts, effort: int) -> tuple[Bound, Bound]:
    """Return bounds of a letter, which may be a symbol, a quotient, a sum or a power."""
    if isinstance(letter, Symbol):
        return facts.bounds(letter)
    if letter.is_Integer:
        return int(letter), int(letter)
    if is_symbolic(letter):
        return power_range(letter, facts)
    if isinstance(letter, Sum):
        return (0 if nonnegative(terms(letter.function), facts, effort) else None), None
    if isinstance(letter, Mod):
        q = letter.args[1]
        if not q.is_positive:
            return None, None
        return 0, (int(q) - is_integer_valued(letter)) if q.is_Integer else None
    if isinstance(letter, FloorDiv):
        p, q = letter.args
        return _quotient_low(p, q, facts, effort), None
    if isinstance(letter, Divisible) and letter.args[1].is_Integer:
        return int(letter.args[1]), None
    if letter.is_positive and is_integer_valued(letter):
        return 1, None
    return (0 if letter.is_nonnegative else None), None


def _quotient_low(p: Expr, q: Expr, facts: Facts, effort: int) -> Bound:
    """Return a lower bound of p // q: of r // q where a condition says p >= r, or 0."""
    if not q.is_positive:
        return None
    for known in facts.relations if effort else ():
        least = FloorDiv(p - polynomial(known.parts), q)
        if least.is_Integer and least > 0:
            return int(least)
    return 0 if nonnegative(terms(p), facts, effort) else None


def _fraction(c: sympy.Rational) -> Fraction:
    return Fraction(int(c.p), int(c.q))
