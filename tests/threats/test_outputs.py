"""Hostile names through every form of output: none becomes markup, a command or a formula (threat T12)."""

# ruff: noqa: E501

from __future__ import annotations

import ast
import csv
import io
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cli.console import run
from markdown_it import MarkdownIt
from threats.hostile import CODE, MARKUP

import symcnn
from symcnn.api import Network
from symcnn.bridges.source import to_source
from symcnn.render import picture, table
from symcnn.render.cells import Table, words
from symcnn.source import Source

TEXT = """symbol N where N > 1
net "@" {
  input N @ I x I
  C1: conv 3x3 -> 8, pad 1 => 8 @ I x I
  add { | relu | identity }
  repeat D { conv 3x3 -> 8, pad 1 }
  assert params == 4 "@"
}
"""
PAYLOADS = sorted({*MARKUP, *(code for code in CODE if '"' not in code and "\n" not in code)} - {""})
EACH = pytest.mark.parametrize("payload", PAYLOADS, ids=map(str, range(len(PAYLOADS))))


@cache
def network(payload: str) -> Network:
    """Return a network that bears a payload as its name, its note, and the name of its file."""
    text = TEXT.replace("@ I x I", "\0").replace("@", payload).replace("\0", "@ I x I")
    whole = Network.read(Source(f"{payload}.cnn", text))
    (net,) = whole.nets.values()
    return net


@cache
def shown(payload: str) -> Table:
    """Return its table, with the payload in places that no text reaches today, too."""
    made = table.network_table(network(payload), None)
    first = tuple(payload if cell is None or isinstance(cell, str) else cell for cell in made.rows[0])
    return Table(payload, made.columns, (first, *made.rows[1:]), made.total, made.notes)


class Page(HTMLParser):
    """Notes every element, attribute, comment and declaration of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.odd: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


HTML = {"div", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "code", "p"}
HTML_ATTRIBUTES = {("class", "symcnn"), ("scope", "col"), ("scope", "row"), ("style", "text-align: right")}


@EACH
def test_html(payload: str) -> None:
    page = Page(table.to_html(shown(payload)))
    assert page.tags <= HTML
    assert page.attributes <= HTML_ATTRIBUTES
    assert page.odd == []
    assert words(payload) in page.text


SVG = {
    "svg",
    "title",
    "desc",
    "defs",
    "marker",
    "style",
    "g",
    "rect",
    "path",
    "text",
    "tspan",
    "circle",
    "line",
    "polygon",
}
_HARMLESS = re.compile(r"[\w#.,:;%()/ \-+]*")


@EACH
def test_svg(payload: str) -> None:
    drawn = picture.to_svg(network(payload), None)
    plain = picture.to_svg(network("plain"), None)
    page, wanted = Page(drawn), Page(plain)
    assert page.tags == wanted.tags
    assert page.tags <= SVG
    assert {name for name, _ in page.attributes} == {name for name, _ in wanted.attributes}
    assert not {name for name, _ in page.attributes if name.startswith("on") or name.endswith("href")}
    for name, value in page.attributes - wanted.attributes:
        assert name == "aria-label" or _HARMLESS.fullmatch(value), (name, value)
    assert page.odd == wanted.odd


MARKDOWN = {"p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "ul", "li"}


@EACH
def test_markdown(payload: str) -> None:
    """Read by a Markdown reader that lets HTML through: what is left is a table."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    page = Page(reader.render(table.to_markdown(shown(payload))))
    assert page.tags <= MARKDOWN
    assert {name for name, _ in page.attributes} <= {"style"}
    assert page.odd == []
    wanted = Page(reader.render(table.to_markdown(shown("plain"))))
    cells = [part for part in wanted.text.split("\n") if part]
    assert len([part for part in page.text.split("\n") if part]) >= len(cells) - 8


COMMANDS = {
    "begin", "end", "hline", "multicolumn", "textbf", "texttt", "left", "right", "lfloor", "rfloor", "lceil", "rceil",
    "frac", "cdot", "textbackslash", "textasciicircum", "textasciitilde", "ldots", "times", "ge", "le", "sum", "ne",
    "leq", "geq", "neq", "omega", "Omega", "max", "min", "mathit", "mathrm", "bmod", "text", "to", "rightarrow",
}  # fmt: skip


