"""Texts that must mean the same: written out or repeated, in any order, by any name.

The numbers of the properties are those of tests/properties/properties.toml, as far as they concern
graphs: concatenation and sums (19), shared and repeated parameters (27), receptive fields of
repeats and branches (35), repeats written out (38), formatting (39), renaming (40).
"""

from __future__ import annotations

import re

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from profiles import thorough

import symcnn
from symcnn.algebra.exact import evaluate
from symcnn.network.measures import COUNTED
from symcnn.verify.strategies import layers

BODIES = {
    "keeps the shape": "add { | conv 3x3 -> maps, pad 1; relu | identity }",
    "settles": "conv 3x3 -> 6, pad 1; relu",
    "grows by a number": "concat { | identity | conv 3x3 -> 5, pad 1; batchnorm }",
    "doubles": "conv 3x3 -> 2*maps, pad half",
    "shrinks": "conv 3x3 -> 4; conv 3x3 -> 4",
    "halves": "conv 3x3 -> 4, pad 1; maxpool 2x2",
    "enlarges": "deconv 2x2 -> 4, stride 2",
    "halves and doubles": "conv 4x4 -> 2*maps, stride 2, pad 1; relu",
    "settles, then shrinks": "depthwise 3x3; conv 1x1 -> 7",
    "without a closed form": "maxpool 3x3, stride 2, pad 1, ceil; upsample 3/2",
}
WORDS = tuple("conv depthwise maxpool relu batchnorm prelu deconv pad dense globalpool".split())
MEASURES = (*COUNTED, "maps", "extents", "receptive", "jump", "start")


def measures(net: symcnn.Network) -> dict[str, object]:
    return {name: getattr(net, name, None) or getattr(net.counts, name, None) for name in MEASURES}


def same(a: symcnn.Network, b: symcnn.Network, point: dict[str, int] | None = None) -> None:
    for name, value in measures(a).items():
        other = measures(b)[name]
        for mine, its in zip(
            value if isinstance(value, tuple) else (value,),
            other if isinstance(other, tuple) else (other,),
            strict=True,
        ):
            if mine is None or its is None:
                assert name in ("receptive", "jump", "start"), name
                continue
            if point is not None:
                known = {s: point[s.name] for s in (*mine.free_symbols, *its.free_symbols)}
                assert evaluate(mine, known) == evaluate(its, known), (name, mine, its)
            else:
                assert sympy.expand(mine - its) == 0, (name, mine, its)


@pytest.mark.parametrize("rounds", [1, 2, 3, 5])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_rounds_written_out(body: str, rounds: int) -> None:
    """A repeat is its body written as many times (38), at numbers and with the number a symbol."""
    head = "symbol I, D where D >= 0; input 3 @ I x 160; "
    text = head + f"repeat D {{ {body} }}; conv 1x1 -> 2"
    long = symcnn.parse(head + f"{body}; " * rounds + "conv 1x1 -> 2")
    same(symcnn.parse(text.replace("repeat D", f"repeat {rounds}")), long, {"I": 150})
    if "3/2" not in body:
        general = symcnn.parse(text)
        same(general.at(D=rounds), long, {"I": 150})
        same(general, long, {"I": 150, "D": rounds})


@thorough
@given(layers(words=WORDS, letters=False), st.lists(layers(letters=False), max_size=1), st.integers(0, 3))
def test_rounds_of_drawn_layers_written_out(first: str, more: list[str], rounds: int) -> None:
    """Both are the same network, or neither is one."""
    body, head = "; ".join([*more, first]), "input 4 @ 12x12; relu; "
    found = []
    for text in (f"repeat {rounds} {{ {body} }}", "; ".join([body] * rounds)):
        try:
            found.append(symcnn.parse(head + text))
        except symcnn.SymcnnError:
            found.append(None)
    one, other = found
    assert (one is None) == (other is None), body
    if one is not None and other is not None:
        same(one, other)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_no_round_is_nothing(body: str) -> None:
    nothing = symcnn.parse("symbol I; input 3 @ I x I; conv 1x1 -> 2")
    same(symcnn.parse(f"symbol I; input 3 @ I x I; repeat 0 {{ {body} }}; conv 1x1 -> 2"), nothing)


@pytest.mark.parametrize("body", [BODIES["keeps the shape"], BODIES["shrinks"], BODIES["grows by a number"]])
@given(outer=st.integers(1, 4), inner=st.integers(1, 4))
def test_rounds_of_rounds(body: str, outer: int, inner: int) -> None:
    head = "input 4 @ 90x90; "
    nested = symcnn.parse(f"{head} repeat {outer} {{ repeat {inner} {{ {body} }} }}")
    same(nested, symcnn.parse(f"{head} repeat {outer * inner} {{ {body} }}"))


def test_rounds_down_are_rounds_up() -> None:
    """The index counts down: the same layers in the other order."""
    up = symcnn.parse("symbol D; input 8@64x64; repeat i in 1..D { conv 3x3 -> 8*i, pad i, dilation i }")
    down = symcnn.parse(
        "symbol D; input 8@64x64; "
        "repeat i in D..1 { conv 3x3 -> 8*(D + 1 - i), pad D + 1 - i, dilation D + 1 - i }"
    )
    for rounds in (1, 2, 3, 6):
        same(up.at(D=rounds), down.at(D=rounds))
        same(up, down, {"D": rounds})


