"""Operations counted one by one (the convention `exact`): from the listed connections of every unit."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from layers import brute
from layers.brute import SUMS, operations
from layers.cases import Writer, cases

import symcnn
from symcnn.algebra.exact import evaluate
from symcnn.errors import NetworkError
from symcnn.layers import registry

ELSE = sorted(set(registry()) - {*SUMS, "subsample", "deconv", "input"})


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
