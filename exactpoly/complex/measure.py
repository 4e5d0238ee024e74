"""Exact volumes by pulling triangulations.

The pulling triangulation of a polytope with ordered vertices cones the triangulations of the facets
that do not contain its first vertex to that vertex, recursively (Lee and Santos, *Subdivisions and
triangulations of polytopes*, Handbook of Discrete and Computational Geometry, 3rd ed., ch. 16.2). The
order is that of the vertices' indices, so common faces of two regions are triangulated alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from math import factorial, lcm
from typing import TYPE_CHECKING

from flint import fmpz_mat

if TYPE_CHECKING:
    from exactpoly.complex.region import Region

__all__ = ["pulling_triangulation", "volume"]


def pulling_triangulation(region: Region) -> list[tuple[int, ...]]:
    """The simplices of the pulling triangulation, each as `d + 1` indices of vertices.

    The region must be bounded.
    """
    complex_ = region.complex

    @cache
    def vertices(k: int, cell: int) -> frozenset[int]:
        return frozenset(complex_.cells.vertices_of(k, cell).tolist())

    def simplices(k: int, cell: int) -> Iterator[tuple[int, ...]]:
        if k == 0:
            yield (cell,)
            return
        apex = min(vertices(k, cell))
        for facet in complex_.cells.facets(k)[cell].tolist():
            if apex not in vertices(k - 1, facet):
                for simplex in simplices(k - 1, facet):
                    yield (apex, *simplex)

    return list(simplices(complex_.dimension, region.index))


def volume(region: Region) -> Fraction:
    """The exact volume of a bounded region."""
    complex_ = region.complex
    d = complex_.dimension
    points: dict[int, tuple[list[int], int]] = {}
    for index in region.vertex_indices:
        point = complex_.vertex(index)
        common = lcm(*(x.denominator for x in point))
        points[index] = [int(x * common) for x in point] + [common], common
    total = Fraction(0)
    for simplex in pulling_triangulation(region):
        # The determinant of homogeneous coordinates is d! times the signed volume times the
        # product of the denominators.
        determinant = int(fmpz_mat([points[v][0] for v in simplex]).det())
        denominator = 1
        for v in simplex:
            denominator *= points[v][1]
        total += Fraction(abs(determinant), denominator)
    return total / factorial(d)
