"""Nothing of a text is ever run: no name, no string, no number becomes code (threats T1, T2)."""

# ruff: noqa: E501

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from threats.child import run_child
from threats.hostile import CODE

from symcnn import SymcnnError, parse

PLACES = [
    "@", "let a = @", "input @@8x8", "input 1@@", "conv @ -> 4", "input 1@8x8; conv 3 -> @", "@: relu", "@()",
    "symbol @", "symbol I where @", "symbol I = @", "def @() { }", "def f(@) { }", "let f(@) = 1", "# @",
    'net "@" { input 1@8x8 }', 'input 1@8x8; assert params == 0 "@"', "input 1@8x8; assert @", "config @: I = 1",
    "input 1@8x8; assert params(@) == 1", "input 1@8x8; assert size == 8 given @", "from @", "output @",
    "repeat @ { relu }", "repeat @ in 1..2 { relu }", "if @ { relu }", "conv 3 -> 4, stride @", "conv 3, @",
    "conv 3 -> 4, table [@]", "add @", "concat { @ | relu }", "share @", "e[@]: relu", "input 1@8x8 => @",
]  # fmt: skip

# All that reading, judging and printing needs is loaded before the hook is set.
_WATCHED = """
import json, sys
import symcnn
from symcnn.render import picture, table

def look(text):
    net = symcnn.parse(text)
    for one in [net, *net.nets.values()] if net.has_layers else net.nets.values():
        shown = one.table()
        repr(shown), shown._repr_html_(), table.to_latex(shown), table.to_markdown(shown), table.to_csv(shown)
        table.to_json(shown), picture.to_svg(one), picture.to_mermaid(one)
    [verdict.outcome == "refuted" and verdict.against() for verdict in net.check()]
    symcnn.format(text)

warm, texts = json.load(sys.stdin)
def run(texts):
    refused = 0
    for text in texts:
        try:
            look(text)
        except symcnn.SymcnnError as error:
            refused += 1
            str(error)
    return refused
run(warm)
seen = []
WATCHED = ("exec", "compile", "import", "open", "os.", "socket.", "subprocess.", "shutil.", "ctypes.", "pickle.",
           "marshal.", "glob.", "tempfile.", "urllib.")
on = True
def hook(event, arguments):
    if on and event.startswith(WATCHED):
        seen.append(f"{event} {arguments!r}"[:300])
sys.addaudithook(hook)
refused = run(texts)
on = False
print(json.dumps([refused, seen[:5]]))
"""

WARM = [
    "symbol I = 9\ninput 1 @ I x I\nrepeat D { conv 3 -> 4, pad 1 }\nadd { identity | relu }\nassert params == 4\n"
    "assert I**3 + K**3 != N**3\nassert size == I given I = 9",
    'net "a b" { input 1@8x8; conv 3 -> 4 }\nnet b { input N@I x I; maxpool 2; upsample 2; fc -> 3 }',
    "conv", "let a = b", "input 1@8x8; conv 9 -> 1", "relu +", "cnov 3", "symbol a where b", "let a = 1e99",
    "assert 1 @ 2", "def f() { f() }; input 1@8x8; f()", "input 1@8x8; add { relu | conv 3 -> 1 }",
]  # fmt: skip


def hostile_texts(number: int, seed: int) -> list[str]:
    """Return every hostile piece in every place, and random mixtures of them."""
    draw = random.Random(seed)
    texts = [place.replace("@", code, 1) for place in PLACES for code in CODE]
    while len(texts) < number:
        parts = (draw.choice(PLACES).replace("@", draw.choice(CODE), 1) for _ in range(draw.randint(2, 4)))
        texts.append(draw.choice("\n;").join(parts))
    return texts if len(texts) == number else draw.sample(texts, number)


def watch(texts: list[str], env: dict[str, str], seconds: int) -> int:
    ended = run_child(
        _WATCHED, env=env, stdin=json.dumps([WARM + texts[:60], texts]).encode(), seconds=seconds
    )
    assert ended.said == ""
    refused, seen = json.loads(ended.stdout)
    assert seen == []
    return int(refused)


