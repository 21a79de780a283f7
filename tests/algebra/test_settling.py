"""Equalities of quotients: what is settled is true where the equality is, number by number."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st
from sympy import Expr, Integer

from algebra.points import I, K, S, value_of
from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div
from symcnn.algebra.settling import settle, together
from symcnn.symbols import index, symbol

N, H, D = symbol("N"), symbol("H"), symbol("D")
i = index("i")
RANGE = range(1, 260)
DECLARED = (
    Condition(I - 9, ">="),
    Condition(70 - I, ">="),
    Condition(Mod(I, 3) - 1, "=="),
    Condition(Mod(I, 4), "=="),
)
DOMAINS = st.lists(st.sampled_from(DECLARED), max_size=2).map(lambda c: Domain((I,), tuple(c)))


def equalities() -> st.SearchStrategy[Condition]:
    """Sums of quotients of one letter, and a linear part."""
    shift, divisor = st.integers(-5, 5), st.sampled_from((2, 2, 3, 4, 6, 8))
    one = st.builds(
        lambda f, p, b, q: f(p * I + b, Integer(q)),
        *(st.sampled_from((FloorDiv, ceil_div, Mod)), st.sampled_from((1, 1, 2, 3)), shift, divisor),
    )
    nested = st.builds(lambda p, b, q: FloorDiv(p + b, Integer(q)), one, shift, divisor)
    parts = st.lists(
        st.builds(lambda c, p: c * p, st.integers(-4, 8), st.one_of(one, nested)), min_size=1, max_size=3
    )
    return st.builds(
        lambda p, a, b: Condition(sympy.expand(sum(p) + a * I + b), "=="), parts, st.integers(-2, 1), shift
    )


def held(condition: Condition | bool, domain: Domain) -> list[bool]:
    """Whether it holds at each number of the domain."""
    inside = [n for n in RANGE if all(c.holds({I: n}) for c in domain.conditions)]
    return [condition if isinstance(condition, bool) else condition.holds({I: n}) for n in inside]


@given(equalities(), DOMAINS)
@example(Condition(FloorDiv(I, 2) - 60, "=="), Domain((I,)))
@example(Condition(FloorDiv(I + 3, 4) - FloorDiv(I, 4), "=="), Domain((I,), DECLARED[3:]))
def test_what_is_settled_holds_where_the_equality_does(condition: Condition, domain: Domain) -> None:
    assert held(settle(condition, domain), domain) == held(condition, domain)


@given(equalities(), DOMAINS)
def test_the_modulus_is_the_least(condition: Condition, domain: Domain) -> None:
    """No congruence of a smaller modulus says the same in the domain."""
    found = settle(condition, domain)
    if isinstance(found, bool) or found == condition:
        return
    remainder = next(iter(found.expr.atoms(Mod)))
    if remainder.args[0] == I and not domain.conditions:
        wanted = held(condition, domain)
        for modulus in range(1, int(remainder.args[1])):
            assert all([n % modulus == r for n in RANGE] != wanted for r in range(modulus))


@given(st.lists(equalities(), min_size=2, max_size=3), DOMAINS)
def test_several_equalities_together_hold_where_all_do(conditions: list[Condition], domain: Domain) -> None:
    found = together(conditions, domain)
    if found is not None:
        assert held(found, domain) == [
            all(h) for h in zip(*(held(c, domain) for c in conditions), strict=True)
        ]


@pytest.mark.parametrize(
    ("expr", "settled"),
    [
        (FloorDiv(I + 1, 2) - FloorDiv(I, 2), Condition(Mod(I, 2), "==")),
        (I - 16 * FloorDiv(I, 16), Condition(Mod(I, 16), "==")),
        (I - 1024 * FloorDiv(I, 1024) - 7, Condition(Mod(I, 1024) - 7, "==")),
        (2 * FloorDiv(I - 1, 2) - I + 1, Condition(Mod(I, 2) - 1, "==")),
        (FloorDiv(I, 2) + FloorDiv(I + 1, 2) - I, True),
        (FloorDiv(I, 2) + FloorDiv(I + 1, 2) - I - 1, False),
        (4 * FloorDiv(I, 4) - I - 1, False),
        (K * FloorDiv(I, K) - I, Condition(Mod(I, K), "==")),
        (3 * K * FloorDiv(I, K) - 3 * I + 6, Condition(Mod(I, K) - 2, "==")),
        (2**i * FloorDiv(I + 4, 2**i) - I - 4, Condition(Mod(I + 4, 2**i), "==")),
        (2 * FloorDiv(H + I, 2) - H - I, Condition(Mod(H + I, 2), "==")),
        (FloorDiv(I, 8) - 2 * FloorDiv(I, 16), Condition(Mod(FloorDiv(I, 8), 2), "==")),
        (FloorDiv(I, K) - 3 * FloorDiv(I, 3 * K), Condition(Mod(FloorDiv(I, K), 3), "==")),
        (K * FloorDiv(I, K) - I - 1, False),
    ],
    ids=str,
)
def test_equalities_of_networks(expr: Expr, settled: Condition | bool) -> None:
    assert settle(Condition(expr, "=="), Domain()) == settled


@pytest.mark.parametrize(
    "condition",
    [
        Condition(FloorDiv(I, 2) - 5, "=="),
        Condition(FloorDiv(I + 3, 4) - FloorDiv(I, 4) - 1, "=="),  # three classes of four
        Condition(FloorDiv(I, 2) ** 2 - FloorDiv(I, 3) - 7, "=="),
        Condition(FloorDiv(I, K) - FloorDiv(I, S), "=="),
        Condition(I - 5000 * FloorDiv(I, 4999), "=="),
        Condition(I - 7, ">="),
    ],
    ids=str,
)
def test_what_is_no_single_class_stays_as_it_is(condition: Condition) -> None:
    assert settle(condition, Domain()) == condition


def test_a_declared_congruence_leaves_the_rest_to_say() -> None:
    third = Domain((I,), (Condition(Mod(I, 3), "=="),))
    assert settle(Condition(6 * FloorDiv(I, 6) - I, "=="), third) == Condition(Mod(I, 2), "==")
    assert settle(Condition(3 * FloorDiv(I, 3) - I, "=="), third) is True
    assert settle(Condition(6 * FloorDiv(I, 6) - I + 1, "=="), third) is False


def test_equalities_of_several_symbols_or_without_common_class_are_not_put_together() -> None:
    even = Condition(Mod(I, 2), "==")
    assert together([even, Condition(Mod(K, 2), "==")], Domain()) is None
    assert together([even, Condition(Mod(I, 2) - 1, "==")], Domain()) is None
    assert together([even, Condition(I - 4, "==")], Domain()) is None
    assert together([even, Condition(I - 4, ">=")], Domain()) is None
    assert together([even, Condition(Mod(I, 3) - 1, "==")], Domain()) == Condition(Mod(I, 6) - 4, "==")


@given(st.integers(1, 40), st.integers(1, 12))
def test_a_symbolic_divisor_is_settled_for_every_number(n: int, k: int) -> None:
    for condition in (K * FloorDiv(I + 1, K) - I - 1, FloorDiv(I, K) - 3 * FloorDiv(I, 3 * K)):
        found = settle(Condition(condition, "=="), Domain())
        assert isinstance(found, Condition)
        assert found.holds({I: n, K: k}) == (value_of(condition, {I: n, K: k}) == 0)


@pytest.mark.parametrize("rest", range(-2, 7))
def test_a_remainder_of_two_symbols_that_cannot_be(rest: int) -> None:
    """(I + K) % 4 is one of 0, 1, 2, 3: of others it is said that they never are."""
    found = settle(Condition(4 * FloorDiv(I + K, 4) - I - K + rest, "=="), Domain())
    truths = {(i, k): (i + k) % 4 == rest for i in range(1, 9) for k in range(1, 9)}
    if 0 <= rest < 4:
        assert isinstance(found, Condition)
        assert {(i, k): found.holds({I: i, K: k}) for i, k in truths} == truths
    else:
        assert found is False and not any(truths.values())
