"""Bounds of the steps of a program: from the least and the largest value of every input, in integers.

Every rule contains all values that the operation takes on integers within the bounds of its
arguments; wider bounds of an argument never give narrower ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from symcnn.numeric.program import Check, Program, Step

MAX_BITS = 1 << 16  # of a power, and of the bounds of one


class Interval(NamedTuple):
    """The integers from `low` to `high`, both included."""

    low: int
    high: int

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int) and self.low <= value <= self.high

    def join(self, other: Interval) -> Interval:
        """Return the least interval that contains both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))


class OutOfBounds(Exception):
    """The bounds of a step cannot be told: a power may be too large, a divisor may be zero."""


def meets(bounds: Interval, check: Check) -> bool:
    """Whether every value within the bounds meets a check."""
    low, high = bounds
    if check.relation == ">=":
        return low >= check.bound
    if check.relation == "==":
        return low == high == check.bound
    return not low <= check.bound <= high


def narrowed(bounds: Interval, check: Check) -> Interval | None:
    """Return the bounds of the values that meet a check; None if there are none.

    >>> narrowed(Interval(0, 9), Check(0, "!=", 0, "no zero"))
    Interval(low=1, high=9)
    """
    low, high = bounds
    if check.relation == ">=":
        low = max(low, check.bound)
    elif check.relation == "==":
        low, high = max(low, check.bound), min(high, check.bound)
    else:
        low, high = low + (low == check.bound), high - (high == check.bound)
    return Interval(low, high) if low <= high else None


def bounds_of(step: Step, args: Sequence[Interval], program: Program) -> Interval:
    """Return the bounds of a step from those of its arguments.

    Raises OutOfBounds where there are none: a power beyond `MAX_BITS`, a divisor that is zero.

    >>> bounds_of(Step("//", (0, 1)), [Interval(-7, 9), Interval(2, 4)], Program((), (), ()))
    Interval(low=-4, high=4)
    """
    if step.operator == "number":
        return Interval(step.number, step.number)
    if step.operator in ("total", "common"):
        return _RANGES[step.operator](program.bodies[step.number], args)
    if step.operator == "*" and step.args[0] == step.args[1]:
        return _square(args[0])
    return _RULES[step.operator](*args)


def body_bounds(body: Program, inputs: Mapping[int, Interval]) -> list[Interval]:
    """Return the bounds of the numerator and the denominator of a body, its checks being met."""
    found: dict[int, Interval] = {}
    checks = body.checks_of()
    for place in body.live():
        step = body.steps[place]
        if step.operator == "input":
            bounds = inputs[step.number]
        else:
            bounds = bounds_of(step, [found[a] for a in step.args], body)
        for number in checks.get(place, ()):
            bounds = narrowed(bounds, body.checks[number]) or bounds
        found[place] = bounds
    return [found[body.results[0].whole], found[body.results[0].over]]


# ------------------------------------------------------------------ growth
class Growth(NamedTuple):
    """No step has more bits than `degree` times those of the largest input, and `more`."""

    degree: int
    more: int

    def bits(self, size: int) -> int:
        """Return how many bits no step exceeds for inputs of so many."""
        return self.degree * size + self.more


def growth(program: Program) -> Growth:
    """Return how large numbers can grow, apart from powers and sums, which have limits of their own.

    >>> from symcnn.numeric.program import Result
    >>> growth(Program((), (Step("input"), Step("*", (0, 0)), Step("*", (1, 0))), (Result(2, 2, 2),)))
    Growth(degree=3, more=0)
    """
    found: dict[int, Growth] = {}
    for place in program.live():
        step = program.steps[place]
        args = [found[a] for a in step.args]
        if step.operator in ("input", "number"):
            found[place] = Growth(int(step.operator == "input"), abs(step.number).bit_length())
        elif step.operator == "*":
            found[place] = Growth(sum(a.degree for a in args), sum(a.more for a in args))
        elif step.operator in ("**", "total", "common"):
            found[place] = Growth(1, MAX_BITS)
        else:
            found[place] = Growth(max(a.degree for a in args), max(a.more for a in args) + 1)
    values = found.values()
    return Growth(max((g.degree for g in values), default=0), max((g.more for g in values), default=0))


# ------------------------------------------------------------------ rules
def _corners(a: Interval, b: Interval, rule: Callable[[int, int], int]) -> Interval:
    values = [rule(x, y) for x in a for y in b]
    return Interval(min(values), max(values))


def _times(a: Interval, b: Interval) -> Interval:
    return _corners(a, b, lambda x, y: x * y)


