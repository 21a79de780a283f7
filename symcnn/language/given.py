"""The nodes of a list of values: `given defaults, resnet50, I = 256`."""

from __future__ import annotations

from dataclasses import dataclass

from symcnn.language.expressions import Expr, Node


@dataclass(frozen=True, eq=False, repr=False)
class Defaults(Node):
    """`defaults`: the declared default of every symbol that has one."""


@dataclass(frozen=True, eq=False, repr=False)
class ConfigName(Node):
    """`resnet50`: the values of the config of that name."""

    name: str


@dataclass(frozen=True, eq=False, repr=False)
class Binding(Node):
    """`N = 64`."""

    name: str
    value: Expr


Entry = Defaults | ConfigName | Binding


@dataclass(frozen=True, eq=False, repr=False)
class Given(Node):
    """Values for symbols, in the order in which they are written.

    >>> given = Given((Defaults(), ConfigName("resnet50")))
    >>> given.defaults, [config.name for config in given.configs], given.bindings
    (True, ['resnet50'], ())
    """

    entries: tuple[Entry, ...]

    @property
    def defaults(self) -> bool:
        """Whether `defaults` is in the list."""
        return any(isinstance(entry, Defaults) for entry in self.entries)

    @property
    def configs(self) -> tuple[ConfigName, ...]:
        """The names of configs in the list."""
        return tuple(entry for entry in self.entries if isinstance(entry, ConfigName))

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The values that are written out."""
        return tuple(entry for entry in self.entries if isinstance(entry, Binding))
