"""The program of a network as Python source for PyTorch: one class, a line for each layer.

Nothing of it is run here. Names come from `planner.identifier`, and free text stands in comments and
docstrings without anything that could end them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from textwrap import wrap

from symcnn.bridges.calls import Call, Method
from symcnn.bridges.layout import WIDTH, laid_out
from symcnn.bridges.planner import Line, Plan, identifier, passes_on, plan, uses
from symcnn.layers.base import Shape
from symcnn.network.model import Model

_INDENT = 8
_TAKEN = {"torch", "nn", "F", "Tensor"}


def to_source(net: Model) -> str:
    """Return Python source that needs PyTorch alone: the class of a network at given numbers.

    Every tensor has its shape behind it, without the batch. Raises UsageError if a symbol is free,
    or for what PyTorch cannot do.

    >>> import symcnn
    >>> net = symcnn.parse("input 3@32x32; stem: conv 3x3 -> 8, stride 2; relu; fc -> 10", name="small.cnn")
    >>> print(to_source(net).partition("super().__init__()")[2])
    <BLANKLINE>
            self.stem = nn.Conv2d(3, 8, kernel_size=3, stride=2)
            self.relu1 = nn.ReLU()
            self.fc1 = nn.Linear(1800, 10)
    <BLANKLINE>
        def forward(self, x: Tensor) -> Tensor:
            # x: 3 @ 32 x 32
            x = self.stem(x)  # 8 @ 15 x 15
            x = self.relu1(x)  # 8 @ 15 x 15
            x = self.fc1(x.flatten(1))  # 10
            return x
    <BLANKLINE>
    """
    program = plan(net)
    own = _own_classes(program)
    body = "\n".join([*_class(net, program, {name for name, _ in own}), ""])
    names = [text for _, text in own if not text.startswith(("class", "def"))]  # of types
    texts = [text for _, text in own if text not in names]
    head = [*_heading(net), "", *_imports("".join([body, *texts])), *(["", *names] if names else [])]
    return "\n\n\n".join(["\n".join(head), *texts, body])


# ------------------------------------------------------------------ the head
def _heading(net: Model) -> Iterator[str]:
    values = ", ".join(f"{name}={value}" for name, value in net.reading.bindings.items())
    name = f"{net.source.title}, net {net.name}" if net.name else net.source.title
    text = (
        f"{_harmless(name)}{f' with {_harmless(values)}' if values else ''}, written for PyTorch by symcnn."
    )
    first, *more = wrap(text, WIDTH - 3)
    if more:
        yield from (f'"""{first}', *more, '"""')
    else:
        yield f'"""{first}"""'


def _harmless(text: str) -> str:
    """Return a text that can stand in a docstring: printable, without quotes and backslashes."""
    return "".join(c if c.isprintable() and c not in "\"'\\" else "?" for c in text)


def _imports(text: str) -> Iterator[str]:
    if re.search(r"\bmath\.", text):
        yield "import math"
        yield ""
    if re.search(r"\btorch\.", text):
        yield "import torch"
    if re.search(r"\bF\.", text):
        yield "import torch.nn.functional as F"
    yield "from torch import Tensor, nn"


# ------------------------------------------------------------------ layers of our own
def _own_classes(program: Plan) -> list[tuple[str, str]]:
    """Return the names and the text of what PyTorch does not have but the program uses, in order."""
    text = (files("symcnn.bridges") / "torch_layers.py").read_text(encoding="utf-8")
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node
    wanted, waiting = set[str](), {n for line in program.lines for n in _called(line) if "." not in n}
    while waiting:
        wanted |= waiting
        inside = (node.id for name in waiting for node in ast.walk(found[name]) if isinstance(node, ast.Name))
        waiting = {name for name in inside if name in found} - wanted
    return [(name, ast.get_source_segment(text, found[name]) or "") for name in found if name in wanted]


def _called(line: Line) -> Iterator[str]:
    made = line.made
    while made is not None:
        if isinstance(made, Call):
            yield made.function
            made = next((a for a in made.arguments if isinstance(a, Call)), None)
        else:
            made = made.owner if isinstance(made, Method) else None


# ------------------------------------------------------------------ the class
def _class(net: Model, program: Plan, own: set[str]) -> Iterator[str]:
    names = _names(program)
    returned = [names[number] for number in program.outputs]
    taken = [names[number] for number in program.inputs]
    yield f"class {_title(net, own)}(nn.Module):"
    shapes = [_shape(program.lines[number].step.shape) for number in (*program.inputs, *program.outputs)]
    arriving, leaving = shapes[: len(taken)], shapes[len(taken) :]
    told = (
        f"From {' and '.join(arriving)} to {' and '.join(leaving)}; {int(net.params):,} trained parameters."
    )
    first, *more = wrap(told, WIDTH - 10)
    yield from (
        (f'    """{first}', *(f"    {line}" for line in more), '    """') if more else (f'    """{first}"""',)
    )
    yield from ("", "    def __init__(self) -> None:", "        super().__init__()")
    for line in program.lines:
        yield from _making(line)
    arguments = "".join(f", {name}: Tensor" for name in taken)
    gives = "Tensor" if len(returned) == 1 else f"tuple[{', '.join(['Tensor'] * len(returned))}]"
    yield from ("", f"    def forward(self{arguments}) -> {gives}:")
    for name, shape in zip(taken, arriving, strict=True):
        yield f"        # {name}: {shape}"
    for line in program.lines:
        if not passes_on(line):
            yield from _applying(line, names)
    yield f"        return {', '.join(returned)}"


def _title(net: Model, own: set[str]) -> str:
    """Return the name of the class: that of the text and of its net in one word."""
    text = net.source.name.rpartition("/")[2].removesuffix(".cnn")
    text = "network" if text.startswith("<") else text  # <text>, <stdin>
    name = net.name if net.name.lower().startswith(text.lower()) else f"{text} {net.name}"
    words = re.findall(r"[^\W_]+", name)
    title = identifier("".join(word[:1].upper() + word[1:] for word in words) or "Network")
    return f"{title}Net" if title in own | _TAKEN else title


def _making(line: Line) -> Iterator[str]:
    """Yield the lines that make a layer; what is kept out of training is said below it."""
    made = line.made
    if made is None:
        return
    fixed = isinstance(made, Method)  # requires_grad_(False)
    if isinstance(made, Method):
        made = made.owner
    yield from laid_out(f"self.{line.name} = ", made, {}, "", _INDENT)
    if fixed:
        yield f"        self.{line.name}.requires_grad_(False)"


def _applying(line: Line, names: dict[int, str]) -> Iterator[str]:
    """Yield the lines of a step in forward, with the shape that comes out."""
    shape, start = _shape(line.step.shape), f"{names[line.step.number]} = "
    lines = list(laid_out(start, line.expression, names, f"self.{line.module}", _INDENT))
    if len(lines) == 1 and len(lines[0]) + len(shape) + 4 <= WIDTH:
        yield f"{lines[0]}  # {shape}"
    else:
        yield from (f"        # {shape}", *lines)


def _names(program: Plan) -> dict[int, str]:
    """Return the variable of every step: `x` for what the next line takes alone, else its own name."""
    used = uses(program)
    order = [line.step.number for line in program.lines if not passes_on(line)]
    following = dict(pairwise(order))
    if len(program.inputs) == 1 and order:
        following[program.inputs[0]] = order[0]
    names = {}
    for line in program.lines:
        number = line.step.number
        returned = program.outputs.count(number)
        nearby = used.get(number, []) == [following.get(number, -1)] and not returned
        last = number not in used and returned == 1 and order[-1:] in ([number], [])
        names[number] = "x" if nearby or last else line.name
    return names


def _shape(shape: Shape) -> str:
    """Return a shape as a text has it.

    >>> _shape(Shape(96, (55, 55))), _shape(Shape(10))
    ('96 @ 55 x 55', '10')
    """
    return f"{shape.maps} @ {' x '.join(map(str, shape.extents))}" if shape.extents else str(shape.maps)
