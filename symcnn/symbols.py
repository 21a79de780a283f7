"""The legend: what every conventional letter means, and the one place that makes symbols.

SymPy holds two symbols of one name but different assumptions for different things;
here a name and a kind always give the same object. What else is declared of a symbol
(bounds, parity, congruences) lives in `symcnn.algebra.domain`, not in SymPy.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Literal

import sympy

Kind = Literal["positive", "nonnegative", "integer", "rational", "real", "positive real"]

# Letter -> meaning; the order is the textbook order of terms in a sum.
LEGEND: dict[str, str] = {
    "I": "input extent",
    "H": "input height",
    "W": "input width",
    "O": "output extent",
    "K": "kernel extent",
    "P": "padding on each side (may be zero)",
    "A": "padding before (may be zero)",
    "B": "padding after (may be zero)",
    "D": "dilation",
    "S": "stride",
    "R": "size of the receptive field",
    "J": "jump, the product of the strides",
    "C": "input maps (channels)",
    "G": "groups",
    "N": "output maps",
    "T": "links of the connection table",
    "F": "units of a fully connected layer",
    "M": "maps of a block",
    "a": "output padding (may be zero)",
    "f": "factor of enlargement",
}

_RANK = {letter: rank for rank, letter in enumerate(LEGEND)}
_ASSUMPTIONS: dict[Kind, dict[str, bool]] = {
    "positive": {"integer": True, "positive": True},
    "nonnegative": {"integer": True, "nonnegative": True},
    "integer": {"integer": True},
    "rational": {"rational": True},
    "real": {"real": True},
    "positive real": {"real": True, "positive": True},
}
_FREE = re.compile(r"[A-Z][0-9]*")


class Index(sympy.Symbol):
    """The index of a repeat: another symbol than the letter of the same name."""


class Bound(sympy.Symbol):
    """The variable of a sum: no letter or index that is replaced can be it."""


@cache
def _make(name: str, kind: Kind, made: type[sympy.Symbol] = sympy.Symbol) -> sympy.Symbol:
    return made(name, **_ASSUMPTIONS[kind])


def symbol(name: str, kind: Kind | None = None) -> sympy.Symbol:
    """Return the symbol of this name: the same object for the same name and kind.

    Without a kind it is a positive integer, as an undeclared letter is in the
    language; P (padding), alone or numbered, may also be zero.

    >>> symbol("I") is symbol("I"), symbol("I").is_positive, symbol("P").is_positive
    (True, True, None)
    """
    if kind is None:
        kind = "nonnegative" if name.rstrip("0123456789") == "P" else "positive"
    return _make(name, kind)


def index(name: str, kind: Kind = "positive") -> sympy.Symbol:
    """Return the index of a repeat: the same object for the same name and kind.

    >>> index("i"), index("i") is index("i"), index("i") == symbol("i")
    (i, True, False)
    """
    return _make(name, kind, Index)


def bound(name: str, kind: Kind = "positive") -> sympy.Symbol:
    """Return the variable of a sum, a symbol of its own, so that nothing is captured.

    >>> total = sympy.Sum(bound("i") ** 2, (bound("i"), 1, index("i")))
    >>> total.xreplace({index("i"): symbol("D")})
    Sum(i**2, (i, 1, D))
    """
    return _make(name, kind, Bound)


@lru_cache(maxsize=10_000)
def excess(letter: sympy.Expr) -> sympy.Symbol:
    """Return the symbol for how far a quantity lies from its bound: zero or more, integer or not."""
    return sympy.Dummy("excess", nonnegative=True)


@lru_cache(maxsize=10_000)
def gap(difference: sympy.Expr) -> sympy.Symbol:
    """Return the integer, zero or more, by which one quantity exceeds another; named after the difference."""
    return sympy.Dummy(str(difference), integer=True, nonnegative=True)


@lru_cache(maxsize=10_000)
def step(letter: sympy.Symbol) -> sympy.Symbol:
    """Return the integer t of x = M t + r, for deciding residue by residue."""
    return sympy.Dummy(f"{letter}_step", integer=True)


def is_free_letter(name: str) -> bool:
    """Whether a name needs no declaration: one capital letter, perhaps numbered."""
    return _FREE.fullmatch(name) is not None


def rank(name: str) -> tuple[int, str]:
    """Sort key of a name in the textbook order: the legend's, then the alphabet."""
    return (_RANK.get(name[:1] if is_free_letter(name) else name, len(_RANK)), name)
