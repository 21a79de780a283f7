"""The known confusions about layers: commas, brackets, arrows."""

from __future__ import annotations

from itertools import pairwise

from symcnn.errors import LanguageError
from symcnn.language.failure import Failure
from symcnn.source import Span


def _find_missing_comma(f: Failure) -> LanguageError | None:
    """`conv 3x3 -> 8 stride 2`."""
    flag = f.found.type == "NAME" and f.found.value in f.arranged.words.flags
    if f.head == "LAYER" and "COMMA" in f.accepted and (flag or f.found.type in ("ATTR", "NO")):
        hint = f"write ', {f.found.value}'"
        return LanguageError(f"a comma is missing before '{f.found.value}'", f.span, hint=hint)
    return None


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


LAYER_CONFUSIONS = (
    _find_missing_comma,
    _find_brackets_of_layer,
    _find_wrong_arrow,
    _find_wanted_attribute,
)
