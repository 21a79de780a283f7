"""Walking a syntax tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from symcnn.language import syntax


def names(node: object) -> Iterator[str]:
    """Yield the plain names in a tree, in the order of the text; functions and labels excluded.

    >>> from symcnn.language.syntax import Ref, Sum
    >>> list(names(Sum((("+", Ref(("I",))), ("-", Ref(("K",)))))))
    ['I', 'K']
    """
    queue = [node]
    while queue:
        part = queue.pop()
        if isinstance(part, syntax.Ref) and part.plain:
            yield part.path[0]
        elif isinstance(part, tuple):
            queue.extend(reversed(part))
        elif isinstance(part, syntax.Node):
            queue.extend(getattr(part, field.name) for field in reversed(fields(part)))
