"""Powers with symbolic exponents in one normal form, and what is an integer by structure.

The normal form of a product: numbers stand as powers of primes (12**D is 2**(2*D)*3**D), equal
bases stand once (S*S**D is S**(D + 1)), and the constant in the exponent of a prime is the one
that makes the least exponent 0; what that costs goes into the coefficient. So 2**(D + 2) is 8
times 2**(D - 1), as D is 1 or more, and 2**(D - i + 1), of which no least value is known, is 2
times 2**(D - i). Equal terms then have equal coefficients, and a term is an integer by
structure exactly where its coefficient is one: N*2**i/2 is, N*2**i/4 is not.

SymPy's `is_integer` is trusted for symbols and numbers only.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import gcd

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Rational, S

_LIMIT = 4096  # bits of a number that is taken out of a power
_TRIED = 1000  # divisors tried for the primes of a base; a larger rest counts as one


@lru_cache(maxsize=100_000)
def is_integer_valued(expr: Expr) -> bool:
    """Whether the expression is an integer wherever its symbols are, by its structure alone.

    SymPy's own `is_integer` is not asked about products: `n*(2*g + 2)/6` passes there.

    >>> from symcnn.symbols import symbol
    >>> n = symbol("n")
    >>> is_integer_valued(n * (n + 1)), is_integer_valued(n / 2), is_integer_valued(2**n / 2)
    (True, False, True)
    """
    if expr.is_Symbol or expr.is_Number:
        return expr.is_integer is True
    if isinstance(expr, Pow):
        return natural(expr.exp) and is_integer_valued(expr.base)
    if getattr(expr, "integer_quotient", False) or isinstance(expr, sympy.floor | sympy.ceiling):
        return True
    if isinstance(expr, Mul):
        return all(map(is_integer_valued, expr.args)) or _absorbs_fraction(expr)
    if isinstance(expr, Add | sympy.Max | sympy.Min | sympy.Abs):
        return all(map(is_integer_valued, expr.args))
    if getattr(expr, "integer_of_integers", False):
        return all(map(is_integer_valued, expr.args))
    return isinstance(expr, sympy.Sum) and is_integer_valued(expr.function)


def _absorbs_fraction(product: Expr) -> bool:
    """Whether powers of numbers make an integer of a product, as 2**D does of N*2**D/2."""
    if not any(map(is_symbolic, product.args)):
        return False
    coefficient, monomial = product.as_coeff_Mul(rational=True)
    scale, monomial = normal(monomial)
    return (coefficient * scale).is_Integer and all(map(is_integer_valued, Mul.make_args(monomial)))


def is_symbolic(factor: Expr) -> bool:
    """Whether a factor is a power with an exponent that is no integer number."""
    return factor.is_Pow and not factor.exp.is_Integer


def is_huge(power: Expr) -> bool:
    """Whether the number in an exponent is too large to be taken out of the power."""
    constant = power.exp.as_coeff_Add(rational=True)[0]
    return power.base.is_Rational is True and _exceeds(power.base, constant)


def _exceeds(base: Rational, exponent: Rational | int) -> bool:
    size = max(abs(int(base.p)), int(base.q)).bit_length()
    return bool(abs(exponent) * size > _LIMIT)


# ------------------------------------------------------------------ exponents
def natural(exponent: Expr) -> bool:
    """Whether an exponent is an integer, zero or more, by structure alone.

    >>> from symcnn.symbols import symbol
    >>> D, i = symbol("D"), symbol("i")
    >>> natural(D - 1), natural(D - 2), natural(D - i)
    (True, False, False)
    """
    if exponent.is_Integer or exponent.is_Symbol:
        return bool(exponent.is_integer and exponent.is_nonnegative)
    if not is_integer_valued(exponent):
        return False
    constant, rest = exponent_parts(exponent)
    low = least(rest)
    return low is not None and low + constant >= 0


def exponent_parts(exponent: Expr) -> tuple[int, Expr]:
    """Return the integer constant of an exponent, and the rest multiplied out."""
    constant, rest = sympy.expand(exponent).as_coeff_Add(rational=True)
    whole = int(constant.p) // int(constant.q)
    return whole, rest + (constant - whole)


@lru_cache(maxsize=10_000)
def least(exponent: Expr) -> int | None:
    """Return the least value of an exponent without constant, by the signs of its letters; else None."""
    total = 0
    for term in Add.make_args(exponent):
        c, m = term.as_coeff_Mul(rational=True)
        if not (c.is_Integer and c > 0 and is_integer_valued(m)):
            return 0 if exponent == 0 else None
        if m.is_positive:
            total += int(c)
        elif not m.is_nonnegative:
            return None
    return total


# ------------------------------------------------------------------ factors
def factors(monomial: Expr) -> dict[Expr, Expr]:
    """Return the bases of a product with their exponents; numbers by their primes.

    >>> from symcnn.symbols import symbol
    >>> D, S = symbol("D"), symbol("S")
    >>> factors(S * S**D * 12**D)
    {S: D + 1, 2: 2*D, 3: D}
    """
    found: dict[Expr, Expr] = {}
    for factor in Mul.make_args(monomial):
        if not factor.is_Pow:
            pairs = [(factor, S.One)]
        elif factor.exp.is_Integer:
            pairs = [(factor.base, factor.exp)]
        else:
            pairs = list(_bases(*factor.as_base_exp()))
        for base, exponent in pairs:
            found[base] = found[base] + exponent if base in found else exponent
    return {b: e for b, e in found.items() if e != 0}


def _bases(base: Expr, exponent: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield what base**exponent is a product of: primes, and the factors of a product."""
    if base.is_Rational and base > 0:
        for number, sign in ((int(base.p), 1), (int(base.q), -1)):
            for prime, times in _primes(number):
                yield prime, sign * times * exponent
    elif base.is_Mul and is_integer_valued(exponent):  # (a b)**n = a**n b**n
        for factor in base.args:
            b, e = factor.as_base_exp()
            yield from _bases(b, sympy.expand(e * exponent))
    else:
        yield base, exponent


