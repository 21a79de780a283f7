"""Errors: the place in the text, and all that is said, as far as it is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcnn
from symcnn.errors import SymcnnError
from symcnn.source import Place, Source, Span

TEXT = Source("net.cnn", "input 1@8x8\r\n\tcnov 3\n")


def test_the_place_of_a_mistake_in_a_text() -> None:
    with pytest.raises(SymcnnError) as caught:
        symcnn.parse("input 1@8x8\n  cnov 3 -> 4")
    assert caught.value.place == Place(2, 3)


@pytest.mark.parametrize("source", [None, TEXT])
@pytest.mark.parametrize("span", [None, Span(14, 18)])
def test_there_is_a_place_where_text_and_span_are_known(source: Source | None, span: Span | None) -> None:
    known = source is not None and span is not None
    assert SymcnnError("a fact", span, source=source).place == (Place(2, 2) if known else None)


@pytest.mark.parametrize(
    ("span", "source", "said"),
    [
        (None, None, "error: a fact\n  = why\n  = hint: do that"),
        (Span(14, 18), None, "error: a fact\n  = why\n  = hint: do that"),
        (None, TEXT, "net.cnn: error: a fact\n  = why\n  = hint: do that"),
        (
            Span(14, 18), TEXT,
            "net.cnn:2:2: error: a fact\n  2 | \tcnov 3\n    | \t^^^^\n  = why\n  = hint: do that",
        ),
    ],
)  # fmt: skip
def test_what_is_known_is_said(span: Span | None, source: Source | None, said: str) -> None:
    assert str(SymcnnError("a fact", span, source=source, notes=("why",), hint="do that")) == said


def test_the_first_text_counts() -> None:
    error = SymcnnError("a fact")
    assert error.locate(TEXT, Span(0, 5)) is error
    assert error.locate(Source("other.cnn", "relu"), Span(1, 2)).place == Place(1, 1)
    assert error.source is TEXT


@given(st.text(st.sampled_from("ab \n\r\ufeff")), st.data())
def test_places_are_those_of_an_editor(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    before = text.removeprefix("\ufeff")[: max(0, offset - text.startswith("\ufeff"))]
    assert Source("", text).place(offset) == (
        before.count("\n") + 1,
        len(before) - (before.rfind("\n") + 1) + 1,
    )
