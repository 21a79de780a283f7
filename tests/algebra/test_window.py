"""Windows are a monoid that acts on extents, in letters and in numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import thorough
from sympy import Integer, S, expand

from symcnn.algebra.quotient import FloorDiv, ceil_div
from symcnn.algebra.window import Window
from symcnn.symbols import symbol

IDENTITY = Window()

WINDOWS = st.builds(
    lambda *numbers: Window(*map(Integer, numbers)),
    *(st.integers(1, 9), st.integers(1, 5), st.integers(-3, 6), st.integers(-3, 6)),
)
EXTENTS = st.one_of(st.integers(1, 60), st.integers(2**63, 2**70))
I = symbol("I")


def lettered(number: int) -> Window:
    return Window(*(symbol(f"{letter}{number}") for letter in ("R", "J", "P", "B")))


def same(one: Window, other: Window) -> bool:
    pairs = zip(_parts(one), _parts(other), strict=True)
    return all(expand(a - b) == 0 for a, b in pairs)


def _parts(w: Window) -> tuple[object, ...]:
    return w.size, w.jump, w.before, w.after


def positions(w: Window, extent: int) -> int:
    """Count the window positions in a loop."""
    end, at = extent + int(w.after), -int(w.before)
    found = 0
    while at + int(w.size) <= end:
        found, at = found + 1, at + int(w.jump)
    return found


def taps(w: Window, o: int) -> set[int]:
    first = o * int(w.jump) - int(w.before)
    return set(range(first, first + int(w.size)))


# ------------------------------------------------------------------ the laws, in letters
def test_composition_is_associative() -> None:
    a, b, c = map(lettered, (1, 2, 3))
    assert same(a.then(b).then(c), a.then(b.then(c)))


def test_the_identity_is_neutral() -> None:
    w = lettered(1)
    assert same(IDENTITY.then(w), w) and same(w.then(IDENTITY), w)
    assert IDENTITY.out(I) == I


def test_composition_acts_as_one_after_the_other() -> None:
    a, b, c = map(lettered, (1, 2, 3))
    assert b.out(a.out(I)) == a.then(b).out(I)
    assert c.out(b.out(a.out(I))) == a.then(b).then(c).out(I)


def test_composition_does_not_commute() -> None:
    a, b = lettered(1), lettered(2)
    assert not same(a.then(b), b.then(a))


@pytest.mark.parametrize("jump", [S(2), S(3), symbol("J")])
def test_a_power_has_a_closed_form(jump: Integer) -> None:
    """D equal windows in a row: (1 + (R - 1) g, J^D, A g, B g), g = 1 + J + ... + J^(D - 1)."""
    w = Window(symbol("R"), jump, symbol("P"), symbol("B"))
    power, g = IDENTITY, S.Zero
    for depth in range(5):
        closed = Window(1 + (w.size - 1) * g, jump**depth, w.before * g, w.after * g)
        assert same(power, closed)
        power, g = power.then(w), g + jump**depth


# ------------------------------------------------------------------ the laws, in numbers
@thorough
@given(WINDOWS, WINDOWS, WINDOWS, EXTENTS)
def test_laws_in_numbers(a: Window, b: Window, c: Window, extent: int) -> None:
    assert a.then(b).then(c) == a.then(b.then(c))
    assert a.then(IDENTITY) == a == IDENTITY.then(a)
    assert b.out(a.out(Integer(extent))) == a.then(b).out(Integer(extent))


@thorough
@given(WINDOWS, st.integers(1, 60))
def test_the_size_counts_positions(w: Window, extent: int) -> None:
    out = w.out(Integer(extent))
    assert max(out, 0) == positions(w, extent)
    assert (out >= 1) == (extent >= w.least)


@given(WINDOWS, st.integers(1, 60))
def test_exactly_jump_inputs_give_a_size(w: Window, o: int) -> None:
    given_o = [i for i in range(-60, 600) if w.out(Integer(i)) == o]
    first = w.jump * (o - 1) + w.least
    assert given_o == list(range(int(first), int(first + w.jump)))


@given(WINDOWS, WINDOWS, st.integers(0, 5))
def test_what_is_seen_composes(a: Window, b: Window, o: int) -> None:
    reached = {i for middle in taps(b, o) for i in taps(a, middle)}
    both = taps(a.then(b), o)
    assert (min(reached), max(reached)) == (min(both), max(both))
    if o == 0:
        assert a.then(b).centre == Integer(min(reached) + max(reached)) / 2


def test_known_chains() -> None:
    alexnet = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2, 0)]
    whole = IDENTITY
    for size, jump, pad in alexnet:
        whole = whole.then(Window(Integer(size), Integer(jump), Integer(pad), Integer(pad)))
    assert (whole.size, whole.jump, whole.least) == (195, 32, 67)
    assert whole.out(I) == FloorDiv(I - 67, 32) + 1
    halving = Window(S(3), S(2), S(1), S(1))
    assert halving.then(halving).out(I) == ceil_div(I, 4)
