"""Walking a syntax tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from symcnn.language import syntax


def nodes(node: object) -> Iterator[syntax.Node]:
    """Yield all nodes of a tree, in the order of the text."""
    queue = [node]
    while queue:
        part = queue.pop()
        if isinstance(part, tuple):
            queue.extend(reversed(part))
        elif isinstance(part, syntax.Node):
            yield part
            queue.extend(getattr(part, field.name) for field in reversed(fields(part)))


def names(node: object) -> Iterator[str]:
    """Yield the plain names in a tree, in the order of the text; functions and labels excluded.

    >>> from symcnn.language.syntax import Ref, Sum
    >>> list(names(Sum((("+", Ref(("I",))), ("-", Ref(("K",)))))))
    ['I', 'K']
    """
    for part in nodes(node):
        if isinstance(part, syntax.Ref) and part.plain:
            yield part.path[0]
