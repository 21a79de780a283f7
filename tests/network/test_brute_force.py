"""Chains of layers: against enumeration, and by the laws that sizes, counts and receptive fields obey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import prod

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from layers import brute
from layers.brute import PHASED, SEES_ALL, Case
from layers.cases import LARGEST, Value, Writer, cases
from profiles import thorough
from sympy import Expr, Integer

from symcnn.algebra.exact import evaluate
from symcnn.errors import NetworkError
from symcnn.network.measured import Measured
from symcnn.network.model import Model
from symcnn.source import Source

WINDOWED = ("conv", "conv", "depthwise", "local", "maxpool", "avgpool", "subsample", "pad", "crop")
ANY = (
    *WINDOWED,
    "relu",
    "batchnorm",
    "prelu",
    "dense",
    "deconv",
    "upsample",
    "globalpool",
    "adaptivemaxpool",
)
COUNTS = ("weights", "biases", "params", "fixed", "buffers", "neurons", "connections", "macs")


def read(text: str) -> Model:
    return Model.read(Source("chain.cnn", text))


@cache
def derived(text: str) -> Model:
    return read(text)


def ints(found: object, model: Model, **values: Value) -> object:
    """Formulas as plain numbers; one value for all axes stays one value."""
    if isinstance(found, tuple):
        return tuple(ints(e, model, **values) for e in found)
    if found is None:
        return None
    assert isinstance(found, Expr)
    return evaluate(found, {model.symbols[n]: v for n, v in values.items() if n in model.symbols})


def sizes(text: str) -> tuple[int, ...]:
    return tuple(int(e) for e in read(text).extents)


def valid(text: str) -> bool:
    try:
        read(text)
    except NetworkError:
        return False
    return True


# ------------------------------------------------------------------ drawn chains
@st.composite
def chains(draw: st.DrawFn, words: Sequence[str] = ANY, ranks: int = 2) -> list[Case]:
    """Two to six layers that can stand on the drawn input."""
    rank = draw(st.integers(1, ranks))
    maps, extents = draw(st.integers(1, 4)), draw(st.tuples(*[st.integers(1, 2 * LARGEST[rank])] * rank))
    chain: list[Case] = []
    for word in draw(st.lists(st.sampled_from(words), min_size=2, max_size=6)):
        case = draw(cases(word, maps=maps, extents=extents, most=3))
        after = brute.count(case)
        if after is None or prod(after.extents) > 200 or after.maps > 6:
            case = Case("identity", maps, extents)
            after = brute.count(case)
        assert after is not None
        chain.append(case)
        maps, extents = after.maps, after.extents
    return chain


def on(chain: Sequence[Case], maps: int, extents: tuple[int, ...]) -> list[Case] | None:
    """The same layers on another input; None where one of them cannot stand."""
    moved = []
    for case in chain:
        case = replace(case, maps=maps, extents=extents)
        if not brute.possible(case):
            return None
        maps, extents = brute.shape(case)
        if 0 in extents:
            return None
        moved.append(case)
    return moved


def check(found: object, wanted: tuple[int, ...]) -> None:
    assert (found if isinstance(found, tuple) else (found,) * len(wanted)) == wanted


def check_part(part: Measured, model: Model, prefix: Sequence[Case], **values: Value) -> None:
    """Shape and receptive field of one layer in its place."""
    maps, extents = brute.shape(prefix[-1])
    assert ints(part.maps, model, **values) == maps
    assert ints(part.extents, model, **values) == extents
    if any(case.word in SEES_ALL for case in prefix):
        assert part.jump is None
        return
    if any(case.word in PHASED for case in prefix):
        return  # phases have tests of their own, in tests/layers, and the plain interpreter
    seen = [brute.receptive(prefix, axis) for axis in range(len(prefix[0].extents))]
    for name, wanted in zip(("receptive", "start", "jump"), zip(*seen, strict=True), strict=True):
        check(ints(getattr(part, name), model, **values), wanted)


def summed(chain: Sequence[Case]) -> dict[str, int]:
    total = dict.fromkeys(COUNTS, 0)
    for case in chain:
        counted = brute.count(case)
        assert counted is not None
        learned = counted.weights + counted.biases
        each = counted._asdict() | {
            "params": 0 if case.fixed else learned,
            "fixed": learned if case.fixed else 0,
        }
        total = {name: total[name] + each[name] for name in COUNTS}
    return total


@given(chains())
def test_a_chain_agrees_with_enumeration(chain: list[Case]) -> None:
    model = read(Writer(letters=False).net(chain))
    assert model.conditions == ()
    for number in range(1, len(chain) + 1):
        check_part(model[f"a{number}"], model, chain[:number])
    assert {name: ints(getattr(model, name), model) for name in COUNTS} == summed(chain)


@given(chains())
def test_a_chain_with_symbolic_input_agrees_with_enumeration_on_every_input(chain: list[Case]) -> None:
    extents = chain[0].extents
    letters = [f"I{axis}" for axis in range(1, len(extents) + 1)]
    text = f"input C @ {' x '.join(letters)}\n" + Writer(letters=False).net(chain).partition("\n")[2]
    model = read(text)
    points = {extents} | {tuple(i + axis for axis in range(len(extents))) for i in range(1, 14)}
    for point in sorted(points):
        values: dict[str, Value] = {"C": chain[0].maps, **dict(zip(letters, point, strict=True))}
        known = {model.symbols[n]: v for n, v in values.items() if n in model.symbols}
        moved = on(chain, chain[0].maps, point)
        assert all(c.holds(known) for c in model.conditions) == (moved is not None), point
        if moved is not None:
            check_part(model, model, moved, **values)
        if point == extents:
            assert {name: ints(getattr(model, name), model, **values) for name in COUNTS} == summed(chain)


@given(chains(WINDOWED, ranks=1), st.integers(2**62, 2**72))
def test_the_size_of_a_chain_beyond_64_bits(chain: list[Case], extent: int) -> None:
    model = read("input C @ I\n" + Writer(letters=False).net(chain).partition("\n")[2])
    size = extent
    for case in chain:
        if case.padding == "same":
            size = -(-size // case.stride[0])
        elif case.kernel and not case.ceil:
            before, after = brute.padding(case, 0)
            size = (size + before + after - brute.reach(case, 0)) // case.stride[0] + 1
        elif case.kernel:
            (before, after), span, step = brute.padding(case, 0), brute.reach(case, 0), case.stride[0]
            up = -(-(size + before + after - span) // step) + 1
            size = up - ((up - 1) * step >= size + before)
        elif case.sides:
            size += sum(case.sides[0]) * (1 if case.word == "pad" else -1)
    assert ints(model.extents[0], model, I=extent, C=chain[0].maps) == size


# ------------------------------------------------------------------ laws of sizes
I, K, S, D, P = st.integers(1, 40), st.integers(1, 6), st.integers(1, 5), st.integers(1, 3), st.integers(0, 4)


def conv(
    i: int, k: int, s: int = 1, p: int = 0, d: int = 1, *, c: int = 2, n: int = 3, more: str = ""
) -> str:
    return f"input {c} @ {i}\nconv {k} -> {n}, stride {s}, pad {p}, dilation {d}{more}\n"


def fits(i: int, k: int, p: int = 0, d: int = 1) -> bool:
    return i + 2 * p >= d * (k - 1) + 1


@thorough
@given(I, K, S, P, D)
def test_a_size_is_the_number_of_window_starts_and_tight(i: int, k: int, s: int, p: int, d: int) -> None:
    if not fits(i, k, p, d):
        assert not valid(conv(i, k, s, p, d))
        return
    (out,) = sizes(conv(i, k, s, p, d))
    span = d * (k - 1) + 1
    assert out == sum(1 for start in range(-p, i + p, s) if start + span - 1 <= i + p - 1)
    assert (out - 1) * s + span <= i + 2 * p < out * s + span


@thorough
@given(I, K, S, P, D, K, S, P, D)
def test_two_convolutions_in_a_row_have_the_size_of_one(
    i: int, k1: int, s1: int, p1: int, d1: int, k2: int, s2: int, p2: int, d2: int
) -> None:
    chain = conv(i, k1, s1, p1, d1) + f"conv {k2} -> 1, stride {s2}, pad {p2}, dilation {d2}\n"
    assume(valid(chain))
    span = d1 * (k1 - 1) + 1 + d2 * (k2 - 1) * s1
    one = read(conv(i, span, s1 * s2, p1 + p2 * s1))
    two = read(chain)
    assert (two.extents, two.receptive, two.jump, two.start) == (
        one.extents,
        one.receptive,
        one.jump,
        one.start,
    )


def test_two_symbolic_convolutions_in_a_row_are_one_floor() -> None:
    two = read("input C @ I\nconv K -> N, stride S, pad P\nconv K2 -> N, stride S2, pad P2\n")
    one = read("input C @ I\nconv K + (K2 - 1)*S -> N, stride S*S2, pad P + P2*S\n")
    assert (two.extents, two.jump, two.start) == (one.extents, one.jump, one.start)
    assert (two.receptive - one.receptive).expand() == 0


def test_nested_floors_and_nested_ceils_collapse() -> None:
    floors = [read(f"input C @ I\n{text}\n").size for text in (
        "maxpool 1, stride S; maxpool 1, stride S2",
        "maxpool 1, stride S*S2",
    )]  # fmt: skip
    assert floors[0] == floors[1]
    ceils = [read(f"input C @ I\n{text}\n").size for text in (
        "conv 3 -> 1, stride S, pad same; conv 3 -> 1, stride S2, pad same",
        "conv 5 -> 1, stride S*S2, pad same",
    )]  # fmt: skip
    assert ceils[0] == ceils[1]


@thorough
@given(I, S, S)
def test_steps_of_steps_are_as_many_as_the_steps_that_are_left(i: int, s: int, t: int) -> None:
    """Every s-th of some positions, and every t-th of those, in letters."""
    left = len(range(0, i, s)[::t])
    for text in (
        "maxpool 1, stride S; maxpool 1, stride T",
        "conv 3 -> 1, stride S, pad same; conv 5 -> 1, stride T, pad same",
    ):
        model = derived(f"input C @ I\n{text}\n")
        assert ints(model.size, model, I=i, S=s, T=t) == left


@thorough
@given(I, K, S, D)
def test_same_padding_written_out_gives_the_size_of_pad_same(i: int, k: int, s: int, d: int) -> None:
    span = d * (k - 1) + 1
    total = max((-(-i // s) - 1) * s + span - i, 0)
    written = (
        f"input 2 @ {i}\nconv {k} -> 3, stride {s}, dilation {d}, pad {total // 2}:{total - total // 2}\n"
    )
    same = read(f"input 2 @ {i}\nconv {k} -> 3, stride {s}, dilation {d}, pad same\n")
    assert read(written).extents == same.extents == (-(-i // s),)
    assert read(written).start == same.start


@thorough
@given(I, K, D)
def test_stride_1_with_an_odd_span_and_half_padding_keeps_the_size(i: int, k: int, d: int) -> None:
    span = d * (k - 1) + 1
    text = f"input 2 @ {i}\nconv {k} -> 3, dilation {d}, pad half\n"
    if span % 2:
        assert sizes(text) == (i,)
    else:  # no symmetric padding does
        assert not valid(text) if i == 1 else sizes(text) == (i - 1,)
        assert all(not valid(conv(i, k, 1, p, d)) or sizes(conv(i, k, 1, p, d)) != (i,) for p in range(span))


@thorough
@given(I, K, S, P, D)
def test_sizes_are_monotone(i: int, k: int, s: int, p: int, d: int) -> None:
    assume(fits(i, k, p, d))
    (out,) = sizes(conv(i, k, s, p, d))
    assert sizes(conv(i + 1, k, s, p, d))[0] - out in (0, 1)
    assert sizes(conv(i + s, k, s, p, d))[0] == out + 1
    assert sizes(conv(i, k, s, p + 1, d))[0] >= out
    assert sizes(conv(i, k, s + 1, p, d))[0] <= out
    if fits(i, k + 1, p, d):
        assert sizes(conv(i, k + 1, s, p, d))[0] <= out
    if fits(i, k, p, d + 1):
        assert sizes(conv(i, k, s, p, d + 1))[0] <= out


@thorough
@given(I, K, S, D, st.data())
def test_ceil_adds_at_most_one(i: int, k: int, s: int, d: int, data: st.DataObject) -> None:
    span = d * (k - 1) + 1
    p = data.draw(st.integers(0, min(span // 2, 4)))
    assume(fits(i, k, p, d))
    pool = f"input 2 @ {i}\nmaxpool {k}, stride {s}, pad {p}, dilation {d}"
    (floor,), (ceil,) = sizes(pool), sizes(pool + ", ceil")
    assert ceil in (floor, floor + 1)
    clamped = floor * s >= i + p
    assert (ceil == floor) == ((i + 2 * p - span) % s == 0 or clamped)


@thorough
@given(I, K, S, D, st.data())
def test_a_pool_is_a_depthwise_convolution_without_weights(
    i: int, k: int, s: int, d: int, data: st.DataObject
) -> None:
    p = data.draw(st.integers(0, min((d * (k - 1) + 1) // 2, 4)))
    assume(fits(i, k, p, d))
    window = f"{k}, stride {s}, pad {p}, dilation {d}"
    pool, deep = (
        read(f"input 3 @ {i}\nmaxpool {window}\n"),
        read(f"input 3 @ {i}\ndepthwise {window}, no bias\n"),
    )
    grouped = read(f"input 3 @ {i}\nconv {window.replace(',', ' -> 3,', 1)}, groups 3, no bias\n")
    assert pool.shape == deep.shape == grouped.shape
    assert pool.connections == deep.connections == grouped.connections
    assert (pool.receptive, pool.start, pool.jump) == (deep.receptive, deep.start, deep.jump)
    assert (pool.params, deep.params, grouped.params) == (0, 3 * k, 3 * k)


def test_what_acts_unit_by_unit_keeps_the_shape() -> None:
    words = ("relu", "batchnorm", "dropout 0.5", "identity", "conv 1 -> C", "lrn", "prelu", "depthwise 1")
    for word in words:
        model = read(f"input C @ I x I2\n{word}\n")
        assert model.shape == read("input C @ I x I2\n").shape
        assert (model.receptive, model.jump, model.start) == (1, 1, 0)


@thorough
@given(st.integers(1, 30), st.integers(1, 20), st.integers(1, 5), st.integers(1, 5))
def test_fully_connected_is_a_convolution_over_everything(h: int, w: int, c: int, n: int) -> None:
    full = read(f"input {c} @ {h}x{w}\nfc -> {n}\n")
    over = read(f"input {c} @ {h}x{w}\nconv {h}x{w} -> {n}\n")
    assert over.extents == (1, 1)
    for name in COUNTS:
        assert getattr(full, name) == getattr(over, name)


@thorough
@given(I, K, S, P, D)
def test_dilation_widens_the_window_and_costs_nothing(i: int, k: int, s: int, p: int, d: int) -> None:
    span = d * (k - 1) + 1
    assume(fits(i, span, p))
    dilated, wide, plain = read(conv(i, k, s, p, d)), read(conv(i, span, s, p)), read(conv(i, k, s, p))
    assert (dilated.shape, dilated.receptive, dilated.start) == (wide.shape, wide.receptive, wide.start)
    assert (dilated.params, dilated.weights) == (plain.params, plain.weights)
    assert dilated.macs == plain.weights * dilated.extents[0]


@thorough
@given(I, K, S, P, D)
def test_a_transposed_convolution_undoes_the_size(i: int, k: int, s: int, p: int, d: int) -> None:
    assume(fits(i, k, p, d))
    rest = (i + 2 * p - d * (k - 1) - 1) % s
    back = f"deconv {k} -> 2, stride {s}, pad {p}, dilation {d}"
    with_rest = sizes(conv(i, k, s, p, d) + f"{back}, outpad {rest}\n")
    assert with_rest == (i,)
    without = conv(i, k, s, p, d) + back
    assert (valid(without) and sizes(without) == (i,)) == (rest == 0)


@given(I, K, S, P, D, st.data())
def test_a_convolution_undoes_the_size_of_a_transposed_one(
    i: int, k: int, s: int, p: int, d: int, data: st.DataObject
) -> None:
    extra = data.draw(st.integers(0, s - 1))
    text = f"input 2 @ {i}\ndeconv {k} -> 2, stride {s}, pad {p}, dilation {d}, outpad {extra}\n"
    assume(valid(text))
    assert sizes(text + f"conv {k} -> 2, stride {s}, pad {p}, dilation {d}\n") == (i,)


@thorough
@given(I, K, S, P, P)
def test_the_two_sides_of_padding_exchange_in_size_but_not_in_start(
    i: int, k: int, s: int, a: int, b: int
) -> None:
    assume(i + a + b >= k)
    texts = [f"input 2 @ {i}\nconv {k} -> 3, stride {s}, pad {x}:{y}\n" for x, y in ((a, b), (b, a))]
    one, other = map(read, texts)
    assert one.shape == other.shape and one.connections == other.connections
    assert (one.start, other.start) == (-a, -b)


def swapped(case: Case) -> Case:
    names = ("extents", "kernel", "stride", "dilation", "sides", "outpad", "target", "factor")
    return replace(case, **{name: tuple(reversed(getattr(case, name))) for name in names})


@thorough
@given(chains().filter(lambda chain: len(chain[0].extents) == 2))
def test_exchanging_height_and_width_exchanges_the_axes_only(chain: list[Case]) -> None:
    here, there = (read(Writer(letters=False).net(c)) for c in (chain, [swapped(case) for case in chain]))
    assert here.extents == there.extents[::-1]
    for name in COUNTS:
        assert getattr(here, name) == getattr(there, name)
    for name in ("receptive", "start", "jump"):
        one, other = getattr(here, name), getattr(there, name)
        assert one == (other[::-1] if isinstance(other, tuple) else other)


@pytest.mark.parametrize(
    "layer", ["conv K x K2 -> N", "maxpool K x K2", "deconv K x K2 -> N", "local K x K2 -> N"]
)
@pytest.mark.parametrize("pad", ["pad P:P2 x P3:P4", "pad half", "pad same", "pad full"])
def test_an_axis_depends_on_its_own_letters_only(layer: str, pad: str) -> None:
    for more in ("", ", ceil") if layer.startswith("maxpool") and "same" not in pad else ("",):
        model = derived(f"input C @ I x I2\n{layer}, stride S x S2, {pad}, dilation D x D2{more}\n")
        first = {"I", "K", "S", "P", "P2", "D"}
        second = {"I2", "K2", "S2", "P3", "P4", "D2"}
        for extent, own in zip(model.extents, (first, second), strict=True):
            assert {s.name for s in extent.free_symbols} <= own


@thorough
@given(I, K, S, P, P)
def test_padding_in_a_layer_of_its_own_is_the_same(i: int, k: int, s: int, a: int, b: int) -> None:
    assume(i + a + b >= k)
    inside = read(f"input 2 @ {i}\nconv {k} -> 3, stride {s}, pad {a}:{b}\n")
    before = read(f"input 2 @ {i}\npad {a}:{b}\nconv {k} -> 3, stride {s}\n")
    for name in ("shape", "params", "connections", "macs", "receptive", "start", "jump"):
        assert getattr(inside, name) == getattr(before, name)


@given(I, st.integers(1, 20))
def test_global_and_adaptive_pooling_give_their_size_for_every_input(i: int, target: int) -> None:
    assert sizes(f"input 3 @ {i}x{i + 1}\nglobalpool\n") == (1, 1)
    assert sizes(f"input 3 @ {i}x{i + 1}\nadaptiveavgpool {target}\n") == (target, target)


def test_upsampling_then_pooling_keeps_the_size_and_flattening_the_number_of_values() -> None:
    model = read("input C @ I\nupsample S; maxpool S\n")
    assert model.extents == (model.symbols["I"],)
    model = read("input C @ I x I2\nflatten\n")
    assert model.maps == read("input C @ I x I2\n").shape.units


# ------------------------------------------------------------------ laws of counts
SYMBOLIC = "input C @ I x I2\n{} K x K2 -> N, stride S x S2, pad P, dilation D{}\n"


def test_shared_weights_do_not_depend_on_input_stride_padding_or_dilation() -> None:
    for word, letters in (("conv", "C K K2 N G"), ("deconv", "C K K2 N G")):
        model = derived(SYMBOLIC.format(word, ", groups G"))
        assert {s.name for s in model.params.free_symbols} == set(letters.split())
    model = derived("input C @ I\nconv K -> N, groups G\n")
    assert model.biases == model.symbols["N"]
    assert {"I"} < {s.name for s in derived("input C @ I\nlocal K -> N\n").params.free_symbols}


@thorough
@given(
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(1, 4),
    K,
    st.integers(6, 20),
    st.sampled_from(("conv", "deconv")),
)
def test_groups_divide_weights_and_macs_and_leave_biases(
    groups: int, c: int, n: int, k: int, i: int, word: str
) -> None:
    base = f"input {c * groups} @ {i}\n{word} {k} -> {n * groups}"
    one, grouped = read(base), read(f"{base}, groups {groups}")
    assert grouped.weights * groups == one.weights and grouped.macs * groups == one.macs
    assert grouped.biases == one.biases and grouped.shape == one.shape
    if groups > 1:
        assert not valid(f"input {c * groups + 1} @ {i}\n{word} {k} -> {n * groups}, groups {groups}\n")
        assert not valid(f"input {c * groups} @ {i}\n{word} {k} -> {n * groups + 1}, groups {groups}\n")


def test_connections_are_parameters_times_positions() -> None:
    for more in ("", ", no bias", ", groups G"):
        model = derived(SYMBOLIC.format("conv", more))
        positions = model.shape.positions
        assert model.connections == model.params * positions
        assert (model.macs - model.weights * positions).expand() == 0


@thorough
@given(cases("conv", ranks=2))
def test_real_connections_are_fewer_exactly_where_there_is_padding(case: Case) -> None:
    assume(brute.count(case) is not None)
    model = read(Writer(letters=False).net([case]))
    inside = [
        (unit, cell)
        for unit, cell, _ in brute.edges(case)
        if all(0 <= x < extent for x, extent in zip(cell[1], case.extents, strict=True))
    ]
    assert len(inside) <= model.macs
    touched = any(a + b for a, b in (brute.padding(case, axis) for axis in range(len(case.extents))))
    if not touched:
        assert len(inside) == model.macs
    uses: dict[object, int] = {}
    for _, _, weight in brute.edges(case):
        uses[weight] = uses.get(weight, 0) + 1
    assert set(uses.values()) == {int(model.shape.positions)}  # every weight is used at every position
    assert model.macs >= model.weights


def test_real_connections_can_be_fewer_than_weights() -> None:
    case = Case("conv", 1, (1,), (2,), (2,), (1,), ((1, 1),), out_maps=1, bias=False)
    real = [cell for _, cell, _ in brute.edges(case) if 0 <= cell[1][0] < 1]
    assert len(real) == 1 < read(Writer(letters=False).net([case])).weights == 2


def test_unshared_weights_are_connections() -> None:
    for text in (
        "local K x K2 -> N, stride S, pad P, no bias",
        "fc -> F, no bias",
        "fc -> F",
        "local K -> N",
    ):
        model = derived(f"input C @ I x I2\n{text}\n")
        assert (model.weights - model.macs).expand() == 0
        assert (model.params - model.connections).expand() == 0


@given(chains())
def test_a_chain_counts_the_sum_of_its_layers(chain: list[Case]) -> None:
    model = read(Writer(letters=False).net(chain))
    for name in COUNTS:
        assert getattr(model, name) == sum(getattr(part, name) for part in model.parts)


@thorough
@given(K, st.integers(1, 40), st.integers(1, 40), st.integers(1, 9))
def test_width_times_m_in_numbers(k: int, n: int, n2: int, m: int) -> None:
    plain, wide = (
        read(f"input 3 @ 20\nconv {k} -> {factor * n}\na: conv {k} -> {factor * n2}\n")["a"]
        for factor in (1, m)
    )
    assert (wide.weights, wide.biases) == (m * m * plain.weights, m * plain.biases)
    assert (plain.weights, plain.biases) == (k * n * n2, n2)


def test_width_multiplies_inner_weights_by_its_square_and_biases_by_itself() -> None:
    text = "input 3 @ I\nconv K -> {0}*N\na: conv K -> {0}*N2\n"
    plain, wide = derived(text.format("1"))["a"], derived(text.format("M"))["a"]
    m = derived(text.format("M")).symbols["M"]
    assert (wide.weights - m**2 * plain.weights).expand() == 0
    assert wide.biases == m * plain.biases


@thorough
@given(st.integers(9, 30), K, S, P, st.integers(1, 5))
def test_a_kernel_in_two_lines_has_the_same_size_and_fewer_weights(
    i: int, k: int, s: int, p: int, c: int
) -> None:
    square = read(f"input {c} @ {i}x{i}\nconv {k}x{k} -> {c}, stride {s}, pad {p}, no bias\n")
    lines = read(
        f"input {c} @ {i}x{i}\nconv {k}x1 -> {c}, stride {s}x1, pad {p}x0, no bias\n"
        f"conv 1x{k} -> {c}, stride 1x{s}, pad 0x{p}, no bias\n"
    )
    assert (square.shape, square.receptive, square.start) == (lines.shape, lines.receptive, lines.start)
    assert (square.weights, lines.weights) == (k * k * c * c, 2 * k * c * c)


@thorough
@given(st.integers(6, 30), K, st.integers(1, 20), st.integers(1, 20))
def test_depthwise_and_pointwise_cost_less_exactly_by_the_reciprocals(i: int, k: int, c: int, n: int) -> None:
    full = read(f"input {c} @ {i}x{i}\nconv {k} -> {n}, no bias\n")
    split = read(f"input {c} @ {i}x{i}\ndepthwise {k}, no bias\nconv 1 -> {n}, no bias\n")
    assert (split.macs <= full.macs) == (Fraction(1, n) + Fraction(1, k * k) <= 1)
    assert (split.weights <= full.weights) == (Fraction(1, n) + Fraction(1, k * k) <= 1)


# ------------------------------------------------------------------ what is not a law
def test_not_a_law_macs_grow_with_the_kernel() -> None:
    found = [read(conv(3, k, c=1, n=1)).macs for k in (2, 3)]
    assert found == [4, 3]


def test_not_a_law_ceil_and_floor_give_the_same_size() -> None:
    differing = [
        i
        for i in range(2, 8)
        if sizes(f"input 1 @ {i}\nmaxpool 2, ceil\n") != sizes(f"input 1 @ {i}\nmaxpool 2\n")
    ]
    assert differing == [3, 5, 7]


def test_not_a_law_a_valid_merged_convolution_means_a_valid_chain() -> None:
    chain = "input 1 @ 1\nconv 2 -> 1\nconv 1 -> 1, stride 2, pad 1\n"
    merged = "input 1 @ 1\nconv 2 -> 1, stride 2, pad 1\n"
    assert sizes(merged) == (1,)  # (1 + 2 - 2)//2 + 1
    assert not valid(chain)
    symbolic = read(chain.replace("@ 1", "@ I"))
    assert not all(c.holds({symbolic.symbols["I"]: 1}) for c in symbolic.conditions)
    with pytest.raises(NetworkError):
        symbolic.at(I=1)


def test_not_a_law_half_padding_is_pad_same_for_even_kernels() -> None:
    found = {
        k: sizes(f"input 1 @ 8\nconv {k} -> 1, pad half\n")
        == sizes(f"input 1 @ 8\nconv {k} -> 1, pad same\n")
        for k in range(1, 6)
    }
    assert found == {1: True, 2: False, 3: True, 4: False, 5: True}


def test_not_a_law_two_layers_commute() -> None:
    pool, wide = "maxpool 2", "conv 3 -> 1"
    assert sizes(f"input 1 @ 9\n{pool}\n{wide}\n") == (2,) and sizes(f"input 1 @ 9\n{wide}\n{pool}\n") == (3,)


# ------------------------------------------------------------------ laws of the receptive field
@thorough
@given(chains(WINDOWED))
def test_the_receptive_field_is_the_sum_over_the_layers(chain: list[Case]) -> None:
    model = read(Writer(letters=False).net(chain))
    for axis in range(len(chain[0].extents)):
        extent, jump, start = 1, 1, 0
        for case in chain:
            if case.kernel:
                extent += (brute.reach(case, axis) - 1) * jump
                start -= brute.padding(case, axis)[0] * jump
                jump *= case.stride[axis]
            elif case.sides:
                start -= case.sides[axis][0] * jump * (1 if case.word == "pad" else -1)
        for name, wanted in (("receptive", extent), ("jump", jump), ("start", start)):
            found = ints(getattr(model, name), model)
            assert (found[axis] if isinstance(found, tuple) else found) == wanted


@thorough
@given(chains(("conv", "maxpool", "avgpool", "depthwise"), ranks=1))
def test_the_receptive_field_grows_and_composes_and_ignores_input_and_padding(chain: list[Case]) -> None:
    model = read("input C @ I\n" + Writer(letters=False).net(chain).partition("\n")[2])
    found = [int(part.receptive) for part in model.parts]
    assert found == sorted(found)
    assert model.receptive.free_symbols == set()
    bare = [replace(c, sides=((0, 0),) if c.kernel else (), padding="") for c in chain]
    wide = on(bare, chain[0].maps, (2000,))
    assert wide is not None
    assert read(Writer(letters=False).net(wide)).receptive == model.receptive
    for cut in range(1, len(chain)):
        first, later = (read(Writer(letters=False).net(part)) for part in (chain[:cut], chain[cut:]))
        assert model.receptive == first.receptive + (later.receptive - 1) * first.jump
        assert model.jump == first.jump * later.jump


@given(chains(("conv", "maxpool", "depthwise"), ranks=1))
def test_the_receptive_field_holds_all_inputs_that_are_reached(chain: list[Case]) -> None:
    model = read(Writer(letters=False).net(chain))
    reached = {0}
    for case in reversed(chain):
        reached = {i for o in reached for i in brute.reads(case, 0, o)}
    assert len(reached) <= model.receptive
    assert min(reached) == model.start and max(reached) == model.start + model.receptive - 1


@thorough
@given(st.integers(0, 12), st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=2))
def test_the_receptive_field_of_rounds_in_letters(depth: int, layers: list[tuple[int, int]]) -> None:
    """Of `repeat D`, against the first and the last input that output 0 reaches, layer by layer backwards."""
    body = "; ".join(f"conv {k} -> 1, stride {s}" for k, s in layers)
    model = derived(f"symbol D\ninput 1 @ I\nrepeat D {{ {body} }}\n")
    last = jump = 0
    for k, s in depth * layers[::-1]:
        last, jump = last * s + k - 1, (jump or 1) * s
    found = ints((model.receptive, model.jump, model.start), model, D=depth)
    assert found == (last + 1, jump or 1, 0)


@pytest.mark.parametrize("depth", [1, 2, 3, 7, 20])
def test_the_receptive_field_of_equal_layers_in_a_row(depth: int) -> None:
    halving = read("input C @ I\n" + "conv 3 -> N, stride 2\n" * depth)
    assert (halving.receptive, halving.jump) == (2 ** (depth + 1) - 1, 2**depth)
    steady = read("input C @ I\n" + "conv K -> N\n" * depth)
    k = steady.symbols["K"]
    assert (steady.receptive - (1 + depth * (k - 1))).expand() == 0


@given(K, S, P, D)
def test_the_centre_of_output_0_may_lie_between_two_inputs(k: int, s: int, p: int, d: int) -> None:
    assume(fits(99, k, p, d))
    window = read(conv(99, k, s, p, d)).sight.windows[0]
    seen = brute.reads(Case("conv", 1, (99,), (k,), (s,), (d,), ((p, p),)), 0, 0)
    assert window.centre == Integer(min(seen) + max(seen)) / 2
