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
| -1 // q = -1 | q >= 1 |

The last but one makes the leading sign of p positive where no multiple of q can.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import gcd, lcm
from typing import Any, ClassVar

from sympy import Expr, Function, Integer, Mul, Pow, S, Symbol, ceiling, floor, sympify

from symcnn.algebra.polynomial import (
    Terms,
    degree,
    expanded,
    is_integer_valued,
    over,
    polynomial,
    term_order,
    terms,
)


class FloorDiv(Function):
    """`p // q`, the largest integer not above p/q, for q a positive integer expression.

    Always integer-valued; p may be real. Division by the literal 0 raises
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
        divisor = _divisor(p)
        if divisor != 1:
            return cls(expanded(p * divisor), q * divisor)
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
        numerator, denominator = _integral(p, q)
        if any(c.q != 1 for c in (*terms(p).values(), *terms(q).values())):
            return None
        rest = _reduce(numerator, denominator)[1]
        g = gcd(*rest.values(), *denominator.values())
        if not rest:
            return S.Zero
        if g > 1:
            shrunk = [polynomial({m: Integer(c // g) for m, c in t.items()}) for t in (rest, denominator)]
            return g * cls(*shrunk)
        reduced = polynomial(rest)
        return None if reduced == p else cls(reduced, q)

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
    divisor = _divisor(p) * lcm(*(int(c.q) for c in terms(p).values()))
    p, q = expanded(p * divisor), q * divisor
    if q.is_positive and is_integer_valued(p) and is_integer_valued(q):
        return FloorDiv(p + q - 1, q)
    return -FloorDiv(-p, q)


def _divisor(p: Expr) -> Expr:
    """Return the letters that p is divided by, as in I/S: 1 for a polynomial."""
    if not p.has(Pow):
        return S.One
    return Mul(*(f for f in Mul.make_args(p.as_numer_denom()[1]) if not f.is_Number))


def remainder(p: Expr, q: int) -> Expr:
    """Return p less multiples of the integer q, every coefficient from 0 to q - 1; p has integer ones."""
    return polynomial(_as_terms(_reduce({m: int(c) for m, c in terms(p).items()}, {S.One: q})[1]))


# ------------------------------------------------------------------ canonical form
_Ints = dict[Expr, int]


@lru_cache(maxsize=50_000)
def _canonical(p: Expr, q: Expr) -> tuple[Expr, int, Expr, Expr]:
    """Return (r, s, p', q') with p // q = r + s (p' // q') and p' // q' irreducible (0 // 1 if none)."""
    outer, sign = S.Zero, 1
    ps, qs = _integral(p, q)
    for _ in range(100):  # each round merges or cancels something; a handful suffices
        quotient, ps = _reduce(ps, qs)
        outer += sign * polynomial(_as_terms(quotient))
        positive = polynomial(_as_terms(qs)).is_positive is True
        if not ps:
            return outer, 1, S.Zero, S.One
        if len(ps) == len(qs) == 1 and S.One in ps and S.One in qs:
            return outer + sign * (ps[S.One] // qs[S.One]), 1, S.Zero, S.One
        if ps == {S.One: -1} and positive:
            return outer - sign, 1, S.Zero, S.One
        changed = (_cancel(ps, qs) or _merge(ps, qs)) if positive else None
        if changed:
            ps, qs = changed
            continue
        if not (positive and _leads_negative(ps, qs)):
            break
        ps = {m: -c for m, c in ps.items()}
        ps[S.One] = ps.get(S.One, 0) - 1
        outer, sign = outer - sign, -sign
    return outer, sign, polynomial(_as_terms(ps)), polynomial(_as_terms(qs))


def _integral(p: Expr, q: Expr) -> tuple[_Ints, _Ints]:
    """Return p and q times their common denominator, so that all coefficients are integers."""
    ps, qs = terms(p), terms(q)
    common = lcm(*(int(c.q) for c in (*ps.values(), *qs.values())))
    return tuple({m: int(c * common) for m, c in t.items()} for t in (ps, qs))  # type: ignore[return-value]


def _as_terms(parts: _Ints) -> Terms:
    return {m: Integer(c) for m, c in parts.items()}


def _reduce(p: _Ints, q: _Ints) -> tuple[_Ints, _Ints]:
    """Return (r, p') with p = q r + p', r integer-valued, the coefficients of p' least."""
    leading = min(q, key=lambda m: (-degree(m), term_order(m))) if len(q) > 1 else next(iter(q))
    quotient: _Ints = {}
    rest, seen = dict(p), set[Expr]()
    while todo := [m for m in rest if m not in seen]:
        monomial = min(todo, key=lambda m: (-degree(m), term_order(m))) if len(q) > 1 else todo[0]
        seen.add(monomial)
        factor = over(monomial, leading)
        if factor is None or not is_integer_valued(factor):
            continue
        times = rest[monomial] // q[leading]
        if times == 0:
            continue
        quotient[factor] = quotient.get(factor, 0) + times
        for m, c in q.items():
            for other, scale in terms(factor * m).items():
                rest[other] = rest.get(other, 0) - times * c * int(scale)
    return quotient, {m: c for m, c in rest.items() if c}


def _cancel(p: _Ints, q: _Ints) -> tuple[_Ints, _Ints] | None:
    """Divide p and q by what they share; an integer constant rounds down. None if nothing is shared."""
    integral = all(map(is_integer_valued, p))
    constant = p.get(S.One, 0) if integral else 0
    others = {m: c for m, c in p.items() if not (integral and m == 1)}
    if not others:
        return None
    g = gcd(*others.values(), *q.values())
    if g > 1:
        p = {m: c // g for m, c in others.items()} | {S.One: constant // g}
        return {m: c for m, c in p.items() if c}, {m: c // g for m, c in q.items()}
    if constant in (0, -1):  # -1 // g = -1 for every g >= 1
        for letter in sorted(next(iter(q)).free_symbols, key=term_order):
            if letter.is_positive and letter.is_integer:
                ps, qs = _each_over(others, letter), _each_over(q, letter)
                if ps and qs:
                    shorter = dict(zip(ps, others.values(), strict=True))
                    shorter[S.One] = shorter.get(S.One, 0) + constant
                    return (
                        {m: c for m, c in shorter.items() if c},
                        dict(zip(qs, q.values(), strict=True)),
                    )
    return None


def _each_over(monomials: Iterable[Expr], letter: Expr) -> list[Expr] | None:
    """Return all monomials divided by a letter, None at the first that has none of it."""
    divided = []
    for m in monomials:
        less = over(m, letter)
        if less is None:
            return None
        divided.append(less)
    return divided


def _merge(p: _Ints, q: _Ints) -> tuple[_Ints, _Ints] | None:
    """Turn (a // b + r) // q into (a + b r) // (b q), or return None."""
    inner = [m for m, c in p.items() if c == 1 and isinstance(m, FloorDiv) and m.args[1].is_positive]
    if not inner:
        return None
    first = min(inner, key=term_order)
    rest = {m: c for m, c in p.items() if m != first}
    if not all(map(is_integer_valued, rest)):
        return None
    a, b = first.args
    return _integral(a + b * polynomial(_as_terms(rest)), b * polynomial(_as_terms(q)))


def _leads_negative(p: _Ints, q: _Ints) -> bool:
    """Whether the first monomial that no multiple of q can change has a negative coefficient."""
    if len(q) > 1 or not all(map(is_integer_valued, p)):
        return False
    (divisor,) = q
    fixed = [m for m in p if m != 1 and over(m, divisor) is None]
    return bool(fixed) and p[min(fixed, key=term_order)] < 0


def _operand(expr: Expr, text: str) -> str:
    return text if expr.is_Symbol or (expr.is_Integer and expr >= 0) else f"({text})"
