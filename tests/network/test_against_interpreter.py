"""Random programs: every formula of every label, at numbers, against the plain interpreter.

Branches, joins, defs, nested repeats with symbolic counts, indexed labels, several inputs,
shared weights. The interpreter unrolls everything and counts (interpreter.py).
"""

from __future__ import annotations

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from network.comparing import Narrow, compare
from network.programs import Program, near, programs

import symcnn

# What a text with symbols may be refused for although it stands at some numbers.
REFUSALS = (
    "the rounds of this repeat differ in a way that has no closed form",
    "in every round",
    "is not known to be one of",
    "need not be one",
)


def agrees(program: Program, numbers: object) -> None:
    try:
        compare(program.text, numbers)  # type: ignore[arg-type]
        event("agrees")
    except Narrow:
        event("valid for fewer numbers")
    except symcnn.SymcnnError as error:
        if not any(refusal in str(error) for refusal in REFUSALS):
            raise
        event("refused with symbols")


@settings(suppress_health_check=list(HealthCheck))
@given(programs())
def test_random_programs(program: Program) -> None:
    agrees(program, program.numbers)


@settings(suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_programs_at_the_edge(data: st.DataObject) -> None:
    """Numbers near by, where the network may no more stand: then the conditions say so."""
    program = data.draw(programs())
    agrees(program, data.draw(near(program.numbers)))
