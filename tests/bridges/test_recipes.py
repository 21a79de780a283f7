"""What each layer becomes for PyTorch: the lines that make it and apply it, in full.

The expected lines were written by PyTorch's documentation; that PyTorch has the same shapes and numbers
is tested where PyTorch is installed (test_torch.py).
"""

from __future__ import annotations

import pytest
from bridges import reading

import symcnn
from symcnn.bridges import recipes
from symcnn.bridges.source import to_source
from symcnn.errors import UsageError
from symcnn.layers import registry
from symcnn.layers.activation import Mish
from symcnn.layers.merge import Merge


def lines(text: str) -> list[str]:
    """Return what `__init__` and `forward` say of a network, without their heads."""
    printed = to_source(symcnn.parse(text))
    body = printed[printed.rindex("super().__init__()\n") :].splitlines()[1:]
    heads = ("def forward", "#", "return x")
    return [line for line in map(str.strip, body) if line and not line.startswith(heads)]


RECIPES = {
    "input 6@5; local 3 -> 4, fixed": [
        "self.local1 = LocalConv(6, 4, size=(3,), kernel=(3,))",
        "self.local1.requires_grad_(False)",
        "x = self.local1(x)  # 4 @ 3",
    ],
    "input 6@5x7; local 2 -> 4, stride 1x2, dilation 2x1, no bias, pad 1:0 x 2": [
        "self.local1 = LocalConv(",
        "6, 4, size=(4, 5), kernel=(2, 2), stride=(1, 2), dilation=(2, 1), bias=False",
        ")",
        "x = self.local1(F.pad(x, (2, 2, 1, 0)))  # 4 @ 4 x 5",
    ],
    "input 4@6; conv 1 -> 3, table [[0, 1], 2 of 3]": [
        "self.conv1 = TableConv(((0, 1), (0, 1, 2), (1, 2, 3)), 4, kernel=(1,))",
        "x = self.conv1(x)  # 3 @ 6",
    ],
    "input 4@6x6; deconv 2 -> 3, stride 3, pad same": [
        "self.deconv1 = nn.ConvTranspose2d(",
        "4, 3, kernel_size=2, stride=3, output_padding=1",
        ")",
        "x = self.deconv1(x)  # 3 @ 18 x 18",
    ],
    "input 4@6x6; deconv 4x2 -> 3, stride 3x2, pad same": [
        "self.deconv1 = nn.ConvTranspose2d(4, 3, kernel_size=(4, 2), stride=(3, 2))",
        "x = F.pad(self.deconv1(x), (0, 0, 0, -1))  # 3 @ 18 x 12",
    ],
    "input 3@8x8; maxpool 3, stride 2, pad same": [
        "self.maxpool1 = nn.MaxPool2d(3, stride=2)",
        'x = self.maxpool1(F.pad(x, (0, 1, 0, 1), value=float("-inf")))  # 3 @ 4 x 4',
    ],
    "input 3@7; maxpool 3, stride 3, ceil, pad 0:1": [  # 3 windows of 3, the last of which ends at 9
        "self.maxpool1 = nn.MaxPool1d(3)",
        'x = self.maxpool1(F.pad(x, (0, 2), value=float("-inf")))  # 3 @ 3',
    ],
    "input 3@9; avgpool 3, stride 2, dilation 2": [
        "self.avgpool1 = DilatedAvgPool((3,), (2,), (2,))",
        "x = self.avgpool1(x)  # 3 @ 3",
    ],
    "input 3@3x4; maxunpool 3x2, stride 2, pad 1 x 0": [
        "self.maxunpool1 = Unpool((2, 2), (5, 8))",
        "x = self.maxunpool1(x)  # 3 @ 5 x 8",
    ],
    "input 6@1; flatten; dense -> 4": [
        "self.dense1 = nn.Linear(6, 4)",
        "x = x.flatten(1)  # 6",
        "x = self.dense1(x)  # 4",
    ],
    "input 6@4x4x4x4; batchnorm": [
        "self.batchnorm1 = nn.BatchNorm1d(6)",
        "x = self.batchnorm1(input1.flatten(2)).reshape_as(input1)  # 6 @ 4 x 4 x 4 x 4",
    ],
    "input 6@4x4; groupnorm 3, no bias": [
        "self.groupnorm1 = without_bias(nn.GroupNorm(3, 6))",
        "x = self.groupnorm1(x)  # 6 @ 4 x 4",
    ],
    "input 6@4x4; instancenorm": [
        "self.instancenorm1 = nn.InstanceNorm2d(6)",
        "x = self.instancenorm1(x)  # 6 @ 4 x 4",
    ],
    "input 6@4; instancenorm, affine": [
        "self.instancenorm1 = nn.InstanceNorm1d(6, affine=True)",
        "x = self.instancenorm1(x)  # 6 @ 4",
    ],
    "input 6@1x1; instancenorm": [
        "self.instancenorm1 = nn.GroupNorm(6, 6, affine=False)",
        "x = self.instancenorm1(x)  # 6 @ 1 x 1",
    ],
    "input 6@1x1; instancenorm, affine": [
        "self.instancenorm1 = nn.GroupNorm(6, 6)",
        "x = self.instancenorm1(x)  # 6 @ 1 x 1",
    ],
    "input 6@4x4; lrn 3": [
        "self.lrn1 = nn.LocalResponseNorm(3)",
        "x = self.lrn1(x)  # 6 @ 4 x 4",
    ],
    "input 6@1; flatten; lrn 3": [
        "self.lrn1 = nn.LocalResponseNorm(3)",
        "x = x.flatten(1)  # 6",
        "x = self.lrn1(x.unsqueeze(2)).squeeze(2)  # 6",
    ],
    "input 6@4x5; upsample 2x3": [
        "self.upsample1 = nn.Upsample(scale_factor=(2, 3))",
        "x = self.upsample1(x)  # 6 @ 8 x 15",
    ],
    "input 6@4x6; upsample 3/2": [
        "self.upsample1 = nn.Upsample(size=(6, 9))",
        "x = self.upsample1(x)  # 6 @ 6 x 9",
    ],
    "input 12@4x4; pixelshuffle 2": [
        "self.pixelshuffle1 = nn.PixelShuffle(2)",
        "x = self.pixelshuffle1(x)  # 3 @ 8 x 8",
    ],
    "input 12@4x4; pixelshuffle 2x3": [
        "self.pixelshuffle1 = PixelShuffleNd((2, 3))",
        "x = self.pixelshuffle1(x)  # 2 @ 8 x 12",
    ],
    "input 3@4; pixelunshuffle 2": [
        "self.pixelunshuffle1 = PixelUnshuffleNd((2,))",
        "x = self.pixelunshuffle1(x)  # 6 @ 2",
    ],
    "input 3@4x4; flatten; flatten": ["x = x.flatten(1)  # 48"],
    "input 3@4x4; add { swish }": ["self.swish1 = nn.SiLU()", "x = self.swish1(x)  # 3 @ 4 x 4"],
}


