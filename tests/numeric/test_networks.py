"""`net.compile` against `net.at`: the network that is derived anew for the values."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sympy import Expr

import symcnn
from symcnn import Network, SymcnnError
from symcnn.catalogue import configurations, names
from symcnn.layers.base import Shape
from symcnn.network.measures import MEASURES
from symcnn.numeric.evaluator import Compiled

np = pytest.importorskip("numpy")
ROOT = Path(__file__).resolve().parents[2]


def networks() -> Iterator[tuple[str, Network]]:
    for name in names():
        whole = symcnn.zoo(name)
        for net in (whole, *whole.nets.values()):
            if net.has_layers:
                yield f"{name} {net.name}", net


def test_what_does_not_matter_may_be_an_array_or_a_number() -> None:
    count = symcnn.parse("symbol z where z integer\ninput 1@I; conv 3 -> 4").compile("size")
    for z in ([1, 2], 1, [3, 4], 2):
        assert count(I=[5, 6], z=z).tolist() == [3, 4]


def test_values_by_name() -> None:
    count = symcnn.parse("input 1@I; conv 3 -> N").compile("params")

    class Table:
        """A table of columns, whose truth value is an error as that of a DataFrame."""

        def keys(self) -> list[str]:
            return ["I", "N"]

        def __getitem__(self, name: str) -> list[int]:
            return {"I": [5, 6], "N": [1, 2]}[name]

        def __bool__(self) -> bool:
            raise ValueError("ambiguous")

    assert count(Table()).tolist() == [4, 8]
    with pytest.raises(SymcnnError) as caught:
        count({"I": 5, "N": 1}, N=2)
    assert str(caught.value) == "error: 'N' is given twice"
    with pytest.raises(SymcnnError) as caught:
        count(np.array([5, 6]))
    assert str(caught.value) == (
        "error: values are given by name, not as one ndarray\n  = hint: count(I=224), or a mapping"
    )


def measured(net: Network) -> list[str]:
    """Return the measures that the network has."""
    found = []
    for measure in MEASURES:
        try:
            value = net.measure(measure)
        except SymcnnError:
            continue
        if value is not None and value != ():
            found.append(measure)
    return found


def plain(value: Any) -> Any:
    """Return what `at` answers as `compile` gives it."""
    if isinstance(value, Shape):
        return plain((value.maps, *value.extents))
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    number = Fraction(int(value.p), int(value.q))
    return number.numerator if number.denominator == 1 else number


def by_at(net: Network, values: dict[str, Any], measures: list[str]) -> list[Any] | None:
    try:
        there = net.at(values)
        return [plain(there.measure(m)) for m in measures]
    except SymcnnError:
        return None


@pytest.mark.parametrize(("name", "net"), list(networks()), ids=lambda x: x if isinstance(x, str) else "")
def test_the_zoo(name: str, net: Network) -> None:
    """All measures at the defaults, at a configuration, and at values beside them."""
    measures = measured(net)
    function = net.compile(*measures)
    random, rows, wanted = Random(name), [], []
    bases = [dict(net.defaults), *({**net.defaults, **config} for config in net.configs.values())]
    for base in [b for b in bases if len(b) == len(net.symbols)][:2] or [dict.fromkeys(net.symbols, 2)]:
        for shift in range(2):
            values = {n: _number(base[n]) + (random.randint(0, 9) if shift else 0) for n in net.symbols}
            expected = by_at(net, values, measures)
            if expected is None:
                with pytest.raises(SymcnnError):
                    function(values)
                continue
            found = function(values)
            assert list(found if len(measures) > 1 else [found]) == expected
            rows.append(values)
            wanted.append(expected)
    if rows and net.symbols:
        columns = function({n: [row[n] for row in rows] for n in net.symbols})
        columns = columns if len(measures) > 1 else [columns]
        assert [rows_of(c) for c in columns] == [list(each) for each in zip(*wanted, strict=True)]


def _number(value: Expr | int) -> int | Fraction:
    if isinstance(value, int):
        return value
    return plain(value) if value.is_Rational else 1


def rows_of(column: Any) -> list[Any]:
    """Return the rows of an answer; of axes a tuple per row."""
    if isinstance(column, tuple):
        return list(zip(*(c.tolist() for c in column), strict=True))
    return list(column.tolist())


@pytest.mark.parametrize("name", sorted(configurations())[::19])
def test_configurations(name: str) -> None:
    net = symcnn.zoo(name)
    assert net.compile("params")(net.defaults) == net.at(net.defaults).params


@pytest.mark.parametrize(
    ("text", "question", "values"),
    [
        ("symbol D\ninput 1 @ I x I\nrepeat D { maxpool 2 }", "size", {"D": 3, "I": 80}),
        (
            "symbol D\ninput C @ I x I\ne: repeat D { conv 3 -> 2*maps, pad 1 }",
            "params",
            {"C": 3, "I": 9, "D": 5},
        ),
        ("input C @ I x W; conv K -> 4, groups G; fc -> 3", "macs", {"C": 6, "I": 9, "W": 8, "K": 3, "G": 2}),
        ("input 1 @ I x I; c: conv K -> 1, pad same, stride S", "size(c)", {"I": 9, "K": 4, "S": 4}),
        ("input 3 @ I x W; conv 3x5 -> 2", "size", {"I": 9, "W": 12}),
        ("input 3 @ I x W; conv 3x5 -> 2", "shape", {"I": 9, "W": 12}),
        ("input 3 @ I x I; conv 3x3 -> 2", "max(params, macs) // 7 + 2**3", {"I": 2**10}),
    ],
)
def test_questions(text: str, question: str, values: dict[str, Any]) -> None:
    from symcnn.verbs.inquirer import ask

    net = symcnn.parse(text)
    assert net.compile(question)(values) == plain(ask(net.at(values), question))


def test_totals_are_the_default() -> None:
    net = symcnn.zoo("lenet5")
    function = net.compile()
    found = dict(zip(function.questions, function(I=32, K=5, classes=10), strict=True))
    there = net.at(I=32, K=5, classes=10)
    assert found == {m: there.measure(m) for m in function.questions}
    assert list(found) == [
        "weights", "biases", "params", "fixed", "buffers", "neurons", "connections", "macs", "flops",
    ]  # fmt: skip


def test_conventions() -> None:
    net = symcnn.zoo("alexnet")
    for convention in ("2mac", "mac", "exact"):
        function = net.compile("flops", convention=convention)
        assert function(I=227, classes=1000) == net.at(I=227, classes=1000).measure(
            "flops", convention=convention
        )


def test_values_put_in_before() -> None:
    net = symcnn.parse("input C @ I x I; conv K -> N").at(N=2 * symcnn.symbol("G"), K=3)
    function = net.compile("params")
    assert (function.symbols, function(C=4, G=[1, 5]).tolist()) == (("C", "G"), [74, 370])


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("parms", "<question>:1:1: error: unknown name 'parms'"),
        ("size(conv9)", "<question>:1:6: error: no layer is labelled 'conv9'"),
        ("", "<question>:1:1: error: "),
    ],
)
def test_a_question_without_an_answer(question: str, message: str) -> None:
    with pytest.raises(SymcnnError) as caught:
        symcnn.zoo("alexnet").compile("params", question)
    assert str(caught.value).startswith(message)


# ------------------------------------------------------------------ in other processes
STEM = "symbol I, a where I >= 8, a rational, a > 0\ninput 3 @ I x I; conv 3x3 -> divisible(8*a, 8)"
LOADED = """
import pickle, sys
function = pickle.loads(bytes.fromhex(sys.argv[1]))
print(function(I=227, a=2), function(I=[8, 227], a=1))
print(sorted({"sympy", "numpy", "lark"} & set(sys.modules)))
"""
WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None
import symcnn
function = symcnn.parse(sys.argv[1]).compile("params", "size")
print(function(I=2**70, a=1))
try:
    function(I=[8, 9], a=1)
except symcnn.UsageError as error:
    print(error)
"""
NUMBERS = """
import sys, symcnn
symcnn.parse(sys.argv[1]).compile("params")(I=9, a=1)
print("numpy" in sys.modules)
"""


