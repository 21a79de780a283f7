"""What divides what: terms that are integers where facts hold, and declared multiples of a divisor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import gcd
from typing import NamedTuple

from sympy import Expr, Mul, Rational, S

from symcnn.algebra.conditions import Condition, as_congruence
from symcnn.algebra.polynomial import Terms, expanded, over, polynomial, term_order, terms
from symcnn.algebra.powers import (
    exponent_parts,
    factors,
    is_integer_valued,
    is_symbolic,
    natural,
    normal,
    valuation,
)
from symcnn.algebra.quotient import Mod

Sign = Callable[[Expr], bool]  # whether an expression is shown to be zero or more


class Multiple(NamedTuple):
    """`expr` is a multiple of `divisor`."""

    expr: Expr
    divisor: Expr


def multiples(conditions: Iterable[Condition]) -> tuple[Multiple, ...]:
    """Return what the conditions p % q == r say, save those of one symbol modulo a number.

    >>> from symcnn.symbols import symbol
    >>> I, D = symbol("I"), symbol("D")
    >>> multiples([Condition(Mod(I, 2**D) - 1, "=="), Condition(Mod(I, 2), "==")])
    (Multiple(expr=I - 1, divisor=2**D),)
    """
    found: list[Multiple] = []
    for condition in conditions:
        parts = terms(condition.expr)
        remainders = [m for m in parts if isinstance(m, Mod)]
        if condition.relation != "==" or len(remainders) != 1 or as_congruence(condition):
            continue
        p, q = remainders[0].args
        rest = polynomial({m: -c / parts[remainders[0]] for m, c in parts.items() if m != remainders[0]})
        if not (rest.has(Mod) or q.is_Add or (p - rest).is_number):
            found.append(Multiple(p - rest, q))
    return tuple(found)


def is_whole(coefficient: Rational, monomial: Expr, natural_: Sign) -> bool:
    """Whether a term is an integer, its exponents natural by structure or by what is known.

    >>> from symcnn.symbols import symbol
    >>> D, i = symbol("D"), symbol("i")
    >>> [is_whole(S.One, 2 ** (D - i), lambda e: e == known) for known in (D - i, S.Zero)]
    [True, False]
    """
    for base, exponent in factors(monomial).items():
        if base.is_Integer and base > 1:
            held = valuation(coefficient, int(base))
            exponent, coefficient = exponent + held, coefficient / base**held
        elif not is_integer_valued(base):
            return False
        if not (natural(exponent) or (is_integer_valued(exponent) and natural_(exponent))):
            return False
    return bool(coefficient.is_Integer)


def divided(p: Terms, q: Expr, known: Iterable[Multiple], natural_: Sign) -> tuple[Expr, Terms]:
    """Return (r, p') with p = q r + p', where r is an integer by what is known; q has one term.

    A term of p is taken that q divides, or k e with q dividing k d, where e is a multiple of d.
    """
    outer, rest = S.Zero, dict(p)
    ((qm, qc),) = terms(q).items()
    if any(is_symbolic(f) for m in (qm, *p) for f in Mul.make_args(m)):
        for m, c in p.items():
            if _is_multiple(c, m, qc, qm, natural_):
                outer += expanded(c * m / q)
                del rest[m]
    for expr, divisor in known:
        ((dm, dc),), parts = terms(divisor).items(), terms(expr)
        lead = min(parts, key=term_order)  # 1 comes last
        for m in list(rest):
            factor = over(m, lead) if m in rest else None
            times = rest[m] / parts[lead] if m in rest else S.Zero
            if factor is not None and _is_multiple(times * dc, factor * dm, qc, qm, natural_):
                outer += times * factor * expr / q
                rest = terms(polynomial(rest) - times * factor * expr)
    return outer, rest


def _is_multiple(c: Rational, m: Expr, qc: Rational, qm: Expr, natural_: Sign) -> bool:
    scale, monomial = normal(m / qm)
    return is_whole(c * scale / qc, monomial, natural_)


def power_residue(base: Expr, exponent: Expr, q: int) -> int | None:
    """Return base**exponent mod q where it is the same for every natural exponent of this form, else None.

    >>> from symcnn.symbols import symbol
    >>> two, D = S(2), symbol("D")
    >>> power_residue(two, 2 * D + 1, 3), power_residue(two, D, 3)
    (2, None)
    """
    if not base.is_Integer or gcd(int(base), q) != 1:
        return None
    constant, rest = exponent_parts(exponent)
    paces = [c for _, c in terms(rest).items()]
    if not all(c.is_Integer and pow(int(base), int(c), q) == 1 % q for c in paces):
        return None
    return pow(int(base), constant, q)
