"""Comparisons find what differs: each is given two networks that are not the same."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import symcnn
from symcnn.errors import NetworkError, UsageError
from symcnn.layers.conv import Conv
from symcnn.network import measures
from symcnn.source import Source
from symcnn.verify import ways
from symcnn.verify.checker import differences, verify
from symcnn.verify.comparing import Difference, against_oracle, against_reading_again
from symcnn.verify.oracle.interpreter import interpret
from symcnn.verify.subject import Subject


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """What was derived by a wrong formula must not be met by another test."""
    measures.derive.cache_clear()
    yield
    measures.derive.cache_clear()


def subject(text: str) -> Subject:
    return Subject(Source("text", text))


def counted(text: str, other: str) -> list[str]:
    return [str(found) for found in against_oracle(symcnn.parse(text), {}, interpret(other), complete=True)]


def read_again(text: str, other: str) -> list[str]:
    return [str(found) for found in against_reading_again(symcnn.parse(text), {}, symcnn.parse(other))]


TEXT = "input 1@9; relu; conv 3 -> 2"


def test_a_network_is_like_itself() -> None:
    assert counted(TEXT, TEXT) == read_again(TEXT, TEXT) == []


def test_a_layer_more() -> None:
    other = "input 1@9; conv 3 -> 2"
    assert counted(TEXT, other) == [
        "layers of the network: the formula gives 3, the oracle executes 2",
    ]
    assert read_again(TEXT, other) == [
        "layers of the network: the formula gives 3, read again with the values it is 2",
    ]


def test_a_layer_of_another_kind() -> None:
    assert counted(TEXT, TEXT.replace("relu", "tanh")) == [
        "layer of relu1: the formula gives relu, the oracle executes tanh",
    ]


def test_another_number() -> None:
    found = read_again(TEXT, TEXT.replace("-> 2", "-> 3"))
    assert "params of the network: the formula gives 8, read again with the values it is 12" in found
    assert "maps of conv1: the formula gives 2, read again with the values it is 3" in found
    assert not any("relu1" in line or "input1" in line for line in found)


def test_a_label_that_the_network_does_not_have() -> None:
    with pytest.raises(NetworkError, match="no layer is labelled 'c'"):
        counted("input 1@9; relu", "input 1@9; c: relu")


def test_several_outputs_have_no_shape_together() -> None:
    """What they cost in all is compared, and the shape of each; the whole network has none."""
    text = "a: input 1@I; c: conv 3 -> N; b: input 2@9; f: fc -> 5; output f, c"
    report = verify(subject(text), examples=8, against=["oracle"])
    assert report.counterexample is None
    assert [(tally.agreed, dict(tally.skipped)) for tally in report.tallies.values()] == [(8, {}), (8, {})]
    net = symcnn.parse(text).at(I=9, N=4)
    other = text.replace("I", "9").replace("N", "3")
    told = [str(each) for each in against_oracle(net, {}, interpret(other), complete=True)]
    assert "maps of c: the formula gives 4, the oracle counts 3" in told
    whole = {line.partition(" of the network: ")[0] for line in told if " of the network: " in line}
    assert whole == {"weights", "biases", "params", "neurons", "connections", "macs"}


# ------------------------------------------------------------------ reading again
def test_conditions_that_stay_open_are_found() -> None:
    """All symbols have values: whatever is not decided then is a mistake."""
    text = subject("input C@9; conv K -> 4")
    C, K = text.net.symbols["C"], text.net.symbols["K"]
    assert list(ways.read_again(text, {C: 3, K: 5})) == []
    assert text.net.conditions
    found = next(ways.read_again(text, {C: 3}))
    assert str(found) == (
        "conditions of the network: the formula gives met, read again with the values it is open"
    )


def test_values_at_which_there_is_no_network_are_told() -> None:
    text = subject("input 1@I; conv 3 -> 4")
    assert [str(found) for found in ways.read_again(text, {text.net.symbols["I"]: 1})] == [
        "existence of the network: the formula gives it stands, "
        "read again with the values it is nothing is left"
    ]


def test_numbers_too_long_to_be_read_are_skipped() -> None:
    text = subject("input 1@I; conv 1 -> I**64")
    I = text.net.symbols["I"]
    assert list(ways.read_again(text, {I: 2**60})) == []
    with pytest.raises(ways.Skipped, match="more than 4096 bits"):
        list(ways.read_again(text, {I: 2**70}))
    report = verify(text, examples=12, against=[])
    assert report.counterexample is None
    assert report.tallies["read again"].agreed + report.tallies["read again"].skipped.total() == 12


# ------------------------------------------------------------------ what cannot be gone
def test_a_way_that_cannot_be_gone_differs_in_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is large is not counted, so nothing is said of it, although all that is counted differs."""
    wrong = Difference("the oracle counts", "relu1", "params", 1, 0)
    monkeypatch.setattr(ways, "against_oracle", lambda *_: iter([wrong]))
    text = subject("input 1@I; relu")
    I = text.net.symbols["I"]
    assert list(differences(text, {I: 9}, "oracle")) == [wrong]
    assert list(differences(text, {I: 10**6}, "oracle")) == []


