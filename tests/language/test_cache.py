"""The file in which the table of the grammar is kept: private, whole or not there, and never needed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from symcnn.language import loader

posix = pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owner and mode of files here")


def others_may_write(folder: Path) -> None:
    (folder / "symcnn").mkdir()
    (folder / "symcnn").chmod(0o777)


def a_file_in_the_way(folder: Path) -> None:
    (folder / "symcnn").write_text("a file in the way")


def a_link(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "symcnn").symlink_to(folder / "elsewhere")


@posix
@pytest.mark.parametrize("prepare", [others_may_write, a_file_in_the_way, a_link])
def test_no_cache_in_a_folder_that_is_not_private(
    prepare: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    prepare(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert loader._name_cache("a grammar") is None
    assert loader.load_grammar.__wrapped__().scanner is not None  # it is made without one
    assert sorted(tmp_path.rglob("*")) == before


@posix
def test_a_file_for_each_grammar_in_a_private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    one, other = loader._name_cache("a grammar"), loader._name_cache("another")
    assert one is not None and other is not None and one != other
    assert one == loader._name_cache("a grammar") and Path(one).parent == tmp_path / "symcnn"
    assert (tmp_path / "symcnn").stat().st_mode & 0o777 == 0o700


@posix
@pytest.mark.parametrize("given", ["", "relative/folder"])
def test_the_cache_of_the_home_where_none_is_named(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", given)
    monkeypatch.setenv("HOME", str(tmp_path))
    name = loader._name_cache("a grammar")
    assert name is not None and Path(name).parent == tmp_path / ".cache" / "symcnn"
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as where no home is known
    assert loader._name_cache("a grammar") is None


def test_no_cache_where_files_have_no_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delattr(os, "getuid", raising=False)
    assert loader._name_cache("a grammar") is None
    assert not list(tmp_path.iterdir())


class Kept:
    """Stands for a parser: what it keeps are some bytes, or an error."""

    def __init__(self, content: bytes | None) -> None:
        self.content = content

    def save(self, file: BinaryIO) -> None:
        if self.content is None:
            raise TypeError("cannot be kept")
        file.write(self.content)


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kept.pickle"
    loader._write_cache(str(file), Kept(None))  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())

    def full(*_: Any) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        loader._write_cache(str(file), Kept(b"a table"))  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
    loader._write_cache(str(file), Kept(b"a table"))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_bytes().endswith(b"a table")


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"x", lambda data: b""])
def test_a_damaged_file_is_not_read(change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """Its digest is compared before anything is made of it."""
    file = tmp_path / "kept.pickle"
    loader._write_cache(str(file), Kept(b"a table"))  # type: ignore[arg-type]
    file.write_bytes(change(file.read_bytes()))
    assert loader._read_cache(str(file)) is None
    assert loader._read_cache(str(tmp_path / "none")) is None
