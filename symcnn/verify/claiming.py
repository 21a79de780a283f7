"""The claims of a text against the oracle: what each says at values, and what was found out about it.

At values at which the network stands, both sides of a claim are evaluated, and must compare as
the oracle says. What is proved, or holds, must be true there. What is refuted must be false at its
counterexample. A claim with `given` is looked at where its values are put in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Rational, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import Value, evaluate
from symcnn.algebra.sampling import Point, small_points
from symcnn.errors import DomainError, SymcnnError
from symcnn.network.graph import Loop
from symcnn.network.model import Model
from symcnn.network.state import Claim
from symcnn.source import Span
from symcnn.verbs.claims import Meaning, Specialised, Verdict, failing_point, given_to, judge, meanings
from symcnn.verify.comparing import Difference, indices
from symcnn.verify.drafts import Dice
from symcnn.verify.oracle.arithmetic import Invalid
from symcnn.verify.oracle.claiming import told
from symcnn.verify.oracle.interpreter import Limits, TooLarge, execute
from symcnn.verify.oracle.results import Result
from symcnn.verify.points import Points
from symcnn.verify.subject import Subject

LIMITS = Limits(layers=1500, maps=100_000, extent=2000)  # some seconds of counting
SMALL = 24  # largest value drawn beside those after `given`
_DRAWN = 3  # bindings of a claim with `given` that leaves symbols free
_FEW = 40  # small points among which one completes a counterexample


@dataclass(frozen=True)
class Disagreement(Difference):
    """A claim of which the oracle says something else; `where` is its text."""

    def __str__(self) -> str:
        return f"{self.where}: {self.found}, {self.way} {self.expected}"


class Skipped(SymcnnError):
    """A claim cannot be compared; the fact says why."""


@dataclass(frozen=True)
class Asked:
    """A claim with what it says, and the verdict on it."""

    claim: Claim
    meanings: tuple[Meaning, ...]
    verdict: Verdict

    @cached_property
    def others(self) -> frozenset[Symbol]:
        """The symbols that stand in the claim, but nowhere in the network."""
        used = frozenset[Symbol]().union(*(c.expr.free_symbols for m in self.meanings for c in m.wanted))
        known = (*self.model.symbols.values(), *(loop.index for m in self.meanings for loop in m.claim.loops))
        return used.difference(known)

    @property
    def model(self) -> Model:
        """The network at the values after `given`; raises Skipped where the claim is in no round."""
        if not self.meanings:
            raise Skipped("it stands in no round there")
        return self.meanings[0].model

    @property
    def apart(self) -> bool:
        """Whether the values at which the network is verified do not say all that the claim needs."""
        return given_to(self.claim) is not None or bool(self.meanings and self.others)

    @property
    def holds(self) -> bool:
        """Whether the verdict is that the claim is true."""
        return self.verdict.outcome in ("proved", "holds")


class Claims:
    """The claims of a network: which were compared, and why others were not (by their place).

    >>> from symcnn.source import Source
    >>> text = "input 1@I; conv 3 -> 4; assert size == I - 2; assert size == 9"
    >>> claims = Claims(Subject(Source("net", text)))
    >>> list(claims.by_themselves()), len(claims.compared), claims.skipped
    ([], 1, {})
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.compared: set[Span] = set()
        self.skipped: dict[Span, str] = {}
        self._spans: set[Span] = set()
        self.asked = self._read()  # the claims that can be read, by their place
        self._counted: dict[frozenset[tuple[str, Value]], Result] = {}

    def _read(self) -> Mapping[Span, Sequence[Asked]]:
        """Return the claims that can be read; the reason is kept for the others."""
        found: dict[Span, list[Asked]] = {}
        known: Specialised = {}
        for net, claim in self.subject.claims():
            self._spans.add(claim.node.span)
            try:
                said = meanings(net, claim, known)
                asked = Asked(claim, said, judge(net, claim, said))
                found.setdefault(claim.node.span, []).append(asked)
            except SymcnnError as error:
                self.skipped[claim.node.span] = error.fact
        return found

    # ---------------------------------------------------------------- at values
    def against(self, point: Point, counted: Result) -> Iterator[Disagreement]:
        """Yield where claims about all values are something else to the oracle at a point."""
        for span, some in self.asked.items():
            if not some[0].apart:
                yield from self._at(span, some, point, counted)

    def by_themselves(self) -> Iterator[Disagreement]:
        """Yield where a counterexample does not fail, or a claim with `given` is something else there."""
        for span, some in self.asked.items():
            try:
                if some[0].apart and any(_put(each) != _put(some[0]) for each in some):
                    raise Skipped("`given` says something else in each call")
                refuted = next((each for each in some if each.verdict.outcome == "refuted"), None)
                if refuted is not None:
                    yield from self._fails(span, some, refuted)
                if some[0].apart:
                    yield from self._where_drawn(span, some)
            except (Skipped, DomainError) as error:
                self.compared.discard(span)
                self.skipped[span] = error.fact

    @property
    def left_out(self) -> Counter[str]:
        """The reasons why claims were not compared, each with the number of claims."""
        spans = self._spans - self.compared
        return Counter(self.skipped.get(span, "no values small enough for the oracle") for span in spans)

    def _at(self, span: Span, some: Sequence[Asked], point: Point, counted: Result) -> Iterator[Disagreement]:
        said = [true for node, true in told(counted) if node.span == span]
        try:
            here = [true for each in some for true in _said(each.meanings, point)]
        except DomainError as error:
            self.skipped[span] = error.fact
            return
        truths = [true for true in said if true is not None]
        if len(truths) < len(said):
            self.skipped[span] = "the oracle has no value for it"
            return
        self.compared.add(span)
        if sorted(here) != sorted(truths):
            yield self._other(some[0], f"the formulas say {_shown(here)}", _shown(truths))
        if all(each.holds for each in some) and not all(truths):
            yield self._other(some[0], some[0].verdict.outcome, _shown(truths))

    def _other(self, asked: Asked, found: str, expected: str) -> Disagreement:
        where = f"{asked.verdict.text} (line {asked.verdict.place.line})"
        return Disagreement("the oracle says", where, "claim", found, expected)

    # ---------------------------------------------------------------- at values of its own
    def _fails(self, span: Span, some: Sequence[Asked], refuted: Asked) -> Iterator[Disagreement]:
        point = _completed(refuted)
        if point is None:
            self.compared.add(span)
            yield self._other(refuted, f"refuted {refuted.verdict.against()}", "no network there")
            return
        counted = self._executed(refuted, point)
        yield from self._at(span, some, point, counted)
        said = [true for node, true in told(counted) if node.span == span]
        if said and None not in said and all(said):
            yield self._other(refuted, f"refuted {refuted.verdict.against()}", "true")

    def _where_drawn(self, span: Span, some: Sequence[Asked]) -> Iterator[Disagreement]:
        """Yield what differs at values drawn for these claims alone, or at the only ones after `given`."""
        asked = some[0]
        for number, point in enumerate(_drawn(asked)):
            try:
                counted = self._executed(asked, point)
            except Skipped:
                if not number:
                    raise
                return
            yield from self._at(span, some, point, counted)

    def _executed(self, asked: Asked, point: Point) -> Result:
        """Return what the oracle counts at a point, with the values after `given`."""
        given = {name: evaluate(value, point) for name, value in _put(asked).items()}
        values = {s.name: value for s, value in point.items()}
        numbers = {**(self.subject.numbers(point) if given_to(asked.claim) is None else values), **given}
        key = frozenset(numbers.items())
        if key not in self._counted:
            try:
                self._counted[key] = execute(self.subject.program, numbers, limits=LIMITS)
            except TooLarge:
                raise Skipped("too large") from None
            except Invalid as error:
                raise Skipped(f"no network to the oracle: {error.fact}") from None
        counted, block = self._counted[key], self.subject.block
        return counted.nets[block] if block else counted


