"""How a formula reads: an expression arranged as in a textbook, once for all output forms.

- Sums follow the legend and begin with a positive term: `I − K + 2·P`.
- Products go from the kernel to the maps to the sizes: `(K²·C + 1)·N·(⌊(I − 11)/4⌋ + 1)²`.
- Quotients take the window form (`symcnn.render.window_form`).
- `D·K − D` beside other terms reads `D·(K − 1)`, as in the effective kernel.
- Halves that all terms share stand once: `(R − 1)/2`.

The layout always equals the expression, for every value of its symbols.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy
from sympy import Add, Basic, Expr, Mul, Pow, Rational, S, Symbol
from sympy.logic.boolalg import And, BooleanAtom, Not, Or

from symcnn.algebra.functions import Divisible, FloorLog2, Gcd, Max, Min
from symcnn.algebra.polynomial import Terms
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.render import layout as to
from symcnn.render.arranger import ONE, Arranger, Rule, Term, signed
from symcnn.render.layout import Layout
from symcnn.render.letters import sum_key
from symcnn.symbols import Bound, Index


def order(expr: Basic) -> Layout:
    """Return the layout of an expression, a relation, or relations joined by `and`.

    >>> from symcnn.symbols import symbol
    >>> order(2 * symbol("P"))
    Product(factors=(Number(value=2), Name(symbol=P)))
    """
    arranger = Arranger(_rule)
    for part in _inside_out(expr):
        arranger.arrange(part)
    return arranger.arrange(expr)


def _inside_out(expr: Basic) -> list[Basic]:
    """Return all parts once, each after its own parts; a stack of our own, as nesting may be deep."""
    found: dict[Basic, None] = {}
    todo = [(expr, False)]
    while todo:
        part, opened = todo.pop()
        if opened:
            found[part] = None
        elif part not in found:
            todo.append((part, True))
            todo.extend((a, False) for a in reversed(part.args) if not isinstance(a, sympy.Tuple))
            todo.extend((b, False) for a in part.args if isinstance(a, sympy.Tuple) for b in a.args)
    return list(found)


# ------------------------------------------------------------------ a rule per kind of expression
def _number(_: Arranger, expr: Rational) -> Layout:
    top, bottom = to.Number(abs(int(expr.p))), to.Number(int(expr.q))
    return signed([Term((), bool(expr < 0), top if bottom == ONE else to.Fraction(top, bottom))])


def _add(a: Arranger, expr: Add) -> Layout:
    parts: Terms = {}
    for c, m in (term.as_coeff_Mul(rational=True) for term in expr.args):
        parts[m] = parts.get(m, S.Zero) + c
    quotients = [m for m in parts if isinstance(m, FloorDiv)]
    if len(quotients) != 1 or abs(parts[quotients[0]]) != 1 or any(c.q != 1 for c in parts.values()):
        return a.sum(parts)
    sign = parts.pop(quotients[0])
    return a.with_quotient(quotients[0], int(sign), parts)


def _floor_div(a: Arranger, expr: FloorDiv) -> Layout:
    return a.with_quotient(expr, 1, {})


def _rounded(up: bool) -> Rule:
    def rule(a: Arranger, expr: Expr) -> Layout:
        inner = a.arrange(expr.args[0])
        top, bottom = (inner.top, inner.bottom) if isinstance(inner, to.Fraction) else (inner, ONE)
        return (to.Ceil if up else to.Floor)(top, bottom)

    return rule


def _called(name: str) -> Rule:
    return lambda a, expr: to.Function(name, _in_order(a, expr.args, keep=name not in ("min", "max")))


def _in_order(a: Arranger, args: tuple[Basic, ...], *, keep: bool) -> tuple[Layout, ...]:
    ordered = args if keep else sorted(args, key=lambda arg: sum_key(a.letters(arg)))
    return tuple(map(a.arrange, ordered))


def _series(a: Arranger, expr: sympy.Sum) -> Layout:
    body = a.arrange(expr.function)
    for letter, first, last in expr.limits:
        body = to.Series(body, to.Name(letter), a.arrange(first), a.arrange(last))
    return body


def _related(sign: str) -> Rule:
    def rule(a: Arranger, expr: Basic) -> Layout:
        left, right = expr.args
        if left.is_Number and not right.is_Number:
            return to.Relation(a.arrange(right), _MIRRORED.get(sign, sign), a.arrange(left))
        return to.Relation(a.arrange(left), sign, a.arrange(right))

    return rule


def _joined(word: str) -> Rule:
    return lambda a, expr: to.Logic(word, _in_order(a, expr.args, keep=False))


def _other(a: Arranger, expr: Basic) -> Layout:
    if isinstance(expr, sympy.Function) and expr.args:
        return to.Function(expr.func.__name__.lower(), tuple(map(a.arrange, expr.args)))
    return to.Word(str(expr).lower() if isinstance(expr, BooleanAtom) else str(expr))


_MIRRORED = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}
_RULES: Mapping[Any, Rule] = {
    **dict.fromkeys((Symbol, sympy.Dummy, Index, Bound), lambda _, expr: to.Name(expr)),
    Add: _add,
    Mul: lambda a, expr: a.product(expr),
    Pow: lambda a, expr: a.product(expr),
    FloorDiv: _floor_div,
    Mod: lambda a, expr: to.Remainder(*map(a.arrange, expr.args)),
    FloorLog2: lambda a, expr: a.logarithm(*expr.args),
    Gcd: _called("gcd"),
    Divisible: _called("divisible"),
    Max: _called("max"),
    Min: _called("min"),
    sympy.Max: _called("max"),
    sympy.Min: _called("min"),
    sympy.Abs: _called("abs"),
    sympy.floor: _rounded(up=False),
    sympy.ceiling: _rounded(up=True),
    sympy.Sum: _series,
    sympy.Eq: _related("=="),
    sympy.Ne: _related("!="),
    sympy.Ge: _related(">="),
    sympy.Le: _related("<="),
    sympy.Gt: _related(">"),
    sympy.Lt: _related("<"),
    And: _joined("and"),
    Or: _joined("or"),
    Not: _joined("not"),
}


def _rule(expr: Basic) -> Rule:
    return _RULES.get(expr.func) or (_number if expr.is_Rational else _other)
