"""The bank of seeded bugs as data: what is changed where, and what is expected to notice."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BANK = Path(__file__).with_name("bugs.toml")


class DoesNotApply(Exception):
    """The text that a bug replaces does not occur exactly once in its file."""


@dataclass(frozen=True)
class Bug:
    """One wrong change to the source."""

    name: str
    kind: str
    property: int  # of tests/properties/properties.toml
    file: str
    old: str
    new: str
    tests: tuple[str, ...]  # folders, files or single tests that are expected to catch it

    def applied(self, text: str) -> str:
        """Return the source with the bug in it."""
        if text.count(self.old) != 1:
            raise DoesNotApply(f"{self.name}: the text occurs {text.count(self.old)} times in {self.file}")
        return text.replace(self.old, self.new)

    def seed(self, root: Path) -> None:
        """Put the bug into the project in a folder."""
        path = root / self.file
        path.write_text(self.applied(path.read_text(encoding="utf-8")), encoding="utf-8")


def load() -> list[Bug]:
    """Return all bugs of the bank, in the order of the file."""
    entries = tomllib.loads(BANK.read_text(encoding="utf-8"))["bug"]
    return [Bug(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]
