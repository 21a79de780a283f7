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

    Later entries count over earlier ones, and all over the defaults. A config chooses the
    networks that know it. Names in values that no network knows become symbols of their own,
    positive integers. Raises SymcnnError, with the place in the source or in the network's text.
    """
    models = _that_know(models, given, source)
    values = _bindings(models, given, source)
    if given.defaults and not any(model.defaults for model in models):
        raise UsageError("no symbol has a default", given.span, source=source, hint="give values: I=224")
    return [model.at(_of(model, given, values)) for model in models]


def _that_know(models: Sequence[M], given: syntax.Given, source: Source) -> Sequence[M]:
    """Return the networks that have all configs of a list; raises UsageError if there are none."""
    for entry in given.configs:
        knowing = [model for model in models if entry.name in model.configs]
        if not knowing:
            hints = (model.suggestion(entry.name) for model in models)
            every = ", ".join(dict.fromkeys(name for model in models for name in model.configs))
            best = next((h for h in hints if not h.startswith("configs")), f"configs: {every or 'none'}")
            raise UsageError(f"no config is named '{entry.name}'", entry.span, source=source, hint=best)
        models = knowing
    return models


def _bindings(models: Sequence[M], given: syntax.Given, source: Source) -> dict[str, Expr]:
    """Return the values that are written out, by name."""
    names = {s.name: s for model in models for s in model.symbols.values()}
    unknown = [b for b in given.bindings if b.name not in names]
    if unknown:
        raise UsageError(
            f"no free symbol is named '{unknown[0].name}'", unknown[0].span, source=source,
            hint=f"free symbols: {', '.join(names) or 'none'}",
        )  # fmt: skip
    for binding in given.bindings:
        for name in names_in(binding.value):
            names.setdefault(name, symbol(name))
    scope = Scope(World(symbols=dict(names)), dict(names))
    try:
        return {b.name: evaluate(b.value, scope) for b in given.bindings}
    except SymcnnError as error:
        raise error.locate(source) from None


def _of(model: Model, given: syntax.Given, values: dict[str, Expr]) -> dict[str, Expr]:
    """Return the values of the list for the free symbols of a network."""
    found = dict(model.defaults) if given.defaults else {}
    for entry in given.entries:
        if isinstance(entry, syntax.Defaults):
            continue
        if isinstance(entry, syntax.ConfigName):
            found.update(model.configs[entry.name])
        elif entry.name in model.symbols:
            found[entry.name] = values[entry.name]
    return found
