"""Layers in plain numbers, and windows on one axis: where they start, what an output reads.

Cells in the padding count, as LeCun et al. 1998 count them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symcnn.verify.oracle.views import Link

Point = tuple[int, ...]
Sides = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Layer:
    """A layer with all its numbers, one per axis; what it lacks stays at its default."""

    word: str
    maps: int | None = None
    kernel: Point = ()
    stride: Point = ()
    dilation: Point = ()
    pad: str | Sides = ""  # a padding word, or before and after
    outpad: Point = ()
    groups: int = 1
    part: int = 1  # of the groups
    rows: tuple[Sequence[int], ...] | None = None  # connection table: the inputs of each output map
    factor: tuple[Fraction, ...] = ()
    extents: Point = ()  # of an input
    bias: bool = True
    fixed: bool = False
    ceil: bool = False
    shared: bool = False
    affine: bool = False


def sides(layer: Layer) -> Sides:
    """Cells before and after every axis, where they are written as numbers."""
    return () if isinstance(layer.pad, str) else layer.pad


def span(layer: Layer, axis: int) -> int:
    """Cells from the first tap to the last."""
    return (layer.kernel[axis] - 1) * layer.dilation[axis] + 1


def padding(layer: Layer, axis: int, extent: int) -> tuple[int, int]:
    """Cells before and after an axis of this extent."""
    size, step = span(layer, axis), layer.stride[axis]
    if layer.pad == "same":  # as TensorFlow pads: by the remainder, the odd cell behind
        total = max(size - (extent % step or step), 0)
        return total // 2, total - total // 2
    if isinstance(layer.pad, str):
        both = {"valid": 0, "": 0, "half": (size - 1) // 2, "full": size - 1}[layer.pad]
        return both, both
    return layer.pad[axis]


def starts(layer: Layer, axis: int, extent: int) -> range:
    """First cells of all windows: those whose last tap lies inside.

    With `ceil`, PyTorch's rule, also a last, partial window where cells are left behind the one
    before it, if it starts before the padding behind the input.
    """
    before, after = padding(layer, axis, extent)
    size, step = span(layer, axis), layer.stride[axis]
    if layer.ceil:
        return range(-before, min(extent, extent + after - size + step), step)
    return range(-before, extent + after - size + 1, step)


def window(layer: Layer, axis: int, extent: int) -> Link:
    """The cells under the taps."""
    first = -padding(layer, axis, extent)[0]
    step, taps = layer.stride[axis], [k * layer.dilation[axis] for k in range(layer.kernel[axis])]
    return Link(lambda o: (first + o * step + tap for tap in taps), Fraction(step))


def canvas(layer: Layer, axis: int, extent: int) -> range:
    """Outputs of a transposed window: all cells that an input touches, and `outpad`, less the padding."""
    step, far = layer.stride[axis], layer.dilation[axis]
    if layer.pad == "same":  # Keras
        return range(extent * step)
    touched = {i * step + k * far for i in range(extent) for k in range(layer.kernel[axis])}
    before, after = padding(layer, axis, extent)
    return range(before, max(touched) + 1 + layer.outpad[axis] - after)


def touching(layer: Layer, axis: int, extent: int) -> Link:
    """The inputs that touch an output of a transposed window."""
    step, far = layer.stride[axis], layer.dilation[axis]
    # `same` undoes a convolution that is padded so on the output
    before, _ = padding(layer, axis, extent * step if layer.pad == "same" else extent)

    def reads(o: int) -> Iterator[int]:
        for k in range(layer.kernel[axis]):
            if (o + before - k * far) % step == 0:
                yield (o + before - k * far) // step

    return Link(reads, Fraction(1, step))


def nearest(factor: Fraction) -> Link:
    """The input of which the output is an enlargement."""
    return Link(lambda o: (o // factor,), 1 / factor)


def shifted(by: int) -> Link:
    """One cell, further on."""
    return Link(lambda o: (o + by,))


def block(size: int) -> Link:
    """A block of cells that become maps."""
    return Link(lambda o: range(o * size, (o + 1) * size), Fraction(size))


def adaptive(extent: int, target: int) -> list[range]:
    """The windows of adaptive pooling, from floor(o I/O) to ceil((o + 1) I/O) - 1."""
    return [range(o * extent // target, -(-(o + 1) * extent // target)) for o in range(target)]
