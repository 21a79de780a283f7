"""What is known while a network is read: the tensor that arrives, labels, conditions, claims."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from sympy import S

from symcnn.algebra.conditions import Condition
from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.layers.base import Shape
from symcnn.network.graph import Group, Loop, Part
from symcnn.network.labels import Labels, Reference
from symcnn.network.measures import per_axis
from symcnn.network.needs import Demanded, Needs
from symcnn.network.scope import Scope, World, evaluate
from symcnn.network.sight import Sight
from symcnn.source import Span

MAX_LAYERS = 100_000
EMPTY = Shape(S.Zero)


@dataclass(frozen=True)
class Claim:
    """A claim of the text with the names in sight where it stands; `part` for a shape in place.

    `loops` are the repeats around it, and `assumed` what is known of their indices.
    """

    node: syntax.Assert | syntax.Shape
    scope: Scope = field(repr=False)
    path: str = ""
    part: Part | None = None
    loops: tuple[Loop, ...] = ()
    assumed: tuple[Condition, ...] = ()


@dataclass
class Elaborated:
    """What a text describes, before it is dressed as a `Network`."""

    name: str
    root: Group
    world: World
    needs: tuple[Demanded, ...]
    claims: tuple[Claim, ...]
    outputs: tuple[tuple[str, Part], ...]
    nets: tuple[Elaborated, ...]
    labels: Labels
    configs: Mapping[str, tuple[syntax.Config, Scope]]
    remarks: tuple[tuple[str, Span], ...]


@dataclass(frozen=True)
class Sharable:
    """What `share` may apply once more: an action, the names that it sees, and what came of it."""

    action: syntax.Action
    scope: Scope
    part: Part


class State(ABC):
    """The state of one network, or of one round of a repeat, while its text is read."""

    def __init__(self, scope: Scope, only: str | None = None) -> None:
        self.world = scope.world
        self.scope = scope
        self.only = only
        self.tensor: Shape | None = None
        self.sight = Sight()
        self.needs = Needs(self.world)
        self.labels = Labels()
        self.actions: ChainMap[str, Sharable] = ChainMap()
        self.claims: list[Claim] = []
        self.outputs: tuple[tuple[str, Part], ...] = ()
        self.configs: dict[str, tuple[syntax.Config, Scope]] = {}
        self.nets: list[Elaborated] = []
        self.remarks: dict[tuple[str, Span], None] = {}
        self.budget = [MAX_LAYERS]
        self.counters: dict[str, int] = {}
        self.taken: frozenset[str] = frozenset()
        self.path = ""
        self.loops: tuple[Loop, ...] = ()
        self.inside = 0  # branches and repeats around this place

    def fork(self, loop: Loop) -> Self:
        """Return an elaborator for one round that begins here: it sees all and changes nothing."""
        child = type(self)(self.scope)
        child.tensor, child.sight = self.tensor, self.sight
        child.loops = (*self.loops, loop)
        child.labels, child.actions = Labels(self.labels, child.loops), self.actions.new_child()
        child.budget, child.counters, child.taken = self.budget, dict(self.counters), self.taken
        child.path, child.inside = self.path, self.inside + 1
        return child

    def adopt(self, child: State, loop: Loop | None = None, *, sure: bool = True) -> None:
        """Take over what a round found; its tensor and its parts are set by who knows the repeat.

        `sure` is whether there is a round for all values.
        """
        self.needs.adopt(child.needs, loop, sure=sure)
        self.labels.adopt(child.labels)
        self.claims.extend(child.claims)
        self.remarks.update(child.remarks)
        self.counters = child.counters

    @abstractmethod
    def group(self, label: str, statements: Sequence[syntax.Statement], scope: Scope, span: Span) -> Group:
        """Read statements one after the other."""

    @abstractmethod
    def perform(self, action: syntax.Action, label: str, scope: Scope) -> Part:
        """Read one action under a label."""

    def claim(self, node: syntax.Assert | syntax.Shape, scope: Scope, part: Part | None = None) -> None:
        """Keep a claim, with what it may speak of."""
        assumed = tuple(c for loop in self.loops for c in loop.bounds)
        self.claims.append(Claim(node, scope, self.path, part, self.loops, assumed))

    def reference(self, ref: syntax.Ref, scope: Scope) -> Reference:
        """Return a label as it is written here."""
        rounds = tuple(evaluate(each, scope) for each in ref.indices if each is not None)
        return Reference(ref.path, rounds, ref.span, self.path, self.loops)

    def named(self, ref: syntax.Ref, scope: Scope) -> Part:
        """Return the part whose output a reference names."""
        return self.labels.tensor(self.reference(ref, scope), self.world.domain)

    def numbered(self, word: str) -> str:
        """Return the next label that a word gives."""
        while True:
            self.counters[word] = number = self.counters.get(word, 0) + 1
            if f"{word}{number}" not in self.taken:
                return f"{self.path}{word}{number}"

    def here(self, scope: Scope) -> Scope:
        """Return the scope with `maps` and `size` of the tensor that arrives."""
        if self.tensor is None:
            return scope
        size = per_axis(self.tensor.extents)
        return scope.inner({"maps": self.tensor.maps, "size": size})

    def arriving(self, span: Span) -> Shape:
        """Return the tensor that arrives; raises NetworkError if there is none."""
        if self.tensor is None:
            raise NetworkError("no tensor arrives here", span, hint="begin with 'input 3@224x224'")
        return self.tensor


def explicit(statements: Iterable[syntax.Statement]) -> frozenset[str]:
    """Return the labels that are written in a block, and in blocks inside that have none of their own."""
    found: set[str] = set()
    for step in statements:
        if not isinstance(step, syntax.Step):
            continue
        if step.label is not None:
            found.add(step.label.name)
            continue
        action = step.action
        if isinstance(action, syntax.Merge):
            found.update(*(explicit(branch.statements) for branch in action.branches))
        elif isinstance(action, syntax.Repeat):
            found |= explicit(action.body.statements)
        elif isinstance(action, syntax.Block):
            found |= explicit(action.statements)
        elif isinstance(action, syntax.If):
            for side in (action.then, action.otherwise):
                found |= explicit(side.statements) if side is not None else frozenset()
    return frozenset(found)
