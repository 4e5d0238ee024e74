"""Finite sets of rational points as integers over one denominator.

A float is the dyadic rational that it is, a string such as ``"0.1"`` the decimal that is written. Data sets
are often decimals that somebody typed: ``decimals=True`` takes each float for the shortest decimal that
rounds to it, which gives those back.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import StringIO
from math import lcm
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.running.files import file_text

__all__ = ["Points", "exact_points", "read_table"]


@dataclass(frozen=True, eq=False)
class Points:
    """Points `numerators / denominator`.

    ``numerators``: integers, shape (m, d), int64 or object; ``denominator``: a positive integer.
    """

    numerators: np.ndarray
    denominator: int

    def __len__(self) -> int:
        return len(self.numerators)

    @property
    def dimension(self) -> int:
        """`d`."""
        return int(self.numerators.shape[1])

    def take(self, indices: Sequence[int] | np.ndarray) -> Points:
        """Some of the points."""
        return Points(self.numerators[np.asarray(indices, dtype=np.intp)], self.denominator)

    def point(self, index: int) -> tuple[Fraction, ...]:
        """One point."""
        return tuple(Fraction(int(x), self.denominator) for x in self.numerators[index])

    def homogeneous(self) -> np.ndarray:
        """Integers, shape (m, d + 1): numerators and the denominator."""
        last = np.full((len(self), 1), self.denominator, dtype=self.numerators.dtype)
        return np.hstack([self.numerators, last])


def exact_points(data: Any, *, decimals: bool = False, name: str = "data") -> Points:
    """Points from rows of numbers: an array, or nested lists of anything that holds a rational.

    Raises `InputError` naming the row and column of what is no finite number.

    >>> points = exact_points([[0.5, "0.1"], [2, "1/3"]])
    >>> points.numerators.tolist(), points.denominator
    ([[15, 3], [60, 10]], 30)
    """
    if isinstance(data, np.ndarray):
        if data.ndim != 2 or not data.size:
            raise InputError(f"{name} has shape {data.shape}; give one row a point")
        if data.dtype.kind in "iu" and data.dtype != np.uint64:
            return Points(data.astype(np.int64), 1)
        data = data.tolist()
    rows = [
        [
            exact_scalar(str(x) if decimals and isinstance(x, float) else x, f"{name}[{i}, {j}]")
            for j, x in enumerate(row)
        ]
        for i, row in enumerate(data)
    ]
    if not rows or not rows[0] or len({len(row) for row in rows}) != 1:
        raise InputError(
            f"{name}: give at least one point, all with the same number of coordinates"
        )
    common = lcm(*(x.denominator for row in rows for x in row))
    table = [[x.numerator * (common // x.denominator) for x in row] for row in rows]
    largest = max(common, *(abs(x) for row in table for x in row))
    return Points(np.array(table, dtype=np.int64 if largest < 2**62 else object), common)


def read_table(path: str | Path, label: str | None = None) -> tuple[Points, list[str], list[str]]:
    """Points and their labels from a CSV file with a header: (points, labels, names of features).

    ``label``: the column that holds the class, by default the last one. Numbers are taken as written.
    """
    path = Path(path)
    try:
        lines = [line for line in csv.reader(StringIO(file_text(path), newline="")) if line]
    except csv.Error as error:
        raise InputError(f"{path}: not a CSV file ({error})") from error
    if len(lines) < 2 or len(lines[0]) < 2:
        raise InputError(f"{path}: give a header, a column for the class and rows of numbers")
    # NumPy writes a header as a comment.
    lines[0][0] = lines[0][0].removeprefix("#")
    header = [word.strip() for word in lines[0]]
    if label is not None and label not in header:
        raise InputError(
            f"{path}: there is no column {label!r}; the header has {', '.join(header)}"
        )
    place = len(header) - 1 if label is None else header.index(label)
    table, labels = [], []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            raise InputError(
                f"{path}: line {number} has {len(line)} entries, the header has {len(header)}"
            )
        labels.append(line[place].strip())
        table.append([word.strip() for i, word in enumerate(line) if i != place])
    names = [name for i, name in enumerate(header) if i != place]
    return exact_points(table, name=str(path)), labels, names
