"""Every claim is compared with the oracle; a wrong verdict or a wrong side is found and made small."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

import symcnn
from symcnn.algebra.identity import Decision
from symcnn.catalogue import entry
from symcnn.errors import SymcnnError
from symcnn.source import Source
from symcnn.symbols import index, symbol
from symcnn.verbs import claims as verdicts
from symcnn.verify.checker import Report, verify
from symcnn.verify.claiming import Claims
from symcnn.verify.oracle.claiming import told
from symcnn.verify.oracle.interpreter import interpret
from symcnn.verify.strategies import programs
from symcnn.verify.subject import Subject, subjects

# Text, the outcomes of its claims, how many of them the oracle confirms.
TEXTS = {
    "about all values": (
        "input 1@I; conv 3 -> 4\n"
        "assert size == I - 2; assert size == I; assert params == 16; assert size >= 2",
        "proved refuted proved refuted",
        4,
    ),
    "in rounds": (
        "input 1@I; e: repeat i in 1..D { c: conv 3 -> maps + 1, pad 1\n"
        "assert maps(c) == i + 1; assert i < 5; assert maps(c) < 4 }",
        "proved refuted refuted",
        3,
    ),
    "a first round that differs": (
        "input 1@I; repeat D { c: conv 3 -> 4, pad 1; assert weights(c) == 48; assert weights(c) <= 48 }",
        "refuted proved proved proved",
        2,
    ),
    "rounds in rounds": (
        "input 1@I; repeat i in 1..D { repeat j in 1..i { conv 1 -> 2; assert j <= i; assert i + j < 6 } }",
        "proved proved proved refuted proved refuted",
        2,
    ),
    "in calls": (
        "def b(M) { c: conv 3 -> M, pad 1; assert maps(c) == 4; assert size(c) == 9 }\n"
        "input 1@9; b(4); b(5)\nlast: b(6)\nassert maps(last.c) == 6",
        "proved proved refuted proved refuted proved proved",
        3,
    ),
    "the whole network, in a call": (
        "def f() { conv 2 -> 2; assert maps == 2; assert size == 7\nassert shape == 5@7\n"
        "assert params == 31 }\ninput 1@9; f(); conv 2 -> 5",
        "refuted proved proved proved",
        4,
    ),
    "the whole network, in rounds": (
        "input 1@9; repeat 3 { conv 2 -> 2; assert maps == 2; assert size == 6; assert maps == 1 }",
        "proved proved refuted proved proved refuted",
        3,
    ),
    "the whole network, in a call with given": (
        "symbol M0\ndef b(M) { conv 3 -> M, pad 1; assert maps == M given M0 = 3 }\n"
        "input 1@9; b(M0); b(2*M0)",
        "refuted holds",
        1,
    ),
    "what arrives at a call": (
        "def f(M = 2*maps) { conv 1 -> M; let h = maps; conv 1 -> h + 1; repeat maps - 3 { relu } }\n"
        "input 3@9; f(); assert maps == 3; f(2); assert params == 98",
        "proved proved",
        2,
    ),
    "what is shared": (
        "input 2@9; b: { c: conv 1 -> 2; relu; assert weights(c) == 4 }\nshare b\nassert weights == 4",
        "proved refuted proved",
        2,
    ),
    "with given": (
        "symbol I = 32, N = 4\nconfig big: N = 64\ninput 1@I; conv 3 -> N\n"
        "assert params == 256 given big; assert size == 30 given defaults; assert params == 3 given N = 2\n"
        "assert maps == 2*K given N = 2*K; assert size == 7 given I = 9, N = 2; assert size == I given I = 9",
        "holds holds refuted holds holds refuted",
        6,
    ),
    "shapes": (
        "input 1 @ I x I; C1: conv 5x5 -> 6 => 6 @ (I - 4)\n"
        "assert shape(C1) == 6@I; assert shape(C1) == 6 @ (I - 4) x (I - 4)",
        "proved refuted proved",
        3,
    ),
    "as written": (
        "input 1@I; conv 3 -> 4\n"
        "assert params ~ 16; assert params ~ 0.1k; assert connections ~ 1k given I = 64",
        "proved refuted holds",
        3,
    ),
    "undecided": ("input 1@9; relu; assert I**3 + K**3 != N**3", "undecided", 1),
    "odd and even": (
        "input 1@I; relu; assert I odd; assert 2*I even; assert I*(I + 1) even",
        "refuted proved proved",
        3,
    ),
    "powers": (
        "input 1@I; repeat D { conv 3 -> 1, stride 2 }\nassert receptive == 2**(D + 1) - 1; assert jump <= 8",
        "proved refuted",
        2,
    ),
    "fractions": (
        "symbol a = 1/2 where a rational, a > 0\ninput 1@I; conv 1 -> divisible(32*a, 8)\n"
        "assert maps == 16 given defaults; assert maps >= 32*a - 8; assert maps >= 32*a",
        "holds undecided refuted",
        3,
    ),
}


def report(text: str, **options: Any) -> Report:
    return verify(Subject(Source("text", text)), examples=8, against=["oracle"], **options)


@pytest.mark.parametrize(("text", "outcomes", "number"), TEXTS.values(), ids=TEXTS)
def test_claims_of_all_kinds_agree(text: str, outcomes: str, number: int) -> None:
    assert [verdict.outcome for verdict in symcnn.parse(text).check()] == outcomes.split()
    found = report(text)
    assert found.counterexample is None, str(found.counterexample)
    assert (found.claims.agreed, found.claims.skipped) == (number, Counter())


@pytest.mark.parametrize("name", ["lenet5", "resnet", "squeezenet", "unet", "regnet", "inception_v3"])
def test_every_claim_of_the_zoo_is_compared(name: str) -> None:
    for subject in subjects(entry(name), configurations=False):
        claims = Claims(subject)
        assert list(claims.by_themselves()) == []
        for counted in _counted(subject):
            assert list(claims.against(*counted)) == []
        assert claims.left_out == Counter()


def _counted(subject: Subject) -> list[Any]:
    from symcnn.verify.checker import SMALL, draw
    from symcnn.verify.oracle.interpreter import execute

    points = draw(subject, 3, SMALL, 0)
    results = [execute(subject.program, subject.numbers(point)) for point in points]
    block = subject.block
    return [(p, r.nets[block] if block else r) for p, r in zip(points, results, strict=True)]


MEASURES = ("params", "macs", "connections", "weights", "neurons", "fixed", "biases", "buffers", "flops")
SIDES = st.one_of(
    st.sampled_from(MEASURES),
    st.integers(0, 40).map(str),
    st.tuples(st.sampled_from(MEASURES), st.sampled_from("+-*"), st.integers(1, 9)).map(
        lambda side: f"{side[0]} {side[1]} {side[2]}"
    ),
    st.tuples(st.sampled_from(MEASURES), st.integers(2, 9)).map(lambda side: f"({side[0]} + 1)//{side[1]}"),
)
ASSERTS = st.tuples(SIDES, st.sampled_from(("==", "!=", "<=", "<", ">=", ">")), SIDES).map(" ".join)
GIVEN = st.sampled_from(("", "", " given I = 9", " given N = 4"))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(), st.lists(st.tuples(ASSERTS, GIVEN), min_size=1, max_size=3), st.integers(0, 99))
def test_claims_about_any_program_agree(text: str, claims: list[tuple[str, str]], seed: int) -> None:
    """Whatever the verdict is, the oracle agrees with it, and with both sides at every binding."""
    written = "\n".join(f"assert {claim}{given_}" for claim, given_ in claims)
    try:
        subject = Subject(Source("text", f"{text}\n{written}\n"))
        found = verify(subject, examples=3, against=["oracle"], seed=seed)
    except SymcnnError:  # no network with letters
        reject()
    assert found.counterexample is None, str(found.counterexample)


# ------------------------------------------------------------------ what is wrong is found
def test_a_verdict_too_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "decide", lambda conditions, domain, samples: Decision("proved"))
    found = report(
        "# much beside\nsymbol I = 9, C\ninput C@I; relu; c: conv 3 -> 4; assert size(c) == I; relu"
    )
    assert str(found.counterexample) == (
        "input 1@1; c: conv 1 -> 1; assert size(c) == 2\n"
        "# assert size(c) == 2 (line 1): proved, the oracle says false"
    )


def test_a_counterexample_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Decision("refuted", {symbol("I"): 7})
    monkeypatch.setattr(verdicts, "decide", lambda conditions, domain, samples: wrong)
    found = report("input 1@I; relu; assert size == I")
    assert str(found.counterexample) == (
        "input 1 @ I; assert size == I\n"
        "# assert size == I (line 1): refuted at I = 7: 7 against 7, the oracle says true"
    )


def test_a_side_that_is_read_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "_close", lambda left, right, a, b: iter(()))  # always near enough
    found = report("input 1@I; conv 3 -> 4; assert params ~ 40; assert params ~ 16")
    assert found.counterexample is not None
    assert str(found.counterexample).endswith("the formulas say true, the oracle says false")


def test_values_after_given_that_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "decide", lambda conditions, domain, samples: Decision("proved"))
    found = report("symbol N = 3; input 1@I; conv 3 -> N; assert params == 12 given N = 4")
    assert found.counterexample is not None and found.counterexample.values == {}
    assert str(found.counterexample).endswith(": holds, the oracle says false")


def test_a_claim_that_the_oracle_reads_in_other_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the network had a round less, its claims would stand less often."""
    from symcnn.verify import claiming

    right = claiming.indices
    monkeypatch.setattr(claiming, "indices", lambda loop, values: right(loop, values)[1:])
    found = report("input 1@I; repeat D { c: conv 3 -> 4, pad 1; assert weights(c) <= 48 }")
    assert found.counterexample is not None
    assert "the formulas say in no round, the oracle says true" in str(found.counterexample)


