"""Expressions of a program as lines of Python, broken where they are long as formatters break them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from symcnn.bridges.calls import Apply, Call, Infix, Item, Method, Value

WIDTH = 88


def laid_out(start: str, node: Any, names: Mapping[int, str], layer: str, indent: int) -> Iterator[str]:
    """Yield the lines of a statement that ends in an expression; `layer` is what it applies.

    >>> print(*laid_out("x = ", Call("F.pad", (Value(0), (0, 1))), {0: "x"}, "", 4))
        x = F.pad(x, (0, 1))
    """
    yield from _Layout(names, layer).lines(start, node, "", indent)


class _Layout:
    """How values and the layer are called."""

    def __init__(self, names: Mapping[int, str], layer: str) -> None:
        self.names, self.layer = names, layer

    # ---------------------------------------------------------------- on one line
    def flat(self, node: Any) -> str:
        """Return an expression on one line."""
        if isinstance(node, Value):
            return self.names[node.step]
        if isinstance(node, Infix):
            return f" {node.operator} ".join(map(self.flat, node.operands))
        if isinstance(node, Item):
            return f"{self.flat(node.owner)}[{node.index}]"
        if isinstance(node, float) and node in (float("inf"), float("-inf")):
            return f'float("{node}")'
        if isinstance(node, Apply | Call | Method | tuple):
            before, items, after = self.opened(node)
            return f"{before}{', '.join(items)}{self.ending(node)}{after}"
        return repr(node)

    def opened(self, node: Any) -> tuple[str, list[str], str]:
        """Return what stands before the parts of an expression, the parts, and what stands behind them."""
        if isinstance(node, tuple):
            return "(", [self.flat(part) for part in node], ")"
        if isinstance(node, Apply):
            return f"{self.layer}(", [self.flat(node.value)], ")"
        keywords = [f"{name}={self.flat(value)}" for name, value in node.keywords]
        start = node.function if isinstance(node, Call) else f"{self.flat(node.owner)}.{node.name}"
        return f"{start}(", [*map(self.flat, node.arguments), *keywords], ")"

    @staticmethod
    def ending(node: Any) -> str:
        """Return the comma of a tuple of one."""
        return "," if isinstance(node, tuple) and len(node) == 1 else ""

    # ---------------------------------------------------------------- on several lines
    def lines(self, start: str, node: Any, end: str, indent: int) -> Iterator[str]:
        """Yield an expression between two texts, the first of which stands at the indent."""
        margin = " " * indent
        flat = f"{margin}{start}{self.flat(node)}{end}"
        if len(flat) <= WIDTH or not isinstance(node, Call | Method | Apply | Infix | tuple):
            yield flat
            return
        if isinstance(node, Infix):
            yield from self.terms(start, node, end, indent)
            return
        before, items, after = self.opened(node)
        whole = f"{margin}    {self.flat(node)}"
        if start.endswith(" = ") and len(margin + start + before) > WIDTH >= len(whole):
            yield from (f"{margin}{start}(", whole, f"{margin}){end}")
            return
        yield f"{margin}{start}{before}"
        together = f"{margin}    {', '.join(items)}{self.ending(node)}"
        if len(together) <= WIDTH:
            yield together
        else:
            for name, part in self.parts(node):
                yield from self.lines(name, part, ",", indent + 4)
        yield f"{margin}{after}{end}"

    def terms(self, start: str, node: Infix, end: str, indent: int) -> Iterator[str]:
        """Yield a sum or a product with a term on each line, or all on one in brackets."""
        margin = " " * indent
        yield f"{margin}{start}("
        together = f"{margin}    {self.flat(node)}"
        if len(together) <= WIDTH:
            yield together
        else:
            first, *others = map(self.flat, node.operands)
            yield from (f"{margin}    {first}", *(f"{margin}    {node.operator} {term}" for term in others))
        yield f"{margin}){end}"

    @staticmethod
    def parts(node: Any) -> Iterator[tuple[str, Any]]:
        """Yield the parts inside of an expression, each with the name that it is given by."""
        if isinstance(node, tuple):
            yield from (("", part) for part in node)
        elif isinstance(node, Apply):
            yield "", node.value
        else:
            yield from (("", part) for part in node.arguments)
            yield from ((f"{name}=", value) for name, value in node.keywords)
