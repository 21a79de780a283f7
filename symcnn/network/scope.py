"""Names and their values, and expressions of the syntax tree as SymPy expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

import sympy
from sympy import Add, Expr, Rational, Symbol

from symcnn.algebra.domain import Domain
from symcnn.algebra.identity import proves_integer
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.network.builtins import FUNCTIONS, apply
from symcnn.network.limits import MAX_BITS, bounded
from symcnn.network.measures import MEASURES
from symcnn.source import Span
from symcnn.symbols import is_free_letter, symbol

MAX_CALLS = 100  # nesting of let and def calls

Axes: TypeAlias = "tuple[Expr, ...]"


@dataclass(frozen=True)
class LetFunction:
    """`let w(c) = ...`, with the scope that its body sees."""

    let: syntax.Let
    scope: Scope


@dataclass(frozen=True)
class Template:
    """`def name(...) { ... }`, with the scope that its body sees."""

    definition: syntax.Def
    scope: Scope


Value: TypeAlias = "Expr | Axes | LetFunction | Template"


@dataclass
class World:
    """What one network knows of its symbols; grows while the text is read."""

    symbols: dict[str, Symbol] = field(default_factory=dict)
    defaults: dict[str, Expr] = field(default_factory=dict)
    bindings: Mapping[str, Expr] = field(default_factory=dict)
    domain: Domain = field(default_factory=Domain)

    steps: dict[object, Any] = field(default_factory=dict)  # what rounds make of letters, by their place
    indices: frozenset[str] = frozenset()  # names that the text gives to rounds
    ways: dict[Span, str] = field(default_factory=dict)  # how the rounds of a repeat were added

    def letter(self, name: str) -> Expr:
        """Return the value of a free letter: bound, or the symbol itself."""
        if name in self.bindings:
            return self.bindings[name]
        return self.symbols.setdefault(name, symbol(name))


@dataclass(frozen=True)
class Scope:
    """Names in sight, the innermost first; `measure` answers measures where there are any (claims)."""

    world: World
    names: Mapping[str, Value] = field(default_factory=dict)
    outer: Scope | None = None
    depth: int = 0
    measure: Callable[[syntax.Call | syntax.Ref, Scope], Any] | None = None

    def find(self, name: str) -> Value | None:
        """Return what a name stands for, None if it is not declared."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    @property
    def values(self) -> tuple[tuple[str, Value], ...]:
        """All values that could be read here; what is called is known by the text."""
        found: list[tuple[str, Value]] = []
        scope: Scope | None = self
        while scope is not None:
            found += ((n, v) for n, v in scope.names.items() if not isinstance(v, LetFunction | Template))
            scope = scope.outer
        return tuple(found)

    def inner(self, names: Mapping[str, Value], **changes: Any) -> Scope:
        """Return a scope inside this one."""
        return Scope(
            self.world, names, self, changes.get("depth", self.depth), changes.get("measure", self.measure)
        )


def evaluate(node: syntax.Expr, scope: Scope) -> Expr:
    """Return the value of an expression as a SymPy expression.

    Raises NetworkError, with the place, for unknown names, division by zero, a power too
    large, or what is no single number.
    """
    if isinstance(node, syntax.Number):  # its digits are limited
        return literal(node.value)
    return bounded(_RULES[type(node)](node, scope), node.span)


@lru_cache(maxsize=10_000)
def literal(value: Fraction) -> Rational:
    """Return a number of the text."""
    return Rational(value.numerator, value.denominator)


def whole(value: Expr, domain: Domain, what: str | Callable[[], str], span: Span) -> Expr:
    """Return a value that must be an integer, simplified; else raises NetworkError."""
    value = domain.simplify(value)
    if not proves_integer(value, domain):
        raise NetworkError(
            f"{what if isinstance(what, str) else what()} must be an integer, but {value} need not be one",
            span,
            hint="round it (`//`, floor, ceil, divisible) or declare what divides, as I % 32 == 0",
        ).for_these_values()
    return value


def _ref(node: syntax.Ref, scope: Scope) -> Expr:
    name = ".".join(node.path)
    if scope.measure is not None and scope.find(node.path[0]) is None:
        value = scope.measure(node, scope)
        if value is not None:
            return _single(value, node)
    if len(node.path) > 1 or node.index is not None:
        raise NetworkError(f"'{name}' names a layer, where a number is needed", node.span)
    found = scope.find(name)
    if found is None:
        if is_free_letter(name):
            return scope.world.letter(name)
        raise _unknown(name, node.span, scope)
    if isinstance(found, LetFunction | Template):
        raise NetworkError(f"'{name}' needs arguments", node.span, hint=f"{name}(...)")
    return _single(found, node)


def _single(value: Any, node: syntax.Expr) -> Expr:
    if isinstance(value, Expr):
        return value
    if isinstance(value, tuple) and value:
        shown = " x ".join(map(str, value))
        raise NetworkError(f"one number is needed, but the axes differ: {shown}", node.span)
    raise NetworkError("one number is needed, but a vector has no extent", node.span)


