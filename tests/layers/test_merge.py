"""Merges of branches, against tensors merged cell by cell."""

from __future__ import annotations

from dataclasses import fields
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import thorough
from sympy import Expr, Integer

from symcnn.algebra import FloorDiv, ceil_div
from symcnn.algebra.exact import evaluate
from symcnn.layers import registry
from symcnn.layers.base import Shape
from symcnn.layers.merge import Merge
from symcnn.symbols import symbol

C, H, I, K, N, W = (symbol(name) for name in "C H I K N W".split())
KINDS = ("add", "concat", "multiply")
Plain = tuple[int, tuple[int, ...]]


# ------------------------------------------------------------------ by enumeration
def cells(branch: Plain) -> set[tuple[int, ...]]:
    maps, extents = branch
    return set(product(range(maps), *map(range, extents)))


def merged(kind: str, branches: list[Plain]) -> Plain | None:
    """The shape of the merged tensor; None where some cell has no partner."""
    tensors = [cells(branch) for branch in branches]
    if kind == "concat":
        if len({frozenset(cell[1:] for cell in tensor) for tensor in tensors}) > 1:
            return None
        stacked = {
            (n, *cell) for n, cell in enumerate(sorted((b, *c) for b, t in enumerate(tensors) for c in t))
        }
        return len({(cell[1], cell[2]) for cell in stacked}), branches[0][1]
    if kind == "add":
        return branches[0] if all(tensor == tensors[0] for tensor in tensors) else None
    everything = {cell[:1] for tensor in tensors for cell in tensor}
    positions = {cell[1:] for tensor in tensors for cell in tensor}
    wanted = {(*c, *p) for c in everything for p in positions}
    for tensor in tensors:
        one_map = len({cell[0] for cell in tensor}) == 1
        one_position = len({cell[1:] for cell in tensor}) == 1
        reads = {
            (0 if one_map else cell[0], *((0,) * (len(cell) - 1) if one_position else cell[1:]))
            for cell in wanted
        }
        if not reads <= tensor:
            return None
    return _shape(wanted)


def _shape(found: set[tuple[int, ...]]) -> Plain:
    maps, *extents = (max(axis) + 1 for axis in zip(*found, strict=True))
    return maps, tuple(extents)


def symbolic(branch: Plain) -> Shape:
    return Shape(Integer(branch[0]), tuple(map(Integer, branch[1])))


SMALL = st.sampled_from((1, 1, 2, 3))


@st.composite
def branches(draw: st.DrawFn) -> list[Plain]:
    """A few tensors of one rank, most of them alike or with one of everything."""
    rank = draw(st.integers(0, 3))
    maps, extents = draw(SMALL), draw(st.tuples(*[SMALL] * rank))
    found = []
    for _ in range(draw(st.integers(1, 4))):
        mine = draw(st.sampled_from((maps, maps, 1, draw(SMALL))))
        where = draw(st.sampled_from((extents, extents, (1,) * rank, draw(st.tuples(*[SMALL] * rank)))))
        found.append((mine, where))
    return found


@pytest.mark.parametrize("kind", KINDS)
@thorough
@given(found=branches())
def test_merges_in_numbers_agree_with_enumeration(kind: str, found: list[Plain]) -> None:
    merge, shapes = Merge(kind=kind), tuple(map(symbolic, found))
    wanted = merged(kind, found)
    needs = list(merge.fits(shapes))
    assert merge.ranks_agree(shapes)
    assert all(need.condition.holds({}) for need, _ in needs) == (wanted is not None)
    if wanted is not None:
        assert needs == []
        assert merge.shape_of(shapes) == symbolic(wanted)


@pytest.mark.parametrize("kind", KINDS)
@given(found=branches())
def test_what_differs_is_found_in_any_order(kind: str, found: list[Plain]) -> None:
    merge = Merge(kind=kind)
    shapes = tuple(map(symbolic, found))
    fits = [not list(merge.fits(each)) for each in (shapes, shapes[::-1])]
    assert fits[0] == fits[1]
    for need, branch in merge.fits(shapes):
        alone = [list(merge.fits((shapes[i], shapes[branch]))) for i in range(len(shapes)) if i != branch]
        assert any(alone) and need.fact.startswith(f"branch {branch + 1} has ")


@pytest.mark.parametrize("kind", KINDS)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 3), st.integers(1, 3))
def test_merges_in_letters_agree_with_enumeration(kind: str, i: int, h: int, c: int, n: int) -> None:
    at = {I: i, H: h, C: c, N: n}
    written: list[tuple[Expr, tuple[Expr, ...]]] = [
        (C, (ceil_div(I, 2), H + 1)),
        (N, (FloorDiv(I + 1, 2), FloorDiv(2 * H + 3, 2))),
        (Integer(1), (FloorDiv(I - 1, 2) + 1, I)),
        (C, (Integer(1), Integer(1))),
    ]
    for chosen in product(written, repeat=2):
        merge = Merge(kind=kind)
        shapes = tuple(Shape(*branch) for branch in chosen)
        plain = [(evaluate(m, at), tuple(evaluate(e, at) for e in extents)) for m, extents in chosen]
        wanted = merged(kind, plain)
        if all(need.condition.holds(at) for need, _ in merge.fits(shapes)):
            found = merge.shape_of(shapes)
            assert (evaluate(found.maps, at), tuple(evaluate(e, at) for e in found.extents)) == wanted
        else:  # letters are not taken for 1, so what then happens to fit a gate is not allowed
            assert wanted is None or (kind == "multiply" and 1 in (i, h, c, n, *plain[0][1], *plain[1][1]))


