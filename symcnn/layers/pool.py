"""Pooling: windows without weights, LeNet's trained subsampling, unpooling, global and adaptive pooling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcnn import algebra
from symcnn.layers.base import (
    Formula,
    Layer,
    Need,
    Reach,
    Shape,
    Weighted,
    flag,
    head,
    keyed,
    negatable,
    product,
)
from symcnn.layers.windowed import Transposed, Windowed

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True, eq=False)
class Pool(Windowed):
    """A pooling window; the stride is the window unless given, sizes round down unless `ceil`.

    With `ceil` (PyTorch's ceil_mode): min(ceil((I + A + B - K^)/S) + 1, ceil((I + A)/S)).
    """

    stride: tuple[Expr, ...] = keyed("stride", "S", default="=kernel")
    ceil: bool = flag("ceil")

    def rounds_up(self) -> bool:
        return self.ceil

    def out(self, x: Shape) -> Shape:
        return Shape(x.maps, self.extents(x))

    def neurons(self, x: Shape, o: Shape) -> Formula:
        return o.units

    def connections(self, x: Shape, o: Shape) -> Formula:
        return self.area() * o.units

    def needs(self, x: Shape) -> Iterator[Need]:
        return self.halves(x)


@dataclass(frozen=True, eq=False)
class MaxPool(Pool):
    """Maximum over a window; K^2 connections per unit, no parameters."""

    word = "maxpool"


@dataclass(frozen=True, eq=False)
class AvgPool(Pool):
    """Mean over a window; K^2 connections per unit, no parameters."""

    word = "avgpool"


@dataclass(frozen=True, eq=False)
class Subsample(Weighted, Pool):
    """LeNet-5's subsampling: the sum of a window times one trained coefficient, plus one bias.

    Two parameters per map, K^2 + 1 connections per unit (LeCun et al. 1998, section II.B,
    layer S2); one multiplication per unit.
    """

    word = "subsample"
    bias: int = negatable("bias")

    def weights(self, x: Shape, o: Shape) -> Formula:
        return x.maps

    def biases(self, x: Shape, o: Shape) -> Formula:
        return x.maps if self.bias else 0

    def params(self, x: Shape, o: Shape) -> Formula:
        return (1 + self.bias) * x.maps

    def connections(self, x: Shape, o: Shape) -> Formula:
        return (self.area() + self.bias) * o.units

    def macs(self, x: Shape, o: Shape) -> Formula:
        return o.units

    def flops(self, x: Shape, o: Shape) -> Formula:
        return (self.area() + self.bias) * o.units


@dataclass(frozen=True, eq=False)
class MaxUnpool(Transposed):
    """Maxima put back to where they came from, zeros elsewhere: O = (I - 1) S - A - B + K^.

    The way back of a `maxpool` with the same window (Zeiler & Fergus 2014, section 2.1;
    PyTorch MaxUnpool). No parameters; it only moves values.
    """

    word = "maxunpool"
    stride: tuple[Expr, ...] = keyed("stride", "S", default="=kernel")

    def reach(self, x: Shape) -> Reach:
        # Where windows overlap, the places of the maxima decide which of several inputs stays.
        return super().reach(x) if self.kernel == self.stride else "unknown"

    def out(self, x: Shape) -> Shape:
        return Shape(x.maps, self.extents(x))

    def needs(self, x: Shape) -> Iterator[Need]:
        return self.halves(x)


@dataclass(frozen=True, eq=False)
class GlobalPool(Layer):
    """One value per map from all of it (Lin et al. 2014, section 3.2): every extent becomes 1."""

    word = "globalpool"

    def reach(self, x: Shape) -> Reach:
        return "all"

    def out(self, x: Shape) -> Shape:
        return Shape(x.maps, (1,) * x.rank)

    def neurons(self, x: Shape, o: Shape) -> Formula:
        return x.maps

    def connections(self, x: Shape, o: Shape) -> Formula:
        return x.units


@dataclass(frozen=True, eq=False)
class AdaptivePool(Layer):
    """Pooling to a given size O: output o takes the inputs from floor(o I/O) to ceil((o + 1) I/O) - 1.

    The windows overlap where O does not divide I; together they take I + O - gcd(I, O)
    inputs per axis. They depend on I, so the receptive field is given as the whole input.
    """

    size: tuple[Expr, ...] = head("O")

    def reach(self, x: Shape) -> Reach:
        return "all"

    def out(self, x: Shape) -> Shape:
        return Shape(x.maps, self.size)

    def neurons(self, x: Shape, o: Shape) -> Formula:
        return o.units

    def connections(self, x: Shape, o: Shape) -> Formula:
        taken = (i + o - algebra.Gcd(i, o) for i, o in zip(x.extents, self.size, strict=True))
        return x.maps * product(tuple(taken))


@dataclass(frozen=True, eq=False)
class AdaptiveAvgPool(AdaptivePool):
    """Adaptive mean pooling (PyTorch AdaptiveAvgPool)."""

    word = "adaptiveavgpool"


@dataclass(frozen=True, eq=False)
class AdaptiveMaxPool(AdaptivePool):
    """Adaptive maximum pooling (PyTorch AdaptiveMaxPool)."""

    word = "adaptivemaxpool"
