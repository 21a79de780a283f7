"""An answer to a question, as text, LaTeX or JSON: a formula, a shape, or one formula per axis."""

from __future__ import annotations

from typing import Any, TypeAlias

from sympy import Basic, Expr

from symcnn.layers.base import Shape
from symcnn.render.latex import answer_latex
from symcnn.render.text import shape_text, text

Answer: TypeAlias = "Expr | Shape | tuple[Expr, ...]"


def to_text(answer: Answer, *, ascii: bool = False) -> str:
    """Return the answer as text.

    >>> from symcnn.symbols import symbol
    >>> to_text(symbol("K") ** 2 * symbol("N"))
    'K²·N'
    """
    if isinstance(answer, Shape):
        return shape_text(answer, ascii=ascii)
    if isinstance(answer, Basic):
        return text(answer, ascii=ascii)
    parts = ((part, text(part, ascii=ascii)) for part in answer)
    return " x ".join(f"({shown})" if part.is_Add else shown for part, shown in parts)


def to_dict(answer: Answer) -> dict[str, Any]:
    """Return the answer for JSON: as text, in the language, as LaTeX, and its free symbols."""
    parts = (answer,) if isinstance(answer, Basic) else answer
    if isinstance(parts, Shape):
        parts = (parts.maps, *parts.extents)
    free = sorted({s.name for part in parts for s in part.free_symbols})
    return {
        "text": to_text(answer),
        "ascii": to_text(answer, ascii=True),
        "latex": answer_latex(answer),
        "symbols": free,
    }
