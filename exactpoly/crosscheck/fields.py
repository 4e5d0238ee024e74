"""The values in a claims file: numbers, points, rows, counts. Each refusal names the field."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.crosscheck.claims import Point, Row, signs_of
from exactpoly.crosscheck.numbers import NumberFormat
from exactpoly.errors import InputError

__all__ = ["count", "each", "number", "point", "refuse_unknown", "row", "strings"]


def strings(point: Point) -> list[str]:
    """A point as strings of fractions."""
    return [str(x) for x in point]


def each(
    entries: Any, where: str, read: Callable[[Any, str, NumberFormat], Any], numbers: NumberFormat
) -> tuple[Any, ...]:
    """Every entry of a list, read by ``read(entry, where, numbers)``."""
    if not isinstance(entries, list):
        raise InputError(f"{where} is not a list")
    return tuple(read(entry, f"{where}[{i}]", numbers) for i, entry in enumerate(entries))


def row(value: Any, where: str) -> Row:
    """A string of signs, or a list of -1, 0 and 1."""
    if isinstance(value, list):
        if any(isinstance(x, bool) or x not in (-1, 0, 1) for x in value):
            raise InputError(f"{where} has an entry that is not -1, 0 or 1")
        return tuple(int(x) for x in value)
    return signs_of(value, where)


def point(value: Any, where: str, numbers: NumberFormat) -> Point:
    """A list of coordinates."""
    if not isinstance(value, list):
        raise InputError(f"{where} is {value!r}; give a list of coordinates")
    return tuple(number(x, numbers, f"{where}[{i}]") for i, x in enumerate(value))


def number(value: Any, numbers: NumberFormat, where: str) -> Fraction:
    """A decimal means the nearest number of the format; a fraction ``"p/q"`` means itself."""
    exact = exact_scalar(value, where)
    if isinstance(value, str) and "/" in value:
        return exact
    return numbers.nearest(exact, where)


def count(value: Any, where: str) -> int:
    """A number 0, 1, 2, .."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InputError(f"{where} is {value!r}; give a number 0, 1, 2, ..")
    return value


def refuse_unknown(entry: dict[str, Any], known: set[str], where: str) -> None:
    """Refuse keys that mean nothing."""
    unknown = sorted(set(entry) - known)
    if unknown:
        raise InputError(f"{where} has the unknown key {unknown[0]!r}; see CLAIMS.md")
