"""Rules beyond Z3's theories, checked at every case of a range, or at so many points that they must hold.

Two polynomials of degree k that agree at more than k points are equal: so the identities behind
closed sums are proved for all integers, not only tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from math import gcd

from sympy import Expr, Integer, Rational, S, Symbol

from symcnn.algebra import identity, signs
from symcnn.algebra.conditions import Condition
from symcnn.algebra.divisibility import divided, is_whole, multiples, power_residue
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import evaluate
from symcnn.algebra.exponents import letters, power_range, without_fractions
from symcnn.algebra.functions import Gcd, divisible, floor_log2
from symcnn.algebra.polynomial import expanded, over, polynomial, terms
from symcnn.algebra.powers import factors, is_integer_valued, least, natural, normal, valuation, written
from symcnn.algebra.progressions import _powers, _weights
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.algebra.series import compose, recur
from symcnn.algebra.settling import _congruence, settle
from symcnn.algebra.sums import summation
from symcnn.algebra.window import Window
from symcnn.symbols import index, symbol
from symcnn.symbols import step as step_of

Check = Callable[[], None]
CHECKS: dict[str, Check] = {}
D, E, I, N = (symbol(name) for name in "DEIN")
i, arriving = index("i"), index("a")


def check(found: Check) -> Check:
    CHECKS[found.__name__] = found
    return found


def boxes(most: int = 4, *letters: Symbol) -> Iterator[dict[Symbol, int]]:
    for values in product(range(1, most + 1), repeat=len(letters)):
        yield dict(zip(letters, values, strict=True))


# ------------------------------------------------------------------ numbers
@check
def quotients_of_numbers() -> None:
    for p, q in product(range(-30, 31), (*range(-9, 0), *range(1, 10))):
        whole = Fraction(p, q).__floor__()
        assert FloorDiv(Integer(p), Integer(q)) == whole and Mod(Integer(p), Integer(q)) == p - q * whole


@check
def divisors_of_numbers() -> None:
    """A divisor of two numbers divides both, and no larger one does; letters stand for numbers, too."""
    for a, b, n in product(range(0, 5), range(0, 5), range(1, 13)):
        made = Gcd(a * I + b, Integer(n)) if a or b else S(n)
        for value in range(1, 13):
            expected = max(k for k in range(1, n + 1) if n % k == 0 and (a * value + b) % k == 0)
            assert evaluate(made, {I: value}) == expected
    assert all(
        Gcd(a * I, b * I).xreplace({I: S(6)}) == gcd(6 * a, 6 * b) for a in range(1, 9) for b in range(1, 9)
    )


@check
def rounded_logarithms() -> None:
    for x in (Fraction(n, d) for n in range(1, 700) for d in (1, 2, 3) if n >= d):
        times = next(t for t in range(12) if 2 ** (t + 1) > x)
        assert floor_log2(x) == times


@check
def nearest_multiples() -> None:
    """Of the multiples of d, at least d, the nearest (the larger of two); one more below nine tenths."""
    for v, d in ((Fraction(n, e), d) for n in range(1, 90) for e in (1, 2, 3) for d in range(1, 13)):
        nearest = min(range(d, 90 + 2 * d, d), key=lambda m: (abs(m - v), -m))
        assert divisible(v, d) == (nearest + d if nearest < Fraction(9, 10) * v else nearest)


@check
def valuations() -> None:
    for p, q, prime in product(range(1, 130), range(1, 20), (2, 3, 5)):
        times = valuation(Rational(p, q), prime)
        rest = Fraction(p, q) / Fraction(prime) ** times
        assert rest.numerator % prime and rest.denominator % prime


# ------------------------------------------------------------------ powers
MONOMIALS = [
    S(b) ** (x * D + y * E + z) * N**w
    for b in (2, 6, 12)
    for x, y, z, w in product((-1, 0, 1, 2), (-1, 0, 1), (-2, 0, 3), (0, 1))
] + [N ** (D + 1) * N, (2 * N) ** D, (N * I) ** (D + 1), N**D * 3**D, N ** (D - E) * N, 4**D * 2 ** (-D)]
POINTS = [{D: d, E: e, N: n, I: 3} for d, e, n in product((1, 2, 4), (1, 3), (1, 2, 5))]


@check
def normal_forms_of_powers_keep_the_value() -> None:
    """Bases are put together, numbers are taken out of exponents and put back, and nothing changes."""
    for monomial in MONOMIALS:
        coefficient, form = normal(monomial)
        shown = [
            written(coefficient, form),
            written(coefficient, form, merged=True),
            polynomial(terms(monomial)),
        ]
        bases = factors(monomial)
        for point in POINTS:
            value = evaluate(monomial, point)
            assert all(evaluate(each, point) == value for each in (coefficient * form, *shown))
            assert (
                _product(Fraction(evaluate(b, point)) ** evaluate(e, point) for b, e in bases.items())
                == value
            )


def _product(values: Iterator[Fraction]) -> Fraction:
    result = Fraction(1)
    for value in values:
        result *= value
    return result


@check
def natural_exponents_are_natural() -> None:
    for x, y, z in product(range(-2, 4), range(-2, 4), range(-6, 7)):
        exponent = x * D + y * E + z
        values = [x * d + y * e + z for d, e in product(range(1, 9), repeat=2)]
        assert natural(exponent) == (x >= 0 and y >= 0 and x + y + z >= 0)
        assert not natural(exponent) or min(values) >= 0
        low = least(x * D + y * E)
        assert low is None or low == min(v - z for v in values)


@check
def what_is_an_integer_by_structure_is_one() -> None:
    """Coefficients, powers and quotients: where the structure says integer, every value is one."""
    told = 0
    for c, monomial in product((S.One, S.Half, S(1) / 6, S(3) / 4, S(5)), MONOMIALS):
        for expr in (c * monomial, c * monomial + FloorDiv(N, D)):
            if is_integer_valued(expr):
                told += 1
                assert all(isinstance(evaluate(expr, point), int) for point in POINTS)
        if is_whole(c, monomial, lambda exponent: False):
            assert all(isinstance(evaluate(c * monomial, point), int) for point in POINTS)
    assert told > 100


@check
def powers_lie_in_their_bounds() -> None:
    for low, high, x, y in product((1, 2), (3, 5), (-1, 0, 1, 2), (-2, 0, 2)):
        domain = Domain((D, N), _between(D, low, high) + _between(N, 1, 4))
        for base, exponent in product((S(2), S(3), N), (x * D + y,)):
            power = base**exponent
            if not power.is_Pow or power.exp.is_Integer:
                continue
            least_, most = power_range(power, domain)
            for d, n in product(range(low, high + 1), range(1, 5)):
                value = evaluate(power, {D: d, N: n})
                assert (least_ is None or least_ <= value) and (most is None or value <= most)


def _between(s: Symbol, low: int, high: int) -> tuple[Condition, Condition]:
    return Condition(s - low, ">="), Condition(high - s, ">=")


@check
def multiplied_by_a_positive_power_the_sign_stays() -> None:
    for one, other in product(MONOMIALS[::13], repeat=2):
        parts = terms(one - 3 * other)
        whole = polynomial(without_fractions(parts))
        for point in POINTS:
            before, after = evaluate(polynomial(parts), point), evaluate(whole, point)
            assert (before > 0, before < 0) == (after > 0, after < 0)


@check
def letters_multiply_to_the_monomial() -> None:
    for monomial in (normal(m)[1] for m in MONOMIALS):
        for point in POINTS:
            value = _product(Fraction(evaluate(b, point)) ** e for b, e in letters(monomial))
            assert value == evaluate(monomial, point)


@check
def residues_of_powers() -> None:
    for base, q, x, c in product(range(2, 8), range(2, 13), range(1, 5), range(0, 4)):
        found = power_residue(S(base), x * D + c, q)
        rests = {base ** (x * d + c) % q for d in range(1, 14)}
        assert found is None or rests == {found}


@check
def monomials_divide() -> None:
    for one, other in product(MONOMIALS[::5], MONOMIALS[::7]):
        (m, _), (d, _) = next(iter(terms(one).items())), next(iter(terms(other).items()))
        found = over(m, d) if d != 1 else m
        if found is not None:
            assert all(evaluate(found * d, point) == evaluate(m, point) for point in POINTS)


@check
def multiples_come_out() -> None:
    told = multiples([Condition(Mod(I, 2**D) - 1, "=="), Condition(2 * Mod(I, N) - 4, "==")])
    assert [(found.expr, found.divisor) for found in told] == [(I - 1, 2**D), (I - 2, N)]
    """p = q r + p' with an integer r, by what is known to be a multiple."""
    domain = Domain((I, D), (Condition(Mod(I + 4, 2**D), "=="),))
    for x, y, q in product(range(0, 4), range(-3, 4), (2**D, S(2), 2 ** (D - 1))):
        p = x * I + y * 2**D + 4 * x
        if not terms(p):
            continue
        outer, left = divided(terms(p), q, domain.multiples, domain.natural)
        for d, times in product(range(1, 5), range(1, 6)):
            point = {D: d, I: times * 2**d * 4 - 4}
            r = evaluate(outer, point)
            assert isinstance(r, int) and evaluate(p, point) == evaluate(q, point) * r + evaluate(
                polynomial(left), point
            )


