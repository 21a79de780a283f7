"""What the oracle refuses, in its own words: texts that are no network, and what it does not know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symcnn.errors import SymcnnError
from symcnn.language import syntax
from symcnn.language.parser import parse, parse_expression
from symcnn.layers import vocabulary
from symcnn.source import Source
from symcnn.verify.oracle import arithmetic as a
from symcnn.verify.oracle.arithmetic import Invalid, Scope, Unknown
from symcnn.verify.oracle.claiming import judged, told
from symcnn.verify.oracle.interpreter import interpret
from symcnn.verify.oracle.reading import read_layer

REFUSED = {
    "input 1@9; upsample 0": (Invalid, "a factor is not positive"),
    "input 1@9; conv 1 -> floor(log2(1/2))": (Invalid, "log2 of 1/2"),
    "input 3@9; conv 1 -> 1, table [[0, 0]]": (Invalid, "a row names an input map twice"),
    "input 3@9; conv 1 -> 1, table [[0..1, 1..2]]": (Invalid, "a row names an input map twice"),
    "input 1@9; a: fc -> 3; input 3@9; add crop(a)": (Invalid, "no crop of () to (9,)"),
    "input 3@9; a: maxpool 3; input 3@9; add crop(a)": (Invalid, "no crop of (3,) to (9,)"),
    "input 4@9; b: { if maps > 2 { conv 1 -> 2 } else { conv 1 -> 2; relu } }; share b": (
        Invalid, "what is shared has other layers here",
    ),
    "input 1@9; a: conv 1 -> 1; add pad(a)": (Unknown, "pad(...) in a merge"),
    "input 1@9; repeat i in 1..2 { e[2]: relu }": (
        Unknown, "the index of e is not that of the repeat it stands in",
    ),
    "input 1@9; block(3)": (Unknown, "block"),
    "input 1@9; conv 3 -> root(4)": (Unknown, "root"),
    "input 1@9; c: conv 3 -> 4; conv 3 -> maps(c)": (Unknown, "maps"),
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused(text: str) -> None:
    kind, fact = REFUSED[text]
    with pytest.raises(SymcnnError) as caught:
        interpret(text)
    assert (type(caught.value), caught.value.fact) == (kind, fact)


def test_a_size_is_no_number() -> None:
    """The grammar lets none pass, so the tree is made by hand."""
    (step,) = parse(Source("size", "conv 3x3 -> 4"), vocabulary()).statements
    with pytest.raises(Unknown, match=r"^error: no number: Step"):
        a.value(step, Scope())
    assert a.value(parse_expression(Source("e", "3 - 1"), vocabulary()), Scope()) == 2


def test_an_attribute_that_is_not_known_is_not_passed_over() -> None:
    """As one would be that the language has learnt, and the oracle has not."""
    (step,) = parse(Source("layer", "conv 3 -> 4, stride 2"), vocabulary()).statements
    assert isinstance(step, syntax.Step) and isinstance(step.action, syntax.Layer)
    assert read_layer(step.action, 1, Scope()).stride == (2,)
    (stride,) = step.action.attributes
    other = replace(step.action, attributes=(replace(stride, name="stretch"),))
    with pytest.raises(Unknown, match=r"^error: the attribute stretch$"):
        read_layer(other, 1, Scope())


CLAIMS = {
    "input 1@9; relu; assert flops == 0": True,
    "input 2@9; conv 3 -> 4; assert flops == 2*macs": True,
    "input 2@9; conv 3 -> 4; assert flops == macs": False,
    "input 2@9; c: conv 3 -> 4; assert params(c + 1) == 28": None,
    "input 2@9; if 1 > 2 { relu; assert params == 0 }": None,
}


@pytest.mark.parametrize("text", CLAIMS)
def test_claims_are_true_or_false_or_not_known(text: str) -> None:
    expected = CLAIMS[text]
    assert [true for _, true in judged(text)] == ([] if "if" in text else [expected])
    assert [true for _, true in told(interpret(text))] == ([] if "if" in text else [expected])


def test_a_shape_where_no_tensor_arrives_is_not_known() -> None:
    found = interpret("repeat 0 { input 1@9 } => 1@9\ninput 1@9; relu => 1@9; relu => 1@8")
    assert [true for _, true in told(found)] == [None, True, False]
