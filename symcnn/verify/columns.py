"""Columns of values for compiled formulas, and the formulas of what the language has no name for.

Inside of repeats most layers cannot be asked for: which rounds there are depends on letters. So
their formulas are compiled as they are, and the index of each repeat around is one more column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from sympy import Expr, Symbol

from symcnn.algebra.exact import Value
from symcnn.algebra.sampling import Point
from symcnn.network.graph import Loop, Part
from symcnn.network.labels import every
from symcnn.network.measured import Measured
from symcnn.network.model import Model
from symcnn.numeric import packages
from symcnn.numeric.evaluator import Compiled
from symcnn.verbs.compiler import compiled_in_rounds, round_name
from symcnn.verify.comparing import SIGHTS, Difference, indices, quantities
from symcnn.verify.oracle.arithmetic import tidy
from symcnn.verify.oracle.claiming import SUMS

ENDS = 3  # rounds looked at: so many of the first and of the last ones
_WIDE = 2**62  # beyond, columns hold Python's integers


def column(values: Sequence[Value]) -> Any:
    """Return the values of one symbol as an array: of 64-bit integers where they fit."""
    numpy = packages.numpy()
    if all(isinstance(v, int) and -_WIDE < v < _WIDE for v in values):
        return numpy.array(values, dtype=numpy.int64)
    found = numpy.empty(len(values), dtype=object)
    found[:] = values
    return found


def value_at(answer: Any, row: int) -> Any:
    """Return one row of an answer in Python's numbers, a tuple where it has several axes."""
    if isinstance(answer, tuple):
        return tuple(value_at(axis, row) for axis in answer)
    value = answer[row] if getattr(answer, "shape", ()) else answer
    return tidy(value.item() if hasattr(value, "item") else value)


Row = tuple[Point, Point]  # a point, and the same with the indices of the rounds
Key = tuple[int, str]  # a part by its place, and a measure


@dataclass(frozen=True)
class Unnamed:
    """Parts that stand in the same repeats (or in none), with the formulas of their measures."""

    model: Model
    parts: tuple[Part, ...]
    loops: tuple[Loop, ...]

    @cached_property
    def formulas(self) -> dict[Key, tuple[Expr, ...]]:
        """The formulas by part and measure, axis by axis."""
        return {
            (number, name): axes
            for number, part in enumerate(self.parts)
            for name, axes in _formulas(part).items()
        }

    @cached_property
    def compiled(self) -> Compiled:
        """The function of all these formulas."""
        named = {
            f"{name} {number} {axis}": formula
            for (number, name), axes in self.formulas.items()
            for axis, formula in enumerate(axes)
        }
        return compiled_in_rounds(self.model, named, self.loops)

    def differences(self, points: Sequence[Point]) -> Iterator[tuple[Point, Difference]]:
        """Yield what differs in some of the rounds, with the point where it does."""
        rows = [(point, values) for point in points for values in rounds(self.loops, point)]
        if not rows:
            return
        answers = self._answers(rows)
        for row, (point, values) in enumerate(rows):
            for number, part in enumerate(self.parts):
                for name, expected in quantities(part, values).items():
                    axes = value_at(answers[number, name], row)
                    found = axes[0] if name != "extents" and len(set(axes)) == 1 else axes
                    if found != expected:
                        yield (
                            point,
                            Difference("compiled it is", self._where(part, values), name, expected, found),
                        )

    def _answers(self, rows: Sequence[Row]) -> dict[Key, tuple[Any, ...]]:
        """Return what the compiled formulas say, as a tuple of columns for each measure."""
        names = {s: s.name for s in self.model.symbols.values()}
        names |= {loop.index: round_name(loop) for loop in self.loops}
        answers = iter(self.compiled({name: column([v[s] for _, v in rows]) for s, name in names.items()}))
        return {key: tuple(islice(answers, len(axes))) for key, axes in self.formulas.items()}

    def _where(self, part: Part, values: Mapping[Symbol, Value]) -> str:
        inside = [int(values[loop.index]) for loop in self.loops]
        return f"{part.label} in round {inside}" if inside else part.label


def unnamed(model: Model, named: Mapping[str, Measured]) -> Iterator[Unnamed]:
    """Yield all parts that are not among those with a name, by the repeats that they stand in.

    >>> from symcnn.api import parse
    >>> net = parse("input 4 @ I; repeat D { c: conv 3 -> 4, pad 1; relu }")
    >>> [(len(group.parts), len(group.loops)) for group in unnamed(net, {"input1": net["input1"]})]
    [(2, 0), (3, 1)]
    """
    groups: dict[tuple[Loop, ...], list[Part]] = {}
    for part, loops in every(model.root):
        if loops or part.label not in named:
            groups.setdefault(loops, []).append(part)
    yield from (Unnamed(model, tuple(parts), loops) for loops, parts in groups.items())


def _formulas(part: Measured) -> dict[str, tuple[Expr, ...]]:
    """Return the formulas of the measures of a part, axis by axis, as `quantities` names them."""
    found = {name: (getattr(part, name),) for name in (*SUMS, "maps")}
    for name, formula in {"extents": part.extents, **{s: getattr(part, s) for s in SIGHTS}}.items():
        if formula is not None:
            found[name] = formula if isinstance(formula, tuple) else (formula,)
    return found


def rounds(loops: Sequence[Loop], values: Point) -> Iterator[Point]:
    """Yield a point with the indices of repeats: of each the first and the last rounds.

    >>> from symcnn.api import parse
    >>> net = parse("input 1 @ I; e: repeat i in 2..D { relu }")
    >>> loop, D = net.parts[1].loop, net.symbols["D"]
    >>> [point[loop.index] for point in rounds([loop], {D: 4})], len(list(rounds([loop], {D: 40})))
    ([2, 3, 4], 6)
    """
    if not loops:
        yield values
        return
    outer, *inner = loops
    every_one = indices(outer, values)
    for number in dict.fromkeys((*every_one[:ENDS], *every_one[-ENDS:])):
        yield from rounds(inner, {**values, outer.index: number})
