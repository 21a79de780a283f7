"""Networks at given numbers as modules of PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from symcnn.bridges import torch_layers
from symcnn.bridges.calls import Apply, Call, Infix, Item, Method, Value
from symcnn.bridges.planner import Line, Plan, plan
from symcnn.errors import UsageError
from symcnn.network.model import Model


class Network(nn.Module):
    """The module of a network: one submodule for each layer, named after its label.

    Dots and rounds of a label become underscores: `stage[2].conv1` is `stage_2_conv1`. What only
    moves values (`flatten`, `pad`, `crop`, `split`, `shuffle`, joins) is no submodule.
    """

    def __init__(self, program: Plan) -> None:
        super().__init__()
        self.plan = program
        for line in program.lines:
            if line.made is not None:
                self.add_module(line.name, _evaluate(line.made, {}, None))

    def run(self, *inputs: Tensor) -> dict[int, Tensor]:
        """Return the tensor that every step gives, by its number."""
        if len(inputs) != len(self.plan.inputs):
            raise UsageError(f"{len(inputs)} tensors are given for {len(self.plan.inputs)} inputs")
        values = dict(zip(self.plan.inputs, inputs, strict=True))
        for line in self.plan.lines:
            layer = None if line.module is None else getattr(self, line.module)
            values[line.step.number] = _evaluate(line.expression, values, layer)
        return values

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        """Return what leaves the network: a tensor, or a tuple where `output` names several."""
        values = self.run(*inputs)
        found = tuple(values[number] for number in self.plan.outputs)
        return found[0] if len(found) == 1 else found


def module(net: Model, *, device: str | None = None) -> Network:
    """Return the module of a network whose symbols all have numbers; its first axis is the batch.

    On the device "meta" it has sizes and parameters without values, whatever they take. Raises
    UsageError if a symbol is free, or for what PyTorch cannot do.

    >>> import symcnn
    >>> lenet = module(symcnn.zoo("lenet5").at(I=32, K=5, classes=10))
    >>> sum(p.numel() for p in lenet.parameters() if p.requires_grad), lenet(torch.zeros(2, 1, 32, 32)).shape
    (60000, torch.Size([2, 10, 1, 1]))
    """
    program = plan(net)
    with torch.device(device or torch.get_default_device()):
        return Network(program)


@dataclass(frozen=True)
class Measured:
    """What PyTorch has of one layer, in one round: its output without the batch, its numbers of values."""

    label: str
    shape: tuple[int, ...]
    params: int = 0
    fixed: int = 0
    buffers: int = 0


def measure(net: Model) -> tuple[Measured, ...]:
    """Return what a real module has of every layer, in order; those that share weights count none.

    BatchNorm's count of batches is no buffer here, as it is none of the formulas.

    >>> import symcnn
    >>> measure(symcnn.parse("input 1@32x32; C1: conv 5x5 -> 6"))[1]
    Measured(label='C1', shape=(6, 28, 28), params=156, fixed=0, buffers=0)
    """
    made = module(net, device="meta").eval()
    lines = made.plan.lines
    batch = 2  # a single vector has no spread, which the normalisations refuse
    inputs = [_meta(batch, line) for line in lines if line.step.number in made.plan.inputs]
    values = made.run(*inputs)
    return tuple(_measured(line, made, tuple(values[line.step.number].shape)[1:]) for line in lines)


def _meta(batch: int, line: Line) -> Tensor:
    shape = line.step.shape
    return torch.empty(batch, *map(int, (shape.maps, *shape.extents)), device="meta")


def _measured(line: Line, made: Network, shape: tuple[int, ...]) -> Measured:
    if line.made is None:
        return Measured(line.step.label, shape)
    layer = getattr(made, line.name)
    trained, fixed = (
        sum(p.numel() for p in layer.parameters() if p.requires_grad is asked) for asked in (True, False)
    )
    kept = sum(b.numel() for name, b in layer.named_buffers() if name != "num_batches_tracked")
    return Measured(line.step.label, shape, trained, fixed, kept)


# ------------------------------------------------------------------ carrying out a line
def _evaluate(node: Any, values: Mapping[int, Tensor], layer: nn.Module | None) -> Any:
    """Return the value of an expression; `layer` is the one that the line applies."""

    def at(part: Any) -> Any:
        return _evaluate(part, values, layer)

    if isinstance(node, Value):
        return values[node.step]
    if isinstance(node, Apply) and layer is not None:
        return layer(at(node.value))
    if isinstance(node, Call):
        return _function(node.function)(*map(at, node.arguments), **{k: at(v) for k, v in node.keywords})
    if isinstance(node, Method):
        called = getattr(at(node.owner), node.name)
        return called(*map(at, node.arguments), **{k: at(v) for k, v in node.keywords})
    if isinstance(node, Item):
        return at(node.owner)[node.index]
    if isinstance(node, Infix):
        first, *others = map(at, node.operands)
        for other in others:
            first = first + other if node.operator == "+" else first * other
        return first
    return tuple(map(at, node)) if isinstance(node, tuple) else node


def _function(name: str) -> Callable[..., Any]:
    """Return a function of PyTorch or of this file by the name that it has in a program."""
    home, _, inner = name.rpartition(".")
    found: Callable[..., Any] = getattr(_HOMES[home], inner)
    return found


_HOMES = {"": torch_layers, "nn": nn, "F": F, "torch": torch}
