"""Files: read whole within the limits, replaced whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

from symcnn.errors import UsageError
from symcnn.source import Source

_MOST = (1 << 20) + 4  # one byte more than a text may have, and a byte order mark


def read_file(path: str | os.PathLike[str]) -> Source:
    """Return the text of a UTF-8 file, `-` for the standard input.

    Raises UsageError if there is no such file, or it is no UTF-8 text. At most a little
    over 1 MiB is read; the parser rejects what is longer.
    """
    name = os.fspath(path)
    if name == "-":
        return _decode("<stdin>", sys.stdin.buffer.read(_MOST))
    try:
        with open(name, "rb") as file:
            return _decode(name, file.read(_MOST))
    except OSError as error:
        raise UsageError(f"cannot read '{name}': {_reason(error)}") from None
    except ValueError:  # a NUL in the name
        raise UsageError("a file name cannot contain a NUL character") from None


def replace_file(source: Source, text: str) -> None:
    """Replace the text that was read from a file by another one, at once.

    The new text is on the disk before it takes the name of the old, so that nothing is ever
    half-written; mode and line of symbolic links are kept. Raises UsageError if the
    file cannot be written, or is no longer what was read.
    """
    path = Path(source.name).resolve()
    temporary = ""
    try:
        before = path.stat()
        if not stat.S_ISREG(before.st_mode):
            raise UsageError(f"cannot write '{source.name}': not a regular file")
        handle, temporary = tempfile.mkstemp(prefix=".symcnn-", dir=path.parent)
        with open(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, stat.S_IMODE(before.st_mode))
        if read_file(path).text != source.text:
            raise UsageError(f"'{source.name}' has changed since it was read, so it is left alone")
        os.replace(temporary, path)
        temporary = ""
        _sync(path.parent)
    except OSError as error:
        raise UsageError(f"cannot write '{source.name}': {_reason(error)}") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Make the new name of a file last through a crash, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _decode(name: str, raw: bytes) -> Source:
    try:
        return Source(name, raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"'{name}' is not UTF-8 text: byte {raw[error.start]:#04x} on line {line}",
            hint="save it as UTF-8",
        ) from None


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
