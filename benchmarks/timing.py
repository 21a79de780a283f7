"""Times in pairs: two things measured in turn in the same run, reported as a ratio.

Machines are shared and noisy, so a time alone says little; the median of the ratios of
neighbouring runs holds when the speed of the machine drifts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence


def seconds(action: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def computing(action: Callable[[], object]) -> float:
    """Return how long one call computes, without the time in which others have the processor.

    For what computes in this thread alone and waits for nothing; on a quiet machine the same as `seconds`.
    """
    start = time.thread_time()
    action()
    return time.thread_time() - start


def process(*arguments: str) -> Callable[[], object]:
    """Return an action that runs this Python with the arguments as a whole process."""
    command = [sys.executable, *arguments]
    return lambda: subprocess.run(command, check=True, capture_output=True)


def pairs(ours: Callable[[], object], rival: Callable[[], object], runs: int) -> list[tuple[float, float]]:
    """Return the times of both, taken in turn, after one warm-up of each."""
    ours()
    rival()
    return [(seconds(ours), seconds(rival)) for _ in range(runs)]


def report(title: str, rival: str, times: Sequence[tuple[float, float]], target: str = "") -> float:
    """Print medians and the median ratio of pairs; return the ratio."""
    mine = statistics.median(a for a, _ in times)
    theirs = statistics.median(b for _, b in times)
    ratios = sorted(a / b for a, b in times)
    ratio = statistics.median(ratios)
    print(
        f"{title:<34} {mine * 1e3:8.1f} ms   {rival:<26} {theirs * 1e3:8.1f} ms   "
        f"ratio {ratio:5.2f}  ({ratios[0]:.2f} to {ratios[-1]:.2f}){'   target ' + target if target else ''}"
    )
    return ratio
