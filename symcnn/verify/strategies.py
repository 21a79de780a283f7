"""Strategies of Hypothesis for networks: to test formulas, ours and yours.

All texts are drawn so that they are networks; letters stand for sizes unless `letters` is off.
`st.from_type(symcnn.Network)` draws `networks()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from hypothesis import note, reject
from hypothesis import strategies as st

from symcnn.api import Network, parse
from symcnn.errors import NetworkError, UsageError
from symcnn.verify.drafts import Program, write_layer, write_near, write_program
from symcnn.verify.grammar import GRAMMAR
from symcnn.verify.points import LARGEST, Points

if TYPE_CHECKING:
    from symcnn.algebra.exact import Value
    from symcnn.verify.oracle.arithmetic import Number

T = TypeVar("T")
_CHAIN = ("<layer>", "<layer>", "<layer>", "<kept>", "<axes>")
_GRAPH = (*_CHAIN, *("<add>", "<add>", "<concat>", "<concat>", "<gate>", "<nested>", "<skip>", "<names>"))
_ONE_INPUT = ("input <C1-4> @ <shape>",)


class _Drawn:
    """Draws by Hypothesis, which shrinks what fails."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def one(self, options: Sequence[T]) -> T:
        return self._draw(st.sampled_from(options))

    def number(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))


@st.composite
def layers(draw: st.DrawFn, *, words: Sequence[str] | None = None, letters: bool = True) -> str:
    """Draw one layer as text, to stand behind an input of any shape; perhaps it does not fit there.

    `words` are the layers to choose from, by default all. Raises UsageError for a word that is no layer.

    >>> from hypothesis import find
    >>> find(layers(words=["conv"]), lambda text: "stride" in text).startswith("conv ")
    True
    """
    templates = [t for rule in ("layer", "activation", "keeping") for t in GRAMMAR[rule] if t[0] != "<"]
    if words is not None:
        templates = [t for t in templates if t.partition(" ")[0].rstrip(",") in words and ";" not in t]
        missing = set(words) - {t.partition(" ")[0].rstrip(",") for t in templates}
        if missing:
            raise UsageError(f"'{min(missing)}' is no layer that can be drawn", hint="see 'symcnn layers'")
    return write_layer(_Drawn(draw), templates, letters=letters)


def chains(*, least: int = 1, most: int = 6, letters: bool = True) -> st.SearchStrategy[str]:
    """Draw texts of layers in series behind one input, of `least` to `most` lines.

    >>> from hypothesis import find
    >>> text = find(chains(letters=False), lambda text: "maxpool" in text)
    >>> parse(text).symbols
    {}
    """
    return _texts(least, most, _CHAIN, _ONE_INPUT, letters)


def graphs(*, least: int = 1, most: int = 6, letters: bool = True) -> st.SearchStrategy[str]:
    """Draw texts of layers with branches, joins, named tensors and shared weights behind one input.

    >>> from hypothesis import find
    >>> parse(find(graphs(letters=False), lambda text: "add {" in text)).symbols
    {}
    """
    return _texts(least, most, _GRAPH, _ONE_INPUT, letters)


def programs(*, least: int = 1, most: int = 4, letters: bool = True) -> st.SearchStrategy[str]:
    """Draw texts with all that the language has: also several inputs, defs, repeats and indices.

    Some repeats have no closed form: a text with letters may be refused by `symcnn.parse`, although
    it is a network at every number (NetworkError).

    >>> from hypothesis import find
    >>> list(parse(find(programs(), lambda text: "repeat 2" in text)).labels)[0]
    'input1'
    """
    return _texts(least, most, ("<line>",), GRAMMAR["begin"], letters)


@st.composite
def networks(draw: st.DrawFn, texts: st.SearchStrategy[str] | None = None) -> Network:
    """Draw networks: those of `texts`, by default of `graphs()`. A failing test shows the text.

    >>> from hypothesis import find
    >>> find(networks(chains()), lambda net: net.params != 0 and not net.extents).extents
    ()
    """
    text = draw(texts if texts is not None else graphs())
    try:
        net = parse(text)
    except NetworkError:  # with letters it is not known to be one
        reject()
    note(f"network:\n{text}")
    return net


@st.composite
def bindings(draw: st.DrawFn, net: Network, *, largest: int = LARGEST) -> dict[str, Value]:
    """Draw values for the free symbols of a network, by name, at which the network stands.

    They come from the declared domains: least values, values at the edge of a condition, and
    others up to `largest`. What counts rounds stays small.

    >>> from hypothesis import find
    >>> net = parse("input 1 @ I x I; conv K -> N, stride 2")
    >>> find(bindings(net), lambda values: values["I"] > 9)["I"]
    10
    """
    point = Points(net).draw(_Drawn(draw), largest)
    if point is None:
        reject()
    return {s.name: value for s, value in point.items()}


@st.composite
def numbered_programs(
    draw: st.DrawFn, *, most: int = 4, line: tuple[str, ...] = ("<line>",), broken: bool = False
) -> Program:
    """Draw programs with numbers for their letters, as the oracle takes them.

    `line` are templates of `symcnn.verify.grammar`; with `broken` a few are no networks.

    >>> from hypothesis import find
    >>> find(numbered_programs(), lambda program: "conv K" in program.text).numbers["K"] < 5
    True
    """
    return write_program(_Drawn(draw), most=most, line=line, broken=broken)


@st.composite
def near(draw: st.DrawFn, numbers: dict[str, Number]) -> dict[str, Number]:
    """Draw numbers near by, at which a network may just still be one, or no more.

    >>> from hypothesis import find
    >>> find(near({"K": 3}), lambda numbers: numbers["K"] > 3)
    {'K': 4}
    """
    return write_near(_Drawn(draw), numbers)


@st.composite
def _texts(
    draw: st.DrawFn, least: int, most: int, line: Sequence[str], begin: Sequence[str], letters: bool
) -> str:
    chance = _Drawn(draw)
    return write_program(chance, least=least, most=most, line=line, begin=begin, letters=letters).text


def register_networks() -> None:
    """Let `st.from_type(symcnn.Network)` draw networks."""
    st.register_type_strategy(Network, networks())
