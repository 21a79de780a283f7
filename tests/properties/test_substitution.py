"""Property 37: values are put in all at once, and in parts in any order, at every measure."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from profiles import thorough

import symcnn
from symcnn.errors import SymcnnError
from symcnn.network.measures import COUNTED
from symcnn.verify.strategies import bindings, chains, networks

MEASURES = ("shape", "receptive", "jump", "start", *COUNTED)


def measured(net: symcnn.Network) -> dict[str, object]:
    return {name: getattr(net, name, None) or getattr(net.counts, name, None) for name in MEASURES}


@settings(suppress_health_check=list(HealthCheck))
@given(st.data())
def test_in_any_order(data: st.DataObject) -> None:
    net = data.draw(networks(chains(most=4)))
    values = data.draw(bindings(net))
    assume(len(values) > 1)
    whole = measured(net.at(values))
    order = data.draw(st.permutations(sorted(values)))
    cut = data.draw(st.integers(1, len(order) - 1))
    parts = [{name: values[name] for name in some} for some in (order[:cut], order[cut:])]
    try:
        found = [net.at(first).at(second) for first, second in (parts, parts[::-1])]
    except SymcnnError:  # known to stand with all values only, not with some
        assume(False)
    for each in found:
        assert measured(each) == whole and not each.symbols


@thorough
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 3))
def test_two_symbols_change_places(k: int, n: int, s: int) -> None:
    """K for N and N for K at once; one after the other, both would be the same."""
    net = symcnn.parse(f"input C @ I x I; conv K -> N, stride {s}; conv 1x1 -> 3*N")
    K, N = symcnn.symbol("K"), symcnn.symbol("N")
    swapped = net.at(K=N, N=K)
    rest = {"C": 2, "I": 40}
    assert measured(swapped.at(K=k, N=n, **rest)) == measured(net.at(K=n, N=k, **rest))
    assert measured(swapped.at(K=N, N=K)) == measured(net)
    both = net.at(K=N).at(N=K)
    assert measured(both.at(K=k, **rest)) == measured(net.at(K=k, N=k, **rest))
