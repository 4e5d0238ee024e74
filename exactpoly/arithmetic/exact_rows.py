"""Rows of exact numbers as integers over one denominator, without a fraction for each.

A fraction of Python takes 200 bytes, an integer 32. A row of decimals is integers over a power of ten, and
most files hold nothing else. A few characters may stand for a long number, and over one denominator all
numbers become long where theirs have little in common; so how long they are together is limited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from math import lcm
from typing import Any, NamedTuple

import numpy as np

from exactpoly.arithmetic.digits import DEFAULT_DIGITS
from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError

__all__ = ["ExactRows", "Room", "exact_row", "exact_rows", "items", "joined"]

_DECIMAL = re.compile(r"[ \t\r\n]*([+-]?[0-9]+)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,4}))?[ \t\r\n]*")
"""Decimals whose value `int` gives; other numbers of the grammar are read one by one."""
_SHORT = 256
"""Bits of numbers that are not counted."""
_MOST_BITS = 1 << 30


class Room:
    """How long the numbers of one file may be together, short ones apart: 128 MiB.

    >>> Room().common_denominator([4, 6], 100, "w")
    12
    """

    def __init__(self, bits: int | None = None) -> None:
        """``bits``: of numbers that are going to be copied many times, less."""
        self._most = self._left = bits or _MOST_BITS

    def check(self, bits: int, where: str) -> None:
        """Raise `InputError` beginning with ``where`` if there is no room for so many bits."""
        if bits > self._left:
            raise InputError(
                f"{where}: these numbers have more than {self._most} bits when written over a common"
                " denominator, and would fill the memory; round them"
            )

    def take(self, numbers: Iterable[int], where: str) -> None:
        """Count numbers that are kept."""
        bits = sum(size for size in map(int.bit_length, numbers) if size > _SHORT)
        self.check(bits, where)
        self._left -= bits

    def common_denominator(self, denominators: Iterable[int], entries: int, where: str) -> int:
        """The least common multiple, over which ``entries`` numbers are going to be written."""
        common = 1
        for one in set(denominators):
            common = lcm(common, one)
            size = common.bit_length()
            if size > _SHORT:
                self.check(size * entries, where)
        return common


class ExactRows(NamedTuple):
    """The matrix ``rows / denominator``; all rows have the same length, and one entry at least."""

    rows: list[tuple[int, ...]]
    denominator: int


def exact_row(
    values: Sequence[Any], where: Callable[[int], str], room: Room | None = None
) -> tuple[list[int], int]:
    """Numerators and their common denominator, of anything that `exact_scalar` takes.

    ``where``: from a place to its name in errors; ``room``: that of the file. Raises `InputError` for what
    `exact_scalar` refuses, and where there is no room.

    >>> exact_row(["0.25", "-3", "1e-1"], str), exact_row(["1/3", 0.5], str)
    (([25, -300, 10], 100), ([2, 3], 6))
    """
    room = room or Room()
    row = _decimals(values, where, room) or _fractions(values, where, room)
    room.take(row[0], where(0))
    return row


def _decimals(
    values: Sequence[Any], where: Callable[[int], str], room: Room
) -> tuple[list[int], int] | None:
    """Over a power of ten, if all values are decimals or integers of moderate length."""
    numerators, places = [], []
    for value in values:
        if type(value) is int:
            numerators.append(value)
            places.append(0)
            continue
        if type(value) is not str or len(value) > DEFAULT_DIGITS:
            return None
        match = _DECIMAL.fullmatch(value)
        if match is None:
            return None
        whole, part, exponent = match.groups("")
        numerators.append(int(whole + part))
        places.append(len(part) - int(exponent or 0))
    most = max(0, max(places, default=0))
    zeros = most * len(places) - sum(places)
    if zeros > _SHORT * len(places):
        room.check(3 * zeros, where(0))
    powers = {place: 10 ** (most - place) for place in set(places)}
    return [x * powers[place] for x, place in zip(numerators, places, strict=True)], 10**most


def _fractions(
    values: Sequence[Any], where: Callable[[int], str], room: Room
) -> tuple[list[int], int]:
    numbers, bits = [], 0
    for i, value in enumerate(values):
        number = exact_scalar(value, where(i))
        numbers.append(number)
        bits += number.numerator.bit_length() - _SHORT
        room.check(bits, where(i))
    common = room.common_denominator((x.denominator for x in numbers), len(numbers), where(0))
    return [x.numerator * (common // x.denominator) for x in numbers], common


def exact_rows(rows: Iterable[Any], name: str, room: Room | None = None) -> ExactRows:
    """The matrix of rows of anything that `exact_scalar` takes; of a generator one row is held at a time.

    Raises `InputError` beginning with ``name`` for rows of different lengths, for none, for what are no
    rows of numbers, and as `exact_row`.

    >>> exact_rows([["0.5", 1], ["1/3", "2"]], "w")
    ExactRows(rows=[(15, 30), (10, 60)], denominator=30)
    """
    room = room or Room()
    made: list[tuple[int, ...]] = []
    below: list[int] = []
    for i, row in enumerate(rows):
        if isinstance(row, str) or not hasattr(row, "__len__"):
            raise InputError(f"{name}[{i}] is not a row of numbers; a matrix is needed")
        numerators, denominator = exact_row(items(row), _names(name, i), room)
        made.append(tuple(numerators))
        below.append(denominator)
        if len(made[-1]) != len(made[0]):
            raise InputError(
                f"{name}[{i}] has {len(made[-1])} entries but row 0 has {len(made[0])}"
            )
    if not made or not made[0]:
        raise InputError(f"{name} is empty; a matrix with rows and columns is needed")
    return joined(made, below, name, room)


def joined(
    rows: list[tuple[int, ...]], denominators: list[int], where: str, room: Room
) -> ExactRows:
    """Rows, each over its own denominator, over one; the list is used up.

    >>> joined([(1, 2), (3, 4)], [10, 5], "w", Room())
    ExactRows(rows=[(1, 2), (6, 8)], denominator=10)
    """
    common = room.common_denominator(denominators, len(rows) * len(rows[0]), where)
    for i, denominator in enumerate(denominators):
        if denominator != common:
            factor = common // denominator
            rows[i] = tuple(x * factor for x in rows[i])
            room.take(rows[i], where)
    return ExactRows(rows, common)


def _names(name: str, row: int) -> Callable[[int], str]:
    return lambda column: f"{name}[{row}, {column}]"


def items(values: Any) -> list[Any]:
    """The entries of a one-dimensional array or sequence as Python objects, exactly."""
    if isinstance(values, np.ndarray):
        return list(values.tolist()) if values.dtype.kind in "iufO" else list(values)
    return list(values)
