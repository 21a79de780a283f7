"""The text that becomes code: its form, what it can reach, and that no name of a user is in it."""

from __future__ import annotations

import ast
import re
import sys
from random import Random
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from numeric.formulas import arrays, compiled, formula, points, value_at
from numeric.test_against_exact import ALL, RANDOM, SLOW, drawn

import symcnn
from symcnn.numeric.blocks import Blocks
from symcnn.numeric.columns import Column, columns_of, width_of_dtype
from symcnn.numeric.source import compiled as compiled_text
from symcnn.numeric.source import written

WORDS = {
    *("def", "return", "check", "max", "min", "abs", "gcd", "log2", "power", "total", "common", "out"),
    *("add", "subtract", "multiply", "floor_divide", "remainder", "right_shift", "left_shift", "bitwise_and"),
    *("maximum", "minimum", "absolute"),
}


def test_the_source_of_a_network() -> None:
    """Steps are shared: the size, (I + K)//2 - K + 1, is calculated once for all that needs it."""
    net = symcnn.parse("input 3 @ I x I; conv K -> N, stride 2, no bias")
    assert net.compile("size", "macs").source == (
        "def s0(v0, v1, v2):\n"
        "    check(0, v0)\n"
        "    check(1, v1)\n"
        "    check(2, v2)\n"
        "    t6 = v0 - v1\n"
        "    check(3, t6)\n"
        "    t7 = v0 + v1\n"
        "    t9 = t7 // 2\n"
        "    t10 = 1 + t9\n"
        "    t11 = t10 - v1\n"
        "    t13 = v1 * v1\n"
        "    t14 = t13 * v2\n"
        "    t15 = t11 * t11\n"
        "    t16 = t14 * t15\n"
        "    t17 = t16 * 3\n"
        "    return t11, 0, 1, t17, 0, 1,"
    )
    assert net.compile("size").inputs == {"v0": "I", "v1": "K", "v2": "N"}


def words(text: str) -> set[str]:
    """Return what a text names, apart from our numbered names."""
    found = set(re.findall(r"[^\W\d]\w*", re.sub(r"0x[0-9a-f]+", "0", text)))
    return {word for word in found if not re.fullmatch(r"[vtbs]\d+|(?:total|common)\d+", word)}


def kernels(function: Any, values: dict[str, Any]) -> list[str]:
    """Return the texts that are made for arrays."""
    blocks = Blocks(function.program.given(frozenset(values)))
    columns: dict[int, Any] = {}
    for name, value in values.items():
        places = [at for at, each in enumerate(function.program.inputs) if each.name == name]
        parts = columns_of(name, value, [function.program.inputs[at] for at in places])
        columns |= dict(zip(places, parts, strict=True))
    size = len(next(iter(values.values())))
    scalars = {at: value for at, value in columns.items() if isinstance(value, int)}
    taken = {at: Column(v, width_of_dtype(v), (size,)) for at, v in columns.items() if at not in scalars}
    blocks.run(taken, scalars, size)
    return [made.text for made, _ in blocks._kernels]


@SLOW
@given(random=RANDOM, seed=st.integers(0, 2**32), depth=st.integers(1, 4))
def test_only_our_words_are_in_the_source(random: Random, seed: int, depth: int) -> None:
    pytest.importorskip("numpy")
    expr = drawn(random, depth, True)
    function = compiled([expr], ALL)
    rows = [p for p in points(Random(seed), 6) if value_at(expr, p) is not None]
    texts = [function.source, *(kernels(function, arrays(rows, ALL)) if rows else [])]
    for text in texts:
        assert words(text) <= WORDS
        assert not re.search(r"[\"'.@{}\\#;]|__|\blambda\b", text)
        kinds = {type(node) for node in ast.walk(ast.parse(text))}
        assert not kinds & {ast.Attribute, ast.Import, ast.Lambda, ast.JoinedStr, ast.While, ast.Global}


@given(name=st.one_of(st.text(min_size=1), st.sampled_from(["floor", "v0", "__import__('os')", "K", "def"])))
def test_a_name_never_reaches_the_source(name: str) -> None:
    symbol = sympy.Symbol(name, integer=True, positive=True)
    plain = sympy.Symbol("q", integer=True, positive=True)
    formulas = [3 * s**2 + s for s in (symbol, plain)]
    hostile, tame = (compiled([f], [s]) for f, s in zip(formulas, (symbol, plain), strict=True))
    assert hostile.source == tame.source
    assert hostile({name: 7}) == 154


