"""Where data enters, and layers that only move it: flatten, upsample, pad, crop, identity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from symcnn import algebra
from symcnn.layers.base import Formula, Layer, Need, Reach, Shape, head

if TYPE_CHECKING:
    from sympy import Expr

    from symcnn.algebra import Window


@dataclass(frozen=True, eq=False)
class Input(Layer):
    """The tensor that enters: `input 3 @ 224 x 224`, maps and extents."""

    word = "input"
    shape: Shape = head("", "shape")

    def out(self, x: Shape) -> Shape:
        return self.shape


@dataclass(frozen=True, eq=False)
class Identity(Layer):
    """What arrives, unchanged."""

    word = "identity"


@dataclass(frozen=True, eq=False)
class Flatten(Layer):
    """All values in a row: C I^2 maps without extent."""

    word = "flatten"

    def out(self, x: Shape) -> Shape:
        return Shape(x.units)


@dataclass(frozen=True, eq=False)
class Upsample(Layer):
    """Nearest-neighbour enlargement by a rational factor: floor(f I) (PyTorch Upsample)."""

    word = "upsample"
    factor: tuple[Expr, ...] = head("f", least=None)

    def reach(self, x: Shape) -> Reach:
        # A factor that is no integer (which only its own floor shows) repeats inputs unevenly,
        # and frameworks round their places in different ways.
        whole = all(algebra.floor_div(f, 1) == f for f in self.factor)
        return "phases" if whole else "unknown"

    def sees(self, x: Shape, axis: int, first: Formula, last: Formula) -> tuple[Expr, Expr]:
        f = self.factor[axis]
        return algebra.floor_div(first, f), algebra.floor_div(last, f)

    def out(self, x: Shape) -> Shape:
        sizes = (algebra.floor_div(f * i, 1) for f, i in zip(self.factor, x.extents, strict=True))
        return Shape(x.maps, tuple(sizes))

    def needs(self, x: Shape) -> Iterator[Need]:
        for f in self.factor:
            yield Need(algebra.Condition(f, ">"), f"the factor {f} is not positive")


@dataclass(frozen=True, eq=False)
class _Border(Layer):
    """Something before and after every axis: one value for both sides, or `before:after`."""

    border: tuple[tuple[Expr, Expr], ...] = head("P", "sides", least=0)
    sign: ClassVar[int] = 1

    def windows(self, x: Shape) -> tuple[Window, ...]:
        return tuple(algebra.Window(before=self.sign * a, after=self.sign * b) for a, b in self.border)

    def out(self, x: Shape) -> Shape:
        return Shape(x.maps, tuple(w.out(i) for w, i in zip(self.windows(x), x.extents, strict=True)))


@dataclass(frozen=True, eq=False)
class Pad(_Border):
    """A border of zeros: I + A + B."""

    word = "pad"


@dataclass(frozen=True, eq=False)
class Crop(_Border):
    """A border cut off: I - A - B."""

    word = "crop"
    sign: ClassVar[int] = -1
