"""symcnn verify: whether all ways lead to the same numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter
from typing import Any

import click
from click.core import ParameterSource

from symcnn.cli.inputs import complete_network, is_configuration, read_source
from symcnn.cli.patience import stop, told
from symcnn.errors import SymcnnError, UsageError


def _words(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    words = tuple(word.strip() for word in value.split(",") if word.strip())
    if not words:
        raise UsageError("--against names no way", hint="name some of oracle, numpy, torch")
    return words


@click.command("verify")
@click.argument("files", nargs=-1, metavar="[FILE|NAME]...", shell_complete=complete_network)
@click.option("-e", "text", metavar="TEXT", help="Verify this text.")
@click.option("--zoo", is_flag=True, help="Verify the whole zoo in all configurations.")
@click.option("--random", "programs", type=click.IntRange(1), metavar="N", help="Verify N random programs.")
@click.option("--examples", type=click.IntRange(1), default=40, show_default=True, help="Values per network.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Draw others.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes of --random.")
@click.option("--against", callback=_words, metavar="WAYS", help="Of oracle,numpy,torch; else all there are.")
@click.option("--prove", is_flag=True, help="Prove for all integers by Z3.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Compare every measure of every layer, in several ways that share no code.

    \b
    exact        the formulas, in integers: what all others are compared with
    read again   the text read once more with the values in it
    oracle       a plain interpreter that unrolls, slides windows, lists and counts; claims, too
    numpy        the formulas compiled, over arrays
    torch        a real module on the meta device: shapes and parameters

    Values are drawn from the declared domains, the edges of conditions among them. What
    disagrees is made as small as it gets and printed as a text to paste (exit code 1).
    --prove: every claim, rewrites of the formulas, and branches that meet.

    \b
    symcnn verify lenet5 my-net.cnn
    symcnn verify --zoo --against oracle
    symcnn verify resnet50 --prove
    symcnn verify --random 1000 --jobs 2
    """
    _need_the_extra(options["prove"])
    written = {name for name in options if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT}
    if options["programs"] is not None:
        if written & {"files", "text", "zoo"}:
            raise UsageError("--random draws its texts", hint="verify files by themselves")
        for name in sorted(written & {"prove", "examples"}):
            raise UsageError(f"--{name} is for texts, not for --random", hint="verify files by themselves")
        _verify_random(**{key: options[key] for key in ("programs", "seed", "jobs", "against", "as_json")})
    elif "jobs" in written:
        raise UsageError("--jobs is for --random", hint="start one command for each file")
    else:
        _verify_texts(options)


def _need_the_extra(prove: bool) -> None:
    """Raise UsageError where what draws, or what proves, is not installed."""
    from importlib.util import find_spec

    for package, name, what in (("hypothesis", "Hypothesis", "verify"), ("z3", "Z3", "--prove")):
        if (prove or package != "z3") and find_spec(package) is None:
            raise UsageError(f"{what} needs {name}", hint="pip install 'symcnn[verify]'")


# ------------------------------------------------------------------ texts
def _verify_texts(options: dict[str, Any]) -> None:
    from symcnn.verify.checker import verify
    from symcnn.verify.ways import available

    available(options["against"])  # before anything is read
    found, wrong = _subjects(options["files"], options["text"], options["zoo"])
    stop()  # to read a text must not take long; to verify it may
    rows: list[dict[str, Any]] = []
    with _bar(len(found), "networks") as advance:
        for subject in found:
            advance()
            try:
                report = verify(
                    subject, examples=options["examples"], seed=options["seed"], against=options["against"]
                )
                proofs = _proofs(subject) if options["prove"] else []
            except SymcnnError as error:  # the others are still verified
                click.echo(str(error) if error.place else f"{subject.name}: {error}", err=True)
                wrong = True
                continue
            rows.append(_row(report, proofs))
            if not options["as_json"]:
                _print(report, proofs)
    failed = sum(row["counterexample"] is not None for row in rows)
    refuted = sum(row["proofs"].get("refuted", 0) + row["contradictions"] for row in rows)
    if options["as_json"]:
        document = {"schema": "symcnn/verify/1", "seed": options["seed"], "networks": rows}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _print_totals(rows, failed)
    if wrong:
        raise click.exceptions.Exit(2)
    if failed or refuted:
        raise click.exceptions.Exit(1)


def _subjects(files: Sequence[str], text: str | None, zoo: bool) -> tuple[list[Any], bool]:
    """Return what the command line names, and whether some of it cannot be read: that is said at once."""
    from symcnn import catalogue

    if not files and text is None and not zoo:
        raise click.UsageError("name a file, '-', a network of the zoo, or use -e, --zoo or --random")
    names = [*files, *(catalogue.names() if zoo else ())]
    inputs = [*((name, None) for name in names), *([(None, text)] if text is not None else [])]
    found: list[Any] = []
    wrong = False
    for name, inline in inputs:
        try:
            some = list(_of_text(name, inline))
        except (SymcnnError, MemoryError) as error:
            click.echo(told(error), err=True)
            wrong = True
            continue
        if not some:
            click.echo(f"{name or '<text>'}: no network and no claim, so nothing to verify", err=True)
        found += some
    return found, wrong


def _of_text(name: str | None, inline: str | None) -> Iterator[Any]:
    """Yield the networks of a text with their configurations, or a configuration of the zoo alone."""
    from symcnn.verify.subject import subjects

    source = read_source(name, inline)
    is_config = name is not None and is_configuration(name, source)
    for subject in subjects(source):
        if not is_config:
            yield subject
        elif subject.config == name:
            yield replace(subject, alone=True)


