"""What a builder knows of a value, what it leaves out, and how many steps sums and products take."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations, product

import pytest

from symcnn.numeric.program import Builder, Input, Program, Result, Step
from symcnn.numeric.ratios import Ratio, Term, added, multiplied, raised
from symcnn.numeric.ratios import product as multiplied_out
from symcnn.numeric.source import function

LETTERS = "abcdx"


def letters() -> tuple[Builder, list[int]]:
    builder = Builder(tuple(Input(name) for name in LETTERS))
    return builder, [builder.input(at) for at in range(len(LETTERS))]


# ------------------------------------------------------------------ one step
NUMBERS = range(-9, 10)
FOLDED = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b if b else None,
    "%": lambda a, b: a % b if b else None,
    "**": lambda a, b: a**b if b >= 0 or a == 1 else None,
    "max": max,
    "min": min,
    "gcd": lambda a, b: max(k for k in range(1, 10) if a % k == b % k == 0) if a or b else 0,
}


@pytest.mark.parametrize("operator", FOLDED)
def test_what_numbers_come_to_is_a_number(operator: str) -> None:
    """And where they come to nothing, or not to an integer, it is left to the run."""
    for a, b in product(NUMBERS, NUMBERS):
        builder = Builder(())
        made = builder.make(operator, builder.number(a), builder.number(b))
        wanted = FOLDED[operator](a, b)
        if not (wanted is None and operator == "**" and b == 1):
            assert builder.known(made) == wanted, (a, b)


def test_numbers_of_one_argument() -> None:
    builder = Builder(())
    for a in range(-70, 70):
        assert builder.known(builder.make("abs", builder.number(a))) == (a if a > 0 else -a)
        found = builder.known(builder.make("log2", builder.number(a)))
        assert found is None if a < 1 else 2**found <= a < 2 ** (found + 1)


def test_a_large_power_of_numbers_is_left_to_the_run() -> None:
    """Of 4096 bits it is a number still."""
    builder = Builder(())
    cases = [(2, 2048, True), (2, 2049, False), (-255, 512, True), (255, 513, False), (2**16, 241, False)]
    for base, exponent, known in cases:
        made = builder.make("**", builder.number(base), builder.number(exponent))
        assert builder.known(made) == (base**exponent if known else None)


def test_a_step_reads_the_first_input_unless_it_is_told_which() -> None:
    steps = (Step("input"), Step("input", (), 1), Step("-", (0, 1)))
    assert function(Program((Input("x"), Input("y")), steps, (Result(2, 0, 1),)))(7, 5) == (2, 7, 5)


def test_steps_that_are_left_out() -> None:
    """The place of an argument, or of a number, stands for the whole."""
    builder, (a, b, *_) = letters()
    zero, one = builder.number(0), builder.number(1)
    same = [("+", a, zero), ("+", zero, a), ("*", a, one), ("*", one, a), ("-", a, zero)]
    same += [("//", a, one), ("**", a, one), ("max", a, a), ("min", a, a)]
    assert all(builder.make(*step) == a for step in same)
    assert builder.make("*", a, zero) == builder.make("*", zero, a) == zero
    assert builder.make("**", one, a) == one
    more = [("-", zero, a), ("//", one, a), ("%", a, one), ("max", a, b), ("min", a, b), ("gcd", a, a)]
    more += [("+", a, a), ("*", a, a), ("-", a, a), ("**", zero, a), ("//", zero, a), ("max", a, zero)]
    made = [builder.make(*step) for step in more]
    assert len(set(made)) == len(more) and not {a, b, zero, one} & set(made)


def test_what_is_above_zero_by_what_it_is() -> None:
    builder = Builder((Input("x"), Input("x", over=True), Input("y", over=True)))
    x, over, other = (builder.input(at) for at in range(3))
    make, number = builder.make, builder.number
    above = [over, number(1), number(7), make("*", over, other), make("*", number(3), over)]
    open_ = [x, number(0), number(-1), number(-7), make("*", x, over), make("*", over, number(-2))]
    open_ += [make("+", over, x), make("-", over, other), make("//", over, other), make("%", x, over)]
    assert [bool(builder.positive(place)) for place in (*above, *open_)] == [True] * 5 + [False] * 10


def test_how_values_grow() -> None:
    """With the sizes of the inputs: a product as its factors together, a sum as the larger of its terms."""
    builder, (a, b, c, *_) = letters()
    make, degree = builder.make, builder.degree
    ab = make("*", a, b)
    assert (degree(builder.number(2**90)), degree(a), degree(ab), degree(make("*", ab, ab))) == (0, 1, 2, 4)
    for operator in ("+", "-", "max", "min"):
        assert degree(make(operator, ab, c)) == degree(make(operator, c, ab)) == 2
    cube = make("*", ab, c)
    by_less, by_more, by_as_much, small = (
        make("//", *ends) for ends in ((cube, a), (cube, ab), (cube, make("+", cube, a)), (a, cube))
    )
    assert degree(by_less) > degree(by_more) > degree(by_as_much) == degree(small) > 0
    body = Program((Input("i"),), (Step("input"),), (Result(0, 0, 0),))
    total = make("total", a, b, body=builder.add_body(body))
    assert min(degree(make("**", ab, c)), degree(total)) > degree(make("*", a, b))


# ------------------------------------------------------------------ sums and products
def value(builder: Builder, place: int, values: dict[int, int]) -> int:
    """Return the value of a place by a walk through the steps."""
    step = builder.program(()).steps[place]
    if step.operator in ("input", "number"):
        return step.number if step.operator == "number" else values[place]
    a, b = (value(builder, x, values) for x in step.args)
    return {"+": a + b, "-": a - b, "*": a * b}.get(step.operator) if step.operator != "**" else a**b


def polynomial(*parts: tuple[int, str]) -> list[Term]:
    return [
        Term(Fraction(c), Counter(LETTERS.index(m) for m in monomial), Counter()) for c, monomial in parts
    ]


COUNTED = [  # terms, and the additions and multiplications that they need
    ([(1, "a"), (-1, "b")], 1, 0),
    ([(-1, "a"), (1, "b")], 1, 0),
    ([(-1, "a"), (-1, "b")], 2, 0),
    ([(2, "a"), (2, "b")], 1, 1),
    ([(1, "ax"), (1, "bx")], 1, 1),
    ([(1, "ax"), (-1, "bx")], 1, 1),
    ([(1, "ax"), (1, "bx"), (-1, "c")], 2, 1),
    ([(2, "ax"), (2, "bx"), (6, "x")], 2, 2),
    ([(1, "ax"), (1, "bx"), (1, "cx"), (1, "aad"), (1, "bd")], 4, 3),
    ([(1, "axx"), (1, "bxxx")], 1, 3),
    ([(3, "abx"), (3, "acx")], 1, 3),
    ([(1, ""), (1, "a"), (5, "ab")], 2, 2),
    ([(-7, "abcdx")], 1, 5),
]


@pytest.mark.parametrize(("parts", "additions", "multiplications"), COUNTED)
def test_how_many_steps_a_sum_takes(
    parts: list[tuple[int, str]], additions: int, multiplications: int
) -> None:
    """In whatever order its terms come: what they share is taken out, and what is negative subtracted."""
    for order in permutations(parts):
        builder, places = letters()
        terms = polynomial(*order)
        whole, over = added(builder, terms)
        assert builder.known(over) == 1
        for numbers in product((-3, 2), (1, 5), (7,), (-2, 4), (3, -6)):
            at = dict(zip(places, numbers, strict=True))
            wanted = 0
            for c, monomial in parts:
                for m in monomial:
                    c *= at[LETTERS.index(m)]
                wanted += c
            assert value(builder, whole, at) == wanted
        # steps that nothing uses are none of the program
        steps = builder.program((Result(whole, whole, whole),))
        operators = Counter(steps.steps[place].operator for place in steps.live())
        assert operators["+"] + operators["-"] == additions
        assert operators["*"] <= multiplications


def test_sums_of_nothing_and_of_minus_one() -> None:
    builder, (a, b, *_) = letters()
    zero, one = builder.number(0), builder.number(1)
    assert added(builder, []) == Ratio(zero, one)
    whole, _ = added(builder, [Term(Fraction(0), Counter([a]), Counter())])
    assert builder.known(whole) == 0
    below = [Term(Fraction(-1), Counter(), Counter()), Term(Fraction(1), Counter([a]), Counter([b]))]
    for terms in (below, below[::-1]):
        whole, over = added(builder, terms)
        for numbers in product((-3, 2, 8), (1, 5, -4)):
            at = dict(zip((a, b), numbers, strict=True))
            assert Fraction(value(builder, whole, at), value(builder, over, at)) == Fraction(*numbers) - 1


def test_products_with_numbers() -> None:
    for number in (-3, -1, 0, 1, 2):
        builder, (a, b, *_) = letters()
        made = multiplied_out(builder, Counter({a: 2, b: 1}), number)
        assert (
            builder.known(made) == 0 if number == 0 else value(builder, made, {a: 5, b: -7}) == -175 * number
        )
        alone = multiplied_out(builder, Counter(), number)
        assert builder.known(alone) == number
        ratio = multiplied(builder, Term(Fraction(number, 5), Counter([a]), Counter()))
        assert builder.known(ratio.over) == (5 if number else 1)


def test_small_factors_are_multiplied_first() -> None:
    """(a b) c with c the largest: the products on the way stay small."""
    builder, (a, b, c, *_) = letters()
    large = builder.make("*", c, c)
    for factors in permutations((large, a, b)):
        made = multiplied_out(builder, Counter(dict.fromkeys(factors, 1)))
        assert builder.program(()).steps[made].args == (builder.make("*", a, b), large)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 7, 63, 64, 65, 1000])
def test_a_large_exponent_stays_one_operation(exponent: int) -> None:
    """Up to 64 a power is made of products: as many as its exponent has bits, and twice that at most."""
    builder, (a, *_) = letters()
    made = raised(builder, a, exponent)
    assert value(builder, made, {a: 3}) == 3**exponent
    program = builder.program((Result(made, made, made),))
    operators = Counter(program.steps[place].operator for place in program.live())
    if exponent > 64:
        assert operators == {"input": 1, "number": 1, "**": 1}
    else:
        bits = max(exponent.bit_length() - 1, 0)
        assert operators["**"] == 0 and bits <= operators["*"] <= 2 * bits
