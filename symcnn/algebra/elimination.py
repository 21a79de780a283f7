"""Declared equalities between symbols: a == 2*b lets 2*b stand for a."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Symbol, preorder_traversal

from symcnn.algebra.conditions import Condition
from symcnn.algebra.polynomial import is_integer_valued, polynomial, terms
from symcnn.symbols import rank


def solved(conditions: Iterable[Condition]) -> tuple[dict[Symbol, Expr], tuple[Condition, ...]]:
    """Return symbols with what stands for them, and the conditions on the symbols that are left.

    A symbol is replaced where an equality of polynomials with integer coefficients gives it once.
    What is known of it by its kind becomes a condition.

    >>> from symcnn.symbols import symbol
    >>> a, b = symbol("a"), symbol("b")
    >>> solved([Condition(a - 2 * b, "=="), Condition(a - 3, ">=")])[0]
    {a: 2*b}
    """
    replaced: dict[Symbol, Expr] = {}
    left: list[Condition] = []
    for condition in conditions:
        found = _solution(_put(condition, replaced))
        if found is None:
            left.append(condition)
            continue
        x, value = found
        replaced = {s: v.xreplace({x: value}) for s, v in replaced.items()} | {x: value}
        if x.is_nonnegative:
            left.append(Condition(value - (1 if x.is_positive and x.is_integer else 0), ">="))
    put = (_put(c, replaced) for c in left)
    return replaced, tuple(c for c in put if not c.expr.is_Rational)


def _put(condition: Condition, replaced: dict[Symbol, Expr]) -> Condition:
    return Condition(condition.expr.xreplace(replaced), condition.relation) if replaced else condition


def _solution(condition: Condition) -> tuple[Symbol, Expr] | None:
    """Return a symbol and its value by an equality, None where it gives none."""
    symbols = condition.expr.free_symbols
    if condition.relation != "==" or len(symbols) < 2 or not _is_polynomial(condition.expr):
        return None
    parts = terms(condition.expr)
    for x in sorted(symbols, key=lambda s: rank(s.name), reverse=True):
        others = {m: -c / parts[x] for m, c in parts.items() if m != x} if x in parts else {}
        alone = bool(others) and not any(m.has(x) for m in others)
        if alone and all(c.is_Integer for c in others.values()):
            value = polynomial(others)
            if not x.is_integer or is_integer_valued(value):
                return x, value
    return None


def _is_polynomial(expr: Expr) -> bool:
    return all(
        not e.args or e.is_Add or e.is_Mul or (e.is_Pow and e.exp.is_Integer and e.exp > 0)
        for e in preorder_traversal(expr)
    )