# ------------------------------------------------------------------ sums
@check
def sums_of_powers_telescope() -> None:
    """G(n + 1) - G(n) = n**k: both sides are polynomials of degree k, equal at k + 2 points."""
    for k in range(41):
        g = [Fraction(int(c.p), int(c.q)) for c in _powers(k)]
        values = [sum(c * n**power for power, c in enumerate(g)) for n in range(k + 3)]
        assert all(values[n + 1] - values[n] == n**k for n in range(k + 2))


@check
def sums_of_powers_times_powers_telescope() -> None:
    """ratio W(n + 1) - W(n) = (ratio - 1)**(k + 1) n**k at more points and ratios than its degrees."""
    for k in (*range(9), 20, 40):
        for ratio in range(-k - 3, k + 4):  # the degree in the ratio is k + 1 at most
            weights = [int(w) for w in _weights(k, S(ratio))]
            values = [sum(w * n**power for power, w in enumerate(weights)) for n in range(k + 3)]
            below = (ratio - 1) ** (k + 1)
            assert all(ratio * values[n + 1] - values[n] == below * n**k for n in range(k + 2))


@check
def closed_sums_are_the_sums() -> None:
    bodies: list[Expr] = [i**k * S(b) ** (c * i) for k, b, c in product(range(4), (1, 2, 3), (-1, 0, 1, 2))]
    bodies += [
        i * 2 ** (D - i),
        FloorDiv(I, 2**i) + i,
        3 * N * FloorDiv(I, 2**i),
        N**i,
        i * (N + 1) ** i,
        (2 * i + 1) ** 2 / S(3),
    ]
    for body in bodies:
        for first in (S.Zero, S.One, S(3)):
            closed = summation(body, i, first, D, Domain())
            for d in range(int(first) - 1, int(first) + 5):
                point = {D: d, I: 21, N: 3}
                total = sum(evaluate(body, {**point, i: n}) for n in range(int(first), d + 1))
                assert evaluate(closed, point) == total


