"""symcnn draw: the golden file, and files that are written whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from cli.console import Case, check, golden, run

NET = "input 1@28x28; conv 5x5 -> 20; maxpool 2x2; fc -> 10"


@pytest.mark.parametrize("case", golden("draw"))
def test_golden(case: Case) -> None:
    check(case)


def draw(*arguments: str) -> None:
    result = run("draw", "-e", NET, *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


# -------------------------------------------------------------------- which form
def test_svg_unless_something_else_is_asked_for(folder: Path) -> None:
    svg, mermaid = (run("draw", "-e", NET, "--form", form).stdout for form in ("svg", "mermaid"))
    ElementTree.fromstring(svg)
    assert mermaid.startswith("flowchart TD\n")
    assert run("draw", "-e", NET).stdout == svg
    for name, form, expected in (
        ("a.svg", None, svg),
        ("a.mmd", None, mermaid),
        ("a.txt", None, svg),
        ("b.svg", "mermaid", mermaid),
        ("b.mmd", "svg", svg),
    ):
        draw("--output", name, *(["--form", form] if form else []))
        assert (folder / name).read_text(encoding="utf-8") == expected


def test_a_picture_of_the_standard_input() -> None:
    assert run("draw", "-", stdin=NET.encode()).stdout == run("draw", "-e", NET).stdout.replace(
        "&lt;text", "&lt;stdin"
    )


# -------------------------------------------------------------------- which file
def test_a_new_file_has_the_usual_mode(folder: Path) -> None:
    mask = os.umask(0o027)
    try:
        draw("--output", "new.svg")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((folder / "new.svg").stat().st_mode) == 0o640
    assert os.listdir(folder) == ["new.svg"]


def test_a_file_that_was_there_keeps_its_mode(folder: Path) -> None:
    file = folder / "old.svg"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o604)
    draw("--output", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o604
    assert file.read_text(encoding="utf-8").startswith("<svg")
    assert os.listdir(folder) == ["old.svg"]


@pytest.mark.parametrize("there", [True, False])
def test_links_are_followed(folder: Path, there: bool) -> None:
    (folder / "inner").mkdir()
    target = folder / "inner" / "target.svg"
    if there:
        target.write_text("old", encoding="utf-8")
    (folder / "link.svg").symlink_to(target)
    draw("--output", "link.svg")
    assert (folder / "link.svg").is_symlink()
    assert target.read_text(encoding="utf-8").startswith("<svg")
    assert os.listdir(folder / "inner") == ["target.svg"]


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "link"])
def test_what_is_no_regular_file_is_left_alone(folder: Path, kind: str) -> None:
    name = "target"
    if kind == "pipe":
        os.mkfifo(name)
    elif kind == "device":
        name = os.devnull
    elif kind == "folder":
        os.mkdir(name)
    else:
        os.symlink(os.devnull, name)
    result = run("draw", "-e", NET, "--output", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: cannot write '{name}': not a regular file\n"


def test_a_name_with_nul() -> None:
    result = run("draw", "-e", NET, "--output", "a\0b")
    assert (result.exit_code, result.stderr) == (2, "error: a file name cannot contain a NUL character\n")


# -------------------------------------------------------------------- whole or not at all
@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, name, fail)
        yield


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("there", [True, False])
def test_what_was_there_stays_if_something_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, there: bool
) -> None:
    if there:
        (folder / "a.svg").write_text("old", encoding="utf-8")
    with failing(monkeypatch, step):
        result = run("draw", "-e", NET, "--output", "a.svg")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: cannot write 'a.svg': no space left on device\n"
    assert os.listdir(folder) == (["a.svg"] if there else [])
    if there:
        assert (folder / "a.svg").read_text(encoding="utf-8") == "old"


def test_a_mistake_in_the_text_writes_nothing(folder: Path) -> None:
    (folder / "a.svg").write_text("old", encoding="utf-8")
    assert run("draw", "-e", "input 3@8x8; conv 9x9 -> 8", "--output", "a.svg").exit_code == 2
    assert (folder / "a.svg").read_text(encoding="utf-8") == "old"
    assert os.listdir(folder) == ["a.svg"]
