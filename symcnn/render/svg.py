"""Pictures as SVG: shapes and escaped text alone; no script, no style sheet, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from symcnn.render.cells import words
from symcnn.render.diagram import Box, Frame, Joint, Sign
from symcnn.render.lettering import width
from symcnn.render.measuring import DOT, HEADING, LABEL, LINE, NOTE, NOTE_LINE, PAD, badge, joint_parts
from symcnn.render.placing import Line, Placed, Point, Scene

_FONT = "Helvetica, Arial, Verdana, DejaVu Sans, sans-serif"
_INK, _GREY, _PAPER = "#1b2430", "#55606e", "#ffffff"
_NAMED = "#0f766e"
# Family of layers -> the colours of its boxes: inside, edge.
_COLOURS = {
    "conv": ("#dbe8fb", "#3566b0"),
    "linear": ("#e8defa", "#6b46b8"),
    "pool": ("#fde5d2", "#b4571c"),
    "block": ("#ffffff", "#3a4654"),
    "reshape": ("#e3f2e6", "#3b7a4a"),
}
_OTHERS = ("#eef0f3", "#6b7683")
_ROUND = 7.0  # radius where lines bend


def to_svg(scene: Scene) -> str:
    """Return a picture as an SVG document on a white ground.

    >>> from symcnn.network.model import Model
    >>> from symcnn.render.folding import diagram
    >>> from symcnn.render.placing import scene
    >>> from symcnn.source import Source
    >>> print(to_svg(scene(diagram(Model.read(Source("<net>", "input 3@9x9")), 0))).splitlines()[1])
    <title>&lt;net&gt;</title>
    """
    size = f'width="{_n(scene.width)}" height="{_n(scene.height)}"'
    view = f'viewBox="0 0 {_n(scene.width)} {_n(scene.height)}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img" font-family="{_FONT}">',
        f"<title>{_text(scene.diagram.title)}</title>",
        f"<desc>{_text(scene.diagram.summary)}</desc>",
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
    ]
    lines += (_frame(p, p.item) for p in scene.placed if isinstance(p.item, Frame))
    lines += (_line(line) for line in scene.lines)
    for placed in scene.placed:
        if isinstance(placed.item, Box):
            lines += _box(placed, placed.item)
        elif isinstance(placed.item, Joint):
            lines += _joint(placed, placed.item)
    lines += (
        _badge(p, p.item.times) for p in scene.placed if isinstance(p.item, Box | Frame) and p.item.times
    )
    lines += (_words(label.at, label.text, LABEL, _GREY) for label in scene.labels if label.text)
    return "\n".join([*lines, "</svg>", ""])


# ------------------------------------------------------------------ what is placed
def _frame(placed: Placed, frame: Frame) -> str:
    title = (
        _words((placed.x + 10, placed.y + 18), frame.title, HEADING, _INK, bold=True) if frame.title else ""
    )
    edge = f'fill="{_INK}" fill-opacity="0.035" stroke="#8a95a3"'
    return f"<g>{_hint(frame.hint)}{_rectangle(placed, 8, edge)}{title}</g>"


def _box(placed: Placed, box: Box) -> Iterator[str]:
    inside, edge = _COLOURS.get(box.family, _OTHERS)
    yield f"<g>{_hint(box.hint)}"
    if box.times:
        yield _rectangle(placed, 5, f'fill="{inside}" stroke="{edge}"', shift=3)
    yield _rectangle(placed, 5, f'fill="{inside}" stroke="{edge}"')
    if box.closed:
        yield _rectangle(placed, 3, f'fill="none" stroke="{edge}" stroke-width="0.8"', inset=3)
    x, y = placed.middle[0], placed.y + PAD + 11
    for at, line in enumerate(box.heading):
        if box.name and at == 0:
            yield from _named((x, y), box.name, line)
        else:
            yield _words((x, y), line, HEADING, _INK, anchor="middle", bold=box.closed)
        y += LINE
    for line in box.notes:
        yield _words((x, y - 2), line, NOTE, _GREY, anchor="middle")
        y += NOTE_LINE
    yield "</g>"


def _named(at: Point, name: str, line: str) -> Iterator[str]:
    """Yield a bold name and a line behind it, together in the middle."""
    bold, rest = width(f"{name}: ", HEADING, bold=True), width(line, HEADING)
    border = at[0] + (bold - rest) / 2
    yield _words((border - 5, at[1]), f"{name}:", HEADING, _INK, anchor="end", bold=True)
    yield _words((border, at[1]), line, HEADING, _INK)


def _joint(placed: Placed, joint: Joint) -> Iterator[str]:
    name, sign, words_ = joint_parts(joint)
    yield f"<g>{_hint(joint.hint)}"
    colour = _NAMED if joint.sign == "from" else _INK
    yield _rectangle(placed, DOT / 2, f'fill="{_PAPER}" stroke="{colour}"')
    x, y = placed.x + (PAD if name or words_ else PAD / 2), placed.middle[1]
    if joint.name:
        yield _words((x, y + 4), f"{joint.name}:", NOTE, _INK, bold=True)
    if sign:
        yield f'<path d="{_sign(joint.sign, x + name + DOT / 2 - 4, y)}" stroke="{_INK}" stroke-width="1.6"/>'
    first = y - NOTE_LINE * (len(joint.notes) - 1) / 2 + 4
    for at, line in enumerate(joint.notes):
        yield _words((x + name + sign, first + at * NOTE_LINE), line, NOTE, _INK)
    yield "</g>"


def _sign(sign: Sign, x: float, y: float) -> str:
    """Return the strokes of a plus, two bars or a cross around a point."""
    if sign == "add":
        return f"M{_n(x - 5)} {_n(y)}h10M{_n(x)} {_n(y - 5)}v10"
    if sign == "concat":
        return f"M{_n(x - 2.5)} {_n(y - 5.5)}v11M{_n(x + 2.5)} {_n(y - 5.5)}v11"
    return f"M{_n(x - 4)} {_n(y - 4)}l8 8M{_n(x - 4)} {_n(y + 4)}l8 -8"


def _badge(placed: Placed, times: str) -> str:
    wide = badge(placed.item)
    x, y = placed.x + placed.width - wide / 2, placed.y - 9
    pill = f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="18" rx="9" fill="{_INK}"/>'
    return f"<g>{pill}{_words((x + wide / 2, y + 13), times, NOTE, _PAPER, anchor='middle', bold=True)}</g>"


def _rectangle(placed: Placed, radius: float, style: str, *, shift: float = 0, inset: float = 0) -> str:
    x, y = placed.x + shift + inset, placed.y + shift + inset
    size = f'width="{_n(placed.width - 2 * inset)}" height="{_n(placed.height - 2 * inset)}"'
    return f'<rect x="{_n(x)}" y="{_n(y)}" {size} rx="{_n(radius)}" {style}/>'


def _hint(lines: Iterable[str]) -> str:
    return f"<title>{_text(chr(10).join(map(words, lines)), keep=True)}</title>"


def _words(
    at: Point,
    text: str,
    size: float,
    colour: str,
    *,
    anchor: str = "start",
    bold: bool = False,
) -> str:
    """Return a line of text."""
    start = "" if anchor == "start" else f' text-anchor="{anchor}"'
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{_n(at[0])}" y="{_n(at[1])}" font-size="{_n(size)}" fill="{colour}"'
    return f"<text {place}{start}{weight}>{_text(text)}</text>"


# ------------------------------------------------------------------ lines
def _line(line: Line) -> str:
    """Return a line with round corners, and the head of its arrow."""
    points = [point for at, point in enumerate(line.points) if at == 0 or point != line.points[at - 1]]
    colour = _NAMED if line.named else _INK
    dashed = ' stroke-dasharray="5 3"' if line.named else ""
    path = f'<path d="{_way(points)}" fill="none" stroke="{colour}" stroke-width="1.2"{dashed}/>'
    return path + (_head(points[-2], points[-1], colour) if line.arrow and len(points) > 1 else "")


def _way(points: list[Point]) -> str:
    way = f"M{_pair(points[0])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_ROUND, _distance(before, corner) / 2, _distance(corner, after) / 2)
        way += f"L{_pair(_towards(corner, before, radius))}"
        way += f"Q{_pair(corner)} {_pair(_towards(corner, after, radius))}"
    return way + "".join(f"L{_pair(point)}" for point in points[-1:] if len(points) > 1)


def _head(before: Point, tip: Point, colour: str) -> str:
    x, y = _towards(tip, before, 7)
    across = 3.5 if before[0] == tip[0] else 0.0
    along = 3.5 - across
    corners = (tip, (x - across, y - along), (x + across, y + along))
    return f'<path d="M{_pair(corners[0])}L{_pair(corners[1])}L{_pair(corners[2])}Z" fill="{colour}"/>'


def _towards(start: Point, goal: Point, far: float) -> Point:
    """Return the point so far on the way from one point to another, along an axis."""
    whole = _distance(start, goal) or 1
    return start[0] + (goal[0] - start[0]) * far / whole, start[1] + (goal[1] - start[1]) * far / whole


def _distance(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


# ------------------------------------------------------------------ text
def _text(text: str, *, keep: bool = False) -> str:
    """Return text for an element; with `keep` its lines stay apart."""
    return escape(text if keep else words(text))


def _pair(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(value: float) -> str:
    """Return a number with at most one decimal."""
    return f"{round(value, 1):g}" if abs(value) < 1e5 else f"{value:.1f}"
