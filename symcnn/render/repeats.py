"""Which rounds of a repeat are drawn together: all that have the same layers and shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from sympy import Expr, S, Symbol

from symcnn.layers.base import Shape
from symcnn.network.graph import Group, Loop, Part, Repeat
from symcnn.network.labels import every
from symcnn.network.measures import total
from symcnn.render.caption import Titles, range_text, times_text
from symcnn.render.likeness import equal, is_single, mentions, skeleton


@dataclass(frozen=True)
class Block:
    """What one frame stands for: `whole`, of which `body` is drawn, what leaves, and what arrives.

    What arrives is None where one formula does not say it for all rounds.

    `name` is what others call it, `times` how often the body stands there, `index` over what
    the index runs that is in its formulas; `members` are all that the body is drawn for.
    """

    whole: Part
    body: Part
    leaving: Shape
    arriving: Shape | None
    title: str
    name: str = ""
    times: str = ""
    index: str = ""
    members: tuple[Part, ...] = ()


def block_of(part: Part, titles: Titles, *, local: bool) -> Block:
    """Return a call or a labelled block."""
    name = titles.name(part)
    title = ": ".join(filter(None, (name, titles.call(part, local=local))))
    return Block(part, part, part.output, part.input, title, name, members=(part,))


def rounds_of(part: Repeat, titles: Titles, *, local: bool) -> Iterator[Block]:
    """Yield the rounds of a repeat, those that are drawn together as one block."""
    rounds = list(zip(part.parts, part.rounds, strict=True))
    if part.body is not None and part.loop is not None:
        rounds.append((part.body, part.loop))
    if not rounds:
        return
    (last, loop) = rounds[-1]
    if all(equal(early, last, {loop.index: its.first}) for early, its in rounds[:-1]):
        times = sum((its.times for _, its in rounds), S.Zero)
        whole = Loop(loop.index, rounds[0][1].first, loop.last, loop.step)
        block = _counted(_block(part, last, titles, local, part), whole, times)
        inputs = [last.input.changed(partial(_put, loop.index, its.first)) for _, its in rounds[:-1]]
        alike = inputs == [early.input for early, _ in rounds[:-1]]
        yield block if alike else replace(block, arriving=None)
        return
    for run in _runs(rounds if part.body is None else rounds[:-1]):
        yield _run(part, run, titles, local)
    if part.body is not None and part.loop is not None:
        block = replace(_block(part.body, part.body, titles, local, part), leaving=part.output)
        yield _counted(block, part.loop, part.loop.times)


def badges(part: Part, titles: Titles) -> tuple[str, ...]:
    """Return how often the repeats inside a block stand there."""
    repeats = (inner for inner, _ in every(part) if isinstance(inner, Repeat))
    blocks = (block for repeat in repeats for block in rounds_of(repeat, titles, local=True))
    return tuple(block.times for block in blocks if block.times)


def _put(index: Symbol, value: Expr, formula: Expr) -> Expr:
    return formula.xreplace({index: value})


def _counted(block: Block, loop: Loop, times: Expr) -> Block:
    """Return a round with how often it stands there, and what its index runs over where that shows."""
    if times == 1:
        return block
    index = range_text(loop) if mentions(block.body, loop.index) else ""
    return replace(block, times=times_text(times), index=index)


def _runs(rounds: Sequence[tuple[Part, Loop]]) -> Iterator[list[tuple[Part, Loop]]]:
    """Yield the first round of each kind alone, and those of its kind that follow together."""
    for _, alike in groupby(rounds, lambda each: skeleton(each[0])):
        first, *others = alike
        yield [first]
        if others and is_single(first[0]):
            yield from ([each] for each in others)
        elif others:
            yield others


def _run(part: Repeat, run: Sequence[tuple[Part, Loop]], titles: Titles, local: bool) -> Block:
    (first, loop), (last, end) = run[0], run[-1]
    which = f"round {loop.first}" if len(run) == 1 else f"rounds {loop.first} to {end.first}"
    groups = tuple(group for group, _ in run)
    counts = total([group.counts for group in groups])
    whole = Group(part.label, first.input, last.output, last.sight, counts, part.span, groups)
    found = _block(whole, first, titles, local, part)
    title = ", ".join(filter(None, (found.title, which)))
    return replace(found, title=title, name=which, members=groups)


def _block(whole: Part, body: Part, titles: Titles, local: bool, repeat: Part) -> Block:
    """Return rounds as a block; where a round is one call, it is that call that is drawn."""
    only = body.inner[0] if len(body.inner) == 1 else body
    drawn = only if only is not body and type(only) is Group and titles.is_block(only) else body
    call = titles.call(drawn, local=local) if drawn is not body else ""
    name = titles.name(repeat) or (titles.name(drawn) if drawn is not body else "")
    title = ": ".join(filter(None, (name, call)))
    return Block(whole, drawn, whole.output, drawn.input, title, name, members=(drawn,))
