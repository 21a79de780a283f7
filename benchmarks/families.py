"""From text to all formulas, against tools that know the same network.

    python benchmarks/families.py [--runs N] [--fixed] [NETWORK ...]

Ours: the text of one network of the zoo is read, and every measure of every layer and of the
whole network is asked for; input size, width and depth stay letters (with --fixed, depth and
whatever else tells the members of a family apart are numbers). Three times are taken:

first  in a process that has derived another network before (LeNet-5; before that one, AlexNet)
again  in the same process, the same network once more
cold   as the first network of a process, its imports not counted

The rivals give numbers for one input size (torchinfo), or shapes alone (onnxruntime); what
is measured of them says `rivals.py`. They are warm, and measured in turn with ours. Where one
is not installed, its recorded times are used, and said so: those ratios compare two machines.
Processor time is taken, which for these is the time that passes when nobody else computes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import rivals
import texts
from timing import computing

# How many times ahead of torchinfo we want to be: first time in a warm process, and cold.
WANTED = {"lenet5": (1, None), "alexnet": (1, None), "resnet50": (10, 2), "resnet152": (20, 2),
          "densenet121": (10, 2), "mobilenet_v2": (10, 2), "googlenet": (10, 2)}  # fmt: skip
AGAIN = 5  # how often a process derives the same network once more


def formulas(text: str) -> None:
    """Derive every measure of every layer, and the totals."""
    import symcnn
    from symcnn.network.measures import MEASURES

    whole = symcnn.parse(text)
    net = whole if whole.has_layers else next(iter(whole.nets.values()))
    for part in (*net.root.leaves, net):
        for name in MEASURES:
            part.measure(name)


def times(text: str, before: str) -> dict[str, float]:
    """Return the times of a text in this process; with nothing before, that of the first one is cold."""

    import symcnn

    symcnn.parse  # noqa: B018  (imports what parsing needs)
    if not before:
        return {"cold": computing(partial(formulas, text))}
    formulas(before)
    first = computing(partial(formulas, text))
    again = statistics.median(computing(partial(formulas, text)) for _ in range(AGAIN))
    return {"first": first, "again": again}


def apart(text: str, before: str) -> dict[str, float]:
    """Return the times in a process of its own."""
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import families\n"
        "print(json.dumps(families.times(*json.load(sys.stdin))))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)],
        input=json.dumps([text, before]), check=True, capture_output=True, text=True,
    )  # fmt: skip
    result: dict[str, float] = json.loads(found.stdout)
    return result


def measured(name: str, text: str, runs: int) -> list[dict[str, float]]:
    """Return the times of all, taken in turn, in seconds."""
    theirs: Mapping[str, Callable[[], object] | None] = {
        "torchinfo": rivals.torchinfo(name),
        "onnxruntime": rivals.onnxruntime(name),
    }
    before = texts.free("alexnet" if name == "lenet5" else "lenet5")
    for action in theirs.values():
        if action is not None:
            action()
    rows = []
    for _ in range(runs):
        row = apart(text, before) | apart(text, "")
        for rival, action in theirs.items():
            recorded = rivals.RECORDED[rival][name] / 1e3
            row[rival] = computing(action) if action is not None else recorded
            row[f"{rival} recorded"] = action is None
        rows.append(row)
    return rows


def show(name: str, rows: list[dict[str, float]]) -> None:
    """Print the medians of one network, and how far we are ahead by the median of the ratios."""
    middle = {key: statistics.median(row[key] for row in rows) for key in rows[0]}
    cells = [f"{middle[key] * 1e3:8.1f}" for key in ("first", "again", "cold")]
    print(f"{name:<13}{''.join(cells)} ms", end="")
    for rival in rivals.RECORDED:
        ahead = [
            statistics.median(row[rival] / row[key] for row in rows) for key in ("first", "again", "cold")
        ]
        said = "*" if middle[f"{rival} recorded"] else " "
        print(f"  | {middle[rival] * 1e3:7.1f}{said} {''.join(f'{a:7.1f}' for a in ahead)}", end="")
        if rival == "torchinfo":
            print(f"  {judged(name, ahead[0], ahead[2]):<27}", end="")
    print(flush=True)


def judged(name: str, warm: float, cold: float) -> str:
    """Return the targets of a network with a word on each.

    >>> judged("resnet50", 12.0, 1.5), judged("vgg16", 3.0, 1.0)
    ('warm 10 met, cold 2 missed', '')
    """
    found = zip(("warm", "cold"), WANTED.get(name, ()), (warm, cold), strict=False)
    return ", ".join(f"{w} {t} {'met' if a >= t else 'missed'}" for w, t, a in found if t is not None)


def main() -> None:
    """Print a line for each network."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("networks", nargs="*", metavar="NETWORK", default=[], help=", ".join(rivals.NETS))
    reader.add_argument("--runs", type=int, default=5)
    reader.add_argument("--fixed", action="store_true", help="numbers for the letters of a configuration")
    asked = reader.parse_args()
    print("ours: first, again, cold; then each rival, and how many times ahead we are in the three cases")
    print(f"{'':<13}{'first':>8}{'again':>8}{'cold':>8}     | torchinfo  first  again   cold"
          f"  {'targets':<27}  | onnxrt.   first  again   cold")  # fmt: skip
    for name in asked.networks or rivals.NETS:
        text = (texts.fixed if asked.fixed else texts.free)(name)
        show(name, measured(name, text, asked.runs))
    print("* not installed here: recorded on 2 cores of another machine, so compare with care")


if __name__ == "__main__":
    main()
