"""What a picture says of layers and blocks, and what it folds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from layers.brute import Case
from layers.cases import Writer, cases
from render.pictures import read_mermaid, wrong

from symcnn.errors import SymcnnError
from symcnn.layers import registry
from symcnn.network.model import Model
from symcnn.render.caption import caption
from symcnn.render.diagram import Box, Frame, Item, Joint, items
from symcnn.render.folding import diagram
from symcnn.render.lettering import LINE, LONGER, width, wrapped
from symcnn.render.mermaid import to_mermaid
from symcnn.render.placing import scene
from symcnn.source import Source


def read(text: str) -> Model:
    return Model.read(Source("net", text))


def drawn(text: str, depth: int = 9) -> list[Item]:
    """Return the items of the picture of a text, those behind its input."""
    return list(items(diagram(read(text), depth).body))[1:]


def said(item: Item) -> str:
    """Return all lines of an item."""
    if isinstance(item, Box):
        name = f"{item.name}: " if item.name else ""
        return (
            " / ".join((name + item.heading[0], *item.heading[1:], *item.notes)) + f" {item.times}".rstrip()
        )
    if isinstance(item, Joint):
        return " ".join(filter(None, (item.name and f"{item.name}:", item.sign, *item.notes)))
    return f"[{item.title}]{f' {item.times}'.rstrip()}" if isinstance(item, Frame) else "fork"


# -------------------------------------------------------------------- captions
@pytest.mark.parametrize(
    ("text", "short", "full"),
    [
        ("conv 3x3 -> 8", "conv 3x3 → 8", "conv 3x3 → 8"),
        ("conv 3 -> 8, pad 1, no bias", "conv 3x3 → 8", "conv 3x3 → 8, pad 1, no bias"),
        ("conv 3x5 -> N, stride 2x1, pad 0:1", "conv 3x5 → N, stride 2x1",
         "conv 3x5 → N, stride 2x1, pad 0:1"),
        ("conv K -> 2*N, pad half, dilation 2", "conv K x K → 2·N, dilation 2",
         "conv K x K → 2·N, pad half, dilation 2"),
        ("conv 2 -> 4, groups 2, fixed", "conv 2x2 → 4, groups 2, fixed", "conv 2x2 → 4, groups 2, fixed"),
        ("conv 2 -> 3, table [0..1, 2..3, [0]]", "conv 2x2 → 3", "conv 2x2 → 3, table of 5 links"),
        ("maxpool 2, ceil", "maxpool 2x2", "maxpool 2x2, ceil"),
        ("maxpool 3, stride 2", "maxpool 3x3, stride 2", "maxpool 3x3, stride 2"),
        ("deconv 2 -> 4, stride 2, outpad 1", "deconv 2x2 → 4, stride 2",
         "deconv 2x2 → 4, stride 2, outpad 1"),
        ("depthwise 3", "depthwise 3x3", "depthwise 3x3"),
        ("depthwise 3 -> 8", "depthwise 3x3 → 8", "depthwise 3x3 → 8"),
        ("upsample 3/2", "upsample 3/2 x 3/2", "upsample 3/2 x 3/2"),
        ("split 2, part 2", "split 2, part 2", "split 2, part 2"),
        ("split 2, part 1", "split 2", "split 2"),
        ("crop 0:1 x 2:2", "crop 0:1 x 2", "crop 0:1 x 2"),
        ("dropout 0.5", "dropout", "dropout"),
        ("dropout 0.2", "dropout 1/5", "dropout 1/5"),
        ("lrn", "lrn", "lrn"),
        ("prelu, shared", "prelu, shared", "prelu, shared"),
        ("fc -> classes, no bias", "fc → classes", "fc → classes, no bias"),
        ("input 3 @ I x (2*I)", "input 3 @ I x (2·I)", "input 3 @ I x (2·I)"),
    ],
)  # fmt: skip
def test_captions(text: str, short: str, full: str) -> None:
    before = "" if text.startswith("input") else "input 4@8x8; "
    *_, node = read(f"symbol classes; {before}{text}").root.leaves
    assert caption(node.layer) == short
    assert caption(node.layer, full=True) == full


@pytest.mark.parametrize("word", sorted(set(registry()) - {"input"}))
def test_a_full_caption_is_the_language(word: str) -> None:
    """Read again, it is the same layer, whatever was left to the defaults."""

    @settings(max_examples=25)
    @given(cases(word))
    def check(case: Case) -> None:
        case = replace(case, rows=None, fan_ins=None)  # of a table only its links are told
        for letters in (False, True):
            writer = Writer(letters=letters)
            text = writer.net([case])
            try:
                *_, node = read(text).root.leaves
            except SymcnnError:
                return
            start = text[: text.index("a1:")]
            *_, again = read(f"{start}{caption(node.layer, full=True).replace('→', '->')}").root.leaves
            assert again.layer == node.layer
            assert len(caption(node.layer)) <= len(caption(node.layer, full=True))

    check()


# -------------------------------------------------------------------- what is folded
FOLDED = {
    "quiet layers are words of the layer before": (
        "conv 3 -> 4; batchnorm; relu; dropout 0.5; conv 3 -> 4",
        ["conv 3x3 → 4 / batchnorm, relu, dropout", "conv 3x3 → 4"],
    ),
    "where there is none they stand by themselves": ("batchnorm; relu", ["batchnorm, relu"]),
    "a named tensor is not folded away": (
        "c: conv 1 -> 4; relu; add c; relu",
        ["c: conv 1x1 → 4", "relu", "add c relu"],
    ),
    "nor is one that goes on elsewhere": (
        "c: conv 1 -> 4; relu; from c; relu; conv 1 -> 2",
        ["c: conv 1x1 → 4", "relu", "from from c relu", "conv 1x1 → 2"],
    ),
    "nor an output": (
        "c: conv 1 -> 4; relu; conv 1 -> 2; output c",
        ["c: conv 1x1 → 4", "relu", "conv 1x1 → 2"],
    ),
    "a quiet layer may be the one that is named": (
        "c: conv 1 -> 4; r: relu; sigmoid; add r",
        ["c: conv 1x1 → 4 / relu", "sigmoid", "add r"],
    ),
    "behind branches they stand at the joint": (
        "add { conv 1 -> 4 | identity }; batchnorm; relu",
        ["fork", "conv 1x1 → 4", "add batchnorm, relu"],
    ),
    "behind a frame they stand by themselves": (
        "b: { conv 1 -> 4; conv 3 -> 4 }; relu",
        ["[b]", "conv 1x1 → 4", "conv 3x3 → 4", "relu"],
    ),
    "blocks with one layer are that layer": (
        "def unit(n) { conv 3 -> n; relu }\nunit(8); a: unit(4); b: { fc -> 2; softmax }",
        ["conv 3x3 → 8 / relu", "a: conv 3x3 → 4 / relu", "b: fc → 2 / softmax"],
    ),
    "blocks without a name are not seen": (
        "{ conv 3 -> 4; { conv 1 -> 4 } }", ["conv 3x3 → 4", "conv 1x1 → 4"],
    ),
    "a side of an if is not seen": (
        "if 2 > 1 { conv 3 -> 4; conv 1 -> 2 }", ["conv 3x3 → 4", "conv 1x1 → 2"],
    ),
    "labels that were not written are not shown": (
        "conv1: conv 1 -> 4; conv 1 -> 4", ["conv1: conv 1x1 → 4", "conv 1x1 → 4"],
    ),
    "merges have names": (
        "m: multiply { relu | tanh }; n: concat m", ["fork", "relu", "tanh", "m: multiply", "n: concat m"],
    ),
    "named tensors are shown as they are written": (
        "a: conv 1 -> 4; conv 3 -> 4; m: add crop( a )   # cut\n",
        ["a: conv 1x1 → 4", "conv 3x3 → 4", "m: add crop( a )"],
    ),
    "several named tensors": (
        "a: conv 1 -> 4; b: { c: conv 1 -> 4; conv 1 -> 4 }; concat a, b.c, b",
        ["a: conv 1x1 → 4", "[b]", "c: conv 1x1 → 4", "conv 1x1 → 4", "concat a, b.c, b"],
    ),
    "shared weights": ("a: conv 1 -> 4; share a; b: share a",
        ["a: conv 1x1 → 4", "share1: conv 1x1 → 4 / weights of a", "b: conv 1x1 → 4 / weights of a"]),
    "a second input": (
        "conv 1 -> 2; input 2 @ 5x5; conv 1 -> 2", ["conv 1x1 → 2", "input 2@5x5", "conv 1x1 → 2"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FOLDED)
def test_folding(what: str) -> None:
    text, expected = FOLDED[what]
    assert [said(item) for item in drawn(f"input 4@9x9\n{text}")] == expected


# -------------------------------------------------------------------- blocks
TWO = "def two(n, s = 1) { conv 3 -> n, stride s; conv 1 -> n }\n"
BLOCKS = {
    "the second of a kind is like the first": (
        "a: two(4); b: two(8)", ["[a: two(4)]", "conv 3x3 → 4", "conv 1x1 → 4", "b: two(8) / like a"],
    ),
    "as the first where layers and shapes are the same": (
        "conv 1 -> 4; a: { conv 1 -> 4; conv 1 -> 4 }; b: { conv 1 -> 4; conv 1 -> 4 }",
        ["conv 1x1 → 4", "[a]", "conv 1x1 → 4", "conv 1x1 → 4", "b / as a"],
    ),
    "the same layers on another shape are not the same": (
        "a: two(4); b: two(4)", ["[a: two(4)]", "conv 3x3 → 4", "conv 1x1 → 4", "b: two(4) / like a"],
    ),
    "without a label it is the one above": (
        "two(4); two(8)", ["[two(4)]", "conv 3x3 → 4", "conv 1x1 → 4", "two(8) / like above"],
    ),
    "another def is another kind": (
        "def other() { conv 3 -> 4; conv 1 -> 4 }\na: two(4); b: other()",
        ["[a: two(4)]", "conv 3x3 → 4", "conv 1x1 → 4", "[b: other]", "conv 3x3 → 4", "conv 1x1 → 4"],
    ),
    "arguments of symbols are shown": (
        "a: two(2*N, s=2)  # half", ["[a: two(2*N, s=2)]", "conv 3x3 → 2·N, stride 2", "conv 1x1 → 2·N"],
    ),
    "those of names in a def are not": (
        "def outer(M) { two(M); conv 1 -> M; two(3) }\no: outer(5)",
        ["[o: outer(5)]", "[two]", "conv 3x3 → 5", "conv 1x1 → 5", "conv 1x1 → 5", "two(3) / like above"],
    ),
    "nor those of a let": (
        "let w = 3\na: two(w)", ["[a: two]", "conv 3x3 → 3", "conv 1x1 → 3"],
    ),
    "a name of a def may be that of a symbol": (
        "def outer(N) { two(N); conv 1 -> N }\no: outer(5)",
        ["[o: outer(5)]", "[two]", "conv 3x3 → 5", "conv 1x1 → 5", "conv 1x1 → 5"],
    ),
    "comments in a call are not shown": (
        'a: two(4,  # "]--><script>\n  s = 2)',
        ["[a: two(4, s = 2)]", "conv 3x3 → 4, stride 2", "conv 1x1 → 4"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BLOCKS)
def test_blocks(what: str) -> None:
    text, expected = BLOCKS[what]
    found = drawn(f"{TWO}input 4@30x30\n{text}")
    assert [said(item) for item in found] == expected


# Text, the pairs of items between which named tensors go, and what leaves the network.
TENSORS = {
    "to a joint": ("a: conv 1 -> 4; conv 1 -> 4; j: add a", {("a", "j")}, {"j": "4@30x30"}),
    "to a closed block": (
        "a: conv 1 -> 4; b: { conv 1 -> 4; conv 1 -> 4; add a }", {("a", "b")}, {"b": "4@30x30"},
    ),
    "from a closed block": (
        "b: { c: conv 1 -> 4; conv 1 -> 4 }; j: add b.c, b", {("b", "j")}, {"j": "4@30x30"},
    ),
    "within a closed block": (
        "b: { c: conv 1 -> 4; conv 1 -> 4; add c }", set(), {"b": "4@30x30"},
    ),
    "on from a tensor: only what it becomes leaves": (
        "a: conv 1 -> 4; f: from a; c: conv 1 -> 2", {("a", "f")}, {"c": "2@30x30"},
    ),
    "on from another: both leave": (
        "a: conv 1 -> 4; b: conv 1 -> 3; f: from a; c: conv 1 -> 2", {("a", "f")},
        {"b": "3@30x30", "c": "2@30x30"},
    ),
    "on from another, in a closed block": (
        "a: conv 1 -> 4; b: conv 1 -> 3; c: { from a; conv 1 -> 2; conv 1 -> 2 }", {("a", "c")},
        {"b": "3@30x30", "c": "2@30x30"},
    ),
    "branches that all go on from elsewhere": (
        "a: conv 1 -> 4; b: conv 1 -> 3; m: add { f: from a; tanh | g: from a; relu }",
        {("a", "f"), ("a", "g")}, {"b": "3@30x30", "m": "4@30x30"},
    ),
    "the output is the last": ("a: conv 1 -> 4; b: conv 1 -> 2; output b", set(), {"b": "2@30x30"}),
    "the output is another": (
        "a: conv 1 -> 4; b: conv 1 -> 2; output a", set(), {"a": "4@30x30, output"},
    ),
    "several outputs": (
        "a: conv 1 -> 4; b: conv 1 -> 2; output a, b", set(),
        {"a": "4@30x30, output", "b": "2@30x30, output"},
    ),
    "to a joint in every round": (
        "a: conv 1 -> 4; conv 1 -> 4; repeat D { j: add a }", {("a", "j")}, {"": "4@30x30"},
    ),
    "to a joint in every round, in a closed block": (
        "a: conv 1 -> 4; b: { conv 1 -> 4; repeat D { add a } }", {("a", "b")}, {"b": "4@30x30"},
    ),
    "from a block without layers": (
        "b: { repeat 0 { conv 1 -> 2 } }; conv 1 -> 4; j: add b", {("b", "j")}, {"j": "4@30x30"},
    ),
    "a round of another repeat": (
        "repeat i in 1..3 { e[i]: conv 1 -> 4; maxpool 1 }; repeat i in 3..1 { maxpool 1; j: add e[i] }",
        {("e[i]", "j")}, {"": "4@30x30"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TENSORS)
def test_named_tensors_and_ends(what: str) -> None:
    text, skips, ends = TENSORS[what]
    depth = 0 if "closed" in what else 9
    found = diagram(read(f"input 4@30x30\n{text}"), depth)
    names = {item.key: getattr(item, "name", "") or getattr(item, "title", "") for item in items(found.body)}
    by_key = {item.key: item for item in items(found.body)}
    assert {(names[skip.source], names[skip.target]) for skip in found.skips} == skips
    assert {names[key]: found.label(by_key[key]) for key in found.ends} == ends
    assert wrong(scene(found)) == []
    read_mermaid(to_mermaid(found))


def test_values_stand_in_calls() -> None:
    model = read(f"{TWO}symbol n1, N = 4\ninput 4@30x30; a: two(2*N, s = n1)")
    G = model.at(N=7, n1=2)
    assert [said(item) for item in items(diagram(G, 0).body)][1:] == ["a: two(2*7, s = 2) / 2 layers"]
    half = model.at({"N": read("input G@1").root.output.maps + 1})
    assert [said(item) for item in items(diagram(half, 0).body)][1:] == [
        "a: two(2*(G + 1), s = n1) / 2 layers"
    ]


# -------------------------------------------------------------------- rounds
ROUNDS = {
    "one layer": ("repeat D { conv 1 -> 4; relu }", ["conv 1x1 → 4 / relu × D"]),
    "one layer, the first time on other maps": (
        "repeat D { conv 1 -> 8; relu }", ["conv 1x1 → 8 / relu × D"],
    ),
    "several layers": (
        "repeat 3 { conv 1 -> 4; conv 3 -> 4, pad 1 }", ["[] × 3", "conv 1x1 → 4", "conv 3x3 → 4"],
    ),
    "a call": ("r: repeat D - 1 { two(4) }", ["[r: two(4)] × (D − 1)", "conv 3x3 → 4", "conv 1x1 → 4"]),
    "one that is like another": (
        "r: repeat D { two(4) }; repeat 2 { two(5) }; two(6)",
        ["[r: two(4)] × D", "conv 3x3 → 4", "conv 1x1 → 4", "two(5) / like r × 2", "two(6) / like r"],
    ),
    "an index that shows": (
        "repeat i in 1..D { conv 1 -> 2**i; relu }", ["conv 1x1 → 2^i / relu, i = 1, …, D × D"],
    ),
    "an index that runs down": (
        "repeat i in D..1 { e[i]: two(i) }", ["[e[i]: two, i = D, …, 1] × D", "conv 3x3 → i", "conv 1x1 → i"],
    ),
    "what follows is not part of the rounds": (
        "repeat D { conv 1 -> 4 }; relu", ["conv 1x1 → 4 × D", "relu"],
    ),
    "no round": ("conv 1 -> 2; repeat 0 { conv 1 -> 4 }", ["conv 1x1 → 2"]),
    "no round, then a layer": (
        "b: { repeat 0 { conv 1 -> 4 }; conv 1 -> 2; conv 1 -> 3 }", ["[b]", "conv 1x1 → 2", "conv 1x1 → 3"],
    ),
    "no round in a block": ("b: { repeat 0 { conv 1 -> 4 } }", ["[b]"]),
    "a first round that differs": (
        "r: repeat D { conv 1 -> 2*maps; conv 1 -> 8 }",
        ["[r, round 1]", "conv 1x1 → 8", "conv 1x1 → 8", "r / like round 1 × (D − 1)"],
    ),
    "rounds of one layer that differ": (
        "repeat 3 { conv 1 -> maps*maps; relu }",
        ["round 1: conv 1x1 → 16 / relu", "round 2: conv 1x1 → 256 / relu",
         "round 3: conv 1x1 → 65536 / relu"],
    ),
    "one layer whose tensor is named": (
        "repeat i in 1..3 { e[i]: conv 1 -> 4; relu }; add e[2]",
        ["[] × 3", "e[i]: conv 1x1 → 4", "relu", "add e[2]"],
    ),
    "one round": ("repeat 1 { conv 1 -> 2; conv 1 -> 3 }", ["conv 1x1 → 2", "conv 1x1 → 3"]),
    "blocks that differ in their rounds": (
        "def s(D) { conv 1 -> 4; repeat D { two(4) } }\na: s(2); b: s(3)",
        ["[a: s(2)]", "conv 1x1 → 4", "[two(4)] × 2", "conv 3x3 → 4", "conv 1x1 → 4",
         "b: s(3) / as a with × 3"],
    ),
}  # fmt: skip
KEEP = "def two(n) { conv 3 -> n, pad 1; conv 1 -> n }\nsymbol D = 4\n"


@pytest.mark.parametrize("what", ROUNDS)
def test_rounds(what: str) -> None:
    text, expected = ROUNDS[what]
    assert [said(item) for item in drawn(f"{KEEP}input 4@30x30\n{text}")] == expected


def test_rounds_without_a_closed_form_are_said_to_be_alike() -> None:
    text = "w: repeat 4 { conv 3 -> maps*maps, pad 1; conv 1 -> maps }"
    found = drawn(f"input 2@9x9\n{text}")
    assert [said(item) for item in found] == [
        "[w, round 1]", "conv 3x3 → 4", "conv 1x1 → 4", "w, rounds 2 to 4 / like round 1",
    ]  # fmt: skip
    assert found[-1].shape == "65536@9x9"


def test_what_arrives_in_a_round_is_said_where_it_is_known() -> None:
    """Beside the arrow that enters a frame, if it differs; not where it is another in the first round."""
    for text, labels in (
        ("repeat i in 1..3 { two(maps + 1) }", ["1@9x9", "i @ 9 x 9", *["(i + 1) @ 9 x 9"] * 2, "4@9x9"]),
        ("repeat i in 1..3 { two(3*i) }", ["1@9x9", *["3·i @ 9 x 9"] * 2, "9@9x9"]),
        ("repeat i in 1..3 { two(3*i); conv 1 -> 3*i }", ["1@9x9", *["3·i @ 9 x 9"] * 3, "9@9x9"]),
    ):
        found = scene(diagram(read(f"{KEEP}input 1@9x9\n{text}"), 9)).labels
        assert [label.text for label in sorted(found, key=lambda label: label.at[1])] == labels


def test_a_round_says_only_what_holds_in_all() -> None:
    """In the first round other maps arrive, so that no formula is shown for what arrives."""
    *_, frame = (
        item
        for item in drawn(f"{KEEP}input 1@30x30\nrepeat i in 1..D {{ two(3*i) }}")
        if isinstance(item, Frame)
    )
    assert (frame.body.shape, frame.shape) == ("", "3·D @ 30 x 30")
    *_, frame = (
        item
        for item in drawn(f"{KEEP}input 1@30x30\nrepeat i in 1..D {{ two(maps + 1) }}")
        if isinstance(item, Frame)
    )
    assert (frame.body.shape, frame.shape) == ("i @ 30 x 30", "(D + 1) @ 30 x 30")


# -------------------------------------------------------------------- letters
@pytest.mark.parametrize(
    ("caption_", "lines"),
    [
        ("", ("",)),
        ("conv", ("conv",)),
        ("a, b", ("a, b",)),
        ("x" * 60, ("x" * 55 + "…",)),
        (f"{'a' * 20}, {'b' * 20}, c", (f"{'a' * 20},", f"{'b' * 20}, c")),
    ],
)
def test_lines_break_behind_commas(caption_: str, lines: tuple[str, ...]) -> None:
    assert wrapped(caption_) == lines


def test_lines_are_as_long_as_they_may_be() -> None:
    words = [f"word{n}" for n in range(40)]
    for most in (LINE, LONGER):
        lines = wrapped(", ".join(words), most)
        assert " ".join(lines).split(", ") == words
        assert all(len(line) <= most + 1 for line in lines) and max(map(len, lines)) > most - 8


# Widths of DejaVu Sans, from its font file, in thousandths.
DEJAVU = {
    **{"i": 278, "m": 974, "W": 989, "0": 636, " ": 318, "→": 838, "⌊": 390, "²": 401, "·": 318, "a": 613},
    **{"(": 390, "−": 838, "×": 838, "x": 592, "@": 1000, "O": 787, "f": 352, "‖": 500, "…": 1000},
}


def test_widths_are_those_of_the_font_or_a_little_more() -> None:
    for letter, expected in DEJAVU.items():
        assert expected - 4 <= width(letter, 1000) <= expected + 90
