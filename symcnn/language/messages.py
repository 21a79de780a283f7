"""What to say when the parser meets a token that cannot stand there.

`explain_token` first asks the table of known confusions (`confusions.py`); only
what none of them knows is reported as "expected ..., found ...".
"""

from __future__ import annotations

import lark

from symcnn.errors import LanguageError
from symcnn.language.confusions import CONFUSIONS
from symcnn.language.failure import Failure
from symcnn.language.lexer import WORDS, Arranger, Token, suggest
from symcnn.source import Source, Span

_SHOWN = 30  # characters of a token quoted in a message
_ALTERNATIVES = 4
_PROPERTIES = ("odd", "even", "integer", "real", "rational")

# What a reader knows a terminal by, in the order in which alternatives are named.
_TERMINALS = {
    "ARROW": "'->'", "COMMA": "','", "RPAR": "')'", "RSQB": "']'",
    "CLAIM": "'=>'", "EQUAL": "'='", "REL": "a comparison such as '=='", "RANGE": "'..'", "LBRACE": "'{'",
    "VBAR": "'|'", "RBRACE": "'}'",
}  # fmt: skip
_TERMINALS |= {kind: f"'{word}'" for kind, word in WORDS.items()}
_TERMINALS["STRING"] = "a text in double quotes"
_SUFFIXES = {
    "AT": "'@'", "COLON": "':'", "_BY": "'x'", "LPAR": "'('", "LSQB": "'['", "DOT": "'.'",
    "PRED": "a property such as 'odd'", "STAR": "an operator",
}  # fmt: skip


def explain_token(error: lark.UnexpectedToken, arranged: Arranger, source: Source) -> LanguageError:
    """Return the error to show for a token that Lark could not take."""
    accepted = frozenset(error.accepts or ())
    found, before = arranged.last, arranged.previous
    if found is None or error.token.type == "$END":
        end = found.end_pos if found else 0
        found, before = Token("$END", "", end, end), found
    failure = Failure(found, before, accepted, arranged.head, arranged, source)
    for confusion in CONFUSIONS:
        known = confusion(failure)
        if known is not None:
            return known
    return _expect(failure)


def _expect(failure: Failure) -> LanguageError:
    """Say what could stand there and what does."""
    found = failure.found
    fact = f"expected {list_expected(failure.accepted)}, found {describe_token(found)}"
    return LanguageError(fact, Span(found.start_pos, found.end_pos), hint=_hint(failure))


def _hint(failure: Failure) -> str | None:
    """Return what may have been meant, where something can be told."""
    found, accepted, head = failure.found, failure.accepted, failure.head
    if "NAME" in accepted and (found.type in WORDS or found.type in ("MERGE", "PRED")):
        return f"'{found.value}' is a reserved word and cannot be a name"
    if "NAME" in accepted and found.type == "_BY" and found.value == "x":
        return "'x' stands between the sides of a size and cannot be a name"
    if found.type == "NAME":
        possible = [word for kind, word in WORDS.items() if kind in accepted]
        near = suggest(found.value, possible + (list(_PROPERTIES) if "PRED" in accepted else []))
        if near:
            return f"did you mean '{near}'?"
    if "PRED" in accepted and found.type == "NAME":
        return f"properties are {', '.join(_PROPERTIES)}"
    if "LBRACE" in accepted and failure.ends_line and head in ("REPEAT", "IF", "DEF", "NET"):
        return "write '{' on the same line"
    if accepted == {"LPAR"} and head == "DEF":
        return "write the brackets even without parameters: 'def name() { }'"
    if accepted == {"LBRACE"} and head == "NET":
        return "write a name of several words in double quotes"
    return None


def describe_token(token: Token) -> str:
    """Return what a reader sees where a token stands."""
    if token.type == "$END":
        return "the end of the text"
    if token.type == "_SEP" and token.value != ";":
        return "the end of the line"
    text = token.value if len(token.value) <= _SHOWN else token.value[:_SHOWN] + "…"
    kind = {"LAYER": "the layer ", "ATTR": "the attribute "}.get(token.type, "")
    return f"{kind}{text}" if token.type == "STRING" else f"{kind}'{text}'"


def list_expected(accepted: frozenset[str]) -> str:
    """Return the alternatives in plain words: `',', '=>' or the end of the statement`."""
    named = []
    if "REPEAT" in accepted:
        named.append("a layer or another statement" if "SYMBOL" in accepted else "a layer")
    elif "NUMBER" in accepted:
        named.append("an expression")
        if "LSQB" in accepted:
            named.append("'['")
    elif "ATTR" in accepted:
        named.append("an attribute")
    elif "NAME" in accepted:
        named.append("a name")
    if not named:
        named = [words for kind, words in _TERMINALS.items() if kind in accepted]
    if "_SEP" in accepted and "REPEAT" not in accepted:
        named = [*named[: _ALTERNATIVES - 1], "the end of the statement"]
    elif "$END" in accepted and "REPEAT" not in accepted:
        named.append("the end of the text")
    if not named:
        named = [words for kind, words in _SUFFIXES.items() if kind in accepted]
    named = named[:_ALTERNATIVES]
    return " or ".join(filter(None, [", ".join(named[:-1]), named[-1]])) if named else "something else"
