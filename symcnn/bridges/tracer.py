"""A network at given numbers as a list of steps: every round written out, every tensor with its origin.

The graph of formulas knows a repeat by one round, and a join by the labels that it names. Programs
need each layer and where its tensors come from; so the text is read once more, round by round, beside
the graph of formulas, from which the labels are taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sympy import Expr, Symbol

from symcnn.bridges.steps import Step, Trace
from symcnn.depth import deep_recursion
from symcnn.errors import UsageError
from symcnn.language import syntax
from symcnn.layers.base import Shape
from symcnn.layers.reshape import Crop
from symcnn.network.elaborator import Elaborator
from symcnn.network.graph import Group, Loop, Merge, Node, Part, Repeat
from symcnn.network.labels import plain
from symcnn.network.measures import total
from symcnn.network.model import Model
from symcnn.network.ranges import read_loop
from symcnn.network.scope import Scope
from symcnn.source import Span

MAX_STEPS = 10_000  # layers, each round of a repeat counted

_Declaration = syntax.Symbols | syntax.Let | syntax.Def | syntax.Net


def trace(net: Model) -> Trace:
    """Return the steps of a network whose symbols all have numbers.

    Raises UsageError if a symbol is free, or there are more than 10,000 layers.

    >>> import symcnn
    >>> [step.label for step in trace(symcnn.parse("input 1@9; repeat 2 { a: conv 3 -> 4 }; relu")).steps]
    ['input1', 'a[1]', 'a[2]', 'relu1']
    """
    if net.symbols:
        free = ", ".join(net.symbols)
        some = next(iter(net.symbols))
        raise UsageError(
            f"the symbols {free} have no values"
            if len(net.symbols) > 1
            else f"the symbol {free} has no value",
            hint=f"give numbers: at({some}=...), or --at {some}=...; `defaults` are those of the text",
        )
    root = net.root  # raises UsageError where there are only `net` blocks
    tracer = Tracer(net.reading.begin(), net.name or None)
    tracer.follow(root)
    with deep_recursion():
        found = tracer.network("", _about(net.reading.statements, net.name), None)
    return Trace(tuple(tracer.steps), tracer.ends or _ends(found.outputs, found.root.output))


def _about(statements: Sequence[syntax.Statement], name: str) -> Sequence[syntax.Statement]:
    """Return what is said of one `net` block: it, and the declarations that it sees."""
    if not name:
        return [node for node in statements if not isinstance(node, syntax.Net)]
    kept = [node for node in statements if isinstance(node, _Declaration)]
    return [node for node in kept if not isinstance(node, syntax.Net) or node.name == name]


def _ends(outputs: Sequence[tuple[str, Part]], last: Shape) -> tuple[tuple[str, int], ...]:
    named = tuple((label, _origin(part.output)) for label, part in outputs)
    return named or (("", _origin(last)),)


@dataclass(frozen=True, eq=False)
class _Tensor(Shape):
    """A shape that knows the step it leaves; equal to others of the same shape."""

    step: int = -1


def _origin(shape: Shape) -> int:
    if not isinstance(shape, _Tensor):
        raise UsageError("there is nothing to export: the text has no layers")
    return shape.step


class Tracer(Elaborator):
    """Reads a text at numbers beside its graph of formulas, and notes every step."""

    def __init__(self, scope: Scope, only: str | None = None) -> None:
        super().__init__(scope, only)
        self.steps: list[Step] = []
        self.ends: tuple[tuple[str, int], ...] = ()
        self.values: dict[Symbol, Expr] = {}
        self.rounds: tuple[tuple[int, int], ...] = ()  # (parts of a label before the round, the round)
        self.named_here: list[Shape] = []

    # ---------------------------------------------------------------- beside the graph
    def follow(self, part: Part) -> None:
        """Take the labels from this part of the graph from here on."""
        self.mirror = part
        self.waiting: Iterator[Part] = iter(())
        self.branches: Iterator[Part] = iter(())

    def group(self, label: str, statements: Sequence[syntax.Statement], scope: Scope, span: Span) -> Group:
        outer, waiting = self.mirror, self.waiting
        mirror = next(self.branches) if isinstance(outer, Merge) else outer
        self.waiting = iter(mirror.parts if isinstance(mirror, Group) else ())
        found = super().group(label, statements, scope, span)
        self.mirror, self.waiting = outer, waiting
        return found

    def step(self, node: syntax.Step, scope: Scope) -> Part:
        self.mirror = next(self.waiting)
        return super().step(node, scope)

    def numbered(self, word: str) -> str:
        """Return the label that the graph has here: its numbers count a round that is read once."""
        part = self.mirror
        if isinstance(part, Merge) and isinstance(end := part.parts[-1], Node) and end.layer.name == word:
            part = end
        return plain(part.label)

    def named(self, ref: syntax.Ref, scope: Scope) -> Part:
        part = super().named(ref, scope)
        self.named_here.append(part.output)
        return part

    def net(self, node: syntax.Net, scope: Scope) -> None:
        inside = Tracer(scope)
        inside.follow(self.mirror)
        found = inside.network(node.name, node.body.statements, node.span)
        self.steps, self.ends = inside.steps, _ends(found.outputs, found.root.output)

    # ---------------------------------------------------------------- actions
    def perform(self, action: syntax.Action, label: str, scope: Scope) -> Part:
        mirror, branches = self.mirror, self.branches
        x = self.tensor
        if isinstance(action, syntax.Repeat):
            return self.repeat(action, label, scope)
        if isinstance(mirror, Merge):
            self.branches = iter(mirror.branches)
        self.named_here = []
        part = super().perform(action, label, scope)
        self.mirror, self.branches = mirror, branches
        if isinstance(action, syntax.Share):
            self.share(action, scope, part)
        elif isinstance(part, Node):
            return self.note(part, mirror, self.inputs(action, x, part.label))
        elif isinstance(part, Merge) and isinstance(action, syntax.Merge):
            end = self.note(_node(part.parts[-1]), _node(mirror, -1), [b.output for b in part.branches])
            return replace(part, output=end.output, parts=(*part.branches, end))
        return part

    def inputs(self, action: syntax.Action, x: Shape | None, label: str) -> list[Shape]:
        """Return the tensors that a layer or a join takes."""
        if not isinstance(action, syntax.Join):
            return [] if x is None or getattr(action, "word", "") == "input" else [x]
        found = [x] if x is not None else []
        for operand, tensor in zip(action.operands, self.named_here, strict=True):
            cut = x is not None and operand.via is not None
            found.append(self.crop(tensor, x, label) if cut and x is not None else tensor)
        return found

    def crop(self, tensor: Shape, x: Shape, label: str) -> Shape:
        """Note the crop of a named tensor to the extents of the one that arrives."""
        gaps = [its - mine for its, mine in zip(tensor.extents, x.extents, strict=True)]
        if not any(gaps):
            return tensor
        layer = Crop(border=tuple((gap // 2, gap - gap // 2) for gap in gaps))
        names, shape = (*self.names(label), "crop"), Shape(tensor.maps, x.extents)
        return self.add(Step(len(self.steps), names, layer, (_origin(tensor),), (tensor,), shape, total([])))

    def note(self, node: Node, mirror: Part, arriving: Sequence[Shape]) -> Node:
        """Note a step; return its node with a tensor that knows it."""
        inputs = tuple(map(_origin, arriving))
        values = tuple(self.values.items())
        step = Step(
            len(self.steps), self.names(node.label), node.layer, inputs, tuple(arriving), node.output,
            node.counts, _node(mirror), values,
        )  # fmt: skip
        self.tensor = self.add(step)
        return replace(node, output=self.tensor)

    def add(self, step: Step) -> Shape:
        if len(self.steps) >= MAX_STEPS:
            raise UsageError(f"with all rounds written out there are more than {MAX_STEPS:,} layers")
        self.steps.append(step)
        return _Tensor(step.shape.maps, step.shape.extents, step.number)

    def names(self, label: str) -> tuple[str, ...]:
        """Return the parts of a label with the rounds in their places."""
        parts: list[str] = plain(label).split(".")
        for place, number in reversed(self.rounds):
            parts.insert(place, str(number))
        return tuple(parts)

    # ---------------------------------------------------------------- rounds, shared weights
    def repeat(self, node: syntax.Repeat, label: str, scope: Scope) -> Repeat:
        """Read every round of a repeat."""
        mirror, loop = cast(Repeat, self.mirror), read_loop(self, node, scope)
        before, start, counted = self.arriving(node.span), self.sight, []
        path = f"{plain(label)}." if label else self.path
        place = path.count(".") + (0 if label else 1)
        bodies: list[Group] = []
        for k in range(int(loop.times)):
            value = loop.first + k * loop.step
            one = replace(loop, first=value, last=value)
            child = self.round(mirror, k, one, (place, int(value)))
            child.path = path
            inner = scope.inner({node.index: value} if node.index else {}, depth=scope.depth + 1)
            body = child.group("", node.body.statements, inner, node.body.span)
            body = replace(body, label=label)
            self.tensor, self.sight = child.tensor, child.sight
            self.labels.adopt(child.labels)
            self.labels.add_all(body, (one,))
            bodies.append(body)
            counted.append(one)
        end = self.tensor or before
        counts = total([body.counts for body in bodies])
        return Repeat(label, before, end, start, counts, node.span, tuple(bodies), tuple(counted))

    def round(self, mirror: Repeat, k: int, one: Loop, mark: tuple[int, int]) -> Tracer:
        """Return a tracer for one round, beside the round or the general one of the graph."""
        child = self.fork(one)
        child.steps, child.ends = self.steps, self.ends
        child.values, child.rounds = dict(self.values), (*self.rounds, mark)
        apart = k < len(mirror.parts)
        if not apart and mirror.loop is not None:
            child.values[mirror.loop.index] = one.first
        child.follow(mirror.parts[k] if apart else mirror.body or mirror)
        return child

    def share(self, action: syntax.Share, scope: Scope, part: Part) -> None:
        """Note whose weights the steps of a part use."""
        known = self.labels.find(self.reference(action.ref, scope))
        found = next(f.part for f in known if all(loop in self.loops for loop in f.loops))
        original = self.actions[plain(found.label)].part
        for mine, its in zip(original.leaves, part.leaves, strict=True):
            first, again = self.steps[_origin(mine.output)], self.steps[_origin(its.output)]
            if first.counts.weights != 0 or first.counts.biases != 0:
                owner = first.number if first.shares is None else first.shares
                self.steps[again.number] = replace(again, shares=owner)


def _node(part: Part, at: int | None = None) -> Node:
    """Return a part that is a layer, or the inner one at a place."""
    found = part if at is None else part.inner[at]
    if not isinstance(found, Node):  # pragma: no cover - what the tracer reads stands beside its like
        raise UsageError(f"'{part.label}' is no layer")
    return found
