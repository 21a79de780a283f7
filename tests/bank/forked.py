"""Tests that are collected once and run many times: every time in a child process that starts from there.

This needs `os.fork`, so Linux or macOS.
"""

from __future__ import annotations

import functools
import gc
import os
import pickle
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from select import select
from signal import SIGKILL, SIGXCPU
from types import CodeType, FrameType, FunctionType
from typing import Any, NamedTuple

import pytest
from bank.swaps import name, running
from hypothesis import settings

_BYTES = 4 << 30  # of memory for a child
_OPTIONS = (
    *("-q", "-s", "--no-header", "-p", "no:cacheprovider"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # Hypothesis is imported already
    "--ignore=tests/properties/test_registry.py",  # it looks at the text of the source
)


class End(NamedTuple):
    """How tests end: passed, failed (the first that did), too slow, or broken (none was collected)."""

    end: str
    test: str = ""


class Trace(NamedTuple):
    """What a test did: processor seconds, and for each file of the project the functions that it entered."""

    seconds: float
    entered: dict[str, frozenset[str]]


def child(action: Callable[[], Any], seconds: float | None = None) -> Any:
    """Return what an action returns in a forked child; an End if that is stopped, as by its time."""
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(read)
        try:
            result = action()
        except BaseException as error:  # whatever a wrong program does
            result = End("failed", f"{type(error).__name__}: {error}"[:200])
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(result, pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        if not select([pipe], [], [], seconds)[0]:
            os.kill(process, SIGKILL)
        data = pipe.read()
    _, status = os.waitpid(process, 0)
    if data:
        return pickle.loads(data)
    slow = os.WTERMSIG(status) in (SIGXCPU, SIGKILL)
    return End("too slow") if slow else End("failed", f"signal {os.WTERMSIG(status)}")


class Collected:
    """A plugin of pytest that hands the collected tests to an action in place of running them all."""

    def __init__(self, action: Callable[[Collected], Any], examples: int) -> None:
        self.action, self.examples = action, examples
        self.items: dict[str, pytest.Item] = {}
        self.result: Any = End("broken", "nothing could be collected")
        self._failed = ""

    def pytest_collection(self) -> None:
        settings.register_profile("mutants", settings.get_profile("bank"), max_examples=self.examples)
        settings.load_profile("mutants")
        if "profiles" in sys.modules:  # of the tests: those of properties have a number of their own
            more = {"MANY": self.examples, "thorough": settings(max_examples=self.examples)}
            vars(sys.modules["profiles"]).update(more)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.result = End("broken", f"{report.nodeid} cannot be imported")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not session.testsfailed:
            self.items = {item.nodeid: item for item in session.items}
            self.result = self.action(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self._failed:
            self._failed = report.nodeid

    @cache  # noqa: B019  (there is one session in a process)
    def functions(self, file: str) -> list[FunctionType]:
        """Return the functions of a file; all objects are looked through once."""
        return running(file)

    def run(self, tests: Sequence[str], limit: Callable[[str], float]) -> End:
        """Run tests up to the first failure; a limit says how many processor seconds each may take."""
        resource.setrlimit(resource.RLIMIT_AS, (_BYTES, resource.RLIM_INFINITY))
        for test, later in zip(tests, [*tests[1:], None], strict=True):
            until = int(time.process_time() + limit(test)) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
            self._run(test, later)
            if self._failed:
                return End("failed", self._failed)
        return End("passed")

    def traces(self, root: Path, tests: Sequence[str]) -> dict[str, Trace]:
        """Run tests, each as if it were the only one, and return what they entered; they must pass."""
        found: dict[str, Trace] = {}
        for test in tests:
            codes: dict[int, CodeType] = {}

            def enter(frame: FrameType, event: str, _: Any, codes: dict[int, CodeType] = codes) -> None:
                codes[id(frame.f_code)] = frame.f_code

            forget()
            start = time.process_time()
            sys.settrace(enter)
            self._run(test, None)
            sys.settrace(None)
            if self._failed:
                raise AssertionError(f"without any change {self._failed} fails")
            found[test] = Trace(time.process_time() - start, _by_file(codes.values(), root))
        return found

    def _run(self, test: str, later: str | None) -> None:
        item, following = self.items[test], self.items[later] if later else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def collected(root: Path, tests: Sequence[str], action: Callable[[Collected], Any], examples: int) -> Any:
    """Collect tests of a copy of the project and return what an action does with them; for a child process.

    The process works in the copy from then on and prints nothing. What was imported of an installed symcnn,
    as Hypothesis does when it looks for strategies, is forgotten, so that the tests meet the copy.
    """
    os.chdir(root)
    sys.path.insert(0, str(root))
    for module in list(sys.modules):
        if module.partition(".")[0] == "symcnn":
            del sys.modules[module]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.environ["SYMCNN_PROFILE"] = "bank"
    plugin = Collected(action, examples)
    pytest.main([*_OPTIONS, *tests], plugins=[plugin])
    return plugin.result


def elsewhere(root: Path) -> list[str]:
    """Return the modules of symcnn in this process that are not those of a copy."""
    ours = {key: module for key, module in sys.modules.items() if key.partition(".")[0] == "symcnn"}
    files = {key: getattr(module, "__file__", None) or f"{root}/" for key, module in ours.items()}
    return sorted(key for key, file in files.items() if not file.startswith(f"{root}/"))


def forget() -> None:
    """Clear every cache of results, SymPy's among them."""
    for thing in gc.get_objects():
        if type(thing) is functools._lru_cache_wrapper and thing.__module__.startswith(("sym", "bank")):
            thing.cache_clear()


def _by_file(codes: Iterable[CodeType], root: Path) -> dict[str, frozenset[str]]:
    files: dict[str, set[str]] = {}
    for code in codes:
        if code.co_filename.startswith(f"{root}/"):
            files.setdefault(code.co_filename.removeprefix(f"{root}/"), set()).add(name(code))
    return {file: frozenset(names) for file, names in files.items()}
