"""The elaborated network: layers with their shapes, in series, in branches and in rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from sympy import Expr, S, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.layers.base import Layer, Shape
from symcnn.network.measured import Measured
from symcnn.network.measures import Counts
from symcnn.network.sight import Sight
from symcnn.source import Span


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
