"""What the documents say of the code in words and numbers, where no example can show it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli.console import run

from symcnn.algebra import identity, sampling
from symcnn.cli.main import COMMANDS
from symcnn.language import lexer
from symcnn.layers import vocabulary
from symcnn.network import assembler, limits, repeating, scope, state, tables
from symcnn.network.measures import CONVENTIONS, MEASURES

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


def table(name: str, heading: str) -> list[list[str]]:
    """Return the rows of the table whose first heading is given."""
    lines = page(name).split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def test_the_limits() -> None:
    said = {what: int(number.replace(",", "")) for what, number in table("language", "what")}
    assert said == {
        "bytes of a text": lexer.MAX_BYTES,
        "nesting of brackets": lexer.MAX_NESTING,
        "digits of a number, and its exponent after `e`": lexer.MAX_DIGITS,
        "a written exponent": lexer.MAX_EXPONENT,
        "characters of a name": lexer.MAX_NAME,
        "nesting of calls": scope.MAX_CALLS,
        "layers of a network, a round of a repeat counted once": state.MAX_LAYERS,
        "rounds of a repeat that has no closed form": repeating.MAX_ROUNDS,
        "terms of a formula multiplied out": limits.MAX_TERMS,
        "nodes of a formula": limits.MAX_NODES,
        "axes of a tensor": assembler._MAX_AXES,
        "input maps that the rows of a table name": tables.MAX_NAMED,
        "bits of a number": limits.MAX_BITS,
    }


def test_the_numbers_of_the_proofs() -> None:
    text = page("proofs")
    assert f"{identity._CLASSES:,} classes" in text
    assert f"up to {identity.SAMPLES // 2:,} of the smallest" in text
    assert re.search(rf"up to {max(sampling._SIZES)}\s+binary digits", text)


def test_every_measure_is_defined() -> None:
    assert [row[0].strip("`") for row in table("measures", "measure")] == list(MEASURES)
    assert [row[0].strip("`") for row in table("measures", "name")] == list(CONVENTIONS)


def test_every_attribute_is_explained() -> None:
    words = vocabulary()
    said = {row[0].strip("`").removeprefix("no ").split()[0] for row in table("language", "attribute")}
    assert said == words.attributes | words.flags


def test_every_command_has_an_example() -> None:
    shown = set(re.findall(r"^\$ symcnn (\w+)", page("commands"), re.M))
    assert shown == set(COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    ["show lenet5 --json", "explain lenet5 C1 --json", "formula lenet5 params --json", "check lenet5 --json",
     "layers --json", "zoo --json", "zoo lenet5 --json"],
)  # fmt: skip
def test_every_field_of_the_json_is_listed(arguments: str) -> None:
    listed = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in table("commands", "schema")}
    pending = [json.loads(run(*arguments.split()).stdout)]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict) and "schema" in value:
            fields = listed[value.pop("schema")]
            assert set(value) <= fields
            for name, inner in value.items():
                if isinstance(inner, list) and inner and isinstance(inner[0], dict) and "schema" in inner[0]:
                    pending.extend(inner)
                elif isinstance(inner, list) and inner and isinstance(inner[0], dict) and name != "rows":
                    assert set(inner[0]) <= fields


def test_the_index_leads_to_every_page() -> None:
    linked = set(re.findall(r"^[a-z/]+$", page("index"), re.M))
    assert {path.stem for path in PAGES} - {"index"} <= linked
    for path in re.findall(r"\]\((docs/[a-z/]+\.md)\)", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert (ROOT / path).is_file()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 225


def test_the_architecture_names_every_part() -> None:
    named = set(re.findall(r"symcnn/(\w+)", page("architecture")))
    parts = {path.stem for path in (ROOT / "symcnn").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert parts - {"__pycache__", "__main__", "py"} <= named
