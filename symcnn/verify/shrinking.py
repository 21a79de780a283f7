"""The smallest counterexample: a text of which nothing can be left out, at the smallest values.

Pieces of the text are taken out, the largest first, and values made smaller, as long as the same
measure still disagrees in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from symcnn.algebra.exact import Value
from symcnn.api import format as canonical
from symcnn.errors import SymcnnError
from symcnn.language import syntax
from symcnn.language.parser import parse
from symcnn.layers import vocabulary
from symcnn.source import Source
from symcnn.verify.comparing import Difference

TRIALS = 300  # texts and values that are tried


@dataclass(frozen=True)
class Case:
    """A text with values for its symbols; `block` is the network that is meant."""

    text: str
    values: Mapping[str, Value]
    block: str = ""


_COMMENT = re.compile(r'("[^"\n]*")|[ \t]*#[^\n]*')  # also notes of claims, which stay
Fails = Callable[[Case], Difference | None]


def shrunk(case: Case, difference: Difference, fails: Fails, trials: int = TRIALS) -> tuple[Case, Difference]:
    r"""Return a smaller case that still fails, and how; `fails` says so of a case.

    >>> long = Case("input 1 @ 9x9; relu; conv 3x3 -> N; relu", {"N": 8})
    >>> found = Difference("it is", "conv1", "params", 1, 2)
    >>> small, _ = shrunk(long, found, lambda case: found if "conv" in case.text else None)
    >>> small.text, small.values
    ('conv 1 -> 1\n', {})
    """
    left = [trials]
    case = replace(case, text=_COMMENT.sub(lambda found: found[1] or "", case.text))

    def still(candidate: Case) -> Difference | None:
        if left[0] <= 0:
            return None
        left[0] -= 1
        try:
            return fails(candidate)
        except SymcnnError:
            return None

    progress = True
    while progress and left[0] > 0:
        progress = False
        for smaller in (_smaller_texts, _smaller_values):
            again = True
            while again and left[0] > 0:
                step = next(((c, f) for c in smaller(case) if (f := still(c)) is not None), None)
                again = step is not None
                if step is not None:
                    (case, difference), progress = step, True
    return _tidied(case, difference, fails)


def _tidied(case: Case, difference: Difference, fails: Fails) -> tuple[Case, Difference]:
    """Return the case in the canonical layout, with only the values that it needs."""
    lines = [line.rstrip("; ") for line in canonical(case.text).split("\n") if line.strip("; ")]
    used = {name: value for name, value in case.values.items() if re.search(rf"\b{name}\b", case.text)}
    tidy = Case("\n".join(lines) + "\n", used, case.block)
    try:
        return tidy, fails(tidy) or difference
    except SymcnnError:
        return case, difference


# ------------------------------------------------------------------ values
def _smaller_values(case: Case) -> Iterator[Case]:
    for name, value in case.values.items():
        if isinstance(value, int):
            for smaller in dict.fromkeys((1, 2, value // 2, value - 1)):
                if 0 <= smaller < value:
                    yield Case(case.text, {**case.values, name: smaller}, case.block)


# ------------------------------------------------------------------ texts
def _smaller_texts(case: Case) -> Iterator[Case]:
    """Yield texts with a piece left out or replaced by something in it, the greatest savings first."""
    program = parse(Source("case", case.text), vocabulary())
    for node in program.statements:
        if isinstance(node, syntax.Net) and node.name == case.block:
            opened = case.text[: node.span.start] + _inside(node.body, case.text) + case.text[node.span.end :]
            yield Case(opened, case.values)
    edits = sorted(set(_edits(program, case.text)), key=lambda e: (len(e[2]) - (e[1] - e[0]), e))
    for start, end, new in edits:
        text = case.text[:start] + new + case.text[end:]
        if len(text) < len(case.text) or (len(text) == len(case.text) and text < case.text):
            yield Case(text, case.values, case.block)


Edit = tuple[int, int, str]
_DECLARATIONS = (
    syntax.Symbols | syntax.Let | syntax.Def | syntax.Net | syntax.Config | syntax.Assert | syntax.Output
)


def _edits(node: object, text: str) -> Iterator[Edit]:
    """Yield what can be cut out of the text of a tree, or put in the place of something."""
    if isinstance(node, tuple):
        yield from _halves(node, text)
        for each in node:
            yield from _edits(each, text)
        return
    if not isinstance(node, syntax.Node):
        return
    yield from _simpler(node, text)
    for each in fields(node):
        yield from _edits(getattr(node, each.name), text)


def _halves(nodes: tuple[object, ...], text: str) -> Iterator[Edit]:
    """Yield cuts of many statements at once: halves, quarters and so on."""
    steps = [node for node in nodes if isinstance(node, syntax.Step | _DECLARATIONS)]
    size = len(steps) // 2
    while size > 1:
        for first in range(0, len(steps), size):
            some = steps[first : first + size]
            yield _without(some[0].span.start, some[-1].span.end, text)
        size //= 2


def _simpler(node: syntax.Node, text: str) -> Iterator[Edit]:
    start, end = node.span.start, node.span.end
    if isinstance(node, syntax.Step):
        yield _without(start, end, text)
        if node.label is not None:
            yield start, node.action.span.start, ""
        if node.claim is not None:
            yield node.action.span.end, end, ""
    elif isinstance(
        node,
        syntax.Symbols | syntax.Let | syntax.Def | syntax.Net | syntax.Config | syntax.Assert | syntax.Output,
    ):
        yield _without(start, end, text)
    elif isinstance(node, syntax.Repeat):
        yield start, end, _inside(node.body, text)
    elif isinstance(node, syntax.If):
        yield from ((start, end, _inside(block, text)) for block in (node.then, node.otherwise) if block)
    elif isinstance(node, syntax.Merge):
        for branch in node.branches:
            yield start, end, "{ " + text[branch.span.start : branch.span.end].strip("| ") + " }"
            if len(node.branches) > 1:
                yield branch.span.start, branch.span.end, "identity"
    elif isinstance(node, syntax.Block):
        yield start, end, _inside(node, text)
    elif isinstance(node, syntax.Keyed | syntax.Negated | syntax.Flag):
        comma = text.rfind(",", 0, start)
        yield comma, end, ""
    elif isinstance(node, syntax.Size) and len(node.axes) > 1:
        yield start, end, text[node.axes[0].span.start : node.axes[0].span.end]
    elif isinstance(node, syntax.Number | syntax.Ref | syntax.Sum | syntax.Product):
        yield from ((start, end, small) for small in ("1", "2", "3") if text[start:end] != small)


def _inside(block: syntax.Block, text: str) -> str:
    """Return the statements of a block without its braces."""
    if not block.statements:
        return ""
    return text[block.statements[0].span.start : block.statements[-1].span.end]


def _without(start: int, end: int, text: str) -> Edit:
    """Return the edit that takes a statement out, with the separator behind it or else before it."""
    behind = re.compile(r"[ \t]*[;\n]").match(text, end)
    if behind:
        return start, behind.end(), ""
    before = re.compile(r"[;\n][ \t]*$").search(text[:start])
    return (before.start(), end, "") if before else (start, end, "")
