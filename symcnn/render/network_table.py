"""The table of a network: a row per layer, the chosen measures, the totals, and what to know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

import sympy

from symcnn.errors import UsageError
from symcnn.network.graph import Measured
from symcnn.network.measures import CONVENTIONS, COUNTED, MEASURES, Convention
from symcnn.network.model import Model
from symcnn.render.cells import Cell, Column, Note, Table
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
    rows = tuple(
        tuple(_cells(names, node.label, _written(model, node.span), node, convention))
        for node in model.root.leaves
    )
    total = tuple(_cells(names, "total", "", model, convention, summed=True))
    notes = tuple(_notes(model, names, convention))
    return Table(model.name or model.source.name, tuple(_columns(names)), rows, total, notes)


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


def _columns(names: Sequence[str]) -> Iterator[Column]:
    yield Column("label", "label", "left")
    for name in names:
        if name == "layer":
            yield Column("layer", "layer", "left", limit=_WORDS)
        else:
            yield Column(name, name, counted=name in _SUMMED)


def _cells(
    names: Sequence[str],
    label: str,
    written: str,
    part: Measured,
    convention: Convention,
    *,
    summed: bool = False,
) -> Iterator[Cell]:
    yield label
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


def _notes(model: Model, names: Sequence[str], convention: Convention) -> Iterator[Note]:
    if model.valid is not sympy.true:
        yield Note("valid for", model.valid)
    defaults = model.defaults.items()
    if defaults:
        known = model.symbols
        equal = (sympy.Eq(known.get(name, symbol(name)), v, evaluate=False) for name, v in defaults)
        yield Note("defaults", tuple(equal))
    if "flops" in names:
        yield Note("flops", CONVENTIONS[convention])
