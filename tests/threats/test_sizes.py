"""Small texts with huge contents: an answer or an error with a place, at once (threats T3 to T8)."""

# ruff: noqa: E501

from __future__ import annotations

import json

import pytest
from threats.child import run_child

_EACH = """
import json, sys
import symcnn
from symcnn.render import picture, table
from symcnn.verbs.inquirer import ask
from symcnn.verbs.simplifier import collect, expand, factor
import time

def look(text):
    net = symcnn.parse(text)
    for one in [net, *net.nets.values()] if net.has_layers else net.nets.values():
        shown = one.table()
        repr(shown), shown._repr_html_(), table.to_latex(shown), table.to_markdown(shown), table.to_csv(shown)
        one.compile("params", "macs", "maps") if one.has_layers else None
        json.dumps(table.to_json(shown)), picture.to_svg(one), picture.to_mermaid(one), one.valid
        for measure in ("params", "macs", "connections"):
            value = ask(one, measure)
            symcnn.text(value), symcnn.latex(value)
    [verdict.outcome == "refuted" and verdict.against() for verdict in net.check()]

for name, text in json.load(sys.stdin).items():
    start = time.process_time()
    try:
        look(text)
        told = "fine"
    except symcnn.SymcnnError as error:
        told = str(error).split("\\n")[0] if error.place else "no place: " + str(error)
        assert max(map(len, str(error).split("\\n"))) <= 250, str(error)[:400]
    print(json.dumps([name, told, time.process_time() - start]))
"""


def nest(opening: str, inner: str, closing: str, depth: int) -> str:
    return opening * depth + inner + closing * depth


DEPTHS = [99, 101, 1_000, 100_000]
LONG = 8_000
TEXTS: dict[str, dict[str, str]] = {
    "exponents": {
        "numbers": "let a = 9**9**9",
        "brackets": "let a = 9**(9**9)",
        "in brackets": "let a = (9**9)**9**9",
        "tower": "let a = (((9**64)**64)**64)**64",
        "letters": "symbol n, m, k\nlet a = n**(m**k)\ninput a@9x9\nconv 3 -> a",
        "letter of number": "symbol n\ninput 1@9x9\nconv 3 -> 2**(2**(2**n))",
        "negative": "let a = 9**-64\nlet b = a**-64",
        "of nothing": "let a = 0**0\nlet b = 0**-1",
        "of a sum": "let a = (N + M + K + C)**64",
        "product": "let a = " + "*".join(["(2**64)"] * 200),
        "squares": "let a0 = 3\n" + "\n".join(f"let a{i + 1} = a{i}*a{i}" for i in range(99)),
        "at values": "input 1@I x I\nconv 3 -> 2**I, pad 1\nassert params == 1 given I = 10**17",
        "in a claim": "input N@9x9\nassert params == (2**64)**(N**64)",
        "logarithm": "let a = floor(log2((2**64)**63))\nlet b = 2**a\nlet c = 2**b",
    },
    "repeats": {
        "many": "input 1@8x8\nrepeat 10**12 { conv 3 -> 8, pad 1 }",
        "too many": "input 1@8x8\nrepeat 10**12 { conv 3 -> 8 }",
        "many in many": "input 1@I x I\nrepeat 1000 { repeat 1000 { repeat 1000 { conv 3 -> 8, pad 1 } } }",
        "many doublings": "input 1@I x I\nrepeat 10**12 { upsample 2 }",
        "many strides": "input 1@I x I\nrepeat 10**12 { conv 3 -> 4, stride 2, pad 1 }",
        "many maps": "input 1@I x I\nrepeat 10**12 { conv 1 -> 2*maps }",
        "written out": "input 1@I x I\nrepeat i in 1..10**12 { adaptiveavgpool i; conv 2 -> 7, pad i }",
        "backwards": "input 1@I x I\nrepeat i in 10**12..1 { conv 1 -> i }",
        "none": "input 1@8x8\nrepeat 0 { conv 3 -> 8 }",
        "fewer than none": "input 1@8x8\nrepeat -10**12 { conv 3 -> 8 }",
        "a fraction": "input 1@8x8\nrepeat 1/3 { conv 3 -> 8 }",
        "letters": "input 1@I x I\nrepeat D { repeat 2**D { conv 1 -> 8 } }",
    },
    "nesting": {
        f"{name} {depth}": text
        for depth in DEPTHS
        for name, text in {
            "parens": "let a = " + nest("(", "1", ")", depth),
            "minus": "let a = " + nest("-(", "N", ")", depth),
            "signs": "let a = " + "-" * depth + "1",
            "blocks": "input 1@8x8\n" + nest("{ ", "relu", " }", depth),
            "branches": "input 1@8x8\n" + nest("concat { ", "relu", " }", depth),
            "repeats": "input 1@8x8\n" + nest("repeat 2 { ", "relu", " }", min(depth, 20 if depth < 100 else depth)),
            "rows": "conv 3 -> 1, table " + nest("[", "1", "]", depth),
            "indices": "relu\nfrom " + nest("a[", "1", "]", depth),
            "calls": "let a = " + nest("max(1, ", "N", ")", depth),
            "conditions": nest("if 1 == 1 { ", "relu", " }", depth),
            "only open": "let a = " + "(" * depth,
            "only closed": "let a = 1" + ")" * depth,
        }.items()
    },
    "chains": {
        "sum": "let a = 1" + "+1" * LONG,
        "differences": "let a = N" + "-1" * LONG,
        "product": "let a = 1" + "*1" * LONG,
        "quotients": "let a = N" + "//1" * LONG,
        "remainders": "let a = N" + "%7" * 1_000,
        "powers": "let a = 2" + "**1" * LONG,
        "comparisons": "assert 1" + "<=1" * 2_000,
        "dots": "relu\nfrom a" + ".a" * LONG,
    },
    "pathological": {
        "strides": "input 1@I x I\n" + "conv K -> N, stride S, pad P\n" * 3,
        "halves": "input 1@I x I\n" + "conv 3 -> 4, stride 2\n" * 20,
        "thirds and halves": "input 1@I x I\n" + "maxpool 3, stride 2; maxpool 2, stride 3\n" * 8,
        "ceilings": "input 1@I x I\n" + "maxpool 3, stride 2, ceil\n" * 8,
        "doublings": "let a0 = N\n" + "\n".join(f"let a{i + 1} = a{i}*(a{i} + 1) + a{i}" for i in range(64)),
        "sums of halves": "let a = N" + "".join(f" + (N + {i})//{i + 2}" for i in range(60)),
        "maxima": "symbol a, b, c, d, e, f\nlet m = max(a, min(b, max(c, min(d, max(e, f)))))\ninput m@9x9\nconv 3 -> m",
        "quotient of itself": "let a = " + nest("(1 + 3*", "N", ")//2", 60),
        "powers": "input N@9x9\nconv 3 -> 2**N + 3**N + N**3; conv 3 -> 2**N",
    },
    "integers": {
        **{
            f"{digits} digits": f"input 1@9x9\nconv 3 -> {'9' * digits}"
            for digits in (1, 17, 18, 19, 4299, 4300, 4301, 500_000)
        },
        "results": "let a = (2**64)**63\ninput a @ a x a x a\nconv 3 -> a, pad 1",
        "results in claims": "let a = (2**64)**63\ninput a @ a x a\nconv 3 -> a, pad 1\nassert a >= 5\nassert a == 5",
        "results of letters": "let a = (2**64)**63\ninput a*N @ a x a x I\nconv 3 -> a, pad 1\nassert size(conv1) == 1",
        "fractions": "symbol r = 1e-18 where r rational, r > 0\ninput 1@9x9\nconv 3 -> ceil(r*1e18)",
        "many digits": "let a = 0.000000000000000001\nlet b = 1e18\nlet c = 1e-18*a",
        "leading zeros": "let a = " + "0" * 400_000 + "1",
        "bars": "let a = 1" + "_1" * 400_000,
    },
}  # fmt: skip


