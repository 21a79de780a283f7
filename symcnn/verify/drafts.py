"""Random programs of the language, with numbers for their letters.

A program grows by a line at a time out of the templates in `grammar`, and the oracle says at once
whether a line can stand at the numbers drawn: so most programs are valid, and as long as wanted.
What draws is told from what is drawn: Hypothesis, which can shrink, or `random`, which is quick.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import NamedTuple, Protocol, TypeVar

from symcnn.language import syntax
from symcnn.language.parser import parse
from symcnn.layers import vocabulary
from symcnn.source import Source
from symcnn.verify.grammar import GRAMMAR
from symcnn.verify.oracle.arithmetic import Invalid, Number, Scope
from symcnn.verify.oracle.interpreter import Machine

LARGEST = 400  # maps, and positions on an axis
T = TypeVar("T")


class Chance(Protocol):
    """What draws."""

    def one(self, options: Sequence[T]) -> T:
        """Return one of the options."""

    def number(self, low: int, high: int) -> int:
        """Return an integer, both ends included."""


class Dice:
    """Draws with Python's `random`, the same for the same seed."""

    def __init__(self, seed: int | str) -> None:
        self._random = Random(seed)

    def one(self, options: Sequence[T]) -> T:
        return self._random.choice(options)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)


class Program(NamedTuple):
    """A text, and a number for each letter in it."""

    text: str
    numbers: dict[str, Number]

    def __repr__(self) -> str:  # as Hypothesis shows it
        return f"{self.numbers}\n{self.text}\n"


class Draft:
    """A program in the making; with `letters` off it is written in numbers only."""

    def __init__(self, chance: Chance, *, letters: bool = True) -> None:
        self.chance = chance
        self.letters = letters
        self.numbers: dict[str, Number] = {}
        self.above: list[str] = []  # declarations and defs
        self.lines: list[str] = []
        self.names = 0
        self.machine = Machine(self.numbers)
        self.scope = Scope(self.numbers).inner({})

    def tenths(self, tenths: int) -> bool:
        """Whether something happens that does so in so many of ten cases."""
        return self.chance.number(0, 9) >= 10 - tenths

    # ---------------------------------------------------------------- writing
    def fill(self, template: str, bound: dict[str, str]) -> str:
        """Return the template with all its gaps filled."""

        def gap(found: re.Match[str]) -> str:
            rule, _, shared = found[1].partition("$")
            if not shared:
                return self.written(rule, bound)
            if shared not in bound:
                bound[shared] = self.written(rule, bound)
            return bound[shared]

        return _GAP.sub(gap, template)

    def written(self, rule: str, bound: dict[str, str]) -> str:
        """Return what stands for a rule: a number, a name, or one of its alternatives."""
        if number := _NUMBER.fullmatch(rule):
            return self.number(number[1], int(number[2]), int(number[3]))
        if rule in "abef":
            self.names += 1
            return f"{rule}{self.names}"
        if rule == "skip":
            return self.skip()
        if rule == "call":
            return self.call(bound)
        return self.fill(self.chance.one(GRAMMAR[rule]), bound)

    def number(self, family: str, low: int, high: int) -> str:
        """Return a number: a literal, a letter, or a sum or a product with one."""
        number, least = self.chance.number(low, high), 0 if family == "P" else 1
        if not self.letters:
            return str(number)
        form = self.chance.one(("literal", "letter", "letter", "letter", "sum", "twice"))
        if form == "sum" and number > least:
            return f"({self.letter(family, number - 1)} + 1)"
        if form == "twice" and number and number % 2 == 0:
            return f"2*{self.letter(family, number // 2)}"
        return str(number) if form == "literal" or number < least else self.letter(family, number)

    def letter(self, family: str, number: int) -> str:
        """Return a letter with this value, one that is there already if there is one."""
        relatives = [name for name in self.numbers if name[0] == family]
        same = [name for name in relatives if self.numbers[name] == number]
        if same and self.tenths(8):
            return self.chance.one(same)
        name = f"{family}{len(relatives) + 1}" if relatives else family
        self.numbers[name] = number
        return name

    def skip(self) -> str:
        """Return a way back to something labelled before, as its shape allows."""
        now, ways = self.machine.arrived().extents, ["relu"]
        for named in self.machine.result.written():
            _, before = named.measures.shape
            label = named.label + "".join(f"[{index}]" for index in named.indices)
            if len(named.rounds) > 1 or "." in named.label or len(before) != len(now):
                continue
            ways += [f"from {label}"] if named.rounds else [f"from {label}", f"share {label}"]
            if before == now:
                ways += [f"concat {label}", f"add {label}"]
            elif all(b >= n for b, n in zip(before, now, strict=True)):
                ways += [f"concat crop({label})"]
        return self.chance.one(ways[1:] or ways)

    def call(self, bound: dict[str, str]) -> str:
        """Return a call of a def, which is written above if it is not there."""
        defs = [line for line in self.above if line.startswith("def")]
        known = bool(defs) and self.tenths(5)
        line = self.chance.one(defs) if known else self.fill(self.chance.one(GRAMMAR["def"]), bound)
        if line not in self.above:
            self.declare(line)
        name, parameters = line.removeprefix("def ").partition(")")[0].split("(")
        second = f", {parameters[3]} = {self.chance.number(1, 3)}" if "," in parameters else ""
        return f"{name}({self.written('maps', bound)}{second if self.tenths(5) else ''})"

    # ---------------------------------------------------------------- trying
    @property
    def text(self) -> str:
        """The program so far."""
        return "\n".join((*self.above, *self.lines))

    def declare(self, line: str) -> None:
        """Put a line above all others."""
        self.above.append(line)
        for statement in _read(line):
            self.machine.statement(statement, self.scope)

    def attempt(self, line: str) -> bool:
        """Add a line if the program can go on with it."""
        mark, names = self.machine.mark(), dict(self.scope.names)
        try:
            for statement in _read(line):
                self.machine.statement(statement, self.scope)
            tensor = self.machine.arrived()
            fits = max(tensor.maps, *tensor.extents, 0) <= LARGEST
        except Invalid:
            fits = False
        if fits:
            self.lines.append(line)
        else:
            self.machine.reset(mark)
            self.scope.names.clear()
            self.scope.names.update(names)
        return fits


