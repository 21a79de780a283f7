"""From the syntax tree to a network: names resolved, calls expanded, sizes derived and judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, cast

from sympy import Expr

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.depth import deep_recursion
from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.language.walk import nodes
from symcnn.network import merging, repeating, sharing, state
from symcnn.network.assembler import Refusal, assemble
from symcnn.network.calls import arguments
from symcnn.network.choosing import chosen
from symcnn.network.declarations import check_name, declare_let, declare_symbols
from symcnn.network.graph import Group, Jump, Node, Part
from symcnn.network.labels import plain
from symcnn.network.limits import bounded
from symcnn.network.measures import derive, total
from symcnn.network.scope import MAX_CALLS, Scope, Template, Value, World, evaluate
from symcnn.network.sight import Sight
from symcnn.network.state import EMPTY, Elaborated, Sharable, State, explicit
from symcnn.source import Span

_RECURSION = "a 'def' must not call itself"


@dataclass(frozen=True)
class Reading:
    """Statements, values for their symbols, and what is assumed of the symbols in those values."""

    statements: Sequence[syntax.Statement]
    indices: frozenset[str]  # the names that repeats give to the number of a round
    bindings: Mapping[str, Expr] = field(default_factory=dict)
    assumed: Sequence[Condition] = ()

    @classmethod
    def of(cls, program: syntax.Program) -> Reading:
        """Return what is read of a program as it is written."""
        repeats = (node for node in nodes(program.statements) if isinstance(node, syntax.Repeat))
        return cls(program.statements, frozenset(node.index for node in repeats if node.index is not None))

    def begin(self) -> Scope:
        """Return the scope in which the statements are read."""
        domain = Domain((), tuple(self.assumed))
        return Scope(World(bindings=self.bindings, domain=domain, indices=self.indices))


def elaborate(reading: Reading, only: str | None = None) -> Elaborated:
    """Return the network that statements describe; `only` names the one `net` block to read.

    Raises NetworkError for names, shapes or sizes that fit for no value of the symbols,
    DomainError for bindings outside the declared domain; both with their place.
    """
    with deep_recursion():
        return Elaborator(reading.begin(), only).network("", reading.statements, None)


class Elaborator(State):
    """Reads the statements of one network, or of one round of a repeat."""

    def network(self, name: str, statements: Sequence[syntax.Statement], span: Span | None) -> Elaborated:
        """Read the statements of a network and return it."""
        root = self.group("", statements, self.scope, span or Span(0, 0))
        return Elaborated(
            name,
            root,
            self.world,
            self.needs.pruned(),
            tuple(self.claims),
            self.outputs,
            tuple(self.nets),
            self.labels,
            self.configs,
            tuple(self.remarks),
        )

    # ---------------------------------------------------------------- statements
    def group(self, label: str, statements: Sequence[syntax.Statement], scope: Scope, span: Span) -> Group:
        """Read statements one after the other; names declared here end here.

        A group with a label has labels of its own; without one they are those of the block around it.
        """
        if scope.depth > MAX_CALLS:
            raise NetworkError(f"blocks and calls nest deeper than {MAX_CALLS}", span, hint=_RECURSION)
        before = self.tensor or EMPTY
        outer = self.path, self.counters, self.taken
        names: dict[str, Value] = {}
        inner = scope.inner(names, depth=scope.depth + 1)
        if label or scope is self.scope:
            self.path, self.counters = f"{plain(label)}." if label else "", {}
            self.taken = explicit(statements)
        parts: list[Part] = []
        for statement in statements:
            try:
                if isinstance(statement, syntax.Step):
                    parts.append(self.step(statement, inner))
                else:
                    self.declare(statement, inner, names)
            except RecursionError:
                raise NetworkError("the formulas here nest too deeply", statement.span) from None
        if label or scope is self.scope:
            self.path, self.counters, self.taken = outer
        counts = total([part.counts for part in parts])
        return Group(label, before, self.tensor or EMPTY, self.sight, counts, span, tuple(parts))

    def declare(self, node: syntax.Statement, scope: Scope, names: dict[str, Value]) -> None:
        """Read a declaration into the names of this block."""
        if isinstance(node, syntax.Symbols):
            if self.inside:
                raise NetworkError("symbols are declared outside of branches and repeats", node.span)
            declare_symbols(node, scope, names)
        elif isinstance(node, syntax.Let | syntax.Def):
            if node.name in names:
                raise NetworkError(f"'{node.name}' is declared before", node.span)
            check_name(node.name, node.span)
            for parameter in node.parameters or ():
                check_name(parameter.name, parameter.span)
            names[node.name] = self.named_value(node, scope)
        elif isinstance(node, syntax.Assert):
            self.claim(node, scope)
        else:
            self.ending(node, scope)

    def named_value(self, node: syntax.Let | syntax.Def, scope: Scope) -> Value:
        """Return what a `let` or a `def` stands for; `maps` in a formula is what arrives here."""
        if isinstance(node, syntax.Def):
            return Template(node, scope)
        return declare_let(node, self.here(scope) if node.parameters is None else scope)

    def ending(self, node: syntax.Statement, scope: Scope) -> None:
        """Read what stands in no block: outputs, configs, networks."""
        if self.path or self.inside:
            word = type(node).__name__.lower()
            raise NetworkError(f"'{word}' stands in no block but that of a net", node.span)
        if isinstance(node, syntax.Output):
            self.outputs = tuple(
                (plain(part.label), part) for part in (self.named(ref, scope) for ref in node.refs)
            )
        elif isinstance(node, syntax.Config):
            if node.name in self.configs:
                raise NetworkError(f"there are two configs named '{node.name}'", node.span)
            self.configs[node.name] = (node, scope)
        else:
            self.net(cast(syntax.Net, node), scope)

    def net(self, node: syntax.Net, scope: Scope) -> None:
        """Read a network inside the text; symbols declared around it are its own, too."""
        if self.tensor is not None:
            raise NetworkError("a 'net' block stands by itself, not among layers", node.span)
        if not node.name:
            raise NetworkError("a network needs a name", node.span, hint='as in net "a name" { }')
        if any(net.name == node.name for net in self.nets):
            raise NetworkError(f"there are two networks named '{node.name}'", node.span)
        if self.only is not None and node.name != self.only:
            return
        world = World(
            dict(self.world.symbols), dict(self.world.defaults), self.world.bindings, self.world.domain,
            indices=self.world.indices,
        )  # fmt: skip
        inside = Elaborator(_moved(scope, world))
        inside.configs.update(self.configs)
        self.nets.append(inside.network(node.name, node.body.statements, node.span))

    # ---------------------------------------------------------------- actions
    def step(self, node: syntax.Step, scope: Scope) -> Part:
        """Read one action with its label and its claim."""
        action = node.action
        label = self.label(node, scope)
        part = self.perform(action, label, scope)
        if label and (node.label is None or node.label.index is None):
            self.actions[plain(label)] = Sharable(action, scope, part)
        self.labels.add(part)
        if node.claim is not None:
            self.claim(node.claim, scope, part)
        return part

    def perform(self, action: syntax.Action, label: str, scope: Scope) -> Part:
        return _ACTIONS[type(action)](self, action, label, scope)

    def label(self, node: syntax.Step, scope: Scope) -> str:
        """Return the full label of a step: the written one, or its word with a number.

        Blocks, branches and repeats without a written label have none.
        """
        if node.label is None:
            action = node.action
            word = getattr(action, "word", None) or getattr(action, "name", None)
            if isinstance(action, syntax.Join | syntax.Share):
                word = action.kind if isinstance(action, syntax.Join) else "share"
            return self.numbered(word) if word else ""
        full = self.path + node.label.name
        self.labels.write(full, node.label.span)
        if node.label.index is not None:
            full += f"[{self.round_of(node.label, scope)}]"
        return full

    def round_of(self, label: syntax.Label, scope: Scope) -> str:
        """Return the round that a label such as `e[i]` stands for."""
        value = evaluate(label.index, scope) if label.index is not None else None
        if not self.loops or (value != self.loops[-1].first and value != self.loops[-1].index):
            raise NetworkError(
                "a label is indexed by the index of the repeat that it stands in",
                label.span,
                hint="repeat i in 1..D { e[i]: ... }",
            )
        return str(value)

    def call(self, node: syntax.Apply, label: str, scope: Scope) -> Group:
        """Expand a call of a def."""
        template = scope.find(node.name)
        if not isinstance(template, Template):
            raise NetworkError(
                f"no 'def' is named '{node.name}'", node.span, hint=f"def {node.name}(...) {{ ... }} above"
            )
        seen = replace(template, scope=self.here(template.scope))
        names = arguments(node, seen, self.here(scope))
        inner = template.scope.inner(names, depth=scope.depth)
        body = template.definition.body
        return self.group(label, body.statements, inner, node.span)

    def block(self, node: syntax.Block, label: str, scope: Scope) -> Group:
        """Read a block in braces."""
        return self.group(label, node.statements, scope, node.span)

    def choice(self, node: syntax.If, label: str, scope: Scope) -> Group:
        """Read the side of an `if` that what is declared chooses."""
        side = node.then if chosen(node, self.here(scope), self.needs.domain) else node.otherwise
        self.inside += 1
        part = self.group(label, side.statements if side else (), scope, node.span)
        self.inside -= 1
        return part

    def jump(self, node: syntax.From, label: str, scope: Scope) -> Jump:
        """Go on from a named tensor."""
        part = self.named(node.ref, scope)
        before = self.tensor or EMPTY
        self.tensor, self.sight = part.output, part.sight
        return Jump(label, before, part.output, part.sight, total([]), node.span, part.label)

    # ---------------------------------------------------------------- layers
    def layer(self, node: syntax.Layer, label: str, scope: Scope) -> Node:
        """Read one layer: assemble it, derive its shape, judge its size."""
        self.budget[0] -= 1
        if self.budget[0] < 0:
            raise NetworkError(f"more than {state.MAX_LAYERS} layers", node.span)
        if node.word == "input" and self.inside:
            raise NetworkError("an 'input' stands outside of branches and repeats", node.word_span)
        x = EMPTY if node.word == "input" else self.arriving(node.word_span)
        rank = self.tensor.rank if node.word == "input" and self.tensor is not None else x.rank
        layer = assemble(node, self.here(scope), rank, self.needs.demand)
        derived = derive(layer, x)
        for need in derived.needs:
            about = (a.span for a in node.attributes if a.name == need.about)
            self.needs.demand(need.condition, Refusal(partial(getattr, need, "fact")), next(about, node.span))
        domain = self.world.domain
        for extent in derived.shape.extents:
            bounded(extent, node.span)
        out = derived.shape if derived.shape == x else derived.shape.changed(domain.simplify)
        self.needs.positive(layer, x, out, node.span)
        if node.word == "input":
            self.sight = Sight.of(label, out)
        else:
            self.sight = self.sight.then(layer, x, domain)
        self.tensor = out
        counts = derived.counts if out == derived.shape else derived.counts.changed(domain.simplify)
        return Node(label, x, out, self.sight, counts, node.span, layer)


_ACTIONS: dict[type, Callable[[Any, Any, str, Scope], Part]] = {
    syntax.Layer: Elaborator.layer,
    syntax.Apply: Elaborator.call,
    syntax.Block: Elaborator.block,
    syntax.If: Elaborator.choice,
    syntax.From: Elaborator.jump,
    syntax.Merge: merging.merge,
    syntax.Join: merging.join,
    syntax.Repeat: repeating.repeat,
    syntax.Share: sharing.share,
}


def _moved(scope: Scope, world: World) -> Scope:
    return replace(scope, world=world)
