"""How large a number or a formula may grow, so that work with it takes bounded time."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Pow, Symbol

from symcnn.algebra.polynomial import weigh
from symcnn.errors import NetworkError
from symcnn.source import Span

MAX_BITS = 4096  # of a number
MAX_TERMS = 5_000  # of a formula multiplied out
MAX_NODES = 50_000  # of its tree


def bounded(value: Expr, span: Span) -> Expr:
    """Return a formula; raises NetworkError if it is too large to be worked with in bounded time."""
    if value.is_Symbol:
        return value
    coefficient = value.as_coeff_Mul()[0]
    if coefficient.is_Rational and max(abs(int(coefficient.p)), int(coefficient.q)).bit_length() > MAX_BITS:
        raise NetworkError(f"a number of more than {MAX_BITS} bits", span)
    weight = weigh(value)
    if weight.terms > MAX_TERMS or weight.nodes > MAX_NODES:
        most = MAX_TERMS if weight.terms > MAX_TERMS else MAX_NODES
        raise NetworkError(f"the formula grows beyond {most} terms", span)
    return value


def put(formula: Expr, values: Mapping[Symbol, Expr], span: Span) -> Expr:
    """Return a formula with values for symbols.

    Raises NetworkError for a power that is too large, or a divisor that becomes zero.
    """
    for power in formula.atoms(Pow):
        exponent = power.exp.xreplace(values)
        base = power.base.xreplace(values)
        if exponent.is_Integer and base.is_Rational:
            bits = max(abs(int(base.p)), int(base.q)).bit_length()
            if bits > 1 and bits * abs(int(exponent)) > MAX_BITS:
                raise NetworkError(f"a power of more than {MAX_BITS} bits", span)
    try:
        return formula.xreplace(values)
    except ZeroDivisionError:
        raise NetworkError("division by zero", span).for_these_values() from None
