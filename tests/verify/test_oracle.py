"""The oracle itself: counted by hand, against complete enumeration, against publications."""

from __future__ import annotations

import ast
import csv
import sys
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layers import brute
from layers.brute import SEES_ALL, Case
from layers.cases import Writer, cases

import symcnn
from symcnn.language import syntax
from symcnn.language.parser import parse, parse_expression
from symcnn.layers import registry, vocabulary
from symcnn.source import Source
from symcnn.verify import oracle
from symcnn.verify.drafts import Program
from symcnn.verify.oracle import arithmetic as a
from symcnn.verify.oracle.arithmetic import Invalid, Scope, Unknown
from symcnn.verify.oracle.claiming import given_numbers, judged
from symcnn.verify.oracle.counting import linked
from symcnn.verify.oracle.interpreter import Limits, TooLarge, execute, interpret
from symcnn.verify.oracle.results import Measures, Result
from symcnn.verify.oracle.views import Seen, Sight, View
from symcnn.verify.strategies import near, numbered_programs

FOLDER = Path(oracle.__file__).parent
TESTS = Path(__file__).parents[1]
SAMPLES = sorted((TESTS / "data" / "samples").glob("*.cnn"))
CATALOGUE = sorted((TESTS.parent / "symcnn" / "catalogue").glob("*.cnn"))
PUBLISHED = list(
    csv.DictReader((TESTS / "data" / "published_nets.csv").read_text(encoding="utf-8").splitlines())
)


def sums(measures: Measures, *names: str) -> tuple[int, ...]:
    return tuple(getattr(measures.counts, name) for name in names)


def field(measures: Measures, source: str = "input1", axis: int = 0) -> tuple[object, ...]:
    sight = measures.sights[source][axis]
    return sight.extent, sight.start, sight.jump


