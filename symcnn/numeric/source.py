"""Programs written as Python, and the one place of the package where text becomes code.

The text has names of our own only (v0 for an input, t1 for a step, b2 for a buffer), is matched line
by line against a pattern before it is compiled, and runs with no name but those handed to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from math import gcd, lcm
from typing import Any

from symcnn.numeric.intervals import MAX_BITS, growth
from symcnn.numeric.program import Check, Program

MAX_TERMS = 1_000_000  # of all sums of a program together, in one row
MAX_GROWN = 1 << 22  # bits that a number may come to
INFIX = ("+", "-", "*", "//", "%")
Left = list[int]  # one number
_LONGEST = 1 << 62  # numbers beyond are written in hexadecimal, which Python reads at any length

_ATOM = r"(?:[vtb]\d+|\d+|0x[0-9a-f]+|\(-(?:\d+|0x[0-9a-f]+)\))"
_ATOMS = rf"{_ATOM}(?:, {_ATOM})*"
_LINES = (
    r"def s\d+\((?:[vb]\d+(?:, [vb]\d+)*)?\):",
    rf"    t\d+ = {_ATOM} (?:\+|-|\*|//|%) {_ATOM}",
    rf"    t\d+ = (?:max|min|abs|gcd|log2|power)\({_ATOMS}\)",
    rf"    t\d+ = (?:total|common)\(s\d+, {_ATOMS}\)",
    rf"    check\(\d+, {_ATOM}\)",
    rf"    (?:add|subtract|multiply|floor_divide|remainder|right_shift|left_shift|bitwise_and|power|maximum"
    rf"|minimum|gcd|absolute|log2|total\d+|common\d+)\({_ATOMS}, out=b\d+\)",
    r"    b\d+\[:\] = [vb]\d+",
    rf"    return {_ATOM},(?: {_ATOM},)*",
)
_LINE = re.compile("|".join(f"(?:{line})" for line in _LINES), re.ASCII)


class Broken(Exception):
    """A check fails; `number` says which."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class TooLarge(Exception):
    """A power or a sum is beyond the limits; the text says which limit."""


def compiled(text: str, names: Mapping[str, Callable[..., Any]], wanted: str = "s0") -> Callable[..., Any]:
    """Return the function of a text that has the form of our own ones and nothing else.

    Raises SyntaxError for any line of another form; `names` are all that the text can call.
    """
    for line in text.splitlines():
        if not _LINE.fullmatch(line):
            raise SyntaxError(f"not a line of a program: {line!r}")
    space: dict[str, Any] = {"__builtins__": {}, **names}
    exec(compile(text, "<symcnn>", "exec"), space)
    made: Callable[..., Any] = space[wanted]
    return made


# ------------------------------------------------------------------ in Python's integers
def written(program: Program) -> str:
    """Return a program as a Python function on integers; the bodies of sums come first.

    >>> from symcnn.numeric.program import Input, Result, Step
    >>> steps = (Step("input"), Step("number", (), 2), Step("//", (0, 1)), Step("number", (), 0))
    >>> print(written(Program((Input("I"),), steps, (Result(2, 3, 1),))))
    def s0(v0):
        t2 = v0 // 2
        return t2, 0, 2,
    """
    return "\n".join(text for _, text in _functions(program, 0, 0))


def function(program: Program) -> Callable[..., Any]:
    """Return the program as a function of integers that returns integers.

    The function raises Broken where a check fails, TooLarge beyond the limits.
    """
    left: Left = [0]
    run = compiled(written(program), scalar_names(all_checks(program), left))
    grown = growth(program)

    def limited(*inputs: int) -> tuple[int, ...]:
        if grown.bits(max((abs(value).bit_length() for value in inputs), default=0)) > MAX_GROWN:
            raise TooLarge(f"numbers of more than {MAX_GROWN} bits may come up")
        left[0] = MAX_TERMS
        found: tuple[int, ...] = run(*inputs)
        return found

    return limited


def bodies(program: Program, left: Left) -> list[Callable[..., Any]]:
    """Return the bodies of the sums of a program as functions, in order."""
    names = scalar_names(all_checks(program), left)
    text = written(program)
    made, places = [], 1
    for body in program.bodies:
        made.append(compiled(text, names, f"s{places}"))
        places += _count(body)
    return made


