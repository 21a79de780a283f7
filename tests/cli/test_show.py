"""symcnn show: the golden file, and what its forms promise."""

from __future__ import annotations

import csv
import io
import json

import pytest
from cli.console import DATA, Case, check, golden, run

from symcnn.catalogue import names


@pytest.mark.parametrize("case", golden("show"))
def test_golden(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("values", [[], ["--at", "defaults"]], ids=["formulas", "numbers"])
def test_every_network_of_the_zoo_in_every_form(name: str, values: list[str]) -> None:
    if name == "one-conv" and values:
        values = ["--at", "C=1,I=9,K=3,N=2,S=1,P=0"]
    for form in ("--json", "--csv", "--markdown", "--latex", "--html"):
        result = run("show", name, *values, form)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.endswith("\n") and not result.stdout.endswith("\n\n")


def test_the_configurations_of_all_networks_are_named() -> None:
    nets = "".join(
        f'net "{name}" {{ symbol N = 3; config {config}: N = 2; input 1@9; conv 3 -> N }}\n'
        for name, config in (("a", "small"), ("b", "wide"))
    )
    assert run("show", "-e", nets, "--at", "huge").stderr == (
        "--at:1:1: error: no config is named 'huge'\n  1 | huge\n    | ^^^^\n  = hint: configs: small, wide\n"
    )
    assert run("show", "-e", nets, "--at", "wide").stdout.startswith("b\n")


def test_json_keeps_large_integers() -> None:
    document = json.loads(run("show", "-e", "input 1@1; fc -> 2**53; fc -> 1", "--json").stdout)
    assert document["schema"] == "symcnn/show/1"
    rows = document["networks"][0]["rows"]
    assert rows[1]["params"] == str(2 * 2**53)  # beyond what every reader keeps
    assert rows[1]["macs"] == 2**53
    assert rows[2]["params"] == str(2**53 + 1)


def test_json_has_a_key_for_every_column() -> None:
    document = json.loads(run("show", "lenet5", "--json").stdout)
    (table,) = document["networks"]
    keys = [column["key"] for column in table["columns"]]
    assert all(list(row) == keys for row in table["rows"])


def test_csv_reads_back() -> None:
    head, *rows = csv.reader(io.StringIO(run("show", "lenet5", "--csv").stdout))
    assert head[0] == "label" and rows[-1][0] == "total"
    assert {len(row) for row in rows} == {len(head)}


@pytest.mark.parametrize("columns", [40, 80, 120, 400])
def test_lines_fit_the_width_where_numbers_allow(columns: int) -> None:
    lines = run("show", "digits28", columns=columns).stdout.splitlines()
    assert max(map(len, lines)) <= max(columns, 90)
    assert len({len(line) for line in lines if line.startswith("─")}) == 1


def test_the_standard_input_is_read_as_the_file() -> None:
    raw = (DATA / "files" / "domain.cnn").read_bytes()
    by_name = run("show", "-", stdin=raw).stdout.splitlines()[1:]
    assert by_name == run("show", "-e", raw.decode()).stdout.splitlines()[1:]


def test_a_file_hides_a_network_of_the_zoo(folder: object) -> None:
    with open("lenet5", "w", encoding="utf-8") as file:
        file.write("input 7@8x8\n")
    assert "7@8x8" in run("show", "lenet5").stdout
