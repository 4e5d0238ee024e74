"""Points of data that a picture shows, and their classes: from arrays, or from a CSV file."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.arithmetic.arrays import Floats, Indices
from exactpoly.arithmetic.rational import exact_scalar, rounded
from exactpoly.errors import InputError
from exactpoly.running.files import file_text

__all__ = ["Points"]

_SEPARATORS = {";": "semicolons", "\t": "tabs", " ": "spaces"}
_MISSING = {
    "",
    "nan",
    "na",
    "n/a",
    "null",
    "none",
    "?",
    "-",
    "inf",
    "-inf",
    "infinity",
    "-infinity",
}


@dataclass(frozen=True, eq=False)
class Points:
    """``points``: float64 (n, d); ``labels``: for each the place of its class in ``names``.

    >>> Points.of([[0, 1], [2, 3]], ["b", "a"], 2).names
    ('a', 'b')
    """

    points: Floats
    labels: Indices
    names: tuple[str, ...]

    @classmethod
    def of(cls, data: Any, labels: Any, dimension: int) -> Points:
        """From n rows of d numbers, and n labels or None. Raises `InputError` on other shapes."""
        try:
            points = np.array(_listed(data), dtype=np.float64)
        except (TypeError, ValueError):
            raise InputError(
                "data: not all entries are numbers; give n rows of d numbers"
            ) from None
        if points.ndim != 2 or points.shape[1] != dimension:
            raise InputError(f"data: shape {points.shape} given; it must be (n, {dimension})")
        if not np.isfinite(points).all():
            raise InputError("data: an entry is infinite or not a number; leave that row out")
        if labels is None:
            return cls(points, np.zeros(len(points), np.int64), ("data",))
        marks = np.array(_listed(labels))
        if marks.shape != (len(points),):
            raise InputError(f"labels: shape {marks.shape} given; it must be ({len(points)},)")
        values, places = np.unique(marks, return_inverse=True)
        return cls(points, places, tuple(str(value) for value in values))

    @classmethod
    def read(cls, path: Path, dimension: int) -> Points:
        """From a CSV file of ``dimension`` columns, or one more for the class; a head line may stand first.

        Raises `InputError` with the line where a number cannot be read.
        """
        lines = csv.reader(StringIO(file_text(path), newline=""))
        rows: list[list[float]] = []
        labels: list[str] = []
        headed = False
        try:
            for number, cells in enumerate(lines, start=1):
                if not cells or cells[0].lstrip().startswith("#"):
                    continue
                where = f"{path}: line {number}"
                if len(cells) not in (dimension, dimension + 1):
                    raise InputError(
                        f"{where} has {len(cells)} columns; {dimension} numbers are needed,"
                        f" and the class behind them if there is one{_separated(cells)}"
                    )
                if not (rows or headed) and all(map(_is_name, cells[:dimension])):
                    headed = True
                    continue
                if not (rows or headed or cells[0].strip()):
                    raise InputError(
                        f"{where}: the first column has no name, like the row numbers that pandas"
                        " writes; leave that column out"
                    )
                try:
                    rows.append([_drawn(cell, where) for cell in cells[:dimension]])
                except InputError as error:
                    raise InputError(f"{error}, or leave the line out") from error
                labels += [cell.strip() for cell in cells[dimension:]]
        except csv.Error as error:
            raise InputError(f"{path}: not a CSV file ({error})") from error
        if not rows:
            raise InputError(f"{path}: no rows of numbers; give one point a line")
        if labels and len(labels) != len(rows):
            raise InputError(
                f"{path}: some lines have a class and some have none; give all or none"
            )
        return cls.of(rows, labels or None, dimension)


def _is_name(cell: str) -> bool:
    """Whether it can be the name of a column: not nothing, no number, nor what stands for a missing one."""
    word = cell.strip().lower()
    try:
        exact_scalar(word, "name")
    except InputError:
        return word not in _MISSING
    return False


def _separated(cells: list[str]) -> str:
    """What to do about a line whose columns something else than a comma separates."""
    found = [name for sign, name in _SEPARATORS.items() if len(cells) == 1 and sign in cells[0]]
    return f"; commas separate columns, not {found[0]}" if found else ""


def _drawn(text: str, where: str) -> float:
    """The float nearest to a number as `exactpoly.arithmetic.rational` reads it."""
    value = exact_scalar(text, where)
    return rounded(value.numerator, value.denominator)


def _listed(values: Any) -> Any:
    return values.tolist() if hasattr(values, "tolist") else list(values)
