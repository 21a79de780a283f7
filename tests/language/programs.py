"""Program texts from a small grammar of their own, and ways to look at trees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from hypothesis import strategies as st

from symcnn.errors import LanguageError
from symcnn.language.lexer import Vocabulary
from symcnn.language.parser import parse
from symcnn.language.syntax import Node, Number, Ref
from symcnn.source import Source

NAMES = st.sampled_from(["K", "N2", "α", "e1", "width", "i", "_t", "Ω", "x1", "ceil"])
NUMBERS = st.sampled_from(["0", "3", "1_000", "0.50", "1e3", "2.5e-1", "224"])
NOTES = st.sampled_from(['"p. 8"', '"größer → 3 × 3 # no comment"', '""'])


def _texts(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return a strategy for the parts one after the other, a space between."""
    every = [st.just(part) if isinstance(part, str) else part for part in parts]
    return st.tuples(*every).map(lambda found: " ".join(filter(None, found)))


def _listed(item: st.SearchStrategy[str], sign: str = " , ", most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(item, min_size=1, max_size=most).map(sign.join)


def _maybe(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), text)


def _widen(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        _texts("(", inner, st.sampled_from("+ - * / // %".split()), inner, ")"),
        _texts("( -", inner, ")"),
        _texts("(", inner, ")", st.sampled_from(["**", "^"]), st.sampled_from(["2", "- 3", "K"])),
        _texts(st.sampled_from(["max", "params"]), "(", _listed(inner), ")"),
        _texts("e [", inner, "]"),
        _texts("s [", inner, "] . b1 .", NAMES),
        _texts("b1 . e [", inner, "]"),
    )


EXPRESSIONS = st.recursive(st.one_of(NAMES, NUMBERS, _texts("b1 .", NAMES)), _widen, max_leaves=4)
SUMS = _listed(EXPRESSIONS, sign=" + ", most=2)
AXES = st.one_of(SUMS, _texts(EXPRESSIONS, ":", EXPRESSIONS))
SIZES = st.one_of(_listed(AXES, " x "), _listed(NUMBERS, " × "), _listed(st.just("3"), "x"))
SHAPES = _texts(SUMS, "@", SIZES)
TABLES = st.recursive(
    _listed(st.one_of(NUMBERS, _texts(NUMBERS, "of", EXPRESSIONS), _texts(NUMBERS, "..", EXPRESSIONS))),
    lambda rows: _listed(rows.map("[ {} ]".format)),
    max_leaves=3,
).map("table [ {} ]".format)
ATTRIBUTES = st.one_of(
    _texts(st.sampled_from(["stride", "pad", "dilation"]), SIZES),
    TABLES,
    st.sampled_from(["no bias", "ceil", "fixed", "pad same"]),
)
COMPARED = st.sampled_from("== != <= >= < > ~".split())
SIDES = st.one_of(SUMS, SHAPES)
RELATIONS = st.one_of(
    _texts(SIDES, COMPARED, SIDES),
    _texts(SUMS, "<", SUMS, "<", SUMS),
    _texts(SUMS, st.sampled_from(["odd", "real"])),
)
BINDINGS = _texts(NAMES, "=", SUMS)
CONFIGS = st.sampled_from(["resnet50", "vgg16_bn", "K", "β"])
ENTRIES = st.lists(
    st.one_of(st.just("defaults"), CONFIGS, BINDINGS),
    min_size=1,
    max_size=4,
    unique_by=lambda text: ("=" in text, text.partition("=")[0].strip()),
)
GIVEN = ENTRIES.map(" , ".join)
LAYERS = st.one_of(
    _texts(
        st.sampled_from(["conv", "maxpool", "pad"]),
        SIZES,
        _maybe(_texts("->", SUMS)),
        _maybe(_listed(ATTRIBUTES).map(", {}".format)),
    ),
    _texts("input", SHAPES),
    st.sampled_from(["relu", "identity", "fc -> 10", "batchnorm , fixed"]),
)
_INDEXED = _texts("e [", EXPRESSIONS, "]")
REFS = _listed(st.one_of(NAMES, _INDEXED), " . ")
OPERANDS = st.one_of(REFS, _texts(st.sampled_from(["crop", "pad", "f"]), "(", REFS, ")"))
MERGES = st.sampled_from(["add", "concat", "multiply"])
DECLARED = _texts(NAMES, _maybe(_texts("=", SUMS)))
PARAMETERS = _maybe(_listed(DECLARED)).map("( {} )".format)
ARGUMENTS = _maybe(_listed(_texts(_maybe(NAMES.map("{} =".format)), SIZES)))
SEPARATORS = st.sampled_from([" ; ", "\n", "\n\n", " # c\n", " ;\n", "\n# a note\n\n\n"])


