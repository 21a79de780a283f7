"""How a random program is judged: each end, and that a mistake in any of the ways is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from symcnn.api import Network
from symcnn.errors import DomainError
from symcnn.layers.windowed import Windowed
from symcnn.network import measures
from symcnn.verify import randoms, translating, ways
from symcnn.verify.comparing import Difference
from symcnn.verify.randoms import judge

TEXT = "input 1 @ I; conv K -> 4"
AT = {"I": 9, "K": 3}
SHARED = "def f(M) { repeat 2 { conv 3 -> M, pad 1 } }\ninput 2@1; a: f(N); share a"
ROUNDS = "input 3@9; repeat i in 1..D { if i == 1 { conv 1 -> 5 } else { conv 1 -> 8 } }"
HALF = "input 1@I; maxpool 2, pad P"


@pytest.mark.parametrize(
    ("text", "numbers", "end"),
    [
        (TEXT, AT, "agrees"),
        (TEXT, {"I": 2, "K": 3}, "no network"),
        (HALF, {"I": 9, "P": 3}, "no network"),
        (ROUNDS, {"D": 2}, "agrees in numbers only"),
        (SHARED, {"N": 2}, "agrees in numbers only"),
        # in no round nothing is split, but with a letter it is not known that there is none
        ("symbol D where D >= 0\ninput C@9; repeat D { conv 1 -> C, groups G }", {"D": 0, "C": 3, "G": 2},
         "valid for fewer numbers"),
    ],
)  # fmt: skip
def test_ends(text: str, numbers: dict[str, Any], end: str) -> None:
    assert judge(text, numbers, ["oracle"]) == (end, None)


def _told(text: str, numbers: dict[str, Any], gone: Sequence[str]) -> str:
    return str(judge(text, numbers, gone)[1])


def test_a_refusal_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(randoms, "REFUSALS", ())
    assert _told(ROUNDS, {"D": 2}, ["oracle"]) == (
        "existence of the network: the formula gives the rounds of this repeat differ in a way that has no "
        "closed form, it stands; refused: a network"
    )


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """What was derived by one rule must not be met under another."""
    measures.derive.cache_clear()
    yield
    measures.derive.cache_clear()


def test_a_network_that_should_be_none_is_told(monkeypatch: pytest.MonkeyPatch, nothing_kept: None) -> None:
    monkeypatch.setattr(Windowed, "halves", lambda layer, x: iter(()))
    told = "existence of the network: the formula gives a network, the oracle finds none"
    assert _told(HALF, {"I": 9, "P": 3}, ["oracle"]) == told


def test_conditions_that_are_told_but_not_kept_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Network, "at", lambda net, values: net)
    told = "existence of the network: the formula gives a network, the oracle finds none"
    assert _told(TEXT, {"I": 2, "K": 3}, ["oracle"]) == told


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (40, "params of the network: the formula gives 16, Z3 calculates 40"),
        (None, "None"),  # what Z3 cannot calculate says nothing
    ],
)
def test_what_z3_calculates_is_compared(
    wrong: int | None, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("z3")
    monkeypatch.setattr(translating, "calculated", lambda formula, point: wrong)
    assert _told(TEXT, AT, ["z3"]) == told


def test_extents_by_z3_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("z3")
    right = translating.calculated
    monkeypatch.setattr(
        translating, "calculated", lambda formula, point: 5 if right(formula, point) == 7 else None
    )
    assert _told(TEXT, AT, ["z3"]) == "extents of the network: the formula gives 7, Z3 calculates 5"


def test_where_further_points_are_too_large_the_first_one_is_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("numpy")
    asked: list[int] = []
    wrong = Difference("compiled it is", "the network", "params", 16, 17)

    def differ(columns: ways.Columns, points: Sequence[Any]) -> Iterator[tuple[Any, Difference]]:
        asked.append(len(points))
        if len(points) > 1:
            raise DomainError("too large")
        yield points[0], wrong

    monkeypatch.setattr(ways.Columns, "differences", differ)
    assert judge(TEXT, AT, ["numpy"]) == ("agrees", wrong)
    assert asked == [3, 1]
