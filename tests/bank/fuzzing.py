"""What a text may lead to, and how texts are changed: the oracle and the mutator of the fuzzer."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType

from symcnn import catalogue
from symcnn.api import Network
from symcnn.errors import SymcnnError
from symcnn.language import formatter
from symcnn.language.parser import parse
from symcnn.layers import vocabulary
from symcnn.source import Source

DATA = Path(__file__).resolve().parents[1] / "data"
FOUND = Path(__file__).with_name("found")
LONGEST = 4_000  # characters of a text that is made
ELABORATED = 1_500  # characters up to which the formulas are derived, too
SECONDS = 10  # of processor time for one text

_PIECE = re.compile(r"\w+|\s+|[^\w\s]")
_QUOTED = re.compile(r"'[^']*'|\d+|\"[^\"]*\"")
_ODD = (
    *"0 1 2 3 7 9_9 1e3 0.5 61M 10**18 2**63 -1 x × K I D C N maps size i".split(),
    *'( ) [ ] { } | , ; : = == <= ~ -> => @ .. + - * / // % ** ^ . " # \n \t \r\n'.split(" "),
    *"repeat if else from share symbol where let def net config assert given".split(),
    *"defaults output no in of and".split(),
    *"add concat multiply crop pad stride groups dilation table ceil half same full conv fc flatten".split(),
    *("params(conv1)", "e[i]", "1..D", "\ufeff", "\u202e", "К", "é", "\x00", "repeat 2 {", "add { |", "}"),
)


class Wrong(AssertionError):
    """A text with which something else happened than an answer or an error with a place."""


class TooLong(BaseException):
    """The time for one text is over; no handler in the engine can catch it by its class."""


# ------------------------------------------------------------------ the oracle
def check(text: str) -> str:
    """Return what became of a text, in a word or as an error without its names; raises Wrong."""
    source = Source("fuzz.cnn", text)
    words = vocabulary()
    try:
        tree = parse(source, words)
    except SymcnnError as error:
        return _place(error, text)
    formatted = formatter.format(source, words)
    if parse(Source("formatted", formatted), words) != tree:
        raise Wrong("the formatted text reads otherwise")
    if formatter.format(Source("formatted", formatted), words) != formatted:
        raise Wrong("formatting twice changes more")
    if len(text) > ELABORATED:
        return "read"
    try:
        net = Network.read(source)
        for each in (net, *net.nets.values()):
            _ask(each)
    except SymcnnError as error:
        return _place(error, text)
    return "network"


def _ask(net: Network) -> None:
    if net.has_layers:
        str(net.counts.params)
        str(net.valid)
        [(each.shape, each.sight) for each in net.root.leaves]


def _place(error: SymcnnError, text: str) -> str:
    """Return the error without its names; raises Wrong if it points at nothing in the text."""
    if error.span is None or error.source is None or error.place is None:
        raise Wrong(f"an error without a place: {error.fact}")
    if not 0 <= error.span.start <= error.span.end or error.span.start > len(text):
        raise Wrong(f"a place outside the text: {error.span} of {len(text)}")
    if "internal error" in error.fact:
        raise Wrong(error.fact)
    line, column = error.place
    lines = text.removeprefix("\ufeff").split("\n")
    if line > len(lines) or column > len(lines[line - 1]) + 1:
        raise Wrong(f"no such place: {line}:{column}")
    str(error)
    return _QUOTED.sub("_", error.fact)


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Stop what takes more processor time; TooLong is raised wherever it stands."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# ------------------------------------------------------------------ texts and how they are changed
@cache
def corpus() -> tuple[str, ...]:
    """Return the texts to begin with: samples, cases of messages, the zoo, and blocks of lines of them."""
    files = sorted((DATA / "samples").glob("*.cnn"))
    files += sorted((DATA / "messages").glob("*.cnn")) + sorted((DATA / "messages_network").glob("*.cnn"))
    texts = [path.read_bytes().decode("utf-8", "replace") for path in (*files, *sorted(FOUND.glob("*.cnn")))]
    texts += [catalogue.entry(name).text for name in catalogue.names()]
    short = [part for text in texts for part in text.split("\n\n") if part.strip()]
    return tuple(dict.fromkeys(t[:LONGEST] for t in (*texts, *short)))


def changed(text: str, other: str, random: Random) -> str:
    """Return a text with a few of its words or characters changed, or with a piece of another text."""
    parts = list(text) if random.random() < 0.15 else _PIECE.findall(text)
    for _ in range(1 + int(random.expovariate(1.4))):
        at, end = random.randrange(len(parts) + 1), 0
        end = at + random.choice((0, 1, 1, 1, 2, 3, 8))
        way = random.randrange(6)
        if way == 0:
            new = [random.choice(_ODD)]
        elif way == 1:
            new = []
        elif way == 2:
            new = parts[at:end] * random.choice((2, 2, 3, 17))
        elif way == 3:
            new = [random.choice(parts)] if parts else []
        elif way == 4:
            lines = other.splitlines(keepends=True)
            new = ["\n", *lines[random.randrange(len(lines) + 1) :][: random.randrange(1, 4)]]
        else:
            pieces = _PIECE.findall(other)
            start = random.randrange(len(pieces) + 1)
            new = pieces[start : start + random.randrange(1, 9)]
        parts[at:end] = new
    return "".join(parts)[:LONGEST]
