"""Tables for the terminal: numbers never fold, formulas may; the same at the same width."""

from __future__ import annotations

import io
import os
import shutil
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from symcnn.render.cells import Cell, Table, cell_text, note_text, words

_GAP = 2  # blanks between columns
_NARROW = (24, 16, 10)  # folded columns get no narrower; the first that fits
_LONG = 40  # a longer total stands below the table
_PLAIN_WIDTH = 200  # where nothing tells a width, as in a file


def to_terminal(table: Table, width: int | None = None, *, styled: bool = False) -> str:
    """Return the table as lines of text, no wider than `width` unless numbers need it.

    Without a width, the terminal's (`COLUMNS` is honoured). Escape codes only if `styled`;
    `styles_wanted` tells whether a stream should get them.

    >>> from sympy import Integer
    >>> from symcnn.render.cells import Column
    >>> columns = (Column("label", "label", "left"), Column("params", "params", counted=True))
    >>> print(to_terminal(Table("net", columns, (("conv1", Integer(34944)),)), 40), end="")
    net
    label  params
    ─────────────
    conv1  34,944
    """
    width = width or shutil.get_terminal_size((_PLAIN_WIDTH, 24)).columns
    rows = [[_text(cell, at, table) for at, cell in enumerate(row)] for row in table.rows]
    total = [_text(cell, at, table, total=True) for at, cell in enumerate(table.total or ())]
    below = [
        f"total {c.heading}: {said}"
        for c, said in zip(table.columns, total, strict=False)
        if len(said) > _LONG
    ]
    total = [said if len(said) <= _LONG else "below" for said in total]
    widths = _widths(table, [*rows, *([total] if total else [])], width)
    grid = RichTable(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP - 1, 0, 0))
    for column, wide in zip(table.columns, widths, strict=True):
        grid.add_column(Text(column.heading), justify=column.align, width=wide, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(_folded(said, wide)) for said, wide in zip(row, widths, strict=True)))
    if total:
        grid.add_section()
        folded = (_folded(said, wide) for said, wide in zip(total, widths, strict=True))
        grid.add_row(*(Text(said, style="bold") for said in folded))
    title = Text(words(table.title), style="bold")
    notes = [Text(_folded(said, width)) for said in (*below, *map(note_text, table.notes))]
    return _printed([title, grid, *notes], max(width, sum(widths) + _GAP * len(widths)), styled)


def styles_wanted(stream: TextIO) -> bool:
    """Whether a stream is a terminal that takes styles (NO_COLOR and TERM=dumb refuse them)."""
    refused = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not refused


def _text(cell: Cell, at: int, table: Table, *, total: bool = False) -> str:
    return cell_text(cell, table.columns[at], total=total)


def _widths(table: Table, rows: list[list[str]], width: int) -> list[int]:
    """Return the widths of the columns: natural ones, the widest of those that fold cut down to fit."""
    columns = [[c.heading, *(row[at] for row in rows)] for at, c in enumerate(table.columns)]
    widths = [max(map(len, cells)) for cells in columns]
    gaps = _GAP * (len(widths) - 1)
    for narrow in _NARROW:
        least = [max(_least(said, narrow) for said in cells) for cells in columns]
        if sum(least) + gaps <= width:
            break
    spare = sum(widths) + gaps - width
    while spare > 0:
        foldable = [at for at, w in enumerate(widths) if w > least[at]]
        if not foldable:
            break
        widest = max(foldable, key=lambda at: widths[at])
        widths[widest] -= 1
        spare -= 1
    return widths


def _least(said: str, narrow: int) -> int:
    """Return the narrowest width for a cell: a number or a name stays whole, the rest readable."""
    return min(len(said), narrow) if " " in said else len(said)


def _folded(said: str, width: int) -> str:
    """Return a cell on lines of at most `width`, cut where the fewest brackets are open."""
    lines = []
    while len(said) > width:
        at = _cut(said, width)
        lines.append(said[:at].rstrip())
        said = said[at:].lstrip()
    return "\n".join([*lines, said])


def _cut(said: str, width: int) -> int:
    """Return where to end a line: before a blank or after a dot, far enough to the right."""
    depth, best = 0, (len(said), 0, width)
    for at, c in enumerate(said[: width + 1]):
        depth += (c in "(⌊⌈[") - (c in ")⌋⌉]")
        place = at if c == " " and said[at - 1] not in "+−=≥≤≠@" else at + 1 if c == "·" and at < width else 0
        if place > width // 4:
            best = min(best, (2 * depth + (c == "·"), -place, place))
    return best[2]


def _printed(parts: list[object], width: int, styled: bool) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=styled,
        no_color=True,  # bold alone
        color_system="standard" if styled else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for part in parts:
        console.print(part)
    return "".join(line.rstrip() + "\n" for line in stream.getvalue().splitlines())
