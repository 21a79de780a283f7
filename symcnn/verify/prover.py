"""Proofs for all integers, by Z3: claims, rewrites of the formulas, branches that meet.

Each is proved, refuted with values, or unknown: Z3 had no answer in time, or the formula holds
what Z3 cannot speak of. Nothing unknown counts as proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import z3
from sympy import Expr, Integer, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.algebra.exact import Value, evaluate
from symcnn.algebra.polynomial import polynomial, terms
from symcnn.algebra.quotient import FloorDiv
from symcnn.errors import DomainError, SymcnnError
from symcnn.layers.base import Shape
from symcnn.layers.merge import Merge as Joined
from symcnn.network.graph import Loop, Merge, Node, Part, Repeat
from symcnn.network.measures import COUNTED, count
from symcnn.render.window_form import window_form
from symcnn.symbols import bound
from symcnn.verbs.claims import Meaning, Specialised, judge, meanings
from symcnn.verify.subject import Subject
from symcnn.verify.translating import Translation

Means = tuple[tuple[Symbol, Expr], ...]
TIMEOUT = 2000  # milliseconds for each
Kind = Literal["claim", "rewrite", "shown", "merge"]
Outcome = Literal["proved", "refuted", "unknown"]


@dataclass(frozen=True)
class Proof:
    """What became of one statement: of which kind it is, where it stands, and values against it.

    For a claim, `line` is its line, `verdict` what `symcnn check` says of it, and `why` the reason
    where it could not be asked.
    """

    kind: Kind
    what: str
    outcome: Outcome
    values: Mapping[str, Value] = field(default_factory=dict)
    line: int = 0
    verdict: str = ""
    why: str = ""

    @property
    def contradicts(self) -> bool:
        """Whether Z3 and `symcnn check` cannot both be right."""
        pair = (self.outcome, self.verdict)
        return pair in (("proved", "refuted"), ("refuted", "proved"), ("refuted", "holds"))

    def __str__(self) -> str:
        at = ", ".join(f"{name} = {value}" for name, value in self.values.items())
        line = f" (line {self.line})" if self.line else ""
        why = f": {self.why}" if self.why else ""
        return f"{self.kind}: {self.what}{line}" + (f" at {at}" if at else "") + why


@dataclass(frozen=True)
class Statement:
    """Something to be proved wherever the premises hold: conditions, and formulas that are equal.

    `means` are letters that stand for formulas. The difference of two formulas is never formed, as
    the algebra that is to be checked would rewrite it.
    """

    kind: Kind
    what: str
    premises: tuple[Condition, ...]
    wanted: tuple[Condition, ...] = ()
    equal: tuple[tuple[Expr, Expr], ...] = ()
    means: tuple[tuple[Symbol, Expr], ...] = ()


def prove(subject: Subject, *, timeout: int = TIMEOUT) -> Iterator[Proof]:
    """Yield what becomes of every statement about a network; `timeout` in milliseconds for each.

    >>> from symcnn.source import Source
    >>> text = "input 1@I; conv 3 -> 4; maxpool 2; assert size == I//2 - 1; assert size < I//2 - 1"
    >>> found = list(prove(Subject(Source("net", text))))
    >>> [(proof.what, proof.outcome) for proof in found if proof.kind == "claim"]
    [('assert size == I//2 - 1', 'proved'), ('assert size < I//2 - 1', 'refuted')]
    >>> {proof.outcome for proof in found if proof.kind != "claim"}
    {'proved'}
    """
    yield from _claims(subject, timeout)
    known: dict[Statement, Proof] = {}
    for statement in statements(subject):
        question = replace(statement, what="")
        if question not in known:
            known[question] = decided(statement, timeout)
        proof = known[question]
        yield Proof(statement.kind, statement.what, proof.outcome, proof.values)


def statements(subject: Subject) -> Iterator[Statement]:
    """Yield what is to be proved of the formulas: rewrites, shown forms, and merges."""
    net = subject.net
    if net.has_layers:
        yield from _of_part(net.root, (*net.domain.conditions, *net.conditions))


# ------------------------------------------------------------------ claims
def _claims(subject: Subject, timeout: int) -> Iterator[Proof]:
    """Yield what becomes of every claim; of one that cannot be asked, that this is unknown, and why.

    What stands after `given` is assumed: the network is read with these values in it.
    """
    known: Specialised = {}
    for net, claim in subject.claims():
        text = " ".join(net.source.quote(claim.node.span).split())
        unknown = Proof("claim", text, "unknown", line=net.source.place(claim.node.span.start).line)
        try:
            said = meanings(net, claim, known)
            verdict = judge(net, claim, said).outcome
        except SymcnnError as error:  # of a measure that is not known
            yield replace(unknown, why=error.fact)
            continue
        found = min((_asked(meaning, text, timeout) for meaning in said), key=_worst_first, default=None)
        if found is None:
            yield replace(unknown, outcome="proved", verdict=verdict, why="it stands in no round there")
        else:
            yield replace(unknown, outcome=found.outcome, values=found.values, verdict=verdict)


def _asked(meaning: Meaning, text: str, timeout: int) -> Proof:
    premises = (*meaning.model.domain.conditions, *meaning.assumed)
    return decided(Statement("claim", text, premises, meaning.wanted), timeout)


def _worst_first(proof: Proof) -> int:
    return ("refuted", "unknown", "proved").index(proof.outcome)


# ------------------------------------------------------------------ layer by layer
def _of_part(part: Part, premises: tuple[Condition, ...]) -> Iterator[Statement]:
    if isinstance(part, Node):
        yield from _rewrites(part, premises)
        yield from _shown(part, premises)
    elif isinstance(part, Repeat):
        for each, loop in zip(part.parts, part.rounds, strict=True):
            yield from _of_part(each, (*premises, *_within(loop)))
        if part.body is not None and part.loop is not None:
            yield from _of_part(part.body, (*premises, *_within(part.loop)))
    else:
        if isinstance(part, Merge):
            yield from _meeting(part, premises)
        for inner in part.inner:
            yield from _of_part(inner, premises)


def _within(loop: Loop) -> tuple[Condition, ...]:
    return loop.bounds


def _rewrites(node: Node, premises: tuple[Condition, ...]) -> Iterator[Statement]:
    """Yield that the formulas of a layer are what its rules say of the tensor that arrives.

    The rules are applied to letters, which stand for the formulas of that tensor: so what was
    rewritten on the way is compared with what was derived.
    """
    if node.layer.word == "input" or isinstance(node.layer, Joined):
        return
    x, arrives = _letters("in", node.input)
    o, leaves = _letters("out", node.output)
    derived, counted = node.layer.out(x), count(node.layer, x, o)
    pairs = [("maps", node.output.maps, derived.maps)]
    pairs += [("size", a, b) for a, b in zip(node.output.extents, derived.extents, strict=True)]
    for name, shown, rule in pairs:
        yield _equal("rewrite", f"{name} of {node.label}", shown, _exact(rule), premises, arrives)
    if not node.shares:
        means = (*arrives, *leaves)
        for name, shown, rule in zip(COUNTED, node.counts.each, counted.each, strict=True):
            if shown != rule:
                yield _equal("rewrite", f"{name} of {node.label}", shown, rule, premises, means)


def _exact(value: Expr | int) -> Expr:
    return Integer(value) if isinstance(value, int) else value


def _letters(name: str, shape: Shape) -> tuple[Shape, Means]:
    """Return a shape of letters, and what they stand for."""
    maps = bound(f"{name} maps")
    extents = tuple(bound(f"{name} extent {axis + 1}") for axis in range(shape.rank))
    values = (shape.maps, *shape.extents)
    return Shape(maps, extents), tuple(zip((maps, *extents), values, strict=True))


def _equal(
    kind: Kind, what: str, a: Expr, b: Expr, premises: tuple[Condition, ...], means: Means = ()
) -> Statement:
    return Statement(kind, what, premises, equal=((a, b),), means=means)


def _shown(node: Node, premises: tuple[Condition, ...]) -> Iterator[Statement]:
    """Yield that the window form, in which a size is printed, is the size."""
    for extent in dict.fromkeys(node.output.extents):
        beside = terms(extent)
        quotients = [m for m, c in beside.items() if isinstance(m, FloorDiv) and c == 1]
        if len(quotients) == 1:
            p, q = quotients[0].args
            form = window_form(p, q, {m: c for m, c in beside.items() if m != quotients[0]})
            top, rest = polynomial(form.top), polynomial(form.beside)
            # The quotient stays as it is written: built here, it would be rewritten at once.
            quotient, sign = (-top, -1) if form.up else (top, 1)
            shown = ((bound("quotient"), quotient), (bound("divisor"), form.bottom))
            yield Statement(
                "shown", f"size of {node.label}", premises,
                equal=((extent, sign * FloorDiv(bound("quotient"), bound("divisor")) + rest),), means=shown,
            )  # fmt: skip


def _meeting(merge: Merge, premises: tuple[Condition, ...]) -> Iterator[Statement]:
    """Yield that the branches of a merge fit: their extents, and where they are added their maps."""
    layer = getattr(merge.parts[-1], "layer", None)
    if not isinstance(layer, Joined) or layer.kind == "multiply":  # a product may spread a branch
        return
    first, *others = (branch.output for branch in merge.branches)
    for number, other in enumerate(others, 2):
        pairs = list(zip(first.extents, other.extents, strict=True))
        if layer.kind == "add":
            pairs.append((first.maps, other.maps))
        what = f"branches 1 and {number} of {merge.label or merge.parts[-1].label}"
        yield Statement("merge", what, premises, equal=tuple(pairs))


# ------------------------------------------------------------------ asking Z3
def decided(statement: Statement, timeout: int = TIMEOUT) -> Proof:
    """Return what becomes of a statement within the time.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> halves = Statement("claim", "two halves", (), equal=((2 * FloorDiv(I, 2), I),))
    >>> decided(halves).outcome, decided(halves).values["I"] % 2
    ('refuted', 1)
    """
    made = Translation()
    for letter, value in statement.means:
        made.known(letter, value)
    goals = [made.condition(c) for c in statement.wanted]
    goals += [made.term(a) == made.term(b) for a, b in statement.equal]
    if all(z3.is_true(z3.simplify(goal, som=True)) for goal in goals):
        return Proof(statement.kind, statement.what, "proved")
    premises = [made.condition(c) for c in statement.premises]
    solver = z3.Solver()
    solver.set("timeout", timeout)
    solver.add(*premises, *made.premises, z3.Not(z3.And(*goals)))
    answer = solver.check()
    if answer == z3.unsat:
        return Proof(statement.kind, statement.what, "proved")
    if answer == z3.sat:
        point = made.point(solver.model())
        if point is not None and _fails(statement, point):
            return Proof(statement.kind, statement.what, "refuted", {s.name: v for s, v in point.items()})
    return Proof(statement.kind, statement.what, "unknown")


def _fails(statement: Statement, point: Mapping[Symbol, Value]) -> bool:
    """Whether the statement is false at a point where its premises hold, by exact calculation."""
    try:
        known = {**point, **{letter: evaluate(value, point) for letter, value in statement.means}}
        if not all(c.holds(known) for c in statement.premises):
            return False
        equal = all(evaluate(a, known) == evaluate(b, known) for a, b in statement.equal)
        return not (equal and all(c.holds(known) for c in statement.wanted))
    except DomainError:
        return False
