"""Texts changed at random, guided by what they reach: parse, format, parse, elaborate.

    python tests/bank/fuzz.py --seconds N [--seed S] [--engine own|atheris] [--save FOLDER]

A text leads to a network or to one SymcnnError with a place in it; formatting keeps what is read, and
changes nothing twice; and each takes bounded time. Whatever reaches new lines of the source, or a new
message, is changed further. With atheris (Python 3.11 and 3.12) libFuzzer does the guiding. The exit code
is 1 if something else happened; the texts are written to the folder.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from random import Random
from tempfile import gettempdir
from types import FrameType
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the checkout
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def _instrumented() -> AbstractContextManager[object]:
    """Let atheris see the branches of the engine, which it can only while that is imported."""
    if "atheris" not in sys.argv:
        return nullcontext()
    import atheris

    return cast(AbstractContextManager[object], atheris.instrument_imports(include=["symcnn"]))


with _instrumented():
    from bank.fuzzing import ELABORATED, LONGEST, TooLong, changed, check, corpus, limited

SAVED = Path(gettempdir()) / "symcnn-fuzz"
_OFTEN = 20  # texts that are written down for errors of one class
_LAST = 5  # seconds before the end of libFuzzer, which leaves no time to say anything, for the figures
_TRACED = 7  # of the texts, one of so many is traced where tracing is slow


class Lines:
    """The lines of the engine that were reached so far."""

    def __init__(self) -> None:
        self.reached: set[tuple[str, int]] = set()
        self.fast = hasattr(sys, "monitoring")
        if self.fast:
            self._monitor()

    def _monitor(self) -> None:
        tool = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        tool.use_tool_id(tool.COVERAGE_ID, "symcnn fuzz")

        def line(code: Any, number: int) -> Any:
            if "symcnn" in code.co_filename:
                self.reached.add((code.co_filename, number))
            return tool.DISABLE  # reported once: what is known costs nothing

        tool.register_callback(tool.COVERAGE_ID, tool.events.LINE, line)
        tool.set_events(tool.COVERAGE_ID, tool.events.LINE)

    @contextmanager
    def traced(self, wanted: bool) -> Iterator[None]:
        """Notice the lines that are reached meanwhile."""
        if self.fast or not wanted:
            yield
            return

        def call(frame: FrameType, _event: str, _arg: object) -> Any:
            return line if "symcnn" in frame.f_code.co_filename else None

        def line(frame: FrameType, _event: str, _arg: object) -> Any:
            self.reached.add((frame.f_code.co_filename, frame.f_lineno))
            return line

        sys.settrace(call)
        try:
            yield
        finally:
            sys.settrace(None)


class Session:
    """What was executed and what became of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ends: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.slow: list[str] = []
        self.kept: Counter[str] = Counter()
        self.start = time.monotonic()

    def execute(self, text: str) -> str:
        """Check one text; keep it if something was wrong."""
        try:
            with limited():
                end = check(text)
        except TooLong:
            self._keep(self.slow, "slow", text)
            end = "too slow"
        except (Exception, RecursionError) as error:
            self._keep(self.wrong, type(error).__name__, text)
            if self.kept[type(error).__name__] <= _OFTEN:
                say(f"{type(error).__name__}: {str(error)[:200]}\n{text}\n---")
            end = "wrong"
        self.ends[end] += 1
        return end

    def _keep(self, kind: list[str], name: str, text: str) -> None:
        kind.append(text)
        self.kept[name] += 1
        if self.kept[name] > _OFTEN:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        (self.folder / f"{name}-{digest}.cnn").write_bytes(text.encode("utf-8", "surrogatepass"))

    def report(self) -> int:
        """Print the figures; return the exit code."""
        seconds, count = time.monotonic() - self.start, sum(self.ends.values())
        say(f"{count} executions in {seconds:.0f} s: {count / max(seconds, 1e-9):.0f} per second")
        messages = set(self.ends) - {"network", "read", "too slow", "wrong"}
        say(f"networks {self.ends['network']}, only read {self.ends['read']}, refused {self._refused()}")
        say(f"{len(messages)} different messages, {len(self.slow)} too slow, {len(self.wrong)} wrong")
        return int(bool(self.wrong))

    def _refused(self) -> int:
        known = sum(self.ends[end] for end in ("network", "read", "too slow", "wrong"))
        return sum(self.ends.values()) - known


def own(session: Session, seconds: float, seed: int) -> int:
    """Change texts; keep those that reach a new line or a new message."""
    random, lines, pool = Random(seed), Lines(), list(corpus())
    for text in pool:
        with lines.traced(wanted=True):
            session.execute(text)
    begun, stand = len(pool), [text for text in pool if session.execute(text) in ("network", "read")]
    count = 0
    while time.monotonic() - session.start < seconds:
        count += 1
        recent = pool[begun:] if len(pool) > begun and random.random() < 0.3 else stand
        text = changed(random.choice(recent), random.choice(pool), random)
        before, known = len(lines.reached), len(session.ends)
        with lines.traced(wanted=count % _TRACED == 0):
            end = session.execute(text)
        new = len(lines.reached) > before or len(session.ends) > known
        if new and end not in ("wrong", "too slow"):
            (stand if end in ("network", "read") else pool).append(text)
    say(f"seed {seed}: {len(pool) - begun} refused texts kept, {len(stand)} that are read")
    say(f"{len(lines.reached)} lines of the engine reached")
    return session.report()


def by_atheris(session: Session, seconds: float, seed: int) -> None:
    """Let libFuzzer guide; it ends the process itself."""
    import atheris

    texts, told = corpus(), list[int]()

    def one(data: bytes) -> None:
        if not told and time.monotonic() - session.start > seconds - _LAST:
            told.append(session.report())
            if session.wrong:  # the exit code of libFuzzer is not 0 either
                raise AssertionError(f"{len(session.wrong)} texts in {session.folder}")
        session.execute(data.decode("utf-8", "replace")[:LONGEST])

    def mutate(data: bytes, longest: int, number: int) -> bytes:
        random = Random(number)
        text = data.decode("utf-8", "replace")
        if random.random() < 0.1:
            return bytes(atheris.Mutate(data, longest))
        base = random.choice(texts) if random.random() < 0.05 else text
        return changed(base, random.choice(texts), random).encode("utf-8", "replace")[:longest]

    folder = session.folder / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"{number}.cnn").write_bytes(text.encode("utf-8", "replace"))
    options = [f"-max_total_time={int(seconds)}", f"-seed={seed}", f"-max_len={ELABORATED}", "-timeout=120"]
    atheris.Setup([sys.argv[0], *options, str(folder)], one, custom_mutator=mutate)
    atheris.Fuzz()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n".encode("utf-8", "replace").decode("utf-8"))
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz for a while; return the exit code."""
    parser = argparse.ArgumentParser(description="Fuzz parse, format, parse, elaborate.")
    parser.add_argument("--seconds", type=float, required=True, help="how long")
    parser.add_argument("--seed", type=int, default=0, help="the same seed makes the same texts")
    parser.add_argument("--engine", choices=("own", "atheris"), default="own", help="what guides")
    parser.add_argument("--save", type=Path, default=SAVED, help=f"where texts are kept: {SAVED}")
    given = parser.parse_args(arguments)
    session = Session(given.save)
    if given.engine == "atheris":
        by_atheris(session, given.seconds, given.seed)
    return own(session, given.seconds, given.seed)


if __name__ == "__main__":
    sys.exit(main())