@given(
    st.permutations(
        ["conv 3x3 -> 4, pad 1", "conv 1x1 -> 2; relu", "identity", "maxpool 3x3, stride 1, pad 1"]
    )
)
def test_the_order_of_branches(branches: list[str]) -> None:
    """Counts do not depend on the order of branches; one branch alone is the branch (19)."""
    merged = symcnn.parse(f"symbol I; input 3@I x I; concat {{ | {' | '.join(branches)} }}")
    ordered = symcnn.parse(f"symbol I; input 3@I x I; concat {{ | {' | '.join(sorted(branches))} }}")
    same(merged, ordered)
    for word in ("add", "concat", "multiply"):
        alone = symcnn.parse(f"symbol I; input 3@I x I; {word} {{ | {branches[0]} }}")
        same(alone, symcnn.parse(f"symbol I; input 3@I x I; {branches[0]}"))


def test_a_split_put_together_is_the_tensor() -> None:
    parts = " | ".join(f"split 4, part {k}" for k in range(1, 5))
    net = symcnn.parse(f"symbol C, I where C % 4 == 0; input C @ I x I; concat {{ | {parts} }}")
    assert sympy.expand(net.maps - symcnn.symbol("C")) == 0 and net.params == 0


def test_branches_as_named_tensors() -> None:
    """Branches written with `from` and joined by name are the same graph."""
    branches = symcnn.parse(
        "symbol I; input 4@I x I; "
        "add { | conv 3x3 -> 4, pad 1; relu | conv 1x1 -> 4 | identity }; conv 3x3 -> 2"
    )
    named = symcnn.parse(
        "symbol I; x0: input 4@I x I; a: block; conv 3x3 -> 2".replace(
            "a: block",
            "conv 3x3 -> 4, pad 1; a: relu; from x0; b: conv 1x1 -> 4; from x0; add a, b",
        )
    )
    same(branches, named)


@given(st.integers(1, 5), st.booleans())
def test_shared_weights_count_once(times: int, call: bool) -> None:
    """Parameters once, operations each time (27)."""
    unit = "def unit() { conv 3x3 -> 4, pad 1; batchnorm; relu }" if call else ""
    what = "unit()" if call else "conv 3x3 -> 4, pad 1"
    head = f"{unit}; symbol I; input 4@I x I; c: {what}; "
    shared = symcnn.parse(head + "share c; " * times)
    looped = symcnn.parse(head + f"repeat {times} {{ share c }}")
    plain = symcnn.parse(head + f"{what}; " * times)
    same(shared, looped)
    for name in ("weights", "biases", "params", "buffers"):
        assert getattr(shared, name) == getattr(shared["c"], name)
    for name in ("macs", "connections", "neurons", "size", "receptive"):
        assert sympy.expand(getattr(shared, name) - getattr(plain, name)) == 0


def test_receptive_fields_of_repeats_and_branches() -> None:
    """repeat n of K = 3, S = 2 sees 2^(n+1) - 1; at S = 1 1 + n (K - 1); branches the largest (35)."""
    D, K = symcnn.symbol("D"), symcnn.symbol("K")
    halving = symcnn.parse("symbol D; input 1 @ I; repeat D { conv 3 -> 1, stride 2, pad 1 }")
    plain = symcnn.parse("symbol D; input 1 @ I; repeat D { conv K -> 1 }")
    assert sympy.expand(halving.receptive - (2 ** (D + 1) - 1)) == 0
    assert sympy.expand(plain.receptive - (1 + D * (K - 1))) == 0
    deep = symcnn.parse("symbol D; input 1 @ I; repeat D { add { conv 3 -> 1, pad 1 | conv 5 -> 1, pad 2 } }")
    assert sympy.expand(deep.receptive - (1 + 4 * D)) == 0
    doubling = symcnn.parse("symbol D; input 1 @ I; repeat i in 1..D { conv 2 -> 1, dilation 2**(i - 1) }")
    assert sympy.expand(doubling.receptive - 2**D) == 0, "WaveNet, van den Oord et al. 2016"


TEXT = """
symbol depth where depth >= 1
let wide = 8
def unit(M) { conv 3x3 -> M, pad 1; relu }
input 3 @ I x I
first: unit(wide)
body: repeat i in 1..depth { e[i]: unit(wide*i) }
add { a: unit(maps) | identity }
concat first
"""


def test_names_do_not_matter() -> None:
    """Renaming labels, defs, lets, symbols and indices changes only names (40)."""
    names = {
        "depth": "tiefe",
        "wide": "breit",
        "unit": "teil",
        "first": "eins",
        "body": "rumpf",
        "a": "links",
    }
    renamed = re.sub(r"\b[a-z]+\b", lambda word: names.get(word[0], word[0]), TEXT)
    renamed = renamed.replace("repeat i", "repeat nr").replace("e[i]", "f[nr]").replace("*i", "*nr")
    one, other = symcnn.parse(TEXT), symcnn.parse(renamed)
    for rounds in (1, 2, 4):
        same(one.at(depth=rounds), other.at(tiefe=rounds))
    assert measures(symcnn.parse(symcnn.format(TEXT))) == measures(one)  # 39
    unused = "let never = 3\ndef nothing() { relu }\n" + TEXT
    assert measures(symcnn.parse(unused)) == measures(one)


@pytest.mark.parametrize("count", [100, 10**6])
def test_many_rounds_cost_what_few_cost(count: int) -> None:
    net = symcnn.parse(f"input 8 @ 9x9; repeat {count} {{ repeat 1000 {{ conv 3x3 -> 8, pad 1; relu }} }}")
    assert net.params == count * 1000 * (9 * 64 + 8)
    assert len(list(net.root.leaves)) == 3
