"""Runs Python in a child process that may use only so much time and memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

MIB = 1 << 20
COMMAND = "import sys; sys.argv[0] = 'symcnn'; from symcnn.cli.main import main; sys.exit(main())"
_LIMITED = """
import resource, sys
seconds, size = map(int, sys.argv[1:3])
del sys.argv[1:3]
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
if size:
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
"""


@dataclass(frozen=True)
class Ended:
    """How a child ended: exit code (negative: the signal that killed it) and what it wrote."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def said(self) -> str:
        """What stands on standard error."""
        return self.stderr.decode("utf-8")


def run_child(
    code: str,
    *arguments: str,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: bytes = b"",
    seconds: int = 10,
    memory: int = 512 * MIB,
) -> Ended:
    """Run Python code with arguments; processor time and address space are limited, 0 is no limit.

    The time by the clock is limited, too, but so generously that a busy machine does not matter.
    """
    pytest.importorskip("resource", reason="limits of POSIX")
    done = subprocess.run(
        [sys.executable, "-P", "-c", _LIMITED + code, str(seconds), str(memory), *arguments],
        cwd=cwd,
        env=dict(env),
        input=stdin,
        capture_output=True,
        timeout=60 + 20 * seconds,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def run_command(
    *arguments: str,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: bytes = b"",
    seconds: int = 10,
    memory: int = 512 * MIB,
) -> Ended:
    """Run `symcnn` in a child."""
    return run_child(COMMAND, *arguments, env=env, cwd=cwd, stdin=stdin, seconds=seconds, memory=memory)
