"""How much room the items of a diagram need: left and right of their axis, and down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symcnn.render.diagram import Box, Diagram, Fork, Frame, Item, Joint, Series, Skip
from symcnn.render.lettering import width

HEADING, NOTE, LABEL = 13.0, 11.0, 11.0  # sizes of letters
LINE, NOTE_LINE = 17.0, 14.0  # from one line to the next
PAD = 8.0  # between the edge of a box and its text
GAP = 31.0  # between items, where the arrow and its label stand
SIDE = 14.0  # between the edge of a frame and what is inside
HEADER = 26.0  # the line of a frame with its title
LABELLED = 26.0  # room for an arrow with a label where it is short
BUS = 14.0  # from where branches part to where they go down
BRANCH = 34.0  # from where branches part to their first items
APART = 22.0  # between branches
NEAR = 30.0  # a branch so near to the middle goes straight down
PASSING = 12.0  # on both sides of a line that passes by
LANE = 14.0  # between the lines of named tensors
BESIDE = 7.0  # between an arrow and its label
DOT = 24.0  # the height of a joint


@dataclass(frozen=True)
class Room:
    """What an item takes: left and right of the axis on which tensors pass, and down."""

    left: float
    right: float
    height: float


class Measures:
    """The rooms of all items of a diagram, each measured once."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.lanes = _lanes(diagram)
        self._arriving = dict(_arriving(diagram.body))
        self._rooms: dict[int, Room] = {}
        self._series: dict[int, Room] = {}

    def series(self, series: Series) -> Room:
        """Return the room of a series, lanes of named tensors included."""
        if id(series) not in self._series:
            self._series[id(series)] = self._measure_series(series)
        return self._series[id(series)]

    def item(self, item: Item) -> Room:
        """Return the room of an item; badges stick out of it by `badge`."""
        if id(item) not in self._rooms:
            if isinstance(item, Frame):
                room = self._frame(item)
            elif isinstance(item, Fork):
                room = self._fork(item)
            elif isinstance(item, Box):
                room = _box(item)
            else:
                room = _joint(item)
            self._rooms[id(item)] = room
        return self._rooms[id(item)]

    def gap(self, before: Item, after: Item) -> float:
        """Return the room between two items of a series."""
        if not after.fresh:
            return GAP
        return 2 * GAP if before.key in self.diagram.ends else GAP / 2

    def label(self, item: Item) -> float:
        """Return how far the label of the arrow behind an item reaches to the right of the axis."""
        return BESIDE + width(self.diagram.label(item), LABEL) + 4

    def lead(self, frame: Frame) -> float:
        """Return the room between the upper edge of a frame and its first item."""
        header = HEADER if frame.title else HEADER / 3
        if self.announced(frame):
            return header + LABELLED
        return header if isinstance(next(iter(frame.body.items), None), Fork) else header + GAP / 2

    def announced(self, frame: Frame) -> bool:
        """Whether the shape that arrives inside a frame is known and not that before the frame."""
        inside, outside = frame.body.shape, self._arriving[id(frame)]
        return bool(inside and outside) and inside != outside

    def tail(self, frame: Frame) -> float:
        """Return the room between the last item of a frame and its lower edge."""
        last = frame.body.items[-1:]
        return LABELLED if last and last[0].shape != frame.shape else SIDE

    def axes(self, fork: Fork) -> tuple[float, ...]:
        """Return where the axes of the branches lie, measured from that of the fork."""
        found, at = [], 0.0
        for branch in fork.branches:
            room = self.branch(branch)
            found.append(at + room.left)
            at += room.left + room.right + APART
        straight = [x for x, branch in zip(found, fork.branches, strict=True) if branch.items]
        middle = straight[0] if len(straight) == 1 else (found[0] + found[-1]) / 2
        nearest = min(found, key=lambda x: abs(x - middle))
        if abs(nearest - middle) < NEAR:
            middle = nearest
        return tuple(x - middle for x in found)

    def branch(self, branch: Series) -> Room:
        """Return the room of a branch."""
        return self.series(branch) if branch.items else Room(PASSING, PASSING, 0)

    def joining(self, fork: Fork) -> float:
        """Return the room between the longest branch and the joint."""
        return LABELLED if fork.joint.sign != "add" else GAP / 2

    # ---------------------------------------------------------------- by kind
    def _measure_series(self, series: Series) -> Room:
        left = right = height = 0.0
        for at, item in enumerate(series.items):
            room = self.item(item)
            left, right = max(left, room.left), max(right, room.right + badge(item) / 2)
            height += room.height
            if at + 1 < len(series.items):
                height += self.gap(item, series.items[at + 1])
            right = max(right, self.label(item))
        tracks = 1 + max((track for track, _ in self.lanes.get(id(series), ())), default=-1)
        return Room(left + (LANE * (tracks + 0.5) if tracks else 0), right, height)

    def _frame(self, frame: Frame) -> Room:
        inner = self.series(frame.body)
        title = width(frame.title, HEADING, bold=True) + BESIDE if frame.title else 0
        left = max(inner.left, title) + SIDE
        arriving = BESIDE + width(frame.body.shape, LABEL) if self.announced(frame) else 0
        right = max(inner.right, arriving, badge(frame) / 2) + SIDE
        return Room(left, right, self.lead(frame) + inner.height + self.tail(frame))

    def _fork(self, fork: Fork) -> Room:
        axes = self.axes(fork)
        rooms = [self.branch(branch) for branch in fork.branches]
        joint = _joint(fork.joint)
        left = max(joint.left, *(room.left - x for x, room in zip(axes, rooms, strict=True)))
        right = max(joint.right, *(room.right + x for x, room in zip(axes, rooms, strict=True)))
        height = BRANCH + max(room.height for room in rooms) + self.joining(fork) + joint.height
        return Room(left, right, height)


