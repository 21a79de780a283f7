"""What people call: read a text, and the network with every verb as a method."""

from __future__ import annotations

from collections.abc import Sequence

from symcnn.catalogue import configurations, entry, names
from symcnn.files import read_file
from symcnn.language import formatter
from symcnn.layers import vocabulary
from symcnn.network.measures import Convention
from symcnn.network.model import Model
from symcnn.numeric.evaluator import Compiled
from symcnn.render.table import Table, network_table, to_html, to_terminal
from symcnn.source import Source
from symcnn.verbs import claims
from symcnn.verbs.claims import Verdict
from symcnn.verbs.compiler import compiled
from symcnn.verbs.unreached import Unreached, unreached


class Listing(Table):
    """A table that shows itself: as text when printed, as HTML in a notebook."""

    def __repr__(self) -> str:
        return to_terminal(self, 120)

    def _repr_html_(self) -> str:
        return to_html(self)


class Network(Model):
    """The formulas of the network that a text describes.

    Measures (`params`, `macs`, `connections`, `shape`, `size`, `receptive`, ...) are SymPy
    expressions in the free symbols of the text; `net["conv1"]` has the same of one layer.

    >>> net = parse("input C @ I x I; conv K -> N, stride S, pad P")
    >>> net.params, net.size, net.valid
    (N*(C*K**2 + 1), (I - K + 2*P)//S + 1, I + 2*P >= K)
    >>> net.at(C=3, I=227, K=11, N=96, S=4, P=0).shape
    Shape(maps=96, extents=(55, 55))
    """

    def check(self) -> tuple[Verdict, ...]:
        """Return a verdict for every claim of the text: proved, holds, refuted or undecided.

        >>> [v.outcome for v in parse("input 1@8x8; conv 3x3 -> 4; assert params == 40").check()]
        ['proved']
        """
        return claims.check(self)

    def unreached(self) -> tuple[Unreached, ...]:
        """Return the claims without a verdict, each with its place and text: they stand where nothing is.

        That is in a `def` that nobody calls, in a side of an `if`, or in a round, that there is not.

        >>> net = parse("def f() { relu; assert size == 3 }; input 1@9; assert size == 9")
        >>> len(net.check()), [claim.text for claim in net.unreached()]
        (1, ['assert size == 3'])
        """
        return unreached(self)

    def compile(self, *questions: str, convention: Convention = "2mac") -> Compiled:
        """Return a function of the symbols that answers questions, for numbers or arrays, exactly.

        A question is a measure, `size(pool1)` or `macs / params`; without any they are the totals.
        Raises LanguageError or NetworkError for a question that has no answer.

        >>> count = parse("input C @ I x I; conv K -> N").compile("params", "macs")
        >>> count(C=3, I=227, K=11, N=96)
        (34944, 1640957472)
        """
        return compiled(self, questions, convention=convention)

    def table(self, columns: Sequence[str] | None = None) -> Listing:
        """Return the table of the layers: a row each, the chosen measures, and the totals.

        Raises UsageError for a column that is no measure.
        """
        table = network_table(self, columns)
        return Listing(table.title, table.columns, table.rows, table.total, table.notes)

    def __repr__(self) -> str:
        free = f", free symbols {', '.join(self.symbols)}" if self.symbols else ""
        if self.nets and not self._elaborated.root.parts:
            return f"<Network {self.source.name}: {len(self.nets)} networks>"
        return f"<Network {self.name or self.source.name}: {len(list(self.root.leaves))} layers{free}>"

    def _repr_html_(self) -> str:
        several = list(self.nets.values())
        return "".join(
            to_html(net.table()) for net in ([self] if self.has_layers or not several else several)
        )


def parse(text: str, *, name: str = "<text>") -> Network:
    """Return the network that a text describes; `name` stands in messages.

    Raises LanguageError where the text cannot be read, NetworkError where it describes
    no network; both say where, why and what to do.

    >>> parse("input 1@32x32; C1: conv 5x5 -> 6")["C1"].connections
    122304
    """
    return Network.read(Source(name, text))


def load(path: str) -> Network:
    """Return the network of a `.cnn` file (UTF-8, at most 1 MiB).

    Raises UsageError if the file cannot be read, else as `parse`.

    >>> load("no such file.cnn")
    Traceback (most recent call last):
        ...
    symcnn.errors.UsageError: error: cannot read 'no such file.cnn': no such file or directory
    """
    return Network.read(read_file(path))


def zoo(name: str) -> Network:
    """Return a network of the catalogue, or a configuration of a family at its values.

    Raises UsageError for an unknown name.

    >>> zoo("alexnet").at(I=227, classes=1000).params
    62378344
    >>> zoo("resnet50").at(I=224, N=64, classes=1000).params
    25557032
    """
    if name in names() or name not in configurations():
        return Network.read(entry(name))
    family = Network.read(entry(configurations()[name]))
    net = next(net for net in (family, *family.nets.values()) if name in net.configs)
    return net.at(net.configs[name])


def format(text: str, *, name: str = "<text>") -> str:
    r"""Return the text in the canonical layout; words, comments and line breaks stay.

    Raises LanguageError where the text cannot be read.

    >>> format("conv 3x3->8,stride 2")
    'conv 3x3 -> 8, stride 2\n'
    """
    return formatter.format(Source(name, text), vocabulary())
