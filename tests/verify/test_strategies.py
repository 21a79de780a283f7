"""What the strategies draw: networks, and values at which they stand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

import symcnn
from symcnn.catalogue import names
from symcnn.errors import NetworkError, UsageError
from symcnn.layers import registry
from symcnn.verify.drafts import Dice, write_program
from symcnn.verify.grammar import GRAMMAR
from symcnn.verify.points import Points
from symcnn.verify.registration import register
from symcnn.verify.strategies import bindings, chains, graphs, layers, networks, programs, register_networks

ROOT = Path(__file__).parents[2]


@given(layers())
def test_layers_are_layers(text: str) -> None:
    symcnn.format(text)
    assert text.split(";")[0].split()[0].strip(",") in registry()


def test_words_can_be_chosen() -> None:
    @given(layers(words=("maxpool", "relu")))
    def look(text: str) -> None:
        assert text.split()[0] in ("maxpool", "relu")

    look()
    with pytest.raises(UsageError, match="'cnov' is no layer that can be drawn"):
        find(layers(words=("cnov",)), lambda text: True)


@given(chains(letters=False))
def test_chains_are_networks_in_a_row(text: str) -> None:
    net = symcnn.parse(text)
    assert not net.symbols and not {"add", "concat", "multiply", "repeat"} & set(text.split())


@given(graphs(letters=False))
def test_graphs_are_networks(text: str) -> None:
    assert not symcnn.parse(text).symbols


@given(programs(letters=False))
def test_programs_are_networks_in_numbers(text: str) -> None:
    assert not symcnn.parse(text).symbols


@settings(max_examples=30)
@given(networks(graphs(most=3)), st.data())
def test_networks_stand_at_their_bindings(net: symcnn.Network, data: st.DataObject) -> None:
    there = net.at(data.draw(bindings(net)))
    assert not there.symbols and there.conditions == ()


@pytest.mark.parametrize("name", names())
def test_nine_of_ten_points_are_found(name: str) -> None:
    whole = symcnn.zoo(name)
    for net in (whole, *whole.nets.values()):
        if net.has_layers:
            points = Points(net)
            found = [points.draw(Dice(f"{name}{number}")) for number in range(20)]
            valid = [point for point in found if point is not None]
            assert len(valid) >= 18 and all(map(points.valid, valid))


def test_nine_of_ten_points_of_random_networks_are_found() -> None:
    drawn = found = 0
    for number in range(40):
        text = write_program(Dice(number), line=GRAMMAR["layer"] + GRAMMAR["add"] + GRAMMAR["concat"]).text
        try:
            points = Points(symcnn.parse(text))
        except NetworkError:
            continue
        drawn += 5
        found += sum(points.draw(Dice(seed)) is not None for seed in range(5))
    assert drawn > 100 and found > 0.9 * drawn


def test_edges_are_favoured() -> None:
    net = symcnn.parse("symbol I where I % 4 == 0; input 1 @ I; conv K -> N, stride 2; maxpool 3")
    points = Points(net)
    least = large = 0
    for seed in range(100):
        point = points.draw(Dice(seed))
        assert point is not None
        named = {s.name: int(value) for s, value in point.items()}
        # the smallest multiple of 4 at which three positions are left for the pooling
        least += named["I"] == -(-(named["K"] + 4) // 4) * 4
        large += max(named.values()) > 2**20
    assert least > 20 and large > 20


def test_what_counts_rounds_stays_small() -> None:
    points = Points(symcnn.parse("symbol D; input 1@I; repeat i in 1..D { conv 3 -> 2**i, pad 1 }"))
    drawn = [points.draw(Dice(seed)) for seed in range(30)]
    assert max(int(v) for p in drawn if p for s, v in p.items() if s.name == "D") < 20


def test_values_that_do_not_exist() -> None:
    points = Points(symcnn.parse("symbol N where N**2 == 7; input 1@9; conv 1 -> N"))
    assert points.draw(Dice(0)) is None


def test_the_type_is_known_to_hypothesis() -> None:
    register_networks()

    @settings(max_examples=5)
    @given(st.from_type(symcnn.Network))
    def look(net: symcnn.Network) -> None:
        assert isinstance(net, symcnn.Network)

    look()


@pytest.mark.parametrize(
    "first",
    [
        "import hypothesis, sys; assert 'sympy' not in sys.modules",  # it does not make others slower
        "import symcnn, sys; symcnn.Network; assert 'hypothesis' not in sys.modules",
    ],
)
def test_hypothesis_finds_the_strategies_by_itself(
    first: str, package_env: dict[str, str], tmp_path: Path
) -> None:
    """Installed, as the packaging says: the entry point is read when Hypothesis is imported."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    home = tmp_path / "symcnn-9.dist-info"
    home.mkdir()
    (home / "METADATA").write_text("Metadata-Version: 2.1\nName: symcnn\nVersion: 9\n", encoding="utf-8")
    hooks = project["entry-points"]["hypothesis"]
    lines = ["[hypothesis]", *(f"{name} = {target}" for name, target in hooks.items())]
    (home / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    code = (
        f"{first}\n"
        "import sys, hypothesis.strategies as st, symcnn\n"
        "from hypothesis import given, settings\n"
        "test = lambda net: print(type(net).__name__)\n"
        "settings(max_examples=1, database=None)(given(st.from_type(symcnn.Network))(test))()"
    )
    env = package_env | {"PYTHONPATH": f"{tmp_path}:{package_env['PYTHONPATH']}"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout == "Network\n", done.stderr[-2000:]


def test_texts_that_are_no_network_are_not_drawn() -> None:
    texts = st.sampled_from(["input 1@2; conv 9 -> 1", "input 1@9; conv 9 -> 1"])
    assert find(networks(texts), lambda net: True).params == 10
    with pytest.raises(Unsatisfiable):
        find(networks(st.just("input 1@2; conv 9 -> 1")), lambda net: True)


def test_without_values_there_is_no_binding() -> None:
    net = symcnn.parse("symbol N where N**2 == 7; input 1@9; conv 1 -> N")
    with pytest.raises(Unsatisfiable):
        find(bindings(net), lambda values: True)


@pytest.mark.parametrize("gone", ["symcnn.api", "hypothesis", None])
def test_the_strategies_are_registered_once_both_are_there(
    gone: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []
    monkeypatch.setattr("symcnn.verify.strategies.register_networks", lambda: told.append(True))
    if gone is not None:
        monkeypatch.delitem(sys.modules, gone)
    register()
    assert told == ([True] if gone is None else [])
