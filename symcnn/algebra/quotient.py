"""Integer division that is right: `FloorDiv` and `Mod`, canonical on construction.

SymPy forms the rational a/b and asks whether it is an integer; its answer is sometimes
wrong, and a floor silently disappears. Here numerator and denominator stay apart, and
every rule below is an identity of the integers with its side condition. The results are
ordinary SymPy expressions: they can be substituted, printed, and rewritten as
`sympy.floor` (which brings SymPy's own behaviour back).

| rule | side condition |
|---|---|
| (q r + p) // q = r + p // q | r integer-valued |
| (g p) // (g q) = p // q | g > 0 |
| (g p + c) // (g q) = (p + c // g) // q | g > 0; p integer-valued, c an integer |
| (a // b + r) // q = (a + b r) // (b q) | b, q > 0; r integer-valued |
| p // q = -((-p - 1) // q) - 1 | q > 0; p integer-valued |
| p // q = 0 or -1 | p a number, below the least value of q or above minus that |

The last but one makes the leading sign of p positive where no multiple of q can.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd, lcm
from typing import Any, ClassVar

from sympy import Expr, Function, Integer, S, Symbol, ceiling, floor, sympify

from symcnn.algebra.division import (
    Ints,
    as_divisor,
    as_terms,
    cancel,
    cleared,
    constant,
    denominators,
    integral,
    leads_negative,
    reduce,
)
from symcnn.algebra.polynomial import is_integer_valued, polynomial, term_order, terms


class FloorDiv(Function):
    """`p // q`, the largest integer not above p/q, for q a positive integer expression.

    Always integer-valued; p may be real. A divisor that is no integer is divided by all the
    same, with fewer simplifications. Division by the literal 0 raises
    ZeroDivisionError, as in Python.

    >>> from symcnn.symbols import symbol
    >>> I, S = symbol("I"), symbol("S")
    >>> FloorDiv(FloorDiv(I, 2) + 1, 2)
    (I + 2)//4
    >>> FloorDiv(I + 2*S, S), FloorDiv(I + 3, 2) - FloorDiv(I + 1, 2)
    (I//S + 2, 1)
    """

    nargs = 2
    integer_quotient: ClassVar[bool] = True
    precedence: ClassVar[int] = 45  # printed between a sum and a product

    @classmethod
    def eval(cls, p: Expr, q: Expr) -> Expr | None:
        if p.is_Integer and q.is_Integer:
            return Integer(int(p) // int(q))
        if q == 0:
            raise ZeroDivisionError("integer division by zero")
        divisor = denominators(p)
        if divisor != 1:
            return cls(cleared(p, divisor), q * divisor)
        outer, sign, numerator, denominator = _canonical(p, q)
        if numerator == 0:
            return outer
        if outer == 0 and sign == 1 and numerator == p and denominator == q:
            return None
        return outer + sign * cls(numerator, denominator, evaluate=False)

    def _eval_is_integer(self) -> bool:
        return True

    def _eval_is_nonnegative(self) -> bool | None:
        p, q = self.args
        return True if p.is_nonnegative and q.is_positive else None

    def _eval_derivative(self, s: Symbol) -> Expr:
        return S.Zero  # constant between the jumps

    def _eval_rewrite_as_floor(self, p: Expr, q: Expr, **_: Any) -> Expr:
        return floor(p / q)

    def _eval_rewrite_as_ceiling(self, p: Expr, q: Expr, **_: Any) -> Expr:
        return -ceiling(-p / q)

    def _sympystr(self, printer: Any) -> str:
        return "//".join(_operand(a, printer._print(a)) for a in self.args)

    _pythoncode = _numpycode = _mpmathcode = _lambdacode = _sympystr

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        p, q = map(printer._print, self.args)
        text = rf"\left\lfloor \frac{{{p}}}{{{q}}} \right\rfloor"
        return text if exp is None else f"{text}^{{{exp}}}"


class Mod(Function):
    """`p % q` = p - q (p // q), for q a positive integer expression.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> Mod(33*I + 64, 32), Mod(2*I, 4)
    (Mod(I, 32), 2*Mod(I, 2))
    """

    nargs = 2
    integer_of_integers: ClassVar[bool] = True
    precedence: ClassVar[int] = 1000

    @classmethod
    def eval(cls, p: Expr, q: Expr) -> Expr | None:
        if p.is_Integer and q.is_Integer:
            return Integer(int(p) % int(q))
        if q == 0:
            raise ZeroDivisionError("remainder of a division by zero")
        if q == 1 and is_integer_valued(p):
            return S.Zero
        numerator, denominator = integral(p, q)
        if any(c.q != 1 for c in (*terms(p).values(), *terms(q).values())):
            return None
        rest = reduce(numerator, denominator)[1]
        g = gcd(*rest.values(), *denominator.values())
        if not rest:
            return S.Zero
        if g > 1:
            shrunk = [polynomial({m: Integer(c // g) for m, c in t.items()}) for t in (rest, denominator)]
            return g * cls(*shrunk)
        reduced, divisor = polynomial(as_terms(rest)), as_divisor(q)
        return None if reduced == p and divisor == q else cls(reduced, divisor)

    def _eval_is_integer(self) -> bool | None:
        return True if is_integer_valued(self) else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.args[1].is_positive else None

    def _eval_rewrite_as_FloorDiv(self, p: Expr, q: Expr, **_: Any) -> Expr:
        return p - q * FloorDiv(p, q)


floor_div = FloorDiv  # as a function, beside ceil_div


def ceil_div(p: Expr | int, q: Expr | int) -> Expr:
    """Return the smallest integer not below p/q.

    >>> from symcnn.symbols import symbol
    >>> ceil_div(symbol("I"), 2), ceil_div(7, 2)
    ((I + 1)//2, 4)
    """
    p, q = sympify(p, strict=True), sympify(q, strict=True)
    divisor = denominators(p) * lcm(*(int(c.q) for c in terms(p).values()))
    p, q = cleared(p, divisor), q * divisor
    if q.is_positive and is_integer_valued(p) and is_integer_valued(q):
        return FloorDiv(p + q - 1, q)
    return -FloorDiv(-p, q)


def remainder(p: Expr, q: int) -> Expr:
    """Return p less multiples of the integer q, every coefficient from 0 to q - 1; p has integer ones."""
    return polynomial(as_terms(reduce({m: int(c) for m, c in terms(p).items()}, {S.One: q})[1]))


# ------------------------------------------------------------------ canonical form
@lru_cache(maxsize=50_000)
def _canonical(p: Expr, q: Expr) -> tuple[Expr, int, Expr, Expr]:
    """Return (r, s, p', q') with p // q = r + s (p' // q') and p' // q' irreducible (0 // 1 if none)."""
    outer, sign = S.Zero, 1
    ps, qs = integral(p, q)
    for _ in range(100):  # pragma: no branch - each round merges or cancels something, a handful suffices
        quotient, ps = reduce(ps, qs)
        outer += sign * polynomial(as_terms(quotient))
        divisor = polynomial(as_terms(qs))
        # all rules but the one above are of integer divisors: (2 I + 1) // (2 a) is not I // a for a = 1/2
        natural = divisor.is_positive is True and is_integer_valued(divisor)
        if not ps:
            return outer, 1, S.Zero, S.One
        if set(ps) == {S.One} and natural:
            whole = constant(ps[S.One], qs)
            if whole is not None:
                return outer + sign * whole, 1, S.Zero, S.One
        changed = cancel(ps, qs, natural) or (_merge(ps, qs) if natural else None)
        if changed:
            ps, qs = changed
            continue
        if not (natural and leads_negative(ps, qs)):
            break
        ps = {m: -c for m, c in ps.items()}
        ps[S.One] = ps.get(S.One, 0) - 1
        outer, sign = outer - sign, -sign
    return outer, sign, polynomial(as_terms(ps)), as_divisor(polynomial(as_terms(qs)))


def _merge(p: Ints, q: Ints) -> tuple[Ints, Ints] | None:
    """Turn (a // b + r) // q into (a + b r) // (b q), or return None."""
    inner = [m for m, c in p.items() if c == 1 and isinstance(m, FloorDiv) and m.args[1].is_positive]
    if not inner:
        return None
    first = min(inner, key=term_order)
    rest = {m: c for m, c in p.items() if m != first}
    if not all(map(is_integer_valued, rest)):
        return None
    a, b = first.args
    return integral(a + b * polynomial(as_terms(rest)), b * polynomial(as_terms(q)))


def _operand(expr: Expr, text: str) -> str:
    return text if expr.is_Symbol or (expr.is_Integer and expr >= 0) else f"({text})"
