"""What must hold of the symbols for a network to exist, gathered while its text is read."""

from __future__ import annotations

from functools import partial

import sympy
from sympy import Expr

from symcnn.algebra.conditions import Condition, as_relation, split, tidy
from symcnn.errors import NetworkError
from symcnn.layers.base import Layer, Shape
from symcnn.network.assembler import Refusal
from symcnn.network.scope import World
from symcnn.source import Span


class Needs:
    """The conditions that the declarations do not imply, each once, in the order of the text."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._conditions: dict[Condition, None] = {}

    def demand(self, condition: Condition, refusal: Refusal, span: Span) -> None:
        """Let a condition join: dropped if proved, NetworkError if it holds nowhere."""
        for each in split(condition):
            self._demand(tidy(each), refusal, span)

    def _demand(self, condition: Condition, refusal: Refusal, span: Span) -> None:
        if self._settled(condition):
            return
        if self._world.domain.refutes(condition):
            notes = (refusal.equation(),) if refusal.equation else ()
            raise NetworkError(refusal.fact, span, notes=notes)
        self._conditions[condition] = None

    def positive(self, layer: Layer, x: Shape, out: Shape, span: Span) -> None:
        """Demand that every extent is at least 1, with the equation that fails."""
        for axis, extent in enumerate(out.extents):
            if (extent.is_Integer and extent > 0) or (axis < x.rank and extent == x.extents[axis]):
                continue
            least = tidy(Condition(extent - 1, ">="))
            if not self._settled(least):
                fact = f"nothing is left on axis {axis + 1}" if out.rank > 1 else "nothing is left"
                self.demand(least, Refusal(fact, partial(_equation, layer, x, axis, extent)), span)

    def pruned(self) -> tuple[Condition, ...]:
        """Return the conditions that the declarations and the other ones do not imply."""
        kept = list(self._conditions)
        for condition in self._conditions:
            others = [c for c in kept if c != condition]
            if self._world.domain.assuming(others).proves(condition, effort=1):
                kept = others
        return tuple(kept)

    def _settled(self, condition: Condition) -> bool:
        return condition in self._conditions or self._world.domain.proves(condition)


def _equation(layer: Layer, x: Shape, axis: int, extent: Expr) -> str:
    """Return the size formula of an axis with its values in it, or what it would take."""
    needed = as_relation(Condition(extent - 1, ">="))
    if needed not in (sympy.true, sympy.false):
        return f"needs {needed}"
    windows = layer.windows(x)
    if axis >= len(windows):
        return f"the extent would be {extent}"
    w = windows[axis]
    padded = "".join(f" + {p}" for p in (w.before, w.after) if p != 0)
    span = f"{x.extents[axis]}{padded} - {w.size}"
    return f"{span} + 1 = {extent}" if w.jump == 1 else f"({span})//{w.jump} + 1 = {extent}"
