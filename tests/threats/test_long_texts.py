"""Any text up to 256 KiB gives an answer or an error with its place, within 10 s and 512 MiB."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from cli.console import run
from threats.child import MIB, Ended, run_command
from threats.corpus import CORPUS, SIZE, nasty

from symcnn.cli import patience
from symcnn.errors import UsageError
from symcnn.source import Source

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
    env = package_env | {patience.VARIABLE: "1"}
    check_end(run_command("check", "long.cnn", env=env, cwd=tmp_path, seconds=10, memory=512 * MIB), text)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_texts_of_256_kib(name: str, tmp_path: Path, package_env: dict[str, str]) -> None:
    check_text(name, SIZE, tmp_path, package_env)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_texts_of_8_kib(name: str, tmp_path: Path, package_env: dict[str, str]) -> None:
    check_text(name, 1 << 13, tmp_path, package_env)


# ---------------------------------------------------------------------------------- patience
def test_where_patience_ends_is_said(tmp_path: Path, package_env: dict[str, str]) -> None:
    """The whole message, with the statement that was being worked on."""
    (tmp_path / "net.cnn").write_text(
        "input C @ I x I\n" + "  conv K -> N, stride S, pad P\n" * 3000, encoding="utf-8"
    )
    ended = run_command("show", "net.cnn", env=package_env | {patience.VARIABLE: "1"}, cwd=tmp_path)
    assert ended.code == 2
    place, error, fact = ended.said.split("\n")[0].partition(": error: ")
    name, line, _ = place.split(":")
    assert (name, error, fact) == ("net.cnn", ": error: ", "this takes more than 1 s of processor time")
    assert 2 <= int(line) <= 3001
    assert ended.said.split("\n")[1] == f"  {line} |   conv K -> N, stride S, pad P"
    assert ended.said.split("\n")[-2] == (
        " " * (len(line) + 1) + "= hint: SYMCNN_SECONDS=60 in the environment allows for more, 0 for any time"
    )


def test_the_other_texts_are_still_checked(tmp_path: Path, package_env: dict[str, str]) -> None:
    (tmp_path / "long.cnn").write_text(nasty("a chain of many letters"), encoding="utf-8")
    (tmp_path / "net.cnn").write_text("input 1@8x8\nassert maps == 1\n", encoding="utf-8")
    env = package_env | {patience.VARIABLE: "1"}
    ended = run_command("check", "long.cnn", "net.cnn", env=env, cwd=tmp_path)
    assert ended.code == 2
    assert ended.stdout.decode() == "net.cnn:2: proved: assert maps == 1\n1 claim: 1 proved\n"


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "1e9", "٣", "1" * 7])
def test_seconds_that_are_no_number(value: str) -> None:
    result = run("show", "-e", "input 1@8x8", **{patience.VARIABLE: value})
    assert result.exit_code == 2
    assert result.stderr == (
        f"error: SYMCNN_SECONDS is '{value}', no number of seconds\n  = hint: 0 is for no limit\n"
    )


@pytest.mark.parametrize("value", ["", "0", " 60 ", "999999"])
def test_the_clock_stops_with_the_command(value: str) -> None:
    assert run("show", "-e", "input 1@8x8", **{patience.VARIABLE: value}).exit_code == 0
    if hasattr(signal, "setitimer"):
        assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_without_limit_there_is_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(patience.VARIABLE, "0")
    patience.be_patient(Source("a", ""))
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    monkeypatch.setenv(patience.VARIABLE, "5")
    patience.be_patient(Source("a", ""))
    left, again = signal.getitimer(signal.ITIMER_PROF)
    patience.stop()
    assert 0 < left <= 5.1 and again > 0
    monkeypatch.setenv(patience.VARIABLE, "five")
    with pytest.raises(UsageError, match="no number of seconds"):
        patience.be_patient(Source("a", ""))
