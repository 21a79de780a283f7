"""Every example runs: the code and console blocks of the documents, and the doctests of the package.

A fenced block counts by the first word after the fence:

- `python`: runs; the blocks of one document share their names. With `>>>` the shown results are compared.
- `console`: every line `$ symcnn ...` runs, and what it prints is compared with the lines below it.
- `symcnn`: is read and formatted without error. With a file name behind the word it is also written to that
  file, for the commands further down.
- `sh`, `text` and others are not run: installation, drawings, the general form of a statement.
"""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import shlex
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

import pytest
from house_rules import OPTIONAL
from markdown_it import MarkdownIt

import symcnn

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("grammar/*.md"))]
# The documents that explain without an example. One that gets its first example must leave the list.
WITHOUT_EXAMPLES = {"docs/architecture.md", "docs/index.md"}

Command = Callable[..., Any]
# A class may show its example in one of these; other attributes have the docstring of their own type.
_METHODS = (FunctionType, property, classmethod, staticmethod)


class Block(NamedTuple):
    language: str
    file: str  # the file that the block is written to, or ""
    line: int  # of its first line of text, from 1
    text: str


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a Markdown text that can run."""
    found = []
    for token in MarkdownIt().parse(text):
        language, _, file = token.info.strip().partition(" ")
        if token.type == "fence" and token.map and language in {"python", "console", "symcnn"}:
            found.append(Block(language, file.strip(), token.map[0] + 2, token.content))
    return found


def run_document(name: str, text: str, command: Command, folder: Path) -> int:
    """Run the blocks in order; return how many there were."""
    names: dict[str, Any] = {"__name__": "__main__"}
    found = blocks(text)
    for block in found:
        where = f"{name}:{block.line}"
        if block.language == "python":
            _run_python(block, where, names)
        elif block.language == "console":
            _run_console(block, where, command, folder)
        else:
            symcnn.format(block.text)
            if block.file:
                (folder / block.file).write_text(block.text, encoding="utf-8")
    return len(found)


def _run_python(block: Block, where: str, names: dict[str, Any]) -> None:
    if ">>> " in block.text:
        test = doctest.DocTestParser().get_doctest(block.text, names, where, where, block.line - 1)
        report: list[str] = []
        doctest.DocTestRunner().run(test, out=report.append, clear_globs=False)
        names |= test.globs
        assert not report, "".join(report)
    else:
        # The blank lines make a traceback show the line in the document.
        exec(compile("\n" * (block.line - 1) + block.text, where.rpartition(":")[0], "exec"), names)


def _run_console(block: Block, where: str, command: Command, folder: Path) -> None:
    for line, shown in _commands(block.text):
        program, *arguments = shlex.split(line, comments=True)
        assert program == "symcnn", f"{where}: cannot run '{line}' (use a sh block for what is not symcnn)"
        printed = command(*arguments, cwd=folder).stdout
        assert _plain(printed) == _plain(shown), f"{where}: $ {line}\n{printed}"


def _commands(text: str) -> Iterator[tuple[str, str]]:
    head, *rest = ("\n" + text).split("\n$ ")
    assert not head.strip(), "a console block starts with '$ '"
    for part in rest:
        line, _, shown = part.partition("\n")
        yield line, shown


def _plain(text: str) -> list[str]:
    """Return the lines without what an editor strips: blanks at their ends and at the end of the text."""
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_examples_of_the_document(
    path: Path, symcnn_command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    count = run_document(_name(path), path.read_text(encoding="utf-8"), symcnn_command, tmp_path)
    assert (count == 0) == (_name(path) in WITHOUT_EXAMPLES), f"{count} examples"


def _echo(*arguments: str, cwd: Path) -> Any:
    return type("Done", (), {"stdout": " ".join(arguments) + "\n"})


@pytest.mark.parametrize(
    "text",
    [
        "```python\nassert 1 == 2\n```",
        "```python\n>>> 1 + 1\n3\n```",
        "- item\n\n  ```python\n  1 / 0\n  ```",
        "```console\n$ symcnn a b\na c\n```",
        "```console\n$ symcnn a b\na b\nmore\n```",
        "```console\n$ pip install symcnn\n```",
        "```symcnn\nconv 3x3 ->\n```",
    ],
)
def test_a_wrong_example_is_found(text: str, tmp_path: Path) -> None:
    with pytest.raises((AssertionError, ArithmeticError, symcnn.SymcnnError)):
        run_document("bad.md", text, _echo, tmp_path)


def test_a_right_example_passes(tmp_path: Path) -> None:
    text = (
        "```python\na = 2\n```\n\n```python\n>>> a\n2\n```\n\n```sh\npip install symcnn\n```\n\n"
        "```console\n$ symcnn a 'b c'\na b c\n$ symcnn d  # comment\nd\n```\n\n"
        "~~~symcnn net.cnn\ninput 1@8x8\n~~~\n"
    )
    assert run_document("good.md", text, _echo, tmp_path) == 4
    assert (tmp_path / "net.cnn").read_text(encoding="utf-8") == "input 1@8x8\n"


# -------------------------------------------------------------------------- doctests
def _modules() -> list[str]:
    """Return all modules but those that need an optional package which is not installed."""
    found = pkgutil.walk_packages(symcnn.__path__, "symcnn.")
    missing = {name for package, users in OPTIONAL.items() if not find_spec(package) for name in users}
    return ["symcnn", *(module.name for module in found if module.name not in missing)]


@pytest.mark.parametrize("name", _modules())
def test_doctests_of_the_module(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_some_doctests_are_found() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    tests = [test for name in _modules() for test in finder.find(importlib.import_module(name))]
    assert sum(len(test.examples) for test in tests) > 20


def test_every_public_name_shows_an_example() -> None:
    assert [name for name in symcnn.__all__ if not _shows_an_example(getattr(symcnn, name))] == []


def _shows_an_example(value: object) -> bool:
    if not (inspect.isclass(value) or inspect.isroutine(value)):
        return True  # a constant, such as the version
    methods = [part for part in getattr(value, "__dict__", {}).values() if isinstance(part, _METHODS)]
    return any(">>> " in (part.__doc__ or "") for part in [value, *methods])
