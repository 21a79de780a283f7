"""`if`: which side stands is decided when the network is built, from what is declared."""

from __future__ import annotations

from sympy import Symbol

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import Value
from symcnn.algebra.identity import decide
from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.network.declarations import conditions
from symcnn.network.scope import Scope

_SAMPLES = 200


def chosen(node: syntax.If, scope: Scope, known: Domain) -> bool:
    """Return whether the conditions of an `if` hold; `known` is declared, or needed so far.

    Raises NetworkError, naming values for which they hold and for which they fail.
    """
    open_: list[NetworkError] = []
    for written in node.conditions:
        for condition in conditions(written, scope):
            outcome = _decided(condition, written, known)
            if outcome is False:
                return False
            if isinstance(outcome, NetworkError):
                open_.append(outcome)
    if open_:
        raise open_[0]
    return True


def _decided(condition: Condition, written: syntax.Condition, domain: Domain) -> bool | NetworkError:
    """Return whether a condition always holds (True) or never (False), else the error that says so."""
    if condition.expr.is_Rational:
        return condition.holds({})
    if domain.proves(condition):
        return True
    if domain.refutes(condition):
        return False
    always, never = (decide([c], domain, _SAMPLES) for c in (condition, condition.negation))
    if "proved" in (always.outcome, never.outcome):
        return always.outcome == "proved"
    examples = (("holds", never.counterexample), ("fails", always.counterexample))
    letters = ", ".join(sorted(s.name for s in condition.expr.free_symbols))
    return NetworkError(
        f"what is declared of {letters} does not decide this condition",
        written.span,
        notes=tuple(f"it {word} at {_shown(point)}" for word, point in examples if point is not None),
        hint="declare more (symbol ... where ...), or give values",
    ).for_these_values()


def _shown(point: dict[Symbol, Value]) -> str:
    return ", ".join(f"{s} = {v}" for s, v in point.items())
