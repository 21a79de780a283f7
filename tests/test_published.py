"""Published networks: every number of tests/data/published_nets.csv comes out of a family of the zoo.

The figures are those of torchvision 0.28, counted without auxiliary heads; MACs are those of
convolutions and linear layers; `min_input` is the smallest square input that a model takes.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest
from sympy import Integer

import symcnn
from symcnn import catalogue
from symcnn.algebra.exact import evaluate

DATA = Path(__file__).parent / "data" / "published_nets.csv"
ROWS = list(csv.DictReader(DATA.read_text(encoding="utf-8").splitlines()))
AUXILIARY = {"googlenet": 2 * 2 * 128}  # running statistics of the two heads, which the row includes
OTHER_NAMES = {"alexnet": "alexnet_torchvision"}  # `alexnet` is the network of the paper


@cache
def family(name: str) -> symcnn.Network:
    return symcnn.zoo(name)


def member(name: str) -> symcnn.Network:
    """The network of a configuration, with the configured values in it but for the input."""
    name = OTHER_NAMES.get(name, name)
    whole = family(catalogue.configurations().get(name, name))
    for net in (whole, *whole.nets.values()):
        if name in net.configs:
            return net.at({symbol: value for symbol, value in net.configs[name].items() if symbol != "I"})
    return whole


def test_there_are_rows() -> None:
    assert len(ROWS) == 28


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["net"])
def test_published_numbers(row: dict[str, str]) -> None:
    net = member(row["net"])
    at = {**net.defaults, "I": Integer(row["input"])}
    point = {net.symbols[name]: value for name, value in at.items() if name in net.symbols}
    found = [evaluate(formula, point) for formula in (net.params, net.buffers, net.macs)]
    buffers = int(row["bn_running_stats"]) - AUXILIARY.get(row["net"], 0)
    assert found == [int(row["params"]), buffers, int(row["macs"])]
    numbers = net.at({name: value for name, value in at.items() if name in net.symbols})
    assert [numbers.params, numbers.buffers, numbers.macs] == found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["net"])
def test_smallest_input(row: dict[str, str]) -> None:
    """The network stands from its published smallest input on, and not below."""
    net = member(row["net"])
    least = int(row["min_input"].partition("x")[0])
    assert net.at(I=least).symbols.get("I") is None
    if least > 1:
        with pytest.raises(symcnn.SymcnnError):
            net.at(I=least - 1)
        assert net.valid.subs(net.symbols["I"], least) == symcnn.parse("input 1@1").valid


def test_every_configuration_is_one() -> None:
    """Each name that `symcnn zoo` lists can be shown, and its symbols have defaults."""
    for name in catalogue.configurations():
        net = member(name)
        assert set(net.symbols) <= set(net.defaults), name
        assert net.at(net.defaults).params > 0, name
