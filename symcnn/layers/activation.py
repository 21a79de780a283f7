"""Activations: a function of every unit; only PReLU has parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcnn.layers.base import Formula, Layer, Reach, Shape, Weighted, flag, head

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True, eq=False)
class Relu(Layer):
    """max(0, x)."""

    word = "relu"


@dataclass(frozen=True, eq=False)
class Relu6(Layer):
    """min(max(0, x), 6) (Howard et al. 2017)."""

    word = "relu6"


@dataclass(frozen=True, eq=False)
class LeakyRelu(Layer):
    """x above 0, a x below, a = 0.01 unless given (Maas et al. 2013)."""

    word = "leakyrelu"
    slope: Expr = head("a", "value", default="1/100", required=False, least=None)


@dataclass(frozen=True, eq=False)
class Elu(Layer):
    """x above 0, a (exp(x) - 1) below, a = 1 unless given (Clevert et al. 2016)."""

    word = "elu"
    scale: Expr = head("a", "value", default=1, required=False, least=None)


@dataclass(frozen=True, eq=False)
class Tanh(Layer):
    """Hyperbolic tangent; LeNet-5 scales it: 1.7159 tanh(2 x/3)."""

    word = "tanh"


@dataclass(frozen=True, eq=False)
class Sigmoid(Layer):
    """1/(1 + exp(-x))."""

    word = "sigmoid"


@dataclass(frozen=True, eq=False)
class HardTanh(Layer):
    """min(max(-1, x), 1) (PyTorch Hardtanh)."""

    word = "hardtanh"


@dataclass(frozen=True, eq=False)
class HardSigmoid(Layer):
    """min(max(0, x + 3), 6)/6 (Howard et al. 2019, section 5.2; PyTorch Hardsigmoid)."""

    word = "hardsigmoid"


@dataclass(frozen=True, eq=False)
class HardSwish(Layer):
    """x min(max(0, x + 3), 6)/6 (Howard et al. 2019, section 5.2)."""

    word = "hardswish"


@dataclass(frozen=True, eq=False)
class Silu(Layer):
    """x/(1 + exp(-x)) (Elfwing et al. 2018); `swish` is the same."""

    word = "silu"


@dataclass(frozen=True, eq=False)
class Swish(Silu):
    """x/(1 + exp(-x)) (Ramachandran et al. 2017); `silu` is the same."""

    word = "swish"


@dataclass(frozen=True, eq=False)
class Gelu(Layer):
    """x times the normal distribution function of x (Hendrycks & Gimpel 2016)."""

    word = "gelu"


@dataclass(frozen=True, eq=False)
class Mish(Layer):
    """x tanh(log(1 + exp(x))) (Misra 2020)."""

    word = "mish"


@dataclass(frozen=True, eq=False)
class Softplus(Layer):
    """log(1 + exp(x))."""

    word = "softplus"


@dataclass(frozen=True, eq=False)
class Softmax(Layer):
    """Exponentials over the maps, divided by their sum."""

    word = "softmax"

    def reach(self, x: Shape) -> Reach:
        return "window" if x.rank else "all"  # the maps of a vector are all there is


@dataclass(frozen=True, eq=False)
class Prelu(Weighted):
    """x above 0, a x below, a learned: one per map, one in all if `shared` (He et al. 2015, eq. 1)."""

    word = "prelu"
    shared: bool = flag("shared")

    def weights(self, x: Shape, o: Shape) -> Formula:
        return 1 if self.shared else x.maps
