"""Where tensors meet: `add`, `concat`, `multiply`, and the crop that makes one fit."""

from __future__ import annotations

from fractions import Fraction

from symcnn.verify.oracle.arithmetic import Invalid
from symcnn.verify.oracle.counting import Tensor, run
from symcnn.verify.oracle.views import Link, View, merged
from symcnn.verify.oracle.windows import Layer

_FIRST = Link(lambda position: (0,), Fraction(0))  # one position stands for all


def joined(kind: str, branches: list[Tensor]) -> Tensor:
    """Return several tensors as one.

    Their extents agree, and their maps unless they are put one behind the other.
    """
    shapes = [(branch.maps, branch.extents) for branch in branches]
    if len({len(extents) for _, extents in shapes}) != 1:
        raise Invalid(f"{kind} of {shapes}")
    maps, extents = shapes[0]
    gate = kind == "multiply"  # one map, or one position, stands for all
    if gate:
        maps = max(m for m, _ in shapes)
        extents = tuple(map(max, zip(*(e for _, e in shapes), strict=True)))
    for m, e in shapes:
        fits = e == extents or (gate and set(e) == {1})
        if not fits or not (kind == "concat" or m == maps or (gate and m == 1)):
            raise Invalid(f"{kind} of {shapes}")
    seen: dict[str, list[tuple[View, ...]]] = {}
    for branch in branches:
        for name, axes in branch.views.items():
            spread = branch.extents != extents
            seen.setdefault(name, []).append(tuple(v.then(_FIRST) if spread else v for v in axes))
    views = {name: tuple(map(merged, zip(*paths, strict=True))) for name, paths in seen.items()}
    return Tensor(sum(m for m, _ in shapes) if kind == "concat" else maps, extents, views)


def centre(tensor: Tensor, extents: tuple[int, ...]) -> Tensor:
    """Return the middle of a tensor; an odd cell is cut off behind."""
    if len(extents) != len(tensor.extents):
        raise Invalid(f"no crop of {tensor.extents} to {extents}")
    gaps = [mine - its for mine, its in zip(tensor.extents, extents, strict=True)]
    if any(gap < 0 for gap in gaps):
        raise Invalid(f"no crop of {tensor.extents} to {extents}")
    return run(Layer("crop", pad=tuple((gap // 2, gap - gap // 2) for gap in gaps)), tensor)[0]
