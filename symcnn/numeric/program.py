"""Programs: steps on integers, each on the results of earlier ones.

Every value is an integer. A rational value is a numerator and a denominator, so that no step
ever rounds but the quotient `//`, which rounds down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import gcd
from typing import Literal, NamedTuple

Relation = Literal[">=", "==", "!="]


class Step(NamedTuple):
    """One operation on the results of earlier steps, which it names by their place.

    `input` has the place of the input, `number` the number; `total` and `common` (the sum and the
    least common multiple over a range) the place of the body, and as arguments the first and the
    last index, then what the body uses.
    """

    operator: str
    args: tuple[int, ...] = ()
    number: int = 0


class Input(NamedTuple):
    """A value that is given: of a symbol, or the denominator of one that may be a fraction."""

    name: str
    over: bool = False


class Check(NamedTuple):
    """What must hold of a value before any later step uses it.

    `why` is what is said where it fails; `names` are the symbols whose values are said with it.
    """

    value: int
    relation: Relation
    bound: int
    why: str
    names: tuple[str, ...] = ()

    def holds(self, value: int) -> bool:
        """Whether the value meets the check.

        >>> Check(0, ">=", 32, "I >= 32").holds(31)
        False
        """
        if self.relation == ">=":
            return value >= self.bound
        return (value == self.bound) == (self.relation == "==")


class Result(NamedTuple):
    """The places of an answer: whole + rest / over, with 0 <= rest < over or the same below zero."""

    whole: int
    rest: int
    over: int


@dataclass(frozen=True)
class Program:
    """Steps in order, with the checks between them and the answers; immutable and picklable."""

    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    results: tuple[Result, ...]
    checks: tuple[Check, ...] = ()
    bodies: tuple[Program, ...] = ()

    def given(self, names: frozenset[str]) -> Program:
        """Return the program for when only these symbols have values.

        Checks that need another one fall away; the results must not need one.
        """
        known: list[bool] = []
        for step in self.steps:
            there = step.operator != "input" or self.inputs[step.number].name in names
            known.append(there and all(known[a] for a in step.args))
        kept = tuple(check for check in self.checks if known[check.value])
        return Program(self.inputs, self.steps, self.results, kept, self.bodies)

    def live(self) -> list[int]:
        """Return the places of the steps that the checks and the results need, arguments first.

        A result is used soon after it is made, so that few are needed at a time.
        """
        roots = [check.value for check in self.checks] + [p for result in self.results for p in result]
        found: dict[int, None] = {}
        pending = roots[::-1]
        while pending:
            place = pending[-1]
            missing = [a for a in self.steps[place].args if a not in found]
            if missing and place not in found:
                pending += missing[::-1]
            else:
                found[place] = None
                pending.pop()
        return list(found)

    def used(self) -> tuple[int, ...]:
        """Return the places of the inputs that the program reads."""
        found = {self.steps[p].number for p in self.live() if self.steps[p].operator == "input"}
        return tuple(sorted(found))

    def checks_of(self) -> Mapping[int, list[int]]:
        """Return the numbers of the checks of each step."""
        found: dict[int, list[int]] = {}
        for number, check in enumerate(self.checks):
            found.setdefault(check.value, []).append(number)
        return found


class Builder:
    """Makes a program: equal steps are one, and what is known is calculated at once."""

    def __init__(self, inputs: tuple[Input, ...]) -> None:
        self.inputs = inputs
        self.bodies: list[Program] = []
        self._steps: dict[Step, int] = {}
        self._checks: dict[tuple[int, Relation, int], Check] = {}
        self._order: list[Step] = []
        self._degrees: list[int] = []

    def input(self, place: int) -> int:
        """Return the place of the step that reads an input."""
        return self._place(Step("input", (), place))

    def number(self, value: int) -> int:
        """Return the place of a number."""
        return self._place(Step("number", (), value))

    def known(self, place: int) -> int | None:
        """Return the number that stands at a place, None if it is calculated."""
        step = self._order[place]
        return step.number if step.operator == "number" else None

    def positive(self, place: int) -> bool:
        """Whether a value is above zero by what it is: a number, a denominator, a product of such."""
        step = self._order[place]
        if step.operator == "input":
            return self.inputs[step.number].over
        if step.operator == "*":
            return all(map(self.positive, step.args))
        return step.operator == "number" and step.number > 0

    def degree(self, place: int) -> int:
        """Return how large a value grows with the inputs, roughly: what is small is multiplied first."""
        return self._degrees[place]

    def make(self, operator: str, *args: int, body: int = 0) -> int:
        """Return the place of an operation, or of what it comes to by a rule of the integers."""
        numbers = [self.known(a) for a in args]
        plain = _plain(operator, args, numbers)
        if plain is not None:
            return plain
        if operator in _FOLDED and None not in numbers:
            value = _FOLDED[operator](*numbers)
            if value is not None:
                return self.number(value)
        return self._place(Step(operator, args, body))

    def add_body(self, body: Program) -> int:
        """Return the number of the body of a sum."""
        if body not in self.bodies:
            self.bodies.append(body)
        return self.bodies.index(body)

    def check(
        self, value: int, relation: Relation, bound: int, why: str, names: tuple[str, ...] = ()
    ) -> None:
        """Let a value be checked before it is used further, unless it is a number that meets the check."""
        made = Check(value, relation, bound, why, names)
        number = self.known(value)
        if number is None or not made.holds(number):
            self._checks.setdefault((value, relation, bound), made)

    def program(self, results: tuple[Result, ...]) -> Program:
        """Return the program that answers with these results."""
        checks = tuple(self._checks.values())
        return Program(self.inputs, tuple(self._order), results, checks, tuple(self.bodies))

    def _place(self, step: Step) -> int:
        if step not in self._steps:
            self._steps[step] = len(self._order)
            self._order.append(step)
            degrees = [self._degrees[a] for a in step.args]
            self._degrees.append(_degree(step, degrees))
        return self._steps[step]


def _plain(operator: str, args: tuple[int, ...], numbers: list[int | None]) -> int | None:
    """Return the argument that an operation leaves as it is: x + 0, 1*x, x//1, x**1, 1**x, max(x, x)."""
    if operator == "+" and 0 in numbers:
        return args[1 - numbers.index(0)]
    if operator == "*" and 1 in numbers:
        return args[1 - numbers.index(1)]
    if operator == "*" and 0 in numbers:
        return args[numbers.index(0)]
    if (operator, numbers[-1]) in {("-", 0), ("//", 1), ("**", 1)} or (operator, numbers[0]) == ("**", 1):
        return args[0]
    return args[0] if operator in ("max", "min") and args[0] == args[1] else None


def _power(base: int, exponent: int) -> int | None:
    small = exponent >= 0 and exponent * abs(base).bit_length() <= 4096
    return base**exponent if small else None


_FOLDED: dict[str, Callable[..., int | None]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b if b else None,
    "%": lambda a, b: a % b if b else None,
    "**": _power,
    "max": max,
    "min": min,
    "abs": abs,
    "gcd": gcd,
    "log2": lambda a: a.bit_length() - 1 if a >= 1 else None,
}


def _degree(step: Step, degrees: list[int]) -> int:
    if step.operator in ("input", "number"):
        return int(step.operator == "input")
    if step.operator == "*":
        return sum(degrees)
    if step.operator == "//":
        return max(degrees[0] - degrees[1], 0) + 1
    if step.operator in ("**", "total", "common"):
        return sum(degrees) + 2
    return max(degrees)
