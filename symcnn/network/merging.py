"""Where tensors meet: branches of one tensor, and named tensors that join the current one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sympy import Expr

from symcnn.algebra.conditions import Condition
from symcnn.algebra.quotient import FloorDiv
from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.layers.base import Shape
from symcnn.layers.merge import Merge as Meeting
from symcnn.layers.reshape import Crop
from symcnn.network.assembler import Refusal
from symcnn.network.graph import Merge, Node, Part
from symcnn.network.labels import plain
from symcnn.network.measures import total
from symcnn.network.scope import Scope
from symcnn.network.sight import Sight, conflicts, unite
from symcnn.network.state import State
from symcnn.source import Span

_Tensor = tuple[Shape, Sight]


def merge(state: State, node: syntax.Merge, label: str, scope: Scope) -> Merge:
    """Read branches that start from the same tensor, and let them meet.

    Raises NetworkError, with both formulas, where their shapes agree for no input.
    """
    x, sight = state.arriving(node.span), state.sight
    outer = state.path, state.counters
    if label:
        state.path, state.counters = f"{plain(label)}.", {}
    branches: list[Part] = []
    ends: list[_Tensor] = []
    state.inside += 1
    for branch in node.branches:
        state.tensor, state.sight = x, sight
        branches.append(state.group("", branch.statements, scope, branch.span))
        ends.append((state.tensor, state.sight))
    state.inside -= 1
    word = Span(node.span.start, node.span.start + len(node.kind))
    spans = [branch.span for branch in node.branches]
    end = _meet(state, node.kind, state.numbered(node.kind), ends, word, spans, before=sight)
    if label:
        state.path, state.counters = outer
    counts = total([part.counts for part in branches])
    return Merge(label, x, end.output, end.sight, counts, node.span, (*branches, end))


def join(state: State, node: syntax.Join, label: str, scope: Scope) -> Node:
    """Let the tensor that arrives and named ones meet; `crop(e1)` cuts one to the extents of the first."""
    x = state.arriving(node.span)
    ends: list[_Tensor] = [(x, state.sight)]
    named: list[str] = []
    for operand in node.operands:
        part = state.named(operand.ref, scope)
        end = part.output, part.sight
        if operand.via is not None:
            end = _cropped(state, operand, part, x)
        ends.append(end)
        named.append(part.label)
    spans = [node.span, *(operand.span for operand in node.operands)]
    return _meet(state, node.kind, label, ends, node.span, spans, tuple(named))


def _meet(
    state: State,
    kind: str,
    label: str,
    ends: Sequence[_Tensor],
    span: Span,
    spans: Sequence[Span],
    sources: tuple[str, ...] = (),
    before: Sight | None = None,
) -> Node:
    """Return the node in which tensors meet, with what must hold for that."""
    meeting = Meeting(kind=kind)
    shapes = tuple(shape for shape, _ in ends)
    for at, shape in enumerate(shapes):
        if shape.rank != shapes[0].rank:
            raise NetworkError(
                f"'{kind}' of {_axes(shapes[0].rank)} and of {_axes(shape.rank)}", spans[at],
                hint="flatten, or globalpool, in every branch",
            )  # fmt: skip
    domain = state.world.domain
    for need, at in meeting.fits(shapes):
        # one map or one position meets all: what the formulas need, some values may not
        refusal = Refusal(partial(getattr, need, "fact"), general=kind == "multiply")
        state.needs.demand(need.condition, refusal, spans[at] if sources else span)
    out = meeting.shape_of(shapes).changed(domain.simplify)
    sights = [sight for _, sight in ends]
    for a, b in conflicts(sights):
        state.remarks[f"branches meet that move at different jumps, {a} and {b}", span] = None
    state.tensor, state.sight = out, unite(sights, domain, before)
    return Node(label, shapes[0], out, state.sight, total([]), span, meeting, sources)


def _axes(rank: int) -> str:
    return "a vector" if rank == 0 else f"{rank} ax{'i' if rank == 1 else 'e'}s"


def _cropped(state: State, operand: syntax.Operand, part: Part, x: Shape) -> _Tensor:
    """Return a named tensor cut in its centre to the extents of the one that arrives."""
    if operand.via != "crop":
        raise NetworkError(
            f"a named tensor cannot pass through '{operand.via}' here", operand.span,
            hint="crop(e1); for anything else go on from it in a branch: from e1; relu",
        )  # fmt: skip
    if part.output.rank != x.rank:
        raise NetworkError(f"{_axes(part.output.rank)} cannot be cut to {_axes(x.rank)}", operand.span)
    border: list[tuple[Expr, Expr]] = []
    for its, mine in zip(part.output.extents, x.extents, strict=True):
        gap = its - mine
        refusal = Refusal(partial("nothing to crop: {} is less than {}".format, its, mine))
        state.needs.demand(Condition(gap, ">="), refusal, operand.span)
        before = state.world.domain.simplify(FloorDiv(gap, 2))
        border.append((before, gap - before))
    layer = Crop(border=tuple(border))
    sight = part.sight.then(layer, part.output, state.world.domain)
    return Shape(part.output.maps, x.extents), sight
