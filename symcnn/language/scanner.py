"""The scanner: from text to tokens as written, comments and line ends included.

One pass with one regular expression, built from the terminals of the grammar.
The limits on size, nesting, names and numbers are checked here, before anything
is built from the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from symcnn.errors import LanguageError
from symcnn.language.characters import BYTE_ORDER_MARK, check_characters, refuse_character
from symcnn.language.lexer import MAX_BYTES, MAX_DIGITS, MAX_NAME, MAX_NESTING, Token
from symcnn.source import Source, Span

if TYPE_CHECKING:
    from lark.lexer import TerminalDef

_CLOSER = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
_CLOSING = {closer: opener for opener, closer in _CLOSER.items()}
_CHECKED = frozenset({"NAME", "NUMBER", "_OTHER", *_CLOSER, *_CLOSING})


class Scanner:
    """Cuts a text into tokens; made once from the terminals of the grammar."""

    def __init__(self, terminals: Iterable[TerminalDef]) -> None:
        rest = []
        self._keywords: dict[str, str] = {}
        for terminal in terminals:
            if terminal.pattern.type == "str" and terminal.pattern.value.isidentifier():
                self._keywords[terminal.pattern.value] = terminal.name
            else:
                rest.append(terminal)
        rest.sort(key=lambda t: (-t.priority, -t.pattern.max_width, t.name))
        groups = [f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in rest]
        self._pattern = re.compile("|".join([*groups, r"(?P<_OTHER>[\s\S])"]))

    def scan(self, source: Source) -> list[Token]:
        """Return the tokens of a text in order, without blanks.

        Raises LanguageError for a forbidden character, a bracket without its
        partner, or a passed limit.
        """
        check_size(source)
        check_characters(source)
        tokens: list[Token] = []
        openers: list[Token] = []
        keywords = self._keywords
        for match in self._pattern.finditer(source.text, source.text.startswith(BYTE_ORDER_MARK)):
            kind = match.lastgroup
            if kind is None or kind == "BLANK":
                continue
            value = match.group()
            start, end = match.span()
            token = Token(keywords.get(value, kind) if kind == "NAME" else kind, value, start, end)
            tokens.append(token)
            if kind in _CHECKED:
                try:
                    _check(token, openers)
                except LanguageError as error:
                    raise error.locate(source) from None
        if openers:
            raise _refuse_open(openers[-1]).locate(source)
        return tokens


def check_size(source: Source) -> None:
    """Refuse a text of more than MAX_BYTES bytes in UTF-8.

    Raises LanguageError at the first character beyond the limit.
    """
    text = source.text
    if len(text) * 4 <= MAX_BYTES:
        return
    data = text[: MAX_BYTES + 1].encode("utf-8", "surrogatepass")
    if len(data) > MAX_BYTES:
        at = len(data[:MAX_BYTES].decode("utf-8", "ignore"))
        fact = f"the text is longer than {MAX_BYTES:,} bytes (1 MiB)"
        raise LanguageError(fact, Span(at, at + 1), source=source, hint="split it into several files")


def _check(token: Token, openers: list[Token]) -> None:
    """Check one token against the limits, and its bracket against the open ones."""
    kind = token.type
    if kind == "NAME":
        if len(token.value) > MAX_NAME:
            fact = f"this name has {len(token.value)} characters, at most {MAX_NAME} are allowed"
            raise LanguageError(fact, token.span)
    elif kind == "NUMBER":
        _check_number(token)
    elif kind in _CLOSER:
        openers.append(token)
        if len(openers) > MAX_NESTING:
            raise LanguageError(f"brackets are nested more than {MAX_NESTING} deep", token.span)
    elif kind in _CLOSING:
        if not openers:
            hint = f"remove it, or write the '{_opener(token)}' that it closes"
            raise LanguageError(f"'{token.value}' closes nothing", token.span, hint=hint)
        if openers[-1].type == _CLOSING[kind]:
            openers.pop()
        elif any(opener.type == _CLOSING[kind] for opener in openers):
            raise _refuse_open(openers[-1])
        else:
            fact = f"'{token.value}' does not close '{openers[-1].value}'"
            raise LanguageError(fact, token.span, hint=f"write '{_closer(openers[-1])}'")
    elif kind == "_OTHER":
        raise refuse_character(token.value, token.start_pos)


def _check_number(token: Token) -> None:
    """Refuse a number with more than MAX_DIGITS digits, or that many zeros by exponent."""
    mantissa, _, exponent = token.value.rstrip("kMG").lower().partition("e")
    digits = len(mantissa) - mantissa.count("_") - mantissa.count(".")
    if digits > MAX_DIGITS:
        raise LanguageError(f"this number has {digits} digits, at most {MAX_DIGITS} are allowed", token.span)
    if exponent and (len(exponent) > 4 or abs(int(exponent)) > MAX_DIGITS):
        fact = f"the exponent of this number is '{exponent[:20]}', at most {MAX_DIGITS} is allowed"
        raise LanguageError(fact, token.span)


def _refuse_open(token: Token) -> LanguageError:
    hint = f"write the missing '{_closer(token)}'"
    return LanguageError(f"'{token.value}' is never closed", token.span, hint=hint)


def _opener(token: Token) -> str:
    return {")": "(", "]": "[", "}": "{"}[token.value]


def _closer(token: Token) -> str:
    return {"(": ")", "[": "]", "{": "}"}[token.value]
