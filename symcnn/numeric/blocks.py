"""A program on many rows: block by block, each with a kernel made for bounds that contain its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from symcnn.errors import UsageError
from symcnn.numeric import source
from symcnn.numeric.columns import DTYPES, Array, Column
from symcnn.numeric.intervals import Growth, Interval, OutOfBounds, growth
from symcnn.numeric.kernel import Kernel, Width, kernel
from symcnn.numeric.packages import numpy
from symcnn.numeric.program import Program
from symcnn.numeric.source import Broken, TooLarge, value_of

ROWS = 1 << 14  # of a block: its buffers fit into the cache of a core
_KERNELS = 64  # that are kept
_Run = Callable[..., tuple[Any, ...]]
Scalars = Mapping[int, int]


class Failed(Exception):
    """The program cannot be calculated in some row, the first of which is `row`."""

    def __init__(self, row: int, why: Broken | TooLarge) -> None:
        super().__init__(row)
        self.row, self.why = row, why


@dataclass
class Blocks:
    """Runs a program on rows, and keeps the kernels it has made."""

    program: Program
    least: Width = Width.INT32
    _kernels: list[tuple[Kernel, _Run]] = field(default_factory=list)

    @cached_property
    def scalar(self) -> Callable[..., Any]:
        """The program on Python's integers."""
        return source.function(self.program)

    @cached_property
    def used(self) -> frozenset[int]:
        """The places of the inputs that matter."""
        return frozenset(self.program.used())

    @cached_property
    def _growth(self) -> Growth:
        return growth(self.program)

    def run(
        self, columns: Mapping[int, Column], scalars: Scalars, size: int, rows: int = ROWS
    ) -> list[Array]:
        """Return an array for every result; 64-bit integers where all of them fit.

        Raises Failed for the first row in which a check fails.
        """
        answers = [_Answer(size) for _ in self.program.results]
        widths = {at: column.width for at, column in columns.items()}
        room = _Room(min(rows, size))
        for start in range(0, size, rows):
            stop = min(start + rows, size)
            block = {at: column.rows(start, stop) for at, column in columns.items()}
            try:
                found = self._block(block, widths, scalars, room.of(stop - start))
            except (OutOfBounds, Broken, TooLarge):
                found = self._row_by_row(block, scalars, stop - start, start)
            for number, answer in enumerate(answers):
                answer.put(start, stop, *found[3 * number : 3 * number + 3])
        return [answer.values for answer in answers]

    def _block(
        self, block: Mapping[int, Array], widths: Mapping[int, Width], scalars: Scalars, room: _Room
    ) -> tuple[Any, ...]:
        least, most = numpy().minimum.reduce, numpy().maximum.reduce
        spans = {at: Interval(value, value) for at, value in scalars.items()}
        for at, values in block.items():
            spans[at] = Interval(int(least(values)), int(most(values)))
        made, run = self._kernel(spans, widths)
        inputs = [block.get(at, scalars.get(at, 0)) for at in range(len(self.program.inputs))]
        return run(*inputs, *room.buffers(made))

    def _kernel(self, spans: Mapping[int, Interval], widths: Mapping[int, Width]) -> tuple[Kernel, _Run]:
        """Return a kernel for values within bounds; one made before, if it suits."""
        for made, run in self._kernels:
            if made.suits(spans, widths):
                return made, run
        largest = max((abs(end).bit_length() for span in spans.values() for end in span), default=0)
        if self._growth.bits(largest) > source.MAX_GROWN:
            raise OutOfBounds
        best = kernel(self.program, spans, widths, self.least)
        if self._kernels:
            best = self._farther(best, spans, widths)
        run = source.compiled(best.text, _names(self.program))
        if len(self._kernels) >= _KERNELS:
            self._kernels.clear()
        self._kernels.append((best, run))
        return best, run

    def _farther(self, tight: Kernel, spans: Mapping[int, Interval], widths: Mapping[int, Width]) -> Kernel:
        """Return a kernel that serves later blocks, too, which reach further; `tight` if that differs."""
        wide = {at: _widened(span) for at, span in spans.items()}
        try:
            loose = kernel(self.program, wide, widths, self.least)
        except OutOfBounds:
            return tight
        return loose if (loose.text, loose.buffers) == (tight.text, tight.buffers) else tight

    def _row_by_row(
        self, block: Mapping[int, Array], scalars: Scalars, size: int, start: int
    ) -> tuple[Any, ...]:
        """Return the results of a block in Python's integers; raises Failed for its first bad row."""
        found: list[tuple[int, ...]] = []
        lists = {at: values.tolist() for at, values in block.items()}
        for row in range(size):
            inputs = [
                lists[at][row] if at in lists else scalars.get(at, 0)
                for at in range(len(self.program.inputs))
            ]
            try:
                found.append(self.scalar(*inputs))
            except (Broken, TooLarge) as why:
                raise Failed(start + row, why) from None
        return tuple(_objects(list(column)) for column in zip(*found, strict=True))


