"""A table as data, before any output form is chosen: columns, rows of cells, totals and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sympy import Basic, Expr

from symcnn.layers.base import Shape
from symcnn.render.text import number, shape_text, shortened, text

Cell: TypeAlias = Expr | Shape | tuple[Expr, ...] | str | None
"""A formula, a shape, a formula per axis, words; None where the value is not known."""

UNKNOWN = "—"


@dataclass(frozen=True)
class Column:
    """One column: `counted` values are added up over the layers, `limit` cuts long words for people."""

    key: str
    heading: str
    align: Literal["left", "right"] = "right"
    counted: bool = False
    limit: int | None = None


@dataclass(frozen=True)
class Note:
    """A line below a table: `valid for: I ≥ 67`."""

    name: str
    content: Basic | str | tuple[Basic, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns; `total` is the last row, if there is one."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    notes: tuple[Note, ...] = ()


def cell_text(cell: Cell, column: Column, *, total: bool = False) -> str:
    """Return a cell for people, in Unicode; a layer that counts nothing leaves its cell empty.

    >>> from sympy import Integer
    >>> params = Column("params", "params", counted=True)
    >>> [cell_text(Integer(n), params) for n in (62378344, 0)], cell_text(None, params)
    (['62,378,344', ''], '—')
    """
    if cell is None:
        return UNKNOWN
    if isinstance(cell, str):
        return shortened(words(cell), column.limit)
    if isinstance(cell, Shape):
        return shape_text(cell)
    if isinstance(cell, tuple):
        return " x ".join(map(text, cell))
    if column.counted and cell == 0 and not total:
        return ""
    return number(cell, thousands=column.counted).replace("-", "−") if cell.is_Integer else text(cell)


def cell_ascii(cell: Cell) -> str:
    """Return a cell for programs, formulas in the language; unknown is empty."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return words(cell)
    if isinstance(cell, Shape):
        return shape_text(cell, ascii=True)
    return " x ".join(text(e, ascii=True) for e in (cell if isinstance(cell, tuple) else (cell,)))


def note_text(note: Note, *, ascii: bool = False) -> str:
    """Return a note as one line."""
    content = note.content
    if isinstance(content, str):
        said = words(content)
    else:
        parts = content if isinstance(content, tuple) else (content,)
        said = ", ".join(text(part, ascii=ascii) for part in parts)
    return f"{note.name}: {said}"


def words(said: str) -> str:
    r"""Return words on one line, with no character that could disturb a terminal.

    >>> words("conv  3x3\n-> 4\x1b[31m")
    'conv 3x3 -> 4�[31m'
    """
    line = " ".join(said.split())
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
