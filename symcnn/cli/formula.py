"""symcnn formula: one formula, in the form asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from symcnn.cli.inputs import at_option, network_argument, read_network

if TYPE_CHECKING:
    from symcnn.network.measures import Convention


@click.command("formula")
@network_argument
@click.argument("measure", required=False, metavar="MEASURE[(LABEL)]")
@at_option
@click.option("--expand", "form", flag_value="expand", help="Multiply out.")
@click.option("--factor", "form", flag_value="factor", help="Write as a product.")
@click.option("--collect", "letters", metavar="SYMBOLS", help="Order by powers of these symbols, as in N,K.")
@click.option(
    "--flops", "convention", type=click.Choice(["2mac", "mac", "exact"]), default="2mac", show_default=True,
    help="How flops counts.",
)  # fmt: skip
@click.option("--net", "name", metavar="NAME", help="The `net` block to look in.")
@click.option("--ascii", "output", flag_value="ascii", help="Print in the language of symcnn.")
@click.option("--latex", "output", flag_value="latex", help="Print LaTeX.")
@click.option("--json", "output", flag_value="json", help="Print JSON.")
def command(
    file: str | None,
    text: str | None,
    measure: str | None,
    at: str | None,
    form: str | None,
    letters: str | None,
    convention: Convention,
    name: str | None,
    output: str | None,
) -> None:
    """Print one formula: a measure of the network, of a layer, or a formula of such.

    \b
    symcnn formula lenet5 params
    symcnn formula alexnet "size(pool3)"
    symcnn formula one-conv connections --expand
    symcnn formula vgg.cnn "macs / params" --at I=224
    symcnn formula net.cnn params --collect N
    """
    from symcnn.render.answer import to_dict, to_text
    from symcnn.render.latex import answer_latex
    from symcnn.verbs.inquirer import ask
    from symcnn.verbs.simplifier import reshape

    if text is not None and measure is None:  # with -e the only word is the measure
        file, measure = None, file
    if measure is None:
        raise click.UsageError("name a measure, as params or size(pool3)")
    network = read_network(file, text, at, name, "a formula")
    answer = ask(network, measure, convention=convention)
    answer = reshape(answer, form, letters.split(",") if letters else [])
    if output == "json":
        document = {"schema": "symcnn/formula/1", "formula": measure, **to_dict(answer)}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        click.echo(answer_latex(answer) if output == "latex" else to_text(answer, ascii=output == "ascii"))
