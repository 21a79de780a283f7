"""The table of a network: a row per layer, the chosen measures, the totals, and what to know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

import sympy
from sympy import Expr

from symcnn.errors import UsageError
from symcnn.layers.base import Shape
from symcnn.network.graph import Repeat
from symcnn.network.labels import every
from symcnn.network.measured import Measured
from symcnn.network.measures import CONVENTIONS, COUNTED, MEASURES, Convention
from symcnn.network.model import Model
from symcnn.render.cells import Cell, Column, Note, Table
from symcnn.render.text import text
from symcnn.symbols import symbol

DEFAULT_COLUMNS = ("layer", "shape", "params", "connections", "macs", "receptive")
_SUMMED = frozenset({*COUNTED, "flops"})
_WORDS = 48  # characters of a layer's text that people see
_COMMENT = re.compile(r"#[^\n]*")


def network_table(
    model: Model, columns: Sequence[str] | None = None, *, convention: Convention = "2mac"
) -> Table:
    """Return the table of a network.

    Every row begins with its label. `columns` are names of measures and `layer` (the text
    of the layer), or `all` for all of them. Without any, parameters that are not trained
    get a column of their own where there are some.
    Raises UsageError for an unknown name.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input C @ I x I; conv K -> N"))
    >>> network_table(net, ["layer", "params"]).rows[1]
    ('conv1', 'conv K -> N', N*(C*K**2 + 1))
    """
    names = _chosen(model, columns)
    placed = list(model.root.rows)
    repeated = any(times != 1 for _, times in placed)
    rows = tuple(
        tuple(
            _cells(
                names, node.label, times if repeated else None, _written(model, node.span), node, convention
            )
        )
        for node, times in placed
    )
    summed = _cells(names, "total", "" if repeated else None, "", model, convention, summed=True)
    notes = (*_rounds(model, rows), *_notes(model, names, convention))
    title = model.name or model.source.title
    return Table(title, tuple(_columns(names, repeated)), rows, tuple(summed), notes)


def _chosen(model: Model, columns: Sequence[str] | None) -> tuple[str, ...]:
    if columns is None:
        at = DEFAULT_COLUMNS.index("params") + 1
        some = ("fixed",) if model.fixed != 0 else ()
        return (*DEFAULT_COLUMNS[:at], *some, *DEFAULT_COLUMNS[at:])
    known = ("layer", *MEASURES)
    names = tuple(dict.fromkeys(n for name in columns for n in (known if name == "all" else (name,))))
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else "columns: " + ", ".join(known)
            raise UsageError(f"there is no column '{name}'", hint=hint)
    return names


def _columns(names: Sequence[str], repeated: bool) -> Iterator[Column]:
    yield Column("label", "label", "left")
    if repeated:
        yield Column("rounds", "rounds")
    for name in names:
        if name == "layer":
            yield Column("layer", "layer", "left", limit=_WORDS)
        else:
            yield Column(name, name, counted=name in _SUMMED)


def _cells(
    names: Sequence[str],
    label: str,
    rounds: Cell,
    written: str,
    part: Measured,
    convention: Convention,
    *,
    summed: bool = False,
) -> Iterator[Cell]:
    yield label
    if rounds is not None:
        yield rounds
    for name in names:
        if name == "layer":
            yield written
        elif summed and name not in _SUMMED:
            yield ""
        else:
            value: Any = part.measure(name, convention=convention)
            yield value if value != () else None


def _written(model: Model, span: Any) -> str:
    """Return a layer as the text has it, on one line and without comments."""
    return " ".join(_COMMENT.sub("", model.source.quote(span)).split())


def _rounds(model: Model, rows: Sequence[Sequence[Cell]]) -> Iterator[Note]:
    """Yield what the indices of repeats stand for, where rows have them."""
    used = set[object]()
    for row in rows:
        for cell in row:
            for formula in cell if isinstance(cell, tuple) else (cell,):
                if isinstance(formula, Shape):
                    used.update(*(f.free_symbols for f in (formula.maps, *formula.extents)))
                elif isinstance(formula, Expr):
                    used |= formula.free_symbols
    for part, _ in every(model.root):
        if isinstance(part, Repeat) and part.loop is not None and part.body is not None:
            loop = part.loop
            if loop.index in used:
                inside = (*part.body.parts, *(inner for inner, _ in every(part.body)))
                first = next((inner.label for inner in inside if inner.label), "")
                ends = f"{text(loop.first, ascii=True)}..{text(loop.last, ascii=True)}"
                yield Note(f"rounds of {part.label or first}", f"{loop.index} in {ends}")


def _notes(model: Model, names: Sequence[str], convention: Convention) -> Iterator[Note]:
    if model.valid is not sympy.true:
        yield Note("valid for", model.valid)
    defaults = model.defaults.items()
    if defaults:
        known = model.symbols
        equal = (sympy.Eq(known.get(name, symbol(name)), v, evaluate=False) for name, v in defaults)
        yield Note("defaults", tuple(equal))
    for remark in model.remarks:
        yield Note("note", remark)
    if "flops" in names:
        yield Note("flops", CONVENTIONS[convention])
