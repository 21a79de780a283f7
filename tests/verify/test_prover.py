"""What Z3 proves, refutes and leaves open; nothing that it leaves open counts as proved."""

from __future__ import annotations

from collections import Counter

import pytest
from sympy import Expr

from symcnn.algebra.conditions import Condition
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.catalogue import entry
from symcnn.layers.conv import Conv
from symcnn.network import measures
from symcnn.source import Source
from symcnn.symbols import symbol
from symcnn.verify.prover import Statement, decided, prove
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


def test_calculation_by_z3() -> None:
    formula = FloorDiv(I - 67, S) * 2**D + Mod(I, 7)
    assert calculated(formula, {I: 10**20, S: 3, D: 5}) == (10**20 - 67) // 3 * 32 + 10**20 % 7
