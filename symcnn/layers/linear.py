"""Layers of units: connected to everything, or to the maps at one position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from symcnn.layers.base import Formula, Reach, Shape, Shared, arrow, negatable

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True, eq=False)
class Units(Shared):
    """F units, each a weighted sum."""

    units: Expr = arrow("F")
    bias: int = negatable("bias")

    def fan_in(self, x: Shape) -> Formula:
        """Return the inputs of one unit, without its bias."""
        return x.maps

    def weights(self, x: Shape, o: Shape) -> Formula:
        return self.fan_in(x) * self.units

    def biases(self, x: Shape, o: Shape) -> Formula:
        return self.units if self.bias else 0

    def params(self, x: Shape, o: Shape) -> Formula:
        return (self.fan_in(x) + self.bias) * self.units

    def reach(self, x: Shape) -> Reach:
        return "window" if x.rank else "all"  # the maps of a vector are all there is

    def flops(self, x: Shape, o: Shape) -> Formula:
        return (2 * self.weights(x, o) - self.units + self.biases(x, o)) * o.positions


@dataclass(frozen=True, eq=False)
class Fc(Units):
    """Fully connected: every unit sees everything that arrives, O^2 C F weights; the result is a vector."""

    word = "fc"

    def reach(self, x: Shape) -> Reach:
        return "all"

    def out(self, x: Shape) -> Shape:
        return Shape(self.units)

    def fan_in(self, x: Shape) -> Formula:
        return x.units


@dataclass(frozen=True, eq=False)
class Dense(Units):
    """Units on the maps at every position, C F weights whatever the size (Keras Dense)."""

    word = "dense"

    def out(self, x: Shape) -> Shape:
        return Shape(self.units, x.extents)


@dataclass(frozen=True, eq=False)
class Rbf(Units):
    """Euclidean radial basis units, one weight per input and no bias (LeCun et al. 1998, eq. 7).

    LeNet-5's are set by hand: `rbf -> 10, fixed`.
    """

    word = "rbf"
    bias: ClassVar[int] = 0  # type: ignore[misc]

    def out(self, x: Shape) -> Shape:
        return Shape(self.units, x.extents)
