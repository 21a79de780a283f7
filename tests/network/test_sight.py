"""Receptive fields where little is known: what is said is right, and what is not known is not said."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sympy import Rational

import symcnn
from symcnn.network import spans
from symcnn.verify.randoms import judge


@pytest.mark.parametrize(("factor", "kernel"), [(3, 2), (3, 5), (64, 3), (4096, 2), (4097, 2), (5000, 3)])
def test_the_field_behind_an_enlargement(factor: int, kernel: int) -> None:
    """The largest over all positions, by trying a period of them; a longer period is not tried."""
    net = symcnn.parse(f"input 1@9; upsample {factor}; conv {kernel} -> 1")
    largest = max((o + kernel - 1) // factor - o // factor + 1 for o in range(2 * factor))
    assert net.receptive == (largest if factor <= spans._PHASES else None)
    assert net.params == kernel + 1


BRANCHES = "input 1@9; upsample 2; add { | conv 3 -> 1, pad 1 | conv 5 -> 1, pad 2 | conv 9 -> 1, pad 4 }"


def test_branches_behind_an_enlargement() -> None:
    net = symcnn.parse(BRANCHES)
    fields = [(o + 4) // 2 - (o - 4) // 2 + 1 for o in range(4)]
    assert (net.sight.reach, net.receptive) == ("phases", max(fields))


@pytest.mark.parametrize("nodes", [1, 4, 7, 10, 20])
def test_formulas_of_positions_that_grow_are_given_up(nodes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One branch alone is smaller than all together; a limit between gives up where they meet."""
    monkeypatch.setattr(spans, "_NODES", nodes)
    text = BRANCHES.replace("conv 9 -> 1, pad 4", "upsample 3; conv 4 -> 1, pad 0:3; maxpool 3")
    net = symcnn.parse(text)
    seen = (net.sight.reach, net.receptive, net.jump, net.start)
    assert seen in (("unknown", None, None, None), ("phases", 3, Rational(1, 2), -1))
    assert seen[0] == ("phases" if nodes == 20 else "unknown") or 1 < nodes < 20
    assert net.params == (3 + 1) + (5 + 1) + (4 + 1)


@pytest.mark.parametrize(
    ("joined", "reach"),
    [
        ("a: input 2@1; b: input 2@5; globalpool; add a", "phases"),
        ("a: input 1@10; b: input 1@5; deconv 2 -> 1, stride 2; add a", "phases"),
        ("a: input 1@10; b: input 1@4; maxunpool 4, stride 2; add a", "unknown"),
        ("a: input 1@5; b: input 1@5; relu; add a", "window"),
    ],
)
def test_several_inputs_that_are_seen_differently(joined: str, reach: str) -> None:
    net = symcnn.parse(joined)
    assert net.sight.reach == reach
    if reach == "unknown":
        assert net.receptive is None
    if reach == "window":
        assert net.receptive == 1


HOLES = [(1, 2), (1, 3), (2, 3), (2, 2), (3, 2)]
BEHIND = [
    "",
    "conv 1 -> 1, stride 2",
    "conv 2 -> 1",
    "maxpool 2",
    "conv 2 -> 1, stride 3",
    "pad 1:2",
    "upsample 2",
]
LAST = ["conv 2 -> 1, dilation 2", "conv 3 -> 1, dilation 2", "conv 3 -> 1", "conv 2 -> 1, dilation 3"]


@pytest.mark.parametrize("behind", [*BEHIND, "deconv 1 -> 1, stride 2", "repeat 2 { conv 2 -> 1, pad 1:0 }"])
@pytest.mark.parametrize(("kernel", "stride"), HOLES)
def test_behind_positions_that_see_nothing(kernel: int, stride: int, behind: str) -> None:
    """A transposed convolution with a stride above its kernel leaves outputs without any input.

    Random programs found it: what leaves positions out, as a dilated kernel does, may meet such outputs only.
    """
    for before, last in product(("relu", "conv 2 -> 1, dilation 2"), LAST):
        lines = ["input 1 @ 12", before, f"deconv {kernel} -> 1, stride {stride}", behind, last]
        assert judge("\n".join(filter(None, lines)), {}, ["oracle"]) == ("agrees", None)


SMALL = st.sampled_from([1, 1, 2, 3])
SEVERAL = {
    "deconv {k} -> 1, stride {s}": 3,
    "deconv {k} -> 1, dilation {d}": 1,
    "conv {k} -> 1, stride {s}, dilation {d}, pad {p}": 2,
    "conv {k} -> 1, dilation {d}, pad half": 1,
    "maxpool {k}, stride {s}": 1,
    "pad {p}:{d}": 1,
    "upsample {s}": 1,
    "repeat {s} {{ conv {k} -> 1, dilation {d}, pad {p}:1 }}": 1,
    "repeat {p} {{ relu; deconv {k} -> 1, stride {s} }}": 1,
    "add {{ deconv 1 -> 1, stride {s}, outpad {s} - 1 | upsample {s} }}": 1,
}


@settings(suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from([line for line, often in SEVERAL.items() for _ in range(often)]), max_size=4),
    st.data(),
)
def test_what_windows_of_all_kinds_see_in_a_row(lines: list[str], data: st.DataObject) -> None:
    """On one axis, in numbers: field, jump and start are those of the inputs that the oracle reaches."""
    rows = [
        line.format(**{letter: data.draw(SMALL) for letter in "ksdp"})
        for line in [*lines, "conv 2 -> 1, dilation {d}"]
    ]
    end, difference = judge("\n".join(["input 1 @ 14", *rows]), {}, ["oracle"])
    assert difference is None, str(difference)
    event(end)


def test_what_is_still_known_behind_positions_that_see_nothing() -> None:
    net = symcnn.parse("input 1 @ I; a: deconv 1 -> 1, stride 3; b: conv 3 -> 1; c: conv 3 -> 1, dilation 2")
    assert [(net[label].receptive, net[label].start) for label in "abc"] == [(1, 0), (1, 0), (3, 0)]
    rows = symcnn.parse("input 1 @ I; a: deconv 1 -> 1, stride 3; c: conv 3 -> 1, dilation 2; d: conv 5 -> 1")
    assert [rows[label].receptive for label in "acd"] == [1, None, None]
    shifted = symcnn.parse("input 1 @ I; a: deconv 1 -> 1, stride 3; b: pad 1:0; c: conv 2 -> 1")
    assert [(shifted[label].receptive, shifted[label].start) for label in "abc"] == [
        (1, 0),
        (1, None),
        (1, 0),
    ]


def test_a_text_without_layers_sees_nothing() -> None:
    assert symcnn.parse("let a = 1").sight.reach == "unknown"


def test_a_block_that_goes_back_inside_is_shared() -> None:
    """The second time it goes back to its own layer, not to that of the first time."""
    net = symcnn.parse("input 2@9; c: { a: conv 3 -> 2; relu; from a; tanh }; share c")
    assert net.params == 3 * 2 * 2 + 2
    assert net.macs == 3 * 2 * 2 * (7 + 5)
    assert (net.size, net.receptive) == (5, 5)
