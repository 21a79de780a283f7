"""The forms of formulas: rows of text in tests/data/render, and what the language cannot write."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from render.formulas import D, G, I, K, N, P, S, read
from sympy import And, Eq, Integer, Ne, Not, Or

from symcnn.algebra.functions import Gcd
from symcnn.algebra.polynomial import expanded
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.layers.base import Shape
from symcnn.render.latex import latex, latex_name
from symcnn.render.text import exact_json, number, shape_text, text
from symcnn.symbols import bound, index, symbol

DATA = Path(__file__).resolve().parents[1] / "data" / "render"
ROWS = [
    tuple(part.strip() for part in line.split("⇒"))
    for line in (DATA / "formulas.txt").read_text(encoding="utf-8").splitlines()
    if "⇒" in line and not line.startswith("#")
]
L, i, j = symbol("L"), index("i"), bound("j")
COUNT = FloorDiv(I - K + 2 * P, S) + 1


def test_there_are_enough_rows() -> None:
    assert len(ROWS) >= 60
    assert {len(row) for row in ROWS} == {4}


@pytest.mark.parametrize(("written", "unicode", "ascii", "tex"), ROWS, ids=[row[0] for row in ROWS])
def test_a_formula_reads_as_in_a_textbook(written: str, unicode: str, ascii: str, tex: str) -> None:
    expr = read(written)
    assert text(expr) == unicode
    assert text(expr, ascii=True) == ascii
    assert latex(expr) == tex


UNWRITTEN = [
    (Gcd(I, 7), "gcd(I, 7)", "gcd(I, 7)", r"\gcd\left(I, 7\right)"),
    (
        sympy.Sum(8 * 2**D, (D, 1, L)),
        "Σ(8·2^D, D = 1..L)",
        "sum(8*2**D, D = 1..L)",
        r"\sum_{D = 1}^{L} 8 \cdot 2^{D}",
    ),
    (
        N * sympy.Sum(FloorDiv(I, 2**j), (j, 1, i - 1)) + 3,
        "N·Σ(⌊I/2^j⌋, j = 1..i − 1) + 3",
        "N*sum(I//2**j, j = 1..i - 1) + 3",
        r"N\,\sum_{j = 1}^{i - 1} \left\lfloor \frac{I}{2^{j}} \right\rfloor + 3",
    ),
    (
        -K * sympy.Sum(j + 1, (j, 1, L)) * FloorDiv(I, 2),
        "−K·Σ(j + 1, j = 1..L)·⌊I/2⌋",
        "-K*sum(j + 1, j = 1..L)*(I//2)",
        r"-K\,\left(\sum_{j = 1}^{L} \left(j + 1\right)\right)\,\left\lfloor \frac{I}{2} \right\rfloor",
    ),
    (
        sympy.Sum(sympy.Sum(FloorDiv(I, j), (j, 1, bound("k"))), (bound("k"), 1, L)) ** 2,
        "Σ(Σ(⌊I/j⌋, j = 1..k), k = 1..L)²",
        "sum(sum(I//j, j = 1..k), k = 1..L)**2",
        r"\left(\sum_{k = 1}^{L} \sum_{j = 1}^{k} \left\lfloor \frac{I}{j} \right\rfloor\right)^{2}",
    ),
    (i * j + D, "D + j·i", "D + j*i", r"D + j\,i"),
    (2 ** (D - i) * I, "I·2^(D − i)", "I*2**(D - i)", r"I \cdot 2^{D - i}"),
    ((I + 4) * 2 ** (1 - i), "(I + 4)/2^(i − 1)", "(I + 4)/2**(i - 1)", r"\frac{I + 4}{2^{i - 1}}"),
    ((I + 4).expand() / 2**i - 3 + 0 * I, "(I + 4)/2^i − 3", "(I + 4)/2**i - 3", r"\frac{I + 4}{2^{i}} - 3"),
    (3 - I / 2**i - 4 / 2**i, "3 − (I + 4)/2^i", "3 - (I + 4)/2**i", r"3 - \frac{I + 4}{2^{i}}"),
    (
        I * 2 ** (1 - i) + 8 / 2**i,
        "I/2^(i − 1) + 8/2^i",
        "I/2**(i - 1) + 8/2**i",
        r"\frac{I}{2^{i - 1}} + \frac{8}{2^{i}}",
    ),
    ((I + N).expand() / 2 ** (i - 1), "(I + N)/2^(i − 1)", "(I + N)/2**(i - 1)", r"\frac{I + N}{2^{i - 1}}"),
    (expanded((I + 4) / 2 ** (i - 1)), "(I + 4)/2^(i − 1)", "(I + 4)/2**(i - 1)", r"\frac{I + 4}{2^{i - 1}}"),
    (I / 2**i - 4 / 2**i, "(I − 4)/2^i", "(I - 4)/2**i", r"\frac{I - 4}{2^{i}}"),
    (9 * N * 2 ** (i - 1) * 2 ** (i - 2), "9·N·2^(2·i − 3)", "9*N*2**(2*i - 3)", r"9\,N \cdot 2^{2\,i - 3}"),
    (4 * N * 2 ** (i - 1) * 2**i, "2·N·4^i", "2*N*4**i", r"2\,N \cdot 4^{i}"),
    (I * 2 ** (-i - 1), "I/2^(i + 1)", "I/2**(i + 1)", r"\frac{I}{2^{i + 1}}"),
    (I >= 67, "I ≥ 67", "I >= 67", r"I \ge 67"),
    (sympy.Ge(67, I, evaluate=False), "I ≤ 67", "I <= 67", r"I \le 67"),
    (And(I >= 67, Ne(N, G)), "I ≥ 67 and N ≠ G", "I >= 67 and N != G", r"I \ge 67 \ \mathrm{and}\ N \ne G"),
    (Or(I > 3, Eq(I, 1)), "I = 1 or I > 3", "I == 1 or I > 3", r"I = 1 \ \mathrm{or}\ I > 3"),
    (Eq(Mod(I, 32), 0), "I mod 32 = 0", "I % 32 == 0", r"I \bmod 32 = 0"),
    (sympy.true, "true", "true", r"\mathrm{true}"),
    (sympy.false, "false", "false", r"\mathrm{false}"),
    (sympy.floor(I / 2), "⌊I/2⌋", "I//2", r"\left\lfloor \frac{I}{2} \right\rfloor"),
    (sympy.ceiling(I / 3) + 1, "⌈I/3⌉ + 1", "ceil(I/3) + 1", r"\left\lceil \frac{I}{3} \right\rceil + 1"),
    (sympy.Abs(symbol("a", "real")), "abs(a)", "abs(a)", r"\mathrm{abs}\left(a\right)"),
    (Not(Eq(I, K), evaluate=False), "not (I = K)", "not (I == K)", r"\mathrm{not}\ \left(I = K\right)"),
    (sympy.Function("f")(I, N), "f(I, N)", "f(I, N)", r"\mathrm{f}\left(I, N\right)"),
    (sympy.sqrt(2) * I, "2^(1/2)·I", "2**(1/2)*I", r"2^{\frac{1}{2}}\,I"),
    (sympy.Mul(0, I, evaluate=False), "0", "0", "0"),
    (
        FloorDiv(K * S, S, evaluate=False) - K,
        "⌊0/S⌋",
        "0//S",
        r"\left\lfloor \frac{0}{S} \right\rfloor",
    ),
]


@pytest.mark.parametrize(("expr", "unicode", "ascii", "tex"), UNWRITTEN, ids=[row[1] for row in UNWRITTEN])
def test_what_the_language_cannot_write(expr: sympy.Basic, unicode: str, ascii: str, tex: str) -> None:
    assert (text(expr), text(expr, ascii=True), latex(expr)) == (unicode, ascii, tex)


def test_many_terms_do_not_stand_in_a_numerator() -> None:
    letters = [symbol(f"c{n}") for n in range(1, 14)]
    for some, written in (
        (letters[:12], "⌊(I − {})/2⌋"),
        (letters, "⌊(I + {})/2⌋ − {}"),
    ):
        plus, minus = (sign.join(letter.name for letter in some) for sign in (" + ", " − "))
        parts = (minus,) if len(some) == 12 else (plus, minus)
        assert text(FloorDiv(I + sum(some), 2) - sum(some)) == written.format(*parts)


WORKED = [
    ((K**2 * symbol("C") + 1) * N, {K: 5, symbol("C"): 1, N: 6}, "(5²·1 + 1)·6"),
    (COUNT, {I: 227, K: 11, P: 0, S: 4}, "⌊(227 − 11 + 2·0)/4⌋ + 1"),
    (COUNT, {I: 227, K: 11}, "⌊(227 − 11 + 2·P)/S⌋ + 1"),
    (I - P, {I: -3, P: -11}, "(−3) − (−11)"),
    (K**2 * N, {K: -3, N: Fraction(1, 2)}, "(−3)²·(1/2)"),
    (I * K, {I: N + 1}, "K·(N + 1)"),
    (2**D, {D: 3}, "2³"),
    (I >= 67, {I: 32}, "32 ≥ 67"),
    (sympy.Sum(j * i, (j, 1, i)), {i: 4, index("j"): 9}, "Σ(j·4, j = 1..4)"),
    (sympy.Sum(2**D * N, (D, 1, L)), {D: 7, N: 3, L: 4}, "Σ(2^D·3, D = 1..4)"),
]


@pytest.mark.parametrize(("expr", "values", "worked"), WORKED, ids=[row[2] for row in WORKED])
def test_values_stand_where_the_letters_stood(
    expr: sympy.Basic, values: dict[sympy.Symbol, object], worked: str
) -> None:
    assert text(expr, values=values) == worked  # type: ignore[arg-type]


SHAPES = [
    (Shape(Integer(96), (Integer(55), Integer(55))), "96@55x55", "96@55x55"),
    (Shape(Integer(4096)), "4096", "4096"),
    (Shape(N, (I, I)), "N @ I x I", "N @ I x I"),
    (Shape(2 * N, (I,)), "2·N @ I", "2*N @ I"),
    (Shape(N + 1, (I + 1,)), "(N + 1) @ I + 1", "(N + 1) @ I + 1"),
    (Shape(Integer(96), (I - 2, I - 2)), "96 @ (I − 2)²", "96 @ (I - 2) x (I - 2)"),
    (Shape(Integer(96), (I - 2,) * 3), "96 @ (I − 2)³", "96 @ (I - 2) x (I - 2) x (I - 2)"),
    (Shape(Integer(3), (I - 2, 2 * N)), "3 @ (I − 2) x (2·N)", "3 @ (I - 2) x (2*N)"),
    (Shape(Integer(64), (FloorDiv(I + 31, 32),) * 2), "64 @ ⌈I/32⌉ x ⌈I/32⌉", "64 @ ceil(I/32) x ceil(I/32)"),
]


@pytest.mark.parametrize(("shape", "unicode", "ascii"), SHAPES, ids=[row[1] for row in SHAPES])
def test_shapes(shape: Shape, unicode: str, ascii: str) -> None:
    assert shape_text(shape) == unicode
    assert shape_text(shape, ascii=True) == ascii


def test_a_shape_with_values() -> None:
    assert shape_text(Shape(N, (I, I)), values={N: 96, I: 55}) == "96@55x55"


@pytest.mark.parametrize(
    ("value", "thousands", "written"),
    [
        (62378344, True, "62,378,344"),
        (62378344, False, "62378344"),
        (-1234, True, "-1,234"),
        (Fraction(1, 2), False, "1/2"),
        (Integer(7), False, "7"),
        (10**4300 - 1, False, "9" * 4300),
        (10**4300, False, "~1.00e4300 (14285 bits)"),
        (-(10**4300), False, "-~1.00e4300 (14285 bits)"),
        (10**5000 - 1, False, "~1.00e5000 (16610 bits)"),
    ],
    ids=range(9),
)
def test_numbers(value: int | Fraction, thousands: bool, written: str) -> None:
    assert number(value, thousands=thousands) == written


def test_numbers_for_json() -> None:
    assert [exact_json(n) for n in (2**53, -(2**53), 2**53 + 1, -(2**60))] == [
        2**53,
        -(2**53),
        "9007199254740993",
        "-1152921504606846976",
    ]


@pytest.mark.parametrize(
    ("name", "tex"),
    [
        ("K", "K"),
        ("K12", "K_{12}"),
        ("classes", r"\mathrm{classes}"),
        ("α", r"\alpha"),
        ("α2", r"\alpha_{2}"),
        ("αmax", r"\mathrm{\alpha max}"),
        ("my_net2", r"\mathrm{my\_net}_{2}"),
        ("_", r"\_"),
        (r"x}\input{y}$%#&^~", r"\mathrm{x??input?y???????}"),
        ("a\nb", r"\mathrm{a?b}"),
    ],
)
def test_names_are_escaped_in_latex(name: str, tex: str) -> None:
    assert latex_name(name) == tex
