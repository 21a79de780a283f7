"""How wide letters are, and where lines break: the same on every machine, as no font is asked.

Widths are in units of the font size, those of DejaVu Sans, or a little more. Verdana is about
as wide; Helvetica and Arial are narrower, so text fits its box in each of them.
"""

from __future__ import annotations

from unicodedata import combining, east_asian_width

from symcnn.render.text import shortened

LINE = 38  # characters after which a caption goes on in a new line, where it has a comma
LONGER = 56  # the same for the call of a block
_MOST = 56  # characters of a line that has no comma
_BOLD = 1.12

_CLASSES = {
    0.31: "'ijlIJ",
    0.36: " ,.·/:;\\|-",
    0.41: "f()[]t⌊⌋⌈⌉!r⁰¹²³⁴⁵⁶⁷⁸⁹",
    0.57: '"*_`‖sz?cL',
    0.64: "aeokvxyFPTYEbdghnpquγλ0123456789{}$βΣS",
    0.77: "ABCDGHKNRUVXZα",
    0.86: "OQ&w#+<=>^~−×→≥≤≠M",
}
_WIDTHS = {letter: width for width, letters in _CLASSES.items() for letter in letters}


def width(line: str, size: float, *, bold: bool = False) -> float:
    """Return a bound for the width of a line of text in a font of this size.

    >>> width("conv", 10) < width("CONV", 10) < width("CONV", 10, bold=True)
    True
    >>> width("层", 10), round(width("e\u0301", 10), 1)
    (10, 6.4)
    """
    return sum(map(_letter, line)) * size * (_BOLD if bold else 1)


def _letter(letter: str) -> float:
    if combining(letter):
        return 0
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    return 1 if east_asian_width(letter) in "WF" or letter in "@…%mW" or not letter.isascii() else 0.77


def wrapped(caption: str, most: int = LINE) -> tuple[str, ...]:
    """Return a caption in lines of so many letters, broken behind commas, cut if even so too long.

    >>> wrapped("depthwise 3x3, stride 2, dilation 2, groups 64")
    ('depthwise 3x3, stride 2, dilation 2,', 'groups 64')
    """
    lines: list[str] = []
    for piece in caption.split(", "):
        if lines and len(lines[-1]) + 2 + len(piece) <= most:
            lines[-1] += f", {piece}"
        else:
            if lines:
                lines[-1] += ","
            lines.append(shortened(piece, _MOST))
    return tuple(lines)
