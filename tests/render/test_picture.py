"""Pictures: everything is there and in its place, for the networks of the zoo and for random ones."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from itertools import takewhile
from typing import Any

import pytest
from hypothesis import assume, given
from render.pictures import Program, edges_of, programs, rectangle, wrong

from symcnn.catalogue import entry, names
from symcnn.errors import UsageError
from symcnn.network.model import Model
from symcnn.render import picture
from symcnn.render.diagram import Box, Frame, Joint, items, layers
from symcnn.render.folding import diagram
from symcnn.render.mermaid import to_mermaid
from symcnn.render.placing import Label, Line, Placed, Scene, scene
from symcnn.source import Source


def read(text: str) -> Model:
    return Model.read(Source("net", text))


@cache
def zoo(name: str) -> list[Model]:
    """Return the networks of a text of the zoo."""
    model = Model.read(entry(name))
    return list(model.nets.values()) or [model]


# -------------------------------------------------------------------- the whole picture
@pytest.mark.parametrize("name", names())
def test_every_network_of_the_zoo_at_every_depth(name: str) -> None:
    for model in zoo(name):
        for depth in range(5):
            drawn = scene(diagram(model, depth))
            assert wrong(drawn) == []
            assert layers(drawn.diagram.body) == len(list(model.root.leaves))
            if drawn.diagram.complete:
                break


@given(programs())
def test_random_networks(program: Program) -> None:
    model = read(program.text)
    for depth in range(4):
        drawn = scene(diagram(model, depth))
        assert wrong(drawn) == []
        assert layers(drawn.diagram.body) == len(list(model.root.leaves))


@given(programs())
def test_every_layer_is_named_once(program: Program) -> None:
    """Where all blocks are opened, the hints name every layer of the text, and none twice."""
    model = read(program.text)
    drawn = diagram(model, 9)
    assume(not any(isinstance(item, Box) and item.closed for item in items(drawn.body)))
    hints = [line.partition(":")[0] for item in items(drawn.body) for line in item.hint if ": " in line]
    expected = [node.label for node in model.root.leaves if type(node.layer).__name__ != "Merge"]
    shown = [hint for hint in hints if hint in expected]
    assert sorted(shown) == sorted(label for label in expected if "identity" not in label)


@given(programs())
def test_tensors_go_where_the_text_says(program: Program) -> None:
    drawn = diagram(read(program.text), 9)
    assume(not any(isinstance(item, Box) and item.closed for item in items(drawn.body)))
    labels, edges = edges_of(to_mermaid(drawn))
    assert edges == program.edges
    assert set(labels) == program.labels


@given(programs())
def test_the_same_picture_every_time(program: Program) -> None:
    assert picture.to_svg(read(program.text)) == picture.to_svg(read(program.text))


def test_the_same_bytes_in_every_process(package_env: dict[str, str]) -> None:
    start = "import symcnn; from symcnn.render.picture import *; net = symcnn.zoo('googlenet')"
    command = [sys.executable, "-P", "-c", f"{start}; print(to_svg(net)); print(to_mermaid(net))"]
    printed = {
        subprocess.run(
            command, env=package_env | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1 and len(printed.pop()) > 10_000


# -------------------------------------------------------------------- the functions above find mistakes
def _changed(drawn: Scene, **changes: Any) -> Scene:
    return Scene(**{**vars(drawn), **changes})


def test_what_is_wrong_is_found() -> None:
    drawn = scene(diagram(read("input 4@9x9; b: { conv 3 -> 4; conv 3 -> 4 }; conv 1 -> 2"), 1))
    assert wrong(drawn) == []
    first, second, *others = drawn.placed
    moved = Placed(first.item, second.x, second.y, first.width, first.height)
    assert any("overlap" in fault for fault in wrong(_changed(drawn, placed=(moved, second, *others))))
    far = Placed(first.item, -5, first.y, first.width, first.height)
    assert any(
        "outside of the picture" in fault for fault in wrong(_changed(drawn, placed=(far, second, *others)))
    )
    assert isinstance(second.item, Frame)
    small = Placed(second.item, second.x, second.y, second.width, 40)
    assert any(
        "outside of its frame" in fault for fault in wrong(_changed(drawn, placed=(first, small, *others)))
    )
    narrow = Placed(first.item, first.x + 40, first.y, first.width - 80, first.height)
    assert any("too wide" in fault for fault in wrong(_changed(drawn, placed=(narrow, second, *others))))
    assert "not every item has a place" in wrong(_changed(drawn, placed=(first, second)))
    left, top, right, bottom = rectangle(first)
    through = Line(((left - 5, top + 9), (right + 5, top + 9)))
    assert any("runs through" in fault for fault in wrong(_changed(drawn, lines=(*drawn.lines, through))))
    slanted = Line(((left, top), (right, bottom)), named=True)
    assert any("not straight" in fault for fault in wrong(_changed(drawn, lines=(*drawn.lines, slanted))))
    loose = Line(((1.0, 1.0), (1.0, 3.0)), arrow=False)
    assert any("begins nowhere" in fault for fault in wrong(_changed(drawn, lines=(*drawn.lines, loose))))
    assert any("ends nowhere" in fault for fault in wrong(_changed(drawn, lines=(*drawn.lines, loose))))
    named = Line(((left, top), (left, bottom)), named=True)
    assert "not as many lines as named tensors" in wrong(_changed(drawn, lines=(*drawn.lines, loose, named)))
    label = Label((left, bottom), "on a box")
    assert any("lies on a box" in fault for fault in wrong(_changed(drawn, labels=(label,))))
    assert any("and" in fault for fault in wrong(_changed(drawn, labels=(drawn.labels[0],) * 2)))


# -------------------------------------------------------------------- how deep
NESTED = "input 4@99x99; " + "; ".join(
    f"a{i}: {{ conv 3 -> {i}; b{i}: {{ conv 3 -> 4; " + "maxpool 1; " * i + "conv 3 -> 4 } }"
    for i in range(1, 9)
)


def titles(model: Model, depth: int) -> list[str]:
    return [item.title for item in items(diagram(model, depth).body) if isinstance(item, Frame)]


def test_depth_opens_so_many_levels() -> None:
    model = read(NESTED)
    assert titles(model, 0) == []
    assert titles(model, 1) == [f"a{i}" for i in range(1, 9)]
    assert titles(model, 2) == [f"{letter}{i}" for i in range(1, 9) for letter in "ab"]
    assert titles(model, 9) == titles(model, 2)
    closed = [item for item in items(diagram(model, 1).body) if isinstance(item, Box) and item.closed]
    assert [box.words for box in closed] == [(f"{i + 2} layers",) for i in range(1, 9)]
    assert [diagram(model, depth).complete for depth in (0, 1, 2)] == [False, False, True]


@pytest.mark.parametrize("name", names())
def test_without_a_depth_as_much_as_fits_a_page(name: str) -> None:
    for model in zoo(name):
        drawn = picture.to_svg(model)
        scenes = [scene(diagram(model, depth)) for depth in range(6)]
        assert drawn == picture.to_svg(model, _deepest(scenes))
        assert picture.to_mermaid(model) == picture.to_mermaid(model, _deepest(scenes))


def test_without_a_depth_at_most_twelve_levels_are_opened() -> None:
    text = "conv 1 -> 99"
    for level in range(14, 0, -1):
        text = f"b{level}: {{ conv 1 -> {level}; {text} }}"
    model = read(f"input 3@9x9; {text}")
    found = [titles(model, depth) for depth in (12, 13)]
    assert found == [[f"b{level}" for level in range(1, depth + 1)] for depth in (12, 13)]
    assert picture.to_svg(model) == picture.to_svg(model, 12)
    assert scene(diagram(model, 13)).width < 1150 and scene(diagram(model, 13)).height < 1800  # it would fit


def _deepest(scenes: list[Scene]) -> int:
    """Return how many levels of blocks fit a page, or a third more than the closed blocks take."""
    highest = max(1800, scenes[0].height * 4 / 3)
    return len(list(takewhile(lambda s: s.width <= 1150 and s.height <= highest, scenes[1:])))


@pytest.mark.parametrize("text", ["", "let a = 3", "symbol I = 3"])
def test_without_layers_there_is_no_picture(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        picture.to_svg(read(text))
    assert str(caught.value) == "error: there is nothing to draw: the text has no layers"


def test_a_text_with_several_networks_says_so() -> None:
    with pytest.raises(UsageError) as caught:
        picture.to_mermaid(read("net a { input 1@3x3 }; net b { input 1@3x3 }"))
    assert str(caught.value) == "error: net holds 2 networks\n  = hint: take one of 'a', 'b'"


def test_a_long_network_is_drawn_in_time() -> None:
    model = read("input 4@9x9; " + "; ".join(["conv 3 -> 4, pad 1; relu"] * 2000))
    drawn = scene(diagram(model, 0))
    assert len(drawn.placed) == 2001 and not any(isinstance(p.item, Joint) for p in drawn.placed)


def test_deep_nesting_is_drawn() -> None:
    text = "conv 3 -> 4, pad 1"
    for level in range(60):
        text = f"b{level}: {{ {text}; conv 1 -> 4 }}"
    drawn = scene(diagram(read(f"input 4@9x9; {text}"), 99))
    assert sum(isinstance(p.item, Frame) for p in drawn.placed) == 60


def test_rounds_over_another_range_are_not_the_same() -> None:
    """Formulas of an index are equal, sizes are not: 'as above' was said of both."""
    round_ = "{ conv 3 -> i, pad 1; conv 1 -> 2*i }"
    for others, told in (("1..3", "as above"), ("11..15", "like above with i = 11, …, 15")):
        text = f"input 4@I\nrepeat i in 1..3 {round_}\nrepeat i in {others} {round_}"
        found = diagram(Model.read(Source("net", text)), depth=1)
        assert told in [box.title for box in items(found.body) if isinstance(box, Box)]