@pytest.mark.parametrize("threat", TEXTS)
def test_an_answer_or_a_place(threat: str, package_env: dict[str, str]) -> None:
    """All texts of a kind are read, counted, judged and printed in every form by one child."""
    ended = run_child(
        _EACH, env=package_env, stdin=json.dumps(TEXTS[threat]).encode(), seconds=60, memory=1 << 30
    )
    assert ended.said == ""
    told = [json.loads(line) for line in ended.stdout.decode().splitlines()]
    assert [name for name, _, _ in told] == list(TEXTS[threat])
    assert [(name, said) for name, said, _ in told if said.startswith("no place")] == []
    assert ended.code == 0


def test_many_halvings(package_env: dict[str, str]) -> None:
    text = "input 1@I x I\nrepeat 10**12 { maxpool 2 }"
    ended = run_child(_EACH, env=package_env, stdin=json.dumps({"": text}).encode(), memory=256 << 20)
    assert json.loads(ended.stdout)[1].startswith("<text>:2:17: error: a power of more than 4096 bits")


def test_what_is_refused_is_refused_at_once(package_env: dict[str, str]) -> None:
    """A second is the processor time for all of these together; the first attempt of each took minutes."""
    texts = {
        name: text for name, text in TEXTS["exponents"].items() if name in ("numbers", "brackets", "tower")
    }
    texts |= {name: text for name, text in TEXTS["nesting"].items() if name.endswith("100000")}
    ended = run_child(_EACH, env=package_env, stdin=json.dumps(texts).encode(), seconds=20)
    told = {name: said for name, said, _ in map(json.loads, ended.stdout.decode().splitlines())}
    assert set(told) == set(texts)
    assert all(said.startswith("<text>:1:") or said.startswith("<text>:2:") for said in told.values()), told
