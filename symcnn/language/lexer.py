"""The post-lexer: from the tokens as written to the tokens that the grammar reads.

It decides the two things that a grammar without layer names cannot know: where a
statement ends, and which words are layers and attributes. A line goes on after a
comma, an operator, `->`, `|`, `{` and inside `( )` and `[ ]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import ClassVar, Final

from symcnn.errors import LanguageError
from symcnn.source import Span

# The limits of a text, published as promises: passing one is a LanguageError.
MAX_BYTES: Final = 1 << 20
MAX_NESTING: Final = 100
MAX_DIGITS: Final = 18
MAX_EXPONENT: Final = 64
MAX_NAME: Final = 64

WORDS: Final = {
    "IF": "if", "IN": "in", "OF": "of", "NO": "no", "AND": "and", "LET": "let", "DEF": "def", "NET": "net",
    "FROM": "from", "ELSE": "else", "WHERE": "where", "GIVEN": "given", "SHARE": "share",
    "SYMBOL": "symbol", "CONFIG": "config", "ASSERT": "assert", "REPEAT": "repeat", "OUTPUT": "output",
    "DEFAULTS": "defaults",
}  # fmt: skip
_STARTERS = (
    "symbol", "let", "def", "net", "config", "assert", "output", "repeat", "if", "from", "share", "add",
    "concat", "multiply",
)  # fmt: skip

_OPEN = frozenset({"LPAR", "LSQB"})
_CLOSED = frozenset({"RPAR", "RSQB"})
_STARTS = frozenset({None, "_SEP", "LBRACE", "VBAR"})  # after these a statement starts
CONTINUES: Final = frozenset({
    "COMMA", "ARROW", "CLAIM", "EQUAL", "REL", "AND", "PLUS", "MINUS", "STAR", "SLASH", "FLOORDIV", "PERCENT",
    "_POWER", "_BY", "AT", "COLON", "RANGE", "DOT",
})  # fmt: skip
_GOES_ON = _STARTS | CONTINUES


@dataclass(frozen=True)
class Vocabulary:
    """The words that the registry of layers knows; layers and attributes are reserved."""

    layers: frozenset[str]
    attributes: frozenset[str]
    flags: frozenset[str]


@dataclass(slots=True, eq=False)
class Token:
    """A piece of the text with its kind; Lark reads `type`, and the borrowed places at the end."""

    type: str
    value: str
    start_pos: int
    end_pos: int

    line: ClassVar[None] = None
    column: ClassVar[None] = None
    end_line: ClassVar[None] = None
    end_column: ClassVar[None] = None

    @property
    def span(self) -> Span:
        """The place of the token."""
        return Span(self.start_pos, self.end_pos)


class Arranger:
    """Iterates over the tokens that the grammar reads; knows where it stands.

    `head` is the kind of the word that began the current statement, `previous`
    the token given before the last one. With `statements` false the tokens are
    those of an expression or a list, where no statement starts.
    """

    def __init__(self, tokens: list[Token], words: Vocabulary, *, statements: bool = True) -> None:
        self.tokens = tokens
        self.words = words
        self.head: str | None = None
        self.last: Token | None = None
        self.previous: Token | None = None
        self._statements = statements
        self._first = statements  # may the next word start an action?
        self._label = False  # are we between the name of a label and its colon?
        self._heads: list[str | None] = []  # per open bracket, the head of the statement around it
        self._level = 0  # how many of the open brackets are ( or [

    def __iter__(self) -> Iterator[Token]:
        pending: Token | None = None
        kind: str | None = None
        for index, token in enumerate(self.tokens):
            found = token.type
            if found == "COMMENT":
                continue
            if found == "NEWLINE":
                if pending is None and not self._level and kind not in _GOES_ON:
                    pending = token
                continue
            if found == "SEMI":
                if not self._statements:
                    yield self._separate(token, self.last or token)
                elif kind not in _STARTS or self._level:
                    pending = token
                continue
            if pending is not None and self.last is not None:
                if not (found in ("RBRACE", "VBAR") or (found == "ELSE" and pending.type == "NEWLINE")):
                    yield self._separate(pending, self.last)
                pending = None
            self._place(token, index, kind)
            kind = token.type
            self.previous, self.last = self.last, token
            yield token

    def _separate(self, token: Token, last: Token) -> Token:
        """Return the separator that a line end or a semicolon stands for."""
        start, end = token.start_pos, token.end_pos
        if token.type == "NEWLINE":  # point at the end of what was written, not behind a comment
            start, end = last.end_pos, last.end_pos + 1
        separator = Token("_SEP", token.value, start, end)
        self.previous, self.last = last, separator
        self._first, self._label = True, False
        return separator

    def _place(self, token: Token, index: int, before: str | None) -> None:
        """Follow the structure of statements and brackets, and promote the words."""
        kind = token.type
        if kind == "NAME":
            if self._first:
                self._start_statement(token, index)
            else:
                self._promote(token, index, before)
            return
        if self._first:
            self._first, self.head = False, kind
        if kind in _OPEN:
            self._level += 1
        elif kind in _CLOSED:
            self._level -= 1
        elif kind == "LBRACE":
            self._heads.append(self.head)
            self._first = True
        elif kind == "RBRACE":
            self.head = self._heads.pop() if self._heads else None
        elif kind == "VBAR":
            self._first = True
        elif kind == "COLON" and self._label and not self._level:
            self._first, self._label = True, False
        elif kind == "NUMBER" and token.value[-1] in "kMG" and self.head != "ASSERT":
            raise _refuse_suffix(token)

    def _start_statement(self, token: Token, index: int) -> None:
        """A name where a statement starts: a label, a layer or a call."""
        name, words = token.value, self.words
        follows = self._follows(index)
        self._first = False
        if follows in ("COLON", "LSQB"):
            if name in words.layers or name in words.attributes:
                raise refuse_reserved(token, words)
            self._label, self.head = True, None
        elif name in words.layers:
            token.type = self.head = "LAYER"
        elif follows == "LPAR" and name not in words.attributes:
            self.head = "APPLY"
        else:
            raise self._refuse_start(token, follows)

    def _promote(self, token: Token, index: int, before: str | None) -> None:
        """A name elsewhere: reserved words keep their kind, attributes are checked."""
        name, words = token.value, self.words
        joined = self.head == "MERGE" and not self._level and before in ("MERGE", "COMMA")
        if joined and name in words.layers and self._follows(index) == "LPAR":
            token.type = "LAYER"  # `concat crop(e1)`; `pad` is an attribute elsewhere
        elif before == "NO":
            if name not in words.flags:
                raise refuse_attribute(token, words, negated=True)
        elif name in words.attributes:
            token.type = "ATTR"
        elif self.head == "LAYER" and before == "COMMA" and not self._level:
            if name not in words.flags:
                raise refuse_attribute(token, words)
        elif name in words.layers:
            token.type = "LAYER"

    def _follows(self, index: int) -> str | None:
        return self.tokens[index + 1].type if index + 1 < len(self.tokens) else None

    def _refuse_start(self, token: Token, follows: str | None) -> LanguageError:
        """Return the error for a name that starts no statement."""
        name, words = token.value, self.words
        if name in words.attributes:
            hint = "write it after the layer, with a comma before it: 'conv 3x3 -> 8, stride 2'"
            return LanguageError(f"'{name}' is an attribute, and follows a layer", token.span, hint=hint)
        if follows == "EQUAL":
            hint = f"write 'symbol {name} = ...' for a symbol, 'let {name} = ...' for a formula"
            return LanguageError(f"unknown statement '{name} = ...'", token.span, hint=hint)
        defined = {b.value for a, b in pairwise(self.tokens) if a.type == "DEF"}
        if name in defined:
            hint = f"a call has brackets: '{name}()'"
            return LanguageError(f"'{name}' is defined, but not called here", token.span, hint=hint)
        near = suggest(name, [*words.layers, *_STARTERS, *defined])
        kind = "statement" if near in _STARTERS else "layer"
        hint = f"did you mean '{near}'?" if near else f"a label is written '{name}:', a call '{name}(...)'"
        return LanguageError(f"unknown {kind} '{name}'", token.span, hint=hint)


def suggest(word: str, known: list[str]) -> str | None:
    """Return the known word that is nearest to a misspelled one, if any is near."""
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.65)
    return near[0] if near else None


def refuse_reserved(token: Token, words: Vocabulary) -> LanguageError:
    """Return the error for a reserved word that stands where a name is needed."""
    word = token.value
    role = "a layer word" if word in words.layers else "an attribute" if word in words.attributes else ""
    if token.type == "_BY":
        role = "it stands between the sides of a size"
    hint = f"choose another name, such as '{word}1'"
    fact = f"'{word}' is a reserved word{f' ({role})' if role else ''}, not a name"
    return LanguageError(fact, token.span, hint=hint)


def refuse_attribute(token: Token, words: Vocabulary, *, negated: bool = False) -> LanguageError:
    """Return the error for a word that is no attribute, or that 'no' cannot precede."""
    word = token.value
    if negated and word in words.attributes:
        return LanguageError(f"'no' cannot precede '{word}', which has a value", token.span)
    if word in words.layers:
        hint = "remove the comma, and separate layers with ';' or a new line"
        return LanguageError(f"'{word}' is a layer, not an attribute", token.span, hint=hint)
    near = suggest(word, [*words.flags] if negated else [*words.attributes, *words.flags])
    hint = f"did you mean '{near}'?" if near else _list_attributes(words, negated=negated)
    kind = "flag" if negated else "attribute"
    return LanguageError(f"unknown {kind} '{word}'", token.span, hint=hint)


def _list_attributes(words: Vocabulary, *, negated: bool) -> str:
    if negated:
        return f"flags are {', '.join(sorted(words.flags))}"
    return f"attributes are {', '.join(sorted(words.attributes | words.flags))}"


def _refuse_suffix(token: Token) -> LanguageError:
    number, suffix = token.value[:-1], token.value[-1]
    meaning = {"k": "thousand", "M": "million", "G": "billion"}[suffix]
    fact = f"'{token.value}' means {number} {meaning}; such numbers are for claims only"
    return LanguageError(fact, token.span, hint=f"write '{number}*{suffix}' for a product")
