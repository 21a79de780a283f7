"""The registry in letters: how each layer is written, and its formulas on a square input."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sympy import Expr

from symcnn.errors import UsageError
from symcnn.layers import registry
from symcnn.layers.base import Layer, Shape, Spec
from symcnn.network.measures import count, derive
from symcnn.symbols import symbol

_RANK = 2
_SHOWN = ("weights", "biases", "buffers", "neurons", "connections", "macs")
_INPUT = Shape(symbol("C"), (symbol("I"),) * _RANK)


@dataclass(frozen=True)
class Description:
    """One layer of the registry: how it is written, what it is, and its formulas in letters.

    `family` says what its neighbours have in common; `size` is the output extent on an axis
    (None for a vector), `maps` the output maps; `formulas` has the counts that are not zero.
    """

    word: str
    family: str
    pattern: str
    summary: str
    detail: str
    maps: Expr
    size: Expr | None
    formulas: Mapping[str, Expr]


def describe(word: str) -> Description:
    """Return the description of a layer; raises UsageError for an unknown word.

    >>> describe("conv").pattern
    'conv K -> N, stride S, pad P, dilation D, groups G, table T, no bias, fixed'
    """
    cls = registry().get(word)
    if cls is None:
        close = get_close_matches(word, list(registry()), n=1)
        hint = f"did you mean '{close[0]}'?" if close else "symcnn layers lists them all"
        raise UsageError(f"no layer is named '{word}'", hint=hint)
    summary, _, detail = (cls.__doc__ or "").partition("\n")
    layer = _instance(cls)
    shape = derive(layer, _INPUT).shape
    plain = all(e.is_number or e == _INPUT.extents[0] for e in shape.extents)
    out = shape if plain else Shape(shape.maps, (symbol("O"),) * shape.rank)
    counts = count(layer, _INPUT, out)
    return Description(
        word,
        (sys.modules[cls.__module__].__doc__ or "").partition("\n")[0],
        _pattern(word, cls),
        summary.strip(),
        " ".join(detail.split()),
        shape.maps,
        shape.extents[0] if shape.extents else None,
        {name: formula for name in _SHOWN if (formula := getattr(counts, name)) != 0},
    )


def describe_all() -> list[Description]:
    """Return the descriptions of all layers, family by family."""
    return sorted((describe(word) for word in registry()), key=lambda d: (d.family, d.word))


def _instance(cls: type[Layer]) -> Layer:
    return cls(**{name: _field(spec) for name, spec in cls.specs()})


def _field(spec: Spec) -> Any:
    """Return the letter that stands for a field."""
    if spec.kind == "truth":
        return spec.default
    if spec.kind == "shape":
        return _INPUT
    if spec.kind == "table":
        return None
    letter: Expr = symbol(
        spec.letter, "nonnegative" if spec.least == 0 else None if spec.least else "positive real"
    )
    if spec.kind == "value":
        return letter
    return (letter if spec.kind == "axes" else (letter, letter),) * _RANK


def _pattern(word: str, cls: type[Layer]) -> str:
    """Return how a layer is written, with letters and all its attributes."""
    head, tail = word, []
    for _, spec in cls.specs():
        if spec.place == "head":
            head += " C @ I x I" if spec.kind == "shape" else f" {spec.letter}"
        elif spec.place == "arrow":
            head += f" -> {spec.letter}"
        elif spec.place == "keyed":
            tail.append(f"{spec.word} {spec.letter}")
        else:
            tail.append(f"no {spec.word}" if spec.place == "negatable" else spec.word)
    first, *rest = [head, *tail]
    ordered = [t for t in rest if " " in t and not t.startswith("no ")]
    ordered += [t for t in rest if t.startswith("no ")] + [t for t in rest if " " not in t]
    return ", ".join([first, *ordered])
