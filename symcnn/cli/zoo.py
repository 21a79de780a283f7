"""symcnn zoo: the published networks that come along."""

from __future__ import annotations

import json
from textwrap import wrap

import click


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from symcnn.catalogue import configurations, names

    return [name for name in (*names(), *configurations()) if name.startswith(incomplete)]


@click.command("zoo")
@click.argument("name", required=False, shell_complete=_complete)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(name: str | None, as_json: bool) -> None:
    """List the networks of the zoo with their configurations, or print the text of one.

    \b
    symcnn zoo
    symcnn zoo lenet5 > my-lenet.cnn
    """
    from symcnn import catalogue

    if name is not None:
        source = catalogue.entry(catalogue.configurations().get(name, name))
        if as_json:
            document = {"schema": "symcnn/zoo/1", "name": name, "text": source.text}
            click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        else:
            click.echo(source.text, nl=False)
        return
    configs: dict[str, list[str]] = {known: [] for known in catalogue.names()}
    for config, family in catalogue.configurations().items():
        configs[family].append(config)
    titles = {known: catalogue.title(catalogue.entry(known)) for known in configs}
    if as_json:
        networks = [{"name": n, "title": titles[n], "configurations": configs[n]} for n in configs]
        click.echo(json.dumps({"schema": "symcnn/zoo/1", "networks": networks}, indent=2, ensure_ascii=False))
        return
    width = max(map(len, titles))
    for known, title in titles.items():
        click.echo(f"{known:{width}}  {title}")
        for line in wrap(", ".join(configs[known]), 96 - width):
            click.echo(f"{'':{width}}    {line}")
