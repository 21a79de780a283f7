"""The textbook order of letters, in sums and in products.

A sum follows the legend: `I − K + 2·P`. A product goes from the kernel to the maps to the
sizes, whatever the legend says: `K²·C·N·O²`. Both read an expression through its
*letters*, a mapping from names to degrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sympy
from sympy import Basic, Mul, Pow, Symbol

from symcnn.algebra.quotient import FloorDiv
from symcnn.symbols import rank

Letters = Mapping[str, int]

# Letter -> place in a product; `k1` and `K1` stand where K does. Other names come between.
_FACTORS = {letter: place for place, letter in enumerate("KDCGNTMFJSPABR")}
_BETWEEN = len(_FACTORS)
_SIZES = {letter: _BETWEEN + 1 + place for place, letter in enumerate("IHWO")}
_Place = tuple[int, str, int, str]
_LAST: _Place = (1 << 30, "", 0, "")


def family(name: str) -> str:
    """Return the conventional letter of a name: `K` for K, K2 and k1; empty for other names.

    >>> family("k1"), family("classes")
    ('K', '')
    """
    letter = name[:1].upper()
    conventional = letter in _FACTORS or letter in _SIZES
    return letter if conventional and (len(name) == 1 or name[1:].isdigit()) else ""


def sum_key(letters: Letters) -> tuple[tuple[_Place, int], ...]:
    """Return the place of a term in a sum: by its first letter, higher powers first, numbers last.

    >>> sum_key({"I": 1}) < sum_key({"K": 2, "N": 1}) < sum_key({"K": 2}) < sum_key({})
    True
    """
    return (*sorted((_place(rank(name)[0], name), -degree) for name, degree in letters.items()), (_LAST, 0))


def factor_key(letters: Letters, *, rounded: bool = False, weights: bool = False) -> _Place:
    """Return the place of a factor in a product.

    Something `rounded` that has no conventional letter is taken for a size; a sum of
    `weights`, as (C·O² + 1), stands in front although it holds a size.

    >>> factor_key({"K": 2, "C": 1}) < factor_key({"N": 1}) < factor_key({"I": 1, "K": 1})
    True
    """
    if not letters:
        return _place(-1, "")  # 2^3 that was left a power
    families = {name: family(name) for name in letters}
    sizes = [_place(_SIZES[f], name) for name, f in families.items() if f in _SIZES]
    if sizes and not weights:
        return min(sizes)
    others = [_place(_FACTORS.get(f, _BETWEEN), name) for name, f in families.items() if f not in _SIZES]
    first = min(others, default=_place(0, ""))
    return (_BETWEEN + 1, *first[1:]) if rounded and first[0] == _BETWEEN else first


def _place(order: int, name: str) -> _Place:
    """Return a sort key that puts N2 before N10."""
    stem = name.rstrip("0123456789")
    return order, stem, len(name) - len(stem), name


def most(each: Iterable[Letters]) -> Letters:
    """Return the highest degree of every letter."""
    result: dict[str, int] = {}
    for letters in each:
        for name, degree in letters.items():
            result[name] = max(degree, result.get(name, degree))
    return result


class Reader:
    """Tells the letters of the parts of an expression; shallow if asked from the inside out.

    >>> from symcnn.symbols import symbol
    >>> Reader()(symbol("K") ** 2 * (symbol("C") + 1))
    {'K': 2, 'C': 1}
    """

    def __init__(self) -> None:
        self._known: dict[Basic, tuple[Letters, int]] = {}

    def __call__(self, expr: Basic) -> Letters:
        """Return the letters with their degrees."""
        return self._read(expr)[0]

    def divisor(self, expr: Basic) -> int:
        """Return the largest number by which something is divided and rounded; 0 if nothing is."""
        return self._read(expr)[1]

    def has_size(self, expr: Basic) -> bool:
        """Whether an extent of input or output is among the letters."""
        return any(family(name) in _SIZES for name in self(expr))

    def _read(self, expr: Basic) -> tuple[Letters, int]:
        found = self._known.get(expr)
        if found is None:
            each = [self._read(a) for a in expr.args if not isinstance(a, sympy.Tuple)]
            divisor = max((d for _, d in each), default=0)
            if isinstance(expr, FloorDiv):
                divisor = max(divisor, 1, int(expr.args[1].as_coeff_Mul(rational=True)[0]))
            found = self._known[expr] = _combined(expr, [letters for letters, _ in each]), divisor
        return found


def _combined(expr: Basic, each: list[Letters]) -> Letters:
    if isinstance(expr, Symbol):
        return {expr.name: 1}
    if isinstance(expr, Pow) and expr.exp.is_Integer:
        return {name: degree * int(expr.exp) for name, degree in each[0].items()}
    if not isinstance(expr, Mul):
        return most(each)
    result: dict[str, int] = {}
    for letters in each:
        for name, degree in letters.items():
            result[name] = result.get(name, 0) + degree
    return result
