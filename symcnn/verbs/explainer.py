"""The working as a teacher writes it: the general formula, with values, the result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer, Symbol

from symcnn.errors import UsageError
from symcnn.layers.base import Layer, Shape, Spec, Table
from symcnn.network.graph import Node
from symcnn.network.measures import count, derive
from symcnn.network.model import Model
from symcnn.symbols import LEGEND, Kind, symbol

_COUNTED = ("weights", "biases", "params", "buffers", "neurons", "connections", "macs")
_KINDS: dict[str, Kind] = {
    "P": "nonnegative",
    "A": "nonnegative",
    "B": "nonnegative",
    "a": "nonnegative",
    "f": "positive real",
}
_OMITTED = {"dilation": 1, "groups": 1, "outpad": 0}  # attributes that textbooks leave out at these values


@dataclass(frozen=True)
class Letter:
    """A letter of a general formula: its meaning and its value in this layer."""

    symbol: Symbol
    meaning: str
    value: Expr


@dataclass(frozen=True)
class Step:
    """One quantity: `formula` in letters, the same with `values`, and the `result`."""

    measure: str
    formula: Expr
    values: Mapping[Symbol, Expr]
    result: Expr


@dataclass(frozen=True)
class Explanation:
    """The working of one layer."""

    label: str
    layer: Layer
    letters: tuple[Letter, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class General:
    """A layer in letters: what it is, what it takes, and what each letter stands for."""

    layer: Layer
    input: Shape
    letters: Mapping[Symbol, Expr]


def explain(model: Model, label: str) -> Explanation:
    """Return the working of the layer with this label.

    Raises UsageError for an unknown label, or one of several layers.
    """
    node = model[label]
    if not isinstance(node, Node):
        inner = ", ".join(part.label for part in node.leaves)
        hint = f"take one of: {inner}" if inner else None
        raise UsageError(f"'{label}' holds several layers", hint=hint)
    general = generalise(node.layer, node.input)
    steps = tuple(s for s in _steps(node, general) if s.formula != 0)
    used = set[Symbol]().union(*(s.formula.free_symbols for s in steps))
    values = dict(general.letters)
    for step in steps:
        values.update(step.values)
    letters = (Letter(s, meaning(s), v) for s, v in values.items() if s in used)
    return Explanation(label, node.layer, tuple(letters), steps)


def meaning(letter: Symbol) -> str:
    """Return what the legend says of a letter, numbered or not.

    >>> meaning(symbol("K1"))
    'kernel extent'
    """
    name = str(letter.name)
    return LEGEND.get(name.rstrip("0123456789"), name)


# ------------------------------------------------------------------ the layer in letters
def generalise(layer: Layer, x: Shape) -> General:
    """Return the layer with letters for its numbers, one letter where all axes agree.

    Dilation, groups and output padding keep their value where they are not used.
    """
    letters: dict[Symbol, Expr] = {}
    fields: dict[str, Any] = {}
    maps = _name(letters, "C", x.maps)
    extents = _names(letters, "I", x.extents)
    for name, spec in layer.specs():
        fields[name] = _letter(letters, name, spec, getattr(layer, name), x.rank)
    return General(type(layer)(**fields), Shape(maps, extents), letters)


def _letter(letters: dict[Symbol, Expr], name: str, spec: Spec, value: Any, rank: int) -> Any:
    """Return what stands for a field in the general formula."""
    if isinstance(value, Table):
        return Table(((_name(letters, "T", value.links), Integer(1)),))
    if value == "valid":  # the textbook writes 2 P even where P = 0
        return ((_name(letters, spec.letter, Integer(0)),) * 2,) * rank
    if value is None or isinstance(value, Shape | str | int) or not spec.letter:
        return value
    if name in _OMITTED and all(
        v == _OMITTED[name] for v in (value if isinstance(value, tuple) else (value,))
    ):
        return value
    if spec.kind == "value":
        return _name(letters, spec.letter, value)
    if spec.kind == "axes":
        return _names(letters, spec.letter, value)
    if all(before == after for before, after in value):
        return tuple((p, p) for p in _names(letters, spec.letter, tuple(before for before, _ in value)))
    befores = _names(letters, "A", tuple(before for before, _ in value))
    return tuple(zip(befores, _names(letters, "B", tuple(after for _, after in value)), strict=True))


def _names(letters: dict[Symbol, Expr], letter: str, values: tuple[Expr, ...]) -> tuple[Expr, ...]:
    if len(set(values)) <= 1:
        return tuple(_name(letters, letter, v) for v in values)
    return tuple(_name(letters, f"{letter}{axis}", v) for axis, v in enumerate(values, 1))


def _name(letters: dict[Symbol, Expr], letter: str, value: Expr) -> Expr:
    kind: Kind | None = _KINDS.get(letter[0])
    s = symbol(letter, kind)
    letters[s] = value
    return s


# ------------------------------------------------------------------ the steps
def _steps(node: Node, general: General) -> Iterator[Step]:
    """Yield the size where it changes, then every count, in terms of the output extent O."""
    shape = derive(general.layer, general.input).shape
    values = dict(general.letters)
    extents = []
    if shape.maps not in (general.input.maps, *general.letters):
        yield Step("maps", shape.maps, values, node.output.maps)
    for axis, (extent, result) in enumerate(zip(shape.extents, node.output.extents, strict=True)):
        if extent.is_number or extent in general.letters:
            if extent not in (*general.input.extents[axis : axis + 1], *shape.extents[:axis]):
                yield Step("size", extent, values, result)
            extents.append(extent)
            continue
        letter = symbol("O" if len(set(shape.extents)) == 1 else f"O{axis + 1}")
        if letter not in values:
            yield Step("size", extent, general.letters, result)
        values[letter] = result
        extents.append(letter)
    counts = count(general.layer, general.input, Shape(shape.maps, tuple(extents)))
    for measure in _COUNTED:
        name = "fixed" if measure == "params" and not node.layer.trained() else measure
        yield Step(name, getattr(counts, name), values, getattr(node.counts, name))
