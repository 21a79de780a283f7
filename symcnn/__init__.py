"""Formulas of convolutional networks: sizes, parameters and costs as SymPy expressions.

The names below load on first use; importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "DomainError",
    "FloorDiv",
    "LanguageError",
    "Mod",
    "Network",
    "NetworkError",
    "OutOfPatience",
    "Shape",
    "SymcnnError",
    "UsageError",
    "Verdict",
    "Window",
    "__version__",
    "format",
    "latex",
    "load",
    "parse",
    "patience",
    "symbol",
    "text",
    "zoo",
]

if TYPE_CHECKING:
    from symcnn.algebra.quotient import FloorDiv, Mod
    from symcnn.algebra.window import Window
    from symcnn.api import Network, format, load, parse, zoo
    from symcnn.clock import OutOfPatience, patience
    from symcnn.errors import DomainError, LanguageError, NetworkError, SymcnnError, UsageError
    from symcnn.layers.base import Shape
    from symcnn.render.latex import latex
    from symcnn.render.text import text
    from symcnn.symbols import symbol
    from symcnn.verbs.claims import Verdict
else:
    _HOMES = {
        "symcnn.algebra.quotient": ("FloorDiv", "Mod"),
        "symcnn.algebra.window": ("Window",),
        "symcnn.api": ("Network", "format", "load", "parse", "zoo"),
        "symcnn.clock": ("OutOfPatience", "patience"),
        "symcnn.errors": ("DomainError", "LanguageError", "NetworkError", "SymcnnError", "UsageError"),
        "symcnn.layers.base": ("Shape",),
        "symcnn.render.latex": ("latex",),
        "symcnn.render.text": ("text",),
        "symcnn.symbols": ("symbol",),
        "symcnn.verbs.claims": ("Verdict",),
    }
    _HOME = {name: module for module, names in _HOMES.items() for name in names}

    def __getattr__(name: str) -> Any:
        from importlib import import_module

        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOME[name]), name)
        globals()[name] = value
        if name == "Network":
            import_module("symcnn.verify.registration").register()
        return value

    def __dir__() -> list[str]:
        return __all__
