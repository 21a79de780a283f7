"""Printed programs: golden texts, arguments and shapes read without PyTorch, names that are harmless."""

from __future__ import annotations

import ast
import os
from itertools import zip_longest
from pathlib import Path

import pytest
from bridges import reading

import symcnn
from symcnn.bridges.layout import WIDTH
from symcnn.bridges.source import to_source
from symcnn.errors import UsageError
from symcnn.network.model import Model

DATA = Path(__file__).parents[1] / "data" / "bridges"
BRANCHES = """
symbol I = 8, D where D >= 2
left: input 2 @ I x I
stem: conv 3x3 -> 4, pad 1:1 x 0:2; relu
def block() { add { | conv 1x1 -> maps, no bias; batchnorm | identity }; relu }
repeat i in 1..D { e[i]: block(); maxpool 2, ceil }
tail: deconv 3x3 -> 4, stride 2, pad 1, outpad 1
concat crop(e[2]), crop(stem)
shared: conv 1x1 -> 12, fixed
again: share shared
right: input 12 @ 2 x 2
multiply { | identity | globalpool; dense -> 12; sigmoid }
both: add crop(again)
output both, tail
"""


def golden(name: str, text: str) -> None:
    """Compare with a file; SYMCNN_GOLDEN=write accepts what is printed now."""
    path = DATA / f"{name}.txt"
    if os.environ.get("SYMCNN_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def at_defaults(name: str, net: str = "") -> Model:
    whole = symcnn.zoo(name)
    found = whole.nets[net] if net else whole
    return found.at(found.defaults)


def test_golden_source_of_lenet5() -> None:
    golden("lenet5", to_source(at_defaults("lenet5")))


def test_golden_source_with_branches_and_a_repeat() -> None:
    golden("branches", to_source(symcnn.parse(BRANCHES, name="branches.cnn").at(I=8, D=3)))


# ------------------------------------------------------------------ without PyTorch
ZOO = [
    *(("alexnet_torchvision", ""), ("darknet19", ""), ("googlenet", ""), ("shufflenet_v2", "")),
    *(("resnet", "basic"), ("resnet", "bottleneck"), ("densenet", "densenet"), ("unet", "unet")),
    *(("mobilenet_v2", "mobilenet_v2"), ("squeezenet", "v1_0"), ("convnext", ""), ("xception", "")),
    *(
        ("efficientnet", "efficientnet"),
        ("inception_v3", "inception_v3"),
        ("vgg", "vgg_bn"),
        ("nin", "imagenet"),
    ),
]


@pytest.mark.parametrize(("name", "net"), ZOO, ids=lambda value: value or "all")
def test_arguments_and_shapes_of_the_zoo(name: str, net: str) -> None:
    model = at_defaults(name, net)
    text = to_source(model)
    made = reading.layers(text)
    assert sum(map(reading.params, made.values())) == model.params + model.fixed
    arriving = next(iter(model.root.leaves)).output
    found, returned = reading.shapes(text, tuple(map(int, (arriving.maps, *arriving.extents))))
    assert returned == tuple(map(int, (model.maps, *model.extents)))
    pairs = zip_longest(found, reading.comments(text))
    assert [pair for pair in pairs if pair[0] != pair[1]] == []
    assert len(found) > 15


def test_a_wrong_argument_is_found() -> None:
    text = to_source(symcnn.parse("input 3@9x9; conv 3 -> 4, stride 2; maxpool 2; fc -> 5"))
    right = reading.shapes(text, (3, 9, 9))
    assert right == ([(4, 4, 4), (4, 2, 2), (5,)], (5,))
    assert reading.comments(text) == right[0]
    wrong = text.replace("stride=2", "stride=3")
    with pytest.raises(AssertionError):
        reading.shapes(wrong, (3, 9, 9))
    assert sum(map(reading.params, reading.layers(text).values())) == 3 * 4 * 9 + 4 + 16 * 5 + 5


# ------------------------------------------------------------------ what every program is like
def test_a_program_is_the_same_every_time_and_narrow() -> None:
    model = at_defaults("mobilenet_v3", "large")
    text = to_source(model)
    assert text == to_source(at_defaults("mobilenet_v3", "large"))
    assert max(map(len, text.splitlines())) <= WIDTH + 4  # names of its own may be long
    assert text.endswith("return x\n")
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_an_input_at_the_end_keeps_its_name() -> None:
    """As `x` it was lost where the layers between have that name."""
    text = to_source(symcnn.parse("a: input 1@5; conv 3 -> 4; relu; input 2@5"))
    assert "def forward(self, a: Tensor, input1: Tensor) -> Tensor:" in text
    assert text.endswith("        return input1\n")
    assert to_source(symcnn.parse("input 2@5")).endswith("        return x\n")


def test_only_what_is_used_is_imported() -> None:
    text = to_source(symcnn.parse("input 3@9x9; relu"))
    assert [line for line in text.splitlines() if "import" in line] == ["from torch import Tensor, nn"]
    text = to_source(symcnn.parse("input 3@9x9; pad 1; rbf -> 2"))
    assert [line for line in text.splitlines() if "import" in line] == [
        "import torch", "import torch.nn.functional as F", "from torch import Tensor, nn",
    ]  # fmt: skip
    assert "class Rbf" in text and "class Scale" not in text and "def uniform" in text


@pytest.mark.parametrize(
    "name",
    [
        '"""\nimport os\nos.system("x")\n"""', "a\\", "\\u0022\\u0022", "x\u202ey.cnn", "\u2028print(1)",
        "a'''b", "class.cnn", "3.cnn", "Scale.cnn", "",
    ],
)  # fmt: skip
def test_names_of_files_cannot_become_code(name: str) -> None:
    net = symcnn.parse("input 3@9x9; scale", name=name)
    tree = ast.parse(to_source(net))
    kinds = [type(node).__name__ for node in tree.body]
    assert kinds == ["Expr", "Import", "ImportFrom", "ClassDef", "ClassDef"]
    assert isinstance(tree.body[0], ast.Expr) and isinstance(tree.body[0].value, ast.Constant)
    assert len({node.name for node in tree.body if isinstance(node, ast.ClassDef)}) == 2


def test_names_of_nets_cannot_become_code() -> None:
    net = symcnn.parse("net \"a 'b' (c): import os; #\" { input 3@9x9; relu }").nets[
        "a 'b' (c): import os; #"
    ]
    assert reading.program(to_source(net)).name == "NetworkABCImportOs"


def test_labels_that_mean_something_to_python_or_pytorch() -> None:
    labels = ["train", "forward", "lambda", "F", "self", "torch", "match", "_modules", "__class__", "conv1_1"]
    lines = "; ".join(f"{label}: prelu" for label in labels)
    text = to_source(symcnn.parse(f"input 3@9x9; {lines}; repeat 2 {{ conv1: {{ prelu }} }}; add train, F"))
    assert list(reading.layers(text)) == [
        "train_", "forward_", "lambda_", "F_", "self_", "torch_", "match_", "n_modules", "n__class",
        "conv1_1", "conv1_1_prelu1", "conv1_2_prelu1",
    ]  # fmt: skip
    assert text.rstrip().endswith("x = x + train_ + F_  # 3 @ 9 x 9\n        return x")


def test_two_labels_that_become_one_name() -> None:
    text = to_source(symcnn.parse("input 3@9x9; a: { b: relu }; a_b: tanh"))
    assert list(reading.layers(text)) == ["a_b", "a_b_2"]


# ------------------------------------------------------------------ what cannot be
def test_free_symbols_are_named() -> None:
    with pytest.raises(UsageError) as caught:
        to_source(symcnn.parse("symbol I, N; input 3@I x I; conv 3 -> N"))
    assert str(caught.value) == (
        "error: the symbols I, N have no values\n"
        "  = hint: give numbers: at(I=...), or --at I=...; `defaults` are those of the text"
    )
    with pytest.raises(UsageError) as caught:
        to_source(symcnn.parse("input 3@8x8; conv 3 -> N"))
    assert caught.value.fact == "the symbol N has no value"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "input 1@3x3x3x3; c: conv 1 -> 2",
            "error: 'c': PyTorch has no 'conv' on 4 axes\n  = hint: it knows one to 3 axes",
        ),
        (
            "input 1@3x3x3x3; relu; b: { globalpool }",
            "error: 'b.globalpool1': PyTorch has no 'globalpool' on 4 axes\n  = hint: it knows one to 3 axes",
        ),
        (
            "input 1@9; d: dropout 3/2",
            "error: 'd': PyTorch drops a share from 0 to 1, not 3/2\n  = hint: dropout 0.5",
        ),
        (
            "input 1@5_000_000_000 x 5_000_000_000; relu",
            "error: 'input1' has 25000000000000000000 values, more than PyTorch can count",
        ),
        (
            "input 1_000_000_000@5; a: fc -> 100_000_000_000; b: relu",
            "error: 'a' has 500000000100000000000 weights, more than PyTorch can count",
        ),
        (  # each is counted in bytes, twice
            "input 1@3_000_000_000 x 3_000_000_000; relu",
            "error: 'input1' has 9000000000000000000 values, more than PyTorch can count",
        ),
        (
            "input 1@9; repeat 10_001 { relu }",
            "error: with all rounds written out there are more than 10,000 layers",
        ),
        (
            "net a { input 1@9 }; net b { input 1@8 }",
            "error: <text> holds 2 networks\n  = hint: take one of 'a', 'b'",
        ),
    ],
    ids=lambda value: value.split(";")[0],
)  # fmt: skip
def test_what_cannot_be_written(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        to_source(symcnn.parse(text))
    assert str(caught.value) == message
