"""Chosen cases of every layer against enumeration, in numbers and in letters: quick, and none is left out.

The numbers of a case differ from each other, so that one that stands where another belongs is noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
from layers import brute
from layers.brute import PHASED, SEES_ALL, WINDOWED, Case
from layers.cases import GROUPED, SHUFFLED, WEIGHTED, Writer
from layers.test_against_brute_force import WORDS, agree, at, expected, shown
from layers.test_what_is_seen import compare, simple
from sympy import Integer, sympify

import symcnn
from symcnn.algebra.exact import evaluate
from symcnn.errors import NetworkError
from symcnn.layers.base import Shape
from symcnn.network.model import Model
from symcnn.symbols import symbol

ONES = (1, 1)
ASKING = ("adaptivemaxpool", "adaptiveavgpool", "pad", "crop")
PLAIN = sorted(  # words with nothing to say of them
    {*WORDS} - {*WINDOWED, *PHASED, *GROUPED, *SHUFFLED, *WEIGHTED, *ASKING}
)
LINE = Case("conv", 4, (11,), (3,), (2,), (1,), ((0, 0),), out_maps=6)
PLANE = Case("conv", 4, (11, 8), (3, 2), (2, 3), (2, 1), ((1, 0), (2, 1)), out_maps=6)
POOL = Case("maxpool", 3, (11, 8), (3, 2), (2, 3), ONES, ((1, 0), (0, 1)))
BACK = Case("deconv", 4, (3, 2), (3, 2), (2, 3), ONES, ((1, 0), (0, 1)), out_maps=6, outpad=(1, 2))


def some() -> Iterator[Case]:
    """Cases that stand: every word, with and without what it may have."""
    for word in ("conv", "depthwise", "local"):
        yield replace(PLANE, word=word, out_maps=8)
        yield replace(PLANE, word=word, out_maps=8, bias=False, fixed=True)
        yield from (replace(LINE, word=word, out_maps=8, padding=p) for p in ("same", "half", "full"))
    yield replace(PLANE, word="depthwise", out_maps=None)
    yield replace(PLANE, groups=2)
    yield replace(LINE, rows=((0, 3), (1,), (0, 1, 2)), out_maps=3)
    yield replace(LINE, fan_ins=((2, 3), (4, 1)), bias=False)
    yield from (replace(LINE, extents=(i,), stride=(7,), kernel=(4,), padding="same") for i in (11, 12, 14))
    yield replace(LINE, stride=(1,), kernel=(6,), padding="same")
    for word in ("maxpool", "avgpool", "subsample"):
        yield from (replace(POOL, word=word, ceil=ceil) for ceil in (False, True))
        yield replace(POOL, word=word, stride=POOL.kernel, bias=word != "subsample", padding="same", sides=())
        yield from (replace(POOL, word=word, extents=(i, i), ceil=True) for i in (3, 4, 5, 6))
    yield from (BACK, replace(BACK, groups=2, bias=False, fixed=True), replace(BACK, padding="same"))
    yield replace(BACK, stride=ONES, dilation=(3, 2), outpad=(2, 0))
    yield from (replace(BACK, padding=word, outpad=(0, 0)) for word in ("half", "full"))
    for stride in ((3, 2), ONES):
        yield Case("maxunpool", 3, (4, 5), (3, 2), stride, ONES, ((1, 0), (0, 1)), outpad=(0, 0))
    for word in ("fc", "dense", "rbf"):
        yield from (Case(word, 4, (3, 2), out_maps=5, bias=b) for b in (True, word == "rbf"))
    for word in ("batchnorm", "layernorm", "groupnorm"):
        yield from (Case(word, 6, (3, 2), groups=2, bias=b, fixed=not b) for b in (True, False))
    yield from (Case("instancenorm", 6, (3, 2), affine=a) for a in (True, False))
    yield from (Case("prelu", 6, (3, 2), shared=s, fixed=s) for s in (True, False))
    yield Case("scale", 6, (3, 2))
    yield Case("adaptivemaxpool", 3, (9, 5), target=(4, 2))
    yield Case("adaptiveavgpool", 3, (6, 4), target=(4, 2))
    yield from (Case("upsample", 3, (4, 5), factor=f) for f in ((2, 3), (Fraction(5, 3), Fraction(7, 3))))
    yield from (Case(word, 3, (8, 9), sides=((1, 2), (3, 0))) for word in ("pad", "crop"))
    yield from (Case("split", 6, (3, 2), groups=3, part=part) for part in (1, 3))
    yield Case("shuffle", 6, (3, 2), groups=3)
    yield Case("pixelshuffle", 12, (3, 4), factor=(2, 3))
    yield Case("pixelunshuffle", 2, (4, 9), factor=(2, 3))
    yield from (Case(word, 3, (4, 5)) for word in PLAIN)


def none() -> Iterator[Case]:
    """Cases that cannot stand, each by one step."""
    yield from (replace(PLANE, groups=2, maps=5), replace(PLANE, groups=2, out_maps=5))
    yield from (replace(BACK, groups=2, maps=5), replace(BACK, groups=2, out_maps=5))
    yield from (replace(BACK, outpad=outpad) for outpad in ((2, 0), (0, 3)))
    yield replace(BACK, stride=ONES, dilation=(3, 2), outpad=(3, 0))
    yield replace(PLANE, word="depthwise", out_maps=9)
    yield replace(LINE, rows=((0, 4), (1,)), out_maps=2)
    yield from (replace(LINE, rows=((0, 3), (1,)), out_maps=n) for n in (1, 3))
    yield replace(LINE, fan_ins=((2, 5), (4, 1)))
    for word in ("maxpool", "subsample"):
        yield from (replace(POOL, word=word, sides=sides) for sides in (((2, 0), (0, 0)), ((0, 0), (0, 2))))
        yield replace(POOL, word=word, padding="full")
    yield Case("maxunpool", 3, (4, 5), (3, 2), (3, 2), ONES, ((2, 0), (0, 1)), outpad=(0, 0))
    yield from (Case(word, 5, (3, 2), groups=2) for word in ("groupnorm", "shuffle"))
    yield from (Case("split", 6, (3, 2), groups=g, part=part) for g, part in ((4, 1), (3, 4)))
    yield from (Case("pixelshuffle", 9, (3, 4), factor=(2, 3)), Case("crop", 3, (4,), sides=((1, 3),)))
    yield from (Case("pixelunshuffle", 2, e, factor=(2, 3)) for e in ((4, 8), (5, 9)))
    yield from (replace(LINE, extents=(2,)), replace(POOL, extents=(1, 1)))


def name(case: Case) -> str:
    """What tells a case from the others in the report."""
    return Writer(letters=False).layer(case)


@cache
def letters(case: Case) -> tuple[Model, Writer]:
    """The network of a case in letters, and the letters with their values."""
    writer = Writer(letters=True, short=False)
    return symcnn.parse(writer.net([case])), writer


def test_every_word_is_chosen() -> None:
    assert {case.word for case in some()} == {*WORDS}


@pytest.mark.parametrize("case", list(some()), ids=name)
def test_in_numbers(case: Case) -> None:
    counted = brute.count(case)
    assert counted is not None
    model = symcnn.parse(Writer(letters=False).net([case]))
    assert model.conditions == ()
    agree(shown(model["a1"], {}, model), expected(case, counted))
    assert model.counts.exact_flops == brute.operations(case)


@pytest.mark.parametrize("case", list(some()), ids=name)
def test_in_letters(case: Case) -> None:
    counted = brute.count(case)
    assert counted is not None
    model, writer = letters(case)
    assert all(c.holds(at(model, writer.values)) for c in model.conditions)
    agree(shown(model["a1"], writer.values, model), expected(case, counted))
    assert evaluate(model.counts.exact_flops, at(model, writer.values)) == brute.operations(case)


@pytest.mark.parametrize("case", list(some()), ids=name)
def test_values_put_in_afterwards(case: Case) -> None:
    """A layer in letters with all, or with all but one, of its values put in is the layer in numbers."""
    model, writer = letters(case)
    numbers = symcnn.parse(Writer(letters=False, short=False).net([case]))
    known = {s: sympify(value) for s, value in at(model, writer.values).items()}
    node, layer = model["a1"], numbers["a1"].layer
    assert node.layer.changed(lambda formula: formula.xreplace(known)) == layer
    assert node.layer.changed(lambda formula: formula) == node.layer
    for left in known:
        others = {s: v for s, v in known.items() if s != left}
        part = node.layer.changed(lambda formula, others=others: formula.xreplace(others))
        assert part.changed(lambda formula, left=left: formula.xreplace({left: known[left]})) == layer
        found = model.at(others).at({left: known[left]})
        assert (found["a1"].layer, found.shape, found.counts) == (layer, numbers.shape, numbers.counts)


@pytest.mark.parametrize("changing", [(), "C", "I", "J", "CI", "CJ", "IJ", "CIJ"])
def test_values_put_into_shapes(changing: str) -> None:
    c, i, j = (symbol(letter) for letter in "CIJ")
    values = {
        symbol(letter): Integer(3 + number) for number, letter in enumerate("CIJ") if letter in changing
    }
    shape = Shape(c, (i, j))
    found = shape.changed(lambda formula: formula.xreplace(values))
    assert (found.maps, *found.extents) == tuple(values.get(s, s) for s in (c, i, j))
    assert (found is shape) == (not changing)


@pytest.mark.parametrize("case", [case for case in some() if case.word not in ("input", *SEES_ALL)], ids=name)
def test_what_is_seen(case: Case) -> None:
    model = symcnn.parse(Writer(letters=False).net([case]))
    reach = model["a1"].layer.reach(model["a1"].input)
    assert reach == ("window" if case.word not in PHASED else "phases" if simple(case) else "unknown")
    if reach != "unknown":
        compare(model, {}, case)
    if case.word in WINDOWED:
        found = [(w.before, w.after) for w in model["a1"].layer.windows(model["a1"].input)]
        assert found == [brute.padding(case, axis) for axis in range(len(case.extents))]


@pytest.mark.parametrize("case", list(none()), ids=name)
def test_what_cannot_stand(case: Case) -> None:
    assert brute.count(case) is None
    with pytest.raises(NetworkError):
        symcnn.parse(Writer(letters=False).net([case]))
    model, writer = letters(case)
    assert not all(c.holds(at(model, writer.values)) for c in model.conditions)


# ------------------------------------------------------------------ tables and groups
def test_a_table_in_letters() -> None:
    text = "input C @ 9\na1: conv 3 -> N, table [N1 of K1, N2 of K2]\n"
    model = symcnn.parse(text)
    values = {"C": 7, "N": 5, "N1": 2, "K1": 6, "N2": 3, "K2": 4}
    case = Case("conv", 7, (9,), (3,), (1,), (1,), ((0, 0),), out_maps=5, fan_ins=((2, 6), (3, 4)))
    counted = brute.count(case)
    assert counted is not None
    agree(shown(model["a1"], values, model), expected(case, counted))
    found = model.at(values)
    assert (found.params, found.macs) == (counted.weights + counted.biases, counted.macs)
    assert found["a1"].layer == symcnn.parse(Writer(letters=False).net([case]))["a1"].layer


def test_a_table_beside_groups() -> None:
    fact = "a table says which maps are connected, so 'groups' says nothing"
    for groups in (2, 3):
        with pytest.raises(NetworkError) as caught:
            symcnn.parse(f"input 6 @ 9\nconv 3 -> 6, table [6 of 2], groups {groups}\n")
        assert (caught.value.fact, caught.value.place and caught.value.place.line) == (fact, 2)
    model = symcnn.parse("input 6 @ 9\nconv 3 -> 6, table [6 of 2], groups G\n")
    stands = [all(c.holds({model.symbols["G"]: g}) for c in model.conditions) for g in (1, 2, 3, 6)]
    assert stands == [True, False, False, False]


def test_a_table_of_numbers_names_no_map() -> None:
    assert symcnn.parse("input 1 @ 9\nconv 3 -> 2, table [2 of 1], no bias\n").params == 6


# ------------------------------------------------------------------ as they are shown
@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        ("split G", "(C//G, (I, J))"),
        ("pixelshuffle R", "(C//(R**2), (I*R, J*R))"),
        ("pixelunshuffle R", "(C*R**2, (I//R, J//R))"),
        ("upsample 3/2", "(C, (I + I//2, J + J//2))"),
    ],
)
def test_sizes_are_shown_as_plain_quotients(layer: str, shape: str) -> None:
    found = symcnn.parse(f"input C @ I x J\n{layer}\n").shape
    assert str((found.maps, found.extents)) == shape
