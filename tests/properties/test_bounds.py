"""Property 43: bounds are not only right but as narrow as is said, and limits stand where they do."""

from __future__ import annotations

from itertools import product
from math import lcm
from operator import add, mul, sub
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcnn.numeric.intervals import MAX_BITS, Growth, Interval, OutOfBounds, bounds_of, growth
from symcnn.numeric.program import Check, Input, Program, Result, Step

NOTHING = Program((), (), ())
ENDS = range(-5, 6)
BOXES = [Interval(a, b) for a, b in product(ENDS, ENDS) if a <= b]


def bounds(operator: str, a: Interval, b: Interval) -> Interval:
    return bounds_of(Step(operator, (0, 1)), [a, b], NOTHING)


@pytest.mark.parametrize("a", [Interval(-60, 60), Interval(-60, 0), Interval(-60, -1), Interval(0, 60)])
def test_a_remainder_is_below_the_divisor(a: Interval) -> None:
    """Of enough numbers every remainder comes up, up to the divisor and no further."""
    for b in BOXES:
        divisors = [y for y in range(b.low, b.high + 1) if y]
        if not divisors:
            with pytest.raises(OutOfBounds):
                bounds("%", a, b)
            continue
        values = {x % y for x in range(a.low, a.high + 1) for y in divisors}
        assert bounds("%", a, b) == (min(values), max(values)), b


@given(st.integers(-(2**70), 2**70), st.integers(0, 40), st.integers(1, 2**40))
def test_a_remainder_by_one_number(start: int, more: int, divisor: int) -> None:
    a, b = Interval(start, start + more), Interval(divisor, divisor)
    values = {x % divisor for x in range(a.low, a.high + 1)}
    found = bounds("%", a, b)
    assert found.low <= min(values) and max(values) <= found.high
    if start // divisor == (start + more) // divisor:
        assert found == (min(values), max(values))
    assert found.low >= 0 and found.high < divisor


@pytest.mark.parametrize("base", [2, 3, 2**40, -(2**40), 2**400 - 1])
def test_the_limit_of_a_power(base: int) -> None:
    """A power is refused exactly where the bits of the base times the exponent pass the limit."""
    most = MAX_BITS // abs(base).bit_length()
    last = bounds("**", Interval(base, base), Interval(most, most))
    assert last == (base**most, base**most)
    with pytest.raises(OutOfBounds):
        bounds("**", Interval(base, base), Interval(most + 1, most + 1))


def test_powers_of_small_numbers() -> None:
    for a, b in product(BOXES, BOXES):
        values = [x**y for x in range(a.low, a.high + 1) for y in range(max(b.low, 0), b.high + 1)]
        if not values:
            with pytest.raises(OutOfBounds):
                bounds("**", a, b)
            continue
        found = bounds("**", a, b)
        assert found.low <= min(values) and max(values) <= found.high
        if a.low >= 0 or b.low == b.high:  # else the sign turns: as wide as the largest power
            assert found == (min(values), max(values)), (a, b)


def test_greatest_common_divisors() -> None:
    """At least 1 where one number is not zero, at most the smaller one, or the other where one is zero."""
    for a, b in product(BOXES, BOXES):
        found = bounds("gcd", a, b)
        least = 0 if 0 in a and 0 in b else 1
        sizes = [max(abs(x.low), abs(x.high)) for x in (a, b)]
        most = max(min(sizes), sizes[1] if 0 in a else 0, sizes[0] if 0 in b else 0)
        assert found == (least, most), (a, b)


def test_logarithms() -> None:
    for low, high in product(range(-3, 40), range(1, 70)):
        if low > high:
            continue
        values = [x.bit_length() - 1 for x in range(max(low, 1), high + 1)]
        assert bounds_of(Step("log2", (0,)), [Interval(low, high)], NOTHING) == (min(values), max(values))


# ------------------------------------------------------------------ sums and growth
def summed(*steps: Step, whole: int, over: int = 0) -> Program:
    """A body on its index and one more input."""
    return Program((Input("i"), Input("n")), steps, (Result(whole, whole, over),))


