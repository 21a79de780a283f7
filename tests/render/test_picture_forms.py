"""Pictures as SVG and Mermaid: golden files, and that no name or text can break out of one."""

from __future__ import annotations

import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cli.console import run
from hypothesis import given
from hypothesis import strategies as st
from render.pictures import Program, programs, read_mermaid

from symcnn.catalogue import entry, names
from symcnn.network.model import Model
from symcnn.render import picture
from symcnn.render.diagram import Box, Diagram, Fork, Frame, Item, Joint, Series, items
from symcnn.render.folding import diagram
from symcnn.render.mermaid import to_mermaid
from symcnn.render.placing import scene
from symcnn.render.svg import to_svg
from symcnn.source import Source

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "render" / "pictures"
SPACE = "{http://www.w3.org/2000/svg}"

DRAWN = {
    "chain": "symbol I\ninput 1 @ I x I; C1: conv 5x5 -> 6; tanh; maxpool 2; fc -> 10; softmax",
    "residual": """input 64 @ 56 x 56
def block(M) { conv 1x1 -> M; batchnorm; relu; conv 3x3 -> M, pad 1; batchnorm }
one: add { block(64) | identity }; relu
two: add { block(64) | conv 1x1 -> 64 }; relu
""",
    "inception": """input 192 @ 28 x 28
m: concat {
| conv 1x1 -> 64
| conv 1x1 -> 96; conv 3x3 -> 128, pad 1
| maxpool 3x3, stride 1, pad 1; conv 1x1 -> 32
}
multiply { identity | globalpool; conv 1x1 -> 224; sigmoid }
""",
    "named": """input 4 @ 16 x 16
a: { conv 3x3 -> 4, pad 1; relu; b: conv 3x3 -> 4, pad 1 }
c: maxpool 3x3, stride 1, pad 1
add a.b, c; relu
main: fc -> 10
from a
side: { conv 1x1 -> 2; conv 3x3 -> 2; softmax }
output main, side
""",
}


def read(text: str, name: str = "net") -> Model:
    return Model.read(Source(name, text))


@pytest.mark.parametrize("name", DRAWN)
def test_golden(name: str) -> None:
    """To accept changes after looking at them: SYMCNN_GOLDEN=write pytest tests/render."""
    model = read(DRAWN[name], name)
    for ending, printed in (("svg", picture.to_svg(model)), ("mmd", picture.to_mermaid(model))):
        file = GOLDEN / f"{name}.{ending}"
        if os.environ.get("SYMCNN_GOLDEN") == "write":
            file.parent.mkdir(exist_ok=True)
            file.write_text(printed, encoding="utf-8")
        assert printed == file.read_text(encoding="utf-8")


PAGE = Path(__file__).resolve().parents[2] / "docs" / "pictures.md"
COMMANDS = re.findall(r"^\$ symcnn (draw .* --output (.*\.svg))$", PAGE.read_text(encoding="utf-8"), re.M)


def test_the_page_shows_what_it_draws() -> None:
    shown = re.findall(r"^!\[.*\]\(pictures/(.*)\)$", PAGE.read_text(encoding="utf-8"), re.M)
    assert sorted(shown) == sorted(file for _, file in COMMANDS)
    assert sorted(file.name for file in (PAGE.parent / "pictures").iterdir()) == sorted(shown)


@pytest.mark.parametrize(("command", "file"), COMMANDS)
def test_the_pictures_in_the_documents_are_of_today(
    command: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To write them anew: SYMCNN_GOLDEN=write pytest tests/render."""
    monkeypatch.chdir(tmp_path)
    result = run(*command.split())
    assert (result.exit_code, result.output) == (0, "")
    printed, kept = (tmp_path / file).read_bytes(), PAGE.parent / "pictures" / file
    if os.environ.get("SYMCNN_GOLDEN") == "write":
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(printed)
    assert printed == kept.read_bytes()


# -------------------------------------------------------------------- SVG
ALLOWED = {
    "svg": {"width", "height", "viewBox", "role", "font-family"},
    "title": set(),
    "desc": set(),
    "g": set(),
    "rect": {"x", "y", "width", "height", "rx", "fill", "fill-opacity", "stroke", "stroke-width"},
    "path": {"d", "fill", "stroke", "stroke-width", "stroke-dasharray"},
    "text": {"x", "y", "font-size", "font-weight", "fill", "text-anchor"},
}  # fmt: skip
VALUE = re.compile(
    r"#[0-9a-f]{6}|none|img|bold|middle|end|100%|[-.0-9]+( [-.0-9]+)*|[-MLQHVZhlvz0-9. ]+|[A-Za-z, -]+"
)


def parsed(svg: str) -> ElementTree.Element:
    """Return the tree of a picture; nothing may be in it but shapes and text."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        tag = element.tag.removeprefix(SPACE)
        assert set(element.attrib) <= ALLOWED[tag]
        assert all(VALUE.fullmatch(value) for value in element.attrib.values()), element.attrib
        assert tag in ("title", "desc", "text") or not (element.text or "").strip()
        assert not (element.tail or "").strip()
    return root


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SPACE}text")]


