"""The properties as data: what each says, which tests hold it, and which seeded bugs it kills.

    python tests/properties/registry.py

writes the tables of docs/evidence.md anew.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bank.bugs import Bug
from bank.bugs import load as load_bugs

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).with_name("properties.toml")
PAGE = ROOT / "docs" / "evidence.md"
COUNT = 44


@dataclass(frozen=True)
class Property:
    """What holds, and how that is known."""

    number: int
    says: str
    tests: tuple[str, ...]  # "file::function"
    reason: str = ""  # why it is not tested as it stands


def load() -> list[Property]:
    """Return all properties in order, the short names of files written out."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    found = []
    for entry in data["property"]:
        pairs = (test.split("::") for test in entry.get("tests", ()))
        tests = tuple(f"{data['files'][file]}::{name}" for file, name in pairs)
        found.append(Property(**{**entry, "tests": tests}))
    return found


def killed(number: int) -> list[Bug]:
    """Return the seeded bugs that belong to a property."""
    return [bug for bug in load_bugs() if bug.property == number]


@cache
def functions(file: str) -> frozenset[str]:
    """Return the test functions of a file that pytest collects."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not _left_out(node)
    )


def _left_out(node: ast.FunctionDef) -> bool:
    """Whether a test is slow or skipped, so that an ordinary run does not run it."""
    marks = {ast.unparse(mark).partition("(")[0] for mark in node.decorator_list}
    return bool(marks & {"pytest.mark.slow", "pytest.mark.skip"})


def properties_table() -> Iterator[str]:
    """Yield the table of the properties for the documentation."""
    yield "| | property | held by | bugs |"
    yield "|---|---|---|---|"
    for each in load():
        tests = ", ".join(dict.fromkeys(f"`{Path(test.split('::')[0]).stem}`" for test in each.tests))
        said = f"{each.says} *{each.reason}*" if each.reason else each.says
        yield f"| {each.number} | {said} | {tests} | {len(killed(each.number))} |"


def bugs_table() -> Iterator[str]:
    """Yield the table of the seeded bugs by the part of the engine that they are in."""
    parts: dict[str, list[Bug]] = {}
    for bug in load_bugs():
        folder = bug.file.rpartition("/")[0]
        parts.setdefault(folder, []).append(bug)
    yield "| part | bugs | kinds |"
    yield "|---|---|---|"
    for folder, bugs in sorted(parts.items()):
        kinds = ", ".join(sorted({bug.kind for bug in bugs}))
        yield f"| `{folder}` | {len(bugs)} | {kinds} |"
    yield f"| all | {len(load_bugs())} | |"


TABLES = {"properties": properties_table, "bugs": bugs_table}


def written(page: str) -> str:
    """Return the page with the tables between their marks made anew."""
    for name, table in TABLES.items():
        head, _, rest = page.partition(f"<!-- {name} -->\n")
        _, _, tail = rest.partition(f"<!-- end of {name} -->")
        lines = "\n".join(table())
        page = f"{head}<!-- {name} -->\n\n{lines}\n\n<!-- end of {name} -->{tail}"
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
