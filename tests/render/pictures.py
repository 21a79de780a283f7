"""What a picture promises, as functions that list what is wrong; and random networks to draw."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from symcnn.render.diagram import Box, Frame, Item, Joint, Series
from symcnn.render.lettering import width
from symcnn.render.measuring import HEADING, LABEL, NOTE, badge, joint_parts
from symcnn.render.placing import Label, Line, Placed, Scene

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom
_NEAR = 0.01


# -------------------------------------------------------------------- places
def rectangle(placed: Placed) -> Rectangle:
    return placed.x, placed.y, placed.x + placed.width, placed.y + placed.height


def label_rectangle(label: Label) -> Rectangle:
    x, y = label.at
    return x, y - LABEL, x + width(label.text, LABEL), y + 2


def overlap(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[2] - _NEAR and b[0] < a[2] - _NEAR and a[1] < b[3] - _NEAR and b[1] < a[3] - _NEAR


def within(inner: Rectangle, outer: Rectangle) -> bool:
    return (
        outer[0] <= inner[0] + _NEAR
        and outer[1] <= inner[1] + _NEAR
        and inner[2] <= outer[2] + _NEAR
        and inner[3] <= outer[3] + _NEAR
    )


def crosses(line: Line, box: Rectangle) -> bool:
    """Whether a line runs through the inside of a rectangle."""
    for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
        if overlap((min(x1, x2) - 0.1, min(y1, y2) - 0.1, max(x1, x2) + 0.1, max(y1, y2) + 0.1), shrunk(box)):
            return True
    return False


def shrunk(box: Rectangle) -> Rectangle:
    return box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1


def touches(point: tuple[float, float], box: Rectangle) -> bool:
    x, y = point
    across = box[0] - _NEAR <= x <= box[2] + _NEAR
    along = box[1] - _NEAR <= y <= box[3] + _NEAR
    edge = min(abs(x - box[0]), abs(x - box[2]), abs(y - box[1]), abs(y - box[3]))
    return across and along and edge <= _NEAR


def frames_around(series: Series, around: tuple[int, ...] = ()) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the keys of all items with the keys of the frames that they stand in."""
    for item in series.items:
        yield item.key, around
        inside = (*around, item.key) if isinstance(item, Frame) else around
        for inner in item.inner:
            yield from frames_around(inner, inside)


def wrong(scene: Scene) -> list[str]:
    """Return what is wrong with the places in a picture; nothing should be."""
    return [*_wrong_rectangles(scene), *_wrong_lines(scene), *_wrong_ends(scene), *_wrong_texts(scene)]


def _wrong_rectangles(scene: Scene) -> Iterator[str]:
    around = dict(frames_around(scene.diagram.body))
    places = {placed.item.key: rectangle(placed) for placed in scene.placed}
    if set(places) != set(around):
        yield "not every item has a place"
    for placed in scene.placed:
        if not within(_with_badge(placed), (0, 0, scene.width, scene.height)):
            yield f"{placed.item} lies outside of the picture"
        for frame in around[placed.item.key]:
            if not within(places[placed.item.key], places[frame]):
                yield f"{placed.item} lies outside of its frame"
    for a, b in combinations(scene.placed, 2):
        nested = b.item.key in around[a.item.key] or a.item.key in around[b.item.key]
        if not nested and overlap(rectangle(a), rectangle(b)):
            yield f"{a.item} and {b.item} overlap"


def _with_badge(placed: Placed) -> Rectangle:
    left, top, right, bottom = rectangle(placed)
    wide = badge(placed.item)
    return (left, top - 9, right + wide / 2, bottom) if wide else (left, top, right, bottom)


def _wrong_lines(scene: Scene) -> Iterator[str]:
    solid = [rectangle(p) for p in scene.placed if isinstance(p.item, Box | Joint)]
    everything = [rectangle(placed) for placed in scene.placed]
    for line in scene.lines:
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            if abs(x1 - x2) > _NEAR and abs(y1 - y2) > _NEAR:
                yield f"{line} is not straight"
        if not line.named and any(crosses(line, box) for box in solid):
            yield f"{line} runs through a box"
        first, last = line.points[0], line.points[-1]
        if not any(touches(first, box) for box in everything) and not _on_a_line(first, line, scene):
            yield f"{line} begins nowhere"
        leaves = line.arrow and last[1] > first[1] and not line.named
        arrives = any(touches(last, box) for box in everything) or _on_a_line(last, line, scene)
        if not leaves and not arrives:
            yield f"{line} ends nowhere"


