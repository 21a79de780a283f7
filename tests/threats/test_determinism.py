"""The same bytes whatever the order of hashes, the locale and the time zone (threat T18)."""

# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

import pytest
from threats.child import run_child

TEXT = """\
symbol I = 224, D1, D2, g, N where I % 32 == 0, I >= 64, g even
config small: D1 = 2, D2 = 3, g = 2, N = 8
let w(c) = divisible(c*g, 8)   # a rule
def block(M, S = 1) {
add { | conv 3x3->M,stride S,pad 1;batchnorm | if S == 1 and maps == M { identity } else { conv 1x1 -> M, stride S } }
}
input 3 @ I x I
stem: conv 7x7 -> w(N), stride 2, pad 3
repeat D1 { block(w(N)) }
repeat i in 1..D2 { e[i]: conv 3x3 -> 8*2**i, pad 1 }
concat { conv K -> N2, pad P | conv K -> M2, pad P }
globalpool; fc -> 10
assert params >= 10
assert maps == 10
assert maps(stem) == N*g "claimed"
assert size(stem) == I/2
assert macs ~ 5G given small, defaults, K = 3, N2 = 4, M2 = 4, P = 1
"""

_RUN = """
import os, subprocess
from click.testing import CliRunner
from symcnn.cli.main import cli

for command in (
    "show net.cnn", "show net.cnn --columns all --json", "show net.cnn --latex", "show net.cnn --markdown",
    "show net.cnn --html", "show net.cnn --csv", "check net.cnn --json", "explain net.cnn stem",
    "formula net.cnn params --expand", "draw net.cnn", "draw net.cnn --form mermaid", "fmt --diff net.cnn",
    "show wrong.cnn", "check wrong2.cnn",
):
    result = CliRunner().invoke(cli, command.split())
    print("$", command, result.exit_code, result.output, result.exception)
"""
COMMANDS = 14


def printed(folder: Path, env: dict[str, str], **others: str) -> bytes:
    (folder / "net.cnn").write_text(TEXT, encoding="utf-8")
    (folder / "wrong.cnn").write_text("input 1@8x8; conv 3 -> 4, strid 2", encoding="utf-8")
    (folder / "wrong2.cnn").write_text(
        "input N@I x I; add { conv A -> M | conv B -> K2 }\nassert params == 1", encoding="utf-8"
    )
    kept = {name: value for name, value in env.items() if not name.startswith("LC_") and name != "LANG"}
    ended = run_child(_RUN, env=kept | others, cwd=folder, seconds=120, memory=0)
    assert (ended.code, ended.said) == (0, "")
    assert ended.stdout.count(b"\n$ ") == COMMANDS - 1
    assert b"Traceback" not in ended.stdout
    return ended.stdout


VARIANTS = [
    {"PYTHONHASHSEED": "0"},
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
    {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8"},
    {"PYTHONHASHSEED": "3", "LC_ALL": "de_DE.UTF-8", "LANG": "ar_EG.UTF-8"},
    {"PYTHONHASHSEED": "4", "LC_ALL": "POSIX", "LC_NUMERIC": "de_DE.UTF-8"},
]


def test_the_same_bytes(tmp_path: Path, package_env: dict[str, str]) -> None:
    first, *others = (printed(tmp_path, package_env, **variant) for variant in VARIANTS)
    assert len(first) > 20_000
    for variant, other in zip(VARIANTS[1:], others, strict=True):
        assert other == first, variant


@pytest.mark.slow
def test_the_same_bytes_for_twenty_seeds(tmp_path: Path, package_env: dict[str, str]) -> None:
    """Each seed under another locale and time zone."""
    seen = set()
    for seed in range(20):
        others = VARIANTS[seed % len(VARIANTS)] | {"PYTHONHASHSEED": str(seed)}
        seen.add(printed(tmp_path, package_env, **others))
    assert len(seen) == 1


_DRAW = """
import json, sys
from symcnn.verify import randoms

if __name__ == "__main__":
    randoms.CHUNK = 4
    found = randoms.verify_programs(8, seed=3, against=["oracle"], jobs=int(sys.argv[1]))
    print(json.dumps([found.programs, sorted(found.ends.items()), [str(f) for f in found.failures]]))
"""


def test_the_same_programs_for_all_seeds_and_processes(package_env: dict[str, str]) -> None:
    """Random programs are drawn by the seed that is asked for, and by nothing else."""
    pytest.importorskip("hypothesis")
    seen = {
        run_child(_DRAW, jobs, env=package_env | variant, seconds=120, memory=0).stdout
        for jobs, variant in (("1", VARIANTS[0]), ("1", VARIANTS[2]), ("2", VARIANTS[1]), ("3", VARIANTS[4]))
    }
    (only,) = seen
    assert only.startswith(b"[8, ")
