"""Values that are drawn for networks: valid by brute force, also where only few values are."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcnn
from symcnn.algebra.exact import Value
from symcnn.verify.drafts import Dice
from symcnn.verify.points import Points


def drawn(text: str, number: int = 30) -> list[dict[str, Value] | None]:
    points = Points(symcnn.parse(text))
    found = [points.draw(Dice(seed)) for seed in range(number)]
    return [point and {s.name: value for s, value in point.items()} for point in found]


@pytest.mark.parametrize(
    ("text", "meets"),
    [
        ("symbol I where I > 3", lambda v: v["I"] > 3),  # a text without layers
        ("symbol N, M where N == M + 1000\ninput N@9; conv 1 -> M", lambda v: v["N"] == v["M"] + 1000),
        ("symbol N, M where N*N == M + 100000\ninput N@9; conv 1 -> M",
         lambda v: v["N"] ** 2 == v["M"] + 100000),
        ("symbol N, M where M > 3, N % (M - 3) == 1\ninput N@M", lambda v: v["N"] % (v["M"] - 3) == 1),
        # at M = 3 there is no remainder: only another M leads on
        ("symbol N, M where N % (M - 3) == 1\ninput N@M", lambda v: v["N"] % (v["M"] - 3) == 1),
        ("symbol a, b where a rational, a > 0, b rational, b > 0, a == 3*b\ninput 3@9",
         lambda v: v["a"] == 3 * v["b"] and isinstance(v["a"], int | Fraction)),
    ],
)  # fmt: skip
def test_conditions_are_met(text: str, meets: object) -> None:
    found = drawn(text)
    assert None not in found
    assert all(meets(point) for point in found)  # type: ignore[operator]
    assert len({str(point) for point in found}) > 3


def test_what_stands_in_a_logarithm_stays_small() -> None:
    found = drawn("symbol M\ninput 1@9; conv 1 -> 1 + floor(log2(M))")
    assert None not in found
    assert 1 < max(point["M"] for point in found if point) <= 13


def test_where_no_value_is_found_there_is_none() -> None:
    """Fermat: no cube is the sum of two."""
    assert drawn("symbol A, B, C where A**3 + B**3 == C**3\ninput 1@9", 5) == [None] * 5
