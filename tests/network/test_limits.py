"""What the limits allow works, what passes them is an error with a place; nothing is endless."""

from __future__ import annotations

import pytest

import symcnn
from symcnn.network import state
from symcnn.network.limits import MAX_NODES, MAX_TERMS
from symcnn.network.scope import MAX_CALLS

DEEP = 98  # brackets: the language allows 100


def nest(pattern: str, inner: str, times: int) -> str:
    for _ in range(times):
        inner = pattern.replace("@", inner)
    return inner


def formula(expression: str) -> symcnn.Network:
    return symcnn.parse(f"input 1@8x8\nconv 3x3 -> {expression}")


@pytest.mark.parametrize(
    "pattern",
    ["(1+@)", "max(1,@)", "-(@)", "1+2*-max(1,@)**1", "(3+@)*2", "min(9, 1+@)", "max(7, 2+@)", "(@+3)//2"],
)
def test_brackets_as_deep_as_the_language_allows(pattern: str) -> None:
    net = formula(f"9 + max(1, {nest(pattern, 'N', DEEP)})")
    net.table()
    assert net.at(N=3).symbols == {}


def test_blocks_as_deep_as_the_language_allows() -> None:
    net = symcnn.parse("input 1@8x8\n" + nest("{ @ }", "conv 3x3 -> 2", MAX_CALLS))
    assert net.params == 20


def lines(*parts: str) -> str:
    return "\n".join(parts)


GROWTH = {
    "a power of a sum": "let a = (N + M + K + C + 1)**60",
    "a tower of products": lines("let a0 = N + M", *(f"let a{i + 1} = a{i}*(a{i} + C)" for i in range(30))),
    "a quotient of itself": f"let a = {nest('max(7, 1 + (3*@)//2)', 'N', 45)}",
    "calls in calls": lines(
        "let f0(y) = y + 1",
        *(f"let f{i + 1}(y) = {nest('(1+@)', f'f{i}(y)', 90)}" for i in range(95)),
        "let a = f95(1)",
    ),
    "two calls each": lines(
        *(f"let f{i}(y) = f{i + 1}(y)*f{i + 1}(y + M)" for i in range(12)),
        "let f12(y) = y + C",
        "let a = f0(N)",
    ),
    "a function of itself": "let f(y) = f(y + 1)\nlet a = f(1)",
    "a block of itself": "def f() { f() }\ninput 1@8x8\nf()",
    "blocks and calls": lines(
        "def f0() { relu }",
        *(f"def f{i + 1}() {{ {nest('{ @ }', f'f{i}()', 90)} }}" for i in range(9)),
        "input 1@8x8; f9()",
    ),
    "an endless power": "let a = 2**(10**9)",
    "a large table row": "input 1@8x8\nconv 1 -> 1, table [0..10**9]",
    "too many layers": lines(
        *(f"def f{i}() {{ f{i + 1}(); f{i + 1}() }}" for i in range(12)),
        "def f12() { relu }",
        "input 1@8x8; f0()",
    ),
}


@pytest.mark.parametrize("case", GROWTH)
def test_growth_ends_in_an_error_with_a_place(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MAX_LAYERS", 1000)
    text = GROWTH[case]
    with pytest.raises(symcnn.SymcnnError) as caught:
        symcnn.parse(text)
    assert caught.value.place is not None
    assert caught.value.place.line <= text.count("\n") + 1


def test_the_limits_are_those_of_the_messages() -> None:
    with pytest.raises(symcnn.NetworkError, match=f"beyond {MAX_TERMS} terms"):
        formula("(N + M + K + C + 1)**60")
    with pytest.raises(symcnn.NetworkError, match=f"beyond {MAX_NODES} terms"):
        formula(nest("max(7, 1 + (3*@)//2)", "N", 45))


def test_a_long_chain_is_no_trouble() -> None:
    net = symcnn.parse("input 1@100000x100000\n" + "conv 3x3 -> 8; relu\n" * 2000)
    assert net.shape == symcnn.Shape(8, (96000, 96000))
    assert net["conv2000"].receptive == 4001


def test_one_floor_at_any_depth() -> None:
    net = symcnn.parse("input 1@I x I\n" + "conv 3x3 -> 8, stride 2\n" * 60)
    size = net["conv60"].size
    assert len(size.atoms(symcnn.FloorDiv)) == 1
    assert net["conv60"].jump == 2**60 and net["conv60"].receptive == 2**61 - 1