@pytest.mark.parametrize(
    ("first", "last"), [((1, 1), (4, 6)), ((1, 3), (2, 2)), ((5, 5), (1, 2)), ((0, 0), (0, 0))]
)
def test_sums_over_ranges(first: tuple[int, int], last: tuple[int, int]) -> None:
    """The sum of i - n over all ranges and all n within bounds."""
    body = summed(Step("input", (), 0), Step("input", (), 1), Step("-", (0, 1)), whole=2)
    program = Program((), (), (), (), (body,))
    args = [Interval(*first), Interval(*last), Interval(2, 3)]
    sums = [
        sum(i - n for i in range(a, b + 1)) for a, b, n in product(*(range(x.low, x.high + 1) for x in args))
    ]
    found = bounds_of(Step("total", (0, 1, 2), 0), args, program)
    assert found.low <= min(sums) and max(sums) <= found.high
    if first[0] > last[1]:
        assert found == (0, 0)


def test_every_addition_may_take_one_bit_more() -> None:
    steps = [Step("input")]
    for at in range(12):
        steps.append(Step("+", (at, at)))
        program = Program((Input("x"),), tuple(steps), (Result(at + 1, at + 1, at + 1),))
        assert growth(program) == Growth(1, at + 1)
        assert ((2**40 - 1) << (at + 1)).bit_length() == growth(program).bits(40)


@pytest.mark.parametrize("operator", ["**", "total", "common"])
def test_what_has_a_limit_of_its_own(operator: str) -> None:
    body = summed(Step("input", (), 0), whole=0)
    steps = (Step("input"), Step(operator, (0, 0)), Step("+", (1, 0)))
    program = Program((Input("x"),), steps, (Result(2, 2, 2),), (), (body,))
    assert growth(program) == Growth(1, MAX_BITS + 1)


def test_a_number_counts_its_bits() -> None:
    program = Program((), (Step("number", (), -(2**90)),), (Result(0, 0, 0),))
    assert growth(program) == Growth(0, 91)


def test_nothing_does_not_grow() -> None:
    assert growth(NOTHING) == Growth(0, 0)


def test_a_remainder_is_at_most_the_number_itself() -> None:
    """From zero on, and it is the number where all divisors are larger."""
    for a, b in product(BOXES, BOXES):
        if a.low >= 0 and b.low > 0:
            found = bounds("%", a, b)
            assert found.high <= min(a.high, b.high - 1), (a, b)
            assert a.high >= b.low or found == a, (a, b)