def _run(code: str, argument: str, env: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, argument], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_pickled_and_loaded_in_a_fresh_process(package_env: dict[str, str]) -> None:
    """What is loaded needs neither SymPy nor the parser."""
    function = symcnn.parse(STEM).compile("params", "size")
    function(I=[8, 9], a=1)
    lines = _run(LOADED, pickle.dumps(function).hex(), package_env)
    assert lines == [
        "(448, 225) (array([224, 224]), array([  6, 225]))",
        "['numpy']",
    ]


def test_a_copy_is_equal() -> None:
    function = symcnn.parse(STEM).compile("params", "size")
    copy = pickle.loads(pickle.dumps(function))
    assert isinstance(copy, Compiled)
    assert copy == function
    assert copy.source == function.source


def test_numbers_need_no_numpy(package_env: dict[str, str]) -> None:
    assert _run(WITHOUT_NUMPY, STEM, package_env) == [
        f"(224, {2**70 - 2})",
        "error: arrays need NumPy, which is not installed",
        "  = hint: pip install 'symcnn[numeric]'",
    ]


def test_numbers_do_not_load_numpy(package_env: dict[str, str]) -> None:
    assert _run(NUMBERS, STEM, package_env) == ["False"]


def test_the_exact_evaluation_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verifier counts the compiled function as a way of its own."""
    function = symcnn.zoo("alexnet").compile("params", "macs")
    from symcnn.algebra import exact

    monkeypatch.setattr(exact, "_walk", None)
    assert function(I=227, classes=1000) == (62378344, 1135256096)
    assert "algebra" not in (ROOT / "symcnn/numeric/source.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("last", ["4", "60", "D"])
def test_repeats_within_repeats(last: str) -> None:
    """The last round of the inner one depends on the outer one; no sum of quotients has a closed form."""
    text = f"repeat i in 1..{last} {{ repeat j in 1..i {{ conv 3 -> 100//(j + 1) + 100//(i + 1), pad 1 }} }}"
    net = symcnn.parse(f"input 1 @ 64; {text}")
    for rounds in range(1, 6) if last == "D" else [int(last)]:
        maps, wanted = 1, 0
        for i in range(1, rounds + 1):
            for j in range(1, i + 1):
                more = 100 // (j + 1) + 100 // (i + 1)
                maps, wanted = more, wanted + (3 * maps + 1) * more
        count = net.compile("params")
        assert (count(D=rounds) if last == "D" else count()) == wanted
        assert (net.at(D=rounds) if last == "D" else net).params == wanted