@st.composite
def _bodies(draw: st.DrawFn, statement: st.SearchStrategy[str], least: int = 0) -> str:
    found = draw(st.lists(statement, min_size=least, max_size=3))
    return "".join(text + draw(SEPARATORS) for text in found[:-1]) + "".join(found[-1:])


def _nest(statement: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    edge = st.sampled_from(["", "\n"])
    block = _texts("{", edge, _bodies(statement), edge, "}")
    branches = _listed(_bodies(statement, least=1), "\n| ")
    return st.one_of(
        _texts(MERGES, "{", st.sampled_from(["", "|", "\n|"]), branches, edge, "}"),
        _texts("repeat", SUMS, block),
        _texts("repeat i in", EXPRESSIONS, "..", EXPRESSIONS, block),
        _texts("if", _listed(RELATIONS, " and ", 2), block, _maybe(_texts(edge, "else", block))),
        _texts("def f", PARAMETERS, block),
        _texts("net", st.one_of(NAMES, NOTES), block),
        block,
    )


SIMPLE = st.one_of(
    _texts(
        _maybe(st.one_of(NAMES, _INDEXED).map("{} :".format)),
        st.one_of(
            LAYERS,
            _texts("f (", ARGUMENTS, ")"),
            _texts(MERGES, _listed(OPERANDS)),
            _texts(st.sampled_from(["from", "share"]), REFS),
        ),
        _maybe(_texts("=>", SHAPES)),
    ),
    _texts("symbol", _listed(DECLARED), _maybe(_texts("where", _listed(RELATIONS)))),
    _texts("let f", _maybe(PARAMETERS), "=", SUMS),
    _texts("assert", RELATIONS, _maybe(_texts("given", GIVEN)), _maybe(NOTES)),
    _texts("config", CONFIGS, ":", _maybe(st.just("\n")), GIVEN),
    _texts("output", _listed(REFS)),
)
PROGRAMS = _bodies(st.recursive(SIMPLE, _nest, max_leaves=4))


def refusal(text: str, words: Vocabulary) -> LanguageError | None:
    """Return the error for a text, or None if it is a program."""
    try:
        parse(Source("changed.cnn", text), words)
    except LanguageError as error:
        return error
    return None


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    todo: list[object] = [node]
    while todo:
        item = todo.pop()
        if isinstance(item, Node):
            yield item
            todo.extend(getattr(item, each.name) for each in fields(item))
        elif isinstance(item, tuple):
            todo.extend(item)


def dump(value: object) -> str:
    """Return a tree as one readable line; what is absent is left out."""
    if isinstance(value, Number):
        return str(value.value) + (f" to {value.ulp}" if value.ulp != 1 else "")
    if isinstance(value, Ref):
        parts = zip(value.path, value.indices, strict=True)
        return ".".join(name + (f"[{dump(index)}]" if index else "") for name, index in parts)
    if isinstance(value, Node):
        shown = [getattr(value, each.name) for each in fields(value) if each.compare]
        return f"{type(value).__name__}({', '.join(dump(item) for item in shown if item is not None)})"
    if isinstance(value, tuple):
        if len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], Node):
            return f"{value[0]} {dump(value[1])}"  # a term or a factor with its operator
        return f"[{', '.join(map(dump, value))}]"
    return str(value)
