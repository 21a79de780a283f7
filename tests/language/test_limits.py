"""Limits: each has a place, and no text takes long, whatever it holds."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language.programs import refusal
from profiles import thorough
from threats.child import run_child

from symcnn.errors import LanguageError
from symcnn.language.formatter import format as reformat
from symcnn.language.lexer import MAX_BYTES, MAX_DIGITS, MAX_EXPONENT, MAX_NAME, MAX_NESTING, Vocabulary
from symcnn.language.parser import parse
from symcnn.source import Source

BIG = 1 << 15


def check_refusal(text: str, words: Vocabulary) -> None:
    error = refusal(text, words)
    assert error is None or (error.place is not None and str(error))


@pytest.mark.parametrize(
    ("allowed", "refused", "column"),
    [
        ("let a = " + "1" * MAX_DIGITS, "let a = " + "1" * (MAX_DIGITS + 1), 9),
        ("let a = 1." + "1" * (MAX_DIGITS - 1), "let a = 1." + "1" * MAX_DIGITS, 9),
        ("let a = 1e18", "let a = 1e19", 9),
        ("let a = 1e-18", "let a = 1e-19", 9),
        ("let a = 1e0018".replace("00", "0"), "let a = 1e00018", 9),
        ("symbol " + "a" * MAX_NAME, "symbol " + "a" * (MAX_NAME + 1), 8),
        (f"let a = 2**{MAX_EXPONENT}", f"let a = 2**{MAX_EXPONENT + 1}", 12),
        (f"let a = 2**-{MAX_EXPONENT}", f"let a = 2**-{MAX_EXPONENT + 1}", 12),
        (f"let a = 2**({MAX_EXPONENT})", f"let a = 2**({MAX_EXPONENT + 1})", 12),
        (
            "let a = " + "(" * MAX_NESTING + "1" + ")" * MAX_NESTING,
            "let a = " + "(" * (MAX_NESTING + 1) + "1" + ")" * (MAX_NESTING + 1),
            9 + MAX_NESTING,
        ),
        (
            "{" * MAX_NESTING + "}" * MAX_NESTING,
            "{" * (MAX_NESTING + 1) + "}" * (MAX_NESTING + 1),
            MAX_NESTING + 1,
        ),
        ("#" * MAX_BYTES, "#" * (MAX_BYTES + 1), MAX_BYTES + 1),
        ("#" + "é" * (MAX_BYTES // 2 - 1), "#" + "é" * (MAX_BYTES // 2), MAX_BYTES // 2 + 1),
    ],
    ids="digits point exponent negative zeros name power inverse brackets parens braces bytes utf8".split(),
)
def test_limit(allowed: str, refused: str, column: int, words: Vocabulary) -> None:
    parse(Source("limit", allowed), words)
    with pytest.raises(LanguageError) as caught:
        parse(Source("limit", refused), words)
    assert caught.value.place == (1, column)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "unit",
    [
        *"""( [ { ) } a 1 _ - + . x 3x a+ a** -- 1e1 1_ " #""".split(),
        *"; a: a. a, relu; {} {}; | -> a< α × = a=1, a[1]. a[".split(),
        "share ",
        "config a: ",
        "a ",
        "\n",
        "relu\n",
        "\r\n",
    ],
)
@pytest.mark.parametrize(
    "start", ["", "let a = ", "assert a == ", "conv ", "conv 3, table [", "add {", "f(", "symbol "]
)
def test_repeated(start: str, unit: str, words: Vocabulary) -> None:
    """A tree or a LanguageError, never another error."""
    text = start + unit * (2000 // len(unit))
    for whole in (text, text + "a", text + "a)", text + "3]", text + "relu }"):
        check_refusal(whole, words)


@pytest.mark.parametrize(
    "text",
    [
        "let a = 1" + " + 1" * (BIG // 4),
        "let a = 1" + "*-a" * (BIG // 4),
        "relu;" * (BIG // 5),
        "conv 3" + "x3" * (BIG // 2),
        "assert a" + "<a" * (BIG // 2),
        "conv 3, table [" + "1," * (BIG // 2) + "]",
        "symbol a" + ", a" * (BIG // 3),
        "add { relu" + "|relu" * (BIG // 5) + "}",
        "def f(" + "a," * (BIG // 2) + "a) { }",
        "let a = b" + ".b" * (BIG // 2),
        "let a = b" + "[1].b" * (BIG // 5),
        "config c: a" + "".join(f", a{i}" for i in range(BIG // 8)),
        "conv 3" + ", no bias" * (BIG // 9),
    ],
)
def test_long_chains_are_flat(text: str, words: Vocabulary) -> None:
    """The tree of a long chain compares, hashes and formats without deep recursion."""
    source = Source("", text)
    tree = parse(source, words)
    assert tree == parse(source, words)
    assert hash(tree) == hash(parse(source, words))
    assert parse(Source("", reformat(source, words)), words) == tree


UNITS = [
    "conv 3x3 -> 8, stride 2\n",
    "(",
    '"',
    "a",
    "1_",
    "# é\n",
    "let a = ((b))\n",
    "a:b",
    "relu;",
    "[1].b",
]


@pytest.mark.parametrize("unit", UNITS)
def test_steps_grow_with_the_text(unit: str, words: Vocabulary) -> None:
    """Twice the text takes at most twice the calls; calls are counted, as time depends on the machine."""

    def count(size: int) -> int:
        text, calls = unit * (size // len(unit)), 0

        def notice(*_: object) -> None:
            nonlocal calls
            calls += 1

        before = sys.getprofile()
        sys.setprofile(notice)
        try:
            refusal(text, words)
        finally:
            sys.setprofile(before)
        return calls

    count(1 << 10)  # what is loaded or built at first use
    assert count(1 << 14) < 2.1 * count(1 << 13) + 500


_READ = """
from symcnn.errors import LanguageError
from symcnn.language.parser import parse
from symcnn.layers import vocabulary
from symcnn.source import Source

unit = sys.argv[1]
try:
    parse(Source("long.cnn", unit * ((1 << 18) // len(unit.encode()))), vocabulary())
except LanguageError as error:
    assert error.place is not None
"""


@pytest.mark.parametrize("unit", UNITS)
def test_a_long_text_is_read_in_bounded_time(unit: str, package_env: dict[str, str]) -> None:
    """What is hidden from the count of calls: a step over all the text for every token of 256 KiB.

    Reading takes about a second of the thirty; a quadratic step in Python would take minutes.
    """
    ended = run_child(_READ, unit, env=package_env, seconds=30)
    assert (ended.code, ended.said) == (0, "")


@thorough
@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text(text: str, words: Vocabulary) -> None:
    check_refusal(text, words)


@given(text=st.text(alphabet='conv3x->8,;|{}()[]=: \n+-*/."#1eM_@~!<αΚ\r\t', max_size=60))
def test_any_text_of_the_language(text: str, words: Vocabulary) -> None:
    check_refusal(text, words)