def badge(item: Item) -> float:
    """Return the width of the badge with the number of rounds, 0 if there is none."""
    times = item.times if isinstance(item, Box | Frame) else ""
    return width(times, NOTE, bold=True) + 12 if times else 0


def _box(item: Box) -> Room:
    heading = [width(line, HEADING, bold=item.closed) for line in item.heading]
    if item.name:
        heading[0] += width(f"{item.name}: ", HEADING, bold=True)
    half = max(56, badge(item), *heading, *(width(line, NOTE) for line in item.notes)) / 2 + PAD
    return Room(half, half, 2 * PAD - 3 + LINE * len(item.heading) + NOTE_LINE * len(item.notes))


def joint_parts(item: Joint) -> tuple[float, float, float]:
    """Return the widths of the three things in a joint: its name, its sign, its words."""
    name = width(f"{item.name}: ", NOTE, bold=True) if item.name else 0
    words = max((width(line, NOTE) for line in item.notes), default=0)
    sign = DOT - 5 if words else DOT - 8
    return name, 0 if item.sign == "from" else sign, words


def _joint(item: Joint) -> Room:
    """Return the room of a joint: a circle, or longer where words stand in it."""
    name, sign, words = joint_parts(item)
    half = (name + sign + words + (2 * PAD if name or words else PAD)) / 2
    return Room(half, half, max(DOT, PAD + NOTE_LINE * len(item.notes)))


def _arriving(series: Series) -> Iterator[tuple[int, str]]:
    """Yield the shape that arrives at every frame."""
    before = series.shape
    for item in series.items:
        if isinstance(item, Frame):
            yield id(item), before
        for inner in item.inner:
            yield from _arriving(inner)
        before = item.shape


# ------------------------------------------------------------------ lanes of named tensors
Lane = tuple[int, Skip]


def _lanes(diagram: Diagram) -> dict[int, list[Lane]]:
    """Return for every series the named tensors that go from one of its items to another, with a track each.

    Tracks count from the inside; tensors that pass each other have different ones.
    """
    places = dict(_places(diagram.body, ()))
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    skips: dict[tuple[int, int], list[Skip]] = {}
    for skip in diagram.skips:
        pairs = zip(places[skip.source], places[skip.target], strict=False)
        (series, a), (_, b) = [pair for pair in pairs if pair[0][0] == pair[1][0]][-1]
        first, last = spans.get((series, skip.source), (a, a))
        spans[series, skip.source] = min(first, a, b), max(last, a, b)
        skips.setdefault((series, skip.source), []).append(skip)
    found: dict[int, list[Lane]] = {}
    used: dict[int, list[list[tuple[int, int]]]] = {}
    for (series, source), (a, b) in sorted(spans.items(), key=lambda each: each[1][1] - each[1][0]):
        tracks = used.setdefault(series, [])
        free = (n for n, taken in enumerate(tracks) if all(b < c or d < a for c, d in taken))
        track = next(free, len(tracks))
        if track == len(tracks):
            tracks.append([])
        tracks[track].append((a, b))
        found.setdefault(series, []).extend((track, skip) for skip in skips[series, source])
    return found


Path = tuple[tuple[int, int], ...]  # from the outside in: a series, and the place in it


def _places(series: Series, path: Path) -> list[tuple[int, Path]]:
    found = []
    for at, item in enumerate(series.items):
        here = (*path, (id(series), at))
        found.append((item.key, here))
        for inner in item.inner:
            found += _places(inner, here)
    return found