def _put(asked: Asked) -> dict[str, Expr]:
    """Return the values after `given`, which may be formulas."""
    return dict(asked.model.reading.bindings) if given_to(asked.claim) is not None else {}


def _shown(truths: Sequence[bool]) -> str:
    if not truths:
        return "in no round"
    if len(set(truths)) == 1:
        return "true" if truths[0] else "false"
    return f"true in {sum(truths)} of {len(truths)} places"


def _said(found: Sequence[Meaning], point: Point) -> Iterator[bool]:
    """Yield whether a claim is true at a point, in all rounds."""
    for meaning in found:
        for values in _rounds(meaning.claim.loops, point):
            yield all(condition.holds(values) for condition in meaning.wanted)


def _rounds(loops: Sequence[Loop], values: Mapping[Symbol, Value]) -> Iterator[Mapping[Symbol, Value]]:
    """Yield the values with those of the indices, round for round."""
    if not loops:
        yield values
        return
    outer, *inner = loops
    for number in indices(outer, values):
        yield from _rounds(inner, {**values, outer.index: number})


# ------------------------------------------------------------------ points
def _drawn(asked: Asked) -> Iterator[Point]:
    """Yield a few small points of all symbols of a claim; the only one where none is free."""
    points, dice = Points(asked.model), Dice(asked.verdict.text)
    for _ in range(_DRAWN if asked.model.symbols or asked.others else 1):
        point = points.draw(dice, SMALL)
        if point is not None:
            bounds = {s: asked.model.domain.bounds(s)[0] for s in asked.others}
            yield {**point, **{s: (low or 0) + dice.number(0, 3) for s, low in bounds.items()}}


def _completed(refuted: Asked) -> Point | None:
    """Return a point of all symbols at which a claim should fail, as its counterexample says.

    None: the counterexample names them all, and lies where the network is not valid. Raises Skipped
    where symbols are open and no values for them are found.
    """
    found: list[Point] = []
    held = failing_point(refuted.verdict)
    for meaning in refuted.meanings:
        rounds = {loop.index for loop in meaning.claim.loops}
        for point in _beside(meaning, held):
            whole = {**point, **{s: v for s, v in held.items() if s not in rounds}}
            if not all(_said([meaning], whole)):
                return whole
            found.append(whole)
    if not found and not any(_open(meaning, held) for meaning in refuted.meanings):
        return None
    if not found:
        raise Skipped("nothing found that completes the counterexample")
    return found[0]


def _open(meaning: Meaning, held: Mapping[Symbol, Value]) -> list[Symbol]:
    """Return the symbols of a network that a counterexample does not name."""
    return [s for s in meaning.model.symbols.values() if s not in held]


def _beside(meaning: Meaning, held: Mapping[Symbol, Value]) -> Iterator[Point]:
    """Yield points of the symbols that a counterexample leaves open, at which all that is assumed holds."""
    model: Model = meaning.model
    conditions = (*model.domain.conditions, *meaning.assumed)
    numbers = {s: Rational(v.numerator, v.denominator) for s, v in held.items()}
    left = [Condition(c.expr.xreplace(numbers), c.relation) for c in conditions]
    open_ = _open(meaning, held)
    domain = Domain(tuple(open_), tuple(c for c in left if c.expr.free_symbols))
    for point in small_points(open_, domain, _FEW)[0] if open_ else [{}]:
        values = {**point, **held}
        if all(c.holds(values) for c in conditions if c.expr.free_symbols <= values.keys()):
            yield point
