"""The working of a layer on one page: general formula = with values = result."""

from __future__ import annotations

from typing import Any

from symcnn.render.text import text
from symcnn.verbs.explainer import Explanation, Step


def to_text(explanation: Explanation) -> str:
    """Return the working as aligned lines, and what each letter stands for."""
    width = max((len(step.measure) for step in explanation.steps), default=0)
    lines = [f"{step.measure:{width}}  {working(step)}" for step in explanation.steps]
    if not lines:
        lines = ["nothing is counted here: size and maps stay as they are"]
    letters = [
        f"{x.symbol} = {text(x.value)}" if x.value != x.symbol else str(x.symbol) for x in explanation.letters
    ]
    named = max((len(name) for name in letters), default=0)
    legend = [f"  {name:{named}}  {x.meaning}" for name, x in zip(letters, explanation.letters, strict=True)]
    title = f"{explanation.label}: {explanation.layer.name}"
    return "\n".join([title, "", *lines, *(["", *legend] if legend else [])])


def working(step: Step) -> str:
    """Return one line: the formula, the formula with values, the result; equal neighbours once.

    >>> from sympy import Integer
    >>> from symcnn.symbols import symbol
    >>> K, C, N = symbol("K"), symbol("C"), symbol("N")
    >>> values = {K: Integer(5), C: Integer(1), N: Integer(6)}
    >>> working(Step("params", (K**2 * C + 1) * N, values, Integer(156)))
    '(K²·C + 1)·N = (5²·1 + 1)·6 = 156'
    """
    chain = [text(step.formula), text(step.formula, values=step.values), text(step.result)]
    kept = [part for at, part in enumerate(chain) if at == 0 or part != chain[at - 1]]
    return " = ".join(kept)


def to_dict(explanation: Explanation) -> dict[str, Any]:
    """Return the working for JSON."""
    return {
        "label": explanation.label,
        "layer": explanation.layer.name,
        "letters": [
            {"symbol": str(x.symbol), "meaning": x.meaning, "value": text(x.value, ascii=True)}
            for x in explanation.letters
        ],
        "steps": [
            {
                "measure": s.measure,
                "formula": text(s.formula, ascii=True),
                "result": text(s.result, ascii=True),
                "working": working(s),
            }
            for s in explanation.steps
        ],
    }
