"""The network of a text: labels, substitution, conditions, outputs."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import symcnn
from symcnn.algebra.exact import evaluate
from symcnn.verbs.claims import check

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "samples").glob("*.cnn"))
MEASURES = ("params", "weights", "biases", "fixed", "neurons", "connections", "macs", "receptive", "jump")

I, K, N, S, P, C = (symcnn.symbol(name) for name in "IKNSPC")
CHAIN = """
symbol I, K, N, S, P where I >= 40, K <= 5, P <= 2, S <= 3
input 2 @ I x (I + 1)
a: conv K -> N, stride S, pad P; relu
b: maxpool 2, pad 0:1
c: conv 3 x K -> 2*N, no bias; batchnorm
d: fc -> 10
"""


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples(path: Path) -> None:
    """All claims of the samples are proved or hold."""
    verdicts = symcnn.load(str(path)).check()
    assert {v.outcome for v in verdicts} <= {"proved", "holds"}
    assert verdicts or path.stem == "sweep_net"


@given(
    st.fixed_dictionaries(
        {
            "I": st.integers(40, 60),
            "K": st.integers(1, 5),
            "N": st.integers(1, 9),
            "S": st.integers(1, 3),
            "P": st.integers(0, 2),
        }
    ),
    st.integers(0, 5),
)
def test_values_before_and_after_derivation_agree(values: dict[str, int], split: int) -> None:
    """Reading the text with values, in one or two steps, is substituting into the formulas."""
    general = symcnn.parse(CHAIN)
    point = {general.symbols[name]: value for name, value in values.items()}
    names = list(values)
    first = {name: values[name] for name in names[:split]}
    second = {name: values[name] for name in names[split:]}
    for net in (general.at(values), general.at(first).at(second)):
        assert not net.symbols
        for label, part in general.labels.items():
            for name in MEASURES:
                formula, number = part.measure(name), net[label].measure(name)
                if isinstance(formula, tuple):
                    assert tuple(evaluate(f, point) for f in formula) == number or isinstance(
                        number, sympy.Expr
                    )
                elif formula is not None:
                    assert evaluate(formula, point) == number


def test_values_are_put_in_all_at_once() -> None:
    net = symcnn.parse("input C @ I x I; conv K -> N")
    swapped = net.at({K: N, N: K})
    assert swapped.params == K * (C * N**2 + 1)


def test_expressions_bring_their_symbols() -> None:
    t = symcnn.symbol("t")
    net = symcnn.zoo("alexnet").at(I=32 * t + 3)
    assert net["pool3"].size == t - 1
    assert list(net.symbols) == ["classes", "t"]
    assert net.valid == (t >= 2)
    assert net.at(t=7, classes=1000).params == 62378344


def test_domains_hold_for_expressions() -> None:
    net = symcnn.parse("symbol I = 224 where I % 32 == 0, I >= 32; input 1 @ I x I; conv 1 -> 1")
    half = net.at(I=2 * symcnn.symbol("t"))
    assert half.at(t=16).symbols == {}
    with pytest.raises(symcnn.DomainError):
        half.at(t=17)


@pytest.mark.parametrize("value", [0, -3, Fraction(1, 2)])
def test_values_outside_the_kind_are_errors(value: object) -> None:
    with pytest.raises(symcnn.DomainError):
        symcnn.zoo("one-conv").at(I=value)


@pytest.mark.parametrize("value", [0.5, True, "227", None, [3], sympy.Float(3), sympy.oo])
def test_inexact_values_are_errors(value: object) -> None:
    with pytest.raises(symcnn.UsageError, match="no exact number or formula"):
        symcnn.zoo("one-conv").at(I=value)


def test_symbols_must_be_integers() -> None:
    with pytest.raises(symcnn.DomainError) as caught:
        symcnn.zoo("one-conv").at(I=2 * sympy.Symbol("t"))
    assert str(caught.value).endswith("= hint: make the symbol with symcnn.symbol('t')")


def test_a_declared_bound_changes_the_kind() -> None:
    net = symcnn.parse("symbol D, z where D >= 0, z integer; input 1 @ 8 x 8; conv 1 -> D + 1 + z*z")
    assert net.symbols["D"].is_nonnegative and net.symbols["D"].is_positive is None
    assert net.symbols["z"].is_integer and net.symbols["z"].is_nonnegative is None


def test_valid_is_what_the_sizes_need() -> None:
    assert symcnn.zoo("alexnet").valid == (I >= 67)
    assert symcnn.parse("input 1 @ 32 x 32; conv 5 -> 6").valid is sympy.true
    assert symcnn.parse("input C @ I x I; conv 1 -> N, groups G").valid == sympy.And(
        sympy.Eq(symcnn.Mod(C, symcnn.symbol("G")), 0), sympy.Eq(symcnn.Mod(N, symcnn.symbol("G")), 0)
    )


@given(st.integers(1, 120))
def test_valid_is_sharp(extent: int) -> None:
    """A value meets `valid` if and only if the network can be built at it."""
    net = symcnn.zoo("alexnet")
    try:
        net.at(I=extent)
        built = True
    except symcnn.NetworkError:
        built = False
    assert built == bool(net.valid.subs(I, extent))


def test_labels_and_groups() -> None:
    net = symcnn.parse(
        "def pair(M) { a: conv 3 -> M; relu; b: conv 3 -> M }\n"
        "input 1 @ 20 x 20; one: pair(4); pair(8); late: { relu; conv 1 -> 2 }"
    )
    assert list(net.labels) == [
        "input1", "one", "one.a", "one.relu1", "one.b", "pair1", "pair1.a", "pair1.relu1", "pair1.b",
        "late", "late.relu1", "late.conv1",
    ]  # fmt: skip
    assert net["one"].params == net["one.a"].params + net["one.b"].params == 40 + 148
    assert net["one"].shape == symcnn.Shape(4, (16, 16))
    assert net["pair1"].input == net["one"].output


def test_written_labels_win_over_numbers() -> None:
    net = symcnn.parse("input 1@8x8; relu; relu1: tanh; relu2: tanh; relu")
    assert list(net.labels) == ["input1", "relu3", "relu1", "relu2", "relu4"]


def test_outputs() -> None:
    net = symcnn.parse("input 1@9x9; a: conv 3 -> 4; b: conv 3 -> 8; output a")
    assert net.shape == symcnn.Shape(4, (7, 7)) and net.params == 40 + 296
    two = symcnn.parse("input 1@9x9; a: conv 3 -> 4; b: conv 3 -> 8; output a, b")
    assert list(two.outputs) == ["a", "b"]
    with pytest.raises(symcnn.UsageError, match="several outputs"):
        _ = two.shape


def test_several_networks() -> None:
    net = symcnn.zoo("million-pixels")
    assert [n.name for n in net.nets.values()] == list(net.nets)
    with pytest.raises(symcnn.UsageError, match="holds 4 networks"):
        _ = net.params
    assert net.nets["one shared filter"].at(K=3, I=5).weights == 9


def test_a_receptive_field_is_the_input_where_all_is_seen() -> None:
    net = symcnn.parse("input 1 @ I x 9; a: conv 3 -> 4; flatten; b: dense -> 5; c: relu")
    assert net["flatten1"].receptive == 3
    assert net["b"].receptive == (I, 9) == net["c"].receptive
    assert net["b"].jump is None
    assert symcnn.parse("input 1@8x8; upsample 3/2; u: conv 3 -> 1")["u"].receptive is None


def test_parts_show_themselves() -> None:
    net = symcnn.zoo("one-conv")
    assert repr(net["conv1"]).startswith("<Node conv1: shape Nx(I - K + 2*P)//S + 1")
    assert repr(net) == "<Network zoo/one-conv.cnn: 2 layers, free symbols C, I, K, N, S, P>"


def test_claims_know_their_block() -> None:
    net = symcnn.parse("def f() { a: conv 3 -> 2; assert params(a) == 20 }; input 1@9x9; y: f()")
    assert [v.outcome for v in check(net)] == ["proved"]
