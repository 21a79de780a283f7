"""Formulas as lines of text: Unicode for people, ASCII in the language itself."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import log10
from typing import ClassVar

from sympy import Basic, Expr, Integer

from symcnn.layers.base import Shape
from symcnn.render.printer import Level, Piece, Printer, Values

_DIGITS = 4300  # Python writes no longer integers
_EXACT = 2**53  # beyond it, JSON readers round
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def text(
    expr: Basic | int, *, ascii: bool = False, values: Values | None = None, limit: int | None = None
) -> str:
    """Return a formula as one line of text.

    With `ascii` it is text of the language (Greek names stay as they are). `values` puts
    numbers, or other formulas, in place of letters and computes nothing. `limit` cuts the
    text to so many characters.

    >>> from symcnn.symbols import symbol
    >>> I, K, C, N = (symbol(s) for s in "I K C N".split())
    >>> text((K**2 * C + 1) * N), text((K**2 * C + 1) * N, values={K: 5, C: 1, N: 6})
    ('(K²·C + 1)·N', '(5²·1 + 1)·6')
    >>> from symcnn.algebra.quotient import FloorDiv
    >>> text(FloorDiv(I - 67, 32) + 1), text(FloorDiv(I - 67, 32) + 1, ascii=True)
    ('⌊(I − 67)/32⌋ + 1', '(I - 67)//32 + 1')
    """
    printer = (AsciiPrinter if ascii else UnicodePrinter)(values)
    line = printer.print(Integer(expr) if isinstance(expr, int) else expr).text
    return shortened(line, limit, ascii=ascii)


def number(value: int | Fraction | Expr, *, thousands: bool = False) -> str:
    """Return an exact number; an integer too long to write by its magnitude.

    >>> number(62378344, thousands=True), number(Fraction(-1, 2)), number(2**16609)
    ('62,378,344', '-1/2', '~6.42e4999 (16610 bits)')
    """
    if not isinstance(value, int | Fraction):
        value = Fraction(int(value.p), int(value.q))
    if value.denominator != 1:
        return "/".join(number(n, thousands=thousands) for n in (value.numerator, value.denominator))
    n = int(value)
    if abs(n) < 10**_DIGITS:
        return f"{n:,}" if thousands else str(n)
    bits = abs(n).bit_length()
    magnitude = log10(abs(n) >> (bits - 64)) + (bits - 64) * log10(2)
    mantissa = f"{10 ** (magnitude % 1):.2f}"
    exponent = int(magnitude) + (mantissa == "10.00")
    return f"{'-' if n < 0 else ''}~{'1.00' if mantissa == '10.00' else mantissa}e{exponent} ({bits} bits)"


def exact_json(value: int | Fraction | Expr) -> int | str:
    """Return a number for JSON: an integer that every reader keeps, else a string.

    >>> exact_json(2**53), exact_json(2**53 + 1), exact_json(Fraction(1, 2))
    (9007199254740992, '9007199254740993', '1/2')
    """
    if not isinstance(value, int | Fraction):
        value = Fraction(int(value.p), int(value.q))
    return int(value) if value.denominator == 1 and abs(int(value)) <= _EXACT else number(value)


def shape_text(shape: Shape, *, ascii: bool = False, values: Values | None = None) -> str:
    """Return a shape as the language writes it; equal long extents once, with a power, unless `ascii`.

    >>> from symcnn.symbols import symbol
    >>> I, N = symbol("I"), symbol("N")
    >>> shape_text(Shape(Integer(96), (Integer(55),) * 2)), shape_text(Shape(N, (I, I)))
    ('96@55x55', 'N @ I x I')
    >>> shape_text(Shape(2 * N, (I - 1, I - 1))), shape_text(Shape(Integer(4096)))
    ('2·N @ (I − 1)²', '4096')
    """
    printer = (AsciiPrinter if ascii else UnicodePrinter)(values)
    maps, *extents = (printer.print(e) for e in (shape.maps, *shape.extents))
    if not extents:
        return maps.text
    if all(p.text.isdigit() for p in (maps, *extents)):
        return f"{maps.text}@{'x'.join(p.text for p in extents)}"
    head = f"{printer.held(maps, Level.PRODUCT)} @ "
    if not ascii and len(extents) > 1 and len(set(extents)) == 1 and extents[0].level < Level.POWER:
        return f"{head}({extents[0].text}){str(len(extents)).translate(_RAISED)}"
    least = Level.POWER if len(extents) > 1 else Level.SUM
    return head + " x ".join(printer.held(p, least) for p in extents)


def shortened(line: str, limit: int | None, *, ascii: bool = False) -> str:
    """Return the line, cut to at most `limit` characters with an ellipsis at its end.

    >>> shortened("K²·C·N", 4)
    'K²·…'
    """
    if limit is None or len(line) <= limit:
        return line
    mark = "..." if ascii else "…"
    return (line[: max(0, limit - len(mark))] + mark)[:limit]


def _digits(value: int) -> Piece:
    written = number(value)
    return Piece(written, Level.ATOM if written.isdigit() else Level.SUM)


class UnicodePrinter(Printer):
    """Text as people write formulas in a line."""

    minus: ClassVar[str] = "−"
    times: ClassVar[str] = "·"
    signs: ClassVar[Mapping[str, str]] = {"==": "=", "!=": "≠", ">=": "≥", "<=": "≤"}

    def number(self, value: int) -> Piece:
        return _digits(value)

    def power(self, base: Piece, exponent: Piece) -> Piece:
        raised = exponent.text.isdigit()
        up = exponent.text.translate(_RAISED) if raised else "^" + self.held(exponent, Level.ATOM)
        return Piece(self.held(base, Level.ATOM) + up, Level.POWER)

    def fraction(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(f"{self.held(top, Level.PRODUCT)}/{self.held(bottom, Level.POWER)}", Level.FRACTION)

    def rounded(self, kind: str, top: Piece, bottom: Piece | None) -> Piece:
        left, right = "⌊⌋" if kind == "floor" else "⌈⌉"
        return Piece(f"{left}{self.fraction(top, bottom).text if bottom else top.text}{right}")

    def remainder(self, top: Piece, bottom: Piece) -> Piece:
        # Looser than a sum in print: `I + 1 mod 32` would leave the reader guessing.
        return Piece(f"{self.held(top, Level.POWER)} mod {self.held(bottom, Level.POWER)}", Level.SUM)

    def series(self, body: Piece, index: Piece, first: Piece, last: Piece) -> Piece:
        return Piece(f"Σ({body.text}, {index.text} = {first.text}..{last.text})")


class AsciiPrinter(Printer):
    """Text of the language."""

    def number(self, value: int) -> Piece:
        return _digits(value)

    def power(self, base: Piece, exponent: Piece) -> Piece:
        return Piece(f"{self.held(base, Level.ATOM)}**{self.held(exponent, Level.ATOM)}", Level.POWER)

    def fraction(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(f"{self.held(top, Level.PRODUCT)}/{self.held(bottom, Level.POWER)}", Level.FRACTION)

    def rounded(self, kind: str, top: Piece, bottom: Piece | None) -> Piece:
        if kind == "floor" and bottom:
            written = f"{self.held(top, Level.POWER)}//{self.held(bottom, Level.POWER)}"
            return Piece(written, Level.DIVIDED)
        return self.function(kind, [self.fraction(top, bottom).text if bottom else top.text])

    def remainder(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(f"{self.held(top, Level.POWER)} % {self.held(bottom, Level.POWER)}", Level.DIVIDED)

    def series(self, body: Piece, index: Piece, first: Piece, last: Piece) -> Piece:
        return self.function("sum", [body.text, f"{index.text} = {first.text}..{last.text}"])
