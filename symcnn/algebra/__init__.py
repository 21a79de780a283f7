"""The algebra of integers: quotients, windows, domains, and what is always so.

The modules load on first use, so that what needs only words (the formatter, `--help`)
does not load SymPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symcnn.algebra.conditions import Condition as Condition
    from symcnn.algebra.domain import Domain as Domain
    from symcnn.algebra.functions import Gcd as Gcd
    from symcnn.algebra.functions import Max as Max
    from symcnn.algebra.functions import Min as Min
    from symcnn.algebra.quotient import FloorDiv as FloorDiv
    from symcnn.algebra.quotient import Mod as Mod
    from symcnn.algebra.quotient import ceil_div as ceil_div
    from symcnn.algebra.quotient import floor_div as floor_div
    from symcnn.algebra.window import Window as Window
else:
    _HOME = {
        "Condition": "symcnn.algebra.conditions",
        "Domain": "symcnn.algebra.domain",
        "FloorDiv": "symcnn.algebra.quotient",
        "Gcd": "symcnn.algebra.functions",
        "Mod": "symcnn.algebra.quotient",
        "ceil_div": "symcnn.algebra.quotient",
        "floor_div": "symcnn.algebra.quotient",
        "Window": "symcnn.algebra.window",
        "Max": "symcnn.algebra.functions",
        "Min": "symcnn.algebra.functions",
    }

    def __getattr__(name: str) -> Any:
        from importlib import import_module

        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOME[name]), name)
        globals()[name] = value
        return value
