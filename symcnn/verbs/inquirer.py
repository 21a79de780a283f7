"""Questions to a network in its own language: `params(conv1)`, `shape`, `macs / params`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from sympy import Expr

from symcnn.errors import NetworkError, SymcnnError
from symcnn.language import syntax
from symcnn.language.parser import parse_expression
from symcnn.layers import vocabulary
from symcnn.layers.base import Shape
from symcnn.network.graph import Loop
from symcnn.network.labels import Reference
from symcnn.network.measured import Measured
from symcnn.network.measures import MEASURES, Convention
from symcnn.network.model import Model
from symcnn.network.scope import Scope, World, evaluate
from symcnn.source import Source

Side: TypeAlias = "Expr | Shape"


def ask(model: Model, question: str, *, convention: Convention = "2mac") -> Side | tuple[Expr, ...]:
    """Return the answer to a question: a measure of the network or of a label, or a formula of such.

    A shape for `shape`, a tuple where the axes of an extent differ, else an expression.
    Raises LanguageError if it cannot be read, NetworkError for unknown names and labels.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input 1 @ I x I; C1: conv 5x5 -> 6"))
    >>> ask(net, "params(C1)"), ask(net, "macs / params")
    (156, 25*(I - 4)**2/26)
    """
    source = Source("<question>", question)
    try:
        node = _read(source)
        names = dict(model.symbols)
        scope = Scope(
            World(symbols=names, domain=model.domain), names, measure=Answers(model, "", convention)
        )
        if isinstance(node, syntax.Call | syntax.Ref) and scope.measure is not None:
            answer = scope.measure(node, scope)
            if answer == ():
                raise NetworkError("a vector has no extent", node.span, hint="ask for maps or shape")
            if isinstance(answer, Shape | tuple):
                return answer
        return evaluate(node, scope)
    except SymcnnError as error:
        raise error.locate(source) from None


@lru_cache(maxsize=4096)
def _read(source: Source) -> syntax.Expr:
    """Return the tree of a question; the same ones are asked of many networks."""
    return parse_expression(source, vocabulary())


def read_side(node: syntax.Expr | syntax.Shape, scope: Scope) -> Side:
    """Return one side of a claim: a shape or a number."""
    if isinstance(node, syntax.Shape):
        return read_shape(node, scope)
    if isinstance(node, syntax.Call | syntax.Ref) and scope.measure is not None:
        answer = scope.measure(node, scope)
        if isinstance(answer, Shape):
            return answer
    return evaluate(node, scope)


def read_shape(node: syntax.Shape, scope: Scope) -> Shape:
    """Return a shape that is written in a claim."""
    extents = []
    for axis in node.extents.axes:
        if isinstance(axis, syntax.Sides):
            raise NetworkError("'before:after' is for padding, not for a shape", axis.span)
        extents.append(evaluate(axis, scope))
    return Shape(evaluate(node.maps, scope), tuple(extents))


@dataclass(frozen=True)
class Answers:
    """Answers a measure of a label, or of the whole network; None for what is no measure.

    `path` and `loops` are the block and the repeats in which the question stands.
    """

    model: Model
    path: str = ""
    convention: Convention = "2mac"
    loops: tuple[Loop, ...] = ()

    def __call__(self, node: syntax.Call | syntax.Ref, scope: Scope) -> object:
        name = node.function if isinstance(node, syntax.Call) else node.path[0]
        if name not in MEASURES or (isinstance(node, syntax.Ref) and not node.plain):
            return None
        part: Measured = self.model
        if isinstance(node, syntax.Call):
            if len(node.arguments) != 1 or not isinstance(node.arguments[0], syntax.Ref):
                raise NetworkError(f"'{name}' takes a label", node.span, hint=f"{name}(conv1)")
            part = self.find(node.arguments[0], scope)
        value = part.measure(name, convention=self.convention)
        if value is None:
            raise NetworkError(f"'{name}' is not known here", node.span, hint=_why(part))
        return value

    def find(self, ref: syntax.Ref, scope: Scope) -> Measured:
        """Return the part that a label names, looked for from the innermost block outwards."""
        rounds = tuple(evaluate(each, scope) for each in ref.indices if each is not None)
        return self.model.resolve(Reference(ref.path, rounds, ref.span, self.path, self.loops))


def _why(part: Measured) -> str:
    """Return why a receptive field, a jump or a start is not known."""
    if part.sight.reach == "all":
        return "every output sees the whole input, so there is no step between them"
    if part.sight.reach == "window":
        return "the inputs of the network are seen differently"
    return "it depends on the position, on the round, on branches of different jumps, or on what sees nothing"
