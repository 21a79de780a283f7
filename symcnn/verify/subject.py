"""What is verified: a text, which of its networks, and values that are put in from the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sympy import Expr

from symcnn.algebra.exact import Value, evaluate
from symcnn.algebra.sampling import Point
from symcnn.api import Network
from symcnn.errors import UsageError
from symcnn.language import syntax
from symcnn.language.parser import parse
from symcnn.layers import vocabulary
from symcnn.network.state import Claim
from symcnn.source import Source
from symcnn.verbs.claims import claimed, given_to


@dataclass(frozen=True)
class Subject:
    """A network of a text at the values of a configuration; all its other symbols are free.

    >>> subject = Subject(Source("net", "input C @ 9x9; conv 3x3 -> N"), fixed={"C": 3})
    >>> list(subject.net.symbols)
    ['N']
    """

    source: Source
    block: str = ""  # the name of a `net` block
    fixed: Mapping[str, Value | Expr] = field(default_factory=dict)  # a formula of symbols that stay free
    config: str = ""
    alone: bool = False  # the text without the configuration is not verified besides

    @cached_property
    def net(self) -> Network:
        """The network, formulas and all; raises SymcnnError if there is none."""
        net = Network.of(self.source, self._text)
        if self.block:
            if self.block not in net.nets:
                raise UsageError(f"no network of the text is named '{self.block}'")
            net = net.nets[self.block]
        return net.at(dict(self.fixed)) if self.fixed else net

    @cached_property
    def program(self) -> syntax.Program:
        """The tree of the text, without its other networks."""
        program = self._text
        others = (s for s in program.statements if isinstance(s, syntax.Net) and s.name != self.block)
        left_out = set(map(id, others))
        return replace(program, statements=tuple(s for s in program.statements if id(s) not in left_out))

    @cached_property
    def _text(self) -> syntax.Program:
        return parse(self.source, vocabulary())

    @property
    def name(self) -> str:
        """The file, with the network and the configuration in it."""
        return " ".join(filter(None, (self.source.name, self.block, self.config)))

    def claims(self) -> Iterator[tuple[Network, Claim]]:
        """Yield the claims to decide, each with the network that it speaks of.

        A claim with `given` speaks of the text as it is. So where a configuration is put in, it is
        left to that text, unless the configuration is verified alone.

        >>> text = "symbol N = 4; input 1@9; conv 3 -> N; assert maps == N; assert maps == 4 given defaults"
        >>> [len(list(Subject(Source("net", text), "", fixed).claims())) for fixed in ({}, {"N": 2})]
        [2, 1]
        """
        yield from ((self.net, c) for c in claimed(self.net) if not (self.fixed and given_to(c)))
        if self.fixed and self.alone:
            whole = Subject(self.source, self.block).net
            yield from ((whole, c) for c in claimed(whole) if given_to(c))

    def numbers(self, point: Point) -> dict[str, Value]:
        """Return the values of all symbols by name."""
        fixed = {n: evaluate(v, point) if isinstance(v, Expr) else v for n, v in self.fixed.items()}
        return {**fixed, **{s.name: value for s, value in point.items()}}


def subjects(source: Source, configurations: bool = True) -> Iterator[Subject]:
    """Yield every network of a text, with all symbols free and in each of its configurations.

    >>> from symcnn.catalogue import entry
    >>> [subject.config for subject in subjects(entry("squeezenet"))]
    ['', 'squeezenet1_0', '', 'squeezenet1_1']
    """
    whole = Network.read(source)
    nets = [net for net in (whole, *whole.nets.values()) if net.has_layers or net.claims]
    for net in nets:
        subject = Subject(source, net.name)
        subject.__dict__["net"] = net  # read already
        yield subject
        for config, values in net.configs.items() if configurations else ():
            fixed = {name: v if v.free_symbols else evaluate(v, {}) for name, v in values.items()}
            yield Subject(source, net.name, fixed, config)
