"""The rewrite rules as statements for Z3: of all integers, or with powers by induction.

A floor p // q is an integer f with q f <= p < q f + q: that is its definition for q > 0. All divisors
stay symbolic. Every statement takes a distance: 0 for the rule, 1 for a near miss, which must not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import gcd

import z3

from symcnn.algebra.conditions import Condition, Congruence, as_congruence
from symcnn.algebra.quotient import Mod
from symcnn.symbols import symbol

Formula = z3.ArithRef
Build = Callable[["Floors", int], z3.BoolRef]
BuildFor = Callable[..., z3.BoolRef]  # floors, numbers, distance
I, K, S, A, B, O = z3.Ints("I K S A B O")
p, q, r, g, c, a, b = z3.Ints("p q r g c a b")
d, k, l, m, n = z3.Ints("d k l m n")
x, y, t, u = z3.Reals("x y t u")
RULES: dict[str, Build] = {}  # for all integers (or reals, where the rule is of reals)
CONCRETE: dict[str, tuple[BuildFor, tuple[tuple[int, ...], ...]]] = {}  # only for these numbers
INDUCTIONS: dict[str, Build] = {}  # about powers and sums: a first step, and the step from n to n + 1


def rule(build: Build) -> Build:
    RULES[build.__name__] = build
    return build


def rule_for(*ranges: range) -> Callable[[BuildFor], BuildFor]:
    """Where Z3 has no answer with letters for the divisors: one question for each choice of numbers."""

    def add(build: BuildFor) -> BuildFor:
        CONCRETE[build.__name__] = build, tuple(product(*ranges))
        return build

    return add


def induction(build: Build) -> Build:
    INDUCTIONS[build.__name__] = build
    return build


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
@rule
def whole_multiples_come_out(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.floor(q * r + p, q) == r + f.floor(p + off, q)


@rule
def whole_multiples_come_out_of_a_real(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.floor(z3.ToReal(q * r) + x, q) == r + f.floor(x + off, q)


@rule
def common_factors_cancel(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, g >= 1)
    return f.floor(g * p, g * q) == f.floor(p + off, q)


@rule
def common_factors_of_a_real_cancel(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, g >= 1)
    f.given(y == g * x)  # so that the numerator stays linear
    return f.floor(y, g * q) == f.floor(x + off, q)


@rule
def a_constant_rounds_down(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, g >= 1)
    return f.floor(g * p + c, g * q) == f.floor(p + f.floor(c + off, g), q)


@rule
def nested_floors_merge(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, b >= 1)
    return f.floor(f.floor(a, b) + r, q) == f.floor(a + b * r + off, b * q)


@rule
def nested_floors_of_a_real_merge(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, b >= 1)
    return f.floor(f.floor(x, b) + r, q) == f.floor(x + z3.ToReal(b * r + off), b * q)


@rule
def the_sign_turns(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.floor(p, q) == -f.floor(-p - 1 + off, q) - 1


@rule
def minus_one_gives_minus_one(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.floor(-1 - off, q) == -1


@rule
def a_ceiling_is_a_floor(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.ceil(p, q) == f.floor(p + q - 1 + off, q)


# ------------------------------------------------------------------ remainders
@rule
def multiples_leave_a_remainder(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.mod(p + q * r, q) == f.mod(p + off, q)


@rule
def a_factor_leaves_a_remainder(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, g >= 1)
    return f.mod(g * p + off, g * q) == g * f.mod(p, q)


@rule
def a_remainder_lies_below_the_divisor(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    rest = f.mod(p, q)
    return z3.And(rest >= 0, rest < q - off)


# ------------------------------------------------------------------ signs of quotients
@rule
def a_quotient_is_nonnegative(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return (f.floor(p, q) + r >= 0) == (p + q * r >= off)


@rule
def a_quotient_is_bounded(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return (r >= f.floor(p, q)) == (q * (r + 1) > p + off)


@rule
def quotients_compare(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, b >= 1, b * (p + q * r) >= a * q)
    return f.floor(p, q) + r >= f.floor(a, b) + off


@rule
def a_proper_fraction_is_zero(f: Floors, off: int) -> z3.BoolRef:
    f.given(p >= 0, p < q + off, q >= 1)
    return f.floor(p, q) == 0


@rule
def a_number_below_the_divisor_gives_zero_or_minus_one(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, p < q + off, p >= -q)
    return f.floor(p, q) == z3.If(p >= 0, 0, -1)


@rule
def q_times_a_quotient_is_close_to_p(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return z3.And(q * f.floor(p, q) <= p, q * f.floor(p, q) >= p - q + 1 + off)


@rule
def what_lies_above_bounds_the_quotient(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, p >= r)
    return f.floor(p, q) >= f.floor(r + off, q)


# ------------------------------------------------------------------ windows
def window(f: Floors, extent: Formula, size: Formula, jump: Formula, sides: Formula) -> Formula:
    return f.floor(extent + sides - size, jump) + 1


@rule
def windows_compose(f: Floors, off: int) -> z3.BoolRef:
    R1, J1, A1, B1, R2, J2, A2, B2 = z3.Ints("R1 J1 A1 B1 R2 J2 A2 B2")
    f.given(J1 >= 1, J2 >= 1)
    chain = window(f, window(f, I, R1, J1, A1 + B1), R2, J2, A2 + B2)
    return chain == window(f, I, R1 + (R2 - 1) * J1 + off, J1 * J2, A1 + A2 * J1 + B1 + B2 * J1)


@rule
def the_window_is_tight(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1)
    out = window(f, I, K, S, A + B)
    return z3.And((out - 1) * S + K + off <= I + A + B, out * S + K > I + A + B)


@rule
def exactly_jump_inputs_give_an_output(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1)
    first = S * (O - 1) + K - A - B
    return (window(f, I, K, S, A + B) == O) == z3.And(first <= I, first + S - 1 + off >= I)


@rule
def sizes_are_monotone_in_the_input(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1)
    step = window(f, I + 1 + off, K, S, A) - window(f, I, K, S, A)
    return z3.And(step >= 0, step <= 1)


# ------------------------------------------------------------------ pad same
def lacking(f: Floors) -> Formula:
    """What the windows need beyond the input; padding is this, or 0 where it is negative."""
    return (f.ceil(I, S) - 1) * S + K - I


@rule
def same_padding_gives_the_rounded_up_quotient(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1, K >= 1, I >= 1)
    total = lacking(f)
    return window(f, I, K + off, S, z3.If(total > 0, total, 0)) == f.ceil(I, S)


@rule
def same_padding_by_the_remainder(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1, K >= 1, I >= 1)
    rest = f.mod(I, S)
    return z3.If(rest == 0, K - S, K - rest + off) == lacking(f)


@rule
def the_rounded_up_quotient_by_one_less(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1)
    return f.ceil(I, S) == f.floor(I - 1 + off, S) + 1


@rule
def odd_kernels_with_half_padding_are_same(f: Floors, off: int) -> z3.BoolRef:
    half = z3.Int("half")
    f.given(S >= 1, half >= 0)
    return window(f, I, 2 * half + 1 + off, S, 2 * half) == f.ceil(I, S)


# ------------------------------------------------------------------ ceil
def rounded_up(f: Floors) -> tuple[Formula, Formula]:
    """Size without the clamp, and the clamp."""
    return f.ceil(I + A + B - K, S) + 1, f.ceil(I + A, S)


@rule
def the_clamp_is_pytorchs(f: Floors, off: int) -> z3.BoolRef:
    """PyTorch takes one off where the last window starts at I + A or later."""
    f.given(S >= 1, K >= 1, I >= 1, A >= 0, B >= 0, 2 * A <= K, 2 * B <= K, I + A + B - K > -S)
    up, clamp = rounded_up(f)
    torch = f.floor(I + A + B - K + S - 1, S) + 1
    return smallest(up, clamp) == z3.If((torch - 1) * S >= I + A + off, torch - 1, torch)


@rule
def the_clamp_never_acts_without_padding(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1, S - off <= K, I >= 1, A == 0, B == 0, K >= 1)
    up, clamp = rounded_up(f)
    return up <= clamp


@rule
def ceil_adds_at_most_one(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1, K >= 1, I >= 1, A >= 0, B >= 0, 2 * A <= K, 2 * B <= K, I + A + B >= K)
    size, floor = smallest(*rounded_up(f)), window(f, I, K, S, A + B)
    return z3.And(size >= floor, size <= floor + 1 - off)


# ------------------------------------------------------------------ transposed convolution
@rule
def deconv_undoes_conv(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1)
    out = window(f, I, K, S, A + B)
    return (out - 1) * S - A - B + K + f.mod(I + A + B - K, S) + off == I


@rule
def conv_undoes_deconv(f: Floors, off: int) -> z3.BoolRef:
    f.given(S >= 1, r >= 0, r < S + off)
    return window(f, (I - 1) * S - A - B + K + r, K, S, A + B) == I


# ------------------------------------------------------------------ real numerators, any divisors
@rule
def denominators_clear(f: Floors, off: int) -> z3.BoolRef:
    """t = x / y is (x d) / (y d), so both have one floor; d and y may be negative."""
    e = z3.Real("e")
    f.given(y != 0, e != 0, t * y == x, u * (y * e) == x * e + off)
    return u == t


@rule
def nested_floors_of_any_quotient_merge(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return f.floor(f.floor(t, 1) + r, q) == f.floor(t + z3.ToReal(r + off), q)


@rule
def a_quotient_of_a_real_is_nonnegative(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, x >= -off)
    return f.floor(x, q) >= 0


@rule
def multiples_of_a_real_leave_a_remainder(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    left = x + z3.ToReal(q * r) - z3.ToReal(q * f.floor(x + z3.ToReal(q * r), q))
    return left == x - z3.ToReal(q * f.floor(x + off, q))


@rule
def a_factor_of_a_real_leaves_a_remainder(f: Floors, off: int) -> z3.BoolRef:
    f.given(g >= 1, q >= 1, y == g * x)
    quotient = f.floor(x, q)
    f.given(g * q * quotient <= y, y < g * q * quotient + g * q)  # the same one, as common factors cancel
    return y - g * q * quotient + off == g * (x - q * quotient)


# ------------------------------------------------------------------ what divides what
@rule
def a_remainder_says_a_multiple(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    quotient = f.floor(p, q)
    f.given(p - q * quotient == r)
    return p - r + off == q * quotient


@rule
def a_known_residue_opens_a_quotient(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, b >= 0, b < q + off, p == q * r + b)
    return f.floor(p, q) == r


@rule
def residues_multiply(f: Floors, off: int) -> z3.BoolRef:
    return (q * k + a) * (q * l + b) - a * b == q * (q * k * l + k * b + l * a + off)


@rule
def a_coefficient_scales_the_modulus(f: Floors, off: int) -> z3.BoolRef:
    """Of c m modulo q with c = g a and q = g n, only m modulo n matters: m = n k + r."""
    return g * a * (n * k + r) - g * a * r == (g * n) * (a * k + off)


@rule
def a_class_without_a_common_number(f: Floors, off: int) -> z3.BoolRef:
    """x = g a k + r and x = g b l + c: then g divides r - c."""
    f.given(p == g * a * k + r, p == g * b * l + c)
    return r - c == g * (b * l - a * k + off)


@rule
def a_lower_bound_of_steps(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return (q * r + b >= c) == (r + f.floor(b - c + off, q) >= 0)


@rule
def an_upper_bound_of_steps(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    return (q * r + b <= c) == (f.floor(c - b + off, q) - r >= 0)


@rule
def a_divisor_divides_the_remainder_too(f: Floors, off: int) -> z3.BoolRef:
    """What divides a and b divides a - b k, and what divides that and b divides a."""
    there = d * r - (d * p) * k == d * (r - p * k + off)
    return z3.And(there, d * r + (d * p) * k == d * (r + p * k))


# ------------------------------------------------------------------ equalities that say a remainder
@rule
def a_quotient_times_its_divisor_says_a_remainder(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1)
    quotient = f.floor(p, q)
    return (q * quotient - p + c == 0) == (p - q * quotient == c + off)


@rule
def a_remainder_is_no_number_beyond(f: Floors, off: int) -> z3.BoolRef:
    f.given(q >= 1, z3.Or(c < 0, c >= q - off))
    return f.mod(p, q) != c


@rule
def a_line_has_one_zero(f: Floors, off: int) -> z3.BoolRef:
    f.given(x != y)
    return (x + (y - x) * t == 0) == (t * (x - y) == x + off)


# ------------------------------------------------------------------ inequalities and extrema
@rule
def integers_above_are_one_more(f: Floors, off: int) -> z3.BoolRef:
    return (p > q) == (p - q - 1 + off >= 0)


@rule
def a_common_factor_of_an_inequality(f: Floors, off: int) -> z3.BoolRef:
    f.given(g >= 1)
    return (g * p + c >= 0) == (p + f.floor(c + off, g) >= 0)


@rule
def what_lies_above_a_nonnegative_is_one(f: Floors, off: int) -> z3.BoolRef:
    f.given(x - y >= 0, y >= -off)
    return x >= 0


@rule
def squares_are_nonnegative(f: Floors, off: int) -> z3.BoolRef:
    return x * x >= off


@rule
def a_positive_factor_keeps_a_sign(f: Floors, off: int) -> z3.BoolRef:
    f.given(t > -off)
    return (t * x >= 0) == (x >= 0)


@rule
def a_positive_factor_keeps_an_order(f: Floors, off: int) -> z3.BoolRef:
    f.given(t >= -off, x >= y)
    return t * x >= t * y


@rule
def a_minimum_splits(f: Floors, off: int) -> z3.BoolRef:
    f.given(t > 0)
    return (t * smallest(x, y) + u >= 0) == z3.And(t * x + u >= off, t * y + u >= 0)


@rule
def the_smaller_of_two_that_differ_by_a_number(f: Floors, off: int) -> z3.BoolRef:
    f.given(x - y <= off)
    return z3.And(smallest(x, y) == x, -smallest(-x, -y) == y)


@rule
def the_signs_of_extrema(f: Floors, off: int) -> z3.BoolRef:
    """A maximum is positive where one argument is, a minimum where all are."""
    largest = -smallest(-x, -y)
    return z3.And(
        z3.Implies(x > -off, largest > 0), z3.Implies(z3.And(x > 0, y > 0), smallest(x, y) > 0),
        z3.Implies(x >= 0, largest >= 0), z3.Implies(z3.And(x >= 0, y >= 0), smallest(x, y) >= 0),
    )  # fmt: skip


@rule
def a_sum_is_least_at_the_least_letters(f: Floors, off: int) -> z3.BoolRef:
    f.given(p >= 1, q >= 0, a >= 1, b >= 1)
    return a * p + b * q >= a + off


@rule
def a_gap_replaces_the_larger_letter(f: Floors, off: int) -> z3.BoolRef:
    f.given(p - r >= 0, g == p - r)
    return z3.And(p == r + g + off, g >= 0)


# ------------------------------------------------------------------ powers and sums, by induction
@induction
def exponents_add(f: Floors, off: int) -> z3.BoolRef:
    """With P = b**m, Q = b**n and R = b**(m + n): R = P Q for n = 0, and then for n + 1."""
    P, Q, R = z3.Reals("P Q R")
    first = z3.Implies(z3.And(Q == 1, R == P), R == P * Q)
    return z3.And(first, z3.Implies(R == P * Q, x * R + off == P * (x * Q)))


@induction
def exponents_subtract(f: Floors, off: int) -> z3.BoolRef:
    """With P = b**m and Q = b**-n, b not zero: R = b**(m - n) is P Q."""
    P, Q, R, Q1, R1 = z3.Reals("P Q R Q1 R1")
    f.given(x != 0, x * Q1 == Q, x * R1 == R)  # what n + 1 gives
    return z3.Implies(R == P * Q, R1 + off == P * Q1)


@induction
def products_have_the_powers_of_their_factors(f: Floors, off: int) -> z3.BoolRef:
    """P = x**n, Q = y**n, R = (x y)**n."""
    P, Q, R = z3.Reals("P Q R")
    first = z3.Implies(z3.And(P == 1, Q == 1, R == 1), R == P * Q)
    return z3.And(first, z3.Implies(R == P * Q, x * y * R + off == (x * P) * (y * Q)))


@induction
def powers_of_powers(f: Floors, off: int) -> z3.BoolRef:
    """R = (x**s)**n and T = x**(s n), with y = x**s."""
    R, T = z3.Reals("R T")
    first = z3.Implies(z3.And(R == 1, T == 1), R == T)
    return z3.And(first, z3.Implies(R == T, R * y + off == T * y))


@induction
def powers_grow_with_the_exponent(f: Floors, off: int) -> z3.BoolRef:
    """x**(n + 1) >= x**n >= 1 for x >= 1."""
    P = z3.Real("P")
    f.given(x >= 1 - off)
    return z3.Implies(P >= 1, z3.And(x * P >= P, x * P >= 1))


@induction
def powers_grow_with_the_base(f: Floors, off: int) -> z3.BoolRef:
    P, Q = z3.Reals("P Q")
    f.given(x + off >= 0, x <= y)
    return z3.Implies(z3.And(P >= 0, P <= Q), z3.And(x * P >= 0, x * P <= y * Q))


@induction
def powers_that_leave_one_leave_one(f: Floors, off: int) -> z3.BoolRef:
    """From q k + a, times q l + 1, the remainder is a again: so for every number of such factors."""
    return (q * k + a) * (q * l + 1) - a == q * (k * (q * l + 1) + a * l + off)


@induction
def a_sum_telescopes(f: Floors, off: int) -> z3.BoolRef:
    """T = G(n) - G(first) is the sum up to n - 1, where G(n + 1) - G(n) is the term n."""
    start, here, there, term, T = z3.Reals("start here there term T")
    f.given(there - here == term)
    first = z3.Implies(here == start, here - start == 0)
    return z3.And(first, z3.Implies(here - start == T, T + term + off == there - start))


@induction
def a_sum_is_that_without_its_last_terms(f: Floors, off: int) -> z3.BoolRef:
    """With the term at the end taken off, c terms less: the sum is what is left and what was taken."""
    whole, left, taken, term = z3.Reals("whole left taken term")
    f.given(whole == left + taken)
    return whole == (left - term) + (taken + term) + off


@induction
def what_starts_right_and_goes_on_right_is_right(f: Floors, off: int) -> z3.BoolRef:
    """For any step: a(n) = F(n) for the first round, and F(n + 1) = step(F(n))."""
    step = z3.Function("step", z3.IntSort(), z3.IntSort())
    a0, a1, F0, F1, start = z3.Ints("a0 a1 F0 F1 start")
    first = z3.Implies(z3.And(a0 == start, start == F0), a0 == F0)
    on = z3.And(a1 == step(a0), step(F0) + off == F1)
    return z3.And(first, z3.Implies(z3.And(a0 == F0, on), a1 == F1))


@induction
def windows_in_a_row(f: Floors, off: int) -> z3.BoolRef:
    """n windows see 1 + T with T the sum of (size - 1) jump**i; the next adds (size - 1) jump**n."""
    size, T, P, reached = z3.Ints("size T P reached")  # P = jump**n
    f.given(reached == 1 + T)
    after = reached + (size - 1) * P  # as windows compose
    return after + off == 1 + (T + (size - 1) * P)


# ------------------------------------------------------------------ for some numbers, by the code itself
@rule_for(range(2, 9), range(1, 9))
def a_quotient_less_a_coarser_one_says_a_remainder(f: Floors, off: int, n: int, m: int) -> z3.BoolRef:
    """p // m - n (p // (m n)) = c exactly where (p // m) % n = c."""
    return (p / m - n * (p / (m * n)) == c) == ((p / m) % n == c + off)


