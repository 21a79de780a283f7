"""The known confusions: what people write instead, and what to tell them.

Each function looks at a failure and either knows it, and returns the error that
says so, or returns None. They are asked in the order of CONFUSIONS.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from symcnn.errors import LanguageError
from symcnn.language.lexer import CONTINUES, WORDS, Arranger, Token, refuse_reserved, suggest
from symcnn.source import Source, Span

_LINKS = CONTINUES | {"WHERE", "GIVEN", "IN", "OF"}
_STARTERS = frozenset(
    {"LAYER", "MERGE", "REPEAT", "IF", "FROM", "SYMBOL", "LET", "DEF", "NET", "ASSERT", "OUTPUT"}
)
_OPERANDS = frozenset({"NUMBER", "NAME", "RPAR", "RSQB"})


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


def _find_glued(f: Failure) -> LanguageError | None:
    """`3K`, `60_`, `.5`, `3.`: not quite a number."""
    found, before = f.found, f.before
    if found.type == "DOT" and "NUMBER" in f.accepted:
        return LanguageError("a number does not start with '.'", f.span, hint="write '0.5' for a half")
    if before is None or before.type != "NUMBER" or before.end_pos != found.start_pos:
        return None
    if found.type == "DOT":
        hint = f"write '{before.value}' or '{before.value}.0'"
        return LanguageError("a number does not end in '.'", f.span, hint=hint)
    if found.type not in ("NAME", "LAYER", "ATTR"):
        return None
    if found.value.startswith("_"):
        hint = "'_' stands between two digits: 60_000"
    else:
        hint = f"write '{before.value}*{found.value}' for a product; a name starts with a letter"
    span = Span(before.start_pos, found.end_pos)
    return LanguageError(f"'{f.source.quote(span)}' is neither a number nor a name", span, hint=hint)


def _find_half_by(f: Failure) -> LanguageError | None:
    """`3 x3`: the second side sticks to the sign."""
    rest = f.found.value[1:]
    if f.found.type != "NAME" or "_BY" not in f.accepted or not re.match(r"x\w", f.found.value):
        return None
    left = f.before.value if f.before and f.before.type in ("NUMBER", "NAME") else "..."
    tight = f"'{left}x{rest}' or " if left.isdigit() and rest.isdigit() else ""
    hint = f"write {tight}'{left} x {rest}'"
    return LanguageError(f"'{f.found.value}' reads as one name", f.span, hint=hint)


def _find_missing_comma(f: Failure) -> LanguageError | None:
    """`conv 3x3 -> 8 stride 2`."""
    flag = f.found.type == "NAME" and f.found.value in f.arranged.words.flags
    if f.head == "LAYER" and "COMMA" in f.accepted and (flag or f.found.type in ("ATTR", "NO")):
        hint = f"write ', {f.found.value}'"
        return LanguageError(f"a comma is missing before '{f.found.value}'", f.span, hint=hint)
    return None


def _find_missing_separator(f: Failure) -> LanguageError | None:
    """`conv 3x3 -> 8 relu`."""
    if f.found.type not in _STARTERS or "_SEP" not in f.accepted or f.starts_statement:
        return None
    fact = f"'{f.found.value}' starts a new statement"
    return LanguageError(fact, f.span, hint="write ';' or a new line before it")


def _find_brackets_of_layer(f: Failure) -> LanguageError | None:
    """`conv(3, 64)`, as other libraries write it."""
    if f.head != "LAYER":
        return None
    depth = 0
    earlier = f.earlier()
    for token, before in pairwise(earlier):
        depth += {"RPAR": 1, "LPAR": -1}.get(token.type, 0)
        if token.type in ("LBRACE", "RBRACE"):
            return None
        if depth < 0:
            if before.type != "LAYER":
                return None
            if f.found.type == "RPAR" and f.before is token:
                hint = f"write '{before.value}'"
            else:
                hint = f"write '{before.value}', then its size, '->' and the maps: 'conv 3x3 -> 64, stride 2'"
            fact = f"the layer '{before.value}' is not called with brackets"
            return LanguageError(fact, token.span, hint=hint)
    return None


def _find_wrong_arrow(f: Failure) -> LanguageError | None:
    """`conv 3x3 > 8`, `conv 3x3 = 8`, `conv 3x3 - > 8`, `conv 3x3 => 8`."""
    claim = next((t for t in f.earlier() if t.type in ("CLAIM", "NEWLINE", "SEMI")), None)
    wants_at = "AT" in f.accepted and not f.accepted & {"REL", "ARROW"}
    if wants_at and claim is not None and claim.type == "CLAIM":
        fact = "'=>' claims a shape, maps @ extents, and '@' is missing"
        hint = "write '-> 8' for the number of maps, or '=> 8@28x28' to claim a shape"
        return LanguageError(fact, claim.span, hint=hint)
    if f.head != "LAYER":
        return None
    if f.found.value == ">" and f.before is not None and f.before.type in ("MINUS", "EQUAL"):
        span = Span(f.before.start_pos, f.found.end_pos)
        return LanguageError(f"'{f.source.quote(span)}' is no arrow", span, hint="write '->'")
    if "ARROW" in f.accepted and f.found.type in ("REL", "EQUAL"):
        hint = "write the number of maps as '-> 64', attributes as ', stride 2'"
        return LanguageError(f"'{f.found.value}' cannot stand in a layer", f.span, hint=hint)
    return None


def _find_equal(f: Failure) -> LanguageError | None:
    """`assert params = 3`, `conv 3x3, stride=2`."""
    if f.found.type != "EQUAL":
        return None
    if f.after == "ATTR" and f.before is not None:
        hint = f"write '{f.before.value} 2'"
        return LanguageError(f"'{f.before.value}' takes its value without '='", f.span, hint=hint)
    if "REL" in f.accepted:
        return LanguageError("'=' gives a value and does not compare", f.span, hint="write '==' to compare")
    return None


def _find_signs(f: Failure) -> LanguageError | None:
    """`--x`, `+x`, `a**b**c`, `a ++ b`."""
    kind = f.found.type
    if kind == "_POWER" and kind not in f.accepted and f.after in _OPERANDS:
        hint = "write brackets: '(a**b)**c' or 'a**(b**c)'"
        fact = f"a power of a power needs brackets, found a second '{f.found.value}'"
        return LanguageError(fact, f.span, hint=hint)
    if kind == "MINUS" and kind not in f.accepted and f.after == "MINUS":
        return LanguageError("two minus signs in a row", f.span, hint="write brackets: '-(-a)'")
    if kind == "PLUS" and "NUMBER" in f.accepted and not f.starts_statement:
        return LanguageError("there is no sign '+' before a number", f.span, hint="leave it out")
    if kind == "STAR" and f.after == "STAR":
        return LanguageError("two '*' in a row", f.span, hint="write '**' for a power")
    return None


def _find_empty_branch(f: Failure) -> LanguageError | None:
    """`add { conv 3x3 -> 8 | }`."""
    if f.found.type in ("VBAR", "RBRACE") and f.starts_statement and f.after in ("LBRACE", "VBAR"):
        hint = "write 'identity' for a branch that changes nothing"
        return LanguageError("this branch is empty", f.span, hint=hint)
    return None


def _find_bar(f: Failure) -> LanguageError | None:
    """`conv 3x3 -> 8 | relu`."""
    if f.found.type != "VBAR" or not f.accepted & {"_SEP", "SYMBOL"}:
        return None
    hint = "branches stand in the braces of add, concat or multiply"
    return LanguageError("'|' stands outside a merge", f.span, hint=hint)


def _find_bad_start(f: Failure) -> LanguageError | None:
    """A statement that starts with an operator, a number, `else`, ..."""
    kind, text = f.found.type, f.found.value
    if not f.starts_statement or kind in ("$END", "_SEP", "RBRACE"):
        return None
    if kind == "ELSE":
        hint = "write it right after the '}' of its 'if', without ';'"
        return LanguageError("'else' without 'if'", f.span, hint=hint)
    fact = "a statement cannot start with " + ("a text" if kind == "STRING" else f"'{text}'")
    if kind in _LINKS and f.before is not None:
        hint = f"to go on from the line above, end that line with '{text}'"
        if kind in ("WHERE", "GIVEN"):
            hint = f"write '{text}' on the line of its statement; a line may break after a comma"
    else:
        hint = "it starts with a layer, a label, a call, or a word such as symbol, let, repeat or assert"
    return LanguageError(fact, f.span, hint=hint)


def _find_wanted_attribute(f: Failure) -> LanguageError | None:
    """`conv 3, 3`."""
    if f.head != "LAYER" or f.after != "COMMA" or "ATTR" not in f.accepted:
        return None
    if f.found.type not in ("NUMBER", "LPAR", "ARROW"):
        return None
    hint = "write the sides of a size with 'x': 3x3"
    if f.found.type == "ARROW":
        hint = "leave out the comma before '->'"
    return LanguageError(f"expected an attribute after ',', found '{f.found.value}'", f.span, hint=hint)


def _find_reserved(f: Failure) -> LanguageError | None:
    """`symbol conv`, `let stride = 2`."""
    kind = f.found.type
    if "NAME" not in f.accepted or "REPEAT" in f.accepted:
        return None
    if f.after == "COMMA" and kind in ("WHERE", "GIVEN"):
        fact = f"'{f.found.value}' follows a comma"
        return LanguageError(fact, f.span, hint="leave out the comma before it")
    if f.found.value == "×":
        return None
    if kind in ("LAYER", "ATTR") or ("NUMBER" not in f.accepted and kind in (*WORDS, "MERGE", "PRED", "_BY")):
        return refuse_reserved(f.found, f.arranged.words)
    return None


def _find_second_label(f: Failure) -> LanguageError | None:
    """`a: b: conv 3x3 -> 8`."""
    if f.found.type == "COLON" and f.after in ("NAME", "RSQB") and f.head is None:
        return LanguageError("a statement has one label", f.span, hint="remove the second one")
    return None


def _find_defaults(f: Failure) -> LanguageError | None:
    """`given defualts`."""
    if f.accepted != {"EQUAL"} or f.before is None or not suggest(f.before.value, ["defaults"]):
        return None
    fact = f"'{f.before.value}' has no value"
    return LanguageError(fact, f.before.span, hint="did you mean 'defaults'?")


def _find_range(f: Failure) -> LanguageError | None:
    """`repeat i in 3 { }`."""
    if f.head == "REPEAT" and f.found.type == "LBRACE" and "RANGE" in f.accepted:
        hint = "write 'repeat i in 1..3 { }', or 'repeat 3 { }' where the index is not used"
        return LanguageError("'in' needs a first and a last value", f.span, hint=hint)
    return None


def _find_rest(f: Failure) -> LanguageError | None:
    """Text after a complete expression or list (`--at "I=3; N=2"`)."""
    if "$END" in f.accepted and "_SEP" not in f.accepted and f.found.type not in ("$END", "EQUAL"):
        shown = "a new line" if f.ends_line else f"'{f.found.value}'"
        return LanguageError(f"unexpected {shown} after a complete expression", f.span)
    return None


CONFUSIONS: tuple[Callable[[Failure], LanguageError | None], ...] = (
    _find_glued,
    _find_half_by,
    _find_missing_comma,
    _find_missing_separator,
    _find_brackets_of_layer,
    _find_wrong_arrow,
    _find_equal,
    _find_signs,
    _find_empty_branch,
    _find_bar,
    _find_bad_start,
    _find_wanted_attribute,
    _find_reserved,
    _find_second_label,
    _find_defaults,
    _find_range,
    _find_rest,
)
