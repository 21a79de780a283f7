"""The syntax tree: what was written, as immutable nodes with their places.

Two trees are equal when the same was written, wherever it stands: spans do not
take part in comparison. Sums and products are flat (`1 + 2 - 3` is one `Sum`),
so depth is bounded by the brackets in the text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symcnn.language.expressions import NOWHERE
from symcnn.language.expressions import Call as Call
from symcnn.language.expressions import Condition as Condition
from symcnn.language.expressions import Expr as Expr
from symcnn.language.expressions import Is as Is
from symcnn.language.expressions import Negative as Negative
from symcnn.language.expressions import Node as Node
from symcnn.language.expressions import Number as Number
from symcnn.language.expressions import Power as Power
from symcnn.language.expressions import Product as Product
from symcnn.language.expressions import Ref as Ref
from symcnn.language.expressions import Relation as Relation
from symcnn.language.expressions import Shape as Shape
from symcnn.language.expressions import Sides as Sides
from symcnn.language.expressions import Size as Size
from symcnn.language.expressions import Sum as Sum
from symcnn.language.given import Binding as Binding
from symcnn.language.given import ConfigName as ConfigName
from symcnn.language.given import Defaults as Defaults
from symcnn.language.given import Entry as Entry
from symcnn.language.given import Given as Given
from symcnn.source import Span


# ------------------------------------------------------------------------ tables
@dataclass(frozen=True, eq=False, repr=False)
class Times(Node):
    """`6 of 3` in a connection table: six maps that see three inputs each."""

    count: Expr
    fan_in: Expr


@dataclass(frozen=True, eq=False, repr=False)
class Range(Node):
    """`0..2`, both ends included."""

    first: Expr
    last: Expr


@dataclass(frozen=True, eq=False, repr=False)
class Table(Node):
    """A bracketed list: the rows of a connection table, or one row of it."""

    items: tuple[Expr | Times | Range | Table, ...]


# ------------------------------------------------------------------------ layers
@dataclass(frozen=True, eq=False, repr=False)
class Keyed(Node):
    """An attribute with a value: `stride 2`, `pad half`, `table [...]`."""

    name: str
    value: Size | Table


@dataclass(frozen=True, eq=False, repr=False)
class Negated(Node):
    """`no bias`."""

    name: str


@dataclass(frozen=True, eq=False, repr=False)
class Flag(Node):
    """`ceil`, `fixed`."""

    name: str


Attribute = Keyed | Negated | Flag


@dataclass(frozen=True, eq=False, repr=False)
class Layer(Node):
    """`WORD [size] [-> maps] {, attribute}`; `input` has a shape in place of a size."""

    word: str
    head: Size | Shape | None = None
    maps: Expr | None = None
    attributes: tuple[Attribute, ...] = ()
    word_span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


# ------------------------------------------------------------------------- graph
@dataclass(frozen=True, eq=False, repr=False)
class Argument(Node):
    """One argument of a call of a `def`, perhaps by name."""

    value: Size
    name: str | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Apply(Node):
    """`name(64, S=2)`: the layers of a `def` stand here."""

    name: str
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Merge(Node):
    """`add { | a; b | identity }`: branches of the current tensor, merged."""

    kind: str
    branches: tuple[Block, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Operand(Node):
    """A named result in a merge, perhaps through a layer: `crop(e[i])`."""

    ref: Ref
    via: str | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Join(Node):
    """`concat e1, crop(e2)`: the current tensor merged with named ones."""

    kind: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Repeat(Node):
    """`repeat D { }`, or `repeat i in first..last { }` with `index` set."""

    count: Expr | Range
    body: Block
    index: str | None = None


@dataclass(frozen=True, eq=False, repr=False)
class If(Node):
    """`if a and b { } else { }`."""

    conditions: tuple[Condition, ...]
    then: Block
    otherwise: Block | None = None


@dataclass(frozen=True, eq=False, repr=False)
class From(Node):
    """`from e1`: go on from a named result."""

    ref: Ref


@dataclass(frozen=True, eq=False, repr=False)
class Share(Node):
    """`share c1`: what is labelled so once more, here, with the same weights."""

    ref: Ref


@dataclass(frozen=True, eq=False, repr=False)
class Block(Node):
    """`{ ... }`; also a branch of a merge, which has no braces of its own."""

    statements: tuple[Statement, ...]


Action = Layer | Apply | Merge | Join | Repeat | If | From | Share | Block


@dataclass(frozen=True, eq=False, repr=False)
class Label(Node):
    """`C3:` or, inside a repeat, `e[i]:`."""

    name: str
    index: Expr | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Step(Node):
    """An action with its label and the shape claimed for it (`=> 6@28x28`)."""

    action: Action
    label: Label | None = None
    claim: Shape | None = None


# ------------------------------------------------------------------ declarations
@dataclass(frozen=True, eq=False, repr=False)
class Declared(Node):
    """One symbol of a declaration, with its default value."""

    name: str
    default: Expr | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Symbols(Node):
    """`symbol I = 224, a where I >= 32, a real`."""

    symbols: tuple[Declared, ...]
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Parameter(Node):
    """A parameter of a `let` or `def`, with its default value."""

    name: str
    default: Expr | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Let(Node):
    """`let stem = 2*g`, `let w(c) = divisible(a*c, 8)` (parameters not None)."""

    name: str
    value: Expr
    parameters: tuple[Parameter, ...] | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Def(Node):
    """`def stage(D, M, S = 2) { ... }`."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Block


@dataclass(frozen=True, eq=False, repr=False)
class Net(Node):
    """`net "locally connected" { ... }`; the name without its quotes."""

    name: str
    body: Block


@dataclass(frozen=True, eq=False, repr=False)
class Config(Node):
    """`config resnet50: D1 = 3, D2 = 4`: a name for a list of values."""

    name: str
    given: Given


@dataclass(frozen=True, eq=False, repr=False)
class Assert(Node):
    """`assert L == R [given ...] ["note"]`."""

    condition: Condition
    given: Given | None = None
    note: str | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Output(Node):
    """`output a, b`: the network ends with these."""

    refs: tuple[Ref, ...]


Statement = Step | Symbols | Let | Def | Net | Config | Assert | Output


@dataclass(frozen=True, eq=False, repr=False)
class Program(Node):
    """A whole text."""

    statements: tuple[Statement, ...]
