"""One layer counted by enumeration: an oracle that imports nothing from symcnn.

A `Case` holds plain integers. Windows are slid in a loop, weights are a set of identifiers,
connections are listed one by one (output unit, input cell, weight). Cells in the padding
count, as LeCun et al. 1998 count them. Slow and obvious on purpose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import NamedTuple

Point = tuple[int, ...]
Cell = tuple[int, Point]  # map, and position on every axis
Edge = tuple[Cell, Cell, object]  # output unit, input cell, identifier of the weight (None: no weight)

SUMS = ("conv", "depthwise", "local", "fc", "dense", "rbf")
POOLS = ("maxpool", "avgpool", "subsample")
WINDOWED = ("conv", "depthwise", "local", *POOLS)
SEES_ALL = ("fc", "globalpool", "adaptiveavgpool", "adaptivemaxpool", "groupnorm", "instancenorm")
TRANSPOSED = ("deconv", "maxunpool")
PHASED = (*TRANSPOSED, "upsample", "pixelshuffle")  # what an output sees depends on its position


@dataclass(frozen=True)
class Case:
    """A layer and the tensor that arrives; fields that the layer lacks stay at their default."""

    word: str
    maps: int
    extents: Point
    kernel: Point = ()
    stride: Point = ()
    dilation: Point = ()
    sides: tuple[tuple[int, int], ...] = ()  # padding, or border, before and after
    padding: str = ""  # a padding word in place of the sides
    out_maps: int | None = None
    groups: int = 1
    rows: tuple[Point, ...] | None = None  # connection table: the input maps of each output map
    fan_ins: tuple[tuple[int, int], ...] | None = None  # or only (number of rows, inputs of each)
    outpad: Point = ()
    target: Point = ()
    factor: tuple[Fraction | int, ...] = ()
    part: int = 0  # of the groups, from 1
    ceil: bool = False
    bias: bool = True
    fixed: bool = False
    shared: bool = False
    affine: bool = False


class Count(NamedTuple):
    """What leaves the layer, and what it counts."""

    maps: int
    extents: Point
    weights: int = 0
    biases: int = 0
    buffers: int = 0
    neurons: int = 0
    connections: int = 0
    macs: int = 0


def positions(extents: Sequence[int]) -> Iterator[Point]:
    return product(*(range(e) for e in extents))


# ------------------------------------------------------------------ windows on one axis
def reach(case: Case, axis: int) -> int:
    """Number of cells from the first tap to the last."""
    taps = [k * case.dilation[axis] for k in range(case.kernel[axis])]
    return max(taps) - min(taps) + 1


def padding(case: Case, axis: int) -> tuple[int, int]:
    extent, step, size = case.extents[axis], case.stride[axis], reach(case, axis)
    if case.padding == "same":  # as TensorFlow pads: by the remainder, the odd cell behind
        lacking = size - step if extent % step == 0 else size - extent % step
        total = max(lacking, 0)
        return total // 2, total - total // 2
    if case.padding == "half":
        return (size - 1) // 2, (size - 1) // 2
    if case.padding == "full":
        return size - 1, size - 1
    if case.padding == "valid":
        return 0, 0
    return case.sides[axis]


def starts(case: Case, axis: int) -> list[int]:
    """First cells of all windows, in input coordinates."""
    before, after = padding(case, axis)
    extent, step, size = case.extents[axis], case.stride[axis], reach(case, axis)
    end = extent + after
    found, p = [], -before
    if not case.ceil:
        while p + size - 1 <= end - 1:  # the last tap lies inside
            found.append(p)
            p += step
        return found
    # PyTorch: also a last, partial window where cells are left behind the one before it,
    # if it starts before the padding behind the input.
    while p - step + size - 1 < end - 1 and p < extent:
        found.append(p)
        p += step
    return found


def canvas(case: Case, axis: int) -> list[int]:
    """Output coordinates of a transposed window: scatter every input, then crop."""
    extent, step = case.extents[axis], case.stride[axis]
    if case.padding == "same":
        return list(range(brought_back(case, axis)))
    touched = {i * step + k * case.dilation[axis] for i in range(extent) for k in range(case.kernel[axis])}
    line = list(range(max(touched) + 1 + case.outpad[axis]))  # outpad: more canvas behind
    before, after = padding(case, axis)
    return line[before : max(before, len(line) - after)]


def brought_back(case: Case, axis: int) -> int:
    """The largest extent that a `same` window brings back to that of the case."""
    wanted, step = case.extents[axis], case.stride[axis]
    return max(n for n in range(1, wanted * step + step) if len(starts(_on(case, n), axis)) == wanted)


def _on(case: Case, extent: int) -> Case:
    return replace(case, extents=(extent,) * len(case.extents))


def adaptive_window(extent: int, target: int, o: int) -> range:
    first, last = o * extent // target, Fraction((o + 1) * extent, target)
    return range(first, -(-last.numerator // last.denominator))


# ------------------------------------------------------------------ maps and positions
def shuffled(case: Case) -> dict[Cell, Cell]:
    """Where every value goes that a pixel shuffle moves, or its way back."""
    block = list(positions(case.factor))
    moved = {}
    for c, where in product(range(case.maps), positions(case.extents)):
        if case.word == "pixelshuffle":
            n, offset = c // len(block), block[c % len(block)]
            goal = tuple(p * f + b for p, f, b in zip(where, case.factor, offset, strict=True))
        else:
            offset = tuple(p % f for p, f in zip(where, case.factor, strict=True))
            n = c * len(block) + block.index(offset)
            goal = tuple(p // f for p, f in zip(where, case.factor, strict=True))
        moved[c, where] = (n, goal)
    return moved


def groups_of(maps: int, groups: int) -> list[range]:
    each = maps // groups
    return [range(g * each, (g + 1) * each) for g in range(groups)]


def seen_by(case: Case, n: int) -> Sequence[int]:
    """Input maps that output map n sees."""
    out_maps = case.maps if case.out_maps is None else case.out_maps
    if case.rows is not None:
        return case.rows[n]
    if case.fan_ins is not None:
        return range([fan_in for count, fan_in in case.fan_ins for _ in range(count)][n])
    if case.word in POOLS:
        return [n]
    splits = case.maps if case.word == "depthwise" else case.groups
    for inputs, outputs in zip(groups_of(case.maps, splits), groups_of(out_maps, splits), strict=True):
        if n in outputs:
            return inputs
    raise AssertionError(n)


def possible(case: Case) -> bool:
    """Whether the layer can stand, apart from the sizes."""
    out_maps = case.maps if case.out_maps is None else case.out_maps
    splits = case.maps if case.word == "depthwise" else case.groups
    if case.maps % splits or out_maps % splits:
        return False
    if case.rows is not None:
        return len(case.rows) == out_maps and all(c < case.maps for row in case.rows for c in row)
    if case.fan_ins is not None:
        rows = sum(count for count, _ in case.fan_ins)
        return rows == out_maps and all(fan_in <= case.maps for _, fan_in in case.fan_ins)
    axes = range(len(case.extents))
    if case.word in POOLS:  # at most half of a window in the padding
        return all(side <= reach(case, a) // 2 for a in axes for side in padding(case, a))
    if case.word == "maxunpool" and case.padding != "same":
        return all(side <= reach(case, a) // 2 for a in axes for side in padding(case, a))
    if case.word == "deconv":
        return all(case.outpad[a] < max(case.stride[a], case.dilation[a], 1) for a in axes)
    if case.word == "pixelshuffle":
        return case.maps % len(list(positions(case.factor))) == 0
    if case.word == "pixelunshuffle":
        return all(e % f == 0 for e, f in zip(case.extents, case.factor, strict=True))
    return case.word != "split" or case.part <= case.groups


# ------------------------------------------------------------------ all connections
def edges(case: Case) -> Iterator[Edge]:
    """Every connection of an output unit to an input cell, with the weight on it."""
    maps, extents = shape(case)
    for n, position in product(range(maps), positions(extents)):
        unit = (n, position)
        if case.word in WINDOWED:
            corner = [starts(case, a)[o] for a, o in enumerate(position)]
            for c, tap in product(seen_by(case, n), positions(case.kernel)):
                cell = tuple(p + k * d for p, k, d in zip(corner, tap, case.dilation, strict=True))
                weight = {
                    "local": (n, position, c, tap),
                    "subsample": n,
                    "maxpool": None,
                    "avgpool": None,
                }.get(case.word, (n, c, tap))
                yield unit, (c, cell), weight
        elif case.word == "fc":
            for cell in product(range(case.maps), positions(case.extents)):
                yield unit, cell, (n, cell)
        elif case.word in ("dense", "rbf"):
            for c in range(case.maps):
                yield unit, (c, position), (n, c)
        elif case.word == "globalpool":
            for where in positions(case.extents):
                yield unit, (n, where), None
        elif case.word in ("adaptiveavgpool", "adaptivemaxpool"):
            spans = [
                adaptive_window(*both, o) for *both, o in zip(case.extents, extents, position, strict=True)
            ]
            for where in product(*spans):
                yield unit, (n, where), None


def scattered(case: Case) -> Iterator[Edge]:
    """The connections of a transposed convolution: each input over its taps, before the crop."""
    assert case.out_maps is not None
    pairs = zip(groups_of(case.maps, case.groups), groups_of(case.out_maps, case.groups), strict=True)
    for inputs, outputs in pairs:
        for c, position, n, tap in product(inputs, positions(case.extents), outputs, positions(case.kernel)):
            steps = zip(position, case.stride, tap, case.dilation, strict=True)
            yield (n, tuple(i * s + k * d for i, s, k, d in steps)), (c, position), (c, n, tap)


# ------------------------------------------------------------------ the answers
def shape(case: Case) -> tuple[int, Point]:
    """Maps and extents of the output."""
    maps = case.maps if case.out_maps is None else case.out_maps
    axes = range(len(case.extents))
    if case.word in WINDOWED:
        return maps, tuple(len(starts(case, a)) for a in axes)
    if case.word in TRANSPOSED:
        return maps, tuple(len(canvas(case, a)) for a in axes)
    if case.word == "split":
        return len(groups_of(case.maps, case.groups)[case.part - 1]), case.extents
    if case.word in ("pixelshuffle", "pixelunshuffle"):
        goals = shuffled(case).values()
        return max(n for n, _ in goals) + 1, tuple(max(where[a] for _, where in goals) + 1 for a in axes)
    if case.word == "fc":
        return maps, ()
    if case.word == "flatten":
        return len(list(product(range(case.maps), positions(case.extents)))), ()
    if case.word == "globalpool":
        return maps, tuple(1 for _ in axes)
    if case.word in ("adaptiveavgpool", "adaptivemaxpool"):
        return maps, case.target
    if case.word == "upsample":  # output o lies inside if all of it, up to (o + 1)/f, does
        return maps, tuple(
            sum(1 for o in range(10 * case.extents[a]) if (o + 1) / case.factor[a] <= case.extents[a])
            for a in axes
        )
    if case.word == "pad":
        return maps, tuple(len(range(-case.sides[a][0], case.extents[a] + case.sides[a][1])) for a in axes)
    if case.word == "crop":
        return maps, tuple(len(range(case.sides[a][0], case.extents[a] - case.sides[a][1])) for a in axes)
    return maps, case.extents


def count(case: Case) -> Count | None:
    """Everything there is to count; None where the layer cannot stand or nothing is left."""
    if not possible(case):
        return None
    maps, extents = shape(case)
    if 0 in (maps, *extents):
        return None
    units = len(list(product(range(maps), positions(extents))))
    if case.word in ("batchnorm", "layernorm", "groupnorm"):
        return Count(maps, extents, maps, maps * case.bias, 2 * maps if case.word == "batchnorm" else 0)
    if case.word == "instancenorm":
        return Count(maps, extents, maps * case.affine, maps * case.affine)
    if case.word == "scale":
        return Count(maps, extents, maps)
    if case.word == "prelu":
        return Count(maps, extents, 1 if case.shared else maps)
    every = list(scattered(case) if case.word == "deconv" else edges(case))
    if not every:
        return Count(maps, extents)
    weights = {weight for _, _, weight in every} - {None}
    with_bias = case.bias and case.word in (
        "conv",
        "depthwise",
        "local",
        "subsample",
        "deconv",
        "fc",
        "dense",
    )
    biases = (units if case.word == "local" else maps) * with_bias
    macs = len(every) if weights else 0
    if case.word == "subsample":  # the window is summed first: one multiplication per unit
        macs = len({unit for unit, _, _ in every})
    return Count(maps, extents, len(weights), biases, 0, units, len(every) + units * with_bias, macs)


def operations(case: Case) -> int:
    """Multiplications and additions, one by one; of sums of products only, and of LeNet's subsampling."""
    if case.word == "deconv":  # every input is multiplied by every tap, and added to what is there
        maps, extents = shape(case)
        outputs = maps * len(list(positions(extents)))
        return 2 * len(list(scattered(case))) + case.bias * outputs
    inputs = Counter(unit for unit, _, _ in edges(case))
    if case.word == "subsample":  # the inputs are added, and their sum is multiplied once
        return sum((n - 1) + 1 + case.bias for n in inputs.values())
    if case.word not in SUMS:
        return 0
    bias = case.bias and case.word != "rbf"
    return sum(n + (n - 1) + bias for n in inputs.values())


