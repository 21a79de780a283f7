"""A plain interpreter of the language: numbers in, numbers out, every round of every repeat gone through.

It reads the syntax tree and knows nothing of SymPy, the algebra, the layers' formulas or the network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any, NamedTuple

from symcnn.errors import SymcnnError
from symcnn.language import syntax
from symcnn.language.parser import parse
from symcnn.layers import vocabulary
from symcnn.source import Source
from symcnn.verify.oracle import arithmetic as a
from symcnn.verify.oracle.arithmetic import LARGE, Closure, Invalid, Number, Round, Scope, Unknown
from symcnn.verify.oracle.counting import Counts, Tensor, run
from symcnn.verify.oracle.joining import centre, joined
from symcnn.verify.oracle.reading import read_layer
from symcnn.verify.oracle.results import HIDDEN, Executed, Measures, Named, Result
from symcnn.verify.oracle.views import View

_LETTER = re.compile(r"[A-Z][0-9]*")


class Limits(NamedTuple):
    """How much is gone through at most: layers in all, maps of a tensor, positions on an axis."""

    layers: int
    maps: int
    extent: int


class TooLarge(SymcnnError):
    """The network passes the limits: it was not executed, and nothing is known of it."""


def interpret(text: str, numbers: Mapping[str, Number] | None = None, *, defaults: bool = False) -> Result:
    """Execute a text at these numbers; with `defaults`, a symbol not among them has its declared one.

    Raises Invalid if there is no such network, Unknown for a name without a value.

    >>> interpret("input 1@I; repeat D { c: conv 3 -> 4 }", {"I": 9, "D": 2}).total.counts.params
    68
    """
    return execute(parse(Source("program.cnn", text), vocabulary()), numbers or {}, defaults=defaults)


def execute(
    program: syntax.Program,
    numbers: Mapping[str, Number],
    *,
    defaults: bool = False,
    limits: Limits | None = None,
) -> Result:
    """Execute a program that is parsed already; raises TooLarge where it passes the limits."""
    letters = {name: number for name, number in numbers.items() if _LETTER.fullmatch(name)}
    return Machine(numbers, defaults, limits).network(program.statements, Scope(letters))


class Machine:
    """The state while a network is executed: the current tensor, and all that was counted."""

    def __init__(
        self, numbers: Mapping[str, Number], defaults: bool = False, limits: Limits | None = None
    ) -> None:
        self.numbers, self.defaults, self.limits = numbers, defaults, limits
        self.tensor: Tensor | None = None
        self.result = Result()
        self.sharing = False
        self.different = 0  # repeats and hidden labels so far

    def network(self, statements: Sequence[syntax.Statement], scope: Scope) -> Result:
        """Execute all statements of a network, and add up."""
        self.block(statements, scope)
        ends = list(self.result.outputs.values())
        tensor = ends[0].tensor if len(ends) == 1 else self.tensor
        if tensor is not None:
            self.result.total = Measures(tensor, self.counted(0))
        return self.result

    def counted(self, since: int) -> Counts:
        """The sum over the layers executed since there were so many."""
        return reduce(add, (e.measures.counts for e in self.result.layers[since:]), Counts())

    def mark(self) -> tuple[Tensor | None, int, int]:
        """Return where the execution is, to come back with `reset`."""
        return self.tensor, len(self.result.layers), len(self.result.named)

    def reset(self, mark: tuple[Tensor | None, int, int]) -> None:
        """Forget what was executed since."""
        self.tensor, layers, named = mark
        del self.result.layers[layers:], self.result.named[named:]

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
            inside = Machine(self.numbers, self.defaults, self.limits)
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
            self.tensor = joined(node.kind, [self.branch(block, label, scope) for block in node.branches])
        elif isinstance(node, syntax.Join):
            named = [self.operand(operand, here) for operand in node.operands]
            self.tensor = joined(node.kind, [self.arrived(), *named])
        elif isinstance(node, syntax.Repeat):
            self.repeat(node, label, scope)
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
        return f"{HIDDEN}{self.different}"

    def layer(self, node: syntax.Layer, label: str, scope: Scope) -> None:
        layer = read_layer(node, 0 if self.tensor is None else len(self.tensor.extents), scope)
        if node.word == "input":
            number = 1 + sum(e.layer.word == "input" for e in self.result.layers)
            views = {label or f"input{number}": tuple(map(View, layer.extents))}
            tensor, counts = Tensor(layer.maps or 0, layer.extents, views), Counts()
        else:
            tensor, counts = run(layer, self.arrived())
        self.bounded(tensor)
        weights = counts.weights
        if self.sharing:  # the weights are there already
            counts = Counts(neurons=counts.neurons, connections=counts.connections, macs=counts.macs)
        self.tensor = tensor
        rounds = tuple(round_.number for round_ in scope.rounds)
        shown = "" if HIDDEN in label else label
        self.result.layers.append(Executed(layer, shown, rounds, Measures(tensor, counts), weights))

    def bounded(self, tensor: Tensor) -> None:
        """Refuse to go on beyond the limits."""
        reached = Limits(len(self.result.layers) + 1, tensor.maps, max(tensor.extents, default=1))
        if self.limits is not None and any(n > most for n, most in zip(reached, self.limits, strict=True)):
            raise TooLarge("too large to be executed layer by layer")

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
                inner.names[parameter.name] = a.number(parameter.default, self.here(inner))
        self.block(found.node.body.statements, inner, label)

    def repeat(self, node: syntax.Repeat, label: str, scope: Scope) -> None:
        self.different += 1
        this = self.different
        for index in _rounds(node.count, self.here(scope)):
            names = {node.index: index} if node.index else {}
            inner = scope.inner(names, rounds=(*scope.rounds, Round(this, index)))
            self.block(node.body.statements, inner, label)

    def share(self, named: Named) -> None:
        """Do again what is labelled: no new parameters, but layers with the same weights, or Invalid."""
        if any(executed.layer.word == "input" for executed in named.layers):
            raise Invalid("an input takes no tensor")
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
        return centre(tensor, self.arrived().extents)


def _rounds(node: Any, scope: Scope) -> range:
    """The rounds of a repeat: so many, perhaps none; or from the first to the last, up or down."""
    if not isinstance(node, syntax.Range):
        return range(1, a.integer(node, scope, 0) + 1)
    first, last = (a.integer(end, scope, -LARGE) for end in (node.first, node.last))
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)