def _unknown(name: str, span: Span, scope: Scope) -> NetworkError:
    from_glued = "x" in name[1:-1] and all(p and (p.isdigit() or is_free_letter(p)) for p in name.split("x"))
    if from_glued:
        return NetworkError(
            f"unknown name '{name}'", span, hint=f"did you mean '{' x '.join(name.split('x'))}'?"
        )
    if name in ("maps", "size"):
        fact = f"'{name}' is that of a tensor, and none arrives here"
        return NetworkError(
            fact, span, hint="it is known in layers, in arguments and in 'let' without brackets"
        )
    known = set(scope.world.symbols) | {"maps", "size"}
    level: Scope | None = scope
    while level is not None:
        known |= set(level.names)
        level = level.outer
    close = get_close_matches(name, sorted(known), n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"declare it: symbol {name}"
    return NetworkError(f"unknown name '{name}'", span, hint=hint)


def _sum(node: syntax.Sum, scope: Scope) -> Expr:
    terms = []
    for sign, term in node.terms:
        value = evaluate(term, scope)
        terms.append(-value if sign == "-" else value)
    return sympy.Add(*terms)


def _product(node: syntax.Product, scope: Scope) -> Expr:
    (_, first), *others = node.factors
    result = evaluate(first, scope)
    for operator, factor in others:
        value = evaluate(factor, scope)
        if operator == "*":
            result = result * value
        elif value == 0:
            raise NetworkError("division by zero", factor.span)
        elif operator == "/":
            result = result / value
        else:
            result = FloorDiv(result, value) if operator == "//" else Mod(result, value)
    return result


def _negative(node: syntax.Negative, scope: Scope) -> Expr:
    return -evaluate(node.operand, scope)


def _power(node: syntax.Power, scope: Scope) -> Expr:
    base, exponent = evaluate(node.base, scope), evaluate(node.exponent, scope)
    if base.is_Rational:
        if exponent.is_Rational and not exponent.is_Integer:
            raise NetworkError(f"the exponent {exponent} is not an integer", node.exponent.span)
        if base == 0 and exponent.is_Integer and exponent < 0:
            raise NetworkError("division by zero", node.span)
        bits = max(int(base.p).bit_length(), int(base.q).bit_length())
        # 2**(D + 10**9) / 2**D would be a number, and 2**(10**9*D) is one for each D
        largest = max(abs(term.as_coeff_Mul()[0]) for term in Add.make_args(exponent))
        if bits > 1 and bits * largest > MAX_BITS:
            raise NetworkError(f"a power of more than {MAX_BITS} bits", node.span)
    return base**exponent


def _call(node: syntax.Call, scope: Scope) -> Expr:
    found = scope.find(node.function)
    if isinstance(found, LetFunction):
        return _apply(node, found, scope)
    if node.function in FUNCTIONS:
        return _builtin(node, scope)
    if scope.measure is not None:
        value = scope.measure(node, scope)
        if value is not None:
            return _single(value, node)
    known = [*FUNCTIONS, *(MEASURES if scope.measure is not None else ())]
    close = get_close_matches(node.function, known, n=1)
    raise NetworkError(
        f"unknown function '{node.function}'",
        node.span,
        hint=f"did you mean '{close[0]}'?" if close else "functions: " + ", ".join(FUNCTIONS),
    )


def _apply(node: syntax.Call, function: LetFunction, scope: Scope) -> Expr:
    if scope.depth >= MAX_CALLS:
        raise NetworkError(
            f"'{node.function}' calls itself, or calls nest deeper than {MAX_CALLS}", node.span
        )
    parameters = function.let.parameters or ()
    if len(node.arguments) > len(parameters):
        raise NetworkError(f"'{node.function}' takes {counted(len(parameters))}", node.span)
    names: dict[str, Value] = {}
    body = function.scope.inner(names, depth=scope.depth + 1)
    for position, parameter in enumerate(parameters):
        if position < len(node.arguments):
            names[parameter.name] = evaluate(_plain(node.arguments[position]), scope)
        elif parameter.default is not None:
            names[parameter.name] = evaluate(parameter.default, body)
        else:
            raise NetworkError(f"'{node.function}' needs a value for '{parameter.name}'", node.span)
    return evaluate(function.let.value, body)


def counted(arguments: int) -> str:
    """Return a number of arguments in words.

    >>> counted(1), counted(2)
    ('1 argument', '2 arguments')
    """
    return f"{arguments} argument{'s' * (arguments != 1)}"


def _builtin(node: syntax.Call, scope: Scope) -> Expr:
    """Evaluate a function of the language; a rounded logarithm is one function."""
    name, arguments = node.function, node.arguments
    inner = arguments[0] if arguments else None
    if name in ("floor", "ceil") and isinstance(inner, syntax.Call) and inner.function == "log2":
        name, arguments = f"{name}_log2", inner.arguments
    values = [evaluate(_plain(argument), scope) for argument in arguments]
    if name == "ceil_log2" and values:
        whole(values[0], scope.world.domain, "what ceil(log2(...)) is taken of", node.span)
    return apply(name, values, node.span)


def _plain(argument: syntax.Expr | syntax.Shape) -> syntax.Expr:
    if isinstance(argument, syntax.Shape):
        raise NetworkError("a number is needed here, not a shape", argument.span)
    return argument


_RULES: dict[type, Callable[[Any, Scope], Expr]] = {
    syntax.Ref: _ref,
    syntax.Sum: _sum,
    syntax.Product: _product,
    syntax.Negative: _negative,
    syntax.Power: _power,
    syntax.Call: _call,
}
