"""Claims of a text judged in plain numbers: one value each, at what is given or at the defaults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from symcnn.language import syntax
from symcnn.language.parser import parse
from symcnn.layers import vocabulary
from symcnn.source import Source
from symcnn.verify.oracle import arithmetic as a
from symcnn.verify.oracle.arithmetic import Invalid, Number, Scope, Unknown
from symcnn.verify.oracle.counting import Tensor
from symcnn.verify.oracle.interpreter import execute
from symcnn.verify.oracle.results import Measures, Result

SUMS = ("weights", "biases", "params", "fixed", "buffers", "neurons", "connections", "macs")


def judged(text: str) -> Iterator[tuple[str, bool | None]]:
    """Every `assert` with whether it holds; None where it asks for what has no label or no number."""
    source = Source("claims.cnn", text)
    known: dict[Any, Result] = {}
    for claim, program in _claims(parse(source, vocabulary())):
        written = source.quote(claim.span)
        try:
            yield written, _holds(claim, program, known)
        except Unknown:
            yield written, None


def told(result: Result) -> Iterator[tuple[syntax.Node, bool | None]]:
    """Every claim as often as it was executed, with whether it is true; None where it has no value.

    What stands after `given` is not looked at: the network is what it is.

    >>> from symcnn.verify.oracle.interpreter import interpret
    >>> found = interpret("input 1@9; repeat 2 { c: conv 3 -> 1 => 1@7; assert size(c) > 4 }")
    >>> [true for _, true in told(found)]
    [True, True, False, True]
    """
    for node, scope, tensor in result.claims:
        try:
            yield node, _true(node, replace(scope, measure=_asking(result, scope)), tensor)
        except (Unknown, Invalid):
            yield node, None


def _true(node: Any, scope: Scope, tensor: Tensor | None) -> bool:
    if isinstance(node, syntax.Assert):
        return a.holds(node.condition, scope)
    if tensor is None:
        raise Unknown("no tensor arrives here")
    return a.same((tensor.maps, tensor.extents), a.side(node, scope))


def measured(name: str, measures: Measures) -> Any:
    """A measure by the name that it has in claims."""
    maps, extents = measures.shape
    if name in SUMS:
        return getattr(measures.counts, name)
    if name == "flops":
        return 2 * measures.counts.macs
    if name == "shape":
        return maps, extents
    if name == "maps":
        return maps
    if name == "size":
        return _one(extents)
    sights = [_one([getattr(s, _SIGHTS[name]) for s in axes]) for axes in measures.sights.values()]
    return a.tidy(sights[0]) if len(set(sights)) == 1 and sights[0] is not None else None


_SIGHTS = {"receptive": "extent", "jump": "jump", "start": "start"}


def _one(axes: Any) -> Any:
    return axes[0] if len(set(axes)) == 1 else tuple(axes)


def _claims(program: syntax.Program) -> Iterator[tuple[syntax.Assert, syntax.Program]]:
    """Every claim, with a program that has no other networks than its own."""
    others = tuple(s for s in program.statements if not isinstance(s, syntax.Net))
    for statement in program.statements:
        if isinstance(statement, syntax.Assert):
            yield statement, replace(program, statements=others)
        elif isinstance(statement, syntax.Net):
            alone = replace(program, statements=(*others, statement))
            yield from ((c, alone) for c in statement.body.statements if isinstance(c, syntax.Assert))


def _holds(claim: syntax.Assert, program: syntax.Program, known: dict[Any, Result]) -> bool:
    numbers = dict(_given(claim.given, program)) if claim.given else {}
    key = program.span, len(program.statements), program.statements[-1].span, frozenset(numbers.items())
    if key not in known:
        known[key] = execute(program, numbers, defaults=True)
    results = (known[key], *known[key].nets.values())
    scope, result = next((s, r) for r in results for node, s, _ in r.claims if node is claim)
    return a.holds(claim.condition, replace(scope, measure=_asking(result, scope)))


def given_numbers(program: syntax.Program, config: str) -> dict[str, Number]:
    """The numbers that a config gives; none if there is no such config."""
    found = [c.given for c in _configs(program) if c.name == config]
    return dict(_given(found[0], program)) if found else {}


def _given(given: syntax.Given, program: syntax.Program) -> Iterator[tuple[str, Number]]:
    for entry in given.entries:
        if isinstance(entry, syntax.ConfigName):
            yield from given_numbers(program, entry.name).items()
        elif isinstance(entry, syntax.Binding):
            yield entry.name, a.number(entry.value, Scope())


def _configs(program: syntax.Program) -> Iterator[syntax.Config]:
    for statement in program.statements:
        inside = statement.body.statements if isinstance(statement, syntax.Net) else (statement,)
        yield from (s for s in inside if isinstance(s, syntax.Config))


def _asking(result: Result, scope: Scope) -> Any:
    """What the claims of a network ask of it: `params`, `params(b1.c2)`."""

    def measure(node: syntax.Node) -> Any:
        if isinstance(node, syntax.Call) and node.function in (*SUMS, *_OTHERS):
            (label,) = node.arguments
            try:
                return measured(node.function, _found(label, result, scope))
            except Invalid as error:  # labels that nobody wrote are not kept
                raise Unknown(error.fact) from None
        if isinstance(node, syntax.Ref) and node.plain and node.path[0] in (*SUMS, *_OTHERS):
            return measured(node.path[0], result.total)
        return None

    return measure


def _found(label: syntax.Node, result: Result, scope: Scope) -> Measures:
    if not isinstance(label, syntax.Ref):
        raise Unknown("a measure is asked of a label")
    return result.find(label, scope).measures


_OTHERS = ("flops", "shape", "maps", "size", "receptive", "jump", "start")
