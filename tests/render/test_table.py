"""Tables of networks: golden files for every form, and that no name or text can break out of one."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from sympy import Integer

from symcnn.errors import UsageError
from symcnn.layers.base import Shape
from symcnn.network.measures import MEASURES
from symcnn.network.model import Model
from symcnn.render import table as tables
from symcnn.render.table import Column, Note, Table, network_table
from symcnn.source import Source
from symcnn.symbols import symbol

DATA = Path(__file__).resolve().parents[1] / "data"
FORMS: dict[str, Callable[[Table], str]] = {
    "txt": lambda table: tables.to_terminal(table, 120),
    "md": tables.to_markdown,
    "csv": tables.to_csv,
    "tex": tables.to_latex,
    "html": tables.to_html,
    "json": lambda table: json.dumps(tables.to_json(table), indent=1, ensure_ascii=False) + "\n",
}


def model(name: str) -> Model:
    return Model.read(Source(name, (DATA / "samples" / f"{name}.cnn").read_text(encoding="utf-8")))


def read(text: str) -> Model:
    return Model.read(Source("net", text))


def golden(name: str) -> Table:
    net = model(name.removesuffix("_numbers"))
    return network_table(net.at(net.defaults) if name.endswith("_numbers") else net)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["lenet5", "alexnet", "alexnet_numbers", "one_conv"])
def test_golden(name: str, form: str) -> None:
    """To accept changes after reading them: SYMCNN_GOLDEN=write pytest tests/render."""
    file = DATA / "render" / f"{name}.{form}"
    printed = FORMS[form](golden(name))
    if os.environ.get("SYMCNN_GOLDEN") == "write":
        file.write_text(printed, encoding="utf-8")
    assert printed == file.read_text(encoding="utf-8")


# ------------------------------------------------------------------ what the table holds
def test_totals_are_those_of_the_papers() -> None:
    row = golden("alexnet_numbers").total
    assert row is not None
    assert row[3] == 62_378_344
    net = model("lenet5")
    total = tables.to_json(network_table(net.at(net.defaults)))["total"]
    del total["macs"]  # the paper counts none
    assert total == {"label": "total", "params": 60000, "fixed": 840, "connections": 340908}


def test_fixed_parameters_get_a_column_only_where_there_are_some() -> None:
    assert [c.key for c in golden("lenet5").columns][3:5] == ["params", "fixed"]
    assert "fixed" not in [c.key for c in golden("alexnet").columns]


def test_layers_of_a_call_stand_under_their_full_labels() -> None:
    net = read("def b(M) { c: conv 3 -> M, pad 1 ; relu }\ninput 3@8x8\nb1: b(4)\nb(8)")
    labels = [row[0] for row in network_table(net).rows]
    assert labels == ["input1", "b1.c", "b1.relu1", "b2.c", "b2.relu1"]


def test_the_text_of_a_layer_is_on_one_line_without_comments() -> None:
    net = read("input 6@14x14\nconv 5x5 -> 16, table [6 of 3, # six\n  9 of 4,\n\n 1 of 6]")
    assert network_table(net, ["layer"]).rows[1][1] == "conv 5x5 -> 16, table [6 of 3, 9 of 4, 1 of 6]"


def test_all_columns() -> None:
    table = network_table(model("one_conv"), ["all"])
    assert [c.key for c in table.columns] == ["label", "layer", *MEASURES]
    assert all(len(row) == len(table.columns) for row in (*table.rows, table.total or ()))
    assert table.notes[-1].name == "flops"


def test_flops_name_their_convention() -> None:
    net = read("input 1@8x8; conv 3x3 -> 4")
    for convention, flops in (("mac", 1296), ("2mac", 2592), ("exact", 2592)):
        table = network_table(net, ["flops"], convention=convention)  # type: ignore[arg-type]
        assert table.total == ("total", flops)
        assert len(table.notes) == 1


def test_remarks_stand_below() -> None:
    """A table whose rounds are written out says so."""
    table = network_table(read("input 3@9x9; repeat 3 { conv 1 -> maps*maps }"))
    assert [row[0] for row in table.rows] == ["input1", "conv1", "conv2", "conv3"]
    assert table.notes == (
        Note("note", "line 1: the rounds of this repeat are written out: they have no closed form"),
    )


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(UsageError) as caught:
        network_table(model("one_conv"), ["parms"])
    assert str(caught.value) == "error: there is no column 'parms'\n  = hint: did you mean 'params'?"


def test_unknown_and_nothing_look_different() -> None:
    net = read("input 1@8x8; relu; upsample 3/2")
    shown = tables.to_markdown(network_table(net, ["params", "receptive"])).splitlines()
    assert shown[5] == "| relu1 |  | 1 |"
    assert shown[6].endswith("| — |")
    rows = list(csv.DictReader(io.StringIO(tables.to_csv(network_table(net, ["params", "receptive"])))))
    assert (rows[1]["params"], rows[2]["receptive"]) == ("0", "")


# ------------------------------------------------------------------ nothing breaks out
NASTY = [
    "<script>alert(1)</script>",
    "a|b",
    r"\end{tabular}\input{/etc/passwd}",
    "![x](javascript:alert(1)) [l](http://e.example) **b** `c`",
    "=cmd|' /C calc'!A0",
    "\x1b[31mred\x1b[0m \u202eleft",
    "line\r\nbreak",
    '"quoted", comma',
    "$x$ 50% & # _ ^ ~ {}",
    "[red]markup[/red] :smile:",
]
COLUMNS = (
    Column("label", "label", "left"),
    Column("layer", "layer", "left"),
    Column("params", "params", counted=True),
    Column("shape", "shape"),
)


def nasty(said: str) -> Table:
    row = (said, said, 3 * symbol("my_name"), Shape(symbol("N"), (symbol("I"),) * 2))
    return Table(said, COLUMNS, (row, row), ("total", "", Integer(7), ""), (Note("valid for", said),))


class Tags(HTMLParser):
    """Collects what is no text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