def taps(case: Case, axis: int, o: int) -> set[int]:
    """Indices under the window number o, which begins in the padding."""
    first = o * case.stride[axis] - padding(case, axis)[0]
    return {first + k * case.dilation[axis] for k in range(case.kernel[axis])}


def reads(case: Case, axis: int, o: int) -> set[int]:
    """Input indices, beyond the input too, that output index o reads on an axis."""
    if case.word in WINDOWED:
        return taps(case, axis, o)
    if case.word in TRANSPOSED:  # all inputs whose window, on the way there, holds the output
        there = _on(case, brought_back(case, axis)) if case.padding == "same" else case
        return {i for i in range(-60, 60) if o in taps(there, axis, i)}
    if case.word == "upsample":  # nearest: the input in which the output begins
        return {i for i in range(-60, 60) if i <= o / case.factor[axis] < i + 1}
    if case.word == "pixelshuffle":
        return {i for i in range(-60, 60) if o in range(i * case.factor[axis], (i + 1) * case.factor[axis])}
    if case.word == "pixelunshuffle":
        return set(range(o * case.factor[axis], (o + 1) * case.factor[axis]))
    shift = {"pad": -1, "crop": 1}.get(case.word, 0)
    return {o + shift * case.sides[axis][0]} if shift else {o}


def receptive(chain: Sequence[Case], axis: int) -> tuple[int, int, int]:
    """Extent, first index and jump of what outputs 0 and 1 of a chain see of its input."""
    seen = []
    for o in (0, 1):
        indices = {o}
        for case in reversed(chain):
            indices = {i for one in indices for i in reads(case, axis, one)}
        seen.append(indices)
    first, second = seen
    return max(first) - min(first) + 1, min(first), min(second) - min(first)
