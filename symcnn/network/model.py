"""A text with the network it describes: measures, labels, substitution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from numbers import Rational as Rational_
from typing import Self

import sympy
from sympy import Expr, Rational, Symbol

from symcnn.algebra.conditions import Condition, as_relation
from symcnn.algebra.domain import Domain
from symcnn.errors import DomainError, SymcnnError, UsageError
from symcnn.language import syntax
from symcnn.language.parser import parse
from symcnn.layers import vocabulary
from symcnn.layers.base import Shape
from symcnn.network.declarations import admit
from symcnn.network.elaborator import Claim, Elaborated, elaborate
from symcnn.network.graph import Group, Measured, Node
from symcnn.network.measures import Counts, Sight
from symcnn.source import Source
from symcnn.symbols import rank


class Model(Measured):
    """The network of a text, or several of them in `net` blocks."""

    def __init__(
        self,
        source: Source,
        program: syntax.Program,
        elaborated: Elaborated,
        bindings: Mapping[str, Expr] | None = None,
        assumed: tuple[Condition, ...] = (),
    ) -> None:
        self._program = program
        self._elaborated = elaborated
        self._bindings = dict(bindings or {})
        self._assumed = assumed
        self.source = source

    @classmethod
    def read(cls, source: Source) -> Self:
        """Return the network that a text describes; raises SymcnnError with the place of a mistake."""
        try:
            program = parse(source, vocabulary())
            return cls(source, program, elaborate(program.statements, {}))
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
        return {
            inner.name: make(self.source, self._program, inner, self._bindings, self._assumed)
            for inner in self._elaborated.nets
        }

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
    def outputs(self) -> Mapping[str, Node | Group]:
        """What the `output` statement names, by label."""
        return {label: self.labels[label] for label in self._elaborated.outputs}

    @property
    def _end(self) -> Node | Group:
        outputs = self.outputs
        if len(outputs) > 1:
            raise UsageError("the network has several outputs", hint=f"take one of {', '.join(outputs)}")
        return next(iter(outputs.values()), self.root)

    @property
    def parts(self) -> tuple[Node | Group, ...]:
        """Layers and groups in the order of the text."""
        return self.root.parts

    @cached_property
    def labels(self) -> Mapping[str, Node | Group]:
        """Every layer and group by its full label, such as `b1.conv2`."""
        return dict(_labelled(self.root.parts))

    def __getitem__(self, label: str) -> Node | Group:
        """Return a layer or group by its label; raises UsageError for an unknown one."""
        found = self.labels.get(label)
        if found is None:
            close = get_close_matches(label, list(self.labels), n=1)
            raise UsageError(
                f"no layer is labelled '{label}'",
                hint=f"did you mean '{close[0]}'?" if close else "labels: " + ", ".join(self.labels),
            )
        return found

    # ---------------------------------------------------------------- its symbols
    @cached_property
    def symbols(self) -> Mapping[str, Symbol]:
        """The free symbols by name, in the order of the text."""
        world = self._elaborated.world
        free = {name: s for name, s in world.symbols.items() if name not in self._bindings}
        brought = set[Symbol]().union(*(v.free_symbols for v in self._bindings.values()))
        for s in sorted(brought, key=lambda s: rank(s.name)):
            free.setdefault(s.name, s)
        return free

    @property
    def defaults(self) -> Mapping[str, Expr]:
        """The declared defaults of the free symbols, by name; one may be a formula of another."""
        found = {n: v for n, v in self._elaborated.world.defaults.items() if n not in self._bindings}
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
        return self._elaborated.conditions

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
        assumed = [Condition(c.expr.xreplace(replaced), c.relation) for c in self._assumed]
        for condition in assumed:
            if condition.expr.is_number and not condition.holds({}):
                shown = ", ".join(f"{name} = {value}" for name, value in given.items())
                raise DomainError(f"{shown}: a value put in before leaves its domain")
        assumed += [c for name, value in given.items() for c in admit(self.symbols[name], value)]
        bindings = {name: value.xreplace(replaced) for name, value in self._bindings.items()}
        bindings |= {name: value for name, value in given.items() if name not in bindings}
        only = self.name or None
        try:
            whole = elaborate(self._program.statements, bindings, assumed, only)
        except SymcnnError as error:
            raise error.locate(self.source) from None
        elaborated = next((net for net in whole.nets if net.name == only), whole) if only else whole
        return type(self)(self.source, self._program, elaborated, bindings, tuple(assumed))


def _exact(name: str, value: object) -> Expr:
    """Return a number or an expression as an exact expression; raises UsageError for anything else."""
    if type(value) is not bool and isinstance(value, Rational_):
        return Rational(int(value.numerator), int(value.denominator))
    if isinstance(value, Expr) and not value.has(sympy.Float, sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
        return value
    hint = "give an int, a Fraction or an expression of symcnn.symbol(...)"
    raise UsageError(f"{name}={value!r} is no exact number or formula", hint=hint)


def _labelled(parts: tuple[Node | Group, ...]) -> Iterator[tuple[str, Node | Group]]:
    for part in parts:
        yield part.label, part
        if isinstance(part, Group):
            yield from _labelled(part.parts)
