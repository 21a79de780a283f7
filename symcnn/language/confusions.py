"""The known confusions: what people write instead, and what to tell them.

Each function looks at a failure and either knows it, and returns the error that
says so, or returns None. They are asked in the order of CONFUSIONS.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from symcnn.errors import LanguageError
from symcnn.language.failure import Failure
from symcnn.language.layer_confusions import LAYER_CONFUSIONS
from symcnn.language.lexer import CONTINUES, WORDS, refuse_reserved
from symcnn.source import Span

_LINKS = CONTINUES | {"WHERE", "GIVEN", "IN", "OF"}
_STARTERS = frozenset({
    "LAYER", "MERGE", "REPEAT", "IF", "FROM", "SHARE", "SYMBOL", "LET", "DEF", "NET", "CONFIG", "ASSERT",
    "OUTPUT",
})  # fmt: skip
_OPERANDS = frozenset({"NUMBER", "NAME", "RPAR", "RSQB"})


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


def _find_missing_separator(f: Failure) -> LanguageError | None:
    """`conv 3x3 -> 8 relu`."""
    if f.found.type not in _STARTERS or "_SEP" not in f.accepted or f.starts_statement:
        return None
    fact = f"'{f.found.value}' starts a new statement"
    return LanguageError(fact, f.span, hint="write ';' or a new line before it")


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


def _find_comparison(f: Failure) -> LanguageError | None:
    """`given N == 2`."""
    if f.found.type == "REL" and "EQUAL" in f.accepted and f.head != "LAYER":
        fact = f"'{f.found.value}' compares and does not give a value"
        return LanguageError(fact, f.span, hint="write '=' to give a value")
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


def _find_share(f: Failure) -> LanguageError | None:
    """`share conv 3x3`, `share c1, stride 2`."""
    if f.head != "SHARE":
        return None
    if f.after == "SHARE":
        fact = "'share' needs the label of a layer, a call or a block"
        hint = "write a label where it first stands, 'c1: conv 3x3 -> 8', then 'share c1'"
        return LanguageError(fact, f.span, hint=hint)
    if "CLAIM" in f.accepted:
        fact = f"'share' takes a label and nothing else, found '{f.found.value}'"
        hint = "size, maps and attributes are those that stand at the label"
        return LanguageError(fact, f.span, hint=hint)
    return None


def _find_config(f: Failure) -> LanguageError | None:
    """`config a`, `config a: `, `config a = 3`, `config: D = 3`."""
    if f.before is None:
        return None
    hint = "write 'config resnet50: D1 = 3, D2 = 4'"
    ends = f.ends_line or f.found.type in ("_SEP", "VBAR", "RBRACE")
    if f.after == "CONFIG":
        if f.found.type == "STRING":
            fact = "the name of a config stands without quotes"
            return LanguageError(fact, f.span, hint="write Latin letters, digits and '_'")
        if ends or f.found.type == "COLON":
            return LanguageError("this config has no name", f.span, hint=hint)
    elif f.after == "COLON" and "DEFAULTS" in f.accepted:
        # A line goes on after the colon, so that the next statement may have been taken for a value.
        if ends or "\n" in f.source.text[f.before.end_pos : f.found.start_pos]:
            return LanguageError("this config has no values", f.before.span, hint=hint)
    elif f.accepted == {"COLON"} and _follows_config(f):
        if ends:
            return LanguageError("this config has no values", f.before.span, hint=hint)
        fact = f"expected ':' after the name of the config, found '{f.found.value}'"
        return LanguageError(fact, f.span, hint=hint)
    return None


def _follows_config(f: Failure) -> bool:
    """Whether the word before is the name of a config."""
    earlier = f.earlier()
    return len(earlier) > 1 and earlier[1].type == "CONFIG"


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


def _find_second_index(f: Failure) -> LanguageError | None:
    """`e[i][j]`; two rows of a table look the same, but no name stands before them."""
    if f.found.type != "LSQB" or f.after != "RSQB":
        return None
    depth = 0
    for token, before in pairwise(f.earlier()):
        depth += {"RSQB": 1, "LSQB": -1}.get(token.type, 0)
        if not depth:
            hint = "in nested repeats label the outer block: 's[i].e[j]'"
            return LanguageError("a name has one index", f.span, hint=hint) if before.type == "NAME" else None
    return None  # pragma: no cover - what is closed was opened, behind something


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
    *LAYER_CONFUSIONS,
    _find_missing_separator,
    _find_equal,
    _find_comparison,
    _find_signs,
    _find_empty_branch,
    _find_bar,
    _find_share,
    _find_config,
    _find_bad_start,
    _find_reserved,
    _find_second_label,
    _find_second_index,
    _find_range,
    _find_rest,
)
