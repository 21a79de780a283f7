"""What is known of the symbols: kinds, bounds, parity, congruences, and what follows from them.

Everything here errs on the side of "not known": `proves` is True only where the condition
holds at every point of the domain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import gcd
from operator import is_ as _is

from sympy import Expr, Rational, S, Symbol

from symcnn.algebra.conditions import Bound, Condition, Congruence, as_bound, as_congruence, tidy
from symcnn.algebra.divisibility import Multiple, is_whole, multiples
from symcnn.algebra.division import cleared, denominators
from symcnn.algebra.elimination import solved
from symcnn.algebra.exact import Value
from symcnn.algebra.exponents import Answers, Relation, Shifted, has_powers, shifts
from symcnn.algebra.functions import Max, Min
from symcnn.algebra.polynomial import expanded, is_integer_valued, terms
from symcnn.algebra.powers import factors
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.algebra.rewriting import rewritten
from symcnn.algebra.signs import EFFORT, nonnegative


@dataclass(frozen=True)
class Domain:
    """Symbols with the conditions declared of them; immutable, with what follows kept.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> square = Domain((I,), (Condition(Mod(I, 32), "=="), Condition(I - 32, ">=")))
    >>> square.simplify(FloorDiv(I - 1, 32) + 1), square.proves(Condition(I - 5, ">="))
    (I/32, True)
    """

    symbols: tuple[Symbol, ...] = ()
    conditions: tuple[Condition, ...] = ()
    _simplified: dict[Expr, Expr] = field(default_factory=dict, compare=False, repr=False)
    _proofs: dict[tuple[Condition, int], bool] = field(default_factory=dict, compare=False, repr=False)
    answers: Answers = field(default_factory=dict, compare=False, repr=False)
    shifts: dict[Expr, Shifted] = field(default_factory=dict, compare=False, repr=False)
    left: list[int] = field(default_factory=list, compare=False, repr=False)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.symbols, self.conditions))

    def assuming(self, conditions: Sequence[Condition]) -> Domain:
        """Return the domain with more conditions on it."""
        return _known(self.symbols, (*self.conditions, *conditions)) if conditions else self

    # ---------------------------------------------------------------- single symbols
    @cached_property
    def congruences(self) -> dict[Symbol, Congruence | None]:
        """What is known of each symbol's residues; None where the declared ones contradict."""
        known: dict[Symbol, Congruence | None] = {}
        for condition in self.conditions:
            found = as_congruence(condition)
            if found is not None:
                s, congruence = found
                before = known.get(s, Congruence(1, 0))
                known[s] = before.meet(congruence) if before else None
        return known

    @cached_property
    def _bounds(self) -> dict[Symbol, tuple[Bound, Bound]]:
        known: dict[Symbol, tuple[Bound, Bound]] = {}
        for condition in self.conditions:
            found = as_bound(condition)
            if found is not None:
                s, low, high = found
                l, h = known.get(s, (None, None))
                known[s] = (_tighter(max, l, low), _tighter(min, h, high))
        return known

    def bounds(self, s: Symbol) -> tuple[Bound, Bound]:
        """Return the least and the largest value of a symbol, None where there is none.

        The least value of a real symbol need not be reached.
        """
        low, high = self._bounds.get(s, (None, None))
        if s.is_positive:
            low = _tighter(max, low, 1 if s.is_integer else 0)
        elif s.is_nonnegative:
            low = _tighter(max, low, 0)
        congruence = self.congruences.get(s)
        if congruence and isinstance(low, int):
            low += (congruence.residue - low) % congruence.modulus
        if congruence and isinstance(high, int):
            high -= (high - congruence.residue) % congruence.modulus
        return low, high

    @cached_property
    def _reduced(self) -> tuple[dict[Symbol, Expr], Domain]:
        """Symbols that declared equalities replace, and the domain without them."""
        if not any(c.relation == "==" for c in self.conditions):
            return {}, self
        try:
            replaced, left = solved(self.conditions)
        except ZeroDivisionError:  # a divisor is zero by the equalities: no point meets the conditions
            return {}, self
        return replaced, Domain(self.symbols, left) if replaced else self

    # ---------------------------------------------------------------- proofs
    def proves(self, condition: Condition, effort: int = EFFORT) -> bool:
        """Whether the condition is shown to hold everywhere; False means only: not shown.

        `effort` is how many conditions and quotients one proof may use.
        """
        if condition.expr.is_Rational:
            return condition.holds({})
        question = (condition, effort)
        if question not in self._proofs:
            self._proofs[question] = self._proves(condition, effort)
        return self._proofs[question]

    def _proves(self, condition: Condition, effort: int) -> bool:
        replaced, reduced = self._reduced
        try:
            expr = condition.expr.xreplace(replaced) if replaced else self._simple(condition.expr)
        except ZeroDivisionError:  # a divisor is zero wherever the facts hold
            return False
        if replaced:
            return reduced.proves(Condition(expr, condition.relation), effort)
        if condition.relation == "==":
            return self._vanishes(expr)
        if condition.relation == "!=":
            return self.positive(expr) or self.positive(-expr)
        return self.nonnegative(expr, effort) if condition.relation == ">=" else self.positive(expr)

    def _vanishes(self, expr: Expr) -> bool:
        """Whether an expression is shown to be zero everywhere."""
        below = denominators(expr)
        if not all(b.is_positive or self.positive(b) for b in factors(below)):
            return not terms(expr)
        whole = cleared(expr, below)
        if not terms(whole):
            return True
        replaced = shifts(whole, self) if has_powers((whole,)) else {}
        return bool(replaced) and not terms(whole.xreplace(replaced))

    def refutes(self, condition: Condition) -> bool:
        """Whether the condition is shown to hold nowhere; False means only: not shown."""
        if condition.relation == "==":
            return self.proves(condition.negation) or self._apart(self.simplify(condition.expr))
        return self.proves(condition.negation)

    def _apart(self, expr: Expr) -> bool:
        """Whether an integer polynomial is never zero because of its residues."""
        parts = terms(expr)
        if not all(c.is_Integer and is_integer_valued(m) for m, c in parts.items()):
            return False
        shared = gcd(*(int(c) for m, c in parts.items() if m != 1))
        return shared > 1 and int(parts.get(S.One, 0)) % shared != 0

    def positive(self, expr: Expr) -> bool:
        """Whether an expression is shown to be above zero everywhere."""
        if self.is_integer(expr):
            return self.nonnegative(expr - 1)
        return self.nonnegative(expr) and expr.is_positive is True

    def nonnegative(self, expr: Expr, effort: int = EFFORT) -> bool:
        """Whether an expression is shown to be zero or more everywhere."""
        return bool(expr >= 0) if expr.is_Rational else nonnegative(terms(expr), self, effort)

    def whole(self, monomial: Expr, coefficient: Rational = S.One) -> bool:
        """Whether a product is shown to be an integer everywhere, by its factors alone."""
        return is_whole(coefficient, monomial, self.natural)

    def is_integer(self, expr: Expr) -> bool:
        """Whether every term of a sum is shown to be an integer everywhere."""
        return is_integer_valued(expr) or (
            has_powers((expr,)) and all(self.whole(m, c) for m, c in terms(expr).items())
        )

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """The conditions that relate several symbols, for proofs of sign."""
        several = [c for c in self.conditions if c.relation == ">=" and len(c.expr.free_symbols) > 1]
        several += [  # a positive multiple of q is at least q
            Condition(expanded(m.expr - m.divisor), ">=")
            for m in self.multiples
            if m.expr.is_positive and m.divisor.is_positive
        ]
        each = dict.fromkeys(c for known in several for c in (known, tidy(known)))
        return tuple(Relation(frozenset(c.expr.free_symbols), terms(c.expr)) for c in each)

    @cached_property
    def multiples(self) -> tuple[Multiple, ...]:
        """What is declared to be a multiple of what, beside the congruences."""
        return multiples(self.conditions)

    def natural(self, exponent: Expr) -> bool:
        """Whether an integer exponent is shown to be zero or more, at little effort."""
        return self.nonnegative(exponent, effort=1)

    # ---------------------------------------------------------------- simplification
    def simplify(self, expr: Expr) -> Expr:
        """Return an equal expression in which the declared facts are used.

        Equal at every point of the domain, not beyond it. What divides by zero at every point stays.
        """
        replaced, reduced = self._reduced
        try:
            return reduced.simplify(expr.xreplace(replaced)) if replaced else self._simple(expr)
        except ZeroDivisionError:
            return expr

    def _simple(self, expr: Expr) -> Expr:
        if not expr.args or not _rewritable(expr):
            return expr
        known = self._simplified.get(expr)
        if known is None:
            args = [self._simple(a) for a in expr.args]
            rebuilt = expr if all(map(_is, args, expr.args)) else expr.func(*args)
            known = self._simplified[expr] = rewritten(rebuilt, self)
        return known


@lru_cache(maxsize=500)
def _known(symbols: tuple[Symbol, ...], conditions: tuple[Condition, ...]) -> Domain:
    """Return a domain; equal ones share what follows from them."""
    return Domain(symbols, conditions)


@lru_cache(maxsize=100_000)
def _rewritable(expr: Expr) -> bool:
    """Whether there is anything in an expression that facts can simplify."""
    return isinstance(expr, FloorDiv | Mod | Max | Min) or any(map(_rewritable, expr.args))


def _tighter(choose: Callable[[Value, Value], Value], a: Bound, b: Bound) -> Bound:
    if a is None or b is None:
        return b if a is None else a
    return choose(a, b)
