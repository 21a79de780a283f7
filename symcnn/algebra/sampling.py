"""Points of a domain: small ones in order, large ones drawn, and smaller ones that still fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import count, islice
from math import prod
from random import Random

from sympy import Symbol

from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import Value
from symcnn.errors import DomainError

Point = dict[Symbol, Value]

_LONG = 4000  # values of one symbol that are counted through
_SKIPS = 50  # candidates looked at for each point wanted, where conditions are hard to meet
_SIZES = (4, 8, 12, 16, 33, 65, 70)  # bits of a drawn value
_REALS = [Fraction(n, d) for d in (1, 2, 4, 3) for n in range(1, 5 * d)]


def small_points(symbols: Sequence[Symbol], domain: Domain, limit: int) -> tuple[list[Point], bool]:
    """Return the first points by total distance from the least values, and whether these are all.

    >>> from symcnn.symbols import symbol
    >>> small_points([symbol("I")], Domain(), 3)
    ([{I: 1}, {I: 2}, {I: 3}], False)
    """
    scales = [_scale(s, domain) for s in symbols]
    none = any(s.is_integer and not scale for s, scale in zip(symbols, scales, strict=True))
    if not all(scales):
        return [], none
    found: list[Point] = []
    unclear = False  # a condition had no value, or too large a one
    for indices in islice(_graded([len(scale) for scale in scales]), _SKIPS * limit):
        point = {s: scale[i] for s, scale, i in zip(symbols, scales, indices, strict=True)}
        held = _inside(point, domain)
        unclear = unclear or held is None
        if held:
            found.append(point)
            if len(found) == limit:
                return found, False
    whole = all(s.is_integer and _finite(s, domain) for s in symbols)
    return found, whole and not unclear and prod(map(len, scales)) <= _SKIPS * limit


def drawn_points(symbols: Sequence[Symbol], domain: Domain, limit: int) -> Iterator[Point]:
    """Yield at most `limit` points of all magnitudes up to 2^70, the same ones every time."""
    if any(_impossible(s, domain) for s in symbols):
        return
    random = Random(0)
    for _ in range(limit):
        point = {s: _draw(s, domain, random) for s in symbols}
        if _inside(point, domain):
            yield point


def shrink(point: Point, domain: Domain, fails: Callable[[Point], bool]) -> Point:
    """Return a smaller point of the domain that still fails: one symbol at a time, ever shorter steps."""
    changed = True
    while changed:
        changed = False
        for s in point:
            low = domain.bounds(s)[0]
            if low is None or not s.is_integer:
                continue
            congruence = domain.congruences.get(s)
            pace = congruence.modulus if congruence else 1
            steps = (int(point[s]) - int(low)) // pace
            while steps > 0:
                smaller = {**point, s: point[s] - steps * pace}
                if smaller[s] >= low and _inside(smaller, domain) and fails(smaller):
                    point, changed = smaller, True
                steps //= 2
    return point


def _inside(point: Point, domain: Domain) -> bool | None:
    """Whether the point is inside; None where a condition has no value there, or one too large."""
    try:
        return inside(point, domain)
    except DomainError:
        return None


def inside(point: Point, domain: Domain) -> bool:
    """Whether the point meets the conditions of the domain that its symbols decide."""
    return all(c.holds(point) for c in domain.conditions if c.expr.free_symbols <= point.keys())


def _allowed(s: Symbol, value: Value) -> bool:
    """Whether a real symbol can have the value of its bound: a positive one cannot be 0."""
    return value > 0 or not s.is_positive


def _impossible(s: Symbol, domain: Domain) -> bool:
    """Whether what is declared leaves no value to a symbol."""
    low, high = domain.bounds(s)
    crossed = low is not None and high is not None and low > high
    return crossed or (s in domain.congruences and domain.congruences[s] is None)


def _finite(s: Symbol, domain: Domain) -> bool:
    low, high = domain.bounds(s)
    return low is not None and high is not None and high - low < _LONG


def _scale(s: Symbol, domain: Domain) -> Sequence[Value]:
    """Return values of one symbol, the least first; from 0 outwards where there is no least."""
    low, high = domain.bounds(s)
    if not s.is_integer:
        inner = [] if low is None or high is None else [(Fraction(low) + Fraction(high)) / 2]
        ends = [v for v in (low, high) if v is not None and _allowed(s, v)]
        shifted = [] if low is None else [low + v for v in _REALS]
        ready = (v for v in (*_REALS, *shifted) if (low is None or v >= low) and (high is None or v <= high))
        zero = (
            []
            if low is not None
            else [v for v in (Fraction(0), *(-r for r in _REALS)) if high is None or v <= high]
        )
        return list(dict.fromkeys([*zero, *ready, *inner, *ends]))
    if s in domain.congruences and domain.congruences[s] is None:
        return ()
    congruence = domain.congruences.get(s)
    pace, residue = (congruence.modulus, congruence.residue) if congruence else (1, 0)
    if low is not None:
        start, stop = int(low), int(low) + _LONG * pace
        return range(start, stop if high is None else min(int(high) + 1, stop), pace)
    outwards = (residue + pace * (-i // 2 if i % 2 else i // 2) for i in count())
    return [v for v in islice(outwards, _LONG) if high is None or v <= high]


def _graded(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield index vectors in the order of their sum, then lexicographically."""
    for total in range(sum(sizes) - len(sizes) + 1):
        yield from _of_sum(total, sizes)


def _of_sum(total: int, sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if not sizes:  # the total is used up
        yield ()
        return
    room = sum(sizes[1:]) - len(sizes) + 1
    for first in range(max(0, total - room), min(total, sizes[0] - 1) + 1):
        for rest in _of_sum(total - first, sizes[1:]):
            yield (first, *rest)


def _draw(s: Symbol, domain: Domain, random: Random) -> Value:
    low, high = domain.bounds(s)
    if not s.is_integer:
        return random.choice(_scale(s, domain) or [Fraction(1)])
    size = random.choice(_SIZES)
    base = int(low) if low is not None else -(1 << size)
    value = base + random.getrandbits(size)
    if high is not None:
        value = base + (value - base) % (int(high) - base + 1)
    congruence = domain.congruences.get(s)
    if congruence:
        value -= (value - congruence.residue) % congruence.modulus
        value += congruence.modulus if value < base else 0
    return value
