"""Layers that PyTorch does not have, as modules; printed programs carry the text of those that they use.

So each is short, within the width of a program, and uses nothing but PyTorch and what stands here.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Axes = tuple[int, ...]


def windows(x: Tensor, kernel: Axes, stride: Axes, dilation: Axes) -> Tensor:
    """Return what each window sees: batch, maps, positions, then the taps of the window."""
    for axis, (k, s, d) in enumerate(zip(kernel, stride, dilation, strict=True), 2):
        x = x.unfold(axis, d * (k - 1) + 1, s)[..., ::d]
    return x


def without_bias(layer: nn.Module) -> nn.Module:
    """Return a normalisation that has a scale but no shift."""
    layer.bias = None
    return layer


def uniform(bound: float, *sizes: int) -> nn.Parameter:
    """Return a parameter with values between -bound and bound."""
    return nn.Parameter(torch.empty(sizes).uniform_(-bound, bound))


class TableConv(nn.Module):
    """A convolution by a connection table: row n names the maps that output map n sees.

    Only the connections of the table have weights; forward puts them among zeros.
    """

    def __init__(
        self,
        rows: tuple[Axes, ...],
        maps: int,
        kernel: Axes,
        stride: Axes | int = 1,
        dilation: Axes | int = 1,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.links = [(n, c) for n, row in enumerate(rows) for c in row]
        self.shape = (len(rows), maps, *kernel)
        self.stride, self.dilation = stride, dilation
        bound = (max(map(len, rows)) * math.prod(kernel)) ** -0.5
        self.weight = uniform(bound, len(self.links), *kernel)
        self.bias = uniform(bound, len(rows)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        n, c = torch.tensor(self.links, device=x.device).T
        dense = self.weight.new_zeros(self.shape).index_put((n, c), self.weight)
        convolve = (F.conv1d, F.conv2d, F.conv3d)[x.dim() - 3]
        return convolve(x, dense, self.bias, self.stride, 0, self.dilation)


class LocalConv(nn.Module):
    """A convolution whose weights and biases are not shared among positions."""

    def __init__(
        self,
        maps: int,
        out: int,
        size: Axes,
        kernel: Axes,
        stride: Axes | None = None,
        dilation: Axes | None = None,
        bias: bool = True,
    ) -> None:
        super().__init__()
        ones = (1,) * len(kernel)
        self.window = (kernel, stride or ones, dilation or ones)
        bound = (maps * math.prod(kernel)) ** -0.5
        self.weight = uniform(bound, out, maps, *size, *kernel)
        self.bias = uniform(bound, out, *size) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        axes = x.dim() - 2
        o, k = "stu"[:axes], "ijk"[:axes]
        seen = windows(x, *self.window)
        x = torch.einsum(f"bc{o}{k},nc{o}{k}->bn{o}", seen, self.weight)
        return x if self.bias is None else x + self.bias


class Subsample(nn.Module):
    """The sum of each window times one coefficient per map, plus one bias.

    The layers S2 and S4 of LeNet-5 (LeCun et al. 1998).
    """

    def __init__(
        self,
        maps: int,
        kernel: Axes,
        stride: Axes,
        dilation: Axes | None = None,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.window = (kernel, stride, dilation or (1,) * len(kernel))
        each = (maps, *(1,) * len(kernel))
        self.weight = nn.Parameter(torch.full(each, 1 / math.prod(kernel)))
        self.bias = nn.Parameter(torch.zeros(each)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        x = windows(x, *self.window).flatten(x.dim()).sum(-1) * self.weight
        return x if self.bias is None else x + self.bias


class DilatedAvgPool(nn.Module):
    """The mean of each window, whose taps have gaps between them."""

    def __init__(self, kernel: Axes, stride: Axes, dilation: Axes) -> None:
        super().__init__()
        self.window = (kernel, stride, dilation)

    def forward(self, x: Tensor) -> Tensor:
        return windows(x, *self.window).flatten(x.dim()).mean(-1)


class Unpool(nn.Module):
    """Values at the first places of windows of zeros: no text says where the maxima were."""

    def __init__(self, stride: Axes, size: Axes) -> None:
        super().__init__()
        self.stride, self.size = stride, size

    def forward(self, x: Tensor) -> Tensor:
        sizes = [n * s for n, s in zip(x.shape[2:], self.stride, strict=True)]
        spread = x.new_zeros(*x.shape[:2], *sizes)
        spread[(..., *(slice(None, None, s) for s in self.stride))] = x
        gaps = [size - n for size, n in zip(self.size, sizes, strict=True)]
        return F.pad(spread, [side for gap in reversed(gaps) for side in (0, gap)])


class Rbf(nn.Module):
    """Squared distances of the last axis to the centre of each unit.

    The output layer of LeNet-5 (LeCun et al. 1998, eq. 7).
    """

    def __init__(self, maps: int, units: int) -> None:
        super().__init__()
        self.weight = uniform(1, units, maps)

    def forward(self, x: Tensor) -> Tensor:
        return (x.unsqueeze(-2) - self.weight).square().sum(-1)


class Scale(nn.Module):
    """One learned factor per map."""

    def __init__(self, maps: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(maps))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, *(1,) * (x.dim() - 2))


class PixelShuffleNd(nn.Module):
    """Blocks of positions out of maps, with a factor for each axis."""

    def __init__(self, factors: Axes) -> None:
        super().__init__()
        self.factors = factors

    def forward(self, x: Tensor) -> Tensor:
        axes = len(self.factors)
        x = x.unflatten(1, (-1, *self.factors))
        # each factor behind the axis that it enlarges
        x = x.permute(0, 1, *(i for a in range(axes) for i in (2 + axes + a, 2 + a)))
        for axis in range(axes):
            x = x.flatten(2 + axis, 3 + axis)
        return x


class PixelUnshuffleNd(nn.Module):
    """The way back of a pixel shuffle with a factor for each axis."""

    def __init__(self, factors: Axes) -> None:
        super().__init__()
        self.factors = factors

    def forward(self, x: Tensor) -> Tensor:
        axes = range(2, 2 + 2 * len(self.factors), 2)
        for axis, factor in zip(axes, self.factors, strict=True):
            x = x.unflatten(axis, (-1, factor))
        x = x.permute(0, 1, *(axis + 1 for axis in axes), *axes)
        return x.flatten(1, 1 + len(axes))
