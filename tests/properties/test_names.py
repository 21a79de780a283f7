"""Property 40: each name stands for what is written nearest around it, and nothing else depends on names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import thorough

import symcnn
from symcnn.errors import NetworkError

NAMES = ("a", "b", "c", "width")
NUMBERS = st.integers(1, 9)
BODY = "input 2 @ 9x9; conv 1x1 -> {}; relu"


def maps(text: str) -> int:
    return int(symcnn.parse(text).maps)


@thorough
@given(st.permutations(NAMES), NUMBERS, NUMBERS, NUMBERS)
def test_a_rule_sees_the_names_around_its_own_text(names: list[str], n: int, m: int, k: int) -> None:
    """A let or a def keeps its meaning where the caller gives the same name to something else."""
    outer, parameter, rule, block = names
    rules = f"let {outer} = {n}; let {rule}({parameter}) = {parameter} + 10*{outer}; "
    call = f"def {block}({outer}) {{ conv 1x1 -> {rule}({m}) }}; input 2 @ 9x9; {block}({k})"
    assert maps(rules + call) == m + 10 * n
    inner = f"let {outer} = {n}; def {rule}() {{ conv 1x1 -> {outer} }}; "
    called = f"def {block}({outer}) {{ {rule}() }}; input 2 @ 9x9; {block}({k})"
    assert maps(inner + called) == n


@thorough
@given(st.lists(NUMBERS, min_size=1, max_size=5), st.sampled_from(NAMES))
def test_the_nearest_name_counts(values: list[int], name: str) -> None:
    """Blocks within blocks that all define a name: inside, the innermost; behind, the outer one again."""
    text, found = "", []
    for value in values:
        text += f"{{ let {name} = {value}; "
    for value in reversed(values):
        text += f"conv 1x1 -> {name} }}; "
        found.append(value)
    net = symcnn.parse("input 2 @ 9x9; " + text)
    assert [int(part.maps) for part in net.root.leaves][1:] == found


@given(st.sampled_from(NAMES), NUMBERS)
def test_a_parameter_hides_what_is_outside(name: str, n: int) -> None:
    text = (
        f"let {name} = 50; def f({name}) {{ conv 1x1 -> {name} }}; input 2 @ 9x9; f({n}); conv 1x1 -> {name}"
    )
    assert [int(part.maps) for part in symcnn.parse(text).root.leaves] == [2, n, 50]
    default = f"let {name} = {n}; def f(M = 2*{name}) {{ conv 1x1 -> M }}; input 2 @ 9x9; f()"
    assert maps(default) == 2 * n


def test_a_name_of_a_block_is_not_known_behind_it() -> None:
    for text in ("{ let q = 3; relu }; conv 1x1 -> q", "repeat q in 1..2 { relu }; conv 1x1 -> q"):
        with pytest.raises(NetworkError) as error:
            symcnn.parse(f"input 2 @ 9x9; {text}")
        assert error.value.fact == "unknown name 'q'"


UNUSED = (
    "let unused = {n}",
    "let unused(y) = {n}*y",
    "def unused(M, S = {n}) {{ conv 3x3 -> M, stride S }}",
    "symbol unused where unused >= {n}",
    "config unused: defaults",
    "net unused {{ input {n} @ 5x5; conv 3x3 -> 7 }}",
    "# {n}",
)


@given(st.sampled_from(UNUSED), NUMBERS, NUMBERS, st.booleans())
def test_what_is_not_used_changes_nothing(unused: str, n: int, width: int, label: bool) -> None:
    plain = "symbol I = 32\n" + BODY.format(width).replace("9x9", "I x I").replace("; ", "\n")
    more = plain.replace("symbol I = 32\n", f"symbol I = 32\n{unused.format(n=n)}\n")
    if label:
        more = more.replace("relu", "never: relu")
    one, other = symcnn.parse(plain), symcnn.parse(more)
    for name in ("shape", "params", "macs", "connections", "receptive", "jump", "start", "valid"):
        assert getattr(one, name) == getattr(other, name), name
