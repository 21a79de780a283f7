"""The formatter: the same tokens in the same order, evenly spaced.

Line breaks, `;` and comments stay where the writer put them. What is decided here
is the space between two tokens, the indentation of a line, and the blank lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from symcnn.errors import SymcnnError
from symcnn.language.lexer import CONTINUES, Arranger, Token, Vocabulary
from symcnn.language.parser import parse_tokens, scan
from symcnn.source import Source

_INDENT = 2
_CONTINUED = 4

# How a token stands to its neighbours; no role is one space on either side.
_TIGHT = "tight"  # no space on either side
_PREFIX = "prefix"  # no space after it
_SUFFIX = "suffix"  # no space before it

_ROLES = {
    "STAR": _TIGHT, "SLASH": _TIGHT, "FLOORDIV": _TIGHT, "_POWER": _TIGHT, "RANGE": _TIGHT, "DOT": _TIGHT,
    "LPAR": _PREFIX, "LSQB": _PREFIX, "RPAR": _SUFFIX, "RSQB": _SUFFIX, "COMMA": _SUFFIX, "SEMI": _SUFFIX,
    "COLON": _TIGHT,
}  # fmt: skip
_OPENING = frozenset({"LPAR", "LSQB", "LBRACE"})
_CLOSING = frozenset({"RPAR", "RSQB", "RBRACE"})
_OPERANDS = frozenset({"NUMBER", "NAME", "RPAR", "RSQB"})
_IN_SIZE = _OPERANDS | {
    "LPAR", "LSQB", "PLUS", "MINUS", "STAR", "SLASH", "FLOORDIV", "PERCENT", "_POWER", "DOT", "COLON", "_BY",
}  # fmt: skip
_BEFORE_LABEL = frozenset({None, "NEWLINE", "SEMI", "LBRACE", "VBAR", "CONFIG"})
_PLAIN = re.compile(r"[0-9_.]+")


def format(source: Source, words: Vocabulary) -> str:
    """Return the text of a program in its one layout; formatting that again changes nothing.

    Raises LanguageError if the text is no program.
    """
    tokens = scan(source)
    parse_tokens(tokens, source, words, "program")
    text = "".join(_lay_out(tokens))
    _verify(text, source, words)
    return text


def _lay_out(tokens: list[Token]) -> Iterator[str]:
    """Yield the lines of the formatted text, each with its end."""
    roles = _find_roles(tokens)
    depth = level = 0  # open braces; open ( and [
    goes_on = blank = False
    above: str | None = "LBRACE"  # the last kind on the line above; blank lines after '{' go
    for line in _split_lines(tokens):
        if not line:
            blank = above != "LBRACE"
            continue
        closers = _count_closers(line)
        if blank and line[0].type != "RBRACE":
            yield "\n"
        blank = False
        indent = _INDENT * (depth - closers)
        if line[0].type == "VBAR":
            indent = _INDENT * max(0, depth - 1)
        elif goes_on and line[0].type not in ("RPAR", "RSQB"):
            indent += _CONTINUED
        yield " " * indent + _space(line, roles) + "\n"
        for token in line:
            step = (token.type in _OPENING) - (token.type in _CLOSING)
            if token.type in ("LBRACE", "RBRACE"):
                depth += step
            else:
                level += step
        words = [token.type for token in line if token.type != "COMMENT"]
        above = words[-1] if words else None
        if words:
            goes_on = level > 0 or words[-1] in CONTINUES


def _split_lines(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each line; an empty line yields an empty list."""
    line: list[Token] = []
    for token in tokens:
        if token.type == "NEWLINE":
            yield line
            line = []
        else:
            line.append(token)
    yield line


def _count_closers(line: list[Token]) -> int:
    """Return how many braces a line closes before anything else."""
    for count, token in enumerate(line):
        if token.type != "RBRACE":
            return count
    return len(line)


def _space(line: list[Token], roles: dict[int, str]) -> str:
    """Return the text of a line with the right space between its tokens."""
    out: list[str] = []
    left: Token | None = None
    for token in line:
        if left is not None:
            if token.type == "COMMENT":
                out.append("  ")
            elif not (
                roles.get(left.start_pos) in (_TIGHT, _PREFIX)
                or roles.get(token.start_pos) in (_TIGHT, _SUFFIX)
                or (left.type == "LBRACE" and token.type == "RBRACE")
            ):
                out.append(" ")
        out.append(_spell(token))
        left = token
    return "".join(out)


