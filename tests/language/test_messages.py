"""Full messages, as a reader sees them, and the truth of the places that they name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language.programs import PROGRAMS, refusal
from profiles import thorough

from symcnn.errors import LanguageError
from symcnn.language.lexer import Vocabulary
from symcnn.language.parser import parse, parse_expression, parse_given
from symcnn.source import Source

FOLDER = Path(__file__).parents[1] / "data" / "messages"
CASES = sorted(FOLDER.glob("*.cnn"))
ODD = 'xKκΚ×(){}[]|;:,.->=<>!~*/%@#"\n\r\t 01_eM&\u202e\x00é\ufeff'


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_message(path: Path, words: Vocabulary) -> None:
    with pytest.raises(LanguageError) as caught:
        parse(Source(path.name, read(path)), words)
    assert str(caught.value) + "\n" == read(path.with_suffix(".txt"))


def test_cases_are_found() -> None:
    assert len(CASES) >= 80
    assert {path.stem for path in CASES} == {path.stem for path in FOLDER.glob("*.txt")}


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_lines_above_move_the_line_only(path: Path, line_end: str, words: Vocabulary) -> None:
    text = read(path).removeprefix("\ufeff").replace("\n", line_end)
    places = []
    for above in ("", line_end * 3, f"relu  # a comment{line_end}" * 3):
        with pytest.raises(LanguageError) as caught:
            parse(Source("", above + text), words)
        assert caught.value.place is not None
        places.append(caught.value.place)
    (line, column), *moved = places
    assert moved == [(line + 3, column)] * 2


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("", "expected an expression, found the end of the text"),
        ("1 + ", "expected an expression, found the end of the text"),
        ("params(conv1) 3", "unexpected '3' after a complete expression"),
        ("a\nb", "unexpected a new line after a complete expression"),
        ("a = 3", "expected the end of the text, found '='"),
        ("conv", "'conv' is a reserved word (a layer word), not a name"),
    ],
)
def test_expression_message(text: str, fact: str, words: Vocabulary) -> None:
    with pytest.raises(LanguageError) as caught:
        parse_expression(Source("formula", text), words)
    assert caught.value.fact == fact


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("", "expected a name, found the end of the text"),
        ("I=", "expected an expression, found the end of the text"),
        ("I=3; N=2", "unexpected ';' after a complete expression"),
        ("small resnet50", "unexpected 'resnet50' after a complete expression"),
        ("small, 3", "expected a name, found '3'"),
        ("I == 3", "'==' compares and does not give a value"),
    ],
)
def test_given_message(text: str, fact: str, words: Vocabulary) -> None:
    with pytest.raises(LanguageError) as caught:
        parse_given(Source("--at", text), words)
    assert caught.value.fact == fact


def check_message(text: str, words: Vocabulary) -> None:
    """A tree, or an error whose place is in the text, found again by counting."""
    error = refusal(text, words)
    if error is None:
        return
    assert error.span is not None and error.place is not None
    start = error.span.start
    assert 0 <= start <= len(text)
    before = text[:start].removeprefix("\ufeff")
    assert error.place.line == before.count("\n") + 1
    assert error.place.column == len(before) - (before.rfind("\n") + 1) + 1
    message = str(error)
    assert re.match(r"changed\.cnn:\d+:\d+: error: .", message)
    first, _, carets, *notes = message.split("\n")
    assert len(first) < 200 and not first.endswith(".")
    assert set(carets.split("|", 1)[1]) <= set(" \t^") and "^" in carets
    assert all(re.match(" += (hint: )?.", note) for note in notes)


@st.composite
def changed(draw: st.DrawFn, text: str) -> str:
    """Return the text with a few characters or words deleted, replaced, doubled or put in."""
    unit = draw(st.sampled_from([r"[\s\S]", r"\w+|\s+|[^\w\s]"]))
    parts = re.findall(unit, text)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(parts) - 1)))
        new = draw(st.one_of(st.sampled_from(ODD), st.sampled_from(parts or ["a"])))
        parts[at : at + draw(st.integers(0, 2))] = [new] * draw(st.integers(0, 2))
    return "".join(parts)


@given(data=st.data())
def test_changed_samples(data: st.DataObject, samples: dict[str, str], words: Vocabulary) -> None:
    text = samples[data.draw(st.sampled_from(sorted(samples)))]
    check_message(data.draw(changed(text)), words)


@thorough
@given(data=st.data(), text=PROGRAMS)
def test_changed_programs(data: st.DataObject, text: str, words: Vocabulary) -> None:
    check_message(data.draw(changed(text)), words)
