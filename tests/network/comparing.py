"""The formulas of a text, at numbers, against the plain interpreter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from network.arithmetic import Invalid, Number
from network.claiming import SUMS
from network.interpreter import Measures, Result, interpret
from sympy import Integer, Symbol

from symcnn import parse
from symcnn.algebra.conditions import Condition
from symcnn.algebra.exact import evaluate
from symcnn.errors import NetworkError, SymcnnError
from symcnn.network.graph import Measured
from symcnn.network.labels import Reference
from symcnn.network.model import Model
from symcnn.source import Span

SIGHTS = {"receptive": "extent", "start": "start", "jump": "jump"}


class Narrow(AssertionError):
    """The conditions forbid numbers at which the network stands."""


def compare(text: str, numbers: Mapping[str, Number]) -> None:
    """Assert that formulas and interpreter agree, for every label and in all.

    In both ways: the numbers are put into the formulas, and the text is read again with the
    numbers in it. Where there is no network at the numbers, the conditions must say so, and
    reading with them must be refused. Raises Narrow where they say so of a network that stands,
    SymcnnError where the text cannot be turned into formulas.
    """
    try:
        wanted = interpret(text, numbers)
    except Invalid:
        _refused(text, numbers)
        return
    model = parse(text)
    mine, values, broken = _at(model, numbers)
    if broken:
        raise Narrow(f"{broken} at {mine}, where the network stands")
    agree(model, values, wanted)
    there = model.at(mine)
    assert there.conditions == ()
    agree(there, {}, wanted, complete=True)


def _refused(text: str, numbers: Mapping[str, Number]) -> None:
    try:
        model = parse(text)
    except SymcnnError:
        return
    mine, _, broken = _at(model, numbers)
    assert broken, f"no network at {mine}, but {model.conditions}"
    with pytest.raises(SymcnnError):
        model.at(mine)


def _at(
    model: Model, numbers: Mapping[str, Number]
) -> tuple[dict[str, Number], dict[Symbol, Number], list[Condition]]:
    """The numbers of the free symbols by name and by symbol, and the conditions that they break."""
    mine = {name: number for name, number in numbers.items() if name in model.symbols}
    values = {model.symbols[name]: number for name, number in mine.items()}
    conditions = (*model.domain.conditions, *model.conditions)
    return mine, values, [c for c in conditions if not c.holds(values)]


def agree(model: Model, values: Mapping[Symbol, Number], wanted: Result, *, complete: bool = False) -> None:
    """Assert that the formulas at these values are what was counted; `complete`: in every round."""
    for named in wanted.written():
        names, rounds = tuple(named.label.split(".")), tuple(map(Integer, named.indices))
        try:
            part = model.resolve(Reference(names, rounds, Span(0, 0)))
        except NetworkError:
            if complete or not rounds:  # of letters it may not be known which rounds there are
                raise
            continue
        where = f"{named.label}{list(named.indices)}" if rounds else named.label
        differences = list(_differences(part, values, named.measures))
        assert not differences, f"{where}: " + ", ".join(differences)
    differences = list(_differences(model, values, wanted.total, shape=len(wanted.outputs) < 2))
    assert not differences, "total: " + ", ".join(differences)


def _differences(
    part: Measured, values: Mapping[Symbol, Number], wanted: Measures, *, shape: bool = True
) -> Iterable[str]:
    """What differs, as a text for each."""
    found: dict[str, Any] = {name: evaluate(getattr(part, name), values) for name in SUMS}
    expected: dict[str, Any] = {name: getattr(wanted.counts, name) for name in SUMS}
    if shape:
        maps, extents = wanted.shape
        found["maps"], expected["maps"] = evaluate(part.maps, values), maps
        found["extents"] = tuple(evaluate(extent, values) for extent in part.extents)
        expected["extents"] = extents
        found |= {name: seen for name in SIGHTS if (seen := _seen(part, name, values)) is not None}
        expected |= {name: _wanted(wanted, name) for name in found.keys() & SIGHTS}
    return (f"{n} is {v}, counted {expected[n]}" for n, v in found.items() if v != expected[n])


def _seen(part: Measured, name: str, values: Mapping[Symbol, Number]) -> Any:
    """A quantity of the receptive field: one number, or one per axis; None where none is claimed."""
    formula = getattr(part, name)
    if formula is None:
        return None
    if isinstance(formula, tuple):
        return _one(tuple(evaluate(each, values) for each in formula))
    return evaluate(formula, values)


def _wanted(wanted: Measures, name: str) -> Any:
    """The same, counted: what all inputs agree on."""
    found = {tuple(getattr(sight, SIGHTS[name]) for sight in axes) for axes in wanted.sights.values()}
    if len(found) != 1:
        return f"not the same for all inputs: {found}"
    return _one(found.pop())


def _one(axes: tuple[Any, ...]) -> Any:
    return axes[0] if len(set(axes)) == 1 else axes
