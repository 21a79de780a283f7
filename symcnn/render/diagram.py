"""A picture as data, before any form is chosen: boxes, frames, forks, and the tensors between them.

A series is drawn from top to bottom. What leaves an item arrives at the next one, unless that
is `fresh`: an input, or a `from`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from symcnn.render.lettering import LONGER, wrapped

Sign = Literal["add", "concat", "multiply", "from"]
SIGNS: dict[Sign, str] = {"add": "+", "concat": "‖", "multiply": "×", "from": ""}


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """What all items have: a number of their own, the shape that leaves, how many layers they stand for.

    `layers` counts those of the text, each once, without what is drawn inside; `hint` says
    in full what the picture says in short.
    """

    key: int
    shape: str
    layers: int
    hint: tuple[str, ...]
    fresh: bool = False

    @property
    def inner(self) -> tuple[Series, ...]:
        """The series inside."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Box(_Drawn):
    """A layer, with the quiet ones behind it as words, or a block that is not opened (`closed`).

    `family` is that of the layer; `times` says how often it stands there, as "× D".
    """

    name: str = ""
    title: str = ""
    words: tuple[str, ...] = ()
    family: str = ""
    times: str = ""
    closed: bool = False

    @property
    def heading(self) -> tuple[str, ...]:
        """The lines that say what it is, without its name."""
        quiet = self.family in ("norm", "activation")
        if self.closed:
            return wrapped(self.title, LONGER)
        return wrapped(", ".join((self.title, *self.words)) if quiet else self.title)

    @property
    def notes(self) -> tuple[str, ...]:
        """The lines below."""
        quiet = self.family in ("norm", "activation")
        return () if quiet or not self.words else wrapped(", ".join(self.words))


@dataclass(frozen=True, kw_only=True)
class Joint(_Drawn):
    """Where tensors meet, or where one is taken up again (`from`).

    `names` are the named tensors that come from elsewhere, `words` the quiet layers behind.
    """

    sign: Sign = "add"
    name: str = ""
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """The lines beside the sign."""
        named = ("from " if self.sign == "from" else "") + ", ".join(self.names)
        return tuple(line for said in (named, ", ".join(self.words)) if said for line in wrapped(said))


@dataclass(frozen=True, kw_only=True)
class Frame(_Drawn):
    """A block, or the rounds of a repeat, with what is inside."""

    title: str = ""
    times: str = ""
    body: Series

    @property
    def inner(self) -> tuple[Series, ...]:
        return (self.body,)


@dataclass(frozen=True, kw_only=True)
class Fork(_Drawn):
    """Branches that begin with the same tensor and meet in a joint; an empty branch passes it on."""

    branches: tuple[Series, ...]
    joint: Joint

    @property
    def inner(self) -> tuple[Series, ...]:
        return self.branches


Item: TypeAlias = Box | Joint | Frame | Fork
"""Something in a series."""


@dataclass(frozen=True)
class Series:
    """Items one below the other; `passed` are layers that change nothing.

    `shape` arrives at the first item; it is empty where no formula says it.
    """

    items: tuple[Item, ...]
    shape: str
    passed: int = 0


@dataclass(frozen=True)
class Skip:
    """A named tensor that goes from one item to a joint elsewhere."""

    source: int
    target: int


@dataclass(frozen=True)
class Diagram:
    """The picture of a network.

    A tensor leaves the network after the items in `ends`; those in `outputs` are marked as such.
    `complete` says that no block is closed for want of depth.
    """

    title: str
    summary: str
    body: Series
    skips: tuple[Skip, ...]
    ends: frozenset[int]
    outputs: frozenset[int]
    complete: bool

    def label(self, item: Item) -> str:
        """Return what stands beside the arrow that leaves an item."""
        return f"{item.shape}, output" if item.key in self.outputs else item.shape


def items(series: Series) -> Iterator[Item]:
    """Yield the items of a series with all inside, an outer one before its inner ones."""
    for item in series.items:
        yield item
        for inner in item.inner:
            yield from items(inner)
        if isinstance(item, Fork):
            yield item.joint


def layers(series: Series) -> int:
    """Return how many layers of the text a series stands for."""
    within = sum(layers(inner) for item in series.items for inner in item.inner)
    joints = sum(item.joint.layers for item in series.items if isinstance(item, Fork))
    return series.passed + within + joints + sum(item.layers for item in series.items)