@pytest.mark.parametrize("base", [Interval(1, 2**40), Interval(-(2**40), -1), Interval(-(2**40), 1)])
def test_the_larger_end_decides_whether_a_power_is_refused(base: Interval) -> None:
    with pytest.raises(OutOfBounds):
        bounds("**", base, Interval(0, MAX_BITS // 40))
    assert bounds("**", base, Interval(0, 3)).high >= 1


def test_a_check_in_a_body_narrows_its_sum() -> None:
    """The sum of n over two indexes, where n is below zero never gets there."""
    steps = (Step("input", (), 0), Step("input", (), 1))
    check = Check(1, ">=", 0, "n >= 0")
    body = Program((Input("i"), Input("n")), steps, (Result(1, 1, 1),), (check,))
    args = [Interval(1, 1), Interval(2, 2), Interval(-5, 3)]
    assert bounds_of(Step("total", (0, 1, 2)), args, Program((), (), (), (), (body,))) == (0, 6)


@given(st.randoms(use_true_random=False), st.integers(0, 60))
def test_growth_of_steps_at_random(random: Random, bits: int) -> None:
    """Sums, differences and products of the largest inputs there are, one step after the other."""
    rules = {"+": add, "-": sub, "*": mul, "max": max, "min": min}
    largest = 2**bits - 1
    steps = [Step("input", (), 0), Step("input", (), 1), Step("number", (), random.randint(-9, 9))]
    values = [random.choice((largest, -largest, 1)) for _ in range(2)] + [steps[2].number]
    for _ in range(random.randint(1, 8)):
        operator, args = random.choice(list(rules)), random.choices(range(len(steps)), k=2)
        steps.append(Step(operator, tuple(args)))
        values.append(rules[operator](*(values[a] for a in args)))
    places = range(len(steps))
    program = Program((Input("x"), Input("y")), tuple(steps), tuple(Result(p, p, p) for p in places))
    assert max(abs(v).bit_length() for v in values) <= growth(program).bits(bits)


@pytest.mark.parametrize("operator", ["**", "total", "common"])
def test_products_of_what_has_a_limit_of_its_own(operator: str) -> None:
    body = summed(Step("input", (), 0), whole=0)
    steps = (Step("input"), Step(operator, (0, 0)), Step("*", (1, 1)))
    program = Program((Input("x"),), steps, (Result(2, 2, 2),), (), (body,))
    assert growth(program) == Growth(2, 2 * MAX_BITS)


SPANS = [Interval(a, b) for a in range(-2, 4) for b in range(a, 4)]
ON_INDEX = (Step("input", (), 0), Step("input", (), 1))
BODIES = {
    "n": (summed(*ON_INDEX, whole=1), lambda i, n: n),
    "i": (summed(*ON_INDEX, whole=0), lambda i, n: i),
    "i * n + 7": (
        summed(*ON_INDEX, Step("*", (0, 1)), Step("number", (), 7), Step("+", (2, 3)), whole=4),
        lambda i, n: i * n + 7,
    ),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("n", [Interval(2, 2), Interval(-3, -3), Interval(1, 3), Interval(-2, 1)])
def test_sums_over_ranges_that_may_be_empty(name: str, n: Interval) -> None:
    body, rule = BODIES[name]
    program = Program((), (), (), (), (body,))
    for first, last in product(SPANS, SPANS):
        found = bounds_of(Step("total", (0, 1, 2)), [first, last, n], program)
        sums = [
            sum(rule(i, value) for i in range(a, b + 1))
            for a, b, value in product(*(range(x.low, x.high + 1) for x in (first, last, n)))
        ]
        assert found.low <= min(sums) and max(sums) <= found.high, (first, last)
        if name == "n" and first.low == first.high and last.low == last.high:
            assert found == (min(0, *sums), max(0, *sums))  # no wider than from nothing to the sum


DENOMINATORS = [(2, 2), (-3, -3), (1, 5), (-4, -2), (1, 1), (-1, -1), (0, 0)]  # the last is never used


@pytest.mark.parametrize("n", [Interval(*ends) for ends in DENOMINATORS])
def test_least_common_multiples_over_ranges(n: Interval) -> None:
    """At most the product of all that there are; of nothing it is 1."""
    body = summed(*ON_INDEX, whole=1, over=1)
    program = Program((), (), (), (), (body,))
    largest = max(1, abs(n.low), abs(n.high))
    for first, last in product(SPANS, SPANS):
        found = bounds_of(Step("common", (0, 1, 2)), [first, last, n], program)
        rounds = max(0, last.high - first.low + 1)
        multiples = [lcm(*[v] * max(0, last.low - first.high + 1)) for v in range(n.low, n.high + 1) if v]
        assert all(value in found for value in multiples)
        assert found == (1, largest ** max(rounds, 1) if rounds else 1), (first, last)


def test_a_sum_of_nothing_needs_no_bounds_of_its_terms() -> None:
    """What stands in the sum has no value, but is never calculated."""
    body = summed(*ON_INDEX, Step("//", (0, 1)), whole=2)
    program = Program((), (), (), (), (body,))
    args = [Interval(3, 4), Interval(0, 2), Interval(0, 0)]
    assert bounds_of(Step("total", (0, 1, 2)), args, program) == (0, 0)
    assert bounds_of(Step("common", (0, 1, 2)), args, program) == (1, 1)


@pytest.mark.parametrize("operator", ["+", "-", "max", "min"])
@pytest.mark.parametrize("args", [(2, 1), (1, 2)])
def test_the_larger_of_two_degrees_counts(operator: str, args: tuple[int, int]) -> None:
    """The square of x*x beside y has four times the bits of the inputs."""
    steps = (
        Step("input", (), 0),
        Step("input", (), 1),
        Step("*", (0, 0)),
        Step(operator, args),
        Step("*", (3, 3)),
    )
    program = Program((Input("x"), Input("y")), steps, (Result(4, 4, 4),))
    assert growth(program).bits(40) >= ((2**40 - 1) ** 4).bit_length()
    assert growth(program).degree == 4
