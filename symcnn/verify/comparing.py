"""Formulas at numbers against what was counted, layer by layer and label by label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Expr, Integer, Symbol

from symcnn.algebra.exact import Value, evaluate, evaluation
from symcnn.errors import NetworkError
from symcnn.layers.merge import Merge
from symcnn.network.graph import Loop, Node, Part, Repeat
from symcnn.network.labels import Reference, every
from symcnn.network.measured import Measured
from symcnn.network.model import Model
from symcnn.source import Span
from symcnn.verify.oracle.claiming import SUMS
from symcnn.verify.oracle.results import Measures, Result

SIGHTS = {"receptive": "extent", "start": "start", "jump": "jump"}
MEASURES = (*SUMS, "maps", "extents", *SIGHTS)


@dataclass(frozen=True)
class Difference:
    """Two ways to one number that do not lead to the same: the way, where, which measure, both numbers."""

    way: str
    where: str
    measure: str
    found: object
    expected: object

    def __str__(self) -> str:
        return f"{self.measure} of {self.where}: the formula gives {self.found}, {self.way} {self.expected}"


class Values(dict[Symbol, Value]):
    """Values at which many formulas are evaluated: what these share is calculated once."""

    @cached_property
    def at(self) -> Callable[[Expr], Value]:
        """The value of a formula."""
        return evaluation(self)


def quantities(part: Measured, values: Mapping[Symbol, Value], *, shape: bool = True) -> dict[str, Any]:
    """Return the measures of a part at values, exactly; without those that are not known.

    >>> from symcnn.api import parse
    >>> net = parse("input 1 @ I x I; conv 3x3 -> 4")
    >>> found = quantities(net, {net.symbols["I"]: 8})
    >>> found["params"], found["extents"]
    (40, (6, 6))
    """
    at = values.at if isinstance(values, Values) else evaluation(values)
    found: dict[str, Any] = {name: at(getattr(part, name)) for name in SUMS}
    if shape:
        found["maps"] = at(part.maps)
        found["extents"] = tuple(map(at, part.extents))
        for name in SIGHTS:
            formula = getattr(part, name)
            if formula is not None:
                axes = formula if isinstance(formula, tuple) else (formula,)
                found[name] = _one(tuple(map(at, axes)))
    return found


def _one(axes: tuple[Any, ...]) -> Any:
    return axes[0] if len(set(axes)) == 1 else axes


# ------------------------------------------------------------------ the oracle
def against_oracle(
    model: Model, values: Mapping[Symbol, Value], counted: Result, *, complete: bool = False
) -> Iterator[Difference]:
    """Yield where the formulas at these values are not what was counted; `complete`: in every round."""
    for named in counted.written():
        names, rounds = tuple(named.label.split(".")), tuple(map(Integer, named.indices))
        try:
            part = model.resolve(Reference(names, rounds, Span(0, 0)))
        except NetworkError:
            if complete or not rounds:  # of letters it may not be known which rounds there are
                raise
            continue
        where = f"{named.label}{list(named.indices)}" if rounds else named.label
        yield from _differs(where, part, values, named.measures)
    yield from _layers_differ(model, values, counted)
    yield from _differs("the network", model, values, counted.total, shape=len(counted.outputs) < 2)


def _differs(
    where: str, part: Measured, values: Mapping[Symbol, Value], counted: Measures, *, shape: bool = True
) -> Iterator[Difference]:
    expected = _counted(counted)
    for name, value in quantities(part, values, shape=shape).items():
        if value != expected[name]:
            yield Difference("the oracle counts", where, name, value, expected[name])


def _counted(measures: Measures) -> dict[str, Any]:
    maps, extents = measures.shape
    found: dict[str, Any] = {name: getattr(measures.counts, name) for name in SUMS}
    sights = {name: _agreed(measures, name) for name in SIGHTS}
    return found | {"maps": maps, "extents": extents} | sights


def _agreed(measures: Measures, name: str) -> Any:
    """What all inputs agree on."""
    found = {tuple(getattr(sight, SIGHTS[name]) for sight in axes) for axes in measures.sights.values()}
    if len(found) != 1:
        return f"not the same for all inputs: {sorted(map(str, found))}"
    return _one(found.pop())


def _layers_differ(model: Model, values: Mapping[Symbol, Value], counted: Result) -> Iterator[Difference]:
    """Yield where the layers, round for round, are not those that were executed."""
    pairs = list(unrolled(model.root, values))
    if len(pairs) != len(counted.layers):
        yield Difference("the oracle executes", "the network", "layers", len(pairs), len(counted.layers))
        return
    for (node, known), executed in zip(pairs, counted.layers, strict=True):
        rounds = list(executed.rounds)
        where = f"{node.label} in round {rounds}" if rounds else node.label
        if node.layer.word != executed.layer.word:
            yield Difference("the oracle executes", where, "layer", node.layer.word, executed.layer.word)
        else:
            yield from _differs(where, node, known, executed.measures)


def unrolled(part: Part, values: Mapping[Symbol, Value]) -> Iterator[tuple[Node, Mapping[Symbol, Value]]]:
    """Yield every layer with the values there, all rounds one after the other.

    >>> from symcnn.api import parse
    >>> net = parse("input 1 @ 9x9; repeat D { conv 3x3 -> 1; relu }")
    >>> [node.layer.word for node, _ in unrolled(net.root, {net.symbols["D"]: 2})]
    ['input', 'conv', 'relu', 'conv', 'relu']
    """
    if isinstance(part, Node):
        if not isinstance(part.layer, Merge):  # where tensors meet, no layer is executed
            yield part, values
    elif isinstance(part, Repeat):
        for each, loop in zip(part.parts, part.rounds, strict=True):
            yield from unrolled(each, Values({**values, loop.index: evaluate(loop.first, values)}))
        if part.body is not None and part.loop is not None:
            for number in indices(part.loop, values):
                yield from unrolled(part.body, Values({**values, part.loop.index: number}))
    else:
        for inner in part.inner:
            yield from unrolled(inner, values)


def indices(loop: Loop, values: Mapping[Symbol, Value]) -> range:
    """Return what the index of a repeat is, round for round, at values for what its bounds depend on."""
    first, last = (int(evaluate(end, values)) for end in (loop.first, loop.last))
    return range(first, last + loop.step, loop.step)


# ------------------------------------------------------------------ reading again with the values
def against_reading_again(
    model: Model, values: Mapping[Symbol, Value], there: Model, *, layers: bool = True
) -> Iterator[Difference]:
    """Yield where the network that was read with the values in it has other numbers; or its `layers`."""
    yield from _unlike("the network", model, values, there, shape=len(model.outputs) < 2)
    if not layers:
        return
    # Layers are paired by their order: the labels of those without one are numbered anew there.
    mine, its = list(unrolled(model.root, values)), list(unrolled(there.root, {}))
    if len(mine) != len(its):
        yield Difference("read again with the values it is", "the network", "layers", len(mine), len(its))
        return
    for (node, here), (again, point) in zip(mine, its, strict=True):
        where = node.label if here is values else f"{node.label} in a round"
        yield from _unlike(where, node, here, again, point)


def outside_repeats(model: Model) -> dict[str, Part]:
    """Return the parts that stand in no repeat by their labels.

    >>> from symcnn.api import parse
    >>> list(outside_repeats(parse("input 1@9; c: conv 3 -> 1; b: repeat D { relu }")))
    ['input1', 'c', 'b']
    """
    return {part.label: part for part, loops in every(model.root) if part.label and not loops}


def _unlike(
    where: str,
    part: Measured,
    values: Mapping[Symbol, Value],
    there: Measured,
    point: Mapping[Symbol, Value] | None = None,
    *,
    shape: bool = True,
) -> Iterator[Difference]:
    expected = quantities(there, point or {}, shape=shape)
    for name, value in quantities(part, values, shape=shape).items():
        if name in expected and value != expected[name]:
            yield Difference("read again with the values it is", where, name, value, expected[name])
