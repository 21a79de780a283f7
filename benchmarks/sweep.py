"""Configurations per second: a network of five convolutions in ten variables, a million random rows.

Parameters, final size and MACs of every row, by `net.compile` and by NumPy as one writes it by hand, in
blocks; processor time, in pairs in one run, because machines are shared. SymPy's own ways beside them.
NumPy written by hand checks nothing; ours checks names, domains and widths as well.

    python benchmarks/sweep.py [--rows 1000000] [--runs 9]
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import sympy
import timing

import symcnn
from symcnn import FloorDiv

TARGET = 1.0  # times the speed of NumPy by hand
BLOCK = 1 << 14  # rows; the best for the hand-written one too
RANGES = {
    "H": (96, 512), "k1": (3, 11), "s1": (1, 4), "c1": (16, 128), "c2": (32, 256), "c3": (64, 512),
    "c4": (64, 512), "c5": (64, 512), "f": (256, 4096), "classes": (10, 1000),
}  # fmt: skip
QUESTIONS = ("params", "size(last)", "macs")
Columns = dict[str, Any]


def random_rows(rows: int, seed: int = 1) -> Columns:
    """Return random values, a column for each variable."""
    random = np.random.default_rng(seed)
    return {name: random.integers(low, high + 1, rows) for name, (low, high) in RANGES.items()}


def by_hand(columns: Columns) -> tuple[Any, Any, Any]:
    """The same numbers, layer by layer, as one writes them with NumPy."""
    H, k1, s1, c1, c2, c3, c4, c5, f, classes = (columns[name] for name in RANGES)
    o1 = (H - k1 + 4) // s1 + 1
    o2 = (o1 - 3) // 2 + 1
    o3 = (o2 - 3) // 2 + 1
    last = (o3 - 3) // 2 + 1
    w1, w2, w3, w4, w5 = 3 * k1 * k1 * c1, 25 * c1 * c2, 9 * c2 * c3, 9 * c3 * c4, 9 * c4 * c5
    linear = (c5 * last * last + f + classes) * f
    params = w1 + w2 + w3 + w4 + w5 + linear + (c1 + c2 + c3 + c4 + c5 + 2 * f + classes)
    macs = w1 * (o1 * o1) + w2 * (o2 * o2) + (w3 + w4 + w5) * (o3 * o3) + linear
    return params, last, macs


def by_hand_in_blocks(columns: Columns, rows: int, block: int = BLOCK) -> tuple[Any, ...]:
    """The same in blocks that stay in the cache."""
    found = tuple(np.empty(rows, np.int64) for _ in QUESTIONS)
    for start in range(0, rows, block):
        part = {name: column[start : start + block] for name, column in columns.items()}
        for whole, piece in zip(found, by_hand(part), strict=True):
            whole[start : start + block] = piece
    return found


# ------------------------------------------------------------------ SymPy's ways
def substituted(formulas: list[Any], symbols: list[Any], columns: Columns, rows: int) -> list[list[int]]:
    """Row by row with xreplace: exact."""
    found = []
    for row in range(rows):
        values = {s: sympy.Integer(int(columns[s.name][row])) for s in symbols}
        found.append([int(formula.xreplace(values)) for formula in formulas])
    return found


def lambdified(formulas: list[Any], symbols: list[Any]) -> Callable[..., Any]:
    """SymPy's lambdify with NumPy and common subexpressions: in floats, inexact beyond 2**53."""
    plain = [formula.replace(FloorDiv, lambda p, q: sympy.floor(p / q)) for formula in formulas]
    made: Callable[..., Any] = sympy.lambdify(symbols, plain, "numpy", cse=True)
    return made


def main() -> None:
    """Print rows per second of every way, the ratios, and whether the target is met."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("--rows", type=int, default=1_000_000)
    reader.add_argument("--runs", type=int, default=9)
    asked = reader.parse_args()
    net = symcnn.load(str(Path(__file__).with_name("sweep.cnn")))
    ours = net.compile(*QUESTIONS)
    columns, rows = random_rows(asked.rows), asked.rows
    for a, b in zip(ours(columns), by_hand_in_blocks(columns, rows), strict=True):
        np.testing.assert_array_equal(a, b)
    rival = partial(by_hand_in_blocks, columns, rows)
    found = [(timing.computing(partial(ours, columns)), timing.computing(rival)) for _ in range(asked.runs)]
    best = [min(times) for times in zip(*found, strict=True)]
    print(f"{rows} rows; {', '.join(QUESTIONS)} of {net.source.name.rpartition('/')[2]}")
    _print("net.compile", rows, best[0])
    _print(f"NumPy by hand, blocks of {BLOCK}", rows, best[1])
    _print("NumPy by hand, whole arrays", rows, timing.computing(partial(by_hand, columns)))
    formulas, symbols = [net.params, net["last"].size, net.macs], list(net.symbols.values())
    made = lambdified(formulas, symbols)
    call = partial(made, *(columns[s.name] for s in symbols))
    call()
    _print("SymPy lambdify (float64, inexact)", rows, timing.computing(call))
    _print("SymPy xreplace", 200, timing.computing(partial(substituted, formulas, symbols, columns, 200)))
    ratios = sorted(hand / mine for mine, hand in found)
    ratio = statistics.median(ratios)
    print(f"speed against NumPy by hand: {ratio:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), median of pairs")
    print(f"target {TARGET}: {'met' if ratio >= TARGET else 'missed'}")


def _print(what: str, rows: int, time: float) -> None:
    print(f"{what:<36} {rows / time:>14,.0f} rows/s")


if __name__ == "__main__":
    main()
