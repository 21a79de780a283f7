"""Mutation testing: change the source by rule, and see whether a test notices.

    python tests/bank/mutate.py PATH ... [--sample N] [--seed S] [--limit MINUTES] [--results FILE]

The tests of a package, or those named with `--tests`, are collected once. A mutant is a changed function in
a child process of that; what is changed outside of functions is changed before anything is imported. Those
tests run that enter the function, the quickest and those that noticed most first, up to the first failure.
This needs `os.fork`, so Linux or macOS.

What tests calculate while they are imported, as in lists of parameters, is of the time before the change;
with `--fresh` everything is imported anew for each mutant: slow, and the way to try survivors again.

Survivors are printed with line and change; those that are known to mean the same stand in
tests/bank/survivors.md with the reason. The exit code is 1 if there is a survivor that is not listed there.
With `--results` what was noticed before is not tried again, survivors are; beside that file it is kept which
tests enter which functions, for tests whose file stays the same. After changes of the source remove it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bank.bugs import ROOT
from bank.copies import copy
from bank.forked import End
from bank.results import Results, Same, Trial, counts, listed, trials
from bank.trying import Budget, try_all

LISTED = Path(__file__).with_name("survivors.md")
# The first entry whose key a path begins with.
TESTS: dict[str, tuple[str, ...]] = {
    "symcnn/algebra/": ("tests/algebra", "tests/properties", "tests/render/test_equality.py"),
    "symcnn/layers/": (
        *("tests/layers", "tests/properties/test_layers.py", "tests/network/test_brute_force.py"),
        *("tests/network/test_messages.py", "tests/test_seeds.py", "tests/bridges/test_source.py"),
    ),
    "symcnn/numeric/": (
        *("tests/numeric", "tests/properties/test_bounds.py", "tests/properties/test_powers_of_two.py"),
    ),
    "symcnn/language/": ("tests/language", "tests/properties"),
    "symcnn/verify/": ("tests/verify",),
    "symcnn/": ("tests/network", "tests/render"),
}


def tests_of(path: str) -> tuple[str, ...]:
    """Return the tests that belong to a module, those that there are."""
    chosen = next(tests for key, tests in TESTS.items() if path.startswith(key))
    return tuple(test for test in chosen if (ROOT / test).exists())


def modules(paths: Sequence[str]) -> list[str]:
    """Return the modules of files and folders, as paths inside the project."""
    found: list[Path] = []
    for path in paths:
        inside = (ROOT / path).resolve()
        found += sorted(inside.rglob("*.py")) if inside.is_dir() else [inside]
    return [path.relative_to(ROOT).as_posix() for path in found]


def printer() -> Callable[[str], None]:
    """Return a function that prints a line, in child processes that print nothing else, too."""
    out = os.dup(1)
    return lambda line: (os.write(out, f"{line}\n".encode()), None)[1]


def chosen(root: Path, path: str, given: argparse.Namespace) -> list[Trial]:
    """Return the mutants of a module, or so many of them drawn at random."""
    every = trials(path, (root / path).read_text(encoding="utf-8"))
    if given.sample is None or given.sample >= len(every):
        return every
    drawn = Random(f"{given.seed}:{path}").sample(range(len(every)), given.sample)
    return [every[number] for number in sorted(drawn)]


def arguments_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Change the source, and see whether a test notices.")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="modules or folders of symcnn/")
    parser.add_argument("--sample", type=int, help="so many mutants of each module, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same mutants")
    parser.add_argument("--limit", type=float, default=float("inf"), help="minutes after which none is begun")
    parser.add_argument("--examples", type=int, default=200, help="of each property")
    parser.add_argument("--each", type=float, default=float("inf"), help="seconds of tests for each mutant")
    parser.add_argument("--tests", action="append", metavar="FILE", help="these in place of the package's")
    parser.add_argument("--fresh", action="store_true", help="import everything anew for each mutant")
    parser.add_argument("--results", type=Path, help="a file that keeps how each mutant ended")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the survivors and the counts; return the exit code."""
    given, start, say = arguments_of(arguments), time.monotonic(), printer()
    budget = Budget(given.examples, given.each, start + 60 * given.limit, given.fresh)
    same = listed(LISTED.read_text(encoding="utf-8")) if LISTED.exists() else frozenset()
    with copy() as root:
        results = Results((given.results or root / "results").resolve())
        every = [trial for path in modules(given.paths) for trial in chosen(root, path, given)]
        try_modules(root, every, given.tests, budget, results, same, say)
        lines, unknown = counts(every, results, same)
    say("\n".join(lines))
    say(f"{time.monotonic() - start:.0f} s; {unknown} survivors that are not listed")
    return int(unknown > 0)


def try_modules(
    root: Path,
    every: Sequence[Trial],
    only: Sequence[str] | None,
    budget: Budget,
    results: Results,
    same: Same,
    say: Callable[[str], None],
) -> None:
    """Try the mutants that were not noticed before, and keep and print how they end."""

    def tell(trial: Trial, end: End) -> None:
        results.add(trial, *end)
        if end.end == "passed":
            say(f"{'equal' if trial.key in same else 'SURVIVES'}  {trial.shown}")

    known = results.ends()
    todo = [trial for trial in every if known.get((*trial.key, trial.nth), "passed") == "passed"]
    for tests, some in groupby(todo, lambda trial: only or tests_of(trial.path)):
        try_all(root, tests, list(some), budget, results, tell)


if __name__ == "__main__":
    sys.exit(main())
