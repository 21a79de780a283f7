"""How the time to derive grows: with the depth of repeats, with the number of layers.

    python benchmarks/growth.py [depth] [layers] [alike] [--runs N] [--most N]

depth   networks with `repeat D` at D = 3, larger numbers up to a million and a letter, as ratios to D = 3
layers  chains, nested blocks and nested calls of n different layers, n from 500 to --most, and
        a repeat of n layers: exponents of time and peak memory, fitted by least squares to the
        logarithms (1: twice the layers take twice as long; 0: any number takes as long)
alike   chains of equal layers against chains of different ones

What is timed is the way from the text to every measure of every layer and of the network, as
processor time.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path

from families import formulas
from timing import computing

# Text and depths. `{d}` is the depth; letters get a number that is new in every run, so that no formula is
# known before. The decoder of a U-Net is written out round by round where its depth is a number.
DEEP: dict[str, tuple[str, tuple[str, ...]]] = {
    "residual blocks": ("""
input 4*N{r} @ I{r} x I{r}
repeat {d} {{
  add {{
  | conv 1x1 -> N{r}, no bias; batchnorm; relu
    conv 3x3 -> N{r}, pad 1, no bias; batchnorm; relu
    conv 1x1 -> 4*N{r}, no bias; batchnorm
  | identity
  }}
  relu
}}
globalpool; dense -> 1000""", ("3", "1000", "1000000", "D")),
    "dense block": ("""
input 2*N{r} @ I{r} x I{r}
repeat {d} {{
  concat {{
  | identity
  | batchnorm; relu; conv 1x1 -> 4*N{r}, no bias
    batchnorm; relu; conv 3x3 -> N{r}, pad 1, no bias
  }}
}}
globalpool; dense -> 1000""", ("3", "1000", "1000000", "D")),
    "U-Net": ("""
