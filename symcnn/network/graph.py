"""The elaborated network: layers with their shapes, in groups as they were written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from symcnn.errors import UsageError
from symcnn.layers.base import Layer, Shape
from symcnn.network.measures import CONVENTIONS, MEASURES, Convention, Counts, Sight, per_axis
from symcnn.source import Span


class Measured:
    """Everything that has an output, counts and a sight of the input: its measures.

    Formulas are SymPy expressions. `receptive`, `jump` and `start` are one value where
    all input axes agree, else a tuple; None where they are not known (behind a transposed
    convolution or an upsampling) or have no meaning (a jump where everything is seen).
    """

    output: Shape
    counts: Counts
    sight: Sight

    @property
    def shape(self) -> Shape:
        """Maps and extents of the output."""
        return self.output

    @property
    def maps(self) -> Expr:
        """Maps of the output."""
        return self.output.maps

    @property
    def extents(self) -> tuple[Expr, ...]:
        """Extents of the output, an expression per axis."""
        return self.output.extents

    @property
    def size(self) -> Expr | tuple[Expr, ...]:
        """Extent of the output: one expression where all axes agree, else one per axis."""
        return per_axis(self.output.extents)

    @property
    def weights(self) -> Expr:
        """Weights, trained or fixed."""
        return self.counts.weights

    @property
    def biases(self) -> Expr:
        """Biases, trained or fixed."""
        return self.counts.biases

    @property
    def params(self) -> Expr:
        """Trained parameters."""
        return self.counts.params

    @property
    def fixed(self) -> Expr:
        """Parameters that are not trained."""
        return self.counts.fixed

    @property
    def buffers(self) -> Expr:
        """Stored values that no gradient changes, such as running means."""
        return self.counts.buffers

    @property
    def neurons(self) -> Expr:
        """Units: outputs of layers that compute new ones."""
        return self.counts.neurons

    @property
    def connections(self) -> Expr:
        """Connections with biases (LeCun et al. 1998)."""
        return self.counts.connections

    @property
    def macs(self) -> Expr:
        """Multiply-accumulate operations of convolutions and linear maps."""
        return self.counts.macs

    @property
    def flops(self) -> Expr:
        """Floating-point operations, two per MAC; `measure` takes other conventions."""
        return self.counts.flops("2mac")

    @property
    def receptive(self) -> Expr | tuple[Expr, ...] | None:
        """Extent of the receptive field at the network's input."""
        return None if self.sight.reach == "unknown" else per_axis(tuple(w.size for w in self.sight.windows))

    @property
    def jump(self) -> Expr | tuple[Expr, ...] | None:
        """Input steps between neighbouring outputs."""
        return per_axis(tuple(w.jump for w in self.sight.windows)) if self.sight.reach == "window" else None

    @property
    def start(self) -> Expr | tuple[Expr, ...] | None:
        """First input that output 0 sees; negative where that is padding."""
        return (
            None if self.sight.reach == "unknown" else per_axis(tuple(-w.before for w in self.sight.windows))
        )

    def measure(self, name: str, *, convention: Convention = "2mac") -> Any:
        """Return a measure by its name; `convention` is for "flops" (2mac, mac or exact).

        Raises UsageError for a name that is no measure.
        """
        if name not in MEASURES:
            raise UsageError(f"'{name}' is no measure", hint="measures: " + ", ".join(MEASURES))
        if convention not in CONVENTIONS:
            raise UsageError(f"'{convention}' is no convention", hint="one of " + ", ".join(CONVENTIONS))
        return self.counts.flops(convention) if name == "flops" else getattr(self, name)


@dataclass(frozen=True, repr=False)
class Part(Measured):
    """A layer or a group of layers: its label, what arrives, what leaves."""

    label: str
    input: Shape
    output: Shape
    sight: Sight
    counts: Counts
    span: Span = field(compare=False)

    def __repr__(self) -> str:
        shape = "x".join(map(str, (self.maps, *self.extents)))
        return f"<{type(self).__name__} {self.label}: shape {shape}, params {self.params}>"


@dataclass(frozen=True, repr=False)
class Node(Part):
    """One layer in its place."""

    layer: Layer

    @property
    def leaves(self) -> Iterator[Node]:
        """The layer itself."""
        yield self


@dataclass(frozen=True, repr=False)
class Group(Part):
    """Layers in a row under one label: a block, a call, or the whole network."""

    parts: tuple[Node | Group, ...]

    @property
    def leaves(self) -> Iterator[Node]:
        """All layers of the group, in order."""
        for part in self.parts:
            yield from part.leaves
