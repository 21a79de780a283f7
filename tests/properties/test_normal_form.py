"""Property 41: what is simplified stays as it is, in formulas of networks too."""

from __future__ import annotations

from algebra.points import domains, expressions, points_of, value_of
from hypothesis import HealthCheck, assume, given, settings
from sympy import Expr

import symcnn
from symcnn.algebra.domain import Domain
from symcnn.algebra.exact import evaluate
from symcnn.verify.strategies import chains, networks


@given(domains(), expressions())
def test_simplified_twice_is_simplified_once(domain: Domain, expr: Expr) -> None:
    assume(points_of(domain))  # an empty domain says anything
    once = domain.simplify(expr)
    twice = domain.simplify(once)
    for point in points_of(domain, most=20):
        assert value_of(once, point) == value_of(twice, point) == value_of(expr, point)
    assert domain.simplify(twice) == twice


@settings(suppress_health_check=list(HealthCheck))
@given(networks(chains(most=5)))
def test_formulas_of_networks_are_simplified(net: symcnn.Network) -> None:
    for layer in net.root.leaves:
        for extent in layer.output.extents:
            assert net.domain.simplify(extent) == extent


def test_an_evaluation_is_that_of_the_formula() -> None:
    net = symcnn.parse("symbol I where I % 4 == 0; input 1 @ I; maxpool 2; maxpool 2")
    assert str(net.size) == "I/4"
    assert [evaluate(net.size, {net.symbols["I"]: n}) for n in (4, 8, 2**70)] == [1, 2, 2**68]
