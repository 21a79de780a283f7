"""Repeats: one round is read for all rounds, whatever their number.

What arrives at round i is found from one round on letters (a recurrence), and then proved by
induction: the round is read again on what arrives at round i, and must give what arrives at
round i + 1. Where the first round differs (its maps, as a rule) it stands apart. Rounds with
no closed form are written out if their number is known, with a remark; never in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.layers.base import Shape
from symcnn.network.assembler import Refusal
from symcnn.network.graph import Loop, Repeat
from symcnn.network.labels import every, plain
from symcnn.network.ranges import read_loop
from symcnn.network.recurrences import arriving_at, same
from symcnn.network.rounds import HERE, Round, Rounds, marked, summed_up
from symcnn.network.scope import Scope
from symcnn.network.sight import Sight
from symcnn.network.state import EMPTY, State, explicit
from symcnn.symbols import index

MAX_ROUNDS = 1000  # written out, where there is no closed form


def repeat(state: State, node: syntax.Repeat, label: str, scope: Scope) -> Repeat:
    """Return the rounds of a repeat, summed up without being written out.

    Raises NetworkError for a number of rounds that is no natural number, a size that fails
    in some round, or rounds that differ in a way that has no closed form.
    """
    x = state.arriving(node.span)
    loop = read_loop(state, node, scope)
    reader = _Reader(state, node, label, scope, loop)
    rounds = Rounds(node.span, label, x, state.sight)
    if loop.times != 0:
        reader.all_rounds(rounds, loop)
    part = rounds.part()
    state.tensor, state.sight = part.output, part.sight
    for inner, loops in every(part):
        if inner is not part:
            state.labels.add(inner, loops)
    return part


class _Reader:
    """Reads rounds of one repeat."""

    def __init__(self, state: State, node: syntax.Repeat, label: str, scope: Scope, loop: Loop) -> None:
        self.state, self.node, self.label, self.scope = state, node, label, scope
        self.names = explicit(node.body.statements)
        self.path = f"{plain(label)}." if label else state.path
        self.failure: NetworkError | None = None
        self.loop, self.arriving = loop, state.tensor or EMPTY

    # ---------------------------------------------------------------- one round
    def read(self, loop: Loop, x: Shape, sight: Sight | None = None) -> Round:
        """Read one round: the general one, or with a sight the only one of the loop."""
        child = self.state.fork(loop)
        child.tensor, child.sight = x, sight or Sight.of(HERE.format(len(self.state.loops)), x)
        if self.label:
            child.path, child.counters, child.taken = self.path, {}, self.names
        value = loop.first if sight is not None else loop.index
        names = {self.node.index: value} if self.node.index is not None else {}
        inner = self.scope.inner(names, depth=self.scope.depth + 1)
        with self.knowing(loop if sight is None else None):
            body = child.group("", self.node.body.statements, inner, self.node.body.span)
        return Round(child, body, loop, x)

    @contextmanager
    def knowing(self, loop: Loop | None) -> Iterator[Domain]:
        """Let the domain know the bounds of the index for a while."""
        world = self.state.world
        before = world.domain
        if loop is not None:
            world.domain = before.assuming(loop.bounds)
        try:
            yield world.domain
        finally:
            world.domain = before

    def adopt(self, found: Round, loop: Loop | None = None) -> None:
        """Take over what a round found; `loop` for the general round."""
        counters = self.state.counters
        sure = loop is None or self.state.world.domain.proves(Condition(loop.times - 1, ">="))
        with self.knowing(loop):
            self.state.adopt(found.state, loop, sure=sure)
        if self.label:
            self.state.counters = counters

    # ---------------------------------------------------------------- all rounds
    def all_rounds(self, rounds: Rounds, loop: Loop) -> None:
        """Add all rounds: by a general one, after a first one that stands apart, or written out.

        What did for this repeat before, in an earlier try of the rounds around it, is tried
        first: so what is inside of a nest is read a few times for each level.
        """
        ways = self.state.world.ways
        way = ways.get(self.node.span) if loop.times != 1 else "apart"
        if way == "closed" and self._by_closed_form(rounds, loop):
            return
        if way != "apart" and self._by_general_round(rounds, loop):
            return
        ways[self.node.span] = "apart"
        if self.apart(rounds, loop):
            self.failure = None
            rest, general = replace(loop, first=loop.first + loop.step), None
            if rest.times != 1:
                general = self._tried(self._steady, rest, rounds.out)
                general = general or self._tried(self._closed, rest, rounds.out)
            self.write_out(rounds, rest) if general is None else self.sum_up(rounds, general)

    def _by_general_round(self, rounds: Rounds, loop: Loop) -> bool:
        """Add all rounds if they keep the shape, at least from the second one on, or have a closed form."""
        one = self._tried(self.read, loop, rounds.out)
        if one is not None and self._keeps(one):
            self.sum_up(rounds, one)
            return True
        rest = replace(loop, first=loop.first + loop.step)
        first = one if self.node.index is None else None  # it stands for the first round, too
        following = self._after(first, rest) if first is not None else None
        if first is not None and following is not None:
            self._add_first(first, rounds)
            self.apart(rounds, rest) if rest.times == 1 else self.sum_up(rounds, following)
            return True
        return self._by_closed_form(rounds, loop)

    def _by_closed_form(self, rounds: Rounds, loop: Loop) -> bool:
        found = self._tried(self._closed, loop, rounds.out)
        if found is not None:
            self.state.world.ways[self.node.span] = "closed"
            self.sum_up(rounds, found)
        return found is not None

    def _after(self, one: Round, rest: Loop) -> Round | None:
        """Return the general round from the second one on, if that keeps the shape."""
        counters = self.state.counters
        if not self.label:
            self.state.counters = one.state.counters
        try:
            return self._tried(self._steady, rest, one.out)
        finally:
            self.state.counters = counters

    def _add_first(self, one: Round, rounds: Rounds) -> None:
        """Add a round that does not use the index as the first one."""
        self._demand_one(one.loop)
        only = replace(one.loop, last=one.loop.first)
        here = HERE.format(len(self.state.loops))
        sight = partial(rounds.sight.through, here=here, domain=self.state.world.domain)
        one.state.claims = [
            replace(
                claim,
                loops=tuple(only if loop is one.loop else loop for loop in claim.loops),
                assumed=tuple(c for c in claim.assumed if not c.expr.has(one.loop.index)),
            )
            for claim in one.state.claims
        ]
        self._add(rounds, Round(one.state, one.body.mapped(sight, lambda label: label), only, one.arriving))

    def _keeps(self, found: Round) -> bool:
        with self.knowing(found.loop) as domain:
            return same(found.out, found.arriving, domain)

    def _tried(self, way: Callable[[Loop, Shape], Round | None], loop: Loop, x: Shape) -> Round | None:
        try:
            return way(loop, x)
        except NetworkError as error:
            if not error.mendable:
                raise
            self.failure = self.failure or error
            return None

    def _steady(self, loop: Loop, x: Shape) -> Round | None:
        """Return the general round if it keeps the shape x, which then arrives at every round."""
        found = self.read(loop, x)
        return found if self._keeps(found) else None

    def _closed(self, loop: Loop, x: Shape) -> Round | None:
        """Return the general round on what arrives at round i, proved by induction."""
        arriving = self._recurrence(loop, x)
        if arriving is None:
            return None
        found = self.read(loop, arriving)
        with self.knowing(loop) as domain:
            following = arriving.changed(
                lambda f: domain.simplify(f.xreplace({loop.index: loop.index + loop.step}))
            )
            return found if same(found.out, following, domain) else None

    def _recurrence(self, loop: Loop, x: Shape) -> Shape | None:
        """Return what arrives at round i, None if it has no closed form that is found."""
        letters = self._letters(x.rank)
        step = self._step(loop, letters)
        with self.knowing(loop) as domain:
            # from the first round of all where that is right, so that the formula holds there, too
            starts = [(self.arriving, self.loop.first), (x, loop.first)]
            return None if step is None else arriving_at(step, letters, loop, starts, domain)

    def _letters(self, rank: int) -> Shape:
        """Return a shape of letters, different ones in each repeat around."""
        level = len(self.state.loops)
        return Shape(
            index(f"maps{level}"), tuple(index(f"extent{level}{axis}") for axis in range(1, rank + 1))
        )

    def _step(self, loop: Loop, letters: Shape) -> Shape | None:
        """Return what a round makes of letters, read once for every place; None if it cannot be read.

        Only a guess comes of it, which is shown to be right, or else not used.
        """
        known, place = self.state.world.steps, (self.node.span, loop.index, letters, self.scope.values)
        if place not in known:
            try:
                found = self.read(loop, letters)
            except NetworkError:  # that says nothing of what arrives in truth: axes differ by letters alone
                found = None
            known[place] = found.out if found is not None and found.out.rank == letters.rank else None
        step: Shape | None = known[place]
        return step

    def apart(self, rounds: Rounds, loop: Loop) -> bool:
        """Read the first round on its own; return whether there can be more rounds."""
        try:
            found = self.read(replace(loop, last=loop.first), rounds.out, rounds.sight)
        except NetworkError as failure:
            self.none(loop, failure)
            return False
        self._demand_one(loop)
        self._add(rounds, found)
        return bool(loop.times != 1)

    def _demand_one(self, loop: Loop) -> None:
        fact = "the first round differs from the others, so there must be one"
        refusal = Refusal(fact, general=True)
        self.state.needs.demand(Condition(loop.times - 1, ">="), refusal, self.node.span)

    def write_out(self, rounds: Rounds, loop: Loop) -> None:
        """Read all rounds one by one; raises NetworkError if their number is not known."""
        if not (loop.times.is_Integer and loop.times <= MAX_ROUNDS):
            if self.failure is not None:
                return self.none(loop, self.failure)
            raise NetworkError(
                "the rounds of this repeat differ in a way that has no closed form", self.node.span,
                hint=f"give the number of rounds (at most {MAX_ROUNDS}), "
                "or declare what makes them alike, as I % 2**D == 0",
            ).for_these_values()  # fmt: skip
        if loop.times > 1:
            remark = "the rounds of this repeat are written out: they have no closed form"
            self.state.remarks[remark, self.node.span] = None
        for k in range(int(loop.times)):
            value = loop.first + k * loop.step
            found = self.read(replace(loop, first=value, last=value), rounds.out, rounds.sight)
            self._add(rounds, found)

    def none(self, loop: Loop, failure: NetworkError) -> None:
        """Demand that there are no rounds, as their first one fails; else raise that failure."""
        if not failure.refused or failure.span is None:
            raise failure
        nothing = Condition(-loop.times, ">=")
        if self.state.world.domain.refutes(nothing):
            raise failure
        refusal = Refusal(failure.fact, lambda: "; ".join(failure.notes) or "there is no such round")
        self.state.needs.demand(nothing, refusal, failure.span)

    def _add(self, rounds: Rounds, found: Round) -> None:
        self.adopt(found)
        mark = marked(self.path, self.label, self.names, str(found.loop.first))
        body = replace(found.body, label=self.label).mapped(lambda sight: sight, mark)
        rounds.add(body, found.loop)
        self.state.labels.add_all(body, (found.loop,))

    def sum_up(self, rounds: Rounds, general: Round) -> None:
        """Add the general round for all that it stands for."""
        self.adopt(general, general.loop)
        different = bool(rounds.parts) or general.arriving != general.out
        mark = marked(self.path, self.label, self.names, str(general.loop.index) if different else "")
        body = replace(general.body, label=self.label).mapped(lambda sight: sight, mark)
        domain = self.state.world.domain
        with self.knowing(general.loop) as inside:
            summed_up(rounds, body, general.loop, inside, domain, len(self.state.loops))
