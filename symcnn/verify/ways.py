"""The ways to a number: each says where the formulas of a network do not lead to the same.

Exact evaluation of the formulas is what all others are compared with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

from symcnn.algebra.sampling import Point
from symcnn.errors import NetworkError, SymcnnError, UsageError
from symcnn.layers import vocabulary
from symcnn.network.labels import Reference, plain
from symcnn.network.measured import Measured
from symcnn.network.model import Model
from symcnn.source import Span
from symcnn.verify.claiming import LIMITS, Claims
from symcnn.verify.columns import column, unnamed, value_at
from symcnn.verify.comparing import (
    MEASURES,
    SIGHTS,
    Difference,
    against_oracle,
    against_reading_again,
    outside_repeats,
    quantities,
    unrolled,
)
from symcnn.verify.oracle.arithmetic import Invalid
from symcnn.verify.oracle.claiming import SUMS
from symcnn.verify.oracle.interpreter import TooLarge, execute
from symcnn.verify.subject import Subject

MANY = 20_000  # layers, round for round, that are looked at
WAYS = ("oracle", "numpy", "torch")


class Skipped(SymcnnError):
    """A way cannot be gone at these values; the fact says why, in a few words."""


def available(wanted: Sequence[str] | None) -> tuple[str, ...]:
    """Return the ways to go besides reading again: those that are wanted, or all that are installed.

    Raises UsageError for one that is wanted and cannot be gone.

    >>> available(["oracle"])
    ('oracle',)
    """
    if wanted is None:
        return tuple(way for way in WAYS if _installed(way))
    for way in wanted:
        if way not in WAYS:
            raise UsageError(f"'{way}' is no way to verify", hint="ways: " + ", ".join(WAYS))
        if not _installed(way):
            raise UsageError(
                f"to verify against {way}, {_PACKAGES[way]} must be installed",
                hint=f"pip install 'symcnn[{_EXTRAS[way]}]'",
            )
    return tuple(wanted)


_PACKAGES = {"numpy": "NumPy", "torch": "PyTorch"}
_EXTRAS = {"numpy": "numeric", "torch": "torch"}


def _installed(way: str) -> bool:
    return way == "oracle" or find_spec(way) is not None


# ------------------------------------------------------------------ reading again, and the oracle
def read_again(subject: Subject, point: Point) -> Iterator[Difference]:
    """Yield where the text, read again with the values in it, has other numbers.

    Raises Skipped where the values are too large to be read.
    """
    try:
        there = subject.net.at({s.name: value for s, value in point.items()})
    except SymcnnError as error:
        if "bits" in error.fact:
            raise Skipped(error.fact) from None
        yield Difference(
            "read again with the values it is", "the network", "existence", "it stands", error.fact
        )
        return
    if there.conditions:
        yield Difference("read again with the values it is", "the network", "conditions", "met", "open")
    layers = sum(1 for _ in islice(unrolled(subject.net.root, point), MANY + 1))
    yield from against_reading_again(subject.net, point, there, layers=layers <= MANY)
    if layers > MANY:
        raise Skipped("the totals only: too many rounds")


def count(subject: Subject, point: Point, claims: Claims | None = None) -> Iterator[Difference]:
    """Yield where the oracle counts something else; or, of `claims` about all values, finds something else.

    Raises Skipped where that is too much work.
    """
    try:
        counted = execute(subject.program, subject.numbers(point), limits=LIMITS)
    except TooLarge:
        raise Skipped("too large") from None
    except Invalid as error:
        yield Difference("the oracle says", "the network", "existence", "it stands", error.fact)
        return
    there = counted.nets[subject.block] if subject.block else counted
    if subject.net.has_layers:
        yield from against_oracle(subject.net, point, there)
    if claims is not None:
        yield from claims.against(point, there)


# ------------------------------------------------------------------ compiled
class Columns:
    """The compiled formulas of a network, at many points at once; with `layers`, those of its layers, too.

    What the language can ask for is asked; the formulas of other layers are compiled as they are.
    """

    def __init__(self, subject: Subject, *, layers: bool = True) -> None:
        self.subject = subject
        self.parts = _parts(subject.net) if layers else {"": subject.net}
        self.asked = list(_questions(subject.net, self.parts))
        self.compiled = subject.net.compile(*(question for _, _, question in self.asked))
        self.unnamed = list(unnamed(subject.net, self.parts)) if layers else []

    def differences(self, points: Sequence[Point]) -> Iterator[tuple[Point, Difference]]:
        """Yield what differs, with the point where it does."""
        names = {s: s.name for point in points[:1] for s in point}
        columns = {name: column([point[s] for point in points]) for s, name in names.items()}
        answers = self._answers(columns, len(points))
        for row, point in enumerate(points):
            known: dict[str, dict[str, Any]] = {}
            for (where, name, _), answer in zip(self.asked, answers, strict=True):
                if where not in known:
                    several = not where and len(self.subject.net.outputs) > 1
                    known[where] = quantities(self.parts[where], point, shape=not several)
                found, expected = value_at(answer, row), known[where][name]
                if name == "extents":  # asked as a shape
                    found = found[1:]
                elif isinstance(found, tuple) and len(set(found)) == 1:
                    found = found[0]
                if found != expected:
                    place = where or "the network"
                    yield point, Difference("compiled it is", place, name, expected, found)
        for group in self.unnamed:
            yield from group.differences(points)

    def _answers(self, columns: dict[str, Any], rows: int) -> list[Any]:
        found = self.compiled(columns)
        answers = list(found) if len(self.asked) > 1 else [found]
        return answers


def _questions(net: Model, parts: Mapping[str, Measured]) -> Iterator[tuple[str, str, str]]:
    """Yield label, measure and question for all that can be asked of these parts."""
    shape = len(net.outputs) < 2
    for label, part in parts.items():
        for name in MEASURES:
            if name in SUMS or label or shape:
                asked = {"extents": "shape"}.get(name, name)
                if name in (*SUMS, "maps") or (name == "extents" and part.extents) or _known(part, name):
                    yield label, name, f"{asked}({label})" if label else asked


def _parts(net: Model) -> dict[str, Measured]:
    """Return what questions can name outside of repeats by its label; the whole network has none."""
    named = {label: _asked(net, label) for label in outside_repeats(net)}
    return {"": net, **{label: part for label, part in named.items() if part is not None}}


def _asked(net: Model, label: str) -> Measured | None:
    """Return what a question means by a label; None where it cannot be named.

    Where branches meet, the label is only shown; and the sixth relu is not called as the layer `relu6`.
    """
    names = tuple(label.split("."))
    if not vocabulary().layers.isdisjoint(names):
        return None
    try:
        return net.resolve(Reference(names, (), Span(0, 0)))
    except NetworkError:
        return None


def _known(part: Measured, name: str) -> bool:
    return name in SIGHTS and getattr(part, name) is not None


# ------------------------------------------------------------------ PyTorch
def built(subject: Subject, point: Point) -> Iterator[Difference]:
    """Yield where a real module of PyTorch has another shape or other numbers of parameters.

    Raises Skipped for what PyTorch cannot do.
    """
    bridge = import_module("symcnn.bridges.torch")
    there = subject.net.at({s.name: value for s, value in point.items()})
    try:
        layers = bridge.measure(there)
    except UsageError as error:
        raise Skipped(error.fact) from None
    nodes = list(unrolled(there.root, {}))
    labels = {plain(node.label) for node, _ in nodes}  # without those where branches meet
    found = [layer for layer in layers if plain(layer.label) in labels]
    if len(nodes) != len(found):
        yield Difference("PyTorch has", "the network", "layers", len(nodes), len(found))
        return
    for (node, here), layer in zip(nodes, found, strict=True):
        values = quantities(node, here)
        shape = (values["maps"], *values["extents"])
        numbers = {name: values[name] for name in ("params", "fixed", "buffers")}
        for name, value in {"shape": shape, **numbers}.items():
            if value != getattr(layer, name):
                yield Difference("PyTorch has", node.label, name, value, getattr(layer, name))
