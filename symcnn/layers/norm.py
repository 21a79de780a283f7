"""Normalisation and regularisation: shapes stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcnn.layers.base import Formula, Layer, Shape, Weighted, head, negatable

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True, eq=False)
class BatchNorm(Weighted):
    """Batch normalisation: a scale and a shift per map, running mean and variance as buffers.

    2 C parameters and 2 C buffers (Ioffe & Szegedy 2015, algorithm 1); no MACs are counted,
    as it folds into the layer before it.
    """

    word = "batchnorm"
    bias: int = negatable("bias")

    def weights(self, x: Shape, o: Shape) -> Formula:
        return x.maps

    def biases(self, x: Shape, o: Shape) -> Formula:
        return x.maps if self.bias else 0

    def params(self, x: Shape, o: Shape) -> Formula:
        return (1 + self.bias) * x.maps

    def buffers(self, x: Shape, o: Shape) -> Formula:
        return 2 * x.maps


@dataclass(frozen=True, eq=False)
class Lrn(Layer):
    """Local response normalisation across n neighbouring maps (Krizhevsky et al. 2012, section 3.3)."""

    word = "lrn"
    across: Expr = head("n", "value", default=5, required=False)


@dataclass(frozen=True, eq=False)
class Dropout(Layer):
    """Dropout of a share of the units, in training only (Srivastava et al. 2014)."""

    word = "dropout"
    share: Expr = head("p", "value", default="1/2", required=False, least=None)