def all_checks(program: Program) -> tuple[Check, ...]:
    """Return the checks of a program and of its bodies, as they are numbered in its text."""
    return (*program.checks, *(check for body in program.bodies for check in all_checks(body)))


def scalar_names(checks: tuple[Check, ...], left: Left) -> dict[str, Callable[..., Any]]:
    """Return what a program on integers may call; `left` has the number of terms that sums may still have."""
    return {
        "max": max, "min": min, "abs": abs, "gcd": gcd, "log2": _log2, "power": power,
        "total": partial(total, left), "common": partial(common, left), "check": partial(_check, checks),
    }  # fmt: skip


def operand(program: Program, place: int, inputs: str = "v") -> str:
    """Return how a value is written where it is used."""
    step = program.steps[place]
    if step.operator == "number":
        size = abs(step.number)
        digits = str(size) if size < _LONGEST else hex(size)
        return digits if step.number >= 0 else f"(-{digits})"
    return f"{inputs}{step.number}" if step.operator == "input" else f"t{place}"


def line(program: Program, place: int, first_body: list[int]) -> str:
    """Return the line of a step on integers."""
    step = program.steps[place]
    args = [operand(program, a) for a in step.args]
    if step.operator in INFIX:
        return f"    t{place} = {args[0]} {step.operator} {args[1]}"
    if step.operator in ("total", "common"):
        args.insert(0, f"s{first_body[step.number]}")
    name = "power" if step.operator == "**" else step.operator
    return f"    t{place} = {name}({', '.join(args)})"


def _functions(program: Program, number: int, check: int) -> list[tuple[int, str]]:
    """Return the functions of the bodies and of the program, numbered from `number` and `check` on."""
    found: list[tuple[int, str]] = []
    following, checked, first_body = number + 1, check + len(program.checks), []
    for body in program.bodies:
        first_body.append(following)
        found += _functions(body, following, checked)
        following += _count(body)
        checked += len(all_checks(body))
    lines = [f"def s{number}({', '.join(f'v{at}' for at in range(len(program.inputs)))}):"]
    checks = program.checks_of()
    for place in program.live():
        if program.steps[place].operator not in ("input", "number"):
            lines.append(line(program, place, first_body))
        lines += [f"    check({check + n}, {operand(program, place)})" for n in checks.get(place, ())]
    answers = [operand(program, place) for result in program.results for place in result]
    lines.append(f"    return {' '.join(f'{answer},' for answer in answers)}")
    return [*found, (number, "\n".join(lines))]


def _count(program: Program) -> int:
    return 1 + sum(map(_count, program.bodies))


# ------------------------------------------------------------------ what the text may call
def _check(checks: tuple[Check, ...], number: int, value: int) -> None:
    if not checks[number].holds(value):
        raise Broken(number)


def _log2(value: int) -> int:
    return value.bit_length() - 1


def power(base: int, exponent: int) -> int:
    """Return a power with an exponent of zero or more.

    Raises TooLarge, before anything is calculated, where it would not fit into `MAX_BITS` bits.
    """
    size = abs(base).bit_length()
    if size > 1 and size * exponent > MAX_BITS:
        raise TooLarge(f"a power of more than {MAX_BITS} bits: the exponent is {exponent}")
    value: int = base**exponent
    return value


def total(left: Left, body: Callable[..., tuple[int, ...]], first: int, last: int, *captured: int) -> int:
    """Return the sum of a body over the integers from the first to the last."""
    return sum(body(index, *captured)[0] for index in _range(left, first, last))


def common(left: Left, body: Callable[..., tuple[int, ...]], first: int, last: int, *captured: int) -> int:
    """Return the least common multiple of a body over the integers from the first to the last."""
    return lcm(*(body(index, *captured)[0] for index in _range(left, first, last)))


def _range(left: Left, first: int, last: int) -> range:
    left[0] -= max(0, last - first + 1)
    if left[0] < 0:
        raise TooLarge(f"a sum of more than {MAX_TERMS} terms: from {first} to {last}")
    return range(first, last + 1)


def value_of(whole: int, rest: int, over: int) -> int | Fraction:
    """Return an answer: an int wherever it is one."""
    return Fraction(whole * over + rest, over) if rest else whole
