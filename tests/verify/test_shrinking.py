"""Smaller counterexamples: what is cut out, and that the network with the mistake is kept."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcnn
from symcnn.errors import LanguageError
from symcnn.verify.comparing import Difference
from symcnn.verify.shrinking import Case, shrunk

FOUND = Difference("it is", "conv1", "params", 1, 2)


def smallest(text: str, *needed: str, trials: int = 300, block: str = "", **values: int | Fraction) -> Case:
    """Return the smallest network that still holds all that is needed."""

    def fails(case: Case) -> Difference | None:
        there = symcnn.parse(case.text)
        if case.block and case.block not in there.nets:
            return None
        return FOUND if all(word in case.text for word in needed) else None

    case, difference = shrunk(Case(text, values, block), FOUND, fails, trials)
    assert difference is FOUND
    symcnn.parse(case.text)
    return case


@pytest.mark.parametrize(
    ("text", "needed", "left"),
    [
        ("input 1@9; relu => 1@9; conv 3 -> 4", ["relu"], "input 1@1; relu"),
        ("input 1@9; relu => 1@9", ["=>"], "input 1@1; relu => 1@1"),
        ("input 1@9; add { | relu | { } }", ["relu"], "input 1@1; relu"),
        ("input 1@9; add { | relu }", ["add", "relu"], "input 1@1; add { | relu }"),
        ("input 1@9; b: { }; relu", ["relu"], "input 1@1; relu"),
        ("input 1@9; repeat 3 { tanh; relu }", ["relu"], "input 1@1; relu"),
        ("input 1@9; if 1 > 2 { tanh } else { relu }", ["relu"], "input 1@1; relu"),
        ("net a { input 1@9; relu }\nnet b { input 1@9 }", ["relu"], "net a { input 1@1; relu }"),
    ],
)
def test_what_is_left(text: str, needed: list[str], left: str) -> None:
    assert smallest(text, *needed).text == left + "\n"


def test_the_network_that_is_meant_is_taken_out_of_its_block() -> None:
    case = smallest("net a { input 1@9; tanh }; net b { input 1@9; relu }", "relu", block="b")
    assert (case.text, case.block) == ("input 1@1; relu\n", "")


def test_only_integers_are_made_smaller() -> None:
    case = smallest("symbol a, N where a rational\ninput N@9; upsample a", "N", "a", N=64, a=Fraction(7, 2))
    assert case.values == {"N": 0, "a": Fraction(7, 2)}


def test_without_trials_nothing_is_left_out() -> None:
    for trials in (0, 1):  # the one that is tried leaves out what is needed
        case = smallest("input 1@9;   relu;tanh", "input", "relu", "tanh", trials=trials)
        assert case.text == "input 1@9; relu; tanh\n"


def test_what_cannot_be_read_in_the_canonical_layout_stays() -> None:
    """The layout is for people: where it hides the mistake, the text is shown as it was found."""
    text = "input   1@9;tanh"

    def fails(case: Case) -> Difference | None:
        if case.text != text:
            raise LanguageError("another text")
        return FOUND

    case, difference = shrunk(Case(text, {}), FOUND, fails)
    assert (case.text, difference) == (text, FOUND)
