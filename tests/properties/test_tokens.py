"""Property 39, the part of adequacy: what is written is read; no token is passed over."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st
from language.programs import PROGRAMS

from symcnn.errors import LanguageError
from symcnn.language.lexer import Token, Vocabulary
from symcnn.language.parser import parse, scan
from symcnn.language.syntax import Program
from symcnn.layers import vocabulary
from symcnn.source import Source

WORDS = vocabulary()
OTHER = {"PLUS": "-", "MINUS": "+", "STAR": "/", "SLASH": "//", "FLOORDIV": "%", "PERCENT": "*"}
OTHER |= {"==": "!=", "!=": "==", "<=": "<", ">=": ">", "<": "<=", ">": ">="}


def tree(text: str, words: Vocabulary) -> Program | None:
    try:
        return parse(Source("", text), words)
    except LanguageError:
        return None


def other(text: str, token: Token, new: str) -> str:
    return text[: token.start_pos] + new + text[token.end_pos :]


@given(text=PROGRAMS, data=st.data())
def test_every_number_counts(text: str, data: st.DataObject) -> None:
    """Another number is another program, wherever it stands; also a name, or a text in quotes."""
    numbers = [t for t in scan(Source("", text)) if t.type in ("NUMBER", "NAME", "STRING")]
    assume(numbers and tree(text, WORDS) is not None)
    token = data.draw(st.sampled_from(numbers))
    new = {"NUMBER": "7654", "NAME": "zzz", "STRING": '"zzz"'}[token.type]
    changed = tree(other(text, token, new), WORDS)
    assert changed != tree(text, WORDS)  # another tree, or none


@given(text=PROGRAMS, data=st.data())
def test_every_operator_counts(text: str, data: st.DataObject) -> None:
    signs = [t for t in scan(Source("", text)) if t.type in OTHER or t.value in OTHER]
    assume(signs and tree(text, WORDS) is not None)
    token = data.draw(st.sampled_from(signs))
    changed = tree(other(text, token, OTHER.get(token.type) or OTHER[token.value]), WORDS)
    assert changed != tree(text, WORDS)
