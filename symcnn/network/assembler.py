"""One layer of the text as one layer object: every field found, checked and put per axis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from sympy import Expr, Integer

from symcnn.algebra.conditions import Condition
from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.layers import registry
from symcnn.layers.base import Layer, Shape, Spec
from symcnn.layers.windowed import PADDING_WORDS
from symcnn.network.scope import Axes, Scope, evaluate, literal, whole
from symcnn.network.tables import read_table
from symcnn.source import Span

_MAX_AXES = 8


@dataclass(frozen=True)
class Refusal:
    """What is said where a condition never holds: the fact, and the equation that fails.

    The fact may be put together when it is asked for: most are never read. `general` marks
    what only the general formulas need: values that break it may still give a network.
    """

    says: str | Callable[[], str]
    equation: Callable[[], str] | None = None
    general: bool = False

    @property
    def fact(self) -> str:
        """What is wrong."""
        return self.says if isinstance(self.says, str) else self.says()


Demand = Callable[[Condition, Refusal, Span], None]
"""Called with what must hold of the symbols, what to say if it cannot, and the place."""


def assemble(node: syntax.Layer, scope: Scope, rank: int, demand: Demand) -> Layer:
    """Return the layer that a statement describes, for an input of `rank` axes.

    Raises NetworkError for what does not belong to the layer, is missing, has the wrong
    number of axes, or is no integer; values below their least go to `demand`.
    """
    cls: Any = registry()[node.word]
    places = _places(cls)
    specs, written = places.specs, _written(node, places)
    fields: dict[str, Any] = {}
    for name, value in written.items():  # in the order of the text, as names are met
        spec = specs[name]
        fields[name] = _CONVERT[spec.kind](_Field(node, spec, scope, rank, demand), value)
    for name, spec in specs.items():
        if name not in fields:
            if spec.required:
                raise _missing(node, spec)
            fields[name] = _default(spec, fields, rank)
    layer: Layer = cls(**fields)
    return layer


class _Places(NamedTuple):
    """The fields of a kind of layer: by name, and the names by place and by word."""

    specs: Mapping[str, Spec]
    by_place: Mapping[str, str]
    by_word: Mapping[str, str]


@cache
def _places(cls: type[Any]) -> _Places:
    specs = dict(cls.specs())
    by_place = {str(spec.place): name for name, spec in specs.items() if spec.place in ("head", "arrow")}
    return _Places(specs, by_place, {spec.word: name for name, spec in specs.items() if spec.word})


class _Field:
    """Where a value is converted: the statement, the specification, and how to ask for things."""

    def __init__(self, node: syntax.Layer, spec: Spec, scope: Scope, rank: int, demand: Demand) -> None:
        self.node, self.spec, self.scope, self.rank, self.demand = node, spec, scope, rank, demand

    @property
    def name(self) -> str:
        """What the field is called, for messages."""
        counted = "units" if self.spec.letter == "F" else "maps"
        return self.spec.word or {"head": "size", "arrow": f"number of {counted}"}[self.spec.place]

    def number(self, written: syntax.Expr | syntax.Shape | Expr, span: Span | None = None) -> Expr:
        """Return a value that is an integer of at least `least`, or any number where there is none."""
        if isinstance(written, syntax.Shape):
            raise NetworkError("a number is needed here, not a shape", written.span)
        if isinstance(written, Expr):
            value, span = written, span or self.node.span
        else:
            value, span = evaluate(written, self.scope), written.span
        if self.spec.least is None:
            return value
        if not value.is_Integer:
            value = whole(value, self.scope.world.domain, lambda: self.what, span)
        least = self.spec.least
        if not (value.is_Integer and value >= least):
            refusal = Refusal(lambda: f"{self.what} must be at least {least}, not {value}")
            self.demand(Condition(value - least, ">="), refusal, span)
        return value

    @property
    def what(self) -> str:
        """Return what the value is, for messages."""
        return f"the {self.name} of {self.node.word}"


# ------------------------------------------------------------------ what is written
def _written(node: syntax.Layer, places: _Places) -> dict[str, Any]:
    """Return the written value of each field; raises NetworkError for what has no place."""
    found: dict[str, Any] = {}
    specs, by_place, by_word = places
    if node.head is not None:
        if "head" not in by_place:
            raise NetworkError(f"'{node.word}' has no size", node.head.span, hint=_pattern(node.word, specs))
        found[by_place["head"]] = node.head
    if node.maps is not None:
        if "arrow" not in by_place:
            raise NetworkError(
                f"'{node.word}' keeps the number of maps", node.maps.span, hint=_pattern(node.word, specs)
            )
        found[by_place["arrow"]] = node.maps
    for attribute in node.attributes:
        name = by_word.get(attribute.name)
        if name is None:
            raise _no_attribute(node.word, attribute, by_word)
        _check_form(attribute, specs[name])
        if name in found:
            raise NetworkError(f"'{attribute.name}' is given twice", attribute.span)
        found[name] = attribute
    return found


def _no_attribute(word: str, attribute: syntax.Attribute, known: Iterable[str]) -> NetworkError:
    close = get_close_matches(attribute.name, list(known), n=1)
    has = f"it has: {', '.join(sorted(known))}" if known else "it has none"
    hint = f"did you mean '{close[0]}'?" if close else has
    return NetworkError(f"'{word}' has no attribute '{attribute.name}'", attribute.span, hint=hint)


def _check_form(attribute: syntax.Attribute, spec: Spec) -> None:
    right = {"keyed": syntax.Keyed, "flag": syntax.Flag, "negatable": syntax.Negated}[spec.place]
    if not isinstance(attribute, right):
        example = {"keyed": f"{spec.word} 2", "flag": spec.word, "negatable": f"no {spec.word}"}[spec.place]
        raise NetworkError(
            f"'{attribute.name}' is not written like this", attribute.span, hint=f"write '{example}'"
        )


def _missing(node: syntax.Layer, spec: Spec) -> NetworkError:
    what = "its size" if spec.place == "head" else "the number of its maps"
    if spec.kind == "shape":
        what = "its shape"
    pattern = _pattern(node.word, dict(registry()[node.word].specs()))
    return NetworkError(f"'{node.word}' needs {what}", node.word_span, hint=pattern)


def _pattern(word: str, specs: Mapping[str, Spec]) -> str:
    """Return how a layer is written, for a hint."""
    places = {spec.place: spec for spec in specs.values()}
    shape = places.get("head")
    size = {"shape": " 3@224x224", "value": " 5", "axes": " 3x3", "sides": " 1"}[shape.kind] if shape else ""
    return f"write '{word}{size}{' -> 64' if 'arrow' in places else ''}'"


def _default(spec: Spec, fields: Mapping[str, Any], rank: int) -> Any:
    value = spec.default
    if isinstance(value, str) and value.startswith("="):
        return fields[value[1:]]
    if spec.kind == "axes":
        return (Integer(value),) * rank
    if spec.kind == "value" and value is not None:
        return literal(Fraction(value))
    return value


# ------------------------------------------------------------------ conversions by kind
def _size(written: Any) -> syntax.Size:
    value = written.value if isinstance(written, syntax.Keyed) else written
    if not isinstance(value, syntax.Size):
        raise NetworkError("a size is needed here", value.span, hint="as in 3x3")
    return value


def _spread(where: _Field, size: syntax.Size) -> list[Any]:
    """Return one node (or value) per axis, or a single one for all of them."""
    if where.rank == 0:
        raise NetworkError(
            f"'{where.node.word}' needs axes, but a vector arrives", where.node.word_span,
            hint="fc and flatten end in a vector; dense keeps the axes",
        )  # fmt: skip
    axes: list[Any] = list(size.axes)
    if len(axes) == 1 and isinstance(axes[0], syntax.Ref) and len(axes[0].path) == 1:
        bound = where.scope.find(axes[0].path[0])
        if isinstance(bound, tuple):
            axes = list(bound)
    if len(axes) == 1:
        return axes  # one value for all of them
    if len(axes) != where.rank:
        arrives = "1 axis" if where.rank == 1 else f"{where.rank} axes"
        raise NetworkError(
            f"{len(axes)} axes are given, but the tensor that arrives has {arrives}", size.span,
            hint="give one value for all axes, or one for each",
        )  # fmt: skip
    return axes


def _axes(where: _Field, written: Any) -> Axes:
    size, result = _size(written), []
    for axis in _spread(where, size):
        if isinstance(axis, syntax.Sides):
            raise NetworkError(f"'before:after' is for padding, not for the {where.name}", axis.span)
        result.append(where.number(axis, size.span))
    return tuple(result * where.rank if len(result) == 1 else result)


def _sides(where: _Field, written: Any) -> Any:
    size = _size(written)
    (first, *more) = size.axes
    if isinstance(first, syntax.Ref) and not more and first.path[0] in PADDING_WORDS and where.spec.word:
        _check_word(where, first)
        return first.path[0]
    result = []
    for axis in _spread(where, size):
        if isinstance(axis, syntax.Sides):
            result.append((where.number(axis.before), where.number(axis.after)))
        else:
            result.append((where.number(axis, size.span),) * 2)
    return tuple(result * where.rank if len(result) == 1 else result)


def _check_word(where: _Field, word: syntax.Ref) -> None:
    """Raise NetworkError for attributes that `pad same`, which settles the size, leaves without effect."""
    for attribute in where.node.attributes if word.path[0] == "same" else ():
        if attribute.name in ("ceil", "outpad"):
            fact = f"'pad same' settles the size, so '{attribute.name}' says nothing"
            raise NetworkError(fact, attribute.span, hint="leave one of them out")


def _value(where: _Field, written: Any) -> Expr:
    if not isinstance(written, syntax.Keyed | syntax.Size):
        return where.number(written)
    size = _size(written)
    if len(size.axes) != 1 or isinstance(size.axes[0], syntax.Sides):
        raise NetworkError(f"one number is needed for the {where.name}", size.span)
    return where.number(size.axes[0])


def _shape(where: _Field, written: Any) -> Shape:
    if not isinstance(written, syntax.Shape):
        raise NetworkError("a shape is needed here", written.span, hint="write 'input 3@224x224'")
    if len(written.extents.axes) > _MAX_AXES:
        raise NetworkError(f"more than {_MAX_AXES} axes", written.extents.span)
    maps, extents = where.number(written.maps), []
    for axis in written.extents.axes:
        if isinstance(axis, syntax.Sides):
            raise NetworkError("'before:after' is for padding, not for a shape", axis.span)
        extents.append(where.number(axis))
    return Shape(maps, tuple(extents))


def _truth(where: _Field, written: Any) -> int | bool:
    return True if where.spec.place == "flag" else 0


_CONVERT: dict[str, Callable[[_Field, Any], Any]] = {
    "axes": _axes,
    "sides": _sides,
    "value": _value,
    "shape": _shape,
    "table": lambda where, written: read_table(written.value, where.number, where.scope),
    "truth": _truth,
}
