"""Cases that a review found: each was a wrong answer, an overflow or a silence once."""

from __future__ import annotations

import pytest

import symcnn

I, K, M = (symcnn.symbol(name) for name in "IKM")


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("assert 2**N >= N", "undecided"),  # samples whose power is too large say nothing
        ("assert I/2 integer", "refuted"),
        ("assert 1/2 integer", "refuted"),
        ("assert I*(I + 1)/2 integer", "proved"),
        ("symbol a where a real; assert a integer", "refuted"),
        ("symbol a where a real, a > -1; assert a > 0", "refuted"),
        ("symbol a where a real, a >= 0; assert a > 0", "refuted"),
        ("symbol a where a real; assert a >= 0", "refuted"),
        ("assert I % -3 >= 0", "refuted"),
        ("assert ceil(I/(K - 9)) == -(-I // (K - 9))", "undecided"),
        ("assert 61_400_000 ~ 61M", "holds"),
        ("symbol J = 4, I = 2*J; input 1@I x I; assert size == 8 given defaults", "holds"),
    ],
)
def test_verdict(claim: str, outcome: str) -> None:
    (verdict,) = symcnn.parse(claim).check()
    assert verdict.outcome in (outcome, "proved" if outcome in ("undecided", "holds") else outcome)
    assert verdict.against() is not None


@pytest.mark.parametrize(
    "text",
    [
        "symbol I where 2*I == 5",
        "symbol I where I % 3 == 5",
        "def b(maps) { conv 3x3 -> maps }",
        "let w(size) = size",
        "def f() { a: relu; output a }; input 1@8x8; f()",
        "input 4@8x8; conv 3x3 -> 4, groups 2, table [2 of 1, 2 of 1]",
        "symbol a where a real, a > 0; input divisible(3, a) @ 8x8",
        "input 1@8x8; maxpool 3, pad same, ceil",
        "input 1@8x8; deconv 3 -> 1, pad same, outpad 1",
        "let a = 9**64\nlet b = a**64",
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(symcnn.SymcnnError) as caught:
        symcnn.parse(text)
    assert caught.value.place is not None


def test_values_put_in_one_after_the_other() -> None:
    net = symcnn.parse("input 1@I x I")
    assert net.at(I=I + 1).at(I=3).extents == (4, 4)
    assert symcnn.parse("input 1@I x K; conv 1x1 -> 2").at(I=K, K=I).at(I=3).extents == (K, 3)


def test_a_second_value_keeps_the_domain_of_the_first() -> None:
    net = symcnn.parse("symbol g, h; input h@8x8; assert g >= 1").at(g=M - 10)
    assert net.at(h=2).check()[0].outcome == "proved"
    with pytest.raises(symcnn.DomainError):
        net.at(M=5)


@pytest.mark.parametrize(
    "text",
    [
        "input 4 @ 1; conv K -> 1; conv 1 -> 1, stride (K//2)",
        "input S @ 1; conv K -> 4; conv 1 -> 4, groups (K//2)",
    ],
)
def test_conditions_that_make_a_divisor_zero(text: str) -> None:
    """K <= 1 leaves a divisor of 0: together the conditions hold nowhere."""
    with pytest.raises(symcnn.NetworkError) as caught:
        symcnn.parse(text)
    assert "layers before it need K <= 1" in str(caught.value)
