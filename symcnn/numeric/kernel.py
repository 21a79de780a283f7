"""A program on arrays as a text of NumPy calls: bounds choose the width of every step beforehand.

A step is done in 32 bits where its arguments and its result fit, else in 64, else in Python's integers;
so nothing can wrap. What is the same in all rows is calculated once, in Python's integers. Results of
steps go into few buffers, which are used again as soon as their contents are no longer needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from symcnn.numeric.intervals import Interval, bounds_of, meets, narrowed
from symcnn.numeric.program import Program, Step
from symcnn.numeric.source import line, operand

UFUNCS = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "//": "floor_divide",
    "%": "remainder",
    "**": "power",
    "max": "maximum",
    "min": "minimum",
    "gcd": "gcd",
    "abs": "absolute",
    "log2": "log2",
}


class Width(IntEnum):
    """How wide the integers of an array are."""

    INT32 = 0
    INT64 = 1
    EXACT = 2  # Python's own integers


def width_of(bounds: Interval) -> Width:
    """Return the least width that holds all integers within the bounds.

    >>> width_of(Interval(0, 2**31 - 1)).name, width_of(Interval(-1, 2**31)).name
    ('INT32', 'INT64')
    """
    for width, bits in ((Width.INT32, 31), (Width.INT64, 63)):
        if -(1 << bits) <= bounds.low and bounds.high < 1 << bits:
            return width
    return Width.EXACT


@dataclass(frozen=True)
class Kernel:
    """The text of a kernel, the widths of its buffers, and for which inputs it is right."""

    text: str
    buffers: tuple[Width, ...]
    spans: Mapping[int, Interval]
    columns: Mapping[int, Width]

    def suits(self, spans: Mapping[int, Interval], columns: Mapping[int, Width]) -> bool:
        """Whether the values of the inputs lie within the bounds that the kernel is made for."""
        return columns == self.columns and all(
            self.spans[at].low <= low and high <= self.spans[at].high for at, (low, high) in spans.items()
        )


class Place(tuple[int, Width]):
    """The result of a step in an array of some width."""

    __slots__ = ()


@dataclass(frozen=True)
class _Call:
    """A line of the kernel: a text with gaps for arrays, and the array it writes."""

    text: str  # with {0}, {1} for the arguments, {out} for the result
    args: tuple[Place, ...] = ()
    out: Place | None = None


def kernel(
    program: Program, spans: Mapping[int, Interval], columns: Mapping[int, Width], least: Width = Width.INT32
) -> Kernel:
    """Return the kernel for inputs within bounds.

    `spans` has the bounds of all inputs by place, `columns` the widths of those that are arrays;
    no step is done in less than `least`. Raises OutOfBounds where no bounds can be told.
    """
    planner = _Planner(program, spans, columns, least)
    planner.plan()
    text, buffers = _assigned(planner)
    return Kernel(text, buffers, dict(spans), dict(columns))


@dataclass
class _Planner:
    program: Program
    spans: Mapping[int, Interval]
    columns: Mapping[int, Width]
    least: Width
    bounds: dict[int, Interval] = field(default_factory=dict)
    arrays: dict[int, Place] = field(default_factory=dict)  # where a step's result is first
    made: set[Place] = field(default_factory=set)
    calls: list[_Call] = field(default_factory=list)
    answers: list[Place | str] = field(default_factory=list)

    def plan(self) -> None:
        """Go through the steps in order; stop after a check that cannot hold."""
        checks = self.program.checks_of()
        for place in self.program.live():
            self._step(place, self.program.steps[place])
            for number in checks.get(place, ()):
                if not self._checked(place, number):
                    self.answers = ["0"]
                    return
        self.answers = [self._operand(place) for result in self.program.results for place in result]

    def _step(self, place: int, step: Step) -> None:
        if step.operator == "input":
            self.bounds[place] = self.spans[step.number]
            if step.number in self.columns:
                self._have(place, Place((place, self.columns[step.number])))
            return
        self.bounds[place] = bounds_of(step, [self.bounds[a] for a in step.args], self.program)
        if step.operator == "number":
            return
        if not any(a in self.arrays for a in step.args):
            first = [f + 1 for f in range(len(self.program.bodies))]
            self.calls.append(_Call(line(self.program, place, first).strip()))
        elif step.operator in ("total", "common"):
            self._call(place, f"{step.operator}{step.number}", step.args, Width.EXACT, cast=False)
        else:
            width = max(self.least, *(width_of(self.bounds[a]) for a in (*step.args, place)))
            self._call(place, *self._cheapest(step), width)

    def _cheapest(self, step: Step) -> tuple[str, tuple[int | str, ...]]:
        """Return the function of a step; shifts and masks for powers of two, which they equal exactly."""
        numbers = [self.program.steps[a] for a in step.args]
        last = numbers[-1].number if numbers[-1].operator == "number" else 0
        if step.operator == "//" and last > 0 and last & (last - 1) == 0:
            return "right_shift", (step.args[0], str(last.bit_length() - 1))
        if step.operator == "%" and last > 0 and last & (last - 1) == 0:
            return "bitwise_and", (step.args[0], str(last - 1) if last < 1 << 62 else hex(last - 1))
        if step.operator == "**" and numbers[0] == Step("number", (), 2):
            return "left_shift", ("1", step.args[1])
        return UFUNCS[step.operator], step.args

    def _call(
        self, place: int, name: str, args: tuple[int | str, ...], width: Width, *, cast: bool = True
    ) -> None:
        """Add the call that makes the result of a step."""
        arrays: list[Place] = []
        texts = []
        for arg in args:
            where = arg if isinstance(arg, str) else self._operand(arg, width if cast else None)
            if isinstance(where, str):
                texts.append(where)
            else:
                texts.append(f"{{{len(arrays)}}}")
                arrays.append(where)
        out = Place((place, width))
        self.calls.append(_Call(f"{name}({', '.join(texts)}, out={{out}})", tuple(arrays), out))
        self._have(place, out)

    def _operand(self, place: int, width: Width | None = None) -> Place | str:
        """Return the array of a result, in a width if one is given, or the text of what is no array."""
        if place not in self.arrays:
            return operand(self.program, place)
        where = self.arrays[place]
        if width is None or where[1] == width:
            return where
        wanted = Place((place, width))
        if wanted not in self.made:
            self.calls.append(_Call("{out}[:] = {0}", (where,), wanted))
            self.made.add(wanted)
        return wanted

    def _have(self, place: int, where: Place) -> None:
        self.arrays[place] = where
        self.made.add(where)

    def _checked(self, place: int, number: int) -> bool:
        """Let a check be made unless the bounds settle it; False if they say that it fails."""
        check = self.program.checks[number]
        if meets(self.bounds[place], check):
            return True
        where = self._operand(place)
        text, args = (where, ()) if isinstance(where, str) else ("{0}", (where,))
        self.calls.append(_Call(f"check({number}, {text})", args))
        left = narrowed(self.bounds[place], check)
        self.bounds[place] = left or self.bounds[place]
        return left is not None


# ------------------------------------------------------------------ buffers
def _needed(planner: _Planner) -> list[_Call]:
    """Return the calls without those of which only a check that is settled has need."""
    wanted = {where for where in planner.answers if isinstance(where, Place)}
    kept = []
    for call in reversed(planner.calls):
        if call.out is None or call.out in wanted:
            kept.append(call)
            wanted.update(call.args)
    return kept[::-1]


def _assigned(planner: _Planner) -> tuple[str, tuple[Width, ...]]:
    """Return the text with every array in a buffer, and the widths of the buffers."""
    names = {
        Place((place, planner.columns[step.number])): f"v{step.number}"
        for place, step in enumerate(planner.program.steps)
        if step.operator == "input" and step.number in planner.columns
    }
    given = set(names)
    calls = _needed(planner)
    last = {where: at for at, call in enumerate(calls) for where in (*call.args, call.out) if where}
    last |= {where: len(calls) for where in planner.answers if isinstance(where, Place)}
    free: dict[Width, list[str]] = {width: [] for width in Width}
    buffers: list[Width] = []
    lines = []
    for at, call in enumerate(calls):
        texts = [names[where] for where in call.args]
        for where in dict.fromkeys(call.args):
            if last[where] == at and where not in given:
                free[where[1]].append(names[where])
        if call.out is not None:
            if not free[call.out[1]]:
                free[call.out[1]].append(f"b{len(buffers)}")
                buffers.append(call.out[1])
            names[call.out] = free[call.out[1]].pop()
        lines.append("    " + call.text.format(*texts, out=names[call.out] if call.out else ""))
    answers = [where if isinstance(where, str) else names[where] for where in planner.answers]
    lines.append(f"    return {' '.join(f'{answer},' for answer in answers)}")
    inputs = [f"v{at}" for at in range(len(planner.program.inputs))]
    head = f"def s0({', '.join([*inputs, *(f'b{at}' for at in range(len(buffers)))])}):"
    return "\n".join([head, *lines]), tuple(buffers)