@pytest.mark.parametrize(
    "line",
    [
        "    __import__('os').system('true')",
        "import os",
        "    t1 = v0 if v0 else 1",
        "    t1 = open(v0)",
        "    t1 = v0.__class__",
        "    t1 = max(v0, eval)",
        "    return t1, exit(),",
        "    t1 = v0 ** v1",
        "    t1 = 1.5 * v0",
        "    t1 = v0 / v1",
        "def s0(v0, v1=print(1)):",
        "    t1 = v0 + 1; import os",
        "    t1 = max(*v0)",
        "    b0[0] = v0",
        "    b0[:] = v0[:]",
        "    add(v0, v1, out=t1)",
        "    t1 = v0 + v1 # x",
        "    t1 = x + 1",
        "    t١ = v0 + 1",
        "\tt1 = v0 + 1",
        "",
        "    t1 = [v0]",
        "    t1 = 'a'",
        "    check(0, print)",
    ],
)
def test_no_other_line_is_compiled(line: str) -> None:
    good = "def s0(v0, v1):\n    t1 = v0 + v1\n    return t1, 0, 1,"
    assert compiled_text(good, {})(2, 3) == (5, 0, 1)
    with pytest.raises(SyntaxError):
        compiled_text(f"def s0(v0, v1):\n{line}\n    return v0, 0, 1,", {})


def test_the_namespace_is_empty() -> None:
    run = compiled_text("def s0(v0):\n    t1 = max(v0, 3)\n    return t1, 0, 1,", {})
    with pytest.raises(NameError, match="name 'max' is not defined"):
        run(2)
    run = compiled_text("def s0(v0):\n    t1 = max(v0, 3)\n    return t1, 0, 1,", {"max": max})
    assert run(2) == (3, 0, 1)
    assert set(run.__globals__) == {"__builtins__", "max", "s0"}
    assert run.__globals__["__builtins__"] == {}


def test_what_happens_while_it_runs() -> None:
    """After it is made, a function on numbers compiles, imports and opens nothing."""
    count = symcnn.zoo("alexnet").compile("params", "macs")
    count(I=227, classes=1000)
    seen: list[str] = []
    on = [True]
    sys.addaudithook(lambda event, _: seen.append(event) if on[0] else None)
    count(I=300, classes=10)
    on[0] = False
    assert not {"exec", "compile", "import", "open", "subprocess.Popen"} & set(seen)


def test_large_numbers_are_written_so_that_python_reads_them() -> None:
    """Python refuses decimal numbers of more than 4300 digits."""
    huge = 7**9000
    x = sympy.Symbol("x", integer=True)
    function = compiled([x + huge, huge * x - huge], [x])
    assert function(x=1) == (huge + 1, 0)
    assert "0x" in function.source


def test_a_long_chain_of_shared_parts() -> None:
    """Written out, the formula would have 2^60 parts; as a program it has a few steps for each link."""
    x = sympy.Symbol("x", integer=True)
    found: sympy.Expr = x
    for _ in range(60):
        found = symcnn.FloorDiv(found, 2, evaluate=False) + symcnn.Mod(found, 97, evaluate=False) + x
    function = compiled([found], [x])
    assert len(function.program.steps) < 400
    wanted = 5
    for _ in range(60):
        wanted = wanted // 2 + wanted % 97 + 5
    assert function(x=5) == wanted


def test_numbers_that_grow_without_end_are_refused() -> None:
    x = sympy.Symbol("x", integer=True)
    found: sympy.Expr = x
    for _ in range(60):
        found = found**2 + found
    function = compiled([found], [x])
    with pytest.raises(symcnn.DomainError, match="numbers of more than 4194304 bits may come up"):
        function(x=3)
    with pytest.raises(symcnn.DomainError, match=r"^error: row 0: numbers of more than 4194304 bits"):
        function(x=[3, 4])


def test_what_cannot_be_compiled() -> None:
    x, y = sympy.symbols("x y", integer=True)
    for expr, fact in (
        (sympy.sin(x), "'sin' has no exact value in integers: sin(x)"),
        (x * sympy.Float(0.5), "'Float' has no exact value in integers: 0.500000000000000"),
        (sympy.Piecewise((x, x > 0), (1, True)), "'Piecewise' has no exact value in integers: "),
        (x + y, "no value is given for 'y'"),
    ):
        with pytest.raises(symcnn.UsageError) as caught:
            compiled([expr], [x])
        assert caught.value.fact.startswith(fact)


def test_a_message_does_not_write_out_a_long_formula() -> None:
    x = sympy.Symbol("x", integer=True)
    found: sympy.Expr = x
    for _ in range(60):
        found = symcnn.FloorDiv(found, 2, evaluate=False) + symcnn.Mod(found, 97, evaluate=False) + x
    function = compiled([1 / found], [x])
    with pytest.raises(symcnn.DomainError) as caught:
        function(x=0)
    assert str(caught.value) == "error: x = 0: division by zero: a long formula"


def test_formulas_are_drawn() -> None:
    """The generator itself, as the tests of words are about what it makes."""
    assert len({formula(Random(seed), 3) for seed in range(50)}) > 30
    assert written(compiled([formula(Random(3), 3)], ALL).program).startswith("def s0(v0, ")
