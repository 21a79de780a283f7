"""What stands in place of an attribute that is not given, and the least value of each."""

from __future__ import annotations

import pytest

import symcnn
from symcnn.errors import NetworkError

DEFAULTS = [
    ("leakyrelu", "leakyrelu 1/100"),
    ("elu", "elu 1"),
    ("lrn", "lrn 5"),
    ("dropout", "dropout 1/2"),
    ("conv 3 -> 4", "conv 3x3 -> 4, stride 1, pad valid, dilation 1, groups 1"),
    ("depthwise 3x2", "depthwise 3x2, stride 1x1, pad valid, dilation 1x1"),
    ("local 3 -> 4", "local 3 -> 4, stride 1, pad valid, dilation 1"),
    ("deconv 3 -> 4", "deconv 3 -> 4, stride 1, pad valid, dilation 1, groups 1, outpad 0"),
    ("maxpool 3x2", "maxpool 3x2, stride 3x2, pad valid, dilation 1"),
    ("avgpool 3x2", "avgpool 3x2, stride 3x2, pad valid, dilation 1"),
    ("subsample 3x2", "subsample 3x2, stride 3x2, pad valid, dilation 1"),
    ("maxunpool 3x2", "maxunpool 3x2, stride 3x2, pad valid, dilation 1"),
    ("split 3", "split 3, part 1"),
]
LEAST = [  # with the least value of X
    *((f"{word} X -> 6", "size", 1) for word in ("conv", "depthwise", "local", "deconv")),
    *((f"{word} X", "size", 1) for word in ("maxpool", "avgpool", "subsample", "maxunpool")),
    *((f"{word} 1 -> X", "number of maps", 1) for word in ("conv", "local", "deconv")),
    *((f"{word} -> X", "number of units", 1) for word in ("fc", "dense", "rbf")),
    *(
        (f"{layer}, {word} X", word, least)
        for layer in ("conv 1 -> 6", "maxpool 1", "deconv 1 -> 6", "maxunpool 1")
        for word, least in (("stride", 1), ("dilation", 1), ("pad", 0))
    ),
    ("conv 1 -> 6, groups X", "groups", 1),
    ("deconv 1 -> 6, groups X", "groups", 1),
    ("deconv 1 -> 6, outpad X", "outpad", 0),
    ("split 6, part X", "part", 1),
    *((f"{word} X", "size", 1) for word in ("lrn", "split", "shuffle", "groupnorm")),
    *((f"{word} X", "size", 1) for word in ("pixelshuffle", "pixelunshuffle")),
    *((f"{word} X", "size", 1) for word in ("adaptiveavgpool", "adaptivemaxpool")),
    *((f"{word} X", "size", 0) for word in ("pad", "crop")),
]


def put(layer: str, value: int) -> str:
    return f"input 6 @ 12x12\na1: {layer.replace('X', str(value))}\n"


@pytest.mark.parametrize(("short", "written"), DEFAULTS, ids=[short for short, _ in DEFAULTS])
def test_what_is_not_given(short: str, written: str) -> None:
    both = [symcnn.parse(f"input 6 @ 12x12\na1: {layer}\n")["a1"].layer for layer in (short, written)]
    assert both[0] == both[1]
    assert hash(both[0]) == hash(both[1])


@pytest.mark.parametrize(("layer", "what", "least"), LEAST, ids=[layer for layer, *_ in LEAST])
def test_the_least_value(layer: str, what: str, least: int) -> None:
    assert symcnn.parse(put(layer, least))["a1"].layer.word == layer.split()[0]
    with pytest.raises(NetworkError) as caught:
        symcnn.parse(put(layer, least - 1))
    fact = f"the {what} of {layer.split()[0]} must be at least {least}, not {least - 1}"
    assert caught.value.fact == fact


@pytest.mark.parametrize("layer", ["leakyrelu -2", "leakyrelu 0", "elu -1/3", "dropout 0", "upsample 1/4"])
def test_any_number_where_there_is_no_least(layer: str) -> None:
    assert symcnn.parse(f"input 6 @ 12x12\na1: {layer}\n").params == 0


@pytest.mark.parametrize(
    ("layer", "needed"),
    [
        *((word, "its size") for word in ("maxpool", "upsample", "split", "groupnorm", "pad", "shuffle")),
        *((f"{word} 3", "the number of its maps") for word in ("conv", "local", "deconv")),
        *((word, "the number of its maps") for word in ("fc", "dense", "rbf")),
    ],
)
def test_what_must_be_given(layer: str, needed: str) -> None:
    with pytest.raises(NetworkError) as caught:
        symcnn.parse(f"input 6 @ 12x12\na1: {layer}\n")
    assert caught.value.fact == f"'{layer.split()[0]}' needs {needed}"


def test_layers_are_equal_by_word_and_values() -> None:
    texts = (
        "conv 3 -> 6",
        "conv 3 -> 6, stride 2",
        "local 3 -> 6",
        "conv 3 -> 6, no bias",
        "relu",
        "silu",
        "swish",
    )
    layers = [symcnn.parse(f"input 6 @ 12x12\na1: {text}\n")["a1"].layer for text in texts]
    again = [symcnn.parse(f"input 5 @ 9x9\nb: {text}\n")["b"].layer for text in texts]
    assert [a == b for a in layers for b in again] == [i == j for i in range(7) for j in range(7)]
    assert len({*layers, *again}) == 7
    assert [layer.name for layer in layers] == [text.split()[0] for text in texts]


def test_fields_are_given_by_name() -> None:
    """Their order is that of the text, and no part of the interface."""
    layer = type(symcnn.parse("input 6 @ 12\na1: leakyrelu\n")["a1"].layer)
    flagged = type(symcnn.parse("input 6 @ 12\na1: prelu, shared\n")["a1"].layer)
    for kind in (layer, flagged):
        with pytest.raises(TypeError, match="positional"):
            kind(1)  # type: ignore[call-arg]
