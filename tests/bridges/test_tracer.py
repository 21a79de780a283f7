"""Steps: every round with its label, its tensors and what the formulas give for it."""

from __future__ import annotations

import pytest

import symcnn
from symcnn.bridges.recipes import RECIPES
from symcnn.bridges.steps import Trace
from symcnn.bridges.tracer import trace
from symcnn.catalogue import entry, names
from symcnn.layers import registry
from symcnn.network.model import Model


def steps(text: str, **values: int) -> Trace:
    net = symcnn.parse(text)
    return trace(net.at(values) if values else net)


def flow(found: Trace) -> list[tuple[str, list[str]]]:
    """Return every step with the labels of those whose tensors it takes."""
    labels = [step.label for step in found.steps]
    return [(step.label, [labels[i] for i in step.inputs]) for step in found.steps]


def test_every_word_has_a_recipe() -> None:
    without = [word for word, cls in registry().items() if not any(base in RECIPES for base in cls.__mro__)]
    assert without == []


def test_tensors_of_a_chain_of_branches_and_of_names() -> None:
    text = "input 2@8; a: relu; add { | b: tanh | identity | c: { sigmoid; gelu } }; from a; d: concat c, b"
    found = steps(text)
    assert flow(found) == [
        ("input1", []),
        ("a", ["input1"]),
        ("b", ["a"]),
        ("identity1", ["a"]),
        ("c.sigmoid1", ["a"]),
        ("c.gelu1", ["c.sigmoid1"]),
        ("add1", ["b", "identity1", "c.gelu1"]),
        ("d", ["a", "c.gelu1", "b"]),
    ]
    assert found.outputs == (("", 7),)


def test_rounds_up_and_down_take_each_other_s_tensors() -> None:
    found = steps(
        "input 1@8; repeat i in 1..2 { e[i]: conv 1 -> i; maxpool 2 };"
        "repeat i in 2..1 { u[i]: upsample 2; c[i]: concat e[i] }"
    )
    assert flow(found)[5:] == [
        ("u[2]", ["maxpool2[2]"]),
        ("c[2]", ["u[2]", "e[2]"]),
        ("u[1]", ["c[2]"]),
        ("c[1]", ["u[1]", "e[1]"]),
    ]


def test_labels_of_rounds_in_rounds() -> None:
    found = steps("input 1@9; s: repeat 2 { b: repeat k in 0..1 { c[k]: relu; tanh } }; sigmoid")
    assert [step.label for step in found.steps] == [
        "input1",
        *(f"s[{k}].b[{i}].{name}" for k in (1, 2) for i in (0, 1) for name in ("c", "tanh1")),
        "sigmoid1",
    ]


def test_numbers_of_layers_behind_a_repeat_are_those_of_the_table() -> None:
    net = symcnn.parse("input 1@9; repeat 3 { conv 1 -> 2 }; conv 1 -> 5; relu; from conv3; concat relu1")
    assert [row.label for row in net.root.leaves] == ["input1", "conv1", "conv2", "conv3", "relu1", "concat1"]
    assert flow(trace(net))[1:] == [
        ("conv1[1]", ["input1"]),
        ("conv2[2]", ["conv1[1]"]),
        ("conv2[3]", ["conv2[2]"]),
        ("conv3", ["conv2[3]"]),
        ("relu1", ["conv3"]),
        ("concat1", ["conv3", "relu1"]),
    ]


def test_the_crop_of_a_join_is_a_step() -> None:
    found = steps("input 1@9x8; a: conv 2 -> 2; conv 3x4 -> 3; j: concat crop(a)")
    crop = found.steps[3]
    assert (crop.label, crop.layer.name, crop.inputs, crop.part) == ("j.crop", "crop", (1,), None)
    assert crop.layer.border == ((1, 1), (1, 2))  # type: ignore[attr-defined]
    assert crop.shape == symcnn.Shape(2, (6, 4))
    with pytest.raises(symcnn.UsageError):
        _ = crop.formulas


def test_shared_weights_know_their_owner() -> None:
    found = steps("input 2@9; b: { conv 1 -> 2; relu }; b2: share b; b3: share b2")
    owners = {step.label: step.shares for step in found.steps}
    assert owners == {
        "input1": None, "b.conv1": None, "b.relu1": None,
        "b2.conv1": 1, "b2.relu1": None, "b3.conv1": 1, "b3.relu1": None,
    }  # fmt: skip


def test_several_inputs_and_outputs() -> None:
    found = steps("a: input 2@9; x1: relu; b: input 3@4; y1: tanh; output y1, x1")
    assert flow(found) == [("a", []), ("x1", ["a"]), ("b", []), ("y1", ["b"])]
    assert found.outputs == (("y1", 3), ("x1", 1))


def test_the_nets_of_a_text_see_what_is_declared_around_them() -> None:
    text = (
        "symbol N = 3; def f(M) { conv 1 -> M }; net a { input 1@9; f(N) };"
        "let k = 2; net b { input k@9; f(k*N) }"
    )
    for name, maps in (("a", 3), ("b", 6)):
        net = symcnn.parse(text).nets[name].at(N=3)
        assert [int(step.shape.maps) for step in trace(net).steps][1:] == [maps]


@pytest.mark.parametrize("name", names())
def test_every_round_has_the_shape_that_its_formula_gives(name: str) -> None:
    """What is read round by round against the closed forms of all rounds together."""
    whole, compared = Model.read(entry(name)), 0
    for net in [*whole.nets.values()] or [whole]:
        few = {symbol: 3 for symbol in net.symbols if symbol[0] == "D" and symbol[1:].isdigit()}
        values = {"C": 3, "I": 227, "K": 11, "N": 96, "S": 4, "P": 0, "D": 4} | net.defaults | few
        found = trace(net.at({symbol: values[symbol] for symbol in net.symbols}))
        for step in found.steps:
            if step.part is not None:
                assert (step.label, step.formulas.output) == (step.label, step.shape)
                assert step.formulas.params == (0 if step.shares is not None else step.counts.params)
                compared += 1
        assert len({step.label for step in found.steps}) == len(found.steps)
    assert compared > 1
