"""Functions, conditions of `if` and arguments of calls, against the same in Python."""

from __future__ import annotations

import pytest

import symcnn

# conditions of I, and the same in Python
ALWAYS = {
    "(I + 1)//2 + I//2 == I": True,
    "3*(I//3) + 2 >= I": True,
    "(I*I + I)//2*2 == I*I + I": True,
    "(I//2)//3 + I % 6 == I//6 + I % 6 + 1": False,
    "I*I//4*4 + 1 >= I*I": True,
    "I//2 + I//3 + I//6 >= I - 2": True,
    "I//2*2 >= I + 1": False,
    "3*(I//3) + 3 <= I": False,
    "(I//2 + 1)//2*4 + 2 <= I": False,
}


@pytest.mark.parametrize("condition", ALWAYS)
def test_what_always_or_never_holds_decides(condition: str) -> None:
    held = {eval(condition, {"I": value}) for value in range(1, 200)}
    assert held == {ALWAYS[condition]}
    net = symcnn.parse(f"symbol I\ninput 1@9\nif {condition} {{ conv 1 -> 2 }} else {{ conv 1 -> 3 }}")
    assert net.maps == (2 if ALWAYS[condition] else 3)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("log2(1)", 0), ("log2(8)", 3), ("log2(2**40)", 40), ("1 + log2(16)*2", 9),
        ("floor(log2(9))", 3), ("ceil(log2(9))", 4), ("floor(log2(9/2))", 2),
        ("min(7)", 7), ("max(3, 9, 4)", 9), ("divisible(30, 8)", 32),
    ],
)  # fmt: skip
def test_functions_of_numbers(expression: str, value: int) -> None:
    assert symcnn.parse(f"let a = {expression}\ninput 1 + a @ 3").maps == 1 + value


def test_the_logarithm_of_a_power_is_its_exponent() -> None:
    net = symcnn.parse("symbol D\ninput log2(2**(D + 3)) @ 3")
    assert net.maps == net.symbols["D"] + 3


def test_a_parameter_may_have_a_value_of_its_own() -> None:
    net = symcnn.parse("let f(y, z = 2*y) = y + z\ninput f(1) @ f(1, 5)")
    assert (net.maps, net.size) == (1 + 2, 1 + 5)


def test_conditions_that_leave_no_value() -> None:
    """Each by itself can be met; together they cannot, whatever they are."""
    for conditions in (
        "I % 7 == 1, I >= 2, I <= 7", "I % 6 == 1, I % 10 == 2", "I >= 3, 2*I <= 5", "I % 2 == 0, I <= 1",
    ):  # fmt: skip
        text = conditions.replace(",", " and")
        assert not any(eval(text, {"I": value}) for value in range(1, 400))
        with pytest.raises(symcnn.DomainError) as caught:
            symcnn.parse(f"symbol I where {conditions}")
        assert caught.value.fact == "no value of 'I' meets all its conditions"


def test_measures_of_a_label_refuse_another_convention() -> None:
    net = symcnn.parse("input 1@9; a: conv 3 -> 2")
    assert net["a"].measure("flops", convention="mac") == 3 * 2 * 7
    with pytest.raises(symcnn.UsageError) as caught:
        net["a"].measure("flops", convention="half")  # type: ignore[arg-type]
    assert str(caught.value) == "error: 'half' is no convention\n  = hint: one of 2mac, mac, exact"


@pytest.mark.parametrize("label", ["1 + 2", "a + a", "max(1, 2)", "-a"])
def test_a_formula_is_no_label(label: str) -> None:
    with pytest.raises(symcnn.UsageError) as caught:
        symcnn.parse("input 1@9; a: conv 3 -> 2")[label]
    assert str(caught.value) == f"error: '{label}' is no label"


@pytest.mark.parametrize(
    "claim", ["I//(K - J) >= 0", "I % (K - J) == 3", "1/(K - J) >= 3", "I//(2*K - 2*J) != I"]
)
def test_a_claim_that_divides_by_zero_everywhere_is_open(claim: str) -> None:
    (verdict,) = symcnn.parse(f"symbol I, K, J where K == J\nassert {claim}").check()
    assert (verdict.outcome, verdict.counterexample, verdict.samples) == ("undecided", None, 0)


def test_a_condition_that_divides_by_zero_decides_nothing() -> None:
    with pytest.raises(symcnn.NetworkError) as caught:
        symcnn.parse("symbol I, K, J where K == J\ninput 1@I\nif I//(K - J) >= 2 { relu }")
    assert caught.value.fact == "what is declared of I, J, K does not decide this condition"
