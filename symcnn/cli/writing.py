"""Writing a file: what was there or the new text, never a mix and never a part."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from symcnn.cli.patience import stop
from symcnn.errors import UsageError
from symcnn.files import read_file, reason, shown
from symcnn.source import Source


def write_file(name: str, text: str) -> None:
    """Write a text to a file, new or not, at once.

    The text is on the disk before the file has it, so that nothing is ever half-written. The
    mode of a file that was there is kept, and the line of symbolic links to it. Raises
    UsageError if that cannot be, or there is something that is no regular file.
    """
    _write(name, text)


def replace_file(source: Source, text: str) -> None:
    """Replace the text that was read from a file by another one, as `write_file`.

    Raises UsageError, too, if the file is no longer what was read.
    """

    def unchanged(path: Path) -> None:
        if read_file(path).text != source.text:
            raise UsageError(f"'{shown(source.name)}' has changed since it was read, so it is left alone")

    _write(source.name, text, unchanged)


def _write(name: str, text: str, check: Callable[[Path], None] = lambda path: None) -> None:
    """Put a text into a file beside, and let that take the name at the end; `check` comes just before."""
    stop()  # nothing is left to do but this
    temporary = ""
    try:
        path = Path(name).resolve()
        mode = _mode(name)
        with tempfile.NamedTemporaryFile(prefix=".symcnn-", dir=path.parent, delete=False) as file:
            temporary = file.name
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        check(path)
        os.replace(temporary, path)
        temporary = ""
        _sync(path.parent)
    except OSError as error:
        raise UsageError(f"cannot write '{shown(name)}': {reason(error)}") from None
    except ValueError:  # a NUL in the name
        raise UsageError("a file name cannot contain a NUL character") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _mode(name: str) -> int:
    """Return the mode of a file, or that of a new one; raises UsageError for what is no regular file."""
    try:
        found = Path(name).stat().st_mode
    except FileNotFoundError:
        mask = os.umask(0o077)  # the mask cannot be read in another way
        os.umask(mask)
        return 0o666 & ~mask
    if not stat.S_ISREG(found):
        raise UsageError(f"cannot write '{shown(name)}': not a regular file")
    return stat.S_IMODE(found)


def _sync(folder: Path) -> None:
    """Make the new name of a file last through a crash, where the system can."""
    if hasattr(os, "O_DIRECTORY"):  # pragma: no branch - there is none on Windows
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