@lru_cache(maxsize=1000)
def _primes(number: int) -> tuple[tuple[Integer, int], ...]:
    found: list[tuple[Integer, int]] = []
    for prime in range(2, _TRIED):
        if prime * prime > number:
            break
        times = 0
        while number % prime == 0:
            number, times = number // prime, times + 1
        if times:
            found.append((Integer(prime), times))
    return tuple(found) if number == 1 else (*found, (Integer(number), 1))


@lru_cache(maxsize=50_000)
def normal(monomial: Expr) -> tuple[Rational, Expr]:
    """Return coefficient and monomial of the normal form of a product.

    >>> from symcnn.symbols import symbol
    >>> D = symbol("D")
    >>> normal(2 ** (D + 2)), normal(2 ** (D - 1)), normal(6**D)
    ((8, 2**(D - 1)), (1, 2**(D - 1)), (6, 6**(D - 1)))
    """
    coefficient, powers = S.One, list[Expr]()
    for base, exponent in factors(monomial).items():
        if base.is_Integer and base > 1:
            constant, rest = exponent_parts(exponent)
            moved = constant + (least(rest) or 0)
            if not _exceeds(base, moved):
                coefficient *= base**moved
                exponent = rest + (constant - moved)
        powers.append(base ** (exponent if exponent.is_Integer else sympy.expand(exponent)))
    return coefficient, Mul(*powers)


# ------------------------------------------------------------------ as people write them
@lru_cache(maxsize=50_000)
def written(coefficient: Rational, monomial: Expr, *, merged: bool = False) -> Expr:
    """Return a term with small exponents: 4*2**D for 8*2**(D - 1), 2**(D - 1) for 2**D/2.

    Where `merged`, a coefficient that a power of a number can hold goes into it: 2**(D + 2).

    >>> from symcnn.symbols import symbol
    >>> D = symbol("D")
    >>> written(Integer(8), 2 ** (D - 1)), written(Integer(8), 2 ** (D - 1), merged=True)
    (4*2**D, 2**(D + 2))
    """
    powers: list[Expr] = []
    for base, exponent in factors(monomial).items():
        if not (base.is_Integer and base > 1):
            powers.append(base**exponent)
            continue
        constant, rest = exponent_parts(exponent)
        held = valuation(coefficient, int(base))
        if held > 0 and not merged:
            held = min(held, max(0, -constant))
        coefficient /= base**held
        powers.append(_power(base, rest, constant + held))
    return coefficient * Mul(*powers)


def _power(base: Integer, rest: Expr, constant: int) -> Expr:
    """Return base**(rest + constant), over a larger base where the exponent is a multiple: 4**D."""
    numbers = [t.as_coeff_Mul(rational=True)[0] for t in Add.make_args(rest)]
    if rest == 0 or not all(c.is_Integer for c in numbers):
        return base ** (rest + constant)
    shared = gcd(constant, *map(int, numbers))
    return (base**shared) ** sympy.expand((rest + constant) / shared)


def valuation(number: Rational, prime: int) -> int:
    """Return how often a prime divides a number, less than zero where it divides the denominator."""
    times, top, bottom = 0, int(number.p), int(number.q)
    while top and top % prime == 0:
        top, times = top // prime, times + 1
    while bottom % prime == 0:
        bottom, times = bottom // prime, times - 1
    return times
