"""The pytest plugin: claims of files and notes as tests, on request only."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import NoReturn

import pytest

from symcnn.notes import collector  # loaded before the inner runs, which forget what they load

pytest_plugins = ["pytester"]

assert collector

ROOT = Path(__file__).resolve().parents[2]
# Where the package is installed, pytest finds the plugin by itself.
INSTALLED = bool(entry_points(group="pytest11", name="symcnn"))
LOADED = [] if INSTALLED else ["-p", "symcnn.notes.plugin"]

NET = """\
symbol I = 32
input 1 @ I x I
conv 3x3 -> 4 => 4 @ (I - 2) x (I - 2)
assert params == 40; assert params == 40
assert size == I "the size stays"
assert I**3 + K**3 != N**3
"""
UNDECIDED = "net.cnn:6: undecided: assert I**3 + K**3 != N**3"
NOTE = """\
# A note

- in a list

  ```symcnn net.cnn
  input C @ 8x8; conv 3x3 -> 4
  assert params == 40
  ```

> ~~~ symcnn
> net a { input 1@8x8; assert maps == 1 "a::b" }
> ~~~

```python
assert params == 1
```
"""


def lines(result: pytest.RunResult) -> list[str]:
    """Return what a run printed between its title and the time that it took."""
    return [line.rstrip() for line in result.outlines if line.strip() and not line.startswith("=")]


def run(pytester: pytest.Pytester, *arguments: str, **files: str) -> pytest.RunResult:
    for name, text in files.items():
        stem, _, kind = name.rpartition("_")
        (pytester.path / f"{stem}.{kind}").write_text(text, encoding="utf-8")
    return pytester.runpytest(*LOADED, "-p", "no:cacheprovider", *arguments)


def test_claims_are_items(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--symcnn", "--collect-only", "-q", net_cnn=NET, note_md=NOTE)
    assert lines(result)[:7] == [
        "net.cnn::line 3: => 4 @ (I - 2) x (I - 2)",
        "net.cnn::line 4: params == 40",
        "net.cnn::line 4: params == 40 (column 22)",
        'net.cnn::line 5: size == I "the size stays"',
        "net.cnn::line 6: I**3 + K**3 != N**3",
        "note.md::line 7: params == 40",
        'note.md::line 11: maps == 1 "a: :b"',
    ]


def test_outcomes(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--symcnn", "-rs", net_cnn=NET, note_md=NOTE)
    result.assert_outcomes(passed=4, failed=2, skipped=1)
    printed = "\n".join(lines(result))
    assert f"{UNDECIDED}; 2000 samples agreed" in printed
    assert (
        '______ line 5: size == I "the size stays" _____' in printed
        and '\nnet.cnn:5: refuted: assert size == I "the size stays"\n    I - 2 against I\n' in printed
    )
    assert "\nnote.md:7: refuted: assert params == 40\n    at C = 2: 76 against 40\n" in printed
    assert "Traceback" not in printed and ".py:" not in printed.replace("collector.py:", "", 1)


def test_undecided_claims_fail_if_so_wished(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--symcnn", "--symcnn-undecided=fail", net_cnn=NET)
    result.assert_outcomes(passed=3, failed=2)
    assert f"\n{UNDECIDED}\n    2000 samples agreed\n" in "\n".join(lines(result))


@pytest.mark.parametrize("name", ['line 11: maps == 1 "a: :b"', "line 7: params == 40"])
def test_one_claim_is_chosen_by_its_name(name: str, pytester: pytest.Pytester) -> None:
    result = run(pytester, "--symcnn", f"note.md::{name}", note_md=NOTE)
    assert sum(result.parseoutcomes().values()) == 1


def test_nothing_is_collected_unless_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    run(pytester, net_cnn=NET, note_md=NOTE).assert_outcomes(passed=1)
    assert run(pytester, "net.cnn").ret == pytest.ExitCode.USAGE_ERROR


def test_claims_run_beside_other_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    run(pytester, "--symcnn", note_md=NOTE).assert_outcomes(passed=2, failed=1)


BAD = """\
1. ~~~ symcnn
   input 1@8x8; cnov 3
   ~~~

```symcnn
input 1@8x8; assert params == 1
```

