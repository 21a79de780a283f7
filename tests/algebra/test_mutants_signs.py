"""Signs, trends and samples: small cases, all of them, against numbers put in."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice, pairwise, product

import pytest
from sympy import Expr, Integer, Rational, S, Symbol

from algebra.points import I, K, P, X
from symcnn.algebra import signs
from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import evaluate
from symcnn.algebra.exponents import letters, without_fractions
from symcnn.algebra.functions import Divisible, FloorLog2, Gcd, Max, Min, divisible, floor_log2
from symcnn.algebra.polynomial import polynomial, terms
from symcnn.algebra.powers import factors, is_integer_valued, natural, normal, valuation, written
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.algebra.sampling import drawn_points, shrink, small_points
from symcnn.algebra.trends import is_monotone, trend
from symcnn.symbols import index, symbol

D, N, i = symbol("D"), symbol("N"), index("i")
REAL, POSITIVE = symbol("a", "real"), symbol("b", "positive real")
BOX = Domain(
    (I, K, P, X),
    tuple(Condition(c, ">=") for c in (I - 2, 9 - I, K - 3, 6 - K, 4 - P, X + 3, 5 - X)),
)
INSIDE = [
    {I: a, K: b, P: c, X: d} for a, b, c, d in product(range(2, 10), range(3, 7), range(5), (-3, -2, 0, 1, 5))
]


# ------------------------------------------------------------------ signs
@pytest.mark.parametrize(
    ("expr", "least"),  # the least value in the box; None where it is not shown
    [
        (I, 2), (-I, -9), (I + K, 5), (I - K, -4), (2 * I - 3 * P, -8), (X, -3), (-X, -5), (3 * X - I, -18),
        (I * K, 6), (I * K - I, 4), (I * K - 3 * I, 0), (I**2 - 2 * I, 0),
        (I * P, 0), (I**2 * K, 12), (K - 3 + P * (I - 2), 0),
        (Mod(I, 4), 0), (3 - Mod(I, 4), 0), (FloorDiv(I, 2), 1), (FloorDiv(I, 2) - FloorDiv(K, 6), 0),
        (I - FloorDiv(I, 2), 1), (FloorDiv(I + 2, 2) - FloorDiv(I, 2) - 1, 0), (Max(I, K), 3),
        (-Max(I, K), -9),
        (Min(I, K), 2), (-Min(I, K), -6), (Max(I, K) - I, 0), (K - Min(I, K), 0),
        (9 * K - I * K, 0), (I * K - 2 * K, 0), (P**2 * K - K, None), (I * K - 5 * K, None),
        (-I * K, None), (9 * I - I**2, None), (-I * P, None), (I * FloorDiv(K, 3), None),
        (Mod(I, K) + K, 3), (K * FloorDiv(I, K) + K - 1 - I, 0), (2**I - 4, 0), (512 - 2**I, 0),
    ],
    ids=str,
)  # fmt: skip
def test_the_least_value_is_shown_and_no_more(expr: Expr, least: int | None) -> None:
    values = [evaluate(expr, point) for point in INSIDE]
    if least is None:
        assert not BOX.proves(Condition(expr - min(values) - 1, ">="))
        return
    assert min(values) == least
    assert BOX.proves(Condition(expr - least, ">="))
    assert not BOX.proves(Condition(expr - least - 1, ">="))
    assert BOX.proves(Condition(expr - least + 1, ">"))
    assert not BOX.proves(Condition(expr - least, ">")) and not BOX.proves(Condition(expr - least, "!="))
    assert BOX.proves(Condition(expr - least + 1, "!=")) and BOX.proves(Condition(least - 1 - expr, "!="))
    assert BOX.refutes(Condition(expr - least + 1, "==")) and not BOX.refutes(Condition(expr - least, "=="))


@pytest.mark.parametrize(
    ("expr", "never"),
    [
        (2 * I - 4 * K + 1, True), (2 * I - 4 * K, False), (6 * I + 3 * K - 2, True),
        (6 * I + 3 * K - 9, False),
        (2 * X + 4 * I - 3, True), (I - K, False), (2 * I - K, False), (2 * REAL - 4 * I - 1, False),
        (I / 2 - K - Rational(1, 4), False), (3 * I * K - 3 * P - 1, True),
    ],
    ids=str,
)  # fmt: skip
def test_integers_that_are_apart_by_their_residues(expr: Expr, never: bool) -> None:
    assert Domain().refutes(Condition(expr, "==")) == never
    halves = range(-20, 60) if expr.has(REAL) else (0,)
    few = [point for point in INSIDE if point[I] <= 6 and point[P] <= 2]
    zero = any(evaluate(expr, {**point, REAL: Fraction(n, 2)}) == 0 for point in few for n in halves)
    assert not (zero and never)


@pytest.mark.parametrize(
    ("facts", "expr", "shown"),
    [
        ([I - K], I - K, True), ([I - K], I - K - 1, False), ([I - K, K - P], I - P, True),
        ([I - 2 * K], I - K, True), ([I - K], 2 * I - 2 * K, True), ([I - K * P], I - K * P, True),
        ([I - K], K - I, False), ([I + P - K], I - K, False), ([I - K - 3], FloorDiv(I - K, 3) - 1, True),
        ([I - K - 3], FloorDiv(I - K, 3) - 2, False), ([I - K], 2**I - 2**K, True),
        ([I - K], 2**I - 2**K - 1, False), ([I - K - 1], 2**I - 2 * 2**K, True),
    ],
    ids=str,
)  # fmt: skip
def test_relations_between_letters_are_used(facts: list[Expr], expr: Expr, shown: bool) -> None:
    domain = Domain((I, K, P), tuple(Condition(fact, ">=") for fact in facts))
    assert domain.proves(Condition(expr, ">=")) == shown
    for point in INSIDE:
        if all(evaluate(fact, point) >= 0 for fact in facts):
            assert not shown or evaluate(expr, point) >= 0


@pytest.mark.parametrize(
    ("expr", "shown"),
    [
        (P**2 * K - K, False), (P * K - K, False), (X**2 * K - K, False), (I * K - K, True),
        (I**2 * K - I, True),
        (X**2, True), (X**2 * K + 2 * X**4, True), (X**2 + X, False), (X**3 * P, False), (1 - X**2, False),
        (X**2 * P + K * P, True), (X**2 * P + X * P, False), (X * I + 1, False), (X**2 - 1, False),
        (K * Mod(I, X) + 1, False), (K * FloorDiv(I, 2), True), (K * FloorDiv(X, 2), False),
        (K * Mod(I, 3), True), (K * Mod(I, P + 1), True), (3 * K - K * Mod(I, 4), True),
        (2 * K - K * Mod(I, 4), False), (Gcd(I, 6) - 6, False),
        (K * Gcd(I, 6) - 6 * K, False), (Gcd(I, 6) - 1, True),
        (Divisible(POSITIVE, 8) - 8, True), (Divisible(POSITIVE, 8) - 9, False),
        (K * Divisible(POSITIVE, 8) - 8 * K, True), (K - FloorDiv(-POSITIVE, 2), True),
        (K + FloorDiv(-POSITIVE, 2), False), (FloorDiv(POSITIVE, 2), True),
        (FloorDiv(POSITIVE, 2) - 1, False),
        (FloorDiv(I, X), False), (I - FloorDiv(I, K), True), (I - FloorDiv(I, K) - 1, False),
        (FloorDiv(I, K) - FloorDiv(I, K + 1), True), (FloorDiv(I, K + 1) - FloorDiv(I, K), False),
    ],
    ids=str,
)  # fmt: skip
def test_signs_without_conditions(expr: Expr, shown: bool) -> None:
    assert Domain().proves(Condition(expr, ">=")) is shown
    if shown:
        for a, b, c, d, e in product((1, 2, 5, 12), (1, 2, 7), (0, 3), (-2, 5), (1, 3, 40)):
            assert evaluate(expr, {I: a, K: b, P: c, X: d, POSITIVE: Fraction(e, 2)}) >= 0


def test_a_quotient_of_a_letter_without_a_least_value() -> None:
    most = Domain((X,), (Condition(7 - X, ">="),))
    assert not most.proves(Condition(FloorDiv(X, 2) + 3, ">="))
    assert most.proves(Condition(3 - FloorDiv(X, 2), ">="))
    assert not most.proves(Condition(2 - FloorDiv(X, 2), ">="))


@pytest.mark.parametrize("work", range(1, 12))
def test_a_proof_that_runs_out_of_work_shows_nothing(work: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "WORK", work)
    for expr in (I - K, I * K - 9, FloorDiv(I, K) - 1, Max(I, K) - 3, K * FloorDiv(I, 2) - I, 2**I - 2**K):
        domain = Domain((I, K, P), (Condition(I - P, ">="),))
        assert not domain.proves(Condition(expr, ">=")) and not domain.refutes(Condition(expr, ">="))


# ------------------------------------------------------------------ powers
@pytest.mark.parametrize(
    "monomial",
    [N, N**2, 2**D, 2 ** (D + 3), 2 ** (2 * D - 2), 2 ** (D - K), N**2 * 2 ** (3 * D - 1), N ** (D + 1),
     N ** (D - 1), 6**D, 2**P, 3 ** (P + D), S.One, N**-1, 2 ** (D * K), (N + 1) ** D, I**2 * K**3],
    ids=str,
)  # fmt: skip
def test_letters_make_the_monomial(monomial: Expr) -> None:
    found = letters(monomial)
    assert all(times >= 1 for _, times in found) and len({letter for letter, _ in found}) == len(found)
    for d, n, k, p in product(range(1, 5), range(1, 4), range(1, 4), range(3)):
        point = {D: d, N: n, K: k, P: p, I: d + 1}
        value = Fraction(1)
        for letter, times in found:
            value *= Fraction(evaluate(letter, point)) ** times
        assert value == evaluate(monomial, point)


@pytest.mark.parametrize(
    ("monomial", "found"),
    [
        (2 ** (D + 2), {2: 3, 2 ** (D - 1): 1}),
        (2 ** (D - 1), {2 ** (D - 1): 1}),
        (2 ** (3 * D), {2: 3, 2 ** (D - 1): 3}),
        (2**P, {2**P: 1}),
        (2 ** (P + 1), {2: 1, 2**P: 1}),
        (N**-1, {1 / N: 1}),
        (N**3, {N: 3}),
        (S.One, {}),
    ],
    ids=str,
)
def test_letters_are_counted_from_the_least_exponent(monomial: Expr, found: dict[Expr, int]) -> None:
    assert dict(letters(monomial)) == found


@pytest.mark.parametrize(
    "expr",
    [
        2 ** (D - K) * N - 1 / N,
        2**D - 3,
        2 ** (D - K) - 2 ** (D - 2 * K),
        N / 2**D + 2 ** (-K),
        1 / N - 1 / I,
    ],
)
def test_without_fractions_the_sign_is_the_same(expr: Expr) -> None:
    parts = terms(expr)
    whole = without_fractions(parts)
    assert (whole is parts) == (expr == 2**D - 3)
    for d, n, k in product(range(1, 6), range(1, 5), range(1, 6)):
        point = {D: d, N: n, K: k, I: k}
        before, after = evaluate(expr, point), evaluate(polynomial(whole), point)
        assert (before > 0) == (after > 0) and (before < 0) == (after < 0)
        assert Fraction(after).denominator == 1 and abs(after) >= abs(before)


def test_how_often_a_prime_divides_a_number() -> None:
    for top, bottom, prime in product(range(1, 30), range(1, 30), (2, 3, 5)):
        number = Rational(top, bottom)
        times = valuation(number, prime)
        rest = number / Integer(prime) ** times
        assert int(rest.p) % prime and int(rest.q) % prime
    assert valuation(S.Zero, 2) == 0


@pytest.mark.parametrize(
    ("power", "text", "merged"),
    [
        ((8, 2 ** (D - 1)), "4*2**D", "2**(D + 2)"),
        ((1, 2 ** (D - 1)), "2**(D - 1)", "2**(D - 1)"),
        ((12, 2 ** (D - 1)), "6*2**D", "3*2**(D + 1)"),
        ((3, 4 ** (D - 1)), "3*4**(D - 1)", "3*4**(D - 1)"),
        ((Rational(1, 2), 2**D), "2**(D - 1)", "2**(D - 1)"),
        ((Rational(3, 4), 2**D * N), "3*2**(D - 2)*N", "3*2**(D - 2)*N"),
        ((5, N**D), "5*N**D", "5*N**D"),
        ((2, 3 ** (2 * D)), "2*9**D", "2*9**D"),
    ],
    ids=str,
)
def test_terms_as_people_write_them(power: tuple[int, Expr], text: str, merged: str) -> None:
    coefficient, monomial = Rational(power[0]), normal(power[1])[1] * 1
    scale = normal(power[1])[0]
    found = written(coefficient * scale, monomial)
    assert (str(found), str(written(coefficient * scale, monomial, merged=True))) == (text, merged)
    for d, n in product(range(1, 6), range(1, 4)):
        assert evaluate(found, {D: d, N: n}) == Fraction(coefficient.p, coefficient.q) * evaluate(
            power[1], {D: d, N: n}
        )


@pytest.mark.parametrize(
    ("expr", "whole"),
    [
        (2**D / 2, True), (2**D / 4, False), (2 ** (D + 1) / 4, True), (2 ** (P + 1) / 2, True),
        (2**P / 2, False), (2 ** (D - K), False), (N * 2**D / 2, True), (N / 2 * K, False), (6**D / 3, True),
        (Max(I, K), True), (Max(I, K) / 2, False), (Gcd(I, K), True), (Mod(I, K), True), (REAL, False),
        (Mod(REAL, 2), False), (FloorDiv(REAL, 2), True), (FloorLog2(REAL), True), (Divisible(REAL, 8), True),
        (Min(REAL, I), False), (N**D, True), (N**-1, False), (N**X, False), (X**D, True),
        (Rational(1, 2), False),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_an_integer_by_its_structure(expr: Expr, whole: bool) -> None:
    assert is_integer_valued(expr) == whole


@pytest.mark.parametrize(
    ("exponent", "found"),
    [(D, True), (D - 1, True), (D - 2, False), (P, True), (P - 1, False), (X, False), (D + K - 2, True),
     (D + K - 3, False), (2 * D - 2, True), (2 * D - 3, False), (D - K, False), (D / 2, False),
     (S.Zero, True),
     (D * K - 1, True), (REAL, False), (POSITIVE, False)],
    ids=str,
)  # fmt: skip
def test_natural_exponents(exponent: Expr, found: bool) -> None:
    assert natural(exponent) == found


def test_exponents_that_cancel_are_none() -> None:
    """D (K + 1) - D K - D is 0, which is only seen multiplied out."""
    nothing = D * (K + 1) - D * K - D
    assert natural(nothing) and natural(nothing + 1) and not natural(nothing - 1)
    assert normal(2 ** (D * (K + 1)) * 2 ** (-D * K - D)) == (1, 1)
    assert (written(Rational(1, 2), Integer(2)), written(Rational(1, 2), Integer(4))) == (1, 2)


@pytest.mark.parametrize(
    ("power", "found"),
    [
        (Rational(3, 2) ** D, {3: D, 2: -D}),
        (Rational(9, 4) ** D, {3: 2 * D, 2: -2 * D}),
        (12**D, {2: 2 * D, 3: D}),
        (N * N**D, {N: D + 1}),
        ((N * I) ** D, {N: D, I: D}),
        (2**D * 3**D * 6**-D * N, {N: 1}),
        (N**2 * I, {N: 2, I: 1}),
    ],
    ids=str,
)
def test_bases_with_their_exponents(power: Expr, found: dict[Expr, Expr]) -> None:
    assert factors(power) == found


# ------------------------------------------------------------------ functions
def test_rounded_logarithms_and_multiples() -> None:
    for n in range(1, 70):
        for d in (1, 2, 3):
            x = Fraction(n, d)
            if x >= 1:
                assert 2 ** floor_log2(x) <= x < 2 ** (floor_log2(x) + 1)
                assert FloorLog2(Rational(n, d)) == floor_log2(x)
            else:
                assert isinstance(FloorLog2(Rational(n, d)), FloorLog2)
            every = [m for m in range(8, 200, 8) if m * 10 >= 9 * x]
            nearest = min(every, key=lambda m: (abs(m - x), -m))
            assert divisible(x, 8) == nearest == Divisible(Rational(n, d), 8)
    assert isinstance(Divisible(S(20), S.Zero), Divisible) and isinstance(Divisible(S(20), I), Divisible)


def test_extrema_of_formulas() -> None:
    pool = [I, I - 1, I + 2, K, S(3), S(5), Max(I, 7), Min(I, 7), P]
    for chosen in (*product(pool, repeat=2), *product(pool, repeat=3)):
        large, small = Max(*chosen), Min(*chosen)
        assert large == Max(*chosen[::-1]) and small == Min(*chosen[::-1])
        for point in ({I: 1, K: 4, P: 0}, {I: 6, K: 4, P: 9}, {I: 9, K: 2, P: 9}):
            values = [evaluate(e, point) for e in chosen]
            assert (evaluate(large, point), evaluate(small, point)) == (max(values), min(values))
    assert Max(I, I - 1) == I and Min(I, I - 1) == I - 1 and Max(I, I) == I
    assert Max(POSITIVE, X).is_positive and Max(X, P).is_nonnegative and Min(I, K).is_positive
    assert not (Min(I, P).is_positive or Min(POSITIVE, X).is_positive or Max(P, X).is_positive)
    assert Min(I, P).is_nonnegative and not Min(I, X).is_nonnegative and not Max(X, REAL).is_nonnegative


# ------------------------------------------------------------------ trends
@pytest.mark.parametrize(
    ("formula", "found"),
    [
        (i, 1), (-i, -1), (I, 0), (i + 2**i, 1), (i - 2**i, None), (3 - i, -1), (Max(i, I), 1),
        (Min(3, i), 1),
        (Max(-i, -I), -1), (Max(i, -i), None), (i * I, 1), (-2 * i * I, -1), (i * X, None), (i * (I - 1), 1),
        (i**2, 1), (i**-1, None), (2**-i, -1), (3 ** (I - i), -1), (Rational(1, 2) ** i, None), (X**i, None),
        (FloorDiv(i, 3), 1), (FloorDiv(-i, 3), None), (FloorDiv(I, i), -1), (FloorDiv(i, i + 1), 0),
        (FloorDiv(I, 3 - i), None), (FloorDiv(X, 2**i), None), (FloorDiv(i, X), None), (Mod(i, 2), None),
        (FloorDiv(P, 2**i), -1), (FloorDiv(2**i, 3), 1), (i * 2**-i, None), (i**I, None), ((P * i) ** 2, 1),
        ((X * i) ** 2, 1), (FloorDiv(I - 1, i), -1), (FloorDiv(I - 2, i), None),
        (FloorDiv(I, i - 1), None),
    ],
    ids=str,
)  # fmt: skip
def test_trends_of_small_formulas(formula: Expr, found: int | None) -> None:
    assert trend(formula, i, Domain()) == found
    for n, x, p in product((1, 2, 7), (-3, 0, 2), (0, 5)) if found is not None else ():
        values = [evaluate(formula, {I: n, X: x, P: p, i: step}) for step in range(1, 7)]
        steps = {(b > a) - (b < a) for a, b in pairwise(values)}
        assert steps <= {0, found}


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        (I * 2**-i - 3 * 2 ** (D - i), True), (i**2 - 9 * i, False), (5 * i - X * i, True), (I - i, True),
        (X * 2**i - 2**i * K + 5, True), (X * i + 2**i, False), (X * Mod(i, 2) + 1, False),
        (X * i**2 - i**2, True),
        (X * i * 2**i, True), (X * (I - 1), True), (X * 2 ** (i * K) + 1, True),
        (K * X**i, False), (K * POSITIVE**i - I * POSITIVE**i, False),
    ],
    ids=str,
)  # fmt: skip
def test_one_changing_part_is_monotone(formula: Expr, found: bool) -> None:
    assert is_monotone(formula, i, Domain()) == found
    for n, x, d in product((1, 4), (-3, 0, 2, 7), (1, 3)) if found else ():
        values = [evaluate(formula, {I: n, X: x, D: d, K: 2, i: step}) for step in range(1, 7)]
        assert values in (sorted(values), sorted(values, reverse=True))


# ------------------------------------------------------------------ samples
def total(point: dict[Symbol, int], domain: Domain) -> int:
    return sum(int(v - domain.bounds(s)[0]) for s, v in point.items())


@pytest.mark.parametrize(("high", "more"), [(3, 2), (2, 5), (1, 1), (4, 4)])
def test_all_points_of_a_box_come_once_in_the_order_of_their_sum(high: int, more: int) -> None:
    domain = Domain((I, K, P), tuple(Condition(c, ">=") for c in (high - I, more - K, 2 - P)))
    found, complete = small_points([I, K, P], domain, 1000)
    wanted = [{I: a, K: b, P: c} for a, b, c in product(range(1, high + 1), range(1, more + 1), range(3))]
    assert complete
    assert found == sorted(wanted, key=lambda p: (total(p, domain), p[I], p[K]))


@pytest.mark.parametrize(
    ("conditions", "first"),
    [
        ([Condition(Mod(X, 3) - 1, "==")], [1, -2, 4, -5, 7]),
        ([Condition(3 - X, ">=")], [0, -1, 1, -2, 2, -3, 3, -4]),
        ([Condition(X + 2, ">=")], [-2, -1, 0, 1]),
        ([Condition(X + 2, ">="), Condition(Mod(X, 4), "==")], [0, 4, 8]),
        ([Condition(X + 2, ">="), Condition(3 - X, ">=")], [-2, -1, 0, 1, 2, 3]),
    ],
    ids=str,
)
def test_the_first_values_of_a_letter(conditions: list[Condition], first: list[int]) -> None:
    found, _ = small_points([X], Domain((X,), tuple(conditions)), 50)
    assert [point[X] for point in found][: len(first)] == first


def test_drawn_values_lie_between_their_bounds() -> None:
    domain = Domain((I, K, X), tuple(Condition(c, ">=") for c in (I - 5, 9 - I, K - 100, -3 - X)))
    drawn = list(drawn_points([I, K, X], domain, 300))
    assert len(drawn) == 300
    assert {point[I] for point in drawn} == {5, 6, 7, 8, 9}
    assert min(point[K] for point in drawn) >= 100 and max(point[K] for point in drawn) > 2**64
    assert max(point[X] for point in drawn) <= -3 and min(point[X] for point in drawn) < -(2**60)


@pytest.mark.parametrize(
    "conditions",
    [
        [Condition(I - 9, ">="), Condition(8 - I, ">=")],
        [Condition(Mod(I, 2), "=="), Condition(Mod(I, 4) - 1, "==")],
    ],
)
def test_where_there_is_no_value_none_is_drawn(conditions: list[Condition]) -> None:
    domain = Domain((I, K), tuple(conditions))
    assert list(islice(drawn_points([I, K], domain, 20), 5)) == []
    assert small_points([I, K], domain, 20) == ([], True)


def test_the_least_value_itself_is_reached_by_shrinking() -> None:
    domain = Domain((I, K), (Condition(I - 4, ">="),))
    assert shrink({I: 9, K: 9}, domain, lambda point: True) == {I: 4, K: 1}
    assert shrink({X: -50, I: 9}, domain, lambda point: True) == {X: -50, I: 4}  # without a least value
    assert shrink({POSITIVE: 3, I: 9}, domain, lambda point: True) == {POSITIVE: 3, I: 4}
