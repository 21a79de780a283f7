"""The nodes of expressions, sizes, shapes and conditions; the base of all nodes."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import cast

from symcnn.source import Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Node:
    """Anything that stands somewhere in a text.

    Equality, hash and repr are written here once for all nodes: without recursion they
    hold at any depth, and forty generated methods fewer make the start quicker.
    """

    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        pairs: list[tuple[object, object]] = [(self, other)]
        while pairs:
            a, b = pairs.pop()
            if type(a) is not type(b):
                return False
            if isinstance(a, Node):
                pairs.extend(zip(a._written(), cast(Node, b)._written(), strict=True))
            elif isinstance(a, tuple):
                if len(a) != len(cast(tuple[object, ...], b)):
                    return False
                pairs.extend(zip(a, cast(tuple[object, ...], b), strict=True))
            elif a != b:
                return False
        return True

    def __hash__(self) -> int:
        leaves: list[object] = []
        queue: list[object] = [self]
        while queue:
            part = queue.pop()
            if isinstance(part, Node):
                leaves.append(type(part))
                queue.extend(part._written())
            elif isinstance(part, tuple):
                leaves.append(len(part))
                queue.extend(part)
            else:
                leaves.append(part)
        return hash(tuple(leaves))

    def __repr__(self) -> str:
        names = (f.name for f in fields(self) if f.repr)
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in names)})"

    def _written(self) -> list[object]:
        return [getattr(self, f.name) for f in fields(self) if f.compare]


@dataclass(frozen=True, eq=False, repr=False)
class Number(Node):
    """A literal: `value` exactly, `ulp` one unit in the last written place.

    `61M` has value 61 000 000 and ulp 1 000 000, `0.50` has ulp 1/100.
    """

    value: Fraction
    ulp: Fraction


@dataclass(frozen=True, eq=False, repr=False)
class Ref(Node):
    """A name, perhaps dotted (`b1.c2`); any part may have an index (`e[i]`, `s[2].conv1`).

    `indices` has one entry for each part of `path`, None where there is no index.

    >>> Ref(("s", "conv1")).indices
    (None, None)
    """

    path: tuple[str, ...]
    indices: tuple[Expr | None, ...] = ()

    def __post_init__(self) -> None:
        if not self.indices:
            object.__setattr__(self, "indices", (None,) * len(self.path))

    @property
    def index(self) -> Expr | None:
        """The index of the last part."""
        return self.indices[-1]

    @property
    def plain(self) -> bool:
        """Whether this is one name without an index: that of a value, or of a label."""
        return self.indices == (None,)


@dataclass(frozen=True, eq=False, repr=False)
class Sum(Node):
    """Signed terms, at least two: `a - b + c` is ((+, a), (-, b), (+, c))."""

    terms: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, eq=False, repr=False)
class Product(Node):
    """Factors from left to right, at least two; the first operator is `*`.

    Operators are `*`, `/` (exact), `//` (rounds down) and `%`.
    """

    factors: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, eq=False, repr=False)
class Negative(Node):
    """Unary minus."""

    operand: Expr


@dataclass(frozen=True, eq=False, repr=False)
class Power(Node):
    """`base ** exponent`."""

    base: Expr
    exponent: Expr


@dataclass(frozen=True, eq=False, repr=False)
class Call(Node):
    """A function or measure applied: `min(a, b)`, `params(conv1)`."""

    function: str
    arguments: tuple[Expr | Shape, ...]


Expr = Number | Ref | Sum | Product | Negative | Power | Call


@dataclass(frozen=True, eq=False, repr=False)
class Sides(Node):
    """`before:after`, two values on one axis."""

    before: Expr
    after: Expr


@dataclass(frozen=True, eq=False, repr=False)
class Size(Node):
    """One value for every axis, or exactly as many as there are axes."""

    axes: tuple[Expr | Sides, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Shape(Node):
    """`maps @ extents`."""

    maps: Expr
    extents: Size


@dataclass(frozen=True, eq=False, repr=False)
class Relation(Node):
    """A chain of comparisons: one operator fewer than sides."""

    sides: tuple[Expr | Shape, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Is(Node):
    """`K odd`: odd, even, integer, real or rational."""

    subject: Expr
    predicate: str


Condition = Relation | Is
