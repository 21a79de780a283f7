"""Copies of the project in temporary folders, and pytest run on them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bank.bugs import ROOT

_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".*_cache", ".hypothesis", "__pycache__", "_build", "dist", "*.pyc"
)
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)


class Run(NamedTuple):
    """How a run of tests ended: passed, failed (the first test that did), broken or too slow."""

    end: str
    test: str
    seconds: float
    output: str


@contextmanager
def copy() -> Iterator[Path]:
    """Copy the project, without what tools leave behind, into a folder that is removed afterwards."""
    with TemporaryDirectory(prefix="symcnn-bank-") as folder:
        root = Path(folder) / "project"
        shutil.copytree(ROOT, root, ignore=_LEFT_OUT)
        yield root


def run_tests(root: Path, tests: Sequence[str], seconds: float) -> Run:
    """Run tests of a copy up to the first failure, every time with the same examples."""
    start = time.monotonic()
    options = ["-x", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=line"]
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "pytest", *options, *tests],
            cwd=root,
            env=_environment(root),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Run("too slow", "", time.monotonic() - start, "")
    failed = _FAILED.search(done.stdout)
    test = failed[1] if failed else ""
    # 2: a module that cannot be imported, or a run that was stopped; 4, 5: no such test
    end = {0: "passed", 1: "failed"}.get(done.returncode, "broken")
    return Run(end, test, time.monotonic() - start, done.stdout)


def _environment(root: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SYMCNN_")}
    return kept | {
        "PYTHONPATH": str(root),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SYMCNN_PROFILE": "bank",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(root / ".hypothesis"),
    }
