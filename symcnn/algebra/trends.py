"""Does a formula rise or fall with a letter? Read from its structure; shown, or not known."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Add, Expr, Mul, Pow, Symbol

from symcnn.algebra.domain import Domain
from symcnn.algebra.functions import Max, Min
from symcnn.algebra.polynomial import terms
from symcnn.algebra.quotient import FloorDiv

Trend = int | None  # 1: never falls, -1: never rises, 0: does not change, None: not known


def trend(expr: Expr, letter: Symbol, domain: Domain) -> Trend:
    """Return whether a formula never falls (1), never rises (-1) or stays (0) as an integer letter grows.

    None if that is not seen from the structure.

    >>> from symcnn.symbols import symbol
    >>> i, I = symbol("i"), symbol("I")
    >>> [trend(e, i, Domain()) for e in (I**2, I - 2**i, FloorDiv(I, 3**i), i**2 - i)]
    [0, -1, -1, None]
    """
    if not expr.has(letter):
        return 0
    if expr == letter:
        return 1
    if isinstance(expr, Add | Max | Min):
        return _common(trend(a, letter, domain) for a in expr.args)
    if isinstance(expr, Mul):
        return _product(expr, letter, domain)
    if isinstance(expr, Pow):
        return _power(expr, letter, domain)
    if isinstance(expr, FloorDiv):
        return _quotient(expr, letter, domain)
    return None


def is_monotone(expr: Expr, letter: Symbol, domain: Domain) -> bool:
    """Whether a formula never falls or never rises with a letter, one or the other; False: not known.

    So it is where one rising or falling part, as 2**-i, carries all that changes.

    >>> from symcnn.symbols import symbol
    >>> i, I, D = symbol("i"), symbol("I"), symbol("D")
    >>> is_monotone(I * 2**-i - 3 * 2**(D - i), i, Domain()), is_monotone(i**2 - 9*i, i, Domain())
    (True, False)
    """
    if trend(expr, letter, domain) is not None:
        return True
    changing = {_changing(m, letter) for m in terms(expr) if m.has(letter)}
    return len(changing) == 1 and trend(next(iter(changing)), letter, domain) is not None


def _changing(monomial: Expr, letter: Symbol) -> Expr:
    """Return the factors of a monomial that change with a letter, powers split: 2**(D - i) is 2**D 2**-i."""
    found = []
    for factor in Mul.make_args(monomial):
        if isinstance(factor, Pow) and not factor.base.has(letter):
            moving = [term for term in Add.make_args(factor.exp) if term.has(letter)]
            found += [factor.base ** Add(*moving)] if moving else []
        elif factor.has(letter):
            found.append(factor)
    return Mul(*found)


def _common(trends: Iterable[Trend]) -> Trend:
    """Return the trend that the parts which change have in common."""
    found = set(trends) - {0}
    return next(iter(found)) if len(found) == 1 else None


def _product(expr: Expr, letter: Symbol, domain: Domain) -> Trend:
    coefficient, monomial = expr.as_coeff_Mul(rational=True)
    factors = Mul.make_args(monomial)
    if not all(factor.is_positive or domain.nonnegative(factor) for factor in factors):
        return None
    common = _common(trend(factor, letter, domain) for factor in factors)
    return None if common is None else (common if coefficient > 0 else -common)


def _power(expr: Expr, letter: Symbol, domain: Domain) -> Trend:
    base, exponent = expr.args
    if not base.has(letter):
        return trend(exponent, letter, domain) if domain.nonnegative(base - 1) else None
    if exponent.is_Integer and exponent > 0 and domain.nonnegative(base):
        return trend(base, letter, domain)
    return None


def _quotient(expr: Expr, letter: Symbol, domain: Domain) -> Trend:
    p, q = expr.args
    if not q.has(letter):
        return trend(p, letter, domain) if q.is_positive else None
    above, below = trend(p, letter, domain), trend(q, letter, domain)
    if above is None or below is None or not (domain.nonnegative(p) and domain.nonnegative(q - 1)):
        return None
    return _common((above, -below))
