"""What a triangulation of all cells gives: volumes of regions and facets, and points drawn uniformly.

One pulling triangulation serves all cells (see `exactpoly.complex.measure`): each is coned from its first
vertex over its facets that do not hold it, so a face of two cells is triangulated once.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
from flint import fmpq, fmpz_mat

from exactpoly.arithmetic.arrays import Floats, IndexLists
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex.locate import Points

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["facet_volumes", "sample", "volumes"]

_MOST_ROUNDS = 1000

Homogeneous = tuple[list[int], int]
"""Numerators of a point, then their common denominator once more; and that denominator."""


def volumes(complex_: Complex) -> list[Fraction | None]:
    """Exact volume of each region, None for an unbounded one."""
    bounded = complex_.bounded
    result: list[Fraction | None] = [None] * complex_.n_regions
    owner, simplices = _triangulated(complex_, complex_.dimension)
    kept = bounded[owner]
    totals = _totals(complex_, owner[kept], simplices[kept], complex_.n_regions)
    for region in np.flatnonzero(bounded).tolist():
        result[region] = _fraction(totals[region])
    return result


def _totals(complex_: Complex, owner: np.ndarray, simplices: np.ndarray, count: int) -> list[fmpq]:
    points = _homogeneous(complex_, np.unique(simplices).tolist())
    totals = [fmpq(0)] * count
    for place, simplex in zip(owner.tolist(), simplices.tolist(), strict=True):
        determinant = abs(fmpz_mat([points[v][0] for v in simplex]).det())
        denominator = 1
        for v in simplex:
            denominator *= points[v][1]
        totals[place] += fmpq(determinant, denominator)
    whole = factorial(complex_.dimension)
    return [total / whole for total in totals]


def _homogeneous(complex_: Complex, vertices: Iterable[int]) -> dict[int, Homogeneous]:
    d, exact = complex_.dimension, complex_.cells.coordinates.exact
    points: dict[int, Homogeneous] = {}
    for vertex in vertices:
        numerators, denominator = exact(vertex)
        line = [int(numerators[i, 0]) for i in range(d)]
        points[vertex] = [*line, int(denominator)], int(denominator)
    return points


def _fraction(number: fmpq) -> Fraction:
    return Fraction(int(number.p), int(number.q))


def _triangulated(complex_: Complex, dimension: int) -> tuple[np.ndarray, np.ndarray]:
    """(cell, simplex): int64 (m,) and (m, k + 1), triangulations of all cells of dimension `k`.

    Each cell is coned from its first vertex over its facets that do not hold it, which are those whose
    own first vertex is another one.
    """
    cells = complex_.cells
    first = np.arange(cells.sizes[0], dtype=np.int64)
    owner, simplices = first, first[:, None]
    for k in range(1, dimension + 1):
        facets = cells.facets(k)
        apex = np.minimum.reduceat(first[facets.entries], facets.start[:-1])
        opposite = first[facets.entries] != apex[facets.owners]
        chosen, cell = facets.entries[opposite], facets.owners[opposite]
        of_facet = IndexLists.of(
            np.bincount(owner, minlength=cells.sizes[k - 1]), np.arange(len(owner))
        )
        taken = of_facet.take(chosen)
        owner = cell[taken.owners].astype(np.int64)
        simplices = np.column_stack([apex[owner], simplices[taken.entries]])
        first = apex
    return owner, simplices


def facet_volumes(complex_: Complex) -> list[Fraction | None]:
    """The exact squares of the (d-1)-volumes of all (d-1)-cells, None for unbounded ones.

    The square is the sum over the axes of the squares of the volumes of the projections along them: all
    simplices of a facet lie in one hyperplane, so their projections add up.
    """
    d, count = complex_.dimension, complex_.f_vector[-2]
    owner, simplices = _triangulated(complex_, d - 1)
    owner, simplices = owner[owner < count], simplices[owner < count]
    bounded = np.ones(count, np.bool_)
    bounded[owner[(simplices >= complex_.f_vector[0]).any(axis=1)]] = False
    kept = bounded[owner]
    points = _homogeneous(complex_, np.unique(simplices[kept]).tolist())
    projected = [[fmpq(0)] * d for _ in range(count)]
    for place, simplex in zip(owner[kept].tolist(), simplices[kept].tolist(), strict=True):
        corners = [points[v][0] for v in simplex]
        denominator = 1
        for v in simplex:
            denominator *= points[v][1]
        for axis in range(d):
            minor = fmpz_mat([[*row[:axis], *row[axis + 1 :]] for row in corners]).det()
            projected[place][axis] += fmpq(abs(minor), denominator)
    whole = factorial(d - 1) ** 2
    squares = [_fraction(sum((x * x for x in line), fmpq(0)) / whole) for line in projected]
    return [s if good else None for s, good in zip(squares, bounded.tolist(), strict=True)]


def sample(complex_: Complex, n: int, seed: int) -> Floats:
    """float64, shape (n, d): points of a bounded domain, uniform but for the rounding of coordinates.

    A simplex is drawn by its volume and a point in it; one that rounding has put outside is drawn anew.
    """
    _, simplices = _triangulated(complex_, complex_.dimension)
    points = _homogeneous(complex_, np.unique(simplices).tolist())
    parts = _totals(complex_, np.arange(len(simplices)), simplices, len(simplices))
    weights = np.cumsum([rounded(int(part.p), int(part.q)) for part in parts])
    corners = {
        v: np.array([rounded(x, below) for x in line[:-1]]) for v, (line, below) in points.items()
    }
    table = np.array([[corners[v] for v in simplex] for simplex in simplices.tolist()])
    random = np.random.default_rng(seed)
    result = np.empty((n, complex_.dimension))
    left = np.arange(n)
    for _ in range(_MOST_ROUNDS):
        if not len(left):
            break
        draw = random.random(len(left)) * weights[-1]
        chosen = np.minimum(np.searchsorted(weights, draw, side="right"), len(weights) - 1)
        shares = random.dirichlet(np.ones(complex_.dimension + 1), len(left))
        drawn = np.einsum("nk,nkd->nd", shares, table[chosen])
        inside = Points(drawn, complex_.dimension).inside(complex_.domain)
        result[left[inside]] = drawn[inside]
        left = left[~inside]
    return result
