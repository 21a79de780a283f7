"""When is an equality of quotients true? Always, never, or where a remainder is as it must be.

An extent that is halved and doubled comes back as 2*(I//2); that it must equal I again is
better said as `I % 2 == 0`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from math import gcd, lcm
from typing import Literal

from sympy import Expr, Rational, S, Symbol

from symcnn.algebra.conditions import Condition, Congruence
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import evaluate
from symcnn.algebra.polynomial import expanded, over, polynomial, terms
from symcnn.algebra.powers import factors
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.algebra.sampling import inside

_CLASSES = 4096  # residue classes looked at


def settle(condition: Condition, domain: Domain) -> Condition | bool:
    """Return what an equality says in the domain: True, False, or a simpler condition where one is found.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> settle(Condition(2 * FloorDiv(I, 2) - I, "=="), Domain())
    Condition(expr=Mod(I, 2), relation='==')
    >>> settle(Condition(FloorDiv(I + 1, 2) + FloorDiv(I, 2) - I, "=="), Domain())
    True
    """
    if condition.relation != "==":
        return condition
    if domain.proves(condition):
        return True
    if domain.refutes(condition):
        return False
    expr = _opened(condition, domain)
    found = _by_classes([expr], domain)
    if found is None:
        found = _as_remainder(expr)
    return condition if found is None else found


def together(conditions: Sequence[Condition], domain: Domain) -> Condition | None:
    """Return one congruence that says what several equalities of one symbol say, None if none does.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> together([Condition(Mod(I, 4), "=="), Condition(Mod(FloorDiv(I, 4), 3) - 1, "==")], Domain())
    Condition(expr=Mod(I, 12) - 4, relation='==')
    """
    if not all(c.relation == "==" for c in conditions):
        return None
    found = _by_classes([_opened(c, domain) for c in conditions], domain)
    return None if isinstance(found, bool) else found


def _opened(condition: Condition, domain: Domain) -> Expr:
    return domain.simplify(condition.expr).replace(Mod, lambda p, q: p - q * FloorDiv(p, q))


# ------------------------------------------------------------------ residue by residue
def _by_classes(exprs: Sequence[Expr], domain: Domain) -> Condition | bool | None:
    """Solve equations expr = 0 in one symbol on each residue class, None where one has a single solution."""
    letters = set[Symbol]().union(*(e.free_symbols for e in exprs))
    x = next(iter(letters)) if len(letters) == 1 else None
    if x is None or not x.is_integer:
        return None
    modulus = lcm(*(_period(e, x) for e in exprs))
    if not 0 < modulus <= _CLASSES:
        return None
    congruence = domain.congruences.get(x) or Congruence(1, 0)
    shared = gcd(modulus, congruence.modulus)
    classes = [r for r in range(modulus) if (r - congruence.residue) % shared == 0]
    solved: list[int] = []
    for r in classes:
        each = {_solutions(e, x, r, modulus, domain) for e in exprs}
        if each == {"all"}:
            solved.append(r)
        elif "none" not in each:
            return None
    if len(solved) in (0, len(classes)):
        return bool(solved)
    return _congruence(x, solved, classes, modulus)


def _solutions(expr: Expr, x: Symbol, r: int, modulus: int, domain: Domain) -> Literal["all", "one", "none"]:
    """Return how many solutions expr = 0 has among the x = modulus t + r, where it is linear in t."""
    at, on = (evaluate(expr, {x: r + modulus * t}) for t in (0, 1))
    if at == on:
        return "none" if at else "all"
    t = at / Fraction(at - on)
    if t.denominator != 1:
        return "none"
    value = modulus * int(t) + r
    low, high = domain.bounds(x)
    within = (low is None or value >= low) and (high is None or value <= high)
    return "one" if within and inside({x: value}, domain) else "none"


def _period(expr: Expr, x: Symbol) -> int:
    """Return M such that the expression is linear in t for x = M t + r, 0 where none is known."""
    period = 1
    for m in terms(expr):
        if m in (S.One, x):
            continue
        if not (isinstance(m, FloorDiv) and m.args[1].is_Integer and m.args[1] > 0):
            return 0
        period = lcm(period, _period(m.args[0], x) * int(m.args[1]))
    return period


def _congruence(x: Symbol, solved: list[int], classes: list[int], modulus: int) -> Condition | None:
    """Return the congruence of the least modulus that holds on the solved classes only."""
    for m in (m for m in range(2, modulus + 1) if modulus % m == 0):
        r = solved[0] % m
        if solved == [c for c in classes if c % m == r]:
            return Condition(Mod(x, m) - r, "==")
    return None


# ------------------------------------------------------------------ as a remainder
def _as_remainder(expr: Expr) -> Condition | bool | None:
    """Read q (p // q) - p + d = 0 as p % q = d, and p // m - n (p // (m n)) = 0 as (p // m) % n = 0."""
    parts = terms(expr)
    quotients = list(dict.fromkeys(b for m in parts for b in factors(m) if isinstance(b, FloorDiv)))
    for f in quotients:
        taken = {m: over(m, f) for m in parts}
        factor = polynomial({k: parts[m] for m, k in taken.items() if k is not None})
        rest = polynomial({m: parts[m] for m, k in taken.items() if k is None})
        p, q = f.args
        scale = _ratio(factor, q)
        found = None if scale is None else _remainder(p, q, expanded(rest / scale + p))
        if found is not None:
            return found
    for f, g in permutations(quotients, 2):
        if (
            f in parts
            and g in parts
            and (n := -parts[g] / parts[f]).is_Integer
            and n > 1
            and FloorDiv(f, n) == g
        ):
            rest = polynomial({m: c for m, c in parts.items() if m not in (f, g)})
            return _remainder(f, n, expanded(-rest / parts[f]))
    return None


def _ratio(expr: Expr, q: Expr) -> Rational | None:
    """Return the number k in expr = k q, None if there is none."""
    have, wanted = terms(expr), terms(q)
    monomial, c = next(iter(wanted.items()))
    k = have.get(monomial, S.Zero) / c
    return k if k != 0 and have == {m: k * c for m, c in wanted.items()} else None


def _remainder(p: Expr, q: Expr, d: Expr) -> Condition | bool | None:
    """Return p % q == d for a number d; False where no remainder can be d."""
    if not d.is_Rational:
        return None
    if d < 0 or (q.is_Rational and d >= q):
        return False
    return Condition(Mod(p, q) - d, "==")
