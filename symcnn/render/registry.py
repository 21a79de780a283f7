"""The registry of layers as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap
from typing import Any

from symcnn.render.latex import latex
from symcnn.render.text import text
from symcnn.verbs.describer import Description


def to_text(descriptions: Sequence[Description], *, formulas: bool) -> str:
    """Return a line per layer, or with `formulas` everything that is known of it."""
    if not formulas:
        width = max(len(d.word) for d in descriptions)
        blocks = []
        for family, members in groupby(descriptions, key=lambda d: d.family):
            listed = [f"  {d.word:{width}}  {d.summary.rstrip('.')}\n" for d in members]
            blocks.append(f"{family}\n" + "".join(listed))
        return "\n".join(blocks)
    pages = []
    for d in descriptions:
        rows = _rows(d)
        width = max(len(name) for name, _ in rows)
        lines = [f"  {name:{width}}  {text(formula)}" for name, formula in rows]
        pages.append("\n".join([d.pattern, "", *_prose(d), "", *lines]) + "\n")
    return "\n".join(pages)


def to_markdown(descriptions: Sequence[Description]) -> str:
    """Return a section per family and a table of formulas per layer."""
    lines: list[str] = []
    for family, members in groupby(descriptions, key=lambda d: d.family):
        lines += [f"## {family}", ""]
        for d in members:
            lines += [f"### {d.word}", "", f"`{d.pattern}`", "", f"{d.summary} {d.detail}".strip(), ""]
            lines += ["| quantity | formula |", "|---|---|"]
            lines += [f"| {name} | ${latex(formula)}$ |" for name, formula in _rows(d)]
            lines.append("")
    return "\n".join(lines)


def to_dict(description: Description) -> dict[str, Any]:
    """Return a description for JSON, formulas in the language."""
    return {
        "word": description.word,
        "family": description.family,
        "pattern": description.pattern,
        "summary": description.summary,
        "detail": description.detail,
        "formulas": {name: text(formula, ascii=True) for name, formula in _rows(description)},
    }


def _prose(d: Description) -> list[str]:
    return wrap(f"{d.summary} {d.detail}", 90, initial_indent="  ", subsequent_indent="  ")


def _rows(d: Description) -> list[tuple[str, Any]]:
    size = [("size", d.size)] if d.size is not None else []
    return [("maps", d.maps), *size, *d.formulas.items()]