def _square(a: Interval) -> Interval:
    ends = (a.low * a.low, a.high * a.high)
    return Interval(0 if a.low <= 0 <= a.high else min(ends), max(ends))


def _divided(a: Interval, b: Interval) -> Interval:
    """Bounds of a // b: in a, and in b on either side of zero, it only rises or only falls."""
    ends = [y for y in (b.low, b.high) if y != 0]
    ends += [y for y in (-1, 1) if b.low <= y <= b.high]
    if not ends:
        raise OutOfBounds
    values = [x // y for x in a for y in ends]
    return Interval(min(values), max(values))


def _remainder(a: Interval, b: Interval) -> Interval:
    """Bounds of a % b, which has the sign of b and is a itself between zero and b."""
    if b.low == b.high == 0:
        raise OutOfBounds
    if b.low == b.high and a.low // b.low == a.high // b.low:
        return Interval(a.low % b.low, a.high % b.low)
    if a.low >= 0 and b.low > 0:
        low = a.low if a.high < b.low else 0
        return Interval(low, min(a.high, b.high - 1))
    return Interval(min(b.low + 1, 0), max(b.high - 1, 0))


def _power(base: Interval, exponent: Interval) -> Interval:
    low, high = max(exponent.low, 0), exponent.high
    if high < 0:
        raise OutOfBounds
    size = max(abs(base.low), abs(base.high)).bit_length()
    if size > 1 and size * high > MAX_BITS:
        raise OutOfBounds
    if base.low >= 1:
        return Interval(base.low**low, base.high**high)
    if base.low >= 0:
        return Interval(1 if high == 0 else 0, max(base.high**high, 1 if low == 0 else 0))
    # Below zero the sign turns with the exponent; if that is settled, the ends decide.
    if low == high:
        ends = [base.low**low, base.high**low]
        return Interval(0 if low % 2 == 0 and low and base.high >= 0 else min(ends), max(ends))
    most: int = max(abs(base.low), abs(base.high)) ** high
    return Interval(-most, most)  # at least 1, as the base is below zero


def _gcd(a: Interval, b: Interval) -> Interval:
    sizes = [max(abs(x.low), abs(x.high)) for x in (a, b)]
    zeros = [x.low <= 0 <= x.high for x in (a, b)]
    least = [size for size, zero in zip(sizes, zeros[::-1], strict=True) if zero]
    # gcd(x, 0) is |x|; else it divides both.
    return Interval(0 if all(zeros) else 1, max([min(sizes), *least]))


def _magnitude(a: Interval) -> Interval:
    ends = (abs(a.low), abs(a.high))
    return Interval(0 if a.low <= 0 <= a.high else min(ends), max(ends))


def _log2(a: Interval) -> Interval:
    if a.high < 1:
        raise OutOfBounds
    return Interval(max(a.low, 1).bit_length() - 1, a.high.bit_length() - 1)


def _rounds(args: Sequence[Interval]) -> tuple[int, dict[int, Interval]]:
    """Return how many rounds a range has at most, and the bounds of the inputs of the body."""
    first, last, *captured = args
    index = Interval(first.low, max(first.low, last.high))
    return max(0, last.high - first.low + 1), dict(enumerate([index, *captured]))


def _total(body: Program, args: Sequence[Interval]) -> Interval:
    rounds, inputs = _rounds(args)
    if rounds == 0:
        return Interval(0, 0)
    whole = body_bounds(body, inputs)[0]
    return Interval(min(0, rounds * whole.low), max(0, rounds * whole.high))


def _common(body: Program, args: Sequence[Interval]) -> Interval:
    rounds, inputs = _rounds(args)
    if rounds == 0:
        return Interval(1, 1)
    over = max(1, _magnitude(body_bounds(body, inputs)[1]).high)
    return Interval(1, _power(Interval(over, over), Interval(rounds, rounds)).high)


_RULES: dict[str, Callable[..., Interval]] = {
    "+": lambda a, b: Interval(a.low + b.low, a.high + b.high),
    "-": lambda a, b: Interval(a.low - b.high, a.high - b.low),
    "*": _times,
    "//": _divided,
    "%": _remainder,
    "**": _power,
    "max": lambda a, b: Interval(max(a.low, b.low), max(a.high, b.high)),
    "min": lambda a, b: Interval(min(a.low, b.low), min(a.high, b.high)),
    "abs": _magnitude,
    "gcd": _gcd,
    "log2": _log2,
}
_RANGES = {"total": _total, "common": _common}
