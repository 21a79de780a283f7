"""Runs commands in this process, and the golden files of commands: `$ symcnn ...`, exit code, output.

A golden file holds cases. A case is a title, a command, the exit code, what stands on standard
output and, behind `--- stderr`, what stands on standard error:

    === a table of formulas
    $ symcnn show one-conv < input.cnn
    exit 0
    ...

Files named in a command come from tests/data/cli/files, or from ODD_FILES. A line `bug: ...` below
the command says that the case fails today: what is written there is what should be printed.
To accept changes after reading them: SYMCNN_GOLDEN=write pytest tests/cli.
"""

from __future__ import annotations

import inspect
import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from symcnn.cli.main import main

DATA = Path(__file__).resolve().parents[1] / "data" / "cli"
_CASE = re.compile(
    r"=== (?P<title>.+)\n\$ symcnn ?(?P<command>.*)\n(?:bug: (?P<bug>.+)\n)?exit (?P<code>\d+)\n"
)
_STDERR = "--- stderr\n"

# Files that an editor or a checkout would not keep as they are.
ODD_FILES = {
    "binary.cnn": bytes(range(256)),
    "bom.cnn": b"\xef\xbb\xbfinput 1@8x8\nconv 3x3->4\n",
    "crlf.cnn": b"input 1@8x8\r\nconv 3x3->4\r\n",
    "empty.cnn": b"",
    "huge.cnn": b"#\n" * (1 << 20),
    "huge-accents.cnn": b"#" + "é".encode() * (1 << 20),
    "latin1.cnn": b"input 1@8x8\n# caf\xe9\n",
    "nul.cnn": b"input 1@8x8 \x00\n",
    "utf16.cnn": "input 1@8x8\n".encode("utf-16"),
}


class _Entry:
    """What the console script calls, in the form in which click's runner calls a command."""

    name = "symcnn"

    def main(self, args: tuple[str, ...], **_: Any) -> None:
        with patch.object(sys, "argv", ["symcnn", *args]):
            main()


def run(*arguments: str, stdin: bytes = b"", columns: int = 100, **env: str) -> Result:
    """Run `symcnn` with the arguments; a traceback of the command is a failure of the test."""
    # Before click 8.2 the runner mixes the two outputs unless told not to.
    apart = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    runner = CliRunner(charset="utf-8", **apart)  # type: ignore[arg-type]
    entry: Any = _Entry()
    return runner.invoke(
        entry, list(arguments), input=stdin, env={"COLUMNS": str(columns), **env}, catch_exceptions=False
    )


@dataclass(frozen=True)
class Case:
    """One case of a golden file."""

    file: str
    title: str
    command: str
    bug: str | None
    code: int
    stdout: str
    stderr: str

    def text(self) -> str:
        """Return the case as it stands in the file."""
        bug = f"bug: {self.bug}\n" if self.bug else ""
        error = f"{_STDERR}{self.stderr}" if self.stderr else ""
        return f"=== {self.title}\n$ symcnn {self.command}\n{bug}exit {self.code}\n{self.stdout}{error}"

    def run(self) -> Case:
        """Return the case with what the command prints now, in the current folder."""
        arguments = shlex.split(self.command)
        stdin = b""
        if "<" in arguments:
            stdin = _provide(arguments[-1])
            arguments = arguments[: arguments.index("<")]
        for word in arguments:
            _provide(word)
        result = run(*arguments, stdin=stdin)
        return replace(self, code=result.exit_code, stdout=result.stdout, stderr=result.stderr)


def _provide(name: str) -> bytes:
    """Put a file of the test data into the current folder."""
    if name in ODD_FILES:
        Path(name).write_bytes(ODD_FILES[name])
    elif name and (DATA / "files" / name).is_file():
        shutil.copy(DATA / "files" / name, name)
    else:
        return b""
    return Path(name).read_bytes()


def read_cases(name: str) -> list[Case]:
    """Return the cases of a golden file."""
    text = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    heads = list(_CASE.finditer(text))
    assert len(heads) == len(re.findall("^=== ", text, re.M)), f"{name}.txt has a case that cannot be read"
    ends = [*(head.start() for head in heads[1:]), len(text)]
    found = []
    for head, end in zip(heads, ends, strict=True):
        stdout, _, stderr = text[head.end() : end].removesuffix("\n").partition(_STDERR)
        stdout, stderr = (part and part.rstrip("\n") + "\n" for part in (stdout, stderr))
        found.append(
            Case(name, head["title"], head["command"], head["bug"], int(head["code"]), stdout, stderr)
        )
    return found


def golden(name: str) -> list[Any]:
    """Return the cases of a golden file as parameters of a test."""
    found = []
    for case in read_cases(name):
        marks = [pytest.mark.xfail(reason=case.bug, strict=True)] if case.bug else []
        found.append(pytest.param(case, id=case.title, marks=marks))
    return found


def check(case: Case) -> None:
    """Compare a case with what the command prints now; blanks at the ends of lines do not count."""
    now = case.run()
    if os.environ.get("SYMCNN_GOLDEN") == "write" and not case.bug:
        cases = [now if other.title == case.title else other for other in read_cases(case.file)]
        text = "\n".join(_plain(other.text()) for other in cases)
        (DATA / f"{case.file}.txt").write_text(text, encoding="utf-8")
        case = now
    assert _plain(now.text()) == _plain(case.text())
    assert "Traceback" not in now.stderr


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.rstrip("\n").split("\n")) + "\n"
