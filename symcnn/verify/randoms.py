"""Random programs in all ways: each is drawn, read, counted, compiled and calculated by Z3.

Programs are drawn by Python's `random`, which is quick; each has a seed of its own, so a run of
any length and with any number of processes has the same programs.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context

from symcnn.algebra.sampling import Point
from symcnn.api import Network
from symcnn.errors import DomainError, SymcnnError
from symcnn.language import syntax
from symcnn.source import Source
from symcnn.verify import ways
from symcnn.verify.checker import Counterexample
from symcnn.verify.comparing import Difference, Values, against_oracle, quantities
from symcnn.verify.drafts import Dice, Program, write_near, write_program
from symcnn.verify.oracle.arithmetic import Invalid, Number
from symcnn.verify.oracle.interpreter import execute
from symcnn.verify.oracle.results import Result
from symcnn.verify.points import Points
from symcnn.verify.shrinking import Case, shrunk
from symcnn.verify.subject import Subject

CHUNK = 50  # programs that a process does at a time
_CHUNKS = 200  # after which a process is replaced: SymPy keeps what it has seen
_MORE = 2  # further points of each network, for the formulas alone
_NEAR = 3  # of so many programs, one is compared near its numbers, where it may not stand
_COLLECT = 100_000  # new objects until cycles are looked for: formulas are many objects without any
_LAYERS = 8  # of so many networks, one is compiled layer by layer; in the others, the formulas of the whole

_MOST = (1, 1, 2, 4)  # lines behind the input, at most: a short program is checked sooner
_ROUNDS = 30  # of so many programs, one may have rounds with letters, which take ten times as long to be read
FLAT = (
    *("<layer>", "<layer>", "<axes>", "<add>", "<add>", "<concat>", "<concat>", "<gate>", "<nested>"),
    *("<skip>", "<skip>", "<names>", "<block>", "<call>", "<call>"),
)

# What a text with letters may be refused for although it stands at some numbers.
REFUSALS = (
    "the rounds of this repeat differ in a way that has no closed form",
    "in every round",
    "is not known to be one of",
    "need not be one",
    "needs axes, but a vector arrives",  # in a round that there is not at these numbers
    "the layers that share weights are not the same ones here",  # of a repeat whose first round is apart
    "maps where branch 1 has",  # a gate that has one map at these numbers, and so fits every tensor
)


@dataclass
class Outcome:
    """What became of random programs: how many ended how, and the smallest disagreements."""

    programs: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, Counterexample]] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Take over what another process found."""
        self.programs += other.programs
        self.ends += other.ends
        self.failures += other.failures