@pytest.mark.parametrize("name", names())
def test_every_network_of_the_zoo(name: str) -> None:
    model = Model.read(entry(name))
    for one in list(model.nets.values()) or [model]:
        root = parsed(picture.to_svg(one))
        assert [child.tag.removeprefix(SPACE) for child in root[:3]] == ["title", "desc", "rect"]
        assert root[0].text == (one.name or one.source.name)
        assert (root[1].text or "").startswith("A network: ")
        assert root[2].attrib == {"width": "100%", "height": "100%", "fill": "#ffffff"}
        read_mermaid(picture.to_mermaid(one))


@given(programs())
def test_all_that_is_said_is_in_both_forms(program: Program) -> None:
    drawn = diagram(read(program.text), 2)
    shown = texts(parsed(to_svg(scene(drawn))))
    nodes, _ = read_mermaid(to_mermaid(drawn))
    labels = "\n".join(nodes.values())
    for item in items(drawn.body):
        for line in lines(item):
            assert line in shown
            assert line in labels.replace("<br/>", "\n") or isinstance(item, Frame)
    assert len(nodes) == len({item.key for item in items(drawn.body)}) + len(drawn.ends)


def lines(item: Item) -> tuple[str, ...]:
    """Return the lines of an item that stand by themselves in an SVG."""
    if isinstance(item, Box):
        return (*item.heading, *item.notes)
    return item.notes if isinstance(item, Joint) else tuple(filter(None, [getattr(item, "title", "")]))


# -------------------------------------------------------------------- hostile names
HOSTILE = [
    '<script>alert(1)</script>',
    '"]; click n1 href "javascript:alert(1)"',
    "</svg><svg onload=alert(1)>",
    "]]> <!-- -->",
    "&lt;b&gt; &amp; &#60;",
    "end",
    "`**bold**`",
    "%%{init: {'theme': 'dark'}}%%",
    "#quot; #35; #lt;",
    "a\nb\r\nc\td",
    "\x1b[31m \x00 \x07",
    "\u202e \u2028 \ufeff \ud800 \uffff",
    "'); DROP TABLE nets; --",
    "{{ 7*7 }} ${7*7} <%= 7 %>",
    "|pipe| --> n1",
]  # fmt: skip


def hostile_diagram(name: str) -> Diagram:
    """Return a diagram in which every text is the name."""
    said = {"shape": name, "layers": 1, "hint": (name, name)}
    box = Box(key=1, name=name, title=name, words=(name,), family="conv", times=name, **said)
    closed = Box(key=2, title=name, words=(name,), family="block", times=name, closed=True, **said)
    joint = Joint(key=3, sign="concat", name=name, names=(name,), words=(name,), **said)
    fork = Fork(key=3, branches=(Series((box,), name), Series((closed,), name)), joint=joint, **said)
    frame = Frame(key=4, title=name, times=name, body=Series((fork,), name), **said)
    last = Joint(key=5, sign="from", names=(name,), fresh=True, **said)
    return Diagram(name, name, Series((frame, last), name), (), frozenset({4, 5}), frozenset({5}), True)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_stay_texts(name: str) -> None:
    _hostile(name)


@given(st.text())
def test_any_text_stays_text(name: str) -> None:
    _hostile(name)


def _hostile(name: str) -> None:
    drawn = hostile_diagram(name)
    plain = hostile_diagram(name and "plain")
    assert _rectangles(drawn) == _rectangles(plain)
    nodes, edges = read_mermaid(to_mermaid(drawn))
    assert set(nodes) == {"n1", "n2", "n3", "n5", "s4", "e4", "e5"}
    assert sorted(edges) == [("n1", "n3"), ("n2", "n3"), ("n3", "e4"), ("n5", "e5")]


def _rectangles(drawn: Diagram) -> int:
    return len(list(parsed(to_svg(scene(drawn))).iter(f"{SPACE}rect")))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_of_networks(name: str) -> None:
    model = read("input 1@9x9; conv 3 -> 4", name)
    title = parsed(picture.to_svg(model))[0].text
    assert title == "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(name.split())
    )
    read_mermaid(picture.to_mermaid(model))


def test_hints_keep_their_lines() -> None:
    root = parsed(picture.to_svg(read("input 1@9x9; c: conv 3 -> 4, pad 1, no bias; relu")))
    hints = [element[0].text for element in root.iter(f"{SPACE}g")]
    assert hints == [
        "input1: input 1@9x9",
        "c: conv 3x3 → 4, pad 1, no bias; 36 parameters\nrelu1: relu",
    ]


@pytest.mark.parametrize(
    ("text", "written"), [("a b", "a b"), ('"', "#34;"), ("<br/>", "#60;br/#62;"), ("µ", "#181;")]
)
def test_mermaid_writes_other_characters_as_numbers(text: str, written: str) -> None:
    assert f'n1["{written}"]' in to_mermaid(
        Diagram(
            "",
            "",
            Series((Box(key=1, title=text, shape="", layers=1, hint=()),), ""),
            (),
            frozenset(),
            frozenset(),
            True,
        )
    )
