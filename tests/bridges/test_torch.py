"""Real modules of PyTorch against the formulas: every layer, random programs, the whole zoo.

PyTorch is no part of what the tests need: without it they are skipped.
"""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bridges import reading
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from layers.cases import Writer, cases

import symcnn
from symcnn.bridges.source import to_source
from symcnn.catalogue import entry, names
from symcnn.errors import SymcnnError
from symcnn.layers import registry
from symcnn.network.model import Model

torch = pytest.importorskip("torch", reason="PyTorch is not installed (pip install symcnn[torch])")

from torch import nn  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from symcnn.bridges import torch as torch_bridge  # noqa: E402
from symcnn.bridges import torch_layers  # noqa: E402
from symcnn.bridges.planner import identifier  # noqa: E402
from symcnn.bridges.torch import Network, measure, module  # noqa: E402

WORDS = sorted(set(registry()) - {"input"})


def sizes(shape: Any) -> tuple[int, ...]:
    return (int(shape.maps), *map(int, shape.extents))


def disagreements(net: Model) -> list[tuple[Any, ...]]:
    """Return the layers of which PyTorch has another shape or other numbers than the formulas."""
    found: list[tuple[Any, ...]] = []
    measured, lines = measure(net), module(net, device="meta").plan.lines
    for real, line in zip(measured, lines, strict=True):
        if line.step.part is None:
            continue
        ours = line.step.formulas
        expected = (sizes(ours), ours.params, ours.fixed, ours.buffers)
        if expected != (real.shape, real.params, real.fixed, real.buffers):
            found.append((real, expected))
    whole = tuple(sum(getattr(real, name) for real in measured) for name in ("params", "fixed", "buffers"))
    return found if whole == (net.params, net.fixed, net.buffers) else [*found, ("in all", whole)]


def inputs(made: Network, batch: int = 2, device: str = "cpu") -> list[Any]:
    shapes = [sizes(made.plan.lines[number].step.shape) for number in made.plan.inputs]
    return [torch.randn(batch, *shape, device=device) for shape in shapes]


def printed(net: Model) -> Any:
    """Return the module of the printed program."""
    text = to_source(net)
    found: dict[str, Any] = {}
    exec(compile(ast.parse(text), "printed", "exec"), found)
    return found[reading.program(text).name]()


def same_values(net: Model) -> bool:
    """Whether the module and the printed program, with the same weights, give the same."""
    made, other = module(net).eval(), printed(net).eval()
    assert list(made.state_dict()) == list(other.state_dict())
    other.load_state_dict(made.state_dict())
    given_ = inputs(made)
    left, right = made(*given_), other(*given_)
    pairs = zip(*((side,) if torch.is_tensor(side) else side for side in (left, right)), strict=True)
    return all(torch.equal(a.nan_to_num(), b.nan_to_num()) for a, b in pairs)


# ------------------------------------------------------------------ one layer
@pytest.mark.parametrize("word", WORDS)
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_every_layer_with_random_attributes(word: str, data: st.DataObject) -> None:
    text = Writer(letters=False).net([data.draw(cases(word))])
    try:
        net = symcnn.parse(text)
    except SymcnnError:
        assume(False)
    assert disagreements(net) == []
    assert same_values(net)
    if word not in ("local", "subsample", "rbf") and "table" not in text:
        with FlopCounterMode(display=False) as counter:
            made = module(net, device="meta").eval()
            made(*inputs(made, 2, "meta"))  # alone, a value has no spread for a normalisation
        assert counter.get_total_flops() == 2 * 2 * net.macs


