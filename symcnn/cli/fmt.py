"""symcnn fmt: the canonical layout. Does not load SymPy."""

from __future__ import annotations

import difflib

import click

from symcnn.cli.patience import be_patient, stop, told
from symcnn.errors import SymcnnError
from symcnn.files import read_file
from symcnn.source import Source


@click.command("fmt")
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("-e", "text", metavar="TEXT", help="Format this text and print it.")
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
def command(files: tuple[str, ...], text: str | None, check: bool, diff: bool) -> None:
    """Put texts into the canonical layout: spacing and indentation only.

    Words, comments and line breaks stay where they are. FILE is rewritten in place, in one
    step; `-` reads the standard input and prints the result.

    \b
    symcnn fmt net.cnn other.cnn
    symcnn fmt --check --diff *.cnn
    symcnn fmt - < net.cnn
    """
    if not files and text is None:
        raise click.UsageError("name a file, '-', or give a text with -e")
    click.get_current_context().call_on_close(stop)
    changed = failed = 0
    for name in files:
        try:
            changed += _format(read_file(name), check=check, diff=diff, in_place=name != "-")
        except (SymcnnError, MemoryError) as error:  # the other files are still done
            click.echo(told(error), err=True)
            failed += 1
    if text is not None:
        changed += _format(Source("<text>", text), check=check, diff=diff, in_place=False)
    if failed:
        raise click.exceptions.Exit(2)
    if changed and check:
        raise click.exceptions.Exit(1)


def _format(source: Source, *, check: bool, diff: bool, in_place: bool) -> int:
    """Format one text; return 1 if that changes it."""
    from symcnn.language.formatter import format
    from symcnn.layers import vocabulary

    be_patient(source)
    try:
        text = format(source, vocabulary())
    except SymcnnError as error:
        raise error.locate(source) from None
    changed = text != source.text
    if diff:
        click.echo(_difference(source, text), nl=False)
    elif check:
        if changed:
            click.echo(f"would change {source.name}", err=True)
    elif not in_place:
        click.echo(text, nl=False)
    elif changed:
        from symcnn.cli.writing import replace_file

        replace_file(source, text)
        click.echo(f"formatted {source.name}", err=True)
    return int(changed)


def _difference(source: Source, text: str) -> str:
    lines = difflib.unified_diff(
        source.text.splitlines(keepends=True), text.splitlines(keepends=True), source.name, source.name
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
