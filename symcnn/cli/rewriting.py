"""Rewriting a file: the old text or the new one, never a mix."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from symcnn.cli.patience import stop
from symcnn.errors import UsageError
from symcnn.files import read_file, reason, shown
from symcnn.source import Source


def replace_file(source: Source, text: str) -> None:
    """Replace the text that was read from a file by another one, at once.

    The new text is on the disk before it takes the name of the old, so that nothing is ever
    half-written; mode and line of symbolic links are kept. Raises UsageError if the
    file cannot be written, or is no longer what was read.
    """
    stop()  # nothing is left to do but this
    path = Path(source.name).resolve()
    temporary = ""
    try:
        before = path.stat()
        if not stat.S_ISREG(before.st_mode):
            raise UsageError(f"cannot write '{shown(source.name)}': not a regular file")
        handle, temporary = tempfile.mkstemp(prefix=".symcnn-", dir=path.parent)
        with open(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, stat.S_IMODE(before.st_mode))
        if read_file(path).text != source.text:
            raise UsageError(f"'{shown(source.name)}' has changed since it was read, so it is left alone")
        os.replace(temporary, path)
        temporary = ""
        _sync(path.parent)
    except OSError as error:
        raise UsageError(f"cannot write '{shown(source.name)}': {reason(error)}") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Make the new name of a file last through a crash, where the system can."""
    if hasattr(os, "O_DIRECTORY"):  # pragma: no branch - there is none on Windows
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