@pytest.mark.parametrize("shape", ["6", "6 @ 2 x 3 x 1 x 2", "6 @ 1", "6 @ 1 x 1"])
@pytest.mark.parametrize(
    "layer",
    [
        *("fc -> 4", "dense -> 4, no bias", "rbf -> 4, fixed", "flatten", "identity", "shuffle 3", "prelu"),
        *("batchnorm", "batchnorm, no bias", "layernorm", "layernorm, no bias, fixed", "groupnorm 2"),
        *("groupnorm 3, no bias", "instancenorm", "instancenorm, affine", "scale", "lrn", "lrn 4"),
        *("split 2, part 2", "softmax", "globalpool", "prelu, shared, fixed", "dropout", "elu 1/3"),
    ],
)
def test_layers_on_vectors_on_single_positions_and_on_four_axes(shape: str, layer: str) -> None:
    if layer == "globalpool" and shape.count("x") == 3:
        pytest.skip("PyTorch has no pooling on four axes")
    net = symcnn.parse(f"input {shape if '@' in shape else '6 @ 1; flatten'}; {layer}")
    assert disagreements(net) == []
    assert same_values(net)


# ------------------------------------------------------------------ values of the layers of our own
def test_a_connection_table_is_a_convolution_with_zeros() -> None:
    rows = ((0, 1, 2), (3,), (2, 0))
    table = torch_layers.TableConv(rows, 4, (3, 2), stride=(2, 1))
    dense = torch.zeros(3, 4, 3, 2)
    for weight, (n, c) in zip(table.weight, [(n, c) for n, row in enumerate(rows) for c in row], strict=True):
        dense[n, c] = weight
    x = torch.randn(2, 4, 7, 5)
    assert torch.allclose(table(x), nn.functional.conv2d(x, dense, table.bias, (2, 1)), atol=1e-6)


def test_a_local_convolution_with_equal_weights_is_a_convolution() -> None:
    local, shared = (
        torch_layers.LocalConv(2, 3, (4, 3), (2, 3), (1, 2), (2, 1)),
        nn.Conv2d(2, 3, (2, 3), (1, 2)),
    )
    with torch.no_grad():
        shared.dilation = (2, 1)
        local.weight.copy_(shared.weight[:, :, None, None].expand_as(local.weight))
        local.bias.copy_(shared.bias[:, None, None].expand_as(local.bias))
    x = torch.randn(2, 2, 6, 7)
    assert torch.allclose(local(x), shared(x), atol=1e-5)
    with torch.no_grad():
        local.weight[0, 0, 1, 1] += 1
    changed = (local(x) - shared(x)).abs() > 1e-4
    assert changed[:, 0, 1, 1].all() and changed.sum() == 2


def test_subsampling_is_a_scaled_mean() -> None:
    net = symcnn.parse("input 3@9x9; subsample 2x3, stride 2, pad 0:1 x 1")
    made = module(net)
    with torch.no_grad():
        made.subsample1.weight.copy_(torch.tensor([1.0, 2.0, 3.0]).view(3, 1, 1))
        made.subsample1.bias.fill_(0.5)
    x = torch.randn(2, 3, 9, 9)
    mean = nn.functional.avg_pool2d(nn.functional.pad(x, (1, 1, 0, 1)), (2, 3), 2)
    assert torch.allclose(made(x), 6 * mean * torch.tensor([1, 2, 3]).view(3, 1, 1) + 0.5, atol=1e-5)


def test_a_mean_over_taps_with_gaps_is_a_convolution_with_equal_weights() -> None:
    net = symcnn.parse("input 2@9x8; avgpool 2x3, stride 2x1, dilation 3x2")
    x, kernel = torch.randn(2, 2, 9, 8), torch.full((2, 1, 2, 3), 1 / 6)
    mean = nn.functional.conv2d(x, kernel, stride=(2, 1), dilation=(3, 2), groups=2)
    assert torch.allclose(module(net)(x), mean, atol=1e-6)
    assert disagreements(net) == []


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_pixel_shuffles_go_there_and_back(axes: int) -> None:
    factors = (2, 3, 2)[:axes]
    x = torch.randn(2, 12 * 2, *(2, 3, 2)[:axes])
    there = torch_layers.PixelShuffleNd(factors)(x)
    assert torch.equal(torch_layers.PixelUnshuffleNd(factors)(there), x)
    assert there.shape[2:] == torch.Size(i * f for i, f in zip(x.shape[2:], factors, strict=True))
    if axes == 2:
        y = torch.randn(2, 8, 3, 5)
        assert torch.equal(torch_layers.PixelShuffleNd((2, 2))(y), nn.PixelShuffle(2)(y))


