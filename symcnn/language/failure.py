"""A failure of the parser: what it met, and what could stand there."""

from __future__ import annotations

from dataclasses import dataclass

from symcnn.language.lexer import Arranger, Token
from symcnn.source import Source, Span


@dataclass(frozen=True)
class Failure:
    """A token that cannot stand where it was found.

    `before` is the token before it, `accepted` are the kinds that could stand
    there, `head` is the kind of the first word of the statement.
    """

    found: Token
    before: Token | None
    accepted: frozenset[str]
    head: str | None
    arranged: Arranger
    source: Source

    @property
    def span(self) -> Span:
        """The place of the token."""
        return self.found.span

    @property
    def after(self) -> str | None:
        """The kind of the token before."""
        return self.before.type if self.before else None

    @property
    def starts_statement(self) -> bool:
        """Whether a statement could start here."""
        return "SYMBOL" in self.accepted

    @property
    def ends_line(self) -> bool:
        """Whether the statement ended too early, with its line or the text."""
        return self.found.type == "$END" or (self.found.type == "_SEP" and self.found.value != ";")

    def earlier(self) -> list[Token]:
        """The tokens of the text before this one, the nearest first."""
        tokens = self.arranged.tokens
        count = sum(token.start_pos < self.found.start_pos for token in tokens)
        return tokens[:count][::-1]
