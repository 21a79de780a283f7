"""One tree of errors: a fact, the place in the text, and what to do about it.

The inner code states the fact and the span; whoever holds the text adds it once
with `SymcnnError.locate`. What a person reads is `str(error)`.
"""

from __future__ import annotations

from symcnn.source import Place, Source, Span

_WIDTH = 80  # characters of a source line quoted in a message


class SymcnnError(Exception):
    """Any mistake that symcnn reports to its user.

    Attributes: `fact` (one line, what is wrong), `notes` (how we know, a line
    each), `hint` (what to do), `span` and `source` (where; either may be None).

    >>> print(SymcnnError("nothing is left", hint="use a larger input"))
    error: nothing is left
      = hint: use a larger input
    """

    def __init__(
        self,
        fact: str,
        span: Span | None = None,
        *,
        source: Source | None = None,
        hint: str | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(fact)
        self.fact = fact
        self.span = span
        self.source = source
        self.hint = hint
        self.notes = notes

    def locate(self, source: Source, span: Span | None = None) -> SymcnnError:
        """Add the text (and, where none is known yet, the span); return the error."""
        if self.source is None:
            self.source = source
            self.span = self.span or span
        return self

    @property
    def place(self) -> Place | None:
        """Line and column of the mistake, or None if it is not in a text."""
        if self.source is None or self.span is None:
            return None
        return self.source.place(self.span.start)

    def __str__(self) -> str:
        margin, lines = "  ", [f"error: {self.fact}"]
        if self.source is not None and self.span is not None:
            place = self.source.place(self.span.start)
            number = str(place.line)
            margin = " " * (len(number) + 1)
            quoted, carets = _quote(self.source, self.span)
            lines[0] = f"{self.source.name}:{place.line}:{place.column}: {lines[0]}"
            lines.append(f"  {number} | {quoted}")
            lines.append(f"  {' ' * len(number)} | {carets}")
        elif self.source is not None:
            lines[0] = f"{self.source.name}: {lines[0]}"
        lines.extend(f"{margin}= {note}" for note in self.notes)
        if self.hint:
            lines.append(f"{margin}= hint: {self.hint}")
        return "\n".join(lines)


class LanguageError(SymcnnError):
    """The text cannot be read: a character, a word, the grammar, or a limit.

    >>> import symcnn
    >>> symcnn.parse("input 3@8x8; cnov 3x3 -> 8")
    Traceback (most recent call last):
        ...
    symcnn.errors.LanguageError: <text>:1:14: error: unknown layer 'cnov'
      1 | input 3@8x8; cnov 3x3 -> 8
        |              ^^^^
      = hint: did you mean 'conv'?
    """


class NetworkError(SymcnnError):
    """The text reads, but describes no network: names, shapes, formulas.

    >>> import symcnn
    >>> symcnn.parse("input 3@8x8; conv 9x9 -> 8")
    Traceback (most recent call last):
        ...
    symcnn.errors.NetworkError: <text>:1:14: error: nothing is left on axis 1
      1 | input 3@8x8; conv 9x9 -> 8
        |              ^^^^^^^^^^^^^
      = 8 - 9 + 1 = 0
    """

    refused = False  # whether a condition on sizes fails, rather than the text
    mendable = False  # whether the same text may stand for other values, or in another round

    def for_these_values(self) -> NetworkError:
        """Mark the error as one of the values that symbols have here; return it."""
        self.mendable = True
        return self


class DomainError(SymcnnError):
    """A value lies outside what its symbol was declared to be.

    >>> import symcnn
    >>> symcnn.parse("symbol I where I >= 32; input 1 @ I x I").at(I=20)
    Traceback (most recent call last):
        ...
    symcnn.errors.DomainError: <text>:1:16: error: I = 20 breaks this condition
      1 | symbol I where I >= 32; input 1 @ I x I
        |                ^^^^^^^
    """


class UsageError(SymcnnError):
    """A call or a command asks for something that is not there.

    >>> import symcnn
    >>> symcnn.zoo("lenet6")
    Traceback (most recent call last):
        ...
    symcnn.errors.UsageError: error: no network in the zoo is named 'lenet6'
      = hint: did you mean 'lenet5'?
    """


def _quote(source: Source, span: Span) -> tuple[str, str]:
    """Return a line, cut to a readable width around the span, and its carets."""
    line, column = source.place(span.start)
    text = source.line(line)
    first = column - 1
    last = max(first + 1, min(first + span.end - span.start, len(text)))
    cut = max(0, min(first - _WIDTH // 2, len(text) - _WIDTH))
    shown = text[cut : cut + _WIDTH]
    quoted = ("…" if cut else "") + shown + ("…" if cut + _WIDTH < len(text) else "")
    blank = "".join("\t" if c == "\t" else " " for c in text[cut:first])
    carets = (" " if cut else "") + blank + "^" * (min(last, cut + _WIDTH) - first)
    return _printable(quoted), carets


def _printable(text: str) -> str:
    """Replace what could disturb a terminal by the visible replacement mark."""
    return "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
