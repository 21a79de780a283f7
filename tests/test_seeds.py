"""Every number of the five articles, twice: from `show --at`, and by substitution in a general formula."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import symcnn
from symcnn.algebra.exact import evaluate
from symcnn.cli.main import cli

ROWS = list(
    csv.DictReader((Path(__file__).parent / "data" / "seeds.csv").read_text(encoding="utf-8").splitlines())
)
COLUMNS = "shape,size,weights,biases,params,fixed,neurons,connections"


@dataclass(frozen=True)
class Asked:
    """Where a row is asked: the network, the values, the label (None: the whole), the measure."""

    arguments: tuple[str, ...]
    at: str
    label: str | None
    measure: str
    net: str = ""


ZOO = {
    "LeNet-5": "lenet5",
    "AlexNet": "alexnet",
    "Keras example": "keras-example",
    "28x28 digit net": "digits28",
}
LABELS = {
    ("LeNet-5", "input"): "input1",
    ("LeNet-5", "output"): "output10",
    ("AlexNet", "input"): "input1",
    ("Keras example", "dense"): "dense1",
    ("28x28 digit net", "conv"): "conv1",
    ("28x28 digit net", "pool"): "pool1",
    ("28x28 digit net", "fc"): "fc1",
}
MILLION = {
    "fully connected": "fully connected",
    "locally connected 10x10": "locally connected",
    "one shared 10x10 filter": "one shared filter",
    "100 shared 10x10 filters": "a hundred filters",
}
SINGLE = {
    "n=7 f=3 p=0 s=1": (("one-conv",), "I=7,K=3,P=0,S=1,C=1,N=1"),
    "n=7 f=3 p=0 s=2": (("one-conv",), "I=7,K=3,P=0,S=2,C=1,N=1"),
    "n=28 same s=1": (
        ("-e", "input C @ I x I; conv1: conv K -> N, pad same, stride S"),
        "I=28,K=3,S=1,C=1,N=1",
    ),
}


def asked(row: dict[str, str]) -> Asked:
    """Return where the number of a row is to come from."""
    system, layer, quantity = row["system"], row["layer"], row["quantity"]
    if system == "million-pixel image":
        return Asked(("million-pixels",), "defaults", None, quantity, MILLION[layer])
    if system == "single conv":
        return Asked(*SINGLE[layer], "conv1", quantity)
    measure = {"params_trainable": "params", "conv_params": "params"}.get(quantity, quantity)
    if (system, layer, measure) == ("LeNet-5", "output", "params"):
        measure = "fixed"  # the 840 weights of the output units are not trained
    label = None if layer == "total" else LABELS.get((system, layer), layer)
    return Asked((ZOO[system],), "defaults", label, measure)


@cache
def shown(arguments: tuple[str, ...], at: str) -> Any:
    result = CliRunner().invoke(
        cli, ["show", *arguments, "--at", at, "--columns", COLUMNS, "--json"], catch_exceptions=False
    )
    return json.loads(result.output)["networks"]


@cache
def general(arguments: tuple[str, ...]) -> symcnn.Network:
    return symcnn.zoo(arguments[0]) if len(arguments) == 1 else symcnn.parse(arguments[1])


def values_of(net: symcnn.Network, at: str) -> dict[Any, Any]:
    if at == "defaults":
        return {net.symbols[name]: value for name, value in net.defaults.items()}
    return {net.symbols[name]: int(v) for name, v in (pair.split("=") for pair in at.split(","))}


def dimensions(text: str) -> list[int]:
    """Return maps and extents; a vector is one map row of units, 84@1x1 as well as 84."""
    maps, _, extents = text.partition("@")
    found = [int(maps), *(int(e) for e in extents.split("x") if e)]
    return found[:1] if set(found[1:]) <= {1} else found


def article_shape(text: str) -> list[int]:
    """Return maps and extents as the articles write them: 96x55x55, or 84."""
    found = [int(part) for part in text.split("x")]
    return found[:1] if set(found[1:]) <= {1} else found


def test_all_rows_are_here() -> None:
    assert len(ROWS) == 84


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['system']}-{r['layer']}-{r['quantity']}")
def test_shown_at_values(row: dict[str, str]) -> None:
    where = asked(row)
    (table,) = [t for t in shown(where.arguments, where.at) if where.net in ("", t["title"])]
    rows = {r["label"]: r for r in table["rows"]}
    if row["quantity"] == "conv_params":
        convs = [r["params"] for label, r in rows.items() if label.startswith("conv")]
        assert sum(convs) == int(row["value"])
        return
    found = (rows[where.label] if where.label else table["total"])[where.measure]
    if where.measure == "shape":
        assert dimensions(found) == article_shape(row["value"])
    else:
        assert int(found) == int(row["value"])


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['system']}-{r['layer']}-{r['quantity']}")
def test_substituted_in_the_general_formula(row: dict[str, str]) -> None:
    where = asked(row)
    net = general(where.arguments)
    net = net.nets[where.net] if where.net else net
    values = values_of(net, where.at)
    if row["quantity"] == "conv_params":
        formula = sum(part.params for part in net.parts if part.label.startswith("conv"))
        assert evaluate(formula, values) == int(row["value"])
        return
    part = net[where.label] if where.label else net
    if where.measure == "shape":
        shape = [evaluate(e, values) for e in (part.maps, *part.extents)]
        assert (shape[:1] if set(shape[1:]) <= {1} else shape) == article_shape(row["value"])
    else:
        assert evaluate(part.measure(where.measure), values) == int(row["value"])


def test_the_formulas_are_general() -> None:
    """The numbers come out of formulas with free symbols, they are not typed in."""
    lenet = symcnn.zoo("lenet5")
    assert {"I", "K", "classes"} <= set(lenet.symbols)
    assert lenet["C1"].shape.extents[0].free_symbols == {lenet.symbols["I"], lenet.symbols["K"]}
    assert symcnn.zoo("alexnet")["pool3"].size.free_symbols == {symcnn.symbol("I")}


def test_c5_grows_with_the_input() -> None:
    result = CliRunner().invoke(cli, ["formula", "lenet5", "size(C5)", "--at", "K=5"], catch_exceptions=False)
    assert result.output == "⌊(I − 32)/4⌋ + 1\n"


def test_alexnets_last_pool() -> None:
    result = CliRunner().invoke(cli, ["formula", "alexnet", "size(pool3)"], catch_exceptions=False)
    assert result.output == "⌊(I − 67)/32⌋ + 1\n"