# ------------------------------------------------------------------ expressions
EXPRESSIONS = {
    "7//2 + 7%2 - -7//2": 3 + 1 + 4,
    "2*3**2/4": Fraction(9, 2),
    "2**-1 + 1/2": 1,
    "min(3, 5) + max(2, 4, 1)": 7,
    "floor(7/2) + ceil(7/2)": 7,
    "log2(8) + floor(log2(9)) + ceil(log2(9))": 3 + 3 + 4,
    "ceil(log2(8))": 3,
    "divisible(100, 8)": 104,  # between 96 and 104 the larger
    "divisible(11, 8)": 16,  # 8 would be less than nine tenths of 11
    "divisible(3, 8)": 8,
    "divisible(1280*1.4, 8)": 1792,
    "-2 % 5": 3,
    "0.75*4": 3,
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(text: str) -> None:
    node = parse_expression(Source("e", text), vocabulary())
    assert a.value(node, Scope()) == EXPRESSIONS[text]


@pytest.mark.parametrize(
    "text", ["1/0", "1//0", "1 % 0", "log2(6)", "log2(1/2)", "2**(1/2)", "divisible(3, 0)"]
)
def test_what_is_no_number_is_invalid(text: str) -> None:
    with pytest.raises(Invalid):
        a.value(parse_expression(Source("e", text), vocabulary()), Scope())


def test_a_name_without_a_value_is_unknown() -> None:
    with pytest.raises(Unknown):
        interpret("input C @ 8x8")
    with pytest.raises(Unknown):
        interpret("symbol width = 3; input width @ 8x8")
    assert interpret("symbol width = 3; input width @ 8x8", defaults=True).total.shape == (3, (8, 8))


# ------------------------------------------------------------------ counted by hand
def test_a_convolution() -> None:
    result = interpret("input 3@8x8; c: conv 3x3 -> 4, stride 2, pad 1; relu")
    # 4 kernels of 3x3x3 and 4 biases; 4x4 windows
    assert result["c"].shape == (4, (4, 4))
    assert sums(result["c"], "weights", "biases", "params", "neurons") == (108, 4, 112, 64)
    assert sums(result["c"], "connections", "macs") == (112 * 16, 108 * 16)
    assert field(result.total) == (3, -1, 2)


def test_lenet_counts_as_its_paper_does() -> None:
    result = interpret("input 1@32x32; C1: conv 5x5 -> 6; S2: subsample 2x2; rbf -> 10, fixed")
    assert sums(result["C1"], "params", "connections") == (156, 122_304)
    assert sums(result["S2"], "params", "connections") == (12, 5_880)
    assert sums(result.total, "params", "fixed") == (168, 60)


def test_rounds_of_growth() -> None:
    # 2, then 2 + 3, then 2 + 3 + 3 maps arrive; 1x1 kernels without bias
    result = interpret("input 2@4; repeat 3 { concat { | identity | conv 1 -> 3, no bias } }")
    assert result.total.shape == (11, (4,))
    assert sums(result.total, "weights", "macs") == (3 * (2 + 5 + 8), 4 * 3 * (2 + 5 + 8))
    assert [e.rounds for e in result.layers] == [(), (1,), (1,), (2,), (2,), (3,), (3,)]


def test_rounds_with_an_index_up_and_down() -> None:
    result = interpret(
        "input 1@9; repeat i in 1..D { e[i]: conv 3 -> 2*i }; repeat i in D..1 { u[i]: relu }", {"D": 3}
    )
    assert [result[f"e[{i}]"].shape for i in (1, 2, 3)] == [(2, (7,)), (4, (5,)), (6, (3,))]
    assert [(n.label, n.indices) for n in result.written()] == [
        ("e", (1,)), ("e", (2,)), ("e", (3,)), ("u", (3,)), ("u", (2,)), ("u", (1,)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("over", "rounds"),
    [
        ("1..3", [1, 2, 3]),
        ("3..1", [3, 2, 1]),
        ("2..1", [2, 1]),
        ("2..2", [2]),
        ("D..1", [1]),
        ("D..-1", [1, 0, -1]),
    ],
)
def test_ranges(over: str, rounds: list[int]) -> None:
    result = interpret(f"input 1@9; repeat i in {over} {{ e[i]: relu }}", {"D": 1})
    assert [named.indices for named in result.written()] == [(i,) for i in rounds]


def test_no_round_and_less() -> None:
    assert interpret("input 1@9; repeat D - 1 { conv 3 -> 1 }", {"D": 1}).total.shape == (1, (9,))
    with pytest.raises(Invalid):
        interpret("input 1@9; repeat D - 2 { conv 3 -> 1 }", {"D": 1})


def test_a_definition_with_defaults_and_its_own_labels() -> None:
    text = """def f(M, S = M//2) { c: conv 1 -> M, stride S; relu; add c }
    input 1@9; b: f(4); f(2); d: f(S = 3, M = 1)"""
    result = interpret(text)
    assert [(n.label, n.measures.shape) for n in result.written()] == [
        ("b.c", (4, (5,))), ("b", (4, (5,))), ("d.c", (1, (2,))), ("d", (1, (2,))),
    ]  # fmt: skip
    assert sums(result["b"], "params") == (8,) and sums(result.total, "params") == (8 + 10 + 3,)


def test_labels_of_what_has_no_label_stand_outside() -> None:
    text = """input 1@9
    add { | p: conv 1 -> 2 | if 1 == 1 { q: conv 1 -> 2 } else { r: relu } }
    { s: relu }
    b: { t: { u: relu } }
    concat p, q, s, b.t.u
    d: { concat p; p: relu; concat p }"""
    result = interpret(text)
    assert [named.label for named in result.written()] == ["p", "q", "s", "b.t.u", "b.t", "b", "d.p", "d"]
    assert result.total.shape == (2 * (10 + 2), (9,))


def test_a_label_in_a_repeat_is_known_in_its_round() -> None:
    result = interpret("input 2@9; B: repeat 2 { c: conv 3 -> 2; relu; add c }; concat crop(B.c[1])")
    assert [(n.label, n.indices) for n in result.written()] == [("B.c", (1,)), ("B.c", (2,)), ("B", ())]
    assert result.total.shape == (4, (5,))
    with pytest.raises(Invalid):
        interpret("input 2@9; repeat 2 { c: relu }; add c")


def test_labels_of_calls_in_rounds() -> None:
    result = interpret(
        "def f(M) { c: conv 1 -> M }; input 1@9; repeat i in 1..2 { b: f(i); repeat i { d: relu } }"
    )
    found = [(n.label, n.indices) for n in result.written()]
    assert found == [
        ("b.c", (1,)), ("b", (1,)), ("d", (1, 1)), ("b.c", (2,)), ("b", (2,)), ("d", (2, 1)), ("d", (2, 2)),
    ]  # fmt: skip


def test_the_same_weights_once_more() -> None:
    text = "input 2@9; c: conv 3 -> 2, pad 1; d: share c; b: { conv 1 -> 2; batchnorm }; share b"
    result = interpret(text)
    assert sums(result["c"], "params", "macs") == (14, 12 * 9)
    assert sums(result["d"], "params", "biases", "macs", "neurons", "connections") == (0, 0, 108, 18, 126)
    assert sums(result.total, "params", "buffers", "macs") == (14 + 6 + 4, 4, 2 * 108 + 2 * 36)
    assert field(result.total) == (5, -2, 1)


@pytest.mark.parametrize("text", ["c: conv 1 -> 4; share c", "c: fc -> 4; fc -> 3; share c"])
def test_weights_that_do_not_fit(text: str) -> None:
    with pytest.raises(Invalid):
        interpret(f"input 2@9; {text}")


def test_what_a_decoder_meets() -> None:
    text = """input 1@I
    repeat i in 1..2 { e[i]: conv 3 -> 2*i; maxpool 2 }
    repeat i in 2..1 { deconv 2 -> 2*i, stride 2; concat crop(e[i]) }"""
    # 16 -> 14 | 7 -> 5 | 2 -> 4, of 5 the first 4 -> 8, of 14 the middle 8
    assert interpret(text, {"I": 16}).total.shape == (4, (8,))


def test_the_middle_is_cropped() -> None:
    # of 9 cells 6 from the second on; those that are left of the current tensor begin at the fourth
    result = interpret("input 1@9; a: relu; crop 3:0; concat crop(a)")
    assert field(result.total) == (3, 1, 1)


def test_gates_are_spread() -> None:
    text = "input 3@4x5; multiply { | identity | globalpool; dense -> 3 | conv 1 -> 1 }"
    assert interpret(text).total.shape == (3, (4, 5))
    with pytest.raises(Invalid):
        interpret("input 3@4x5; multiply { | identity | conv 1 -> 2 }")
    with pytest.raises(Invalid):
        interpret("input 3@4x5; multiply { | identity | maxpool 2 }")
    with pytest.raises(Invalid):
        interpret("input 3@4x5; add { | identity | globalpool }")


def test_where_names_stand() -> None:
    text = "def f() { conv 1 -> 2*maps; let m = maps; conv 1 -> m + 1; conv size//3 -> 1 }; input 2@9x9; f()"
    assert [e.measures.shape for e in interpret(text).layers] == [
        (2, (9, 9)), (4, (9, 9)), (5, (9, 9)), (1, (7, 7)),
    ]  # fmt: skip
    assert interpret("input 2@9x6; conv size -> 1").total.shape == (1, (1, 1))
    with pytest.raises(Invalid):
        interpret("input 2@9x6; conv 1 -> size//3")


def test_several_inputs_outputs_and_networks() -> None:
    text = """symbol I = 9
    net one { a: input 1@I; b: input 2@I; c: conv 3 -> 2; from a; d: conv 3 -> 2, stride 2; output c, d }
    net two { input 1@I; c: conv 3 -> 1; relu; output c }"""
    result = interpret(text, defaults=True)
    one, two = result.nets["one"], result.nets["two"]
    assert {name: end.shape for name, end in one.outputs.items()} == {"c": (2, (7,)), "d": (2, (4,))}
    assert one["c"].sights.keys() == {"b"} and one["d"].sights.keys() == {"a"}
    assert two.total.shape == (1, (7,))


def test_conditions_of_symbols() -> None:
    text = "symbol I where I % 4 == 0, I >= 8, I even; input 1@I"
    assert interpret(text, {"I": 12}).total.shape == (1, (12,))
    for number in (4, 10):
        with pytest.raises(Invalid):
            interpret(text, {"I": number})


NO_NETWORKS = """conv 9 -> 1
conv 3 -> 4, groups 2
conv 1/2 -> 3
conv 1 -> 3, stride 0
conv 1 -> 2, table [3 of 2]
conv 1 -> 2, table [0..3, 0..1]
deconv 2 -> 1, stride 2, outpad 2
maxpool 2, pad 2
crop 4
add { | identity | conv 3 -> 3 }
add { | identity | conv 1 -> 2 }
concat { | identity | maxpool 2 }
concat { | fc -> 2 | relu }
a: conv 3 -> 3; b: conv 5 -> 3; concat a
a: maxpool 2; upsample 2; concat crop(a)
split 2
groupnorm 2
shuffle 2
split 3, part 4
pixelshuffle 2
pixelunshuffle 2"""


@pytest.mark.parametrize("line", NO_NETWORKS.split("\n"))
def test_what_is_no_network(line: str) -> None:
    with pytest.raises(Invalid):
        interpret(f"input 3@7; {line}")


# ------------------------------------------------------------------ what is seen
def test_paths_of_different_reach() -> None:
    # from -3 (dilated) to 1 (the pool), at every second position
    text = "input 1@16; add { | conv 3 -> 1, stride 2, pad 3:1, dilation 2 | maxpool 2, pad 0:1 }"
    assert field(interpret(text).total) == (5, -3, 2)


def test_jumps_that_differ_are_none() -> None:
    text = "input 1@8; concat { | identity | upsample 2; crop 4 }"
    assert interpret(text).total.sights["input1"][0].jump is None


def test_an_enlargement_has_phases() -> None:
    # outputs 0 and 1 see one input, conv 2 over them sees one or two
    result = interpret("input 1@8; u: upsample 2; c: conv 2 -> 1; d: deconv 3 -> 1, stride 2")
    assert field(result["u"]) == (1, 0, Fraction(1, 2))
    assert field(result["c"]) == (2, 0, Fraction(1, 2))
    # deconv 3 reads o/2 - 1 and o/2 at even outputs: output 0 sees c at -1 and 0, u from -1 to 1
    assert field(result["d"]) == (2, -1, Fraction(1, 4))


def test_behind_a_global_layer_all_is_seen() -> None:
    lines = ["globalpool", "fc -> 2; dense -> 3", "groupnorm 1", "multiply { | identity | globalpool }"]
    for line in [*lines, *(f"flatten; {word}" for word in ("layernorm", "softmax", "dense -> 2"))]:
        sight = interpret(f"input 2@9; conv 3 -> 2, pad 2; {line}; relu").total.sights["input1"]
        assert sight == (Sight(9, 0, None, everything=True),)
    assert field(interpret("input 2@9; conv 3 -> 2, pad 2; flatten; relu").total) == (3, -2, 1)


def test_published_receptive_fields() -> None:
    text = (TESTS / "data" / "samples" / "resnet50.cnn").read_text(encoding="utf-8")
    result = interpret(text, defaults=True)
    assert field(result["conv5"]) == (427, -213, 32)  # stride in the 3x3 convolutions
    text = (
        (TESTS / "data" / "samples" / "vgg16.cnn")
        .read_text(encoding="utf-8")
        .replace("flatten", "f: flatten")
    )
    assert field(interpret(text, defaults=True)["f"]) == (212, -90, 32)


# ------------------------------------------------------------------ against complete enumeration
@pytest.mark.parametrize("word", sorted({*registry()} - {"input"}))
@given(data=st.data())
@settings(max_examples=40)
def test_a_layer_is_counted_as_by_enumeration(word: str, data: st.DataObject) -> None:
    case = data.draw(cases(word))
    counted = brute.count(case)
    text = Writer(letters=False).net([case])
    if counted is None:
        with pytest.raises(Invalid):
            interpret(text)
        return
    total = interpret(text).total
    assert total.shape == (counted.maps, counted.extents)
    names = ("weights", "biases", "buffers", "neurons", "connections", "macs")
    assert sums(total, *names) == tuple(getattr(counted, name) for name in names)
    learned = counted.weights + counted.biases
    assert sums(total, "params", "fixed") == ((0, learned) if case.fixed else (learned, 0))


SEEING = ("conv", "depthwise", "local", "maxpool", "avgpool", "subsample", "pad", "crop", "relu", "dense")


@given(data=st.data())
def test_a_chain_sees_as_by_enumeration(data: st.DataObject) -> None:
    maps, extents = data.draw(st.integers(1, 3)), (data.draw(st.integers(1, 16)),)
    chain: list[Case] = []
    for word in data.draw(st.lists(st.sampled_from(SEEING), min_size=1, max_size=4)):
        case = data.draw(cases(word, maps=maps, extents=extents, most=3))
        after = brute.count(case)
        if after is not None:
            chain.append(case)
            maps, extents = after.maps, after.extents
    if chain:
        assert field(interpret(Writer(letters=False).net(chain)).total) == brute.receptive(chain, 0)


@given(data=st.data(), word=st.sampled_from(("deconv", "upsample", "pixelshuffle", "maxunpool")))
def test_phases_see_as_by_enumeration(word: str, data: st.DataObject) -> None:
    case = data.draw(cases(word, ranks=1))
    if brute.count(case) is None:
        return
    (view,) = interpret(Writer(letters=False).net([case])).total.tensor.views["input1"]
    for o in range(-4, 12):
        wanted = brute.reads(case, 0, o)
        assert view.at(o).hull == ((min(wanted), max(wanted)) if wanted else None)


def test_a_position_behind_a_global_layer_sees_all() -> None:
    """Wherever it is, also where there is none: what reads on from there sees no less."""
    view = View(3)
    assert view.at(2) == Seen(2, 0b1)
    assert view.everything().at(0) == view.everything().at(7) == Seen(0, 0b111)


def test_layers_that_see_all_are_known() -> None:
    found = set()
    for word in sorted(registry()):
        for text in (word, f"{word} 1", f"{word} -> 2", f"{word} 1 -> 2"):
            try:
                sights = interpret(f"input 4@4; {text}").total.sights["input1"]
            except Exception:  # written otherwise
                continue
            found |= {word} if any(sight.everything for sight in sights) else set()
    assert found == set(SEES_ALL)


# ------------------------------------------------------------------ against what is written elsewhere
@pytest.mark.parametrize("file", [*SAMPLES, *CATALOGUE], ids=lambda file: file.stem)
def test_claims_of_samples_and_catalogue_hold(file: Path) -> None:
    verdicts = list(judged(file.read_text(encoding="utf-8")))
    assert [claim for claim, holds in verdicts if holds is False] == []


def test_claims_can_fail() -> None:
    text = """symbol I = 32; input 1@I; C1: conv 5 -> 6
    assert params(C1) == 36; assert size == I - 3
    assert macs ~ 1k; assert macs ~ 0.9k; assert params(conv9) == 1"""
    assert [holds for _, holds in judged(text)] == [True, False, True, False, None]


def test_most_claims_of_the_samples_are_judged() -> None:
    every = [holds for file in SAMPLES for _, holds in judged(file.read_text(encoding="utf-8"))]
    assert every.count(None) < len(every) / 4 and False not in every  # those of one_conv have no defaults


FILES = {"alexnet": "alexnet_torchvision"}  # a network that is a file by itself


@cache
def families() -> dict[str, tuple[syntax.Program, str]]:
    """The program of each config and of each file in the catalogue, and the network that is meant."""
    found: dict[str, tuple[syntax.Program, str]] = {}
    for file in CATALOGUE:
        program = parse(Source(file.name, file.read_text(encoding="utf-8")), vocabulary())
        nets = [s for s in program.statements if isinstance(s, syntax.Net)]
        first = nets[0].name if nets else ""
        found |= {s.name: (program, first) for s in program.statements if isinstance(s, syntax.Config)}
        for net in nets:
            configs = (s for s in net.body.statements if isinstance(s, syntax.Config))
            found |= {config.name: (program, net.name) for config in configs}
        found.setdefault(file.stem, (program, first))
    return found


def published(name: str, extent: int) -> Result:
    program, net = families()[FILES.get(name, name)]
    result = execute(program, {**given_numbers(program, name), "I": extent}, defaults=True)
    return result.nets[net] if net else result


# Counted in the buffers there, but not in the parameters: two heads with a batchnorm of 128 maps.
AUXILIARY = {"googlenet": 2 * 2 * 128}


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["net"])
def test_published_totals(row: dict[str, str]) -> None:
    total = published(row["net"], int(row["input"])).total
    assert sums(total, "params", "buffers", "macs") == (
        int(row["params"]), int(row["bn_running_stats"]) - AUXILIARY.get(row["net"], 0), int(row["macs"]),
    )  # fmt: skip


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["net"])
def test_published_smallest_inputs(row: dict[str, str]) -> None:
    least = int(row["min_input"].partition("x")[0])
    published(row["net"], least)
    with pytest.raises(Invalid):
        published(row["net"], least - 1)


