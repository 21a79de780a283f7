"""The zoo: published networks as texts, each with its source and claims that are checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from symcnn.errors import UsageError
from symcnn.source import Source

_CONFIG = re.compile(r"^[ \t]*config[ \t]+(\w+)[ \t]*:", re.MULTILINE)


@cache
def names() -> tuple[str, ...]:
    """Return the names of the networks in the zoo, in alphabetical order."""
    found = (file.name for file in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".cnn") for name in found if name.endswith(".cnn")))


@cache
def configurations() -> Mapping[str, str]:
    """Return the family of every configuration: `resnet50` is a config of the text `resnet`.

    >>> configurations()["resnet50"]
    'resnet'
    """
    found: dict[str, str] = {}
    for name in names():
        found |= dict.fromkeys(_CONFIG.findall(_read(name)), name)
    return MappingProxyType(found)


def entry(name: str) -> Source:
    """Return the text of a network; raises UsageError for an unknown name.

    >>> entry("lenet5").line(1)
    '# LeNet-5, LeCun et al. 1998, fig. 2 and table I'
    """
    if name not in names():
        raise UsageError(f"no network in the zoo is named '{name}'", hint=suggestion(name))
    return Source(f"zoo/{name}.cnn", _read(name))


def suggestion(name: str) -> str:
    """Return the hint for a name that the zoo does not know."""
    close = get_close_matches(name, [*names(), *configurations()], n=1)
    return f"did you mean '{close[0]}'?" if close else f"'symcnn zoo' lists its {len(names())} networks"


@cache
def _read(name: str) -> str:
    return (files(__name__) / f"{name}.cnn").read_text(encoding="utf-8")


def title(source: Source) -> str:
    """Return the first comment of a text without its mark, the empty string if there is none."""
    return source.line(1).removeprefix("#").strip() if source.text.startswith("#") else ""
