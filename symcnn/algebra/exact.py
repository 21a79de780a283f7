"""Exact evaluation: an expression at given values, in Python integers and fractions.

No float, no SymPy arithmetic, no limit on magnitude; a power that would not fit into
`MAX_BITS` bits is an error before it is computed, and so is a sum of very many terms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import gcd, prod

import sympy
from sympy import Expr, Symbol

from symcnn.algebra.functions import Divisible, FloorLog2, Gcd, Max, Min, divisible, floor_log2
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.errors import DomainError

MAX_BITS = 1 << 16
MAX_TERMS = 1_000_000  # of all sums of an expression together
_FEW = 1000  # terms of a sum of numbers that is added up in a formula
_WITHIN = 10_000  # the same, with those of all sums within it
Left = list[int]  # one number: how many terms may still be added up
Value = int | Fraction


class _TooManyTerms(DomainError):
    """The sums have more terms than may be added up."""


def evaluate(expr: Expr, values: Mapping[Symbol, int | Fraction | Expr]) -> Value:
    """Return the exact value of an expression; an int wherever it is one.

    Raises DomainError for a symbol without a value, a division by zero, sums of more than
    `MAX_TERMS` terms, or a power of more than `MAX_BITS` bits.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> evaluate(FloorDiv(I - 67, 32) + 1, {I: 227}), evaluate(I**2 / 4, {I: 3})
    (6, Fraction(9, 4))
    """
    return evaluation(values)(expr)


def evaluation(values: Mapping[Symbol, int | Fraction | Expr]) -> Callable[[Expr], Value]:
    """Return `evaluate` at these values, for several expressions: what they share is calculated once.

    >>> from symcnn.symbols import symbol
    >>> at = evaluation({symbol("I"): 227})
    >>> at(FloorDiv(symbol("I") - 67, 32)), at(FloorDiv(symbol("I") - 67, 32) + 1)
    (5, 6)
    """
    known = {s: _number(v) for s, v in values.items()}
    memo: dict[Expr, Value] = {}
    return lambda expr: _walk(expr, known, memo, [MAX_TERMS])


def evaluated(formula: Expr) -> Expr:
    """Return a formula with the sums of numbers in it added up, where they have few terms.

    >>> from symcnn.symbols import index
    >>> i = index("i")
    >>> evaluated(sympy.Sum(FloorDiv(23, 2**i), (i, 1, 3)))
    18
    """
    known: dict[Expr, Expr] = {}
    for part in formula.atoms(sympy.Sum):
        _, first, last = part.limits[-1]  # of the outermost: the ends of those within may depend on its index
        if not part.free_symbols and last - first < _FEW:
            try:
                value = _walk(part, {}, {}, [_WITHIN])
            except _TooManyTerms:
                continue
            known[part] = sympy.Rational(value.numerator, value.denominator)
    return formula.xreplace(known) if known else formula


def _number(value: int | Fraction | Expr) -> Value:
    if isinstance(value, int):
        return value
    if isinstance(value, Fraction):
        return _tidy(value)
    if isinstance(value, Expr) and value.is_Rational:
        return _tidy(Fraction(int(value.p), int(value.q)))
    raise DomainError(f"{value} is not an exact number", hint="write a fraction, as 1/2, for a decimal")


def _tidy(value: Fraction | int) -> Value:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def _walk(expr: Expr, known: Mapping[Symbol, Value], memo: dict[Expr, Value], left: Left) -> Value:
    if expr.is_Integer:
        return int(expr)
    if expr.is_Symbol:
        try:
            return known[expr]
        except KeyError:
            raise DomainError(f"no value is given for '{expr}'", hint=f"give one: {expr}=...") from None
    if expr.is_Rational:
        return Fraction(int(expr.p), int(expr.q))
    if expr in memo:
        return memo[expr]
    if isinstance(expr, sympy.Sum):
        value = _sum(expr, known, left)
    else:
        rule = _RULES.get(expr.func)
        if rule is None:
            raise DomainError(f"'{expr.func.__name__}' has no exact value in integers")
        args = []
        for argument in expr.args:
            args.append(_walk(argument, known, memo, left))
        try:
            value = rule(*args)
        except ZeroDivisionError:
            raise DomainError(f"division by zero in {expr}") from None
    memo[expr] = value = _tidy(value)
    return value


def _sum(expr: sympy.Sum, known: Mapping[Symbol, Value], left: Left) -> Value:
    *others, (index, first, last) = expr.limits  # the last is outermost
    body = sympy.Sum(expr.function, *others) if others else expr.function
    low, high = _walk(first, known, {}, left), _walk(last, known, {}, left)
    if not (isinstance(low, int) and isinstance(high, int)):
        raise DomainError(f"the bounds of {expr} are not integers")
    left[0] -= max(0, high - low + 1)
    if left[0] < 0:
        raise _TooManyTerms(f"a sum of more than {MAX_TERMS} terms: {index} from {low} to {high}")
    return sum(_walk(body, {**known, index: i}, {}, left) for i in range(low, high + 1))


def _power(base: Value, exponent: Value) -> Value:
    if not isinstance(exponent, int):
        raise DomainError(f"the exponent {exponent} is not an integer")
    size = max(abs(base.numerator).bit_length(), base.denominator.bit_length())
    if size > 1 and size * abs(exponent) > MAX_BITS:
        raise DomainError(f"a power of more than {MAX_BITS} bits: the exponent is {exponent}")
    return base**exponent if exponent >= 0 else Fraction(1) / Fraction(base) ** -exponent


def _log2(value: Value) -> int:
    if value < 1:
        raise DomainError(f"log2({value}) is negative", hint="the argument must be at least 1")
    return floor_log2(value)


def _gcd(a: Value, b: Value) -> int:
    if not (isinstance(a, int) and isinstance(b, int)):
        raise DomainError(f"gcd({a}, {b}) is for integers only")
    return gcd(a, b)


_RULES: dict[object, Callable[..., Value]] = {
    sympy.Add: lambda *a: sum(a),
    sympy.Mul: lambda *a: prod(a),
    sympy.Pow: _power,
    FloorDiv: lambda p, q: p // q,
    Mod: lambda p, q: p % q,
    Gcd: _gcd,
    FloorLog2: _log2,
    Divisible: divisible,
    Max: max,
    Min: min,
    sympy.Max: max,
    sympy.Min: min,
    sympy.Abs: abs,
    sympy.floor: lambda p: p // 1,
    sympy.ceiling: lambda p: -(-p // 1),
}
