"""Every rewrite rule proved for all integers by Z3, and a near miss of each refuted.

A floor p // q is an integer f with q f <= p < q f + q: that is its definition for q > 0. All
divisors stay symbolic, Z3 decides these; `unknown` would be a failure. That the premises can
be met at all is checked, too. A near miss is searched among small numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import z3

TIMEOUT = 2000  # milliseconds for one question
SMALL = 12  # a near miss shows itself below this

Formula = z3.ArithRef
Build = Callable[["Floors", int], z3.BoolRef]
I, K, S, A, B, O = z3.Ints("I K S A B O")
p, q, r, g, c, a, b = z3.Ints("p q r g c a b")
x = z3.Real("x")


class Floors:
    """The premises of one rule, with the floors that occur in it by definition."""

    def __init__(self) -> None:
        self.premises: list[z3.BoolRef] = []
        self._made = 0

    def given(self, *premises: z3.BoolRef) -> None:
        self.premises += premises

    def floor(self, p: Formula | int, q: Formula | int) -> Formula:
        self._made += 1
        f = z3.Int(f"floor{self._made}")
        self.given(q * f <= p, p < q * f + q)
        return f

    def ceil(self, p: Formula, q: Formula) -> Formula:
        return -self.floor(-p, q)

    def mod(self, p: Formula, q: Formula) -> Formula:
        return p - q * self.floor(p, q)


def smallest(one: Formula, other: Formula) -> Formula:
    return z3.If(one <= other, one, other)


# ------------------------------------------------------------------ the table of FloorDiv
def whole_multiples_come_out(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.floor(q * r + p, q) == r + f.floor(p + off, q)


def whole_multiples_come_out_of_a_real(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.floor(z3.ToReal(q * r) + x, q) == r + f.floor(x + off, q)


def common_factors_cancel(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, g >= 1)
    return f.floor(g * p, g * q) == f.floor(p + off, q)


def common_factors_of_a_real_cancel(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, g >= 1)
    y = z3.Real("y")  # g x, so that the numerator stays linear
    f.given(y == g * x)
    return f.floor(y, g * q) == f.floor(x + off, q)


def a_constant_rounds_down(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, g >= 1)
    return f.floor(g * p + c, g * q) == f.floor(p + f.floor(c + off, g), q)


def nested_floors_merge(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, b >= 1)
    return f.floor(f.floor(a, b) + r, q) == f.floor(a + b * r + off, b * q)


def nested_floors_of_a_real_merge(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, b >= 1)
    return f.floor(f.floor(x, b) + r, q) == f.floor(x + z3.ToReal(b * r + off), b * q)


def the_sign_turns(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.floor(p, q) == -f.floor(-p - 1 + off, q) - 1


def minus_one_gives_minus_one(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.floor(-1 - off, q) == -1


def a_ceiling_is_a_floor(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.ceil(p, q) == f.floor(p + q - 1 + off, q)


# ------------------------------------------------------------------ remainders
def multiples_leave_a_remainder(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.mod(p + q * r, q) == f.mod(p + off, q)


def a_factor_leaves_a_remainder(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, g >= 1)
    return f.mod(g * p + off, g * q) == g * f.mod(p, q)


def a_remainder_lies_below_the_divisor(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    rest = f.mod(p, q)
    return z3.And(rest >= 0, rest < q - off)


# ------------------------------------------------------------------ signs of quotients
def a_quotient_is_nonnegative(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return (f.floor(p, q) + r >= 0) == (p + q * r >= off)


def a_quotient_is_bounded(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return (r >= f.floor(p, q)) == (q * (r + 1) > p + off)


def quotients_compare(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, b >= 1, b * (p + q * r) >= a * q)
    return f.floor(p, q) + r >= f.floor(a, b) + off


def a_proper_fraction_is_zero(f: Floors, off: int) -> z3.BoolRef:
    f.given(p >= 0, p < q + off, q >= 1)
    return f.floor(p, q) == 0


def a_number_below_the_divisor_gives_zero_or_minus_one(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, p < q + off, p >= -q)
    return f.floor(p, q) == z3.If(p >= 0, 0, -1)


def q_times_a_quotient_is_close_to_p(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return z3.And(q * f.floor(p, q) <= p, q * f.floor(p, q) >= p - q + 1 + off)


def what_lies_above_bounds_the_quotient(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, p >= r)
    return f.floor(p, q) >= f.floor(r + off, q)


# ------------------------------------------------------------------ windows
def window(f: Floors, extent: Formula, size: Formula, jump: Formula, sides: Formula) -> Formula:
    return f.floor(extent + sides - size, jump) + 1


def windows_compose(f: Floors, off: int) -> z3.BoolRef:
    R1, J1, A1, B1, R2, J2, A2, B2 = z3.Ints("R1 J1 A1 B1 R2 J2 A2 B2")
    f.given(J1 >= 1, J2 >= 1)
    chain = window(f, window(f, I, R1, J1, A1 + B1), R2, J2, A2 + B2)
    return chain == window(f, I, R1 + (R2 - 1) * J1 + off, J1 * J2, A1 + A2 * J1 + B1 + B2 * J1)


def the_window_is_tight(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1)
    out = window(f, I, K, S, A + B)
    return z3.And((out - 1) * S + K + off <= I + A + B, out * S + K > I + A + B)


def exactly_jump_inputs_give_an_output(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1)
    first = S * (O - 1) + K - A - B
    return (window(f, I, K, S, A + B) == O) == z3.And(first <= I, first + S - 1 + off >= I)


def sizes_are_monotone_in_the_input(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1)
    step = window(f, I + 1 + off, K, S, A) - window(f, I, K, S, A)
    return z3.And(step >= 0, step <= 1)


# ------------------------------------------------------------------ pad same
def lacking(f: Floors) -> Formula:
    """What the windows need beyond the input; padding is this, or 0 where it is negative."""
    return (f.ceil(I, S) - 1) * S + K - I


def same_padding_gives_the_rounded_up_quotient(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1, K >= 1, I >= 1)
    total = lacking(f)
    return window(f, I, K + off, S, z3.If(total > 0, total, 0)) == f.ceil(I, S)


def same_padding_by_the_remainder(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1, K >= 1, I >= 1)
    rest = f.mod(I, S)
    return z3.If(rest == 0, K - S, K - rest + off) == lacking(f)


def the_rounded_up_quotient_by_one_less(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1)
    return f.ceil(I, S) == f.floor(I - 1 + off, S) + 1


def odd_kernels_with_half_padding_are_same(f: Floors, off: int) -> z3.BoolRef:
    half = z3.Int("half")
    f.given(S >= 1, half >= 0)
    return window(f, I, 2 * half + 1 + off, S, 2 * half) == f.ceil(I, S)


# ------------------------------------------------------------------ ceil
def rounded_up(f: Floors) -> tuple[Formula, Formula]:
    """Size without the clamp, and the clamp."""
    return f.ceil(I + A + B - K, S) + 1, f.ceil(I + A, S)


def the_clamp_is_pytorchs(f: Floors, off: int) -> z3.BoolRef:
    """PyTorch takes one off where the last window starts at I + A or later."""
    f.given(S >= 1, K >= 1, I >= 1, A >= 0, B >= 0, 2 * A <= K, 2 * B <= K, I + A + B - K > -S)
    up, clamp = rounded_up(f)
    torch = f.floor(I + A + B - K + S - 1, S) + 1
    return smallest(up, clamp) == z3.If((torch - 1) * S >= I + A + off, torch - 1, torch)


def the_clamp_never_acts_without_padding(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1, S - off <= K, I >= 1, A == 0, B == 0, K >= 1)
    up, clamp = rounded_up(f)
    return up <= clamp


def ceil_adds_at_most_one(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1, K >= 1, I >= 1, A >= 0, B >= 0, 2 * A <= K, 2 * B <= K, I + A + B >= K)
    size, floor = smallest(*rounded_up(f)), window(f, I, K, S, A + B)
    return z3.And(size >= floor, size <= floor + 1 - off)


# ------------------------------------------------------------------ transposed convolution
def deconv_undoes_conv(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1)
    out = window(f, I, K, S, A + B)
    return (out - 1) * S - A - B + K + f.mod(I + A + B - K, S) + off == I


def conv_undoes_deconv(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1, r >= 0, r < S + off)
    return window(f, (I - 1) * S - A - B + K + r, K, S, A + B) == I


RULES = [
    *(whole_multiples_come_out, whole_multiples_come_out_of_a_real, common_factors_cancel),
    *(common_factors_of_a_real_cancel, a_constant_rounds_down, nested_floors_merge),
    *(nested_floors_of_a_real_merge, the_sign_turns, minus_one_gives_minus_one, a_ceiling_is_a_floor),
    *(multiples_leave_a_remainder, a_factor_leaves_a_remainder, a_remainder_lies_below_the_divisor),
    *(a_quotient_is_nonnegative, a_quotient_is_bounded, quotients_compare, a_proper_fraction_is_zero),
    *(a_number_below_the_divisor_gives_zero_or_minus_one, q_times_a_quotient_is_close_to_p),
    what_lies_above_bounds_the_quotient,
    *(windows_compose, the_window_is_tight, exactly_jump_inputs_give_an_output),
    *(sizes_are_monotone_in_the_input, same_padding_gives_the_rounded_up_quotient),
    *(same_padding_by_the_remainder, the_rounded_up_quotient_by_one_less),
    *(odd_kernels_with_half_padding_are_same, the_clamp_is_pytorchs, the_clamp_never_acts_without_padding),
    *(ceil_adds_at_most_one, deconv_undoes_conv, conv_undoes_deconv),
]
NAMES = [rule.__name__ for rule in RULES]


def ask(*statements: z3.BoolRef) -> z3.CheckSatResult:
    solver = z3.Solver()
    solver.set("timeout", TIMEOUT)
    solver.add(*statements)
    return solver.check()


def small(statements: list[z3.BoolRef]) -> list[z3.BoolRef]:
    """Bounds for all the letters in the statements."""
    letters, todo = {}, list(statements)
    while todo:
        term = todo.pop()
        if z3.is_const(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            letters[str(term)] = term
        todo += term.children()
    return [bound for s in letters.values() for bound in (s >= -SMALL, s <= SMALL)]


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_the_rule_holds_for_all_integers(rule: Build) -> None:
    floors = Floors()
    claim = rule(floors, 0)
    assert ask(*floors.premises, *small(floors.premises)) == z3.sat  # the rule says something
    assert ask(*floors.premises, z3.Not(claim)) == z3.unsat


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_the_rule_off_by_one_does_not_hold(rule: Build) -> None:
    floors = Floors()
    claim = rule(floors, 1)
    statements = [*floors.premises, z3.Not(claim)]
    assert ask(*statements, *small(statements)) == z3.sat


@pytest.mark.parametrize(
    "wrong", ["nested ceil in floor", "ceil is floor", "a factor stays", "sympy's dropped floor"]
)
def test_well_known_mistakes_are_refuted(wrong: str) -> None:
    f = Floors()
    f.given(a >= 1, b >= 1)
    claim = {
        "nested ceil in floor": lambda: f.floor(f.ceil(p, a), b) == f.floor(p, a * b),
        "ceil is floor": lambda: f.ceil(p, a) == f.floor(p, a),
        "a factor stays": lambda: 2 * f.floor(p, 2) == p,
        "sympy's dropped floor": lambda: 6 * f.floor(b * (2 * a + 2), 6) == b * (2 * a + 2),
    }[wrong]()
    statements = [*f.premises, z3.Not(claim)]
    assert ask(*statements, *small(statements)) == z3.sat
