"""Pictures as Mermaid text: a flowchart, for Markdown pages that draw it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symcnn.render.cells import words
from symcnn.render.diagram import SIGNS, Box, Diagram, Fork, Frame, Item, Joint, Series

# Everything else is written as the number of the character, so that no label can end its
# quotes or become markup; `+` and `-`, too, which could begin a list.
_PLAIN = frozenset(" ,.:()/@·×−→⌊⌋⌈⌉²³…‖")
Ends = list[tuple[str, str]]  # nodes that a tensor comes from, each with its shape


def to_mermaid(diagram: Diagram) -> str:
    """Return a diagram as a Mermaid flowchart.

    >>> from symcnn.network.model import Model
    >>> from symcnn.render.folding import diagram
    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input 3@9x9; conv 3 -> 4; relu"))
    >>> print(to_mermaid(diagram(net, 0)), end="")
    flowchart TD
        n1["input 3@9x9"]
        n2["conv 3x3 → 4<br/>relu"]
        e2(["4@7x7"])
        n1 -->|"3@9x9"| n2
        n2 --> e2
    """
    return "\n".join(_Writer(diagram).lines()) + "\n"


class _Writer:
    """Writes one diagram: nodes in their subgraphs first, then the edges."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.nodes: list[str] = []
        self.edges: list[str] = []
        self.exits: dict[int, str] = {}

    def lines(self) -> Iterator[str]:
        """Yield the lines of the flowchart."""
        ends = self.series(self.diagram.body, [], 1)
        last = self.diagram.body.items[-1:]
        self.leave(last[0] if last else None, ends)
        for skip in self.diagram.skips:
            self.edges.append(f"    {self.exits[skip.source]} -.-> n{skip.target}")
        yield "flowchart TD"
        yield from self.nodes
        yield from self.edges

    def series(self, series: Series, ends: Ends, depth: int) -> Ends:
        """Write the items of a series; return where the tensor comes from that leaves it."""
        before: Item | None = None
        for item in series.items:
            if item.fresh:
                self.leave(before, ends)
                ends = []
            ends = self.item(item, ends, depth)
            before = item
        return ends

    def leave(self, item: Item | None, ends: Ends) -> None:
        """Write the end of a tensor that leaves the network."""
        if item is not None and item.key in self.diagram.ends:
            self.nodes.append(f'    e{item.key}(["{_escaped(self.diagram.label(item))}"])')
            self.edges += [f"    {node} --> e{item.key}" for node, _ in ends]

    def item(self, item: Item, ends: Ends, depth: int) -> Ends:
        """Write an item; return where the tensor comes from that leaves it."""
        if isinstance(item, Frame):
            return self.frame(item, ends, depth)
        if isinstance(item, Fork):
            joined: Ends = []
            for branch in item.branches:
                joined += self.series(branch, ends, depth)
            return self.node(item.joint, joined, depth)
        return self.node(item, ends, depth)

    def node(self, item: Box | Joint, ends: Ends, depth: int) -> Ends:
        """Write a box or a joint, and the arrows that end there."""
        name = f"n{item.key}"
        shape = _box(item) if isinstance(item, Box) else _joint(item)
        self.nodes.append("    " * depth + name + shape)
        for source, label in ends:
            arrow = f'-->|"{_escaped(label)}"|' if label else "-->"
            self.edges.append(f"    {source} {arrow} {name}")
        self.exits[item.key] = name
        return [(name, self.diagram.label(item))]

    def frame(self, frame: Frame, ends: Ends, depth: int) -> Ends:
        """Write a frame as a subgraph."""
        title = _escaped("  ".join(filter(None, (frame.title, frame.times))))
        indent = "    " * depth
        self.nodes.append(f'{indent}subgraph s{frame.key}["{title}"]')
        inner = self.series(frame.body, ends, depth + 1)
        self.nodes.append(f"{indent}end")
        self.exits[frame.key] = inner[0][0]
        return [(node, self.diagram.label(frame)) for node, _ in inner]


def _box(box: Box) -> str:
    name = f"{box.name}: " if box.name else ""
    first, *others = box.heading
    times = (box.times,) if box.times else ()
    label = _lines((name + first, *others, *box.notes, *times))
    return f'[["{label}"]]' if box.closed else f'["{label}"]'


def _joint(joint: Joint) -> str:
    name = f"{joint.name}: " if joint.name else ""
    first, *others = (*filter(None, [SIGNS[joint.sign]]), *joint.notes)
    label = _lines((name + first, *others))
    return f'(["{label}"])' if joint.notes else f'(("{label}"))'


def _lines(lines: Iterable[str]) -> str:
    return "<br/>".join(map(_escaped, lines))


def _escaped(text: str) -> str:
    """Return text that Mermaid shows as it is, whatever it contains.

    >>> _escaped('a"]<b>'), _escaped("N @ I x I")
    ('a#34;#93;#60;b#62;', 'N @ I x I')
    """
    return "".join(c if c in _PLAIN or (c.isascii() and c.isalnum()) else f"#{ord(c)};" for c in words(text))
