"""Integer functions beside the quotient: gcd, the logarithm that architectures use, make_divisible."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import ClassVar

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