symbol I{r} where I{r} % 2**({d}) == 0
def double(M) {{ conv 3x3 -> M, pad 1; relu; conv 3x3 -> M, pad 1; relu }}
input 1 @ I{r} x I{r}
repeat i in 1..{d} {{ e[i]: double(N{r}*2**(i - 1)); maxpool 2x2 }}
double(N{r}*2**({d}))
repeat i in {d}..1 {{
  deconv 2x2 -> maps//2, stride 2
  concat e[i]
  double(N{r}*2**(i - 1))
}}
conv 1x1 -> 2""", ("3", "6", "D")),
}  # fmt: skip


# ------------------------------------------------------------------ depth
def depth(runs: int, _: int) -> None:
    """Print for each network the time at D = 3, and the other depths as ratios to it."""
    print("D = 3 in ms, other depths as ratios to it; target 0.9 to 1.1")
    for name, (text, depths) in DEEP.items():
        rows = [turn(text, depths, run) for run in range(runs + 2)][2:]  # two to warm up
        least = statistics.median(row[depths[0]] for row in rows) * 1e3
        cells = [f"D = {depths[0]}: {least:.1f} ms"]
        for d in depths[1:]:
            ratios = [row[d] / row[depths[0]] for row in rows if d in row]
            cells.append(f"D = {d}: {statistics.median(ratios):.2f}" if ratios else f"D = {d}: refused")
        print(f"{name:<16} {', '.join(cells)}", flush=True)


def turn(text: str, depths: Sequence[str], run: int) -> dict[str, float]:
    """Return the seconds of every depth, each turn in another order; nothing where the text is refused."""
    from symcnn.errors import NetworkError

    row = {}
    for at in range(len(depths)):
        d = depths[(at + run) % len(depths)]
        try:
            row[d] = computing(partial(formulas, text.format(d=d, r=run)))
        except NetworkError as error:
            if not run:
                print(f"D = {d}: {error.fact}")
    return row


# ------------------------------------------------------------------ layers
def chain(n: int, *, alike: bool = False) -> str:
    """Return a chain of n layers, pairs of a convolution and a ReLU, with different maps or all alike."""
    return "input 8 @ I x I\n" + _pairs([8 if alike else 8 + at for at in range(n // 2)])


def blocks(n: int) -> str:
    """Return n different layers in blocks in blocks, ten in each."""

    def nested(widths: Sequence[int]) -> str:
        if len(widths) <= 10:
            return _pairs(widths)
        part = -(-len(widths) // 10)
        return "\n".join(f"{{\n{nested(widths[at : at + part])}\n}}" for at in range(0, len(widths), part))

    return "input 8 @ I x I\n" + nested(range(8, 8 + n // 2))


def calls(n: int) -> str:
    """Return n different layers by definitions that call each other, ten times each."""
    lines: list[str] = []
    body, pairs = "conv 3x3 -> M, pad 1; relu", 1
    while pairs * 20 < n:
        name = f"level{len(lines)}"
        lines.append(f"def {name}(M) {{ {body} }}")
        body = "; ".join(f"{name}(M + {at * pairs})" for at in range(10))
        pairs *= 10
    lines.append(f"def last(M) {{ {body} }}")
    whole = [f"last({8 + at * pairs})" for at in range(n // (2 * pairs))]
    return "\n".join([*lines, "input 8 @ I x I", *whole])


def rounds(n: int) -> str:
    """Return a repeat of twenty layers that keep the shape, n layers in all."""
    widths = [*range(9, 18), 8]
    return f"input 8 @ I x I\nrepeat {n // 20} {{\n{_pairs(widths)}\n}}"


def _pairs(widths: Sequence[int]) -> str:
    return "\n".join(f"conv 3x3 -> {width}, pad 1; relu" for width in widths)


SHAPES: dict[str, tuple[Callable[[int], str], str]] = {
    "chain": (chain, "about 1"),
    "nested blocks": (blocks, "about 1"),
    "nested calls": (calls, "about 1"),
    "rounds": (rounds, "about 0"),
}


def layers(_: int, most: int) -> None:
    """Print time and memory for growing numbers of layers, and the exponents."""
    numbers = [n for n in (500, 1000, 2000, 4000, 8000, 16_000) if n <= most]
    for name, (write, wanted) in SHAPES.items():
        found = [apart(write(n)) for n in numbers]
        print(f"{name}: target of the exponents {wanted}")
        for what, unit, scale in (("time", "s", 1.0), ("memory", "MiB", 2.0**-10)):
            values = [row[what] * scale for row in found]
            cells = "  ".join(f"{n}: {v:.2f}" for n, v in zip(numbers, values, strict=True))
            print(f"  {what:<7} {unit:<4} {cells}   exponent {exponent(numbers, values):.2f}")


def alike(_: int, most: int) -> None:
    """Print chains of equal layers against chains of different ones."""
    for n in (n for n in (1000, 4000, 16_000) if n <= most):
        same, different = (apart(chain(n, alike=equal))["time"] for equal in (True, False))
        print(f"{n} layers: alike {same:.2f} s, different {different:.2f} s, ratio {same / different:.2f}")


_CACHE = type(lru_cache(lambda: None))


def apart(text: str) -> dict[str, float]:
    """Return seconds and peak memory (KiB) of a text, in a process of its own."""
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import growth\n"
        "print(json.dumps(growth.spent(sys.stdin.read())))"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent)]
    done = subprocess.run(command, input=text, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def spent(text: str) -> dict[str, float]:
    """Return seconds and peak memory (KiB) of a text beyond that of a small one."""
    formulas(chain(20))
    time = computing(partial(formulas, text))
    clear_caches()
    tracemalloc.start()
    formulas(text)
    return {"time": time, "memory": tracemalloc.get_traced_memory()[1] / 1024}


def clear_caches() -> None:
    """Forget all formulas, so that those of a text count again."""
    from sympy.core.cache import clear_cache

    clear_cache()
    for kept in gc.get_objects():
        if isinstance(kept, _CACHE):
            kept.cache_clear()


def exponent(numbers: Sequence[int], values: Sequence[float]) -> float:
    """Return the slope of the logarithms by least squares: p where values grow as numbers to the p.

    >>> round(exponent([1, 2, 4, 8], [3, 12, 48, 192]), 6)
    2.0
    """
    x, y = [math.log(n) for n in numbers], [math.log(max(v, 1e-9)) for v in values]
    return statistics.linear_regression(x, y).slope


def main() -> None:
    """Print the parts that are asked for, else all."""
    parts = {"depth": depth, "layers": layers, "alike": alike}
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("parts", nargs="*", metavar="PART", default=[], help=", ".join(parts))
    reader.add_argument("--runs", type=int, default=15, help="of depth")
    reader.add_argument("--most", type=int, default=16_000, help="layers at most")
    asked = reader.parse_args()
    for name in asked.parts or parts:
        parts[name](asked.runs, asked.most)


if __name__ == "__main__":
    main()
