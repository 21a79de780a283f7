"""How the tests run: Hypothesis profiles, which package is under test, and how its command is called."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import profiles
import pytest

import symcnn

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(next(iter(symcnn.__path__))).resolve()

Symcnn = Callable[..., subprocess.CompletedProcess[str]]


def pytest_configure(config: pytest.Config) -> None:
    """Stop where the checkout would be tested in place of the installed package."""
    if os.environ.get("SYMCNN_TEST_INSTALLED") and PACKAGE.is_relative_to(ROOT):
        pytest.exit(f"the package under test is {PACKAGE}, not an installed one", returncode=3)


def pytest_report_header() -> str:
    return f"symcnn from {PACKAGE}, examples: {profiles.CHOSEN}"


@pytest.fixture(scope="session")
def package_env() -> dict[str, str]:
    """Return an environment in which a child process imports the package under test and prints plainly."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "CLICOLOR_FORCE"}
    }
    return kept | {
        "PYTHONPATH": str(PACKAGE.parent),
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
        "COLUMNS": "80",
    }


@pytest.fixture(scope="session")
def symcnn_command(package_env: dict[str, str]) -> Symcnn:
    """Return a function that runs the command `symcnn` as a user would, errors among the output."""
    # Not `-m symcnn`: the usage line would then show that in place of the command's name.
    start = "import sys; sys.argv[0] = 'symcnn'; from symcnn.cli.main import main; sys.exit(main())"

    def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-c", start, *arguments],
            cwd=cwd,
            env=package_env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run
