"""Operations counted one by one (the convention `exact`): from the listed connections of every unit."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from layers import brute
from layers.brute import Case
from layers.cases import Writer, cases

import symcnn
from symcnn.algebra.exact import evaluate
from symcnn.errors import NetworkError
from symcnn.layers import registry

SUMS = ("conv", "depthwise", "local", "fc", "dense", "rbf")
ELSE = sorted(set(registry()) - {*SUMS, "subsample", "deconv", "input"})


def operations(case: Case) -> int:
    """Multiplications and additions, one by one."""
    if case.word == "deconv":  # every input is multiplied by every tap, and added to what is there
        maps, extents = brute.shape(case)
        outputs = maps * len(list(brute.positions(extents)))
        return 2 * len(list(brute.scattered(case))) + case.bias * outputs
    inputs = Counter(unit for unit, _, _ in brute.edges(case))
    bias = case.bias and case.word != "rbf"
    if case.word == "subsample":  # the inputs are added, and their sum is multiplied once
        return sum((n - 1) + 1 + bias for n in inputs.values())
    return sum(n + (n - 1) + bias for n in inputs.values())


@pytest.mark.parametrize("word", [*SUMS, "subsample", "deconv"])
@given(data=st.data())
def test_operations_one_by_one(word: str, data: st.DataObject) -> None:
    case = data.draw(cases(word, ranks=2))
    assume(brute.count(case) is not None)
    net = symcnn.parse(Writer(letters=False).net([case]))
    assert net.counts.exact_flops == operations(case)
    assert net.counts.flops("exact") == operations(case)
    assert net.counts.flops("2mac") == 2 * net.counts.flops("mac") == 2 * net.macs


@pytest.mark.parametrize("word", [*SUMS, "subsample", "deconv"])
@given(data=st.data())
def test_formulas_of_operations(word: str, data: st.DataObject) -> None:
    case = data.draw(cases(word, ranks=1))
    assume(brute.count(case) is not None)
    writer = Writer(letters=True)
    try:
        net = symcnn.parse(writer.net([case]))
    except NetworkError:
        assume(False)
    values = {net.symbols[n]: v for n, v in writer.values.items() if n in net.symbols}
    assert evaluate(net.counts.exact_flops, values) == operations(case)


@pytest.mark.parametrize("word", ELSE)
@given(data=st.data())
def test_what_is_not_counted(word: str, data: st.DataObject) -> None:
    """Nothing but MACs and biases is counted, apart from the sums of LeNet's subsampling."""
    case = data.draw(cases(word, ranks=1))
    assume(brute.count(case) is not None)
    net = symcnn.parse(Writer(letters=False).net([case]))
    assert net.counts.exact_flops == 0 == net.macs
