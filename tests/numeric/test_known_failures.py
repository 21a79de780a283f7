"""What lambdify with NumPy, or NumPy alone, gets wrong without a word: each case, right.

The wrong values were seen with SymPy 1.14 and NumPy 2; where the rival is at hand they are shown to be so.
"""

from __future__ import annotations

from math import isqrt

import pytest
import sympy
from numeric.formulas import I, K, N, S, X, compiled, on_arrays
from sympy import Expr, Integer

import symcnn
from symcnn.algebra import FloorDiv, Max, Mod, ceil_div
from symcnn.symbols import symbol

np = pytest.importorskip("numpy")
C, P = symbol("C"), symbol("P")
D = symbol("D", "nonnegative")
LETTERS = (I, K, S, P, C, N, D, X)
SIZE = FloorDiv(I - K + 2 * P, S) + 1
OPERATIONS = C * I**2 * K**2 * N

CASES: list[tuple[str, Expr, dict[str, int], int]] = [
    ("a float of an odd extent", SIZE, {"I": 2**53 + 1, "K": 1, "S": 1, "P": 0}, 2**53 + 1),
    ("a quotient by 5", FloorDiv(I, S), {"I": 27021597764222975, "S": 5}, 5404319552844595),
    ("a quotient by 3", FloorDiv(I, Integer(3)), {"I": 2**60 - 1}, 384307168202282325),
    *[
        (f"next to a power of two, by {s}", FloorDiv(I, S), {"I": 2**53 + r, "S": s}, (2**53 + r) // s)
        for s, r in ((2, 3), (3, 1), (5, 7), (7, 17))
    ],
    ("wraps to 0", OPERATIONS, {"C": 8192, "I": 8192, "K": 3, "N": 2**20}, 5188146770730811392),
    ("wraps in 32 bits", OPERATIONS, {"C": 512, "I": 224, "K": 3, "N": 512}, 118380036096),
    ("training", 2 * 3 * I * K * N, {"I": 11_500_000_000, "K": 1281167, "N": 120}, 10608062760000000000),
    ("a triangular number", I * (I + 1) / 2, {"I": 134217728}, 9007199321849856),
    ("a ceiling", ceil_div(I, S), {"I": 18014398509481985, "S": 1}, 18014398509481985),
    ("2 to the 63", 2**D, {"D": 63}, 2**63),
    ("2 to the 64", 2**D, {"D": 64}, 2**64),
    ("a large constant", I + 2**70, {"I": 1}, 2**70 + 1),
    ("a remainder below zero", Mod(X, Integer(3)), {"x": -5}, 1),
    ("a quotient below zero", FloorDiv(X, Integer(3)), {"x": -5}, -2),
    ("a difference below zero", X - I, {"x": 3, "I": 5}, -2),
    ("the largest of two", Max(Integer(0), I - K), {"I": 3, "K": 5}, 0),
    ("the least by minus one", FloorDiv(X, -S), {"x": -(2**63), "S": 1}, 2**63),
    ("the size of the least", sympy.Abs(X), {"x": -(2**63)}, 2**63),
    ("beyond 64 bits", I * K, {"I": 10**40, "K": 10**40}, 10**80),
]


@pytest.mark.parametrize(("expr", "values", "wanted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_value_is_right(expr: Expr, values: dict[str, int], wanted: int) -> None:
    letters = [s for s in LETTERS if s.name in values]
    function = compiled([expr], letters)
    assert function(values) == wanted
    for size in (1, 5):
        found = function({name: [value] * size for name, value in values.items()})
        assert found.tolist() == [wanted] * size
        assert found.dtype == (np.int64 if -(2**63) <= wanted < 2**63 else object)


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", ">i4"]
)
def test_no_type_of_the_input_is_that_of_the_result(dtype: str) -> None:
    """100 * 100 * 9 * 100 fits into no byte: NumPy would wrap in the type of the input."""
    found = compiled([I * K * I], (I, K))(I=np.full(3, 100, dtype), K=np.full(3, 9, dtype))
    assert found.tolist() == [90_000] * 3
    assert found.dtype == np.int64


@pytest.mark.parametrize("bits", [31, 63])
def test_a_later_block_beyond_the_limit(bits: int) -> None:
    """The first block fits into the width with nothing to spare, the second is a little larger."""
    root = isqrt(2**bits - 1)
    extents = [root] * 4 + [root + root // 64] * 4 + [root]
    found = on_arrays(compiled([I * K], (I, K)), {"I": extents, "K": extents}, rows=4)
    assert found[0].tolist() == [v * v for v in extents]


def test_a_later_block_that_breaks_a_condition() -> None:
    """The bounds of the first block settle the condition, those of the second do not."""
    count = symcnn.zoo("alexnet").compile("size(pool3)")
    with pytest.raises(symcnn.DomainError, match=r"^error: row 5: I = 66: the network needs I >= 67"):
        on_arrays(count, {"I": [67, 99, 67, 99, 67, 66, 99]}, rows=4)


def test_a_product_wraps_in_numpy_itself() -> None:
    """The rival is really wrong: else the tests above show nothing."""
    factors = [np.array([v], "int64") for v in (2**31, 2**31, 4)]
    assert (factors[0] * factors[1] * factors[2]).tolist() == [0]
    assert compiled([I * K * N], (I, K, N))(I=factors[0], K=factors[1], N=factors[2]).tolist() == [2**64]


def test_lists_beyond_64_bits_do_not_become_floats() -> None:
    assert np.array([2**63, -1]).dtype == np.float64
    function = compiled([X + 1], (X,))
    assert function(x=[2**63, 1]).tolist() == [2**63 + 1, 2]
    assert function(x=[2**63, -1]).tolist() == [2**63 + 1, 0]
    assert function(x=np.array([2**64 - 1, 0], "uint64")).tolist() == [2**64, 1]


def test_unsigned_and_signed_do_not_become_floats() -> None:
    assert (np.array([1], "uint64") + np.array([1], "int64")).dtype == np.float64
    found = compiled([X - I], (X, I))(x=np.array([3], "uint64"), I=np.array([2**53 + 1], "int64"))
    assert found.tolist() == [2 - 2**53]


def test_constants_are_broadcast() -> None:
    net = symcnn.parse("input 3 @ I x I; conv 3x3 -> 4, pad 1")
    found = net.compile("params", "size")(I=[8, 9, 10])
    assert [a.tolist() for a in found] == [[112] * 3, [8, 9, 10]]
    assert net.compile("params")(I=[[8], [9]]).tolist() == [[112], [112]]
    assert net.compile("params")() == 112


def test_division_by_zero_is_an_error() -> None:
    function = compiled([FloorDiv(I, X), Mod(I, X)], (I, X))
    for values in (0, [3, 0, 5]):
        with pytest.raises(symcnn.DomainError, match="division by zero: x"):
            function(I=7, x=values)
    assert [a.tolist() for a in function(I=7, x=[3, -2, 5])] == [[2, -4, 1], [1, -1, 2]]


def test_nothing_is_a_float() -> None:
    for size in (1, 100):
        for found in compiled([SIZE, I / 2, I * (I + 1) / 2, 2**D], (I, K, P, S, D))(
            I=[2**53 + 1] * size, K=3, P=1, S=2, D=70
        ):
            assert found.dtype.kind in "iO"
            assert not any(isinstance(value, float) for value in found.tolist())
