"""Integer functions beside the quotient: gcd, rounded logarithm, make_divisible, maximum and minimum."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import Any, ClassVar

import sympy
from sympy import Expr, Function, Integer, S

from symcnn.algebra.polynomial import is_integer_valued, term_order
from symcnn.algebra.quotient import remainder


class Gcd(Function):
    """Greatest common divisor of two positive integer expressions.

    >>> from symcnn.symbols import symbol
    >>> Gcd(12, 18), Gcd(symbol("I") + 14, 7)
    (6, Gcd(I, 7))
    """

    nargs = 2
    integer_of_integers: ClassVar[bool] = True
    precedence: ClassVar[int] = 1000

    @classmethod
    def eval(cls, a: Expr, b: Expr) -> Expr | None:
        if a.is_Integer and b.is_Integer:
            return Integer(gcd(int(a), int(b)))
        if a == b:
            return a
        if 1 in (a, b):
            return S.One
        if a.is_Integer or (not b.is_Integer and term_order(b) < term_order(a)):
            return cls(b, a)
        if b.is_Integer and is_integer_valued(a):
            rest = remainder(a, int(b))
            return None if rest == a else cls(rest, b)
        return None

    def _eval_is_integer(self) -> bool | None:
        return True if is_integer_valued(self) else None

    def _eval_is_positive(self) -> bool | None:
        return True if all(a.is_positive for a in self.args) else None


class FloorLog2(Function):
    """The largest integer n with 2^n <= x, for x >= 1.

    >>> FloorLog2(1000), FloorLog2(1024)
    (9, 10)
    """

    nargs = 1
    integer_quotient: ClassVar[bool] = True

    @classmethod
    def eval(cls, x: Expr) -> Expr | None:
        if x.is_Rational and x >= 1:
            return Integer(floor_log2(Fraction(int(x.p), int(x.q))))
        return None

    def _eval_is_integer(self) -> bool:
        return True


class Divisible(Function):
    """The multiple of d nearest to v, at least d and never below 90 % of v (make_divisible).

    The rule of the MobileNet code (Sandler et al. 2018) for scaled widths.

    >>> Divisible(24, 8), Divisible(18, 8), Divisible(S(3) / 2, 8)
    (24, 24, 8)
    """

    nargs = 2
    integer_quotient: ClassVar[bool] = True

    @classmethod
    def eval(cls, v: Expr, d: Expr) -> Expr | None:
        if v.is_Rational and d.is_Integer and d > 0:
            return Integer(divisible(Fraction(int(v.p), int(v.q)), int(d)))
        return None

    def _eval_is_integer(self) -> bool:
        return True

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[1].is_positive else None


def floor_log2(x: Fraction | int) -> int:
    """Return the largest n with 2^n <= x, for x >= 1; in integers, at any magnitude."""
    return (x.numerator // x.denominator).bit_length() - 1


def divisible(v: Fraction | int, d: int) -> int:
    """Return make_divisible(v, d) in exact arithmetic."""
    nearest = max(d, (2 * v + d) // (2 * d) * d)
    return nearest + d if 10 * nearest < 9 * v else nearest


class _Extremum(Function):
    """What `Max` and `Min` share: flat, sorted, without what a constant difference settles.

    SymPy's own compare all pairs through its assumptions, which costs exponential time on
    nested ones and trusts `is_integer`.
    """

    integer_of_integers: ClassVar[bool] = True
    precedence: ClassVar[int] = 1000
    sign: ClassVar[int] = 1

    @classmethod
    def eval(cls, *args: Expr) -> Expr | None:
        flat = [b for a in args for b in (a.args if isinstance(a, cls) else (a,))]
        kept: list[Expr] = []
        for a in dict.fromkeys(flat):
            gaps = [cls.sign * (a - b) for b in kept]
            if any(g.is_Rational and g <= 0 for g in gaps):
                continue
            kept = [b for b, g in zip(kept, gaps, strict=True) if not (g.is_Rational and g > 0)]
            kept.append(a)
        kept.sort(key=term_order)
        if len(kept) == 1:
            return kept[0]
        return None if tuple(kept) == args else cls(*kept)

    def _eval_is_integer(self) -> bool | None:
        return True if is_integer_valued(self) else None

    def _eval_is_positive(self) -> bool | None:
        signs = [a.is_positive for a in self.args]
        settled = any(signs) if self.sign > 0 else all(signs)
        return True if settled else None

    def _eval_is_nonnegative(self) -> bool | None:
        signs = [a.is_nonnegative for a in self.args]
        settled = any(signs) if self.sign > 0 else all(signs)
        return True if settled else None


class Max(_Extremum):
    """The largest of several expressions.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> Max(3, 5), Max(I, I - 2), Max(I, 7)
    (5, I, Max(I, 7))
    """

    def _eval_rewrite_as_Max(self, *args: Expr, **_: Any) -> Expr:
        return sympy.Max(*args)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return _latex_call(r"\max", self.args, printer, exp)


class Min(_Extremum):
    """The smallest of several expressions.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> Min(3, 5), Min(I, I - 2), Min(Min(I, 7), 9)
    (3, I - 2, Min(I, 7))
    """

    sign = -1

    def _eval_rewrite_as_Min(self, *args: Expr, **_: Any) -> Expr:
        return sympy.Min(*args)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return _latex_call(r"\min", self.args, printer, exp)


def _latex_call(name: str, args: tuple[Expr, ...], printer: Any, exp: str | None) -> str:
    inner = ", ".join(map(printer._print, args))
    return rf"{name}\left({inner}\right)" + (f"^{{{exp}}}" if exp is not None else "")
