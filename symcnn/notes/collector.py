"""Claims as tests of pytest: each is an item, named after its line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from symcnn.errors import SymcnnError
from symcnn.files import read_file
from symcnn.language import syntax
from symcnn.language.scanner import check_size
from symcnn.network.model import Model
from symcnn.notes.fences import INFO, fences
from symcnn.source import Place, Source
from symcnn.verbs.claims import Verdict, check
from symcnn.verbs.unreached import unreached

_WIDTH = 100  # characters of a claim in the name of its test
_WORST = ("refuted", "undecided", "holds", "proved")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the files that may hold claims."""
    if file_path.suffix == ".cnn" or (file_path.suffix == ".md" and _mentions_us(file_path)):
        return ClaimFile.from_parent(parent, path=file_path)
    return None


def _mentions_us(note: Path) -> bool:
    """Whether a note may have a block of ours: others need not even be text."""
    try:
        return INFO.encode() in note.read_bytes()
    except OSError:
        return True  # which is said when it is read


class ClaimFile(pytest.File):
    """A `.cnn` file, or a note with fenced blocks."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each claim; texts that cannot be read make one error, with all messages."""
        texts, wrong = [], []
        for source in self._sources():
            try:
                texts.append(Text(Model.read(source)))
            except SymcnnError as error:
                wrong.append(str(error))
        if wrong:
            raise self.CollectError("\n".join(wrong))
        names: set[str] = set()
        for text in texts:
            for place, said in text.claims.items():
                name = title = f"line {place.line}: {said}"
                if name in names:
                    name = f"{title} (column {place.column})"
                names.add(name)
                yield ClaimItem.from_parent(self, name=name, text=text, place=place)
            for claim in unreached(text.model):
                name = f"line {claim.place.line}: {_title(claim.text)}"
                yield Unreached.from_parent(self, name=name, place=claim.place)

    def _sources(self) -> Iterable[Source]:
        """Return the texts of the file, under the name by which pytest shows it."""
        try:
            source = Source(self.nodeid, read_file(os.path.relpath(self.path)).text)
            check_size(source)
            return list(fences(source)) if self.path.suffix == ".md" else [source]
        except SymcnnError as error:
            raise self.CollectError(str(error)) from None


class Text:
    """A text with its claims; they are judged together, when the first of them is run."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def claims(self) -> dict[Place, str]:
        """Where the claims stand, in the order of the text, and what they say in short."""
        place = self.model.source.place
        nodes = {claim.node.span: claim.node for claim in _claims(self.model)}
        return {place(span.start): self._say(nodes[span]) for span in sorted(nodes)}

    def verdict(self, place: Place) -> Verdict:
        """Return what is known of the claim at a place; of one in several rounds or calls, the worst.

        Raises ClaimFailed if a claim of the text cannot be read: then none of them is judged.
        """
        if isinstance(self._judged, SymcnnError):
            raise ClaimFailed(f"not judged:\n{self._judged}")
        found = [verdict for verdict in self._judged if verdict.place == place]
        return min(found, key=lambda verdict: _WORST.index(verdict.outcome))

    @cached_property
    def _judged(self) -> tuple[Verdict, ...] | SymcnnError:
        try:
            return check(self.model)
        except SymcnnError as error:
            return error

    def _say(self, node: syntax.Assert | syntax.Shape) -> str:
        said = " ".join(self.model.source.quote(node.span).split())
        return _title(said if isinstance(node, syntax.Assert) else f"=> {said}")


def _title(said: str) -> str:
    said = said.removeprefix("assert ").replace("::", ": :")  # parts of a test's name stand between these
    return said if len(said) <= _WIDTH else said[: _WIDTH - 1] + "…"


class ClaimItem(pytest.Item):
    """A claim of a text."""

    def __init__(self, *, text: Text, place: Place, **others: Any) -> None:
        super().__init__(**others)
        self.text = text
        self.place = place

    def runtest(self) -> None:
        """Pass if the claim is proved or holds."""
        verdict = self.text.verdict(self.place)
        note = f"  # {verdict.note}" if verdict.note and verdict.note not in verdict.text else ""
        where = f"{self.text.model.source.name}:{self.place.line}"
        told = f"{where}: {verdict.outcome}: {verdict.text}{note}"
        if verdict.outcome == "refuted":
            raise ClaimFailed(f"{told}\n    {verdict.against()}")
        if verdict.outcome == "undecided":
            agreed = f"{verdict.samples} samples agreed"
            if self.config.getoption("--symcnn-undecided") == "fail":
                raise ClaimFailed(f"{told}\n    {agreed}")
            pytest.skip(f"{told}; {agreed}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what to print: our words, or the traceback of anything unforeseen."""
        if isinstance(excinfo.value, ClaimFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Return the place of the claim, its line counted from 0."""
        return self.path, self.place.line - 1, self.name


class Unreached(pytest.Item):
    """A claim that stands where nothing is: it is skipped, so that it is not forgotten."""

    def __init__(self, *, place: Place, **others: Any) -> None:
        super().__init__(**others)
        self.place = place

    def runtest(self) -> None:
        """Say why there is nothing to judge."""
        pytest.skip("not reached: in a def that nobody calls, or in a side or a round that there is not")

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Return the place of the claim, its line counted from 0."""
        return self.path, self.place.line - 1, self.name


class ClaimFailed(Exception):
    """A claim that does not hold, or is not decided."""


def _claims(model: Model) -> Iterator[Any]:
    yield from model.claims
    for net in model.nets.values():
        yield from _claims(net)
