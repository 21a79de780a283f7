"""Convolutions: shared, depthwise, unshared and transposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcnn import algebra
from symcnn.layers.base import (
    Formula,
    Need,
    Shape,
    Shared,
    Table,
    Weighted,
    arrow,
    keyed,
    negatable,
    splits,
)
from symcnn.layers.windowed import Transposed, Windowed

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True, eq=False)
class Conv(Shared, Windowed):
    """Convolution with shared weights, one bias per output map.

    Weights K^2 (C/G) N, connections (K^2 C/G + 1) N O^2 (LeCun et al. 1998, section II.B);
    with a connection table of T links K^2 T weights (their table I).
    """

    word = "conv"
    maps: Expr = arrow("N")
    groups: Expr = keyed("groups", "G", "value", default=1)
    table: Table | None = keyed("table", "T", "table")
    bias: int = negatable("bias")

    def out(self, x: Shape) -> Shape:
        return Shape(self.maps, self.extents(x))

    def fan_in(self, x: Shape) -> Formula:
        """Return the inputs of one output unit, without its bias."""
        return self.area() * x.maps / self.groups

    def weights(self, x: Shape, o: Shape) -> Formula:
        if self.table is not None:
            return self.area() * self.table.links
        return self.fan_in(x) * self.maps

    def biases(self, x: Shape, o: Shape) -> Formula:
        return self.maps if self.bias else 0

    def params(self, x: Shape, o: Shape) -> Formula:
        if self.table is not None:
            return self.weights(x, o) + self.biases(x, o)
        return (self.fan_in(x) + self.bias) * self.maps

    def flops(self, x: Shape, o: Shape) -> Formula:
        return (2 * self.weights(x, o) - self.maps + self.biases(x, o)) * o.positions

    def needs(self, x: Shape) -> Iterator[Need]:
        if self.groups != 1:
            yield splits(x.maps, self.groups, "input", "groups")
            yield splits(self.maps, self.groups, "output", "groups")
        if self.table is not None:
            if self.groups != 1:
                fact = "a table says which maps are connected, so 'groups' says nothing"
                yield Need(algebra.Condition(self.groups - 1, "=="), fact, "groups")
            rows = self.table.maps
            fact = f"the table has {rows} rows for {self.maps} maps"
            yield Need(algebra.Condition(self.maps - rows, "=="), fact, "table")
            for _, fan_in in self.table.fan_ins:
                yield Need(
                    algebra.Condition(x.maps - fan_in, ">="),
                    f"a row of the table names {fan_in} inputs, but {x.maps} maps arrive",
                    "table",
                )
            highest = max((i for row in self.table.rows for i in row), default=0)
            yield Need(
                algebra.Condition(x.maps - 1 - highest, ">="),
                f"the table names input map {highest}, but {x.maps} arrive, counted from 0",
                "table",
            )


@dataclass(frozen=True, eq=False)
class Depthwise(Shared, Windowed):
    """Depthwise convolution: every output map sees one input map (Howard et al. 2017, eq. 3).

    `-> N` asks for N maps, a multiple of C; without it N = C. Weights K^2 N.
    """

    word = "depthwise"
    maps: Expr | None = arrow("N", required=False)
    bias: int = negatable("bias")

    def out(self, x: Shape) -> Shape:
        return Shape(x.maps if self.maps is None else self.maps, self.extents(x))

    def weights(self, x: Shape, o: Shape) -> Formula:
        return self.area() * o.maps

    def biases(self, x: Shape, o: Shape) -> Formula:
        return o.maps if self.bias else 0

    def params(self, x: Shape, o: Shape) -> Formula:
        return (self.area() + self.bias) * o.maps

    def flops(self, x: Shape, o: Shape) -> Formula:
        return (2 * self.area() - 1 + self.bias) * o.units

    def needs(self, x: Shape) -> Iterator[Need]:
        if self.maps is not None:
            condition = algebra.Condition(algebra.Mod(self.maps, x.maps), "==")
            yield Need(condition, f"{self.maps} maps are no multiple of the {x.maps} that arrive")


@dataclass(frozen=True, eq=False)
class Local(Weighted, Windowed):
    """Locally connected layer: a convolution whose weights and biases are not shared.

    Weights K^2 C N O^2, one bias per unit (LeCun 1989; Keras LocallyConnected).
    """

    word = "local"
    maps: Expr = arrow("N")
    bias: int = negatable("bias")

    def out(self, x: Shape) -> Shape:
        return Shape(self.maps, self.extents(x))

    def weights(self, x: Shape, o: Shape) -> Formula:
        return self.area() * x.maps * o.units

    def biases(self, x: Shape, o: Shape) -> Formula:
        return o.units if self.bias else 0

    def params(self, x: Shape, o: Shape) -> Formula:
        return (self.area() * x.maps + self.bias) * o.units

    def neurons(self, x: Shape, o: Shape) -> Formula:
        return o.units

    def connections(self, x: Shape, o: Shape) -> Formula:
        return self.params(x, o)

    def macs(self, x: Shape, o: Shape) -> Formula:
        return self.weights(x, o)

    def flops(self, x: Shape, o: Shape) -> Formula:
        return (2 * self.area() * x.maps - 1 + self.bias) * o.units


@dataclass(frozen=True, eq=False)
class Deconv(Weighted, Transposed):
    """Transposed convolution: O = (I - 1) S - A - B + K^ + outpad (Dumoulin & Visin 2016, rel. 14).

    `pad same` gives I S (Keras). Connections and MACs are counted at the input positions,
    where every input meets every tap: K^2 C (N/G) I^2, plus one bias per output.
    """

    word = "deconv"
    maps: Expr = arrow("N")
    groups: Expr = keyed("groups", "G", "value", default=1)
    outpad: tuple[Expr, ...] = keyed("outpad", "a", default=0, least=0)
    bias: int = negatable("bias")

    def extents(self, x: Shape) -> tuple[Expr, ...]:
        return tuple(o + extra for o, extra in zip(super().extents(x), self.outpad, strict=True))

    def out(self, x: Shape) -> Shape:
        return Shape(self.maps, self.extents(x))

    def weights(self, x: Shape, o: Shape) -> Formula:
        return self.area() * x.maps * self.maps / self.groups

    def biases(self, x: Shape, o: Shape) -> Formula:
        return self.maps if self.bias else 0

    def neurons(self, x: Shape, o: Shape) -> Formula:
        return o.units

    def connections(self, x: Shape, o: Shape) -> Formula:
        return self.weights(x, o) * x.positions + self.biases(x, o) * o.positions

    def macs(self, x: Shape, o: Shape) -> Formula:
        return self.weights(x, o) * x.positions

    def flops(self, x: Shape, o: Shape) -> Formula:
        return super().flops(x, o) + self.biases(x, o) * o.positions

    def needs(self, x: Shape) -> Iterator[Need]:
        if self.groups != 1:
            yield splits(x.maps, self.groups, "input", "groups")
            yield splits(self.maps, self.groups, "output", "groups")
        for axis, extra in enumerate(self.outpad):
            if extra != 0:
                most = algebra.Max(self.stride[axis], self.dilation[axis]) - 1
                yield Need(
                    algebra.Condition(most - extra, ">="),
                    f"outpad {extra} must stay below the stride or the dilation",
                    "outpad",
                )
