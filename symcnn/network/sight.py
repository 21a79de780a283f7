"""What an output sees of the inputs: receptive fields along chains, over branches, through calls.

Along a chain windows compose (Araujo, Norris & Sim 2019, eqs. 1-4). Where branches meet, the
field goes from the smallest start to the largest end over all paths, and their jumps must
agree. Behind a transposed convolution the field depends on the position (its phase), as a `Span`
tells. Where the stride of one is larger than its kernel, some positions see nothing: then spans say
what is seen by positions in a row, and nothing is known of those that leave some out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from operator import is_
from typing import Any

from sympy import Expr, S, Symbol

from symcnn.algebra.domain import Domain
from symcnn.algebra.functions import Max, Min
from symcnn.algebra.polynomial import expanded
from symcnn.algebra.window import Window
from symcnn.layers.base import Layer, Reach, Shape
from symcnn.network.spans import POSITION, Span, is_large, slope


@dataclass(frozen=True)
class View:
    """How an output sees one source: by a window per axis, by spans, all of it, or not known."""

    reach: Reach
    extents: tuple[Expr, ...]  # of the source
    windows: tuple[Window, ...] = ()
    spans: tuple[Span, ...] = ()
    # Of two equal views more may be known of one: whether outputs may leave out positions between the
    # first and the last one that they see, and whether there may be outputs that see nothing; then `near`
    # are the spans of the tensor in front of the layer that left these out, if it was one layer.
    gaps: bool = field(default=False, compare=False)
    holes: bool = field(default=False, compare=False)
    near: tuple[Span, ...] = field(default=(), compare=False)

    @classmethod
    def itself(cls, extents: tuple[Expr, ...]) -> View:
        """Return the view of a tensor on itself."""
        return cls("window", extents, (Window(),) * len(extents))

    def everything(self) -> View:
        """Return the view on the whole source."""
        return View("all", self.extents)

    def nothing_known(self) -> View:
        """Return the view of which nothing is known."""
        return View("unknown", self.extents)

    @property
    def sizes(self) -> tuple[Expr, ...] | None:
        """Extents of the receptive field, None where they are not known."""
        if self.reach == "phases":
            found = [span.size for span in self.spans]
            return None if None in found else tuple(size for size in found if size is not None)
        if self.reach == "all":
            return self.extents
        return tuple(w.size for w in self.windows) if self.reach == "window" else None

    @property
    def jumps(self) -> tuple[Expr, ...] | None:
        """Steps between neighbouring outputs; fractions behind an enlargement."""
        if self.reach == "phases":
            return tuple(span.jump for span in self.spans)
        return tuple(w.jump for w in self.windows) if self.reach == "window" else None

    @property
    def starts(self) -> tuple[Expr, ...] | None:
        """First position that output 0 sees, negative in the padding; None where it may see nothing."""
        if self.reach == "phases":
            if self.holes and not (self.near and all(span.begins for span in self.near)):
                return None
            return tuple(span.first.xreplace({POSITION: S.Zero}) for span in self.spans)
        if self.reach == "all":
            return (S.Zero,) * len(self.extents)
        return tuple(-w.before for w in self.windows) if self.reach == "window" else None

    @property
    def skips(self) -> bool:
        """Whether outputs in a row may leave out positions: each of them, or between two of them."""
        return self.gaps or not all(map(_touches, self.windows))

    def as_spans(self) -> tuple[Span, ...]:
        """Return spans, of windows too."""
        return self.spans if self.reach == "phases" else tuple(map(Span.of, self.windows))

    def changed(self, change: Callable[[Expr], Expr]) -> View:
        """Return the view with every formula changed."""
        windows = per_axis(partial(_changed, change=change), self.windows)
        spans, near = (tuple(s.changed(change) for s in some) for some in (self.spans, self.near))
        extents = per_axis(change, self.extents)
        if not spans and all(map(is_, windows, self.windows)) and all(map(is_, extents, self.extents)):
            return self
        return replace(self, extents=extents, windows=windows, spans=spans, near=near)

    def through(self, later: View) -> View:
        """Return the view of what sees this one's outputs by the later view."""
        if "all" in (self.reach, later.reach):
            return self.everything()
        if "unknown" in (self.reach, later.reach):
            return self.nothing_known()
        if not later.extents:  # of a vector: value by value
            return self
        gaps = self.skips or later.skips
        if self.reach == later.reach == "window":
            both = zip(self.windows, later.windows, strict=True)
            return View("window", self.extents, per_axis(lambda pair: pair[0].then(pair[1]), both), gaps=gaps)
        if self.holes and later.skips:
            return self.nothing_known()
        spans, near = _met(self.as_spans(), later), later.near
        if self.holes:
            near = _met(self.near, later) if self.near and not later.holes else ()
        holes = (self.holes or later.holes) and not (near and not any(s.may_be_empty for s in near))
        seen = View("phases", self.extents, (), spans, gaps, holes, near if holes else ())
        return self.nothing_known() if is_large(spans) else seen


