"""Expressions of the language in Python integers and fractions, for the oracle.

A name stands for a number, for one number per axis (a tuple),
or for a `let` or `def` with the scope in which it was declared.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from symcnn.errors import SymcnnError
from symcnn.language import syntax

Number = int | Fraction

LARGE = 10**9  # indices of rounds may be negative, but not below this


class Invalid(SymcnnError):
    """The program describes no network at these numbers."""


class Unknown(SymcnnError):
    """A name without a value: it was not given one, or the text is wrong for all numbers."""


class Round(NamedTuple):
    """One round of a repeat: which repeat it is, and the number that its index has."""

    repeat: int
    number: int


@dataclass(frozen=True)
class Scope:
    """Names in sight, the innermost first, and where labels are kept and looked for."""

    names: dict[str, Any] = field(default_factory=dict)
    outer: Scope | None = None
    prefixes: tuple[str, ...] = ("",)  # of labels: the block's own, then those around it
    rounds: tuple[Round, ...] = ()  # of the repeats around
    measure: Callable[[syntax.Node], Any] | None = None  # what claims ask of the network

    def inner(self, names: Mapping[str, Any], **changes: Any) -> Scope:
        return replace(self, names=dict(names), outer=self, **changes)

    def find(self, name: str) -> Any:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None


@dataclass(frozen=True)
class Closure:
    """A `let` with parameters, or a `def`, and the scope that its body sees."""

    node: Any
    scope: Scope


def tidy(number: Number) -> Number:
    """Return a number as an int where it is one."""
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number


def value(node: Any, scope: Scope) -> Any:
    """The number that an expression stands for; a name may stand for one per axis."""
    if isinstance(node, syntax.Number):
        return tidy(node.value)
    if isinstance(node, syntax.Ref):
        return _name(node, scope)
    if isinstance(node, syntax.Sum):
        return tidy(sum((-1 if sign == "-" else 1) * number(term, scope) for sign, term in node.terms))
    if isinstance(node, syntax.Product):
        return _product(node, scope)
    if isinstance(node, syntax.Negative):
        return -number(node.operand, scope)
    if isinstance(node, syntax.Power):
        return _power(number(node.base, scope), number(node.exponent, scope))
    if isinstance(node, syntax.Call):
        return _call(node, scope)
    raise Unknown(f"no number: {node}")


def number(node: Any, scope: Scope) -> Number:
    """The one number that an expression stands for."""
    found = value(node, scope)
    if not isinstance(found, int | Fraction):
        raise Invalid(f"one number is needed, not {found}")
    return found


def integer(node: Any, scope: Scope, least: int = 1) -> int:
    """An integer that is large enough, or Invalid."""
    return checked(number(node, scope), least)


def checked(found: Number, least: int = 1) -> int:
    """Return a number that is an integer and large enough, or raise Invalid."""
    if not isinstance(found, int) or found < least:
        raise Invalid(f"an integer of at least {least} is needed, not {found}")
    return found


def _name(node: syntax.Ref, scope: Scope) -> Any:
    found = scope.find(node.path[0]) if len(node.path) == 1 and node.index is None else None
    if found is None and scope.measure is not None:
        found = scope.measure(node)
    if found is None or isinstance(found, Closure):
        raise Unknown(".".join(node.path))
    return found


def _product(node: syntax.Product, scope: Scope) -> Number:
    result: Number = 1
    for sign, factor in node.factors:
        by = number(factor, scope)
        if sign == "*":
            result = result * by
        elif by == 0:
            raise Invalid("division by zero")
        else:
            result = Fraction(result) / by if sign == "/" else result // by if sign == "//" else result % by
    return tidy(result)


def _power(base: Number, exponent: Number) -> Number:
    if not isinstance(exponent, int) or (base == 0 and exponent < 0):
        raise Invalid(f"no power: {base}**{exponent}")
    return tidy(Fraction(base) ** exponent)


def _call(node: syntax.Call, scope: Scope) -> Any:
    found = scope.find(node.function)
    if isinstance(found, Closure):
        inner = found.scope.inner({})
        for position, parameter in enumerate(found.node.parameters):
            given = node.arguments[position : position + 1]
            inner.names[parameter.name] = (
                number(given[0], scope) if given else number(parameter.default, inner)
            )
        return number(found.node.value, inner)
    name, arguments = node.function, node.arguments
    first = arguments[0] if arguments else None
    if name in ("floor", "ceil") and isinstance(first, syntax.Call) and first.function == "log2":
        of = number(first.arguments[0], scope)
        return doublings(of) if name == "floor" or 2 ** doublings(of) == of else doublings(of) + 1
    if name in FUNCTIONS:
        return tidy(FUNCTIONS[name](*(number(argument, scope) for argument in arguments)))
    result = scope.measure(node) if scope.measure is not None else None
    if result is None:
        raise Unknown(name)
    return result


def doublings(of: Number) -> int:
    """How often 1 can be doubled without passing the number."""
    if of < 1:
        raise Invalid(f"log2 of {of}")
    times = 0
    while 2 ** (times + 1) <= of:
        times += 1
    return times


def _log2(of: Number) -> int:
    if of < 1 or 2 ** doublings(of) != of:
        raise Invalid(f"log2 of {of} is no integer")
    return doublings(of)


def divisible(v: Number, d: Number) -> Number:
    """The multiple of d nearest to v (the larger of two), at least d and not below nine tenths of v."""
    if not isinstance(d, int) or d < 1:
        raise Invalid(f"no divisor: {d}")
    below = max(v // d, 0) * d
    nearest = below if v - below < below + d - v else below + d
    rounded = max(nearest, d)
    return rounded if rounded >= Fraction(9, 10) * v else rounded + d


FUNCTIONS: dict[str, Callable[..., Number]] = {
    "min": min,
    "max": max,
    "floor": lambda v: v // 1,
    "ceil": lambda v: -(-v // 1),
    "log2": _log2,
    "divisible": divisible,
}


# ------------------------------------------------------------------ conditions
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


def holds(node: Any, scope: Scope) -> bool:
    """Whether a condition is true; `~` allows half a unit in the last written place."""
    if isinstance(node, syntax.Is):
        subject = number(node.subject, scope)
        odd_or_even = isinstance(subject, int) and subject % 2 == (node.predicate == "odd")
        return {"odd": odd_or_even, "even": odd_or_even, "integer": isinstance(subject, int)}.get(
            node.predicate, True
        )
    sides = [side(s, scope) for s in node.sides]
    return all(
        rounds_to(a, b, *pair) if sign == "~" else same(a, b) if sign == "==" else COMPARED[sign](a, b)
        for a, b, sign, pair in zip(sides, sides[1:], node.operators, pairwise(node.sides), strict=False)
    )


def same(a: Any, b: Any) -> bool:
    """Whether two sides are equal; in a shape on the right, one extent counts for every axis."""
    if all(isinstance(side, tuple) and side and isinstance(side[-1], tuple) for side in (a, b)):
        b = b[0], b[1] * len(a[1]) if len(b[1]) == 1 < len(a[1]) else b[1]
    return bool(a == b)


def rounds_to(a: Any, b: Any, left: Any, right: Any) -> bool:
    """Whether two sides are equal at the precision with which one of them is written; halves go up."""
    if isinstance(left, syntax.Number) and not isinstance(right, syntax.Number):
        a, b, right = b, a, left
    return bool(-right.ulp <= 2 * (a - b) < right.ulp)


def side(node: Any, scope: Scope) -> Any:
    """A side of a comparison: a number, or maps and extents."""
    if isinstance(node, syntax.Shape):
        extents = tuple(number(axis, scope) for axis in node.extents.axes)
        return number(node.maps, scope), extents
    return value(node, scope)


# ------------------------------------------------------------------ values per axis
def per_axis(size: syntax.Size, rank: int, scope: Scope) -> Iterator[tuple[Number, Number]]:
    """The value on every axis, as (before, after): equal unless written `before:after`."""
    if rank == 0:
        raise Invalid("a vector has no axes")
    found: list[tuple[Number, Number]] = []
    for axis in size.axes:
        if isinstance(axis, syntax.Sides):
            found.append((number(axis.before, scope), number(axis.after, scope)))
        else:
            one = value(axis, scope)
            found += [(v, v) for v in (one if isinstance(one, tuple) else (one,))]
    if len(found) not in (1, rank):
        raise Invalid(f"{len(found)} values for {rank} axes")
    return iter(found * rank if len(found) == 1 else found)


def integers(values: Iterable[tuple[Number, Number]], least: int = 1) -> tuple[int, ...]:
    """Return the values of all axes, which are equal on both sides, as integers."""
    return tuple(checked(v, least) for v, _ in values)
