"""Text to tree: pairs, places, the grammar file and its cache."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import get_args

import lark
import pytest
from hypothesis import given
from language.programs import ENTRIES, EXPRESSIONS, PROGRAMS, REFS, dump, walk

from symcnn.errors import LanguageError
from symcnn.language import loader
from symcnn.language import syntax as s
from symcnn.language.lexer import Arranger, Vocabulary
from symcnn.language.parser import parse, parse_expression, parse_given
from symcnn.language.walk import names
from symcnn.source import Source, Span

DATA = Path(__file__).parents[1] / "data"
PAIRS = re.findall(r"^(\S.*)\n    (.+)$", (DATA / "trees.txt").read_text(encoding="utf-8"), re.MULTILINE)
EXPRESSION_NODES = (s.Number, s.Ref, s.Sum, s.Product, s.Negative, s.Power, s.Call)


@pytest.mark.parametrize(("text", "tree"), PAIRS, ids=[text for text, _ in PAIRS])
def test_tree(text: str, tree: str, words: Vocabulary) -> None:
    statements = parse(Source("pair", text), words).statements
    assert "; ".join(map(dump, statements)) == tree


def test_pairs_are_found() -> None:
    assert len(PAIRS) >= 50


def test_samples_parse(samples: dict[str, str], words: Vocabulary) -> None:
    for name, text in samples.items():
        assert len(parse(Source(name, text), words).statements) > 2, name


def test_number_is_exact(words: Vocabulary) -> None:
    assert parse_expression(Source("", "0.50"), words) == s.Number(Fraction(1, 2), Fraction(1, 100))


def test_given(words: Vocabulary) -> None:
    bound, all_, small = (
        s.Binding("N", s.Number(Fraction(1), Fraction(1))),
        s.Defaults(),
        s.ConfigName("small"),
    )
    assert parse_given(Source("", "defaults"), words) == s.Given((all_,))
    assert parse_given(Source("", "N=1"), words) == s.Given((bound,))
    assert parse_given(Source("", "N=1,defaults"), words) == s.Given((bound, all_))
    assert parse_given(Source("", "small"), words) == s.Given((small,))
    found = parse_given(Source("", "defaults, small, N = 1, N\n"), words)
    assert found == s.Given((all_, small, bound, s.ConfigName("N")))
    assert (found.defaults, found.configs, found.bindings) == (True, (small, s.ConfigName("N")), (bound,))
    assert not s.Given((small, bound)).defaults


@pytest.mark.parametrize(
    "text", ["", "I=", "I=1;N=2", "I=1\nN=2", "conv=1", "conv", "I=2M", "a b", "a.b", '"a"']
)
def test_given_refuses(text: str, words: Vocabulary) -> None:
    with pytest.raises(LanguageError):
        parse_given(Source("", text), words)


@pytest.mark.parametrize("text", ["I=1, I=2", "a, a", "defaults, defaults", "a, I = 1, defaults, b, I = 1"])
def test_given_twice(text: str, words: Vocabulary) -> None:
    with pytest.raises(LanguageError, match=r"'(I|a|defaults)' is given twice"):
        parse_given(Source("", text), words)


@pytest.mark.parametrize(
    ("text", "path", "indices"),
    [
        ("K", ("K",), (None,)),
        ("b1.c2", ("b1", "c2"), (None, None)),
        ("e[i]", ("e",), ("i",)),
        ("b1.c2[i]", ("b1", "c2"), (None, "i")),
        ("e[i].conv1", ("e", "conv1"), ("i", None)),
        ("a[i].b.c[j]", ("a", "b", "c"), ("i", None, "j")),
    ],
)
def test_reference(
    text: str, path: tuple[str, ...], indices: tuple[str | None, ...], words: Vocabulary
) -> None:
    wanted = s.Ref(path, tuple(index and s.Ref((index,)) for index in indices))
    ref = parse_expression(Source("", text.replace(".", " . ")), words)
    assert isinstance(ref, s.Ref) and ref == wanted and hash(ref) == hash(wanted)
    assert (ref.path, ref.indices, ref.index) == (path, wanted.indices, wanted.indices[-1])
    assert ref.plain == (text == "K")
    assert list(names(ref)) == (["K"] if ref.plain else [index for index in indices if index])


def test_references_differ_by_their_indices(words: Vocabulary) -> None:
    texts = ["e.c", "e[1].c", "e.c[1]", "e[1].c[1]", "e[2].c", "e[1]", "e", "c.e[1]"]
    found = [parse_expression(Source("", text), words) for text in texts]
    assert len(set(found)) == len(texts)


@pytest.mark.parametrize("text", ["e[1][2]", "e[]", "e[1, 2]", "e[1]c", "e[1].", "e.[1]", "[1].e", "f(1).e"])
def test_reference_refuses(text: str, words: Vocabulary) -> None:
    with pytest.raises(LanguageError):
        parse_expression(Source("", text), words)


@pytest.mark.parametrize("text", ["", "a b", "a;", "a = 2", "conv 3x3", "3 @ 4", "1, 2", "stride", "K odd"])
def test_expression_refuses(text: str, words: Vocabulary) -> None:
    with pytest.raises(LanguageError):
        parse_expression(Source("", text), words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("relu\ntanh", "relu;tanh"),
        ("relu;;\n;tanh;", "relu\n\n# c\ntanh\n"),
        ("conv 3x3 -> 8,\n  stride 2", "conv 3x3 -> 8, stride 2"),
        ("let a = (1 +\n 2\n)", "let a = (1 + 2)"),
        ("let a = 1 +\n\n # c\n 2", "let a = 1 + 2"),
        ("add {\n| relu\n\n| tanh\n}", "add { relu | tanh }"),
        ("if K odd {\n}\nelse\n{ relu }".replace("else\n", "else "), "if K odd { } else { relu }"),
        ("C1:\n relu", "C1: relu"),
        ("\ufeffrelu\r\ntanh\r\n", "relu\ntanh"),
        ("", "\n # nothing \n\n"),
    ],
)
def test_separators(one: str, other: str, words: Vocabulary) -> None:
    assert parse(Source("", one), words) == parse(Source("", other), words)


# ------------------------------------------------------------------------- places
def check_places(source: Source, words: Vocabulary) -> None:
    """Every node lies inside the text, and its own text reads as the node."""
    for node in walk(parse(source, words)):
        quoted = source.quote(node.span)
        assert 0 <= node.span.start <= node.span.end <= len(source.text)
        if isinstance(node, EXPRESSION_NODES) and not re.search("[kMG]", quoted):
            assert parse_expression(Source("", quoted), words) == node
        elif isinstance(node, (s.Step, s.Assert, s.Def, s.Net, s.Let, s.Symbols, s.Config, s.Output)):
            assert parse(Source("", quoted), words).statements == (node,)
        elif isinstance(node, (s.Share, s.From)):
            assert parse(Source("", quoted), words).statements == (s.Step(node),)
        elif isinstance(node, (s.Defaults, s.ConfigName, s.Binding)) and not re.search("[kMG]", quoted):
            assert parse_given(Source("", quoted), words).entries == (node,)
        elif isinstance(node, s.Given):
            assert parse_given(Source("", quoted), words) == node
        elif isinstance(node, s.Layer):
            assert source.quote(node.word_span) == node.word and quoted.startswith(node.word)
        elif isinstance(node, (s.Keyed, s.Flag, s.Negated)):
            assert node.name in quoted


def test_places_in_samples(samples: dict[str, str], words: Vocabulary) -> None:
    for name, text in samples.items():
        check_places(Source(name, text), words)


@given(text=PROGRAMS)
def test_places_in_any_program(text: str, words: Vocabulary) -> None:
    check_places(Source("any", text), words)


@given(text=EXPRESSIONS)
def test_any_expression(text: str, words: Vocabulary) -> None:
    assert parse_expression(Source("any", text), words).span.end <= len(text)


@given(entries=ENTRIES)
def test_any_given(entries: list[str], words: Vocabulary) -> None:
    """A list holds what its entries are alone, in their order."""
    found = parse_given(Source("any", ", ".join(entries)), words)
    alone = [parse_given(Source("one", text), words).entries for text in entries]
    assert found.entries == tuple(entry for (entry,) in alone)
    assert found.defaults == ("defaults" in entries)
    assert [config.name for config in found.configs] == [
        text for text in entries if "=" not in text and text != "defaults"
    ]
    assert [b.name for b in found.bindings] == [text.split(" =")[0] for text in entries if "=" in text]


@given(text=REFS)
def test_any_reference(text: str, words: Vocabulary) -> None:
    """Take the innermost brackets away until there are none; what is left are the parts."""
    ref = parse_expression(Source("any", text), words)
    bare = text
    while re.search(r"\[[^][]*\]", bare):
        bare = re.sub(r"\[[^][]*\]", "!", bare)
    parts = bare.replace(" ", "").split(".")
    assert isinstance(ref, s.Ref)
    assert [
        name + "!" * (index is not None) for name, index in zip(ref.path, ref.indices, strict=True)
    ] == parts


def test_layer_place_covers_its_attributes(words: Vocabulary) -> None:
    source = Source("", "C1: conv 3x3 -> 8, no bias  # c")
    (step,) = parse(source, words).statements
    assert isinstance(step, s.Step)
    assert source.quote(step.action.span) == "conv 3x3 -> 8, no bias"
    assert step.span == Span(0, 26)


# ------------------------------------------------------------------ grammar, cache
def test_grammar_has_no_conflict() -> None:
    pytest.importorskip("interegular", reason="strict mode of Lark needs it")
    text = Path(loader.find_grammar()).read_text(encoding="utf-8")
    lark.Lark(text, parser="lalr", lexer="basic", start=loader.STARTS, maybe_placeholders=False, strict=True)


def test_grammar_names_no_layer(words: Vocabulary) -> None:
    text = Path(loader.find_grammar()).read_text(encoding="utf-8")
    rules = re.sub(r"//.*", "", text)
    named = set(re.findall(r"\w+", " ".join(re.findall(r'"[^"\n]*"|/[^/\n]+/', rules))))
    assert not named & (words.layers | words.attributes | words.flags)


def test_header_of_the_grammar_is_a_program(words: Vocabulary) -> None:
    text = Path(loader.find_grammar()).read_text(encoding="utf-8")
    lines = re.findall(r"^//   (.*)$", text.partition("What is not here")[0], re.MULTILINE)
    tree = parse(Source("header", "\n".join(lines)), words)
    kinds = {*get_args(s.Statement), *get_args(s.Action), *get_args(s.Attribute), *get_args(s.Entry)}
    assert kinds - {type(node) for node in walk(tree)} == set()


def test_every_rule_has_its_method() -> None:
    text = Path(loader.find_grammar()).read_text(encoding="utf-8")
    parser = loader.build_parser(text)
    made = {rule.alias or rule.origin.name for rule in parser.rules if not rule.options.expand1 or rule.alias}
    named = {name for name in made if not name.startswith("_")}
    assert named and all(hasattr(loader.Builder, name) for name in named)


def run_parse(cache: Path, package_env: dict[str, str]) -> subprocess.Popen[str]:
    code = (
        "from symcnn.language.lexer import Vocabulary\n"
        "from symcnn.language.parser import parse\n"
        "from symcnn.source import Source\n"
        "words = Vocabulary(frozenset({'relu'}), frozenset(), frozenset())\n"
        "print(len(parse(Source('', 'relu; relu'), words).statements))\n"
    )
    env = package_env | {"XDG_CACHE_HOME": str(cache)}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code], env=env, stdout=pipe, stderr=pipe, text=True)


def finish(*children: subprocess.Popen[str]) -> None:
    for child in children:
        assert child.communicate(timeout=60) == ("2\n", "")


posix = pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owner and mode of files here")


@posix
def test_cache_is_private_and_survives_damage(tmp_path: Path, package_env: dict[str, str]) -> None:
    finish(*(run_parse(tmp_path, package_env) for _ in range(3)))
    (file,) = (tmp_path / "symcnn").iterdir()
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o077 == 0
    whole = file.read_bytes()
    for damaged in (b"", b"nonsense", whole[:-1], whole[:32] + b"x" + whole[33:], whole[32:]):
        file.write_bytes(damaged)
        finish(run_parse(tmp_path, package_env))
        data = file.read_bytes()
        assert hashlib.sha256(data[32:]).digest() == data[:32] and len(data) > 10_000


@posix
def test_no_cache_where_others_may_write(tmp_path: Path, package_env: dict[str, str]) -> None:
    folder = tmp_path / "symcnn"
    folder.mkdir()
    folder.chmod(0o777)
    finish(run_parse(tmp_path, package_env))
    assert not list(folder.iterdir())
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    finish(run_parse(tmp_path, package_env))
    assert not list(folder.iterdir())


@posix
def test_no_cache_folder_possible(tmp_path: Path, package_env: dict[str, str]) -> None:
    (tmp_path / "symcnn").write_text("a file in the way")
    finish(run_parse(tmp_path, package_env))


@posix
def test_cached_parser_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, samples: dict[str, str], words: Vocabulary
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = loader.load_grammar.__wrapped__()
    read = loader.load_grammar.__wrapped__()
    for text in samples.values():
        trees = []
        for grammar in (made, read):
            tokens = grammar.scanner.scan(Source("", text))
            trees.append(grammar.parse(Arranger(tokens, words), "program"))
        assert trees[0] == trees[1]


def test_language_needs_no_sympy(package_env: dict[str, str]) -> None:
    code = "import sys, symcnn.language.formatter; print('sympy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=package_env, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_trees_differ_wherever_they_are_written_differently(words: Vocabulary) -> None:
    texts = [
        "1 + 2",
        "1 + 2 + 3",
        "1 - 2",
        "1 * 2",
        "(1 + 2)*3",
        "f(1, 2)",
        "f(1)",
        "-3",
        "a",
        "a.b",
        "3",
        "2**3",
    ]
    trees = [parse_expression(Source("", text), words) for text in texts]
    again = [parse_expression(Source("", f"  {text} "), words) for text in texts]
    for (n, tree), (m, other) in product(enumerate(trees), enumerate(again)):
        assert (tree == other) == (n == m) and (hash(tree) == hash(other) or n != m)
    assert trees[0] != "1 + 2"


def test_a_tree_shows_what_is_written(words: Vocabulary) -> None:
    tree = parse_expression(Source("", "K**2"), words)
    assert repr(tree) == (
        "Power(base=Ref(path=('K',), indices=(None,)), "
        "exponent=Number(value=Fraction(2, 1), ulp=Fraction(1, 1)))"
    )