@dataclass(slots=True)
class _Run:
    """The tokens of a size, or of what may become one, inside one bracket."""

    call: bool = False  # is it the bracket of a call, where `S=2` is tight?
    signs: list[Token] = field(default_factory=list)  # each `x`, and the `@` before a size
    plain: bool = True  # only plain numbers so far?
    count: int = 0

    @property
    def fresh(self) -> bool:
        """Whether nothing of a size has come yet."""
        return not self.count and not self.signs

    def finish(self, roles: dict[int, str]) -> None:
        """Close up `3x3` and `3@28x28`; start anew."""
        if self.plain:
            roles.update((sign.start_pos, _TIGHT) for sign in self.signs)
        self.signs, self.plain, self.count = [], True, 0

    def add(self, token: Token, roles: dict[int, str]) -> None:
        """Take the next token."""
        if token.type == "_BY":
            self.signs.append(token)
        elif token.type == "AT":
            single = self.count == 1
            self.finish(roles)
            self.signs = [token] if single else []
        elif token.type in _IN_SIZE:
            self.count += 1
            self.plain = self.plain and token.type == "NUMBER" and bool(_PLAIN.fullmatch(token.value))
        else:
            self.finish(roles)


def _find_roles(tokens: list[Token]) -> dict[int, str]:
    """Return the role of each token that has one, by its place in the text."""
    roles: dict[int, str] = {}
    runs = [_Run()]
    label = False  # may a colon here be that of a label, or of the name of a config?
    before: list[Token] = []  # the words so far, without line ends and comments
    for token in tokens:
        kind = token.type
        last = before[-1].type if before else None
        if kind == "NEWLINE" and (len(runs) > 1 or last in CONTINUES):
            runs[-1].plain = runs[-1].fresh  # a broken size stays spaced: `x3` would read as a name
            continue
        if kind == "COMMENT":
            continue
        role = _ROLES.get(kind)
        if kind == "COLON" and label and len(runs) == 1:
            role = _SUFFIX
        elif kind == "MINUS" and last not in _OPERANDS:
            role = _PREFIX
        elif (kind == "EQUAL" and runs[-1].call) or _is_called(before, kind):
            role = _TIGHT
        if role:
            roles[token.start_pos] = role
        if len(runs) == 1 and kind not in ("LSQB", "RSQB"):
            label = kind == "NAME" and last in _BEFORE_LABEL
        if kind in ("RPAR", "RSQB"):
            runs.pop().finish(roles)
        runs[-1].add(token, roles)
        if kind in ("LPAR", "LSQB"):
            definition = len(before) > 1 and before[-2].type in ("DEF", "LET")
            runs.append(_Run(call=role == _TIGHT and not definition))
        before.append(token)
    runs[-1].finish(roles)
    return roles


def _is_called(before: list[Token], kind: str) -> bool:
    """Whether a bracket belongs to the word before it: a call, `crop(e1)`, an index."""
    if not before or kind not in ("LPAR", "LSQB"):
        return False
    if before[-1].type == "NAME":
        return True
    joined = len(before) > 1 and before[-2].type in ("MERGE", "COMMA")
    return kind == "LPAR" and before[-1].type == "LAYER" and joined


def _verify(text: str, source: Source, words: Vocabulary) -> None:
    """Make sure that nothing but layout has changed: a formatter must not lose a word."""
    same = _read_words(source, words) == _read_words(Source(source.name, text), words)
    if not same:
        fact = "internal error: formatting would change this text, so it is left alone"
        raise SymcnnError(fact, source=source, hint="please report it, with the text")


def _read_words(source: Source, words: Vocabulary) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return all words and comments of a text, and what the parser reads of them."""
    tokens = scan(source)
    read = [(t.type, "" if t.type == "_SEP" else _spell(t)) for t in Arranger(tokens, words)]
    return [(t.type, _spell(t)) for t in tokens if t.type != "NEWLINE"], read


def _spell(token: Token) -> str:
    """Return how a token is written: one sign for `3×3` and `3x3`, nothing behind a comment."""
    return "x" if token.type == "_BY" else token.value.rstrip()
