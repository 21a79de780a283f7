"""Pictures of networks: how deep their blocks are opened, and which form they take."""

from __future__ import annotations

from symcnn.errors import UsageError
from symcnn.network.model import Model
from symcnn.render import mermaid, svg
from symcnn.render.folding import diagram
from symcnn.render.placing import Scene, scene

_PAGE = 1150.0, 1800.0  # width and height of a picture that fits a page
_LONGER = 4 / 3  # where even the closed blocks take more
_MOST = 12  # levels that are tried


def to_svg(model: Model, depth: int | None = None) -> str:
    """Return the picture of a network as SVG.

    `depth` says how many levels of blocks are opened; without it as many as fit about one page.
    Raises UsageError if there are no layers.

    >>> from symcnn.source import Source
    >>> net = Model.read(Source("net", "input 3@9x9; conv 3 -> 4; relu"))
    >>> to_svg(net).count("<rect"), to_svg(net) == to_svg(net, 7)
    (3, True)
    """
    return svg.to_svg(_scene(model, depth))


def to_mermaid(model: Model, depth: int | None = None) -> str:
    """Return the picture of a network as a Mermaid flowchart; `depth` as for `to_svg`.

    >>> from symcnn.source import Source
    >>> to_mermaid(Model.read(Source("net", "input 3@9x9"))).splitlines()[0]
    'flowchart TD'
    """
    return mermaid.to_mermaid(_scene(model, depth).diagram)


def _scene(model: Model, depth: int | None) -> Scene:
    if not model.root.parts:
        raise UsageError("there is nothing to draw: the text has no layers")
    if depth is not None:
        return scene(diagram(model, depth))
    best = scene(diagram(model, 0))
    width, height = max(_PAGE[0], best.width), max(_PAGE[1], best.height * _LONGER)
    for deeper in range(1, _MOST + 1):
        if best.diagram.complete:
            break
        found = scene(diagram(model, deeper))
        if found.width > width or found.height > height:
            break
        best = found
    return best
