"""The checker finds wrong formulas, and what it prints is the smallest text that shows one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

import symcnn
from symcnn.catalogue import entry
from symcnn.errors import UsageError
from symcnn.layers.activation import Prelu
from symcnn.layers.conv import Conv
from symcnn.layers.windowed import Windowed
from symcnn.network import measures
from symcnn.source import Source
from symcnn.verbs.inquirer import ask
from symcnn.verify import ways
from symcnn.verify.checker import Report, draw, verify
from symcnn.verify.points import Points
from symcnn.verify.randoms import verify_programs
from symcnn.verify.subject import Subject, subjects

TEXT = """# a text with much beside the point
symbol I = 224, N = 8 where I >= 32
let wide = 2*N
def block(M) { conv 3x3 -> M, pad 1; relu }
input 3 @ I x I
stem: conv 7x7 -> N, stride 2, pad 3; maxpool 3x3, stride 2
body: repeat 2 { add { | block(maps) | identity } }
conv 3x3 -> wide, groups 2, dilation 2, pad 2; prelu
fc -> 10
assert params > 0 "not the point"
"""


class Bug(NamedTuple):
    """A wrong formula: of which class and name, in place of which right one, and what is printed."""

    owner: type[Any]
    name: str
    wrong: Callable[..., Any]
    printed: str


def _right(owner: type[Any], name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(owner, name)
    return found


BIASES, SPAN = _right(Conv, "biases"), _right(Windowed, "span")
BUGS = {
    "biases twice": Bug(
        Conv, "biases", lambda layer, x, o: 2 * BIASES(layer, x, o),
        "input 1@1\nconv 1 -> 1\n# biases of conv1: the formula gives 2, the oracle counts 1",
    ),
    "groups forgotten": Bug(
        Conv, "fan_in", lambda layer, x: layer.area() * x.maps,
        "input 1@1\nconv 1 -> 2; conv 1 -> 2, groups 2\n"
        "# weights of conv2: the formula gives 4, the oracle counts 2",
    ),
    "dilation forgotten": Bug(
        Windowed, "span", lambda layer, axis: layer.kernel[axis],
        "input 1@3\nconv 2 -> 1, dilation 2\n# neurons of conv1: the formula gives 2, the oracle counts 1",
    ),
    "a slope for all maps": Bug(
        Prelu, "weights", lambda layer, x, o: 1,
        "input 2@1\nprelu\n# weights of prelu1: the formula gives 1, the oracle counts 2",
    ),
}  # fmt: skip


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """What was derived by a wrong formula must not be met by another test."""
    measures.derive.cache_clear()
    yield
    measures.derive.cache_clear()


def checked(text: str, *, examples: int = 8, block: str = "", **options: Any) -> Report:
    options.setdefault("against", ["oracle"])
    return verify(Subject(Source("text", text), block), examples=examples, **options)


@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS)
def test_a_wrong_formula_is_found_and_made_small(
    bug: Bug, monkeypatch: pytest.MonkeyPatch, nothing_kept: None
) -> None:
    monkeypatch.setattr(bug.owner, bug.name, bug.wrong)
    found = checked(TEXT).counterexample
    assert found is not None
    assert str(found) == bug.printed
    symcnn.parse(found.text)  # to be pasted


def test_random_programs_find_it_too(monkeypatch: pytest.MonkeyPatch, nothing_kept: None) -> None:
    bug = BUGS["biases twice"]
    monkeypatch.setattr(bug.owner, bug.name, bug.wrong)
    found = verify_programs(6, against=["oracle"])
    assert found.failures
    for _, example in found.failures:
        assert example.difference.way == "the oracle counts" and len(example.text.split("\n")) < 6


def test_a_refusal_too_few_is_found(monkeypatch: pytest.MonkeyPatch, nothing_kept: None) -> None:
    """Padding of more than half of a window: if nobody refused it, the oracle would."""
    monkeypatch.setattr(Windowed, "halves", lambda layer, x: iter(()))
    found = checked("input 1@I; maxpool 2, pad P", examples=20).counterexample
    assert str(found) == (
        "input 1@1; maxpool 1, pad 1\n# existence of the network: the formula gives it stands, "
        "the oracle says the padding is more than half of the window"
    )


def test_compiled_code_that_is_wrong_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numpy")
    monkeypatch.setattr(ways.Columns, "_answers", lambda self, columns, rows: [-1 for _ in self.asked])
    found = checked("input 1@I; conv 3 -> 2", against=["numpy"]).counterexample
    assert found is not None and "compiled it is -1" in str(found)


def test_a_formula_that_is_wrong_for_numbers_only_is_found_by_reading_again(
    monkeypatch: pytest.MonkeyPatch, nothing_kept: None
) -> None:
    monkeypatch.setattr(Conv, "biases", lambda layer, x, o: BIASES(layer, x, o) * (1 + layer.maps.is_Integer))
    found = checked("# much beside\ninput C@I; relu; conv 3 -> N; relu", against=[]).counterexample
    assert str(found) == (
        "input 1@1; conv 1 -> N\n"
        "# biases of the network: the formula gives 1, read again with the values it is 2\n# at N = 1"
    )


@pytest.mark.parametrize("text", ["input 1@9; conv 3 -> 2", "input 1@I; conv 3 -> 2"])
def test_compiled_code_is_run_at_a_single_binding(text: str) -> None:
    """The only point of a text without letters, or the only one that is wanted."""
    pytest.importorskip("numpy")
    report = checked(text, examples=1, against=["numpy"])
    assert (report.bindings, report.tallies["numpy"].agreed) == (1, 1)
    assert report.counterexample is None


def test_the_right_formulas_agree() -> None:
    report = checked(TEXT)
    assert report.counterexample is None
    tallies = {name: (tally.agreed, dict(tally.skipped)) for name, tally in report.tallies.items()}
    assert tallies["read again"] == (8, {})
    agreed, skipped = tallies["oracle"]
    assert agreed >= 6 and agreed + skipped.get("too large", 0) == 8


def test_a_seed_gives_the_same_values() -> None:
    subject = Subject(Source("text", TEXT))
    one, same, other = (draw(subject, 10, 50, seed) for seed in (1, 1, 2))
    assert one == same != other
    assert all(Points(subject.net).valid(point) for point in (*one, *other))


@pytest.mark.parametrize("name", ["lenet5", "squeezenet", "unet", "densenet"])
def test_some_of_the_zoo(name: str) -> None:
    for subject in subjects(entry(name), configurations=False):
        report = verify(subject, examples=4)
        assert report.counterexample is None, str(report.counterexample)


@pytest.mark.slow
def test_the_whole_zoo() -> None:
    from symcnn.catalogue import names

    for name in names():
        for subject in subjects(entry(name)):
            report = verify(subject, examples=20)
            assert report.counterexample is None, f"{subject.name}: {report.counterexample}"


def test_a_way_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "find_spec", lambda name: None)
    with pytest.raises(UsageError) as error:
        ways.available(["torch"])
    assert str(error.value) == (
        "error: to verify against torch, PyTorch must be installed\n  = hint: pip install 'symcnn[torch]'"
    )
    assert ways.available(None) == ("oracle",)


def test_inside_of_what_is_shared() -> None:
    net = symcnn.parse("input 2@9; b: { conv 1 -> 2; relu }; share b")
    assert ask(net, "weights(share1.conv1)") == net["share1.conv1"].weights == 0
