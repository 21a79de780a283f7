"""Fenced blocks of Markdown, as texts in which every line and column is that of the note."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

from symcnn.errors import UsageError
from symcnn.language.characters import BYTE_ORDER_MARK
from symcnn.source import Source, Span

INFO = "symcnn"  # the first word after the fence

# For Markdown a lone carriage return ends a line; in our lines it does not (and no text may hold one).
_LONE_RETURN = re.compile(r"\r(?!\n)")


def fences(note: Source) -> Iterator[Source]:
    r"""Yield the blocks of a Markdown note that are marked `symcnn`, each as a text of its own.

    All other lines of the note count as empty, and what stands before the block on its own
    lines (the indentation of a list, the `>` of a quotation) as blanks. Raises UsageError where
    no line ends as ours do.

    >>> [fence.text for fence in fences(Source("a.md", "A net:\n\n> ```symcnn\n> relu\n> ```\n"))]
    ['\n\n\n  relu\n']
    """
    if "\n" not in note.text and INFO in note.text and _LONE_RETURN.search(note.text):
        raise UsageError(
            "the lines of this note end with carriage returns alone", Span(0, 1), source=note,
            hint="save it with line feeds",
        )  # fmt: skip
    lines = note.text.split("\n")
    readable = _LONE_RETURN.sub(" ", note.text.removeprefix(BYTE_ORDER_MARK))
    for token in MarkdownIt().parse(readable):
        if token.type == "fence" and token.map is not None and token.info.split()[:1] == [INFO]:
            first = token.map[0] + 1
            inside = token.content.removesuffix("\n").split("\n") if token.content else []
            kept = map(_indented, lines[first : first + len(inside)], inside)
            yield Source(note.name, "\n" * first + "".join(line + "\n" for line in kept))


def _indented(line: str, inside: str) -> str:
    """Return a line of the note with blanks for what is no part of the block; tabs count as one."""
    at = len(line.removesuffix("\r")) - len(inside.lstrip(" \t"))
    return " " * at + line[at:]
