"""The zoo: published networks as texts, each with its source and claims that are checked."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from symcnn.errors import UsageError
from symcnn.source import Source


@cache
def names() -> tuple[str, ...]:
    """Return the names of the networks in the zoo, in alphabetical order."""
    found = (file.name for file in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".cnn") for name in found if name.endswith(".cnn")))


def entry(name: str) -> Source:
    """Return the text of a network; raises UsageError for an unknown name.

    >>> entry("lenet5").line(1)
    '# LeNet-5, LeCun et al. 1998, fig. 2 and table I'
    """
    if name not in names():
        close = get_close_matches(name, names(), n=1)
        hint = f"did you mean '{close[0]}'?" if close else "the zoo has: " + ", ".join(names())
        raise UsageError(f"no network in the zoo is named '{name}'", hint=hint)
    return Source(f"zoo/{name}.cnn", (files(__name__) / f"{name}.cnn").read_text(encoding="utf-8"))


def title(source: Source) -> str:
    """Return the first comment of a text without its mark, the empty string if there is none."""
    return source.line(1).removeprefix("#").strip() if source.text.startswith("#") else ""
