"""The functions of the language: min, max, floor, ceil, log2, divisible."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Integer

from symcnn.algebra.functions import Divisible, FloorLog2, Max, Min
from symcnn.algebra.polynomial import is_integer_valued
from symcnn.algebra.quotient import FloorDiv, ceil_div
from symcnn.errors import NetworkError
from symcnn.source import Span

FUNCTIONS = ("min", "max", "floor", "ceil", "log2", "divisible")
_MANY = 100
_ARITY = {"min": (1, _MANY), "max": (1, _MANY), "divisible": (2, 2)}


def apply(name: str, values: Sequence[Expr], span: Span) -> Expr:
    """Return a function of the language at its values; "floor_log2" and "ceil_log2" are rounded ones.

    Raises NetworkError for a wrong number of values, or values outside what the function takes.
    """
    least, most = _ARITY.get(name, (1, 1))
    if not least <= len(values) <= most:
        wanted = f"{least} or more" if most > least else f"{least} argument{'s' * (least > 1)}"
        raise NetworkError(f"'{name.partition('_')[2] or name}' takes {wanted}, not {len(values)}", span)
    first = values[0]
    if name in ("min", "max"):
        return (Min if name == "min" else Max)(*values)
    if name == "divisible":
        return _divisible(first, values[1], span)
    if name == "floor":
        return FloorDiv(first, Integer(1))
    if name == "ceil":
        return ceil_div(first, Integer(1))
    if first.is_Rational and first < 1:
        raise NetworkError(f"the logarithm of {first} is no size", span, hint="take it of 1 or more")
    if name == "floor_log2":
        return FloorLog2(first)
    if name == "ceil_log2":
        return FloorLog2(2 * first - 1)  # 2^(n-1) < x <= 2^n  iff  2^n <= 2 x - 1 < 2^(n+1)
    return _log2(first, span)


def _divisible(value: Expr, divisor: Expr, span: Span) -> Expr:
    if not is_integer_valued(divisor) or (divisor.is_Rational and not divisor > 0):
        raise NetworkError(f"the divisor must be a positive integer, not {divisor}", span)
    return Divisible(value, divisor)


def _log2(value: Expr, span: Span) -> Expr:
    base, exponent = value.as_base_exp()
    if base == 2:
        return exponent
    if value.is_Integer and int(value) & (int(value) - 1) == 0:
        return Integer(int(value).bit_length() - 1)
    raise NetworkError(f"log2({value}) is no formula in integers", span, hint="round it: floor(log2(...))")
