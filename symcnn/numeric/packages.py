"""NumPy, which only arrays need."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from symcnn.errors import UsageError


@cache
def numpy() -> Any:
    """Return the module NumPy; raises UsageError if it is not installed."""
    try:
        return import_module("numpy")
    except ImportError:
        raise UsageError(
            "arrays need NumPy, which is not installed", hint="pip install 'symcnn[numeric]'"
        ) from None
