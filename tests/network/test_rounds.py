"""What a repeat needs in all of its rounds, against trying every round of every number of rounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise, product

import pytest

import symcnn
from symcnn.algebra.conditions import Condition
from symcnn.network.assembler import Refusal
from symcnn.network.model import Model
from symcnn.network.needs import Demanded
from symcnn.source import Source, Span


def extents(pads: Callable[[int, int], tuple[int, ...]]) -> Callable[[int, int], bool]:
    """Return whether something is left behind each padding on both sides, in all rounds 1..D."""

    def stands(size: int, depth: int) -> bool:
        for i in range(1, depth + 1):
            left = size
            for pad in pads(i, depth):
                left += 2 * pad
                if left < 1:
                    return False
        return True

    return stands


# the text of a round, and whether all rounds 1..D stand where the size and the maps are I
ROUNDS = {
    "pad i*i; crop 2*i*D; pad 2*i*D; crop i*i": extents(lambda i, d: (i * i, -2 * i * d)),  # the last one
    "pad i*i; crop i + D; pad i + D; crop i*i": extents(lambda i, d: (i * i, -i - d)),  # the first one
    "crop i; pad i": extents(lambda i, d: (-i, i)),
    "conv 1 -> maps, groups 2**i": lambda size, d: size % 2**d == 0,
    "conv 1 -> maps, groups 2**(D - i)": lambda size, d: size % 2 ** (d - 1) == 0,
}


@pytest.mark.parametrize("direction", ["1..D", "D..1"])
@pytest.mark.parametrize("body", ROUNDS)
def test_all_rounds_stand_where_the_condition_holds(body: str, direction: str) -> None:
    text = f"symbol I, D\ninput I @ I\nrepeat i in {direction} {{ {body} }}"
    net = symcnn.parse(text)
    held = 0
    for size, depth in product(range(1, 26), range(1, 4)):
        point = {net.symbols["I"]: size, net.symbols["D"]: depth}
        there = all(c.holds(point) for c in net.conditions)
        assert there == ROUNDS[body](size, depth), (size, depth)
        if size % 3 == 0:
            try:
                symcnn.parse(text).at(I=size, D=depth)
            except symcnn.NetworkError:
                assert not there
            else:
                assert there
        held += there
    assert 0 < held < 25 * 3


def test_a_known_number_of_rounds_is_looked_at_one_by_one() -> None:
    net = symcnn.parse("symbol C\ninput C @ 9\nrepeat i in 1..4 { conv 1 -> maps, groups i }")
    for maps in range(1, 50):
        there = all(c.holds({net.symbols["C"]: maps}) for c in net.conditions)
        assert there == all(maps % i == 0 for i in (1, 2, 3, 4))


@pytest.mark.parametrize(("first", "depths"), [(-2, (1, 2, 5)), (0, (1, 3)), (-1, (2,))])
def test_an_index_may_begin_below_zero(first: int, depths: tuple[int, ...]) -> None:
    net = symcnn.parse(f"symbol D\ninput 1 @ 9\nrepeat i in {first}..D {{ conv 1 -> i + 4 }}")
    for depth in depths:
        maps = [1, *(i + 4 for i in range(first, depth + 1))]
        there = net.at(D=depth)
        assert there.params == sum((a + 1) * b for a, b in pairwise(maps))
        assert there.maps == maps[-1]


@pytest.mark.parametrize("claimed", [2 * 9, 2])
def test_what_is_the_same_in_all_rounds_needs_no_round(claimed: int) -> None:
    net = symcnn.parse(
        f"symbol D\ninput 1@9\nrepeat D {{ e: conv 1 -> 1 }}\nassert neurons(e) + macs(e) == {claimed}"
    )
    assert [v.outcome for v in net.check()] == ["proved" if claimed == 18 else "refuted"]


def test_extents_that_depend_on_the_maps_have_no_closed_form() -> None:
    body = "conv 1 -> 2*maps, pad maps"
    size, maps = 9, 1
    for _ in range(3):
        size, maps = size + 2 * maps, 2 * maps
    net = symcnn.parse(f"input 1@9; repeat 3 {{ {body} }}")
    assert (net.size, net.maps) == (size, maps)
    with pytest.raises(symcnn.NetworkError) as caught:
        symcnn.parse(f"symbol D; input 1@9; repeat D {{ {body} }}")
    assert str(caught.value) == (
        "<text>:1:22: error: the rounds of this repeat differ in a way that has no closed form\n"
        "  1 | symbol D; input 1@9; repeat D { conv 1 -> 2*maps, pad maps }\n"
        "    |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  = hint: give the number of rounds (at most 1000), "
        "or declare what makes them alike, as I % 2**D == 0"
    )


def test_a_divisor_that_is_zero_in_a_round() -> None:
    with pytest.raises(symcnn.NetworkError) as caught:
        symcnn.parse("symbol D\ninput 1@9\nrepeat i in 1..D { conv 1 -> 1 + 6 % (D - i) }")
    assert str(caught.value) == (
        "<text>:3:30: error: division by zero\n"
        "  3 | repeat i in 1..D { conv 1 -> 1 + 6 % (D - i) }\n"
        "    |                              ^^^^^^^^^^^^^^^"
    )


def test_a_condition_is_checked_even_where_the_text_can_be_read() -> None:
    """Reading the text with numbers meets the same conditions again; they are not relied upon alone."""
    net = symcnn.parse("symbol I\ninput 1 @ I", name="any.cnn")
    letter = net.symbols["I"]
    needed = Demanded(Condition(letter - 40, ">="), Refusal("too small"), Span(9, 20))
    strict = Model(
        Source("any.cnn", "symbol I\ninput 1 @ I"), net.reading, replace(net._elaborated, needs=(needed,))
    )
    assert strict.at(I=40).size == 40
    with pytest.raises(symcnn.NetworkError) as caught:
        strict.at(I=39)
    assert str(caught.value) == (
        "any.cnn:2:1: error: too small\n  2 | input 1 @ I\n    | ^^^^^^^^^^^\n  = I = 39 breaks I >= 40"
    )


@pytest.mark.parametrize(
    "body", ["conv 3 -> size", "conv 1 -> maps + size; maxpool 2", "conv 1 -> size//(1 + maps)"]
)
def test_a_size_of_equal_axes_is_one_number_in_a_repeat(body: str) -> None:
    """The axes of what arrives were taken for different ones, as letters for them are."""
    whole = symcnn.parse(f"input 1@64 x 64; repeat 3 {{ {body} }}")
    single = symcnn.parse(f"input 1@64 x 64; {'; '.join([body] * 3)}")
    assert (whole.shape, whole.params, whole.macs) == (single.shape, single.params, single.macs)
    both = symcnn.parse(f"symbol I\ninput 1@I x I; repeat 3 {{ {body} }}").at(I=64)
    assert (both.shape, both.params) == (single.shape, single.params)


@pytest.mark.parametrize("direction", ["1..D", "D..1"])
@pytest.mark.parametrize(
    ("written", "maps"),
    [
        ("100//i", lambda i: 100 // i),
        ("100 % i + 1", lambda i: 100 % i + 1),
        ("60/i", lambda i: 60 // i),
        ("6//i + 6//(5 - i) + 1", lambda i: 6 // i + 6 // (5 - i) + 1),
    ],
)
def test_what_is_divided_by_the_index(written: str, maps: Callable[[int], int], direction: str) -> None:
    """In the round before the first one it would be divided by zero; there is none."""
    text = f"input 3 @ 9; repeat i in {direction} {{ conv 3 -> {written}, pad 1, no bias }}"
    whole = symcnn.parse(text) if written.startswith("100") else None
    for depth in range(1, 5):
        there = [3, *map(maps, range(1, depth + 1) if direction == "1..D" else range(depth, 0, -1))]
        weights = sum(3 * before * after for before, after in pairwise(there))
        net = symcnn.parse(text.replace("D", str(depth)))
        assert (net.params, net.maps) == (weights, there[-1])
        if whole is not None:
            assert whole.compile("params")(D=depth) == whole.at(D=depth).params == weights
