"""Cases that a review found: each was a wrong answer, an overflow or a silence once."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcnn
from symcnn.algebra.exact import evaluate

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


def test_a_repeat_is_shared_by_its_label() -> None:
    """Its rounds have the same label; they were taken for it."""
    net = symcnn.parse("input 4@I x I; a: repeat 3 { conv 3x3 -> 4, pad 1 }; share a")
    once = symcnn.parse("input 4@I x I; repeat 3 { conv 3x3 -> 4, pad 1 }")
    assert (net.params, net.macs) == (once.params, 2 * once.macs)
    assert net.receptive == 13


@pytest.mark.parametrize(
    ("text", "values", "measure", "expected"),
    [
        # a divisor that is no integer was taken for one: 2**(4 - i) of a repeat that runs down
        ("input 4@23; repeat i in 3..1 { conv 2 -> maps, stride 2 }", {}, "neurons", 72),
        ("input 3@227x227; repeat i in 5..1 { maxpool 2 }", {}, "neurons", 50802),
        ("symbol D; input 4@21; repeat i in D+3..4 { conv 2 -> maps, stride 2 }", {"D": 2}, "size", 5),
        (
            "symbol D where D >= 2; input 4@23; repeat i in D..1 { conv 2 -> maps, stride 2 }",
            {"D": 3},
            "neurons",
            72,
        ),
        (
            "symbol D; input 4@(4*I+3); repeat i in D+1..2 { conv 2 -> maps, stride 2 }",
            {"D": 3, "I": 6},
            "neurons",
            88,
        ),
        # the index of the second repeat leaked into the receptive field
        (
            "symbol D; input 1@I; repeat i in 1..D { e[i]: conv 3 -> 2, pad 1 }\n"
            "repeat j in D..1 { from e[j]; conv 3 -> 1, pad 1 }",
            {"D": 3},
            "receptive",
            5,
        ),
        # the bounds of the index were taken for a proof that there is a round
        (
            "symbol D where D >= 0; input 1@I; conv 3 -> 4\n"
            "repeat D { multiply { | identity | globalpool } }",
            {"D": 0},
            "receptive",
            3,
        ),
        # what a round needs was demanded without a round, too
        ("symbol D where D >= 0; input 1@I; repeat D { conv 5 -> 1; pad 2 }", {"D": 0, "I": 3}, "size", 3),
        # one position meets all
        (
            "input 4@I; multiply { | conv 3 -> 4, pad 1, stride S | maxpool 2 }",
            {"I": 32, "S": 32},
            "size",
            16,
        ),
        # the unnamed repeat took the name of the inner index
        ("symbol D; input 1@I; repeat 2 { repeat i in 1..D { conv 3 -> i, pad 1 } }", {"D": 3}, "maps", 3),
        ("symbol D; input 3@I x I; repeat D { conv 3 -> 8, stride 2 }", {"D": 3, "I": 227}, "macs", 4984344),
    ],
)
def test_rounds(text: str, values: dict[str, int], measure: str, expected: int) -> None:
    """Read again with the values, and substituted where the general formulas hold."""
    net = symcnn.parse(text)
    assert net.at(values).measure(measure) == expected
    known = {symcnn.symbol(name): value for name, value in values.items()}
    formula = net.measure(measure)
    if formula is not None and all(condition.holds(known) for condition in net.conditions):
        assert evaluate(formula, known) == expected


@pytest.mark.parametrize("divided", ["(2*I + 1)//(2*a)", "100 + (-3*I)//a", "(I//2 + 1)//a"])
def test_a_divisor_that_is_no_integer(divided: str) -> None:
    net = symcnn.parse(f"symbol a where a rational, a > 0; input 1@I; fc -> {divided}")
    a = net.symbols["a"]
    for i in range(1, 20):
        for value in (Fraction(3, 4), Fraction(1, 2), Fraction(5, 3), Fraction(7)):
            expected = eval(divided, {}, {"I": i, "a": value})
            assert evaluate(net.maps, {I: i, a: value}) == expected


def test_rounds_of_a_label_are_those_of_its_own_repeat() -> None:
    """`e[1]`, and `e[j]` of an inner repeat, were taken for the round that is under way."""
    outer = "input 1@I; repeat i in 1..3 {{ e[i]: conv 1 -> 10**i; repeat {} {{ conv 1 -> 1; concat {} }} }}"
    for rounds, label in (("1", "e[1]"), ("j in 1..2", "e[j]"), ("j in i..3", "e[j]")):
        with pytest.raises(symcnn.NetworkError, match="stands in the same round as this"):
            symcnn.parse(outer.format(rounds, label))
    assert symcnn.parse(outer.format("1", "e[i]")).maps == 1001


def test_shared_rounds_are_as_many() -> None:
    with pytest.raises(symcnn.NetworkError, match="another number of rounds here"):
        symcnn.parse("input 4@5; a: { repeat size { conv 1 -> 4 } }; upsample 2; share a")


def test_a_weaker_bound_does_not_replace_a_sharper_one() -> None:
    net = symcnn.parse("input 1@I; conv 5 -> 1; pad 4; conv 3 -> 1; pad 9; conv 2 -> 1")
    assert str(net.valid) == "I >= 5"
    assert str(symcnn.parse("input 1@I; conv 3 -> 1; conv 3 -> 1").valid) == "I >= 5"


def test_sums_of_numbers_are_numbers() -> None:
    """The start of a few rounds was an unevaluated sum of quotients."""
    net = symcnn.parse("input 4 @ 12x12; repeat 3 { conv 3 -> 1, stride 2, pad same }")
    assert (net.start, net.receptive, net.jump) == (-4, 15, 8)
    assert symcnn.parse("input 4 @ 12x12; repeat D { conv 3 -> 1, stride 2, pad same }").at(D=3).start == -4


def test_a_condition_without_a_value_at_a_drawn_point() -> None:
    """The bounds of a claim are tried at points so far away that a condition has no value there."""
    (verdict,) = symcnn.parse("input 1@I; repeat D { conv 3 -> 1, stride 2 }; assert params <= 30").check()
    assert (verdict.outcome, dict(verdict.counterexample or {})) == ("refuted", {"D": 8})


@pytest.mark.parametrize("rounds", ["2", "D", "i in 1..D"])
@pytest.mark.parametrize("body", ["relu", "shuffle 2; prelu", "add { relu | identity }"])
def test_rounds_behind_flattened_positions(rounds: str, body: str) -> None:
    """A random program found it: windows of two axes met those of a vector, which has none."""
    net = symcnn.parse(f"input 2 @ I x I; conv 3x5 -> 4, stride 2; flatten; r: repeat {rounds} {{ {body} }}")
    assert (net["r"].receptive, net["r"].jump) == ((3, 5), 2)


def test_maps_that_are_a_square_of_a_signed_index() -> None:
    net = symcnn.parse("input 1@9; r: repeat i in -2..D { c: conv 1 -> i*i + 1 }")
    assert [net.at(D=d)["r"].maps for d in (1, 2, 3)] == [2, 5, 10]
