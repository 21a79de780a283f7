"""How long, and in how much memory, a text may be worked on: then it is said where that was.

The limits of the language bound every step, not their number: thousands of claims that cannot be
decided, each tried at thousands of points, are still a text. What is counted is processor time, so
a busy machine makes no difference. The clock is a signal of POSIX, which Python hands to its main
thread, between two steps of the interpreter.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from math import inf
from time import process_time
from types import FrameType
from typing import Any

from symcnn.errors import SymcnnError, UsageError
from symcnn.source import Source, Span

_TICK = 0.1  # seconds from one look at the clock to the next
_AGAIN = 1.0  # seconds until it is said again, should nobody have heard it: whoever has stops the clock
_NEAR = 4  # calls inside of something that frees
_MEBIBYTE = 1 << 20
_reserve: list[bytearray] = []  # given up when memory ends, so that there is some to say it


class OutOfPatience(SymcnnError):
    """A text takes more time or memory than it may.

    >>> import symcnn
    >>> with symcnn.patience(0.2):
    ...     symcnn.parse("input C @ I x I" + "; conv K -> N, stride S" * 1000)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    symcnn.clock.OutOfPatience: <text>:1:...: error: this takes more than 0.2 s of processor time
    ...
    """

    def locate(self, source: Source, span: Span | None = None) -> SymcnnError:
        """Return the error, which knows its place."""
        return self


class Clock:
    """Looks at the time, and at the memory that comes to the process, while something is worked on."""

    def __init__(
        self,
        seconds: float = inf,
        mebibytes: float = inf,
        *,
        source: Source | None = None,
        hints: tuple[str | None, str | None] = (None, None),
    ) -> None:
        self._seconds = seconds
        self._mebibytes = mebibytes
        self._source = source
        self._hints = hints  # for more time, for more memory
        self._end = self._quiet = 0.0
        self._base = 0  # bytes that were there before
        self._before: tuple[Any, tuple[float, float]] | None = None  # while it runs: what it replaced

    @staticmethod
    def exists() -> bool:
        """Whether there is such a clock here: on POSIX, in the main thread."""
        return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()

    def start(self) -> None:
        """Run from now on; when time or memory runs out, OutOfPatience is raised."""
        self._end = process_time() + self._seconds
        self._quiet = 0.0
        self._base = resident()
        handler = signal.signal(signal.SIGPROF, self._look)
        first = min(_TICK, self._seconds)
        self._before = handler, signal.setitimer(signal.ITIMER_PROF, first, _TICK)

    def stop(self) -> None:
        """Stop, if it runs, and put back what was there before."""
        if self._before is not None and self.exists():
            (handler, timer), self._before = self._before, None
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, signal.SIG_DFL if handler is None else handler)
            signal.setitimer(signal.ITIMER_PROF, *timer)

    def _look(self, _: int, frame: FrameType | None) -> None:
        now = process_time()
        if self._before is None or now < self._quiet or _lost(frame):
            return
        if now >= self._end:
            fact, hint = f"this takes more than {self._seconds:g} s of processor time", self._hints[0]
        elif resident() - self._base > self._mebibytes * _MEBIBYTE:
            fact, hint = f"this takes more than {self._mebibytes:g} MiB of memory", self._hints[1]
        else:
            return
        self._quiet = now + _AGAIN
        raise _placed(fact, _outward(frame), self._source, hint)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Give what stands inside so much processor time; then OutOfPatience is raised, with the place.

    A MemoryError inside becomes OutOfPatience, too. Raises UsageError where there is no such clock:
    on Windows, and in all threads but the main one.

    >>> import symcnn
    >>> with symcnn.patience(10):
    ...     symcnn.parse("input 1@28x28; conv 5x5 -> 20").params
    520
    """
    if not 0 < seconds < inf:
        raise UsageError(f"{seconds} is no number of seconds to be patient")
    if not Clock.exists():
        raise UsageError(
            "there is no clock of processor time here",
            hint="it is one of POSIX, in the main thread: work in a process of its own",
        )
    clock = Clock(seconds)
    clock.start()
    try:
        yield
    except MemoryError as error:
        raise mistake(error) from None
    finally:
        clock.stop()


def mistake(error: SymcnnError | MemoryError, source: Source | None = None) -> SymcnnError:
    """Return an error to show: a MemoryError becomes one that says where memory ended.

    `source` is the text that was worked on, for where that does not show.
    """
    if isinstance(error, SymcnnError):
        return error
    _reserve.clear()
    steps = [frame for frame, _ in traceback.walk_tb(error.__traceback__)][::-1]
    said = _placed("this takes more memory than there is", steps, source, None)
    traceback.clear_frames(error.__traceback__)
    return said


def keep_reserve() -> None:
    """Set memory aside, so that the end of memory can be told."""
    if not _reserve:
        _reserve.append(bytearray(4 * _MEBIBYTE))


def resident() -> int:
    """Return the bytes that the process has in memory; 0 where the system (other than Linux) is silent."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _lost(frame: FrameType | None) -> bool:
    """Whether an error raised here would reach nobody, as where something is freed, or end this clock.

    Or leave a tool that traces the program, such as coverage, with its lock held.
    """
    freeing = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    tracer = sys.gettrace()  # a function, or an object of C
    tracing = tracer and _package(getattr(tracer, "__module__", None) or type(tracer).__module__)
    return any(
        frame.f_globals is globals() or frame.f_code.co_name == "__del__" or frame.f_code in freeing
        or (tracing and tracing == _package(frame.f_globals.get("__name__")))
        for frame in islice(_outward(frame), _NEAR)
    )  # fmt: skip


def _package(module: object) -> str:
    return str(module or "").partition(".")[0]


# ------------------------------------------------------------------ where that was
def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield the frames that are at work, the innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _placed(fact: str, frames: Iterable[FrameType], source: Source | None, hint: str | None) -> OutOfPatience:
    """Return the error at the innermost place of the innermost text that is worked on."""
    span: Span | None = None
    text: Source | None = None
    for frame in frames:
        ours = [v for v in list(frame.f_locals.values()) if type(v).__module__.startswith("symcnn.")]
        texts = [v for v in ours if isinstance(v, Source)]  # before that of a network that is asked
        there = next(filter(None, map(_text, [*texts, *ours])), None)
        if text is not None and there not in (None, text):
            break  # what is further out is about another text
        text = text or there
        span = span or next(filter(None, map(_span, ours)), None)
        if text is not None and span is not None:
            break
    text = text or source
    if text is not None and (span is None or span.end > len(text.text)):
        span = Span(0, 1)
    return OutOfPatience(fact, span if text else None, source=text, hint=hint)


def _span(value: object) -> Span | None:
    """Return the place of a value, if it has one that is not empty."""
    span = getattr(value, "span", None)
    return span if isinstance(span, Span) and span.end > span.start else None


def _text(value: object) -> Source | None:
    """Return the text of a value, or the value if it is one."""
    text = value if isinstance(value, Source) else getattr(value, "source", None)
    return text if isinstance(text, Source) else None
