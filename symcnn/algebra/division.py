"""The division of polynomials, step by step: the rules of `symcnn.algebra.quotient` on terms.

Every step is an identity of the integers. Sums are held as monomials with integer coefficients.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd, lcm
from typing import Any

from sympy import Add, Expr, Integer, Mul, Pow, S

from symcnn.algebra.polynomial import (
    Terms,
    degree,
    expanded,
    is_integer_valued,
    over,
    term_order,
    terms,
)
from symcnn.algebra.powers import factors, is_symbolic, natural, written

Ints = dict[Expr, int]

_STEPS = 1000  # monomials looked at in a division by a sum
_LETTER = 1 << 20


def as_divisor(q: Expr) -> Expr:
    """Return a divisor of one term as one power where it is one: 2**(D + 1) for 2*2**D."""
    if q.is_Add or not any(map(is_symbolic, Mul.make_args(q))):
        return q
    ((monomial, coefficient),) = terms(q).items()
    return written(coefficient, monomial, merged=True)


def integral(p: Expr, q: Expr) -> tuple[Ints, Ints]:
    """Return p and q times their common denominator, so that all coefficients are integers."""
    ps, qs = terms(p), terms(q)
    common = lcm(*(int(c.q) for c in (*ps.values(), *qs.values())))
    return tuple({m: int(c * common) for m, c in t.items()} for t in (ps, qs))  # type: ignore[return-value]


def as_terms(parts: Ints) -> Terms:
    """Return terms with SymPy's integers."""
    return {m: Integer(c) for m, c in parts.items()}


def cleared(p: Expr, divisor: Expr) -> Expr:
    """Return p times what `denominators` found, multiplied out term by term."""
    return Add(*(expanded(t * divisor) for t in Add.make_args(expanded(p))))


def denominators(p: Expr) -> Expr:
    """Return the letters that p is divided by, as in I/S: 1 for a polynomial.

    A power such as 2**(D - i) stays as it is: it may well be an integer.

    >>> from symcnn.symbols import symbol
    >>> I, S, D, i = (symbol(name) for name in "I S D i".split())
    >>> denominators(I / S + 1), denominators(I / 2**i), denominators(2 ** (D - i))
    (S, 2**i, 1)
    """
    if not p.has(Pow):
        return S.One
    needed: dict[Expr, dict[Expr, Integer]] = {}  # base -> what its exponent lacks to have no minus
    for monomial in terms(p):
        for base, exponent in factors(monomial).items():
            if exponent.is_Integer and exponent > 0:
                continue
            parts = terms(exponent)
            if natural(exponent) or any(c > 0 for m, c in parts.items() if m != 1):
                continue
            for m, c in parts.items():
                if c < 0:
                    most = needed.setdefault(base, {})
                    most[m] = max(most.get(m, S.Zero), -c)
    return Mul(*(base ** Add(*(c * m for m, c in most.items())) for base, most in needed.items()))


def reduce(p: Ints, q: Ints) -> tuple[Ints, Ints]:
    """Return (r, p') with p = q r + p', r integer-valued, the coefficients of p' least."""
    leading = min(q, key=_order) if len(q) > 1 else next(iter(q))
    quotient: Ints = {}
    rest, seen = dict(p), set[Expr]()
    while todo := [m for m in rest if m not in seen]:
        if len(q) > 1 and len(seen) > _STEPS:
            break  # p = q r + p' all the same
        monomial = min(todo, key=_order) if len(q) > 1 else todo[0]
        seen.add(monomial)
        factor = over(monomial, leading)
        if factor is None or not is_integer_valued(factor):
            continue
        times = rest[monomial] // q[leading]
        if times == 0:
            continue
        quotient[factor] = quotient.get(factor, 0) + times
        for m, c in q.items():
            for other, scale in terms(factor * m).items():
                rest[other] = rest.get(other, 0) - times * c * int(scale)
    return quotient, {m: c for m, c in rest.items() if c}


def _order(monomial: Expr) -> tuple[Any, ...]:
    """Sort key that puts the largest monomial first; a letter in an exponent outweighs numbers."""
    if not any(map(is_symbolic, Mul.make_args(monomial))):
        return -degree(monomial), term_order(monomial)
    exponents = (terms(e).items() for e in factors(monomial).values())
    return -sum(c * (1 if m == 1 else _LETTER) for each in exponents for m, c in each), term_order(monomial)


def constant(p: int, q: Ints) -> int | None:
    """Return p // q where it is the same for every q: q is a number, or larger than p throughout."""
    if set(q) == {S.One}:
        return p // q[S.One]
    least = sum(q.values())  # every monomial is 1 or more
    if all(c > 0 and is_integer_valued(m) and m.is_positive for m, c in q.items()) and -least <= p < least:
        return p // least
    return -1 if p == -1 else None  # q >= 1


# ------------------------------------------------------------------ what p and q share
def cancel(p: Ints, q: Ints, natural_divisor: bool) -> tuple[Ints, Ints] | None:
    """Divide p and q by what they share, None if nothing is shared.

    With a positive integer as divisor, the constant of an integer p rounds down.
    """
    whole = natural_divisor and all(map(is_integer_valued, p))
    constant = p.get(S.One, 0) if whole else 0
    others = {m: c for m, c in p.items() if not (whole and m == 1)}
    g = gcd(*others.values(), *q.values())
    if g > 1:
        shorter = {m: c // g for m, c in others.items()}
        shorter[S.One] = shorter.get(S.One, 0) + constant // g
        return {m: c for m, c in shorter.items() if c}, {m: c // g for m, c in q.items()}
    if not others or constant not in (0, -1):  # -1 // g = -1 for every g >= 1
        return None
    for shared in _shared(others, q):
        ps, qs = _each_over(others, shared), _each_over(q, shared)
        if ps and qs:
            ps[S.One] = ps.get(S.One, 0) + constant
            return {m: c for m, c in ps.items() if c}, qs
    return None


def _shared(p: Ints, q: Ints) -> Iterable[Expr]:
    """Return what might divide every term: powers with symbolic exponents, and positive integer letters."""
    first = next(iter(q))
    powers = dict.fromkeys(
        base**exponent
        for m in ((*q, *p) if any(map(is_symbolic, Mul.make_args(first))) else ())
        for base, exponent in factors(m).items()
        if not exponent.is_Integer and natural(exponent) and is_integer_valued(base) and base.is_positive
    )
    letters = sorted(first.free_symbols, key=term_order)
    return (*powers, *(x for x in letters if x.is_positive and x.is_integer))


def _each_over(parts: Ints, shared: Expr) -> Ints | None:
    """Return all terms divided by what they share, None at the first that has none of it."""
    divided: Ints = {}
    for m, c in parts.items():
        less = over(m, shared)
        if less is None:
            return None
        for monomial, scale in terms(less).items():  # 2**5000 is left of 2**(D + 5000) / 2**D
            divided[monomial] = divided.get(monomial, 0) + c * int(scale)
    return {m: c for m, c in divided.items() if c}


def leads_negative(p: Ints, q: Ints) -> bool:
    """Whether the first monomial that no multiple of q can change has a negative coefficient."""
    if len(q) > 1 or not all(map(is_integer_valued, p)):
        return False
    (divisor,) = q
    fixed = [m for m in p if m != 1 and over(m, divisor) is None]
    return bool(fixed) and p[min(fixed, key=term_order)] < 0
