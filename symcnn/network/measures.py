"""From layers to formulas: every quantity of one layer, derived once per layer and input shape."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache, reduce
from typing import Literal

from sympy import Add, Expr, Integer, S, Symbol, sympify

from symcnn.algebra.domain import Domain
from symcnn.algebra.window import Window
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


COUNTED = tuple(f.name for f in fields(Counts))


@dataclass(frozen=True)
class Sight:
    """What one output sees of the network's input: a window per axis, all of it, or not known."""

    reach: Literal["window", "all", "unknown"]
    windows: tuple[Window, ...]

    def then(self, layer: Layer, x: Shape) -> Sight:
        """Return the sight of an output of the next layer."""
        if "all" in (self.reach, layer.reach):
            return Sight("all", self.windows)
        if "unknown" in (self.reach, layer.reach):
            return Sight("unknown", self.windows)
        pairs = zip(self.windows, layer.windows(x), strict=True)
        return Sight("window", tuple(mine.then(its) for mine, its in pairs))


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
    shape = Shape(sympify(out.maps), tuple(map(sympify, out.extents)))
    counted = {
        name: sympify(getattr(layer, name)(x))
        for name in ("weights", "biases", "params", "buffers", "neurons", "connections", "macs")
    }
    if not layer.trained():
        counted |= {"params": S.Zero, "fixed": counted["params"]}
    return Derived(
        shape, Counts(**counted, exact_flops=sympify(layer.flops(x))), tuple(layer.needs(x))
    )


def simplify_shape(shape: Shape, domain: Domain) -> Shape:
    """Return the shape with the declared facts used."""
    return Shape(domain.simplify(shape.maps), tuple(map(domain.simplify, shape.extents)))


def simplify_counts(counts: Counts, domain: Domain) -> Counts:
    """Return the counts with the declared facts used."""
    return Counts(**{name: domain.simplify(getattr(counts, name)) for name in COUNTED})


def total(parts: list[Counts]) -> Counts:
    """Return the sums; equal terms are collected, products stay as they are."""
    return Counts(**{name: Add(*(getattr(c, name) for c in parts)) for name in COUNTED})


def symbols_of(shape: Shape) -> frozenset[Symbol]:
    """Return the symbols in a shape."""
    return frozenset(reduce(set.union, (e.free_symbols for e in (shape.maps, *shape.extents)), set()))


def per_axis(values: tuple[Expr, ...]) -> Expr | tuple[Expr, ...]:
    """Return one value where all axes agree, else all of them."""
    if values and all(v == values[0] for v in values):
        return values[0]
    return values


