"""A plain interpreter of the language: numbers in, numbers out, every round of every repeat gone through.

An oracle for the formulas. It reads the syntax tree and knows nothing of SymPy, the algebra,
the layers' formulas or the network; small and obvious on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, reduce
from operator import add
from typing import Any

from network import arithmetic as a
from network.arithmetic import Closure, Invalid, Number, Round, Scope, Unknown
from network.counting import Counts, Tensor, run
from network.reading import read_layer
from network.views import Link, Sight, View, look, merged
from network.windows import Layer

from symcnn.language import syntax
from symcnn.language.parser import parse
from symcnn.layers import vocabulary
from symcnn.source import Source

LARGE = 10**9  # indices of rounds may be negative
_HIDDEN = "#"  # in labels of what has none: calls, and what `share` does again
_LETTER = re.compile(r"[A-Z][0-9]*")
_FIRST = Link(lambda position: (0,), Fraction(0))  # one position stands for all


@dataclass(frozen=True)
class Measures:
    """What is known of a layer, a group of layers or a network."""

    tensor: Tensor = field(repr=False)
    counts: Counts

    @property
    def shape(self) -> tuple[int, tuple[int, ...]]:
        return self.tensor.maps, self.tensor.extents

    @cached_property
    def sights(self) -> dict[str, tuple[Sight, ...]]:
        """What is seen of each input by its label, axis by axis."""
        sizes = self.tensor.extents
        return {
            name: tuple(look(v, sizes[axis] if sizes else 1) for axis, v in enumerate(views))
            for name, views in self.tensor.views.items()
        }


@dataclass(frozen=True)
class Executed:
    """A layer that was executed: its label if one is written, and the rounds it is in."""

    layer: Layer
    label: str
    rounds: tuple[int, ...]
    measures: Measures
    weights: int  # also where they are shared


@dataclass(frozen=True)
class Named:
    """What a label names in one round of the repeats around it, and what `share` needs to do it again."""

    label: str
    rounds: tuple[Round, ...]
    measures: Measures
    step: syntax.Step
    scope: Scope
    layers: tuple[Executed, ...]

    @property
    def indices(self) -> tuple[int, ...]:
        return tuple(round_.number for round_ in self.rounds)


@dataclass
class Result:
    """Everything that was counted."""

    layers: list[Executed] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    outputs: dict[str, Measures] = field(default_factory=dict)
    nets: dict[str, Result] = field(default_factory=dict)
    claims: list[tuple[Any, Scope, Tensor | None]] = field(default_factory=list)  # and what arrives there
    configs: dict[str, syntax.Given] = field(default_factory=dict)
    total: Measures = field(default_factory=lambda: Measures(Tensor(0, ()), Counts()))

    def written(self) -> Iterator[Named]:
        """What the labels that are seen from outside name."""
        return (named for named in self.named if _HIDDEN not in named.label)

    def find(self, ref: syntax.Ref, scope: Scope) -> Named:
        """What a label names, looked for from the innermost block outwards.

        In a repeat around both, it is what stands in the same round; for the repeats around
        the label alone, the round is written in brackets.
        """
        dotted = ".".join(ref.path)
        indices = tuple(a.integer(index, scope, -LARGE) for index in ref.indices if index)
        for prefix in scope.prefixes:
            for named in reversed(self.named):
                common = len(named.rounds) - len(indices)
                here = common >= 0 and named.rounds[:common] == scope.rounds[:common]
                if named.label == prefix + dotted and here and named.indices[common:] == indices:
                    return named
        raise Invalid(f"no label {dotted} in the rounds {indices}")

    def __getitem__(self, label: str) -> Measures:
        """The measures of a label: `b1.c2`, or `e[3]` for a round."""
        plain, indices = re.sub(r"\[.*?\]", "", label), re.findall(r"\[(.*?)\]", label)
        wanted = plain, tuple(map(int, indices))
        return next(n.measures for n in reversed(self.named) if (n.label, n.indices) == wanted)


def interpret(text: str, numbers: Mapping[str, Number] | None = None, *, defaults: bool = False) -> Result:
    """Execute a text at these numbers; with `defaults`, a symbol not among them has its declared one.

    Raises Invalid if there is no such network, Unknown for a name without a value.
    """
    return execute(parse(Source("program.cnn", text), vocabulary()), numbers or {}, defaults=defaults)


def execute(program: syntax.Program, numbers: Mapping[str, Number], *, defaults: bool = False) -> Result:
    """Execute a program that is parsed already."""
    letters = {name: number for name, number in numbers.items() if _LETTER.fullmatch(name)}
    return _Machine(numbers, defaults).network(program.statements, Scope(letters))


class _Machine:
    """The state while a network is executed: the current tensor, and all that was counted."""

    def __init__(self, numbers: Mapping[str, Number], defaults: bool) -> None:
        self.numbers, self.defaults = numbers, defaults
        self.tensor: Tensor | None = None
        self.result = Result()
        self.sharing = False
        self.different = 0  # repeats and hidden labels so far

    def network(self, statements: Sequence[syntax.Statement], scope: Scope) -> Result:
        self.block(statements, scope)
        ends = list(self.result.outputs.values())
        tensor = ends[0].tensor if len(ends) == 1 else self.tensor
        if tensor is not None:
            self.result.total = Measures(tensor, self.counted(0))
        return self.result

    def counted(self, since: int) -> Counts:
        """The sum over the layers executed since there were so many."""
        return reduce(add, (e.measures.counts for e in self.result.layers[since:]), Counts())

    # ---------------------------------------------------------------- statements
    def block(self, statements: Sequence[syntax.Statement], scope: Scope, label: str = "") -> None:
        """Execute statements; labels in what has a label begin with it, else they stand as outside."""
        inner = scope.inner({})
        if label:
            inner = scope.inner({}, prefixes=(f"{label}.", *scope.prefixes))
        for statement in statements:
            self.statement(statement, inner)

    def statement(self, node: Any, scope: Scope) -> None:
        if isinstance(node, syntax.Step):
            self.step(node, scope)
        elif isinstance(node, syntax.Symbols):
            self.symbols(node, scope)
        elif isinstance(node, syntax.Let):
            plain = node.parameters is None
            scope.names[node.name] = a.value(node.value, self.here(scope)) if plain else Closure(node, scope)
        elif isinstance(node, syntax.Def):
            scope.names[node.name] = Closure(node, scope)
        elif isinstance(node, syntax.Output):
            ends = [self.result.find(ref, scope) for ref in node.refs]
            self.result.outputs = {end.label: end.measures for end in ends}
        elif isinstance(node, syntax.Net):
            inside = _Machine(self.numbers, self.defaults)
            inside.result.configs |= self.result.configs
            self.result.nets[node.name] = inside.network(node.body.statements, scope)
        elif isinstance(node, syntax.Config):
            self.result.configs[node.name] = node.given
        else:
            self.result.claims.append((node, scope, self.tensor))

    def symbols(self, node: syntax.Symbols, scope: Scope) -> None:
        for declared in node.symbols:
            if declared.name in self.numbers:
                scope.names[declared.name] = self.numbers[declared.name]
        for declared in node.symbols:  # a default may be a formula of other symbols
            if declared.name not in scope.names and self.defaults and declared.default is not None:
                scope.names[declared.name] = a.number(declared.default, scope)
        for condition in node.where:
            if not a.holds(condition, scope):
                raise Invalid("a number does not meet its conditions")

    # ---------------------------------------------------------------- steps
    def step(self, node: syntax.Step, scope: Scope) -> None:
        """Execute an action, and keep what its label names."""
        since, label = len(self.result.layers), ""
        if node.label is not None:
            label = scope.prefixes[0] + node.label.name
            if node.label.index and a.number(node.label.index, scope) != scope.rounds[-1].number:
                raise Unknown(f"the index of {label} is not that of the repeat it stands in")
        self.action(node.action, label, scope)
        if node.claim is not None:
            self.result.claims.append((node.claim, scope, self.tensor))
        if label:
            layers, measures = self.result.layers[since:], Measures(self.arrived(), self.counted(since))
            self.result.named.append(Named(label, scope.rounds, measures, node, scope, tuple(layers)))

    def action(self, node: Any, label: str, scope: Scope) -> None:
        here = self.here(scope)
        if isinstance(node, syntax.Layer):
            self.layer(node, label, here)
        elif isinstance(node, syntax.Apply):
            self.call(node, label or self.hidden(), here)
        elif isinstance(node, syntax.Merge):
            self.merge(node.kind, [self.branch(block, label, scope) for block in node.branches])
        elif isinstance(node, syntax.Join):
            named = [self.operand(operand, here) for operand in node.operands]
            self.merge(node.kind, [self.arrived(), *named])
        elif isinstance(node, syntax.Repeat):
            self.repeat(node, label, here)
        elif isinstance(node, syntax.If):
            chosen = node.then if all(a.holds(c, here) for c in node.conditions) else node.otherwise
            self.block(chosen.statements if chosen else (), scope, label)
        elif isinstance(node, syntax.From):
            self.tensor = self.result.find(node.ref, here).measures.tensor
        elif isinstance(node, syntax.Share):
            self.share(self.result.find(node.ref, here))
        else:
            self.block(node.statements, scope, label)

    def here(self, scope: Scope) -> Scope:
        """The scope with `maps` and `size` of the tensor that arrives."""
        if self.tensor is None:
            return scope
        extents = self.tensor.extents
        same = len(set(extents)) == 1
        return scope.inner({"maps": self.tensor.maps, "size": extents[0] if same else extents})

    def arrived(self) -> Tensor:
        if self.tensor is None:
            raise Unknown("no tensor arrives here")
        return self.tensor

    def hidden(self) -> str:
        """A label that nothing else has, for what has none."""
        self.different += 1
        return f"{_HIDDEN}{self.different}"

    def layer(self, node: syntax.Layer, label: str, scope: Scope) -> None:
        layer = read_layer(node, 0 if self.tensor is None else len(self.tensor.extents), scope)
        if node.word == "input":
            number = 1 + sum(e.layer.word == "input" for e in self.result.layers)
            views = {label or f"input{number}": tuple(map(View, layer.extents))}
            tensor, counts = Tensor(layer.maps or 0, layer.extents, views), Counts()
        else:
            tensor, counts = run(layer, self.arrived())
        weights = counts.weights
        if self.sharing:  # the weights are there already
            counts = Counts(neurons=counts.neurons, connections=counts.connections, macs=counts.macs)
        self.tensor = tensor
        rounds = tuple(round_.number for round_ in scope.rounds)
        shown = "" if _HIDDEN in label else label
        self.result.layers.append(Executed(layer, shown, rounds, Measures(tensor, counts), weights))

    def call(self, node: syntax.Apply, label: str, scope: Scope) -> None:
        """Execute the body of a def with its parameters."""
        found = scope.find(node.name)
        if not isinstance(found, Closure):
            raise Unknown(node.name)
        inner = found.scope.inner({}, rounds=scope.rounds, prefixes=scope.prefixes)
        order = [parameter.name for parameter in found.node.parameters]
        for position, argument in enumerate(node.arguments):
            axes = tuple(a.value(axis, scope) for axis in argument.value.axes)
            inner.names[argument.name or order[position]] = axes[0] if len(axes) == 1 else axes
        for parameter in found.node.parameters:
            if parameter.name not in inner.names:
                inner.names[parameter.name] = a.number(parameter.default, inner)
        self.block(found.node.body.statements, inner, label)

    def repeat(self, node: syntax.Repeat, label: str, scope: Scope) -> None:
        self.different += 1
        this = self.different
        for index in _rounds(node.count, scope):
            names = {node.index: index} if node.index else {}
            inner = scope.inner(names, rounds=(*scope.rounds, Round(this, index)))
            self.block(node.body.statements, inner, label)

    def share(self, named: Named) -> None:
        """Do again what is labelled: no new parameters, but layers with the same weights, or Invalid."""
        since, before = len(self.result.layers), self.sharing
        self.sharing = True
        self.action(named.step.action, self.hidden(), named.scope)
        self.sharing = before
        again = self.result.layers[since:]
        if len(again) != len(named.layers):
            raise Invalid("what is shared has other layers here")
        for first, second in zip(named.layers, again, strict=True):
            same = first.layer == second.layer and first.weights == second.weights
            if not same and first.weights:
                raise Invalid("the weights of what is shared do not fit here")

    # ---------------------------------------------------------------- several tensors
    def branch(self, block: syntax.Block, label: str, scope: Scope) -> Tensor:
        before = self.tensor
        self.block(block.statements, scope, label)
        after, self.tensor = self.arrived(), before
        return after

    def operand(self, node: syntax.Operand, scope: Scope) -> Tensor:
        tensor = self.result.find(node.ref, scope).measures.tensor
        if node.via is None:
            return tensor
        if node.via != "crop":
            raise Unknown(f"{node.via}(...) in a merge")
        return _centre(tensor, self.arrived().extents)

    def merge(self, kind: str, branches: list[Tensor]) -> None:
        """Join tensors: their extents agree, and their maps unless they are put one behind the other."""
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
        self.tensor = Tensor(sum(m for m, _ in shapes) if kind == "concat" else maps, extents, views)


def _rounds(node: Any, scope: Scope) -> range:
    """The rounds of a repeat: so many, perhaps none; or from the first to the last, up or down."""
    if not isinstance(node, syntax.Range):
        return range(1, a.integer(node, scope, 0) + 1)
    first, last = (a.integer(end, scope, -LARGE) for end in (node.first, node.last))
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


def _centre(tensor: Tensor, extents: tuple[int, ...]) -> Tensor:
    """The middle of a tensor; an odd cell is cut off behind."""
    if len(extents) != len(tensor.extents):
        raise Invalid(f"no crop of {tensor.extents} to {extents}")
    gaps = [mine - its for mine, its in zip(tensor.extents, extents, strict=True)]
    if any(gap < 0 for gap in gaps):
        raise Invalid(f"no crop of {tensor.extents} to {extents}")
    return run(Layer("crop", pad=tuple((gap // 2, gap - gap // 2) for gap in gaps)), tensor)[0]
