"""What one layer counts, in plain numbers: windows are slid, links are listed, and both are counted.

Follows the words of the documentation and of the layers, and imports nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import prod

from symcnn.verify.oracle.arithmetic import Invalid
from symcnn.verify.oracle.views import SAME, Link, View
from symcnn.verify.oracle.windows import (
    Layer,
    Point,
    adaptive,
    block,
    canvas,
    nearest,
    padding,
    shifted,
    sides,
    span,
    starts,
    touching,
    window,
)

POOLS = ("maxpool", "avgpool", "subsample")
ADAPTIVE = ("adaptiveavgpool", "adaptivemaxpool")
NORMS = ("batchnorm", "layernorm", "groupnorm", "instancenorm", "scale", "prelu")
# Behind these, every output depends on all positions, or on all maps of a vector.
_MIXED = ("groupnorm", "instancenorm")
_MIXED_VECTOR = ("dense", "rbf", "softmax", "layernorm")
_LISTED = 4_096  # pairs of maps that are gone through one by one; above, whole groups are


@dataclass(frozen=True)
class Counts:
    """What is added up over the layers."""

    weights: int = 0
    biases: int = 0
    params: int = 0
    fixed: int = 0
    buffers: int = 0
    neurons: int = 0
    connections: int = 0
    macs: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{name: number + getattr(other, name) for name, number in vars(self).items()})


@dataclass(frozen=True)
class Tensor:
    """Maps, extents, and what is seen of each input, axis by axis."""

    maps: int
    extents: Point
    views: dict[str, tuple[View, ...]] = field(default_factory=dict)

    @property
    def units(self) -> int:
        return self.maps * prod(self.extents)

    @property
    def axes(self) -> list[tuple[int, int]]:
        """Number and extent of each axis."""
        return list(enumerate(self.extents))


def run(layer: Layer, x: Tensor) -> tuple[Tensor, Counts]:
    """What leaves the layer, and what it counts; Invalid if it cannot stand or nothing is left."""
    rule = RULES.get(layer.word, _keep)
    maps, extents, counts, links = rule(layer, x)
    if maps < 1 or any(extent < 1 for extent in extents):
        raise Invalid(f"nothing is left of {layer.word}: {maps} @ {extents}")
    if layer.word in _MIXED or (layer.word in _MIXED_VECTOR and not x.extents):
        links = None
    learned = counts.weights + counts.biases
    counts += Counts(fixed=learned) if layer.fixed else Counts(params=learned)
    return Tensor(maps, extents, _views(x, links)), counts


def _views(x: Tensor, links: Sequence[Link] | None) -> dict[str, tuple[View, ...]]:
    if links is None:
        return {name: tuple(view.everything() for view in views) for name, views in x.views.items()}
    if not links:  # a vector: its values see what they saw before
        return x.views
    return {
        name: tuple(view.then(link) for view, link in zip(views, links, strict=True))
        for name, views in x.views.items()
    }


# ------------------------------------------------------------------ maps
@cache
def linked(maps: int, out: int, groups: int) -> int:
    """Pairs of an output map and an input map that it sees."""
    if maps % groups or out % groups:
        raise Invalid(f"{groups} groups do not divide {maps} and {out} maps")
    if maps * out > _LISTED:
        return out * (maps // groups)
    return sum(n // (out // groups) == c // (maps // groups) for n in range(out) for c in range(maps))


def _linked(layer: Layer, x: Tensor) -> int:
    if layer.rows is None:
        return linked(x.maps, layer.maps or x.maps, x.maps if layer.word == "depthwise" else layer.groups)
    highest = max(c for row in layer.rows for c in row)
    if len(layer.rows) != layer.maps or highest >= x.maps or layer.groups != 1:
        raise Invalid(f"the table does not fit {x.maps} to {layer.maps} maps")
    return sum(map(len, layer.rows))


# ------------------------------------------------------------------ what has windows
Outcome = tuple[int, Point, Counts, "tuple[Link, ...] | None"]  # None: sees everything
NOTHING = Counts()


def _windows(layer: Layer, x: Tensor) -> tuple[Point, tuple[Link, ...]]:
    extents = tuple(len(starts(layer, axis, extent)) for axis, extent in x.axes)
    return extents, tuple(window(layer, axis, extent) for axis, extent in x.axes)


def _convolution(layer: Layer, x: Tensor) -> Outcome:
    extents, links = _windows(layer, x)
    out, places = layer.maps or x.maps, prod(extents)
    kernels, biases = _linked(layer, x) * prod(layer.kernel), out * layer.bias
    if layer.word == "local":  # kernels and biases of their own at every position
        kernels, biases = kernels * places, biases * places
        counts = Counts(kernels, biases, connections=kernels + biases, macs=kernels)
    else:
        counts = Counts(kernels, biases, connections=(kernels + biases) * places, macs=kernels * places)
    return out, extents, counts + Counts(neurons=out * places), links


def _half(layer: Layer, x: Tensor) -> None:
    """Refuse windows of which more than a half can lie in the padding, as PyTorch does."""
    for axis, extent in x.axes:
        if layer.pad != "same" and 2 * max(padding(layer, axis, extent)) > span(layer, axis):
            raise Invalid("the padding is more than half of the window")


def _pooling(layer: Layer, x: Tensor) -> Outcome:
    _half(layer, x)
    extents, links = _windows(layer, x)
    taps, units = prod(layer.kernel), x.maps * prod(extents)
    counts = Counts(neurons=units, connections=taps * units)
    if layer.word == "subsample":  # a coefficient and a bias per map; the window is summed first
        biases = x.maps * layer.bias
        counts += Counts(x.maps, biases, connections=units * layer.bias, macs=units)
    return x.maps, extents, counts, links


def _transposed(layer: Layer, x: Tensor) -> Outcome:
    extents = tuple(len(canvas(layer, axis, extent)) for axis, extent in x.axes)
    links = tuple(touching(layer, axis, extent) for axis, extent in x.axes)
    if layer.word == "maxunpool":
        _half(layer, x)
        return x.maps, extents, NOTHING, links
    for axis, extra in enumerate(layer.outpad):
        if extra and extra >= max(layer.stride[axis], layer.dilation[axis]):
            raise Invalid("outpad must stay below the stride or the dilation")
    out = layer.maps or 0
    weights, biases, places = _linked(layer, x) * prod(layer.kernel), out * layer.bias, prod(extents)
    macs = weights * prod(x.extents)  # every input meets every tap
    counts = Counts(weights, biases, neurons=out * places, connections=macs + biases * places, macs=macs)
    return out, extents, counts, links


# ------------------------------------------------------------------ what has none
def _units(layer: Layer, x: Tensor) -> Outcome:
    """Units that see everything (fc) or the maps at their position."""
    everything = layer.word == "fc"
    out, extents = layer.maps or 0, () if everything else x.extents
    places = prod(extents)
    weights = out * (x.units if everything else x.maps)
    biases = out * (layer.bias and layer.word != "rbf")
    counts = Counts(
        weights,
        biases,
        neurons=out * places,
        connections=(weights + biases) * places,
        macs=weights * places,
    )
    return out, extents, counts, None if everything else tuple(SAME for _ in extents)


def _globalpool(layer: Layer, x: Tensor) -> Outcome:
    return x.maps, tuple(1 for _ in x.extents), Counts(neurons=x.maps, connections=x.units), None


def _adaptivepool(layer: Layer, x: Tensor) -> Outcome:
    taken = [sum(map(len, adaptive(*both))) for both in zip(x.extents, layer.kernel, strict=True)]
    neurons = x.maps * prod(layer.kernel)
    return x.maps, layer.kernel, Counts(neurons=neurons, connections=x.maps * prod(taken)), None


def _keep(layer: Layer, x: Tensor) -> Outcome:
    """What acts on every value by itself, or only moves whole maps."""
    if x.maps % layer.groups:
        raise Invalid(f"{layer.groups} groups do not divide {x.maps} maps")
    return x.maps, x.extents, NOTHING, tuple(SAME for _ in x.extents)


def _per_map(layer: Layer, x: Tensor) -> Outcome:
    """A weight, and perhaps a bias, for every map."""
    weights = {"instancenorm": x.maps * layer.affine, "prelu": 1 if layer.shared else x.maps}
    biases = {"instancenorm": x.maps * layer.affine, "prelu": 0, "scale": 0}
    buffers = 2 * x.maps if layer.word == "batchnorm" else 0  # running mean and variance
    maps, extents, _, links = _keep(layer, x)
    counts = Counts(weights.get(layer.word, x.maps), biases.get(layer.word, x.maps * layer.bias))
    return maps, extents, counts + Counts(buffers=buffers), links


def _split(layer: Layer, x: Tensor) -> Outcome:
    if layer.part > layer.groups:
        raise Invalid(f"no part {layer.part} of {layer.groups}")
    maps, extents, counts, links = _keep(layer, x)
    return maps // layer.groups, extents, counts, links


def _pixelshuffle(layer: Layer, x: Tensor) -> Outcome:
    sizes = tuple(int(f) for f in layer.factor)
    if x.maps % prod(sizes):
        raise Invalid(f"{x.maps} maps make no blocks of {sizes}")
    extents = tuple(extent * size for extent, size in zip(x.extents, sizes, strict=True))
    return x.maps // prod(sizes), extents, NOTHING, tuple(map(nearest, layer.factor))


def _pixelunshuffle(layer: Layer, x: Tensor) -> Outcome:
    sizes = tuple(int(f) for f in layer.factor)
    if any(extent % size for extent, size in zip(x.extents, sizes, strict=True)):
        raise Invalid(f"{x.extents} cannot be cut into blocks of {sizes}")
    extents = tuple(extent // size for extent, size in zip(x.extents, sizes, strict=True))
    return x.maps * prod(sizes), extents, NOTHING, tuple(map(block, sizes))


def _flatten(layer: Layer, x: Tensor) -> Outcome:
    return x.units, (), NOTHING, ()


def _upsample(layer: Layer, x: Tensor) -> Outcome:
    if any(factor <= 0 for factor in layer.factor):
        raise Invalid("a factor is not positive")
    whole = (extent * factor // 1 for extent, factor in zip(x.extents, layer.factor, strict=True))
    return x.maps, tuple(whole), NOTHING, tuple(map(nearest, layer.factor))


def _border(layer: Layer, x: Tensor) -> Outcome:
    sign = 1 if layer.word == "pad" else -1
    cells = [range(-sign * a, e + sign * b) for e, (a, b) in zip(x.extents, sides(layer), strict=True)]
    return x.maps, tuple(map(len, cells)), NOTHING, tuple(shifted(line.start) for line in cells)


RULES: dict[str, Callable[[Layer, Tensor], Outcome]] = {
    **dict.fromkeys(("conv", "depthwise", "local"), _convolution),
    **dict.fromkeys(POOLS, _pooling),
    **dict.fromkeys(("deconv", "maxunpool"), _transposed),
    **dict.fromkeys(("fc", "dense", "rbf"), _units),
    **dict.fromkeys(ADAPTIVE, _adaptivepool),
    **dict.fromkeys(NORMS, _per_map),
    **dict.fromkeys(("pad", "crop"), _border),
    "globalpool": _globalpool,
    "split": _split,
    "pixelshuffle": _pixelshuffle,
    "pixelunshuffle": _pixelunshuffle,
    "flatten": _flatten,
    "upsample": _upsample,
}