> ```symcnn
> input 1@8x8
> \tconv 9x9 -> 4
"""


def test_what_cannot_be_read_is_an_error_of_collection(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--symcnn", bad_md=BAD)
    result.assert_outcomes(errors=1)
    printed = "\n".join(lines(result))
    shown = """ ERROR collecting bad.md ____________________________
bad.md:2:17: error: unknown layer 'cnov'
  2 |    input 1@8x8; cnov 3
    |                 ^^^^
  = hint: did you mean 'conv'?
bad.md:11:4: error: nothing is left on axis 1
  11 |    conv 9x9 -> 4
     |    ^^^^^^^^^^^^^
   = 8 - 9 + 1 = 0
ERROR bad.md
"""
    assert shown in printed


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"symcnn \xff", "error: 'bad.cnn' is not UTF-8 text: byte 0xff on line 1"),
        (
            b"symcnn" + b"#" * (1 << 21),
            "bad.cnn:1:1048577: error: the text is longer than 1,048,576 bytes (1 MiB)",
        ),
    ],
    ids=["bytes", "size"],
)
def test_files_that_are_no_text(raw: bytes, message: str, pytester: pytest.Pytester) -> None:
    for name in ("bad.cnn", "bad.md"):
        (pytester.path / name).write_bytes(raw)
    result = run(pytester, "--symcnn")
    result.assert_outcomes(errors=2)
    for name in ("bad.cnn", "bad.md"):
        assert message.replace("bad.cnn", name) in lines(result)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs /proc/self/mem")
def test_notes_that_cannot_be_read_are_told(pytester: pytest.Pytester) -> None:
    """They may be ours. This one is there and can be opened by anybody, but has nothing at its begin."""
    (pytester.path / "broken.md").symlink_to("/proc/self/mem")
    result = run(pytester, "--symcnn")
    result.assert_outcomes(errors=1)
    assert "error: cannot read 'broken.md': input/output error" in lines(result)


def test_notes_of_others_are_left_alone(pytester: pytest.Pytester) -> None:
    """They need not even be text."""
    (pytester.path / "latin.md").write_bytes(b"caf\xe9")
    result = run(pytester, "--symcnn", net_cnn="input 1@9; assert size == 9")
    result.assert_outcomes(passed=1)


def test_a_note_whose_lines_are_not_ours(pytester: pytest.Pytester) -> None:
    (pytester.path / "old.md").write_bytes(b"```symcnn\rinput 1@9\r```\r")
    result = run(pytester, "--symcnn")
    result.assert_outcomes(errors=1)
    shown = "old.md:1:1: error: the lines of this note end with carriage returns alone"
    assert shown in lines(result) and "  = hint: save it with line feeds" in lines(result)


UNREACHED = """symbol N
def unused() { conv 1 -> 2; assert maps == 99 }
net a { input N@9; if 1 == 2 { relu => 3@9 }; repeat 0 { relu; assert size == 2 }; assert maps == N }
net b { input 1@9; if 1 == 2 { relu; assert 1 == 2 } }
"""


def test_claims_that_are_not_reached_are_skipped(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--symcnn", "-v", net_cnn=UNREACHED)
    result.assert_outcomes(passed=1, skipped=4)
    told = [line.split(" SKIPPED")[0] for line in lines(result) if " SKIPPED (not reached" in line]
    assert told == [
        "net.cnn::line 2: maps == 99", "net.cnn::line 3: => 3@9", "net.cnn::line 3: size == 2",
        "net.cnn::line 4: 1 == 2",
    ]  # fmt: skip


def test_a_claim_that_cannot_be_read_fails_with_the_others(pytester: pytest.Pytester) -> None:
    text = "input 1@8x8; conv 3x3 -> 4\nassert params == 40\nassert params(conv2) == 40\n"
    result = run(pytester, "--symcnn", net_cnn=text)
    result.assert_outcomes(failed=2)
    assert "\n".join(lines(result)).count("\nnot judged:\nnet.cnn:3:15: error: ") == 2


def test_what_nobody_foresaw_is_told_in_full(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of ours is not told in the words for mistakes of a text: its traceback is shown."""

    def verdict(*_: object) -> NoReturn:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr(collector.Text, "verdict", verdict)
    result = run(pytester, "--symcnn", net_cnn="input 1@8x8; assert maps == 1\n")
    result.assert_outcomes(failed=1)
    printed = "\n".join(lines(result))
    assert "verdict = self.text.verdict(self.place)" in printed
    assert "ZeroDivisionError: nobody foresaw this" in printed


def test_the_worst_round_counts(pytester: pytest.Pytester) -> None:
    text = "input 1@8x8\ndef f(M) { conv 3 -> M => 4@6x6 }\n{ f(4); pad 1; f(5); pad 1; f(4) }\n"
    result = run(pytester, "--symcnn", net_cnn=text)
    result.assert_outcomes(failed=1)
    assert "net.cnn:2: refuted: 4@6x6\n    5@6x6 against 4@6x6" in "\n".join(lines(result))


def test_the_documents_of_the_project(pytester: pytest.Pytester) -> None:
    """All their claims are true, but for the one that README.md refutes on purpose."""
    shutil.copy(ROOT / "README.md", pytester.path)
    shutil.copytree(ROOT / "docs", pytester.path / "docs")
    result = run(pytester, "--symcnn")
    counts = result.parseoutcomes()
    assert counts.pop("passed") > 15
    assert counts.pop("failed") == 1
    assert not counts
    assert "README.md:41: refuted: assert size(conv1) == 55" in "\n".join(lines(result))


def test_the_plugin_costs_nothing_until_it_is_asked_for(package_env: dict[str, str]) -> None:
    code = "import sys; import symcnn.notes.plugin; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], env=package_env, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "symcnn.notes.plugin" in loaded
    assert {name for name in loaded if name.startswith("symcnn")} == {
        "symcnn", "symcnn.notes", "symcnn.notes.plugin",
    }  # fmt: skip
    assert not loaded & {"sympy", "lark", "click", "rich", "markdown_it", "hypothesis"}


@pytest.mark.skipif(not INSTALLED, reason="the package is not installed")
def test_pytest_finds_the_plugin(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--help")
    assert any("--symcnn-undecided" in line for line in result.outlines)
