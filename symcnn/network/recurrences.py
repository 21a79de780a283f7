"""What arrives at round i of a repeat, from what one round makes of letters."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.series import recur
from symcnn.layers.base import Shape
from symcnn.network.graph import Loop


def arriving_at(
    step: Shape, letters: Shape, loop: Loop, starts: Sequence[tuple[Shape, Expr]], domain: Domain
) -> Shape | None:
    """Return what arrives at round i, where a round makes `step` of `letters`; None if no form is found.

    `starts` are shapes with the rounds at which they arrive. The first one is used where the
    formula gives the last one, too.
    """
    found: dict[Symbol, Expr] = {}
    axes = range(letters.rank)
    for axis in (*axes, None):  # maps last: they may depend on the extents
        letter, formula = _of(letters, axis), domain.simplify(_of(step, axis).xreplace(found))
        if formula.free_symbols & {_of(letters, each) for each in (*axes, None)} - {letter}:
            return None
        last, round_ = _of(starts[-1][0], axis), starts[-1][1]
        for shape, first in starts:
            at = recur(formula, letter, _of(shape, axis), loop.index, first, loop.step, domain)
            if at is not None and _equal(at.xreplace({loop.index: round_}), last, domain):
                found[letter] = at
                break
        else:
            return None
    return Shape(found[letters.maps], tuple(found[letter] for letter in letters.extents))


def _of(shape: Shape, axis: int | None) -> Expr:
    return shape.maps if axis is None else shape.extents[axis]


def same(a: Shape, b: Shape, domain: Domain) -> bool:
    """Whether two shapes are shown to be equal."""
    if a.rank != b.rank:
        return False
    pairs = zip((a.maps, *a.extents), (b.maps, *b.extents), strict=True)
    return all(_equal(x, y, domain) for x, y in pairs)


def _equal(a: Expr, b: Expr, domain: Domain) -> bool:
    return a == b or domain.proves(Condition(a - b, "=="))
