"""Layers that rearrange maps: split, shuffle, and the pixel shuffle that makes maps into positions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcnn import algebra
from symcnn.layers.base import Formula, Layer, Need, Reach, Shape, head, keyed, product, splits

if TYPE_CHECKING:
    from sympy import Expr

    from symcnn.algebra import Window


@dataclass(frozen=True, eq=False)
class Split(Layer):
    """One of G equal parts of the maps, C/G of them: `split 2, part 1` (Ma et al. 2018, fig. 3c).

    Parts count from 1; the first unless given. G must divide C.
    """

    word = "split"
    groups: Expr = head("G", "value")
    part: Expr = keyed("part", "k", "value", default=1)

    def out(self, x: Shape) -> Shape:
        return Shape(algebra.floor_div(x.maps, self.groups), x.extents)

    def needs(self, x: Shape) -> Iterator[Need]:
        yield splits(x.maps, self.groups)
        there = algebra.Condition(self.groups - self.part, ">=")
        yield Need(there, f"there are {self.groups} parts, and no part {self.part}", "part")


@dataclass(frozen=True, eq=False)
class Shuffle(Layer):
    """Channel shuffle: the first maps of all G groups, then the second ones, and so on.

    Shapes stay as they are (Zhang et al. 2018, section 3.1). G must divide C.
    """

    word = "shuffle"
    groups: Expr = head("G", "value")

    def needs(self, x: Shape) -> Iterator[Need]:
        yield splits(x.maps, self.groups)


@dataclass(frozen=True, eq=False)
class PixelShuffle(Layer):
    """Blocks of f x f positions out of f^2 maps: C/f^2 maps with extents f I (Shi et al. 2016, eq. 4).

    On n axes out of f^n maps, which must divide C.
    """

    word = "pixelshuffle"
    factor: tuple[Expr, ...] = head("f")

    def reach(self, x: Shape) -> Reach:
        return "phases"  # the outputs of a block see one position

    def sees(self, x: Shape, axis: int, first: Formula, last: Formula) -> tuple[Expr, Expr]:
        f = self.factor[axis]
        return algebra.floor_div(first, f), algebra.floor_div(last, f)

    def out(self, x: Shape) -> Shape:
        enlarged = tuple(i * f for i, f in zip(x.extents, self.factor, strict=True))
        return Shape(algebra.floor_div(x.maps, product(self.factor)), enlarged)

    def needs(self, x: Shape) -> Iterator[Need]:
        block = product(self.factor)
        condition = algebra.Condition(algebra.Mod(x.maps, block), "==")
        yield Need(condition, f"{x.maps} maps are no multiple of the {block} that a block takes")


@dataclass(frozen=True, eq=False)
class PixelUnshuffle(Layer):
    """The way back of the pixel shuffle: f^2 C maps with extents I/f (PyTorch PixelUnshuffle).

    f must divide I. The receptive field is that of all maps together: f.
    """

    word = "pixelunshuffle"
    factor: tuple[Expr, ...] = head("f")

    def windows(self, x: Shape) -> tuple[Window, ...]:
        return tuple(algebra.Window(f, f) for f in self.factor)

    def out(self, x: Shape) -> Shape:
        reduced = (algebra.floor_div(i, f) for i, f in zip(x.extents, self.factor, strict=True))
        return Shape(x.maps * product(self.factor), tuple(reduced))

    def needs(self, x: Shape) -> Iterator[Need]:
        for i, f in zip(x.extents, self.factor, strict=True):
            condition = algebra.Condition(algebra.Mod(i, f), "==")
            yield Need(condition, f"the extent {i} is no multiple of {f}")
