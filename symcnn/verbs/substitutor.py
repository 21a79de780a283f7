"""Values for symbols, as they are written: `I = 227, N = 2*G`, `defaults`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sympy import Expr

from symcnn.errors import SymcnnError, UsageError
from symcnn.language import syntax
from symcnn.language.walk import names as names_in
from symcnn.network.model import Model
from symcnn.network.scope import Scope, World, evaluate
from symcnn.source import Source
from symcnn.symbols import symbol

M = TypeVar("M", bound=Model)


def substitute(models: Sequence[M], given: syntax.Given, source: Source) -> list[M]:
    """Return the networks with the written values put in; each takes those of its own symbols.

    Names that no network knows become symbols of their own, positive integers. Raises
    SymcnnError, with the place in the source or in the network's own text.
    """
    names = {s.name: s for model in models for s in model.symbols.values()}
    unknown = [b for b in given.bindings if b.name not in names]
    if unknown:
        has = ", ".join(names) or "none"
        hint = f"free symbols: {has}"
        raise UsageError(
            f"no free symbol is named '{unknown[0].name}'", unknown[0].span, source=source, hint=hint
        )
    if given.defaults and not any(model.defaults for model in models):
        raise UsageError("no symbol has a default", given.span, source=source, hint="give values: I=224")
    for binding in given.bindings:
        for name in names_in(binding.value):
            names.setdefault(name, symbol(name))
    scope = Scope(World(symbols=dict(names)), dict(names))
    try:
        values = {b.name: evaluate(b.value, scope) for b in given.bindings}
    except SymcnnError as error:
        raise error.locate(source) from None
    return [
        model.at({**(model.defaults if given.defaults else {}), **_of(values, model)}) for model in models
    ]


def _of(values: dict[str, Expr], model: Model) -> dict[str, Expr]:
    return {name: value for name, value in values.items() if name in model.symbols}
