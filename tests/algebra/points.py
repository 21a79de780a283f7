"""Domains drawn at random, with points that lie in them by brute force."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

from hypothesis import strategies as st
from sympy import Expr, Integer, Sum, Symbol

from symcnn.algebra import Max, Min
from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div
from symcnn.symbols import symbol

I, K, S, P = (symbol(name) for name in "I K S P".split())
X = symbol("x", "integer")  # may be negative
LETTERS = (I, K, S, P)
Point = dict[Symbol, int]

_SIMPLE = st.sampled_from(LETTERS[:3])


def least(s: Symbol) -> int:
    return 1 if s.is_positive else 0 if s.is_nonnegative else -6


def one_letter(letters: st.SearchStrategy[Symbol] = _SIMPLE) -> st.SearchStrategy[Condition]:
    """A bound or a congruence of one letter."""
    factor, offset, modulus = st.integers(1, 3), st.integers(0, 14), st.sampled_from((2, 3, 4, 6, 8))
    lower = st.builds(lambda s, a, n: Condition(a * s - n, ">="), letters, factor, offset)
    upper = st.builds(lambda s, a, n: Condition(3 * n + 3 - a * s, ">="), letters, factor, offset)
    scale, shift = st.sampled_from((1, 1, 1, -1, 3)), st.integers(0, 3)

    def congruent(s: Symbol, m: int, r: int, a: int, b: int) -> Condition:
        return Condition(Mod(a * s + b, Integer(m)) - r % m, "==")

    return st.one_of(lower, upper, st.builds(congruent, letters, modulus, st.integers(0, 7), scale, shift))


_PAIRS = (I - K, K - S, I - S, S - K, I - 2 * K + 1, K - 2 * P, I - K * S, I + 2 * P - K)


def two_letters() -> st.SearchStrategy[Condition]:
    return st.sampled_from([Condition(expr, ">=") for expr in _PAIRS])


def domains(most: int = 3) -> st.SearchStrategy[Domain]:
    return st.lists(st.one_of(one_letter(), one_letter(), two_letters()), max_size=most).map(
        lambda conditions: Domain(LETTERS, tuple(c for c in conditions if c.expr.free_symbols))
    )


def expressions(letters: tuple[Symbol, ...] = LETTERS, leaves: int = 5) -> st.SearchStrategy[Expr]:
    """Sums, products, quotients, remainders, maxima and minima of integers."""
    leaf = st.one_of(st.sampled_from(letters), st.integers(-6, 9).map(Integer))
    divisor = st.one_of(st.sampled_from((2, 3, 4, 6, 8)).map(Integer), st.sampled_from((S, K, 2 * S, K * S)))

    def bigger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        return st.one_of(
            st.builds(lambda a, b: a + b, inner, inner),
            st.builds(lambda a, b: a - b, inner, inner),
            st.builds(lambda a, b: a * b, inner, inner),
            st.builds(FloorDiv, inner, divisor),
            st.builds(Mod, inner, divisor),
            st.builds(ceil_div, inner, divisor),
            st.builds(Max, inner, inner),
            st.builds(Min, inner, inner),
        )

    return st.recursive(leaf, bigger, max_leaves=leaves)


def points_of(
    domain: Domain, letters: tuple[Symbol, ...] = LETTERS, most: int = 40, width: int = 9
) -> list[Point]:
    """Points of the domain: those nearest to the corner, and some drawn far away."""
    random = Random(1)
    spans = [range(least(s), least(s) + width) for s in letters]
    box = [dict(zip(letters, values, strict=True)) for values in product(*spans)]
    random.shuffle(box)
    found = [p for p in box if _inside(p, domain)][:most]
    found.sort(key=lambda p: sum(p.values()))
    for size in (6, 20, 66) * 30:
        far = {s: least(s) + random.getrandbits(random.choice((3, size))) for s in letters}
        if _inside(far, domain):
            found.append(far)
    return found


def _inside(point: Point, domain: Domain) -> bool:
    return all(_holds(c, point) for c in domain.conditions)


def _holds(condition: Condition, point: Point) -> bool:
    value = value_of(condition.expr, point)
    return value == 0 if condition.relation == "==" else value >= 0


def value_of(expr: Expr, point: Point) -> int | Fraction:
    """The value of an expression, by a walk of our own in Python's integers."""
    if expr.is_Integer:
        return int(expr)
    if expr.is_Rational:
        return Fraction(int(expr.p), int(expr.q))
    if expr.is_Symbol:
        return point[expr]
    if isinstance(expr, Sum):
        *others, (index, first, last) = expr.limits
        body = Sum(expr.function, *others) if others else expr.function
        span = range(value_of(first, point), value_of(last, point) + 1)
        return sum(value_of(body, {**point, index: value}) for value in span)
    args = [value_of(a, point) for a in expr.args]
    if expr.is_Add:
        return sum(args)
    if expr.is_Mul:
        product_ = 1
        for a in args:
            product_ *= a
        return product_
    if expr.is_Pow:
        power = Fraction(args[0]) ** args[1]
        return int(power) if power.denominator == 1 else power
    if isinstance(expr, FloorDiv):
        return args[0] // args[1]
    if isinstance(expr, Mod):
        return args[0] % args[1]
    if isinstance(expr, Max | Min):
        return max(args) if isinstance(expr, Max) else min(args)
    raise AssertionError(expr)
