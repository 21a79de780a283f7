"""What is said of claims that cannot be compared, or not everywhere, and of those that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from symcnn.algebra.identity import Decision
from symcnn.layers.windowed import Windowed
from symcnn.network import measures
from symcnn.source import Source
from symcnn.symbols import symbol
from symcnn.verbs import claims as verdicts
from symcnn.verify import claiming
from symcnn.verify.checker import verify
from symcnn.verify.claiming import Claims
from symcnn.verify.oracle.interpreter import execute
from symcnn.verify.subject import Subject


def subject(text: str) -> Subject:
    return Subject(Source("text", text))


def told(claims: Claims, **values: int) -> list[str]:
    """Return what is something else to the oracle at these values."""
    symbols, program = claims.subject.net.symbols, claims.subject.program
    found = claims.against({symbols[name]: v for name, v in values.items()}, execute(program, values))
    return [str(each) for each in found]


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """What was derived by one rule must not be met under another."""
    measures.derive.cache_clear()
    yield
    measures.derive.cache_clear()


# ------------------------------------------------------------------ where there is no value
def test_a_claim_without_a_value_is_left_out_there_and_compared_elsewhere() -> None:
    claims = Claims(subject("input 1@I; relu; assert 6 // (I - 9) >= 0"))
    assert told(claims, I=9) == []
    assert claims.left_out == {"division by zero in 6//(I - 9)": 1}
    assert told(claims, I=10) == []
    assert (len(claims.compared), claims.left_out) == (1, Counter())


def test_a_claim_without_a_value_for_the_oracle_is_left_out_there_and_compared_elsewhere() -> None:
    """The letters cancel, so the formulas have a value where the text divides by zero."""
    claims = Claims(subject("input 1@I; relu; assert (I - 9) / (I - 9) == 1"))
    assert told(claims, I=9) == []
    assert claims.left_out == {"the oracle has no value for it": 1}
    assert told(claims, I=8) == []
    assert (len(claims.compared), claims.left_out) == (1, Counter())


# ------------------------------------------------------------------ with given
@pytest.mark.parametrize("second", ["f(4)", "f(3*K)"])
def test_calls_in_which_given_says_something_else_are_left_out(second: str) -> None:
    """The counterexample of one call says nothing of the other, whose network is another one."""
    text = "def f(M) { relu; assert maps == 3 given N = M }\ninput K@9; conv 1 -> N; f(3); "
    found = verify(subject(text + second), examples=4, against=["oracle"])
    assert found.counterexample is None
    assert (found.claims.agreed, found.claims.skipped) == (0, {"`given` says something else in each call": 1})


def test_values_that_leave_no_others_are_left_out() -> None:
    """No two squares of positive numbers add up to 3, which the draws find out only."""
    claims = Claims(subject("symbol A, B, C where A*A + B*B == C\ninput 1@9; assert A == B given C = 3"))
    assert list(claims.by_themselves()) == []
    assert claims.left_out == {"no values small enough for the oracle": 1}


@pytest.mark.parametrize(
    ("drawn", "compared", "left_out"),
    [([2, 3], 1, {}), ([2, 4, 1], 1, {}), ([4, 2], 0, {"too large": 1})],
    ids=["all small", "a large one behind", "a large one first"],
)
def test_a_network_too_large_at_later_values_is_compared_at_those_before(
    drawn: list[int], compared: int, left_out: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "_drawn", lambda _: ({symbol("K"): value} for value in drawn))
    monkeypatch.setattr(claiming, "LIMITS", claiming.LIMITS._replace(extent=9))
    claims = Claims(subject("input 1@I; conv K -> 4; assert size == 2*K + 1 given I = 3*K"))
    assert list(claims.by_themselves()) == []
    assert (len(claims.compared), claims.left_out) == (compared, left_out)


def test_what_is_no_network_to_the_oracle_is_left_out(
    monkeypatch: pytest.MonkeyPatch, nothing_kept: None
) -> None:
    """Padding of more than half of a window: nobody but the oracle refuses it."""
    monkeypatch.setattr(Windowed, "halves", lambda layer, x: iter(()))
    claims = Claims(subject("input 1@I; maxpool 2, pad P; assert size == 7 given I = 9, P = 3"))
    assert list(claims.by_themselves()) == []
    assert claims.left_out == {
        "no network to the oracle: the padding is more than half of the window": 1,
    }


# ------------------------------------------------------------------ in rounds
def test_a_claim_that_is_true_in_some_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "decide", lambda conditions, domain, samples: Decision("proved"))
    claims = Claims(subject("input 1@9; repeat i in 1..D { relu; assert i < 3 }"))
    assert told(claims, D=2) == []
    assert told(claims, D=5) == ["assert i < 3 (line 1): proved, the oracle says true in 2 of 5 places"]


def test_a_counterexample_of_later_rounds_is_completed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the first round, another layer than the others, the claim is true: it fails from the second on."""
    text = "input 1@I; repeat i in 1..D { c: conv 3 -> 4, pad 1; assert weights(c) + i < 50 given I = 9 }"
    asked: list[Any] = []
    right = claiming.execute
    monkeypatch.setattr(
        claiming, "execute", lambda *at, **limits: asked.append(at[1]) or right(*at, **limits)
    )
    claims = Claims(subject(text))
    ((verdict,),) = ([each.verdict for each in some] for some in claims.asked.values())
    assert (verdict.outcome, verdict.counterexample) == ("refuted", {"i": 2})
    assert list(claims.by_themselves()) == []
    assert (asked[0], len(claims.compared)) == ({"I": 9, "D": 2}, 1)


def test_a_counterexample_at_which_there_is_no_network_is_a_disagreement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At `I = 2` nothing is left of the network, so nothing can be false there."""
    outside = Decision("refuted", {symbol("I"): 2})
    monkeypatch.setattr(verdicts, "decide", lambda conditions, domain, samples: outside)
    claims = Claims(subject("input 1@I; conv 3 -> 4; assert size == I"))
    assert [str(each) for each in claims.by_themselves()] == [
        "assert size == I (line 1): refuted at I = 2: 0 against 2, the oracle says no network there"
    ]
    assert (len(claims.compared), claims.left_out) == (1, Counter())


def test_a_counterexample_that_no_values_complete_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing says `P`, and at `I = 2` no small one makes a network."""
    outside = Decision("refuted", {symbol("I"): 2})
    monkeypatch.setattr(verdicts, "decide", lambda conditions, domain, samples: outside)
    found = verify(subject("input P@I; conv 3 -> 4; assert size == I"), examples=4, against=["oracle"])
    assert found.claims.agreed == 0
    assert found.claims.skipped == {"nothing found that completes the counterexample": 1}