class _Room:
    """The buffers of the kernels for blocks of a size; made once."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._made: dict[tuple[Width, ...], list[Array]] = {}

    def of(self, size: int) -> _Room:
        """Return the room for blocks of a size, this one if it is right."""
        return self if size == self._size else _Room(size)

    def buffers(self, made: Kernel) -> list[Array]:
        """Return the buffers of a kernel."""
        if made.buffers not in self._made:
            self._made[made.buffers] = [numpy().empty(self._size, DTYPES[w]) for w in made.buffers]
        return self._made[made.buffers]


class _Answer:
    """The rows of one result, filled block by block; Python's integers and fractions once they are needed."""

    def __init__(self, size: int) -> None:
        try:
            self.values = numpy().empty(size, "int64")
        except (MemoryError, ValueError):
            raise UsageError(f"{size} rows do not fit into the memory") from None

    def put(self, start: int, stop: int, whole: Any, rest: Any, over: Any) -> None:
        """Fill in a block."""
        if (rest if isinstance(rest, int) else rest.any()) != 0:
            whole = _fractions(whole, rest, over, stop - start)
        if self.values.dtype.kind != "O":
            try:
                if not isinstance(whole, int) and whole.dtype.kind == "O":
                    whole = _whole(whole)
                self.values[start:stop] = whole
                return
            except OverflowError:
                self.values = self.values.astype(object)
        self.values[start:stop] = whole


def _whole(values: Array) -> Array:
    """Return Python's integers in 64 bits; raises OverflowError for what does not fit."""
    if not all(type(value) is int for value in values):
        raise OverflowError
    return values.astype("int64")


def _fractions(whole: Any, rest: Any, over: Any, size: int) -> Array:
    columns = [[x] * size if isinstance(x, int) else x.tolist() for x in (whole, rest, over)]
    return _objects([value_of(*row) for row in zip(*columns, strict=True)])


def _objects(values: list[Any]) -> Array:
    array = numpy().empty(len(values), dtype=object)
    array[:] = values
    return array


def _widened(span: Interval) -> Interval:
    """Return bounds a little further out: numbers from 64 on, rounded to three binary digits."""
    return Interval(-_rounded(-span.low), _rounded(span.high))


def _rounded(value: int) -> int:
    """Return the least number of three binary digits that is not below a value; a small one as it is."""
    if abs(value) < 64:
        return value
    step = 1 << (abs(value).bit_length() - 3)
    return -(-value // step) * step


# ------------------------------------------------------------------ what the text may call
_PLAIN = "add subtract multiply floor_divide remainder right_shift left_shift bitwise_and power gcd".split()
_PLAIN += ["maximum", "minimum", "absolute"]


def _names(program: Program) -> dict[str, Callable[..., Any]]:
    np = numpy()
    names: dict[str, Callable[..., Any]] = {name: getattr(np, name) for name in _PLAIN}
    left: source.Left = [source.MAX_TERMS]
    scalar = source.scalar_names(source.all_checks(program), left)
    names |= {name: scalar[name] for name in ("max", "min", "abs")}
    names |= {name: partial(_afresh, left, scalar[name]) for name in ("total", "common")}
    names |= {"check": partial(_check, program)}
    names |= {name: partial(_either, names.get(name), scalar[name]) for name in ("power", "gcd")}
    names |= {"log2": partial(_either, _log2, scalar["log2"])}
    for number, body in enumerate(source.bodies(program, left)):
        names[f"s{number + 1}"] = body
        names[f"total{number}"] = partial(_ranged, source.total, left, body)
        names[f"common{number}"] = partial(_ranged, source.common, left, body)
    return names


def _either(of_arrays: Any, of_numbers: Any, *args: Any, out: Array | None = None) -> Any:
    return of_numbers(*args) if out is None else of_arrays(*args, out=out)


def _afresh(left: source.Left, of_numbers: Any, *args: Any) -> Any:
    """Return a sum that is the same in all rows; the limit on terms begins anew with every block."""
    left[0] = source.MAX_TERMS
    return of_numbers(*args)


def _check(program: Program, number: int, values: Any) -> None:
    check = program.checks[number]
    if isinstance(values, int):
        fine = check.holds(values)
    elif check.relation == ">=":
        fine = bool((values >= check.bound).all())
    else:
        fine = bool(((values == check.bound) == (check.relation == "==")).all())
    if not fine:
        raise Broken(number)


def _log2(values: Array, out: Array) -> None:
    """Write the rounded logarithms: how many powers of two from 2 on a value reaches."""
    np = numpy()
    if out.dtype.kind == "O":
        out[:] = [value.bit_length() - 1 for value in values.tolist()]
        return
    count = np.zeros(len(values), out.dtype)
    for exponent in range(1, int(values.max()).bit_length()):
        count += values >= (1 << exponent)
    np.copyto(out, count)


def _ranged(of_numbers: Any, left: source.Left, body: Any, *args: Any, out: Array) -> None:
    """Write the sums of a body over ranges, row by row."""
    columns = [[x] * len(out) if isinstance(x, int) else x.tolist() for x in args]
    for at, row in enumerate(zip(*columns, strict=True)):
        left[0] = source.MAX_TERMS
        out[at] = of_numbers(left, body, *row)
