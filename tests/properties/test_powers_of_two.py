"""Property 36 where compiled programs take a way of their own: shifts and masks for powers of two."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import symcnn
from symcnn.numeric.blocks import Blocks
from symcnn.numeric.intervals import Interval
from symcnn.numeric.kernel import Width, kernel

np = pytest.importorskip("numpy")

EDGES = [0, 1, 2**31 - 1, 2**31, 2**32, 2**62 - 1, 2**62, 2**63 - 1, 2**63, 2**64, 10**30]
NUMBERS = st.one_of(st.sampled_from(EDGES), st.integers(0, 300), st.integers(0, 2**66))


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=6), st.integers(0, 58))
@example([(5, 12)], 2)
@example([(7, 8), (2**62, 1)], 58)
def test_remainders_and_quotients_of_arrays(pairs: list[tuple[int, int]], bits: int) -> None:
    """Of any sign: a - b is below zero in half of the rows."""
    net = symcnn.parse("symbol a, b where a >= 0, b >= 0; input 1 @ 9; conv 1 -> 1")
    questions = [f"(a - b) {sign} {2**bits}" for sign in ("%", "//")]
    ask = net.compile(*questions, "2**(a % 70)")
    columns = [np.array(column, dtype=object) for column in zip(*pairs, strict=True)]
    found = ask(a=columns[0], b=columns[1])
    wanted = [[(a - b) % 2**bits for a, b in pairs], [(a - b) // 2**bits for a, b in pairs]]
    assert [column.tolist() for column in found[:2]] == wanted
    assert found[2].tolist() == [2 ** (a % 70) for a, _ in pairs]
    assert [ask(a=a, b=b)[0] for a, b in pairs] == wanted[0]


def test_the_ways_are_taken() -> None:
    """The cheap calls are in the text of the kernel, so that the test above tests them."""
    net = symcnn.parse("input 1 @ I; conv 1 -> 1")
    blocks = Blocks(net.compile("I % 8 + I//16 + 2**I").program)
    text = kernel(blocks.program, {0: Interval(1, 50)}, {0: Width.INT64}).text
    for call in (r"bitwise_and\(\w+, 7,", r"right_shift\(\w+, 4,", r"left_shift\(1, \w+,"):
        assert re.search(call, text), text
