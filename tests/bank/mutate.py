"""Mutation testing: change the source by rule, and see whether a test notices.

    python tests/bank/mutate.py PATH ... [--sample N] [--seed S] [--limit MINUTES]

For every mutant the tests that belong to its module run up to the first failure. Survivors are printed with
line and change; those that are known to mean the same stand in tests/bank/survivors.md with the reason. The
exit code is 1 if there is a survivor that is not listed there.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the checkout
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bank.bugs import ROOT
from bank.copies import copy, run_tests
from bank.mutants import Mutant, mutants

from symcnn.layers import registry

_SLOWER = 3  # times as long as without a change is too slow: an endless loop, as a rule
LISTED = Path(__file__).with_name("survivors.md")
_LAYERS = "tests/layers/test_against_brute_force.py"
# The first entry whose key a path begins with; quick tests that kill most of them come first.
TESTS: dict[str, tuple[str, ...]] = {
    "symcnn/algebra/window.py": ("tests/algebra/test_window.py", "tests/network/test_brute_force.py"),
    "symcnn/algebra/quotient.py": (
        *(
            "tests/algebra/test_quotient.py",
            "tests/properties/test_quotients.py",
            "tests/algebra/test_powers.py",
        ),
        *("tests/algebra/test_exact.py", "tests/algebra/test_settling.py", "tests/render/test_equality.py"),
    ),
    "symcnn/algebra/": ("tests/algebra", "tests/properties"),
    "symcnn/layers/": (
        *(
            "tests/layers/test_what_is_seen.py",
            "tests/layers/test_merge.py",
            "tests/properties/test_layers.py",
        ),
        *("tests/network/test_brute_force.py", "tests/test_seeds.py", "tests/bridges/test_source.py"),
        f"{_LAYERS}::test_a_table_needs_the_maps_that_it_names_and_a_row_for_each_output",
        f"{_LAYERS}::test_ceil_with_uneven_padding_on_every_small_case",
    ),
    "symcnn/numeric/intervals.py": (
        *("tests/numeric/test_intervals.py", "tests/properties/test_bounds.py"),
        *("tests/numeric/test_against_exact.py", "tests/numeric/test_values.py"),
    ),
    "symcnn/numeric/": ("tests/numeric", "tests/properties/test_powers_of_two.py"),
    "symcnn/language/": ("tests/language", "tests/properties"),
    "symcnn/verify/": ("tests/verify",),
    "symcnn/": ("tests",),
}


def tests_of(path: str) -> list[str]:
    """Return the tests that belong to a module, those that there are; of layers, those of its words."""
    chosen = next(tests for key, tests in TESTS.items() if path.startswith(key))
    module = path.removesuffix(".py").replace("/", ".")
    words = [word for word, layer in registry().items() if layer.__module__ == module]
    enumerated = [f"{_LAYERS}::test_numbers_agree_with_enumeration[{word}]" for word in words]
    return [*enumerated, *(test for test in chosen if (ROOT / test.partition("::")[0]).exists())]


def modules(paths: Sequence[str]) -> list[str]:
    """Return the modules of files and folders, as paths inside the project."""
    found: list[Path] = []
    for path in paths:
        inside = (ROOT / path).resolve()
        found += sorted(inside.rglob("*.py")) if inside.is_dir() else [inside]
    return [path.relative_to(ROOT).as_posix() for path in found]


def line(path: str, mutant: Mutant) -> str:
    return f"{path}:{mutant.line}: {mutant.change}"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the survivors and the count; return the exit code."""
    parser = argparse.ArgumentParser(description="Change the source, and see whether a test notices.")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="modules or folders of symcnn/")
    parser.add_argument("--sample", type=int, help="so many mutants of each module, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same mutants")
    parser.add_argument("--limit", type=float, default=float("inf"), help="minutes after which none is begun")
    given = parser.parse_args(arguments)
    known = LISTED.read_text(encoding="utf-8") if LISTED.exists() else ""
    start, unknown = time.monotonic(), 0
    with copy() as root:
        for path in modules(given.paths):
            every = list(mutants((root / path).read_text(encoding="utf-8")))
            chosen = every
            if given.sample is not None and given.sample < len(every):
                chosen = Random(f"{given.seed}:{path}").sample(every, given.sample)
            left = 60 * given.limit - (time.monotonic() - start)
            ends = try_all(root, path, sorted(chosen, key=lambda m: m.line), left)
            survived = [mutant for mutant, end in ends if end == "passed"]
            for mutant in survived:
                same = _key(path, mutant) in known
                unknown += not same
                say(f"{'equal' if same else 'SURVIVES'}  {line(path, mutant)}")
            slow = sum(end == "too slow" for _, end in ends)
            killed = len(ends) - len(survived)
            say(f"{path}: {len(every)} mutants, {len(ends)} tried, {killed} killed ({slow} by their time)")
    say(f"{time.monotonic() - start:.0f} s; {unknown} survivors that are not listed")
    return int(unknown > 0)


def try_all(root: Path, path: str, chosen: Sequence[Mutant], left: float) -> list[tuple[Mutant, str]]:
    """Return how the tests of a module end for each mutant, as far as the time goes."""
    tests, begun = tests_of(path), time.monotonic()
    source = (root / path).read_text(encoding="utf-8")
    clean = run_tests(root, tests, 3600)
    if clean.end != "passed":
        raise SystemExit(
            f"without any change the tests are {clean.end}: {clean.test}\n{clean.output[-2000:]}"
        )
    ends = []
    for mutant in chosen:
        if time.monotonic() - begun > left:
            break
        (root / path).write_text(mutant.source, encoding="utf-8")
        ends.append((mutant, run_tests(root, tests, _SLOWER * clean.seconds + 5).end))
    (root / path).write_text(source, encoding="utf-8")
    return ends


def _key(path: str, mutant: Mutant) -> str:
    """Return how a survivor is listed: by the text of its line and its change, as lines move."""
    return f"`{path}`, `{mutant.text}`: `{mutant.change}`"


if __name__ == "__main__":
    sys.exit(main())
