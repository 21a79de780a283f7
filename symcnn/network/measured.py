"""The measures that everything in a network has: a layer, a block, a repeat, the whole."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from symcnn.errors import UsageError
from symcnn.layers.base import Shape
from symcnn.network.measures import CONVENTIONS, MEASURES, Convention, Counts, per_axis
from symcnn.network.sight import Sight


class Measured:
    """Everything that has an output, counts and a sight of the input: its measures.

    Formulas are SymPy expressions. `receptive`, `jump` and `start` are one value where
    all input axes agree, else a tuple; None where they are not known, where several inputs
    are seen differently, or where they have no meaning (a jump where everything is seen).
    """

    output: Shape
    counts: Counts
    sight: Sight

    @property
    def shape(self) -> Shape:
        """Maps and extents of the output."""
        return self.output

    @property
    def maps(self) -> Expr:
        """Maps of the output."""
        return self.output.maps

    @property
    def extents(self) -> tuple[Expr, ...]:
        """Extents of the output, an expression per axis."""
        return self.output.extents

    @property
    def size(self) -> Expr | tuple[Expr, ...]:
        """Extent of the output: one expression where all axes agree, else one per axis."""
        return per_axis(self.output.extents)

    @property
    def weights(self) -> Expr:
        """Weights, trained or fixed."""
        return self.counts.weights

    @property
    def biases(self) -> Expr:
        """Biases, trained or fixed."""
        return self.counts.biases

    @property
    def params(self) -> Expr:
        """Trained parameters."""
        return self.counts.params

    @property
    def fixed(self) -> Expr:
        """Parameters that are not trained."""
        return self.counts.fixed

    @property
    def buffers(self) -> Expr:
        """Stored values that no gradient changes, such as running means."""
        return self.counts.buffers

    @property
    def neurons(self) -> Expr:
        """Units: outputs of layers that compute new ones."""
        return self.counts.neurons

    @property
    def connections(self) -> Expr:
        """Connections with biases (LeCun et al. 1998)."""
        return self.counts.connections

    @property
    def macs(self) -> Expr:
        """Multiply-accumulate operations of convolutions and linear maps."""
        return self.counts.macs

    @property
    def flops(self) -> Expr:
        """Floating-point operations, two per MAC; `measure` takes other conventions."""
        return self.counts.flops("2mac")

    @property
    def receptive(self) -> Expr | tuple[Expr, ...] | None:
        """Extent of the receptive field at the network's input."""
        return _axes(self.sight.agreed(lambda view: view.sizes))

    @property
    def jump(self) -> Expr | tuple[Expr, ...] | None:
        """Input steps between neighbouring outputs; a fraction behind an enlargement."""
        return _axes(self.sight.agreed(lambda view: view.jumps))

    @property
    def start(self) -> Expr | tuple[Expr, ...] | None:
        """First input that output 0 sees; negative where that is padding."""
        return _axes(self.sight.agreed(lambda view: view.starts))

    def measure(self, name: str, *, convention: Convention = "2mac") -> Any:
        """Return a measure by its name; `convention` is for "flops" (2mac, mac or exact).

        Raises UsageError for a name that is no measure.
        """
        if name not in MEASURES:
            raise UsageError(f"'{name}' is no measure", hint="measures: " + ", ".join(MEASURES))
        if convention not in CONVENTIONS:
            raise UsageError(f"'{convention}' is no convention", hint="one of " + ", ".join(CONVENTIONS))
        return self.counts.flops(convention) if name == "flops" else getattr(self, name)


def _axes(values: tuple[Expr, ...] | None) -> Expr | tuple[Expr, ...] | None:
    return None if values is None else per_axis(values)
