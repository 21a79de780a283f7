"""The rules by which steps are simplified while a program is made, one by one, by enumeration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import gcd
from random import Random

import pytest

from symcnn.numeric.program import Builder, Check, Input, Result
from symcnn.numeric.ratios import Term, added, multiplied, raised
from symcnn.numeric.source import Broken, function

OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
    "max": max,
    "min": min,
    "gcd": gcd,
}
SMALL = range(-4, 5)


def undefined(operator: str, b: int) -> bool:
    return (operator in ("//", "%") and b == 0) or (operator == "**" and b < 0)


def value(builder: Builder, place: int, *inputs: int) -> int:
    zero = builder.number(0)
    found: int = function(builder.program((Result(place, zero, zero),)))(*inputs)[0]
    return found


@pytest.mark.parametrize("operator", OPERATIONS)
def test_with_a_number_on_either_side_or_on_both(operator: str) -> None:
    for x, c in product(SMALL, SMALL):
        builder = Builder((Input("x"),))
        places = (builder.input(0), builder.number(c), builder.number(x))
        for a, b, left, right in ((x, c, 0, 1), (c, x, 1, 0), (x, c, 2, 1), (x, x, 0, 0)):
            if not undefined(operator, b):
                made = builder.make(operator, places[left], places[right])
                assert value(builder, made, x) == OPERATIONS[operator](a, b)


def test_equal_steps_are_one() -> None:
    builder = Builder((Input("x"), Input("y")))
    x, y = builder.input(0), builder.input(1)
    assert builder.make("+", x, y) == builder.make("+", x, y)
    assert builder.make("-", x, y) != builder.make("-", y, x)


def test_powers_by_squaring() -> None:
    for exponent in (*range(1, 20), 63, 64, 65, 100):
        builder = Builder((Input("x"),))
        made = raised(builder, builder.input(0), exponent)
        assert [value(builder, made, x) for x in (-3, 0, 2)] == [x**exponent for x in (-3, 0, 2)]
        assert len(builder.program(()).steps) <= 14


def test_sums_and_products_of_fractions() -> None:
    """What is taken out of a sum, and what is brought to one denominator, changes no value."""
    random = Random(4)
    for _ in range(300):
        builder = Builder(tuple(Input(name) for name in "wxyz"))
        letters = [builder.input(at) for at in range(4)]
        terms = [
            Term(
                Fraction(random.randint(-6, 6), random.randint(1, 4)),
                Counter(random.choices(letters, k=random.randint(0, 4))),
                Counter(random.choices(letters, k=random.choice((0, 0, 1, 2)))),
            )
            for _ in range(random.randint(1, 7))
        ]
        total, first = added(builder, terms), multiplied(builder, terms[0])
        inputs = [random.choice((-3, -1, 2, 5, 2**40)) for _ in letters]
        values = [_value(term, dict(zip(letters, inputs, strict=True))) for term in terms]
        for ratio, wanted in ((total, sum(values)), (first, values[0])):
            ends = [value(builder, place, *inputs) for place in ratio]
            assert Fraction(*ends) == wanted


def _value(term: Term, values: dict[int, int]) -> Fraction:
    found = term.number
    for place, exponent in term.factors.items():
        found *= values[place] ** exponent
    for place, exponent in term.over.items():
        found /= values[place] ** exponent
    return found


def test_what_is_shared_is_taken_out() -> None:
    """9 a b x + 9 b c x has four products once 9 b x stands before the bracket."""
    builder = Builder(tuple(Input(name) for name in "abcx"))
    a, b, c, x = (builder.input(at) for at in range(4))
    one = Counter[int]()
    added(builder, [Term(Fraction(9), Counter([a, b, x]), one), Term(Fraction(9), Counter([b, c, x]), one)])
    operators = [step.operator for step in builder.program(()).steps]
    assert (operators.count("*"), operators.count("+")) == (3, 1)


def test_checks_come_before_what_needs_them() -> None:
    builder = Builder((Input("x"), Input("y")))
    x, y = builder.input(0), builder.input(1)
    difference = builder.make("-", x, y)
    builder.check(difference, "!=", 0, "no difference")
    builder.check(builder.number(3), ">=", 2, "always so")
    quotient = builder.make("//", x, difference)
    program = builder.program((Result(quotient, builder.number(0), builder.number(1)),))
    assert program.checks == (Check(difference, "!=", 0, "no difference"),)
    assert function(program)(9, 7)[0] == 4
    with pytest.raises(Broken):
        function(program)(7, 7)
    assert program.given(frozenset({"x"})).checks == ()


def test_fractions_over_the_same_value_are_brought_to_one_denominator() -> None:
    """x/(2 y) + z/t with t = 2 y is (x + z)/t, not a sum over 4 y**2."""
    builder = Builder(tuple(Input(name) for name in "xyz"))
    x, y, z = (builder.input(at) for at in range(3))
    twice = builder.make("*", y, builder.number(2))
    terms = [
        Term(Fraction(1, 2), Counter([x]), Counter([y])),
        Term(Fraction(1), Counter([z]), Counter([twice])),
    ]
    for order in (terms, terms[::-1]):
        whole, over = added(builder, order)
        assert over == twice
        for point in product((-3, 2, 5), repeat=3):
            assert value(builder, whole, *point) == point[0] + point[2]


@pytest.mark.parametrize(
    ("operator", "args"), [("//", (7, 0)), ("%", (-7, 0)), ("**", (2, -1)), ("log2", (0,))]
)
def test_what_numbers_do_not_give_is_left_to_the_checks(operator: str, args: tuple[int, ...]) -> None:
    builder = Builder(())
    made = builder.make(operator, *map(builder.number, args))
    assert builder.known(made) is None
    assert builder.program(()).steps[made].operator == operator


def test_an_equal_body_of_a_sum_is_kept_once() -> None:
    bodies = []
    for number in (2, 2, 3):
        inner = Builder((Input("i"),))
        place = inner.make("*", inner.input(0), inner.number(number))
        bodies.append(inner.program((Result(place, inner.number(0), inner.number(1)),)))
    builder = Builder((Input("x"),))
    assert [builder.add_body(body) for body in bodies] == [0, 0, 1]
    assert len(builder.bodies) == 2