def per_axis(change: Callable[[Any], Any], axes: Iterable[Any]) -> tuple[Any, ...]:
    """Return a change on every axis, made once if all axes are equal."""
    axes = tuple(axes)
    if len(axes) > 1 and all(axis == axes[0] for axis in axes[1:]):
        return (change(axes[0]),) * len(axes)
    return tuple(map(change, axes))


def _touches(window: Window) -> bool:
    """Whether the windows of neighbouring outputs are known to leave nothing out between them."""
    size, jump = window.size, window.jump
    return jump in (1, size) or bool(size.is_Integer and jump.is_Integer and jump < size)


def _met(spans: Sequence[Span], later: View) -> tuple[Span, ...]:
    """Return what is seen through spans by what sees their outputs by a view."""
    return tuple(s.at(its.first, its.last, its.jump) for s, its in zip(spans, later.as_spans(), strict=True))


def _changed(window: Window, change: Callable[[Expr], Expr]) -> Window:
    """Return a window with every formula changed; itself where none changes."""
    old = (window.size, window.jump, window.before, window.after)
    new = tuple(map(change, old))
    return window if all(map(is_, old, new)) else Window(*new)


def _of_layer(layer: Layer, x: Shape, reach: Reach) -> View:
    """Return the view of a layer's output on its input."""
    if reach == "window":
        return View("window", x.extents, layer.windows(x), gaps=layer.gaps())
    if reach != "phases":
        return View(reach, x.extents)
    spans = []
    for axis in range(x.rank):
        first, last = layer.sees(x, axis, POSITION, POSITION)
        spans.append(Span(first, last, slope(first)))
    holes = any(span.may_be_empty for span in spans)
    return View("phases", x.extents, (), tuple(spans), layer.gaps(), holes, tuple(spans) if holes else ())


