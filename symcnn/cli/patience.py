"""How long one text may keep a command busy: then it says where it was, and stops.

The limits of the language bound every step, not their number: thousands of claims that cannot be
decided, each tried at thousands of points, are still a text. What is counted is processor time, so
a busy machine makes no difference. Only commands stop; calls from Python take what they need.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from symcnn.errors import SymcnnError, UsageError
from symcnn.source import Source, Span

SECONDS = 7
VARIABLE = "SYMCNN_SECONDS"
_AGAIN = 1.0  # seconds until it is said again, should nobody have heard it


class OutOfPatience(SymcnnError):
    """A text keeps a command busy for too long."""

    def locate(self, source: Source, span: Span | None = None) -> SymcnnError:
        """Return the error, which knows its place; it has been heard, so the clock stops."""
        stop()
        return self

    def __str__(self) -> str:
        stop()
        return super().__str__()


def be_patient(source: Source) -> None:
    """Start the clock for a text, anew; when it runs out, OutOfPatience is raised.

    Raises UsageError if the variable of the environment is no number of seconds. There is no such
    clock on Windows, and none in threads.
    """
    said = os.environ.get(VARIABLE, "").strip() or str(SECONDS)
    if not (said.isascii() and said.isdigit() and len(said) < 7):
        raise UsageError(f"{VARIABLE} is '{said[:40]}', no number of seconds", hint="0 is for no limit")

    def run_out(_: int, frame: FrameType | None) -> None:
        raise OutOfPatience(
            f"this takes more than {said} s of processor time",
            next(_spans(frame), Span(0, 1)),
            source=source,
            hint=f"{VARIABLE}=60 in the environment allows for more, 0 for any time",
        )

    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        stop()
        if int(said):
            signal.signal(signal.SIGPROF, run_out)
            signal.setitimer(signal.ITIMER_PROF, int(said), _AGAIN)


def stop() -> None:
    """Stop the clock, if there is one."""
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        signal.setitimer(signal.ITIMER_PROF, 0)


def _spans(frame: FrameType | None) -> Iterator[Span]:
    """Yield the places of what is being worked on, the innermost first."""
    while frame is not None:
        for value in frame.f_locals.values():
            if type(value).__module__.startswith("symcnn."):
                span = getattr(value, "span", None)
                if isinstance(span, Span) and span.end > span.start:
                    yield span
        frame = frame.f_back
