"""The texts that are measured: one network of the zoo each, as people would write it alone.

A family of the zoo holds several networks, the values of its members, and claims. Here the
other networks, the configs and the claims are cut out; declarations, comments and layers stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symcnn.catalogue import configurations, entry, names
from symcnn.language import syntax
from symcnn.language.parser import parse, scan
from symcnn.layers import vocabulary
from symcnn.source import Source, Span

Cuts = list[tuple[Span, str]]


def free(name: str) -> str:
    """Return the text of a network or a configuration; width, depth and input size stay letters."""
    source = _source(name)
    program = parse(source, vocabulary())
    return _changed(source.text, [(span, "") for span in _superfluous(program.statements, name)])


def fixed(name: str) -> str:
    """Return the same with the numbers of the configuration in place of its letters."""
    text = free(name)
    values = _values(name)
    source = Source(name, text)
    statements = _statements(parse(source, vocabulary()).statements)
    declarations = [s.span for s in statements if isinstance(s, syntax.Symbols)]
    changes: Cuts = [
        (token.span, values[token.value])
        for token in scan(source)
        if token.type == "NAME"
        and token.value in values
        and not any(d.start <= token.start_pos < d.end for d in declarations)
    ]
    return _changed(text, changes)


# ------------------------------------------------------------------ cutting
def _source(name: str) -> Source:
    return entry(name if name in names() else configurations()[name])


def _superfluous(statements: Iterable[syntax.Statement], name: str) -> Iterator[Span]:
    """Yield the places of claims, configs, and the networks without a config of the name."""
    for statement in statements:
        if isinstance(statement, syntax.Assert | syntax.Config):
            yield statement.span
        elif isinstance(statement, syntax.Net):
            inner = statement.body.statements
            if any(isinstance(s, syntax.Config) and s.name == name for s in inner):
                yield from _superfluous(inner, name)
            else:
                yield statement.span


def _statements(statements: Iterable[syntax.Statement]) -> Iterator[syntax.Statement]:
    """Yield statements, and those of networks."""
    for statement in statements:
        yield statement
        if isinstance(statement, syntax.Net):
            yield from _statements(statement.body.statements)


def _values(name: str) -> dict[str, str]:
    """Return what a configuration gives to letters, as it is written; nothing for a network."""
    source = _source(name)
    for statement in _statements(parse(source, vocabulary()).statements):
        if isinstance(statement, syntax.Config) and statement.name == name:
            given = (e for e in statement.given.entries if isinstance(e, syntax.Binding))
            return {e.name: source.text[e.value.span.start : e.value.span.end] for e in given}
    return {}


def _changed(text: str, changes: Cuts) -> str:
    """Return a text with other words in some places; lines that are left empty go."""
    for span, words in sorted(changes, key=lambda change: -change[0].start):
        text = text[: span.start] + words + text[span.end :]
    return re.sub(r"\n(\s*\n)+", "\n\n", text)
