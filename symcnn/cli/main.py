"""The group of commands; each command loads when it is called, so `--help` is quick."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module

import click

from symcnn import __version__
from symcnn.cli.patience import told
from symcnn.errors import SymcnnError

COMMANDS = {
    "show": "Show the table of a network: sizes, parameters and costs of every layer.",
    "explain": "Show the working of one layer: formula, values, result.",
    "formula": "Print one formula: a measure of the network or of a layer.",
    "draw": "Draw the picture of a network, as SVG or Mermaid.",
    "export": "Write a network at given numbers as a program for PyTorch.",
    "check": "Check the claims of texts; exit code 1 if one is refuted.",
    "verify": "Compare all numbers of a network in several independent ways; prove by Z3.",
    "fmt": "Put texts into the canonical layout.",
    "layers": "List the layers with their formulas.",
    "zoo": "List the published networks that come along, or print one.",
}


class _Unread(Exception):
    """Nobody reads the output any more."""


class _Commands(click.Group):
    """A group whose commands live in modules of their own, loaded when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"symcnn.cli.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # click would end with 1, the code for findings
            raise _Unread from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 findings, 2 mistakes in a text or a command.",
)
@click.version_option(__version__, prog_name="symcnn")
def cli() -> None:
    """Formulas of convolutional networks: sizes, parameters and costs stay symbolic.

    \b
    symcnn show lenet5                       a table of formulas
    symcnn show alexnet --at defaults        the same in numbers
    symcnn show -e "input C @ I x I; conv K -> N"
    symcnn explain lenet5 C3                 the working of a layer
    symcnn check notes/*.cnn                 are the claims still true?

    \b
    Shell completion (bash; also zsh, fish):
      eval "$(_SYMCNN_COMPLETE=bash_source symcnn)"
    """


def main() -> None:
    """Run the command line; a mistake of the user ends in a message and exit code 2."""
    atexit.register(gc.freeze)  # the end frees everything: to search for garbage first takes a second
    try:
        code = cli.main(prog_name="symcnn", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code or 0)
    except (SymcnnError, MemoryError) as error:
        click.echo(told(error), err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except _Unread:
        os._exit(0)  # as with `| head`; not sys.exit: flushing the same output again would fail
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except OSError as error:  # the output cannot be written, as on a full disk
        click.echo(f"error: cannot write the output: {(error.strerror or str(error)).lower()}", err=True)
        os._exit(2)
