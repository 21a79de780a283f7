"""The tools that test the tests: mutants are what they say, and the fuzzer sees what is wrong."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

import pytest
from bank import fuzz, fuzzing, run
from bank.bugs import Bug
from bank.copies import Run
from bank.fuzzing import TooLong, Wrong, changed, check, corpus, limited
from bank.mutants import mutants

from symcnn.errors import LanguageError, SymcnnError
from symcnn.language import formatter
from symcnn.source import Span

SMALL = '''
"""A module."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    LIMIT = 7

@cache(maxsize=5)
def f(x: int = 3, *, on: Literal[1] = True) -> Literal[2]:
    """Return something: 1 + 1."""
    if x < 4 and not on:
        raise ValueError("no")
    return min(x + 1, -x)
'''


def test_all_mutants_of_a_small_module() -> None:
    found = [(mutant.line, mutant.change) for mutant in mutants(SMALL)]
    assert sorted(found) == sorted(
        [
            (8, "3  ->  4"),
            (8, "3  ->  2"),
            (8, "True  ->  False"),
            (10, "if x < 4 and (not on):  ->  if not (x < 4 and (not on)):"),
            (10, "x < 4 and (not on)  ->  x < 4 or not on"),
            (10, "x < 4  ->  x <= 4"),
            (10, "4  ->  5"),
            (10, "4  ->  3"),
            (10, "not on  ->  on"),
            (11, "raise ValueError('no')  ->  pass"),
            (12, "return min(x + 1, -x)  ->  return None"),
            (12, "min  ->  max"),
            (12, "x + 1  ->  x - 1"),
            (12, "1  ->  2"),
            (12, "1  ->  0"),
            (12, "-x  ->  x"),
        ]
    )


def test_a_mutant_differs_in_its_change_only() -> None:
    whole = ast.unparse(ast.parse(SMALL)).split("\n")
    for mutant in mutants(SMALL):
        lines = mutant.source.split("\n")
        assert len(lines) == len(whole)
        assert sum(a != b for a, b in zip(lines, whole, strict=True)) == 1, mutant.change


def test_a_survivor_of_the_bank_makes_the_run_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    bugs = [Bug(name, "example", 1, "a.py", "a", "b", ("tests",)) for name in ("one", "two")]
    ends = {"one": Run("failed", "tests/t.py::test_it", 1, ""), "two": Run("passed", "", 2, "")}
    monkeypatch.setattr(run, "load", lambda: bugs)
    monkeypatch.setattr(run, "say", said.append)
    monkeypatch.setattr(run, "catch", lambda bug, **_: ends[bug.name])
    assert run.main(["one", "--no-baseline"]) == 0
    assert run.main(["--no-baseline"]) == 1
    assert said[-2:] == ["2 bugs, 1 caught", "not caught: two"]
    ends["two"] = Run("broken", "", 2, "")  # no test ran: that is no catch
    assert run.main(["--no-baseline"]) == 1
    monkeypatch.setattr(run, "without_bugs", lambda *_: Run("failed", "tests/t.py::test_it", 1, "..."))
    assert run.main([]) == 2


# ------------------------------------------------------------------ fuzzing
@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("input 1 @ I x I; conv 3x3 -> 4", "network"),
        ("", "network"),
        ("input 1 @ 2x2; conv 3x3 -> 4", "nothing is left on axis _"),
        ("conv 3x3 ->", "expected an expression, found the end of the text"),
        ("cnov 3x3", "unknown layer _"),
        ("net a { input 1@8; conv 3 -> 2 }; net b { input 1@9 }", "network"),
    ],
)
def test_what_becomes_of_a_text(text: str, end: str) -> None:
    assert check(text) == end


def test_a_formatter_that_loses_a_comment_or_changes_twice_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = formatter.format
    monkeypatch.setattr(formatter, "format", lambda source, words: "input 1 @ 9\n")
    with pytest.raises(Wrong, match="reads otherwise"):
        check("input 1 @ 8")
    monkeypatch.setattr(formatter, "format", lambda source, words: right(source, words) + "# more\n")
    with pytest.raises(Wrong, match="twice changes more"):
        check("input 1 @ 8")


@pytest.mark.parametrize("span", [None, Span(99, 100), Span(5, 3)])
def test_an_error_without_its_place_is_seen(span: Span | None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: object, words: object) -> None:
        raise LanguageError("no", span, source=source)  # type: ignore[arg-type]

    monkeypatch.setattr(fuzzing, "parse", refuse)
    with pytest.raises(Wrong):
        check("input 1 @ 8")


def test_another_exception_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(text: str) -> str:
        raise {"a": KeyError, "b": RecursionError, "c": TooLong}[text](text)

    monkeypatch.setattr(fuzz, "check", fail)
    monkeypatch.setattr(fuzz, "say", lambda line: None)
    session = fuzz.Session(tmp_path)
    assert [session.execute(text) for text in "abc"] == ["wrong", "wrong", "too slow"]
    assert session.wrong == ["a", "b"] and session.slow == ["c"] and session.report() == 1
    kinds = {path.name.partition("-")[0] for path in tmp_path.iterdir()}
    assert kinds == {"KeyError", "RecursionError", "slow"}


def endless() -> None:
    while True:
        try:
            sum(range(1000))
        except Exception:  # as the engine might
            continue


def test_an_endless_loop_ends() -> None:
    with pytest.raises(TooLong), limited(0.1):
        endless()


def test_the_same_seed_changes_the_same() -> None:
    text, other = corpus()[:2]
    assert changed(text, other, Random(3)) == changed(text, other, Random(3)) != text


# What was found and is not repaired yet; a text that is right now must leave the list.
OPEN: dict[str, type[Exception]] = {}
WAITING = {(fuzzing.FOUND / f"{name}.cnn").read_text(encoding="utf-8") for name in OPEN}


@pytest.mark.parametrize("part", range(4))
def test_some_changed_texts(part: int) -> None:
    """A short run of the fuzzer, every time the same texts; long runs have other seeds."""
    random = Random(f"suite {part}")
    short = [text for text in corpus() if len(text) < 300 and text not in WAITING]
    for _ in range(100):
        text = changed(random.choice(short), random.choice(short), random)
        with limited():
            check(text)


CASES = [
    pytest.param(path, id=path.stem, marks=[pytest.mark.xfail(raises=OPEN[path.stem])])
    if path.stem in OPEN
    else pytest.param(path, id=path.stem)
    for path in sorted(fuzzing.FOUND.glob("*.cnn"))
]


@pytest.mark.parametrize("path", CASES)
def test_texts_that_were_found(path: Path) -> None:
    with limited():
        check(path.read_bytes().decode("utf-8", "surrogatepass"))


def test_texts_to_begin_with() -> None:
    assert len(corpus()) > 200
    assert {type(check(text)) for text in corpus()[:30]} == {str}


def test_every_mistake_is_one_of_ours() -> None:
    """What the fuzzer takes for an answer is the one class of errors that users are told of."""
    assert issubclass(LanguageError, SymcnnError) and not issubclass(TooLong, Exception)
