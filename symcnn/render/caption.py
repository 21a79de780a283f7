"""What a picture says of a layer or a block: its caption in the words of the language, with its values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sympy import Expr, Rational

from symcnn.layers.base import Layer, Shape, Spec, Table
from symcnn.network.graph import Group, Loop, Node, Part
from symcnn.network.model import Model
from symcnn.render.cells import words
from symcnn.render.text import shape_text, shortened, text

# Sizes follow from these, and the shapes are in the picture; the full caption has them.
_LEFT_OUT = frozenset({"pad", "outpad", "table", "bias", "ceil"})
_SHAPE = 44  # characters of a shape beside an arrow
_SHORT = 24  # characters of a number of rounds
_LONG = 60  # characters of a formula in a hint
_CALL = re.compile(r"(\w+)\s*\((.*)\)\s*", re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w*(?!\s*=(?!=)|\w)")
_COMMENT = re.compile(r"#[^\n]*")
_ROUND = re.compile(r"\[[^\]]*\]$")


def caption(layer: Layer, *, full: bool = False) -> str:
    """Return a layer as the language writes it, with its values; without `full` only what strikes the eye.

    Padding, biases and rounding, which the shapes show or the reader can do without, are left out then.

    >>> from symcnn.network.model import Model
    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input C @ I x I; conv 3x5 -> 2*N, stride 2, pad 1, no bias"))
    >>> conv = net["conv1"].layer
    >>> print(caption(conv), caption(conv, full=True), sep="; ")
    conv 3x5 → 2·N, stride 2; conv 3x5 → 2·N, stride 2, pad 1, no bias
    """
    line, keyed, flags = layer.word, [], []
    for name, spec in layer.specs():
        value = getattr(layer, name)
        if value is None or (name in _LEFT_OUT and not full):
            continue
        if spec.place == "head" and (spec.required or not _is_default(layer, spec, value)):
            line += f" {_value(value, whole=False)}"
        elif spec.place == "arrow":
            line += f" → {text(value)}"
        elif spec.place == "keyed" and not _is_default(layer, spec, value):
            keyed.append(f"{spec.word} {_value(value, whole=True)}")
        elif spec.place == "flag" and value:
            flags.append(spec.word)
        elif spec.place == "negatable" and not value:
            flags.append(f"no {spec.word}")
    return ", ".join((line, *keyed, *flags))


def _is_default(layer: Layer, spec: Spec, value: Any) -> bool:
    default = spec.default
    if isinstance(default, str) and default.startswith("="):
        return bool(value == getattr(layer, default[1:]))
    if isinstance(value, str) or default is None:
        return bool(value == default)
    if default == "valid":
        return all(number == 0 for number in _numbers(value))
    fraction = Fraction(default)
    return all(number == Rational(fraction.numerator, fraction.denominator) for number in _numbers(value))


def _numbers(value: Any) -> Iterator[Expr]:
    for inner in value if isinstance(value, tuple) else (value,):
        if isinstance(inner, tuple):
            yield from _numbers(inner)
        else:
            yield inner


def _value(value: Any, *, whole: bool) -> str:
    """Return a value as text; with `whole` one that is the same on all axes stands once."""
    if isinstance(value, Shape):
        return shape_text(value)
    if isinstance(value, Table):
        return f"of {text(value.links)} links"
    if not isinstance(value, tuple):
        return value if isinstance(value, str) else text(value)
    axes = [_side(axis) for axis in value]
    if whole and len(set(axes)) == 1:
        return axes[0]
    plain = all(axis.isdigit() for axis in axes)
    return "x".join(axes) if plain else " x ".join(f"({a})" if " " in a else a for a in axes)


def _side(axis: Expr | tuple[Expr, Expr]) -> str:
    if not isinstance(axis, tuple):
        return text(axis)
    before, after = map(text, axis)
    return before if before == after else f"{before}:{after}"


def detail(node: Node) -> str:
    """Return all that is said of a layer where there is room."""
    return f"{node.label}: {caption(node.layer, full=True)}{params_text(node)}"


def params_text(part: Part) -> str:
    """Return how many parameters a part has, to stand behind something else; empty if there are none."""
    return f"; {text(part.params, limit=_LONG)} parameters" if part.params != 0 else ""


def layers_text(number: Expr) -> str:
    """Return a number of layers.

    >>> from sympy import Integer
    >>> layers_text(Integer(1)), layers_text(Integer(12))
    ('1 layer', '12 layers')
    """
    return "1 layer" if number == 1 else f"{text(number, limit=_LONG)} layers"


@lru_cache(maxsize=1000)
def shape_caption(shape: Shape) -> str:
    """Return a shape for a place beside an arrow; a long one is cut.

    >>> from symcnn.symbols import symbol
    >>> shape_caption(Shape(symbol("N"), (symbol("I"),)))
    'N @ I'
    """
    return shortened(shape_text(shape), _SHAPE)


def own_name(label: str) -> str:
    """Return the last part of a label.

    >>> own_name("conv2.e[i].c1"), own_name("e[i]")
    ('c1', 'e[i]')
    """
    return label.rpartition(".")[2]


def times_text(times: Expr) -> str:
    """Return how often something stands there.

    >>> from symcnn.symbols import symbol
    >>> times_text(symbol("D")), times_text(symbol("D") - 1)
    ('× D', '× (D − 1)')
    """
    written = text(times, limit=_SHORT)
    return f"× ({written})" if times.is_Add else f"× {written}"


def range_text(loop: Loop) -> str:
    """Return over what the index of a repeat runs.

    >>> from sympy import Integer
    >>> from symcnn.symbols import index, symbol
    >>> range_text(Loop(index("i"), symbol("D"), Integer(1), -1))
    'i = D, …, 1'
    """
    return f"{loop.index} = {text(loop.first, limit=_SHORT)}, …, {text(loop.last, limit=_SHORT)}"


def _held(value: Expr) -> str:
    """Return a value for a place between operators."""
    written = text(value, ascii=True)
    return written if written.isalnum() else f"({written})"


class Titles:
    """Names and calls as the text has them."""

    def __init__(self, model: Model) -> None:
        self.source = model.source
        self.values = {name: _held(value) for name, value in model.reading.bindings.items()}
        self.values |= {name: name for name in model.symbols}

    def name(self, part: Part) -> str:
        """Return the label of a part without what is around it, empty if it was not written."""
        before = self.source.text[: part.span.start].rstrip(" \t")
        return words(own_name(part.label)) if part.label and before.endswith(":") else ""

    def call(self, part: Part, *, local: bool) -> str:
        """Return a call as the text has it; empty if the part is none.

        Arguments stay where they can be understood: not where they hold names of a `def` or of an
        index. Symbols that have a value give way to it. `local` says that the call stands in a `def`.
        """
        found = self._call(part)
        if found is None:
            return ""
        written = " ".join(_COMMENT.sub("", found[2]).split())
        names = set(_NAME.findall(written))
        if not written or not names <= set(() if local else self.values):
            return found[1]
        return words(f"{found[1]}({_NAME.sub(lambda name: self.values[name[0]], written)})")

    def is_block(self, part: Part) -> bool:
        """Whether a group is a block of its own: a call, or one with a label."""
        return bool(part.label) or self._call(part) is not None

    def called(self, part: Part) -> str:
        """Return the name of the `def` that a group is a call of, else the empty string."""
        found = self._call(part)
        return found[1] if found else ""

    def operands(self, node: Node) -> tuple[str, ...]:
        """Return the named tensors of a joint as they are written: `crop(e[i])`."""
        written = _COMMENT.sub("", self.source.quote(node.span)).strip()
        _, _, rest = written.partition(" ")
        found, depth = [""], 0
        for letter in rest:
            depth += (letter in "([") - (letter in ")]")
            if letter == "," and depth == 0:
                found.append("")
            else:
                found[-1] += letter
        named = tuple(words(each) for each in found)
        return named if len(named) == len(node.sources) and all(named) else node.sources

    def quoted(self, jump: Part) -> str:
        """Return what a `from` goes on from, as it is written."""
        return words(_COMMENT.sub("", self.source.quote(jump.span)).strip().removeprefix("from "))

    def _call(self, part: Part) -> re.Match[str] | None:
        return _CALL.fullmatch(self.source.quote(part.span)) if type(part) is Group else None
