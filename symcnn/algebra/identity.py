"""Is it always so? A condition over a domain is proved, refuted or left undecided, never guessed.

Proofs: the canonical form, the signs of coefficients, and residue by residue (with constant
divisors every quotient is a polynomial on each residue class). A refutation shows a point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from math import gcd, lcm
from typing import Literal

import sympy
from sympy import Expr, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.algebra.division import cleared, denominators
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import Value
from symcnn.algebra.polynomial import is_integer_valued, polynomial, terms
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.algebra.sampling import Point, drawn_points, shrink, small_points
from symcnn.errors import DomainError
from symcnn.symbols import rank, step

SAMPLES = 2000
_CLASSES = 5000  # residue classes tried before giving up on that proof


@dataclass(frozen=True)
class Decision:
    """What is known of a condition over a domain.

    `outcome` is "proved" (every point), "refuted" (`counterexample` is the smallest found:
    least total distance from the least values, then by name) or "undecided"
    (`samples` points agreed and none disagreed).
    """

    outcome: Literal["proved", "refuted", "undecided"]
    counterexample: dict[Symbol, Value] | None = None
    samples: int = 0


def decide(conditions: Sequence[Condition], domain: Domain, samples: int = SAMPLES) -> Decision:
    """Decide whether all the conditions hold at every point of the domain.

    Half of the samples are the smallest points, half are drawn with magnitudes up to 2^70.

    >>> from symcnn.algebra.quotient import floor_div
    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> halves = floor_div(I, 2) + floor_div(I + 1, 2)
    >>> decide([Condition(halves - I, "==")], Domain((I,))).outcome
    'proved'
    >>> decide([Condition(2 * floor_div(I, 2) - I, "==")], Domain((I,))).counterexample
    {I: 1}
    """
    if all(domain.proves(c) or _by_residues(c, domain) for c in conditions):
        return Decision("proved")
    used = set[Symbol]().union(*(c.expr.free_symbols for c in conditions))
    related = _related(used, domain)
    small, complete = small_points(related, domain, samples // 2)
    drawn = () if complete else drawn_points(related, domain, samples - len(small))
    tried = 0
    for point in chain(small, drawn):
        held = _all_hold(conditions, point)
        if held is False:
            smallest = shrink(point, domain, lambda p: _all_hold(conditions, p) is False)
            return Decision("refuted", {s: v for s, v in smallest.items() if s in used}, tried + 1)
        complete = complete and held is True
        tried += held is True
    return Decision("proved" if complete else "undecided", samples=tried)


def _all_hold(conditions: Sequence[Condition], point: Point) -> bool | None:
    """Whether all conditions hold at a point; None where one has no value there, or one too large."""
    try:
        return all(c.holds(point) for c in conditions)
    except DomainError:
        return None


def _related(used: set[Symbol], domain: Domain) -> list[Symbol]:
    """Return the symbols in question and those that the domain ties to them, in textbook order."""
    grown = set(used)
    while True:
        larger = grown.union(*(c.expr.free_symbols for c in domain.conditions if c.expr.free_symbols & grown))
        if larger == grown:
            return sorted(grown, key=lambda s: rank(s.name))
        grown = larger


# ------------------------------------------------------------------ residue by residue
def _by_residues(condition: Condition, domain: Domain) -> bool:
    """Whether the condition holds on every residue class of a modulus that opens all quotients."""
    expr = domain.simplify(condition.expr).replace(Mod, lambda p, q: p - q * FloorDiv(p, q))
    modulus, letters = 1, set[Symbol]()
    for quotient in expr.atoms(FloorDiv):
        p, q = quotient.args
        if not (q.is_Integer and q > 0 and is_integer_valued(p)):
            return False
        modulus = modulus * int(q) if p.has(FloorDiv) else lcm(modulus, int(q))
        letters |= p.free_symbols
    if condition.relation == "!=" or not all(x.is_integer for x in letters):
        return False
    if modulus ** len(letters) > _CLASSES:
        return False
    ordered = sorted(letters, key=lambda s: rank(s.name))
    for residues in product(*(_residues(x, modulus, domain) for x in ordered)):
        opened = {x: modulus * step(x) + r for x, r in zip(ordered, residues, strict=True)}
        value = sympy.expand(expr.subs(opened, simultaneous=True))
        if value.has(FloorDiv):
            return False
        if condition.relation == "==":
            if value != 0:
                return False
            continue
        stepped = _on_steps(ordered, residues, modulus, domain)
        if not stepped.proves(Condition(value, condition.relation)):
            return False
    return True


def _residues(x: Symbol, modulus: int, domain: Domain) -> Iterator[int]:
    congruence = domain.congruences.get(x)
    for r in range(modulus):
        if not congruence or (r - congruence.residue) % gcd(modulus, congruence.modulus) == 0:
            yield r


def _on_steps(letters: Sequence[Symbol], residues: Sequence[int], modulus: int, domain: Domain) -> Domain:
    """Return the domain of the steps t in x = modulus t + residue."""
    bounds: list[Condition] = []
    for x, r in zip(letters, residues, strict=True):
        low, high = domain.bounds(x)
        if low is not None:
            bounds.append(Condition(step(x) + (r - int(low)) // modulus, ">="))
        if high is not None:
            bounds.append(Condition((int(high) - r) // modulus - step(x), ">="))
    return Domain((), (*domain.conditions, *bounds))


def proves_integer(expr: Expr, domain: Domain) -> bool:
    """Whether an expression is shown to be an integer everywhere in the domain.

    >>> from symcnn.symbols import symbol
    >>> N = symbol("N")
    >>> proves_integer(N * (N + 1) / 2, Domain()), proves_integer(N / 2, Domain())
    (True, False)
    """
    if is_integer_valued(expr):
        return True
    parts = {m: c for m, c in terms(expr).items() if not domain.whole(m, c)}
    rest = polynomial(parts)
    divisor = denominators(rest) * lcm(*(int(c.q) for c in parts.values()))
    numerator = cleared(rest, divisor)
    if not is_integer_valued(numerator):
        return False
    condition = Condition(Mod(numerator, divisor), "==")
    return domain.proves(condition) or _by_residues(condition, domain)