# ------------------------------------------------------------------ random programs
def test_most_random_programs_are_networks() -> None:
    stands: list[bool] = []
    close: list[bool] = []

    @settings(max_examples=150, derandomize=True, database=None)
    @given(st.data())
    def look(data: st.DataObject) -> None:
        program = data.draw(numbered_programs(broken=True))
        stands.append(_stands(program))
        close.append(_stands(Program(program.text, data.draw(near(program.numbers)))))

    look()
    assert sum(stands) > 0.9 * len(stands)
    assert 0.5 * len(close) < sum(close) < len(close)


def _stands(program: Program) -> bool:
    try:
        interpret(*program)
    except Invalid:
        return False
    return True


def _unrolled(program: Program) -> Iterator[str]:
    """The layers one after the other, where nothing branches or is named."""
    for executed in interpret(*program).layers[1:]:
        yield executed.layer.word


@given(numbered_programs(line=("repeat <D1-3> { <kept>; conv 3 -> <maps>, pad 1 }", "<layer>")))
def test_rounds_are_what_is_written_so_often(program: Program) -> None:
    """`repeat D { ... }` written out gives the same network."""
    lines = program.text.split("\n")
    for at, line in enumerate(lines):
        _, found, rest = line.partition("repeat ")
        if found:
            count, body = rest[: rest.index("{")], rest[rest.index("{") + 1 : -1]
            rounds = a.number(
                parse_expression(Source("n", count), vocabulary()), Scope(dict(program.numbers))
            )
            lines[at] = ";".join([body] * int(rounds))
    once, out = (_outcome(Program(text, program.numbers)) for text in (program.text, "\n".join(lines)))
    assert once == out