SEMANTIC = {"div", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "code", "p"}


@pytest.mark.parametrize("said", NASTY)
def test_html_holds_only_our_tags(said: str) -> None:
    tags = Tags()
    tags.feed(tables.to_html(nasty(said)))
    assert tags.tags == SEMANTIC
    assert tags.attributes == {"class", "scope", "style"}


@pytest.mark.parametrize("said", NASTY)
def test_markdown_stays_one_table(said: str) -> None:
    document = MarkdownIt("commonmark").enable("table")
    written = tables.to_markdown(nasty(said))
    tokens = document.parse(written)
    assert [t.type for t in tokens].count("tr_open") == 4
    assert [t.type for t in tokens].count("td_open") == 12
    inline = [child.type for t in tokens for child in t.children or ()]
    assert set(inline) <= {"text", "strong_open", "strong_close", "code_inline", "text_special"}
    assert "my_name" in document.render(written)


@pytest.mark.parametrize("said", NASTY)
def test_latex_stays_one_tabular(said: str) -> None:
    written = tables.to_latex(nasty(said))
    assert written.isascii()
    assert written.count(r"\end{tabular}") == 1
    assert r"\input" not in written
    assert all(line.count(" & ") == 3 for line in written.splitlines() if line.startswith(("label", "total")))
    assert written.replace(r"\$", "").count("$") % 2 == 0
    bare = written.replace(r"\{", "").replace(r"\}", "")
    assert bare.count("{") == bare.count("}")


@pytest.mark.parametrize("said", [*NASTY, "+1", "-1", "@x", "=1"])
def test_no_text_cell_of_a_csv_begins_a_formula(said: str) -> None:
    rows = list(csv.reader(io.StringIO(tables.to_csv(nasty(said)))))
    assert len(rows) == 4
    assert all(len(row) == 4 for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_negative_numbers_stay_numbers_in_a_csv() -> None:
    cells = ((Integer(-2),), (-symbol("P"),), (Integer(-1) / 2,), ((Integer(-2), Integer(3)),))
    written = tables.to_csv(Table("", (Column("start", "start"),), cells))
    assert written.split() == ["start", "-2", "'-P", "'-1/2", "'-2", "x", "3"]


@pytest.mark.parametrize("said", NASTY)
def test_the_terminal_gets_no_escape_codes(said: str) -> None:
    written = tables.to_terminal(nasty(said), 120)
    assert all(c.isprintable() or c == "\n" for c in written)
    if "markup" in said:
        assert "[red]markup[/red] :smile:" in written


def test_json_keeps_large_integers() -> None:
    table = Table("t", (Column("macs", "macs"),), ((Integer(2**53),), (Integer(2**53 + 1),), (None,)))
    assert [row["macs"] for row in tables.to_json(table)["rows"]] == [2**53, "9007199254740993", None]


# ------------------------------------------------------------------ the terminal
@pytest.mark.parametrize("width", [1, 20, 40, 60, 80, 100, 120, 160, 240])
def test_numbers_never_fold(width: int) -> None:
    written = tables.to_terminal(golden("alexnet_numbers"), width)
    for number in ("62,378,344", "1,135,256,096", "105,705,600", "256@27x27"):
        assert number in written
    assert written == tables.to_terminal(golden("alexnet_numbers"), width)


@pytest.mark.parametrize("name", ["lenet5", "alexnet", "one_conv", "alexnet_numbers"])
@pytest.mark.parametrize("width", [100, 120, 160])
def test_a_table_keeps_to_its_width(name: str, width: int) -> None:
    assert max(map(len, tables.to_terminal(golden(name), width).splitlines())) <= width


def test_styles_are_asked_for() -> None:
    assert "\x1b[1m" in tables.to_terminal(golden("one_conv"), 120, styled=True)
    assert "\x1b" not in tables.to_terminal(golden("one_conv"), 120)


class Screen(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_styles_are_for_terminals_that_take_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert tables.styles_wanted(Screen())
    assert not tables.styles_wanted(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not tables.styles_wanted(Screen())
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not tables.styles_wanted(Screen())
