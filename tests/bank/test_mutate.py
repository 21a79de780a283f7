"""Mutation testing itself: functions are swapped, tests run in children, and what was found is looked up."""

from __future__ import annotations

import ast
import os
import signal
import sys
import time
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from bank import forked, mutate, swaps
from bank.bugs import ROOT
from bank.forked import End, Trace
from bank.mutants import mutants
from bank.results import Results, counts, listed, trials
from bank.trying import Order


@pytest.mark.parametrize("path", ["symcnn/algebra/window.py", "symcnn/layers/conv.py", "symcnn/cli/main.py"])
def test_tests_are_chosen_for_every_module(path: str) -> None:
    assert mutate.modules([path]) == [path]
    assert mutate.tests_of(path)


def test_a_changed_function_runs_as_the_changed_module_does() -> None:
    """What is swapped in is what the mutant says; what is outside of functions is not swapped."""
    old = compile(ast.unparse(ast.parse(SWAPPED)), "m", "exec")
    outside, told = [], []
    for mutant in mutants(SWAPPED):
        new = compile(mutant.source, "m", "exec")
        path = swaps.place(old, new)
        if path is None:
            outside.append(mutant.change)
            continue
        module, changed = _executed(old), _executed(new)
        for function in swaps.running("m"):
            if function.__code__ == swaps.within(old, path):
                function.__code__ = swaps.within(new, path)
        told.append(_answers(module))
        assert told[-1] == _answers(changed) != _answers(_executed(old)), mutant.change
    assert sorted(outside) == ["10  ->  11", "10  ->  9", "3  ->  2", "3  ->  4"]
    assert len(told) == 14


SWAPPED = """
LEAST = 3
class Square:
    size = 10
    @property
    def area(self):
        return (lambda x: x * 2)(self.size)
    @classmethod
    def named(cls, least=LEAST):
        return [at + 1 for at in range(least)]
rule = {"a": lambda x: x - 5, "b": lambda x: x + 5}
"""


def _executed(code: CodeType) -> dict[str, Any]:
    module: dict[str, Any] = {"__name__": "m"}
    exec(code, module)
    return module


def _answers(module: dict[str, Any]) -> list[object]:
    square, rule = module["Square"], module["rule"]
    return [square().area, square.named(), rule["a"](1), rule["b"](1)]


