"""symcnn explain: the golden file, and that every working is true."""

from __future__ import annotations

import pytest
from cli.console import Case, check, golden

import symcnn
from symcnn.verbs.explainer import explain

LAYERS = """
conv 3x3 -> 8
conv 3x5 -> 8, stride 2, pad same
conv 3 -> 8, pad half, dilation 2, groups 2
conv 2 -> 8, pad 1:0, no bias
conv 3 -> 8, pad 1:0 x 2:1
conv 3 -> 4, table [0..2, [3], 1..2, 0..3]
conv 3 -> 3, table [1 of 4, 2 of 3]
depthwise 3 -> 8
depthwise 3, pad full
local 3 -> 2, fixed
deconv 3 -> 8, stride 2, pad 1
deconv 2 -> 4, stride 2, outpad 1
deconv 2 -> 4, stride 2, pad same
maxpool 2
maxpool 3, stride 2, pad 1, ceil
avgpool 3x2
subsample 2
subsample 3, ceil, no bias
globalpool
adaptiveavgpool 3
adaptivemaxpool 3x4
fc -> 10
dense -> 7, no bias
rbf -> 5, fixed
batchnorm
lrn
dropout 0.3
relu
prelu
prelu, shared
pad 1:2
crop 1
upsample 2
upsample 3/2
deconv 3 -> 8, stride 2, pad 0:2, outpad 1
split 2, part 2
shuffle 2
flatten
identity
softmax
scale
pixelunshuffle 1
pixelshuffle 2
groupnorm 2
instancenorm, affine
layernorm
maxunpool 2
""".strip().splitlines()


@pytest.mark.parametrize("case", golden("explain"))
def test_golden(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("extents", ["9 x 7", "I x I", "I x 7"])
@pytest.mark.parametrize("layer", LAYERS)
def test_formula_with_values_is_the_result(layer: str, extents: str) -> None:
    net = symcnn.parse(f"symbol I where I >= 9; input 4 @ {extents}; layer: {layer}")
    at = {"I": 13} if net.symbols else {}
    for step in explain(net, "layer").steps:
        values = {letter: value.subs(at) for letter, value in step.values.items()}
        computed = step.formula.subs(values, simultaneous=True)
        assert computed.subs(at) == step.result.subs(at), step.measure
