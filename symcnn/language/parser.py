"""The parser: text to syntax tree, or to one error with its place.

The grammar is in grammar/symcnn.lark. Reading is linear in the text: scan it into
tokens, arrange them for the grammar (`lexer.py`), and build the nodes on the way
(`builder.py`).
"""

from __future__ import annotations

from typing import Any, cast

import lark

from symcnn.errors import LanguageError
from symcnn.language import syntax
from symcnn.language.lexer import Arranger, Token, Vocabulary
from symcnn.language.loader import load_grammar
from symcnn.source import Source


def parse(source: Source, words: Vocabulary) -> syntax.Program:
    """Return the syntax tree of a program.

    `words` are the layers, attributes and flags that the registry knows.
    Raises LanguageError, located in the text, for anything that is no program
    or passes a limit.
    """
    return cast(syntax.Program, parse_tokens(scan(source), source, words, "program"))


def parse_expression(source: Source, words: Vocabulary) -> syntax.Expr:
    """Return the tree of one expression, such as `params(conv1)`.

    Raises LanguageError if the text is not exactly that.
    """
    return cast(syntax.Expr, parse_tokens(scan(source), source, words, "expression"))


def parse_given(source: Source, words: Vocabulary) -> syntax.Given:
    """Return the tree of a list of values: `defaults`, `I = 227, N = 2*g`, or both.

    Raises LanguageError if the text is not exactly that.
    """
    return cast(syntax.Given, parse_tokens(scan(source), source, words, "given"))


def scan(source: Source) -> list[Token]:
    """Return the tokens of a text as written, comments and line ends included.

    Raises LanguageError for forbidden characters, lonely brackets, passed limits.
    """
    return load_grammar().scanner.scan(source)


def parse_tokens(tokens: list[Token], source: Source, words: Vocabulary, start: str) -> Any:
    """Return the tree of scanned tokens for a start rule of the grammar.

    Names among the tokens get the kind that they have here. Raises LanguageError.
    """
    arranged = Arranger(tokens, words, statements=start == "program")
    try:
        return load_grammar().parse(arranged, start)
    except LanguageError as error:
        raise error.locate(source) from None
    except lark.UnexpectedToken as error:
        from symcnn.language.messages import explain_token

        raise explain_token(error, arranged, source).locate(source) from None
