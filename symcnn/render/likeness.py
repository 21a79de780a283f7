"""Which blocks are alike: those of the same kinds of layers in the same order, and those that are equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from sympy import Expr, S, Symbol

from symcnn.layers.merge import Merge as Meeting
from symcnn.layers.reshape import Identity, Input
from symcnn.network.graph import Group, Jump, Merge, Node, Part, Repeat
from symcnn.network.labels import every

Values = Mapping[Symbol, Expr]


def skeleton(part: Part) -> tuple[Any, ...]:
    """Return the kinds of layers inside, with branches and repeats, without sizes and labels.

    >>> from symcnn.network.model import Model
    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input 3@9x9; a: { conv 3 -> 4; relu }; b: { conv 1 -> 8; relu }"))
    >>> skeleton(net["a"]) == skeleton(net["b"]), equal(net["a"], net["b"])
    (True, False)
    """
    return tuple(_kinds(part))


def _kinds(part: Part) -> Iterator[Any]:
    if isinstance(part, Node):
        yield part.layer.kind if isinstance(part.layer, Meeting) else part.layer.word
    elif isinstance(part, Jump):
        yield "from"
    elif isinstance(part, Merge):
        yield tuple(skeleton(branch) for branch in part.branches)
        yield from _kinds(part.parts[-1])
    elif isinstance(part, Repeat):
        yield "repeat"
        yield skeleton(part.inner[-1]) if part.inner else ()
    else:
        for inner in part.inner:
            yield from _kinds(inner)


def equal(a: Part, b: Part, values: Values | None = None) -> bool:
    """Whether two blocks of one skeleton have the same layers and the same shapes behind each.

    `values` are put into the second one. What arrives may differ.
    """
    ours, theirs = list(a.leaves), list(b.leaves)
    return len(ours) == len(theirs) and all(
        _put(mine.layer, {}) == _put(its.layer, values or {})
        and _put(mine.output, {}) == _put(its.output, values or {})
        for mine, its in zip(ours, theirs, strict=True)
    )


def _put(value: Any, values: Values) -> Any:
    """Return a layer, a shape or a field as plain data, with values in its formulas."""
    if isinstance(value, Expr):
        return value.xreplace(dict(values))
    if isinstance(value, tuple):
        return tuple(_put(inner, values) for inner in value)
    if is_dataclass(value):
        inner = (_put(getattr(value, field.name), values) for field in fields(value))
        return (type(value).__name__, *inner)
    return value


def mentions(part: Part, symbol: Symbol) -> bool:
    """Whether a layer inside, or a shape, depends on a symbol."""
    return any(_has(value, symbol) for node in part.leaves for value in (node.layer, node.input, node.output))


def _has(value: Any, symbol: Symbol) -> bool:
    if isinstance(value, Expr):
        return bool(value.has(symbol))
    if isinstance(value, tuple):
        return any(_has(inner, symbol) for inner in value)
    return is_dataclass(value) and any(_has(getattr(value, field.name), symbol) for field in fields(value))


def family(node: Node) -> str:
    """Return the family of a layer: the file that it stands in."""
    return type(node.layer).__module__.rpartition(".")[2]


def is_quiet(node: Node) -> bool:
    """Whether a layer is named behind the one before it, not drawn: activations, normalisation, dropout."""
    return family(node) in ("activation", "norm") or isinstance(node.layer, Identity)


def is_single(part: Part) -> bool:
    """Whether nothing inside needs a frame: at most one layer that is not quiet, no branches, no rounds."""
    if isinstance(part, Node):
        return True
    if isinstance(part, Merge | Repeat | Jump):
        return False
    if not all(map(is_single, part.inner)):
        return False
    return sum(not is_quiet(node) for node in part.leaves) <= 1


def begins_anew(part: Part) -> bool:
    """Whether a part does not take the tensor that arrives: it begins with an input or a `from`."""
    if isinstance(part, Merge):
        return all(map(begins_anew, part.branches))
    if isinstance(part, Node):
        return isinstance(part.layer, Input)
    first = next((p for p in part.inner if isinstance(p, Jump) or any(True for _ in p.leaves)), None)
    return isinstance(part, Jump) or (first is not None and begins_anew(first))


def passes(part: Part) -> bool:
    """Whether a branch only passes on what arrives."""
    return all(
        type(p) is Group or (isinstance(p, Node) and isinstance(p.layer, Identity)) for p, _ in every(part)
    )


def count(part: Part) -> Expr:
    """Return the number of layers inside, every round counted."""
    return sum((times for node, times in part.rows if not isinstance(node.layer, Meeting)), S.Zero)