def test_no_text_becomes_code(package_env: dict[str, str]) -> None:
    """The interpreter itself reports whatever is compiled, imported, opened or started."""
    assert watch(hostile_texts(600, 1), package_env, 40) > 400


@pytest.mark.slow
def test_none_of_many_texts_becomes_code(package_env: dict[str, str]) -> None:
    assert watch(hostile_texts(10_000, 2), package_env, 600) > 5_000


def test_the_watch_sees_code(package_env: dict[str, str]) -> None:
    seeing = _WATCHED.replace("    net = symcnn.parse(text)\n", "    eval('1'); net = symcnn.parse(text)\n")
    assert seeing != _WATCHED
    ended = run_child(seeing, env=package_env, stdin=json.dumps([WARM, ["relu"]]).encode(), seconds=20)
    assert json.loads(ended.stdout)[1] != []


# ---------------------------------------------------------------------- compiled formulas
NAMES = [
    *("exec eval compile print open quit exit help input_ os sys np numpy math floor ceiling Mod Symbol S").split(),
    *("lambda yield class def return None True False self await async global nonlocal raise pass del try").split(),
    *("__import__ __builtins__ __class__ __name__ v0 v1 t0 t1 x0 a0 n0 i0 f0 _ __ e1 E I N O Q S beta gamma").split(),
    *("zeta λ α Ω φ".split()),
]  # fmt: skip


def refused(text: str) -> bool:
    """Whether a text is refused, with a place."""
    try:
        parse(text)
    except SymcnnError as error:
        return error.place is not None
    return False


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"open"}))
def test_no_name_gets_into_the_source(name: str) -> None:
    """A symbol may have any name the language allows; the source has names of its own."""
    text = f"symbol {name}, other\ninput {name} @ 9x9; conv 3 -> {name}*other + {name}//2"
    if refused(text):
        return
    net = parse(text)
    compiled = net.compile("params", "macs")
    assert compiled(**{name: 6, "other": 5}) == tuple(
        int(value) for value in (net.at({name: 6, "other": 5}).params, net.at({name: 6, "other": 5}).macs)
    )
    source = compiled.source
    assert re.fullmatch(r"[a-z0-9_+\-*/%(), :=\n<>.\[\]#\"'A-Z]*", source)
    renamed = parse("symbol first, other\ninput first @ 9x9; conv 3 -> first*other + first//2")
    assert sorted(re.sub(r"\d+", "", source)) == sorted(
        re.sub(r"\d+", "", renamed.compile("params", "macs").source)
    )


NAME = st.one_of(
    st.text(min_size=1, max_size=8),
    st.from_regex(r"[A-Za-z_λα][A-Za-z0-9_ΩΔ]{0,8}", fullmatch=True),
    st.sampled_from([*NAMES, *CODE]),
)


@given(NAME)
def test_any_name_is_refused_or_stays_out_of_the_source(name: str) -> None:
    """What can be declared is an identifier of few letters, and compiled to a name of our own."""
    text = f"input 2 @ 9x9\nsymbol {name}\nconv 3 -> {name}*7 + {name}//2"
    if refused(text):
        return
    net = parse(text)
    (symbol,) = net.symbols
    event("declared")
    assert name.startswith(symbol) or symbol in name  # `a, b` and `a = 1` declare, too
    assert symbol.isidentifier()
    compiled = net.compile("params")
    assert re.fullmatch(r"[a-z0-9_+\-*/%(), :=\n<>.\[\]#\"'A-Z]*", compiled.source)
    assert set(re.findall(r"[A-Za-z_]\w*", compiled.source)) <= _OURS
    maps = 6 * 7 + 6 // 2
    assert compiled(**{symbol: 6}) == 2 * 9 * maps + maps


_OURS = {
    *re.findall(r"[A-Za-z_]\w*", parse("input 2 @ 9x9; conv 3 -> N*7 + N//2").compile("params").source)
}  # fmt: skip


@pytest.mark.parametrize("code", CODE)
def test_no_question_is_code(code: str) -> None:
    with pytest.raises(SymcnnError):
        parse("input 1@8x8; conv 3 -> N").compile(code)