def test_unpooling_puts_values_at_the_first_places() -> None:
    x = torch.arange(1.0, 7).view(1, 1, 2, 3)
    indices = torch.tensor([[[[0, 2, 4], [12, 14, 16]]]])
    assert torch.equal(torch_layers.Unpool((2, 2), (4, 6))(x), nn.MaxUnpool2d(2)(x, indices))
    net = symcnn.parse("input 1@3x3; maxunpool 3, stride 2, pad 1")
    assert module(net)(torch.ones(1, 1, 3, 3)).sum() == 9


@pytest.mark.parametrize(
    "attributes",
    ["stride 2, pad 1:0", "pad same, stride 2", "stride 3, ceil, pad 0:1", "pad half, dilation 2"],
)
def test_maximum_pooling_never_takes_its_padding(attributes: str) -> None:
    net = symcnn.parse(f"input 1@10x10; maxpool 3, {attributes}")
    assert module(net)(-torch.rand(1, 1, 10, 10) - 1).max() < -1
    assert module(net)(-torch.rand(1, 1, 10, 10) - 1).isfinite().all()


def test_a_transposed_convolution_cut_on_one_side() -> None:
    net = symcnn.parse("input 2@5; deconv 4 -> 3, stride 2, pad 0:2, outpad 1")
    made = module(net)
    x = torch.randn(1, 2, 5)
    layer = made.deconv1
    whole = nn.functional.conv_transpose1d(x, layer.weight, layer.bias, 2, output_padding=1)
    assert torch.equal(made(x), whole[..., :-2])


# ------------------------------------------------------------------ graphs
def test_shared_weights_are_one_layer() -> None:
    net = symcnn.parse(
        "input 2@9x9; a: conv 3x3 -> 2, pad same, stride 2; b: share a; c: share a;"
        "n: instancenorm, affine; d: share n"
    )
    made = module(net)
    assert [name for name, _ in made.named_children()] == ["a", "n"]
    assert disagreements(net) == []
    assert same_values(net)


def test_normalisation_shared_by_a_map_and_a_vector() -> None:
    net = symcnn.parse("input 4@3x3; a: batchnorm; flatten; dense -> 4; share a")
    assert disagreements(net) == []
    assert same_values(net)


def test_several_inputs_and_outputs() -> None:
    net = symcnn.parse("a: input 2@9; x1: conv 3 -> 4; b: input 3@4; y1: fc -> 5; output y1, x1")
    made = module(net)
    y, x = made(torch.zeros(2, 2, 9), torch.zeros(2, 3, 4))
    assert (y.shape, x.shape) == ((2, 5), (2, 4, 7))
    assert same_values(net)
    with pytest.raises(symcnn.UsageError) as caught:
        made(torch.zeros(2, 2, 9))
    assert str(caught.value) == "error: 1 tensors are given for 2 inputs"


def test_an_input_at_the_end() -> None:
    assert same_values(symcnn.parse("a: input 1@5; conv 3 -> 4; relu; input 2@5"))


def test_hooks_see_every_layer() -> None:
    net = symcnn.parse("input 3@8x8; stem: { conv 3x3 -> 4; relu }; repeat 2 { a: conv 1 -> 4 }; fc -> 2")
    made, seen = module(net, device="meta"), {}
    for name, layer in made.named_children():
        layer.register_forward_hook(lambda _, __, out, name=name: seen.update({name: tuple(out.shape)}))
    made(torch.empty(5, 3, 8, 8, device="meta"))
    assert seen == {
        "stem_conv1": (5, 4, 6, 6), "stem_relu1": (5, 4, 6, 6),
        "a_1": (5, 4, 6, 6), "a_2": (5, 4, 6, 6), "fc1": (5, 2),
    }  # fmt: skip


