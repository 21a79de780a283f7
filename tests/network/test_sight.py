"""Receptive fields where little is known: what is said is right, and what is not known is not said."""

from __future__ import annotations

import pytest
from sympy import Rational

import symcnn
from symcnn.network import sight


@pytest.mark.parametrize(("factor", "kernel"), [(3, 2), (3, 5), (64, 3), (4096, 2), (4097, 2), (5000, 3)])
def test_the_field_behind_an_enlargement(factor: int, kernel: int) -> None:
    """The largest over all positions, by trying a period of them; a longer period is not tried."""
    net = symcnn.parse(f"input 1@9; upsample {factor}; conv {kernel} -> 1")
    largest = max((o + kernel - 1) // factor - o // factor + 1 for o in range(2 * factor))
    assert net.receptive == (largest if factor <= sight._PHASES else None)
    assert net.params == kernel + 1


BRANCHES = "input 1@9; upsample 2; add { | conv 3 -> 1, pad 1 | conv 5 -> 1, pad 2 | conv 9 -> 1, pad 4 }"


def test_branches_behind_an_enlargement() -> None:
    net = symcnn.parse(BRANCHES)
    fields = [(o + 4) // 2 - (o - 4) // 2 + 1 for o in range(4)]
    assert (net.sight.reach, net.receptive) == ("phases", max(fields))


@pytest.mark.parametrize("nodes", [1, 4, 7, 10, 20])
def test_formulas_of_positions_that_grow_are_given_up(nodes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One branch alone is smaller than all together; a limit between gives up where they meet."""
    monkeypatch.setattr(sight, "_NODES", nodes)
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


def test_a_text_without_layers_sees_nothing() -> None:
    assert symcnn.parse("let a = 1").sight.reach == "unknown"


def test_a_block_that_goes_back_inside_is_shared() -> None:
    """The second time it goes back to its own layer, not to that of the first time."""
    net = symcnn.parse("input 2@9; c: { a: conv 3 -> 2; relu; from a; tanh }; share c")
    assert net.params == 3 * 2 * 2 + 2
    assert net.macs == 3 * 2 * 2 * (7 + 5)
    assert (net.size, net.receptive) == (5, 5)
