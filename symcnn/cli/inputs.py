"""What commands share: where the network comes from, and at which values."""

from __future__ import annotations

from collections.abc import Callable
from os.path import exists
from typing import Any, TypeVar

import click

from symcnn.cli.patience import be_patient, stop
from symcnn.errors import SymcnnError, UsageError
from symcnn.source import Source

F = TypeVar("F", bound=Callable[..., Any])


def network_argument(command: F) -> F:
    """Add the argument FILE and the option -e, from which `read_network` takes the network."""
    text = click.option("-e", "text", metavar="TEXT", help="Take this text instead of a file.")
    file = click.argument("file", required=False, metavar="[FILE|NAME]", shell_complete=complete_network)
    return file(text(command))


def at_option(command: F) -> F:
    """Add the option --at, whose values `specialise` puts in."""
    return click.option(
        "--at",
        metavar="VALUES",
        help="Put values in: I=227,N=2*G, or 'defaults', or both.",
    )(command)


def read_source(file: str | None, text: str | None) -> Source:
    """Return the text named on the command line: a file, `-`, a network of the zoo, or -e.

    From here on the command has so much time for this text.
    """
    source = _find_source(file, text)
    be_patient(source)
    click.get_current_context().call_on_close(stop)
    return source


def _find_source(file: str | None, text: str | None) -> Source:
    from symcnn.catalogue import configurations, entry, names, suggestion
    from symcnn.files import read_file, shown

    if text is not None:
        if file is not None:
            raise UsageError("a file and a text (-e) are given", hint="give one of them")
        return Source("<text>", text)
    if file is None:
        raise UsageError(
            "no network is given", hint="name a .cnn file, '-', one of the zoo, or give a text with -e"
        )
    if file == "-" or exists(file) or file.endswith(".cnn"):
        return read_file(file)
    if file in names():
        return entry(file)
    if file in configurations():
        return entry(configurations()[file])
    raise UsageError(f"no file and no network of the zoo is named '{shown(file)}'", hint=suggestion(file))


def read_networks(file: str | None, text: str | None, at: str | None = None) -> list[Any]:
    """Return the network named on the command line, or those of its `net` blocks, at the values of --at.

    A configuration of the zoo (`resnet50`) is its family at the values of that config.
    """
    from symcnn.api import Network

    source = read_source(file, text)
    network = Network.read(source)
    networks = list(network.nets.values())
    if network.has_layers or not networks:
        networks.insert(0, network)
    if file is not None and is_configuration(file, source):
        networks = _specialise(networks, file)
    return networks if at is None else _specialise(networks, at)


def is_configuration(name: str, source: Source) -> bool:
    """Whether a source was found as the family of a configuration of the zoo with this name."""
    from symcnn.catalogue import configurations, names

    family = configurations().get(name)
    return name not in names() and source.name == f"zoo/{family}.cnn"


def _specialise(networks: list[Any], at: str) -> list[Any]:
    from symcnn.language.parser import parse_given
    from symcnn.layers import vocabulary
    from symcnn.verbs.substitutor import substitute

    source = Source("--at", at)
    try:
        given = parse_given(source, vocabulary())
    except SymcnnError as error:
        raise error.locate(source) from None
    return substitute(networks, given, source)


def read_network(file: str | None, text: str | None, at: str | None, name: str | None, what: str) -> Any:
    """Return the one network that a command is about, by the name of its `net` block if that is given.

    Raises UsageError if there are none or several, with the names that there are.
    """
    networks = read_networks(file, text, at)
    names = ", ".join(f"'{n.name}'" for n in networks if n.name)
    found = [network for network in networks if name in (None, network.name)]
    if not found:
        there = f"there is {names or 'one without name'}" + " at these values" * (at is not None)
        raise UsageError(f"no network of the text is named '{name}'", hint=there)
    if len(found) > 1:
        raise UsageError(
            f"the text holds several networks, {what} is of one", hint=f"choose with --net: {names}"
        )
    return found[0]


def complete_network(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """Return the networks of the zoo, and files, that a word may become."""
    from click.shell_completion import CompletionItem

    from symcnn.catalogue import configurations, names

    known = [*names(), *configurations()]
    zoo = [CompletionItem(name) for name in known if name.startswith(incomplete)]
    return [*zoo, CompletionItem(incomplete, type="file")]
