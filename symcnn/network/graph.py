"""The elaborated network: layers with their shapes, in series, in branches and in rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from sympy import Expr, S, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.errors import UsageError
from symcnn.layers.base import Layer, Shape
from symcnn.network.measures import CONVENTIONS, MEASURES, Convention, Counts, per_axis
from symcnn.network.sight import Sight
from symcnn.source import Span


class Measured:
    """Everything that has an output, counts and a sight of the input: its measures.

    Formulas are SymPy expressions. `receptive`, `jump` and `start` are one value where
    all input axes agree, else a tuple; None where they are not known, where several inputs
    are seen differently, or where they have no meaning (a jump where everything is seen).
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
        return _axes(self.sight.agreed(lambda view: view.sizes))

    @property
    def jump(self) -> Expr | tuple[Expr, ...] | None:
        """Input steps between neighbouring outputs; a fraction behind an enlargement."""
        return _axes(self.sight.agreed(lambda view: view.jumps))

    @property
    def start(self) -> Expr | tuple[Expr, ...] | None:
        """First input that output 0 sees; negative where that is padding."""
        return _axes(self.sight.agreed(lambda view: view.starts))

    def measure(self, name: str, *, convention: Convention = "2mac") -> Any:
        """Return a measure by its name; `convention` is for "flops" (2mac, mac or exact).

        Raises UsageError for a name that is no measure.
        """
        if name not in MEASURES:
            raise UsageError(f"'{name}' is no measure", hint="measures: " + ", ".join(MEASURES))
        if convention not in CONVENTIONS:
            raise UsageError(f"'{convention}' is no convention", hint="one of " + ", ".join(CONVENTIONS))
        return self.counts.flops(convention) if name == "flops" else getattr(self, name)


@dataclass(frozen=True, eq=False)
class Loop:
    """The rounds of a repeat: an index that runs from first to last, up (step 1) or down (-1)."""

    index: Symbol
    first: Expr
    last: Expr
    step: Literal[1, -1] = 1

    @cached_property
    def times(self) -> Expr:
        """The number of rounds."""
        return self.step * (self.last - self.first) + 1

    @property
    def low(self) -> Expr:
        """The smallest value of the index."""
        return self.first if self.step > 0 else self.last

    @property
    def high(self) -> Expr:
        """The largest value of the index."""
        return self.last if self.step > 0 else self.first

    @cached_property
    def bounds(self) -> tuple[Condition, Condition]:
        """What is known of the index: it is not below the smallest value, nor above the largest."""
        return Condition(self.index - self.low, ">="), Condition(self.high - self.index, ">=")


Change = Callable[[Expr], Expr]


@dataclass(frozen=True, repr=False)
class Part(Measured):
    """A layer or a group of layers: its label, what arrives, what leaves.

    The label is the full one; inside a repeat whose rounds differ it has the round in
    brackets, as `e[i].conv1`.
    """

    label: str
    input: Shape
    output: Shape
    sight: Sight
    counts: Counts
    span: Span = field(compare=False)

    def __repr__(self) -> str:
        shape = "x".join(map(str, (self.maps, *self.extents)))
        return f"<{type(self).__name__} {self.label}: shape {shape}, params {self.params}>"

    @property
    def inner(self) -> tuple[Part, ...]:
        """The parts directly inside."""
        return ()

    @property
    def rows(self) -> Iterator[tuple[Node, Expr]]:
        """All layers inside, in order, each with the number of rounds it stands for."""
        for part in self.inner:
            yield from part.rows

    @property
    def leaves(self) -> Iterator[Node]:
        """All layers inside, in order; those of a repeat once."""
        for node, _ in self.rows:
            yield node

    def mapped(self, sight: Callable[[Sight], Sight], label: Callable[[str], str]) -> Part:
        """Return the same part, and all inside, with other sights and labels."""
        return replace(self, sight=sight(self.sight), label=label(self.label))

    def at(self, values: Mapping[Symbol, Expr], change: Change) -> Part:
        """Return the part itself, without those inside, in one round: with values for its index."""

        def put(expr: Expr) -> Expr:
            return change(expr.xreplace(values))

        return Part(
            self.label,
            self.input.changed(put),
            self.output.changed(put),
            self.sight.changed(put),
            self.counts.changed(put),
            self.span,
        )


@dataclass(frozen=True, repr=False)
class Node(Part):
    """One layer in its place; `sources` are the labels of named tensors that meet there."""

    layer: Layer
    sources: tuple[str, ...] = ()
    shares: str = ""  # label of the layer whose weights it uses

    def at(self, values: Mapping[Symbol, Expr], change: Change) -> Node:
        part = super().at(values, change)
        layer = self.layer.changed(lambda expr: change(expr.xreplace(values)))
        return Node(
            part.label, part.input, part.output, part.sight, part.counts, part.span,
            layer, self.sources, self.shares,
        )  # fmt: skip

    @property
    def rows(self) -> Iterator[tuple[Node, Expr]]:
        yield self, S.One


@dataclass(frozen=True, repr=False)
class Group(Part):
    """Parts in a row: a block, a call, a branch, or the whole network."""

    parts: tuple[Part, ...]

    @property
    def inner(self) -> tuple[Part, ...]:
        return self.parts

    def mapped(self, sight: Callable[[Sight], Sight], label: Callable[[str], str]) -> Group:
        return replace(
            self,
            sight=sight(self.sight),
            label=label(self.label),
            parts=tuple(part.mapped(sight, label) for part in self.parts),
        )


@dataclass(frozen=True, repr=False)
class Merge(Group):
    """Branches of one tensor, and last the node in which they meet."""

    @property
    def branches(self) -> tuple[Part, ...]:
        """The branches, in the order of the text."""
        return self.parts[:-1]


@dataclass(frozen=True, repr=False)
class Repeat(Group):
    """Rounds: first those that differ (`parts`, each in its round), then `body`, the general one of `loop`.

    Without a body all rounds are written out.
    """

    rounds: tuple[Loop, ...] = ()
    loop: Loop | None = None
    body: Group | None = None

    @property
    def inner(self) -> tuple[Part, ...]:
        return self.parts if self.body is None else (*self.parts, self.body)

    @property
    def rows(self) -> Iterator[tuple[Node, Expr]]:
        for part in self.parts:
            yield from part.rows
        if self.body is not None and self.loop is not None:
            for node, times in self.body.rows:
                yield node, times * self.loop.times

    def mapped(self, sight: Callable[[Sight], Sight], label: Callable[[str], str]) -> Repeat:
        body = None if self.body is None else self.body.mapped(sight, label)
        parts = tuple(part.mapped(sight, label) for part in self.parts)
        return replace(self, sight=sight(self.sight), label=label(self.label), parts=parts, body=body)


@dataclass(frozen=True, repr=False)
class Jump(Part):
    """`from e1`: the text goes on from a named tensor."""

    origin: str


def _axes(values: tuple[Expr, ...] | None) -> Expr | tuple[Expr, ...] | None:
    return None if values is None else per_axis(values)
