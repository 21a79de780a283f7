"""How often claims are judged, and those whose formulas are too much: told in words, at their place."""

from __future__ import annotations

from typing import NoReturn

import pytest

import symcnn
from symcnn.errors import NetworkError
from symcnn.verbs import claims

TEXT = "input 1 @ I\nassert size == I\n"


def test_formulas_that_nest_too_deeply_have_the_place_of_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def nest(*_: object) -> NoReturn:
        raise RecursionError

    net = symcnn.parse(TEXT, name="net.cnn")
    assert [verdict.outcome for verdict in net.check()] == ["proved"]
    monkeypatch.setattr(claims, "decide", nest)
    with pytest.raises(NetworkError) as caught:
        net.check()
    assert str(caught.value) == (
        "net.cnn:2:1: error: the formulas here nest too deeply\n"
        "  2 | assert size == I\n    | ^^^^^^^^^^^^^^^^"
    )


@pytest.mark.parametrize(("given", "outcomes"), [("", ["refuted", "proved"]), (" given I = 9", ["refuted"])])
def test_a_claim_with_given_is_judged_once_for_all_rounds(given: str, outcomes: list[str]) -> None:
    """The first round is another layer than the others: so there the claim stands twice."""
    text = f"input 1@I; repeat D {{ c: conv 3 -> 4, pad 1; assert weights(c) == 48{given} }}"
    net = symcnn.parse(text)
    assert [verdict.outcome for verdict in net.check()] == outcomes
