"""What must hold of the symbols for a network to exist, gathered while its text is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import sympy
from sympy import Basic, Expr, Pow, Symbol

from symcnn.algebra.conditions import Condition, as_bound, as_relation, split, tidy
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import Value, evaluate
from symcnn.algebra.exponents import without_fractions
from symcnn.algebra.polynomial import expanded, polynomial, terms
from symcnn.algebra.sampling import small_points
from symcnn.algebra.settling import settle, together
from symcnn.algebra.trends import is_monotone, trend
from symcnn.errors import NetworkError
from symcnn.layers.base import Layer, Shape
from symcnn.network.assembler import Refusal
from symcnn.network.graph import Loop
from symcnn.network.limits import put
from symcnn.network.scope import World
from symcnn.source import Span
from symcnn.symbols import index, rank

_AWAY = index("away", "nonnegative")  # rounds between one and the first or the last
_FEW = 40  # conditions that are compared with one another at length
_ROUNDS = 1000  # rounds that a condition is looked at one by one


class Demanded(NamedTuple):
    """A condition, what is said where it fails, and the place that needs it."""

    condition: Condition
    refusal: Refusal
    span: Span


class Needs:
    """The conditions that the declarations do not imply, each once, in the order of the text."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._conditions: dict[Condition, Demanded] = {}
        # by symbol, side, and whether only the general formulas need it: a bound and its limit
        self._sharpest: dict[tuple[Symbol, bool, bool], tuple[Condition, Value]] = {}
        self._assumed: tuple[Domain, int, Domain] | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions so far."""
        return tuple(self._conditions)

    @property
    def domain(self) -> Domain:
        """What is declared, and the conditions so far."""
        declared, count = self._world.domain, len(self._conditions)
        if self._assumed is None or self._assumed[0] is not declared or self._assumed[1] != count:
            self._assumed = (declared, count, declared.assuming(self.conditions))
        return self._assumed[2]

    def demand(self, condition: Condition, refusal: Refusal, span: Span) -> None:
        """Let a condition join: dropped if proved, NetworkError if it holds nowhere."""
        if condition.expr.is_Rational and condition.holds({}):
            return
        for each in split(condition):
            self._demand(tidy(_cleared(each)), refusal, span)

    def _demand(self, condition: Condition, refusal: Refusal, span: Span) -> None:
        if self._settled(condition):
            return
        if self._world.domain.refutes(condition) or self._excluded(condition):
            raise self._refused(condition, refusal, span)
        if condition.relation == "==":
            settled = settle(condition, self.domain)
            if settled is True:
                return
            if settled is False:
                raise self._refused(condition, refusal, span)
            condition = settled
        if self._is_sharpest(condition, refusal):
            self._conditions.setdefault(condition, Demanded(condition, refusal, span))

    def _is_sharpest(self, condition: Condition, refusal: Refusal) -> bool:
        """Whether no bound so far on one symbol implies a new one; weaker ones are dropped.

        A long chain makes one after the other.
        """
        bound = as_bound(condition) if condition.relation == ">=" else None
        if bound is None:
            return True
        symbol, low, high = bound
        side = symbol, low is None, refusal.general
        limit = low if low is not None else -(high or 0)  # the larger, the sharper
        before, least = self._sharpest.get(side, (condition, limit))
        if before in self._conditions:
            if limit <= least:
                return False
            del self._conditions[before]
            self._assumed = None
        self._sharpest[side] = condition, limit
        return True

    def _excluded(self, condition: Condition) -> bool:
        """Whether a bound on one symbol contradicts the conditions so far."""
        bound = as_bound(condition) if self._conditions and condition.relation == ">=" else None
        if bound is None:
            return False
        low, high = self.domain.assuming([condition]).bounds(bound[0])
        return low is not None and high is not None and low > high

    def _refused(self, condition: Condition, refusal: Refusal, span: Span) -> NetworkError:
        notes = [refusal.equation()] if refusal.equation else []
        letters = sorted(condition.expr.free_symbols, key=lambda s: rank(s.name))
        if letters and condition.relation == "==":
            for point in small_points(letters, self._world.domain, 1)[0]:
                shown = ", ".join(f"{s} = {v}" for s, v in point.items())
                notes.append(f"at {shown} they differ by {abs(evaluate(condition.expr, point))}")
        if not self._world.domain.refutes(condition):
            needed = " and ".join(written(c) for c in self._conditions)
            notes.append(f"layers before it need {needed}")
        error = NetworkError(refusal.fact, span, notes=tuple(notes))
        error.refused = error.mendable = True
        return error

    def positive(self, layer: Layer, x: Shape, out: Shape, span: Span) -> None:
        """Demand that every extent is at least 1, with the equation that fails."""
        for axis, extent in enumerate(out.extents):
            if (extent.is_Integer and extent > 0) or (axis < x.rank and extent == x.extents[axis]):
                continue
            least = tidy(Condition(extent - 1, ">="))
            if not self._settled(least):
                fact = f"nothing is left on axis {axis + 1}" if out.rank > 1 else "nothing is left"
                self.demand(least, Refusal(fact, partial(_equation, layer, x, axis, extent)), span)

    # ---------------------------------------------------------------- rounds
    def adopt(self, inner: Needs, loop: Loop | None = None, *, sure: bool = True) -> None:
        """Take over the conditions of a block; those of a general round must hold in every round.

        To be called while the domain still knows the bounds of the index. Where it is not `sure`
        that there is a round, only the general formulas need them. Raises NetworkError for a
        condition that fails in some round, or of which it is not known when it holds in all.
        """
        for needed in inner._conditions.values():
            if loop is None or not needed.condition.expr.has(loop.index):
                refusal = replace(needed.refusal, general=needed.refusal.general or not sure)
                self.demand(needed.condition, refusal, needed.span)
                continue
            every = list(_in_every_round(needed.condition, loop, self.domain, needed.span))
            if not every:
                raise NetworkError(
                    needed.refusal.fact, needed.span,
                    notes=(f"needs {written(needed.condition)} in every round",),
                    hint="declare what bounds it, as symbol I where I >= 64",
                ).for_these_values()  # fmt: skip
            equation = partial(_of_rounds, needed.condition, loop)
            refusal = Refusal(needed.refusal.fact, equation, general=not sure)
            for condition in every:
                self.demand(condition, refusal, needed.span)

    def pruned(self) -> tuple[Demanded, ...]:
        """Return the conditions that the declarations and the other ones do not imply."""
        self._put_together()
        kept = list(self._conditions)
        effort = 2 if len(kept) <= _FEW else 1 if len(kept) <= 5 * _FEW else 0
        for condition in self._conditions:
            others = [c for c in kept if c != condition]
            if self._world.domain.assuming(others).proves(condition, effort=effort):
                kept = others
        return tuple(self._conditions[condition] for condition in kept)

    def _put_together(self) -> None:
        """Let one congruence stand for the equalities of one symbol."""
        by_letter: dict[frozenset[Basic], list[Condition]] = {}
        for condition in self._conditions:
            if condition.relation == "==" and len(condition.expr.free_symbols) == 1:
                by_letter.setdefault(frozenset(condition.expr.free_symbols), []).append(condition)
        for several in by_letter.values():
            whole = together(several, self._world.domain) if len(several) > 1 else None
            if whole is not None:
                first = self._conditions[several[0]]
                self._conditions = {c: d for c, d in self._conditions.items() if c not in several}
                self._conditions[whole] = Demanded(whole, first.refusal, first.span)

    def _settled(self, condition: Condition) -> bool:
        return condition in self._conditions or self._world.domain.proves(condition)


def _cleared(condition: Condition) -> Condition:
    """Return a bound times the powers that it is divided by: I/2**D >= 1 is I >= 2**D."""
    if condition.relation != ">=" or not condition.expr.has(Pow):
        return condition
    return Condition(polynomial(without_fractions(terms(condition.expr))), ">=")


def _in_every_round(condition: Condition, loop: Loop, domain: Domain, span: Span) -> Iterator[Condition]:
    """Yield conditions without the index that imply one in every round; none if none is found.

    `domain` knows the bounds of the index. Tried: the last round, the first one, both, and
    for a known number of rounds all of them.
    """

    def in_round(value: Expr) -> Condition:
        there = domain.simplify(put(condition.expr, {loop.index: value}, span))
        return tidy(Condition(there, condition.relation))

    last, first = in_round(loop.last), in_round(loop.first)
    if condition.relation == ">=":
        direction = trend(condition.expr, loop.index, domain)
        if direction is not None:
            yield in_round(loop.low if direction > 0 else loop.high)
            return
        if is_monotone(condition.expr, loop.index, domain):
            yield from (last, first)
            return
        for end, pace, there in ((loop.last, -loop.step, last), (loop.first, loop.step, first)):
            away = condition.expr.xreplace({loop.index: end + pace * _AWAY})
            more = expanded(away - condition.expr.xreplace({loop.index: end}))
            if domain.assuming([Condition(loop.times - 1 - _AWAY, ">=")]).proves(Condition(more, ">=")):
                yield there
                return
    for tried in ([last], [first], [first, last]):
        if domain.assuming(tried).proves(condition):
            yield from tried
            return
    times = loop.times
    if times.is_Integer and times <= _ROUNDS:
        yield from (in_round(loop.low + k) for k in range(int(times)))


def written(condition: Condition) -> str:
    """Return a condition as the language has it.

    >>> from symcnn.symbols import symbol
    >>> written(Condition(symbol("I") - 32, ">="))
    'I >= 32'
    """
    relation = as_relation(condition)
    return f"{relation.lhs} {relation.rel_op} {relation.rhs}" if relation.is_Relational else str(relation)


def _of_rounds(condition: Condition, loop: Loop) -> str:
    return f"needs {written(condition)} in every round {loop.index} of {loop.first}..{loop.last}"


def _equation(layer: Layer, x: Shape, axis: int, extent: Expr) -> str:
    """Return the size formula of an axis with its values in it, or what it would take."""
    least = Condition(extent - 1, ">=")
    if as_relation(least) not in (sympy.true, sympy.false):
        return f"needs {written(least)}"
    windows = layer.windows(x)
    if axis >= len(windows):
        return f"the extent would be {extent}"
    w = windows[axis]
    padded = "".join(f" + {p}" for p in (w.before, w.after) if p != 0)
    span = f"{x.extents[axis]}{padded} - {w.size}"
    return f"{span} + 1 = {extent}" if w.jump == 1 else f"({span})//{w.jump} + 1 = {extent}"
