"""The nodes of expressions, sizes, shapes and conditions; the base of all nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from symcnn.source import Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything that stands somewhere in a text."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A literal: `value` exactly, `ulp` one unit in the last written place.

    `61M` has value 61 000 000 and ulp 1 000 000, `0.50` has ulp 1/100.
    """

    value: Fraction
    ulp: Fraction


@dataclass(frozen=True, slots=True)
class Ref(Node):
    """A name, perhaps dotted (`b1.c2`), perhaps indexed (`e[i]`)."""

    path: tuple[str, ...]
    index: Expr | None = None


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Signed terms, at least two: `a - b + c` is ((+, a), (-, b), (+, c))."""

    terms: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Factors from left to right, at least two; the first operator is `*`.

    Operators are `*`, `/` (exact), `//` (rounds down) and `%`.
    """

    factors: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """Unary minus."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Power(Node):
    """`base ** exponent`."""

    base: Expr
    exponent: Expr


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function or measure applied: `min(a, b)`, `params(conv1)`."""

    function: str
    arguments: tuple[Expr | Shape, ...]


Expr = Number | Ref | Sum | Product | Negative | Power | Call


@dataclass(frozen=True, slots=True)
class Sides(Node):
    """`before:after`, two values on one axis."""

    before: Expr
    after: Expr


@dataclass(frozen=True, slots=True)
class Size(Node):
    """One value for every axis, or exactly as many as there are axes."""

    axes: tuple[Expr | Sides, ...]


@dataclass(frozen=True, slots=True)
class Shape(Node):
    """`maps @ extents`."""

    maps: Expr
    extents: Size


@dataclass(frozen=True, slots=True)
class Relation(Node):
    """A chain of comparisons: one operator fewer than sides."""

    sides: tuple[Expr | Shape, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Is(Node):
    """`K odd`: odd, even, integer, real or rational."""

    subject: Expr
    predicate: str


Condition = Relation | Is
