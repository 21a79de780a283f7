"""Limits: each has a place, and no text takes long, whatever it holds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language.programs import refusal

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


@pytest.mark.parametrize(
    "unit", ["conv 3x3 -> 8, stride 2\n", "(", '"', "a", "1_", "# é\n", "let a = ((b))\n", "a:b"]
)
def test_time_is_linear(unit: str, words: Vocabulary) -> None:
    def measure(size: int) -> float:
        text = unit * (size // len(unit))
        best = 10.0
        for _ in range(3):
            start = time.process_time()
            refusal(text, words)
            best = min(best, time.process_time() - start)
        return best

    # A quadratic step would make it 16 times, and take minutes at the limit; the rest is noise.
    assert measure(4 * BIG) < 8 * measure(BIG) + 0.05


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text(text: str, words: Vocabulary) -> None:
    check_refusal(text, words)


@given(text=st.text(alphabet='conv3x->8,;|{}()[]=: \n+-*/."#1eM_@~!<αΚ\r\t', max_size=60))
def test_any_text_of_the_language(text: str, words: Vocabulary) -> None:
    check_refusal(text, words)
