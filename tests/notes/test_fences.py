"""Blocks in Markdown: which ones count, and that lines and columns are those of the note."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcnn
from symcnn.api import Network
from symcnn.notes.fences import fences
from symcnn.source import Source


def texts(note: str) -> list[str]:
    return [fence.text for fence in fences(Source("a.md", note))]


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("", []),
        ("relu\n", []),
        ("```symcnn\nrelu\n```\n", ["\nrelu\n"]),
        ("```symcnn net.cnn\nrelu\n```\n", ["\nrelu\n"]),
        ("``` symcnn\nrelu\n```\n", ["\nrelu\n"]),
        ("~~~symcnn\nrelu\n~~~", ["\nrelu\n"]),
        ("````symcnn\nrelu\n```\n````\n", ["\nrelu\n```\n"]),
        ("```symcnn\nrelu\n", ["\nrelu\n"]),  # never closed
        ("```symcnn\nrelu", ["\nrelu\n"]),
        ("```symcnn\n```\n", ["\n"]),
        ("```symcnn\n\n```\n", ["\n\n"]),
        ("```symcnn\nrelu\n```\n\n```symcnn\ntanh\n```\n", ["\nrelu\n", "\n" * 5 + "tanh\n"]),
        ("a\n\n- ```symcnn\n  relu\n\n  tanh\n  ```\n", ["\n\n\n  relu\n\n  tanh\n"]),
        ("> > ```symcnn\n> > relu\n> > ```\n", ["\n    relu\n"]),
        (">```symcnn\n>\trelu\n>```\n", ["\n  relu\n"]),
        ("```symcnn\r\nrelu\r\n```\r\n", ["\nrelu\r\n"]),
        ("\N{ZERO WIDTH NO-BREAK SPACE}```symcnn\nrelu\n```\n", ["\nrelu\n"]),
        ("```symcnn\nre\x00lu\x0c\u2028\n```\n", ["\nre\x00lu\x0c\u2028\n"]),
        ("a\rb\n```symcnn\nre\rlu\n```\n", ["\n\nre\rlu\n"]),
        ("```python\nrelu\n```\n", []),
        ("```symcnn2\nrelu\n```\n", []),
        ("```Symcnn\nrelu\n```\n", []),
        ("``` a symcnn\nrelu\n```\n", []),
        ("```\nsymcnn\n```\n", []),
        ("    ```symcnn\n    relu\n    ```\n", []),  # code by indentation
        ("text ```symcnn relu``` text\n", []),
        ("<!--\n```symcnn\nrelu\n```\n-->\n", []),
        ("````text\n```symcnn\nrelu\n```\n````\n", []),
    ],
)
def test_blocks(note: str, found: list[str]) -> None:
    assert texts(note) == found


BEFORE = st.lists(
    st.sampled_from(
        [
            "",
            "text",
            "# title",
            "```python\na = 1\n```",
            "- item",
            "\f",
            "a\u2028b",
            "a\x85b",
            "a\rb",
            "é😀",
            "***",
        ]
    ),
    max_size=6,
)
PREFIX = st.sampled_from(["", "> ", ">", "  ", "> > "])


@given(before=BEFORE, prefix=PREFIX, blanks=st.sampled_from(["", " ", "    ", "\t"]), crlf=st.booleans())
def test_a_mistake_has_its_place_in_the_note(before: list[str], prefix: str, blanks: str, crlf: bool) -> None:
    """Against a search in the text of the note itself."""
    block = [f"{prefix}```symcnn", f"{prefix}input 1@8x8 # é😀", f"{prefix}{blanks}wrong 3", f"{prefix}```"]
    note = "\n".join([*before, "", *block, "", "text"])
    note = note.replace("\n", "\r\n") if crlf else note
    (text,) = fences(Source("a.md", note))
    with pytest.raises(symcnn.LanguageError) as caught:
        Network.read(text)
    at = note.index("wrong")
    line = note.count("\n", 0, at) + 1
    column = at - (note.rfind("\n", 0, at) + 1) + 1
    assert caught.value.place == (line, column)
    assert str(caught.value).startswith(f"a.md:{line}:{column}: error: unknown layer 'wrong'")


@given(st.text(alphabet="`~> -symcn\n\r\t1.#<\\", max_size=80))
def test_any_note(note: str) -> None:
    """Whatever the note, a block stands where its lines stand."""
    lines = note.split("\n")
    for text in fences(Source("a.md", note)):
        for said, line in zip(text.text.split("\n"), [*lines, ""], strict=False):
            assert not said.strip() or line.endswith(said.lstrip(" \t"))