# ------------------------------------------------------------------ recurrences and windows
@check
def closed_recurrences_are_the_rounds() -> None:
    a = arriving
    steps = [
        a + i,
        2 * a,
        a - 2,
        3 * a + 1,
        FloorDiv(a - 3, 2) + 1,
        FloorDiv(a + 1, 2),
        FloorDiv(a - 4, 2),
        i + 1,
    ]
    steps += [FloorDiv(a + i, 2), -FloorDiv(-a, 3), a + 2**i, 2 * a + 2**i, FloorDiv(a, 3) - 1]
    shown = 0
    for step, start, first in product(steps, (I, S(1000)), (S.One, S(2))):
        found = recur(step, a, start, i, first, 1, Domain())
        value = evaluate(start, {I: 1000})
        shown += found is not None
        for n in range(int(first), int(first) + 6):
            assert (
                found is None
                or (n == int(first) and step == i + 1)
                or evaluate(found, {I: 1000, i: n}) == value
            )
            value = evaluate(step, {a: value, i: n})
    assert shown > 30


@check
def windows_in_a_row_are_one() -> None:
    for size, jump, before in product((1, 3, 4), (1, 2, 3), (0, 1)):
        one = Window(S(size) + i, S(jump), S(before), i)
        whole, row = compose(one, i, S.One, D, Domain()), Window()
        for d in range(1, 5):
            here = Window(S(size + d), S(jump), S(before), S(d))
            row = row.then(here)
            made = [evaluate(getattr(whole, name), {D: d}) for name in ("size", "jump", "before", "after")]
            assert made == [row.size, row.jump, row.before, row.after]


