"""Expressions as polynomials: monomials with coefficients, and what is integer by structure.

A monomial is a product of powers without a number; its letters may be symbols, quotients
or powers such as `2**D`. SymPy's `is_integer` is trusted for symbols and numbers only.
"""

from __future__ import annotations

from functools import cmp_to_key, lru_cache
from math import comb, prod
from typing import Any, NamedTuple

import sympy
from sympy import Add, Basic, Expr, Mul, Pow, Rational, S

from symcnn.symbols import rank

_by_structure = cmp_to_key(Basic.compare)

Terms = dict[Expr, Rational]


@lru_cache(maxsize=100_000)
def is_integer_valued(expr: Expr) -> bool:
    """Whether the expression is an integer wherever its symbols are, by its structure alone.

    SymPy's own `is_integer` is not asked about products: `n*(2*g + 2)/6` passes there.

    >>> from symcnn.symbols import symbol
    >>> n = symbol("n")
    >>> is_integer_valued(n * (n + 1)), is_integer_valued(n / 2)
    (True, False)
    """
    if expr.is_Symbol or expr.is_Number:
        return expr.is_integer is True
    if isinstance(expr, Pow):
        natural = is_integer_valued(expr.exp) and expr.exp.is_nonnegative is True
        return natural and is_integer_valued(expr.base)
    if getattr(expr, "integer_quotient", False) or isinstance(expr, sympy.floor | sympy.ceiling):
        return True
    if isinstance(expr, Add | Mul | sympy.Max | sympy.Min | sympy.Abs):
        return all(map(is_integer_valued, expr.args))
    if getattr(expr, "integer_of_integers", False):
        return all(map(is_integer_valued, expr.args))
    return isinstance(expr, sympy.Sum) and is_integer_valued(expr.function)


def expanded(expr: Expr) -> Expr:
    """Return the expression multiplied out, at the cost of a look if it already is."""
    if all(map(_is_monomial, Add.make_args(expr))):
        return expr
    return sympy.expand(expr, log=False, power_base=False, power_exp=False, basic=False)


def _is_monomial(term: Expr) -> bool:
    if term.is_Symbol or term.is_Number:
        return True
    return not any(f.is_Add or (f.is_Pow and (f.base.is_Add or f.base.is_Mul)) for f in Mul.make_args(term))


class Weight(NamedTuple):
    """How large a formula is: terms if it were multiplied out, and nodes of its tree; upper bounds."""

    terms: int
    nodes: int


@lru_cache(maxsize=100_000)
def weigh(expr: Expr) -> Weight:
    """Return the weight of a formula, at the cost of a look at each different part.

    >>> from symcnn.symbols import symbol
    >>> weigh((symbol("K") + 1) ** 3).terms
    4
    """
    if not expr.args:
        return Weight(1, 1)
    parts = [weigh(a) for a in expr.args]
    nodes = 1 + sum(p.nodes for p in parts)
    if isinstance(expr, Add):
        return Weight(sum(p.terms for p in parts), nodes)
    if isinstance(expr, Mul):
        return Weight(prod(p.terms for p in parts), nodes)
    if isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp > 0:
        several, n = parts[0].terms, int(expr.exp)
        return Weight(comb(several + n - 1, n) if several > 1 else 1, nodes)
    return Weight(1, nodes)


def terms(expr: Expr) -> Terms:
    """Return monomials and their coefficients; the constant stands under 1.

    >>> from symcnn.symbols import symbol
    >>> K, N = symbol("K"), symbol("N")
    >>> sorted(terms(N * (K**2 + 2)).items(), key=str)
    [(K**2*N, 1), (N, 2)]
    """
    result: Terms = {}
    for term in Add.make_args(expanded(expr)):
        coefficient, monomial = term.as_coeff_Mul(rational=True)
        if coefficient:
            result[monomial] = coefficient
    return result


def polynomial(parts: Terms) -> Expr:
    """Return the sum of the terms, the inverse of `terms`."""
    return Add(*[c * m for m, c in parts.items()])


def over(monomial: Expr, divisor: Expr) -> Expr | None:
    """Return monomial / divisor if it is again a product of natural powers, else None."""
    if divisor == 1:
        return monomial
    if monomial == 1:
        return None
    have = monomial.as_powers_dict()
    for base, exponent in divisor.as_powers_dict().items():
        if (have.get(base, S.Zero) - exponent).is_nonnegative is not True:
            return None
    return monomial / divisor


def degree(monomial: Expr) -> int:
    """Return the total degree; a symbolic exponent counts as one."""
    if monomial == 1:
        return 0
    return sum(int(e) if e.is_Integer else 1 for e in monomial.as_powers_dict().values())


def term_order(monomial: Expr) -> tuple[Any, ...]:
    """Sort key of monomials: textbook order of the first letter, then by structure.

    (SymPy's default_sort_key takes exponential time on nested functions.)
    """
    names = (rank(str(s)) for s in monomial.free_symbols)
    return (min(names, default=(10**6, "")), _by_structure(monomial))
