"""Patience ends in time, at a place, and leaves nothing behind."""

from __future__ import annotations

import gc
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import pytest

import symcnn
from symcnn import OutOfPatience, SymcnnError, UsageError, clock
from symcnn.clock import Clock, mistake, patience
from symcnn.source import Source, Span

pytestmark = pytest.mark.skipif(not Clock.exists(), reason="a clock of POSIX in the main thread")

LONG = "input C @ I x I\n" + "  conv K -> N, stride S, pad P\n" * 500


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    before = signal.getsignal(signal.SIGPROF), signal.getitimer(signal.ITIMER_PROF)
    yield
    assert (signal.getsignal(signal.SIGPROF), signal.getitimer(signal.ITIMER_PROF)) == before


def work(seconds: float) -> None:
    """Be busy for so much processor time, unless stopped."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


# ------------------------------------------------------------------ in time
def test_it_ends_in_time() -> None:
    begun = time.process_time()
    with pytest.raises(OutOfPatience) as caught, patience(0.2):
        work(20)
    assert 0.2 <= time.process_time() - begun < 5
    assert str(caught.value) == "error: this takes more than 0.2 s of processor time"
    assert caught.value.place is None


def test_it_does_not_end_before() -> None:
    with patience(30):
        work(0.5)
        assert symcnn.parse("input 1@28x28; conv 5x5 -> 20").params == 520


def test_sleep_takes_no_processor_time() -> None:
    with patience(0.3):
        time.sleep(0.6)


def test_work_goes_on_afterwards() -> None:
    """What was begun and not finished is in no cache: the same text gives the same formulas."""
    text = "input C @ I x I" + "; conv 3 -> N, stride 2, pad P; maxpool 3, ceil" * 3
    clock_free = [symcnn.text(part.size) for part in symcnn.parse(text).parts if part.extents]
    other = text.replace("conv 3", "conv 5")

    def read_others() -> None:
        for number in count():
            symcnn.parse(other.replace("pad P", f"pad {number}"))

    for _ in range(6):
        with pytest.raises(OutOfPatience), patience(0.02):
            read_others()
    assert [symcnn.text(part.size) for part in symcnn.parse(text).parts if part.extents] == clock_free
    fresh = symcnn.parse(other).at(I=300, P=2)
    assert [part.size for part in fresh.parts if part.extents] == [
        part.size for part in symcnn.parse(other.replace("P;", "2;").replace("I x I", "300 x 300")).parts
    ]


# ------------------------------------------------------------------ at a place
def test_it_says_where() -> None:
    with pytest.raises(OutOfPatience) as caught, patience(0.5):
        symcnn.parse(LONG, name="long.cnn")
    error = caught.value
    assert error.fact == "this takes more than 0.5 s of processor time"
    assert error.hint is None and error.place is not None
    line, column = error.place
    assert 2 <= line <= 501 and 1 <= column <= 31
    assert str(error).startswith(f"long.cnn:{line}:{column}: error: this takes more than 0.5 s")


def test_the_place_is_in_the_text_that_is_worked_on() -> None:
    """A question longer than the text of the network: its places are its own."""
    net = symcnn.parse("input 1@8x8; conv K -> N", name="net.cnn")
    with pytest.raises(OutOfPatience) as caught, patience(0.1):
        net.compile("+".join(["params"] * 35_000))
    source, span = caught.value.source, caught.value.span
    assert source is not None and span is not None
    assert source.name == "<question>"
    assert 0 <= span.start < span.end <= len(source.text)


def test_a_label_that_takes_too_long() -> None:
    net = symcnn.parse("input 1@8x8; a: conv K -> N", name="net.cnn")
    with pytest.raises(OutOfPatience) as caught, patience(0.1):
        net["a[" + "1+" * 100_000 + "1]"]
    assert caught.value.source is not None and caught.value.source.name == "<label>"


def test_the_innermost_place_counts() -> None:
    outer, inner = Source("outer.cnn", "0123456789" * 9), Source("inner.cnn", "abc")

    def three(node: SymcnnError) -> None:
        work(20)

    def two(source: Source) -> None:
        three(SymcnnError("a value with a span", Span(1, 2)))

    def one(source: Source) -> None:
        two(inner)

    with pytest.raises(OutOfPatience) as caught, patience(0.05):
        one(outer)
    assert (caught.value.source, caught.value.span) == (inner, Span(1, 2))


def test_a_place_of_another_text_is_not_taken() -> None:
    """A span beyond the end of the text must be one of another text."""

    def two(node: SymcnnError) -> None:
        work(20)

    def one(source: Source) -> None:
        two(SymcnnError("a value with a span", Span(70, 72)))

    with pytest.raises(OutOfPatience) as caught, patience(0.05):
        one(Source("short.cnn", "input 1@8x8"))
    assert caught.value.place == (1, 1)


# ------------------------------------------------------------------ whatever happens
def test_who_does_not_hear_is_told_again() -> None:
    def swallow() -> None:
        with suppress(SymcnnError):
            work(20)
        work(20)

    begun = time.process_time()
    with pytest.raises(OutOfPatience), patience(0.05):
        swallow()
    assert time.process_time() - begun < 10


def test_where_something_is_freed_nothing_is_raised() -> None:
    """An error there reaches nobody; printed by Python, it once stopped the clock."""

    class Slow:
        def __del__(self) -> None:
            self.work()

        def work(self) -> None:
            work(0.3)

    def collecting(phase: str, info: dict[str, int]) -> None:
        work(0.1)

    def free() -> None:
        Slow()
        gc.collect()
        work(20)

    begun = time.process_time()
    gc.callbacks.append(collecting)
    try:
        with pytest.raises(OutOfPatience), patience(0.05):
            free()
    finally:
        gc.callbacks.remove(collecting)
    assert time.process_time() - begun > 0.3


def test_a_tool_that_traces_is_left_alone() -> None:
    """An error inside of coverage once left its lock held, for good."""
    held: list[str] = []
    tool: dict[str, Any] = {"__name__": "tool.inside", "held": held, "work": work}
    exec("def see(*_):\n    if not held:\n        held.append('lock'); work(0.3); held[:] = ['free']", tool)

    def traced() -> None:
        sys.settrace(tool["see"])
        work(20)

    before = sys.gettrace()
    try:
        with pytest.raises(OutOfPatience), patience(0.05):
            traced()
    finally:
        sys.settrace(before)
    assert held == ["free"]


def test_a_tool_written_in_c_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a tracer, as that of coverage, knows its module only by its type."""
    held: list[str] = []
    tool: dict[str, Any] = {"__name__": "itertools.inside", "held": held, "work": work}
    exec("def see():\n    held.append('lock'); work(0.3); held[:] = ['free']", tool)

    def traced() -> None:
        tool["see"]()
        work(20)

    monkeypatch.setattr(sys, "gettrace", lambda: count())
    with pytest.raises(OutOfPatience), patience(0.05):
        traced()
    assert held == ["free"]


