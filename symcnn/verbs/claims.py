"""Claims of a text: proved, refuted with a counterexample, undecided; or held at given values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from sympy import Expr, Rational, Symbol, sympify

from symcnn.algebra.conditions import Comparison, Condition
from symcnn.algebra.exact import Value
from symcnn.algebra.identity import SAMPLES, Decision, decide
from symcnn.depth import deep_recursion
from symcnn.errors import NetworkError, SymcnnError
from symcnn.language import syntax
from symcnn.layers.base import Shape
from symcnn.network.declarations import conditions
from symcnn.network.labels import plain
from symcnn.network.limits import MAX_BITS
from symcnn.network.model import Model
from symcnn.network.scope import evaluate
from symcnn.network.state import Claim
from symcnn.source import Place
from symcnn.verbs.inquirer import Answers, Side, read_shape, read_side

Outcome = Literal["proved", "holds", "refuted", "undecided"]
_COMPARISONS: dict[str, Comparison] = {"==": "==", "!=": "!=", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}


@dataclass(frozen=True)
class Verdict:
    """What is known of one claim.

    `outcome` is "proved" (for every value in the domain), "holds" (at the given values),
    "refuted" (`counterexample` gives the smallest values found, empty where there are no
    free symbols) or "undecided" (`samples` points agreed). `sides` are the formulas
    compared; `text`, `place` and `note` are those of the text.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input 1 @ I x I; conv 3x3 -> 4; assert size == I - 2"))
    >>> check(net)[0].outcome
    'proved'
    """

    outcome: Outcome
    text: str
    place: Place
    note: str | None = None
    counterexample: Mapping[str, Value] | None = None
    samples: int = 0
    sides: tuple[Side, ...] = field(default=(), repr=False)
    _point: Mapping[Symbol, Value] = field(default_factory=dict, repr=False)
    network: str = ""

    def against(self) -> str:
        """Return in words what speaks against a refuted claim: the values, and both sides there.

        >>> from symcnn.source import Source
        >>> net = Model.read(Source("net", "input C@9x9; conv 3x3 -> 4; assert params == 40"))
        >>> check(net)[0].against()
        'at C = 2: 76 against 40'
        """
        point = {s: sympify(v, strict=True) for s, v in self._point.items()}
        shown = " against ".join(_shown(side, point) for side in self.sides)
        where = ", ".join(f"{s} = {v}" for s, v in (self.counterexample or {}).items())
        return f"at {where}: {shown}" if where else shown


def failing_point(verdict: Verdict) -> Mapping[Symbol, Value]:
    """Return the counterexample of a verdict by symbols; rounds of repeats are among them.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input 1@9; repeat i in 1..D { relu; assert i < 3 }"))
    >>> failing_point(check(net)[0])
    {i: 3}
    """
    return verdict._point


@dataclass(frozen=True)
class Meaning:
    """What a claim says of a network: both sides, and the conditions that it amounts to.

    `model` is the network at the values after `given`, if there are any.
    """

    model: Model
    claim: Claim
    sides: tuple[Side, ...]
    wanted: tuple[Condition, ...]

    @property
    def assumed(self) -> tuple[Condition, ...]:
        """What holds where the claim stands, beyond what is declared of the symbols."""
        return (*self.model.conditions, *self.claim.assumed)


Specialised = dict[frozenset[tuple[str, Expr]], Model]
"""Networks at the values after `given`, by these values."""


def check(model: Model, *, samples: int = SAMPLES) -> tuple[Verdict, ...]:
    """Return a verdict for every claim of the text, those of its `net` blocks included.

    A claim about every value is decided where the network exists, i.e. under its
    conditions; one in a repeat, for every round. Raises SymcnnError, with the place, for a
    claim that cannot be read: unknown labels, shapes compared with numbers, values
    outside the domain.
    """
    inner = (verdict for net in model.nets.values() for verdict in check(net, samples=samples))
    known: Specialised = {}
    own = (judge(model, claim, meanings(model, claim, known), samples=samples) for claim in claimed(model))
    return (*own, *inner)


def claimed(model: Model) -> Iterator[Claim]:
    """Yield the claims to decide: one with `given` that stands in several rounds once.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input 1@9; repeat 2 { relu; assert size == 9 given defaults }"))
    >>> len(list(claimed(net)))
    1
    """
    done: set[tuple[int, str]] = set()
    for claim in model.claims:
        key = (id(claim.node), plain(claim.path))
        if key not in done:
            yield claim
        if given_to(claim) is not None:
            done.add(key)


def given_to(claim: Claim) -> syntax.Given | None:
    """Return the values after `given`; None for a claim about all values."""
    return claim.node.given if isinstance(claim.node, syntax.Assert) else None


def meanings(model: Model, claim: Claim, known: Specialised | None = None) -> tuple[Meaning, ...]:
    """Return what a claim says: of the network, or in each round of what `given` makes of it.

    None where that has no round left in which the claim stands. `known` keeps the networks at
    the values after `given`. Raises SymcnnError, with the place, for a claim that cannot be read.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input 1 @ I x I; conv K -> 4; assert size == 8 given K = 3"))
    >>> [meaning.wanted for meaning in meanings(net, net.claims[0])]
    [(Condition(expr=I - 10, relation='=='),)]
    """
    with _at_its_place(model, claim):
        there = _given_model(model, claim, {} if known is None else known)
        if there is model:
            return (_meaning(model, claim),)
        same = [c for c in there.claims if c.node is claim.node and plain(c.path) == plain(claim.path)]
        return tuple(_meaning(there, each) for each in same)


@contextmanager
def _at_its_place(model: Model, claim: Claim) -> Iterator[None]:
    """Let errors have the place of a claim."""
    try:
        with deep_recursion():
            yield
    except SymcnnError as error:
        raise error.locate(model.source, claim.node.span) from None
    except RecursionError:
        fact = "the formulas here nest too deeply"
        raise NetworkError(fact, claim.node.span, source=model.source) from None


def _given_model(model: Model, claim: Claim, known: Specialised) -> Model:
    given = given_to(claim)
    if given is None:
        return model
    values = model.values(given, claim.scope)
    if not values:
        raise NetworkError("no symbol has a default", given.span, hint="declare one: symbol I = 224")
    key = frozenset(values.items())
    if key not in known:
        known[key] = model.at(values)
    return known[key]


def judge(model: Model, claim: Claim, found: Sequence[Meaning], *, samples: int = SAMPLES) -> Verdict:
    """Return the verdict on a claim by all that it says; the worst one where it says several things.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input 1 @ I x I; conv 3 -> 4; assert size == I"))
    >>> judge(net, net.claims[0], meanings(net, net.claims[0])).outcome
    'refuted'
    """
    with _at_its_place(model, claim):
        verdicts = [_decided(meaning, samples) for meaning in found]
    worst = min(verdicts, key=lambda v: _ORDER.index(v.outcome), default=None)
    return worst or _verdict(model, claim, Decision("proved"), ())  # no round is left in which it stands


_ORDER = ("refuted", "undecided", "holds", "proved")


def _decided(meaning: Meaning, samples: int) -> Verdict:
    model = meaning.model
    decision = decide(meaning.wanted, model.domain.assuming(meaning.assumed), samples)
    return _verdict(model, meaning.claim, decision, meaning.sides)


def _verdict(model: Model, claim: Claim, decision: Decision, sides: tuple[Side, ...]) -> Verdict:
    given = given_to(claim)
    counterexample = decision.counterexample
    outcome: Outcome = "holds" if decision.outcome == "proved" and given is not None else decision.outcome
    return Verdict(
        outcome,
        " ".join(model.source.quote(claim.node.span).split()),
        model.source.place(claim.node.span.start),
        claim.node.note if isinstance(claim.node, syntax.Assert) else None,
        None if counterexample is None else {s.name: v for s, v in counterexample.items()},
        decision.samples,
        sides,
        counterexample or {},
        model.name,
    )


def _shown(side: Side, point: Mapping[Symbol, Expr]) -> str:
    """Return a side at a point; a number too long to be read by its size only."""
    if isinstance(side, Expr):
        value = side.xreplace(point)
        bits = int(value).bit_length() if value.is_Integer else 0
        return f"a number of {bits} bits" if bits > MAX_BITS else str(value)
    extents = "x".join(str(e.xreplace(point)) for e in side.extents)
    return f"{side.maps.xreplace(point)}@{extents}"


# ------------------------------------------------------------------ from sides to conditions
def _meaning(model: Model, claim: Claim) -> Meaning:
    sides, wanted = _compared(model, claim)
    return Meaning(model, claim, sides, tuple(wanted))


def _compared(model: Model, claim: Claim) -> tuple[tuple[Side, ...], list[Condition]]:
    """Return the sides of a claim and the conditions that it amounts to."""
    scope = claim.scope.inner({}, measure=Answers(model, claim.path, loops=claim.loops))
    if isinstance(claim.node, syntax.Shape) and claim.part is not None:
        found, claimed = claim.part.shape, read_shape(claim.node, scope)
        return (found, claimed), list(_shapes_equal(found, claimed, "==", claim.node))
    condition = claim.node.condition  # type: ignore[union-attr]
    if isinstance(condition, syntax.Is):
        return (evaluate(condition.subject, scope),), list(conditions(condition, scope))
    sides = tuple(read_side(side, scope) for side in condition.sides)
    wanted: list[Condition] = []
    for at, operator in enumerate(condition.operators):
        left, right = sides[at], sides[at + 1]
        if isinstance(left, Shape) or isinstance(right, Shape):
            wanted.extend(_shapes_equal(left, right, operator, condition))
        elif operator == "~":
            wanted.extend(_close(left, right, condition.sides[at], condition.sides[at + 1]))
        else:
            wanted.append(Condition.of(left, _COMPARISONS[operator], right))
    return sides, wanted


def _shapes_equal(left: Side, right: Side, operator: str, node: syntax.Node) -> Iterator[Condition]:
    if not (isinstance(left, Shape) and isinstance(right, Shape)):
        raise NetworkError(
            "a shape is compared with a number", node.span, hint="write maps@extents, as 96@55x55"
        )
    if operator != "==":
        raise NetworkError(f"shapes are compared with '==', not '{operator}'", node.span)
    if len(right.extents) == 1 < left.rank:
        right = Shape(right.maps, right.extents * left.rank)
    if left.rank != right.rank:
        raise NetworkError(f"a shape of {left.rank} axes is compared with one of {right.rank}", node.span)
    yield Condition(left.maps - right.maps, "==")
    for mine, its in zip(left.extents, right.extents, strict=True):
        yield Condition(mine - its, "==")


def _close(left: Expr, right: Expr, a: syntax.Node, b: syntax.Node) -> Iterator[Condition]:
    """Yield what `left ~ right` means: equal at the precision with which the literal is written."""
    if isinstance(a, syntax.Number) and not isinstance(b, syntax.Number):
        left, right, b = right, left, a
    if not isinstance(b, syntax.Number):
        raise NetworkError("'~' needs a written number on one side", b.span, hint="as in params ~ 61M")
    half = Fraction(b.ulp) / 2
    slack = Rational(half.numerator, half.denominator)
    yield Condition(left - right + slack, ">=")
    yield Condition.of(right + slack, ">", left)
