"""Values as they are given: numbers, arrays and lists, looked at before anything is calculated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from numbers import Rational
from reprlib import repr as shorten
from typing import Any, NoReturn

from symcnn.errors import DomainError, UsageError
from symcnn.numeric.kernel import Width
from symcnn.numeric.packages import numpy
from symcnn.numeric.program import Input

Array = Any  # of NumPy, which need not be installed
Number = int | Fraction
DTYPES = {Width.INT32: "int32", Width.INT64: "int64", Width.EXACT: "object"}
_NUMBERS = "give an int, or an array of integers"


@dataclass(frozen=True)
class Column:
    """An array of integers of one width, in the shape of the rows."""

    values: Array
    width: Width
    shape: tuple[int, ...]

    @cached_property
    def _flat(self) -> Array:
        if self.values.shape == self.shape and self.values.flags.c_contiguous:
            return self.values.reshape(-1)
        return numpy().broadcast_to(self.values, self.shape).flat

    @cached_property
    def _dtype(self) -> Any:
        return numpy().dtype(DTYPES[self.width])

    def rows(self, start: int, stop: int) -> Array:
        """Return a block of rows as a flat array of native integers."""
        block = self._flat[start:stop]
        return block if block.dtype == self._dtype else block.astype(self._dtype)


def is_array(value: object) -> bool:
    """Whether a value has rows: an array of NumPy or what becomes one, a list, a tuple, a range."""
    if isinstance(value, list | tuple | range):
        return True
    return hasattr(value, "__array__") and not isinstance(value, Rational) and getattr(value, "ndim", 1) != 0


def number(name: str, value: object) -> Number:
    """Return a single value; raises UsageError for what is no exact number."""
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item") and not isinstance(value, Rational):
        value = value.item() if _kind(value) in "iuO" else value
    if type(value) is bool or not isinstance(value, Rational):
        raise UsageError(f"{name}={shorten(value)} is no exact number", hint=_NUMBERS)
    whole, over = int(value.numerator), int(value.denominator)
    return whole if over == 1 else Fraction(whole, over)


def columns_of(name: str, value: object, parts: Sequence[Input]) -> list[Array | int]:
    """Return the integers of an array: itself, or numerators and denominators for a fraction.

    Raises UsageError for what holds anything but exact numbers, DomainError for a fraction in place
    of an integer, with the first such row.
    """
    array = _array(name, value)
    if array.dtype.kind == "O":
        return _of_objects(name, array, parts)
    if array.dtype.kind == "u" and array.dtype.itemsize == 8:
        largest = int(array.max()) if array.size else 0
        array = array.astype("int64" if largest < 1 << 63 else object)
    return [array, 1][: len(parts)]


def width_of_dtype(array: Array) -> Width:
    """Return in what width the integers of an array are read."""
    dtype = array.dtype
    if dtype.kind == "O":
        return Width.EXACT
    narrow = dtype.itemsize < 4 or (dtype.itemsize == 4 and dtype.kind == "i")
    return Width.INT32 if narrow else Width.INT64


def common_shape(arrays: Mapping[str, Array]) -> tuple[int, ...]:
    """Return the shape to which all arrays broadcast; raises UsageError if there is none."""
    try:
        shape: tuple[int, ...] = numpy().broadcast_shapes(*(a.shape for a in arrays.values()))
    except ValueError:
        shown = ", ".join(f"{name} {a.shape}" for name, a in arrays.items())
        raise UsageError(f"the shapes do not fit together: {shown}") from None
    return shape


def _kind(value: Any) -> str:
    return str(getattr(getattr(value, "dtype", None), "kind", "?"))


def _array(name: str, value: Any) -> Array:
    np = numpy()
    if isinstance(value, list | tuple | range):
        # Through objects: NumPy itself makes floats of [2**63, 1].
        try:
            array = np.array(value, dtype=object)
        except ValueError:
            _refuse(name, "rows of different lengths")
        return array
    if isinstance(value, np.ma.MaskedArray):
        _refuse(name, "masked values", "fill them: values.filled(...)")
    array = np.asarray(value)
    if array.dtype.kind not in "iuO":
        whole = f"make them whole first: {name}.astype('int64')"
        _refuse(name, f"values of type {array.dtype}", whole if array.dtype.kind == "f" else _NUMBERS)
    return array


def _refuse(name: str, what: str, hint: str = _NUMBERS) -> NoReturn:
    raise UsageError(f"'{name}' must have exact integers, not {what}", hint=hint)


def _of_objects(name: str, array: Array, parts: Sequence[Input]) -> list[Array]:
    """Return arrays of integers for one of Python objects, in 64 bits where they fit."""
    found: list[list[int]] = [[] for _ in parts]
    for row, value in enumerate(array.flat):
        if type(value) is bool or not isinstance(value, Rational):
            raise UsageError(f"row {row}: {name}={shorten(value)} is no exact number", hint=_NUMBERS)
        ends = (int(value.numerator), int(value.denominator))
        if len(parts) == 1 and ends[1] != 1:
            raise DomainError(f"row {row}: '{name}' is an integer, not {value}")
        for part, end in zip(found, ends, strict=False):
            part.append(end)
    return [_packed(values, array.shape) for values in found]


def _packed(values: list[int], shape: tuple[int, ...]) -> Array:
    small = all(-(1 << 63) <= value < 1 << 63 for value in values)
    array = numpy().empty(len(values), dtype="int64" if small else object)
    array[:] = values
    return array.reshape(shape)
