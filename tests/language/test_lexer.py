"""From the tokens as written to those of the grammar: separators, words, characters."""

from __future__ import annotations

import unicodedata

import pytest

from symcnn.errors import LanguageError
from symcnn.language.lexer import Arranger, Vocabulary, suggest
from symcnn.language.parser import parse, scan
from symcnn.source import Source


def kinds(text: str, words: Vocabulary) -> str:
    """Return what the grammar reads, word by word, names in the form KIND:word."""
    shown = {"_SEP": ";", "LAYER": "LAYER:{}", "ATTR": "ATTR:{}"}
    tokens = Arranger(scan(Source("", text)), words)
    return " ".join(shown.get(token.type, "{}").format(token.value) for token in tokens)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("conv 3x3 -> 8, stride 2", "LAYER:conv 3 x 3 -> 8 , ATTR:stride 2"),
        ("C1: conv K, pad same", "C1 : LAYER:conv K , ATTR:pad same"),
        ("e[i]: pad 3, pad 1", "e [ i ] : LAYER:pad 3 , ATTR:pad 1"),
        ("add { pad 1 | pad 2 }", "add { LAYER:pad 1 | LAYER:pad 2 }"),
        ("concat pad(e), crop(e)", "concat LAYER:pad ( e ) , LAYER:crop ( e )"),
        ("conv 3, ceil; let a = ceil(3)", "LAYER:conv 3 , ceil ; let a = ceil ( 3 )"),
        ("relu\n\n;; # c\n tanh ;\n", "LAYER:relu ; LAYER:tanh"),
        ("conv 3,\n\nstride 2", "LAYER:conv 3 , ATTR:stride 2"),
        ("f(\n1,\n2\n)\nrelu", "f ( 1 , 2 ) ; LAYER:relu"),
        ("{\nrelu\n}\n", "{ LAYER:relu }"),
        ("if K odd { }\nelse { }", "if K odd { } else { }"),
        ("add {\n| relu\n| relu\n}", "add { | LAYER:relu | LAYER:relu }"),
        ("conv 1x0x0; conv 3 x K; conv 3×3", "LAYER:conv 1 x 0 x 0 ; LAYER:conv 3 x K ; LAYER:conv 3 × 3"),
        ("repeat 2 { relu }; conv 3, no bias", "repeat 2 { LAYER:relu } ; LAYER:conv 3 , no bias"),
        ("1..D 1.5..2", "1 .. D 1.5 .. 2"),
        ("c2: share e[1].c1\nrelu", "c2 : share e [ 1 ] . c1 ; LAYER:relu"),
        ("config a:\n D = 3,\n b\nrelu", "config a : D = 3 , b ; LAYER:relu"),
    ],
)
def test_arranged(text: str, read: str, words: Vocabulary) -> None:
    assert kinds(text, words) == read


@pytest.mark.parametrize(
    "word", ["conv", "pad", "stride", "x", "from", "share", "config", "add", "odd", "no"]
)
@pytest.mark.parametrize(
    "text", ["symbol {}", "let {} = 1", "def f({}) {{ }}", "def {}() {{ }}", "output {}"]
)
def test_reserved(text: str, word: str, words: Vocabulary) -> None:
    with pytest.raises(LanguageError, match="is a reserved word"):
        parse(Source("", text.format(word)), words)


def test_every_letter_of_names(words: Vocabulary) -> None:
    parse(Source("", "symbol Γ, Δ, Θ, Λ, Ξ, Π, Σ, Φ, Ψ, Ω, αβγδεζηθικλμξπρστφχψω, _a1, xx"), words)


def test_no_other_character_is_read(words: Vocabulary) -> None:
    """Each code point outside ASCII in the place of a name, a digit and an operator."""
    allowed = set("ΓΔΘΛΞΠΣΦΨΩαβγδεζηθικλμξπρστφχψω")
    sample = [*range(0x80, 0x3100), *range(0xFB00, 0x10000, 7), 0x1D400, 0x1F600, 0xE0001, 0x10FFFF, 0xD800]
    for char in map(chr, sample):
        for text in (f"symbol {char}", f"let a = 1{char}2"):
            if char in allowed and text.startswith("symbol"):
                parse(Source("", text), words)
                continue
            with pytest.raises(LanguageError) as caught:
                parse(Source("", text), words)
            if char not in allowed and char != "×":
                assert f"U+{ord(char):04X}" in caught.value.fact
                assert caught.value.span is not None and text[caught.value.span.start] == char


def test_comments_hold_what_can_be_seen(words: Vocabulary) -> None:
    for number in (*range(0x20), *range(0x7F, 0x2100), 0x2028, 0x2029, 0xFEFF, 0xE0001, 0xD800):
        char = chr(number)
        hidden = unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and char not in "\t\n"
        for text in (f"relu # a{char}b\nrelu", f'assert a == 1 "a{char}b"'):
            if hidden:
                with pytest.raises(LanguageError, match=rf"U\+{number:04X}"):
                    parse(Source("", text), words)
            elif char not in '\n"':
                parse(Source("", text), words)


def test_byte_order_mark_only_at_the_start(words: Vocabulary) -> None:
    assert parse(Source("", "\ufeffrelu"), words) == parse(Source("", "relu"), words)
    with pytest.raises(LanguageError, match=r"U\+FEFF"):
        parse(Source("", "relu\n\ufeff"), words)


def test_suggest() -> None:
    assert suggest("strid", ["stride", "pad"]) == "stride"
    assert suggest("frobnicate", ["concat", "stride"]) is None
