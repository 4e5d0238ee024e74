"""Points that are given as anything that holds numbers exactly, read without a rounding."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from exactpoly.arithmetic.arrays import Floats, Marks
from exactpoly.arithmetic.rational import exact_scalar, rounded
from exactpoly.errors import InputError

__all__ = ["Points", "read_points"]

_EXACT = 2**53
"""Integers below it in size are float64 numbers."""
_RAGGED = "points: rows differ in length; give as many numbers for every point"
_FLOATS = {float, np.float64, np.float32, np.float16}
_INTEGERS = {int, *(np.dtype(f"{kind}{size}").type for kind in "iu" for size in (1, 2, 4, 8))}


class Points:
    """Exact points, shape (n, d); `read_points` makes them of what a user gives.

    ``floats``: float64, shape (n, d), the points rounded to nearest; ``given``: the rationals where
    some of them are no float64 numbers, otherwise None.
    """

    def __init__(self, floats: Floats, given: list[tuple[Fraction, ...]] | None = None) -> None:
        self.floats = floats
        self.given = given

    def __len__(self) -> int:
        return len(self.floats)

    def __getitem__(self, index: int) -> tuple[Fraction, ...]:
        if self.given is not None:
            return self.given[index]
        return tuple(Fraction(x) for x in self.floats[index].tolist())


def read_points(given: Any, dimension: int) -> tuple[Points, bool]:
    """Points, shape (n, d), and whether it was one of shape (d,): lists, NumPy, torch, data frames.

    Raises `InputError` for other shapes and for what is no finite number.

    >>> points, one = read_points(["1/3", 2], 2)
    >>> points[0], points.floats.tolist(), one
    ((Fraction(1, 3), Fraction(2, 1)), [[0.3333333333333333, 2.0]], True)
    """
    array = _array(given)
    one = array.ndim == 1 and len(array) > 0
    if array.size == 0 and array.ndim == 1:
        array = array.reshape(0, dimension)
    if array.shape[array.ndim - 1 :] != (dimension,) or array.ndim > 2:
        raise InputError(
            f"points: shape {array.shape} given; it must be ({dimension},) for one point or"
            f" (n, {dimension}) for several, one point a row"
        )
    return _exact(array.reshape(-1, dimension)), one


def _exact(array: np.ndarray) -> Points:
    """Points of an array of floats that float64 holds, or of objects."""
    if array.dtype == object:
        given = [
            tuple(exact_scalar(x, f"points[{i}]") for x in line)
            for i, line in enumerate(array.tolist())
        ]
        near = [[rounded(x.numerator, x.denominator) for x in line] for line in given]
        return Points(np.array(near, np.float64).reshape(array.shape), given)
    floats = array.astype(np.float64)
    bad: Marks = ~np.isfinite(floats)
    if bad.any():
        place = int(np.flatnonzero(bad.any(axis=1))[0])
        raise InputError(
            f"points[{place}] is {array[place].tolist()}; every coordinate must be a finite number"
        )
    return Points(floats)


def _array(given: Any) -> np.ndarray:
    """An array of floats or, where these are not all float64 numbers, of objects."""
    if isinstance(given, np.ma.MaskedArray) and np.ma.is_masked(given):
        raise InputError("points: some entries are masked; fill them, or leave their rows out")
    if hasattr(given, "detach"):
        given = _of_torch(given)
    elif hasattr(given, "columns") or hasattr(given, "to_numpy"):
        given = _of_frame(given)
    if not isinstance(given, np.ndarray):
        return _of_rows(given)
    if given.dtype.kind == "f" and given.dtype.itemsize <= 8:
        return given
    if given.dtype.kind in "iu" and not ((given >= _EXACT) | (given <= -_EXACT)).any():
        return given.astype(np.float64)
    return given.astype(object)


def _of_torch(tensor: Any) -> np.ndarray:
    if str(tensor.layout) != "torch.strided" or tensor.is_quantized or tensor.device.type == "meta":
        raise InputError("points: a tensor that is not dense; give one, as by to_dense()")
    tensor = tensor.detach().cpu()
    # bfloat16 has no NumPy type; double holds it exactly.
    found: np.ndarray = (tensor.double() if tensor.is_floating_point() else tensor).numpy()
    return found


def _of_frame(frame: Any) -> np.ndarray:
    """A table or series of pandas or polars; columns of one type make an array of that type."""
    if not hasattr(frame, "columns"):
        return np.asarray(frame.to_numpy())
    columns = [np.asarray(frame[name].to_numpy()) for name in frame.columns]
    if len({column.dtype for column in columns}) > 1:
        columns = [column.astype(object) for column in columns]
    return np.stack(columns, axis=1) if columns else np.empty((len(frame), 0))


def _of_rows(given: Any) -> np.ndarray:
    """Sequences, also of arrays and tensors; NumPy by itself would round integers beside floats."""
    if isinstance(given, str | bytes | dict | set | frozenset) or not hasattr(given, "__iter__"):
        raise InputError(
            f"points: a {type(given).__name__} given; give a row of numbers, or one row a point"
        )
    rows = [_array(x) if hasattr(x, "detach") or hasattr(x, "to_numpy") else x for x in given]
    try:
        array = np.array(rows, dtype=object)
    except ValueError as error:
        raise InputError(_RAGGED) from error
    entries = array.ravel().tolist()
    kinds = set(map(type, entries))
    if not kinds <= _FLOATS | _INTEGERS:
        if any(map(_is_row, entries)):
            raise InputError(_RAGGED)
        return array
    try:
        floats = array.astype(np.float64)
    except OverflowError:  # an integer beyond float64
        return array
    # All integers are float64 numbers if none of the numbers is large.
    return floats if kinds <= _FLOATS or (np.abs(floats) < _EXACT).all() else array


def _is_row(entry: Any) -> bool:
    return (
        hasattr(entry, "__len__") and not isinstance(entry, str) and getattr(entry, "ndim", 1) > 0
    )
