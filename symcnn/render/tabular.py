r"""Tables as LaTeX: a plain `tabular` that needs no package."""

from __future__ import annotations

from symcnn.render.cells import UNKNOWN, Cell, Column, Note, Table, cell_text, words
from symcnn.render.latex import GREEK, answer_latex

_TEXT = {
    **{c: f"\\{c}" for c in "&%$#_{}"},
    **{c: f"${c}$" for c in "<>|"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "…": r"\ldots{}",
    UNKNOWN: "---",
    "×": r"$\times$",
    "−": "$-$",
    **{c: f"$\\{name}$" for c, name in GREEK.items()},
}


def to_latex(table: Table) -> str:
    r"""Return the table as a `tabular`, formulas in math mode, all words escaped.

    >>> from symcnn.render.cells import Column
    >>> print(to_latex(Table("", (Column("label", "label", "left"),), (("50%_b",),))), end="")
    \begin{tabular}{l}
    \hline
    label \\
    \hline
    50\%\_b \\
    \hline
    \end{tabular}
    """
    width = len(table.columns)
    lines = [rf"\begin{{tabular}}{{{''.join(column.align[0] for column in table.columns)}}}"]
    if words(table.title):
        lines.append(rf"\multicolumn{{{width}}}{{l}}{{\textbf{{{escaped(words(table.title))}}}}} \\")
    lines += [r"\hline", _line([escaped(column.heading) for column in table.columns]), r"\hline"]
    for row in table.rows:
        lines.append(_line([_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]))
    lines.append(r"\hline")
    if table.total is not None:
        cells = zip(table.total, table.columns, strict=True)
        lines += [_line([_cell(cell, column, total=True) for cell, column in cells]), r"\hline"]
    lines += [rf"\multicolumn{{{width}}}{{l}}{{{_note(note)}}} \\" for note in table.notes]
    return "\n".join([*lines, r"\end{tabular}"]) + "\n"


def escaped(said: str) -> str:
    r"""Return words for LaTeX's text mode; a character that plain LaTeX lacks becomes `?`.

    >>> print(escaped("conv 3x3 -> 50%"))
    conv 3x3 -$>$ 50\%
    """
    return "".join(_TEXT.get(c, c if c.isascii() and c.isprintable() else "?") for c in said)


def _line(cells: list[str]) -> str:
    return " & ".join(cells) + r" \\"


def _cell(cell: Cell, column: Column, *, total: bool = False) -> str:
    if cell is None or isinstance(cell, str):
        said = escaped(cell_text(cell, column))
        return rf"\texttt{{{said}}}" if column.key == "layer" and said else said
    written = cell_text(cell, column, total=total)
    if written.replace(",", "").isdigit() or not written:
        return written.replace(",", r"\,")
    return f"${answer_latex(cell)}$"


def _note(note: Note) -> str:
    if isinstance(note.content, str):
        return escaped(f"{note.name}: {words(note.content)}")
    parts = note.content if isinstance(note.content, tuple) else (note.content,)
    return f"{escaped(note.name)}: {', '.join(f'${answer_latex(part)}$' for part in parts)}"
