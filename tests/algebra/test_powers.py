"""Powers with symbolic exponents: equal things have equal terms, and every form has the same value."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st
from sympy import Add, Expr, Integer, Rational

from algebra.points import Point, value_of
from symcnn.algebra.exact import evaluate
from symcnn.algebra.polynomial import expanded, over, polynomial, terms
from symcnn.algebra.powers import is_integer_valued, natural, normal
from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div
from symcnn.symbols import index, symbol

I, N, S, D, P = (symbol(name) for name in "I N S D P".split())
i, x = index("i"), symbol("x", "integer")
LETTERS = (I, N, S, D, P, i, x)
BASES = st.sampled_from(
    [Integer(2), Integer(3), Integer(4), Integer(6), Integer(12), Rational(3, 2), S, 2 * S]
)


def exponents() -> st.SearchStrategy[Expr]:
    """Linear in D, P, i and x, with small numbers."""
    small = st.integers(-1, 2)
    return st.builds(
        lambda a, b, c, d, k: a * D + b * P + c * i + d * x + k,
        *(small, small, small, st.sampled_from((0, 0, 0, 1))),
        st.integers(-2, 3),
    )


def powers() -> st.SearchStrategy[Expr]:
    return st.builds(lambda b, e: b**e, BASES, exponents())


def polynomials(leaves: int = 6) -> st.SearchStrategy[Expr]:
    """Polynomials in I, N, S and powers, in no particular form."""
    letters = st.sampled_from((I, N, S))
    numbers = st.sampled_from([Integer(n) for n in range(-4, 9)] + [Rational(1, 2), Rational(-2, 3)])

    def bigger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        pair = st.tuples(inner, inner)
        return st.one_of(
            pair.map(lambda t: t[0] + t[1]), pair.map(lambda t: t[0] - t[1]), pair.map(lambda t: t[0] * t[1])
        )

    return st.recursive(st.one_of(letters, numbers, powers(), powers()), bigger, max_leaves=leaves)


def points(count: int = 60, most: int = 6) -> list[Point]:
    random = Random(2)
    low = {P: 0, x: -3}
    return [{s: random.randint(low.get(s, 1), most) for s in LETTERS} for _ in range(count)]


POINTS = points()


def same(left: Expr, right: Expr) -> bool:
    return all(value_of(left, p) == value_of(right, p) for p in POINTS)


def rewritten(expr: Expr, random: Random) -> Expr:
    """The same in another form: exponents split or merged, terms turned round."""
    if not expr.args:
        return expr
    args = [rewritten(a, random) for a in expr.args]
    if expr.is_Pow and random.random() < 0.7:
        base, exponent = args
        constant, rest = exponent.as_coeff_Add()
        moved = random.randint(-2, 2)
        return base**moved * base ** sympy.expand(rest + constant - moved)
    if not (expr.is_Add or expr.is_Mul):
        return expr.func(*args)
    random.shuffle(args)
    return sympy.expand(expr.func(*args)) if random.random() < 0.3 else expr.func(*args)


# ------------------------------------------------------------------ the normal form
@given(polynomials(), st.integers(0, 99))
@example(4 * 2**D - 2 ** (D + 2), 0)
def test_terms_are_equal_where_the_expressions_are(expr: Expr, seed: int) -> None:
    other = rewritten(expr, Random(seed))
    assert terms(other) == terms(expr)
    assert terms(expr - other) == {}
    assert expanded(other) == expanded(expr)


@given(polynomials(4), polynomials(4))
@example(4**D * 3**D, 12**D)
@example(2**D * 6**i, 2 ** (D + i) * 3**i)
def test_terms_differ_where_the_expressions_do(left: Expr, right: Expr) -> None:
    assert (terms(left) == terms(right)) == same(left, right)
    assert (terms(left - right) == {}) == same(left, right)


@given(polynomials())
def test_the_normal_form_has_the_same_value(expr: Expr) -> None:
    parts = terms(expr)
    for other in (Add(*(c * m for m, c in parts.items())), polynomial(parts), expanded(expr)):
        assert same(expr, other)
    assert terms(polynomial(parts)) == parts
    assert all(normal(m) == (1, m) for m in parts if m != 1)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (4 * 2**D, 2 ** (D + 2)),
        (2 * 2 ** (i - 1), 2**i),
        (6**D, 2**D * 3**D),
        (4**D, 2 ** (2 * D)),
        (S * S**D, S ** (D + 1)),
        ((2 * S) ** D, 2**D * S**D),
        ((S * N) ** D, S**D * N**D),
        (2**D * 2 ** (-i), 2 ** (D - i)),
        ((2**D - 1) * (2**D + 1), 4**D - 1),
        (Rational(1, 2) ** i, 2 ** (-i)),
        (2 ** (D * i + 1), 2 * (2**D) ** i),
        (8 ** (D / 3), 2**D),
    ],
)
def test_equal_powers_have_equal_terms(left: Expr, right: Expr) -> None:
    assert same(left.subs(D, 3 * D), right.subs(D, 3 * D))
    assert terms(left) == terms(right) and expanded(left) == expanded(right)


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (2 * 2 ** (i - 1), "2**i"),
        (N * 2**i / 2, "2**(i - 1)*N"),
        (2 ** (D + 2), "4*2**D"),
        (3 * 2 ** (D - 1) * N, "3*2**(D - 1)*N"),
        (2 ** (2 * D), "4**D"),
        (2 ** (2 * D - 1), "2**(2*D - 1)"),
        (2 ** (2 * D - 2), "4**(D - 1)"),
        (12 * 6**D, "12*6**D"),
        (2**D * 2 ** (-i), "2**(-i + D)"),
        (2 ** (D + 10**9), "2**(D + 1000000000)"),
    ],
)
def test_a_power_is_written_with_small_numbers(expr: Expr, text: str) -> None:
    assert str(expanded(expr + 0 * I)) == text


# ------------------------------------------------------------------ what is an integer
@given(
    st.one_of(
        polynomials(4), powers(), st.builds(lambda a, b, c: a * b * c / 12, powers(), powers(), powers())
    )
)
@example(2 ** (D - 1))
@example(2**D * N / 2)
@example(2**P * N / 2)
@example(2 ** (D - 2))
@example(2 ** (D - i))
def test_what_is_an_integer_by_structure_is_one(expr: Expr) -> None:
    if is_integer_valued(expr):
        assert all(Fraction(value_of(expr, p)).denominator == 1 for p in POINTS)


@pytest.mark.parametrize(
    ("expr", "whole"),
    [
        (2 ** (i - 1), True),
        (N * 2**i / 2, True),
        (4**D * N / 4 + 3, True),
        (6**D / 6, True),
        (2 ** (D - i), False),
        (2**P / 2, False),
        (2 ** (i - 2), False),
        (2**i / 3, False),
        (2**x, False),
    ],
)
def test_integers_by_structure(expr: Expr, whole: bool) -> None:
    assert is_integer_valued(expr) is whole


@given(exponents())
def test_a_natural_exponent_is_never_negative(exponent: Expr) -> None:
    if natural(exponent):
        corner = [dict(zip((D, P, i, x), v, strict=True)) for v in product((1, 5), (0, 4), (1, 5), (-4, 3))]
        assert all(value_of(exponent, p) >= 0 for p in corner)


@given(powers(), powers(), st.sampled_from((I, N, S, N**2)), st.sampled_from((I, N, S, S**2)))
def test_a_quotient_of_monomials_is_one(a: Expr, b: Expr, m: Expr, n: Expr) -> None:
    (_, top), (_, bottom) = normal(a * b * m), normal(b * n)
    found = over(top, bottom)
    if found is not None:
        assert same(found * bottom, top)


# ------------------------------------------------------------------ quotients
def naturals(leaves: int = 4) -> st.SearchStrategy[Expr]:
    """Integer polynomials in letters and natural powers."""
    exponent = st.sampled_from((D, i, P, i - 1, D + i, 2 * i, D + 1, i + P))
    power = st.builds(
        lambda b, e: b**e, st.sampled_from((Integer(2), Integer(3), Integer(4), Integer(6), S)), exponent
    )
    letters, numbers = st.sampled_from((I, N)), st.integers(-9, 9).map(Integer)

    def bigger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        pair = st.tuples(inner, inner)
        return st.one_of(
            pair.map(lambda t: t[0] + t[1]),
            pair.map(lambda t: t[0] - t[1]),
            pair.map(lambda t: t[0] * t[1]),
            st.builds(FloorDiv, inner, divisors()),
        )

    return st.recursive(st.one_of(letters, numbers, power), bigger, max_leaves=leaves)


def divisors() -> st.SearchStrategy[Expr]:
    fixed = (Integer(2), Integer(3), Integer(12), 2**i, 2 ** (i - 1), 2 ** (D + 1), 3 * 2**i, 4**i, 6**D)
    return st.sampled_from((*fixed, S**D, S * 2**i, 2**P, 2**i + 1, 2**D * 3**i, S**D * N))


@given(naturals(), divisors())
@example(N * 2**i, Integer(2))
@example(2**i * I + 3, 2**i)
@example(Integer(-3), 3 * 2**i)
@example(Integer(5), 2 ** (D + 1) + 1)
@example(2**i * I + 1, S * 2**i)
def test_quotients_of_powers_are_pythons(p: Expr, q: Expr) -> None:
    made, rest, up = FloorDiv(p, q), Mod(p, q), ceil_div(p, q)
    for point in POINTS[:25]:
        a, b = value_of(p, point), value_of(q, point)
        assert value_of(made, point) == a // b
        assert value_of(rest, point) == a % b
        assert value_of(up, point) == -(-a // b)
        assert evaluate(made, point) == a // b


@given(naturals(), divisors(), naturals(2))
def test_construction_is_idempotent_and_multiples_come_out(p: Expr, q: Expr, r: Expr) -> None:
    for made in (FloorDiv(p, q), Mod(p, q)):
        for node in made.atoms(FloorDiv, Mod):
            assert node.func(*node.args) == node
    if not q.is_Add:
        assert terms(FloorDiv(p + q * r, q) - FloorDiv(p, q) - r) == {}


@given(polynomials(4), divisors())
def test_a_quotient_of_fractions_is_right(p: Expr, q: Expr) -> None:
    made = FloorDiv(p, q)
    for point in POINTS[:25]:
        assert value_of(made, point) == value_of(p, point) // value_of(q, point)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (FloorDiv(N * 2**i, 2), N * 2 ** (i - 1)),
        (FloorDiv(I + 4 - 4 * 2**i, 2**i), FloorDiv(I + 4, 2**i) - 4),
        (FloorDiv(FloorDiv(I, 2**i), 2), FloorDiv(I, 2 ** (i + 1))),
        (FloorDiv(I, 2 * 2**i), FloorDiv(I, 2 ** (i + 1))),
        (FloorDiv(FloorDiv(I, S**D), S), FloorDiv(I, S ** (D + 1))),
        (FloorDiv(2**i * I + 3, 2**i), I + FloorDiv(3, 2**i)),
        (FloorDiv(2**i * I + 1, 2**i), I),
        (FloorDiv(3, 2 ** (i + 1)), Integer(0)),
        (FloorDiv(-4, 2 ** (i + 1)), Integer(-1)),
        (FloorDiv(4**i * I, 2**i), 2**i * I),
        (FloorDiv(2**i * I, 2**i * N), FloorDiv(I, N)),
        (FloorDiv(6**i * I + 1, 2**i * N), FloorDiv(3**i * I, N)),
        (FloorDiv(I / 2**i + 1, 2), FloorDiv(I + 2**i, 2 ** (i + 1))),
        (Mod(N * 2**i, 4), 2 * Mod(N * 2 ** (i - 1), 2)),
        (Mod(I, 2 * 2**i), Mod(I, 2 ** (i + 1))),
    ],
)
def test_equal_quotients_of_powers_are_the_same_expression(left: Expr, right: Expr) -> None:
    assert same(left, right)
    assert expanded(left) == expanded(right)
