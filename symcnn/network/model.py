"""A text with the network it describes: measures, labels, substitution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property
from numbers import Rational as Rational_
from typing import Self

import sympy
from sympy import Expr, Rational, Symbol

from symcnn.algebra.conditions import Condition, as_relation
from symcnn.algebra.domain import Domain
from symcnn.errors import DomainError, LanguageError, NetworkError, SymcnnError, UsageError
from symcnn.language import syntax
from symcnn.language.parser import parse, parse_expression
from symcnn.layers import vocabulary
from symcnn.layers.base import Shape
from symcnn.network.declarations import admit
from symcnn.network.elaborator import Reading, elaborate
from symcnn.network.graph import Group, Part
from symcnn.network.labels import Reference, every
from symcnn.network.measured import Measured
from symcnn.network.measures import Counts
from symcnn.network.needs import written
from symcnn.network.scope import Scope, evaluate
from symcnn.network.sight import Sight
from symcnn.network.state import Claim, Elaborated
from symcnn.source import Source
from symcnn.symbols import rank


class Model(Measured):
    """The network of a text, or several of them in `net` blocks."""

    def __init__(self, source: Source, reading: Reading, elaborated: Elaborated) -> None:
        self.source = source
        self.reading = reading  # what it was read from, for those who read it in another way
        self._elaborated = elaborated

    @classmethod
    def read(cls, source: Source) -> Self:
        """Return the network that a text describes; raises SymcnnError with the place of a mistake."""
        return cls.of(source, parse(source, vocabulary()))

    @classmethod
    def of(cls, source: Source, program: syntax.Program) -> Self:
        """Return the network of a text that is a tree already; raises SymcnnError as `read`."""
        reading = Reading.of(program)
        try:
            return cls(source, reading, elaborate(reading))
        except SymcnnError as error:
            raise error.locate(source) from None

    # ---------------------------------------------------------------- what it is
    @property
    def name(self) -> str:
        """Name of a `net` block; empty for the network of a whole text."""
        return self._elaborated.name

    @cached_property
    def nets(self) -> Mapping[str, Self]:
        """The networks of the `net` blocks by name."""
        make = type(self)
        return {inner.name: make(self.source, self.reading, inner) for inner in self._elaborated.nets}

    @property
    def root(self) -> Group:
        """All layers as one group; raises UsageError if there are none but in `net` blocks."""
        if not self._elaborated.root.parts and self._elaborated.nets:
            names = ", ".join(f"'{name}'" for name in self.nets)
            raise UsageError(
                f"{self.source.name} holds {len(self.nets)} networks", hint=f"take one of {names}"
            )
        return self._elaborated.root

    @property
    def has_layers(self) -> bool:
        """Whether there are layers outside of `net` blocks."""
        return bool(self._elaborated.root.parts)

    @property
    def output(self) -> Shape:  # type: ignore[override]
        """Shape that leaves the network: of `output` where it names one layer, else of the last."""
        return self._end.output

    @property
    def counts(self) -> Counts:  # type: ignore[override]
        """Sums over all layers."""
        return self.root.counts

    @property
    def sight(self) -> Sight:  # type: ignore[override]
        """What an output sees of the input."""
        return self._end.sight

    @property
    def outputs(self) -> Mapping[str, Part]:
        """What the `output` statement names, by label."""
        return dict(self._elaborated.outputs)

    @property
    def _end(self) -> Part:
        outputs = self.outputs
        if len(outputs) > 1:
            raise UsageError("the network has several outputs", hint=f"take one of {', '.join(outputs)}")
        return next(iter(outputs.values()), self.root)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Layers and groups in the order of the text."""
        return self.root.parts

    @cached_property
    def labels(self) -> Mapping[str, Part]:
        """Every layer and group by its full label, such as `b1.conv2` or `e[i].conv1`."""
        return {part.label: part for part, _ in every(self.root) if part.label}

    def __getitem__(self, label: str) -> Part:
        """Return a layer or group by its label, in a round of a repeat (`e[2]`) without its inside.

        Raises UsageError for an unknown label, or a round that is not there.
        """
        found = self.labels.get(label)
        if found is not None:
            return found
        source = Source("<label>", label)
        try:
            node = parse_expression(source, vocabulary())
            if not isinstance(node, syntax.Ref):
                raise NetworkError(f"'{label}' is no label", node.span)
            scope = Scope(self._elaborated.world, dict(self.symbols))
            rounds = tuple(evaluate(each, scope) for each in node.indices if each is not None)
            return self.resolve(Reference(node.path, rounds, node.span))
        except (DomainError, LanguageError, NetworkError) as error:
            raise UsageError(error.fact, hint=error.hint) from None

    def resolve(self, ref: Reference) -> Part:
        """Return the part that a label names where it is written; raises NetworkError if there is none."""
        return self._elaborated.labels.part(ref, self.domain)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know: branches whose jumps differ, repeats that are written out."""
        found = self._elaborated.remarks
        return tuple(f"line {self.source.place(span.start).line}: {remark}" for remark, span in found)

    @cached_property
    def configs(self) -> Mapping[str, Mapping[str, Expr]]:
        """The named sets of values of the text that still give values to free symbols only.

        Those of its `net` blocks are theirs.
        """
        return {
            name: self.values(node.given, scope, (name,))
            for name, (node, scope) in self._elaborated.configs.items()
            if not any(binding.name in self.reading.bindings for binding in node.given.bindings)
        }

    def values(self, given: syntax.Given, scope: Scope, within: tuple[str, ...] = ()) -> dict[str, Expr]:
        """Return what a list of values gives to the free symbols.

        Later entries count over earlier ones, and all over the defaults. Raises NetworkError
        for a name that is no free symbol, or no config (`within` are the configs that this
        list stands in).
        """
        found = dict(self.defaults) if given.defaults else {}
        for entry in given.entries:
            if isinstance(entry, syntax.Defaults):
                continue
            if isinstance(entry, syntax.ConfigName):
                found.update(self._config(entry, within))
            elif entry.name in self.symbols:
                found[entry.name] = evaluate(entry.value, scope)
            else:
                hint = "free symbols: " + (", ".join(self.symbols) or "none")
                raise NetworkError(f"no free symbol is named '{entry.name}'", entry.span, hint=hint)
        return found

    def _config(self, entry: syntax.ConfigName, within: tuple[str, ...]) -> dict[str, Expr]:
        known = self._elaborated.configs
        if entry.name not in known:
            raise NetworkError(
                f"no config is named '{entry.name}'", entry.span, hint=self.suggestion(entry.name)
            )
        if entry.name in within:
            raise NetworkError(f"the config '{entry.name}' stands in itself", entry.span)
        node, scope = known[entry.name]
        return self.values(node.given, scope, (*within, entry.name))

    def suggestion(self, name: str) -> str:
        """Return the hint for a name in a list of values that is no config."""
        if name in self.symbols:
            return f"give it a value: {name} = ..."
        known = list(self._elaborated.configs)
        close = get_close_matches(name, [*known, "defaults"], n=1)
        return f"did you mean '{close[0]}'?" if close else "configs: " + (", ".join(known) or "none")

    # ---------------------------------------------------------------- its symbols
    @cached_property
    def symbols(self) -> Mapping[str, Symbol]:
        """The free symbols by name, in the order of the text."""
        world = self._elaborated.world
        free = {name: s for name, s in world.symbols.items() if name not in self.reading.bindings}
        brought = set[Symbol]().union(*(v.free_symbols for v in self.reading.bindings.values()))
        for s in sorted(brought, key=lambda s: rank(s.name)):
            free.setdefault(s.name, s)
        return free

    @property
    def defaults(self) -> Mapping[str, Expr]:
        """The declared defaults of the free symbols, by name; one may be a formula of another."""
        found = {n: v for n, v in self._elaborated.world.defaults.items() if n not in self.reading.bindings}
        for _ in found:  # at most so many stand behind each other
            known = {self.symbols[n]: v for n, v in found.items()}
            found = {n: v.xreplace(known) for n, v in found.items()}
        return found

    @property
    def domain(self) -> Domain:
        """What is declared of the symbols."""
        return self._elaborated.world.domain

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold of the symbols, beyond the declarations, for the network to exist."""
        return tuple(needed.condition for needed in self._elaborated.needs)

    @property
    def valid(self) -> sympy.Basic:
        """The conditions as one SymPy relation; `true` if there are none."""
        return sympy.And(*map(as_relation, self.conditions))

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of the text, in its order."""
        return self._elaborated.claims

    # ---------------------------------------------------------------- substitution
    def at(self, values: Mapping[str | Symbol, object] | None = None, /, **named: object) -> Self:
        """Return the network with numbers or expressions in place of symbols, all at once.

        The text is read again with the values in it, so every size, condition and claim
        is derived anew. Raises DomainError for a value outside the declared domain,
        NetworkError where no network is left, UsageError for a name that is no free symbol.
        """
        given = {str(name): _exact(str(name), value) for name, value in {**(values or {}), **named}.items()}
        unknown = [name for name in given if name not in self.symbols]
        if unknown:
            has = ", ".join(self.symbols) or "none"
            raise UsageError(f"no free symbol is named '{unknown[0]}'", hint=f"free symbols: {has}")
        replaced = {self.symbols[name]: value for name, value in given.items()}
        assumed = [Condition(c.expr.xreplace(replaced), c.relation) for c in self.reading.assumed]
        for condition in assumed:
            if condition.expr.is_number and not condition.holds({}):
                shown = ", ".join(f"{name} = {value}" for name, value in given.items())
                raise DomainError(f"{shown}: a value put in before leaves its domain")
        assumed += [c for name, value in given.items() for c in admit(self.symbols[name], value)]
        bindings = {name: value.xreplace(replaced) for name, value in self.reading.bindings.items()}
        bindings |= {name: value for name, value in given.items() if name not in bindings}
        only = self.name or None
        reading = replace(self.reading, bindings=bindings, assumed=tuple(assumed))
        try:
            whole = elaborate(reading, only)
        except SymcnnError as error:
            raise error.locate(self.source) from None
        self._check(replaced, given)
        elaborated = next((net for net in whole.nets if net.name == only), whole) if only else whole
        return type(self)(self.source, reading, elaborated)

    def _check(self, replaced: Mapping[Symbol, Expr], given: Mapping[str, Expr]) -> None:
        """Raise NetworkError, at its place, for a condition that the values break."""
        for condition, refusal, span in self._elaborated.needs:
            there = Condition(condition.expr.xreplace(dict(replaced)), condition.relation)
            if not (refusal.general or there.expr.free_symbols or there.holds({})):
                shown = ", ".join(f"{name} = {value}" for name, value in given.items())
                raise NetworkError(
                    refusal.fact, span, source=self.source, notes=(f"{shown} breaks {written(condition)}",)
                )


def _exact(name: str, value: object) -> Expr:
    """Return a number or an expression as an exact expression; raises UsageError for anything else."""
    if type(value) is not bool and isinstance(value, Rational_):
        return Rational(int(value.numerator), int(value.denominator))
    if isinstance(value, Expr) and not value.has(sympy.Float, sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
        return value
    hint = "give an int, a Fraction or an expression of symcnn.symbol(...)"
    raise UsageError(f"{name}={value!r} is no exact number or formula", hint=hint)
