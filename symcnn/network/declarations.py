"""Symbols, lets and conditions: from declarations to a domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import lcm

from sympy import Expr, Integer, Symbol

from symcnn.algebra.conditions import Comparison, Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.polynomial import expanded, is_integer_valued, terms
from symcnn.algebra.quotient import Mod
from symcnn.errors import DomainError, NetworkError
from symcnn.language import syntax
from symcnn.language.walk import names
from symcnn.network.builtins import FUNCTIONS
from symcnn.network.measures import MEASURES
from symcnn.network.scope import LetFunction, Scope, Value, World, evaluate
from symcnn.source import Span
from symcnn.symbols import Kind, symbol

RESERVED = frozenset({*FUNCTIONS, *MEASURES})


def declare_symbols(node: syntax.Symbols, scope: Scope, names: dict[str, Value]) -> None:
    """Add symbols to the world of the scope, with kinds, defaults and conditions, and to its names.

    Raises NetworkError for a name declared twice or reserved, DomainError for a value
    (given for substitution) that breaks a condition.
    """
    world = scope.world
    for declared in node.symbols:
        check_name(declared.name, declared.span)
        if declared.name in world.symbols:
            raise NetworkError(
                f"'{declared.name}' is declared or used before",
                declared.span,
                hint="declare a symbol once, above its use",
            )
        kind = _kind(declared.name, node.where)
        world.symbols[declared.name] = symbol(declared.name, kind)
        names[declared.name] = world.letter(declared.name)
    for declared in node.symbols:
        if declared.default is not None:
            world.defaults[declared.name] = evaluate(declared.default, scope)
    for written in node.where:
        for condition in conditions(written, scope):
            restrict(world, condition, written)
            _check_defaults(world, condition, written.span)


def declare_let(node: syntax.Let, scope: Scope) -> Expr | LetFunction:
    """Return what a let stands for: a value, or a function that sees this scope."""
    check_name(node.name, node.span)
    return evaluate(node.value, scope) if node.parameters is None else LetFunction(node, scope)


def check_name(name: str, span: Span) -> None:
    """Raise NetworkError for a name that functions or measures have taken."""
    if name in RESERVED:
        raise NetworkError(
            f"'{name}' is the name of a function or a measure", span, hint="choose another name"
        )


def restrict(world: World, condition: Condition, written: syntax.Condition) -> None:
    """Add a condition to the domain: dropped if it always holds, DomainError if it cannot hold."""
    if not condition.expr.free_symbols:
        if not condition.holds({}):
            raise DomainError(f"{_values(world, written)} this condition", written.span)
        return
    if world.domain.refutes(condition):
        letters = ", ".join(sorted(s.name for s in condition.expr.free_symbols))
        raise DomainError(f"no value of '{letters}' meets all its conditions", written.span)
    domain = Domain(tuple(world.symbols.values()), (*world.domain.conditions, condition))
    for s in condition.expr.free_symbols:
        low, high = domain.bounds(s)
        empty = low is not None and high is not None and low > high
        if empty or domain.congruences.get(s, 0) is None:
            raise DomainError(f"no value of '{s}' meets all its conditions", written.span)
    world.domain = domain


def _check_defaults(world: World, condition: Condition, span: Span) -> None:
    """Raise DomainError if the declared defaults break a condition of the same declaration."""
    used = {s.name: s for s in condition.expr.free_symbols if isinstance(s, Symbol)}
    known = {s: world.defaults[n] for n, s in used.items() if n in world.defaults}
    settled = used and len(known) == len(used) and all(v.is_Rational for v in known.values())
    if settled and not condition.holds(known):
        shown = ", ".join(f"{s} = {v}" for s, v in known.items())
        raise DomainError(f"the default {shown} breaks this condition", span)


def _values(world: World, written: syntax.Condition) -> str:
    """Return the values given for symbols, as the subject of a message."""
    used = {name: world.bindings[name] for name in names(written) if name in world.bindings}
    given = ", ".join(f"{name} = {value}" for name, value in used.items())
    return f"{given} break{'s' * (len(used) == 1)}" if given else "nothing meets"


# ------------------------------------------------------------------ conditions
def conditions(node: syntax.Condition, scope: Scope) -> Iterator[Condition]:
    """Yield what a written condition says, a comparison at a time."""
    if isinstance(node, syntax.Is):
        value = evaluate(node.subject, scope)
        if node.predicate in ("odd", "even"):
            yield Condition(Mod(value, Integer(2)) - (node.predicate == "odd") * Integer(1), "==")
        elif node.predicate == "integer":
            common = lcm(*(int(c.q) for c in terms(value).values()))
            yield Condition(Mod(expanded(value * common), Integer(common)), "==")
        elif node.predicate == "rational" and not _is_rational(node.subject, value):
            raise NetworkError("nothing is known of this being rational", node.span)
        return
    sides = []
    for side in node.sides:
        if isinstance(side, syntax.Shape):
            raise NetworkError("a number is needed here, not a shape", side.span)
        sides.append(evaluate(side, scope))
    for left, operator, right in zip(sides, node.operators, sides[1:], strict=False):
        if operator == "~":
            raise NetworkError("'~' is for claims", node.span, hint="compare with ==, <= or >=")
        yield Condition.of(left, _COMPARISONS[operator], right)


def _is_rational(subject: syntax.Expr, value: Expr) -> bool:
    """Whether a value is rational by its symbols; of a symbol alone it is a declaration."""
    return isinstance(subject, syntax.Ref) or all(s.is_rational for s in value.free_symbols)


_COMPARISONS: dict[str, Comparison] = {"==": "==", "!=": "!=", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}


def _kind(name: str, where: Sequence[syntax.Condition]) -> Kind | None:
    """Return the kind that the conditions written of a name give it; None for the usual one."""
    for condition in where:
        if isinstance(condition, syntax.Is) and _names(condition.subject, name):
            if condition.predicate == "integer":
                return "integer"
            if condition.predicate in ("real", "rational"):
                positive = any(low > 0 or (low == 0 and strict) for low, strict in _lows(name, where))
                return (
                    "positive real" if positive else ("real" if condition.predicate == "real" else "rational")
                )
    lows = [low // 1 + 1 if strict else -(-low // 1) for low, strict in _lows(name, where)]
    if not lows:
        return None
    least = max(lows)
    return "positive" if least >= 1 else ("nonnegative" if least >= 0 else "integer")


def _lows(name: str, where: Sequence[syntax.Condition]) -> Iterator[tuple[Fraction, bool]]:
    """Yield the literal lower bounds written of a name, and whether the bound itself is excluded."""
    for condition in where:
        if not isinstance(condition, syntax.Relation):
            continue
        for left, operator, right in zip(
            condition.sides, condition.operators, condition.sides[1:], strict=False
        ):
            if operator in ("<", "<="):
                left, right = right, left
            bound = _literal(right)
            if operator in (">", ">=", "<", "<=") and _names(left, name) and bound is not None:
                yield bound, operator in (">", "<")


def _names(node: syntax.Expr | syntax.Shape, name: str) -> bool:
    return isinstance(node, syntax.Ref) and node.path == (name,) and node.index is None


def _literal(node: syntax.Expr | syntax.Shape) -> Fraction | None:
    if isinstance(node, syntax.Number):
        return node.value
    if isinstance(node, syntax.Negative) and isinstance(node.operand, syntax.Number):
        return -node.operand.value
    return None


# ------------------------------------------------------------------ values for symbols
def admit(s: Symbol, value: Expr) -> Iterator[Condition]:
    """Yield what must hold of the symbols in a value that is to stand for a symbol.

    Raises DomainError for a number, or a kind of expression, that the symbol cannot be.
    """
    if s.is_integer and not is_integer_valued(value):
        loose = sorted(str(x) for x in value.free_symbols if x.is_integer is not True)
        hint = f"make the symbol with symcnn.symbol('{loose[0]}')" if loose else None
        raise DomainError(f"'{s}' is an integer, not {value}", hint=hint)
    least = 1 if s.is_positive and s.is_integer else 0
    if s.is_positive or s.is_nonnegative:
        strict = s.is_positive and not s.is_integer
        condition = Condition(value - least, ">" if strict else ">=")
        if value.is_number and not condition.holds({}):
            raise DomainError(f"'{s}' must be {'positive' if s.is_positive else 'zero or more'}, not {value}")
        if not value.is_number:
            yield condition
