"""What `compile` returns: a function of numbers or arrays that answers questions in exact integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symcnn.errors import DomainError, UsageError
from symcnn.numeric import source
from symcnn.numeric.blocks import ROWS, Blocks, Failed
from symcnn.numeric.columns import (
    Array,
    Column,
    Number,
    columns_of,
    common_shape,
    is_array,
    number,
    width_of_dtype,
)
from symcnn.numeric.program import Program
from symcnn.numeric.source import Broken, TooLarge, value_of

_LONGEST = 256  # bits
Answer = Any  # an int or a Fraction, an array of such, or a tuple of those where axes are asked for


@dataclass(frozen=True)
class Compiled:
    """Formulas of a network as a function of numbers or arrays: exact, picklable, without SymPy.

    It takes the values of symbols by name, numbers or arrays that broadcast, and returns an answer per
    question: Python's integers (a Fraction where a formula is no integer), or arrays of 64-bit
    integers, of Python's own where those do not suffice.

    >>> import symcnn
    >>> size = symcnn.zoo("alexnet").compile("size(pool3)", "params")
    >>> size(I=227, classes=1000)
    (6, 62378344)
    >>> size.symbols, size.questions
    (('I', 'classes'), ('size(pool3)', 'params'))
    """

    questions: tuple[str, ...]
    symbols: tuple[str, ...]  # those that must be given
    known: tuple[str, ...]  # all free symbols of the network
    program: Program
    forms: tuple[int | None, ...]  # how many values an answer has where it is a tuple
    _made: dict[frozenset[str], Blocks] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, values: Mapping[str, object] | None = None, /, **named: object) -> Answer:
        """Return the answers, one by itself, several as a tuple in the order of the questions.

        Raises UsageError for a name or a value that cannot be used, DomainError for values outside of
        what is declared or needed, with the first row in which they are.
        """
        given = {str(name): value for name, value in _by_name(values).items()}
        twice = next((name for name in named if name in given), None)
        if twice is not None:
            raise UsageError(f"'{twice}' is given twice")
        given |= named
        self._refuse_names(given)
        blocks = self._blocks(frozenset(given))
        arrays = {name: value for name, value in given.items() if is_array(value)}
        if arrays:
            found = self._on_arrays(blocks, given, arrays, ROWS)
        else:
            found = self._on_numbers(blocks, {name: number(name, value) for name, value in given.items()})
        answers = self._formed(found)
        return answers[0] if len(answers) == 1 else tuple(answers)

    @property
    def source(self) -> str:
        """The program as Python: what runs on numbers, and on arrays in the words of NumPy."""
        return source.written(self._blocks(frozenset(self.symbols)).program)

    @property
    def inputs(self) -> dict[str, str]:
        """The symbols by their names in the source; `/` marks the denominator of one."""
        return {
            f"v{place}": f"/{name}" if over else name
            for place, (name, over) in enumerate(self.program.inputs)
        }

    def __reduce__(self) -> tuple[Any, ...]:
        return Compiled, (self.questions, self.symbols, self.known, self.program, self.forms)

    # ---------------------------------------------------------------- names
    def _refuse_names(self, given: Mapping[str, object]) -> None:
        unknown = [name for name in given if name not in self.known]
        if unknown:
            hint = f"free symbols: {', '.join(self.known) or 'none'}"
            raise UsageError(f"no free symbol is named '{unknown[0]}'", hint=hint)
        missing = [name for name in self.symbols if name not in given]
        if missing:
            raise UsageError(f"no value is given for '{missing[0]}'", hint=f"give one: {missing[0]}=...")

    def _blocks(self, names: frozenset[str]) -> Blocks:
        """Return the program for when these symbols are given: what can be checked of them is."""
        if names not in self._made:
            self._made[names] = Blocks(self.program.given(names))
        return self._made[names]

    def _formed(self, found: list[Any]) -> list[Answer]:
        answers, at = [], 0
        for form in self.forms:
            values = found[at : at + (1 if form is None else form)]
            answers.append(values[0] if form is None else tuple(values))
            at += len(values)
        return answers

    # ---------------------------------------------------------------- values
    def _on_numbers(self, blocks: Blocks, given: Mapping[str, Number]) -> list[Number]:
        inputs = []
        for name, over in self.program.inputs:
            value = given.get(name, 0)
            if isinstance(value, Fraction) and not self._may_be_fraction(name):
                raise DomainError(f"'{name}' is an integer, not {_said(value)}")
            inputs.append(value.denominator if over else value.numerator)
        try:
            found = blocks.scalar(*inputs)
        except (Broken, TooLarge) as why:
            raise _error(blocks.program, why, "", given) from None
        return [value_of(*found[at : at + 3]) for at in range(0, len(found), 3)]

    def _may_be_fraction(self, name: str) -> bool:
        return any(each.over for each in self.program.inputs if each.name == name)

    def _on_arrays(
        self, blocks: Blocks, given: Mapping[str, object], arrays: Mapping[str, object], rows: int
    ) -> list[Array]:
        columns: dict[int, Any] = {}
        scalars: dict[int, int] = {}
        for name, value in given.items():
            places = [at for at, each in enumerate(self.program.inputs) if each.name == name]
            if name in arrays:
                parts = columns_of(name, value, [self.program.inputs[at] for at in places])
                columns |= dict(zip(places, parts, strict=True))
                continue
            single = number(name, value)
            if isinstance(single, Fraction) and len(places) == 1:
                raise DomainError(f"'{name}' is an integer, not {_said(single)}")
            scalars |= dict(zip(places, (single.numerator, single.denominator), strict=False))
        scalars |= {at: value for at, value in columns.items() if isinstance(value, int)}
        named = {self.program.inputs[at].name: a for at, a in columns.items() if at not in scalars}
        shape = common_shape(named)
        size = 1
        for extent in shape:
            size *= extent
        every = {
            at: Column(values, width_of_dtype(values), shape)
            for at, values in columns.items()
            if at not in scalars
        }
        used = blocks.used
        try:
            numbers = {at: value for at, value in scalars.items() if at in used}
            found = blocks.run({at: c for at, c in every.items() if at in used}, numbers, size, rows)
        except Failed as failed:
            row = failed.row
            there = {at: int(c.rows(row, row + 1)[0]) for at, c in every.items()} | scalars
            raise _error(
                blocks.program, failed.why, f"row {_index(row, shape)}: ", self._symbols(there)
            ) from None
        return [values.reshape(shape) for values in found]

    def _symbols(self, values: Mapping[int, int]) -> dict[str, Number]:
        """Return the values of the symbols from those of the inputs."""
        said: dict[str, Number] = {}
        for place, (name, over) in enumerate(self.program.inputs):
            if place in values and not over:
                below = values[place + 1] if self._may_be_fraction(name) else 1
                said[name] = value_of(0, values[place], below)
        return said


def _by_name(values: Any) -> dict[Any, Any]:
    """Return what a mapping holds: a dictionary, a table of columns."""
    if values is None:
        return {}
    if not (hasattr(values, "keys") and hasattr(values, "__getitem__")):
        raise UsageError(
            f"values are given by name, not as one {type(values).__name__}", hint="count(I=224), or a mapping"
        )
    return {name: values[name] for name in values.keys()}  # noqa: SIM118 - over a table, these are its rows


def _index(row: int, shape: tuple[int, ...]) -> str:
    """Return the number of a row, or its place in an array of several axes."""
    if len(shape) == 1:
        return str(row)
    found: list[int] = []
    for extent in reversed(shape):
        found.insert(0, row % extent)
        row //= extent
    return str(tuple(found))


def _said(value: Number) -> str:
    """Return a number, or how long it is where it is longer than a line."""
    size = max(abs(value.numerator).bit_length(), value.denominator.bit_length())
    return str(value) if size <= _LONGEST else f"a number of {size} bits"


def _error(program: Program, why: Broken | TooLarge, where: str, values: Mapping[str, Number]) -> DomainError:
    """Return the error of a failed check, with the values that it speaks of."""
    if isinstance(why, TooLarge):
        return DomainError(f"{where}{why}")
    check = source.all_checks(program)[why.number]
    shown = ", ".join(f"{name} = {_said(values[name])}" for name in check.names if name in values)
    return DomainError(f"{where}{shown}{': ' if shown else ''}{check.why}")
