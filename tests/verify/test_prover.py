"""What Z3 proves, refutes and leaves open; nothing that it leaves open counts as proved."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sympy import Expr

from symcnn.algebra.conditions import Condition
from symcnn.algebra.identity import Decision
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.catalogue import entry
from symcnn.layers.conv import Conv
from symcnn.network import measures
from symcnn.source import Source
from symcnn.symbols import symbol
from symcnn.verbs import claims as verdicts
from symcnn.verify.prover import Statement, decided, prove, statements
from symcnn.verify.subject import Subject, subjects
from symcnn.verify.translating import calculated

I, K, S, D = (symbol(name) for name in "IKSD")


def outcome(a: Expr, b: Expr, *premises: Condition, timeout: int = 2000) -> str:
    return decided(Statement("rewrite", "", premises, equal=((a, b),)), timeout).outcome


def test_equal_formulas() -> None:
    assert outcome(FloorDiv(FloorDiv(I, 2), 3), FloorDiv(I, 6)) == "proved"
    assert outcome(FloorDiv(I, S) * S + Mod(I, S), I) == "proved"
    assert outcome(FloorDiv(I, 2) * 2, I) == "refuted"
    assert outcome(FloorDiv(I, 2) * 2, I, Condition(Mod(I, 2), "==")) == "proved"


def test_what_z3_cannot_say_is_unknown() -> None:
    assert outcome(2**D, 2 ** (D + 1)) == "unknown"  # false, but a power is a letter there
    assert outcome(2**D + I, I + 2**D) == "proved"
    assert outcome(I**3 + K**3, S**3, timeout=1) in ("unknown", "refuted")


def test_no_time_is_no_proof() -> None:
    """Fermat's theorem for cubes is true; nothing but unknown may come out."""
    never = Statement("claim", "", (), wanted=(Condition(I**3 + K**3 - S**3, "!="),))
    assert decided(never, timeout=50).outcome == "unknown"


def test_values_of_z3_at_which_a_premise_fails_refute_nothing() -> None:
    """To Z3 the power is a letter, which is 3 there; the power itself never is."""
    never = Statement("claim", "", (Condition(2**D - 3, "=="),), wanted=(Condition(D - I, ">="),))
    assert decided(never).outcome == "unknown"
    sometimes = Statement("claim", "", (Condition(2**D - 3, "!="),), wanted=(Condition(D - I, ">="),))
    assert decided(sometimes).outcome == "refuted"


def test_claims_beside_networks_are_all_that_is_asked() -> None:
    subject = next(subjects(Source("net", "net a { input 1@9; conv 3 -> N }\nassert W*W >= W")))
    assert [(proof.kind, proof.outcome) for proof in prove(subject)] == [("claim", "proved")]
    assert list(statements(subject)) == []


def test_a_refutation_has_values_where_it_fails() -> None:
    proof = decided(Statement("claim", "c", (Condition(I - 5, ">="),), wanted=(Condition(I - 9, ">="),)))
    assert proof.outcome == "refuted" and 5 <= proof.values["I"] < 9
    assert str(proof) == f"claim: c at I = {proof.values['I']}"


@pytest.mark.parametrize(("name", "least"), [("lenet5", 90), ("resnet", 400), ("googlenet", 300)])
def test_the_formulas_of_the_zoo_are_proved(name: str, least: int) -> None:
    for subject in subjects(entry(name), configurations=False):
        found = Counter(proof.outcome for proof in prove(subject))
        assert found["refuted"] == 0 and found["proved"] >= least and found["unknown"] < found["proved"] / 20


def test_branches_that_meet() -> None:
    text = """input 4@I
    add { | conv 3 -> 4, pad 1 | conv 1 -> 4 }
    concat { | conv 4 -> 2, stride S | conv 4 -> 9, stride S }"""
    found = [proof for proof in prove(Subject(Source("net", text))) if proof.kind == "merge"]
    assert [(proof.what, proof.outcome) for proof in found] == [
        ("branches 1 and 2 of add1", "proved"), ("branches 1 and 2 of concat1", "proved"),
    ]  # fmt: skip


