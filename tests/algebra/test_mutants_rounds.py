"""Rounds and quotients of quotients: closed forms against what a loop makes of numbers."""

from __future__ import annotations

from itertools import product

import pytest
import sympy
from sympy import Expr, Integer, Rational

from algebra.points import I, K
from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import MAX_BITS, evaluate
from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div
from symcnn.algebra.series import recur
from symcnn.algebra.settling import settle, together
from symcnn.algebra.sums import afford
from symcnn.errors import DomainError
from symcnn.symbols import index, symbol

D, S, N = symbol("D"), symbol("S"), symbol("N")
a, i = index("a"), index("i")


@pytest.mark.parametrize(
    "step",
    [
        a + 3, a - i, a + 2**i, 2 * a + 1, 3 * a - i, S * a, FloorDiv(a, 2), FloorDiv(a - 3, 2),
        FloorDiv(a, S), ceil_div(a, 2), ceil_div(a, S), -FloorDiv(-a, S), 2 - FloorDiv(-a, S),
        FloorDiv(a, 3) + 2, FloorDiv(a - 3, 2) - 1, 7 * a, a, 2**i + a - 1,
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("direction", [1, -1])
def test_what_arrives_at_a_round(step: Expr, direction: int) -> None:
    first = Integer(1) if direction > 0 else D
    found = recur(sympy.sympify(step), a, I, i, first, direction, Domain())
    plain = direction > 0 or not step.has(i)
    assert found is not None or not plain
    if found is None:
        return
    for extent, s, rounds in product((1, 7, 40, 41, 63), (2, 3), (1, 2, 3, 4)):
        value: object = extent
        at = 1 if direction > 0 else rounds
        for _ in range(rounds):
            point = {I: extent, S: s, D: rounds, i: at}
            assert evaluate(found, point) == value
            value = evaluate(step, {**point, a: value})
            at += direction


@pytest.mark.parametrize(
    "step",
    [a**2, a * i, FloorDiv(a, i), FloorDiv(a, 2) + a, 5 - FloorDiv(a, 2), -a * FloorDiv(a, 2)],
    ids=str,
)
def test_what_has_no_closed_form(step: Expr) -> None:
    found = recur(step, a, I, i, Integer(1), 1, Domain())
    assert found is None


NESTED = [
    FloorDiv(I + FloorDiv(I, 2), 4),
    FloorDiv(I + FloorDiv(I, 3), 2),
    FloorDiv(2 * I + FloorDiv(I + 1, 2), 3),
    FloorDiv(FloorDiv(I, 4) + FloorDiv(I, 6), 3),
]
BESIDE = [FloorDiv(I, 3), FloorDiv(I, 2), FloorDiv(3 * I, 8), FloorDiv(5 * I, 6), FloorDiv(2 * I, 3)]


@pytest.mark.parametrize("nested", NESTED, ids=str)
def test_equalities_of_nested_quotients(nested: Expr) -> None:
    for beside, shift in product(BESIDE, (-1, 0, 1)):
        condition = Condition(nested - beside + shift, "==")
        found = settle(condition, Domain())
        for n in range(1, 120):
            held = condition.holds({I: n})
            assert (found if isinstance(found, bool) else found.holds({I: n})) == held


def test_several_equalities_of_quotients() -> None:
    for p, q, r, t in product((2, 3, 4), (2, 3, 6), range(3), range(3)):
        pair = [Condition(I - p * FloorDiv(I, p) - r, "=="), Condition(I - q * FloorDiv(I, q) - t, "==")]
        found = together(pair, Domain())
        held = [n for n in range(1, 60) if all(c.holds({I: n}) for c in pair)]
        if found is not None:
            assert held == [n for n in range(1, 60) if found.holds({I: n})]
        else:
            assert not held
    assert together([Condition(I - 2 * FloorDiv(I, 2), "=="), Condition(K - 1, "==")], Domain()) is None
    assert together([Condition(I - 2 * FloorDiv(I, 2), ">=")], Domain()) is None


def test_a_quotient_of_a_quotient_as_a_remainder() -> None:
    for f, n in product((1, 2, 3), (2, 3)):
        condition = Condition(f * FloorDiv(I, K) - f * n * FloorDiv(I, n * K), "==")
        found = settle(condition, Domain())
        assert found == Condition(Mod(FloorDiv(I, K), n), "==")
        for extent, kernel in product(range(1, 40), range(1, 7)):
            point = {I: extent, K: kernel}
            assert found.holds(point) == condition.holds(point)


@pytest.mark.parametrize("ratio", [Integer(2**10), Rational(1, 2**10), Integer(-(2**10)), Rational(3, 2**10)])
def test_a_power_that_is_too_large_is_refused_beforehand(ratio: Rational) -> None:
    far = Integer(MAX_BITS // 4)
    for first, last in ((Integer(1), far), (-far, Integer(1)), (far, D)):
        with pytest.raises(DomainError) as caught:
            afford(ratio, first, last)
        at = next(end for end in (first, last) if abs(end) == far)
        assert str(caught.value) == f"error: a power of more than {MAX_BITS} bits: the exponent is {at}"
    afford(ratio, Integer(1), Integer(MAX_BITS // 20))
    afford(ratio, D, D + far)


def test_the_period_of_nested_quotients() -> None:
    """(I + I//2)//4 is 3 I//8: what its eightfold lacks of 3 I goes through all residues of 8."""
    nested = FloorDiv(I + FloorDiv(I, 2), 4)
    for rest in range(8):
        condition = Condition(8 * nested - 3 * I + rest, "==")
        found = settle(condition, Domain())
        assert found == Condition(Mod(I, 8) - 3 * rest % 8, "==")
        assert all(found.holds({I: n}) == condition.holds({I: n}) for n in range(1, 60))
