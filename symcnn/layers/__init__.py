"""The layers, one file per family, and the registry that follows from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from symcnn.language.lexer import Vocabulary
from symcnn.layers.base import Layer


@cache
def registry() -> Mapping[str, type[Layer]]:
    """Return every layer class by its word: all subclasses of Layer, in all files of this folder.

    >>> registry()["conv"].__name__
    'Conv'
    """
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return MappingProxyType({cls.word: cls for cls in _descendants(Layer) if cls.word})


@cache
def vocabulary() -> Vocabulary:
    """Return the words that the language has from the layers: reserved ones, and flags.

    >>> "conv" in vocabulary().layers, "stride" in vocabulary().attributes
    (True, True)
    """
    specs = [spec for cls in registry().values() for _, spec in cls.specs()]
    return Vocabulary(
        layers=frozenset(registry()),
        attributes=frozenset(s.word for s in specs if s.place == "keyed"),
        flags=frozenset(s.word for s in specs if s.place in ("flag", "negatable")),
    )


def _descendants(cls: type[Layer]) -> Iterator[type[Layer]]:
    for child in cls.__subclasses__():
        yield child
        yield from _descendants(child)
