"""How many examples of each property a run of the tests draws.

    SYMCNN_PROFILE=ci python tests/properties/examples.py

runs the tests that hold the properties, and prints for each the examples that Hypothesis drew, and how many
other cases there are (tests without Hypothesis, one for each of their parameters). The exit code is that of
the tests.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from properties import registry


class Counting:
    """A plugin of pytest that counts the examples of every test function."""

    def __init__(self) -> None:
        self.examples: Counter[str] = Counter()
        self.items: Counter[str] = Counter()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        wrapped = set()
        for item in items:
            name = item.nodeid.partition("[")[0]
            self.items[name] += 1
            handle = getattr(getattr(item, "obj", None), "hypothesis", None)
            if handle is not None and name not in wrapped:
                wrapped.add(name)
                handle.inner_test = self._counted(name, handle.inner_test)

    def _counted(self, name: str, test: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(test)
        def run(*arguments: Any, **named: Any) -> Any:
            self.examples[name] += 1
            return test(*arguments, **named)

        return run


def main() -> int:
    """Run the tests, print the table, return the exit code."""
    counting, properties = Counting(), registry.load()
    tests = sorted({test for each in properties for test in each.tests})
    code = pytest.main(["-q", "-p", "no:cacheprovider", "--durations=25", *tests], plugins=[counting])
    for each in properties:
        drawn = sum(counting.examples[test] for test in each.tests)
        others = sum(counting.items[test] for test in each.tests if not counting.examples[test])
        sys.stdout.write(f"{each.number:>3} {drawn:>8,} {others:>6,}  {each.says}\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
