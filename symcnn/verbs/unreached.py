"""Claims that reading a text does not come by: in a def that nobody calls, a side not taken, no round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from symcnn.language import syntax
from symcnn.language.walk import nodes
from symcnn.network.model import Model
from symcnn.source import Place, Span


class Unreached(NamedTuple):
    """A claim that nothing is known of, as it stands where nothing is."""

    place: Place
    text: str


def unreached(model: Model) -> tuple[Unreached, ...]:
    """Return the claims of a text that stand in no part of it that is read, in its order.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "def f() { relu; assert size == 3 }; input 1@9; assert size == 9"))
    >>> [(claim.place.column, claim.text) for claim in unreached(net)]
    [(17, 'assert size == 3')]
    """
    reached = {claim.node.span for net in _all(model) for claim in net.claims}
    return tuple(
        Unreached(model.source.place(span.start), sign + " ".join(model.source.quote(span).split()))
        for span, sign in _claims(model)
        if span not in reached
    )


def _all(model: Model) -> Iterator[Model]:
    yield model
    for net in model.nets.values():
        yield from _all(net)


def _claims(model: Model) -> Iterator[tuple[Span, str]]:
    for node in nodes(tuple(model.reading.statements)):
        if isinstance(node, syntax.Assert):
            yield node.span, ""
        elif isinstance(node, syntax.Step) and node.claim is not None:
            yield node.claim.span, "=> "
