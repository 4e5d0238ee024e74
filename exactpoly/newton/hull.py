"""The convex hull of integer points: double description of few of them, until it holds for all.

Vertices are collected as the lexicographically first points where some form is smallest, which are
vertices whatever the form. pycddlib makes the inequalities of the hull of the vertices known so far;
each is asked, in integers, of every point, and one that some point violates gives a new vertex. So no
inequality is used that a point violates, and every listed vertex is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from flint import fmpz_mat

from exactpoly.newton.lattice import Point
from exactpoly.polyhedra.cddlib import hull_inequalities
from exactpoly.polyhedra.polyhedron import primitive

__all__ = ["convex_hull"]

_DIRECTIONS = 40
"""Random directions, a dimension, whose extreme points start the list of vertices."""


def convex_hull(points: Sequence[Point]) -> tuple[list[int], list[tuple[int, ...]]]:
    """Vertices (indices, increasing) and facet inequalities of full-dimensional integer points.

    ``points``: distinct points of `Z^m`, `m >= 1`, not all in one hyperplane. An inequality is a primitive
    integer row ``(b, a_1, .., a_m)`` for `b + a.x >= 0`, one a facet.

    >>> convex_hull([(0, 0), (1, 0), (2, 0), (0, 2), (1, 1)])
    ([0, 2, 3], [(0, 0, 1), (0, 1, 0), (2, -1, -1)])
    """
    table = fmpz_mat([[1, *p] for p in points])
    known = set(_lowest(points, table, [[0, *u] for u in _directions(len(points[0]))]))
    while True:
        rows = _inequalities([points[i] for i in sorted(known)])
        lowest = _lowest(points, table, rows)
        new = {
            i
            for row, i in zip(rows, lowest, strict=True)
            if row[0] + sum(a * x for a, x in zip(row[1:], points[i], strict=True)) < 0
        }
        if not new:
            return sorted(known), sorted(rows)
        known |= new


def _inequalities(vertices: Sequence[Point]) -> list[tuple[int, ...]]:
    """Inequalities of a hull; an equation, where it is not full-dimensional, counts as two."""
    rows, equations = hull_inequalities(vertices)
    result = []
    for index, row in enumerate(rows):
        whole = primitive(row)
        if any(whole[1:]):
            result.append(whole)
        if index in equations:
            result.append(tuple(-x for x in whole))
    return result


def _lowest(points: Sequence[Point], table: fmpz_mat, forms: Sequence[Sequence[int]]) -> list[int]:
    """For each form the lexicographically first point where it is smallest."""
    values = (fmpz_mat([list(form) for form in forms]) * table.transpose()).tolist()
    result = []
    for line in values:
        least = min(line)
        result.append(min((i for i, v in enumerate(line) if v == least), key=points.__getitem__))
    return result


def _directions(dimension: int) -> list[list[int]]:
    units = [[int(i == axis) for i in range(dimension)] for axis in range(dimension)]
    random = Random(0)
    return [
        *units,
        *([-x for x in unit] for unit in units),
        *(
            [random.randint(-999, 999) for _ in range(dimension)]
            for _ in range(_DIRECTIONS * (dimension - 1))
        ),
    ]