# ------------------------------------------------------------------ forms
def test_of_equal_extents_the_simplest_form_is_kept() -> None:
    long, short = 2 * FloorDiv(I, 2), I
    for extents in ((long, short), (short, long)):
        shapes = tuple(Shape(C, (e, e)) for e in extents)
        assert Merge(kind="add").shape_of(shapes) == Shape(C, (I, I))
        assert Merge(kind="concat").shape_of(shapes) == Shape(2 * C, (I, I))
    alike = (H + 1, W + 1)  # as many nodes: by the text
    assert Merge(kind="add").shape_of([Shape(C, (e,)) for e in alike[::-1]]) == Shape(C, (H + 1,))


def test_of_equal_maps_the_simplest_form_is_kept() -> None:
    shapes = [Shape(2 * FloorDiv(C, 2), (I,)), Shape(C, (I,))]
    assert Merge(kind="add").shape_of(shapes).maps == C
    assert Merge(kind="multiply").shape_of(shapes).maps == C


def test_gates_stand_on_either_side() -> None:
    whole, squeezed, spatial = Shape(C, (H, W)), Shape(C, (Integer(1),) * 2), Shape(Integer(1), (H, W))
    merge = Merge(kind="multiply")
    for shapes in ([whole, squeezed], [squeezed, whole], [spatial, whole], [squeezed, spatial]):
        assert merge.shape_of(shapes) == whole and list(merge.fits(shapes)) == []
    assert merge.shape_of([squeezed, squeezed]) == squeezed
    column = Shape(C, (H, Integer(1)))  # one position on one axis only is no gate
    assert [need.condition.expr for need, _ in merge.fits([whole, column])] == [1 - W]


@pytest.mark.parametrize(
    ("kind", "shapes", "facts"),
    [
        ("add", [(256, 56, 56), (64, 56, 56)], ["branch 2 has 64 maps where branch 1 has 256"]),
        (
            "concat",
            [(64, 56, 56), (64, 54, 54)],
            [
                "branch 2 has 54 x 54 where branch 1 has 56 x 56: on axis 1, 54 is not 56",
                "branch 2 has 54 x 54 where branch 1 has 56 x 56: on axis 2, 54 is not 56",
            ],
        ),
        ("add", [(8, 9), (8, 9), (8, 7)], ["branch 3 has 7 where branch 1 has 9"]),
        (
            "concat",
            [(C, I, K), (N, I - 2, K)],
            ["branch 2 has (I - 2) x K where branch 1 has I x K: on axis 1, I - 2 is not I"],
        ),
        ("multiply", [(1, 4, 4), (2, 4, 4), (3, 1, 1)], ["branch 3 has 3 maps where branch 2 has 2"]),
        ("add", [(1, 4), (2, 4)], ["branch 2 has 2 maps where branch 1 has 1"]),
        ("add", [(10,), (10,), (12,)], ["branch 3 has 12 maps where branch 1 has 10"]),
        ("concat", [(10,), (12,)], []),
        ("concat", [(C, 1, 1), (C, 4, 1)], [
            "branch 2 has 4 x 1 where branch 1 has 1 x 1: on axis 1, 4 is not 1"
        ]),
    ],
)  # fmt: skip
def test_facts(kind: str, shapes: list[tuple[Expr | int, ...]], facts: list[str]) -> None:
    given_shapes = [Shape(*_split(shape)) for shape in shapes]
    assert [need.fact for need, _ in Merge(kind=kind).fits(given_shapes)] == facts


def _split(shape: tuple[Expr | int, ...]) -> tuple[Expr, tuple[Expr, ...]]:
    maps, *extents = (Integer(size) if isinstance(size, int) else size for size in shape)
    return maps, tuple(extents)


# ------------------------------------------------------------------ as a layer
def test_a_merge_is_a_layer_that_counts_nothing_and_no_word_of_the_registry() -> None:
    x = Shape(C, (H, W))
    for kind in KINDS:
        merge = Merge(kind=kind)
        assert (merge.word, merge.name) == ("", kind)
        counted = (merge.weights, merge.biases, merge.params, merge.buffers, merge.neurons, merge.connections)
        assert [count(x, x) for count in (*counted, merge.macs, merge.flops)] == [0] * 8
        assert merge.out(x) == merge.shape_of([x]) == x and merge.reach(x) == "window"
        assert list(merge.fits([x])) == list(merge.needs(x)) == []
    assert Merge not in registry().values() and not {*KINDS} & {*registry()}


def test_merges_are_equal_by_their_kind() -> None:
    assert [field.name for field in fields(Merge)] == [name for name, _ in Merge.specs()] == ["kind"]
    assert len({Merge(kind=kind) for kind in (*KINDS, *KINDS)}) == 3
    assert Merge(kind="add") == Merge(kind="add") != Merge(kind="concat")


def test_ranks() -> None:
    merge = Merge(kind="add")
    assert merge.ranks_agree([Shape(C, (H, W)), Shape(N, (I, I))])
    assert not merge.ranks_agree([Shape(C, (H, W)), Shape(C)])
