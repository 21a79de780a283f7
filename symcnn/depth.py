"""Room for nesting: what the limits of the language allow must not overflow Python's stack."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMES = 10_000  # a hundred brackets take some ten frames each


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Let functions call each other `_FRAMES` deep for a while.

    >>> with deep_recursion():
    ...     sys.getrecursionlimit() >= 10_000
    True
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
