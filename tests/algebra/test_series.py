"""Sums, windows in a row and recurrences against plain loops."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sympy import Expr, Integer, Rational, Sum, Symbol

from algebra.points import Point, value_of
from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import evaluate
from symcnn.algebra.functions import Max
from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div
from symcnn.algebra.series import compose, power, recur, summation
from symcnn.algebra.window import Window
from symcnn.errors import DomainError
from symcnn.symbols import bound, index, symbol

I, N, S, D, K, a = (symbol(name) for name in "I N S D K a".split())
i, j = index("i"), index("j")
ANY = Domain()
FREE = Domain((), (Condition(S - 2, ">="),))


def span(domain: Domain, first: Expr, last: Expr, index: Symbol = i) -> Domain:
    return domain.assuming([Condition(index - first, ">="), Condition(last - index, ">=")])


def points(scale: int = 2) -> list[Point]:
    return [
        {I: 7 * n + 3, N: n, S: scale + n % 3, D: 1 + n % 6, K: 1 + n % 4, j: 1 + n % 2} for n in range(1, 13)
    ]


# ------------------------------------------------------------------ sums
CLOSED = (
    i,
    i**2,
    i**3,
    2**i,
    4**i,
    2 ** (D - i),
    3 ** (2 * i),
    S**i,
    S ** (D - i),
    i * 2**i,
    i**2 * 3**i,
    i * S**i,
)
CLOSED = (
    *CLOSED,
    2**i * S**i,
    (2 * S) ** i,
    Rational(1, 2) ** i,
    6**i * S ** (-i) * S ** (2 * i),
    2 ** (D * i),
    N,
)
LEFT = (
    FloorDiv(I, 2**i),
    2**i * FloorDiv(I + i, 2**i),
    Mod(I, i),
    K**i,
    K ** (D - i) * i,
    i ** (-1),
    i**D,
    Max(i, N),
)
ENDS = st.sampled_from(
    ((Integer(1), D), (Integer(2), D), (Integer(1), D - 1), (N, N + D), (Integer(3), Integer(2)))
)
FACTORS = st.sampled_from(
    (Integer(1), Integer(-3), N, Rational(2, 3), N * K, S - 1, K ** (j - 1), FloorDiv(I, K))
)


def looped(term: Expr, first: Expr, last: Expr, point: Point, index: Symbol = i) -> int | Fraction:
    low, high = value_of(first, point), value_of(last, point)
    return sum(value_of(term, {**point, index: value}) for value in range(low, high + 1))


def bodies(choice: tuple[Expr, ...], most: int = 3) -> st.SearchStrategy[Expr]:
    one = st.builds(lambda f, t: f * t, FACTORS, st.sampled_from(choice))
    return st.lists(one, min_size=1, max_size=most).map(sum)


@given(bodies(CLOSED), ENDS)
@example(i * S ** (D - i), (Integer(1), D - 1))
@example(2**i + i * 2**i, (Integer(3), Integer(2)))
def test_a_closed_sum_is_the_loop(term: Expr, ends: tuple[Expr, Expr]) -> None:
    found = summation(term, i, *ends, FREE)
    assert not found.has(Sum) and not found.has(i)
    for point in points():
        assert value_of(found, point) == looped(term, *ends, point)
        assert evaluate(found, point) == looped(term, *ends, point)


@given(bodies(CLOSED + LEFT), ENDS, st.sampled_from((ANY, FREE)))
def test_a_sum_is_the_loop_whatever_is_known(term: Expr, ends: tuple[Expr, Expr], domain: Domain) -> None:
    found = summation(term, i, *ends, domain)
    assert i not in found.free_symbols
    for point in points(1 if domain is ANY else 2):
        assert evaluate(found, point) == looped(term, *ends, point)


@given(
    st.integers(0, 9),
    st.sampled_from((Integer(1), Integer(2), Rational(1, 3), Rational(5, 2), Integer(-1))),
    st.integers(-4, 4),
    st.integers(0, 6),
)
def test_numbers_give_numbers(k: int, ratio: Expr, first: int, count: int) -> None:
    x = index("x", "integer")
    found = summation(x**k * ratio**x, x, Integer(first), Integer(first + count - 1), ANY)
    assert found == sum(Integer(n) ** k * ratio**n for n in range(first, first + count))


@given(st.sampled_from(CLOSED + LEFT), st.sampled_from((ANY, FREE)))
def test_the_empty_sum_is_zero(term: Expr, domain: Domain) -> None:
    assert summation(term, i, N, N - 1, domain) == 0
    found = summation(term, i, Integer(1), D, domain).xreplace({D: Integer(0)})
    if not term.has(D):
        assert all(evaluate(found, p) == 0 for p in points())


@pytest.mark.parametrize(
    ("term", "domain", "text"),
    [
        (i, ANY, "D**2/2 + D/2"),
        (2**i, ANY, "2*2**D - 2"),
        (N * 2 ** (i - 1), ANY, "2**D*N - N"),
        (S**i, FREE, "(-S + S**(D + 1))/(S - 1)"),
        (S**i, ANY, "Sum(S**i, (i, 1, D))"),
        (S**i * (S - 1), FREE, "-S + S**(D + 1)"),
        (S**i * (S - 1), ANY, "-S + S**(D + 1)"),
        ((S - 3) * S ** (i - 1), ANY, "(S - 3)*Sum(S**(i - 1), (i, 1, D))"),
        ((1 - S) * S ** (D - i), ANY, "1 - S**D"),
        (N * FloorDiv(I, 2**i) + 3, ANY, "3*D + N*Sum(I//(2**i), (i, 1, D))"),
    ],
)
def test_sums_are_closed_term_by_term(term: Expr, domain: Domain, text: str) -> None:
    assert str(summation(term, i, Integer(1), D, domain)) == text


def test_a_ratio_that_may_be_one_stays_a_sum() -> None:
    for ratio in (S, S * K, S / K, 2 ** (N - 1)):
        found = summation(ratio**i, i, Integer(1), D, ANY)
        assert found.has(Sum)
        assert evaluate(found, {S: 1, K: 1, N: 1, D: 5}) == 5


def test_the_variable_of_a_sum_captures_nothing() -> None:
    inner = summation(FloorDiv(I, 2**i) * FloorDiv(N, i + j), i, Integer(1), j, ANY)
    twice = summation(inner * FloorDiv(I, j), j, Integer(1), D, ANY)
    same_name = symbol("i")
    shadowed = summation(FloorDiv(I, 2**i) * FloorDiv(same_name, i), i, Integer(1), D, ANY)
    nested = summation(
        summation(FloorDiv(I, 2**i), i, Integer(1), i, ANY) * FloorDiv(I, i), i, Integer(1), D, ANY
    )
    for point in points():
        d, n, extent = point[D], point[N], point[I]
        del point[j]
        wanted = sum(
            sum(extent // 2**v * (n // (v + w)) for v in range(1, w + 1)) * (extent // w)
            for w in range(1, d + 1)
        )
        assert evaluate(twice, point) == wanted
        assert evaluate(shadowed, {**point, same_name: 9}) == sum(
            extent // 2**v * (9 // v) for v in range(1, d + 1)
        )
        wanted = sum(sum(extent // 2**v for v in range(1, w + 1)) * (extent // w) for w in range(1, d + 1))
        assert evaluate(nested, point) == wanted
    assert bound("i") not in twice.free_symbols


def test_the_variable_of_a_sum_has_a_name_of_its_own() -> None:
    shown = {
        "Sum(I//(2**i), (i, 1, D))": summation(FloorDiv(I, 2**i), i, Integer(1), D, ANY),
        "Sum(i//(2**j), (j, 1, D))": summation(FloorDiv(symbol("i"), 2**i), i, Integer(1), D, ANY),
        "Sum(I//(2**j), (j, 1, i))": summation(FloorDiv(I, 2**i), i, Integer(1), symbol("i"), ANY),
        "Sum(y//(2**z2), (z2, 1, z))": summation(
            FloorDiv(symbol("y"), 2 ** index("z")), index("z"), Integer(1), symbol("z"), ANY
        ),
        "N + Sum(I//(2**j), (j, 1, i - 1))": recur(a + FloorDiv(I, 2**i), a, N, i, Integer(1), 1, ANY),
    }
    assert {str(found): text for text, found in shown.items()} == {text: text for text in shown}


def test_a_power_that_would_not_fit_is_refused() -> None:
    with pytest.raises(
        DomainError, match=r"^error: a power of more than 65536 bits: the exponent is 1000000$"
    ):
        summation(2**i, i, Integer(1), Integer(10**6), ANY)
    with pytest.raises(
        DomainError, match=r"^error: a power of more than 65536 bits: the exponent is 1000000$"
    ):
        power(Window(Integer(3), Integer(2)), Integer(10**6), ANY)


# ------------------------------------------------------------------ windows
def row(windows: list[Window]) -> Window:
    whole = Window()
    for window in windows:
        whole = whole.then(window)
    return whole


def numbers(window: Window, point: Point) -> tuple[object, ...]:
    return tuple(evaluate(part, point) for part in (window.size, window.jump, window.before, window.after))


JUMPS = st.sampled_from((Integer(1), Integer(2), Integer(3), S, 2 * S, K, S * K, Rational(1, 2)))
SIZES = st.sampled_from((Integer(1), Integer(3), K, 2 * K + 1, N))
PADS = st.sampled_from((Integer(0), Integer(1), K, FloorDiv(K, 2)))


@given(SIZES, JUMPS, PADS, PADS, st.integers(0, 6), st.sampled_from((ANY, FREE)))
def test_the_power_of_a_window_is_n_windows_in_a_row(
    size: Expr, jump: Expr, before: Expr, after: Expr, n: int, domain: Domain
) -> None:
    window = Window(size, jump, before, after)
    found = power(window, D, domain)
    for point in points(1 if domain is ANY else 2):
        point[D] = n
        assert numbers(found, point) == numbers(row([window] * n), point)
        assert numbers(power(window, Integer(n), domain), point) == numbers(found, point)


DILATED = (1 + 2 * 2**i, 2 ** (i - 1) * (K - 1) + 1, i * (K - 1) + 1, FloorDiv(I, 2**i) + 1, 3 ** (D - i) + 1)


@given(
    st.sampled_from(DILATED),
    JUMPS,
    st.sampled_from((Integer(0), 2**i, i, K)),
    ENDS,
    st.sampled_from((ANY, FREE)),
)
def test_windows_that_depend_on_the_index_compose(
    size: Expr, jump: Expr, pad: Expr, ends: tuple[Expr, Expr], domain: Domain
) -> None:
    found = compose(Window(size, jump, pad, pad), i, *ends, domain)
    for point in points(1 if domain is ANY else 2):
        rounds = range(value_of(ends[0], point), value_of(ends[1], point) + 1)
        each = [
            Window(
                *(
                    Integer(n) if isinstance(n, int) else Rational(n.numerator, n.denominator)
                    for n in numbers(Window(size, jump, pad, pad), {**point, i: r})
                )
            )
            for r in rounds
        ]
        assert numbers(found, point) == numbers(row(each), point)


def test_wavenet_sees_two_to_the_depth() -> None:
    block = compose(Window(1 + 2 ** (i - 1)), i, Integer(1), D, ANY)
    assert str(block.size) == "2**D" and block.jump == 1


def test_a_jump_that_changes_is_refused() -> None:
    with pytest.raises(
        DomainError,
        match=r"^error: the jump i changes with i\n  = hint: it must not, to be taken many times$",
    ):
        compose(Window(Integer(3), i), i, Integer(1), D, ANY)


# ------------------------------------------------------------------ recurrences
UP = [  # what a round makes of a, round by round upwards
    (a, N),
    (a + 3, N),
    (a + K, N),
    (a + i, N),
    (a + 2**i, N),
    (a + N * i**2 * 3**i, K),
    (2 * a, N),
    (2 * a + K, N),
    (3 * a - i, I),
    (S * a, N),
    (K * a, N),
    (S * a + K, N),
    (K * a + N, I),
    (K * a + i, I),
    (Rational(1, 2) * a + 1, N),
    (a + FloorDiv(I, 2**i), N),
    (2 * a + FloorDiv(I, i), N),
    (K * a + FloorDiv(I, i), N),
    (N * 2**i, N),
    (N + K * i, N),
    (FloorDiv(a, 2), I),
    (FloorDiv(a - 4, 2), I),
    (FloorDiv(a - 3, 2) + 1, I),
    (FloorDiv(a + 1, 3), I),
    (FloorDiv(a - K, 2) + 1, I),
    (FloorDiv(a, S), I),
    (FloorDiv(a - K, S) + 1, I),
    (FloorDiv(a - S, S) + 1, I),
    (ceil_div(a, S), I),
    (ceil_div(a, 2), I),
    (FloorDiv(a + i, 2), I),
    (FloorDiv(a - 2**i, 2), I),
    (FloorDiv(a - K * i, S), I),
    (FloorDiv(FloorDiv(a - 2, 2) - 2, 3), I),
    (FloorDiv(a, K), I),
    (FloorDiv(a - 2, K) + 1, I),
]


@pytest.mark.parametrize("domain", [ANY, FREE], ids=["S may be 1", "S is 2 or more"])
@pytest.mark.parametrize(("first", "direction"), [(Integer(1), 1), (Integer(2), 1), (N, 1), (D, -1)])
@pytest.mark.parametrize(("step", "start"), UP, ids=str)
def test_what_arrives_is_what_the_rounds_make(
    step: Expr, start: Expr, first: Expr, direction: int, domain: Domain
) -> None:
    last = first + D if direction > 0 else Integer(1)
    facts = span(domain, *((first, last) if direction > 0 else (last, first)))
    if not step.has(a):  # the first round must get what the others get
        start = step.xreplace({i: first - direction})
    found = recur(step, a, start, i, first, direction, facts)
    symbolic = step.has(S) and domain is ANY and step.has(FloorDiv)
    if found is None:
        assert symbolic or (step.has(K) and step.has(FloorDiv))
        return
    assert a not in found.free_symbols
    for point in points(1 if domain is ANY else 2):
        del point[j]
        value = evaluate(start, point)
        low, high = evaluate(first, point), evaluate(last, point)
        for at in range(low, high + direction, direction):
            assert evaluate(found, {**point, i: at}) == value
            value = evaluate(step, {**point, i: at, a: value})


@pytest.mark.parametrize(
    ("step", "start", "first", "direction", "text"),
    [
        (a, I, Integer(1), 1, "I"),
        (a + K, N, Integer(1), 1, "i*K - K + N"),
        (2 * a - 4, I, D, -1, "2**(-i + D)*I - 4*2**(-i + D) + 4"),
        (FloorDiv(a - 4, 2), I, Integer(1), 1, "(I + 4)//(2**(i - 1)) - 4"),
        (FloorDiv(a, 2), N * 2**D, D, -1, "2**i*N"),
        (N * 2**i, N, Integer(1), 1, "2**(i - 1)*N"),
        (FloorDiv(a, S), I, Integer(1), 1, "I//(S**(i - 1))"),
    ],
)
def test_recurrences_of_networks(step: Expr, start: Expr, first: Expr, direction: int, text: str) -> None:
    found = recur(step, a, start, i, first, direction, span(ANY, Integer(1), D))
    assert found is not None and str(found) == text


@pytest.mark.parametrize("first", [1, 2])
@pytest.mark.parametrize("c", [-3, -1, 0, 2])
def test_a_domain_proves_what_symbolic_strides_do(c: int, first: int) -> None:
    """One round more is the formula of the next round, seen without the recurrence."""
    step, facts = FloorDiv(a + c, S) + 1, span(FREE, Integer(first), D)
    found = recur(step, a, I, i, Integer(first), 1, facts)
    assert found is not None
    assert facts.proves(Condition(step.xreplace({a: found}) - found.xreplace({i: i + 1}), "=="))


@pytest.mark.parametrize(
    ("step", "start"),
    [
        (N * 2**i, K),  # the first round gets something else
        (a**2, N),
        (i * a, N),
        (FloorDiv(2 * a, 3), N),
        (FloorDiv(a, i), N),
        (a + FloorDiv(a, 2), N),
        (2 * FloorDiv(a, 2), N),
        (Max(a - 1, 1), N),
        (FloorDiv(a, 2), I / 2),
        (FloorDiv(a + N / 2, 2), I),
        (N / a, K),
    ],
    ids=str,
)
def test_what_has_no_known_form_is_none(step: Expr, start: Expr) -> None:
    assert recur(step, a, start, i, Integer(1), 1, ANY) is None


@given(
    st.integers(-5, 5), st.integers(-5, 5), st.integers(1, 4), st.sampled_from((1, 2, 3, 5)), st.booleans()
)
def test_random_rounds(c: int, b: int, alpha: int, j: int, up: bool) -> None:
    first, direction = (Integer(1), 1) if up else (D, -1)
    facts = span(ANY, Integer(1), D)
    for step in (alpha * a + b + c * i, FloorDiv(a + b + c * i, j) + c):
        found = recur(step, a, I, i, first, direction, facts)
        assert found is not None
        for extent, depth in ((1, 1), (10, 4), (1000, 7)):
            value, point = extent, {I: extent, D: depth}
            for at in range(1, depth + 1) if up else range(depth, 0, -1):
                assert evaluate(found, {**point, i: at}) == value
                value = evaluate(step, {**point, i: at, a: value})


J = bound("j")


@pytest.mark.parametrize(
    ("step", "closed"),
    [
        (2 * a + Sum(FloorDiv(I, J), (J, 1, i + 3)), True),
        (a + Sum(FloorDiv(I, J), (J, 1, 2 * i)), None),  # sums whose ends move by two: not compared
        (a + Sum(FloorDiv(I, J), (J, 1, i + 40)), None),
        (2 * a + Sum(FloorDiv(I, J), (J, i, D)), None),
    ],
    ids=str,
)
def test_rounds_that_add_a_sum(step: Expr, closed: bool | None) -> None:
    """A form that is found is right; that none is found is no statement."""
    found = recur(step, a, K, i, Integer(1), 1, ANY)
    assert closed is None or found is not None
    for extent, start in ((7, 1), (60, 5)):
        value, point = start, {I: extent, K: start, D: 9}
        for at in range(1, 7):
            assert found is None or evaluate(found, {**point, i: at}) == value
            value = evaluate(step, {**point, i: at, a: value})


OPEN = [
    2 ** (i * i), 2 ** (i * i * D), 3 * N ** (i * i), 2 ** FloorDiv(i, 2), (N + 1) ** i * i**9, N**i * i,
    2**i * i**50, N**i * i**12, 2**i * 3 ** (i * i), (D + 1) ** i * i**7,
]  # fmt: skip


@pytest.mark.parametrize("term", OPEN, ids=str)
def test_a_sum_without_closed_form_stays_the_sum(term: Expr) -> None:
    """An exponent that is not linear, or a power of the index beyond those that are closed."""
    found = summation(term, i, Integer(1), D, ANY)
    assert found.has(Sum)
    for depth, n in ((0, 2), (1, 1), (3, 2), (4, 5)):
        total = sum(evaluate(term, {D: depth, N: n, i: at}) for at in range(1, depth + 1))
        assert evaluate(found, {D: depth, N: n}) == total
