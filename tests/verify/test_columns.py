"""Compiled formulas of what questions cannot name: layers in rounds, and those with labels that are words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import symcnn
from symcnn.catalogue import entry
from symcnn.errors import DomainError
from symcnn.network.labels import every
from symcnn.source import Source
from symcnn.verbs.compiler import compiled_in_rounds, round_name
from symcnn.verify import columns, ways
from symcnn.verify.checker import verify
from symcnn.verify.columns import Unnamed, column, value_at
from symcnn.verify.oracle.claiming import SUMS
from symcnn.verify.subject import Subject, subjects

pytest.importorskip("numpy")

ROUNDS = (
    "input 4 @ I; e: repeat i in 1..D { c: conv 3 -> maps + i, pad 1; prelu; maxpool 2, stride 1, pad 1 }"
)


def subject(text: str) -> Subject:
    return Subject(Source("text", text))


@pytest.mark.parametrize("name", ["resnet", "unet", "xception", "googlenet", "mobilenet_v3"])
def test_every_part_is_compiled(name: str) -> None:
    for each in subjects(entry(name), configurations=False):
        made = ways.Columns(each)
        told = {id(part) for part in made.parts.values()}
        told |= {id(part) for group in made.unnamed for part in group.parts}
        named = set(made.parts)
        assert [p.label for p, _ in every(each.net.root) if id(p) not in told and p.label not in named] == []


def test_what_cannot_be_asked_by_its_label_is_compiled_as_it_is() -> None:
    """The sixth relu has the word of a layer as its label, which no question can name."""
    made = ways.Columns(subject("input N@9" + "; relu" * 7))
    asked = {label for label, _, _ in made.asked}
    assert asked == {"", "input1", *(f"relu{number}" for number in (1, 2, 3, 4, 5, 7))}
    assert [part.label for group in made.unnamed for part in group.parts] == ["relu6"]
    assert list(made.differences([{made.subject.net.symbols["N"]: 3}])) == []


def test_several_outputs_are_not_asked_for_their_shape() -> None:
    made = ways.Columns(subject("a: input 1@I; c: conv 3 -> 4; b: input 2@9; f: fc -> 5; output f, c"))
    assert {name for label, name, _ in made.asked if not label} == set(SUMS)
    assert {"maps", "extents"} < {name for label, name, _ in made.asked if label == "c"}
    assert list(made.differences([{made.subject.net.symbols["I"]: 9}])) == []


def test_rounds_have_the_numbers_of_a_text_without_letters() -> None:
    """Round for round, the formulas are what the text says with its rounds written out."""
    net = symcnn.parse(ROUNDS)
    node, (loop,) = next((p, loops) for p, loops in every(net.root) if p.label == "e[i].c")
    count = compiled_in_rounds(net, {"params": node.params, "maps": node.maps, "macs": node.macs}, [loop])
    written, maps = "input 4 @ 9", 4
    for number in range(1, 6):
        maps += number
        written += f"; c{number}: conv 3 -> {maps}, pad 1; prelu; maxpool 2, stride 1, pad 1"
    plain = symcnn.parse(written)
    for number in range(1, 6):
        found = count({"I": 9, "D": 5, round_name(loop): number})
        layer = plain[f"c{number}"]
        assert found == (layer.params, layer.maps, layer.macs)


@pytest.mark.parametrize("number", [0, 6])
def test_a_round_that_there_is_not(number: int) -> None:
    net = symcnn.parse(ROUNDS)
    loop = next(loops[0] for _, loops in every(net.root) if loops)
    count = compiled_in_rounds(net, {"size": net.params}, [loop])
    with pytest.raises(DomainError, match=r"there is no such round|'round i' must be positive"):
        count({"I": 9, "D": 5, round_name(loop): number})


@pytest.mark.parametrize("measure", ["params", "maps", "extents", "receptive"])
def test_what_is_wrong_in_rounds_is_found(monkeypatch: pytest.MonkeyPatch, measure: str) -> None:
    right = Unnamed._answers

    def wrong(self: Unnamed, rows: Any) -> Any:
        found = right(self, rows)
        return {k: tuple(a + 1 for a in v) if k[1] == measure else v for k, v in found.items()}

    monkeypatch.setattr(Unnamed, "_answers", wrong)
    found = verify(subject(ROUNDS), examples=8, against=["numpy"]).counterexample
    assert found is not None and found.difference.measure == measure
    assert found.difference.way == "compiled it is" and "repeat" in found.text
    assert " in round [1]: the formula gives " in str(found)


def test_the_ends_of_many_rounds() -> None:
    net = subject("input 1 @ I; repeat i in 1..D { conv 1 -> 2*i }")
    loops = [group.loops for group in columns.unnamed(net.net, {}) if group.loops][-1]
    D, I = net.net.symbols["D"], net.net.symbols["I"]
    seen = [int(point[loops[0].index]) for point in columns.rounds(loops, {D: 100, I: 3})]
    assert seen == [2, 3, 4, 98, 99, 100]


def test_rounds_in_rounds() -> None:
    text = "input 1 @ I; repeat i in 1..D { repeat j in 1..i { conv 3 -> i + j, pad 1 }; relu }"
    report = verify(subject(text), examples=12, against=["numpy"])
    assert report.counterexample is None and report.tallies["numpy"].agreed == 12


def test_columns_keep_large_values_and_fractions() -> None:
    values = [1, 2**80, Fraction(3, 4)]
    assert [value_at(column(values), row) for row in range(3)] == values
    assert str(column([1, 2**61]).dtype) == "int64" and column([2**62]).dtype == object


def test_too_many_rounds_to_go_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "MANY", 4)
    net = subject("input 1 @ I; repeat D { relu }")
    D, I = net.net.symbols["D"], net.net.symbols["I"]
    assert list(ways.read_again(net, {D: 3, I: 2})) == []
    with pytest.raises(ways.Skipped, match="the totals only: too many rounds"):
        list(ways.read_again(net, {D: 4, I: 2}))
