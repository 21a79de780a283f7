"""Expressions as polynomials: monomials with coefficients.

A monomial is a product of powers without a number; its letters may be symbols, quotients
or powers such as `2**D`, which stand in the normal form of `symcnn.algebra.powers`.
"""

from __future__ import annotations

from functools import cmp_to_key, lru_cache
from math import comb, prod
from typing import Any, NamedTuple

import sympy
from sympy import Add, Basic, Expr, Mul, Pow, Rational, S

from symcnn.algebra.powers import factors, is_huge, is_symbolic, natural, normal, written
from symcnn.algebra.powers import is_integer_valued as is_integer_valued
from symcnn.symbols import excess, rank

_by_structure = cmp_to_key(Basic.compare)

Terms = dict[Expr, Rational]


@lru_cache(maxsize=20_000)
def expanded(expr: Expr) -> Expr:
    """Return the expression multiplied out, at the cost of a look if it already is."""
    if all(map(_is_monomial, Add.make_args(expr))):
        return expr
    parts = _multiplied_out(expr)
    return parts if isinstance(parts, Expr) else polynomial(dict(parts))


def _is_monomial(term: Expr) -> bool:
    if term.is_Symbol or term.is_Number:
        return True
    return not any(
        f.is_Add or (f.is_Pow and (not f.exp.is_Integer or f.base.is_Add or f.base.is_Mul))
        for f in Mul.make_args(term)
    )


@lru_cache(maxsize=20_000)
def _multiplied_out(expr: Expr) -> Expr | tuple[tuple[Expr, Rational], ...]:
    """Return an expression multiplied out; as terms where there are powers to be put in normal form."""
    # SymPy would compute the number of 2**(D + 10**9): such powers sit it out.
    huge = {f: excess(f) for f in expr.atoms(Pow) if is_symbolic(f) and is_huge(f)}
    result = sympy.expand(expr.xreplace(huge), log=False, power_base=False, power_exp=False, basic=False)
    result = result.xreplace({stand_in: f for f, stand_in in huge.items()})
    if not any(is_symbolic(f) for term in Add.make_args(result) for f in Mul.make_args(term)):
        return result
    parts: Terms = {}
    for term in Add.make_args(result):
        coefficient, monomial = term.as_coeff_Mul(rational=True)
        if _has_power(monomial):
            scale, monomial = normal(monomial)
            coefficient *= scale
        parts[monomial] = parts.get(monomial, S.Zero) + coefficient
    return tuple((m, c) for m, c in parts.items() if c)


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
    return dict(_terms(expr))


@lru_cache(maxsize=20_000)
def _terms(expr: Expr) -> tuple[tuple[Expr, Rational], ...]:
    if not all(map(_is_monomial, Add.make_args(expr))):
        parts = _multiplied_out(expr)
        if not isinstance(parts, Expr):
            return parts
        expr = parts
    result: Terms = {}
    for term in Add.make_args(expr):
        coefficient, monomial = term.as_coeff_Mul(rational=True)
        if coefficient:
            result[monomial] = coefficient
    return tuple(result.items())


def polynomial(parts: Terms) -> Expr:
    """Return the sum of the terms, the inverse of `terms`; powers as people write them.

    >>> from symcnn.symbols import symbol
    >>> D = symbol("D")
    >>> polynomial(terms(2 ** (D + 2) + 2**D / 2))
    9*2**(D - 1)
    """
    return Add(*[written(c, m) if _has_power(m) else c * m for m, c in parts.items()])


def over(monomial: Expr, divisor: Expr) -> Expr | None:
    """Return monomial / divisor if it is again a product of natural powers, else None."""
    if divisor == 1:
        return monomial
    if monomial == 1:
        return None
    have = factors(monomial)
    for base, exponent in factors(divisor).items():
        left = have.get(base, S.Zero) - exponent
        if not natural(left):
            return None
        have[base] = left
    if not (_has_power(monomial) or _has_power(divisor)):
        return monomial / divisor
    return Mul(*(b**e for b, e in have.items()))


def _has_power(monomial: Expr) -> bool:
    return any(map(is_symbolic, Mul.make_args(monomial)))


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
