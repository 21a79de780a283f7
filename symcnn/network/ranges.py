"""From `repeat D` and `repeat i in 1..D` to a loop: its index, its ends, which way it runs."""

from __future__ import annotations

from functools import partial
from itertools import chain, count
from typing import Literal

from sympy import Expr, S

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.network.assembler import Refusal
from symcnn.network.graph import Loop
from symcnn.network.scope import Scope, evaluate, whole
from symcnn.network.state import State
from symcnn.symbols import Kind, index

_NAMES = "ijklmnpqrstuvw"  # for the index of a repeat that names none


def read_loop(state: State, node: syntax.Repeat, scope: Scope) -> Loop:
    """Return the rounds of a repeat.

    `a..b` runs from a to b, up or down, and has at least one round; `repeat D` may have none.
    Raises NetworkError for ends that are no integers, a negative number of rounds, a
    direction that is not decided, or an index whose name is taken.
    """
    here = state.here(scope)
    domain = state.world.domain
    if isinstance(node.count, syntax.Range):
        first = whole(evaluate(node.count.first, here), domain, "the first round", node.count.first.span)
        last = whole(evaluate(node.count.last, here), domain, "the last round", node.count.last.span)
        step = _direction(first, last, node.count, domain)
        fact = partial("{}..{} would run the other way".format, first, last)
        state.needs.demand(Condition(step * (last - first), ">="), Refusal(fact), node.count.span)
    else:
        first, step = S.One, 1
        last = whole(evaluate(node.count, here), domain, "the number of rounds", node.count.span)
        fact = partial("the number of rounds is {}, which is negative".format, last)
        state.needs.demand(Condition(last, ">="), Refusal(fact), node.count.span)
    low = first if step > 0 else last
    kind: Kind = "integer"
    if domain.proves(Condition(low, ">=")):
        kind = "positive" if domain.proves(Condition(low - 1, ">=")) else "nonnegative"
    return Loop(index(_name(state, node, scope), kind), first, last, step)


def _direction(first: Expr, last: Expr, node: syntax.Range, domain: Domain) -> Literal[1, -1]:
    up, down = last - first, first - last
    for gap, step in ((up, 1), (down, -1), (up + 1, 1), (down + 1, -1)):
        if domain.proves(Condition(gap, ">=")):
            return 1 if step > 0 else -1
    letters = ", ".join(sorted(s.name for s in up.free_symbols))
    raise NetworkError(
        f"what is declared of {letters} does not decide whether this runs up or down",
        node.span,
        hint="declare it, as symbol D where D >= 1",
    ).for_these_values()


def _name(state: State, node: syntax.Repeat, scope: Scope) -> str:
    used = {loop.index.name for loop in state.loops} | set(state.world.symbols)
    used |= {s.name for value in state.world.bindings.values() for s in value.free_symbols}
    if node.index is not None:
        if node.index in used or scope.find(node.index) is not None:
            raise NetworkError(
                f"the index '{node.index}' is the name of something else", node.span, hint="choose another"
            )
        return node.index
    names = chain(_NAMES, (f"i{level}" for level in count(2)))
    written = state.world.indices  # in a repeat inside, or in a block that is called there
    free = (n for n in names if n not in used and n not in written and scope.find(n) is None)
    return str(next(free))
