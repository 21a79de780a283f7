"""Positions that outputs see where that depends on their phase, as behind a transposed convolution."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import lcm

from sympy import Expr, Integer, S

from symcnn.algebra.functions import Max
from symcnn.algebra.polynomial import expanded, weigh
from symcnn.algebra.quotient import FloorDiv
from symcnn.algebra.window import Window
from symcnn.symbols import index

POSITION = index("o", "nonnegative")
_NODES = 400  # of a formula for the first or the last position
_PHASES = 4096  # positions looked at for the largest field


@dataclass(frozen=True)
class Span:
    """The first and the last source position that output `POSITION` sees, and their mean step."""

    first: Expr
    last: Expr
    jump: Expr

    @classmethod
    def of(cls, window: Window) -> Span:
        """Return a window as a span."""
        first = POSITION * window.jump - window.before
        return cls(first, first + window.size - 1, window.jump)

    def at(self, first: Expr, last: Expr, jump: Expr) -> Span:
        """Return what outputs see that see the positions first..last of this one's outputs."""
        return Span(
            self.first.xreplace({POSITION: first}), self.last.xreplace({POSITION: last}), self.jump * jump
        )

    @property
    def size(self) -> Expr | None:
        """The largest field over all positions, None where no period is known."""
        found = self._sizes()
        return Max(*found) if found else None

    def changed(self, change: Callable[[Expr], Expr]) -> Span:
        """Return the span with every formula changed."""
        return Span(change(self.first), change(self.last), change(self.jump))

    @property
    def begins(self) -> bool:
        """Whether position 0 is shown to see something."""
        return bool(expanded(self.last - self.first).xreplace({POSITION: S.Zero}).is_nonnegative)

    @property
    def may_be_empty(self) -> bool:
        """Whether there may be positions that see nothing."""
        found = self._sizes()
        return not found or not all((size - 1).is_nonnegative for size in found)

    def _sizes(self) -> list[Expr]:
        """Return the fields over one period of positions, none where no period is known."""
        width = expanded(self.last - self.first + 1)
        period = 1
        for quotient in width.atoms(FloorDiv):
            if not quotient.args[1].is_Integer:
                return []
            period = lcm(period, int(quotient.args[1]))
        if period > _PHASES:
            return []
        found = [expanded(width.xreplace({POSITION: Integer(o)})) for o in range(2 * period)]
        return found[:period] if found[:period] == found[period:] else []


def is_large(spans: Iterable[Span]) -> bool:
    """Whether spans have grown beyond what is worked with in bounded time."""
    return any(weigh(end).nodes > _NODES for span in spans for end in (span.first, span.last))


def slope(first: Expr) -> Expr:
    """Return the mean step of a position formula: quotients without rounding, by one position."""
    smooth = first.replace(FloorDiv, lambda p, q: p / q)
    return expanded(smooth.xreplace({POSITION: POSITION + 1}) - smooth)
