"""From text to all formulas, warm, against torchinfo: python benchmarks/derive.py [RUNS]

torchinfo counts one input size of a network built on the meta device; we derive the
formulas of every layer for all sizes. Where torch and torchinfo are not installed, its
recorded time is used, and said so. Ours is measured twice: "first" has derived only another
network before (each in a process of its own), "again" has derived this one before.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial

from timing import seconds

RECORDED = {"lenet5": 2.6e-3, "alexnet": 4.0e-3}  # torchinfo 1.8 on torch 2.13, 2 cores
OTHER = {"lenet5": "digits28", "alexnet": "lenet5"}
MEASURES = (
    "shape weights biases params fixed buffers neurons connections macs flops receptive jump start"
).split()


def formulas(text: str) -> None:
    """Derive every measure of every layer, and the totals."""
    import symcnn

    net = symcnn.parse(text)
    for part in (*net.root.leaves, net):
        for name in MEASURES:
            part.measure(name)


def first(name: str) -> float:
    """Return the time of a network in a process that has derived another one."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import derive, timing\n"
        "from symcnn.catalogue import entry\n"
        "derive.formulas(entry(sys.argv[3]).text); text = entry(sys.argv[2]).text\n"
        "print(timing.seconds(lambda: derive.formulas(text)))"
    )
    command = [sys.executable, "-c", code, sys.path[0], name, OTHER[name]]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def rival(name: str) -> Callable[[], object] | None:
    """Return torchinfo on the network, with its construction; None where it is not installed."""
    try:
        import torch
        import torchinfo
    except ImportError:
        return None
    nn = torch.nn
    nets: dict[str, tuple[Callable[[], list[torch.nn.Module]], tuple[int, ...]]] = {
        "lenet5": (lambda: [
            nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Tanh(), nn.Conv2d(6, 16, 5), nn.Tanh(),
            nn.AvgPool2d(2), nn.Tanh(), nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(), nn.Linear(120, 84),
            nn.Tanh(), nn.Linear(84, 10),
        ], (1, 1, 32, 32)),
        "alexnet": (lambda: [
            nn.Conv2d(3, 96, 11, 4), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Conv2d(96, 256, 5, padding=2),
            nn.ReLU(), nn.MaxPool2d(3, 2), nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 256, 3, padding=1),
            nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
            nn.Linear(9216, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000),
        ], (1, 3, 227, 227)),
    }  # fmt: skip
    layers, shape = nets[name]

    def run() -> None:
        with torch.device("meta"):
            model = nn.Sequential(*layers())
        torchinfo.summary(model, shape, verbose=0, device="meta")

    return run


def main() -> None:
    """Print ours, torchinfo's and the ratios for the two smallest networks."""
    from symcnn.catalogue import entry

    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for name in RECORDED:
        theirs, text = rival(name), entry(name).text
        if theirs is not None:
            theirs()
        formulas(text)
        rows = [
            (first(name), seconds(partial(formulas, text)), seconds(theirs) if theirs else RECORDED[name])
            for _ in range(runs)
        ]
        fresh, again, other = (statistics.median(column) for column in zip(*rows, strict=True))
        said = "torchinfo, measured here" if theirs else "torchinfo, recorded elsewhere"
        ratios = [statistics.median(row[k] / row[2] for row in rows) for k in (0, 1)]
        ours = f"first {fresh * 1e3:5.1f} ms, again {again * 1e3:5.1f} ms"
        print(f"{name:<8} {ours}; {said} {other * 1e3:5.1f} ms;")
        print(f"{'':<8} ratios {ratios[0]:.2f} and {ratios[1]:.2f}, target at most 2")


if __name__ == "__main__":
    main()
