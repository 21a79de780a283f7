"""What stands in a line of a program: values, calls with their arguments, layers applied to values.

The one description of a program: a bridge carries it out, or prints it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Literal = int | float | bool | None | str


@dataclass(frozen=True)
class Value:
    """The tensor that a step gives, by the number of the step."""

    step: int


@dataclass(frozen=True)
class Call:
    """A function, or the constructor of a layer, with its arguments: `nn.Conv2d(3, 96, kernel_size=11)`."""

    function: str
    arguments: tuple[Argument, ...] = ()
    keywords: tuple[tuple[str, Argument], ...] = ()


@dataclass(frozen=True)
class Method:
    """A method of a value: `x.flatten(1)`."""

    owner: Expression
    name: str
    arguments: tuple[Argument, ...] = ()
    keywords: tuple[tuple[str, Argument], ...] = ()


@dataclass(frozen=True)
class Item:
    """One of several values: `x.chunk(2, dim=1)[0]`."""

    owner: Expression
    index: int


@dataclass(frozen=True)
class Infix:
    """Values with an operator between them: `a + b`."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True)
class Apply:
    """A layer that a program keeps, made by `made`, applied to a value."""

    made: Expression
    value: Expression


Expression = Value | Call | Method | Item | Infix | Apply
Argument = Expression | Literal | tuple["Argument", ...]


def parts(expression: Argument) -> Iterator[Expression]:
    """Yield the expressions directly inside, without what makes a layer."""
    if isinstance(expression, tuple):
        for part in expression:
            yield from parts(part) if isinstance(part, tuple) else _itself(part)
    elif isinstance(expression, Call | Method):
        inside = (*expression.arguments, *(value for _, value in expression.keywords))
        yield from parts(inside)
        if isinstance(expression, Method):
            yield expression.owner
    elif isinstance(expression, Infix):
        yield from expression.operands
    elif isinstance(expression, Item):
        yield expression.owner
    elif isinstance(expression, Apply):
        yield expression.value


def _itself(part: Argument) -> Iterator[Expression]:
    if isinstance(part, Value | Call | Method | Item | Infix | Apply):
        yield part


def layer_of(expression: Expression) -> Expression | None:
    """Return what makes the layer that an expression applies, if it applies one.

    >>> layer_of(Method(Apply(Call("nn.ReLU"), Value(0)), "flatten", (1,)))
    Call(function='nn.ReLU', arguments=(), keywords=())
    """
    if isinstance(expression, Apply):
        return expression.made
    return next((made for part in parts(expression) if (made := layer_of(part)) is not None), None)


def values_of(expression: Expression) -> Iterator[int]:
    """Yield the steps whose tensors an expression uses, once for each use.

    >>> list(values_of(Infix("+", (Value(3), Value(1)))))
    [3, 1]
    """
    if isinstance(expression, Value):
        yield expression.step
    for part in parts(expression):
        yield from values_of(part)
