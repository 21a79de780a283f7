"""Where branches meet: their sum, product or concatenation, and what must agree for that.

Merges are words of the language (`add`, `concat`, `multiply`), not of the registry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symcnn import algebra
from symcnn.layers.base import Formula, Layer, Need, Shape, head

Sizes = tuple[Formula, ...]  # of one branch: its maps alone, or its extents


@dataclass(frozen=True, eq=False)
class Merge(Layer):
    """Branches that become one tensor; `kind` is add, concat or multiply. One branch alone stays as it is.

    Concatenation adds the maps, where all extents agree (Huang et al. 2017, eq. 2). A sum needs
    equal maps, too (He et al. 2016, eq. 1). So does a product, but there a branch with one map,
    or with one position, meets every map or position (Hu et al. 2018, eq. 4; Woo et al. 2018, eq. 1).
    """

    kind: str = head("", "value")

    @property
    def name(self) -> str:
        return self.kind

    def ranks_agree(self, shapes: Sequence[Shape]) -> bool:
        """Whether all branches have the same number of axes, without which nothing below is asked."""
        return len({shape.rank for shape in shapes}) == 1

    def shape_of(self, shapes: Sequence[Shape]) -> Shape:
        """Return the shape that leaves the merge: of formulas that must be equal, the simplest.

        >>> gate = Shape(64, (1, 1))
        >>> Merge(kind="multiply").shape_of([Shape(64, (28, 28)), gate])
        Shape(maps=64, extents=(28, 28))
        >>> Merge(kind="concat").shape_of([gate, gate])
        Shape(maps=128, extents=(1, 1))
        """
        extents = self._agreed([shape.extents for shape in shapes])
        if self.kind == "concat":
            return Shape(sum(shape.maps for shape in shapes), extents)
        (maps,) = self._agreed([(shape.maps,) for shape in shapes])
        return Shape(maps, extents)

    def fits(self, shapes: Sequence[Shape]) -> Iterator[tuple[Need, int]]:
        """Yield what must hold for the branches to meet, each with the index of the branch that differs."""
        if self.kind != "concat":
            for mine, other, _ in self._differences([(shape.maps,) for shape in shapes]):
                a, b = shapes[mine].maps, shapes[other].maps
                says, values = "branch {} has {} maps where branch {} has {}", (mine + 1, a, other + 1, b)
                yield Need(algebra.Condition(a - b, "=="), says, values=values), mine
        for mine, other, axis in self._differences([shape.extents for shape in shapes]):
            a, b = shapes[mine].extents[axis], shapes[other].extents[axis]
            here, there = _Written(shapes[mine].extents), _Written(shapes[other].extents)
            says = "branch {} has {} where branch {} has {}"
            if shapes[mine].rank > 1:
                says += ": on axis {}, {} is not {}"
            told = (mine + 1, here, other + 1, there, axis + 1, a, b)
            yield Need(algebra.Condition(a - b, "=="), says, values=told), mine

    def _deciding(self, sizes: Sequence[Sizes]) -> list[int]:
        """Return the branches whose sizes count: in a product, those with more than one of something."""
        every = list(range(len(sizes)))
        larger = [i for i in every if any(size != 1 for size in sizes[i])]
        return larger if larger and self.kind == "multiply" else every

    def _agreed(self, sizes: Sequence[Sizes]) -> Sizes:
        chosen = (sizes[i] for i in self._deciding(sizes))
        axes = zip(*chosen, strict=True)
        return tuple(axis[0] if len(set(axis)) == 1 else min(axis, key=_complexity) for axis in axes)

    def _differences(self, sizes: Sequence[Sizes]) -> Iterator[tuple[int, int, int]]:
        """Yield each branch that differs from the first one that counts, that one, and the axis."""
        first, *others = self._deciding(sizes)
        for branch in others:
            for axis, pair in enumerate(zip(sizes[branch], sizes[first], strict=True)):
                if pair[0] != pair[1]:
                    yield branch, first, axis


def _complexity(size: Formula) -> tuple[int, str]:
    """Return the number of nodes of a formula, and its text."""
    nodes, waiting = 0, [size]
    while waiting:
        nodes += 1
        waiting += getattr(waiting.pop(), "args", ())
    return nodes, str(size)


@dataclass(frozen=True)
class _Written:
    """Extents as a text has them, sums and quotients in brackets where there are several."""

    extents: Sizes

    def __str__(self) -> str:
        texts = [str(extent) for extent in self.extents]
        if len(texts) == 1:
            return texts[0]
        return " x ".join(text if text.replace("_", "").isalnum() else f"({text})" for text in texts)
