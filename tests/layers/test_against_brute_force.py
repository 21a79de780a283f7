"""Every layer against enumeration: with numbers, and with letters into which the numbers are put."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product
from math import gcd

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from layers import brute
from layers.brute import PHASED, POOLS, SEES_ALL, TRANSPOSED, Case, Count
from layers.cases import Value, Writer, cases
from sympy import Expr, Symbol

from symcnn.algebra import Max, Min
from symcnn.algebra.exact import evaluate
from symcnn.errors import NetworkError
from symcnn.layers import registry
from symcnn.network.measured import Measured
from symcnn.network.model import Model
from symcnn.source import Source

WORDS = (
    *("input", "identity", "relu", "relu6", "leakyrelu", "elu", "tanh", "sigmoid", "softplus", "softmax"),
    *("gelu", "silu", "swish", "mish", "hardtanh", "hardsigmoid", "hardswish", "prelu", "lrn", "dropout"),
    *("batchnorm", "layernorm", "groupnorm", "instancenorm", "scale"),
    *("conv", "depthwise", "local", "deconv", "fc", "dense", "rbf"),
    *("maxpool", "avgpool", "subsample", "maxunpool", "globalpool", "adaptiveavgpool", "adaptivemaxpool"),
    *("flatten", "upsample", "pad", "crop", "split", "shuffle", "pixelshuffle", "pixelunshuffle"),
)
COUNTS = ("weights", "biases", "params", "fixed", "buffers", "neurons", "connections", "macs")


def read(text: str) -> Model:
    return Model.read(Source("case.cnn", text))


@cache
def derived(text: str) -> Model:
    """Read a text with letters once, however many values are put in."""
    return read(text)


def at(model: Model, values: Mapping[str, Value]) -> dict[Symbol, Value]:
    return {model.symbols[name]: value for name, value in values.items() if name in model.symbols}


def number(expr: Expr | None, values: Mapping[str, Value], model: Model) -> Value | None:
    if expr is None:
        return None
    return evaluate(expr, at(model, values))


def shown(measured: Measured, values: Mapping[str, Value], model: Model) -> dict[str, object]:
    """Everything compared with the enumeration, as plain numbers."""

    def plain(found: Expr | tuple[Expr, ...] | None) -> object:
        if isinstance(found, tuple):
            return tuple(number(e, values, model) for e in found)
        return number(found, values, model)

    result: dict[str, object] = {name: plain(getattr(measured, name)) for name in COUNTS}
    result["shape"] = (plain(measured.maps), plain(measured.extents))
    for name in ("receptive", "start", "jump"):
        result[name] = plain(getattr(measured, name))
    return result


def expected(case: Case, counted: Count) -> dict[str, object]:
    sums = counted._asdict()
    learned = counted.weights + counted.biases
    sums |= {"params": 0 if case.fixed else learned, "fixed": learned if case.fixed else 0}
    result = {name: sums[name] for name in COUNTS}
    result["shape"] = (counted.maps, counted.extents)
    if case.word in PHASED:  # what these see has its own tests, in test_what_is_seen.py
        return result
    if case.word in SEES_ALL:
        return result | {"jump": None}  # what they see has its own test below
    extent, start, jump = zip(*(brute.receptive([case], a) for a in range(len(case.extents))), strict=True)
    return result | {"receptive": extent, "start": start, "jump": jump}


def agree(found: dict[str, object], wanted: dict[str, object]) -> None:
    for name, value in wanted.items():
        got = found[name]
        if isinstance(value, tuple) and not isinstance(got, tuple):
            got = (got,) * len(value)  # one value where all axes agree
        assert got == value, f"{name}: {got}, by enumeration {value}"


def test_every_layer_word_is_enumerated() -> None:
    assert sorted(WORDS) == sorted(registry())


@pytest.mark.parametrize("word", WORDS)
@given(data=st.data())
def test_numbers_agree_with_enumeration(word: str, data: st.DataObject) -> None:
    case = data.draw(cases(word))
    text = Writer(letters=False, merged=data.draw(st.booleans()), short=data.draw(st.booleans())).net([case])
    counted = brute.count(case)
    if counted is None:
        with pytest.raises(NetworkError):
            read(text)
        return
    model = read(text)
    assert model.conditions == ()
    agree(shown(model["a1"], {}, model), expected(case, counted))
    agree(shown(model, {}, model), expected(case, counted))


@pytest.mark.parametrize("word", WORDS)
@given(data=st.data())
def test_formulas_agree_with_enumeration(word: str, data: st.DataObject) -> None:
    costly = word in (*POOLS, *TRANSPOSED)  # many conditions on many letters
    case = data.draw(cases(word, ranks=data.draw(st.sampled_from((1, 1, 1, 2))) if costly else 3))
    writer = Writer(letters=True, merged=data.draw(st.booleans()), short=data.draw(st.booleans()))
    text = writer.net([case])
    counted = brute.count(case)
    try:
        model = derived(text)
    except NetworkError:
        assert counted is None
        return
    assert all(c.holds(at(model, writer.values)) for c in model.conditions) == (counted is not None)
    if counted is not None:
        agree(shown(model["a1"], writer.values, model), expected(case, counted))


@pytest.mark.parametrize(
    "layers", ["fc -> 5", "flatten; dense -> 5", "globalpool", "adaptiveavgpool 3x2", "adaptivemaxpool 2"]
)
def test_what_sees_everything_has_the_whole_input_as_receptive_field(layers: str) -> None:
    assert {layer.split()[0] for layer in layers.split("; ")} & {*SEES_ALL, "flatten"}
    model = read(f"input 2 @ 9x7\nconv 3 -> 4, stride 2, pad 1\n{layers}\n")
    agree(shown(model, {}, model), {"receptive": (9, 7), "start": (0, 0), "jump": None})


@pytest.mark.parametrize(
    ("table", "least", "rows"),
    [("[[0, 3], 1..2]", 4, 2), ("[0..2]", 3, 1), ("[2 of 3, 1 of 5]", 5, 3), ("[[6], 3 of 2]", 7, 4)],
)
def test_a_table_needs_the_maps_that_it_names_and_a_row_for_each_output(
    table: str, least: int, rows: int
) -> None:
    model = derived(f"input C @ 9\nconv 3 -> N, table {table}\n")
    for maps, out_maps in product(range(least - 2, least + 2), range(rows - 1, rows + 2)):
        stands = maps >= least and out_maps == rows
        known = at(model, {"C": maps, "N": out_maps})
        assert all(c.holds(known) for c in model.conditions) == stands
        text = f"input {maps} @ 9\nconv 3 -> {out_maps}, table {table}\n"
        if stands:
            assert read(text).maps == rows
        else:
            with pytest.raises(NetworkError):
                read(text)


# ------------------------------------------------------------------ what cannot be enumerated
HUGE = st.one_of(st.integers(2**62, 2**64), st.integers(2**70, 2**71), st.integers(1, 50))
SMALL = st.integers(1, 40)


def written(n: int) -> str:
    """A number in the language, whose literals end at 18 digits."""
    high, low = divmod(n, 10**18)
    return f"({high} * 10**18 + {low})" if high else str(low)


@given(HUGE, HUGE, HUGE, st.integers(1, 2**40), SMALL, st.integers(0, 2**33), st.integers(0, 9), SMALL, SMALL)
def test_a_convolution_beyond_64_bits(
    maps: int,
    extent: int,
    out_maps: int,
    kernel: int,
    stride: int,
    before: int,
    after: int,
    dilation: int,
    groups: int,
) -> None:
    maps, out_maps = maps * groups, out_maps * groups
    taps = dilation * (kernel - 1) + 1
    text = (
        f"input {written(maps)} @ {written(extent)}\nconv {kernel} -> {written(out_maps)}, "
        f"stride {stride}, pad {before}:{after}, dilation {dilation}, groups {groups}\n"
    )
    room = extent + before + after - taps
    if room < 0:
        with pytest.raises(NetworkError):
            read(text)
        return
    out = room // stride + 1
    weights = kernel * (maps // groups) * out_maps
    symbolic = derived("input C @ I\nconv K -> N, stride S, pad P:P2, dilation D, groups G\n")
    values = {"C": maps, "I": extent, "K": kernel, "N": out_maps, "S": stride, "P": before, "P2": after}
    values |= {"D": dilation, "G": groups}
    for model, given_values in ((read(text), {}), (symbolic, values)):
        agree(
            shown(model, given_values, model),
            {
                "shape": (out_maps, (out,)),
                "weights": weights,
                "biases": out_maps,
                "params": weights + out_maps,
                "neurons": out_maps * out,
                "connections": (weights + out_maps) * out,
                "macs": weights * out,
                "receptive": taps,
                "start": -before,
                "jump": stride,
            },
        )


@given(HUGE, HUGE, st.integers(1, 2**40), SMALL, st.data())
def test_ceil_same_and_deconv_beyond_64_bits(
    maps: int, extent: int, kernel: int, stride: int, data: st.DataObject
) -> None:
    pad = data.draw(st.integers(0, kernel // 2))
    pool = derived("input C @ I\nmaxpool K, stride S, pad P, ceil\n")
    values: dict[str, Value] = {"C": maps, "I": extent, "K": kernel, "S": stride, "P": pad}
    out = (extent + 2 * pad - kernel + stride - 1) // stride + 1
    out -= (out - 1) * stride >= extent + pad  # PyTorch's clamp
    if out >= 1:
        agree(
            shown(pool, values, pool),
            {"shape": (maps, (out,)), "neurons": maps * out, "connections": maps * out * kernel},
        )
    same = derived("input C @ I\nconv K -> N, stride S, pad same\n")
    out = -(-extent // stride)
    total = max((out - 1) * stride + kernel - extent, 0)
    agree(
        shown(same, values | {"N": 3}, same),
        {"shape": (3, (out,)), "start": -(total // 2), "connections": (kernel * maps + 1) * 3 * out},
    )
    back = derived("input C @ I\ndeconv K -> N, stride S, pad P\n")
    out = (extent - 1) * stride - 2 * pad + kernel
    agree(
        shown(back, values | {"N": 3}, back),
        {
            "shape": (3, (out,)),
            "weights": kernel * maps * 3,
            "connections": kernel * maps * 3 * extent + 3 * out,
        },
    )


@given(HUGE, HUGE, HUGE)
def test_full_connection_adaptive_pooling_and_upsampling_beyond_64_bits(
    maps: int, extent: int, units: int
) -> None:
    model = read(f"input {written(maps)} @ {written(extent)}x3\nfc -> {written(units)}\n")
    weights = maps * extent * 3 * units
    agree(shown(model, {}, model), {"weights": weights, "macs": weights, "connections": weights + units})
    model = read(f"input {written(maps)} @ {written(extent)}\nadaptiveavgpool {written(units)}\n")
    agree(shown(model, {}, model), {"connections": maps * (extent + units - gcd(extent, units))})
    model = read(f"input {written(maps)} @ {written(extent)}\nupsample 7/3\n")
    agree(shown(model, {}, model), {"shape": (maps, (7 * extent // 3,))})


# ------------------------------------------------------------------ ceil, same
ONE_AXIS = st.integers(1, 30), st.integers(1, 6), st.integers(1, 6), st.integers(1, 3)


def pooled(
    extent: int, kernel: int, stride: int, dilation: int, pad: int, *, ceil: bool, clamp: bool = True
) -> int:
    """Number of windows, by enumeration; without the clamp, windows may start in the padding behind."""
    case = Case("maxpool", 1, (extent,), (kernel,), (stride,), (dilation,), ((pad, pad),), ceil=ceil)
    if clamp or not ceil:
        return len(brute.starts(case, 0))
    return sum(1 for p in range(-pad, 99, stride) if p - stride + brute.reach(case, 0) < extent + pad)


@given(*ONE_AXIS)
def test_enumeration_the_ceil_clamp_never_acts_without_padding_and_with_stride_up_to_the_kernel(
    extent: int, kernel: int, stride: int, dilation: int
) -> None:
    assume(stride <= dilation * (kernel - 1) + 1)
    sizes = [pooled(extent, kernel, stride, dilation, 0, ceil=True, clamp=clamp) for clamp in (True, False)]
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize(("pad", "kernel", "stride"), [(0, 1, 2), (1, 2, 2), (1, 3, 3), (0, 2, 5)])
def test_enumeration_the_ceil_clamp_acts_with_padding_or_a_stride_above_the_kernel(
    pad: int, kernel: int, stride: int
) -> None:
    sizes = [
        [pooled(i, kernel, stride, 1, pad, ceil=True, clamp=clamp) for i in range(3, 20)]
        for clamp in (True, False)
    ]
    assert sizes[0] != sizes[1]


def test_ceil_with_uneven_padding_on_every_small_case() -> None:
    model = derived("input 1 @ I\nmaxpool K, stride S, pad P:P2, dilation D, ceil\n")
    sizes = product(range(1, 8), range(1, 5), range(1, 5), range(1, 3), range(3), range(3))
    for extent, kernel, stride, dilation, before, after in sizes:
        case = Case("maxpool", 1, (extent,), (kernel,), (stride,), (dilation,), ((before, after),), ceil=True)
        values: dict[str, Value] = {"I": extent, "K": kernel, "S": stride, "D": dilation}
        known = at(model, values | {"P": before, "P2": after})
        out = len(brute.starts(case, 0))
        stands = brute.possible(case) and out > 0
        assert all(c.holds(known) for c in model.conditions) == stands, case
        if stands:
            assert evaluate(model.extents[0], known) == out, case


@pytest.mark.parametrize(
    "layer",
    [
        "maxpool 3, stride 2, ceil",
        "maxpool 2, ceil",
        "maxpool K, ceil",
        "maxpool K x K2, ceil",
        "avgpool K + 1, stride K, ceil",
        "maxpool 2*S, stride S, ceil",
        "maxpool S + K, stride S, ceil",
        "maxpool 3, stride 2, ceil, dilation D",
        "maxpool K, stride 1, ceil",
        "symbol:maxpool K, stride S, ceil",
        "symbol:maxpool K, stride S, ceil, dilation D",
    ],
)
def test_no_clamp_is_left_without_padding_and_with_stride_up_to_the_kernel(layer: str) -> None:
    declared, _, layer = layer.rpartition(":")
    text = f"input C @ I x I2\n{layer}\n"
    model = read(("symbol K, S where S <= K\n" if declared else "") + text)
    for extent in model.extents:
        assert not extent.has(Min, Max), extent


@pytest.mark.parametrize(
    "layer", ["maxpool K, stride S, ceil", "maxpool 1, stride 2, ceil", "maxpool 3, pad 1, stride 2, ceil"]
)
def test_the_clamp_is_kept_where_it_may_act(layer: str) -> None:
    model = read(f"input C @ I\n{layer}\n")
    pairs = {
        extent: evaluate(
            model.extents[0],
            {s: {"C": 1, "I": extent, "K": 1, "S": 2}[s.name] for s in model.symbols.values()},
        )
        for extent in range(4, 33)
    }
    pad = 1 if "pad" in layer else 0
    kernel = 3 if "3" in layer else 1
    assert pairs == {extent: pooled(extent, kernel, 2, 1, pad, ceil=True) for extent in pairs}


@given(*ONE_AXIS)
def test_pad_same_gives_a_window_for_every_stride_whatever_the_kernel(
    extent: int, kernel: int, stride: int, dilation: int
) -> None:
    model = derived("input 1 @ I\nconv K -> 1, stride S, pad same, dilation D\n")
    case = Case("conv", 1, (extent,), (kernel,), (stride,), (dilation,), padding="same", out_maps=1)
    values: dict[str, Value] = {"I": extent, "K": kernel, "S": stride, "D": dilation}
    agree(
        shown(model, values, model),
        {"shape": (1, (len(brute.starts(case, 0)),)), "start": -brute.padding(case, 0)[0]},
    )
    assert len(brute.starts(case, 0)) == -(-extent // stride)


def test_half_padding_keeps_the_size_for_odd_kernels_only() -> None:
    sizes = {
        kernel: [read(f"input 1 @ {i}\nconv {kernel} -> 1, pad half\n").size for i in range(4, 20)]
        for kernel in range(1, 8)
    }
    for kernel, found in sizes.items():
        lost = 0 if kernel % 2 else 1
        assert found == [i - lost for i in range(4, 20)]
    odd = read("symbol K where K odd\ninput 1 @ I\nconv K -> 1, pad half\n")
    assert odd.size == odd.symbols["I"]
