"""Powers with symbolic exponents: bounds hold at every point, gaps are taken where they are whole."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from sympy import Expr, Integer, Rational, S

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import evaluate
from symcnn.algebra.exponents import power_range, shifts
from symcnn.algebra.powers import factors, written
from symcnn.algebra.quotient import FloorDiv
from symcnn.symbols import symbol

D, I, K, N = (symbol(name) for name in "DIKN")
X = symbol("x", "integer")

POWERS = [
    2**D, 2**-D, 2 ** (D - K), 2 ** (D * K), 2 ** (2 * D + 1), (I + 1) ** D, (I + 1) ** -D, N**D, N**-D,
    Rational(1, 2) ** D, Rational(3, 2) ** D, X**D, (N / 2) ** D, (2 * N) ** D, 3**X, N**X,
    2 ** FloorDiv(D, 2),
]  # fmt: skip
DOMAINS = [
    Domain((D, I, K, N, X)),
    Domain((D, K, N), (Condition(5 - D, ">="), Condition(D - 2, ">="), Condition(4 - N, ">="))),
    Domain((X, K), (Condition(X + 2, ">="), Condition(3 - X, ">="), Condition(K - 2, ">="))),
]


@pytest.mark.parametrize("power", POWERS, ids=str)
@pytest.mark.parametrize("domain", DOMAINS, ids=["free", "bounded", "signed"])
def test_a_power_is_within_its_range(power: Expr, domain: Domain) -> None:
    low, high = power_range(power, domain)
    assert low is not None or not power.is_nonnegative
    tried = 0
    for d, i, k, n, x in product(range(1, 6), (1, 2, 5), range(1, 5), range(1, 5), range(-3, 5)):
        point = {D: d, I: i, K: k, N: n, X: x}
        if (x == 0 and power.has(X)) or not all(c.holds(point) for c in domain.conditions):
            continue
        value = evaluate(power, point)
        assert (low is None or low <= value) and (high is None or value <= high)
        tried += 1
    assert tried > 10


@pytest.mark.parametrize(
    ("power", "bounds"),
    [
        (2**D, (4, 32)),  # D is from 2 to 5
        (N**D, (1, 4**5)),  # N is from 1 to 4
        ((N + 1) ** D, (1, None)),  # of a sum it is known only that it is 1 or more
        (2 ** (D * K), (0, None)),  # an exponent that is not linear: positive, and no more
        (Rational(1, 2) ** D, (0, None)),
    ],
    ids=str,
)
def test_usual_ranges(power: Expr, bounds: tuple[int | None, int | None]) -> None:
    assert power_range(power, DOMAINS[1]) == bounds


@pytest.mark.parametrize(
    ("known", "replaced"),
    [
        (D - K, D), (D - K - 2, D), (D + 1 - 2 * K, D),
        (D - K * K, None),  # no linear relation
        (3 * D - 2 * K, None),  # what D is beyond K is not known to be whole
    ],
    ids=str,
)  # fmt: skip
def test_one_exponent_from_another(known: Expr, replaced: Expr | None) -> None:
    """Where D is replaced by K and a gap, the gap is known + 0, +1, ...: all values that D can have."""
    found = shifts(2**D + 2**K, Domain((D, K), (Condition(known, ">="),)))
    assert list(found) == ([] if replaced is None else [replaced])
    for by in found.values():
        (gap,) = by.free_symbols - {D, K}
        for d, k in product(range(1, 9), repeat=2):
            beyond = evaluate(known, {D: d, K: k})
            if beyond >= 0:
                assert evaluate(by, {gap: beyond, D: d, K: k}) == d


@pytest.mark.parametrize(
    ("coefficient", "power", "text"),
    [
        (S.One, 2 ** (D / 2), "2**(D/2)"),
        (Integer(12), 2 ** (D / 2 + 1), "12*2**(D/2 + 1)"),
        (Rational(1, 4), 2 ** (D / 2 + 3), "2**(D/2 + 1)"),
    ],
)
def test_powers_of_roots_are_written_as_they_are(coefficient: Rational, power: Expr, text: str) -> None:
    found = written(coefficient, power)
    assert str(found) == text
    for d in (2, 4, 10):
        assert evaluate(found, {D: d}) == Fraction(int(coefficient.p), int(coefficient.q)) * evaluate(
            power, {D: d}
        )


PRIMES = (1009, 1013, 1_000_003)


@pytest.mark.parametrize("pair", [(a, b) for a in (1, *PRIMES) for b in PRIMES])
def test_large_factors_of_a_base_stay_together(pair: tuple[int, int]) -> None:
    """Factors beyond those that are tried are one base; the power is the same in the end."""
    a, b = pair
    found = factors(Integer(12 * a * b) ** D)
    assert found[Integer(2)] == 2 * D and found[Integer(3)] == D
    for d in range(1, 4):
        value = 1
        for base, exponent in found.items():
            value *= evaluate(base, {}) ** evaluate(exponent, {D: d})
        assert value == (12 * a * b) ** d
