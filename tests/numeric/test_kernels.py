"""Kernels: numbers beside arrays, powers of two of any size, and columns that must be made wider."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from numeric.formulas import LETTERS, D, I, K, N, S, X, arrays, compiled, on_arrays, points, value_at
from numeric.test_against_exact import ALL, RANDOM, SLOW, all_same, drawn

import symcnn
from symcnn.algebra import FloorDiv, Mod
from symcnn.numeric import blocks
from symcnn.numeric.intervals import Interval
from symcnn.numeric.kernel import Width, kernel
from symcnn.numeric.program import Builder, Input, Result
from symcnn.symbols import bound

np = pytest.importorskip("numpy")


@SLOW
@given(random=RANDOM, seed=st.integers(0, 2**32), depth=st.integers(1, 4), rational=st.booleans())
def test_some_letters_have_one_value(random: Random, seed: int, depth: int, rational: bool) -> None:
    expr = drawn(random, depth, rational)
    choice = Random(seed)
    first, *more = points(choice, 12)
    fixed = {s: first[s] for s in ALL if choice.random() < 0.5}
    rest = [s for s in ALL if s not in fixed]
    rows = [(p | fixed, w) for p in more if (w := value_at(expr, p | fixed)) is not None]
    if not rows or not rest:
        return
    values = arrays([p for p, _ in rows], rest) | {s.name: value for s, value in fixed.items()}
    (found,) = on_arrays(compiled([expr], ALL), values, rows=choice.choice((1, 5, 4096)))
    assert all_same(found.tolist(), [w for _, w in rows])


i, j = bound("i"), bound("j")
SUMS = (
    sympy.Sum(i * K, (i, 1, D)),
    sympy.Sum(FloorDiv(N, 2**i), (i, 0, D)),
    sympy.Sum(K / i, (i, 1, D)),
    sympy.Sum(sympy.Sum(i * j + S, (j, 1, i)), (i, 1, D)),
    sympy.Sum(Mod(N, i), (i, 1, D + 1)),
)


@pytest.mark.parametrize("kept", range(len(SUMS)))
def test_sums_that_are_the_same_in_all_rows(kept: int) -> None:
    """Each beside another one that differs from row to row, so that both are numbered rightly."""
    one = {K: 5, N: 37, S: 3}
    for other in range(len(SUMS)):
        expr = I * SUMS[kept] + SUMS[other].subs(D, I)
        for depth in (0, 1, 4):
            rows = [one | {D: depth, I: value} for value in range(1, 6)]
            values = {"I": [*range(1, 6)], "D": depth, "K": 5, "N": 37, "S": 3}
            (found,) = on_arrays(compiled([expr], LETTERS), values)
            assert all_same(found.tolist(), [value_at(expr, row) for row in rows]), expr


ENDS = [(low, high) for low in range(-3, 4) for high in range(low, 4)]


def test_a_kernel_suits_values_within_its_bounds() -> None:
    """Exactly those: whether a block lies within is the same as whether each of its values does."""
    program = compiled([I + K], (I, K)).program
    columns = {0: Width.INT64}
    for low, high in ENDS:
        made = kernel(program, {0: Interval(low, high), 1: Interval(0, 5)}, columns)
        for least, most in ENDS:
            spans = {0: Interval(least, most), 1: Interval(1, 5)}
            inside = all(low <= value <= high for value in range(least, most + 1))
            assert made.suits(spans, columns) is inside
            assert not made.suits(spans | {1: Interval(1, 6)}, columns)
            assert not made.suits(spans, {0: Width.INT32})
            assert not made.suits(spans, {0: Width.INT64, 1: Width.INT64})


@pytest.mark.parametrize("bits", [0, 1, 2, 30, 31, 32, 33, *range(60, 68), 100])
def test_powers_of_two_of_any_size(bits: int) -> None:
    """Masks and shifts of arrays beside every multiple near zero, and the same of what is no power of two."""
    near = [k * 2**bits + d for k in range(-3, 4) for d in (-1, 0, 1)]
    for divisor in {2**bits, 2**bits + 1, max(2**bits - 1, 1), 3 * 2**bits}:
        function = compiled([Mod(X, divisor), FloorDiv(X, divisor)], (X,))
        rest, quotient = on_arrays(function, {"x": near})
        assert rest.tolist() == [x % divisor for x in near]
        assert quotient.tolist() == [x // divisor for x in near]


@pytest.mark.parametrize("dtype", ["int32", "int64", "object"])
def test_products_of_columns_that_are_too_narrow_for_them(dtype: str) -> None:
    """Wherever the columns stand among the inputs, they are made wider before they are multiplied."""
    largest = {"int32": 2**31 - 1, "int64": 2**63 - 1, "object": 2**80}[dtype]
    values = [largest, largest - 1, 1]
    for letters in permutations((I, K, N), 2):
        function = compiled([letters[0] * letters[1], letters[0] ** 3 * letters[1]], (I, K, N))
        columns = {s.name: np.array(values, dtype=dtype) for s in (I, K, N)}
        product, fourth = on_arrays(function, columns)
        assert product.tolist() == [v * v for v in values]
        assert fourth.tolist() == [v**4 for v in values]


def test_what_a_check_refuses_needs_no_width() -> None:
    """Values below zero do not pass the check, so what follows it is done in 32 bits."""
    builder = Builder((Input("x"),))
    x = builder.input(0)
    builder.check(x, ">=", 0, "x >= 0")
    more = builder.make("+", x, builder.number(1))
    program = builder.program((Result(more, builder.number(0), builder.number(1)),))
    made = kernel(program, {0: Interval(-(2**40), 5)}, {0: Width.INT64})
    assert set(made.buffers) == {Width.INT32}


def test_buffers_are_used_again() -> None:
    """A long chain of steps needs no more buffers than a short one, and no column is made wider twice."""
    made = {}
    for length in (3, 30):
        builder = Builder((Input("x"), Input("y")))
        x, place = builder.input(0), builder.input(1)
        for number in range(length):
            place = builder.make("-", x, builder.make("+", place, builder.number(number + 2)))
        program = builder.program((Result(place, builder.number(0), builder.number(1)),))
        spans = {at: Interval(0, 2**31 - 1) for at in (0, 1)}
        made[length] = kernel(program, spans, {0: Width.INT32, 1: Width.INT32})
    assert len(made[30].buffers) == len(made[3].buffers) <= 4
    assert made[30].text.count("[:] = v0") == 1


def test_a_check_of_what_is_the_same_in_all_rows() -> None:
    """I stands beside an array of N: its own conditions are looked at once, and refused as a single I is."""
    net = symcnn.parse("symbol I, N\ninput 1 @ I\nconv 5 -> N\nmaxpool 2")
    count = net.compile("params", "size")
    params, size = count(I=10, N=np.arange(1, 6))
    assert params.tolist() == [6 * n for n in range(1, 6)] and set(np.ravel(size)) == {3}
    for n, row in ((3, ""), (np.arange(1, 6), "row 0: ")):
        with pytest.raises(symcnn.SymcnnError) as caught:
            count(I=5, N=n)
        assert caught.value.fact == f"{row}I = 5: the network needs I >= 6"


@pytest.mark.parametrize("most", [1, 2, 64])
def test_kernels_that_are_dropped_are_made_again(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_KERNELS", most)
    expr = I * I * K + FloorDiv(I, 3)
    sizes = [2**bits + bits for bits in (4, 12, 14, 20, 29, 30, 40, 61, 4, 29, 61)]
    values = {"I": np.array(sizes), "K": 3}
    (found,) = on_arrays(compiled([expr], (I, K)), values, rows=1)  # a block each, of other magnitudes
    assert found.tolist() == [value_at(expr, {I: size, K: 3}) for size in sizes]
