"""What slides: kernel, stride, padding and dilation on every axis, forwards and transposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcnn import algebra
from symcnn.layers.base import Formula, Layer, Need, Reach, Shape, head, keyed

if TYPE_CHECKING:
    from sympy import Expr

    from symcnn.algebra import Window

Padding = str | tuple[tuple["Expr", "Expr"], ...]
PADDING_WORDS = ("valid", "half", "same", "full")


@dataclass(frozen=True, eq=False)
class Windowed(Layer):
    """A layer with one window per axis.

    Output: floor((I + A + B - K^)/S) + 1 with K^ = D (K - 1) + 1 (Dumoulin & Visin 2016,
    relationship 15); `pad same`: ceil(I/S) (TensorFlow); with `ceil` PyTorch's rule, where
    the last window must start before I + A.
    """

    kernel: tuple[Expr, ...] = head("K")
    stride: tuple[Expr, ...] = keyed("stride", "S", default=1)
    pad: Padding = keyed("pad", "P", "sides", default="valid", least=0)
    dilation: tuple[Expr, ...] = keyed("dilation", "D", default=1)

    def rounds_up(self) -> bool:
        """Whether sizes round up."""
        return False

    def span(self, axis: int) -> Expr:
        """Return the effective kernel K^ = D (K - 1) + 1 on an axis."""
        return self.dilation[axis] * (self.kernel[axis] - 1) + 1

    def gaps(self) -> bool:
        return any(d != 1 and k != 1 for d, k in zip(self.dilation, self.kernel, strict=True))

    def padding(self, axis: int, extent: Expr) -> tuple[Expr, Expr]:
        """Return what is added before and after an axis of this extent."""
        reach = self.span(axis) - 1
        if not isinstance(self.pad, str):
            return self.pad[axis]
        if self.pad == "same":  # TensorFlow: the odd one goes after
            whole = (algebra.ceil_div(extent, self.stride[axis]) - 1) * self.stride[axis] + reach + 1
            total = algebra.Max(whole - extent, 0)
            return algebra.floor_div(total, 2), algebra.ceil_div(total, 2)
        side = {"valid": 0 * reach, "half": algebra.floor_div(reach, 2), "full": reach}[self.pad]
        return side, side

    def windows(self, x: Shape) -> tuple[Window, ...]:
        return tuple(
            algebra.Window(self.span(axis), self.stride[axis], *self.padding(axis, extent))
            for axis, extent in enumerate(x.extents)
        )

    def extents(self, x: Shape) -> tuple[Expr, ...]:
        """Return the output extents."""
        if self.pad == "same":
            return tuple(algebra.ceil_div(i, s) for i, s in zip(x.extents, self.stride, strict=True))
        if not self.rounds_up():
            return tuple(w.out(i) for w, i in zip(self.windows(x), x.extents, strict=True))
        # min(ceil((I + A + B - R)/S) + 1, ceil((I + A)/S)) in one quotient, as ceil((x + S)/S) is
        # ceil(x/S) + 1 and rounding up keeps the order
        return tuple(
            algebra.ceil_div(i + w.before + algebra.Min(w.after + w.jump - w.size, 0), w.jump)
            for w, i in zip(self.windows(x), x.extents, strict=True)
        )

    def area(self) -> Formula:
        """Return the number of taps of the kernel."""
        taps: Formula = 1
        for k in self.kernel:
            taps = taps * k
        return taps

    def halves(self, x: Shape) -> Iterator[Need]:
        """Yield the need of pooling that no window lies wholly in the padding (PyTorch: 2 P <= K^)."""
        if isinstance(self.pad, str) and self.pad != "full":
            return
        for axis, extent in enumerate(x.extents):
            for side in self.padding(axis, extent):
                yield Need(
                    algebra.Condition(self.span(axis) - 2 * side, ">="),
                    "the padding {} is more than half of the window of {}",
                    "pad",
                    (side, self.span(axis)),
                )


@dataclass(frozen=True, eq=False)
class Transposed(Windowed):
    """A window turned round: input i reaches the K^ outputs from i S - A on.

    Output: (I - 1) S - A - B + K^ (Dumoulin & Visin 2016, relationship 14); `pad same`: I S
    (Keras), padded like the convolution that takes I S back to I.
    """

    def windows(self, x: Shape) -> tuple[Window, ...]:
        return ()  # what an output sees is no window: it depends on the phase

    def padding(self, axis: int, extent: Expr) -> tuple[Expr, Expr]:
        if self.pad != "same":
            return super().padding(axis, extent)
        total = algebra.Max(self.span(axis) - self.stride[axis], 0)
        return algebra.floor_div(total, 2), algebra.ceil_div(total, 2)

    def extents(self, x: Shape) -> tuple[Expr, ...]:
        if self.pad == "same":
            return tuple(i * s for i, s in zip(x.extents, self.stride, strict=True))
        sizes = []
        for axis, i in enumerate(x.extents):
            before, after = self.padding(axis, i)
            sizes.append((i - 1) * self.stride[axis] - before - after + self.span(axis))
        return tuple(sizes)

    def reach(self, x: Shape) -> Reach:
        # With stride and dilation the taps that meet an output are a matter of divisibility:
        # i S + k D = o + A may have no solution, or only some of those between first and last.
        taps = zip(self.stride, self.dilation, self.kernel, strict=True)
        return "phases" if all(1 in axis for axis in taps) else "unknown"

    def sees(self, x: Shape, axis: int, first: Formula, last: Formula) -> tuple[Expr, Expr]:
        # i S - A <= last and i S - A + K^ - 1 >= first
        before, _ = self.padding(axis, x.extents[axis])
        earliest = algebra.ceil_div(first + before - self.span(axis) + 1, self.stride[axis])
        return earliest, algebra.floor_div(last + before, self.stride[axis])
