"""Formulas as terms of Z3. What Z3 has no word for becomes a letter, of which nothing is assumed.

So a proof holds whatever such a part is; a refutation is only taken where the formulas themselves,
calculated exactly, disagree at the values that Z3 gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any

import sympy
import z3
from sympy import Expr, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.algebra.exact import Value
from symcnn.algebra.functions import Max, Min
from symcnn.algebra.quotient import FloorDiv, Mod

_HIGH = 200  # an exponent up to which a power is calculated
_POWERS = 16  # an exponent up to which a power is written out
Term = Any  # z3.ArithRef


class Translation:
    """Terms for formulas, with what is known of the letters and quotients in them."""

    def __init__(self) -> None:
        self.letters: dict[Symbol, Term] = {}
        self.premises: list[Any] = []
        self._terms: dict[Expr, Term] = {}
        self._made = 0

    def condition(self, condition: Condition) -> Any:
        """Return a condition in Z3's terms."""
        left = self.term(condition.expr)
        return {
            "==": lambda: left == 0,
            "!=": lambda: left != 0,
            ">=": lambda: left >= 0,
            ">": lambda: left > 0,
        }[condition.relation]()

    def term(self, expr: Expr) -> Term:
        """Return a formula in Z3's terms."""
        if expr not in self._terms:
            self._terms[expr] = self._translated(expr)
        return self._terms[expr]

    def _translated(self, expr: Expr) -> Term:
        if expr.is_Integer:
            return z3.IntVal(int(expr))
        if expr.is_Rational:
            return z3.RealVal(Fraction(int(expr.p), int(expr.q)))
        if expr.is_Symbol:
            return self._letter(expr)
        if expr.func in (sympy.Add, sympy.Mul):
            return reduce(add if expr.is_Add else mul, map(self.term, expr.args))
        if expr.is_Pow and expr.exp.is_Integer and abs(int(expr.exp)) <= _POWERS:
            power = reduce(mul, [self.term(expr.base)] * abs(int(expr.exp)))
            return power if expr.exp > 0 else z3.RealVal(1) / _real(power)
        if isinstance(expr, FloorDiv):
            return self.floor(*map(self.term, expr.args))
        if isinstance(expr, Mod):
            p, q = map(self.term, expr.args)
            return p - q * self.floor(p, q)
        if isinstance(expr, Max | Min | sympy.Max | sympy.Min):
            largest = isinstance(expr, Max | sympy.Max)
            terms = list(map(self.term, expr.args))
            return reduce(lambda a, b: z3.If((a >= b) if largest else (a <= b), a, b), terms)
        return self._opaque(expr)

    def known(self, letter: Symbol, value: Expr) -> Term:
        """Let a letter stand for a formula."""
        found = self._terms[letter] = self.term(value)
        return found

    def point(self, model: Any) -> dict[Symbol, Value] | None:
        """Return the values of the letters in a model of Z3; None where one is no number of ours."""
        found = {}
        for s, letter in self.letters.items():
            value = value_of(model.eval(letter, model_completion=True))
            if value is None:
                return None
            found[s] = value
        return found

    def _letter(self, s: Symbol) -> Term:
        self._made += 1
        letter = (z3.Int if s.is_integer else z3.Real)(f"{s.name}.{self._made}")
        self.letters[s] = letter
        if s.is_positive:
            self.premises.append(letter >= 1 if s.is_integer else letter > 0)
        elif s.is_nonnegative:
            self.premises.append(letter >= 0)
        return letter

    def _opaque(self, expr: Expr) -> Term:
        """Return a letter for what cannot be translated: a power with letters above, a sum, a logarithm."""
        self._made += 1
        letter = z3.Real(f"opaque.{self._made}")
        if expr.is_Pow and expr.base.is_positive:
            self.premises.append(letter > 0)
        return letter

    def floor(self, p: Term, q: Term) -> Term:
        """Return the quotient rounded down, by its definition; a zero divisor leaves it open."""
        q = z3.simplify(q)
        if z3.is_int_value(q) and q.as_long() > 0 and p.is_int():
            return p / q
        self._made += 1
        f = z3.Int(f"floor.{self._made}")
        if p.is_real() or q.is_real():
            p, q = _real(p), _real(q)
        above = z3.And(q * f <= p, p < q * f + q)
        below = z3.And(q * f >= p, p > q * f + q)
        self.premises.append(z3.And(z3.Implies(q > 0, above), z3.Implies(q < 0, below)))
        return f


def _real(term: Term) -> Term:
    return z3.ToReal(term) if term.is_int() else term


def calculated(expr: Expr, values: Mapping[Symbol, Value]) -> Value | None:
    """Return the value of a formula, calculated by Z3; None where it has no word for a part of it.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> calculated(FloorDiv(I - 67, 32) + 1, {I: 227})
    6
    """
    known = {s: z3.RealVal(v) if isinstance(v, Fraction) else z3.IntVal(v) for s, v in values.items()}
    found = _Calculation(known)
    return value_of(z3.simplify(found.term(expr)))


class _Calculation(Translation):
    """Terms in which the letters are numbers, so that a quotient is a number, too."""

    def __init__(self, known: Mapping[Symbol, Term]) -> None:
        super().__init__()
        self._terms.update(known)

    def _opaque(self, expr: Expr) -> Term:
        if expr.is_Pow:
            exponent = value_of(z3.simplify(self.term(expr.exp)))
            if isinstance(exponent, int) and 0 <= exponent <= _HIGH:
                return reduce(mul, [self.term(expr.base)] * exponent, z3.IntVal(1))
        return super()._opaque(expr)

    def floor(self, p: Term, q: Term) -> Term:
        p, q = z3.simplify(p), z3.simplify(q)
        if p.is_int() and q.is_int():
            return super().floor(p, q)
        return z3.ToInt(_real(p) / _real(q))  # rounds down


def value_of(number: Term) -> Value | None:
    """Return a number of Z3 as one of Python; None where it is none, as a root may be.

    >>> value_of(z3.simplify(z3.IntVal(7) / 2)), value_of(z3.RealVal("1/2"))
    (3, Fraction(1, 2))
    """
    if z3.is_int_value(number):
        return int(number.as_long())
    if z3.is_rational_value(number):
        found = Fraction(number.numerator_as_long(), number.denominator_as_long())
        return found.numerator if found.denominator == 1 else found
    return None
