"""Conditions on symbols: comparisons with zero, what they say of one symbol, how they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import Literal, NamedTuple

import sympy
from sympy import Expr, Integer, Rational, S, Symbol

from symcnn.algebra.exact import Value, evaluate
from symcnn.algebra.functions import Min
from symcnn.algebra.polynomial import expanded, is_integer_valued, polynomial, terms
from symcnn.algebra.quotient import FloorDiv, Mod

Comparison = Literal["==", "!=", "<=", ">=", "<", ">"]


@dataclass(frozen=True)
class Condition:
    """`expr` compared with zero by `==`, `!=`, `>=` or `>` (on integers always `>=`)."""

    expr: Expr
    relation: Literal["==", "!=", ">=", ">"]

    @classmethod
    def of(cls, left: Expr, relation: Comparison, right: Expr) -> Condition:
        """Return `left relation right` in the form with zero on the right.

        >>> from symcnn.symbols import symbol
        >>> Condition.of(symbol("I"), ">", S(31))
        Condition(expr=I - 32, relation='>=')
        """
        if relation in ("<=", "<"):
            return cls.of(right, ">=" if relation == "<=" else ">", left)
        difference = left - right
        if relation == ">" and is_integer_valued(difference):
            return cls(difference - 1, ">=")
        return cls(difference, relation)  # type: ignore[arg-type]

    @property
    def negation(self) -> Condition:
        """The condition that holds where this one fails."""
        if self.relation in ("==", "!="):
            return Condition(self.expr, "!=" if self.relation == "==" else "==")
        return Condition.of(-self.expr, ">" if self.relation == ">=" else ">=", S.Zero)

    def holds(self, values: Mapping[Symbol, Value]) -> bool:
        """Whether the condition is true at the values; raises DomainError if one is missing."""
        value = evaluate(self.expr, values)
        if self.relation == "==":
            return value == 0
        if self.relation == "!=":
            return value != 0
        return value >= 0 if self.relation == ">=" else value > 0


class Congruence(NamedTuple):
    """x = residue (mod modulus)."""

    modulus: int
    residue: int

    def meet(self, other: Congruence) -> Congruence | None:
        """Return the congruence of what satisfies both, None if nothing does."""
        shared = gcd(self.modulus, other.modulus)
        if (self.residue - other.residue) % shared:
            return None
        modulus = self.modulus // shared * other.modulus
        step = (
            (other.residue - self.residue)
            // shared
            * pow(self.modulus // shared, -1, other.modulus // shared)
        )
        return Congruence(modulus, (self.residue + self.modulus * step) % modulus)


# ------------------------------------------------------------------ what a condition says
Bound = Value | None


@lru_cache(maxsize=20_000)
def as_congruence(condition: Condition) -> tuple[Symbol, Congruence] | None:
    """Read c (p % m) + k == 0 with p = a x + b as a congruence of x, else None."""
    parts = terms(condition.expr)
    if condition.relation != "==" or len(parts) > 2:
        return None
    found = [m for m in parts if isinstance(m, Mod)]
    if len(found) != 1 or set(parts) - {found[0], S.One}:
        return None
    p, m = found[0].args
    residue = -parts.get(S.One, S.Zero) / parts[found[0]]
    linear = _linear(p)
    if linear is None or not (m.is_Integer and m > 0 and residue.is_Integer and 0 <= residue < m):
        return None
    x, a, b = linear
    if not (a.is_Integer and b.is_Integer and x.is_integer):
        return None
    shared = gcd(int(a), int(m))
    target, modulus = int(residue - b), int(m) // shared
    if target % shared:
        return None
    return x, Congruence(modulus, target // shared * pow(int(a) // shared, -1, modulus) % modulus)


@lru_cache(maxsize=20_000)
def as_bound(condition: Condition) -> tuple[Symbol, Bound, Bound] | None:
    """Read a x + b >= 0 (or == 0) as least and largest value of x, else None."""
    linear = _linear(condition.expr)
    if linear is None or condition.relation == "!=":
        return None
    x, a, b = linear
    limit: Value = Fraction(int(-b.p), int(b.q)) / Fraction(int(a.p), int(a.q))
    if condition.relation == "==":
        return (x, -(-limit // 1), limit // 1) if x.is_integer else (x, limit, limit)
    if x.is_integer:
        limit = -(-limit // 1) if a > 0 else limit // 1
    return (x, limit, None) if a > 0 else (x, None, limit)


def _linear(expr: Expr) -> tuple[Symbol, Rational, Rational] | None:
    """Return (x, a, b) of a x + b, or None."""
    parts = terms(expr)
    letters = [m for m in parts if m != 1]
    if len(letters) != 1 or not isinstance(letters[0], Symbol):
        return None
    return letters[0], parts[letters[0]], parts.get(S.One, Integer(0))


@lru_cache(maxsize=20_000)
def tidy(condition: Condition) -> Condition:
    """Return an equivalent condition without outermost quotients, fractions and common factors.

    >>> from symcnn.symbols import symbol
    >>> tidy(Condition(FloorDiv(symbol("I") - 67, 32), ">="))
    Condition(expr=I - 67, relation='>=')
    """
    if condition.expr.is_Rational:
        return condition
    expr = expanded(condition.expr)
    parts = terms(expr)
    quotients = [m for m in parts if isinstance(m, FloorDiv)]
    if condition.relation == ">=" and len(quotients) == 1 and parts[quotients[0]] == 1:
        p, q = quotients[0].args
        rest = expr - quotients[0]
        if q.is_positive and is_integer_valued(rest) and is_integer_valued(p):
            return tidy(Condition(p + q * rest, ">="))  # p//q + r >= 0  iff  p + q r >= 0
    common = lcm(*(int(c.q) for c in parts.values()))
    if common > 1:
        return tidy(Condition(polynomial({m: c * common for m, c in parts.items()}), condition.relation))
    if all(map(is_integer_valued, parts)):
        shared = gcd(*(int(c) for m, c in parts.items() if m != 1))
        constant = int(parts.get(S.One, 0))
        if shared > 1 and (condition.relation == ">=" or constant % shared == 0):
            shrunk = {m: Integer(int(c) // shared) for m, c in parts.items()}
            return Condition(polynomial(shrunk), condition.relation)
    return Condition(expr, condition.relation)


def split(condition: Condition) -> list[Condition]:
    """Return conditions that together say the same: min(a, b) >= c is a >= c and b >= c.

    >>> from symcnn.symbols import symbol
    >>> [c.expr for c in split(Condition(Min(symbol("I"), symbol("K")) - 3, ">="))]
    [I - 3, K - 3]
    """
    parts = terms(condition.expr) if condition.relation in (">=", ">") else {}
    least = next((m for m, c in parts.items() if isinstance(m, Min) and c > 0), None)
    if least is None:
        return [condition]
    rest, factor = condition.expr - parts[least] * least, parts[least]
    return [c for a in least.args for c in split(Condition(factor * a + rest, condition.relation))]


def as_relation(condition: Condition) -> sympy.Basic:
    """Return the condition as a SymPy relation, the way a person writes it.

    >>> from symcnn.symbols import symbol
    >>> I, K, P = symbol("I"), symbol("K"), symbol("P")
    >>> as_relation(Condition(2*I - 133, ">=")), as_relation(Condition(I - K + 2*P, ">="))
    (I >= 67, I + 2*P >= K)
    """
    condition = tidy(condition)
    relation = {"==": sympy.Eq, "!=": sympy.Ne, ">=": sympy.Ge, ">": sympy.Gt}[condition.relation]
    bound = as_bound(condition) if condition.relation == ">=" else None
    if bound is not None:
        x, low, high = bound
        return x >= _rational(low) if low is not None else x <= _rational(high)
    parts = terms(condition.expr)
    left = {m: c for m, c in parts.items() if c > 0}
    right = {m: -c for m, c in parts.items() if c < 0}
    return relation(polynomial(left), polynomial(right))


def _rational(value: Bound) -> Rational:
    fraction = Fraction(value or 0)
    return Rational(fraction.numerator, fraction.denominator)
