"""symcnn draw: the picture of a network."""

from __future__ import annotations

import click

from symcnn.cli.inputs import at_option, network_argument, read_network


@click.command("draw")
@network_argument
@at_option
@click.option("--net", "name", metavar="NAME", help="The `net` block to draw.")
@click.option(
    "--form", type=click.Choice(["svg", "mermaid"]),
    help="SVG, or Mermaid text for Markdown; svg, unless the output is named .mmd.",
)  # fmt: skip
@click.option(
    "--depth", type=click.IntRange(min=0), metavar="N",
    help="Open N levels of blocks; without it as many as fit about one page.",
)  # fmt: skip
@click.option(
    "--output", metavar="PATH", help="Write the file, in one step, in place of the standard output."
)
def command(
    file: str | None,
    text: str | None,
    at: str | None,
    name: str | None,
    form: str | None,
    depth: int | None,
    output: str | None,
) -> None:
    """Draw a network: layers as boxes, blocks as frames, shapes beside the arrows.

    A block of the same layers as one that is drawn stays closed and says so.

    \b
    symcnn draw lenet5 --output lenet5.svg
    symcnn draw resnet --net bottleneck --at defaults --output resnet50.svg
    symcnn draw googlenet --depth 0 --form mermaid
    symcnn draw -e "input 1@28x28; conv 5x5 -> 20; maxpool 2x2; fc -> 10"
    """
    from symcnn.render import picture

    network = read_network(file, text, at, name, "a picture")
    if form is None:
        form = "mermaid" if output is not None and output.endswith(".mmd") else "svg"
    drawn = (picture.to_mermaid if form == "mermaid" else picture.to_svg)(network, depth)
    if output is None:
        click.echo(drawn, nl=False)
        return
    from symcnn.cli.writing import write_file

    write_file(output, drawn)