def test_to_be_shown_does_not_stop_the_clock() -> None:
    def show() -> None:
        try:
            work(20)
        except OutOfPatience as error:
            str(error)
        work(20)

    with pytest.raises(OutOfPatience), patience(0.05):
        show()


def test_patience_within_patience() -> None:
    """The smaller one ends first, and the larger one goes on."""

    def both() -> None:
        with pytest.raises(OutOfPatience, match=r"more than 0\.1 s"), patience(0.1):
            work(20)
        with patience(10):
            work(0.1)
        work(20)

    with pytest.raises(OutOfPatience, match="more than 1 s"), patience(1):
        both()


def test_another_profiler_goes_on() -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGPROF, lambda *_: seen.append(1))
    try:
        signal.setitimer(signal.ITIMER_PROF, 0.05, 0.05)
        with patience(10):
            work(0.2)
        seen.clear()
        work(0.5)
        assert seen
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def test_what_does_not_run_is_not_stopped() -> None:
    """A second stop, or one before any start, leaves alone whose clock it is by then."""
    seen: list[int] = []
    before = signal.getsignal(signal.SIGPROF)
    stopped = Clock()
    stopped.start()
    stopped.stop()
    signal.signal(signal.SIGPROF, lambda *_: seen.append(1))
    try:
        signal.setitimer(signal.ITIMER_PROF, 0.05, 0.05)
        for still in (Clock(), stopped):
            still.stop()
        work(0.5)
        assert seen
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def test_a_clock_is_stopped_by_the_thread_that_has_it() -> None:
    running, refused = Clock(30), []

    def stop() -> None:
        try:
            running.stop()
        except ValueError as error:  # of Python, to which no signals of other threads belong
            refused.append(error)

    running.start()
    thread = threading.Thread(target=stop)
    thread.start()
    thread.join()
    assert not refused and signal.getitimer(signal.ITIMER_PROF) != (0, 0)
    running.stop()


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_no_number_of_seconds(seconds: float) -> None:
    with pytest.raises(UsageError) as caught, patience(seconds):
        pass
    assert str(caught.value) == f"error: {seconds} is no number of seconds to be patient"


