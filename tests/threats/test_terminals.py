"""Every terminal takes time in proportion to the text, whatever stands there (threat T14)."""

# ruff: noqa: E501

from __future__ import annotations

import json

from threats.child import run_child

LENGTH = 1 << 16
PIECES = [
    "1", "1_", "_", "1.", ".", "1e", "1e1", "1e+", "e", "k", "1k", "a", "α", "x", "1x", "x1", "×", "3x3", " x ", '"',
    '""', '"a', "a\n", '"\n', "#", "#\n", "# a\r\n", "\r\n", "*", "**", "*-", "-", "->", "=", "==", "=>", "<", "<=", "!",
    "!=", "/", "//", ".", "..", "...", " ", "\t", " \n", "odd", "odd_", "add", "adda", "concat ", "@", ",", ";", ":", "|",
    "(", ")", "[]", "{}", "\\", "'", "&", "é", "😀", "1_1_1_", "1.1.1", "0x", "^",
]  # fmt: skip

_SCAN = """
import json, sys
from symcnn.errors import LanguageError
from symcnn.language.loader import load_grammar
from symcnn.source import Source

length, pieces = json.load(sys.stdin)
pattern = load_grammar().scanner._pattern
for piece in pieces:
    text = piece * (length // len(piece))
    for end in ("", 'a"'):
        assert sum(len(match.group()) for match in pattern.finditer(text + end)) == len(text + end)
print(len(pieces))
"""


def test_terminals_are_linear(package_env: dict[str, str]) -> None:
    """All pieces together take seconds; a terminal that tries again at every place takes minutes each."""
    ended = run_child(_SCAN, env=package_env, stdin=json.dumps([LENGTH, PIECES]).encode(), seconds=30)
    assert (ended.code, ended.said, int(ended.stdout)) == (0, "", len(PIECES))
