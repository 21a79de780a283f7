"""What labels name: parts of the network, in a round of the repeats they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sympy import Expr

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.errors import NetworkError
from symcnn.network.graph import Loop, Part, Repeat
from symcnn.source import Span

_ROUND = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class Reference:
    """A label as it is written somewhere: its names, the rounds in brackets, and where it stands.

    `path` is the label of the block around it with a dot at its end; `loops` are the repeats
    around it, whose current rounds need no brackets.
    """

    names: tuple[str, ...]
    rounds: tuple[Expr, ...]
    span: Span
    path: str = ""
    loops: tuple[Loop, ...] = ()

    @property
    def shown(self) -> str:
        """The names, as they are written."""
        return ".".join(self.names)


@dataclass(frozen=True)
class Found:
    """A part, and the repeats that it stands in, the outermost first."""

    part: Part
    loops: tuple[Loop, ...]


class Labels:
    """The labels known so far; a child adds its own and leaves its parent as it is."""

    def __init__(self, parent: Labels | None = None, around: tuple[Loop, ...] = ()) -> None:
        self._parent = parent
        self._around = around  # the repeats in whose rounds these labels stand
        self._found: dict[str, list[Found]] = {}
        self._written: dict[str, Span] = {}

    # ---------------------------------------------------------------- what is known
    def write(self, key: str, span: Span) -> None:
        """Note a label that is written out; raises NetworkError if another step has it already."""
        if self._place(key) not in (None, span):  # the same step comes by again in every round
            raise NetworkError(f"the label '{key}' is used twice", span)
        self._written[key] = span

    def _place(self, key: str) -> Span | None:
        found = self._written.get(key)
        return found if found is not None or self._parent is None else self._parent._place(key)

    def add(self, part: Part, loops: tuple[Loop, ...] = ()) -> None:
        """Let a part be known by its label, without what is inside; `loops` are repeats around it here."""
        if part.label:
            found = Found(part, (*self._around, *loops))
            self._found.setdefault(plain(part.label), []).append(found)

    def add_all(self, part: Part, loops: tuple[Loop, ...] = ()) -> None:
        """Let a part and all parts inside be known."""
        for each, around in every(part, loops):
            self.add(each, around)

    def child(self) -> Labels:
        """Return labels that see these, for parts that are not what they will be in the end."""
        return Labels(self, self._around)

    def adopt(self, child: Labels) -> None:
        """Take over what a child has noted as written out."""
        self._written.update(child._written)

    def known(self, key: str) -> list[Found]:
        """Return all parts of a label."""
        above = self._parent.known(key) if self._parent is not None else []
        return [*above, *self._found.get(key, ())]

    def keys(self) -> list[str]:
        """Return all labels, those of the parent first."""
        return [*(self._parent.keys() if self._parent is not None else ()), *self._found]

    # ---------------------------------------------------------------- resolving
    def find(self, ref: Reference) -> list[Found]:
        """Return the parts of a label, looked for from the innermost block outwards.

        Raises NetworkError if there is none.
        """
        path = ref.path
        while True:
            found = self.known(path + ref.shown)
            if found:
                return found
            if not path:
                break
            path = path[: path[:-1].rfind(".") + 1]
        close = get_close_matches(ref.shown, self.keys(), n=1)
        known = [key for key in self.keys() if self._place(key) is not None] or self.keys()
        hint = f"did you mean '{close[0]}'?" if close else "labels: " + (", ".join(known) or "none")
        raise NetworkError(f"no layer is labelled '{ref.shown}'", ref.span, hint=hint).for_these_values()

    def tensor(self, ref: Reference, domain: Domain) -> Part:
        """Return the part, without its inside, whose output a reference names.

        Raises NetworkError for an unknown label, or a round that is not given or not there.
        """
        return _in_round(self.find(ref), ref, domain, strict=True)

    def part(self, ref: Reference, domain: Domain) -> Part:
        """Return the part whose measures a reference asks for; as `tensor` with one exception.

        Where all rounds have the same formulas, none needs to be given.
        """
        return _in_round(self.find(ref), ref, domain, strict=False)


def plain(label: str) -> str:
    """Return a label without rounds.

    >>> plain("B1[i].conv1")
    'B1.conv1'
    """
    return _ROUND.sub("", label)


def every(part: Part, loops: tuple[Loop, ...] = ()) -> Iterator[tuple[Part, tuple[Loop, ...]]]:
    """Yield a part and all inside, each with the repeats that it stands in."""
    yield part, loops
    if isinstance(part, Repeat):
        for round_, loop in zip(part.parts, part.rounds, strict=True):
            yield from every(round_, (*loops, loop))
        if part.body is not None and part.loop is not None:
            yield from every(part.body, (*loops, part.loop))
    else:
        for inner in part.inner:
            yield from every(inner, loops)


def _in_round(found: Sequence[Found], ref: Reference, domain: Domain, *, strict: bool) -> Part:
    free = [tuple(loop for loop in f.loops if loop not in ref.loops) for f in found]
    own = [f for f, loops in zip(found, free, strict=True) if not loops and _is_current(ref.rounds, f.loops)]
    if own:
        return own[-1].part
    if not ref.rounds:
        bodies = [f.part for f, loops in zip(found, free, strict=True)]
        if not strict and len(bodies) == 1 and not _differs(bodies[0], free[0]):
            return bodies[0]
        name = ref.names[-1]
        raise NetworkError(
            f"'{ref.shown}' stands in a repeat, where its rounds differ" if not strict
            else f"'{ref.shown}' stands in a repeat",
            ref.span, hint=f"say which round: {name}[1]",
        )  # fmt: skip
    fitting = [(f, loops) for f, loops in zip(found, free, strict=True) if len(loops) == len(ref.rounds)]
    if not fitting:
        raise _unfitting(found, free, ref)
    for f, loops in fitting:
        if all(_within(value, loop, domain) for value, loop in zip(ref.rounds, loops, strict=True)):
            values = {loop.index: value for loop, value in zip(loops, ref.rounds, strict=True)}
            return f.part.at(values, domain.simplify)
    return _of_any_round(fitting, ref, domain, strict)


def _unfitting(found: Sequence[Found], free: Sequence[Sequence[Loop]], ref: Reference) -> NetworkError:
    """Return the error for rounds in brackets that are too many, too few or not the current ones."""
    count = max(map(len, free))
    around = max((f.loops for f in found), key=len)
    if count == 0 and around:
        current = "".join(f"[{loop.index}]" for loop in around)
        return NetworkError(
            f"'{ref.shown}' stands in the same round as this, so only that round of it is known here",
            ref.span, hint=f"leave the brackets out; {ref.shown}{current} is the same",
        )  # fmt: skip
    fact = f"'{ref.shown}' stands in {count} repeats" if count else f"'{ref.shown}' is in no repeat"
    return NetworkError(fact, ref.span, hint="one round in brackets for each repeat")


def _is_current(rounds: Sequence[Expr], loops: Sequence[Loop]) -> bool:
    """Whether rounds, of the innermost of some repeats, are those in which these stand now."""
    current = [loop.first if loop.first == loop.last else loop.index for loop in loops]
    return len(rounds) <= len(current) and list(rounds) == current[len(current) - len(rounds) :]


def _of_any_round(
    fitting: Sequence[tuple[Found, tuple[Loop, ...]]], ref: Reference, domain: Domain, strict: bool
) -> Part:
    """Return the general round where the first ones, which stand apart, look the same from outside."""
    (general, loops), others = fitting[-1], fitting[:-1]
    if strict and len(loops) == 1 and others:
        (loop,), (value,) = loops, ref.rounds
        first = others[0][1][0].first
        whole = Loop(loop.index, first, loop.last, loop.step)
        alike = all(
            _same(general.part.at({loop.index: own[0].first}, domain.simplify), f.part, domain)
            for f, own in others
        )
        if alike and _within(value, whole, domain):
            return general.part.at({loop.index: value}, domain.simplify)
    first, last = fitting[0][1][-1].first, loops[-1].last
    shown = ", ".join(map(str, ref.rounds))
    fact = f"round {shown} of '{ref.shown}' is not known to be one of {first}..{last}"
    raise NetworkError(fact, ref.span, hint="declare what bounds it, or write a number").for_these_values()


def _same(a: Part, b: Part, domain: Domain) -> bool:
    pairs = zip((a.output.maps, *a.output.extents), (b.output.maps, *b.output.extents), strict=True)
    equal = all(x == y or domain.proves(Condition(x - y, "==")) for x, y in pairs)
    return equal and a.sight.changed(domain.simplify) == b.sight.changed(domain.simplify)


def _within(value: Expr, loop: Loop, domain: Domain) -> bool:
    return all(domain.proves(Condition(gap, ">=")) for gap in (value - loop.low, loop.high - value))


def _differs(part: Part, loops: Sequence[Loop]) -> bool:
    """Whether shape or counts differ between the rounds."""
    formulas = (part.maps, *part.extents, *(getattr(part.counts, name) for name in vars(part.counts)))
    return any(formula.has(*(loop.index for loop in loops)) for formula in formulas)
