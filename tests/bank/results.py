"""What is known of mutants: the ends of runs, in a file, and the list of those that mean the same."""

from __future__ import annotations

import json
import pickle
import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from bank.mutants import Mutant, mutants

Same = frozenset[tuple[str, str, str]]  # module, text of the line, change

_ENTRY = re.compile(r"^- `(symcnn/\S+)`, `(.+?)`: (`.+?`)$", re.MULTILINE)


class Trial(NamedTuple):
    """A mutant of a module; `nth` tells it from those with the same line and change."""

    path: str
    mutant: Mutant
    nth: int

    @property
    def key(self) -> tuple[str, str, str]:
        """How a mutant is known, as lines move."""
        return self.path, self.mutant.text, self.mutant.change

    @property
    def shown(self) -> str:
        return f"{self.path}:{self.mutant.line}: {self.mutant.change}"


def trials(path: str, source: str) -> list[Trial]:
    """Return all mutants of a module, in the order of its lines."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for mutant in sorted(mutants(source), key=lambda mutant: mutant.line):
        found.append(Trial(path, mutant, seen[mutant.text, mutant.change]))
        seen[mutant.text, mutant.change] += 1
    return found


def listed(text: str) -> Same:
    """Return the survivors of a list: `module`, `line`: `change`, `change`."""
    found = set()
    for path, line, changes in _ENTRY.findall(text):
        found |= {(path, line, change) for change in re.findall(r"`(.+?)`", changes)}
    return frozenset(found)


class Results:
    """The ends of mutants, kept in a file as they come; the last one counts."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def traces(self, root: Path) -> dict[str, Any]:
        """Return what tests did in earlier runs, of those whose file is still the same."""
        file = self.file.with_suffix(".traces")
        kept = dict(pickle.loads(file.read_bytes())) if file.exists() else {}
        return {test: trace for test, (text, trace) in kept.items() if text == _digest(root, test)}

    def keep(self, root: Path, traces: dict[str, Any]) -> None:
        """Keep what tests did, for other runs."""
        kept = {test: (_digest(root, test), trace) for test, trace in traces.items()}
        self.file.with_suffix(".traces").write_bytes(pickle.dumps(kept))

    def add(self, trial: Trial, end: str, test: str) -> None:
        entry = [*trial.key, trial.nth, end, test]
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def ends(self) -> dict[tuple[str, str, str, int], str]:
        """Return how each mutant ended."""
        if not self.file.exists():
            return {}
        entries = map(json.loads, self.file.read_text(encoding="utf-8").splitlines())
        return {(path, line, change, nth): end for path, line, change, nth, end, _ in entries}


def _digest(root: Path, test: str) -> str:
    """Return what tells the text of a test's file from others; empty where it is gone."""
    file = root / test.partition("::")[0]
    return sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def counts(tried: Iterable[Trial], results: Results, same: Same) -> tuple[list[str], int]:
    """Return a line for each module, and how many survivors are not listed."""
    ends, modules = results.ends(), dict[str, Counter[str]]()
    for trial in tried:
        end = ends.get((*trial.key, trial.nth), "")
        if end == "passed":
            end = "the same" if trial.key in same else "survive"
        modules.setdefault(trial.path, Counter()).update(["all", end])
    lines = []
    for path, count in modules.items():
        known = count["all"] - count[""]
        noticed = f"{count['failed']} noticed, {count['too slow']} by their time"
        lines.append(
            f"{path}: {count['all']} mutants, {known} tried, {noticed}, "
            f"{count['the same']} the same, {count['survive']} survive"
        )
    return lines, sum(count["survive"] for count in modules.values())
