"""From a point to the best point of its region, exactly: incumbents for extrema and radii."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactpoly.network.constraints import Bounds, Functional
from exactpoly.network.network import Network
from exactpoly.properties.forms import Forms, FormsOfPattern
from exactpoly.properties.linear_program import maximum
from exactpoly.properties.within import HalfSpaces, shifted

__all__ = ["highest", "nearest_tie"]

Point = tuple[Fraction, ...]


def _around(network: Network, forms: Forms, point: Point) -> tuple[FormsOfPattern, list[list[int]]]:
    """The forms of a closed region that contains the point, and its inequalities."""
    signs = iter(network.sign_row(point))
    pattern = [[not kind or next(signs) > 0 for kind in layer.relu] for layer in network.layers]
    found = forms.under(pattern)
    rows = [
        list(form) if on else [-v for v in form]
        for j, layer in enumerate(network.layers)
        for form, on, kind in zip(found.rows[j], pattern[j], layer.relu, strict=True)
        if kind
    ]
    return found, [row for row in rows if any(row[1:])]


def _sides(bounds: Bounds, extra: int = 0) -> list[list[int]]:
    rows = []
    for axis, pair in enumerate(bounds):
        for bound, sign in zip(pair, (1, -1), strict=True):
            row = [0] * (len(bounds) + 1 + extra)
            row[0], row[axis + 1] = -sign * bound.numerator, sign * bound.denominator
            rows.append(row)
    return rows


def highest(
    network: Network,
    forms: Forms,
    point: Point,
    one: Functional,
    bounds: Bounds,
    half_spaces: HalfSpaces = (),
) -> tuple[Point, Fraction]:
    """The maximum of a functional over the region of ``point`` within the domain, and where."""
    found, rows = _around(network, forms, point)
    row, scale = found.functional(one)
    optimum = maximum(_sides(bounds) + shifted(half_spaces) + rows, row, point)
    return optimum.point, optimum.value / scale


def nearest_tie(
    network: Network,
    forms: Forms,
    point: Point,
    margin: Functional,
    center: Sequence[Fraction],
    norm: str,
    bounds: Bounds,
    half_spaces: HalfSpaces = (),
) -> Point:
    """The point of the region of ``point`` nearest to ``center`` where ``margin`` is not negative.

    ``margin`` must not be negative at ``point``; ``norm``: ``"linf"`` or ``"l1"``.
    """
    found, rows = _around(network, forms, point)
    d = len(point)
    extra = 1 if norm == "linf" else d
    goal, _ = found.functional(margin)
    table = [[*row, *([0] * extra)] for row in [*rows, *shifted(half_spaces), goal]]
    table += _sides(bounds, extra)
    distances = [abs(x - c) for x, c in zip(point, center, strict=True)]
    top = max(distances) + 1
    for i, c in enumerate(center):
        radius = d if norm == "linf" else d + i
        for sign in (1, -1):
            row = [0] * (d + extra + 1)
            row[0] = sign * c.numerator
            row[i + 1], row[radius + 1] = -sign * c.denominator, c.denominator
            table.append(row)
    for k in range(extra):
        row = [0] * (d + extra + 1)
        row[0], row[d + k + 1] = top.numerator, -top.denominator
        table.append(row)
    start = [*point, *([max(distances)] if norm == "linf" else distances)]
    optimum = maximum(table, [0] * (d + 1) + [-1] * extra, start)
    return optimum.point[:d]
