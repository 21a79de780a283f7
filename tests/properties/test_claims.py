"""`a ~ 61.0M`: equal at the precision that is written, by the decimal digits themselves."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import example, given
from hypothesis import strategies as st

import symcnn

SUFFIXES = {"": 0, "k": 3, "M": 6, "G": 9}


@given(
    st.integers(1, 999),
    st.integers(0, 3),
    st.sampled_from(sorted(SUFFIXES)),
    st.integers(-1200, 1200),
)
@example(61, 0, "M", 500)
@example(61, 0, "M", -500)
@example(61, 0, "M", 499)
@example(61, 0, "M", -501)
def test_about_equal_is_half_a_unit_in_the_last_place(
    digits: int, decimals: int, suffix: str, thousandths: int
) -> None:
    """`~` holds iff the value rounds to what is written; just half a unit more is the next number."""
    written = Decimal(digits).scaleb(-decimals)
    unit = Decimal(1).scaleb(SUFFIXES[suffix] - decimals)
    value = written.scaleb(SUFFIXES[suffix]) + unit * thousandths / 1000
    rounded = (value / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) if value > 0 else Decimal(0)
    up = value > 0 and rounded == digits
    top, bottom = value.as_integer_ratio()
    text = f"input 1 @ 9; conv 1 -> 1; assert ({top})/{bottom} ~ {written:f}{suffix}"
    if top <= 0:
        return
    (verdict,) = symcnn.parse(text).check()
    assert verdict.outcome == ("proved" if up else "refuted")
