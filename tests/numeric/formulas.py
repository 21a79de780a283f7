"""Formulas of every kind of node drawn at random, and values of every magnitude for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import sympy
from sympy import Expr, Integer, Rational, Symbol

from symcnn.algebra import FloorDiv, Gcd, Max, Min, Mod, ceil_div
from symcnn.algebra.exact import evaluate
from symcnn.algebra.functions import Divisible, FloorLog2
from symcnn.errors import DomainError
from symcnn.numeric.blocks import Blocks
from symcnn.numeric.columns import is_array
from symcnn.numeric.evaluator import Compiled
from symcnn.numeric.kernel import Width
from symcnn.numeric.lowering import Lowering
from symcnn.symbols import bound, symbol

I, K, N, S = (symbol(name) for name in "IKNS")
D = symbol("D", "nonnegative")
X, Y = symbol("x", "integer"), symbol("y", "integer")
A = symbol("a", "rational")
LETTERS = (I, K, N, S, D, X, Y)
VALUES = (1, 2, 3, 5, 7, 11, 64, 224, 1000, 2**15, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**62, 2**63 - 1)
VALUES += (2**63, 2**64 - 1, 2**64, 2**70 + 3, 10**40)
SMALL = 6  # of what stands in exponents
_POINT = dict[Symbol, Any]


def compiled(formulas: Iterable[Expr], letters: Sequence[Symbol] = LETTERS) -> Compiled:
    """Return formulas as one function, without conditions."""
    lowering = Lowering(list(letters))
    results = tuple(lowering.answer(f) for f in formulas)
    names = tuple(s.name for s in letters)
    program = lowering.builder.program(results)
    return Compiled(tuple(map(str, range(len(results)))), names, names, program, (None,) * len(results))


def formula(random: Random, depth: int = 4, rational: bool = False) -> Expr:
    """Return a formula; every kind of node that the algebra has comes up."""
    if depth == 0 or random.random() < 0.12:
        if rational and random.random() < 0.3:
            return random.choice((A, Rational(random.randint(-9, 9), random.randint(2, 9))))
        return random.choice((*LETTERS, *LETTERS, Integer(random.choice((-70, -3, -1, 0, 1, 2, 8, 2**33)))))
    make = random.choice(KINDS)
    return make(random, lambda less=1: formula(random, max(depth - less, 0), rational))


def _sum(r: Random, inner: Any) -> Expr:
    return sympy.Add(*(inner() for _ in range(r.randint(2, 4))))


def _product(r: Random, inner: Any) -> Expr:
    scale = Rational(r.choice((1, 1, 1, -1, 2, 3, 12)), r.choice((1, 1, 1, 2, 3, 4)))
    return scale * sympy.Mul(*(inner() for _ in range(r.randint(2, 3))))


def _divisor(r: Random) -> Expr:
    return r.choice(
        (Integer(r.choice((1, 2, 3, 4, 7, 8, 32, 2**31, 2**40, 2**64))), S, K, 2 * S, 8 * S, K * S, I + S)
    )


def _total(r: Random, inner: Any) -> Expr:
    i = bound("i")
    body = r.choice(
        (i**2, FloorDiv(I, 2**i), N * i + K, Mod(X, i), FloorDiv(i, 2) * D, i / Integer(3), 2 ** (D - i))
    )
    return sympy.Sum(body, (i, r.choice((1, D, D + 2)), r.choice((D, D + 3, 5))))


KINDS = (
    _sum,
    _sum,
    _product,
    _product,
    lambda r, inner: inner(2) ** r.randint(2, 4),
    lambda r, inner: r.choice((2, 3, S, K, Rational(1, 2))) ** r.choice((D, D + 1, D - 1, 2 * D - 3)),
    lambda r, inner: FloorDiv(inner(), _divisor(r)),
    lambda r, inner: FloorDiv(inner(), _divisor(r)),
    lambda r, inner: Mod(inner(), _divisor(r)),
    lambda r, inner: r.choice((FloorDiv, Mod))(inner(), A**2 + Rational(1, 2), evaluate=False),
    lambda r, inner: ceil_div(inner(), _divisor(r)),
    lambda r, inner: Max(inner(), inner()),
    lambda r, inner: Min(inner(), inner(), inner(2)),
    lambda r, inner: sympy.Abs(inner()),
    lambda r, inner: sympy.floor(inner() / r.choice((2, 3, S))),
    lambda r, inner: sympy.ceiling(inner() / r.choice((2, 3, S))),
    lambda r, inner: sympy.Max(r.choice(LETTERS), r.choice(LETTERS), 3),
    lambda r, inner: Gcd(r.choice((I, K * N, I + K)), r.choice((N, S, Integer(12), I * K))),
    lambda r, inner: FloorLog2(r.choice((I, K * N, I + S, I / Integer(3) + 1))),
    lambda r, inner: Divisible(r.choice((I, K * N, I * Rational(3, 4), A**2 + 1)), r.choice((Integer(8), S))),
    lambda r, inner: inner(2) / r.choice((S, K + 1, X, 2 * N - 5)),
    _total,
)


def points(random: Random, rows: int) -> list[_POINT]:
    """Return points; every letter has a magnitude of its own, so that columns have narrow or wide bounds."""
    spans = {s: random.choice(((0, 4), (0, 9), (6, 13), (8, len(VALUES)))) for s in LETTERS}
    return [_point(random, spans) for _ in range(rows)]


def _point(random: Random, spans: dict[Symbol, tuple[int, int]]) -> _POINT:
    point: _POINT = {}
    for s in LETTERS:
        value = random.choice(VALUES[slice(*spans[s])]) + random.choice((0, 0, 0, 1))
        if s is D:
            value = random.randint(0, SMALL)
        elif not s.is_positive:
            value = random.choice((value, -value, 0))
        point[s] = value
    point[A] = Fraction(random.randint(-40, 40), random.choice((1, 1, 2, 3, 8)))
    return point


def value_at(expr: Expr, point: _POINT) -> int | Fraction | None:
    """Return the value by the exact evaluation of the algebra, None where there is none."""
    try:
        return evaluate(expr, point)
    except DomainError:
        return None


def arrays(points_: list[_POINT], letters: Sequence[Symbol] = LETTERS) -> dict[str, list[Any]]:
    return {s.name: [p[s] for p in points_] for s in letters}


def on_arrays(
    function: Compiled, values: dict[str, Any], *, rows: int = 4096, least: Width = Width.INT32
) -> Any:
    """Return the answers with blocks of so many rows, and no step done in fewer bits than `least`."""
    blocks = Blocks(function.program.given(frozenset(values)), least)
    return function._on_arrays(blocks, values, {n: v for n, v in values.items() if is_array(v)}, rows)
