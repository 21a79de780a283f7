"""symcnn show: the table of a network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from symcnn.cli.inputs import at_option, network_argument, read_networks

if TYPE_CHECKING:
    from symcnn.network.measures import Convention


@click.command("show")
@network_argument
@at_option
@click.option("--columns", metavar="NAMES", help="Measures to show, as in shape,params,macs; 'all' for all.")
@click.option(
    "--flops", "convention", type=click.Choice(["2mac", "mac", "exact"]), default="2mac", show_default=True,
    help="How the column flops counts.",
)  # fmt: skip
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV.")
@click.option("--markdown", "form", flag_value="markdown", help="Print a Markdown table.")
@click.option("--latex", "form", flag_value="latex", help="Print a LaTeX table.")
@click.option("--html", "form", flag_value="html", help="Print an HTML table.")
def command(
    file: str | None,
    text: str | None,
    at: str | None,
    columns: str | None,
    convention: Convention,
    form: str | None,
) -> None:
    """Show the table of a network: every layer with its formulas, and the totals.

    FILE is a `.cnn` file, `-` for the standard input, or a network of the zoo.

    \b
    symcnn show lenet5
    symcnn show alexnet --at defaults --columns shape,weights,biases,params
    symcnn show net.cnn --at I=300,N=2*G --json
    symcnn show -e "input 1@28x28; conv 5x5 -> 20; maxpool 2x2; fc -> 10"
    """
    from symcnn.render.table import network_table

    chosen = None if columns is None else [name.strip() for name in columns.split(",") if name.strip()]
    networks = read_networks(file, text, at)
    _print([network_table(network, chosen, convention=convention) for network in networks], form)


def _print(tables: Sequence[Any], form: str | None) -> None:
    from symcnn.render import table

    if form == "json":
        document = {"schema": "symcnn/show/1", "networks": [table.to_json(t) for t in tables]}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    if form == "csv":
        several = [table.to_csv(t, network=t.title if len(tables) > 1 else None) for t in tables]
        heads, bodies = zip(*(text.split("\n", 1) for text in several), strict=True)
        click.echo("\n".join([heads[0], "".join(bodies)]), nl=False)
        return
    printers = {
        "markdown": table.to_markdown,
        "latex": table.to_latex,
        "html": table.to_html,
        None: table.to_terminal,
    }
    click.echo("\n".join(printers[form](t).rstrip("\n") + "\n" for t in tables), nl=False)
