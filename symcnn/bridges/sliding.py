"""Recipes for what slides over the input: convolutions and pooling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symcnn.bridges.calls import Apply, Call, Expression
from symcnn.bridges.sites import Recipe, Sides, Site, axes, even, keywords, numbers, padded
from symcnn.layers.base import Table
from symcnn.layers.conv import Deconv


# ------------------------------------------------------------------ convolutions
def _convolved(s: Site, maps: int, groups: int) -> Expression:
    layer, sides = s.layer, s.sides(s.layer)
    same = even(sides) and not (s.shared and layer.pad == "same")  # which depends on the input
    made = Call(
        s.named("Conv"),
        (s.maps, maps),
        (
            ("kernel_size", axes(layer.kernel)),
            *keywords(
                ("stride", axes(layer.stride), 1),
                ("padding", axes([before for before, _ in sides]) if same else 0, 0),
                ("dilation", axes(layer.dilation), 1),
                ("groups", groups, 1),
                ("bias", bool(layer.bias), True),
            ),
        ),
    )
    return Apply(s.trained(made), s.value if same else padded(s.value, sides))


def convolution(s: Site) -> Expression:
    """Return a convolution; with a connection table one of ours, which has no other weights."""
    layer = s.layer
    if layer.table is None:
        return _convolved(s, int(layer.maps), int(layer.groups))
    s.named("Conv")  # the number of axes is one that PyTorch knows
    made = Call(
        "TableConv",
        (_rows(s, layer.table), s.maps),
        (
            ("kernel", numbers(layer.kernel)),
            *keywords(
                ("stride", numbers(layer.stride), (1,) * s.rank),
                ("dilation", numbers(layer.dilation), (1,) * s.rank),
                ("bias", bool(layer.bias), True),
            ),
        ),
    )
    return Apply(s.trained(made), padded(s.value, s.sides(layer)))


def depthwise(s: Site) -> Expression:
    """Return a depthwise convolution: one with as many groups as maps arrive."""
    return _convolved(s, int(s.out.maps), s.maps)


def maximum(s: Site) -> Expression:
    """Return maximum pooling."""
    return _pooling(s, "MaxPool", float("-inf"))


def _rows(s: Site, table: Table) -> tuple[tuple[int, ...], ...]:
    """Return the input maps of every output map; where only their number is said, neighbours in turn."""
    rows = list(table.rows)
    for count, fan_in in table.fan_ins:
        named = sum(len(row) == fan_in for row in table.rows)
        for k in range(int(count) - named):
            rows.append(tuple(sorted((k + i) % s.maps for i in range(int(fan_in)))))
    return tuple(rows)


def local(s: Site) -> Expression:
    """Return a convolution whose weights are not shared."""
    layer = s.layer
    made = Call(
        "LocalConv",
        (s.maps, int(layer.maps)),
        (
            ("size", numbers(s.out.extents)),
            ("kernel", numbers(layer.kernel)),
            *keywords(
                ("stride", numbers(layer.stride), (1,) * s.rank),
                ("dilation", numbers(layer.dilation), (1,) * s.rank),
                ("bias", bool(layer.bias), True),
            ),
        ),
    )
    return Apply(s.trained(made), padded(s.value, s.sides(layer)))


def transposed(s: Site) -> Expression:
    """Return a transposed convolution; what PyTorch cannot leave off on one side is cut off behind it."""
    layer, sides = s.layer, s.sides(s.layer)
    same = even(sides)
    made = Call(
        s.named("ConvTranspose"),
        (s.maps, int(layer.maps)),
        (
            ("kernel_size", axes(layer.kernel)),
            *keywords(
                ("stride", axes(layer.stride), 1),
                ("padding", axes([before for before, _ in sides]) if same else 0, 0),
                ("output_padding", axes(_added(layer)), 0),
                ("groups", int(layer.groups), 1),
                ("bias", bool(layer.bias), True),
                ("dilation", axes(layer.dilation), 1),
            ),
        ),
    )
    whole = Apply(s.trained(made), s.value)
    return whole if same else padded(whole, tuple((-before, -after) for before, after in sides))


def _added(layer: Deconv) -> Sequence[Any]:
    """Return what is added at the end: with `pad same` that without which I S is not reached."""
    if layer.pad != "same":
        return layer.outpad
    return [max(int(s) - int(layer.span(axis)), 0) for axis, s in enumerate(layer.stride)]


# ------------------------------------------------------------------ pooling
def _pooling(s: Site, name: str, fill: float | None) -> Expression:
    """Return a pooling of PyTorch; padding that it does not take itself is put before it."""
    layer, sides = s.layer, s.sides(s.layer)
    kernel = numbers(layer.kernel)
    # with dilation, older versions measure the padding by the kernel without its gaps
    own = even(sides) and all(2 * before <= k for (before, _), k in zip(sides, kernel, strict=True))
    # on three axes the mean refuses an input that fits its window only with the padding
    own = own and (name != "AvgPool" or all(i >= k for i, k in zip(s.extents, kernel, strict=True)))
    made = Call(
        s.named(name),
        (axes(kernel),),
        keywords(
            ("stride", axes(layer.stride), axes(kernel)),
            ("padding", axes([before for before, _ in sides]) if own else 0, 0),
            ("dilation", axes(layer.dilation), 1),
            ("ceil_mode", bool(layer.ceil) and own, False),
        ),
    )
    return Apply(made, s.value if own else padded(s.value, _whole(s, sides), fill))


def _whole(s: Site, sides: Sides) -> Sides:
    """Return the padding with which sizes that round up come out even."""
    layer = s.layer
    if not layer.ceil or layer.pad == "same":
        return sides
    found = []
    for axis, (before, _) in enumerate(sides):
        last = (int(s.out.extents[axis]) - 1) * int(layer.stride[axis])
        found.append((before, last + int(layer.span(axis)) - s.extents[axis] - before))
    return tuple(found)


def average(s: Site) -> Expression:
    """Return mean pooling; the zeros of the padding count, those that rounding up adds do not."""
    if all(d == 1 for d in s.layer.dilation):
        return _pooling(s, "AvgPool", None)
    s.named("AvgPool")
    layer = s.layer
    made = Call("DilatedAvgPool", tuple(map(numbers, (layer.kernel, layer.stride, layer.dilation))))
    return Apply(made, padded(s.value, _whole(s, s.sides(layer))))


def subsample(s: Site) -> Expression:
    """Return LeNet's subsampling."""
    layer = s.layer
    made = Call(
        "Subsample",
        (s.maps, numbers(layer.kernel), numbers(layer.stride)),
        keywords(("dilation", numbers(layer.dilation), (1,) * s.rank), ("bias", bool(layer.bias), True)),
    )
    return Apply(s.trained(made), padded(s.value, _whole(s, s.sides(layer))))


def unpool(s: Site) -> Expression:
    """Return an unpooling."""
    return Apply(Call("Unpool", (numbers(s.layer.stride), numbers(s.out.extents))), s.value)


def global_pool(s: Site) -> Expression:
    """Return the mean of every map; a vector has one value for each already."""
    return Apply(Call(s.named("AdaptiveAvgPool"), (1,)), s.value) if s.rank else s.value


def adaptive(name: str) -> Recipe:
    """Return the recipe of a pooling to a given size."""

    def made(s: Site) -> Expression:
        return Apply(Call(s.named(name), (axes(s.layer.size),)), s.value)

    return made
