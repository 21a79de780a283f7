"""Random programs in all ways: branches, joins, defs, rounds with letters, indices, shared weights."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from symcnn.api import Network
from symcnn.errors import UsageError
from symcnn.language import syntax
from symcnn.layers import registry
from symcnn.source import Source
from symcnn.verify import randoms
from symcnn.verify.drafts import Dice, Program, write_program
from symcnn.verify.grammar import GRAMMAR
from symcnn.verify.randoms import judge, verify_programs, ways_to_go
from symcnn.verify.strategies import near, numbered_programs

WAYS = ways_to_go()
ENDS = {"agrees", "agrees in numbers only", "no network", "valid for fewer numbers"}


def agree(program: Program, gone: tuple[str, ...] = WAYS) -> None:
    end, difference = judge(program.text, program.numbers, gone)
    assert difference is None, str(difference)
    assert end in ENDS
    event(end)


@settings(suppress_health_check=list(HealthCheck))
@given(numbered_programs(broken=True))
def test_random_programs(program: Program) -> None:
    agree(program)


@settings(suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_programs_at_the_edge(data: st.DataObject) -> None:
    """Numbers near by, where the network may no more stand: then the conditions say so."""
    program = data.draw(numbered_programs(broken=True))
    agree(Program(program.text, data.draw(near(program.numbers))), ("oracle",))


@settings(suppress_health_check=list(HealthCheck))
@given(numbered_programs(line=("<layer>", "<layer>", "<kept>", "<axes>")), st.data())
def test_formulas_of_chains_agree(program: Program, data: st.DataObject) -> None:
    agree(program)
    agree(Program(program.text, data.draw(near(program.numbers))), ("oracle",))


def test_the_same_seed_draws_the_same_programs() -> None:
    assert write_program(Dice("3:1")) == write_program(Dice("3:1")) != write_program(Dice("3:2"))


def test_processes_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(randoms, "CHUNK", 4)
    one = verify_programs(8, seed=5, against=["oracle"])
    two = verify_programs(8, seed=5, against=["oracle"], jobs=2)
    assert one == two and one.programs == 8


def test_an_error_that_is_no_refusal_is_told_with_its_program(monkeypatch: pytest.MonkeyPatch) -> None:
    read = Network.of

    def confused(source: Source, program: syntax.Program) -> Network:
        if "conv" in source.text:
            raise ValueError("confused")
        return read(source, program)

    monkeypatch.setattr(Network, "of", confused)
    found = verify_programs(30, seed=2, against=["oracle"])
    assert found.ends["disagrees"] == len(found.failures) > 0 < found.ends["agrees"]
    assert sum(found.ends.values()) == found.programs == 30
    for _, example in found.failures:
        assert "conv" in example.text  # made as small as it gets
        assert str(example.difference) == (
            "ValueError of the program: the formula gives confused, it should be a network or a refusal"
        )


def test_every_word_of_a_layer_can_be_drawn() -> None:
    words = {word.strip(",;:") for rule in GRAMMAR.values() for line in rule for word in line.split()}
    assert set(registry()) <= words


def test_unknown_ways() -> None:
    with pytest.raises(UsageError) as error:
        ways_to_go(["abacus"])
    assert str(error.value) == "error: 'abacus' is no way to verify\n  = hint: ways: oracle, numpy, torch"
