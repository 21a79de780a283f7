"""Which proofs stand behind which function of the algebra.

A line has a function, how many times it ends with an answer (`return`, `yield`), and what proves its rules.
So a rule that is added, or a function, has no line here until somebody says what proves it. What has no
rule of its own has a dash and the reason.
"""

from __future__ import annotations

from typing import NamedTuple

TABLE = """
rewriting.rewritten 4 the_smaller_of_two_that_differ_by_a_number decided_conditions_are_so
rewriting._quotient 5 a_known_residue_opens_a_quotient a_proper_fraction_is_zero
    whole_multiples_come_out multiples_come_out
rewriting._merged 2 nested_floors_merge nested_floors_of_any_quotient_merge
rewriting._residue 3 residues_multiply a_coefficient_scales_the_modulus
    powers_that_leave_one_leave_one

quotient.FloorDiv.eval 5 quotients_of_numbers denominators_clear whole_multiples_come_out
quotient.FloorDiv._eval_is_integer 1 the_window_is_tight
quotient.FloorDiv._eval_is_nonnegative 1 a_quotient_is_nonnegative
    a_quotient_of_a_real_is_nonnegative
quotient.FloorDiv._eval_derivative - of real numbers: constant between the jumps
quotient.FloorDiv._eval_rewrite_as_floor - the definition
quotient.FloorDiv._eval_rewrite_as_ceiling 1 a_ceiling_is_a_floor
quotient.FloorDiv._sympystr - prints
quotient.FloorDiv._latex - prints
quotient.Mod.eval 6 quotients_of_numbers multiples_leave_a_remainder
    multiples_of_a_real_leave_a_remainder a_factor_leaves_a_remainder
    a_factor_of_a_real_leaves_a_remainder
quotient.Mod._eval_is_integer - the definition
quotient.Mod._eval_is_nonnegative 1 a_remainder_lies_below_the_divisor
quotient.Mod._eval_rewrite_as_FloorDiv - the definition
quotient.ceil_div 2 a_ceiling_is_a_floor denominators_clear
quotient.remainder 1 multiples_leave_a_remainder
quotient._canonical 3 whole_multiples_come_out whole_multiples_come_out_of_a_real the_sign_turns
quotient._merge 3 nested_floors_merge nested_floors_of_a_real_merge
    nested_floors_of_any_quotient_merge
quotient._operand - prints

division.as_divisor 2 normal_forms_of_powers_keep_the_value
division.integral 1 denominators_clear
division.as_terms - changes the class of numbers
division.cleared 1 denominators_clear
division.denominators 2 denominators_clear exponents_subtract
division.reduce 1 whole_multiples_come_out whole_multiples_come_out_of_a_real
division._order - an order
division.constant 3 a_proper_fraction_is_zero a_number_below_the_divisor_gives_zero_or_minus_one
    minus_one_gives_minus_one
division.cancel 4 common_factors_cancel common_factors_of_a_real_cancel a_constant_rounds_down
    minus_one_gives_minus_one
division._shared - proposes; `_each_over` divides
division._each_over 2 exponents_subtract monomials_divide
division.leads_negative - chooses where `_canonical` turns the sign

divisibility.multiples 1 a_remainder_says_a_multiple
divisibility.is_whole 3 what_is_an_integer_by_structure_is_one
divisibility.divided 1 whole_multiples_come_out multiples_come_out
divisibility._is_multiple 1 what_is_an_integer_by_structure_is_one exponents_subtract
divisibility.power_residue 3 powers_that_leave_one_leave_one residues_of_powers

powers.is_integer_valued 7 what_is_an_integer_by_structure_is_one
powers._absorbs_fraction 2 what_is_an_integer_by_structure_is_one
powers.is_symbolic - reads
powers.is_huge - a limit
powers._exceeds - a limit
powers.natural 3 natural_exponents_are_natural a_sum_is_least_at_the_least_letters
powers.exponent_parts 1 natural_exponents_are_natural
powers.least 3 natural_exponents_are_natural a_sum_is_least_at_the_least_letters
powers.factors 1 exponents_add normal_forms_of_powers_keep_the_value
powers._bases 3 products_have_the_powers_of_their_factors powers_of_powers
    normal_forms_of_powers_keep_the_value
powers._primes 1 normal_forms_of_powers_keep_the_value
powers.normal 1 exponents_add normal_forms_of_powers_keep_the_value
powers.written 1 exponents_add exponents_subtract normal_forms_of_powers_keep_the_value
powers._power 2 powers_of_powers normal_forms_of_powers_keep_the_value
powers.valuation 1 valuations

exponents.Facts.bounds - declares
exponents.Facts.relations - declares
exponents.Facts.answers - declares
exponents.Facts.left - declares
exponents.Facts.shifts - declares
exponents.Shifted.left - keeps
exponents.Shifted.bounds - keeps
exponents.has_powers - reads
exponents._holds_power - reads
exponents.shifts 2 a_gap_replaces_the_larger_letter
exponents.shifted 2 a_gap_replaces_the_larger_letter
exponents.without_fractions 2 a_positive_factor_keeps_a_sign
    multiplied_by_a_positive_power_the_sign_stays
exponents.letters 1 exponents_add letters_multiply_to_the_monomial
exponents.power_range 3 powers_grow_with_the_exponent powers_grow_with_the_base
    powers_lie_in_their_bounds
exponents._bounds 3 powers_lie_in_their_bounds
exponents._interval 2 powers_lie_in_their_bounds
exponents._power 2 powers_lie_in_their_bounds

sums.summation 2 a_sum_telescopes closed_sums_are_the_sums
sums._separated 3 exponents_add powers_of_powers closed_sums_are_the_sums
sums._slope 2 closed_sums_are_the_sums
sums._summed 4 a_sum_telescopes closed_sums_are_the_sums
sums.afford - a limit
sums._split 1 closed_sums_are_the_sums
sums._left 1 closed_sums_are_the_sums
sums._free_name - a name

progressions.arithmetic 1 a_sum_telescopes sums_of_powers_telescope
progressions._antidifference 1 sums_of_powers_telescope
progressions._powers 1 sums_of_powers_telescope
progressions.geometric 1 a_sum_telescopes sums_of_powers_times_powers_telescope
progressions.without 2 closed_sums_are_the_sums
progressions._weights 1 sums_of_powers_times_powers_telescope
progressions._divided 1 closed_sums_are_the_sums

series.power 1 windows_in_a_row windows_in_a_row_are_one
series.compose 2 windows_compose windows_in_a_row windows_in_a_row_are_one
series.Recurrence.rounds - counts
series.Recurrence.after - puts in
series.Recurrence.later - puts in
series.Recurrence.accumulated - a guess, which `_where` or `_collapsed` shows to be right
series.recur 3 what_starts_right_and_goes_on_right_is_right closed_recurrences_are_the_rounds
series._where 2 what_starts_right_and_goes_on_right_is_right
series._vanishes - asks the domain
series._linear - a guess, which `_where` shows to be right
series._accumulated - a guess, which `_where` shows to be right
series._rounded 3 the_sign_turns whole_multiples_come_out
series._collapsed 2 nested_floors_merge what_starts_right_and_goes_on_right_is_right
series._aligned 1 a_sum_is_that_without_its_last_terms
series._opened 3 a_sum_is_that_without_its_last_terms
series._parted 1 exponents_add

settling.settle 4 settled_equalities_say_the_same
settling.together 2 congruences_that_meet settled_equalities_say_the_same
settling._opened - the definition of a remainder
settling._by_classes 5 a_remainder_lies_below_the_divisor classes_that_never_meet
    settled_equalities_say_the_same
settling._solutions 3 a_line_has_one_zero
settling._period 2 whole_multiples_come_out
settling._congruence 2 classes_as_one_congruence
settling._as_remainder 3 a_quotient_times_its_divisor_says_a_remainder
    a_quotient_less_a_coarser_one_says_a_remainder
settling._ratio - reads
settling._remainder 3 a_remainder_is_no_number_beyond

functions.Gcd.eval 6 a_divisor_divides_the_remainder_too divisors_of_numbers
functions.Gcd._eval_is_integer 1 divisors_of_numbers
functions.Gcd._eval_is_positive 1 divisors_of_numbers
functions.FloorLog2.eval 2 rounded_logarithms
functions.FloorLog2._eval_is_integer 1 rounded_logarithms
functions.Divisible.eval 2 nearest_multiples
functions.Divisible._eval_is_integer 1 nearest_multiples
functions.Divisible._eval_is_positive 1 nearest_multiples
functions.floor_log2 1 rounded_logarithms
functions.divisible 1 nearest_multiples
functions._Extremum.eval 2 the_smaller_of_two_that_differ_by_a_number
functions._Extremum._eval_is_integer 1 the_signs_of_extrema
functions._Extremum._eval_is_positive 1 the_signs_of_extrema
functions._Extremum._eval_is_nonnegative 1 the_signs_of_extrema
functions.Max._eval_rewrite_as_Max - the definition
functions.Max._latex - prints
functions.Min._eval_rewrite_as_Min - the definition
functions.Min._latex - prints
functions._latex_call - prints

window.Window.out 1 the_window_is_tight exactly_jump_inputs_give_an_output
    sizes_are_monotone_in_the_input
window.Window.then 1 windows_compose
window.Window.least 1 the_window_is_tight
window.Window.centre - a name for a sum

identity.decide 3 decided_conditions_are_so
identity._all_hold - calculates
identity._related - chooses points
identity._by_residues 7 a_remainder_lies_below_the_divisor whole_multiples_come_out
    decided_conditions_are_so
identity._residues 1 a_class_without_a_common_number classes_that_never_meet
identity._on_steps 1 a_lower_bound_of_steps an_upper_bound_of_steps
identity.proves_integer 3 what_is_proved_an_integer_is_one

signs.nonnegative 3 positive_terms_that_absorb_negative_ones
signs._answer - keeps
signs._shown 8 what_lies_above_a_nonnegative_is_one a_positive_factor_keeps_a_sign
    a_gap_replaces_the_larger_letter
signs._minus - subtracts
signs._without_quotient 8 a_quotient_is_nonnegative a_quotient_is_bounded quotients_compare
    the_signs_of_extrema a_minimum_splits
signs._without_product 1 q_times_a_quotient_is_close_to_p a_positive_factor_keeps_an_order
signs._positive 1 integers_above_are_one_more
signs._signs_settle 3 positive_terms_that_absorb_negative_ones squares_are_nonnegative
signs._is_natural 1 squares_are_nonnegative a_positive_factor_keeps_an_order
signs._least 2 a_positive_factor_keeps_an_order a_sum_is_least_at_the_least_letters
signs._absorbed 2 a_positive_factor_keeps_an_order positive_terms_that_absorb_negative_ones
signs._counted_from_bounds 3 counted_from_bounds_it_is_the_same
    positive_terms_that_absorb_negative_ones
signs._counted 1 counted_from_bounds_it_is_the_same
signs._range 10 a_remainder_lies_below_the_divisor nearest_multiples powers_lie_in_their_bounds
signs._quotient_low 3 what_lies_above_bounds_the_quotient a_quotient_of_a_real_is_nonnegative
signs._fraction - changes the class of numbers

conditions.Condition.of 3 integers_above_are_one_more
conditions.Condition.negation 2 integers_above_are_one_more
conditions.Condition.holds - calculates
conditions.Congruence.meet 2 congruences_that_meet
conditions.as_congruence 6 congruences_of_linear_terms
conditions.as_bound 3 a_common_factor_of_an_inequality an_upper_bound_of_steps
conditions._linear - reads
conditions.tidy 5 a_quotient_is_nonnegative a_common_factor_of_an_inequality
    a_positive_factor_keeps_a_sign
conditions.split 2 a_minimum_splits
conditions.as_relation - prints
conditions._rational - changes the class of numbers

rewriting.Known.congruences - declares
rewriting.Known.multiples - declares
rewriting.Known.nonnegative - declares
rewriting.Known.positive - declares
rewriting.Known.is_integer - declares
rewriting.Known.natural - declares
"""

# What the layers rely on, beside the functions of the algebra.
OF_LAYERS = (
    "same_padding_gives_the_rounded_up_quotient",
    "same_padding_by_the_remainder",
    "the_rounded_up_quotient_by_one_less",
    "odd_kernels_with_half_padding_are_same",
    "the_clamp_is_pytorchs",
    "the_clamp_never_acts_without_padding",
    "ceil_adds_at_most_one",
    "deconv_undoes_conv",
    "conv_undoes_deconv",
)


class Entry(NamedTuple):
    """A function: how many answers it has and what proves them, or why there is no rule in it."""

    answers: int | None
    proofs: tuple[str, ...]
    reason: str = ""


def entries() -> dict[str, Entry]:
    found = {}
    for line in filter(None, TABLE.replace("\n    ", " ").splitlines()):  # a long line goes on indented
        name, answers, rest = line.split(" ", 2)
        assert name not in found, name
        plain = answers == "-"
        found[name] = Entry(None, (), rest) if plain else Entry(int(answers), tuple(rest.split()))
    return found
