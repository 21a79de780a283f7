"""Bounds contain every value: of each operation by enumeration, of every step of a formula at points."""

from __future__ import annotations

from itertools import product
from math import gcd
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric.formulas import LETTERS, A, I, K, compiled, points
from numeric.test_against_exact import ALL, RANDOM, SLOW, drawn
from profiles import MANY
from sympy import Expr

from symcnn.numeric.intervals import MAX_BITS, Interval, OutOfBounds, bounds_of, growth, meets, narrowed
from symcnn.numeric.kernel import Width, _Planner, width_of
from symcnn.numeric.program import Check, Program, Result, Step
from symcnn.numeric.source import Broken, TooLarge, function

NOTHING = Program((), (), ())


def inputs(point: dict[Any, Any]) -> list[int]:
    return [*(point[s] for s in LETTERS), point[A].numerator, point[A].denominator]


ENDS = range(-4, 5)
INTERVALS = [Interval(a, b) for a, b in product(ENDS, ENDS) if a <= b]
OPERATIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b if b else None,
    "%": lambda a, b: a % b if b else None,
    "**": lambda a, b: a**b if b >= 0 else None,
    "max": max,
    "min": min,
    "gcd": gcd,
}


def by_enumeration(operator: str, a: Interval, b: Interval) -> list[int]:
    pairs = product(range(a.low, a.high + 1), range(b.low, b.high + 1))
    return [v for x, y in pairs if (v := OPERATIONS[operator](x, y)) is not None]


@pytest.mark.parametrize("operator", OPERATIONS)
def test_of_two_arguments(operator: str) -> None:
    for a, b in product(INTERVALS, INTERVALS):
        values = by_enumeration(operator, a, b)
        try:
            bounds = bounds_of(Step(operator, (0, 1)), [a, b], NOTHING)
        except OutOfBounds:
            assert not values
            continue
        assert all(value in bounds for value in values)
        if operator in ("+", "-", "*", "//", "max", "min"):
            assert not values or bounds == (min(values), max(values))


@pytest.mark.parametrize("operator", OPERATIONS)
def test_wider_arguments_never_narrow_the_bounds(operator: str) -> None:
    random = Random(3)
    for _ in range(20_000):
        a, b, c, d = (random.choice(INTERVALS) for _ in range(4))
        try:
            inner = bounds_of(Step(operator, (0, 1)), [a, b], NOTHING)
            outer = bounds_of(Step(operator, (0, 1)), [a.join(c), b.join(d)], NOTHING)
        except OutOfBounds:
            continue
        assert outer.low <= inner.low and inner.high <= outer.high


def test_of_one_argument() -> None:
    for a in INTERVALS:
        numbers = range(a.low, a.high + 1)
        sizes, squares = [abs(x) for x in numbers], [x * x for x in numbers]
        assert bounds_of(Step("abs", (0,)), [a], NOTHING) == (min(sizes), max(sizes))
        assert bounds_of(Step("*", (0, 0)), [a, a], NOTHING) == (min(squares), max(squares))
    assert bounds_of(Step("log2", (0,)), [Interval(0, 1024)], NOTHING) == (0, 10)
    with pytest.raises(OutOfBounds):
        bounds_of(Step("log2", (0,)), [Interval(-5, 0)], NOTHING)


def test_a_power_has_a_limit_before_it_is_calculated() -> None:
    with pytest.raises(OutOfBounds):
        bounds_of(Step("**", (0, 1)), [Interval(2, 2), Interval(0, 10**18)], NOTHING)
    assert bounds_of(Step("**", (0, 1)), [Interval(-1, 1), Interval(0, 10**18)], NOTHING) == (-1, 1)
    assert bounds_of(Step("**", (0, 1)), [Interval(2, 2), Interval(0, MAX_BITS // 2)], NOTHING).low == 1


@pytest.mark.parametrize("relation", [">=", "==", "!="])
def test_what_a_check_leaves(relation: str) -> None:
    for a, bound in product(INTERVALS, ENDS):
        check = Check(0, relation, bound, "")  # type: ignore[arg-type]
        kept = [x for x in range(a.low, a.high + 1) if check.holds(x)]
        left = narrowed(a, check)
        assert (left is None) == (not kept)
        assert meets(a, check) == (len(kept) == a.high - a.low + 1)
        assert all(x in left for x in kept if left)


@settings(SLOW, max_examples=MANY)
@given(random=RANDOM, seed=st.integers(0, 2**32), depth=st.integers(1, 4))
def test_every_step_of_a_formula(random: Random, seed: int, depth: int) -> None:
    program = compiled([drawn(random, depth)], ALL).program
    places = program.live()
    zero = [p for p, s in enumerate(program.steps) if s == Step("number", (), 0)][:1]
    traced = Program(
        program.inputs,
        program.steps,
        tuple(Result(p, *(zero * 2 or [p, p])) for p in places),
        program.checks,
        program.bodies,
    )
    run = function(traced)
    rows = [inputs(p) for p in points(Random(seed), 12)]
    spans = {at: Interval(min(column), max(column)) for at, column in enumerate(zip(*rows, strict=True))}
    planner = _Planner(traced, spans, {}, Width.INT32)
    try:
        planner.plan()
    except OutOfBounds:
        return
    for row in rows:
        try:
            values = run(*row)[::3]
        except (Broken, TooLarge):
            continue
        for place, value in zip(places, values, strict=True):
            assert value in planner.bounds[place]


@pytest.mark.parametrize("bits", [31, 63])
def test_the_width_changes_exactly_at_the_limit(bits: int) -> None:
    narrow = Width.INT32 if bits == 31 else Width.INT64
    for inside, outside in (((0, 2**bits - 1), (0, 2**bits)), ((-(2**bits), 0), (-(2**bits) - 1, 0))):
        assert width_of(Interval(*inside)) == narrow
        assert width_of(Interval(*outside)) == Width(narrow + 1)


def test_growth_bounds_the_bits() -> None:
    random = Random(9)
    for _ in range(60):
        program = compiled([drawn(random, 3)], ALL).program
        if any(step.operator in ("**", "total", "common") for step in program.steps):
            continue
        grown, run = growth(program), function(program)
        for point in points(random, 5):
            row = inputs(point)
            try:
                found = run(*row)
            except (Broken, TooLarge):
                continue
            largest = max(abs(v).bit_length() for v in found)
            assert largest <= grown.bits(max(abs(v).bit_length() for v in row))


GROWING = [
    (I**3 + K) ** 3,
    (I + 2**100) ** 5,
    ((I + K) ** 2 + K * 2**90) ** 3 * (K - 5),
    (I * K - 1) ** 4 + I,
]


@pytest.mark.parametrize("form", GROWING)
def test_growth_of_sums_of_unlike_terms(form: Expr) -> None:
    """The larger term counts, in its letters and in its numbers."""
    run = compiled([form], (I, K))
    for bits in (1, 7, 40):
        largest = run(I=2**bits - 1, K=2**bits - 1)
        assert largest.bit_length() <= growth(run.program).bits(bits)


def test_the_limit_of_a_power_in_bits() -> None:
    """Bounds of 65536 bits there are, and none beyond."""
    square = [Interval(2**32768 - 1, 2**32768 - 1), Interval(0, 2)]
    assert bounds_of(Step("**", (0, 1)), square, NOTHING) == (1, (2**32768 - 1) ** 2)
    with pytest.raises(OutOfBounds):
        bounds_of(Step("**", (0, 1)), [Interval(2**32768, 2**32768), Interval(0, 2)], NOTHING)