_GAP = re.compile(r"<([\w$-]+)>")
_NUMBER = re.compile(r"([A-Z])(\d+)-(\d+)")
_LETTERS = re.compile(r"\b[A-Z]\d*\b")


@lru_cache(maxsize=10_000)
def _read(line: str) -> tuple[syntax.Statement, ...]:
    return parse(Source("line", line), vocabulary()).statements


def write_layer(chance: Chance, templates: Sequence[str], *, letters: bool = True) -> str:
    """Return one layer as text; whether it can stand depends on what arrives there."""
    return Draft(chance, letters=letters).fill(chance.one(templates), {})


def write_program(
    chance: Chance,
    *,
    least: int = 1,
    most: int = 4,
    line: Sequence[str] = ("<line>",),
    begin: Sequence[str] = GRAMMAR["begin"],
    letters: bool = True,
    broken: bool = False,
) -> Program:
    """Return a program of a few lines, with numbers at which it is a network.

    `line` are templates for the lines behind the input, `begin` for the input. With `broken`, a
    few programs are no networks at their numbers.

    >>> print(write_program(Dice(4), most=2, letters=False).text)
    input 3 @ 17 x 17
    conv 2 x 1 -> maps
    """
    d = Draft(chance, letters=letters)
    first = d.fill(chance.one(begin), {})
    if d.tenths(2) and "I" in d.numbers:
        d.numbers["I"] = 4 * chance.number(2, 6)
        d.declare("symbol I where I % 4 == 0")
    if not d.attempt(first):  # two inputs that do not meet
        d.attempt(d.fill("input <C1-4> @ <I5-24>", {}))
    for _ in range(chance.number(least, most)):
        above = list(d.above)
        text = d.fill(chance.one(line), {})
        if _is_one_unlabelled(text) and d.tenths(4):
            text = f"{d.written('a', {})}: {text}"
        if not d.attempt(text):
            if broken and d.tenths(1):
                d.lines.append(text)
                break
            d.above = above
    used = set(_LETTERS.findall(d.text))
    return Program(d.text, {name: number for name, number in d.numbers.items() if name in used})


def _is_one_unlabelled(line: str) -> bool:
    while "{" in line:  # from the inside out
        line = re.sub(r"\{[^{}]*\}", "", line)
    return ";" not in line and ":" not in line.replace("1:2", "").replace(":0", "").replace("0:1", "")


def write_near(chance: Chance, numbers: dict[str, Number]) -> dict[str, Number]:
    """Return numbers near by, at which a network may just still be one, or no more."""
    steps = {name: chance.one((0, 0, 0, 1, -1, 2, -2)) for name in numbers}
    return {n: max(v + steps[n], 0 if n[0] == "P" else 1) for n, v in numbers.items()}
