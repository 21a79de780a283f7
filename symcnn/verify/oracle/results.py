"""What the oracle has counted: layers, labels with what they name, networks, claims."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from symcnn.language import syntax
from symcnn.verify.oracle import arithmetic as a
from symcnn.verify.oracle.arithmetic import LARGE, Invalid, Round, Scope
from symcnn.verify.oracle.counting import Counts, Tensor
from symcnn.verify.oracle.views import Sight, look
from symcnn.verify.oracle.windows import Layer

HIDDEN = "#"  # in labels of what has none: calls, and what `share` does again


@dataclass(frozen=True)
class Measures:
    """What is known of a layer, a group of layers or a network."""

    tensor: Tensor = field(repr=False)
    counts: Counts

    @property
    def shape(self) -> tuple[int, tuple[int, ...]]:
        return self.tensor.maps, self.tensor.extents

    @cached_property
    def sights(self) -> dict[str, tuple[Sight, ...]]:
        """What is seen of each input by its label, axis by axis."""
        sizes = self.tensor.extents
        return {
            name: tuple(look(v, sizes[axis] if sizes else 1) for axis, v in enumerate(views))
            for name, views in self.tensor.views.items()
        }


@dataclass(frozen=True)
class Executed:
    """A layer that was executed: its label if one is written, and the rounds it is in."""

    layer: Layer
    label: str
    rounds: tuple[int, ...]
    measures: Measures
    weights: int  # also where they are shared


@dataclass(frozen=True)
class Named:
    """What a label names in one round of the repeats around it, and what `share` needs to do it again."""

    label: str
    rounds: tuple[Round, ...]
    measures: Measures
    step: syntax.Step
    scope: Scope
    layers: tuple[Executed, ...]

    @property
    def indices(self) -> tuple[int, ...]:
        return tuple(round_.number for round_ in self.rounds)


@dataclass
class Result:
    """Everything that was counted."""

    layers: list[Executed] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    outputs: dict[str, Measures] = field(default_factory=dict)
    nets: dict[str, Result] = field(default_factory=dict)
    claims: list[tuple[Any, Scope, Tensor | None]] = field(default_factory=list)  # and what arrives there
    configs: dict[str, syntax.Given] = field(default_factory=dict)
    total: Measures = field(default_factory=lambda: Measures(Tensor(0, ()), Counts()))

    def written(self) -> Iterator[Named]:
        """What the labels that are seen from outside name."""
        return (named for named in self.named if HIDDEN not in named.label)

    def find(self, ref: syntax.Ref, scope: Scope) -> Named:
        """What a label names, looked for from the innermost block outwards.

        In a repeat around both, it is what stands in the same round; for the repeats around
        the label alone, the round is written in brackets.
        """
        dotted = ".".join(ref.path)
        indices = tuple(a.integer(index, scope, -LARGE) for index in ref.indices if index)
        for prefix in scope.prefixes:
            for named in reversed(self.named):
                common = len(named.rounds) - len(indices)
                here = common >= 0 and named.rounds[:common] == scope.rounds[:common]
                if named.label == prefix + dotted and here and named.indices[common:] == indices:
                    return named
        raise Invalid(f"no label {dotted} in the rounds {indices}")

    def __getitem__(self, label: str) -> Measures:
        """The measures of a label: `b1.c2`, or `e[3]` for a round."""
        plain, indices = re.sub(r"\[.*?\]", "", label), re.findall(r"\[(.*?)\]", label)
        wanted = plain, tuple(map(int, indices))
        return next(n.measures for n in reversed(self.named) if (n.label, n.indices) == wanted)
