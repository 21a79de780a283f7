"""Which inputs the outputs of a layer see, against enumeration: windows, phases, padding by words."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from layers import brute
from layers.brute import PHASED, TRANSPOSED, Case
from layers.cases import Value, Writer, cases
from sympy import Integer, Symbol

from symcnn.algebra.exact import evaluate
from symcnn.errors import NetworkError
from symcnn.network.model import Model
from symcnn.source import Source
from symcnn.symbols import symbol

BY_WINDOWS = ("conv", "maxpool", "avgpool", "depthwise", "pad", "crop", "pixelunshuffle", "relu", "split")
FIRST, LAST = symbol("first", "integer"), symbol("last", "integer")
RUNS = [(first, first + more) for first in range(-4, 9) for more in (0, 1, 4)]


@cache
def read(text: str) -> Model:
    return Model.read(Source("case.cnn", text))


def numbers(case: Case) -> Model:
    """The network of one layer, in numbers; the example is given up where it cannot stand."""
    assume(brute.count(case) is not None)
    return read(Writer(letters=False).net([case]))


def compare(model: Model, values: dict[str, Value], case: Case) -> None:
    """What every run of outputs sees: from the first to the last, or nothing."""
    node = model["a1"]
    at: dict[Symbol, Value] = {model.symbols[n]: v for n, v in values.items() if n in model.symbols}
    for axis in range(len(case.extents)):
        ends = node.layer.sees(node.input, axis, FIRST, LAST)
        reads = {o: brute.reads(case, axis, o) for o in range(-4, 13)}
        for first, last in RUNS:
            low, high = (evaluate(end, at | {FIRST: first, LAST: last}) for end in ends)
            seen = {i for o in range(first, last + 1) for i in reads[o]}
            assert (low, high) == (min(seen), max(seen)) if seen else high == low - 1, (axis, first, last)


def simple(case: Case) -> bool:
    """Whether what an output sees has a formula: said of each word in its own terms."""
    if case.word == "upsample":
        return all(f.denominator == 1 for f in case.factor)
    taps = zip(case.kernel, case.stride, case.dilation, strict=True)
    apart = case.word != "maxunpool" or case.kernel == case.stride
    return case.word not in TRANSPOSED or (apart and all(1 in axis for axis in taps))


@pytest.mark.parametrize("word", BY_WINDOWS)
@given(data=st.data())
def test_a_window_sees_all_from_its_first_to_its_last_tap(word: str, data: st.DataObject) -> None:
    case = data.draw(cases(word, ranks=2))
    model = numbers(case)
    assert model["a1"].layer.reach(model["a1"].input) == "window"
    compare(model, {}, case)


@pytest.mark.parametrize("word", PHASED)
@given(data=st.data())
def test_phases_in_numbers(word: str, data: st.DataObject) -> None:
    case = data.draw(cases(word, ranks=2))
    model = numbers(case)
    reach = model["a1"].layer.reach(model["a1"].input)
    assert reach == ("phases" if simple(case) else "unknown")
    if reach == "phases":
        compare(model, {}, case)
    else:
        assert (model.receptive, model.start, model.jump) == (None, None, None)


@pytest.mark.parametrize("word", [w for w in PHASED if w != "upsample"])
@given(data=st.data())
def test_phases_in_letters(word: str, data: st.DataObject) -> None:
    case = data.draw(cases(word, ranks=1))
    assume(brute.count(case) is not None)
    writer = Writer(letters=True)
    model = read(writer.net([case]))
    if model["a1"].layer.reach(model["a1"].input) == "phases":
        assert simple(case)
        compare(model, writer.values, case)


@given(st.integers(1, 9), st.integers(1, 6))
def test_phases_of_an_enlargement_by_a_letter(extent: int, factor: int) -> None:
    for kind, reach in (("integer", "phases"), ("rational", "unknown")):
        model = read(f"symbol f where f {kind}, f > 0\ninput 1 @ I\na1: upsample f\n")
        assert model["a1"].layer.reach(model["a1"].input) == reach
        compare(model, {"I": extent, "f": factor}, Case("upsample", 1, (extent,), factor=(factor,)))


@given(st.data())
def test_phases_one_after_the_other(data: st.DataObject) -> None:
    """Put through each other, the formulas give the hull of what is reached through both layers."""
    before = data.draw(cases(data.draw(st.sampled_from(PHASED)), ranks=1, most=3))
    assume(simple(before))
    middle = brute.count(before)
    assume(middle is not None)
    word = data.draw(st.sampled_from((*BY_WINDOWS, *PHASED)))
    after = data.draw(cases(word, maps=middle.maps, extents=middle.extents, most=3))
    assume(simple(after))
    nodes = [numbers(case)["a1"] for case in (before, after)]
    gaps = any(case.word in TRANSPOSED and brute.reach(case, 0) < case.stride[0] for case in (before, after))
    for o in range(-3, 8):
        ends = Integer(o), Integer(o)
        for node in reversed(nodes):
            ends = node.layer.sees(node.input, 0, *ends)
        reached = {i for p in brute.reads(after, 0, o) for i in brute.reads(before, 0, p)}
        if gaps:  # outputs that see nothing: the formulas may then name more, never less
            assert not reached or (ends[0] <= min(reached) and max(reached) <= ends[1])
        else:
            assert ends == (min(reached), max(reached))


# ------------------------------------------------------------------ padding by words
@pytest.mark.parametrize("padding", ["same", "half", "full", "valid"])
@pytest.mark.parametrize("word", ["conv", "depthwise", "maxpool", "avgpool"])
def test_padding_words_on_every_small_case(word: str, padding: str) -> None:
    out = " -> 1" if word == "conv" else ""
    model = read(f"input 1 @ I\na1: {word} K{out}, stride S, pad {padding}, dilation D\n")
    node = model["a1"]
    (window,) = node.layer.windows(node.input)
    parts = (window.before, window.after, window.out(model.symbols["I"]))
    for extent, kernel, stride, dilation in product(range(1, 15), range(1, 6), range(1, 5), range(1, 4)):
        case = Case(word, 1, (extent,), (kernel,), (stride,), (dilation,), padding=padding)
        if brute.count(case) is None:
            continue
        at = {model.symbols[n]: v for n, v in zip("IKSD", (extent, kernel, stride, dilation), strict=True)}
        before, after, size = (evaluate(part, at) for part in parts)
        assert (before, after) == brute.padding(case, 0)
        assert size == len(brute.starts(case, 0)) == evaluate(model.extents[0], at)
        assert size == -(-extent // stride) or padding != "same"


@given(
    st.lists(
        st.tuples(*[st.integers(1, 5), st.integers(1, 3), st.sampled_from(("same", "half"))]),
        min_size=1,
        max_size=3,
    )
)
def test_padding_words_in_a_row_with_a_letter_as_extent(rows: list[tuple[int, int, str]]) -> None:
    lines = [f"maxpool {kernel}, stride {stride}, pad {word}" for kernel, stride, word in rows]
    model = read("\n".join(["input 1 @ I", *lines]) + "\n")
    extent = model.symbols["I"]
    for given_extent in range(1, 40):
        chain: list[Case] = []
        size = given_extent
        for kernel, stride, word in rows:
            chain.append(Case("maxpool", 1, (size,), (kernel,), (stride,), (1,), padding=word))
            size = len(brute.starts(chain[-1], 0))
            if size == 0:
                break
        stands = all(c.holds({extent: given_extent}) for c in model.conditions)
        assert stands == (size > 0)
        if stands:
            found = (model.size, model.receptive, model.start, model.jump)
            numbers_found = [evaluate(e, {extent: given_extent}) for e in found]
            span, start, jump = brute.receptive(chain, 0)
            assert numbers_found == [size, span, start, jump]


@pytest.mark.parametrize("word", ["deconv", "maxunpool"])
def test_a_transposed_same_is_padded_like_the_convolution_that_brings_it_back(word: str) -> None:
    for extent, kernel, stride in product(range(1, 7), range(1, 6), range(1, 5)):
        out = " -> 1" if word == "deconv" else ""
        model = read(f"input 1 @ {extent}\na1: {word} {kernel}{out}, stride {stride}, pad same\n")
        back = Case("conv", 1, (int(model.size),), (kernel,), (stride,), (1,), padding="same", out_maps=1)
        assert model.size == extent * stride and len(brute.starts(back, 0)) == extent
        node = model["a1"]
        assert tuple(map(int, node.layer.padding(0, node.input.extents[0]))) == brute.padding(back, 0)


# ------------------------------------------------------------------ what no window says
@pytest.mark.parametrize(
    ("layers", "receptive"),
    [
        ("groupnorm 2", (9, 7)),
        ("instancenorm", (9, 7)),
        ("layernorm", (1, 1)),
        ("flatten; layernorm", (9, 7)),
        ("flatten; softmax", (9, 7)),
        ("softmax", (1, 1)),
        ("flatten; lrn", None),
        ("lrn", (1, 1)),
        ("pixelunshuffle 3 x 7", (3, 7)),
    ],
)
def test_normalisation_sees_what_its_mean_is_taken_over(
    layers: str, receptive: tuple[int, int] | None
) -> None:
    found = read(f"input 4 @ 9x7\n{layers}\n").receptive
    assert (found if isinstance(found, tuple) or found is None else (found, found)) == receptive


@given(cases("pixelshuffle"))
def test_enumeration_the_two_pixel_shuffles_undo_each_other(case: Case) -> None:
    assume(brute.possible(case))
    maps, extents = brute.shape(case)
    back = brute.shuffled(Case("pixelunshuffle", maps, extents, factor=case.factor))
    assert all(back[goal] == cell for cell, goal in brute.shuffled(case).items())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("input 6@8x8; groupnorm 4", "6 maps cannot be split into 4 groups"),
        ("input 6@8x8; shuffle 4", "6 maps cannot be split into 4 groups"),
        ("input 6@8x8; split 4, part 2", "6 maps cannot be split into 4 groups"),
        ("input 6@8x8; split 3, part 4", "there are 3 parts, and no part 4"),
        ("input 6@8x8; pixelshuffle 2", "6 maps are no multiple of the 4 that a block takes"),
        ("input 6@8x7; pixelunshuffle 2", "the extent 7 is no multiple of 2"),
        (
            "input 6@8x8; maxunpool 2x2, pad 2",
            "the padding 2 is more than half of the window of 2",
        ),
    ],
)
def test_facts_of_what_cannot_stand(text: str, message: str) -> None:
    with pytest.raises(NetworkError) as caught:
        read(text)
    assert caught.value.fact == message


def test_nothing_left_of_a_transposed_convolution_shows_no_equation_of_a_window() -> None:
    with pytest.raises(NetworkError) as caught:
        read("input 1@2; deconv 1 -> 1, pad 3")
    assert (caught.value.fact, caught.value.notes) == ("nothing is left", ("the extent would be -4",))
