"""The public names: frozen signatures, and what a network does."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sympy

import symcnn
from symcnn import DomainError, LanguageError, NetworkError, Shape, SymcnnError, UsageError, symbol
from symcnn.render.table import to_html

C, G, I, K, N, P, S = (symbol(name) for name in "C G I K N P S".split())
STEM = "input C @ I x I; conv1: conv K -> N, stride S, pad P; relu"
ALEXNET = symcnn.zoo("alexnet")

# ------------------------------------------------------------------ frozen
# What changes here changes for every user.
NAMES = """DomainError FloorDiv LanguageError Mod Network NetworkError OutOfPatience Shape SymcnnError
    UsageError Verdict Window __version__ format latex load parse patience symbol text zoo"""

FUNCTIONS = {
    "parse": "(text, *, name='<text>')",
    "load": "(path)",
    "zoo": "(name)",
    "format": "(text, *, name='<text>')",
    "patience": "(seconds)",
    "symbol": "(name, kind=None)",
    "text": "(expr, *, ascii=False, values=None, limit=None)",
    "latex": "(expr, *, values=None)",
    "Window": "(size=1, jump=1, before=0, after=0)",
    "Shape": "(maps, extents=())",
    "Network.at": "(self, values=None, /, **named)",
    "Network.check": "(self)",
    "Network.compile": "(self, *questions, convention='2mac')",
    "Network.table": "(self, columns=None)",
    "Network.measure": "(self, name, *, convention='2mac')",
    "Network.__getitem__": "(self, label)",
    "Network.read": "(source)",
    "Network.of": "(source, program)",
    "Window.out": "(self, extent)",
    "Window.then": "(self, later)",
    "Verdict.against": "(self)",
    "SymcnnError": "(fact, span=None, *, source=None, hint=None, notes=())",
    "SymcnnError.locate": "(self, source, span=None)",
}

MEMBERS = {
    "Network": """at biases buffers check claims compile conditions configs connections counts defaults domain
        extents fixed flops has_layers jump labels macs maps measure name nets neurons of output outputs
        params parts read receptive remarks resolve root shape sight size start suggestion symbols table
        unreached valid values weights""",
    "Shape": "changed extents maps positions rank units",
    "Window": "after before centre jump least out size then",
    "Verdict": "against counterexample network note outcome place samples sides text",
    "SymcnnError": "locate place",
}


def _named(path: str) -> Any:
    value: Any = symcnn
    for part in path.split("."):
        value = getattr(value, part)
    return value


def _plain(function: Callable[..., Any]) -> str:
    """Return the signature without types."""
    signature = inspect.signature(function)
    bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=signature.empty))


def test_names_are_frozen() -> None:
    assert symcnn.__all__ == NAMES.split()
    assert dir(symcnn) == NAMES.split()


@pytest.mark.parametrize("path", FUNCTIONS)
def test_signatures_are_frozen(path: str) -> None:
    assert _plain(_named(path)) == FUNCTIONS[path]


@pytest.mark.parametrize("path", MEMBERS)
def test_members_are_frozen(path: str) -> None:
    value = _named(path)
    found = {*dir(value), *getattr(value, "__dataclass_fields__", ())} - {*dir(Exception)}
    assert sorted(name for name in found if not name.startswith("_")) == MEMBERS[path].split()


def test_every_name_is_there_and_is_documented() -> None:
    for name in symcnn.__all__:
        assert inspect.getdoc(getattr(symcnn, name))
    with pytest.raises(AttributeError, match="no attribute 'prase'"):
        _named("prase")


# ------------------------------------------------------------------ measures
def test_measures_of_a_layer() -> None:
    conv = symcnn.parse(STEM)["conv1"]
    out = symcnn.FloorDiv(I - K + 2 * P, S) + 1
    assert conv.shape == Shape(N, (out, out))
    assert (conv.shape.maps, conv.shape.extents, conv.maps, conv.extents) == (N, (out, out), N, (out, out))
    assert conv.size == out
    assert (conv.weights, conv.biases) == (C * K**2 * N, N)
    assert conv.params == (C * K**2 + 1) * N
    assert (conv.receptive, conv.jump, conv.start) == (K, S, -P)
    assert conv.neurons == N * out**2
    assert conv.macs * 2 == conv.flops


def test_measures_of_the_network() -> None:
    net = symcnn.zoo("lenet5").at(I=32, K=5, classes=10)
    assert (net.params, net.fixed, net.connections) == (60_000, 840, 340_908)
    assert net.shape == Shape(10, (1, 1))
    assert net.receptive == 32
    assert [part.label for part in net.parts][:3] == ["input1", "C1", "tanh1"]
    assert net.measure("flops", convention="mac") == net.macs


def test_formulas_are_ordinary_expressions() -> None:
    size = ALEXNET["pool3"].size
    assert isinstance(size, sympy.Expr)
    assert size == symcnn.FloorDiv(I - 67, 32) + 1
    assert size.subs(I, 227) == 6
    assert size.rewrite(sympy.floor).subs(I, 227) == 6
    assert ALEXNET["fc1"].extents == ()


def test_axes_that_differ() -> None:
    net = symcnn.parse("input 3 @ 8x12; conv 3x5 -> 4, stride 1x2")
    assert (net.size, net.receptive, net.jump) == ((6, 4), (3, 5), (1, 2))


def test_what_is_not_known_is_none() -> None:
    net = symcnn.parse("input 3@8x8; up: upsample 3/2; all: fc -> 3")
    assert (net["up"].receptive, net["up"].jump, net["up"].start) == (None, None, None)
    assert (net["all"].receptive, net["all"].jump, net["all"].size) == (8, None, ())


def test_valid() -> None:
    assert ALEXNET.valid == (I >= 67)
    assert symcnn.parse(STEM).valid == (I + 2 * P >= K)
    assert ALEXNET.at(I=227).valid is sympy.true


def test_symbols_and_defaults() -> None:
    assert list(ALEXNET.symbols) == ["I", "classes"]
    assert ALEXNET.symbols["I"] is I
    assert ALEXNET.defaults == {"I": 227, "classes": 1000}
    half = ALEXNET.at(I=224)
    assert (list(half.symbols), half.defaults) == (["classes"], {"classes": 1000})


# ------------------------------------------------------------------ at
@pytest.mark.parametrize(
    "values",
    [{"C": 3}, {C: 3}, {"C": sympy.Integer(3)}, {"C": sympy.Rational(6, 2)}],
    ids=["name", "symbol", "integer", "rational"],
)
def test_at_takes_names_and_symbols(values: dict[Any, Any]) -> None:
    assert symcnn.parse(STEM).at(values).params == (3 * K**2 + 1) * N


def test_at_takes_expressions() -> None:
    net = symcnn.parse(STEM).at({"C": 3 * G}, N=2 * G)
    assert net["conv1"].params == 2 * G * (3 * G * K**2 + 1)
    assert list(net.symbols) == ["I", "K", "S", "P", "G"]
    assert net.at(G=2)["conv1"].params == 4 * (6 * K**2 + 1)


def test_at_is_simultaneous() -> None:
    net = symcnn.parse("input 1 @ I x I; conv K -> N").at({I: K, K: I})
    assert net.size == K - I + 1
    assert net.valid == (K >= I)


def test_at_chains() -> None:
    net = symcnn.parse(STEM)
    assert net.at(C=3).at(K=5).at(N=6).params == net.at(C=3, K=5, N=6).params == 456
    assert net.at(N=2 * G).at(G=N).params == net.at(N=2 * N).params
    assert net.at() is not net
    assert net.at().params == net.params


def test_at_leaves_the_network_as_it_is() -> None:
    before = ALEXNET.params
    ALEXNET.at(classes=10)
    assert ALEXNET.params is before


def test_at_is_the_text_with_the_values_in_it() -> None:
    text = "symbol I, N where I >= 8\ninput 3 @ I x I\nconv 3x3 -> N, stride 2, pad same\nfc -> N"
    written = symcnn.parse(text.replace("symbol I, N where I >= 8\n", "").replace("I x I", "32 x 32"))
    net = symcnn.parse(text).at(I=32)
    assert (net.params, net.macs, net.size) == (written.params, written.macs, written.size)


@pytest.mark.parametrize(
    ("values", "error", "fact"),
    [
        ({"I": 20}, DomainError, "I = 20 breaks this condition"),
        ({"I": 33}, DomainError, "I = 33 breaks this condition"),
        ({"N": 0}, DomainError, "'N' must be positive, not 0"),
        ({"N": sympy.Rational(1, 2)}, DomainError, "'N' is an integer, not 1/2"),
        ({"K": 99}, NetworkError, "nothing is left on axis 1"),
        ({"J": 1}, UsageError, "no free symbol is named 'J'"),
        ({"N": 1.5}, UsageError, "N=1.5 is no exact number or formula"),
        ({"N": "3"}, UsageError, "N='3' is no exact number or formula"),
        ({"N": True}, UsageError, "N=True is no exact number or formula"),
        ({"N": sympy.Symbol("q")}, DomainError, "'N' is an integer, not q"),
    ],
)
def test_at_refuses(values: dict[str, Any], error: type[SymcnnError], fact: str) -> None:
    net = symcnn.parse("symbol I where I >= 32, I % 32 == 0\ninput 3 @ I x I\nconv K -> N").at(I=64)
    if "I" in values:
        net = symcnn.parse("symbol I where I >= 32, I % 32 == 0\ninput 3 @ I x I\nconv K -> N")
    with pytest.raises(error) as caught:
        net.at(values)
    assert caught.value.fact == fact


# ------------------------------------------------------------------ check
def test_verdicts() -> None:
    text = """input 1 @ I x I
        conv 3x3 -> 4 => 4 @ (I - 2) x (I - 2)
        assert size == I given I = 9 "same size"
        assert size >= 5
        assert size == 7 given I = 9
        assert I**3 + K**3 != N**3"""
    shape, given, least, holds, fermat = symcnn.parse(text).check()
    assert isinstance(shape, symcnn.Verdict)
    assert [v.outcome for v in (shape, holds, fermat)] == ["proved", "holds", "undecided"]
    assert (given.outcome, given.note, given.counterexample) == ("refuted", "same size", {})
    assert given.against() == "7 against 9"
    assert (least.outcome, least.counterexample, least.place.line) == ("refuted", {"I": 3}, 4)
    assert least.against() == "at I = 3: 1 against 5"
    assert fermat.samples == 2000
    assert least.text == "assert size >= 5"


def test_verdicts_of_the_zoo() -> None:
    assert {v.outcome for v in ALEXNET.check()} == {"proved", "holds"}
    assert {v.network for v in symcnn.zoo("million-pixels").check()} == {
        "fully connected", "locally connected", "one shared filter", "a hundred filters",
    }  # fmt: skip


# ------------------------------------------------------------------ how it shows
def test_repr_is_useful() -> None:
    assert repr(ALEXNET) == "<Network zoo/alexnet.cnn: 19 layers, free symbols I, classes>"
    assert repr(ALEXNET.at(I=227, classes=10)) == "<Network zoo/alexnet.cnn: 19 layers>"
    nets = symcnn.zoo("million-pixels")
    assert repr(nets) == "<Network zoo/million-pixels.cnn: 4 networks>"
    assert repr(nets.nets["fully connected"]) == "<Network fully connected: 2 layers, free symbols I, K, N>"


def test_formulas_as_text_and_latex() -> None:
    size = ALEXNET["pool3"].size
    assert symcnn.text(size) == "⌊(I − 67)/32⌋ + 1"
    assert symcnn.text(size, ascii=True) == "(I - 67)//32 + 1"
    assert symcnn.latex(size) == r"\left\lfloor \frac{I - 67}{32} \right\rfloor + 1"


def test_table() -> None:
    table = ALEXNET.at(I=227, classes=1000).table(["shape", "params"])
    assert [column.key for column in table.columns] == ["label", "shape", "params"]
    assert table.rows[1] == ("conv1", Shape(96, (55, 55)), 34_944)
    assert table.total == ("total", "", 62_378_344)
    with pytest.raises(UsageError, match="no column 'parms'"):
        ALEXNET.table(["parms"])


def test_a_table_shows_itself() -> None:
    table = ALEXNET.at(I=227, classes=1000).table(["shape", "params"])
    assert "62,378,344" in repr(table) and "96@55x55" in repr(table)
    assert table._repr_html_() == to_html(table)


def test_notebooks_get_a_table_for_each_of_several_nets() -> None:
    assert symcnn.zoo("million-pixels")._repr_html_().count("<table") == 4


def test_notebooks_get_a_table() -> None:
    html = symcnn.parse("input 1@8x8; conv 3x3 -> 4", name="<b>")._repr_html_()
    assert html.startswith('<div class="symcnn">')
    assert "<caption>&lt;b&gt;</caption>" in html


# ------------------------------------------------------------------ texts
def test_several_networks_in_one_text() -> None:
    text = "symbol N; net one { input 1@8x8; conv 3x3 -> N }\nnet two { input 1@8x8; fc -> N }"
    nets = symcnn.parse(text).nets
    assert list(nets) == ["one", "two"]
    assert (nets["one"].params, nets["two"].params) == (10 * N, 65 * N)
    assert nets["one"].at(N=4).params == 40
    assert nets["two"].name == "two"
    with pytest.raises(UsageError, match="holds 2 networks"):
        _ = symcnn.parse(text).params


def test_labels_of_a_net_block() -> None:
    net = symcnn.parse("net one { input 1@8x8; c: conv 3x3 -> 4 }").nets["one"]
    assert net["c"].params == 40


def test_load(tmp_path: Path) -> None:
    file = tmp_path / "net.cnn"
    file.write_text("input 1@8x8\nconv 3x3 -> 4\n", encoding="utf-8")
    assert symcnn.load(str(file)).params == 40
    file.write_text("input 1@8x8\nconv 3x3 ->\n", encoding="utf-8")
    with pytest.raises(LanguageError) as caught:
        symcnn.load(str(file))
    assert str(caught.value).startswith(f"{file}:2:12: error: ")


def test_parse_names_the_text_in_messages() -> None:
    with pytest.raises(LanguageError, match=r"^cell 3:1:1: error"):
        symcnn.parse("cnov", name="cell 3")


def test_format() -> None:
    assert symcnn.format("conv 3x3->8,stride 2  # a") == "conv 3x3 -> 8, stride 2  # a\n"
    assert symcnn.format("") == ""


@pytest.mark.parametrize(
    "call",
    [
        lambda: symcnn.parse("conv 3x3 -> 4"),
        lambda: symcnn.parse("input 3@8x8; conv 3x3"),
        lambda: symcnn.parse("input 3@8x8; assert params(c) == 1").check(),
        lambda: symcnn.parse("\0"),
        lambda: symcnn.format("{"),
        lambda: symcnn.zoo(""),
        lambda: symcnn.load("."),
        lambda: symcnn.load("\0"),
        lambda: ALEXNET["conv9"],
        lambda: ALEXNET.at(I=0),
        lambda: ALEXNET.measure("parms"),
        lambda: ALEXNET.table(["parms"]),
        lambda: symcnn.parse("input 3@8x8; add { conv 3x3 -> 3 | identity }"),
        lambda: symcnn.zoo("resnet50")["conv2.bottleneck9"],
    ],
)
def test_every_mistake_is_a_symcnn_error(call: Callable[[], object]) -> None:
    with pytest.raises(SymcnnError) as caught:
        call()
    assert "error: " in str(caught.value)
