r"""Text and places in it: every node, error and verdict points here.

A span is a pair of offsets into the text, end exclusive. Lines end in ``\n``
(a ``\r`` before it belongs to the line end); no other character ends a line.
Columns count characters from 1, as editors do; a byte order mark at the start of
the text is in no column.
"""

from __future__ import annotations

import os.path
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of character offsets in a source text."""

    start: int
    end: int


class Place(NamedTuple):
    """Line and column, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Source:
    """A text and the name under which messages quote it."""

    name: str
    text: str

    @property
    def title(self) -> str:
        """The name that tables, pictures and programs bear: without the folders of one machine.

        >>> Source(os.path.abspath("net.cnn"), "").title, Source("zoo/lenet5.cnn", "").title
        ('net.cnn', 'zoo/lenet5.cnn')
        """
        return os.path.basename(self.name) if os.path.isabs(self.name) else self.name

    @cached_property
    def _starts(self) -> list[int]:
        starts = [1 if self.text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}") else 0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def place(self, offset: int) -> Place:
        """Return line and column of a character offset."""
        line = max(1, bisect_right(self._starts, offset))
        return Place(line, max(1, offset - self._starts[line - 1] + 1))

    def line(self, number: int) -> str:
        """Return the text of a line (counted from 1) without its end."""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end].removesuffix("\r")

    def quote(self, span: Span) -> str:
        """Return the text that a span covers."""
        return self.text[span.start : span.end]
