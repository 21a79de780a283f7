"""A layer of the syntax tree in plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symcnn.language import syntax
from symcnn.verify.oracle.arithmetic import (
    Invalid,
    Scope,
    Unknown,
    checked,
    integer,
    integers,
    number,
    per_axis,
)
from symcnn.verify.oracle.counting import ADAPTIVE, POOLS
from symcnn.verify.oracle.windows import Layer, Sides

_WINDOWED = ("conv", "depthwise", "local", "deconv", "maxunpool", *POOLS)
_STEP_IS_WINDOW = (*POOLS, "maxunpool")
_GROUPED = ("groupnorm", "split", "shuffle")
_ENLARGED = ("upsample", "pixelshuffle", "pixelunshuffle")
_FREE = ("dropout", "leakyrelu", "elu")  # any number, which changes no size
_WORDS = ("valid", "half", "same", "full")


def read_layer(node: syntax.Layer, rank: int, scope: Scope) -> Layer:
    """The layer with all its numbers, for a tensor of so many axes that arrives."""
    found: dict[str, Any] = {}
    if node.maps is not None:
        found["maps"] = integer(node.maps, scope)
    if node.head is not None:
        found |= _head(node, node.head, rank, scope)
    for attribute in node.attributes:
        found |= _attribute(attribute, rank, scope)
    if node.word in _WINDOWED:
        one = (1,) * rank
        found.setdefault("stride", found["kernel"] if node.word in _STEP_IS_WINDOW else one)
        found.setdefault("dilation", one)
        found.setdefault("outpad", (0,) * rank)
    return Layer(node.word, **found)


def _head(node: syntax.Layer, head: syntax.Size | syntax.Shape, rank: int, scope: Scope) -> dict[str, Any]:
    """What stands left of the arrow."""
    if isinstance(head, syntax.Shape):
        extents = tuple(integer(axis, scope) for axis in head.extents.axes)
        return {"maps": integer(head.maps, scope), "extents": extents}
    if node.word in (*_WINDOWED, *ADAPTIVE):
        return {"kernel": integers(per_axis(head, rank, scope))}
    if node.word in ("pad", "crop"):
        return {"pad": _sides(head, rank, scope)}
    if node.word in _ENLARGED:
        factors = [f for f, _ in per_axis(head, rank, scope)]
        whole = node.word != "upsample"
        return {"factor": tuple(Fraction(checked(f) if whole else f) for f in factors)}
    if node.word in _GROUPED:
        return {"groups": integer(head.axes[0], scope)}
    if node.word in _FREE:
        number(head.axes[0], scope)
        return {}
    if node.word == "lrn":
        integer(head.axes[0], scope)
        return {}
    raise Unknown(f"the size of {node.word}")


def _attribute(node: Any, rank: int, scope: Scope) -> dict[str, Any]:
    if isinstance(node, syntax.Negated):
        return {node.name: False}
    if isinstance(node, syntax.Flag):
        return {node.name: True}
    if node.name == "table":
        return {"rows": _table(node.value, scope)}
    if node.name in ("groups", "part"):
        return {node.name: integer(node.value.axes[0], scope)}
    if node.name == "pad":
        word = node.value.axes[0]
        if isinstance(word, syntax.Ref) and word.path[0] in _WORDS:
            return {"pad": word.path[0]}
        return {"pad": _sides(node.value, rank, scope)}
    if node.name in ("stride", "dilation", "outpad"):
        return {node.name: integers(per_axis(node.value, rank, scope), node.name != "outpad")}
    raise Unknown(f"the attribute {node.name}")


def _sides(size: syntax.Size, rank: int, scope: Scope) -> Sides:
    return tuple((checked(a, 0), checked(b, 0)) for a, b in per_axis(size, rank, scope))


def _table(node: syntax.Table, scope: Scope) -> tuple[Sequence[int], ...]:
    """The input maps of each output map; where only their number is written, the first so many."""
    rows: list[Sequence[int]] = []
    for item in node.items:
        if isinstance(item, syntax.Times):
            rows += [range(integer(item.fan_in, scope))] * integer(item.count, scope)
        else:
            rows.append(_row(item, scope))
    return tuple(rows)


def _row(item: Any, scope: Scope) -> Sequence[int]:
    if isinstance(item, syntax.Range):
        return range(integer(item.first, scope, 0), integer(item.last, scope, 0) + 1)
    if isinstance(item, syntax.Table):
        row = [c for entry in item.items for c in _row(entry, scope)]
        if len(set(row)) != len(row):
            raise Invalid("a row names an input map twice")
        return row
    return (integer(item, scope, 0),)
