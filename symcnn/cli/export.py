"""symcnn export: a network as the program of another framework."""

from __future__ import annotations

import click

from symcnn.cli.inputs import at_option, network_argument, read_network


@click.command("export")
@network_argument
@click.option("--to", "target", type=click.Choice(["torch"]), required=True, help="For which framework.")
@at_option
@click.option("--net", "name", metavar="NAME", help="The `net` block to export.")
@click.option(
    "-o", "--output", metavar="PATH", help="Write the file, in one step, in place of the standard output."
)
def command(
    file: str | None, text: str | None, target: str, at: str | None, name: str | None, output: str | None
) -> None:
    """Write a network, at given numbers, as a program.

    For PyTorch: Python source with one class, its layers named after the labels, every line with
    the shape that comes out. It needs PyTorch to run, and to be written nothing.

    \b
    symcnn export lenet5 --to torch --at defaults
    symcnn export resnet50 --to torch --at defaults --output resnet50.py
    symcnn export -e "input 1@28x28; conv 5x5 -> 20; fc -> 10" --to torch
    """
    from symcnn.bridges.source import to_source

    source = to_source(read_network(file, text, at, name, "a program"))
    if output is None:
        click.echo(source, nl=False)
        return
    from symcnn.cli.writing import write_file

    write_file(output, source)