def _wrong_ends(scene: Scene) -> Iterator[str]:
    """Named tensors go from where they leave to where they are named; nothing else arrives at a `from`."""
    places = {placed.item.key: rectangle(placed) for placed in scene.placed}
    named = [line for line in scene.lines if line.named]
    if len(named) != len(scene.diagram.skips):
        yield "not as many lines as named tensors"
    for skip in scene.diagram.skips:
        source, target = places[skip.source], places[skip.target]
        if not any(touches(line.points[0], source) and touches(line.points[-1], target) for line in named):
            yield f"{skip} has no line"
    for placed in scene.placed:
        if isinstance(placed.item, Joint) and placed.item.sign == "from":
            box = rectangle(placed)
            if any(touches(line.points[-1], box) for line in scene.lines if not line.named):
                yield f"something arrives at {placed.item}"


def _on_a_line(point: tuple[float, float], line: Line, scene: Scene) -> bool:
    return any(point in (other.points[0], other.points[-1]) for other in scene.lines if other is not line)


def _wrong_texts(scene: Scene) -> Iterator[str]:
    solid = [rectangle(p) for p in scene.placed if isinstance(p.item, Box | Joint)]
    labels = [label_rectangle(label) for label in scene.labels]
    for label, place in zip(scene.labels, labels, strict=True):
        if not within(place, (0, 0, scene.width, scene.height)):
            yield f"{label} lies outside of the picture"
        if any(overlap(place, box) for box in solid):
            yield f"{label} lies on a box"
    for (a, first), (b, second) in combinations(zip(scene.labels, labels, strict=True), 2):
        if overlap(first, second):
            yield f"{a} and {b} overlap"
    for placed in scene.placed:
        if _text_width(placed.item) > placed.width:
            yield f"the text of {placed.item} is too wide"


def _text_width(item: Item) -> float:
    if isinstance(item, Box):
        bold = width(f"{item.name}: ", HEADING, bold=True) if item.name else 0
        heading = [width(line, HEADING, bold=item.closed) for line in item.heading]
        return max(bold + heading[0], *heading, *(width(line, NOTE) for line in item.notes))
    if isinstance(item, Frame):
        return width(item.title, HEADING, bold=True) + 10
    return sum(joint_parts(item)) if isinstance(item, Joint) else 0


# -------------------------------------------------------------------- random networks
@dataclass
class Program:
    """A random text whose layers all have labels, and the edges between its layers and merges."""

    text: str
    edges: set[tuple[str, str]]
    labels: set[str]


