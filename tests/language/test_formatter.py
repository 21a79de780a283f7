"""One layout: pairs before and after, and what must never change."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language.programs import PROGRAMS
from profiles import thorough

from symcnn.errors import LanguageError, SymcnnError
from symcnn.language import formatter
from symcnn.language.formatter import format as reformat
from symcnn.language.lexer import CONTINUES, Arranger, Token, Vocabulary
from symcnn.language.parser import parse, scan
from symcnn.source import Source

TEXT = (Path(__file__).parents[1] / "data" / "formatting.txt").read_text(encoding="utf-8")
PAIRS = [tuple(case.split("\n---\n")) for case in TEXT.split("\n", 1)[1].removesuffix("\n").split("\n===\n")]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_pair(before: str, after: str, words: Vocabulary) -> None:
    assert reformat(Source("", before), words) == after + "\n"
    assert reformat(Source("", after), words) == after + "\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("\n \n\t\n", ""),
        ("# only a comment", "# only a comment\n"),
        ("\ufeffrelu   \r\n\r\n\r\n  tanh # c \t\r\n", "relu\n\ntanh  # c\n"),
        ("\trelu\t;\ttanh\n\n\n", "relu; tanh\n"),
    ],
)
def test_ends_and_blanks(before: str, after: str, words: Vocabulary) -> None:
    assert reformat(Source("", before), words) == after


def test_samples_keep_their_lines(samples: dict[str, str], words: Vocabulary) -> None:
    """Only ` ;` in alexnet and the continued lines of lenet5 are laid out otherwise."""
    for name, text in samples.items():
        expected = text.replace(" ; ", "; ") if name == "alexnet" else text
        expected = re.sub(r"^ {6}(?=2\.\.5|\[0)", "    ", expected, flags=re.MULTILINE)
        assert reformat(Source(name, text), words) == expected


def test_errors_come_first(words: Vocabulary) -> None:
    with pytest.raises(LanguageError, match="unknown layer"):
        reformat(Source("", "cnov 3x3"), words)


def test_a_lost_word_is_noticed(monkeypatch: pytest.MonkeyPatch, words: Vocabulary) -> None:
    for lost in (["conv 3x3 -> 8\n"], ["conv 3x3 -> 8; relu\n"], ["conv 3x3 -> 8 # b\nrelu\n"]):
        monkeypatch.setattr(formatter, "_lay_out", lambda tokens, lost=lost: iter(lost))
        with pytest.raises(SymcnnError, match="internal error"):
            reformat(Source("", "conv 3x3 -> 8 # a\nrelu\n"), words)


def comments(text: str) -> list[str]:
    return [token.value.rstrip() for token in scan(Source("", text)) if token.type == "COMMENT"]


def check_layout(text: str, words: Vocabulary) -> None:
    tree = parse(Source("", text), words)
    after = reformat(Source("", text), words)
    assert parse(Source("", after), words) == tree
    assert comments(after) == comments(text)
    assert reformat(Source("", after), words) == after
    assert not re.search(r"[ \t]$|\n\n\n|\{\n\n|\r", after, re.MULTILINE) or '"' in after
    assert not after or (after.endswith("\n") and not after.startswith("\n") and not after.endswith("\n\n"))


@thorough
@given(text=PROGRAMS)
def test_any_program(text: str, words: Vocabulary) -> None:
    check_layout(text, words)


def loosen(data: st.DataObject, text: str, words: Vocabulary) -> str:
    """Put blanks, comments and line ends wherever they mean nothing."""
    tokens = scan(Source("", text))
    list(Arranger(tokens, words))  # gives the names their kind
    out: list[str] = []
    before: Token | None = None
    level = 0
    for token in tokens:
        free = level > 0 or (before is not None and before.type in {*CONTINUES, "LBRACE", "VBAR", "NEWLINE"})
        gaps = [" ", "\t ", "   "]
        if token.type == "NEWLINE":
            gaps = ["", " ", " # c", "\n", " # é\r\n \r"]
        elif free:
            gaps += ["\n", " # a comment\n  ", "\r\n\n"]
        out += [data.draw(st.sampled_from(gaps)), token.value]
        level += (token.type in ("LPAR", "LSQB")) - (token.type in ("RPAR", "RSQB"))
        if token.type != "COMMENT":
            before = token
    return "".join(out)


@given(data=st.data(), text=PROGRAMS)
def test_blanks_mean_nothing(data: st.DataObject, text: str, words: Vocabulary) -> None:
    loose = loosen(data, text, words)
    assert parse(Source("", loose), words) == parse(Source("", text), words)
    check_layout(loose, words)


@given(data=st.data())
def test_blanks_mean_nothing_in_samples(
    data: st.DataObject, samples: dict[str, str], words: Vocabulary
) -> None:
    text = samples[data.draw(st.sampled_from(["one_conv", "bottleneck_claim", "keras_example", "unet"]))]
    loose = loosen(data, text, words)
    assert parse(Source("", loose), words) == parse(Source("", text), words)
    check_layout(loose, words)
