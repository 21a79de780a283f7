"""Tables as HTML: semantic, escaped, no script, no style but the alignment."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from symcnn.render.cells import Cell, Column, Table, cell_text, note_text, words


def to_html(table: Table) -> str:
    """Return the table as a fragment of HTML with its notes below.

    >>> from symcnn.render.cells import Column
    >>> "<td>&lt;script&gt;</td>" in to_html(Table("", (Column("x", "x", "left"),), (("<script>",),)))
    True
    """
    lines = ['<div class="symcnn">', "<table>"]
    if words(table.title):
        lines.append(f"<caption>{escape(words(table.title))}</caption>")
    heads = (f'<th scope="col"{_align(column)}>{escape(column.heading)}</th>' for column in table.columns)
    lines += ["<thead>", f"<tr>{''.join(heads)}</tr>", "</thead>", "<tbody>"]
    lines += [_row(row, table.columns) for row in table.rows]
    lines.append("</tbody>")
    if table.total is not None:
        lines += ["<tfoot>", _row(table.total, table.columns, total=True), "</tfoot>"]
    lines += ["</table>", *(f"<p>{escape(note_text(note))}</p>" for note in table.notes), "</div>"]
    return "\n".join(lines) + "\n"


def _row(row: Iterable[Cell], columns: tuple[Column, ...], *, total: bool = False) -> str:
    cells = []
    for cell, column in zip(row, columns, strict=True):
        written = escape(cell_text(cell, column, total=total))
        if column.key == "label":
            cells.append(f'<th scope="row"{_align(column)}>{written}</th>')
        elif column.key == "layer" and written:
            cells.append(f"<td{_align(column)}><code>{written}</code></td>")
        else:
            cells.append(f"<td{_align(column)}>{written}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _align(column: Column) -> str:
    return ' style="text-align: right"' if column.align == "right" else ""
