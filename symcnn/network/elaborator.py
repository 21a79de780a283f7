"""From the syntax tree to a network: names resolved, calls expanded, sizes derived and judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from sympy import Expr, S

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.depth import deep_recursion
from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.layers.base import Shape
from symcnn.network.assembler import Refusal, assemble
from symcnn.network.calls import arguments
from symcnn.network.declarations import check_name, declare_let, declare_symbols
from symcnn.network.graph import Group, Node
from symcnn.network.measures import Sight, derive, per_axis, simplify_counts, simplify_shape, total
from symcnn.network.needs import Needs
from symcnn.network.scope import MAX_CALLS, Scope, Template, Value, World, bounded
from symcnn.source import Span

MAX_LAYERS = 100_000
_LATER = "merges, repeats, 'from' and 'if' come with the next version"
_EMPTY = Shape(S.Zero)
_RECURSION = "a 'def' must not call itself"


@dataclass(frozen=True)
class Claim:
    """A claim of the text with the names in sight where it stands; `label` for a shape in place."""

    node: syntax.Assert | syntax.Shape
    scope: Scope = field(repr=False)
    path: str = ""
    label: str | None = None


@dataclass
class Elaborated:
    """What a text describes, before it is dressed as a `Network`."""

    name: str
    root: Group
    world: World
    conditions: tuple[Condition, ...]
    claims: tuple[Claim, ...]
    outputs: tuple[str, ...]
    nets: tuple[Elaborated, ...]


def elaborate(
    statements: Sequence[syntax.Statement],
    bindings: Mapping[str, Expr],
    assumed: Sequence[Condition] = (),
    only: str | None = None,
) -> Elaborated:
    """Return the network that the statements describe, with symbols replaced by the bindings.

    `assumed` holds of the symbols in the bindings; `only` names the one `net` block to read.
    Raises NetworkError for names, shapes or sizes that fit for no value of the symbols,
    DomainError for bindings outside the declared domain; both with their place.
    """
    world = World(bindings=bindings, domain=Domain((), tuple(assumed)))
    with deep_recursion():
        return _Elaborator(Scope(world), only).network("", statements, None)


class _Elaborator:
    """The state of one network while its text is read."""

    def __init__(self, scope: Scope, only: str | None = None) -> None:
        self.world = scope.world
        self.only = only
        self.scope = scope
        self.tensor: Shape | None = None
        self.sight = Sight("window", (), ())
        self.needs = Needs(self.world)
        self.claims: list[Claim] = []
        self.outputs: tuple[str, ...] = ()
        self.nets: list[Elaborated] = []
        self.layers = 0
        self.labels: dict[str, Span] = {}
        self.counters: dict[str, int] = {}
        self.taken: frozenset[str] = frozenset()
        self.path = ""

    def network(self, name: str, statements: Sequence[syntax.Statement], span: Span | None) -> Elaborated:
        """Read the statements of a network and return it."""
        whole = span or Span(0, 0)
        root = self.group("", statements, self.scope, whole)
        return Elaborated(
            name, root, self.world, self.needs.pruned(), tuple(self.claims), self.outputs, tuple(self.nets)
        )

    # ---------------------------------------------------------------- statements
    def group(self, label: str, statements: Sequence[syntax.Statement], scope: Scope, span: Span) -> Group:
        """Read statements one after the other; names declared here end here."""
        if scope.depth > MAX_CALLS:
            raise NetworkError(f"blocks and calls nest deeper than {MAX_CALLS}", span, hint=_RECURSION)
        before = self.tensor or _EMPTY
        outer = self.path, self.counters, self.taken
        names: dict[str, Value] = {}
        inner = scope.inner(names, depth=scope.depth + 1)
        self.path, self.counters = f"{label}." if label else "", {}
        self.taken = _explicit(statements)
        parts: list[Node | Group] = []
        for statement in statements:
            try:
                if isinstance(statement, syntax.Step):
                    parts.append(self.step(statement, inner))
                else:
                    self.declare(statement, inner, names)
            except RecursionError:
                raise NetworkError("the formulas here nest too deeply", statement.span) from None
        self.path, self.counters, self.taken = outer
        counts = total([part.counts for part in parts])
        return Group(label, before, self.tensor or _EMPTY, self.sight, counts, span, tuple(parts))

    def declare(self, node: syntax.Statement, scope: Scope, names: dict[str, Value]) -> None:
        """Read a declaration into the names of this block."""
        if isinstance(node, syntax.Symbols):
            declare_symbols(node, scope, names)
        elif isinstance(node, syntax.Let | syntax.Def):
            if node.name in names:
                raise NetworkError(f"'{node.name}' is declared before", node.span)
            check_name(node.name, node.span)
            for parameter in node.parameters or ():
                check_name(parameter.name, parameter.span)
            value = declare_let(node, scope) if isinstance(node, syntax.Let) else Template(node, scope)
            names[node.name] = value
        elif isinstance(node, syntax.Assert):
            self.claims.append(Claim(node, scope, self.path))
        elif isinstance(node, syntax.Output):
            if self.path:
                raise NetworkError("'output' stands at the end of the network, not in a block", node.span)
            self.outputs = tuple(self.known(ref) for ref in node.refs)
        elif isinstance(node, syntax.Net):
            self.net(node, scope)

    def net(self, node: syntax.Net, scope: Scope) -> None:
        """Read a network inside the text; symbols declared around it are its own, too."""
        if self.path or self.tensor is not None:
            raise NetworkError("a 'net' block stands by itself, not among layers", node.span)
        if any(net.name == node.name for net in self.nets):
            raise NetworkError(f"there are two networks named '{node.name}'", node.span)
        if self.only is not None and node.name != self.only:
            return
        world = World(
            dict(self.world.symbols), dict(self.world.defaults), self.world.bindings, self.world.domain
        )
        inside = _Elaborator(_moved(scope, world))
        self.nets.append(inside.network(node.name, node.body.statements, node.span))

    def known(self, ref: syntax.Ref) -> str:
        """Return the full label that a reference names."""
        label = self.path + ".".join(ref.path)
        if ref.index is not None or label not in self.labels:
            raise NetworkError(f"no layer is labelled '{'.'.join(ref.path)}'", ref.span)
        return label

    # ---------------------------------------------------------------- actions
    def step(self, node: syntax.Step, scope: Scope) -> Node | Group:
        """Read one action with its label and its claim."""
        action = node.action
        label = self.label(node)
        if isinstance(action, syntax.Layer):
            part: Node | Group = self.layer(action, label, scope)
        elif isinstance(action, syntax.Apply):
            part = self.call(action, label, scope)
        elif isinstance(action, syntax.Block):
            part = self.group(label, action.statements, scope, action.span)
        else:
            self.refuse(action)
        if node.claim is not None:
            self.claims.append(Claim(node.claim, scope, self.path, label))
        return part

    def label(self, node: syntax.Step) -> str:
        """Return the full label of a step: its own, or its word with a number."""
        if node.label is None:
            action = node.action
            word = getattr(action, "word", None) or getattr(action, "name", None) or "block"
            while True:
                self.counters[word] = number = self.counters.get(word, 0) + 1
                if f"{word}{number}" not in self.taken:
                    return f"{self.path}{word}{number}"
        if node.label.index is not None:
            raise NetworkError("an indexed label stands inside a repeat", node.label.span, hint=_LATER)
        full = self.path + node.label.name
        if full in self.labels:
            raise NetworkError(f"the label '{full}' is used twice", node.label.span)
        self.labels[full] = node.label.span
        return full

    def refuse(self, node: syntax.Action) -> NoReturn:
        """Raise the error for what this version does not elaborate yet."""
        name = type(node).__name__.lower()
        word = getattr(node, "kind", {"from": "from", "if": "if", "repeat": "repeat"}.get(name, name))
        raise NetworkError(f"'{word}' cannot be turned into formulas yet", node.span, hint=_LATER)

    def call(self, node: syntax.Apply, label: str, scope: Scope) -> Group:
        """Expand a call of a def."""
        template = scope.find(node.name)
        if not isinstance(template, Template):
            raise NetworkError(
                f"no 'def' is named '{node.name}'", node.span, hint=f"def {node.name}(...) {{ ... }} above"
            )
        names = arguments(node, template, self.here(scope))
        inner = template.scope.inner(names, depth=scope.depth)
        body = template.definition.body
        return self.group(label, body.statements, self.here(inner), node.span)

    def here(self, scope: Scope) -> Scope:
        """Return the scope with `maps` and `size` of the tensor that arrives."""
        if self.tensor is None:
            return scope
        size = per_axis(self.tensor.extents)
        return scope.inner({"maps": self.tensor.maps, "size": size})

    # ---------------------------------------------------------------- layers
    def layer(self, node: syntax.Layer, label: str, scope: Scope) -> Node:
        """Read one layer: assemble it, derive its shape, judge its size."""
        self.layers += 1
        if self.layers > MAX_LAYERS:
            raise NetworkError(f"more than {MAX_LAYERS} layers", node.span)
        if self.tensor is None and node.word != "input":
            raise NetworkError("no tensor arrives here", node.word_span, hint="begin with 'input 3@224x224'")
        if self.tensor is not None and node.word == "input":
            raise NetworkError(
                "a second input", node.word_span, hint="several inputs come with the next version"
            )
        x = self.tensor or _EMPTY
        layer = assemble(node, self.here(scope), x.rank, self.needs.demand)
        derived = derive(layer, x)
        for need in derived.needs:
            about = (a.span for a in node.attributes if a.name == need.about)
            self.needs.demand(need.condition, Refusal(need.fact), next(about, node.span))
        domain = self.world.domain
        for extent in derived.shape.extents:
            bounded(extent, node.span)
        out = simplify_shape(derived.shape, domain)
        self.needs.positive(layer, x, out, node.span)
        if node.word == "input":
            self.sight = Sight.of_input(out)
        else:
            self.sight = self.sight.then(layer, x, domain)
        self.tensor = out
        counts = derived.counts if out == derived.shape else simplify_counts(derived.counts, domain)
        return Node(label, x, out, self.sight, counts, node.span, layer)


def _moved(scope: Scope, world: World) -> Scope:
    return Scope(world, scope.names, scope.outer, scope.depth, scope.measure)


def _explicit(statements: Sequence[syntax.Statement]) -> frozenset[str]:
    """Return the labels that are written in a block."""
    steps = (s for s in statements if isinstance(s, syntax.Step))
    return frozenset(s.label.name for s in steps if s.label is not None)
