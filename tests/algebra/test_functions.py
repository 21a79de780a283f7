"""Greatest common divisors, maxima and minima: their values, and what SymPy makes of them."""

from __future__ import annotations

from itertools import product
from math import gcd

import pytest
import sympy
from sympy import Expr

from symcnn.algebra.exact import evaluate
from symcnn.algebra.functions import Gcd, Max, Min
from symcnn.symbols import symbol

I, K = symbol("I"), symbol("K")


@pytest.mark.parametrize(
    ("a", "b"), [(I, I), (I, K), (I + 6, 6), (6, I), (I * K, K), (I + K, I + K), (1, I), (4 * I, 6)], ids=str
)
def test_a_common_divisor_is_that_of_the_numbers(a: Expr, b: Expr) -> None:
    found = Gcd(sympy.S(a), sympy.S(b))
    for i, k in product(range(1, 13), repeat=2):
        point = {I: i, K: k}
        assert evaluate(found, point) == gcd(evaluate(sympy.S(a), point), evaluate(sympy.S(b), point))


def test_a_common_divisor_with_itself() -> None:
    assert Gcd(I + K, I + K) == I + K


@pytest.mark.parametrize(("ours", "theirs"), [(Max, sympy.Max), (Min, sympy.Min)], ids=["Max", "Min"])
def test_an_extremum_can_become_that_of_sympy(ours: type[Expr], theirs: type[Expr]) -> None:
    rewritten = (ours(I, K, 7) + 1).rewrite(theirs)
    assert not rewritten.has(ours) and rewritten == theirs(I, K, 7) + 1
    for i, k in product(range(4, 10), repeat=2):
        assert rewritten.subs({I: i, K: k}) == evaluate(ours(I, K, 7) + 1, {I: i, K: k})


def test_extrema_in_the_latex_of_sympy() -> None:
    assert sympy.latex(Max(I, 7)) == r"\max\left(I, 7\right)"
    assert sympy.latex(Min(I, 7) ** 2) == r"\min\left(I, 7\right)^{2}"
