"""What a layer is: a frozen dataclass of formulas, found by its word.

A family file defines one class per layer. Each field says where it stands in the text
(`head`, `arrow`, `keyed`, `flag`, `negatable`) and which letter formulas use for it; each
method is one formula of the input shape. Nothing else has to be told about a new layer.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import is_, mul
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from symcnn import algebra

if TYPE_CHECKING:
    from sympy import Expr

    from symcnn.algebra import Condition, Window

Formula = Any  # a SymPy expression, or an int that becomes one

Place = Literal["head", "arrow", "keyed", "flag", "negatable"]
Kind = Literal["axes", "sides", "value", "shape", "table", "truth"]
Reach = Literal["window", "all", "phases", "unknown"]


@dataclass(frozen=True)
class Shape:
    """Maps, and the extent of each map on every axis (none for a vector).

    >>> Shape(96, (55, 55)).units
    290400
    """

    maps: Formula
    extents: tuple[Formula, ...] = ()

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.extents)

    @property
    def positions(self) -> Formula:
        """The number of positions of one map: the product of the extents."""
        return product(self.extents)

    @property
    def units(self) -> Formula:
        """The number of values: maps times positions."""
        return self.maps * self.positions

    def changed(self, change: Callable[[Formula], Formula]) -> Shape:
        """Return the shape with every formula changed."""
        maps, extents = change(self.maps), tuple(map(change, self.extents))
        if maps is self.maps and all(map(is_, extents, self.extents)):
            return self
        return Shape(maps, extents)


@dataclass(frozen=True)
class Table:
    """A connection table: how many output maps see how many inputs, and the rows that name them."""

    fan_ins: tuple[tuple[Expr, Expr], ...]  # (number of maps, inputs of each)
    rows: tuple[tuple[int, ...], ...] = ()

    @property
    def maps(self) -> Formula:
        """The number of output maps that the rows describe."""
        return sum(count for count, _ in self.fan_ins)

    @property
    def links(self) -> Formula:
        """The number of pairs of an output map and an input map that it sees."""
        return sum(count * fan_in for count, fan_in in self.fan_ins)


@dataclass(frozen=True)
class Need:
    """A condition on the symbols without which a layer cannot stand, and the fact if it fails.

    `about` is the word of the attribute that the fact is about, if it is about one; `values`
    stand where `says` has braces (most facts are never read, so they are put in late).
    """

    condition: Condition
    says: str
    about: str = ""
    values: tuple[object, ...] = ()

    @property
    def fact(self) -> str:
        """What is wrong where the condition fails."""
        return self.says.format(*self.values) if self.values else self.says


@dataclass(frozen=True)
class Spec:
    """How a field of a layer is written, and the letter that stands for it in formulas."""

    place: Place
    kind: Kind
    word: str = ""
    letter: str = ""
    default: Any = None
    required: bool = False
    least: int | None = 1  # smallest value; None: any rational number


def head(
    letter: str, kind: Kind = "axes", *, default: Any = None, required: bool = True, least: int | None = 1
) -> Any:
    """Declare the field left of the arrow: `conv 3x3`."""
    return _field(Spec("head", kind, letter=letter, default=default, required=required, least=least))


def arrow(letter: str = "N", *, required: bool = True) -> Any:
    """Declare the field right of the arrow: `-> 64`."""
    return _field(Spec("arrow", "value", letter=letter, required=required))


def keyed(word: str, letter: str, kind: Kind = "axes", *, default: Any = None, least: int = 1) -> Any:
    """Declare an attribute with a value: `stride 2`. A default "=field" copies that field."""
    return _field(Spec("keyed", kind, word, letter, default, least=least))


def flag(word: str) -> Any:
    """Declare a word that switches something on: `ceil`."""
    return _field(Spec("flag", "truth", word, default=False))


def negatable(word: str) -> Any:
    """Declare what is there unless negated (`no bias`): 1 or 0, as it stands in formulas."""
    return _field(Spec("negatable", "truth", word, default=1))


def _field(spec: Spec) -> Any:
    return dataclasses.field(metadata={"spec": spec}, kw_only=True)


def _changed(value: Any, change: Callable[[Formula], Formula]) -> Any:
    """Return the value of a field with its formulas changed."""
    if isinstance(value, tuple):
        return tuple(_changed(part, change) for part in value)
    if isinstance(value, Shape):
        return value.changed(change)
    if isinstance(value, Table):
        return Table(_changed(value.fan_ins, change), value.rows)
    return change(value) if hasattr(value, "free_symbols") else value


def product(factors: tuple[Formula, ...]) -> Formula:
    """Return the product of the factors, 1 if there are none."""
    return reduce(mul, factors, 1)


def splits(maps: Expr, groups: Expr, what: str = "", about: str = "") -> Need:
    """Return the need that maps can be split into groups; `what` are input or output maps."""
    kind = f"{what} maps" if what else "maps"
    condition = algebra.Condition(algebra.Mod(maps, groups), "==")
    return Need(condition, "{} {} cannot be split into {} groups", about, (maps, kind, groups))


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer: formulas of the input shape x and the output shape o; the defaults count nothing.

    Equality and hash are written here once; the hash is kept, as layers are looked up by it.
    """

    word: ClassVar[str] = ""
    ranks: ClassVar[tuple[int, ...] | None] = None  # numbers of axes it acts on; None: any

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._fields == other._fields

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _fields(self) -> tuple[Any, ...]:
        return tuple(getattr(self, field.name) for field in dataclasses.fields(self))

    @cached_property
    def _hash(self) -> int:
        return hash((type(self), self._fields))

    @property
    def name(self) -> str:
        """What the layer is called: its word."""
        return self.word

    def changed(self, change: Callable[[Formula], Formula]) -> Self:
        """Return the layer with every formula in its fields changed."""
        values = {f.name: _changed(getattr(self, f.name), change) for f in dataclasses.fields(self)}
        return dataclasses.replace(self, **values)

    @classmethod
    def specs(cls) -> Iterator[tuple[str, Spec]]:
        """Yield the fields with their specifications, in the order of the text."""
        for field in dataclasses.fields(cls):
            yield field.name, field.metadata["spec"]

    def out(self, x: Shape) -> Shape:
        """Return the shape that leaves the layer."""
        return x

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Return the window on every axis, from which the receptive field follows."""
        return (algebra.Window(),) * x.rank

    def reach(self, x: Shape) -> Reach:
        """Return how far an output sees: its windows, everything, by its phase, or not known."""
        return "window"

    def gaps(self) -> bool:
        """Return whether an output leaves out positions between the first and the last one that it sees."""
        return False

    def sees(self, x: Shape, axis: int, first: Formula, last: Formula) -> tuple[Expr, Expr]:
        """Return the first and the last input position that the outputs first..last see on an axis.

        For layers that see by windows or by phases. Positions beyond the input count, as the
        padding of windows does. Where nothing is seen, the last position is one before the first.
        """
        w = self.windows(x)[axis]
        return first * w.jump - w.before, last * w.jump - w.before + w.size - 1

    def weights(self, x: Shape, o: Shape) -> Formula:
        """Return the number of weights."""
        return 0

    def biases(self, x: Shape, o: Shape) -> Formula:
        """Return the number of biases."""
        return 0

    def params(self, x: Shape, o: Shape) -> Formula:
        """Return weights and biases together, trained or not."""
        return self.weights(x, o) + self.biases(x, o)

    def trained(self) -> bool:
        """Whether training changes the weights and biases."""
        return True

    def buffers(self, x: Shape, o: Shape) -> Formula:
        """Return the number of stored values that are not learned by gradient."""
        return 0

    def neurons(self, x: Shape, o: Shape) -> Formula:
        """Return the number of units; 0 for what acts inside the units before it."""
        return 0

    def connections(self, x: Shape, o: Shape) -> Formula:
        """Return the connections as LeCun et al. 1998 count them: with biases, padding included."""
        return 0

    def macs(self, x: Shape, o: Shape) -> Formula:
        """Return the multiply-accumulate operations of the convolution or linear map."""
        return 0

    def flops(self, x: Shape, o: Shape) -> Formula:
        """Return multiplications and additions counted one by one, for the convention "exact"."""
        return 2 * self.macs(x, o)

    def needs(self, x: Shape) -> Iterator[Need]:
        """Yield the conditions under which the layer stands (sizes are looked after elsewhere)."""
        return iter(())


@dataclass(frozen=True, eq=False)
class Weighted(Layer):
    """A layer with weights, which `fixed` keeps out of training."""

    fixed: bool = flag("fixed")

    def trained(self) -> bool:
        return not self.fixed


@dataclass(frozen=True, eq=False)
class Shared(Weighted):
    """A layer whose weights and biases are used once at every position of its output."""

    def neurons(self, x: Shape, o: Shape) -> Formula:
        return o.units

    def connections(self, x: Shape, o: Shape) -> Formula:
        return self.params(x, o) * o.positions

    def macs(self, x: Shape, o: Shape) -> Formula:
        return self.weights(x, o) * o.positions