# ------------------------------------------------------------------ what cannot be compared is told
def test_what_cannot_be_compared_is_counted() -> None:
    text = "input 1@9; relu; assert params(none) == 0; assert shape == 3; assert size == 9"
    found = report(text).claims
    assert found.agreed == 1
    assert found.skipped == {"no layer is labelled 'none'": 1, "a shape is compared with a number": 1}


def test_what_is_too_large_is_counted() -> None:
    found = report("symbol I = 100_000; input 1@I; conv 3 -> 4; assert size == 99_998 given defaults").claims
    assert (found.agreed, found.skipped) == (0, {"too large": 1})


def test_no_round_in_which_a_claim_stands() -> None:
    text = "symbol D where D >= 0\ninput 1@9; repeat D { relu; assert size == 8 given D = 0 }"
    assert report(text).claims.skipped == {"it stands in no round there": 1}


def test_claims_with_given_in_a_configuration() -> None:
    """They speak of the text without it: so they are compared there, unless it is verified alone."""
    text = "symbol N = 4\nconfig wide: N = 8\ninput 1@9; conv 3 -> N; assert maps == N"
    text += "; assert maps == 4 given defaults"
    source = Source("text", text)
    everything, configured = subjects(source)
    alone = Subject(source, "", configured.fixed, "wide", alone=True)
    told = [verify(s, examples=2, against=["oracle"]).claims.agreed for s in (everything, configured, alone)]
    assert told == [2, 1, 2]


