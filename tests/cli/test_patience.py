"""Every command that reads a text stops in time, says where it was, and leaves no clock behind."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import click
import pytest
from cli.console import run

from symcnn import clock
from symcnn.cli import main, patience
from symcnn.source import Source

pytestmark = pytest.mark.skipif(not clock.Clock.exists(), reason="a clock of POSIX in the main thread")

# Every command is here or below: whoever adds one says which it is.
READERS = {
    "show": (),
    "explain": ("conv1",),
    "formula": ("params",),
    "draw": (),
    "export": ("--to", "torch"),
    "check": (),
    "verify": (),
    "fmt": (),
}
WITHOUT_TEXT = {"layers", "zoo"}
EACH = pytest.mark.parametrize("command", READERS)
# Long enough for the layout, too, to take more than a tick of the clock.
TEXT = "input C @ I x I\n" + "  conv K -> N, stride S, pad P\n" * 9000


@pytest.fixture(autouse=True)
def no_clock_is_left() -> Iterator[None]:
    before = signal.getsignal(signal.SIGPROF)
    yield
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGPROF) == before


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the second of a clock be a twentieth of one."""
    monkeypatch.setattr(clock, "process_time", lambda: 20 * time.process_time())


def test_every_command_is_known() -> None:
    assert {*READERS} | WITHOUT_TEXT == {*main.COMMANDS}
    for name in main.COMMANDS:
        command = main.cli.get_command(click.Context(main.cli), name)
        assert command is not None
        options = {option for parameter in command.params for option in parameter.opts}
        assert ("-e" in options) == (name in READERS)  # what reads a file takes its text, too


@EACH
def test_every_command_stops(command: str, folder: Path, hurry: None) -> None:
    (folder / "long.cnn").write_text(TEXT, encoding="utf-8")
    result = run(command, "long.cnn", *READERS[command], SYMCNN_SECONDS="1")
    assert result.exit_code == 2
    first, _, _, hint = result.stderr.rstrip("\n").split("\n")
    place, error, fact = first.partition(": error: ")
    name, line, column = place.split(":")
    assert (name, error, fact) == ("long.cnn", ": error: ", "this takes more than 1 s of processor time")
    assert 1 <= int(line) <= 9001 and 1 <= int(column) <= 31
    assert hint.strip() == ("= hint: SYMCNN_SECONDS=60 in the environment allows for more, 0 for any time")
    assert (folder / "long.cnn").read_text(encoding="utf-8") == TEXT
    assert [path.name for path in folder.iterdir()] == ["long.cnn"]


@EACH
def test_every_command_keeps_within_memory(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown = count(0, 2 << 20)  # bytes: this process has had more already, which it would use again
    monkeypatch.setattr(clock, "resident", lambda: next(grown))
    (folder / "long.cnn").write_text(TEXT, encoding="utf-8")
    result = run(command, "long.cnn", *READERS[command], SYMCNN_MEBIBYTES="1")
    assert result.exit_code == 2
    first, *_, hint = result.stderr.rstrip("\n").split("\n")
    place, error, fact = first.partition(": error: ")
    assert (place.split(":")[0], error, fact) == (
        "long.cnn", ": error: ", "this takes more than 1 MiB of memory",
    )  # fmt: skip
    assert hint.strip() == (
        "= hint: SYMCNN_MEBIBYTES=2000 in the environment allows for more, 0 for any memory"
    )


@EACH
def test_every_command_says_where_memory_ended(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory ends in the second statement, or where the text is put into its layout."""

    def end(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("symcnn.layers.conv.Conv.out", end)
    monkeypatch.setattr("symcnn.language.formatter.format", end)
    maps = 7001 + list(READERS).index(command)  # of no other test: what is known already is not asked again
    (folder / "net.cnn").write_text(f"input 1@8x8\n conv 3 -> {maps}\n", encoding="utf-8")
    result = run(command, "net.cnn", *READERS[command])
    assert result.exit_code == 2
    assert result.stderr == (
        "net.cnn:1:1: error: this takes more memory than there is\n  1 | input 1@8x8\n    | ^\n"
        if command == "fmt"
        else "net.cnn:2:2: error: this takes more memory than there is\n"
        f"  2 |  conv 3 -> {maps}\n    |  ^^^^^^^^^^^^^^\n"
    )


def test_the_end_of_memory_in_printing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a text is at hand there: it is the text that the command read."""

    def end(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("symcnn.render.table.to_csv", end)
    result = run("show", "-e", "input 1@8x8", "--csv")
    assert (result.exit_code, result.stderr) == (
        2, "<text>:1:1: error: this takes more memory than there is\n  1 | input 1@8x8\n    | ^\n",
    )  # fmt: skip


def test_the_other_texts_are_still_done(folder: Path, hurry: None) -> None:
    """Each text has a time of its own."""
    (folder / "long.cnn").write_text(TEXT, encoding="utf-8")
    (folder / "net.cnn").write_text("input   1@8x8\nassert maps == 1\n", encoding="utf-8")
    result = run("check", "long.cnn", "net.cnn", SYMCNN_SECONDS="1")
    assert (result.exit_code, result.stdout) == (
        2, "net.cnn:2: proved: assert maps == 1\n1 claim: 1 proved\n",
    )  # fmt: skip
    result = run("fmt", "long.cnn", "net.cnn", SYMCNN_SECONDS="1")
    assert result.exit_code == 2
    assert result.stderr.endswith("formatted net.cnn\n")


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "1e9", "٣", "1" * 7])
@EACH
def test_values_that_are_no_number(command: str, value: str) -> None:
    for variable, unit in ((patience.FOR_TIME, "seconds"), (patience.FOR_MEMORY, "MiB")):
        result = run(command, "-e", "input 1@8x8", *READERS[command], **{variable: value})
        assert (result.exit_code, result.stderr) == (
            2, f"error: {variable} is '{value}', no number of {unit}\n  = hint: 0 is for no limit\n",
        )  # fmt: skip


@pytest.mark.parametrize("value", ["", "0", " 60 ", "999999"])
def test_the_clock_stops_with_the_command(value: str) -> None:
    for variable in (patience.FOR_TIME, patience.FOR_MEMORY):
        assert run("show", "-e", "input 1@8x8", **{variable: value}).exit_code == 0


@pytest.mark.parametrize(
    ("seconds", "mebibytes", "runs"), [("5", "0", True), ("0", "5", True), ("0", "0", False)]
)
def test_without_limit_there_is_no_clock(
    seconds: str, mebibytes: str, runs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(patience.FOR_TIME, seconds)
    monkeypatch.setenv(patience.FOR_MEMORY, mebibytes)
    patience.be_patient(Source("a", ""))
    ticks = signal.getitimer(signal.ITIMER_PROF)
    patience.stop()
    assert (ticks[0] > 0, ticks[1] > 0) == (runs, runs)


def test_verify_is_patient_with_what_is_not_reading(hurry: None) -> None:
    """To compare may take longer than to read may: it is the number of examples that decides."""
    text = "input C @ I x I; conv 3 -> N, pad 1; maxpool 2"
    result = run("verify", "-e", text, "--against", "oracle", "--examples", "60", SYMCNN_SECONDS="6")
    assert result.exit_code == 0, result.stderr
