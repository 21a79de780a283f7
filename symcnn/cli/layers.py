"""symcnn layers: the registry with its formulas."""

from __future__ import annotations

import json

import click


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from symcnn.layers import registry

    return sorted(word for word in registry() if word.startswith(incomplete))


@click.command("layers")
@click.argument("word", required=False, shell_complete=_complete)
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown, with formulas in LaTeX.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
def command(word: str | None, form: str | None) -> None:
    """List the layers with their formulas, or show one.

    \b
    symcnn layers
    symcnn layers conv
    symcnn layers --markdown
    """
    from symcnn.render import registry
    from symcnn.verbs.describer import describe, describe_all

    descriptions = [describe(word)] if word is not None else describe_all()
    if form == "json":
        document = {"schema": "symcnn/layers/1", "layers": [registry.to_dict(d) for d in descriptions]}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    elif form == "markdown":
        click.echo(registry.to_markdown(descriptions), nl=False)
    else:
        click.echo(registry.to_text(descriptions, formulas=word is not None), nl=False)
