"""The window: what a convolution or a pooling layer does to one axis, and how windows compose.

Output size, receptive field, jump and effective padding of any chain are one object:
windows are a monoid acting on extents. Sources: Dumoulin & Visin 2016 (arXiv 1603.07285),
relationship 15; Araujo, Norris & Sim 2019 (Distill, doi 10.23915/distill.00021), eqs. 1-4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Expr, S

from symcnn.algebra.quotient import floor_div


@dataclass(frozen=True)
class Window:
    """A window of `size` inputs that moves by `jump`, over `before` + `after` padded ones.

    >>> from symcnn.symbols import symbol
    >>> conv = Window(S(11), S(4))
    >>> conv.out(symbol("I")), conv.out(S(227)), conv.then(Window(S(3), S(2))).size
    ((I + 1)//4 - 2, 55, 19)
    """

    size: Expr = S.One
    jump: Expr = S.One
    before: Expr = S.Zero
    after: Expr = S.Zero

    def out(self, extent: Expr) -> Expr:
        """Return the number of positions on an axis: floor((I + A + B - R)/J) + 1."""
        return floor_div(extent + self.before + self.after - self.size, self.jump) + 1

    @lru_cache(maxsize=10_000)  # noqa: B019  (windows are values: equal ones share what follows)
    def then(self, later: Window) -> Window:
        """Return the one window that does what this one and then the later one do."""
        return Window(
            self.size + (later.size - 1) * self.jump,
            self.jump * later.jump,
            self.before + later.before * self.jump,
            self.after + later.after * self.jump,
        )

    @property
    def least(self) -> Expr:
        """The smallest input that still gives one output: R - A - B."""
        return self.size - self.before - self.after

    @property
    def centre(self) -> Expr:
        """Where output 0 is centred, in input coordinates: (R - 1)/2 - A, half-integers included."""
        return (self.size - 1) / 2 - self.before
