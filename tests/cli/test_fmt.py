"""symcnn fmt: the golden file, and that a file is rewritten whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NoReturn

import pytest
from cli.console import DATA, ODD_FILES, Case, check, golden, run

from symcnn.cli.writing import replace_file
from symcnn.errors import UsageError
from symcnn.source import Source

MESSY = (DATA / "files" / "messy.cnn").read_bytes()
TIDY = b"input 1@8x8  # grey\nC1: conv 3x3 -> 4, stride 2; relu\nassert params == 40\n"
POSIX = pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")


@pytest.fixture
def net(folder: Path) -> Path:
    """Return a file that has to be formatted."""
    path = folder / "net.cnn"
    path.write_bytes(MESSY)
    return path


@pytest.mark.parametrize("case", golden("fmt"))
def test_golden(case: Case) -> None:
    check(case)


def test_rewrites_in_place_and_only_once(net: Path, folder: Path) -> None:
    assert run("fmt", "net.cnn").stderr == "formatted net.cnn\n"
    assert net.read_bytes() == TIDY
    before = net.stat()
    assert run("fmt", "net.cnn").stderr == ""
    assert (net.stat().st_mtime_ns, net.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert os.listdir(folder) == ["net.cnn"]


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_writes_nothing_when_asked_what_would_change(option: str, net: Path, folder: Path) -> None:
    before = net.stat()
    run("fmt", option, "net.cnn")
    assert net.read_bytes() == MESSY
    assert net.stat().st_mtime_ns == before.st_mtime_ns
    assert os.listdir(folder) == ["net.cnn"]


def test_broken_files_stay_and_the_others_are_done(net: Path, folder: Path) -> None:
    (folder / "broken.cnn").write_bytes(b"conv  3x3 ->\n")
    (folder / "latin1.cnn").write_bytes(ODD_FILES["latin1.cnn"])
    run("fmt", "broken.cnn", "latin1.cnn", "net.cnn")
    assert (folder / "broken.cnn").read_bytes() == b"conv  3x3 ->\n"
    assert (folder / "latin1.cnn").read_bytes() == ODD_FILES["latin1.cnn"]
    assert net.read_bytes() == TIDY


def test_line_ends_and_mark_of_windows_go(folder: Path) -> None:
    for name in ("bom.cnn", "crlf.cnn"):
        (folder / name).write_bytes(ODD_FILES[name])
    run("fmt", "bom.cnn", "crlf.cnn")
    assert (folder / "bom.cnn").read_bytes() == b"input 1@8x8\nconv 3x3 -> 4\n"
    assert (folder / "crlf.cnn").read_bytes() == b"input 1@8x8\nconv 3x3 -> 4\n"


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_mode_is_kept(mode: int, net: Path) -> None:
    net.chmod(mode)
    run("fmt", "net.cnn")
    assert net.read_bytes() == TIDY
    assert net.stat().st_mode & 0o777 == mode


@POSIX
def test_symbolic_link_keeps_pointing(net: Path, folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "link.cnn").symlink_to("../net.cnn")
    run("fmt", "deep/link.cnn")
    assert os.readlink(folder / "deep" / "link.cnn") == "../net.cnn"
    assert net.read_bytes() == TIDY
    assert os.listdir(folder / "deep") == ["link.cnn"]


def test_file_changed_in_between_is_left_alone(
    net: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def meddle(handle: int) -> None:
        net.write_bytes(b"input 2@8x8\n")
        sync(handle)

    monkeypatch.setattr("os.fsync", meddle)
    error = run("fmt", "net.cnn").stderr
    assert error == "error: 'net.cnn' has changed since it was read, so it is left alone\n"
    assert net.read_bytes() == b"input 2@8x8\n"
    assert os.listdir(folder) == ["net.cnn"]


@POSIX
def test_what_is_no_file_is_not_replaced(folder: Path) -> None:
    os.mkfifo(folder / "pipe.cnn")
    with pytest.raises(UsageError) as caught:
        replace_file(Source("pipe.cnn", ""), "input 1@8x8\n")
    assert str(caught.value) == "error: cannot write 'pipe.cnn': not a regular file"
    assert stat.S_ISFIFO((folder / "pipe.cnn").stat().st_mode)
    assert os.listdir(folder) == ["pipe.cnn"]


@pytest.mark.parametrize("step", ["tempfile.NamedTemporaryFile", "os.fsync", "os.chmod", "os.replace"])
def test_old_text_stays_where_writing_fails(
    step: str, net: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, fail)
    error = run("fmt", "net.cnn").stderr
    assert error == "error: cannot write 'net.cnn': no space left on device\n"
    assert net.read_bytes() == MESSY
    assert os.listdir(folder) == ["net.cnn"]


@POSIX
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder(net: Path, folder: Path) -> None:
    folder.chmod(0o555)
    try:
        error = run("fmt", "net.cnn").stderr
    finally:
        folder.chmod(0o755)
    assert error == "error: cannot write 'net.cnn': permission denied\n"
    assert net.read_bytes() == MESSY


@POSIX
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(net: Path) -> None:
    net.chmod(0)
    assert run("fmt", "net.cnn").stderr == "error: cannot read 'net.cnn': permission denied\n"
    assert run("show", "net.cnn").stderr == "error: cannot read 'net.cnn': permission denied\n"


def test_file_with_an_odd_name(folder: Path) -> None:
    (folder / "<net>.cnn").write_bytes(MESSY)
    run("fmt", "<net>.cnn")
    assert (folder / "<net>.cnn").read_bytes() == TIDY


@pytest.mark.parametrize("path", sorted(DATA.parent.glob("samples/*.cnn")), ids=lambda path: path.name)
def test_idempotent(path: Path, folder: Path) -> None:
    (folder / path.name).write_bytes(path.read_bytes())
    run("fmt", path.name)
    once = (folder / path.name).read_bytes()
    assert run("fmt", "--check", path.name).stderr == ""
    assert run("fmt", "-", stdin=once).stdout.encode() == once
