r"""Formulas as LaTeX for math mode; plain LaTeX, no package is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from sympy import Basic, Expr, Integer

from symcnn.layers.base import Shape
from symcnn.render.layout import Product, Series
from symcnn.render.printer import Level, Piece, Printer, Values
from symcnn.render.text import number

GREEK = dict(
    zip(
        "ΓΔΘΛΞΠΣΦΨΩαβγδεζηθικλμξπρστφχψω",
        r"Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega alpha beta gamma delta varepsilon zeta eta "
        r"theta iota kappa lambda mu xi pi rho sigma tau varphi chi psi omega".split(),
        strict=True,
    )
)
_NUMBERED = re.compile(r"(.*?)([0-9]*)", re.DOTALL)
_KNOWN = {"min": r"\min", "max": r"\max", "gcd": r"\gcd", "log2": r"\log_{2}"}


def latex(expr: Basic | int, *, values: Values | None = None) -> str:
    r"""Return a formula as LaTeX, without dollar signs.

    Names are escaped: letters, digits, `_` and Greek stay, anything else becomes `?`.
    `values` puts numbers in place of letters, as in `text`.

    >>> from symcnn.symbols import symbol
    >>> from symcnn.algebra.quotient import FloorDiv
    >>> K, N, classes = symbol("K"), symbol("N2"), symbol("classes")
    >>> print(latex(K**2 * N + 4097 * classes))
    K^{2}\,N_{2} + 4097\,\mathrm{classes}
    >>> print(latex(FloorDiv(symbol("I") - 67, 32) + 1))
    \left\lfloor \frac{I - 67}{32} \right\rfloor + 1
    """
    return LatexPrinter(values).print(Integer(expr) if isinstance(expr, int) else expr).text


def answer_latex(answer: Basic | Shape | tuple[Expr, ...]) -> str:
    r"""Return a formula, a shape, or one formula per axis as LaTeX, without dollar signs.

    >>> from symcnn.symbols import symbol
    >>> I, N = symbol("I"), symbol("N")
    >>> print(answer_latex(Shape(N + 3, (I - 1, I))), answer_latex((I - 1, I - 1)))
    \left(N + 3\right) \,@\, \left(I - 1\right) \times I \left(I - 1\right)^{2}
    """
    if isinstance(answer, Shape):
        if not answer.extents:
            return latex(answer.maps)
        return rf"{_held(answer.maps)} \,@\, {answer_latex(answer.extents)}"
    if isinstance(answer, Basic):
        return latex(answer)
    if len(answer) == 1:
        return latex(answer[0])
    if answer[0].is_Add and len(set(answer)) == 1:
        return f"{_held(answer[0])}^{{{len(answer)}}}"
    return r" \times ".join(map(_held, answer))


def _held(formula: Expr) -> str:
    """Return a formula in brackets, if it is a sum."""
    return rf"\left({latex(formula)}\right)" if formula.is_Add else latex(formula)


def latex_name(name: str) -> str:
    r"""Return a name for math mode: `K_{1}`, `\gamma`, `\mathrm{classes}`.

    >>> print(latex_name("K1"), latex_name("α"), latex_name("my_net2"), latex_name("x}$"))
    K_{1} \alpha \mathrm{my\_net}_{2} \mathrm{x??}
    """
    found = _NUMBERED.fullmatch(name)
    stem, digits = found.groups() if found else (name, "")
    written = "".join(map(_character, stem))
    if len(stem) != 1:
        written = rf"\mathrm{{{written}}}"
    return f"{written.strip()}_{{{digits}}}" if digits else written.strip()


def _character(c: str) -> str:
    if c in GREEK:
        return f"\\{GREEK[c]} "
    if c == "_":
        return r"\_"
    return c if c.isascii() and c.isalnum() else "?"


class LatexPrinter(Printer):
    """LaTeX for math mode."""

    brackets: ClassVar[tuple[str, str]] = r"\left(", r"\right)"
    signs: ClassVar[Mapping[str, str]] = {"==": "=", "!=": r"\ne", ">=": r"\ge", "<=": r"\le"}
    negation = r"\mathrm{not}\ "

    def name(self, text: str) -> str:
        return latex_name(text)

    def word(self, text: str) -> str:
        return rf"\mathrm{{{''.join(map(_character, text))}}}"

    def number(self, value: int) -> Piece:
        written = number(value)
        if written.isdigit():
            return Piece(written)
        mantissa, exponent = re.match(r"~([0-9.]+)e([0-9]+)", written).groups()  # type: ignore[union-attr]
        return Piece(rf"{mantissa} \cdot 10^{{{exponent}}}", Level.PRODUCT)

    def product(self, node: Product, parts: list[Piece]) -> Piece:
        texts = [self.held(p, Level.POWER) for p in parts]
        if isinstance(node.factors[-1], Series):  # what follows a sum sign belongs to it
            texts[-1] = parts[-1].text
        written = texts[0]
        for factor in texts[1:]:
            # A thin space would make one number of two.
            written += (r" \cdot " if factor[:1].isdigit() else r"\,") + factor
        return Piece(written, Level.PRODUCT)

    def power(self, base: Piece, exponent: Piece) -> Piece:
        return Piece(f"{self.held(base, Level.ATOM)}^{{{exponent.text}}}", Level.POWER)

    def fraction(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(rf"\frac{{{top.text}}}{{{bottom.text}}}", Level.PRODUCT)

    def rounded(self, kind: str, top: Piece, bottom: Piece | None) -> Piece:
        inner = self.fraction(top, bottom).text if bottom else top.text
        return Piece(rf"\left\l{kind} {inner} \right\r{kind}")

    def remainder(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(rf"{self.held(top, Level.POWER)} \bmod {self.held(bottom, Level.POWER)}", Level.SUM)

    def function(self, name: str, arguments: list[str]) -> Piece:
        called = _KNOWN.get(name, rf"\mathrm{{{name}}}")
        return Piece(rf"{called}\left({', '.join(arguments)}\right)")

    def series(self, body: Piece, index: Piece, first: Piece, last: Piece) -> Piece:
        low = f"{index.text} = {first.text}"
        return Piece(rf"\sum_{{{low}}}^{{{last.text}}} {self.held(body, Level.PRODUCT)}", Level.PRODUCT)

    def joined(self, word: str) -> str:
        return rf" \ \mathrm{{{word}}}\ "
