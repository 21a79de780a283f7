"""What is said, and where, when a layer cannot stand."""

from __future__ import annotations

import pytest

import symcnn
from symcnn.errors import NetworkError

CASES = [
    ("conv 3 -> 4, groups 4", "groups 4", "6 input maps cannot be split into 4 groups"),
    ("conv 3 -> 4, groups 3", "groups 3", "4 output maps cannot be split into 3 groups"),
    ("deconv 3 -> 4, groups 4", "groups 4", "6 input maps cannot be split into 4 groups"),
    ("deconv 3 -> 4, groups 3", "groups 3", "4 output maps cannot be split into 3 groups"),
    ("depthwise 3 -> 9", "depthwise 3 -> 9", "9 maps are no multiple of the 6 that arrive"),
    ("conv 3 -> 2, table [2 of 7]", "table [2 of 7]", "a row of the table names 7 inputs, but 6 maps arrive"),
    (
        "conv 3 -> 1, table [[5, 9]]",
        "table [[5, 9]]",
        "the table names input map 9, but 6 arrive, counted from 0",
    ),
    ("conv 3 -> 4, table [3 of 2]", "table [3 of 2]", "the table has 3 rows for 4 maps"),
    (
        "conv 3 -> 4, table [4 of 2], groups 1 + 1",
        "groups 1 + 1",
        "a table says which maps are connected, so 'groups' says nothing",
    ),
    ("deconv 3 -> 1, outpad 1", "outpad 1", "outpad 1 must stay below the stride or the dilation"),
    (
        "deconv 3 -> 1, stride 1x2, dilation 1x2, outpad 0x2",
        "outpad 0x2",
        "outpad 2 must stay below the stride or the dilation",
    ),
    ("maxpool 3x4, pad 1:2 x 0", "pad 1:2 x 0", "the padding 2 is more than half of the window of 3"),
    ("avgpool 4, dilation 2, pad full", "pad full", "the padding 6 is more than half of the window of 7"),
    ("maxunpool 3, stride 2, pad 2", "pad 2", "the padding 2 is more than half of the window of 3"),
    ("split 4", "split 4", "6 maps cannot be split into 4 groups"),
    ("split 3, part 4", "part 4", "there are 3 parts, and no part 4"),
    ("shuffle 4", "shuffle 4", "6 maps cannot be split into 4 groups"),
    ("groupnorm 4", "groupnorm 4", "6 maps cannot be split into 4 groups"),
    ("pixelshuffle 2", "pixelshuffle 2", "6 maps are no multiple of the 4 that a block takes"),
    ("pixelunshuffle 4x3", "pixelunshuffle 4x3", "the extent 8 is no multiple of 3"),
    ("upsample -1/2", "upsample -1/2", "the factor -1/2 is not positive"),
    ("upsample 0", "upsample 0", "the factor 0 is not positive"),
]


@pytest.mark.parametrize(("layer", "marked", "fact"), CASES, ids=[layer for layer, *_ in CASES])
def test_message(layer: str, marked: str, fact: str) -> None:
    with pytest.raises(NetworkError) as caught:
        symcnn.parse(f"input 6@8x8; {layer}")
    said, text, below, *_ = str(caught.value).splitlines()
    assert said.endswith(f": error: {fact}")
    assert "".join(c for c, mark in zip(text, below, strict=False) if mark == "^") == marked
