"""What may be given for a symbol, and every message about what may not."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sympy
from numeric.formulas import compiled, on_arrays

import symcnn
from symcnn.algebra import FloorDiv
from symcnn.numeric import packages
from symcnn.symbols import bound, symbol

np = pytest.importorskip("numpy")
NET = symcnn.parse("""
symbol I, K, S, a where I >= 32, I % 2 == 0, K odd, K <= I, a rational, a > 0
input 3 @ I x I
conv1: conv K -> divisible(8*a, 8), stride S
""")
COUNT = NET.compile("params", "size")
GIVEN: dict[str, Any] = {"I": 64, "K": 3, "S": 1, "a": 1}
ROWS = np.array([64, 96, 32])


def told(**values: Any) -> str:
    """Return the whole message about values."""
    with pytest.raises(symcnn.SymcnnError) as caught:
        COUNT({**GIVEN, **values})
    return f"{type(caught.value).__name__}: {caught.value}"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (64, 62), (Fraction(128, 2), 62), (sympy.Integer(64), 62), (np.int64(64), 62), (np.uint8(64), 62),
        (np.array(64), 62), (2**70, 2**70 - 2),
    ],
)  # fmt: skip
def test_numbers(value: Any, wanted: int) -> None:
    found = COUNT({**GIVEN, "I": value})
    assert found == (8 * 28, wanted)
    assert all(type(x) is int for x in found)


@pytest.mark.parametrize(
    "value",
    [
        [64, 96, 32], (64, 96, 32), range(64, 31, -16), ROWS, ROWS.astype("uint8"), ROWS.astype("uint64"),
        ROWS.astype(">i4"), ROWS.astype(object), np.repeat(ROWS, 2)[::2],
        [sympy.Integer(64), Fraction(96), 32],
    ],
)  # fmt: skip
def test_arrays(value: Any) -> None:
    params, size = COUNT({**GIVEN, "I": value})
    assert params.tolist() == [8 * 28] * 3
    assert size.tolist() == [x - 2 for x in map(int, value)]


def test_shapes_are_broadcast() -> None:
    for order in ("C", "F"):
        rows = np.array([[64, 96, 32], [128, 40, 34]], order=order)
        _, size = COUNT({**GIVEN, "I": rows, "S": [1, 2, 3]})
        assert size.tolist() == [[62, 47, 10], [126, 19, 11]]
    _, size = COUNT({**GIVEN, "I": [[64], [96]], "K": [1, 3, 5]})
    assert size.tolist() == [[64, 62, 60], [96, 94, 92]]
    assert COUNT({**GIVEN, "I": []})[0].shape == (0,)
    assert COUNT({**GIVEN, "I": np.empty((0, 3), int), "S": [1, 2, 3]})[1].shape == (0, 3)


def test_fractions() -> None:
    widths = [Fraction(1, 2), 1, Fraction(3, 2), 3]
    assert COUNT({**GIVEN, "a": widths})[0].tolist() == [28 * w for w in (8, 8, 16, 24)]
    assert [COUNT({**GIVEN, "a": w})[0] for w in widths] == [28 * w for w in (8, 8, 16, 24)]
    half = symcnn.parse("input 3 @ I x I; conv 2x2 -> 4").compile("macs / params")
    assert half(I=[2, 14]).tolist() == [Fraction(48, 52), Fraction(48 * 169, 52)]
    assert half(I=[27, 14]).tolist() == [624, 156]
    assert half(I=[27, 14]).dtype == np.int64


def test_messages_about_names() -> None:
    with pytest.raises(symcnn.UsageError) as caught:
        COUNT(I=64, K=3, a=1)
    assert str(caught.value) == "error: no value is given for 'S'\n  = hint: give one: S=..."
    assert told(J=1) == ("UsageError: error: no free symbol is named 'J'\n  = hint: free symbols: I, K, S, a")


_EXACT = "\n  = hint: give an int, or an array of integers"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"I": 64.0}, "UsageError: error: I=64.0 is no exact number" + _EXACT),
        ({"I": np.float64(64)}, f"UsageError: error: I={np.float64(64)!r} is no exact number" + _EXACT),
        ({"I": True}, "UsageError: error: I=True is no exact number" + _EXACT),
        ({"I": np.True_}, f"UsageError: error: I={np.True_!r} is no exact number" + _EXACT),
        ({"I": "64"}, "UsageError: error: I='64' is no exact number" + _EXACT),
        ({"I": None}, "UsageError: error: I=None is no exact number" + _EXACT),
        ({"I": Decimal(64)}, "UsageError: error: I=Decimal('64') is no exact number" + _EXACT),
        ({"I": {64}}, "UsageError: error: I={64} is no exact number" + _EXACT),
        ({"I": sympy.Symbol("q")}, "UsageError: error: I=q is no exact number" + _EXACT),
        ({"I": [64, 64.0]}, "UsageError: error: row 1: I=64.0 is no exact number" + _EXACT),
        ({"I": [64, True]}, "UsageError: error: row 1: I=True is no exact number" + _EXACT),
        ({"I": [[64, 96], [64]]}, "UsageError: error: row 0: I=[64, 96] is no exact number" + _EXACT),
        (
            {"I": ROWS.astype(float)},
            "UsageError: error: 'I' must have exact integers, not values of type float64\n"
            "  = hint: make them whole first: I.astype('int64')",
        ),
        (
            {"I": ROWS > 1},
            "UsageError: error: 'I' must have exact integers, not values of type bool" + _EXACT,
        ),
        (
            {"I": ROWS.astype("M8[s]")},
            "UsageError: error: 'I' must have exact integers, not values of type datetime64[s]" + _EXACT,
        ),
        (
            {"I": np.ma.masked_array(ROWS, [0, 1, 0])},
            "UsageError: error: 'I' must have exact integers, not masked values\n"
            "  = hint: fill them: values.filled(...)",
        ),
        (
            {"I": ROWS, "S": np.array([1, 2])},
            "UsageError: error: the shapes do not fit together: I (3,), S (2,)",
        ),
        ({"S": Fraction(1, 2)}, "DomainError: error: 'S' is an integer, not 1/2"),
        ({"S": Fraction(1, 2), "I": ROWS}, "DomainError: error: 'S' is an integer, not 1/2"),
        ({"S": [1, Fraction(1, 2), 1]}, "DomainError: error: row 1: 'S' is an integer, not 1/2"),
    ],
    ids=str,
)  # fmt: skip
def test_messages_about_kinds(values: dict[str, Any], message: str) -> None:
    assert told(**values) == message


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"I": 30}, "I = 30: I >= 32 does not hold"),
        ({"I": [64, 30, 0]}, "row 1: I = 30: I >= 32 does not hold"),
        ({"I": 33}, "I = 33: Mod(I, 2) == 0 does not hold"),
        ({"K": 65}, "I = 64, K = 65: I >= K does not hold"),
        ({"K": [[3, 5], [67, 3]]}, "row (1, 0): I = 64, K = 67: I >= K does not hold"),
        ({"I": -2}, "I = -2: 'I' must be positive"),
        ({"S": [2**80, 0]}, "row 1: S = 0: 'S' must be positive"),
        ({"a": 0}, "a = 0: 'a' must be positive"),
        ({"a": [1, Fraction(-1, 2)]}, "row 1: a = -1/2: 'a' must be positive"),
        ({"K": 10**90 + 1}, "I = 64, K = a number of 299 bits: I >= K does not hold"),
    ],
    ids=str,
)  # fmt: skip
def test_messages_about_domains(values: dict[str, Any], message: str) -> None:
    assert told(**values) == f"DomainError: error: {message}"


def test_what_the_network_needs() -> None:
    count = symcnn.parse("input C @ I x I; conv K -> N, groups G; maxpool 2").compile("params", "size")
    given = {"C": 8, "I": 16, "K": 3, "N": 16}
    assert count(given, G=4) == (16 * (9 * 2 + 1), 7)
    for values, message in (
        ({"K": [3, 16]}, "row 1: I = 16, K = 16: the network needs I >= K + 1"),
        ({"G": [1, 2, 3, 5]}, "row 2: C = 8, G = 3: the network needs Mod(C, G) == 0"),
    ):
        with pytest.raises(symcnn.DomainError) as caught:
            count({**given, "G": 1, **values})
        assert str(caught.value) == f"error: {message}"


def test_a_symbol_that_no_formula_has_is_checked_if_it_is_given() -> None:
    count = symcnn.parse("input C @ I x I; conv K -> N").compile("params")
    assert (count.symbols, count.known) == (("C", "K", "N"), ("C", "I", "K", "N"))
    assert count(C=3, K=99, N=2) == count(C=3, K=99, N=2, I=99)
    with pytest.raises(symcnn.DomainError, match="the network needs I >= K"):
        count(C=3, K=99, N=2, I=[99, 98])


def test_the_first_bad_row_is_named_whatever_the_blocks() -> None:
    extents = np.full(500, 64)
    extents[[257, 301]] = 33, 8
    strides = np.ones(500, int)
    strides[300] = 0
    values = {"I": extents, "K": np.full(500, 3), "S": strides, "a": np.ones(500, int)}
    for rows in (1, 7, 256, 4096):
        with pytest.raises(symcnn.DomainError, match=r"^error: row 257: I = 33: "):
            on_arrays(COUNT, values, rows=rows)


def test_one_outlier_does_not_change_the_type_of_the_rest() -> None:
    extents = np.full(100_000, 64, object)
    extents[70_000] = 2**100
    size = COUNT({**GIVEN, "I": extents})[1]
    assert (size[0], size[70_000], size[-1]) == (62, 2**100 - 2, 62)
    assert {type(value) for value in size} == {int}


def test_more_rows_than_memory() -> None:
    rows = np.broadcast_to(np.array(64), (10**15,))
    with pytest.raises(symcnn.UsageError) as caught:
        COUNT({**GIVEN, "I": rows})
    assert str(caught.value) == "error: 1000000000000000 rows do not fit into the memory"


def test_limits() -> None:
    net = symcnn.parse("symbol D where D >= 0\ninput 2**D @ 4 x 4\nconv 3x3 -> 2")
    count = net.compile("weights")
    assert count(D=100) == 18 * 2**100
    assert count(D=[0, 100]).tolist() == [18, 18 * 2**100]
    for value, row in ((10**9, ""), ([0, 10**9], "row 1: ")):
        with pytest.raises(symcnn.DomainError) as caught:
            count(D=value)
        fact = f"{row}a power of more than 65536 bits: the exponent is 1000000000"
        assert str(caught.value) == f"error: {fact}"
    with pytest.raises(symcnn.DomainError, match="numbers of more than 4194304 bits may come up"):
        COUNT({**GIVEN, "S": 1 << (1 << 23)})


def test_bounds_that_are_too_wide_do_not_refuse_rows_that_are_fine() -> None:
    """A large base with a small exponent beside a small base with a large one: no row is beyond the limit."""
    count = symcnn.parse("symbol D, S\ninput S**D @ 4 x 4\nconv 3x3 -> 1").compile("weights")
    assert count(S=[10**30, 2], D=[2, 30_000]).tolist() == [9 * 10**60, 9 * 2**30_000]


def test_sums_over_ranges() -> None:
    """The limit on terms is one per row, whether the range is the same in all rows or not."""
    i, D, N = bound("i"), symbol("D"), symbol("N")
    function = compiled([sympy.Sum(FloorDiv(N, i), (i, 1, D))], (N, D))
    for numbers, last in (([1, 9, 5, 30], [7, 1, 400_000, 3]), ([3, 7, 3, 7], 600_000)):
        ends = last if isinstance(last, list) else [last] * 4
        wanted = [sum(n // k for k in range(1, min(n, d) + 1)) for n, d in zip(numbers, ends, strict=True)]
        for rows in (1, 4):
            found = on_arrays(function, {"N": numbers, "D": last}, rows=rows)
            assert found[0].tolist() == wanted
    with pytest.raises(symcnn.DomainError) as caught:
        function(N=[1, 1], D=[5, 1_000_001])
    fact = "row 1: a sum of more than 1000000 terms: from 1 to 1000001"
    assert str(caught.value) == f"error: {fact}"


def test_rows_of_different_lengths() -> None:
    ragged = [np.zeros((2, 3), int), np.zeros((2, 4), int)]
    assert told(I=ragged) == (
        "UsageError: error: 'I' must have exact integers, not rows of different lengths\n"
        "  = hint: give an int, or an array of integers"
    )


def test_without_numpy_only_numbers_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(packages, "import_module", missing)
    packages.numpy.cache_clear()
    try:
        with pytest.raises(symcnn.UsageError) as caught:
            packages.numpy()
    finally:
        packages.numpy.cache_clear()
    assert str(caught.value) == (
        "error: arrays need NumPy, which is not installed\n  = hint: pip install 'symcnn[numeric]'"
    )
