"""Formulas of a network compiled: questions in its language, answered for numbers and arrays."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.errors import UsageError
from symcnn.layers.base import Shape
from symcnn.network.measures import Convention
from symcnn.network.model import Model
from symcnn.network.needs import written
from symcnn.numeric.evaluator import Compiled
from symcnn.numeric.lowering import Lowering
from symcnn.verbs.inquirer import ask

TOTALS = ("weights", "biases", "params", "fixed", "buffers", "neurons", "connections", "macs", "flops")


def compiled(model: Model, questions: Sequence[str] = (), *, convention: Convention = "2mac") -> Compiled:
    """Return a function that answers questions for given values; without any, the totals.

    A question is what `ask` takes: a measure of the network or of a label, or a formula of such. Values
    are checked against what is declared of the symbols and what the network needs, as far as all
    symbols of a condition are given; those in the formulas must be.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input C @ I x I; conv K -> N"))
    >>> count = compiled(net, ["params", "shape"])
    >>> count(C=3, I=32, K=5, N=6)
    (456, (6, 28, 28))
    """
    questions = tuple(questions) or TOTALS
    answers = [ask(model, question, convention=convention) for question in questions]
    lowering = Lowering(list(model.symbols.values()))
    _demand(lowering, model)
    results, used, forms = [], set[str](), []
    for question, answer in zip(questions, answers, strict=True):
        values, form = _values(answer)
        for value in values:
            used |= _names(value, model, question)
            results.append(lowering.answer(value))
        forms.append(form)
    return Compiled(
        questions,
        tuple(name for name in model.symbols if name in used),
        tuple(model.symbols),
        lowering.builder.program(tuple(results)),
        tuple(forms),
    )


def _values(answer: Expr | Shape | tuple[Expr, ...]) -> tuple[tuple[Expr, ...], int | None]:
    """Return the expressions of an answer, and how many they are where it is not a single one."""
    if isinstance(answer, Shape):
        answer = (answer.maps, *answer.extents)
    return (answer, len(answer)) if isinstance(answer, tuple) else ((answer,), None)


def _names(value: Expr, model: Model, question: str) -> set[str]:
    """Return the names of the symbols in a formula; raises UsageError for the index of a repeat."""
    known = set(model.symbols.values())
    for s in sorted(value.free_symbols - known, key=str):
        raise UsageError(f"'{question}' depends on the round {s}", hint="name the round, as in e[2]")
    return {s.name for s in value.free_symbols}


def _demand(lowering: Lowering, model: Model) -> None:
    """Let the program check what the symbols are, what is declared of them, and what the network needs."""
    for name, s in model.symbols.items():
        if s.is_positive:
            lowering.demand(s, ">", f"'{name}' must be positive")
        elif s.is_nonnegative:
            lowering.demand(s, ">=", f"'{name}' must be zero or more")
    known = set(model.symbols.values())
    for conditions, says in (
        (model.domain.conditions, "{} does not hold"),
        (model.conditions, "the network needs {}"),
    ):
        for condition in conditions:
            if _is_about(condition, known):
                lowering.demand(condition.expr, condition.relation, says.format(written(condition)))


def _is_about(condition: Condition, known: set[Symbol]) -> bool:
    return bool(condition.expr.free_symbols) and condition.expr.free_symbols <= known
