"""Any text up to 256 KiB gives an answer or an error with its place, within 10 s and 512 MiB."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from threats.child import MIB, Ended, run_child, run_command
from threats.corpus import CORPUS, SIZE, nasty

from symcnn.cli import patience

NAMES = list(CORPUS)
# One of each kind of trouble, with less patience than usual: these run by default.
CHOSEN = [
    "a chain of many letters", "branches under conditions", "undecided claims",
    "claims at values about one layer each", "noise",
]  # fmt: skip


def check_end(ended: Ended, text: str) -> None:
    """An answer, findings included; or messages of which the first has a place inside of the text."""
    said = ended.said
    assert "Traceback" not in said, said[-2000:]
    assert ended.code in (0, 1, 2), (ended.code, said[-500:])
    if ended.code == 2:
        found = re.match(r"long\.cnn:(\d+):(\d+): error: ", said)
        assert found, said[:500]
        lines = text.split("\n")
        line, column = map(int, found.groups())
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
        assert max(map(len, said.split("\n"))) <= 300


def check_text(name: str, size: int, folder: Path, env: dict[str, str]) -> None:
    text = nasty(name, size)
    (folder / "long.cnn").write_text(text, encoding="utf-8")
    for command in ("show", "check"):
        check_end(run_command(command, "long.cnn", env=env, cwd=folder, seconds=10, memory=512 * MIB), text)


@pytest.mark.parametrize("name", CHOSEN)
def test_long_texts_in_a_hurry(name: str, tmp_path: Path, package_env: dict[str, str]) -> None:
    text = nasty(name, SIZE // 4)
    (tmp_path / "long.cnn").write_text(text, encoding="utf-8")
    env = package_env | {patience.FOR_TIME: "1"}
    check_end(run_command("check", "long.cnn", env=env, cwd=tmp_path, seconds=10, memory=512 * MIB), text)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_texts_of_256_kib(name: str, tmp_path: Path, package_env: dict[str, str]) -> None:
    check_text(name, SIZE, tmp_path, package_env)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_texts_of_8_kib(name: str, tmp_path: Path, package_env: dict[str, str]) -> None:
    check_text(name, 1 << 13, tmp_path, package_env)


# One of every kind of text, through every other command that reads texts.
KINDS = [
    "a chain of halves", "a chain of many letters", "branches under conditions", "residuals with letters",
    "calls", "repeats of letters", "a repeat of a long chain", "a table of lists", "divisible parts",
    "claims about the whole", "one long comment", "one long note", "noise",
]  # fmt: skip
OTHERS = {
    "fmt": ("fmt", "--diff", "long.cnn"),
    "explain": ("explain", "long.cnn", "conv1"),
    "formula": ("formula", "long.cnn", "macs", "--expand", "--at", "N=2,K=3,I=99"),
    "draw": ("draw", "long.cnn"),
    "mermaid": ("draw", "long.cnn", "--form", "mermaid", "--depth", "0"),
    "export": ("export", "long.cnn", "--to", "torch", "--at", "I=299,C=3,N=2"),
    "latex": ("show", "long.cnn", "--latex", "--columns", "all"),
    "json": ("show", "long.cnn", "--json", "--at", "defaults,I=299"),
}
# What may be wrong with the command, and not with the text.
ABOUT_THE_COMMAND = re.compile(
    r"error: no layer is labelled 'conv1'\n"
    r"|--at:1:\d+: error: (no free symbol is|no config is|no symbol has) "
    r"|error: the symbols? .{1,999} (has no value|have no values)\n"
    r"|error: (there is nothing to draw|there is nothing to export: the text has no layers)"
)


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("command", OTHERS)
def test_other_commands(command: str, name: str, tmp_path: Path, package_env: dict[str, str]) -> None:
    """All of them at a size at which there is something to say; what is read first limits longer ones."""
    text = nasty(name, SIZE if command == "fmt" else 1 << 13)
    (tmp_path / "long.cnn").write_text(text, encoding="utf-8")
    ended = run_command(*OTHERS[command], env=package_env, cwd=tmp_path)
    if not (ended.code == 2 and ABOUT_THE_COMMAND.match(ended.said)):
        check_end(ended, text)


# ------------------------------------------------------------------------ the end of time and memory
def test_where_patience_ends_is_said(tmp_path: Path, package_env: dict[str, str]) -> None:
    """The whole message, with the statement that was being worked on."""
    (tmp_path / "net.cnn").write_text(
        "input C @ I x I\n" + "  conv K -> N, stride S, pad P\n" * 3000, encoding="utf-8"
    )
    ended = run_command("show", "net.cnn", env=package_env | {patience.FOR_TIME: "1"}, cwd=tmp_path)
    assert ended.code == 2
    place, error, fact = ended.said.split("\n")[0].partition(": error: ")
    name, line, _ = place.split(":")
    assert (name, error, fact) == ("net.cnn", ": error: ", "this takes more than 1 s of processor time")
    assert 2 <= int(line) <= 3001
    assert ended.said.split("\n")[1] == f"  {line} |   conv K -> N, stride S, pad P"
    assert ended.said.split("\n")[-2] == (
        " " * (len(line) + 1) + "= hint: SYMCNN_SECONDS=60 in the environment allows for more, 0 for any time"
    )


_GREEDY = """
from symcnn.layers.conv import Conv
def out(self, x, _out=Conv.out):
    if x.maps == 2:
        held = bytearray(600 << 20)
    return _out(self, x)
Conv.out = out
import sys
from symcnn.cli.main import main
sys.argv[0] = "symcnn"
main()
"""


def test_the_end_of_memory(tmp_path: Path, package_env: dict[str, str]) -> None:
    """A layer that asks the system for more than it gives."""
    (tmp_path / "net.cnn").write_text("input 1@9x9\nconv 3 -> 2\nconv 3 -> 3\n", encoding="utf-8")
    (tmp_path / "next.cnn").write_text("input 1@9x9\nassert maps == 1", encoding="utf-8")
    said = "net.cnn:3:1: error: this takes more memory than there is\n  3 | conv 3 -> 3\n    | ^^^^^^^^^^^\n"
    for arguments, stdout in (
        (("show", "net.cnn"), ""),
        (("check", "net.cnn", "next.cnn"), "next.cnn:2: proved: assert maps == 1\n1 claim: 1 proved\n"),
    ):
        ended = run_child(_GREEDY, *arguments, env=package_env, cwd=tmp_path, memory=512 * MIB)
        assert (ended.code, ended.said, ended.stdout.decode()) == (2, said, stdout)


def test_memory_that_grows_is_stopped_before_it_ends(tmp_path: Path, package_env: dict[str, str]) -> None:
    """The same without a limit of the system: what is asked for is used, so the command stops itself."""
    (tmp_path / "net.cnn").write_text("input 1@9x9\nconv 3 -> 2\nconv 3 -> 3\n", encoding="utf-8")
    greedy = _GREEDY.replace("bytearray(600 << 20)", "[bytearray(1 << 20) for _ in range(1000)]")
    assert greedy != _GREEDY
    ended = run_child(greedy, "show", "net.cnn", env=package_env, cwd=tmp_path, memory=4096 * MIB)
    if ended.code == 0:
        pytest.skip("the system does not say how much memory a process has")
    assert (ended.code, ended.said) == (
        2,
        "net.cnn:3:1: error: this takes more than 400 MiB of memory\n"
        "  3 | conv 3 -> 3\n    | ^^^^^^^^^^^\n"
        "  = hint: SYMCNN_MEBIBYTES=2000 in the environment allows for more, 0 for any memory\n",
    )
