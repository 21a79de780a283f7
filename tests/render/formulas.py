"""Formulas for the tests of `render`: read from text in the language, or drawn at random."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Expr, Integer, Rational

from symcnn.algebra.functions import Divisible, FloorLog2, Max, Min
from symcnn.algebra.polynomial import is_integer_valued
from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div
from symcnn.language.parser import parse_expression
from symcnn.layers import vocabulary
from symcnn.network.scope import Scope, World, evaluate
from symcnn.source import Source
from symcnn.symbols import symbol

DECLARED = {name: symbol(name) for name in "classes f g k k0 k1 c1 c2 s1 my_name γ".split()}
REAL = {name: symbol(name, "real") for name in "a b".split()}
I, K, P, S, D, C, N, G = FREE = [symbol(name) for name in "I K P S D C N G".split()]
LETTERS = [*FREE, DECLARED["classes"], DECLARED["k1"]]


def read(text: str) -> Expr:
    """Return the value of a text of the language, the names above declared."""
    scope = Scope(World(), DECLARED | REAL)
    return evaluate(parse_expression(Source("test", text), vocabulary()), scope)


NUMBERS = st.integers(-40, 40).map(Integer)
DIVISORS = st.one_of(
    st.integers(1, 32).map(Integer),
    st.sampled_from([K, S, 2 * S, K * S, S**2, K + S, Rational(1, 2)]),
)


def expressions() -> st.SearchStrategy[Expr]:
    """Draw expressions as measures hold them, and some that they do not."""
    letters = st.sampled_from(LETTERS)
    fractions = st.tuples(st.integers(-6, 6), st.integers(1, 6)).map(lambda t: Rational(*t))
    linear = st.tuples(NUMBERS, letters, NUMBERS).map(lambda t: t[0] * t[1] + t[2])
    return st.recursive(st.one_of(NUMBERS, fractions, linear, letters), _bigger, max_leaves=7)


def _bigger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    pair, divided = st.tuples(inner, inner), st.tuples(inner, DIVISORS)
    letters = st.sampled_from(LETTERS)
    return st.one_of(
        pair.map(lambda t: t[0] + t[1]),
        pair.map(lambda t: t[0] - t[1]),
        pair.map(lambda t: t[0] * t[1]),
        st.tuples(inner, letters).map(lambda t: t[0] / t[1]),
        st.tuples(inner, st.integers(2, 3)).map(lambda t: t[0] ** t[1]),
        st.tuples(letters, letters).map(lambda t: 2 ** (t[0] - 1) * t[1]),
        st.tuples(letters, st.sampled_from([D, K, S]), st.integers(-2, 2)).map(
            lambda t: t[0] * 2 ** (t[2] - t[1])
        ),
        divided.map(lambda t: FloorDiv(*t)),
        st.tuples(divided, inner).map(lambda t: FloorDiv(*t[0]) + t[1]),
        divided.map(lambda t: ceil_div(*t)),
        st.tuples(inner.filter(is_integer_valued), st.integers(1, 32).map(Integer)).map(lambda t: Mod(*t)),
        pair.map(lambda t: Max(*t)),
        pair.map(lambda t: Min(*t)),
        st.tuples(inner, st.integers(1, 16)).map(lambda t: Divisible(t[0], Integer(t[1]))),
        st.tuples(letters, letters).map(lambda t: FloorLog2(2 * t[0] + t[1] ** 2 - 1)),
    )


def windows() -> st.SearchStrategy[Expr]:
    """Draw sizes: a linear numerator over a stride, and something beside."""
    small = st.integers(-9, 9)
    linear = st.tuples(small, small, small, small).map(lambda t: I + t[0] * K + t[1] * P + t[2] * S + t[3])
    stride = st.one_of(st.integers(1, 33).map(Integer), st.sampled_from([S, 2 * S, 8 * S, S * K]))
    return st.tuples(linear, stride, linear).map(lambda t: FloorDiv(t[0], t[1]) + t[2] - I)
