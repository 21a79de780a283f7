"""How the tests run: Hypothesis profiles, which package is under test, and how its command is called."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

import symcnn

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(next(iter(symcnn.__path__))).resolve()

# Examples of a property, and whether they are the same ones in every run. No deadline anywhere: on a shared
# machine it reports the neighbours, not the code. docs/how-we-know.md has the same numbers.
EXAMPLES = {"dev": 60, "ci": 100, "nightly": 5_000, "release": 20_000, "bank": 200}
_SAME: dict[str, Any] = {"derandomize": True, "database": None}
_LONG: dict[str, Any] = {"suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
_OPTIONS: dict[str, dict[str, Any]] = {
    "dev": {},
    "ci": _SAME | _LONG,
    "nightly": _LONG,
    "release": _LONG,
    "bank": _SAME | _LONG | {"phases": [Phase.explicit, Phase.generate]},  # tests/bank: nothing is shrunk
}
for _name, _number in EXAMPLES.items():
    settings.register_profile(_name, max_examples=_number, deadline=None, **_OPTIONS[_name])
settings.register_profile("long", settings.get_profile("nightly"))  # its older name
settings.load_profile(os.environ.get("SYMCNN_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))

Symcnn = Callable[..., subprocess.CompletedProcess[str]]


def pytest_configure(config: pytest.Config) -> None:
    """Stop where the checkout would be tested in place of the installed package."""
    if os.environ.get("SYMCNN_TEST_INSTALLED") and PACKAGE.is_relative_to(ROOT):
        pytest.exit(f"the package under test is {PACKAGE}, not an installed one", returncode=3)


def pytest_report_header() -> str:
    return f"symcnn from {PACKAGE}"


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
