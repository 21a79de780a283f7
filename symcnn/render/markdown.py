"""Tables as Markdown (pipe tables, as GitHub, MyST and Pandoc read them)."""

from __future__ import annotations

import re

from symcnn.render.cells import Cell, Column, Table, cell_text, note_text, words

_MEANT = re.compile(r"([\\`*_\[\]<>|~$&])")  # what a formula or a name could set off


def to_markdown(table: Table) -> str:
    r"""Return the table with its title before and its notes below it; everything is escaped.

    >>> from symcnn.render.cells import Column
    >>> print(to_markdown(Table("a*b", (Column("label", "label", "left"),), (("my_conv|1",),))), end="")
    **a\*b**
    <BLANKLINE>
    | label |
    |:--|
    | my\_conv\|1 |
    """
    lines = [f"**{_escaped(words(table.title))}**", ""] if words(table.title) else []
    lines.append(_line([_escaped(column.heading) for column in table.columns]))
    lines.append("|" + "|".join(":--" if column.align == "left" else "--:" for column in table.columns) + "|")
    for row in table.rows:
        lines.append(_line([_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]))
    if table.total is not None:
        cells = (_cell(c, column, total=True) for c, column in zip(table.total, table.columns, strict=True))
        lines.append(_line([f"**{cell}**" if cell else "" for cell in cells]))
    if table.notes:
        lines += ["", *(f"- {_escaped(note_text(note))}" for note in table.notes)]
    return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell, column: Column, *, total: bool = False) -> str:
    written = cell_text(cell, column, total=total)
    if column.key == "layer" and written:
        return "`" + written.replace("`", "'").replace("|", r"\|") + "`"
    return _escaped(written)


def _escaped(written: str) -> str:
    return _MEANT.sub(r"\\\1", written)
