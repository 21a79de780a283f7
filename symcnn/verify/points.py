"""Values for the symbols of a network: valid ones, by construction where that is possible.

A point is drawn from the declared domains, least and large values among the others. Conditions
that it breaks are then met one after the other, by the smallest move of one symbol: so the edge
of each condition is what is reached most often.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property

import sympy
from sympy import Expr, Pow, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.algebra.exact import Value
from symcnn.algebra.functions import FloorLog2
from symcnn.algebra.sampling import Point, small_points
from symcnn.errors import DomainError
from symcnn.network.model import Model
from symcnn.verify.drafts import Chance

LARGEST = 2**40
_MOVES = 24  # conditions met one after the other before giving up
_SCAN = 300  # values looked at for an equation, outwards
_DOUBLINGS = 80
_FEW = 12  # for what counts rounds or stands in an exponent
_RESERVE = 40  # small points that serve where no other way leads to one
_REALS = tuple(Fraction(n, d) for d in (1, 2, 4, 3) for n in range(1, 2 * d + 1))


class Points:
    """The points of a network, to draw from."""

    def __init__(self, model: Model) -> None:
        self.symbols: tuple[Symbol, ...] = tuple(model.symbols.values())
        self.domain = model.domain
        self.conditions: tuple[Condition, ...] = (*model.domain.conditions, *model.conditions)
        self._formulas = _formulas(model)

    def valid(self, point: Point) -> bool:
        """Whether a point meets all that is declared and needed."""
        return not self._broken(point)

    def _broken(self, point: Point) -> list[Condition]:
        return [c for c in self.conditions if not _holds(c, point)]

    # ---------------------------------------------------------------- drawing
    def draw(self, chance: Chance, largest: int = LARGEST) -> Point | None:
        """Return a valid point, None where none is found; `largest` bounds what is drawn freely."""
        drawn = {s: self._value(s, chance, largest) for s in self.symbols}
        point = self._repaired(drawn)
        if point is None or any(value > largest or -value > largest for value in point.values()):
            if not self._reserve:
                return point
            point = chance.one(self._reserve)
        if self.symbols and chance.number(0, 2) == 2:
            return self._pushed(point, chance.one(self.symbols))
        return point

    def _value(self, s: Symbol, chance: Chance, largest: int) -> Value:
        low, high = self.domain.bounds(s)
        if not s.is_integer:
            ready = [v for v in _REALS if (low is None or v >= low) and (high is None or v <= high)]
            return chance.one([*ready, *(v for v in (low, high) if v is not None and v > 0)] or [Fraction(1)])
        base = int(low) if low is not None else -5
        room = chance.one((0, 3, 3, 12, 64, 300, largest)) if s not in self._cautious else 3
        value = base + chance.number(0, room)
        return self._admitted(s, value if high is None else min(value, int(high)))

    def _admitted(self, s: Symbol, value: int) -> int:
        """Return the value, or the next one that has the declared remainder."""
        congruence = self.domain.congruences.get(s)
        return value + (congruence.residue - value) % congruence.modulus if congruence else value

    @cached_property
    def _cautious(self) -> frozenset[Symbol]:
        """What counts rounds or stands in an exponent: numbers grow too large otherwise."""
        found: set[Symbol] = set()
        for expr in (*(c.expr for c in self.conditions), *self._formulas):
            for power in expr.atoms(Pow):
                found |= power.exp.free_symbols
            for each in expr.atoms(sympy.Sum):
                found |= each.free_symbols
            for each in expr.atoms(FloorLog2):
                found |= each.free_symbols
        return frozenset(found & set(self.symbols))

    @cached_property
    def _reserve(self) -> Sequence[Point]:
        """The first points by size that are valid."""
        everything = self.domain.assuming(self.conditions)
        small, _ = small_points(self.symbols, everything, _RESERVE)
        return [point for point in small if self.valid(point)]

    # ---------------------------------------------------------------- meeting conditions
    def _repaired(self, point: Point) -> Point | None:
        """Return the point with one symbol after the other moved until all conditions hold."""
        for _ in range(_MOVES):
            broken = self._broken(point)
            if not broken:
                return point
            moves = [
                {**point, s: value}
                for condition in broken[:2]
                for s in self.symbols
                if s in condition.expr.free_symbols
                for value in self._moves(condition, s, point)
            ]
            if not moves:
                return None
            point = min(moves, key=lambda p: (len(self._broken(p)), sum(max(v, -v) for v in p.values())))
        return None

    def _moves(self, condition: Condition, s: Symbol, point: Point) -> Iterator[Value]:
        """Yield values of one symbol with which a condition holds, the nearest first."""
        if not s.is_integer:
            yield from (v for v in _REALS if self._meets(condition, s, v, point))
        elif condition.relation in (">=", ">"):
            for direction in (1, -1):
                found = self._reached(condition, s, point, direction)
                if found is not None:
                    yield found
        else:
            found = self._solved(condition, s, point)
            if found is not None:
                yield found

    def _reached(self, condition: Condition, s: Symbol, point: Point, direction: int) -> int | None:
        """Return the nearest value in a direction at which an inequality holds, as it is monotone."""
        pace = self._pace(s) * direction
        here, far = int(point[s]), 0
        for k in range(_DOUBLINGS if s not in self._cautious else 6):
            step = here + (pace << k)
            if not self._inside(s, step):
                break
            if self._meets(condition, s, step, point):
                far = 1 << k
                break
        if not far:
            return None
        near = far // 2
        while far - near > 1:
            middle = (near + far) // 2
            if self._meets(condition, s, here + pace * middle, point):
                far = middle
            else:
                near = middle
        return here + pace * far

    def _solved(self, condition: Condition, s: Symbol, point: Point) -> int | None:
        """Return the nearest value that meets an equation (or `!=`)."""
        pace, here = self._pace(s), int(point[s])
        for k in range(1, _SCAN):
            for value in (here + k * pace, here - k * pace):
                if self._inside(s, value) and self._meets(condition, s, value, point):
                    return value
        try:  # far away: where a straight line through two points meets zero
            first = condition.expr.xreplace({**_exprs(point), s: sympy.Integer(here)})
            second = condition.expr.xreplace({**_exprs(point), s: sympy.Integer(here + pace)})
        except ZeroDivisionError:
            return None
        if first.is_Rational and second.is_Rational and first != second:
            value = here - int(first * pace // (second - first))
            if self._inside(s, value) and self._meets(condition, s, value, point):
                return value
        return None

    def _pushed(self, point: Point, s: Symbol) -> Point:
        """Return the point with one symbol as small as it can be where the others stay."""
        low = self.domain.bounds(s)[0]
        if low is None or not s.is_integer:
            return point
        pace = self._pace(s)
        least, most = 0, (int(point[s]) - int(low)) // pace  # paces above the least value
        while least < most:
            middle = (least + most) // 2
            if self.valid({**point, s: int(low) + middle * pace}):
                most = middle
            else:
                least = middle + 1
        pushed = {**point, s: int(low) + most * pace}
        return pushed if self.valid(pushed) else point

    def _pace(self, s: Symbol) -> int:
        congruence = self.domain.congruences.get(s)
        return congruence.modulus if congruence else 1

    def _inside(self, s: Symbol, value: int) -> bool:
        low, high = self.domain.bounds(s)
        if s in self._cautious and value > _FEW + int(low or 0):
            return False
        return (low is None or value >= low) and (high is None or value <= high)

    @staticmethod
    def _meets(condition: Condition, s: Symbol, value: Value, point: Point) -> bool:
        return _holds(condition, {**point, s: value})


def _holds(condition: Condition, point: Point) -> bool:
    try:
        return condition.holds(point)
    except DomainError:  # no value there, or too large a one
        return False


def _exprs(point: Point) -> dict[Symbol, Expr]:
    return {s: sympy.Rational(Fraction(v).numerator, Fraction(v).denominator) for s, v in point.items()}


def _formulas(model: Model) -> Iterable[Expr]:
    """The formulas in which a value too large would cost too much."""
    if not model.has_layers:
        return ()
    return (*model.root.counts.each, *model.root.output.extents, model.root.output.maps)
