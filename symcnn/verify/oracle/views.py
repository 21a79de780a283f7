"""What outputs see of an input, position by position: sets, not formulas.

Axes are independent, so a view belongs to one axis. Positions in the padding count like all
others: a tensor is thought to go on beyond its border, and whatever lies there sees on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

Reads = Callable[[int], Iterable[int]]  # positions of the tensor before, of an output position


class Seen(NamedTuple):
    """A set of positions: the smallest, and from there on a bit for each."""

    low: int = 0
    bits: int = 0

    def union(self, other: Seen) -> Seen:
        if not (self.bits and other.bits):
            return self if self.bits else other
        low = min(self.low, other.low)
        return Seen(low, self.bits << (self.low - low) | other.bits << (other.low - low))

    @property
    def hull(self) -> tuple[int, int] | None:
        """The smallest and the largest position; None if nothing is seen."""
        return (self.low, self.low + self.bits.bit_length() - 1) if self.bits else None


class Link(NamedTuple):
    """What an output reads; the same again, moved by `step` times as much, at outputs further on."""

    reads: Reads
    step: Fraction = Fraction(1)

    def period(self, before: int) -> int:
        """How many outputs further on all is as here, if that takes so many positions before."""
        return self.step.denominator * (before // gcd(before, self.step.numerator))


SAME = Link(lambda position: (position,))


class View:
    """The positions of an input that each position sees, through the views it reads from."""

    def __init__(self, source: int, *paths: tuple[View, Link], whole: bool = False) -> None:
        self.source = source  # extent of the input
        self.paths = paths
        self.whole = whole  # sees all of the input
        self.period: int = lcm(*(link.period(view.period) for view, link in paths))
        self.known: dict[int, Seen] = {}

    def at(self, position: int) -> Seen:
        if position not in self.known:
            self.known[position] = self._look(position)
        return self.known[position]

    def _look(self, position: int) -> Seen:
        if self.whole:
            return Seen(0, 2**self.source - 1)
        found = Seen() if self.paths else Seen(position, 1)
        for view, link in self.paths:
            for before in link.reads(position):
                found = found.union(view.at(before))
        return found

    def then(self, link: Link) -> View:
        """The view of what reads this one."""
        return self if self.whole or link is SAME else View(self.source, (self, link))

    def everything(self) -> View:
        return View(self.source, whole=True)


@dataclass(frozen=True)
class Sight:
    """What the outputs on an axis see of an axis of an input.

    `extent` is the largest over all outputs; `start` belongs to output 0; both None where an
    output sees nothing. `jump` is the step from output to output, in the mean where an
    enlargement stands between; None where there is no one step, or where all is seen.
    """

    extent: int | None
    start: int | None
    jump: Fraction | None
    everything: bool = False


def look(view: View, size: int) -> Sight:
    """What is seen at the first, the second and the last output, or at a period of them."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)  # as deep as the network
    try:
        if view.whole:
            return Sight(view.source, 0, None, True)
        outputs = {*range(2 * view.period), size - 1}
        hulls = {o: view.at(o).hull for o in outputs}
        widths = {hull[1] - hull[0] + 1 for hull in hulls.values() if hull}
        first = hulls[0]
        return Sight(max(widths, default=None), first and first[0], _jump(hulls, view.period))
    finally:
        sys.setrecursionlimit(limit)


def _jump(hulls: dict[int, tuple[int, int] | None], period: int) -> Fraction | None:
    """The one step of all outputs looked at; over a period, where they have phases."""
    steps = set()
    for o, hull in hulls.items():
        origin = hulls[o % period]
        if hull and origin and o >= period:
            turns = o // period * period
            steps |= {Fraction(end - begin, turns) for begin, end in zip(origin, hull, strict=True)}
    return steps.pop() if len(steps) == 1 else None


def merged(views: Sequence[View]) -> View:
    """What is seen over several paths: all of it as soon as one sees all."""
    paths = ((view, SAME) for view in views)
    return next((view for view in views if view.whole), View(views[0].source, *paths))
