"""Answers for JSON: a formula, a shape, or a formula per axis, each with all symbols in it."""

from __future__ import annotations

import pytest
from render.formulas import I, K, N
from sympy import Integer

from symcnn.layers.base import Shape
from symcnn.render.answer import Answer, to_dict


@pytest.mark.parametrize(
    ("answer", "unicode", "ascii", "tex", "symbols"),
    [
        (K**2 * N, "K²·N", "K**2*N", r"K^{2}\,N", ["K", "N"]),
        (Shape(Integer(4096)), "4096", "4096", "4096", []),
        (Shape(N + 1, (I, I - K)), "(N + 1) @ I x (I − K)", "(N + 1) @ I x (I - K)",
         r"\left(N + 1\right) \,@\, I \times \left(I - K\right)", ["I", "K", "N"]),
        (Shape(N, (I - K,)), "N @ I − K", "N @ I - K", r"N \,@\, I - K", ["I", "K", "N"]),
        (Shape(N, (I - K, I - K)), "N @ (I − K)²", "N @ (I - K) x (I - K)",
         r"N \,@\, \left(I - K\right)^{2}", ["I", "K", "N"]),
        ((I - K, 2 * N), "(I − K) x 2·N", "(I - K) x 2*N",
         r"\left(I - K\right) \times 2\,N", ["I", "K", "N"]),
    ],
)  # fmt: skip
def test_answers_for_json(answer: Answer, unicode: str, ascii: str, tex: str, symbols: list[str]) -> None:
    assert to_dict(answer) == {"text": unicode, "ascii": ascii, "latex": tex, "symbols": symbols}