def test_a_wrong_rewrite_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The formulas of the network stay as they are; the rule that they are compared with is another."""
    subject = Subject(Source("net", "input 2@I; conv 3 -> N"))
    assert {proof.outcome for proof in prove(subject)} == {"proved"}
    measures.derive.cache_clear()
    right = Conv.weights
    monkeypatch.setattr(Conv, "weights", lambda layer, x, o: right(layer, x, o) + 1)
    found = {proof.what: proof.outcome for proof in prove(subject)}
    assert found["weights of conv1"] == "refuted" and found["size of conv1"] == "proved"


CLAIMS = """symbol I = 32, N = 4
config big: N = 64
input 1@I
e: repeat D { conv 3 -> N, pad 1 }
assert params == 4*N given D = 1
assert params == 3 given N = 2
assert size == I
assert maps == 2*K given N = 2*K
assert maps == 64 given big
assert params == 3 given D = 2, big
assert params(none) == 3
assert I**3 + K**3 != N**3
assert I // 2 + (I + 1)//2 == I given I = 2*N"""


def test_every_claim_is_asked_with_given_too() -> None:
    """What stands after `given` is assumed; nothing is left out, and each is told apart by its line."""
    found = [proof for proof in prove(Subject(Source("net", CLAIMS))) if proof.kind == "claim"]
    assert [(proof.line, proof.outcome, proof.verdict) for proof in found] == [
        (5, "proved", "holds"), (6, "refuted", "refuted"), (7, "proved", "proved"), (8, "proved", "holds"),
        (9, "proved", "holds"), (10, "refuted", "refuted"), (11, "unknown", ""),
        (12, "unknown", "undecided"), (13, "proved", "holds"),
    ]  # fmt: skip
    assert not any(proof.contradicts for proof in found)
    assert [str(proof) for proof in found if proof.outcome == "unknown"] == [
        "claim: assert params(none) == 3 (line 11): no layer is labelled 'none'",
        "claim: assert I**3 + K**3 != N**3 (line 12)",
    ]
    (refuted,) = (proof for proof in found if proof.line == 10)
    assert str(refuted) == "claim: assert params == 3 given D = 2, big (line 10)"


def test_two_claims_of_one_wording() -> None:
    """They are not taken for each other: the values after `given` are those of each claim."""
    text = "input 1@9; conv 3 -> N; assert maps == 4 given N = 4\n"
    text += "assert maps == 4 given N = 5\nassert maps == 4"
    found = [(p.line, p.outcome) for p in prove(Subject(Source("net", text))) if p.kind == "claim"]
    assert found == [(1, "proved"), (2, "refuted"), (3, "refuted")]


def test_claims_in_rounds_of_a_network_with_given() -> None:
    text = """symbol D where D >= 0
input 1@9; repeat D { c: conv 1 -> maps + 1
assert maps(c) <= 4 given D = 3; assert maps(c) <= 4 given D = 4; assert maps(c) == 7 given D = 0 }"""
    found = [proof for proof in prove(Subject(Source("net", text))) if proof.kind == "claim"]
    assert [proof.outcome for proof in found] == ["proved", "refuted", "proved"]
    assert found[2].why == "it stands in no round there"


@pytest.mark.parametrize(("says", "claim"), [("proved", "size == I"), ("refuted", "size == I - 2")])
def test_a_verdict_that_z3_contradicts(monkeypatch: pytest.MonkeyPatch, says: Any, claim: str) -> None:
    decision = Decision(says, {I: 5} if says == "refuted" else None)
    monkeypatch.setattr(verdicts, "decide", lambda conditions, domain, samples: decision)
    text = f"input 1@I; conv 3 -> 4; assert {claim}"
    (proof,) = (p for p in prove(Subject(Source("net", text))) if p.kind == "claim")
    assert proof.contradicts and proof.verdict == says


def test_claims_of_a_configuration() -> None:
    text = "symbol N = 4\nconfig wide: N = 8\ninput 1@9; conv 3 -> N; assert maps == N"
    text += "; assert maps == 4 given defaults"
    source = Source("net", text)
    everything, configured = subjects(source)
    alone = Subject(source, "", configured.fixed, "wide", alone=True)
    found = [[p.outcome for p in prove(s) if p.kind == "claim"] for s in (everything, configured, alone)]
    assert found == [["proved", "proved"], ["proved"], ["proved", "proved"]]


def test_calculation_by_z3() -> None:
    formula = FloorDiv(I - 67, S) * 2**D + Mod(I, 7)
    assert calculated(formula, {I: 10**20, S: 3, D: 5}) == (10**20 - 67) // 3 * 32 + 10**20 % 7