@rule_for(range(2, 9), range(2, 9))
def classes_that_never_meet(f: Floors, off: int, m: int, n: int) -> z3.BoolRef:
    """A residue modulo m whose distance from one modulo n is no multiple of gcd(m, n) has no number."""
    f.given(r >= 0, r < m, b >= 0, b < n, (r - b) % gcd(m, n) != 0 if not off else r != b)
    return z3.Not(z3.And(p % m == r, p % n == b)) if not off else p % m != r


@rule_for(range(2, 9), range(1, 9), range(-2, 3))
def congruences_of_linear_terms(f: Floors, off: int, m: int, n: int, shift: int) -> z3.BoolRef:
    """(n x + shift) % m == 1 as the code reads it; where it reads nothing, there may be no such x."""
    x_ = symbol("x")
    found = as_congruence(Condition(Mod(n * x_ + shift, m) - 1, "=="))
    there = (n * p + shift) % m == 1
    if found is None:
        return z3.BoolVal(True) if not off else there
    _, (modulus, residue) = found
    return there == (p % modulus == (residue + off) % modulus) if modulus > 1 or not off else z3.Not(there)


@rule_for(range(1, 7), range(1, 7), range(0, 3), range(0, 3))
def congruences_that_meet(f: Floors, off: int, m: int, n: int, one: int, other: int) -> z3.BoolRef:
    met = Congruence(m, one % m).meet(Congruence(n, other % n))
    both = z3.And(p % m == one % m, p % n == other % n)
    if met is None:
        return z3.Not(both) if not off else both
    return both == (p % met.modulus == met.residue) if not off else both == (p % met.modulus != met.residue)
