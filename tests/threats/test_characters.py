"""Characters that deceive, and the truth of lines and columns (threats T9, T10, T20)."""

from __future__ import annotations

import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threats.hostile import CODE, MARKUP

import symcnn
from symcnn import LanguageError, SymcnnError
from symcnn.api import Network
from symcnn.files import read_file

GREEK = "ΓΔΘΛΞΠΣΦΨΩαβγδεζηθικλμξπρστφχψω"
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u00ad\u034f\u115f\u180e\u200b\u200c\u200d\u2060\u2061\ufeff\u3164\uffa0\U000e0001\U000e0041"

# Token positions: `@` is the character.
POSITIONS = [
    "@",
    "le@t",
    "let @ = 1",
    "let a@ = 1",
    "let a = @",
    "let a = 1@",
    "let a = 1 @ 2",
    "conv@ 3",
    "relu @",
]
REMARKS = ["# a @ b", 'net "a@b" { input 1@8x8 }']


def some_of_every_kind() -> Iterator[str]:
    """Yield characters of every category: the first, the last, and those that look like ASCII."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for point in range(128, sys.maxunicode + 1):
        char = chr(point)
        kinds[unicodedata.category(char)].append(char)
    for members in kinds.values():
        yield from {*members[:8], *members[-8:], *members[:: max(1, len(members) // 8)]}
    for members in kinds.values():
        twins = [c for c in members if unicodedata.normalize("NFKC", c).isascii()]
        yield from twins[:: max(1, len(twins) // 12)]
    yield from BIDI + ZERO_WIDTH + "АВЕКМНОРСТХаеорсухіј٣०３\u212a\u2028\u2029\x85\xa0\u3000"


def refusal(text: str) -> LanguageError | None:
    try:
        symcnn.format(text)
    except LanguageError as error:
        return error
    return None


def check_in_tokens(char: str, positions: list[str]) -> None:
    """Outside of remarks there are ASCII, the sign × and some Greek letters; all else shows its number."""
    for position in positions:
        text = position.replace("@", char, 1)
        error = refusal(text)
        marks = char == "\ufeff" and position[0] == "@"  # a byte order mark begins the text
        if char not in GREEK and char != "×" and not marks:
            assert error is not None, text
            assert error.place == (1, position.index("@") + 1), text
            assert f"U+{ord(char):04X}" in error.fact
            assert char in GREEK or char not in str(error).split("\n")[0] or char.isprintable()


def check_in_remarks(char: str) -> None:
    """In comments and strings everything that can be seen is fine."""
    hidden = unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    for remark in REMARKS:
        text = remark.replace("@", char, 1)
        error = refusal(text)
        assert (error is not None) == hidden, (hex(ord(char)), text)
        if error is not None:
            assert error.place == (1, remark.index("@") + 1)
            assert f"U+{ord(char):04X}" in error.fact
            assert char not in str(error)


def test_some_characters_of_every_kind() -> None:
    chars = set(some_of_every_kind())
    assert len({unicodedata.category(char) for char in chars}) >= 29
    assert len(chars) > 400
    for at, char in enumerate(sorted(chars)):
        check_in_tokens(char, [POSITIONS[at % len(POSITIONS)], POSITIONS[(at + 4) % len(POSITIONS)]])
        check_in_remarks(char)


@pytest.mark.slow
def test_every_character_in_every_position() -> None:
    for point in range(128, sys.maxunicode + 1):
        check_in_tokens(chr(point), POSITIONS)
        check_in_remarks(chr(point))


@pytest.mark.parametrize("char", GREEK)
def test_greek_letters_are_names(char: str) -> None:
    assert refusal(f"symbol {char}, a{char}1") is None
    assert unicodedata.normalize("NFKC", char) == char


def test_no_two_names_look_alike() -> None:
    """Names that Python would take for the same identifier are the same characters here."""
    letters = [chr(p) for p in range(sys.maxunicode + 1) if chr(p) in GREEK or (p < 128 and chr(p).isalnum())]
    folded = [unicodedata.normalize("NFKC", char) for char in letters]
    assert len(set(folded)) == len(letters) == len(GREEK) + 62


@pytest.mark.parametrize("char", BIDI)
def test_trojan_source(char: str) -> None:
    """CVE-2021-42574: a comment that seems to end, a claim that seems to stand outside of it."""
    for text in (
        f"# {char} \nassert params == 1",
        f'input 1@8x8\nassert params == 0 "{char}"',
        f"relu;{char}",
    ):
        error = refusal(text)
        assert error is not None and error.place is not None
        assert char not in str(error) and f"U+{ord(char):04X}" in str(error)


# ------------------------------------------------------------------------ lines and columns
LINES = st.lists(
    st.sampled_from(
        ["", "# é😀", "\t# tab", "relu  # a\tb", "# \u00e9\u0301 ＃", "input 1@8x8", "# " + "x" * 200]
    ),
    max_size=8,
)
INDENT = st.sampled_from(["", " ", "\t", "\t \t", "identity; ", "x1: ", "relu  ;\t"])


@given(lines=LINES, indent=INDENT, end=st.sampled_from(["\n", "\r\n"]), mark=st.booleans(), after=LINES)
def test_the_place_is_that_of_the_bytes(
    lines: list[str],
    indent: str,
    end: str,
    mark: bool,
    after: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Line and column of a mistake, counted once more on the bytes of the file."""
    raw = end.join([*lines, indent + "wrong 3x3", *after]).encode("utf-8")
    at = raw.index(b"wrong")
    begin = raw.rfind(b"\n", 0, at) + 1
    place = (raw.count(b"\n", 0, at) + 1, len(raw[begin:at].decode("utf-8")) + 1)
    path = tmp_path_factory.getbasetemp() / "place.cnn"
    path.write_bytes((b"\xef\xbb\xbf" if mark else b"") + raw)
    with pytest.raises(LanguageError) as caught:
        Network.read(read_file(path))
    assert caught.value.place == place
    first, quoted, carets, *_ = str(caught.value).split("\n")
    assert first == f"{path}:{place[0]}:{place[1]}: error: unknown layer 'wrong'"
    assert quoted[carets.index("^") :].startswith("wrong 3x3")


