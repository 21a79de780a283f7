"""`share c1`: a layer, a call or a block once more, with the same weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from sympy import Expr, S

from symcnn.algebra.conditions import Condition
from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.layers.base import Table
from symcnn.network.assembler import Refusal
from symcnn.network.graph import Group, Node, Part, Repeat
from symcnn.network.labels import every, plain
from symcnn.network.measures import Counts
from symcnn.network.scope import Scope
from symcnn.network.state import Sharable, State

P = TypeVar("P", bound=Part)


def share(state: State, node: syntax.Share, label: str, scope: Scope) -> Part:
    """Apply what a label names to the tensor that arrives: parameters counted once, MACs each time.

    Raises NetworkError for an unknown label, one in a repeat, an input, or weights that cannot fit.
    """
    state.arriving(node.span)
    original = _original(state, node.ref, scope)
    if any(row.layer.word == "input" for row, _ in original.part.rows):
        fact, name = "an input takes no tensor, so it is not applied again", ".".join(node.ref.path)
        raise NetworkError(fact, node.span, hint=f"from {name}")
    labels, state.labels = state.labels, state.labels.child()
    part = state.perform(original.action, label, original.scope)
    labels.adopt(state.labels)
    state.labels = labels
    before, now = list(original.part.rows), list(part.rows)
    if len(before) != len(now):
        raise NetworkError("the layers that share weights are not the same ones here", node.span)
    for (mine, rounds), (its, others) in zip(before, now, strict=True):
        _demand_same(state, mine, its, node)
        if rounds != others:  # every round has weights of its own
            says = f"'{mine.label}' has another number of rounds here"
            equation = partial("rounds: {1} here, {0} there".format, rounds, others)
            state.needs.demand(Condition(rounds - others, "=="), Refusal(says, equation), node.span)
    shared = _without_weights(part, original.part.label)
    for inner, loops in every(shared):
        if inner is not shared:
            labels.add(inner, loops)
    return shared


def _original(state: State, ref: syntax.Ref, scope: Scope) -> Sharable:
    if any(index is not None for index in ref.indices):
        raise NetworkError("what stands in a repeat cannot be shared outside of it", ref.span)
    # a repeat is known by its label, and so are its rounds: those have loops
    known = state.labels.find(state.reference(ref, scope))
    found = [f.part for f in known if all(loop in state.loops for loop in f.loops)]
    sharable = state.actions.get(plain(found[0].label)) if found else None
    if sharable is None:
        raise NetworkError(
            f"'{'.'.join(ref.path)}' cannot be shared here",
            ref.span,
            hint="label a layer, a call or a block outside of repeats",
        )
    return sharable


def _demand_same(state: State, mine: Node, its: Node, node: syntax.Share) -> None:
    """Demand that two layers can have the same weights."""
    if mine.counts.weights == 0 and mine.counts.biases == 0:
        return
    refusal = partial(Refusal, f"the weights of '{mine.label}' do not fit here")
    if type(mine.layer) is not type(its.layer):
        raise NetworkError(refusal().fact, node.span, notes=("it is another layer here",))
    pairs = [
        (mine.counts.weights, its.counts.weights, "weights"),
        (mine.counts.biases, its.counts.biases, "biases"),
    ]
    for name, spec in mine.layer.specs():
        fields = zip(_flat(getattr(mine.layer, name)), _flat(getattr(its.layer, name)), strict=False)
        pairs += [(a, b, spec.word or "maps") for a, b in fields]
    for a, b, what in pairs:
        if a == b:
            continue
        equation = partial("{2}: {1} here, {0} there".format, a, b, what)
        if not (isinstance(a, Expr) and isinstance(b, Expr)):
            other = isinstance(a, Table) or isinstance(b, Table)
            note = "its table is another one here" if other else equation()
            raise NetworkError(refusal().fact, node.span, notes=(note,))
        state.needs.demand(Condition(a - b, "=="), refusal(equation), node.span)


def _flat(value: Any) -> Iterator[Any]:
    """Yield the single values of a field."""
    if isinstance(value, tuple):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def _without_weights(part: P, origin: str) -> P:
    """Return a part, and all inside, that uses the weights of another one."""
    kept = part.counts
    counts = Counts(
        neurons=kept.neurons, connections=kept.connections, macs=kept.macs, exact_flops=kept.exact_flops
    )
    if isinstance(part, Node):
        return replace(part, counts=counts, shares=origin if kept.weights != S.Zero else "")
    if not isinstance(part, Group):
        return replace(part, counts=counts)
    parts = tuple(_without_weights(inner, origin) for inner in part.parts)
    if isinstance(part, Repeat) and part.body is not None:
        body = _without_weights(part.body, origin)
        return replace(part, counts=counts, parts=parts, body=body)
    return replace(part, counts=counts, parts=parts)