@EACH
def test_latex(payload: str) -> None:
    """Only known commands, braces in pairs, nothing active outside of what the table itself needs."""
    written = table.to_latex(shown(payload))
    assert set(re.findall(r"\\([A-Za-z]+)", written)) <= COMMANDS
    assert set(re.findall(r"\\(begin|end)\{(\w*)\}", written)) == {("begin", "tabular"), ("end", "tabular")}
    bare = re.sub(r"\\\\|\\[^A-Za-z]", "", written)
    depth = 0
    for char in bare:
        depth += (char == "{") - (char == "}")
        assert depth >= 0
    assert depth == 0
    assert "%" not in bare and "#" not in bare and "~" not in bare and bare.count("$") % 2 == 0
    assert written.isascii()
    lines = table.to_latex(shown("plain")).count("\n") - (not words(payload))  # the title has one
    assert written.count("\n") == lines


@EACH
def test_csv(payload: str) -> None:
    """The same cells come back, and none is a formula for a spreadsheet."""
    made = table.to_csv(shown(payload), network=words(payload))
    rows = list(csv.reader(io.StringIO(made)))
    assert {len(row) for row in rows} == {len(shown(payload).columns) + 1}
    assert rows[1][0].removeprefix("'") == words(payload).removeprefix("'")
    for row in rows:
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), cell
            assert not cell.startswith("-") or cell[1:].isdigit()


@EACH
def test_json(payload: str) -> None:
    written = json.dumps(table.to_json(shown(payload)), indent=2, ensure_ascii=False)
    document = json.loads(written)
    assert document["title"] == words(payload)
    assert set(document) == {"schema", "title", "columns", "rows", "total", "notes"}


@EACH
def test_mermaid(payload: str) -> None:
    """The same statements as for a plain name; only what stands between quotes may differ."""
    drawn, plain = (picture.to_mermaid(network(name), None) for name in (payload, "plain"))
    empty = re.compile(r'"[^"\n]*"')
    assert empty.sub('""', drawn) == empty.sub('""', plain)
    for said in empty.findall(drawn):
        bare = said.replace("<br/>", "")
        assert not set(bare) & set("<>`\\{}") and "&" not in bare
        assert not bare.strip('"').startswith(("- ", "+ ", "* "))


@EACH
def test_terminal(payload: str) -> None:
    """One line is one line, and nothing drives the terminal."""
    printed = table.to_terminal(shown(payload), 200)
    assert all(char.isprintable() or char == "\n" for char in printed)


def bare_program(payload: str) -> str:
    """Return the tree of the program for PyTorch without its docstring and the name of its class."""
    documented, *steps = ast.parse(to_source(network(payload).at(N=3, I=8, D=2))).body
    assert isinstance(documented, ast.Expr) and isinstance(documented.value, ast.Constant)
    made = steps[-1]
    assert isinstance(made, ast.ClassDef) and made.name.isidentifier()
    made.name = "Network"
    return ast.dump(ast.Module(steps, []))


@EACH
def test_program(payload: str) -> None:
    """What is said in the docstring is nothing but said."""
    assert bare_program(payload) == bare_program("plain")


@EACH
def test_claims(payload: str) -> None:
    """The note of a claim is printed on the line of its claim, and comes back from JSON."""
    text = f'input 1@8x8\nassert params == 0 "{payload}"\nassert maps == 1\n'
    first, second, count = run("check", "-e", text).stdout.rstrip("\n").split("\n")
    assert first.startswith("<text>:2: proved: assert params == 0")
    assert second == "<text>:3: proved: assert maps == 1" and count == "2 claims: 2 proved"
    claim, _ = json.loads(run("check", "-e", text, "--json").stdout)["claims"]
    assert claim["note"] == payload


def test_payloads_are_many() -> None:
    assert len(PAYLOADS) >= 200


FORMS = ["", "--html", "--latex", "--markdown", "--csv", "--json", "svg", "mermaid", "torch"]


@pytest.mark.parametrize("form", FORMS)
def test_no_output_names_the_folders_of_a_machine(form: str, tmp_path: Path) -> None:
    """A text may be named by its whole path; what is published is the name of the file (threat T20)."""
    path = tmp_path / "net.cnn"
    path.write_text("input 1@8x8; conv 3 -> 4\n", encoding="utf-8")
    words = {
        "svg": ("draw", str(path)),
        "mermaid": ("draw", str(path), "--form", "mermaid"),
        "torch": ("export", str(path), "--to", "torch"),
    }.get(form, ("show", str(path), *filter(None, [form])))
    result = run(*words)
    assert result.exit_code == 0
    assert str(tmp_path) not in result.stdout and tmp_path.name not in result.stdout
    assert ("net.cnn" in result.stdout) == (form not in ("--csv", "mermaid"))  # these have no title
    assert str(tmp_path) not in symcnn.load(str(path))._repr_html_()