def test_fixed_weights_are_not_trained_and_batches_are_not_counted() -> None:
    net = symcnn.parse("input 3@8x8; conv 3x3 -> 4, fixed; batchnorm; prelu, fixed")
    made = module(net)
    assert {name for name, p in made.named_parameters() if p.requires_grad} == {
        "batchnorm1.weight",
        "batchnorm1.bias",
    }
    assert measure(net)[2].buffers == 8
    assert printed(net).conv1.weight.requires_grad is False
    loss = made(torch.randn(2, 3, 8, 8)).sum()
    loss.backward()
    assert made.conv1.weight.grad is None and made.batchnorm1.weight.grad is not None


def test_examples() -> None:
    """The doctests of the bridge, and what the page on PyTorch shows."""
    assert doctest.testmod(torch_bridge).failed == 0
    page = (Path(__file__).parents[2] / "docs" / "pytorch.md").read_text(encoding="utf-8")
    block = page.partition("```pycon\n")[2].partition("```")[0]
    test = doctest.DocTestParser().get_doctest(block, {}, "pytorch.md", "pytorch.md", 0)
    assert len(test.examples) > 5
    assert doctest.DocTestRunner().run(test).failed == 0


def test_no_name_of_a_module_is_hidden() -> None:
    public = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert {name for name in public if identifier(name) == name} == set()


def test_a_device_is_used() -> None:
    net = symcnn.zoo("lenet5")
    net = net.at(net.defaults)
    assert {p.device.type for p in module(net, device="meta").parameters()} == {"meta"}
    assert {p.device.type for p in module(net).parameters()} == {"cpu"}


@settings(suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_programs(data: st.DataObject) -> None:
    strategies = pytest.importorskip("symcnn.verify.strategies")
    program = data.draw(strategies.numbered_programs())
    try:
        net = symcnn.parse(program.text)
        net = net.at({name: value for name, value in program.numbers.items() if name in net.symbols})
        found = disagreements(net)
    except SymcnnError as error:
        assume("PyTorch" in error.fact)  # what it does not know on so many axes
        raise
    assert found == []
    assert same_values(net)


# ------------------------------------------------------------------ the zoo
@cache
def text_of(name: str) -> Model:
    return Model.read(entry(name))


def configurations() -> Iterator[tuple[str, str, str]]:
    """Yield the text, the net and the config of all networks of the zoo."""
    for name in names():
        whole = text_of(name)
        nets = [*whole.nets.values()]
        for net in [whole, *nets] if whole.has_layers or not nets else nets:
            yield from ((name, net.name, config) for config in net.configs or [""])


def configured(name: str, net: str, config: str) -> Model:
    found: Model = text_of(name).nets[net] if net else text_of(name)
    values = (
        {"C": 3, "I": 227, "K": 11, "N": 96, "S": 4, "P": 0} | found.defaults | found.configs.get(config, {})
    )
    return found.at({symbol: values.get(symbol, 2) for symbol in found.symbols})


@pytest.mark.parametrize(("name", "net", "config"), list(configurations()))
def test_the_zoo(name: str, net: str, config: str) -> None:
    model = configured(name, net, config)
    assert disagreements(model) == []
    with FlopCounterMode(display=False) as counter:
        made = module(model, device="meta").eval()
        found = made(*inputs(made, 1, "meta"))
    ends = [*model.outputs.values()] or [model.root]
    left = (found,) if torch.is_tensor(found) else found
    assert [tuple(tensor.shape)[1:] for tensor in left] == [sizes(end.output) for end in ends]
    if name != "lenet5":  # whose table, subsampling and radial units PyTorch does in other ways
        assert counter.get_total_flops() == 2 * model.macs


def test_the_zoo_is_there() -> None:
    assert len(list(configurations())) >= 96


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "squeezenet1_1", "shufflenet_v2_x0_5"])
def test_printed_programs_of_the_zoo_give_the_same(name: str) -> None:
    net = symcnn.zoo(name)
    family = net.at({symbol: {"I": 64}.get(symbol, value) for symbol, value in net.defaults.items()})
    assert same_values(family)
