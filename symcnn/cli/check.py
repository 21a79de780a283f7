"""symcnn check: whether the claims of texts are true."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from symcnn.cli.inputs import complete_network, read_source
from symcnn.cli.patience import told
from symcnn.errors import SymcnnError


@click.command("check")
@click.argument("files", nargs=-1, metavar="FILE|NAME...", shell_complete=complete_network)
@click.option("-e", "text", metavar="TEXT", help="Check this text.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print only what is refuted or undecided.")
def command(files: tuple[str, ...], text: str | None, as_json: bool, quiet: bool) -> None:
    """Check the claims (`assert`, `=>`) of texts.

    \b
    proved     true for every value of the symbols
    holds      true at the values given in the claim
    refuted    false; the smallest values found are printed (exit code 1)
    undecided  neither proved nor refuted; so many samples agreed

    A claim in a def that nobody calls, or in a side or a round that there is not, is not reached.

    \b
    symcnn check lenet5 alexnet
    symcnn check -e "input 1@8x8; conv 3x3 -> 4; assert params == 40"
    """
    from symcnn.api import Network

    if not files and text is None:
        raise click.UsageError("name a file, '-', a network of the zoo, or give a text with -e")
    rows: list[dict[str, Any]] = []
    lost: list[dict[str, Any]] = []
    failed = False
    for name, inline in [*((file, None) for file in files), *([(None, text)] if text is not None else [])]:
        try:
            source = read_source(name, inline)
            network = Network.read(source)
            verdicts, unreached = network.check(), network.unreached()
        except (SymcnnError, MemoryError) as error:  # the other texts are still checked
            click.echo(told(error), err=True)
            failed = True
            continue
        rows.extend(_row(source.name, verdict) for verdict in verdicts)
        lost.extend(_lost(source.name, claim) for claim in unreached)
        if not as_json:
            _print(source.name, verdicts, unreached, quiet)
    counts = {o: sum(r["outcome"] == o for r in rows) for o in ("proved", "holds", "refuted", "undecided")}
    if as_json:
        document = {"schema": "symcnn/check/1", "claims": rows, "counts": counts, "not_reached": lost}
        click.echo(json.dumps(document, indent=2))
    else:
        click.echo(_summary(counts, len(lost)))
    if failed:
        raise click.exceptions.Exit(2)
    if counts["refuted"]:
        raise click.exceptions.Exit(1)


def _summary(counts: dict[str, int], lost: int) -> str:
    """Return how many claims came out how, as in `3 claims: 2 proved, 1 refuted; 1 not reached`."""
    number = sum(counts.values())
    each = ", ".join(f"{n} {outcome}" for outcome, n in counts.items() if n)
    beside = f"; {lost} not reached" if lost else ""
    return f"{number} claim{'s' * (number != 1)}" + (f": {each}" if each else "") + beside


def _print(name: str, verdicts: Sequence[Any], unreached: Sequence[Any], quiet: bool) -> None:
    for verdict in verdicts:
        _print_verdict(name, verdict, quiet)
    for claim in unreached:
        click.echo(f"{name}:{claim.place.line}: not reached: {claim.text}")


def _print_verdict(name: str, verdict: Any, quiet: bool) -> None:
    if quiet and verdict.outcome in ("proved", "holds"):
        return
    note = f"  # {verdict.note}" if verdict.note and verdict.note not in verdict.text else ""
    click.echo(f"{name}:{verdict.place.line}: {verdict.outcome}: {verdict.text}{note}")
    if verdict.outcome == "undecided":
        click.echo(f"    {verdict.samples} samples agreed")
    if verdict.outcome == "refuted":
        click.echo(f"    {verdict.against()}")


def _lost(name: str, claim: Any) -> dict[str, Any]:
    return {"file": name, "line": claim.place.line, "column": claim.place.column, "claim": claim.text}


def _row(name: str, verdict: Any) -> dict[str, Any]:
    from symcnn.render.text import exact_json

    return {
        "file": name,
        "line": verdict.place.line,
        "column": verdict.place.column,
        "network": verdict.network or None,
        "claim": verdict.text,
        "note": verdict.note,
        "outcome": verdict.outcome,
        "samples": verdict.samples,
        "counterexample": None
        if verdict.counterexample is None
        else {s: exact_json(v) for s, v in verdict.counterexample.items()},
    }
