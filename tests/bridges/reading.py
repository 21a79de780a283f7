"""Reads printed programs without running them: the calls that make layers, and forward, by `ast` alone.

Layers of PyTorch are counted here from their arguments, by the rules in PyTorch's documentation: so a
program that is printed wrongly is found where no PyTorch is installed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

Shape = tuple[int, ...]  # maps, then extents


@dataclass(frozen=True)
class Made:
    """A call that makes a layer: its class and its arguments."""

    name: str
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]

    def get(self, name: str, rank: int, usual: int) -> tuple[int, ...]:
        """Return an argument for every axis."""
        value = self.keywords.get(name, usual)
        return value if isinstance(value, tuple) else (value,) * rank


def program(text: str) -> ast.ClassDef:
    """Return the class of the network: the last one."""
    return [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)][-1]


def layers(text: str) -> dict[str, Made]:
    """Return what `__init__` makes, by attribute."""
    found = {}
    for node in _method(text, "__init__"):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            call, target = node.value, node.targets[0]
            assert isinstance(target, ast.Attribute)
            keywords = {word.arg or "": ast.literal_eval(word.value) for word in call.keywords}
            found[target.attr] = Made(
                ast.unparse(call.func), tuple(map(ast.literal_eval, call.args)), keywords
            )
    return found


def _method(text: str, name: str) -> list[ast.stmt]:
    return next(
        node.body for node in program(text).body if isinstance(node, ast.FunctionDef) and node.name == name
    )


def _kind(made: Made) -> str:
    return re.sub(r"^nn\.|[123]d$", "", made.name)


# ------------------------------------------------------------------ parameters
def params(made: Made) -> int:
    """Return the number of parameters of a layer of PyTorch."""
    kind = _kind(made)
    if kind in ("Conv", "ConvTranspose"):
        first, second = made.arguments
        rank, groups = int(made.name[-2]), made.keywords.get("groups", 1)
        bias = second if made.keywords.get("bias", True) else 0
        return first * second // groups * prod(made.get("kernel_size", rank, 0)) + bias
    if kind == "Linear":
        first, second = made.arguments
        return (first + made.keywords.get("bias", True)) * second
    if kind in ("BatchNorm", "LayerNorm"):
        return 2 * made.arguments[0]
    if kind == "Scale":
        return made.arguments[0]
    assert kind in WITHOUT, made
    return 0


WITHOUT = set(
    """ReLU ReLU6 LeakyReLU GELU SiLU Hardswish Hardsigmoid Sigmoid Softmax Dropout MaxPool AvgPool
    AdaptiveAvgPool LocalResponseNorm""".split()
)


# ------------------------------------------------------------------ shapes
def shapes(text: str, arriving: Shape) -> tuple[list[Shape], Shape]:
    """Return the shape behind every line of forward, and the one returned, by a walk over its lines."""
    made, values, found = layers(text), {"x": arriving}, []
    for node in _method(text, "forward"):
        if isinstance(node, ast.Return):
            assert node.value is not None
            return found, _shape(node.value, values, made)
        assert isinstance(node, ast.Assign)
        shape = _shape(node.value, values, made)
        assert isinstance(node.targets[0], ast.Name)
        values[node.targets[0].id] = shape
        found.append(shape)
    raise AssertionError("no return")


def comments(text: str) -> list[Shape]:
    """Return the shapes that stand beside the lines of forward, or above them, in order."""
    forward = text[text.index("def forward") :].splitlines()
    found = []
    for line in forward:
        _, mark, comment = line.partition("# ")
        if mark:
            maps, _, extents = comment.partition(" @ ")
            found.append((maps, *extents.split(" x ")) if extents else (maps,))
    return [tuple(map(int, shape)) for shape in found[1:]]  # the first is that of the input, with its name


def _shape(node: ast.expr, values: Mapping[str, Shape], made: Mapping[str, Made]) -> Shape:
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.BinOp):
        a, b = (_shape(side, values, made) for side in (node.left, node.right))
        assert all(m == n or 1 in (m, n) for m, n in zip(a, b, strict=True))
        return tuple(map(max, a, b))
    if isinstance(node, ast.Subscript):
        return _shape(node.value, values, made)
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    owner, called = node.func.value, node.func.attr
    if isinstance(owner, ast.Name) and owner.id == "self":
        return _applied(made[called], _shape(node.args[0], values, made))
    if ast.unparse(node.func) == "torch.cat":
        assert isinstance(node.args[0], ast.Tuple) and ast.unparse(node.keywords[0]) == "dim=1"
        several = [_shape(part, values, made) for part in node.args[0].elts]
        assert len({shape[1:] for shape in several}) == 1
        return (sum(shape[0] for shape in several), *several[0][1:])
    if ast.unparse(node.func) == "F.pad":
        return _padded(_shape(node.args[0], values, made), ast.literal_eval(node.args[1]))
    return _moved(called, list(map(ast.literal_eval, node.args)), _shape(owner, values, made))


def _padded(x: Shape, sides: Shape) -> Shape:
    pairs = list(zip(sides[::2], sides[1::2], strict=True))[::-1]
    return (x[0], *(i + a + b for i, (a, b) in zip(x[1:], pairs, strict=True)))


def _moved(called: str, arguments: list[Any], x: Shape) -> Shape:
    """Return what a method of a tensor makes of a shape, which is without the batch."""
    if called == "flatten" and arguments == [1]:
        return (prod(x),)
    if called == "movedim" and arguments == [1, -1]:
        return (*x[1:], x[0])
    if called == "movedim" and arguments == [-1, 1]:
        return (x[-1], *x[:-1])
    if called == "chunk":
        assert x[0] % arguments[0] == 0
        return (x[0] // arguments[0], *x[1:])
    if called == "unflatten" and arguments[0] == 1:
        groups, rest = arguments[1]
        assert rest == -1 and x[0] % groups == 0
        return (groups, x[0] // groups, *x[1:])
    if called == "transpose" and arguments == [1, 2]:
        return (x[1], x[0], *x[2:])
    assert called == "flatten" and arguments == [1, 2], called
    return (x[0] * x[1], *x[2:])


def _applied(made: Made, x: Shape) -> Shape:
    kind, rank = _kind(made), len(x) - 1
    if kind == "Linear":
        assert x[-1] == made.arguments[0]
        return (*x[:-1], made.arguments[1])
    if kind == "AdaptiveAvgPool":
        (size,) = made.arguments
        return (x[0], *(size if isinstance(size, tuple) else (size,) * rank))
    if kind in ("Conv", "ConvTranspose"):
        assert x[0] == made.arguments[0]
        kernel = made.get("kernel_size", rank, 0)
        return (made.arguments[1], *_slid(made, x[1:], kernel, kernel and 1, turned=kind != "Conv"))
    if kind in ("MaxPool", "AvgPool"):
        (kernel,) = made.arguments
        kernel = kernel if isinstance(kernel, tuple) else (kernel,) * rank
        return (x[0], *_slid(made, x[1:], kernel, made.keywords.get("stride", kernel)))
    return x


def _slid(made: Made, x: Shape, kernel: Shape, stride: Any, *, turned: bool = False) -> Shape:
    rank, found = len(x), []
    strides = made.get("stride", rank, 0) if "stride" in made.keywords else stride
    strides = strides if isinstance(strides, tuple) else (strides,) * rank
    paddings, dilations = made.get("padding", rank, 0), made.get("dilation", rank, 1)
    more = made.get("output_padding", rank, 0)
    for i, k, s, p, d, extra in zip(x, kernel, strides, paddings, dilations, more, strict=True):
        if turned:
            found.append((i - 1) * s - 2 * p + d * (k - 1) + extra + 1)
            continue
        gap = i + 2 * p - d * (k - 1) - 1
        out = (-(-gap // s) if made.keywords.get("ceil_mode") else gap // s) + 1
        found.append(out - 1 if made.keywords.get("ceil_mode") and (out - 1) * s >= i + p else out)
    return tuple(found)
