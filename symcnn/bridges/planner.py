"""The program of a network: one line per step, every layer with a name, nothing said yet of how it runs."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from symcnn.bridges.calls import (
    Apply,
    Argument,
    Call,
    Expression,
    Infix,
    Item,
    Method,
    Value,
    layer_of,
    values_of,
)
from symcnn.bridges.recipes import recipe
from symcnn.bridges.steps import Step
from symcnn.bridges.tracer import trace
from symcnn.errors import UsageError
from symcnn.layers.reshape import Input
from symcnn.network.model import Model

LARGEST = 2**63 - 1  # bytes, which PyTorch counts
_BYTES = 8  # of a value: two numbers of four bytes, as what is measured comes twice

# What nn.Module calls its own, and what the program uses.
_TAKEN = frozenset(
    """add_module apply bfloat16 bool buffers call_super_init children compile cpu cuda double dump_patches
    eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu
    load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters
    register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
    register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
    register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
    register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to
    to_empty train training type xpu zero_grad T_destination plan run torch nn F Tensor self x""".split()
)


@dataclass(frozen=True)
class Line:
    """One step of the program: `module` is the name of the layer that it applies, if it applies one.

    `made` makes that layer; None where it is one that an earlier line has made.
    """

    step: Step
    name: str
    module: str | None
    made: Expression | None
    expression: Expression


@dataclass(frozen=True)
class Plan:
    """The lines of a program, the steps that are its inputs, and those that it returns."""

    lines: tuple[Line, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def plan(net: Model) -> Plan:
    """Return the program of a network whose symbols all have numbers.

    Raises UsageError if a symbol is free, or for what PyTorch cannot do.

    >>> import symcnn
    >>> program = plan(symcnn.parse("input 3@8x8; stem: { conv 3x3 -> 4; relu }"))
    >>> [line.name for line in program.lines], program.lines[1].made
    (['input1', 'stem_conv1', 'stem_relu1'], Call(function='nn.Conv2d', arguments=(3, 4), \
keywords=(('kernel_size', 3),)))
    """
    traced = trace(net)
    for step in traced.steps:
        _judge(step)
    names = _names(traced.steps)
    same: dict[int, int] = {}  # steps that only pass a tensor on, and those that give it
    owners = {step.shares for step in traced.steps}
    lines: list[Line] = []
    for step, name in zip(traced.steps, names, strict=True):
        shared = step.shares is not None or step.number in owners
        expression = _redirected(recipe(step, shared), same)
        if isinstance(expression, Value) and expression.step != step.number:
            same[step.number] = expression.step
        made = layer_of(expression)
        owner = step.number if step.shares is None else step.shares
        module = names[owner] if made is not None else None
        if step.shares is not None and made != lines[owner].made:
            raise UsageError(f"'{step.label}' would need another layer than '{lines[owner].step.label}'")
        lines.append(Line(step, name, module, made if owner == step.number else None, expression))
    outputs = tuple(same.get(number, number) for _, number in traced.outputs)
    inputs = tuple(line.step.number for line in lines if isinstance(line.step.layer, Input))
    return Plan(tuple(lines), inputs, outputs)


def passes_on(line: Line) -> bool:
    """Whether a line only passes on what another one gives, as `identity` does, or is an input."""
    return isinstance(line.expression, Value)


def uses(program: Plan) -> dict[int, list[int]]:
    """Return the lines in which the tensor of each step is used, once for each use."""
    found: dict[int, list[int]] = {}
    for line in program.lines:
        if not passes_on(line):
            for value in values_of(line.expression):
                found.setdefault(value, []).append(line.step.number)
    return found


def _judge(step: Step) -> None:
    """Raise UsageError for tensors whose bytes are beyond the integers of PyTorch."""
    counts = step.counts
    for what, number in (("values", step.shape.units), ("weights", counts.weights + counts.biases)):
        if _BYTES * number > LARGEST:
            raise UsageError(f"'{step.label}' has {number} {what}, more than PyTorch can count")


def _redirected(expression: Expression, same: dict[int, int]) -> Expression:
    """Return an expression on the tensors where they come from."""
    if isinstance(expression, Value):
        return Value(same.get(expression.step, expression.step))
    if isinstance(expression, Apply):
        return replace(expression, value=_redirected(expression.value, same))
    if isinstance(expression, Infix):
        return replace(expression, operands=tuple(_redirected(e, same) for e in expression.operands))
    if isinstance(expression, Item):
        return replace(expression, owner=_redirected(expression.owner, same))
    arguments = tuple(_argument(a, same) for a in expression.arguments)
    if isinstance(expression, Method):
        return replace(expression, owner=_redirected(expression.owner, same), arguments=arguments)
    return replace(expression, arguments=arguments)


def _argument(value: Argument, same: dict[int, int]) -> Argument:
    if isinstance(value, tuple):
        return tuple(_argument(part, same) for part in value)
    if isinstance(value, Value | Call | Method | Item | Infix | Apply):
        return _redirected(value, same)
    return value


# ------------------------------------------------------------------ names
def _names(steps: Iterable[Step]) -> list[str]:
    """Return a name for every step that a program can use, from its label: dots become underscores.

    No two are the same, and none is Python's or one that a module of PyTorch has.
    """
    found: list[str] = []
    known: set[str] = set()
    for step in steps:
        name = base = identifier("_".join(step.names))
        number = 2
        while name in known:
            name, number = f"{base}_{number}", number + 1
        known.add(name)
        found.append(name)
    return found


def identifier(text: str) -> str:
    """Return a text as a name of Python that means nothing else.

    >>> identifier("e_1_conv2"), identifier("train"), identifier("_x"), identifier("a net!"), identifier("")
    ('e_1_conv2', 'train_', 'n_x', 'a_net', 'n')
    """
    name = re.sub(r"\W+", "_", text.replace("-", "minus")).rstrip("_")
    if not name or name[0] == "_" or name[0].isdigit():
        name = f"n{name}"
    return f"{name}_" if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in _TAKEN else name
