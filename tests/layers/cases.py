"""Layers drawn at random, and written in the language: with numbers, or with letters and their values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import prod

from hypothesis import strategies as st
from layers.brute import POOLS, TRANSPOSED, WINDOWED, Case, Point

Value = int | Fraction

LARGEST = {0: 9, 1: 12, 2: 8, 3: 5}  # extents by the number of axes, for enumeration
BIASED = (
    *("conv", "depthwise", "local", "deconv", "subsample", "fc", "dense"),
    *("batchnorm", "layernorm", "groupnorm"),
)
WEIGHTED = (*BIASED, "rbf", "prelu", "instancenorm", "scale")
GROUPED = ("groupnorm", "split", "shuffle")  # groups stand in their head
SHUFFLED = ("pixelshuffle", "pixelunshuffle")
PADDINGS = ("", "", "", "", "valid", "half", "same", "full")


# ------------------------------------------------------------------ drawing
@st.composite
def cases(
    draw: st.DrawFn,
    word: str,
    *,
    maps: int | None = None,
    extents: Point | None = None,
    most: int = 4,
    ranks: int = 3,
) -> Case:
    """A layer of this word on a drawn or a given tensor; some of them cannot stand."""
    groups = draw(st.sampled_from((1, 1, 2, 3))) if word in ("conv", "deconv", *GROUPED) else 1
    rank = len(extents) if extents is not None else draw(st.integers(1, ranks))
    factor = draw(_axes(rank, 1, 3 if rank < 3 else 2)) if word in SHUFFLED else ()
    if maps is None:
        maps = groups * draw(st.integers(1, 4 // groups))
        if word == "pixelshuffle":
            maps = prod(factor) * draw(st.integers(1, 2))
        if word in (*GROUPED, "pixelshuffle"):
            maps += draw(st.sampled_from((0, 0, 0, 1)))
    if extents is None:
        extents = draw(_axes(rank, 1, LARGEST[rank] // 3 if word in SHUFFLED else LARGEST[rank]))
        if word == "pixelunshuffle":
            wrong = draw(st.sampled_from((0, 0, 0, 1)))
            extents = tuple(e * f + wrong for e, f in zip(extents, factor, strict=True))
    case = Case(word, maps, extents, factor=factor)
    small = most if len(extents) < 3 else min(most, 3)
    if word in (*WINDOWED, *TRANSPOSED):
        case = _windowed(draw, case, small)
    if word in ("conv", "deconv", "local", "fc", "dense", "rbf"):
        case = replace(case, out_maps=groups * draw(st.integers(1, 3)), groups=groups)
    if word == "depthwise" and draw(st.booleans()):
        case = replace(case, out_maps=maps * draw(st.integers(1, 2)) + draw(st.sampled_from((0, 0, 0, 1))))
    if word == "conv" and groups == 1:
        case = _with_table(draw, case)
    if word in ("pad", "crop"):
        case = replace(case, sides=draw(_sides(len(extents), 3)))
    if word.startswith("adaptive"):
        case = replace(case, target=draw(_axes(len(extents), 1, 7)))
    if word == "upsample":
        case = replace(case, factor=draw(_axes(len(extents), 1, 9, lambda n: Fraction(n, 3))))
    if word in GROUPED:
        case = replace(case, groups=groups)
    if word == "split":
        case = replace(case, part=draw(st.integers(1, groups)) + draw(st.sampled_from((0, 0, 0, 1))))
    return replace(
        case,
        bias=not (word in BIASED and draw(st.booleans())),
        fixed=word in WEIGHTED and draw(st.sampled_from((False, False, True))),
        shared=word == "prelu" and draw(st.booleans()),
        affine=word == "instancenorm" and draw(st.booleans()),
    )


def _axes(
    rank: int, low: int, high: int, of: Callable[[int], Value] = lambda n: n
) -> st.SearchStrategy[tuple[Value, ...]]:
    one = st.integers(low, high).map(of)
    return st.one_of(st.tuples(*[one] * rank), one.map(lambda v: (v,) * rank))


def _sides(rank: int, most: int) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    both = st.integers(0, most).map(lambda p: (p, p))
    return st.one_of(
        st.tuples(*[st.tuples(st.integers(0, most), st.integers(0, most))] * rank),
        st.tuples(*[both] * rank),
        both.map(lambda p: (p,) * rank),
    )


def _windowed(draw: st.DrawFn, case: Case, most: int) -> Case:
    rank, pool = len(case.extents), case.word in (*POOLS, "maxunpool")
    kernel = draw(_axes(rank, 1, most))
    padding = draw(st.sampled_from(PADDINGS))
    ceil = case.word in POOLS and draw(st.booleans())
    if ceil and padding == "same":
        padding = ""
    return replace(
        case,
        kernel=kernel,
        stride=kernel if pool and draw(st.booleans()) else draw(_axes(rank, 1, 4)),
        dilation=draw(st.one_of(st.just((1,) * rank), _axes(rank, 1, 3))),
        padding=padding,
        sides=() if padding else draw(st.one_of(st.just(((0, 0),) * rank), _sides(rank, 1 if pool else 3))),
        ceil=ceil,
        outpad=draw(_axes(rank, 0, 2)) if case.word == "deconv" and padding != "same" else (0,) * rank,
    )


def _with_table(draw: st.DrawFn, case: Case) -> Case:
    """Give some convolutions a connection table; a few tables do not fit the maps."""
    kind = draw(st.sampled_from(("", "", "", "rows", "counts")))
    wrong = draw(st.sampled_from((0, 0, 0, 1)))  # names a map that does not arrive
    if kind == "rows":
        row = st.lists(st.integers(0, case.maps - 1 + wrong), min_size=1, unique=True).map(tuple)
        rows = tuple(draw(st.lists(row, min_size=1, max_size=4)))
        beyond = draw(st.sampled_from((0, 0, 0, 1)))
        return replace(case, rows=rows, out_maps=len(rows) + beyond)
    if kind == "counts":
        pair = st.tuples(st.integers(1, 2), st.integers(1, case.maps + wrong))
        fan_ins = tuple(draw(st.lists(pair, min_size=1, max_size=3)))
        return replace(case, fan_ins=fan_ins, out_maps=sum(n for n, _ in fan_ins))
    return case


# ------------------------------------------------------------------ writing
@dataclass
class Writer:
    """Writes layers; with `letters`, every number becomes a letter and its value is kept."""

    letters: bool
    merged: bool = True  # one value where all axes agree
    short: bool = True  # leave out what is the default
    values: dict[str, Value] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)

    def spell(self, value: Value, letter: str) -> str:
        if not self.letters:
            return str(value)
        number = 2
        name = letter
        while name in self.values:
            name, number = f"{letter}{number}", number + 1
        self.values[name] = value
        if letter == "f":
            self.declared.append(name)
        return name

    def axes(self, values: Sequence[Value], letter: str, *, spread: bool = False) -> str:
        if self.merged and len(set(values)) == 1:
            name = self.spell(values[0], letter)
            return " x ".join([name] * (len(values) if spread else 1))
        glue = " x " if self.letters or any(isinstance(v, Fraction) for v in values) else "x"
        return glue.join(self.spell(v, letter) for v in values)

    def sides(self, values: Sequence[tuple[int, int]]) -> str:
        if self.merged and len(set(values)) == 1:
            values = values[:1]
        written = []
        for a, b in values:
            first = self.spell(a, "P")
            written.append(first if self.merged and a == b else f"{first}:{self.spell(b, 'P')}")
        return " x ".join(written)

    def input(self, case: Case) -> str:
        return f"input {self.spell(case.maps, 'C')} @ {self.axes(case.extents, 'I', spread=True)}"

    def layer(self, case: Case) -> str:
        """The statement of one layer."""
        parts = [" ".join(filter(None, (case.word, self._head(case), self._arrow(case))))]
        parts += self._window(case)
        if case.rows is not None:
            parts.append(f"table [{', '.join(str(list(row)) for row in case.rows)}]")
        if case.fan_ins is not None:
            parts.append(f"table [{', '.join(f'{n} of {c}' for n, c in case.fan_ins)}]")
        if (
            case.word in ("conv", "deconv")
            and not (case.rows or case.fan_ins)
            and self._wanted(case.groups != 1)
        ):
            parts.append(f"groups {self.spell(case.groups, 'G')}")
        if case.part and self._wanted(case.part != 1):
            parts.append(f"part {self.spell(case.part, 'M')}")
        for wanted, text in (
            (case.ceil, "ceil"),
            (not case.bias, "no bias"),
            (case.fixed, "fixed"),
            (case.shared, "shared"),
            (case.affine, "affine"),
        ):
            parts += [text] if wanted else []
        return ", ".join(parts)

    def _wanted(self, differs: bool) -> bool:
        return differs or not self.short

    def _head(self, case: Case) -> str:
        if case.kernel:
            return self.axes(case.kernel, "K")
        if case.target:
            return self.axes(case.target, "O")
        if case.factor:
            return self.axes(case.factor, "f" if case.word == "upsample" else "R")
        if case.word in GROUPED:
            return self.spell(case.groups, "G")
        return self.sides(case.sides) if case.sides else ""

    def _arrow(self, case: Case) -> str:
        if case.out_maps is None:
            return ""
        return f"-> {self.spell(case.out_maps, 'F' if case.word in ('fc', 'dense', 'rbf') else 'N')}"

    def _window(self, case: Case) -> list[str]:
        if not case.kernel:
            return []
        parts, ones = [], (1,) * len(case.extents)
        usual = case.kernel if case.word in (*POOLS, "maxunpool") else ones
        if self._wanted(case.stride != usual):
            parts.append(f"stride {self.axes(case.stride, 'S')}")
        if case.padding:
            parts.append(f"pad {case.padding}")
        elif self._wanted(any(map(any, case.sides))):
            parts.append(f"pad {self.sides(case.sides)}")
        if self._wanted(case.dilation != ones):
            parts.append(f"dilation {self.axes(case.dilation, 'D')}")
        if case.word == "deconv" and case.padding != "same" and self._wanted(any(case.outpad)):
            parts.append(f"outpad {self.axes(case.outpad, 'P')}")
        return parts

    def net(self, chain: Sequence[Case]) -> str:
        """The text of a chain of layers, labelled a1, a2, ..."""
        lines = [] if chain[0].word == "input" else [self.input(chain[0])]
        for number, case in enumerate(chain, 1):
            statement = self.input(case) if case.word == "input" else self.layer(case)
            lines.append(f"a{number}: {statement}")
        if self.declared:
            kinds = ", ".join(f"{name} rational, {name} > 0" for name in self.declared)
            lines.insert(0, f"symbol {', '.join(self.declared)} where {kinds}")
        return "\n".join(lines) + "\n"
