"""Seed the bugs of the bank, one at a time, and see which test catches each.

    python tests/bank/run.py [NAME ...] [--jobs N] [--all-tests] [--seconds N] [--no-baseline]

Every bug goes into a copy of the project of its own. Its expected tests run up to the first failure; with
--all-tests the whole ordinary suite runs where they catch nothing. The exit code is 1 if a bug survives, 2
if the tests fail without any bug.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bank.bugs import Bug, load
from bank.copies import Run, copy, run_tests


def catch(bug: Bug, *, seconds: float, all_tests: bool) -> Run:
    """Return how the tests end with a bug in the source."""
    with copy() as root:
        bug.seed(root)
        found = run_tests(root, bug.tests, seconds)
        if found.end == "passed" and all_tests:
            return run_tests(root, ["tests"], 4 * seconds)
        return found


def row(bug: Bug, found: Run) -> str:
    """Return the line of the table for a bug."""
    by = found.test if found.end == "failed" else found.end.upper()
    return f"{bug.name:<42} {bug.property:>8}  {found.seconds:>7.1f}  {by}"


def without_bugs(bugs: Sequence[Bug], seconds: float) -> Run:
    """Run the tests of the bugs on the source as it is: only then a failure says anything."""
    tests = sorted({test for bug in bugs for test in bug.tests})
    with copy() as root:
        return run_tests(root, tests, seconds * len(tests))


def say(line: str) -> None:
    """Write a line at once, so that a long run shows where it is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description="Seed bugs, and see which test catches each.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="bugs to seed; all of them unless given")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    parser.add_argument(
        "--all-tests", action="store_true", help="run the whole suite where nothing is caught"
    )
    parser.add_argument("--seconds", type=float, default=300, help="limit for the tests of one bug")
    parser.add_argument("--no-baseline", action="store_true", help="do not run the tests without bugs first")
    given = parser.parse_args(arguments)
    bugs = load()
    unknown = set(given.names) - {bug.name for bug in bugs}
    if unknown:
        parser.error(f"no bug is named '{min(unknown)}'")
    bugs = [bug for bug in bugs if not given.names or bug.name in given.names]
    if not given.no_baseline:
        clean = without_bugs(bugs, given.seconds)
        if clean.end != "passed":
            say(f"without any bug the tests are {clean.end}: {clean.test}\n{clean.output[-2000:]}")
            return 2
    say(f"{'bug':<42} {'property':>8}  {'seconds':>7}  caught by")
    with ThreadPoolExecutor(given.jobs) as pool:
        seen = pool.map(partial(catch, seconds=given.seconds, all_tests=given.all_tests), bugs)
        survivors = []
        for bug, found in zip(bugs, seen, strict=True):
            say(row(bug, found))
            if found.end != "failed":
                survivors.append(bug.name)
    say(f"{len(bugs)} bugs, {len(bugs) - len(survivors)} caught")
    if survivors:
        say(f"not caught: {', '.join(survivors)}")
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main())
