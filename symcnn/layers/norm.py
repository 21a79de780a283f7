"""Normalisation and regularisation: shapes stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcnn.layers.base import Formula, Layer, Need, Reach, Shape, Weighted, flag, head, negatable, splits

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True, eq=False)
class Normalised(Weighted):
    """Values brought to mean 0 and variance 1, then a learned scale and shift per map: 2 C parameters.

    No MACs are counted, as for all that acts on single units.
    """

    bias: int = negatable("bias")

    def weights(self, x: Shape, o: Shape) -> Formula:
        return x.maps

    def biases(self, x: Shape, o: Shape) -> Formula:
        return x.maps if self.bias else 0

    def params(self, x: Shape, o: Shape) -> Formula:
        return (1 + self.bias) * x.maps


@dataclass(frozen=True, eq=False)
class BatchNorm(Normalised):
    """Batch normalisation: a scale and a shift per map, running mean and variance as buffers.

    2 C parameters and 2 C buffers (Ioffe & Szegedy 2015, algorithm 1); no MACs are counted,
    as it folds into the layer before it.
    """

    word = "batchnorm"

    def buffers(self, x: Shape, o: Shape) -> Formula:
        return 2 * x.maps


@dataclass(frozen=True, eq=False)
class LayerNorm(Normalised):
    """Layer normalisation over the maps at each position, as in ConvNeXt: a scale and a shift per map.

    2 C parameters, no buffers (Ba et al. 2016; Liu et al. 2022, section 2.6).
    """

    word = "layernorm"

    def reach(self, x: Shape) -> Reach:
        return "window" if x.rank else "all"  # the maps of a vector are all there is


@dataclass(frozen=True, eq=False)
class GroupNorm(Normalised):
    """Normalisation over all positions of G groups of maps: a scale and a shift per map.

    2 C parameters, no buffers (Wu & He 2018, eq. 7). The mean of a whole group enters every
    output, so the receptive field is the whole input.
    """

    word = "groupnorm"
    groups: Expr = head("G", "value")

    def reach(self, x: Shape) -> Reach:
        return "all"

    def needs(self, x: Shape) -> Iterator[Need]:
        yield splits(x.maps, self.groups)


@dataclass(frozen=True, eq=False)
class InstanceNorm(Weighted):
    """Normalisation over all positions of each map; with `affine` a scale and a shift per map.

    No parameters, or 2 C (Ulyanov et al. 2016; PyTorch InstanceNorm). The mean of a whole map
    enters every output, so the receptive field is the whole input.
    """

    word = "instancenorm"
    affine: bool = flag("affine")

    def reach(self, x: Shape) -> Reach:
        return "all"

    def weights(self, x: Shape, o: Shape) -> Formula:
        return x.maps if self.affine else 0

    def biases(self, x: Shape, o: Shape) -> Formula:
        return x.maps if self.affine else 0


@dataclass(frozen=True, eq=False)
class Scale(Weighted):
    """One learned factor per map, ConvNeXt's layer scale: C weights (Touvron et al. 2021, section 2).

    No MACs are counted, as it folds into the layer before it.
    """

    word = "scale"

    def weights(self, x: Shape, o: Shape) -> Formula:
        return x.maps


@dataclass(frozen=True, eq=False)
class Lrn(Layer):
    """Local response normalisation across n neighbouring maps (Krizhevsky et al. 2012, section 3.3)."""

    word = "lrn"
    across: Expr = head("n", "value", default=5, required=False)

    def reach(self, x: Shape) -> Reach:
        return "window" if x.rank else "unknown"  # neighbours in a vector come from anywhere


@dataclass(frozen=True, eq=False)
class Dropout(Layer):
    """Dropout of a share of the units, in training only (Srivastava et al. 2014)."""

    word = "dropout"
    share: Expr = head("p", "value", default="1/2", required=False, least=None)