def _print(report: Any, proofs: list[Any]) -> None:
    ways = [
        f"{name}: {tally.agreed} of {report.bindings} bindings"
        + (f" ({', '.join(f'{n} {why}' for why, n in tally.skipped.items())})" if tally.skipped else "")
        for name, tally in report.tallies.items()
    ]
    agrees = "agrees" if any(tally.agreed for tally in report.tallies.values()) else "nothing compared"
    click.echo(f"{report.name}: {agrees if report.counterexample is None else 'DISAGREES'}")
    click.echo(
        f"    {report.layers} layers" + "".join(f"{', ' if n else '; '}{w}" for n, w in enumerate(ways))
    )
    if report.claims.skipped:
        total = report.claims.agreed + report.claims.skipped.total()
        why = ", ".join(f"{n} {reason}" for reason, n in report.claims.skipped.items())
        click.echo(f"    claims: {report.claims.agreed} of {total} compared with the oracle ({why})")
    _print_proofs(proofs)
    if report.counterexample is not None:
        click.echo(str(report.counterexample))


def _print_proofs(proofs: list[Any]) -> None:
    """Print how many statements Z3 proved, and all that need a look: claims apart from formulas."""
    for kind in ("formulas", "claims"):
        some = [proof for proof in proofs if (proof.kind == "claim") == (kind == "claims")]
        if some:
            counts = ", ".join(f"{n} {outcome}" for outcome, n in _counted(some).items())
            click.echo(f"    Z3, {kind}: {counts}")
    for proof in proofs:
        if proof.contradicts:
            click.echo(f"    {proof.outcome}, but check says {proof.verdict}: {proof}")
        elif proof.outcome == "refuted" or (proof.outcome == "unknown" and proof.kind == "claim"):
            click.echo(f"    {proof.outcome}: {proof}")


def _print_totals(rows: list[dict[str, Any]], failed: int) -> None:
    numbers = sum(row["compared"] for row in rows)
    counted = f"{len(rows)} network{'s' * (len(rows) != 1)}, {numbers:,} comparisons of a network with a way"
    click.echo(f"{counted}: " + (f"{failed} disagree" if failed else "no disagreement"))


def _counted(proofs: list[Any]) -> dict[str, int]:
    return {o: sum(p.outcome == o for p in proofs) for o in ("proved", "refuted", "unknown")}


def _row(report: Any, proofs: list[Any]) -> dict[str, Any]:
    return {
        "network": report.name,
        "layers": report.layers,
        "bindings": report.bindings,
        "ways": {
            name: {"agreed": tally.agreed, "skipped": dict(tally.skipped)}
            for name, tally in report.tallies.items()
        },
        "compared": sum(tally.agreed for tally in report.tallies.values()),
        "proofs": _counted(proofs) if proofs else {},
        "contradictions": sum(p.contradicts for p in proofs),
        "refuted": [str(p) for p in proofs if p.outcome == "refuted"],
        "claims": {"compared": report.claims.agreed, "left_out": dict(report.claims.skipped)},
        "claims_by_z3": [
            {"line": p.line, "text": p.what, "outcome": p.outcome, "check": p.verdict, "why": p.why}
            for p in proofs
            if p.kind == "claim"
        ],
        "counterexample": None if report.counterexample is None else _example(report.counterexample),
    }


def _example(example: Any) -> dict[str, Any]:
    from symcnn.render.text import exact_json

    return {
        "text": example.text,
        "values": {name: exact_json(value) for name, value in example.values.items()},
        "measure": example.difference.measure,
        "of": example.difference.where,
        "formula": str(example.difference.found),
        "way": example.difference.way,
        "expected": str(example.difference.expected),
    }


def _proofs(subject: Any) -> list[Any]:
    from symcnn.verify.prover import prove

    return list(prove(subject))


# ------------------------------------------------------------------ random programs
def _verify_random(
    *, programs: int, seed: int, jobs: int, against: tuple[str, ...] | None, as_json: bool
) -> None:
    from symcnn.verify.randoms import verify_programs, ways_to_go

    gone, begun = ways_to_go(against), perf_counter()
    with _bar(programs, "programs") as advance:
        found = verify_programs(programs, seed=seed, jobs=jobs, against=against, progress=advance)
    seconds = perf_counter() - begun
    if as_json:
        document = {
            "schema": "symcnn/verify-random/1", "seed": seed, "programs": found.programs, "ways": list(gone),
            "ends": dict(found.ends), "seconds": round(seconds, 1),
            "disagreements": [
                {"program": number, "counterexample": _example(example)} for number, example in found.failures
            ],
        }  # fmt: skip
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        click.echo(f"ways: {', '.join(gone)}")
        for end, count in sorted(found.ends.items(), key=lambda item: -item[1]):
            click.echo(f"{count:>10,}  {end}")
        for number, example in found.failures:
            click.echo(f"program {number} of seed {seed}:\n{example}")
        rate = found.programs / seconds
        counted = f"{found.programs:,} programs at {rate:.1f} programs/s"
        click.echo(f"{counted}: {len(found.failures) or 'no'} disagreement{'s' * (len(found.failures) != 1)}")
    if found.failures:
        raise click.exceptions.Exit(1)


# ------------------------------------------------------------------ both
@contextmanager
def _bar(total: int, what: str) -> Iterator[Callable[..., None]]:
    """Show a bar on standard error, where that is a terminal; what is given calls for a step."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)

        def advance(steps: int = 1) -> None:
            progress.advance(task, steps)

        yield advance
