"""symcnn explain: the working of one layer."""

from __future__ import annotations

import json

import click

from symcnn.cli.inputs import at_option, network_argument, read_network


@click.command("explain")
@network_argument
@click.argument("label", required=False)
@at_option
@click.option("--letters", is_flag=True, help="Leave the symbols free even where all have defaults.")
@click.option("--net", "name", metavar="NAME", help="The `net` block to look in.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    file: str | None,
    text: str | None,
    label: str | None,
    at: str | None,
    letters: bool,
    name: str | None,
    as_json: bool,
) -> None:
    """Show the working of one layer: the general formula, with values, the result.

    Values are the declared defaults where every symbol has one, unless --at gives others.

    \b
    symcnn explain lenet5 C1
    symcnn explain alexnet conv1 --at I=224
    symcnn explain -e "input 3@32x32; conv 5x5 -> 6" conv1
    """
    from symcnn.render.working import to_dict, to_text
    from symcnn.verbs.explainer import explain

    if text is not None and label is None:  # with -e the only word is the label
        file, label = None, file
    if label is None:
        raise click.UsageError("name the label of a layer")
    network = read_network(file, text, at, name, "an explanation")
    if at is None and not letters and network.symbols and set(network.defaults) == set(network.symbols):
        network = network.at(network.defaults)
    explanation = explain(network, label)
    if as_json:
        click.echo(
            json.dumps({"schema": "symcnn/explain/1", **to_dict(explanation)}, indent=2, ensure_ascii=False)
        )
    else:
        click.echo(to_text(explanation))