def _outcome(program: Program) -> object:
    try:
        total = interpret(*program).total
    except Invalid:
        return None
    return total.shape, total.counts, total.sights


# ------------------------------------------------------------------ what it is made of
# Beyond itself the oracle knows the tree, the words of the layers, places in a text, and errors.
KNOWN = {
    *("symcnn.errors", "symcnn.language.syntax", "symcnn.language.parser", "symcnn.source"),
    "symcnn.layers.vocabulary",
}


def test_the_oracle_shares_no_code_with_the_engine() -> None:
    found = set()
    for file in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                home = node.module or ""
                module = home.startswith("symcnn.") and home not in ("symcnn.errors", "symcnn.source")
                deeper = module and not home.startswith(("symcnn.verify", "symcnn.language.parser"))
                found |= {f"{home}.{name.name}" if deeper else home for name in node.names}
    own = {name for name in found if name.startswith("symcnn.verify.oracle")}
    assert (
        own
        and {name for name in found - own if name.partition(".")[0] not in sys.stdlib_module_names} <= KNOWN
    )


def test_it_can_be_read_in_one_sitting() -> None:
    assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in FOLDER.glob("*.py")) < 1500


@pytest.mark.parametrize("limits", [Limits(2, 99, 99), Limits(99, 3, 99), Limits(99, 99, 5)])
def test_too_much_work_is_refused(limits: Limits) -> None:
    program = parse(Source("net", "input 1@6; conv 1 -> 4; relu"), vocabulary())
    assert execute(program, {}, limits=Limits(3, 4, 6)).total.shape == (4, (6,))
    with pytest.raises(TooLarge, match="too large to be executed layer by layer"):
        execute(program, {}, limits=limits)


def test_pairs_of_very_many_maps_are_not_listed() -> None:
    """A width of 2**60 kept the oracle counting for ever, before its limits were asked."""
    assert linked(3, 2**60, 1) == 3 * 2**60
    for maps, out, groups in ((64, 64, 1), (64, 128, 4), (96, 96, 96), (6, 4, 2)):
        listed = sum(n // (out // groups) == c // (maps // groups) for n in range(out) for c in range(maps))
        assert linked(maps, out, groups) == listed


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ("61_500_000 ~ 61M", False),  # halves go up
        ("60_500_000 ~ 61M", True),
        ("61_499_999 ~ 61M", True),
        ("60_499_999 ~ 61M", False),
        ("61M ~ params*61_000_000", True),
        ("62M ~ params*61_000_000", False),
    ],
)
def test_precision_of_a_written_number(claim: str, holds: bool) -> None:
    """At the ends of the range, and with the number on the left, as the engine has it."""
    text = f"input 1@1; conv 1 -> 1, no bias; assert {claim}"
    (verdict,) = symcnn.parse(text).check()
    assert (verdict.outcome == "proved") == holds
    assert [told for _, told in judged(text)] == [holds]
