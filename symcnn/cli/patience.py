"""How long, and in how much memory, a command works on one text: then it says where it was, and stops."""

from __future__ import annotations

import os
from math import inf

from symcnn import clock
from symcnn.errors import SymcnnError, UsageError
from symcnn.source import Source

SECONDS = 7
MEBIBYTES = 400
FOR_TIME = "SYMCNN_SECONDS"
FOR_MEMORY = "SYMCNN_MEBIBYTES"
_HINTS = {
    FOR_TIME: f"{FOR_TIME}=60 in the environment allows for more, 0 for any time",
    FOR_MEMORY: f"{FOR_MEMORY}=2000 in the environment allows for more, 0 for any memory",
}


class _Work:
    """What the command is working on now."""

    source: Source | None = None
    clock: clock.Clock | None = None


def be_patient(source: Source) -> None:
    """Start the clock for a text, anew; when time or memory runs out, OutOfPatience is raised.

    Raises UsageError if a variable of the environment is no number. There is no clock on Windows,
    and none in threads.
    """
    stop()
    seconds = _number(FOR_TIME, SECONDS, "seconds")
    mebibytes = _number(FOR_MEMORY, MEBIBYTES, "MiB")
    _Work.source = source
    clock.keep_reserve()
    if clock.Clock.exists() and min(seconds, mebibytes) < inf:
        _Work.clock = clock.Clock(
            seconds, mebibytes, source=source, hints=(_HINTS[FOR_TIME], _HINTS[FOR_MEMORY])
        )
        _Work.clock.start()


def stop() -> None:
    """Stop the clock, if it runs."""
    if _Work.clock is not None:
        _Work.clock.stop()
    _Work.clock = None


def told(error: SymcnnError | MemoryError) -> str:
    """Stop the clock, and return what is said of an error: a mistake in the text, or the end of memory."""
    stop()
    return str(clock.mistake(error, _Work.source))


def _number(variable: str, usual: int, unit: str) -> float:
    """Return how much the environment allows for; 0 there is no limit."""
    said = os.environ.get(variable, "").strip() or str(usual)
    if not (said.isascii() and said.isdigit() and len(said) < 7):
        raise UsageError(f"{variable} is '{said[:40]}', no number of {unit}", hint="0 is for no limit")
    return int(said) or inf