@pytest.mark.parametrize("text", RECIPES)
def test_the_lines_of_a_layer(text: str) -> None:
    assert lines(text) == RECIPES[text]


def test_every_layer_has_a_recipe() -> None:
    known = {word for word, cls in registry().items() if set(cls.__mro__) & set(recipes.RECIPES)}
    assert known == set(registry()) and not any(issubclass(cls, Merge) for cls in registry().values())


def test_a_layer_without_a_recipe_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(recipes.RECIPES, Mish)
    with pytest.raises(UsageError) as caught:
        to_source(symcnn.parse("input 3@4x4; relu; last: mish"))
    assert str(caught.value) == "error: 'last': there is no 'mish' for PyTorch"


def test_weights_that_fit_in_number_but_not_in_pytorch() -> None:
    """A convolution of one position has as many weights on one axis as on two; PyTorch has two classes."""
    net = symcnn.parse("input 3@4x4; a: conv 1 -> 3; b: input 3@5; again: share a")
    assert net.params == 3 * 3 + 3
    with pytest.raises(UsageError) as caught:
        to_source(net)
    assert str(caught.value) == "error: 'again' would need another layer than 'a'"


def test_a_text_without_layers() -> None:
    with pytest.raises(UsageError) as caught:
        to_source(symcnn.parse("let a = 1"))
    assert str(caught.value) == "error: there is nothing to export: the text has no layers"


# ------------------------------------------------------------------ lines that are too long
A, B, C = "a" * 40, "b" * 40, "c" * 60
LONG = {
    f"{A}: input 3@4x4; {B}: relu; {C}: add {A}; tanh; add {C}": f"""\
        {C} = (
            x + {A}
        )
        # 3 @ 4 x 4
        x = self.tanh1({C})
        # 3 @ 4 x 4
        x = x + {C}
        return x
""",
    f"{A}: input 3@4x4; {B}: relu; multiply {A}, {B}": f"""\
        x = (
            {B}
            * {A}
            * {B}
        )
        return x
""",
    f"{C}: input 3@4x4; {A}: maxpool 2, stride 1, pad same; add {C}": f"""\
        x = self.{A}(
            F.pad(
                {C},
                (0, 1, 0, 1),
                value=float("-inf"),
            ),
        )
        # 3 @ 4 x 4
        x = x + {C}
        return x
""",
}


@pytest.mark.parametrize("text", LONG, ids=["sum", "product", "call"])
def test_long_lines_are_broken(text: str) -> None:
    printed = to_source(symcnn.parse(text))
    assert printed.endswith(LONG[text])
    assert reading.program(printed).name == "Network"  # it is still Python
