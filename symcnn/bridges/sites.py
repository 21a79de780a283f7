"""One step as a recipe sees it: numbers, and arguments in the form in which PyTorch takes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symcnn.bridges.calls import Argument, Call, Expression, Method, Value
from symcnn.bridges.steps import Step
from symcnn.errors import UsageError
from symcnn.layers.base import Shape
from symcnn.layers.windowed import Windowed

AXES = 3  # of PyTorch's convolutions and poolings
Sides = tuple[tuple[int, int], ...]  # before and after, on every axis


@dataclass(frozen=True)
class Site:
    """One step: its layer, the sizes around it, the value that arrives."""

    step: Step
    layer: Any  # a Layer; each recipe knows which one
    maps: int
    extents: tuple[int, ...]
    out: Shape
    value: Expression
    shared: bool = False  # whether the layer is applied in several places, perhaps of other sizes

    @property
    def rank(self) -> int:
        """The number of axes that arrive."""
        return len(self.extents)

    def named(self, name: str) -> str:
        """Return the class of PyTorch for this number of axes, as `nn.Conv2d`."""
        if not 1 <= self.rank <= AXES:
            axes = "a vector" if self.rank == 0 else f"{self.rank} axes"
            raise UsageError(
                f"'{self.step.label}': PyTorch has no '{self.layer.word}' on {axes}",
                hint=f"it knows one to {AXES} axes",
            )
        return f"nn.{name}{self.rank}d"

    def trained(self, made: Expression) -> Expression:
        """Return the constructor of a layer, which `fixed` keeps out of training."""
        return Method(made, "requires_grad_", (False,)) if self.layer.fixed else made

    def sides(self, layer: Windowed) -> Sides:
        """Return the padding of a window, before and after on every axis."""
        found = (layer.padding(axis, extent) for axis, extent in enumerate(self.step.arriving[0].extents))
        return tuple((int(before), int(after)) for before, after in found)


Recipe = Callable[[Site], Expression]


def site(step: Step, shared: bool) -> Site:
    """Return a step as its recipe sees it."""
    arriving = step.arriving[0] if step.arriving else step.shape
    extents = tuple(map(int, arriving.extents))
    value = Value(step.inputs[0] if step.inputs else step.number)
    return Site(step, step.layer, int(arriving.maps), extents, step.shape, value, shared)


def numbers(values: Any) -> tuple[int, ...]:
    """Return formulas that are integers as such."""
    return tuple(map(int, values))


def axes(values: Any) -> Argument:
    """Return one number where all axes agree, else all of them."""
    found = numbers(values)
    return found[0] if len(set(found)) == 1 else found


def keywords(*triples: tuple[str, Argument, Argument]) -> tuple[tuple[str, Argument], ...]:
    """Return (name, value) of those that are not what they are without being given (the third)."""
    return tuple((name, value) for name, value, usual in triples if value != usual)


def padded(value: Expression, sides: Sides, fill: float | None = None) -> Expression:
    """Return a value with a border, cut off where it is negative."""
    if not any(before or after for before, after in sides):
        return value
    flat = tuple(side for pair in reversed(sides) for side in pair)  # PyTorch begins with the last axis
    return Call("F.pad", (value, flat), () if fill is None else (("value", fill),))


def even(sides: Sides) -> bool:
    """Whether the padding is the same before and after, as PyTorch's layers have it."""
    return all(before == after for before, after in sides)
