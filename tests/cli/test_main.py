"""The group of commands: help, its examples, completion, and what only a process of its own shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from cli.console import Case, check, golden, run

from symcnn.cli.main import COMMANDS


@pytest.mark.parametrize("case", golden("main"))
def test_golden(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", golden("files"))
def test_golden_of_files(case: Case) -> None:
    check(case)


def test_without_a_command_the_help_is_shown() -> None:
    result = run()
    assert result.exit_code == 2
    assert result.stdout + result.stderr == run("--help").stdout


# ------------------------------------------------------------------ the examples of the help
def _examples() -> list[str]:
    """Return the commands in the help texts that need no file of the reader."""
    found = []
    for command in ["", *COMMANDS]:
        for line in run(*command.split(), "--help").stdout.splitlines():
            if re.match(r"  symcnn \w+", line):
                found.append(re.sub(r"(?<=\S)   +\S.*", "", line).strip())
    return found


def test_every_command_shows_an_example() -> None:
    shown = [line.split()[1] for line in _examples()]
    assert set(shown) == set(COMMANDS)
    assert len(shown) > 20


@pytest.mark.parametrize("line", [e for e in _examples() if not re.search(r"\.cnn|[<>*](?!.*\")|--zoo", e)])
def test_example_of_a_help_text(line: str) -> None:
    quick = re.sub(r"--random \d+", "--random 2", line)  # the whole zoo, and many programs, take minutes
    result = run(*shlex.split(quick)[1:])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.strip() or "--output" in line


def test_example_with_redirection(folder: Path) -> None:
    assert "symcnn zoo lenet5 > my-lenet.cnn" in _examples()
    (folder / "my-lenet.cnn").write_text(run("zoo", "lenet5").stdout, encoding="utf-8")
    assert run("check", "my-lenet.cnn").exit_code == 0


# ------------------------------------------------------------------ processes
def _process(*arguments: str, env: dict[str, str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-P", "-m", "symcnn", *arguments]
    return subprocess.run(command, env=env, input=stdin, capture_output=True, timeout=60, check=False)


def test_as_a_module(package_env: dict[str, str]) -> None:
    done = _process("show", "-", env=package_env, stdin=b"input 1@8x8; conv 3x3 -> 4")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"4@6x6" in done.stdout


def test_mistake_in_a_process(package_env: dict[str, str]) -> None:
    done = _process("show", "-e", "cnov 3x3 -> 4", env=package_env)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"<text>:1:1: error: unknown layer 'cnov'\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "-e", "input 1@8x8; conv 3x3 -> 4; assert params == 41"], 1),
        (["check", "missing.cnn"], 2),
        (["fmt", "missing.cnn"], 2),
    ],
)
def test_exit_code_of_a_process(arguments: list[str], code: int, package_env: dict[str, str]) -> None:
    assert _process(*arguments, env=package_env).returncode == code


@pytest.mark.parametrize(
    "env", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "xterm-256color"}], ids=str
)
@pytest.mark.parametrize(
    "arguments", [["show", "lenet5"], ["layers"], ["explain", "lenet5", "C1"]], ids=" ".join
)
def test_no_escape_codes_without_a_terminal(
    arguments: list[str], env: dict[str, str], package_env: dict[str, str]
) -> None:
    kept = {name: value for name, value in package_env.items() if name not in ("NO_COLOR", "TERM")}
    done = _process(*arguments, env=kept | env)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout + done.stderr


def _without_reader(arguments: list[str], env: dict[str, str]) -> tuple[int, bytes]:
    """Run a command whose standard output nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-P", "-m", "symcnn", *arguments]
    done = subprocess.run(command, env=env, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writer)
    return done.returncode, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
@pytest.mark.parametrize("arguments", [["show", "lenet5"], ["zoo"], ["layers", "--json"]], ids=" ".join)
def test_closed_pipe_leaves_no_traceback(arguments: list[str], package_env: dict[str, str]) -> None:
    assert _without_reader(arguments, package_env)[1] == b""


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_closed_pipe_is_no_finding(package_env: dict[str, str]) -> None:
    assert _without_reader(["layers"], package_env)[0] != 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_leaves_no_traceback(package_env: dict[str, str]) -> None:
    command = [sys.executable, "-P", "-m", "symcnn", "show", "lenet5"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command, env=package_env, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert done.returncode == 2
    assert b"no space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_stopped_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(name: str) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("symcnn.catalogue.entry", stop)
    result = run("zoo", "lenet5")
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (130, "", "stopped")


# ------------------------------------------------------------------ shell completion
def _completions(line: str, env: dict[str, str]) -> list[str]:
    words = line.split(" ")
    asked = {
        "_SYMCNN_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1),
    }  # fmt: skip
    done = _process(env=env | asked)
    assert (done.returncode, done.stderr) == (0, b"")
    return [word.partition(",")[2] for word in done.stdout.decode().splitlines()]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("symcnn sh", ["show"]),
        ("symcnn f", ["formula", "fmt"]),
        ("symcnn show --f", ["--flops"]),
        ("symcnn show --flops ", ["2mac", "mac", "exact"]),
        ("symcnn show le", ["lenet5", "le"]),
        ("symcnn explain alexnet_to", ["alexnet_torchvision", "alexnet_to"]),
        ("symcnn formula on", ["one-conv", "on"]),
        pytest.param("symcnn check le", ["lenet5", "le"]),
        pytest.param("symcnn zoo le", ["lenet5"]),
        ("symcnn layers ada", ["adaptiveavgpool", "adaptivemaxpool"]),
    ],
)
def test_completion(line: str, found: list[str], package_env: dict[str, str]) -> None:
    # What is typed comes back with the type "file", so that the shell completes files as well.
    assert _completions(line, package_env) == found


def test_completion_script(package_env: dict[str, str]) -> None:
    done = _process(env=package_env | {"_SYMCNN_COMPLETE": "bash_source"})
    assert done.returncode == 0
    assert b"_SYMCNN_COMPLETE=bash_complete" in done.stdout
