"""Where everything in a picture stands: rectangles, lines and labels, in pixels from the upper left."""

from __future__ import annotations

from dataclasses import dataclass

from symcnn.depth import deep_recursion
from symcnn.render.diagram import Box, Diagram, Fork, Frame, Item, Joint, Series
from symcnn.render.measuring import (
    BESIDE,
    BRANCH,
    BUS,
    GAP,
    LABELLED,
    LANE,
    Measures,
)

MARGIN = 16.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Placed:
    """An item with the rectangle that it takes."""

    item: Box | Joint | Frame
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """The point in its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Line:
    """A line through points; `named` for a tensor that is named, not the one that just arrives."""

    points: tuple[Point, ...]
    arrow: bool = True
    named: bool = False


@dataclass(frozen=True)
class Label:
    """A text whose lower left corner is at a point."""

    at: Point
    text: str


@dataclass(frozen=True)
class Scene:
    """A picture with everything in its place; frames stand before what is in them."""

    diagram: Diagram
    width: float
    height: float
    placed: tuple[Placed, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]


def scene(diagram: Diagram) -> Scene:
    """Return a diagram with everything in its place.

    >>> from symcnn.network.model import Model
    >>> from symcnn.render.folding import diagram
    >>> from symcnn.source import Source
    >>> found = scene(diagram(Model.read(Source("net", "input 3@9x9; conv 3 -> 4; relu")), 0))
    >>> [placed.item.title for placed in found.placed], len(found.lines)
    (['input 3@9x9', 'conv 3x3 → 4'], 2)
    """
    with deep_recursion():
        return _Placer(diagram).scene()


class _Placer:
    """Places the items of one diagram."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.measures = Measures(diagram)
        self.placed: list[Placed] = []
        self.lines: list[Line] = []
        self.labels: list[Label] = []
        self.lanes: list[tuple[float, int, int]] = []

    def scene(self) -> Scene:
        """Return the whole picture."""
        body = self.diagram.body
        room = self.measures.series(body)
        axis = MARGIN + room.left
        bottom = self.series(body, axis, MARGIN)
        if body.items and body.items[-1].key in self.diagram.ends:
            bottom = self.leave(body.items[-1], axis, bottom)
        self.named_tensors()
        return Scene(
            self.diagram,
            room.left + room.right + 2 * MARGIN,
            bottom + MARGIN,
            tuple(self.placed),
            tuple(self.lines),
            tuple(self.labels),
        )

    # ---------------------------------------------------------------- items
    def series(self, series: Series, axis: float, top: float) -> float:
        """Place the items of a series from a height on; return where it ends."""
        room = self.measures.series(series)
        lanes = self.measures.lanes.get(id(series), [])
        most = max((track for track, _ in lanes), default=0)
        for track, skip in lanes:
            self.lanes.append((axis - room.left + LANE * (most - track + 0.5), skip.source, skip.target))
        y, before = top, None
        for item in series.items:
            if before is not None:
                gap = self.measures.gap(before, item)
                if not item.fresh:
                    self.flow(axis, y, y + gap, into=item)
                    self.label(before, axis, y)
                elif before.key in self.diagram.ends:
                    self.leave(before, axis, y)
                y += gap
            y = self.item(item, axis, y)
            before = item
        return y

    def item(self, item: Item, axis: float, top: float) -> float:
        """Place an item; return where it ends."""
        room = self.measures.item(item)
        if isinstance(item, Fork):
            self.fork(item, axis, top)
        else:
            self.placed.append(Placed(item, axis - room.left, top, room.left + room.right, room.height))
            if isinstance(item, Frame):
                self.frame(item, axis, top)
        return top + room.height

    def frame(self, frame: Frame, axis: float, top: float) -> None:
        """Place what is inside a frame."""
        end = top + self.measures.item(frame).height
        start = top + self.measures.lead(frame)
        items = frame.body.items
        if not items:
            self.flow(axis, top, end, into=None)
            return
        if not items[0].fresh:
            self.flow(axis, top, start, into=items[0])
            if self.measures.announced(frame):
                self.labels.append(Label((axis + BESIDE, start - LABELLED / 2 + 2), frame.body.shape))
        bottom = self.series(frame.body, axis, start)
        self.flow(axis, bottom, end, into=None)
        if items[-1].shape != frame.shape:
            self.label(items[-1], axis, bottom)

    def fork(self, fork: Fork, axis: float, top: float) -> None:
        """Place branches and the joint in which they meet."""
        room = self.measures.item(fork)
        joint = self.measures.item(fork.joint)
        start, meet = top + BRANCH, top + room.height - joint.height
        for branch, offset in zip(fork.branches, self.measures.axes(fork), strict=True):
            x, end = axis + offset, top
            if branch.items:
                if not branch.items[0].fresh:
                    arrow = isinstance(branch.items[0], Box | Joint)
                    self.lines.append(Line(_bent((axis, top), (x, start), top + BUS), arrow))
                end = self.series(branch, x, start)
                if fork.joint.sign != "add":
                    self.label(branch.items[-1], x, end)
            self.join((x, end), (axis, top), axis, meet, fork.joint, passing=not branch.items)
        self.placed.append(
            Placed(fork.joint, axis - joint.left, meet, joint.left + joint.right, joint.height)
        )

    def join(
        self, end: Point, begin: Point, axis: float, meet: float, joint: Joint, *, passing: bool
    ) -> None:
        """Draw the line from the end of a branch to its joint; an empty one begins where they part."""
        room = self.measures.item(joint)
        x = end[0]
        start = _bent(begin, (x, begin[1] + BUS), begin[1] + BUS) if passing else (end,)
        if abs(x - axis) < room.left:
            self.lines.append(Line((*start, (x, meet))))
            return
        middle = meet + room.height / 2
        side = axis - room.left if x < axis else axis + room.right
        self.lines.append(Line((*start, (x, middle), (side, middle))))

    # ---------------------------------------------------------------- lines
    def flow(self, axis: float, top: float, bottom: float, into: Item | None) -> None:
        """Draw the line on which a tensor goes down; the head of the arrow stands at boxes and joints."""
        self.lines.append(Line(((axis, top), (axis, bottom)), isinstance(into, Box | Joint)))

    def label(self, item: Item, axis: float, top: float) -> None:
        """Put the shape that leaves an item beside its arrow."""
        self.labels.append(Label((axis + BESIDE, top + GAP / 2 + 2), self.diagram.label(item)))

    def leave(self, item: Item, axis: float, top: float) -> float:
        """Draw the arrow of a tensor that leaves the network; return where it ends."""
        self.lines.append(Line(((axis, top), (axis, top + GAP))))
        self.label(item, axis, top)
        return top + GAP

    def named_tensors(self) -> None:
        """Draw the lines of named tensors, at the left of all that they pass."""
        found = {placed.item.key: placed for placed in self.placed}
        for lane, source, target in self.lanes:
            begin, end = found[source], found[target]
            y, goal = begin.middle[1], end.middle[1]
            points = ((begin.x, y), (lane, y), (lane, goal), (end.x, goal))
            self.lines.append(Line(points, named=True))


def _bent(begin: Point, end: Point, bus: float) -> tuple[Point, ...]:
    """Return a way down, to the side at a height, and down again."""
    if begin[0] == end[0]:
        return (begin, end)
    turns = (begin, (begin[0], bus), (end[0], bus), end)
    return turns if end[1] > bus else turns[:-1]
