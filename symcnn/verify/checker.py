"""Verification of networks: every measure of every layer, all available ways, drawn values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable

from symcnn.algebra.exact import Value
from symcnn.algebra.sampling import Point
from symcnn.errors import DomainError, SymcnnError
from symcnn.source import Source
from symcnn.verify import ways
from symcnn.verify.claiming import Claims
from symcnn.verify.comparing import Difference
from symcnn.verify.shrinking import Case, shrunk
from symcnn.verify.strategies import bindings
from symcnn.verify.subject import Subject

SMALL = 24  # largest value where the oracle shall keep up
LARGE = 2**70
Progress = Callable[[], None]


@dataclass
class Tally:
    """How often a way was gone; `skipped` counts the reasons why it was not."""

    agreed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Counterexample:
    """The smallest text and values found at which two ways do not lead to one number."""

    text: str
    values: dict[str, Value]
    difference: Difference

    def __str__(self) -> str:
        at = ", ".join(f"{name} = {value}" for name, value in self.values.items())
        return f"{self.text}# {self.difference}" + (f"\n# at {at}" if at else "")


@dataclass(frozen=True)
class Report:
    """What became of one network: bindings drawn, each way's tally, its claims, the first disagreement."""

    name: str
    layers: int
    bindings: int
    tallies: dict[str, Tally]
    counterexample: Counterexample | None = None
    claims: Tally = field(default_factory=Tally)  # how many the oracle confirmed; those that it could not


def verify(
    subject: Subject,
    *,
    examples: int = 40,
    seed: int = 0,
    against: Sequence[str] | None = None,
    progress: Progress = lambda: None,
) -> Report:
    """Compare the formulas of a network with all other ways, at `examples` bindings.

    Three quarters of them are small, so that the oracle can count; the others are of any size.
    `against` names the ways besides reading again; None takes all that are installed. Raises
    SymcnnError where there is no network, UsageError for a way that cannot be gone.

    >>> report = verify(Subject(Source("net", "input 1@I; conv 3 -> N")), examples=8, against=["oracle"])
    >>> report.tallies["read again"].agreed, report.counterexample
    (8, None)
    """
    gone, whole = ways.available(against), subject.net.has_layers
    if not whole:  # claims that stand beside networks
        gone = tuple(way for way in gone if way == "oracle")
    # Read before symbols are drawn: one may stand in claims alone.
    claims = Claims(subject) if "oracle" in gone else None
    few = -(-examples * 3 // 4) if subject.net.symbols else 0
    small = draw(subject, few, SMALL, seed)
    points = [*small, *draw(subject, examples - few if few else 1, LARGE, seed + 1)]
    report = Report(subject.name, len(list(subject.net.root.leaves)) if whole else 0, len(points), {})
    for name, found in _findings(subject, points, gone, report.tallies, claims, progress):
        point, difference = found
        return replace(report, counterexample=smallest(subject, point, name, difference))
    if claims is not None:
        report.claims.agreed, report.claims.skipped = len(claims.compared), claims.left_out
    elif subject.net.claims:
        report.claims.skipped["the oracle is not asked"] = len({c.node.span for c in subject.net.claims})
    return report


def draw(subject: Subject, examples: int, largest: int, number: int) -> list[Point]:
    """Return points of a network, drawn by Hypothesis: the same ones for the same seed.

    Raises DomainError where none is found.
    """
    found: list[Point] = []
    symbols = subject.net.symbols

    @seed(number)
    @settings(
        max_examples=max(examples, 1),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(bindings(subject.net, largest=largest))
    def collect(values: dict[str, Value]) -> None:
        found.append({symbols[name]: value for name, value in values.items()})

    if examples:
        try:
            collect()
        except Unsatisfiable:
            raise DomainError(
                "no values are found that meet all that is declared and needed",
                hint="verify it with some of the symbols as numbers, or declare less",
            ) from None
    return found


Way = Callable[[Subject, Point], Iterator[Difference]]
Finding = tuple[str, tuple[Point, Difference]]


def _findings(
    subject: Subject,
    points: Sequence[Point],
    gone: Sequence[str],
    tallies: dict[str, Tally],
    claims: Claims | None,
    progress: Progress,
) -> Iterator[Finding]:
    """Yield what disagrees; the tallies are filled on the way."""
    single: dict[str, Way] = {**_SINGLE, "oracle": partial(ways.count, claims=claims)}
    again = ("read again",) if subject.net.has_layers else ()
    for name in (*again, *(way for way in gone if way != "numpy")):
        tally = tallies[name] = Tally()
        for point in points:
            try:
                found = next(single[name](subject, point), None)
            except (ways.Skipped, DomainError) as error:
                tally.skipped[_reason(error)] += 1
                continue
            finally:
                progress()
            if found is not None:
                yield name, (point, found)
            tally.agreed += 1
    if claims is not None:
        yield from (("claims", ({}, found)) for found in claims.by_themselves())
    if "numpy" in gone:
        tally = tallies["numpy"] = Tally()
        yield from (("numpy", found) for found in _on_columns(subject, points, tally))
        progress()


_SINGLE: dict[str, Way] = {
    "read again": ways.read_again,
    "oracle": ways.count,
    "torch": ways.built,
}


def _reason(error: SymcnnError) -> str:
    return error.fact if len(error.fact) < 60 else error.fact[:57] + "..."


def _on_columns(
    subject: Subject, points: Sequence[Point], tally: Tally
) -> Iterator[tuple[Point, Difference]]:
    columns = ways.Columns(subject)
    for some in (points[: len(points) * 3 // 4], points[len(points) * 3 // 4 :]):
        if not some:
            continue
        try:
            found = next(columns.differences(some), None)
        except DomainError as error:
            tally.skipped[_reason(error)] += len(some)
            continue
        if found is not None:
            yield found
        tally.agreed += len(some)


# ------------------------------------------------------------------ shrinking
def smallest(subject: Subject, point: Point, way: str, difference: Difference) -> Counterexample:
    """Return the smallest text and values that still disagree in the same way and measure."""

    def fails(case: Case) -> Difference | None:
        there = Subject(Source("case", case.text), case.block)
        claims = Claims(there) if difference.measure == "claim" else None
        symbols = there.net.symbols
        values = {symbols[name]: case.values[name] for name in symbols if name in case.values}
        if way != "claims" and (len(values) < len(symbols) or not _stands(there, values)):
            return None
        found = differences(there, values, way, claims)
        return next((d for d in found if (d.way, d.measure) == (difference.way, difference.measure)), None)

    numbers = {} if way == "claims" else subject.numbers(point)
    case = Case(subject.source.text, numbers, subject.block)
    if fails(case) is None:  # only with the configuration put in
        return Counterexample(case.text, dict(case.values), difference)
    small, found = shrunk(case, difference, fails)
    return Counterexample(small.text, dict(small.values), found)


def differences(
    subject: Subject, point: Point, way: str, claims: Claims | None = None
) -> Iterator[Difference]:
    """Yield what one way disagrees with at a point; nothing where it cannot be gone there.

    The way "claims" has points of its own.
    """
    try:
        if way == "claims" and claims is not None:
            yield from claims.by_themselves()
        elif way == "oracle":
            yield from ways.count(subject, point, claims)
        elif way == "numpy":
            yield from (found for _, found in ways.Columns(subject).differences([point]))
        else:
            yield from _SINGLE[way](subject, point)
    except (ways.Skipped, DomainError):
        return


def _stands(subject: Subject, point: Point) -> bool:
    conditions = (*subject.net.domain.conditions, *subject.net.conditions)
    return all(c.holds(point) for c in conditions)
