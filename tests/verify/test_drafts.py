"""Programs as they are written line by line: what cannot stand is left out."""

from __future__ import annotations

import re

import pytest

import symcnn
from symcnn.verify.drafts import Dice, write_program


@pytest.mark.parametrize(
    ("maps", "first"), [(2, "a: input 2@9; p: relu; input 2@9; add p"), (3, r"input [1-4] @ \d+")]
)
def test_inputs_that_do_not_meet_make_room_for_one(maps: int, first: str) -> None:
    begin = (f"a: input 2@9; p: relu; input {maps}@9; add p",)
    for seed in range(20):
        text = write_program(Dice(seed), begin=begin, line=("tanh",), most=1, letters=False).text
        assert re.fullmatch(first + r"\n(a1: )?tanh", text)
        assert symcnn.parse(text).has_layers