def test_a_child_returns_what_it_finds_or_how_it_was_stopped() -> None:
    assert forked.child(lambda: {"a": [1]}) == {"a": [1]}
    assert forked.child(lambda: 1 // 0).test == "ZeroDivisionError: integer division or modulo by zero"
    assert forked.child(lambda: time.sleep(60), seconds=0.1) == End("too slow")
    assert forked.child(lambda: os.kill(os.getpid(), signal.SIGTERM)) == End("failed", "signal 15")


TESTS = """
from small import double

def test_small(): assert double(1) == 2
def test_other(): pass
def test_large():
    assert double(9) == 18 or [None for _ in iter(int, 1)]
"""


def test_only_tests_that_enter_what_was_changed(tmp_path: Path) -> None:
    """A wrong function is noticed by the first test, one that never ends by its time."""
    (tmp_path / "small.py").write_text("def double(x):\n    return x + x\n", encoding="utf-8")
    (tmp_path / "test_small.py").write_text(TESTS, encoding="utf-8")

    def traced(session: forked.Collected) -> object:
        return forked.child(lambda: session.traces(tmp_path, list(session.items)))

    def changed(session: forked.Collected) -> object:
        small = import_module("small")
        ends = []
        for wrong in (lambda x: x, lambda x: x + x, lambda x: x + x if x < 5 else 0):
            small.double.__code__ = wrong.__code__
            tests = ["test_small.py::test_small", "test_small.py::test_large"]
            ends.append(forked.child(lambda tests=tests: session.run(tests, lambda test: 1)))
        return ends

    traces, ends = (
        forked.child(lambda action=action: forked.collected(tmp_path, ["test_small.py"], action, 5))
        for action in (traced, changed)
    )
    entered = {test.partition("::")[2]: trace.entered.get("small.py") for test, trace in traces.items()}
    assert entered == {
        "test_small": {"double"},
        "test_other": None,
        "test_large": {"double"},
    }
    assert ends == [End("failed", "test_small.py::test_small"), End("passed"), End("too slow")]


def test_the_tests_meet_the_copy_and_not_an_installed_symcnn(tmp_path: Path) -> None:
    """Hypothesis imports what is installed before the tests are there, and every mutant would survive."""
    package = tmp_path / "symcnn"
    (package / "notes").mkdir(parents=True)
    for name in ("__init__", "notes/__init__", "notes/plugin"):  # the last is a plugin of pytest
        (package / f"{name}.py").write_text("", encoding="utf-8")
    (package / "here.py").write_text("def told(): return 'the copy'\n", encoding="utf-8")
    text = "from symcnn import here\ndef test(): assert here.told() == 'the copy'\n"
    (tmp_path / "test_here.py").write_text(text, encoding="utf-8")
    assert any(name.startswith("symcnn") for name in sys.modules)

    def run(session: forked.Collected) -> object:
        return session.run(list(session.items), lambda test: 5), forked.elsewhere(tmp_path)

    found = forked.child(lambda: forked.collected(tmp_path, ["test_here.py"], run, 5))
    assert found == (End("passed"), [])
    assert "symcnn" in forked.elsewhere(tmp_path)  # in this process, that is


def test_quick_tests_and_those_that_noticed_come_first() -> None:
    traces = {
        "slow": Trace(9, {"a.py": frozenset({"f"})}),
        "quick": Trace(1, {"a.py": frozenset({"f", "g"})}),
        "other": Trace(0, {"b.py": frozenset({"f"})}),
    }
    order = Order(traces, seconds=100)
    assert order.chosen("a.py", "f") == ["quick", "slow"]
    assert order.chosen("a.py", None) == ["quick", "slow", "other"]
    assert order.chosen("a.py", "h") == []
    for _ in range(20):
        order.tell("a.py", End("failed", "slow"))
    assert order.chosen("a.py", "f") == ["slow", "quick"]
    assert Order(traces, seconds=2).chosen("a.py", "f") == ["quick"]


def test_survivors_are_looked_up_in_the_list(tmp_path: Path) -> None:
    """What is listed word by word is the same; a time that is over counts as noticed; the last end counts."""
    path = "symcnn/algebra/window.py"
    some = trials(path, (ROOT / path).read_text(encoding="utf-8"))[:4]
    found = Results(tmp_path / "results")
    for trial, end in zip(some, ["failed", "too slow", "passed", ""], strict=True):
        if end:
            found.add(trial, "passed", "")
            found.add(trial, end, "a test")
    told, unknown = counts(some, found, frozenset())
    assert unknown == 1
    assert told == [f"{path}: 4 mutants, 3 tried, 1 noticed, 1 by their time, 0 the same, 1 survive"]
    text = f"Reason.\n\n- `{path}`, `{some[2].mutant.text}`: `{some[2].mutant.change}`, `1  ->  2`\n"
    assert counts(some, found, listed(text))[1] == 0
    assert counts(some, found, listed(text.replace("window", "door")))[1] == 1


def test_listed_survivors_still_exist() -> None:
    """What stands in the list is a change that the mutator makes to the present source."""
    text = mutate.LISTED.read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line.startswith("- ")]
    assert entries and all(listed(entry) for entry in entries)
    made = {
        trial.key
        for path in {path for path, _, _ in listed(text)}
        for trial in trials(path, (ROOT / path).read_text(encoding="utf-8"))
    }
    assert not listed(text) - made


def test_what_a_test_entered_is_known_until_its_file_changes(tmp_path: Path) -> None:
    root, found = tmp_path / "project", Results(tmp_path / "results")
    root.mkdir()
    for name in ("a", "b", "c"):
        (root / f"test_{name}.py").write_text("def test(): pass\n", encoding="utf-8")
    traces = {f"test_{name}.py::test": Trace(1.0, {}) for name in ("a", "b", "c")}
    assert found.traces(root) == {}
    found.keep(root, traces)
    assert found.traces(root) == traces
    (root / "test_a.py").write_text("def test(): assert True\n", encoding="utf-8")
    (root / "test_b.py").unlink()
    assert list(found.traces(root)) == ["test_c.py::test"]
