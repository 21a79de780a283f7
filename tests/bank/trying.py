"""How a mutant is tried: which tests run, in which order, and in which child."""

from __future__ import annotations

import ast
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import NamedTuple

from bank.forked import Collected, End, Trace, child, collected, elsewhere, forget
from bank.results import Results, Trial
from bank.swaps import name, place, within

_SLOWER = 3  # times as long as without a change, and some seconds, is too slow: an endless loop, as a rule
_SECONDS = 4
_WALL = 30  # times as long by the clock: another process may have the processor
Told = Callable[[Trial, End], None]


class Budget(NamedTuple):
    """How much is tried: examples of each property, seconds of tests for each mutant, when to stop."""

    examples: int
    seconds: float
    until: float
    fresh: bool


class Order:
    """The tests of a set, those first that take little time and noticed much."""

    def __init__(self, traces: Mapping[str, Trace], seconds: float) -> None:
        self.traces, self.seconds = traces, seconds
        self.noticed: dict[str, Counter[str]] = {}  # by module

    def chosen(self, path: str, function: str | None) -> list[str]:
        """Return the tests that enter a function, as many as there is time for; None: those of any module."""
        noticed = self.noticed.setdefault(path, Counter())

        def rank(test: str) -> tuple[bool, float]:
            entered = path in self.traces[test].entered
            return not entered, (self.traces[test].seconds + 0.01) / (1 + noticed[test])

        found, left = list[str](), self.seconds
        for test in sorted(self.traces, key=rank):
            if function is None or function in self.traces[test].entered.get(path, ()):
                left -= self.traces[test].seconds
                if left < 0 and found:
                    break
                found.append(test)
        return found

    def tell(self, path: str, end: End) -> None:
        self.noticed.setdefault(path, Counter())[end.test] += 1

    def limit(self, test: str) -> float:
        return _SLOWER * self.traces[test].seconds + _SECONDS


def try_all(
    root: Path, tests: Sequence[str], todo: Sequence[Trial], budget: Budget, results: Results, tell: Told
) -> None:
    """Try mutants: in functions that run where that is enough, else before anything is imported."""

    def warm(session: Collected) -> tuple[Order, list[Trial]] | End:
        for path in {trial.path for trial in todo}:
            import_module(path.removesuffix(".py").replace("/", "."))
        if elsewhere(root):
            return End("broken", f"not of the copy: {', '.join(elsewhere(root)[:3])}")
        known = results.traces(root)
        more = child(lambda: session.traces(root, [test for test in session.items if test not in known]))
        if isinstance(more, End):
            return more
        results.keep(root, known | more)
        forget()
        order = Order({test: (known | more)[test] for test in session.items}, budget.seconds)
        return order, [trial for trial in todo if not _swapped(root, trial, session, order, budget, tell)]

    answer = child(lambda: collected(root, tests, warm, budget.examples))
    if isinstance(answer, End):
        raise SystemExit(f"the tests cannot be run without a change: {answer}")
    order, rest = answer
    if (
        rest
        and (end := child(lambda: _anew(root, order.chosen("", None)[:5], order, budget))).end != "passed"
    ):
        raise SystemExit(f"in a new process the tests cannot be run without a change: {end}")
    for trial in rest:
        if time.monotonic() < budget.until:
            _fresh(root, trial, order, budget, tell)


def _swapped(root: Path, trial: Trial, session: Collected, order: Order, budget: Budget, tell: Told) -> bool:
    """Try a mutant in the function that runs; return whether that could be done."""
    file = root / trial.path
    found = _function(file, trial)
    if found is None or budget.fresh:
        return False
    old, new = found
    functions = [function for function in session.functions(str(file)) if function.__code__ == old]
    tests = order.chosen(trial.path, name(old))
    if not (functions and tests):
        return False
    if time.monotonic() > budget.until:
        return True

    def changed() -> End:
        for function in functions:
            function.__code__ = new
        return session.run(tests, order.limit)

    _told(trial, order, child(changed, _WALL * sum(map(order.limit, tests))), tell)
    return True


def _fresh(root: Path, trial: Trial, order: Order, budget: Budget, tell: Told) -> None:
    """Try a mutant by its file, in a process that has not imported the package."""
    file = root / trial.path
    source, found = file.read_text(encoding="utf-8"), _function(file, trial)
    tests = order.chosen(trial.path, name(found[0]) if found else None) or order.chosen(trial.path, None)
    file.write_text(trial.mutant.source, encoding="utf-8")
    try:
        end = child(lambda: _anew(root, tests, order, budget), _WALL * (60 + sum(map(order.limit, tests))))
    finally:
        file.write_text(source, encoding="utf-8")
    _told(trial, order, end, tell)


def _anew(root: Path, tests: Sequence[str], order: Order, budget: Budget) -> End:
    """Run tests of a copy as it is now, in this process, which has not imported it."""
    sys.dont_write_bytecode = True  # of a changed source
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))

    def run(session: Collected) -> End:
        outside = elsewhere(root)
        assert not outside, f"not of the copy: {outside[:3]}"
        return session.run(tests, order.limit)

    end: End = collected(root, files, run, budget.examples)
    return end


def _function(file: Path, trial: Trial) -> tuple[CodeType, CodeType] | None:
    """Return the code of the function that a mutant changes, and what it becomes; None: it is in none."""
    source = file.read_text(encoding="utf-8")
    old = compile(source, str(file), "exec", dont_inherit=True)
    written = compile(ast.unparse(ast.parse(source)), str(file), "exec", dont_inherit=True)
    new = compile(trial.mutant.source, str(file), "exec", dont_inherit=True)
    path = place(written, new)
    return None if path is None else (within(old, path), within(new, path))


def _told(trial: Trial, order: Order, end: End, tell: Told) -> None:
    if end.end == "broken":  # the tests cannot be imported any more
        end = End("failed", "import")
    order.tell(trial.path, end)
    tell(trial, end)
