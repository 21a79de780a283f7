"""Forms of a formula: expanded, factored, collected by a letter; equal at every point."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Expr, Symbol

from symcnn.errors import UsageError
from symcnn.verbs.inquirer import Side


def expand(expr: Expr) -> Expr:
    """Return the formula multiplied out.

    >>> from symcnn.symbols import symbol
    >>> K, N = symbol("K"), symbol("N")
    >>> expand(N * (K**2 + 1))
    K**2*N + N
    """
    return sympy.expand(expr, log=False, power_base=False, power_exp=False, basic=False)


def factor(expr: Expr) -> Expr:
    """Return the formula as a product as far as it factors over the rationals.

    >>> from symcnn.symbols import symbol
    >>> K, N = symbol("K"), symbol("N")
    >>> factor(K**2*N + N)
    N*(K**2 + 1)
    """
    return sympy.factor(expr)


def collect(expr: Expr, letters: Sequence[Symbol]) -> Expr:
    """Return the formula as a polynomial in the letters, one term per power.

    >>> from symcnn.symbols import symbol
    >>> K, N = symbol("K"), symbol("N")
    >>> collect(K * (K + N) + K, [K])
    K**2 + K*(N + 1)
    """
    return sympy.collect(expand(expr), list(letters))


def reshape(
    answer: Side | tuple[Expr, ...], form: str | None, letters: Sequence[str]
) -> Side | tuple[Expr, ...]:
    """Return the answer to a question in a form: "expand", "factor", or collected by letters.

    Raises UsageError for a letter that is not in the formula, or a shape to be reshaped.
    """
    if form is None and not letters:
        return answer
    if not isinstance(answer, Expr | tuple):
        raise UsageError("a shape has no other form", hint="ask for maps or size")
    parts = answer if isinstance(answer, tuple) else (answer,)
    known = {s.name: s for part in parts for s in part.free_symbols if isinstance(s, Symbol)}
    for name in letters:
        if name not in known:
            raise UsageError(
                f"'{name}' is not in the formula", hint="its symbols: " + ", ".join(sorted(known))
            )
    changed = tuple(_reshape(part, form, [known[name] for name in letters]) for part in parts)
    return changed if isinstance(answer, tuple) else changed[0]


def _reshape(expr: Expr, form: str | None, letters: Sequence[Symbol]) -> Expr:
    if letters:
        expr = collect(expr, letters)
    if form is not None:
        expr = expand(expr) if form == "expand" else factor(expr)
    return expr
