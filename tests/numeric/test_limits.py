"""Limits that are met exactly, the width of columns, the checks of sums in sums, and which row is named."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Any

import pytest
import sympy
from numeric.formulas import A, D, I, K, N, S, X, Y, compiled, on_arrays
from sympy import Sum

import symcnn
from symcnn.algebra import FloorDiv, Mod
from symcnn.errors import DomainError
from symcnn.numeric import source
from symcnn.numeric.columns import columns_of, is_array, number, width_of_dtype
from symcnn.numeric.kernel import Width
from symcnn.numeric.program import Input
from symcnn.numeric.source import TooLarge, power
from symcnn.symbols import bound

np = pytest.importorskip("numpy")
i, j = bound("i"), bound("j")


# ------------------------------------------------------------------ powers and sums
@pytest.mark.parametrize("base", [2, -2, 3, 255, 256, -(2**40)])
def test_a_power_is_refused_exactly_beyond_the_limit(base: int) -> None:
    """65536 bits, those of the base times the exponent."""
    most = 65536 // abs(base).bit_length()
    assert power(base, most) == base**most
    assert compiled([X**D], (X, D))(x=base, D=most) == base**most
    message = f"a power of more than 65536 bits: the exponent is {most + 1}"
    with pytest.raises(TooLarge) as refused:
        power(base, most + 1)
    assert str(refused.value) == message
    with pytest.raises(DomainError) as told:
        compiled([X**D], (X, D))(x=[1, base], D=most + 1)
    assert str(told.value) == f"error: row 1: {message}"


def test_powers_of_one_have_no_limit() -> None:
    large = 10**30
    found = [power(base, large + more) for base in (-1, 0, 1) for more in (0, 1)]
    assert found == [1, -1, 0, 0, 1, 1]


def test_the_terms_of_all_sums_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten of them, and any number of sums that end before they begin, which count nothing."""
    monkeypatch.setattr(source, "MAX_TERMS", 10)
    first = 1 + Sum(j, (j, 5, K)) + Sum(j**2, (j, 9, K))
    run = compiled([Sum(i, (i, first, I)) + Sum(i**2, (i, 1, S))], (I, K, S))
    for one, other in ((10, 0), (4, 6), (9, 1), (0, 10)):
        wanted = sum(range(one + 1)) + sum(n * n for n in range(other + 1))
        assert run(I=one, S=other, K=1) == wanted
        assert run(I=[one], S=other, K=1).tolist() == [wanted]
        with pytest.raises(DomainError, match=r"^error: a sum of more than 10 terms: from 1 to "):
            run(I=one, S=other + 1, K=1)


def test_the_limit_of_terms_in_numbers() -> None:
    with pytest.raises(DomainError) as told:
        compiled([Sum(FloorDiv(N, i), (i, 0, I))], (I, N))(I=10**6, N=3)
    assert str(told.value) == "error: a sum of more than 1000000 terms: from 0 to 1000000"


