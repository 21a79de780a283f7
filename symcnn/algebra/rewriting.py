"""Quotients, remainders and extrema, as far as residues, multiples and bounds decide them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd
from typing import Protocol

from sympy import Expr, Rational, S, Sum, Symbol

from symcnn.algebra.conditions import Congruence
from symcnn.algebra.divisibility import Multiple, divided, power_residue
from symcnn.algebra.exact import evaluated
from symcnn.algebra.exponents import Facts, has_powers
from symcnn.algebra.functions import Max, Min
from symcnn.algebra.polynomial import Terms, expanded, is_integer_valued, polynomial, terms
from symcnn.algebra.powers import factors
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.algebra.signs import EFFORT, nonnegative


class Known(Facts, Protocol):
    """What is known of the symbols, and what follows from it."""

    @property
    def congruences(self) -> Mapping[Symbol, Congruence | None]:
        """What is known of each symbol's residues."""

    @property
    def multiples(self) -> Sequence[Multiple]:
        """What is declared to be a multiple of what, beside the congruences."""

    def nonnegative(self, expr: Expr, effort: int = EFFORT) -> bool:
        """Whether an expression is shown to be zero or more everywhere."""

    def positive(self, expr: Expr) -> bool:
        """Whether an expression is shown to be above zero everywhere."""

    def is_integer(self, expr: Expr) -> bool:
        """Whether every term of a sum is shown to be an integer everywhere."""

    def natural(self, exponent: Expr) -> bool:
        """Whether an integer exponent is shown to be zero or more, at little effort."""


def rewritten(expr: Expr, known: Known) -> Expr:
    """Return a quotient, remainder or extremum of simplified arguments, as far as facts decide it.

    A sum of numbers is their sum.
    """
    if isinstance(expr, FloorDiv | Mod):
        p, q = expr.args
        quotient = _quotient(p, q, known)
        if isinstance(expr, FloorDiv):
            return quotient
        return expr if quotient.has(FloorDiv) else expanded(p - q * quotient)
    if isinstance(expr, Max | Min):
        smallest = isinstance(expr, Min)
        kept = list(expr.args)
        for a in expr.args:
            others = [b for b in kept if b != a]
            if any(known.nonnegative(expanded(a - b if smallest else b - a)) for b in others):
                kept = others
        return expr.func(*kept)
    return evaluated(expr) if isinstance(expr, Sum) else expr


def _quotient(p: Expr, q: Expr, known: Known) -> Expr:
    """Return p // q, as a polynomial where residues, multiples or bounds decide it."""
    made = FloorDiv(p, q)
    if not isinstance(made, FloorDiv) or made.args != (p, q):  # an argument was simplified
        return made.xreplace({f: _quotient(f.args[0], f.args[1], known) for f in made.atoms(FloorDiv)})
    parts = terms(p)
    if q.is_Integer and q > 0:
        residues = {m: _residue(m, c, int(q), known) for m, c in parts.items()}
        if None not in residues.values():
            rest = sum(r for r in residues.values() if r is not None) % int(q)
            return expanded((p - rest) / q)
    if not q.is_Add and (known.multiples or has_powers((p, q))):
        outer, left = divided(parts, q, known.multiples, known.natural)
        if outer != 0:
            others = _quotient(polynomial(left), q, known) if left else S.Zero
            # (I + 6)//2**i is simpler than (I + 4)/2**i + 2//2**i
            if left.get(S.One) in (None, parts.get(S.One)) or not others.has(FloorDiv):
                return outer + others
    if nonnegative(parts, known, 0) and known.nonnegative(q - p - 1):
        return S.Zero  # 0 <= p < q
    return made if (merged := _merged(parts, q, known)) is None else merged


def _merged(parts: Terms, q: Expr, known: Known) -> Expr | None:
    """Return (a // b + r) // q as (a + b r) // (b q) where b and q are shown to be positive."""
    for m in (m for m, c in parts.items() if c == 1 and isinstance(m, FloorDiv)):
        a, b = m.args
        rest = polynomial({k: c for k, c in parts.items() if k != m})
        done = b.is_positive and q.is_positive and is_integer_valued(q)  # on construction
        whole = known.is_integer(rest) and known.is_integer(q)
        if not done and whole and known.positive(b) and known.positive(q):
            return _quotient(expanded(a + b * rest), expanded(b * q), known)
    return None


def _residue(monomial: Expr, coefficient: Rational, q: int, known: Known) -> int | None:
    """Return c m mod q where the congruences of the symbols of m decide it, else None."""
    if coefficient.q != 1 or not is_integer_valued(monomial):
        return None
    c, product = int(coefficient), 1
    needed = q // gcd(c, q)
    settled = True
    for base, exponent in factors(monomial).items() if monomial != 1 else ():
        congruence = known.congruences.get(base)
        if congruence and exponent.is_Integer and congruence.modulus % needed == 0:
            residue: int | None = pow(congruence.residue, int(exponent), needed)
        else:
            residue = power_residue(base, exponent, needed)
        if residue is None:
            settled = needed == 1
            continue
        product *= residue
        if product % needed == 0:
            return 0
    return c * product % q if settled else None
