"""Shapes of cells as drawings need them: corners in cyclic order, exact until the last step.

Which corners a polygon has and in which order they follow each other is read off the cells; coordinates
are the exact ones, each correctly rounded to float64. Nothing is found by comparing floats.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from exactpoly.arithmetic.arrays import Floats
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.errors import InputError, InternalError
from exactpoly.report.text import rational_text

if TYPE_CHECKING:
    from exactpoly.complex.cells import Cells
    from exactpoly.complex.complex import Complex

__all__ = ["Bounds", "TooFar", "cycles", "default_bounds", "oriented", "region_numbers", "seen_in"]

Bounds = tuple[tuple[Fraction, Fraction], ...]
"""Lowest and highest coordinate on each axis."""

_FARTHEST = 10**100
_FINEST = 10**12
"""Coordinates of a picture, and how much larger they may be than what is seen."""


class TooFar(InputError):
    """A window that floats cannot show."""


def cycles(cells: Cells, chosen: Iterable[int]) -> list[list[int]]:
    """The vertices of some bounded 2-cells, each in cyclic order along its edges.

    >>> import exactpoly as ep
    >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0]]),)), domain=(-1, 1))
    >>> [len(cycle) for cycle in cycles(c.cells, [0, 1])]
    [4, 4]
    """
    edges, ends = cells.facets(2), cells.facets(1)
    pairs = ends.entries.reshape(-1, 2)
    return [_around(pairs[edges[cell]].tolist()) for cell in chosen]


def _around(edges: list[list[int]]) -> list[int]:
    beside: dict[int, list[int]] = {}
    for a, b in edges:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    first = edges[0][0]
    order, last = [first], first
    here = beside[first][0]
    while here != first:
        order.append(here)
        a, b = beside[here]
        last, here = here, b if a == last else a
    return order


def oriented(cycle: list[int], points: Floats) -> list[int]:
    """A plane cycle counterclockwise; it changes how a polygon is written, not what it is.

    ``points``: shape (n, 2).
    """
    x, y = points[cycle].T
    area = float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    return cycle if area >= 0 else cycle[::-1]


def seen_in(complex_: Complex, bounds: Bounds) -> Complex:
    """The part of a complex in a box, exactly: the complex of its network on the box.

    Raises `InputError` where the box does not meet the domain in a set with interior, `TooFar` where
    floats, in which pictures are drawn, do not tell its sides apart or hold their products.
    """
    if not all(_drawable(low, high) for low, high in bounds):
        sides = " x ".join(f"[{rational_text(a)}, {rational_text(b)}]" for a, b in bounds)
        raise TooFar(f"window: {sides} is too far out to be drawn; choose one nearer to 0")
    around = complex_.domain.box_around
    if around is not None:
        pairs = list(zip(around, bounds, strict=True))
        if all(low >= a and high <= b for (low, high), (a, b) in pairs):
            return complex_
        if not all(max(low, a) < min(high, b) for (low, high), (a, b) in pairs):
            raise InputError("window: it lies outside the domain; choose one that meets it")
    domain = complex_.domain.meet(Domain(complex_.dimension, bounds))
    return enumerate_complex(complex_.network, domain=domain)


def _drawable(low: Fraction, high: Fraction) -> bool:
    size = max(abs(low), abs(high))
    return size <= _FARTHEST and (high - low) * _FINEST >= size


def region_numbers(complex_: Complex, seen: Complex) -> list[int]:
    """For each region of a part its number in the whole complex, found by its sign row."""
    if seen is complex_:
        return list(range(complex_.n_regions))
    number = {row.tobytes(): i for i, row in enumerate(complex_.region_rows)}
    rows = [row.tobytes() for row in seen.region_rows]
    if not number.keys() >= set(rows):
        raise InternalError("the window shows a region that the complex does not have")
    return [number[row] for row in rows]


def default_bounds(complex_: Complex, points: Floats | None = None) -> Bounds:
    """A box that shows what is interesting: the domain, the data, or the vertices but for far outliers.

    ``points``: float64, shape (n, d), data to show; they and a margin are the window on `R^d`.
    """
    from exactpoly.report.plane import default_window

    around = complex_.domain.box_around
    if around is not None:
        return around
    if points is not None and len(points):
        return _around_points([[Fraction(x) for x in line] for line in points.tolist()], trim=0)
    if complex_.dimension == 2:
        return default_window(complex_)
    count = complex_.f_vector[0]
    if not count:
        return ((Fraction(-1), Fraction(1)),) * complex_.dimension
    return _around_points([list(complex_.vertex(i)) for i in range(count)], trim=count // 10)


def _around_points(points: list[list[Fraction]], trim: int) -> Bounds:
    """A box with a margin round all but the ``trim`` lowest and highest coordinates, on short decimals."""
    spans = []
    for column in zip(*points, strict=True):
        values = sorted(column)
        spans.append((values[trim], values[-1 - trim]))
    widest = max(high - low for low, high in spans) or Fraction(1)
    result = []
    for low, high in spans:
        margin = max((high - low) / 8, widest / 20)
        unit = Fraction(10) ** (len(str(int(1 / margin))) if margin < 1 else 0)
        result.append(((low - margin) * unit // 1 / unit, -(-(high + margin) * unit // 1) / unit))
    return tuple(result)
