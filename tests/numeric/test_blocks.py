"""Blocks of rows: their kernels, which are kept, and rows that are calculated one by one."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from numeric.formulas import D, I, K, S, X, compiled, on_arrays

from symcnn.algebra import FloorDiv, Gcd
from symcnn.algebra.functions import FloorLog2
from symcnn.errors import DomainError
from symcnn.numeric import blocks as module
from symcnn.numeric.blocks import Blocks, _rounded, _widened
from symcnn.numeric.columns import Column
from symcnn.numeric.intervals import Interval
from symcnn.numeric.kernel import Width

np = pytest.importorskip("numpy")


def runs(monkeypatch: pytest.MonkeyPatch, values: list[int], rows: int) -> tuple[Blocks, list[int], int]:
    """Return the blocks of X**2 // 3 after a run on values, the answers, and how many kernels were made."""
    made: list[Any] = []
    kernel = module.kernel

    def counted(*given: Any) -> Any:
        made.append(given)
        return kernel(*given)

    monkeypatch.setattr(module, "kernel", counted)
    blocks = Blocks(compiled([FloorDiv(X**2, 3)], (X,)).program)
    column = Column(np.array(values), Width.INT64, (len(values),))
    (found,) = blocks.run({0: column}, {}, len(values), rows)
    return blocks, found.tolist(), len(made)


def test_a_kernel_that_suits_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for values, most in (([7, 9] * 50, 1), ([-9, -7, 2**31, 2**31 + 5] * 50, 3)):
        _, found, made = runs(monkeypatch, values, 2)
        assert found == [x * x // 3 for x in values] and made <= most


@pytest.mark.parametrize("many", [64, 65, 150])
def test_few_kernels_are_kept(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are: 64, and no more."""
    monkeypatch.setattr(module, "_widened", lambda span: span)
    values = [x for n in range(many) for x in (1000 * n, 1000 * n + 9)]
    blocks, found, made = runs(monkeypatch, values, 2)
    assert found == [x * x // 3 for x in values]
    assert made >= many and len(blocks._kernels) <= 64


def test_bounds_reach_a_little_further() -> None:
    """To the least number of three binary digits that is not below, far from zero."""
    short = sorted(
        {sign * (digits << more) for digits in range(4, 9) for more in range(12) for sign in (-1, 1)}
    )
    for value in range(-5000, 5000):
        wanted = value if abs(value) < 64 else next(n for n in short if n >= value)
        assert _rounded(value) == wanted
    for low, high in product((-4000, -90, -5, 0, 3, 70), (71, 500, 5000)):
        wide = _widened(Interval(low, high))
        assert wide.low == -_rounded(-low) <= low and high <= wide.high == _rounded(high)


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_rows_that_no_bounds_hold_for_are_calculated_one_by_one(rows: int) -> None:
    """Powers whose bounds are beyond the limit where no row is; also where only wider bounds are."""
    power = compiled([S**D + X], (S, D, X))
    values = {"S": [2, 3, 10**30, 2, 7, 2], "D": [1, 5, 2, 30_000, 3, 9], "x": [5, 0, -1, 2, 3, 4]}
    wanted = [s**d + x for s, d, x in zip(*values.values(), strict=True)]
    assert on_arrays(power, values, rows=rows)[0].tolist() == wanted
    assert on_arrays(power, values | {"x": 4}, rows=rows)[0].tolist() == [
        s**d + 4 for s, d in zip(values["S"], values["D"], strict=True)
    ]
    depths = [1, 2, 3, 21_800, 21_801, 21_802, 4]
    assert on_arrays(compiled([7**D], (D,)), {"D": depths}, rows=rows)[0].tolist() == [7**d for d in depths]


def test_numbers_that_are_too_large_are_refused_in_their_row() -> None:
    message = r"^error: row 1: numbers of more than 4194304 bits may come up$"
    for others in ([1, 1], [0, -1]):
        with pytest.raises(DomainError, match=message):
            compiled([X**2 + K], (X, K))(x=[others[0], 1 << (1 << 22), others[1]], K=[5, 6, 7])


def test_what_is_the_same_in_all_rows_is_exact() -> None:
    """Powers and common divisors of single numbers beyond 64 bits beside columns of small ones."""
    rows = np.array([1, -5, 9])
    run = compiled([2**D * X, Gcd(I, K) + X, FloorLog2(I) * X], (D, X, I, K))
    for depth, i, k in ((3, 12, 18), (62, 2**62, 6), (63, 2**63, 2**63), (100, 3 * 2**90, 2**95)):
        powers, divisors, logarithms = run(D=depth, x=rows, I=i, K=k)
        log = i.bit_length() - 1
        shared = max(2**n * m for n in range(100) for m in (1, 3) if i % (2**n * m) == k % (2**n * m) == 0)
        assert powers.tolist() == [2**depth * int(x) for x in rows]
        assert divisors.tolist() == [shared + int(x) for x in rows]
        assert logarithms.tolist() == [log * int(x) for x in rows]


@pytest.mark.parametrize("most", [1, 2, 3, 8, 31, 32, 33, 62, 63, 64, 100])
def test_logarithms_at_every_width(most: int) -> None:
    """How often a value can be halved, for values on both sides of all powers of two up to one."""
    values = sorted({n for k in range(most) for n in (2**k - 1, 2**k, 2**k + 1) if n >= 1})
    for given in (values, values[::-1], values[-1:]):
        wanted = [next(k for k in range(110) if n >> (k + 1) == 0) for n in given]
        assert compiled([FloorLog2(I)], (I,))(I=given).tolist() == wanted