def test_there_is_none_in_threads() -> None:
    said: list[str] = []

    def run() -> None:
        try:
            with patience(1):
                said.append("patient")
        except UsageError as error:
            said.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert said == [
        "error: there is no clock of processor time here\n"
        "  = hint: it is one of POSIX, in the main thread: work in a process of its own"
    ]


# ------------------------------------------------------------------ memory
def exhaust(source: Source, node: SymcnnError) -> None:
    """Run out of memory, as a list would that is much too long."""
    with_much = bytearray(1 << 20)
    raise MemoryError(len(with_much))


def test_the_end_of_memory_has_a_place() -> None:
    with pytest.raises(OutOfPatience) as caught, patience(10):
        exhaust(Source("net.cnn", "input 1@8x8\nrelu"), SymcnnError("", Span(12, 16)))
    assert str(caught.value) == (
        "net.cnn:2:1: error: this takes more memory than there is\n  2 | relu\n    | ^^^^"
    )
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_the_end_of_memory_has_no_place_in_a_text_further_out() -> None:
    """What is worked on has no place yet: that of the text around it says nothing of it."""

    def inner(source: Source) -> None:
        raise MemoryError

    def outer(source: Source, node: SymcnnError) -> None:
        inner(Source("inner.cnn", "relu"))

    with pytest.raises(OutOfPatience) as caught, patience(10):
        outer(Source("outer.cnn", "input 1@8x8"), SymcnnError("", Span(2, 3)))
    assert str(caught.value) == (
        "inner.cnn:1:1: error: this takes more memory than there is\n  1 | relu\n    | ^"
    )


def test_the_end_of_memory_without_a_text() -> None:
    assert str(mistake(MemoryError())) == "error: this takes more memory than there is"
    assert mistake(MemoryError(), Source("a.cnn", "relu")).place == (1, 1)
    error = UsageError("another one")
    assert mistake(error) is error


def test_what_was_held_is_let_go() -> None:
    try:
        exhaust(Source("net.cnn", "relu"), SymcnnError("", Span(0, 4)))
    except MemoryError as error:
        mistake(error)
        step = error.__traceback__
        while step is not None and step.tb_next is not None:
            step = step.tb_next
        assert step is not None and step.tb_frame.f_locals == {}


def test_memory_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at is what the process has now, beyond what it had before."""
    now = [1000 << 20]
    monkeypatch.setattr(clock, "resident", lambda: now[0])
    watch = Clock(mebibytes=299.5, source=Source("net.cnn", "relu"), hints=("time", "memory"))
    watch.start()
    now[0] += 300 << 20
    with pytest.raises(OutOfPatience) as caught:
        work(20)
    watch.stop()
    assert str(caught.value) == (
        "net.cnn:1:1: error: this takes more than 299.5 MiB of memory\n  1 | relu\n    | ^\n  = hint: memory"
    )
    watch = Clock(mebibytes=301)
    watch.start()
    now[0] += 300 << 20
    work(0.4)
    watch.stop()


def test_memory_of_this_process() -> None:
    before = clock.resident()
    if not before:
        pytest.skip("the system does not say how much memory a process has")
    held = bytearray(b"x") * (64 << 20)
    assert 60 << 20 <= clock.resident() - before <= 80 << 20
    del held
    assert clock.resident() - before <= 20 << 20


def test_a_silent_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr("builtins.open", absent)
    assert clock.resident() == 0