# ------------------------------------------------------------------ conditions
CONDITIONS = [
    2 * FloorDiv(I, 2) - I, FloorDiv(I + 1, 2) + FloorDiv(I, 2) - I, 3 * FloorDiv(I + 1, 3) - I - 1,
    FloorDiv(I, 2) - 2 * FloorDiv(I, 4), FloorDiv(I, 3) - 2 * FloorDiv(I, 6) - 1, Mod(I, 6) - 2,
    2 * FloorDiv(I, 2) - I - 1, 4 * FloorDiv(I, 4) - I + 2,
    FloorDiv(FloorDiv(I, 2) + 1, 2) - FloorDiv(I + 2, 4),
    2 * I - 7, FloorDiv(I, 5) - 3, 2 * FloorDiv(I + 4, 2) - I - 4, 4 * FloorDiv(FloorDiv(I, 2), 2) - I,
]  # fmt: skip


@check
def settled_equalities_say_the_same() -> None:
    for expr, known in product(
        CONDITIONS, ((), (Condition(Mod(I, 4) - 1, "=="),), (Condition(I - 9, ">="),))
    ):
        domain = Domain((I,), known)
        said = settle(Condition(expr, "=="), domain)
        for value in range(1, 241):
            if all(c.holds({I: value}) for c in known):
                true = evaluate(expr, {I: value}) == 0
                assert (said if isinstance(said, bool) else said.holds({I: value})) == true


@check
def classes_as_one_congruence() -> None:
    for modulus in range(2, 9):
        classes = list(range(modulus))
        for chosen in product((False, True), repeat=modulus):
            solved = [r for r in classes if chosen[r]]
            if not solved or len(solved) == modulus:
                continue
            found = _congruence(I, solved, classes, modulus)
            if found is not None:
                assert [r for r in classes if found.holds({I: r + modulus})] == solved
            else:  # no single congruence says it
                moduli = [m for m in range(2, modulus + 1) if modulus % m == 0]
                single = [[r for r in classes if r % m == s] for m in moduli for s in range(m)]
                assert solved not in single


@check
def decided_conditions_are_so() -> None:
    for m, r, low, high in product(range(1, 6), range(5), range(1, 9), range(9, 14)):
        steps = identity._on_steps([I], [r], m, Domain((I,), _between(I, low, high)))
        inside = [t for t in range(-9, 30) if low <= m * t + r <= high]
        assert not inside or steps.bounds(step_of(I)) == (inside[0], inside[-1])
    for expr, relation in product(CONDITIONS, ("==", ">=", "!=")):
        found = identity.decide([Condition(expr, relation)], Domain((I,)), 200)
        truths = [Condition(expr, relation).holds({I: value}) for value in range(1, 241)]
        assert found.outcome != "proved" or all(truths)
        if found.outcome == "refuted":
            values = list((found.counterexample or {}).values())
            assert not any(truths) if not values else truths.index(False) == values[0] - 1


@check
def what_is_proved_an_integer_is_one() -> None:
    shown = 0
    for x, y, z, q in product(range(3), range(3), range(3), (1, 2, 3, 6)):
        expr = (x * I**2 + y * I + z * FloorDiv(I, 2)) / S(q)
        if identity.proves_integer(expr, Domain((I,))):
            shown += 1
            assert all(isinstance(evaluate(expr, {I: value}), int) for value in range(1, 40))
    assert shown > 30


@check
def counted_from_bounds_it_is_the_same() -> None:
    """The binomial theorem: (start + way t)**e, term by term."""
    for start, way, e, c in product(range(-2, 4), (1, -1), range(1, 9), (1, -3)):
        found = signs._counted(((I, e),), c, {I: (start, way)})
        for step in range(e + 2):
            value = sum(v * step ** next(iter(powers))[1] if powers else v for powers, v in found)
            assert value == c * (start + way * step) ** e


@check
def positive_terms_that_absorb_negative_ones() -> None:
    """Whatever the signs of coefficients are said to settle is zero or more at every point."""
    shown = 0
    domain = Domain((I, N), (Condition(I - 2, ">="), Condition(9 - N, ">=")))
    for x, y, z, w in product(range(-2, 3), repeat=4):
        expr = expanded(x * I**2 * N + y * I * N + z * N + w * I)
        if domain.nonnegative(expr):
            shown += 1
            assert all(evaluate(expr, {I: v, N: n}) >= 0 for v in range(2, 9) for n in range(1, 10))
    assert shown > 50
