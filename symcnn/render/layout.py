"""The layout of a formula: what stands where, before any output form is chosen.

`symcnn.render.order` arranges an expression into these nodes; the printers fold them into
text. Nothing here recurses, so nesting is limited by memory alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sympy import Symbol

T = TypeVar("T")


@dataclass(frozen=True)
class Layout:
    """A part of a formula."""

    @property
    def parts(self) -> tuple[Layout, ...]:
        """What it consists of, in reading order."""
        return ()


@dataclass(frozen=True)
class Number(Layout):
    """An integer, zero or more; a minus sign belongs to a sum."""

    value: int


@dataclass(frozen=True)
class Name(Layout):
    """A letter or a name; holds the symbol, so that a value can take its place."""

    symbol: Symbol


@dataclass(frozen=True)
class Word(Layout):
    """A constant word, such as `true`, or an atom that formulas do not hold otherwise."""

    text: str


@dataclass(frozen=True)
class Sum(Layout):
    """Terms, each added or (where `negative`) subtracted; a negative quantity is a sum of one term."""

    terms: tuple[Layout, ...]
    negative: tuple[bool, ...]

    @property
    def parts(self) -> tuple[Layout, ...]:
        return self.terms


@dataclass(frozen=True)
class Product(Layout):
    """Two factors or more."""

    factors: tuple[Layout, ...]

    @property
    def parts(self) -> tuple[Layout, ...]:
        return self.factors


@dataclass(frozen=True)
class Power(Layout):
    """A base with its exponent."""

    base: Layout
    exponent: Layout

    @property
    def parts(self) -> tuple[Layout, ...]:
        return self.base, self.exponent


@dataclass(frozen=True)
class Divided(Layout):
    """`top` over `bottom`; what kind of division is said by the class."""

    top: Layout
    bottom: Layout

    @property
    def parts(self) -> tuple[Layout, ...]:
        return self.top, self.bottom


class Fraction(Divided):
    """The exact quotient."""


class Floor(Divided):
    """The quotient rounded down; over the number 1 where a single quantity is rounded."""


class Ceil(Divided):
    """The quotient rounded up."""


class Remainder(Divided):
    """What the division leaves."""


@dataclass(frozen=True)
class Function(Layout):
    """A named function of its arguments: min, max, gcd, divisible, log2, ..."""

    name: str
    arguments: tuple[Layout, ...]

    @property
    def parts(self) -> tuple[Layout, ...]:
        return self.arguments


@dataclass(frozen=True)
class Series(Layout):
    """The sum of `body` over index = first, ..., last."""

    body: Layout
    index: Name
    first: Layout
    last: Layout

    @property
    def parts(self) -> tuple[Layout, ...]:
        return self.body, self.index, self.first, self.last


@dataclass(frozen=True)
class Relation(Layout):
    """Two sides with ==, !=, >=, <=, > or < between."""

    left: Layout
    sign: str
    right: Layout

    @property
    def parts(self) -> tuple[Layout, ...]:
        return self.left, self.right


@dataclass(frozen=True)
class Logic(Layout):
    """Relations joined by `and` or `or`; `not` has one part."""

    word: str
    parts_: tuple[Layout, ...]

    @property
    def parts(self) -> tuple[Layout, ...]:
        return self.parts_


def fold(layout: Layout, rule: Callable[[Layout, list[T]], T]) -> T:
    """Return the rule's result for a layout, given the results for its parts; without recursion.

    >>> fold(Product((Number(2), Number(3))), lambda node, parts: 1 + sum(parts))
    3
    """
    done: dict[int, T] = {}
    todo = [layout]
    while todo:
        node = todo[-1]
        missing = [part for part in node.parts if id(part) not in done]
        if missing:
            todo.extend(reversed(missing))
        else:
            todo.pop()
            if id(node) not in done:
                done[id(node)] = rule(node, [done[id(part)] for part in node.parts])
    return done[id(layout)]