def ways_to_go(against: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the ways that random programs are compared in; raises UsageError as `available`.

    >>> ways_to_go(["oracle"])
    ('exact', 'read again', 'oracle')
    """
    named = ways.available([way for way in against if way != "z3"] if against is not None else None)
    calculated = ("z3",) if (against is None or "z3" in against) and find_spec("z3") else ()
    return ("exact", "read again", *(way for way in named if way != "torch"), *calculated)


def verify_programs(
    programs: int,
    *,
    seed: int = 0,
    jobs: int = 1,
    against: Sequence[str] | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Outcome:
    """Draw so many random programs, and compare them in all ways.

    >>> verify_programs(5, against=["oracle"]).failures
    []
    """
    gone = ways_to_go(against)
    todo = [range(start, min(start + CHUNK, programs)) for start in range(0, programs, CHUNK)]
    work, total = partial(_chunk, seed, gone), Outcome()
    for part in _done(work, todo, jobs):
        total.add(part)
        progress(part.programs)
    return total


def _done(work: Callable[[range], Outcome], todo: Sequence[range], jobs: int) -> Iterator[Outcome]:
    if jobs == 1:
        yield from map(work, todo)
        return
    with get_context("spawn").Pool(jobs, initializer=_start, maxtasksperchild=_CHUNKS) as pool:
        yield from pool.imap(work, todo)


def _start() -> None:
    """Begin a process: what is there already stays, and is not looked through again and again."""
    gc.freeze()
    gc.set_threshold(_COLLECT)


def _chunk(seed: int, gone: tuple[str, ...], numbers: range) -> Outcome:
    found = Outcome(len(numbers))
    for number in numbers:
        dice = Dice(f"{seed}:{number}")
        line = ("<line>",) if dice.number(1, _ROUNDS) == 1 else FLAT
        most = dice.one(_MOST if line == FLAT else _MOST[:-1])
        program = write_program(dice, most=most, line=line, broken=True)
        if dice.number(1, _NEAR) == 1:
            program = Program(program.text, write_near(dice, program.numbers))
        end, difference = judge(program.text, program.numbers, gone)
        found.ends[end if difference is None else "disagrees"] += 1
        if difference is not None:
            found.failures.append((number, _smallest(program, gone, difference)))
    return found


# ------------------------------------------------------------------ one program
Judgement = tuple[str, Difference | None]


def judge(text: str, numbers: dict[str, Number], gone: Sequence[str]) -> Judgement:
    """Return how a program ends at numbers, and what disagrees there; an error that is no refusal does, too.

    >>> judge("input 1 @ I; conv K -> 4", {"I": 9, "K": 3}, ["oracle"])
    ('agrees', None)
    >>> judge("input 1 @ I; conv K -> 4", {"I": 2, "K": 3}, ["oracle"])
    ('no network', None)
    """
    subject = Subject(Source("program", text))
    program = subject.program  # a text that cannot be read is no program
    try:
        return _judged(subject, program, numbers, gone)
    except Exception as error:  # a mistake of ours, whatever it is: it is told, and the other programs go on
        kind = type(error).__name__  # in place of a measure: a case is made smaller with the same error
        return "", Difference("it should be", "the program", kind, str(error), "a network or a refusal")


def _judged(
    subject: Subject, program: syntax.Program, numbers: dict[str, Number], gone: Sequence[str]
) -> Judgement:
    counted: Result | None
    try:
        counted = execute(program, numbers)
    except Invalid:
        counted = None
    try:
        net = subject.net
    except SymcnnError as error:
        return _refused(subject, numbers, error, counted)
    point = Values({s: numbers[name] for name, s in net.symbols.items()})
    met = all(c.holds(point) for c in (*net.domain.conditions, *net.conditions))
    if counted is not None and not met:
        return "valid for fewer numbers", None
    if counted is None:
        return ("no network", None) if not met and _is_refused(net, point) else ("", _unseen())
    return "agrees", next(_found(subject, point, gone, counted), None)


def _refused(
    subject: Subject, numbers: dict[str, Number], error: SymcnnError, counted: Result | None
) -> Judgement:
    """A text that is refused with letters is compared in numbers, if the refusal is a known one."""
    if counted is None:
        return "no network", None
    if not any(refusal in str(error) for refusal in REFUSALS):
        return "", Difference("it stands; refused:", "the network", "existence", error.fact, "a network")
    return "agrees in numbers only", next(
        against_oracle(_in_numbers(subject.source.text, numbers), {}, counted), None
    )


def _in_numbers(text: str, numbers: dict[str, Number]) -> Network:
    """Return the network that a text is with its letters said to be numbers from the start."""
    rest = [line for line in text.split("\n") if not line.startswith("symbol ")]
    said = [f"let {name} = {number}" for name, number in numbers.items()]
    return Network.read(Source("program in numbers", "\n".join([*said, *rest])))


def _is_refused(net: Network, point: Point) -> bool:
    try:
        net.at({s.name: value for s, value in point.items()})
    except SymcnnError:
        return True
    return False


def _unseen() -> Difference:
    return Difference("the oracle finds", "the network", "existence", "a network", "none")


def _found(subject: Subject, point: Point, gone: Sequence[str], counted: Result) -> Iterator[Difference]:
    """Yield what disagrees at a point where the network stands."""
    yield from ways.read_again(subject, point)
    if "oracle" in gone:
        yield from against_oracle(subject.net, point, counted)
    if "numpy" in gone:
        dice, points = Dice(subject.source.text), Points(subject.net)
        more = [points.draw(dice) for _ in range(_MORE if point else 0)]
        drawn = [point, *(Values(p) for p in more if p is not None)]
        columns = ways.Columns(subject, layers=dice.number(1, _LAYERS) == 1)
        try:
            yield from (found for _, found in columns.differences(drawn))
        except DomainError:  # too large at one of the further points
            yield from (found for _, found in columns.differences([point]))
    if "z3" in gone:
        yield from _calculated(subject, point)


def _calculated(subject: Subject, point: Point) -> Iterator[Difference]:
    """Yield where Z3's integers give another number for the whole network."""
    from symcnn.verify.translating import calculated

    net = subject.net
    one = len(net.outputs) < 2
    expected = quantities(net, point, shape=one)
    formulas = {name: getattr(net, name) for name in ("params", "connections", "macs", "neurons")}
    for name, formula in formulas.items():
        value = calculated(formula, point)
        if value is not None and value != expected[name]:
            yield Difference("Z3 calculates", "the network", name, expected[name], value)
    for axis, extent in enumerate(net.extents if one else ()):
        value = calculated(extent, point)
        if value is not None and value != expected["extents"][axis]:
            yield Difference("Z3 calculates", "the network", "extents", expected["extents"][axis], value)


def _smallest(program: Program, gone: Sequence[str], difference: Difference) -> Counterexample:
    def fails(case: Case) -> Difference | None:
        _, found = judge(case.text, dict(case.values), gone)
        same = found is not None and (found.way, found.measure) == (difference.way, difference.measure)
        return found if same else None

    small, found = shrunk(Case(program.text, program.numbers), difference, fails)
    return Counterexample(small.text, dict(small.values), found)
