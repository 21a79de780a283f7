"""Layers are found by their files: nothing else has to be told about a new one."""

from __future__ import annotations

import gc
import re
import sys
from pathlib import Path

import pytest

from symcnn import layers

NEW = '''
"""A layer in a file of its own, with a base class without a word."""
from dataclasses import dataclass
from symcnn.layers.base import Layer, flag, head, keyed, negatable

@dataclass(frozen=True, eq=False)
class Base(Layer):
    twice: bool = flag("twice")

@dataclass(frozen=True, eq=False)
class New(Base):
    """Something new."""
    word = "novelty"
    size: tuple = head("K")
    phase: tuple = keyed("phase", "F", default=1)
    part: int = negatable("remainder")
'''


def words() -> dict[str, set[str]]:
    """The registry and the vocabulary made anew, without their classes."""
    layers.registry.cache_clear()
    layers.vocabulary.cache_clear()
    found, known = layers.registry(), layers.vocabulary()
    names = {f"{word} {cls.__name__}" for word, cls in found.items()}
    return {"names": names, "layers": {*known.layers}, "keyed": {*known.attributes}, "flags": {*known.flags}}


def test_a_layer_in_a_new_file_has_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "novelty.py").write_text(NEW, encoding="utf-8")
    before = words()
    monkeypatch.setattr(layers, "__path__", [*layers.__path__, str(tmp_path)])
    after = words()
    monkeypatch.undo()
    sys.modules.pop("symcnn.layers.novelty", None)
    vars(layers).pop("novelty", None)
    layers.registry.cache_clear()
    gc.collect()  # the classes go with their module
    assert words() == before
    assert {key: after[key] - before[key] for key in after} == {
        "names": {"novelty New"},
        "layers": {"novelty"},
        "keyed": {"phase"},
        "flags": {"twice", "remainder"},
    }


def test_words_are_those_of_the_files() -> None:
    """Every `word = "..."` of the files of the folder, read as text."""
    files = Path(layers.__file__).parent.glob("*.py")
    written = {word for file in files for word in re.findall(r'^    word = "(\w+)"$', file.read_text(), re.M)}
    assert words()["layers"] == written and len(written) > 40
