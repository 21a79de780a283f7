"""Files, read whole and within the limits."""

from __future__ import annotations

import os
import sys

from symcnn.errors import UsageError
from symcnn.source import Source

_MOST = (1 << 20) + 4  # one byte more than a text may have, and a byte order mark
_WIDTH = 80  # characters of a name in a message


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
        raise UsageError(f"cannot read '{shown(name)}': {reason(error)}") from None
    except ValueError:  # a NUL in the name
        raise UsageError("a file name cannot contain a NUL character") from None


def _decode(name: str, raw: bytes) -> Source:
    try:
        if len(raw) == _MOST:  # too long in any case: the last character may be cut
            return Source(shown(name), raw.decode("utf-8", errors="ignore"))
        return Source(shown(name), raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"'{shown(name)}' is not UTF-8 text: byte {raw[error.start]:#04x} on line {line}",
            hint="save it as UTF-8",
        ) from None


def reason(error: OSError) -> str:
    """Return why the system refused, in its own words."""
    return (error.strerror or str(error)).lower()


def shown(name: str) -> str:
    r"""Return the name of a file for a message: not too long, and nothing that could drive a terminal.

    >>> print(shown("a\x1b[31m.cnn"))
    a�[31m.cnn
    """
    short = name if len(name) <= _WIDTH else f"{name[: _WIDTH // 2]}…{name[1 - _WIDTH // 2 :]}"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in short)
