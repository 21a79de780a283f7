"""What a trace is made of: one step for every layer in every round, with its tensors and its formulas."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Symbol

from symcnn.errors import UsageError
from symcnn.layers.base import Layer, Shape
from symcnn.network.graph import Node, Part
from symcnn.network.measures import Counts


@dataclass(frozen=True)
class Step:
    """One layer, or one place where tensors meet, in one round.

    `names` are the parts of its label with its rounds (`stage, 2, conv1`), `inputs` the numbers of
    the steps whose tensors it takes, `shares` that of the step whose weights it uses. `part` is what
    the graph of formulas has in its place, for the rounds of `values`.
    """

    number: int
    names: tuple[str, ...]
    layer: Layer
    inputs: tuple[int, ...]
    arriving: tuple[Shape, ...]
    shape: Shape
    counts: Counts
    part: Node | None = None  # None for the crop in `concat crop(a)`, which counts nothing
    values: tuple[tuple[Symbol, Expr], ...] = ()
    shares: int | None = None

    @property
    def label(self) -> str:
        """The label with its rounds in brackets; that of its join with `crop` behind it for a crop."""
        text = ""
        for name in self.names:
            text += f"[{name}]" if name.lstrip("-").isdigit() else f".{name}"
        return text[1:]

    @property
    def formulas(self) -> Part:
        """The measures that the graph of formulas gives in this round; without a part an error."""
        if self.part is None:
            raise UsageError(f"'{self.label}' is no layer of the text")
        return self.part.at(dict(self.values), lambda expr: expr)


@dataclass(frozen=True)
class Trace:
    """The steps of a network in order, and what leaves it: numbers of steps, by label if it is named."""

    steps: tuple[Step, ...]
    outputs: tuple[tuple[str, int], ...]
