"""From a layout to text: the rules that all output forms share, and where brackets are needed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from enum import IntEnum
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple

from sympy import Basic, Expr, Integer, Rational, Symbol

from symcnn.render import layout as to
from symcnn.render.layout import Layout, fold
from symcnn.render.order import order

Values = Mapping[Symbol, int | Fraction | Expr]


class Level(IntEnum):
    """How tightly a text holds together; the looser stands in brackets within the tighter."""

    LOGIC = 0
    RELATION = 1
    SUM = 2
    DIVIDED = 3  # rounded or remainder, with a sign that binds as `*` does
    FRACTION = 4
    PRODUCT = 5
    POWER = 6
    ATOM = 7


class Piece(NamedTuple):
    """A printed part."""

    text: str
    level: Level = Level.ATOM


class Printer(ABC):
    """Folds a layout into text; a subclass says how each output form writes the nodes."""

    minus: ClassVar[str] = "-"
    plus: ClassVar[str] = "+"
    times: ClassVar[str] = "*"
    brackets: ClassVar[tuple[str, str]] = "(", ")"
    signs: ClassVar[Mapping[str, str]] = {}
    negation = "not "

    def __init__(self, values: Values | None = None) -> None:
        self._values = dict(values or {})
        self._rules: dict[type[Layout], Callable[[Any, list[Piece]], Piece]] = {
            to.Number: lambda node, _: self.number(node.value),
            to.Name: lambda node, _: self._name(node.symbol),
            to.Word: lambda node, _: Piece(self.word(node.text)),
            to.Sum: self.sum,
            to.Product: self.product,
            to.Power: lambda _, parts: self.power(*parts),
            to.Fraction: lambda _, parts: self.fraction(*parts),
            to.Floor: lambda node, parts: self.rounded("floor", parts[0], _divisor(node, parts)),
            to.Ceil: lambda node, parts: self.rounded("ceil", parts[0], _divisor(node, parts)),
            to.Remainder: lambda _, parts: self.remainder(*parts),
            to.Function: lambda node, parts: self.function(node.name, [p.text for p in parts]),
            to.Series: lambda _, parts: self.series(*parts),
            to.Relation: lambda node, parts: self.relation(parts[0], node.sign, parts[1]),
            to.Logic: self._logic,
        }

    def print(self, expr: Basic) -> Piece:
        """Return the text of an expression with its level."""
        layout = order(expr)
        if self._values:
            for index in _indices(layout):  # a running index is no letter to be replaced
                self._values.pop(index, None)
        return fold(layout, lambda node, parts: self._rules[type(node)](node, parts))

    # ---------------------------------------------------------------- what a form must say
    def name(self, text: str) -> str:
        """Return a name."""
        return text

    def word(self, text: str) -> str:
        """Return a constant word."""
        return text

    @abstractmethod
    def number(self, value: int) -> Piece:
        """Return an integer, zero or more."""

    @abstractmethod
    def power(self, base: Piece, exponent: Piece) -> Piece:
        """Return a power."""

    @abstractmethod
    def fraction(self, top: Piece, bottom: Piece) -> Piece:
        """Return an exact quotient."""

    @abstractmethod
    def rounded(self, kind: str, top: Piece, bottom: Piece | None) -> Piece:
        """Return a quotient, or without a bottom one quantity, rounded by "floor" or "ceil"."""

    @abstractmethod
    def remainder(self, top: Piece, bottom: Piece) -> Piece:
        """Return what a division leaves."""

    def function(self, name: str, arguments: list[str]) -> Piece:
        """Return a call."""
        return Piece(f"{name}({', '.join(arguments)})")

    @abstractmethod
    def series(self, body: Piece, index: Piece, first: Piece, last: Piece) -> Piece:
        """Return a sum over an index."""

    # ---------------------------------------------------------------- what all forms share
    def held(self, piece: Piece, least: Level) -> str:
        """Return the text, in brackets if it holds together less than `least`."""
        left, right = self.brackets
        return piece.text if piece.level >= least else f"{left}{piece.text}{right}"

    def sum(self, node: to.Sum, parts: list[Piece]) -> Piece:
        """Return terms with their signs."""
        # `-a//b` would be (-a)//b: after a leading minus, what is divided takes brackets.
        least = Level.FRACTION if node.negative[0] else Level.DIVIDED
        text = (self.minus if node.negative[0] else "") + self.held(parts[0], least)
        for piece, negative in zip(parts[1:], node.negative[1:], strict=True):
            text += f" {self.minus if negative else self.plus} {self.held(piece, Level.DIVIDED)}"
        return Piece(text, Level.SUM)

    def product(self, node: to.Product, parts: list[Piece]) -> Piece:
        """Return factors."""
        return Piece(self.times.join(self.held(p, Level.POWER) for p in parts), Level.PRODUCT)

    def relation(self, left: Piece, sign: str, right: Piece) -> Piece:
        """Return a comparison."""
        sides = (self.held(side, Level.SUM) for side in (left, right))
        return Piece(f" {self.signs.get(sign, sign)} ".join(sides), Level.RELATION)

    def joined(self, word: str) -> str:
        """Return the word between relations, with its blanks."""
        return f" {word} "

    def _logic(self, node: to.Logic, parts: list[Piece]) -> Piece:
        if node.word == "not":
            return Piece(self.negation + self.held(parts[0], Level.ATOM), Level.LOGIC)
        texts = [self.held(p, Level.RELATION) for p in parts]
        return Piece(self.joined(node.word).join(texts), Level.LOGIC)

    def _name(self, symbol: Symbol) -> Piece:
        if symbol not in self._values:
            return Piece(self.name(symbol.name))
        value = self._values[symbol]
        if isinstance(value, Fraction):
            value = Rational(value.numerator, value.denominator)
        return type(self)().print(Integer(value) if isinstance(value, int) else value)


def _divisor(node: to.Divided, parts: list[Piece]) -> Piece | None:
    return None if node.bottom == to.Number(1) else parts[1]


def _indices(layout: Layout) -> set[Symbol]:
    found: set[Symbol] = set()

    def look(node: Layout, _: list[None]) -> None:
        if isinstance(node, to.Series):
            found.add(node.index.symbol)

    fold(layout, look)
    return found
