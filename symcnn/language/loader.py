"""The loader: the grammar file, and the parse table that Lark makes from it.

Making the table takes several times longer than parsing a program, so it is kept
in the user's cache folder. What Lark saves is a pickle, and loading a pickle can
run any code: that is why the folder must belong to the user and be writable by
nobody else. Where that cannot be had, there is no cache.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from typing import Any

import lark
from lark.common import LexerConf
from lark.lexer import Lexer

from symcnn.language.builder import Builder
from symcnn.language.lexer import Token
from symcnn.language.scanner import Scanner

STARTS = ["program", "expression", "given"]

_DIGEST = 32  # bytes of SHA-256 in front of the pickle: a damaged file is never unpickled


class TokenFeed(Lexer):
    """Hands tokens that exist already to Lark: its "text" is an iterable of them."""

    def __init__(self, lexer_conf: LexerConf) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Any]:
        """Return the iterator over the tokens given to `Lark.parse`."""
        return iter(lexer_state)


class Grammar:
    """The parser made by Lark, and the scanner for the same terminals."""

    def __init__(self, parser: lark.Lark) -> None:
        self._parser = parser
        self.scanner = Scanner(parser.terminals)

    def parse(self, tokens: Iterable[Token], start: str) -> Any:
        """Return what the builder makes of the tokens; raises lark.UnexpectedToken."""
        return self._parser.parse(tokens, start)


@cache
def load_grammar() -> Grammar:
    """Return the parser and scanner of the language, made or fetched once per process."""
    with open(find_grammar(), encoding="utf-8") as found:
        text = found.read()
    file = _name_cache(text)
    parser = _read_cache(file) if file else None
    if parser is None:
        parser = build_parser(text)
        if file:
            _write_cache(file, parser)
    return Grammar(parser)


def find_grammar() -> str:
    """Return the path of the grammar file: in the package, or beside it in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "grammar", "symcnn.lark")
    return inside if os.path.isfile(inside) else os.path.join(package, os.pardir, "grammar", "symcnn.lark")


def build_parser(text: str) -> lark.Lark:
    """Make the parser from the text of the grammar."""
    return lark.Lark(
        text, parser="lalr", lexer=TokenFeed, start=STARTS, transformer=Builder(), maybe_placeholders=False
    )


def _name_cache(grammar: str) -> str | None:
    """Return the file that holds the table of this grammar, or None for no cache."""
    if not hasattr(os, "getuid"):  # no owner and mode to check
        return None
    base = os.environ.get("XDG_CACHE_HOME") or ""
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    if not os.path.isabs(base):  # no home
        return None
    folder = os.path.join(base, "symcnn")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        state = os.lstat(folder)
    except OSError:  # read-only
        return None
    if not _is_private(state):
        return None
    digest = hashlib.sha256(grammar.encode()).hexdigest()[:16]
    return os.path.join(
        folder, f"grammar-{digest}-lark{lark.__version__}-{sys.implementation.cache_tag}.pickle"
    )


def _is_private(state: os.stat_result) -> bool:
    """Whether this is a folder (not a link) of this user, which nobody else can write to."""
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o022


def _read_cache(file: str) -> lark.Lark | None:
    """Return the parser kept in a file; None where there is none or it is damaged."""
    try:
        with open(file, "rb") as kept:
            data = kept.read()
        if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
            return None
        return lark.Lark.load(BytesIO(data[_DIGEST:]))
    except Exception:  # whatever is wrong with the file, it is made again
        return None


def _write_cache(file: str, parser: lark.Lark) -> None:
    """Keep the parser; another process sees the whole file or none."""
    import tempfile

    data = BytesIO()
    temporary = None
    try:
        parser.save(data)
        content = data.getvalue()
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(file), prefix=".grammar-")
        with os.fdopen(handle, "wb") as out:
            out.write(hashlib.sha256(content).digest() + content)
        os.replace(temporary, file)
    except Exception:  # a cache that cannot be written is no reason to stop
        if temporary is not None:
            os.unlink(temporary)
