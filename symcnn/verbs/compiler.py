"""Formulas of a network compiled: questions in its language, answered for numbers and arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sympy import Expr, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.errors import UsageError
from symcnn.layers.base import Shape
from symcnn.network.graph import Loop
from symcnn.network.measures import Convention
from symcnn.network.model import Model
from symcnn.network.needs import written
from symcnn.numeric.evaluator import Compiled
from symcnn.numeric.lowering import Lowering
from symcnn.symbols import Kind, index
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
    return _compiled(model, questions, answers)


def compiled_in_rounds(model: Model, formulas: Mapping[str, Expr], loops: Sequence[Loop]) -> Compiled:
    """Return a function of formulas from inside of repeats, in which their indices may stand.

    What each index is must be given besides, under its `round_name`; it is checked that there is
    such a round. The answers come in the order of the formulas.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input 1 @ I; e: repeat i in 1..D { c: conv 3 -> 2*i, pad 1 }"))
    >>> loop = net["e"].loop
    >>> count = compiled_in_rounds(net, {"maps": net["e[i].c"].maps}, [loop])
    >>> count({"I": 9, "D": 4, round_name(loop): 3})
    6
    """
    letters = {loop.index: _letter(loop) for loop in loops}
    answers = [formula.xreplace(letters) for formula in formulas.values()]
    bounds = [Condition(c.expr.xreplace(letters), c.relation) for loop in loops for c in loop.bounds]
    return _compiled(model, tuple(formulas), answers, {s.name: s for s in letters.values()}, bounds)


def round_name(loop: Loop) -> str:
    """Return the name under which the round of a repeat is given; no symbol has such a name."""
    return f"round {loop.index.name}"


def _letter(loop: Loop) -> Symbol:
    kind: Kind = (
        "positive" if loop.index.is_positive else "nonnegative" if loop.index.is_nonnegative else "integer"
    )
    return index(round_name(loop), kind)


def _compiled(
    model: Model,
    questions: tuple[str, ...],
    answers: Sequence[Expr | Shape | tuple[Expr, ...]],
    rounds: Mapping[str, Symbol] = MappingProxyType({}),
    bounds: Sequence[Condition] = (),
) -> Compiled:
    symbols = {**model.symbols, **rounds}
    lowering = Lowering(list(symbols.values()))
    _demand(lowering, model, symbols)
    for condition in bounds:
        lowering.demand(condition.expr, condition.relation, "there is no such round")
    results, used, forms = [], set[str](), []
    for question, answer in zip(questions, answers, strict=True):
        values, form = _values(answer)
        for value in values:
            used |= _names(value, symbols, question)
            results.append(lowering.answer(value))
        forms.append(form)
    used |= {s.name for condition in bounds for s in condition.expr.free_symbols}
    return Compiled(
        questions,
        tuple(name for name in symbols if name in used),
        tuple(symbols),
        lowering.builder.program(tuple(results)),
        tuple(forms),
    )


def _values(answer: Expr | Shape | tuple[Expr, ...]) -> tuple[tuple[Expr, ...], int | None]:
    """Return the expressions of an answer, and how many they are where it is not a single one."""
    if isinstance(answer, Shape):
        answer = (answer.maps, *answer.extents)
    return (answer, len(answer)) if isinstance(answer, tuple) else ((answer,), None)


def _names(value: Expr, symbols: Mapping[str, Symbol], question: str) -> set[str]:
    """Return the names of the symbols in a formula; raises UsageError for the index of a repeat."""
    for s in sorted(value.free_symbols.difference(symbols.values()), key=str):
        raise UsageError(f"'{question}' depends on the round {s}", hint="name the round, as in e[2]")
    return {s.name for s in value.free_symbols}


def _demand(lowering: Lowering, model: Model, symbols: Mapping[str, Symbol]) -> None:
    """Let the program check what the symbols are, what is declared of them, and what the network needs."""
    for name, s in symbols.items():
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
            if _is_about(condition, known):  # pragma: no branch - a guard: of other symbols no value is given
                lowering.demand(condition.expr, condition.relation, says.format(written(condition)))


def _is_about(condition: Condition, known: set[Symbol]) -> bool:
    return bool(condition.expr.free_symbols) and condition.expr.free_symbols <= known
