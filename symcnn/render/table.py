"""All about tables in one place: what they are, how a network makes one, and every form to print it."""

from __future__ import annotations

from symcnn.render.cells import Column, Note, Table
from symcnn.render.exports import to_csv, to_json
from symcnn.render.html import to_html
from symcnn.render.markdown import to_markdown
from symcnn.render.network_table import DEFAULT_COLUMNS, network_table
from symcnn.render.tabular import to_latex
from symcnn.render.terminal import styles_wanted, to_terminal

__all__ = [
    "DEFAULT_COLUMNS",
    "Column",
    "Note",
    "Table",
    "network_table",
    "styles_wanted",
    "to_csv",
    "to_html",
    "to_json",
    "to_latex",
    "to_markdown",
    "to_terminal",
]
