"""Which characters a text may hold, and what to say about the others.

Notes come from strangers: a letter that looks like another, or an invisible
character that reorders a line, must not make a formula read other than it is.
Control, bidirectional, zero-width and line-separator characters are refused
everywhere; outside comments and strings there is only ASCII, `×` and those
Greek letters that cannot be taken for Latin ones.
"""

from __future__ import annotations

import re
import unicodedata

from symcnn.errors import LanguageError
from symcnn.source import Source, Span

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # control, format, surrogate, separators

_LATIN_TWINS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονυ", "ABEZHIKMNOPTYXovu", strict=True))
_SPELLINGS = {
    "−": "-", "–": "-", "—": "-", "→": "->", "⇒": "=>", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "∼": "~",
    "·": "*", "⋅": "*", "∗": "*", "∙": "*", "÷": "/", "∕": "/", "⁄": "/", "²": "**2", "³": "**3", "…": "..",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‖": "|", "ς": "σ",
}  # fmt: skip


def check_characters(source: Source) -> None:
    """Refuse characters that are invisible or reorder text, wherever they stand.

    Raises LanguageError at the first one. A byte order mark at the start is fine.
    """
    text = source.text
    first = 1 if text.startswith(BYTE_ORDER_MARK) else 0
    control = _CONTROL.search(text)
    found = [control.start()] if control else []
    if not text.isascii():
        odd = (c for c in set(text) if c > "\x7f" and unicodedata.category(c) in _INVISIBLE)
        found += [at for at in (text.find(c, first) for c in odd) if at >= 0]
    if found:
        at = min(found)
        raise _refuse_invisible(text[at], at).locate(source)


def refuse_character(char: str, start: int) -> LanguageError:
    """Return the error for a character that no token of the language starts with."""
    span = Span(start, start + 1)
    if char == '"':
        return LanguageError("this text has no closing '\"' on its line", span, hint="close it with '\"'")
    if char.isascii():
        return LanguageError(f"'{char}' is not part of the language", span, hint=_ASCII_HINTS.get(char))
    if char in _LATIN_TWINS:
        latin = _LATIN_TWINS[char]
        fact = f"{describe_character(char)} looks like the Latin letter '{latin}'"
        return LanguageError(fact, span, hint=f"write '{latin}' instead")
    if char == "\N{MICRO SIGN}":
        fact = f"{describe_character(char)} looks like the Greek letter 'μ' (U+03BC)"
        return LanguageError(fact, span, hint="write the Greek letter 'μ' instead")
    return LanguageError(f"{describe_character(char)} is not part of the language", span, hint=_suggest(char))


def describe_character(char: str) -> str:
    """Return the code point of a character and its name: `U+041A (CYRILLIC CAPITAL LETTER KA)`."""
    name = unicodedata.name(char, "") or _UNNAMED.get(char, "")
    return f"U+{ord(char):04X}" + (f" ({name})" if name else "")


_ASCII_HINTS = {
    "&": "write 'and'",
    "!": "write '!=' for 'not equal'",
    "'": 'write texts between double quotes: "..."',
    "\\": "a line goes on after a comma, an operator or inside brackets, without a mark",
}

_UNNAMED = {
    "\x00": "NULL", "\x0b": "VERTICAL TAB", "\x0c": "FORM FEED", "\r": "CARRIAGE RETURN", "\x1b": "ESCAPE",
    "\x7f": "DELETE", "\x85": "NEXT LINE",
}  # fmt: skip


def _refuse_invisible(char: str, start: int) -> LanguageError:
    if char == "\r":
        fact = f"{describe_character(char)} without a line feed after it"
        hint = "end lines with a line feed, or a carriage return and a line feed"
    else:
        fact = f"{describe_character(char)} is not allowed, not even in a comment"
        hint = "remove the character"
    return LanguageError(fact, Span(start, start + 1), hint=hint)


def _suggest(char: str) -> str | None:
    """Return what to write for a character that has a plain twin."""
    plain = _SPELLINGS.get(char) or unicodedata.normalize("NFKC", char)
    if plain == " ":
        return "write a plain space instead"
    if plain != char and (plain.isascii() or plain in "αβγδεζηθικλμξπρστφχψωΓΔΘΛΞΠΣΦΨΩ"):
        return f"write '{plain}' instead"
    if unicodedata.category(char) == "Nd":
        return f"write '{unicodedata.digit(char)}' instead"
    if char.isalpha():
        return "names have Latin letters, digits, '_' and Greek letters"
    return None