@pytest.mark.parametrize(
    "char", ["\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\x00"]
)
@pytest.mark.parametrize("before", ["", "relu\n", "relu\r\n# é\n\t"])
def test_nothing_else_ends_a_line(char: str, before: str) -> None:
    """What other programs take for the end of a line is refused where it stands."""
    error = refusal(f"{before}# a{char}wrong 3")
    assert error is not None
    assert error.place == (before.count("\n") + 1, len(before) - before.rfind("\n") + 3)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_before_move_the_place(end: str) -> None:
    for count in (0, 1, 7, 1000):
        error = refusal(end * count + "  wrong 3")
        assert error is not None and error.place == (count + 1, 3)


# ---------------------------------------------------------------------- what messages quote
@given(
    st.sampled_from(
        ["@", "let a = @", "conv @", "# @\nwrong", 'input 1@8x8; assert params == 1 "@" 2', "a: @ b"]
    ),
    st.one_of(st.sampled_from([*CODE, *MARKUP]), st.text(max_size=300)),
    st.integers(0, 200),
)
def test_messages_quote_little_and_nothing_that_acts(pattern: str, text: str, blanks: int) -> None:
    """At most 80 characters of one line, none of which could drive a terminal."""
    try:
        Network.read(symcnn.source.Source("a.cnn", " " * blanks + pattern.replace("@", text, 1)))
    except SymcnnError as error:
        said = str(error)
        assert all(char.isprintable() or char in "\n\t" for char in said)
        shown = said.split("\n")
        if error.place is not None:
            number = len(str(error.place.line))
            assert len(shown[1]) <= 80 + 2 + len(f"  {'9' * number} | ")
        assert all(len(line) <= 200 for line in shown)