class _Writer:
    """Writes a text, and follows its tensors by itself."""

    def __init__(self, draw: Any, blocks: bool) -> None:
        self.draw, self.blocks = draw, blocks
        self.edges: set[tuple[str, str]] = set()
        self.count = 0
        self.seen: list[tuple[str, str]] = []  # labels that can be named, and the layer behind each

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def layer(self, source: str | None, word: str) -> tuple[str, str]:
        name = self.name("c")
        if source is not None:
            self.edges.add((source, name))
        return f"{name}: {word}", name

    def row(self, source: str, depth: int, path: str, nameable: bool) -> tuple[str, str]:
        """Write some statements; return them and the layer whose tensor leaves."""
        statements = []
        for _ in range(self.draw(st.integers(1, 3))):
            text, source = self.statement(source, depth, path, nameable)
            statements.append(text)
        return "; ".join(statements), source

    def statement(self, source: str, depth: int, path: str, nameable: bool) -> tuple[str, str]:
        kinds = ["conv", "conv", "pool"]
        kinds += ["merge", "merge", "block"] if depth else []
        kinds += ["join", "from"] if self.seen else []
        kind = self.draw(st.sampled_from(kinds))
        if kind == "conv":
            text, source = self.layer(source, "conv 3x3 -> 4, pad 1")
            text += self.draw(st.sampled_from(["", "; relu", "; batchnorm; relu"])) if not nameable else ""
        elif kind == "pool":
            text, source = self.layer(source, "maxpool 3x3, stride 1, pad 1")
        elif kind == "block":
            name = self.name("b")
            inner, source = self.row(source, depth - 1, f"{path}{name}.", nameable)
            text = f"{name}: {{ {inner} }}" if self.blocks else f"{{ {inner} }}"
            path += f"{name}." if self.blocks else ""
        elif kind == "merge":
            text, source = self.merge(source, depth, path)
        elif kind == "join":
            label, origin = self.draw(st.sampled_from(self.seen))
            name = self.name("c")
            self.edges |= {(source, name), (origin, name)}
            text, source = f"{name}: add {label}", name
        else:
            label, source = self.draw(st.sampled_from(self.seen))
            name = self.name("f")
            self.edges.add((source, name))
            text, source = f"{name}: from {label}", name
            rest, source = self.layer(source, "conv 1x1 -> 4")
            text += f"; {rest}"
        if nameable and kind in ("conv", "pool", "join") and not path:
            self.seen.append((text.partition(":")[0], source))
        return text, source

    def merge(self, source: str, depth: int, path: str) -> tuple[str, str]:
        """Write branches of one tensor; at most one passes it on."""
        branches, ends = [], []
        for _ in range(self.draw(st.integers(2, 3))):
            inner, end = self.row(source, depth - 1, path, nameable=False)
            branches.append(inner)
            ends.append(end)
        if self.draw(st.booleans()):
            at = self.draw(st.integers(0, len(branches)))
            branches.insert(at, "identity")
            ends.insert(at, source)
        name = self.name("c")
        self.edges |= {(end, name) for end in ends}
        return f"{name}: {self.draw(st.sampled_from(['add', 'multiply']))} {{ {' | '.join(branches)} }}", name


@st.composite
def programs(draw: Any, *, blocks: bool = True) -> Program:
    """Return a random network of layers that keep the shape, with branches, blocks and named tensors."""
    writer = _Writer(draw, blocks)
    lines, source = ["c0: input 4 @ 9 x 9"], "c0"
    for _ in range(draw(st.integers(1, 4))):
        text, source = writer.statement(source, 2, "", nameable=True)
        lines.append(text)
    text = "\n".join(lines)
    return Program(text, writer.edges, {"c0", *re.findall(r"\bc\d+|\bf\d+", text)})


# -------------------------------------------------------------------- reading Mermaid
_LABEL = r"(?:[ ,.:()/@·×−→⌊⌋⌈⌉²³…‖A-Za-z0-9]|#\d+;|<br/>)*"
NODE = re.compile(rf' +([ne]\d+)(\["{_LABEL}"\]|\[\["{_LABEL}"\]\]|\(\["{_LABEL}"\]\)|\(\("{_LABEL}"\)\))')
SUBGRAPH = re.compile(rf' +subgraph (s\d+)\["{_LABEL}"\]')
EDGE = re.compile(rf' +([ne]\d+) (?:-->|-\.->)(?:\|"{_LABEL}"\|)? ([ne]\d+)')


def read_mermaid(text: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the nodes of a flowchart with their labels, and its edges; every line must be understood."""
    nodes, edges, depth = {}, [], 0
    first, *lines = text.splitlines()
    assert first == "flowchart TD"
    for line in lines:
        if found := NODE.fullmatch(line):
            assert found[1] not in nodes
            nodes[found[1]] = found[2]
        elif found := EDGE.fullmatch(line):
            assert depth == 0
            edges.append((found[1], found[2]))
        elif found := SUBGRAPH.fullmatch(line):
            assert found[1] not in nodes
            nodes[found[1]] = ""
            depth += 1
        else:
            assert line.strip() == "end", line
            depth -= 1
    assert depth == 0
    assert {end for edge in edges for end in edge} <= set(nodes)
    return nodes, edges


def edges_of(text: str) -> tuple[list[str], set[tuple[str, str]]]:
    """Return the labels of all nodes of a flowchart, and its edges between these labels."""
    nodes, edges = read_mermaid(text)
    names = {node: found[0] for node, label in nodes.items() if (found := re.findall(r'"([cf]\d+):', label))}
    inner = {(names[a], names[b]) for a, b in edges if a in names and b in names}
    assert all(b.startswith("e") for a, b in edges if b not in names)
    return sorted(names.values()), inner
