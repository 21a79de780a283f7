"""From the parts of a network to a diagram: what is drawn, what is folded into what, what is left closed.

Quiet layers are words of the item before them. Blocks become frames down to a depth. A block
of the same layers as one that is drawn stays closed and says so: "like conv2" for the same kinds of
layers, "as conv2" where all sizes agree, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count as numbers
from typing import Any, TypeVar

from symcnn.depth import deep_recursion
from symcnn.layers.merge import Merge as Meeting
from symcnn.layers.reshape import Input
from symcnn.network.graph import Group, Jump, Merge, Node, Part, Repeat
from symcnn.network.labels import every, plain
from symcnn.network.model import Model
from symcnn.render.caption import Titles, caption, detail, layers_text, params_text, shape_caption
from symcnn.render.diagram import Box, Diagram, Fork, Frame, Item, Joint, Series, Skip, items
from symcnn.render.lettering import LONGER
from symcnn.render.likeness import begins_anew, count, equal, family, is_quiet, is_single, passes, skeleton
from symcnn.render.repeats import Block, badges, block_of, rounds_of
from symcnn.render.text import shortened

Worded = TypeVar("Worded", bound=Box | Joint)


def diagram(model: Model, depth: int) -> Diagram:
    """Return the diagram of a network with blocks opened so many levels deep.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input 3@9x9; b: { conv 3 -> 4; relu; conv 3 -> 8 }; fc -> 2"))
    >>> [type(item).__name__ for item in diagram(net, 1).body.items]
    ['Box', 'Frame', 'Box']
    >>> [item.title for item in diagram(net, 0).body.items]
    ['input 3@9x9', 'b', 'fc → 2']
    """
    with deep_recursion():
        return _Folder(model, depth).diagram()


@dataclass(frozen=True)
class _Place:
    """Where a part stands: how many frames are around it, whether in a `def`, a label that it may bear."""

    level: int = 0
    local: bool = False
    name: str = ""


class _Folder:
    """Reads the parts of one network."""

    def __init__(self, model: Model, depth: int) -> None:
        self.model, self.depth = model, depth
        self.titles = Titles(model)
        self.keys = numbers(1)
        self.homes: dict[str, int] = {}  # label -> the item that its tensor leaves
        self.sealed: set[int] = set()  # items whose tensor is named elsewhere
        self.taken: list[tuple[str, int]] = []  # label of a tensor, the joint that takes it
        self.drawn: dict[Any, Block] = {}  # kind of a block -> the one that is drawn
        self.complete = True
        nodes = model.root.leaves
        self.named = {plain(source) for node in nodes for source in node.sources}
        self.named |= {plain(p.origin) for p, _ in every(model.root) if isinstance(p, Jump)}
        self.named |= {plain(part.label) for part in model.outputs.values()}

    # ---------------------------------------------------------------- the whole
    def diagram(self) -> Diagram:
        """Return the diagram of the network."""
        model, root = self.model, self.model.root
        body = Series(self.series(root.parts, _Place()), "")
        found = ((self.source(label), key) for label, key in self.taken)
        skips = tuple(dict.fromkeys(Skip(home, key) for home, key in found if home and home != key))
        outputs = {self.source(part.label) for part in model.outputs.values()} - {0}
        ends = outputs if model.outputs else _ends(body, {skip.source for skip in skips})
        if body.items and outputs == {body.items[-1].key}:
            outputs = set()  # the last one is the output, as everywhere
        summary = f"A network: {layers_text(count(root))}{params_text(root)}."
        return Diagram(
            title=model.name or model.source.title,
            summary=summary,
            body=body,
            skips=skips,
            ends=frozenset(ends),
            outputs=frozenset(outputs),
            complete=self.complete,
        )

    def series(self, parts: Iterable[Part], place: _Place) -> tuple[Item, ...]:
        """Return the items of parts in a row."""
        found: list[Item] = []
        for part in parts:
            self.add(found, part, place)
        return tuple(found)

    # ---------------------------------------------------------------- parts
    def add(self, found: list[Item], part: Part, place: _Place) -> None:
        """Add what is drawn of a part to the items of a series."""
        if isinstance(part, Node):
            self.node(found, part, place)
        elif isinstance(part, Jump):
            joint = self.joint(part, "from", (self.titles.quoted(part),), fresh=True)
            self.taken.append((part.origin, joint.key))
            found.append(joint)
        elif isinstance(part, Merge):
            found.append(self.fork(part, place))
        elif isinstance(part, Repeat):
            for block in rounds_of(part, self.titles, local=place.local):
                self.rounds(found, block, place)
        elif self.titles.is_block(part) and not is_single(part):
            self.block(found, block_of(part, self.titles, local=place.local), place)
        else:
            inside = place.local or bool(self.titles.called(part))
            name = self.titles.name(part) or place.name
            for inner in part.inner:
                self.add(found, inner, replace(place, local=inside, name=name))
        if found:
            self.home(part.label, found[-1].key)

    def home(self, label: str, key: int) -> None:
        """Note which item the tensor of a label leaves."""
        if label:
            self.homes[label] = self.homes[plain(label)] = key
            if plain(label) in self.named:
                self.sealed.add(key)

    def source(self, label: str) -> int:
        """Return the item that the tensor of a label leaves, in any round if not in that one; 0 for none."""
        return self.homes.get(label) or self.homes.get(plain(label), 0)

    def node(self, found: list[Item], node: Node, place: _Place) -> None:
        """Add a layer: as a joint, as words of the item before it, or as a box."""
        if isinstance(node.layer, Meeting):
            names = self.titles.operands(node)
            joint = self.joint(node, node.layer.kind, names)
            self.taken += [(source, joint.key) for source in node.sources]
            found.append(joint)
        elif is_quiet(node) and found and (longer := self.absorbed(found[-1], node)):
            found[-1] = longer
        else:
            found.append(self.box(node, place.name, fresh=isinstance(node.layer, Input)))

    def absorbed(self, item: Item, node: Node) -> Item | None:
        """Return an item with a quiet layer as words behind it; None if its tensor is needed elsewhere."""
        if item.key in self.sealed:
            return None
        if isinstance(item, Fork):
            joint = _with_words(item.joint, node)
            return replace(item, joint=joint, shape=joint.shape)
        if isinstance(item, Frame) or (isinstance(item, Box) and (item.closed or item.times or item.fresh)):
            return None
        return _with_words(item, node)

    def box(self, node: Node, name: str, *, fresh: bool) -> Box:
        """Return a layer as a box."""
        own = self.titles.name(node) or name
        shared = (f"weights of {node.shares}",) if node.shares else ()
        return Box(
            key=next(self.keys), shape=_shape(node), layers=1, hint=(detail(node),), fresh=fresh,
            name=own, title=caption(node.layer), words=shared, family=family(node),
        )  # fmt: skip

    def joint(self, part: Part, sign: Any, names: Sequence[str], *, fresh: bool = False) -> Joint:
        """Return a place where tensors meet."""
        return Joint(
            key=next(self.keys), shape=_shape(part), layers=int(isinstance(part, Node)), fresh=fresh,
            hint=(" ".join((sign, ", ".join(names))).strip(),), sign=sign, names=tuple(names),
            name=self.titles.name(part),
        )  # fmt: skip

    def fork(self, part: Merge, place: _Place) -> Fork:
        """Return branches and their joint."""
        branches = tuple(self.branch(branch, replace(place, name="")) for branch in part.branches)
        end = part.parts[-1]
        kind = end.layer.kind if isinstance(end, Node) and isinstance(end.layer, Meeting) else "add"
        joint = self.joint(end, kind, ())
        self.home(end.label, joint.key)
        joint = replace(joint, name=self.titles.name(part))
        return Fork(
            key=joint.key, shape=joint.shape, layers=0, hint=joint.hint, branches=branches, joint=joint,
            fresh=all(branch.items and branch.items[0].fresh for branch in branches),
        )  # fmt: skip

    def branch(self, part: Part, place: _Place) -> Series:
        """Return a branch; one that changes nothing has no items."""
        if passes(part) and not any(plain(p.label) in self.named for p, _ in every(part)):
            return Series((), shape_caption(part.input), _leaves(part))
        inner = part.inner if type(part) is Group else (part,)
        return Series(self.series(inner, place), shape_caption(part.input))

    # ---------------------------------------------------------------- blocks
    def rounds(self, found: list[Item], block: Block, place: _Place) -> None:
        """Add rounds of a repeat that are drawn together: as one box, a frame, or what they are."""
        inside = replace(place, name=block.name)
        if is_single(block.body) or not (block.times or block.title):
            taken = len(self.taken)
            inner = self.series([block.body], inside) if block.times else ()
            if len(inner) == 1 and isinstance(inner[0], Box):
                box = inner[0]
                words = (*box.words, *filter(None, [block.index]))
                leaving = shape_caption(block.leaving)
                layers = _leaves(block.whole)
                found.append(replace(box, times=block.times, words=words, layers=layers, shape=leaving))
                return
            del self.taken[taken:]  # by items that are not drawn
            if not block.times:
                for part in block.body.inner:
                    self.add(found, part, inside)
                return
        self.block(found, block, place)

    def block(self, found: list[Item], block: Block, place: _Place) -> None:
        """Add a block: as a frame, or closed if its like is drawn elsewhere, or it lies too deep."""
        body = block.body
        kind = (self.titles.called(body), skeleton(body))
        if kind in self.drawn:
            other = self.drawn[kind]
            # formulas of an index are the same only over the same rounds
            same = block.index == other.index and all(equal(other.body, each) for each in block.members)
            ours, theirs = (badges(part, self.titles) for part in (body, other.body))
            differing = [*(ours if ours != theirs else ()), *(() if same else filter(None, [block.index]))]
            counted = f" with {', '.join(differing)}" if differing else ""
            found.append(self.closed(block, f"{'as' if same else 'like'} {other.name or 'above'}{counted}"))
        elif place.level >= self.depth:
            self.complete = False
            found.append(self.closed(block, layers_text(count(body))))
        else:
            key = next(self.keys)
            self.drawn[kind] = block
            local = place.local or bool(self.titles.called(body))
            inner = self.series(body.inner, _Place(place.level + 1, local))
            title = ", ".join(filter(None, (shortened(block.title, LONGER), block.index)))
            arriving = shape_caption(block.arriving) if block.arriving else ""
            found.append(
                Frame(
                    key=key, shape=shape_caption(block.leaving), layers=_leaves(block.whole) - _leaves(body),
                    hint=self.about(block), title=title, times=block.times,
                    fresh=bool(inner) and inner[0].fresh, body=Series(inner, arriving),
                )
            )  # fmt: skip
        self.home(body.label, found[-1].key)

    def closed(self, block: Block, phrase: str) -> Box:
        """Return a block that is not opened."""
        key = next(self.keys)
        for inner, _ in every(block.whole):
            self.home(inner.label, key)
            named = inner.sources if isinstance(inner, Node) else ()
            named = (inner.origin,) if isinstance(inner, Jump) else named
            self.taken += [(label, key) for label in named]
        return Box(
            key=key, shape=shape_caption(block.leaving), layers=_leaves(block.whole), hint=self.about(block),
            fresh=begins_anew(block.body), title=block.title or phrase, family="block", closed=True,
            words=(phrase,) if block.title else (), times=block.times,
        )  # fmt: skip

    def about(self, block: Block) -> tuple[str, ...]:
        """Return what a block stands for."""
        title = block.title or block.whole.label
        return (f"{title}: {layers_text(count(block.whole))}{params_text(block.whole)}".lstrip(": "),)


def _with_words(item: Worded, node: Node) -> Worded:
    """Return an item with a quiet layer behind it."""
    return replace(
        item, words=(*item.words, caption(node.layer)), layers=item.layers + 1, shape=_shape(node),
        hint=(*item.hint, detail(node)),
    )  # fmt: skip


def _ends(body: Series, sources: set[int]) -> set[int]:
    """Return the items after which nothing follows: the last one, and those before a new beginning."""
    every_series = [body, *(inner for item in items(body) for inner in item.inner)]
    pairs = [pair for series in every_series for pair in zip(series.items, series.items[1:], strict=False)]
    ends = {before.key for before, after in pairs if after.fresh and before.key not in sources}
    return ends | {item.key for item in body.items[-1:]}


def _shape(part: Part) -> str:
    return shape_caption(part.output)


def _leaves(part: Part) -> int:
    return sum(1 for _ in part.leaves)