def test_checks_of_sums_within_sums() -> None:
    """Each divisor that may be zero has a check, and it is told which one it is."""
    inner = Sum(FloorDiv(N, j - i * Y), (j, 1, 2))
    sums = Sum(FloorDiv(I, i - K), (i, 1, D)) * Sum(FloorDiv(I, i - N) + inner * i, (i, 1, D))
    form = FloorDiv(I, X, evaluate=False) + sums + Mod(S, K - 7)
    run, given = compiled([form]), {"I": 50, "K": 9, "N": 11, "S": 3, "D": 4, "x": 5, "y": 13}
    one = sum(50 // (n - 9) for n in range(1, 5))
    other = sum(50 // (n - 11) + sum(11 // (m - 13 * n) for m in (1, 2)) * n for n in range(1, 5))
    assert run(given) == 10 + one * other + 1
    for name, value, why in (
        ("x", 0, "x = 0: division by zero: x"),
        ("K", 7, "K = 7: division by zero: K - 7"),
        ("K", 2, "K = 2: division by zero: i - K"),
        ("N", 3, "N = 3: division by zero: i - N"),
        ("y", 1, "y = 1: division by zero: -i*y + j"),
    ):
        for values, row in ((value, ""), ([given[name], value], "row 1: ")):
            with pytest.raises(DomainError) as told:
                run({**given, name: values})
            assert str(told.value) == f"error: {row}{why}"


# ------------------------------------------------------------------ columns
WIDTHS = {
    "int8": Width.INT32, "int16": Width.INT32, "int32": Width.INT32, "int64": Width.INT64,
    "uint8": Width.INT32, "uint16": Width.INT32, "uint32": Width.INT64, "uint64": Width.INT64,
    "object": Width.EXACT,
}  # fmt: skip


@pytest.mark.parametrize("kind", WIDTHS)
def test_the_width_holds_every_value_of_the_type(kind: str) -> None:
    assert width_of_dtype(np.zeros(2, kind)) == WIDTHS[kind]
    if kind not in ("object", "uint64"):
        info = np.iinfo(kind)
        rows = np.array([info.min, info.max, 0], kind)
        assert compiled([X * 3 + 1], (X,))(x=rows).tolist() == [int(x) * 3 + 1 for x in rows]


@pytest.mark.parametrize("value", [0, 1, 2**62, 2**63 - 1, 2**63, 2**64 - 1, -(2**63), -(2**63) - 1, 10**30])
def test_integers_are_kept_in_64_bits_exactly_where_they_fit(value: int) -> None:
    rows = [[value, 5]] + ([np.array([value, 5], "uint64")] if 0 <= value < 2**64 else [])
    for given in rows:
        (column,) = columns_of("x", given, [Input("x")])
        assert column.dtype == ("int64" if -(2**63) <= value < 2**63 else object)
        assert column.tolist() == [value, 5]
        assert compiled([X - 1], (X,))(x=given).tolist() == [value - 1, 4]


def test_an_array_of_integers_for_a_fraction() -> None:
    """Its denominators are 1; what is not given to a fraction is not read."""
    for rows in (np.array([3, -8]), np.array([3, 8], "uint64"), [3, Fraction(-8, 1)]):
        found = compiled([A / 2], (A,))(a=rows)
        assert found.tolist() == [Fraction(int(x), 2) for x in rows]


class Rows:
    """An object that NumPy can read and that has nothing else of an array."""

    def __array__(self, *_: object, **__: object) -> Any:
        return np.array([4, 9])


def test_what_becomes_an_array_has_rows() -> None:
    assert is_array(Rows()) and compiled([X + 1], (X,))(x=Rows()).tolist() == [5, 10]
    assert not is_array(np.array(3)) and number("x", np.array(3)) == 3
    assert not is_array(np.int64(3)) and type(number("x", np.int64(3))) is int


# ------------------------------------------------------------------ what is told
def test_the_place_of_a_row_in_three_axes() -> None:
    rows = np.full((2, 3, 4), 5)
    for at in ((0, 0, 1), (0, 2, 0), (1, 0, 3), (1, 2, 1)):
        there = rows.copy()
        there[at] = 7
        with pytest.raises(DomainError) as told:
            compiled([FloorDiv(I, K - 7)], (I, K))(I=1, K=there)
        assert str(told.value) == f"error: row {at}: K = 7: division by zero: K - 7"


def test_the_first_of_several_names_is_told() -> None:
    count = compiled([I + K * S], (I, K, S))
    for given, message in (
        ({"q": 1, "r": 2}, "no free symbol is named 'q'\n  = hint: free symbols: I, K, S"),
        ({"I": 1}, "no value is given for 'K'\n  = hint: give one: K=..."),
    ):
        with pytest.raises(symcnn.UsageError) as told:
            count(given)
        assert str(told.value) == f"error: {message}"


def test_a_fraction_is_told_whatever_of_it_is_calculated() -> None:
    """That a is above zero is seen from its numerator alone."""
    net = symcnn.parse("symbol a where a rational, a > 0\ninput 3 @ I x I\nconv 3x3 -> 4")
    count = net.compile("params")
    assert count(a=Fraction(1, 2)) == 112 and count(a=[Fraction(1, 2), 3]).tolist() == [112, 112]
    for value, shown in ((Fraction(-1, 2), "-1/2"), (-3, "-3"), (0, "0"), (Fraction(-5, 7), "-5/7")):
        for given, row in ((value, ""), ([Fraction(2, 3), value], "row 1: "), ([1, value], "row 1: ")):
            with pytest.raises(DomainError) as told:
                count(a=given)
            assert str(told.value) == f"error: {row}a = {shown}: 'a' must be positive"


def test_long_numbers_are_told_by_their_size() -> None:
    """More than 256 bits, of the numerator or of the denominator."""
    run = compiled([FloorDiv(I, Mod(A, 1))], (I, A))
    for value, shown in (
        (2**256 - 1, str(2**256 - 1)),
        (2**256, "a number of 257 bits"),
        (-(2**300), "a number of 301 bits"),
    ):
        for given, row in ((value, ""), ([Fraction(1, 2), value], "row 1: ")):
            with pytest.raises(DomainError) as told:
                run(I=1, a=given)
            assert str(told.value) == f"error: {row}a = {shown}: division by zero: Mod(a, 1)"


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 7, 8])
def test_blocks_of_any_size_have_the_same_answers(rows: int) -> None:
    """Seven rows, one of them too large for 64 bits, one with a fraction."""
    values = [3, 10, 2**70, 5, 6, 2**31, 9]
    run = compiled([FloorDiv(X, 2) + X**2, X / sympy.Integer(3)], (X,))
    whole, third = on_arrays(run, {"x": values}, rows=rows)
    assert whole.tolist() == [x // 2 + x * x for x in values]
    assert third.tolist() == [Fraction(x, 3) for x in values]


def test_what_was_run_is_equal_to_what_was_not() -> None:
    """Compared, shown and packed as the formulas and names that it is, without what it keeps for speed."""
    fresh, run = (compiled([FloorDiv(X, 2) + S], (X, S)) for _ in range(2))
    assert run(x=[5, 2**70], S=1).tolist() == [3, 2**69 + 1] and run(x=7, S=0) == 3
    assert run == fresh and repr(run) == repr(fresh)
    again = pickle.loads(pickle.dumps(run))
    assert again == fresh and again(x=[5, 2**70], S=1).tolist() == [3, 2**69 + 1]
