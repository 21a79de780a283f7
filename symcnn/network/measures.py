"""From layers to formulas: every quantity of one layer, derived once per layer and input shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import Any, Literal

from sympy import Add, Expr, Integer, S

from symcnn.layers.base import Layer, Need, Shape

Convention = Literal["2mac", "mac", "exact"]
CONVENTIONS: dict[Convention, str] = {
    "2mac": "two per MAC, a multiplication and an addition (PyTorch's counter, TensorFlow's profiler)",
    "mac": "one per MAC (fvcore, and most papers)",
    "exact": "multiplications and additions counted one by one, with biases",
}

# name -> meaning; the words of the language, of --columns and of `symcnn formula`
MEASURES: dict[str, str] = {
    "shape": "maps and extents of the output",
    "maps": "maps of the output",
    "size": "extent of the output where all axes agree",
    "weights": "weights, trained or fixed",
    "biases": "biases, trained or fixed",
    "params": "trained parameters: weights and biases that are not fixed",
    "fixed": "parameters that are not trained",
    "buffers": "stored values that no gradient changes",
    "neurons": "units: outputs of layers that compute new ones",
    "connections": "connections with biases, as LeCun et al. 1998 count them",
    "macs": "multiply-accumulate operations of convolutions and linear maps",
    "flops": "floating-point operations by a named convention",
    "receptive": "extent of the receptive field at the input",
    "jump": "input steps between neighbouring outputs (effective stride)",
    "start": "first input of output 0, negative in the padding",
}


@dataclass(frozen=True)
class Counts:
    """What is added up over the layers of a network."""

    weights: Expr = S.Zero
    biases: Expr = S.Zero
    params: Expr = S.Zero
    fixed: Expr = S.Zero
    buffers: Expr = S.Zero
    neurons: Expr = S.Zero
    connections: Expr = S.Zero
    macs: Expr = S.Zero
    exact_flops: Expr = S.Zero

    def flops(self, convention: Convention) -> Expr:
        """Return the floating-point operations by a convention of `CONVENTIONS`."""
        return self.exact_flops if convention == "exact" else (2 if convention == "2mac" else 1) * self.macs

    def changed(self, change: Callable[[Expr], Expr]) -> Counts:
        """Return the counts with every formula changed."""
        if self is NOTHING:
            return self
        return Counts(*(value if value is S.Zero else change(value) for value in self.each))

    @property
    def each(self) -> tuple[Expr, ...]:
        """All of them, in the order of `COUNTED`."""
        return tuple(self.__dict__.values())


COUNTED = tuple(f.name for f in fields(Counts))
NOTHING = Counts()


@dataclass(frozen=True)
class Derived:
    """One layer on one input shape: what leaves it, what it counts, what it needs."""

    shape: Shape
    counts: Counts
    needs: tuple[Need, ...]


@lru_cache(maxsize=10_000)
def derive(layer: Layer, x: Shape) -> Derived:
    """Return the formulas of a layer on an input shape; equal layers are derived once.

    Raises nothing: what must hold of the symbols is in `needs`.
    """
    out = layer.out(x)
    shape = Shape(_exact(out.maps), tuple(map(_exact, out.extents)))
    return Derived(shape, count(layer, x, shape), tuple(layer.needs(x)))


def count(layer: Layer, x: Shape, o: Shape) -> Counts:
    """Return what a layer counts between an input and an output shape, which may be letters."""
    kind: Any = type(layer)
    if _counts_nothing(kind):
        return NOTHING
    counted = {name: _exact(getattr(layer, name)(x, o)) for name in _FORMULAS}
    if not layer.trained():
        counted |= {"params": S.Zero, "fixed": counted["params"]}
    return Counts(**counted, exact_flops=_exact(layer.flops(x, o)))


@cache
def _counts_nothing(kind: type[Any]) -> bool:
    """Whether a class of layers leaves all formulas as they are in `Layer`: zero."""
    return all(getattr(kind, name) is getattr(Layer, name) for name in (*_FORMULAS, "flops"))


_FORMULAS = ("weights", "biases", "params", "buffers", "neurons", "connections", "macs")


def _exact(value: Expr | int) -> Expr:
    return Integer(value) if isinstance(value, int) else value


def total(parts: list[Counts]) -> Counts:
    """Return the sums; equal terms are collected, products stay as they are."""
    parts = [c for c in parts if c is not NOTHING]
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    return Counts(*(_sum(terms) for terms in zip(*(c.each for c in parts), strict=True)))


def _sum(terms: Sequence[Expr]) -> Expr:
    terms = [term for term in terms if term is not S.Zero]
    if len(terms) < 2:
        return terms[0] if terms else S.Zero
    return Add(*terms)


def per_axis(values: tuple[Expr, ...]) -> Expr | tuple[Expr, ...]:
    """Return one value where all axes agree, else all of them."""
    if values and all(v == values[0] for v in values):
        return values[0]
    return values
