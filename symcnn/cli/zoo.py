"""symcnn zoo: the published networks that come along."""

from __future__ import annotations

import json

import click


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from symcnn.catalogue import names

    return [name for name in names() if name.startswith(incomplete)]


@click.command("zoo")
@click.argument("name", required=False, shell_complete=_complete)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(name: str | None, as_json: bool) -> None:
    """List the networks of the zoo, or print the text of one.

    \b
    symcnn zoo
    symcnn zoo lenet5 > my-lenet.cnn
    """
    from symcnn import catalogue

    if name is not None:
        source = catalogue.entry(name)
        if as_json:
            document = {"schema": "symcnn/zoo/1", "name": name, "text": source.text}
            click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        else:
            click.echo(source.text, nl=False)
        return
    titles = {known: catalogue.title(catalogue.entry(known)) for known in catalogue.names()}
    if as_json:
        networks = [{"name": known, "title": title} for known, title in titles.items()]
        click.echo(json.dumps({"schema": "symcnn/zoo/1", "networks": networks}, indent=2, ensure_ascii=False))
        return
    width = max(map(len, titles))
    for known, title in titles.items():
        click.echo(f"{known:{width}}  {title}")