@dataclass(frozen=True)
class Sight:
    """What one output sees: a view of each source (an input by its label)."""

    views: tuple[tuple[str, View], ...] = ()

    @classmethod
    def of(cls, source: str, shape: Shape) -> Sight:
        """Return the sight of a source itself: every value sees itself."""
        return cls(((source, View.itself(shape.extents)),))

    def then(self, layer: Layer, x: Shape, domain: Domain) -> Sight:
        """Return the sight of an output of the next layer."""
        reach = layer.reach(x)
        if reach == "window" and type(layer).windows is Layer.windows:
            return self
        later = _of_layer(layer, x, reach)
        return Sight(tuple((name, view.through(later).changed(domain.simplify)) for name, view in self.views))

    def through(self, later: Sight, here: str, domain: Domain) -> Sight:
        """Return the sight of what sees this one's outputs as its source `here`, and others directly."""
        seen: list[Sight] = []
        for name, view in later.views:
            if name != here:
                seen.append(Sight(((name, view),)))
                continue
            passed = ((source, mine.through(view).changed(domain.simplify)) for source, mine in self.views)
            seen.append(Sight(tuple(passed)))
        return unite(seen, domain)

    def changed(self, change: Callable[[Expr], Expr]) -> Sight:
        """Return the sight with every formula changed."""
        return Sight(tuple((name, view.changed(change)) for name, view in self.views))

    def at(self, values: Mapping[Symbol, Expr], domain: Domain) -> Sight:
        """Return the sight with values for symbols."""
        return self.changed(lambda expr: domain.simplify(expr.xreplace(values)))

    # ---------------------------------------------------------------- over all sources
    @property
    def reach(self) -> Reach:
        """How far it sees, of all sources together."""
        reaches = {view.reach for _, view in self.views}
        if len(reaches) == 1:
            return next(iter(reaches))
        return "unknown" if "unknown" in reaches or not reaches else "phases"

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows, where there is one source that is seen by windows."""
        return self.views[0][1].windows if len(self.views) == 1 else ()

    def agreed(self, quantity: Callable[[View], tuple[Expr, ...] | None]) -> tuple[Expr, ...] | None:
        """Return a quantity on which all sources agree, else None."""
        if len(self.views) == 1:
            return quantity(self.views[0][1])
        found = {quantity(view) for _, view in self.views}
        return next(iter(found)) if len(found) == 1 else None


def unite(sights: Sequence[Sight], domain: Domain, before: Sight | None = None) -> Sight:
    """Return the sight of a merge: for every source from the smallest start to the largest end.

    `before` is what branches have in common: what differs between them is compared without it.
    """
    names = dict.fromkeys(name for sight in sights for name, _ in sight.views)
    shared = dict(before.views if before is not None else ())
    return Sight(tuple((name, _union(_views(sights, name), shared.get(name), domain)) for name in names))


def conflicts(sights: Sequence[Sight]) -> list[tuple[Expr, Expr]]:
    """Return the pairs of jumps in which branches that see the same source differ."""
    found: list[tuple[Expr, Expr]] = []
    for name in dict.fromkeys(name for sight in sights for name, _ in sight.views):
        jumps = [view.jumps for view in _views(sights, name) if view.jumps is not None]
        for other in jumps[1:]:
            found += [(a, b) for a, b in zip(jumps[0], other, strict=False) if a != b]
    return list(dict.fromkeys(found))


def _views(sights: Iterable[Sight], name: str) -> list[View]:
    return [view for sight in sights for known, view in sight.views if known == name]


def _union(views: list[View], before: View | None, domain: Domain) -> View:
    first, *others = views
    gaps, holes = any(view.gaps for view in views), any(view.holes for view in views)
    if all(view == first for view in others):
        alike = all(view.near == first.near for view in others)
        return replace(first, gaps=gaps, holes=holes, near=first.near if alike else ())
    reaches = {view.reach for view in views}
    if "all" in reaches:
        return first.everything()
    if "unknown" in reaches or len({view.jumps for view in views}) > 1:
        return first.nothing_known()
    if reaches == {"window"}:
        axes = zip(*(view.windows for view in views), strict=True)
        common = before.windows if before is not None and before.reach == "window" else first.windows
        widest = tuple(_widest(axis, base, domain) for axis, base in zip(axes, common, strict=True))
        return replace(first, windows=widest, gaps=gaps or all(view.windows != widest for view in views))
    spans = []
    for axis in zip(*(view.as_spans() for view in views), strict=True):
        least, most = Min(*(s.first for s in axis)), Max(*(s.last for s in axis))
        spans.append(Span(least, most, axis[0].jump))
    if is_large(spans):
        return first.nothing_known()
    gaps = any(view.skips for view in views)
    return View("phases", first.extents, (), tuple(spans), gaps, holes).changed(domain.simplify)


def _widest(windows: Sequence[Window], common: Window, domain: Domain) -> Window:
    def largest(extent: Callable[[Window], Expr]) -> Expr:
        least = extent(common)
        return least + domain.simplify(Max(*(expanded(extent(w) - least) for w in windows)))

    before = largest(lambda w: w.before)
    return Window(expanded(before + largest(lambda w: w.size - w.before)), windows[0].jump, before)