def test_claims_beside_networks() -> None:
    """They belong to none of the networks, and are compared all the same."""
    text = 'symbol W where W >= 3\nnet "a" { input 1@9x9; conv 3 -> W; assert params == 10*W }\n'
    source = Source("text", text + "assert W*W >= 9\nassert W >= 4\nconfig small: W = 3")
    found = [verify(subject, examples=4, against=["oracle"]) for subject in subjects(source)]
    assert [(r.name, r.layers, r.claims.agreed, list(r.tallies)) for r in found] == [
        ("text", 0, 2, ["oracle"]), ("text small", 0, 2, ["oracle"]),
        ("text a", 2, 1, ["read again", "oracle"]),
    ]  # fmt: skip
    assert all(r.counterexample is None for r in found)


def test_a_verdict_too_good_beside_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "decide", lambda conditions, domain, samples: Decision("proved"))
    subject = next(subjects(Source("text", 'net "a" { input 1@9 }\nassert N == 5')))
    found = verify(subject, examples=1, against=["oracle"]).counterexample
    assert str(found) == "assert 1 == 2\n# assert 1 == 2 (line 1): proved, the oracle says false"


# ------------------------------------------------------------------ the oracle by itself
def test_the_oracle_tells_every_round() -> None:
    found = interpret("input 1@9; repeat i in 1..3 { conv 3 -> i => i@7; assert i < 3 }")
    assert [true for _, true in told(found)] == [True, True, False, True, False, False]


@pytest.mark.parametrize(
    ("claim", "true"), [("6@8", True), ("6@8x8", True), ("6@8x7", False), ("5@8", False)]
)
def test_one_extent_counts_for_every_axis(claim: str, true: bool) -> None:
    found = interpret(f"input 1@8x8; c: conv 1 -> 6 => {claim}; assert shape(c) == {claim}")
    assert [told_ for _, told_ in told(found)] == [true, true]


def test_the_point_of_a_verdict_has_the_rounds() -> None:
    (verdict,) = symcnn.parse("input 1@9; repeat i in 1..D { relu; assert i < 3 }").check()
    assert verdict.counterexample == {"i": 3} and verdict.against().startswith("at i = 3")
    assert verdicts.failing_point(verdict) == {index("i"): 3}