def test_what_is_too_large_for_columns_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numpy")

    def refuse(*_: object) -> list[Any]:
        raise symcnn.DomainError("too large for the test")

    monkeypatch.setattr(ways.Columns, "_answers", refuse)
    report = verify(subject("input 1@I; conv 3 -> 2"), examples=8, against=["numpy"])
    tally = report.tallies["numpy"]
    assert (tally.agreed, dict(tally.skipped)) == (0, {"too large for the test": report.bindings})
    assert report.counterexample is None


def test_what_is_wrong_in_a_configuration_only_is_shown_as_it_is(
    monkeypatch: pytest.MonkeyPatch, nothing_kept: None
) -> None:
    """A formula that is wrong for 64 maps, and right for letters: no smaller text disagrees."""
    right = Conv.biases
    monkeypatch.setattr(
        Conv, "biases", lambda layer, x, o: right(layer, x, o) * (2 if layer.maps == 64 else 1)
    )
    text = "symbol N; config big: N = 64\ninput 1@9\nconv 3 -> N\n"
    assert verify(subject(text), examples=4, against=["oracle"]).counterexample is None
    one = Subject(Source("text", text), fixed={"N": 64}, config="big")
    found = verify(one, examples=4, against=["oracle"]).counterexample
    assert str(found) == (
        f"{text}# biases of conv1: the formula gives 128, the oracle counts 64\n# at N = 64"
    )


# ------------------------------------------------------------------ PyTorch, or what stands for it
def _measured(**changes: Any) -> list[SimpleNamespace]:
    """What a bridge would tell of TEXT."""
    layers = [
        {"label": "input1", "shape": (1, 9), "params": 0, "fixed": 0, "buffers": 0},
        {"label": "relu1", "shape": (1, 9), "params": 0, "fixed": 0, "buffers": 0},
        {"label": "conv1", "shape": (2, 7), "params": 8, "fixed": 0, "buffers": 0} | changes,
        {"label": "shown where branches meet", "shape": (), "params": 1, "fixed": 1, "buffers": 1},
    ]
    return [SimpleNamespace(**layer) for layer in layers]


def _built(monkeypatch: pytest.MonkeyPatch, measure: Any) -> list[str]:
    monkeypatch.setattr(ways, "import_module", lambda _: SimpleNamespace(measure=measure))
    return [str(found) for found in ways.built(subject(TEXT), {})]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"shape": (2, 8)}, ["shape of conv1: the formula gives (2, 7), PyTorch has (2, 8)"]),
        ({"params": 6}, ["params of conv1: the formula gives 8, PyTorch has 6"]),
        ({"buffers": 2, "fixed": 8}, ["fixed of conv1: the formula gives 0, PyTorch has 8",
                                      "buffers of conv1: the formula gives 0, PyTorch has 2"]),
        ({"label": "conv2"}, ["layers of the network: the formula gives 3, PyTorch has 2"]),
    ],
)  # fmt: skip
def test_modules_that_are_something_else(
    changes: dict[str, Any], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _built(monkeypatch, lambda _: _measured(**changes)) == told


def test_what_pytorch_cannot_build_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(_: object) -> None:
        raise UsageError("there is no such module")

    with pytest.raises(ways.Skipped, match="there is no such module"):
        _built(monkeypatch, measure)


def test_a_block_that_there_is_not() -> None:
    with pytest.raises(UsageError) as caught:
        assert Subject(Source("text", "net a { input 1@9 }"), "b").net
    assert str(caught.value) == "error: no network of the text is named 'b'"
