"""The rounds of a repeat summed up: counts are sums over the rounds, sights powers of one round."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from sympy import Expr, S

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import evaluated
from symcnn.algebra.series import compose, summation
from symcnn.algebra.window import Window
from symcnn.layers.base import Shape
from symcnn.network.graph import Group, Loop, Repeat
from symcnn.network.limits import put
from symcnn.network.measures import Counts, total
from symcnn.network.sight import Sight, per_axis
from symcnn.network.state import EMPTY, State
from symcnn.source import Span
from symcnn.symbols import index

HERE = "<{}>"  # the source that stands for what arrives at a round
_FEW = 64  # rounds whose sights are composed one by one where there is no power
_TIMES = index("rounds", "nonnegative")
_ROUND = index("round", "nonnegative")


@dataclass(frozen=True)
class Round:
    """One round as it was read: its state, its layers, what arrived and what left."""

    state: State
    body: Group
    loop: Loop
    arriving: Shape

    @property
    def out(self) -> Shape:
        """The shape that leaves the round."""
        return self.state.tensor or EMPTY


@dataclass
class Rounds:
    """What is known of the rounds of a repeat: those that stand apart, then the general one."""

    span: Span
    label: str
    arriving: Shape
    sight: Sight
    parts: list[Group] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    loop: Loop | None = None
    body: Group | None = None
    counts: list[Counts] = field(default_factory=list)
    start: Sight = field(init=False)
    out: Shape = field(init=False)

    def __post_init__(self) -> None:
        self.start, self.out = self.sight, self.arriving

    def add(self, part: Group, loop: Loop) -> None:
        """Add a round that stands apart."""
        self.parts.append(part)
        self.loops.append(loop)
        self.counts.append(part.counts)
        self.out, self.sight = part.output, part.sight

    def part(self) -> Repeat:
        """Return the repeat."""
        return Repeat(
            self.label, self.arriving, self.out, self.sight, total(self.counts), self.span,
            tuple(self.parts), tuple(self.loops), self.loop, self.body,
        )  # fmt: skip


def summed_up(rounds: Rounds, body: Group, loop: Loop, inside: Domain, domain: Domain, level: int) -> None:
    """Add the general round, read on what arrives at round i, for all rounds of its loop.

    `inside` knows the bounds of the index, and so that there is a round; `domain` does not.
    """
    step = body.sight
    arriving = _before(rounds.sight, step, loop, HERE.format(level), inside)
    rebased = partial(arriving.through, here=HERE.format(level), domain=inside)
    rounds.loop, rounds.body = loop, body.mapped(rebased, lambda label: label)
    rounds.counts.append(body.counts.changed(lambda f: summed(f, loop, domain, rounds.span)))
    rounds.out = body.input.changed(lambda f: after(f, loop, domain, rounds.span))
    rounds.sight = _after(rounds.sight, step, loop, HERE.format(level), domain, rounds.span)


def after(formula: Expr, loop: Loop, domain: Domain, span: Span) -> Expr:
    """Return what leaves the last round, from what arrives at round i."""
    if not formula.has(loop.index):
        return formula
    return domain.simplify(put(formula, {loop.index: loop.last + loop.step}, span))


def summed(formula: Expr, loop: Loop, domain: Domain, span: Span) -> Expr:
    """Return the sum of a formula over the rounds."""
    if not formula.has(loop.index):
        return formula * loop.times
    whole = summation(formula, loop.index, loop.low, _TIMES + loop.low - 1, domain)
    return evaluated(put(whole, {_TIMES: loop.times}, span))


# ------------------------------------------------------------------ sights
def _before(start: Sight, step: Sight, loop: Loop, here: str, domain: Domain) -> Sight:
    """Return the sight of what arrives at round i."""
    done = loop.step * (loop.index - loop.first)
    return _power(start, step, loop, done, here, domain) or _nothing(start, step, here)


def _after(start: Sight, step: Sight, loop: Loop, here: str, domain: Domain, span: Span) -> Sight:
    """Return the sight of what leaves the last round."""
    found = _power(start, step, loop, _TIMES, here, domain)
    if found is not None:
        return found.changed(lambda f: domain.simplify(put(f, {_TIMES: loop.times}, span)))
    if domain.proves(Condition(loop.times - 1, ">=")):
        sources = dict(step.views)
        if here not in sources:  # a round goes on from elsewhere: what it gets does not matter
            return step.at({loop.index: loop.last}, domain)
        if len(sources) == 1 and sources[here].reach == "all":
            return start.through(step, here, domain)
    if loop.times.is_Integer and loop.times <= _FEW:
        sight = start
        for k in range(int(loop.times)):
            sight = sight.through(step.at({loop.index: loop.first + k * loop.step}, domain), here, domain)
        return sight
    return _nothing(start, step, here)


def _power(start: Sight, step: Sight, loop: Loop, times: Expr, here: str, domain: Domain) -> Sight | None:
    """Return the sight after a number of rounds, None where it is no power of windows."""
    ((source, view), *others) = step.views
    if others or source != here:
        return None
    if view.reach == "all" and start.reach == "all":
        return start
    if view.reach != "window":
        return None
    if all(w == Window() for w in view.windows):
        return start
    windows = per_axis(lambda w: _repeated(w, loop, times, domain), view.windows)
    return start.through(Sight(((here, replace(view, windows=windows, gaps=view.skips)),)), here, domain)


def _repeated(window: Window, loop: Loop, times: Expr, domain: Domain) -> Window:
    """Return the window of several rounds; that of one may depend on the index, but not its jump."""
    counted = {loop.index: loop.first + loop.step * _ROUND}
    size, before, after_ = (f.xreplace(counted) for f in (window.size, window.before, window.after))
    return compose(Window(size, window.jump, before, after_), _ROUND, S.Zero, times - 1, domain)


def _nothing(start: Sight, step: Sight, here: str) -> Sight:
    others = Sight(tuple((source, view) for source, view in step.views if source != here))
    names = dict.fromkeys([*(name for name, _ in start.views), *(name for name, _ in others.views)])
    known = dict((*others.views, *start.views))
    return Sight(tuple((name, known[name].nothing_known()) for name in names))


# ------------------------------------------------------------------ labels
def marked(path: str, label: str, names: frozenset[str], mark: str) -> Callable[[str], str]:
    """Return how labels in a round are shown: with the round in brackets where rounds differ.

    >>> marked("", "", frozenset({"c"}), "1")("c.conv1"), marked("B.", "B", frozenset(), "i")("B.relu1")
    ('c[1].conv1', 'B[i].relu1')
    """

    def shown(own: str) -> str:
        if not mark or not own:
            return own
        if label:
            rest = own[len(label) :]
            return f"{label}[{mark}]{rest}"
        name = re.match(r"\w+", own[len(path) :])
        if name is None or name[0] not in names or own[len(path) + name.end() :].startswith("["):
            return own
        cut = len(path) + name.end()
        return f"{own[:cut]}[{mark}]{own[cut:]}"

    return shown
