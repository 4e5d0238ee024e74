"""What a triangulation of all cells gives: volumes of regions and facets, and points drawn uniformly.

One pulling triangulation serves all cells (see `exactpoly.complex.measure`): each is coned from its first
vertex over its facets that do not hold it, so a face of two cells is triangulated once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
from flint import fmpq, fmpz, fmpz_mat

from exactpoly.arithmetic.arrays import Floats, IndexLists
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex.locate import inside
from exactpoly.complex.points import Points
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.complex.cell_arrays import CellArrays

__all__ = [
    "BEYOND",
    "TOO_THIN",
    "exact_volumes",
    "facet_volumes",
    "sample",
    "triangulated",
    "volumes",
]

_MOST_ROUNDS = 1000

BEYOND = "sample: the domain is beyond float64; restrict it to a smaller one first"
TOO_THIN = "sample: the domain is too thin for points in float64; give the network other units"

Homogeneous = tuple[list[fmpz], fmpz]
"""Numerators of a point, then their common denominator once more; and that denominator."""


def volumes(complex_: CellArrays) -> list[Fraction | None]:
    """Exact volume of each region, None for an unbounded one."""
    bounded = np.flatnonzero(complex_.bounded)
    owner, simplices = triangulated(complex_, complex_.dimension)
    found = iter(exact_volumes(complex_, owner, simplices, bounded))
    return [next(found) if inside else None for inside in complex_.bounded.tolist()]


def exact_volumes(
    complex_: CellArrays, owner: np.ndarray, simplices: np.ndarray, regions: np.ndarray
) -> list[Fraction]:
    """Exact volumes of some bounded ``regions`` from a triangulation of all, as `triangulated` gives it."""
    if not len(regions):
        return []
    counts = np.bincount(owner, minlength=complex_.n_regions)
    chosen = IndexLists.of(counts, np.arange(len(owner))).take(regions)
    own = simplices[chosen.entries]
    return [_fraction(total) for total in _totals(complex_, chosen.counts.tolist(), own)]


def _totals(complex_: CellArrays, counts: Sequence[int], simplices: np.ndarray) -> list[fmpq]:
    """The exact volumes of runs of ``counts`` simplices, added up over common denominators."""
    points = _homogeneous(complex_, np.unique(simplices).tolist())
    whole, left, totals = factorial(complex_.dimension), iter(simplices.tolist()), []
    for count in counts:
        own = [next(left) for _ in range(count)]
        common = fmpz(1)
        for v in {v for simplex in own for v in simplex}:
            common *= points[v][1]
        total = fmpz(0)
        for simplex in own:
            # The determinant of homogeneous coordinates is d! times the signed volume times the
            # product of the denominators.
            denominator = fmpz(1)
            for v in simplex:
                denominator *= points[v][1]
            total += abs(fmpz_mat([points[v][0] for v in simplex]).det()) * (common // denominator)
        totals.append(fmpq(total, common * whole))
    return totals


def _homogeneous(complex_: CellArrays, vertices: Iterable[int]) -> dict[int, Homogeneous]:
    d, exact = complex_.dimension, complex_.cells.coordinates.exact
    points: dict[int, Homogeneous] = {}
    for vertex in vertices:
        numerators, denominator = exact(vertex)
        points[vertex] = [*(numerators[i, 0] for i in range(d)), denominator], denominator
    return points


def _fraction(number: fmpq) -> Fraction:
    return Fraction(int(number.p), int(number.q))


def triangulated(complex_: CellArrays, dimension: int) -> tuple[np.ndarray, np.ndarray]:
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


def facet_volumes(complex_: CellArrays) -> list[Fraction | None]:
    """The exact squares of the (d-1)-volumes of all (d-1)-cells, None for unbounded ones.

    The square is the sum over the axes of the squares of the volumes of the projections along them: all
    simplices of a facet lie in one hyperplane, so their projections add up.
    """
    d, count = complex_.dimension, complex_.f_vector[-2]
    owner, simplices = triangulated(complex_, d - 1)
    owner, simplices = owner[owner < count], simplices[owner < count]
    bounded = np.ones(count, np.bool_)
    bounded[owner[(simplices >= complex_.f_vector[0]).any(axis=1)]] = False
    kept = bounded[owner]
    points = _homogeneous(complex_, np.unique(simplices[kept]).tolist())
    projected = [[fmpq(0)] * d for _ in range(count)]
    for place, simplex in zip(owner[kept].tolist(), simplices[kept].tolist(), strict=True):
        corners = [points[v][0] for v in simplex]
        denominator = fmpz(1)
        for v in simplex:
            denominator *= points[v][1]
        for axis in range(d):
            minor = fmpz_mat([[*row[:axis], *row[axis + 1 :]] for row in corners]).det()
            projected[place][axis] += fmpq(abs(minor), denominator)
    whole = factorial(d - 1) ** 2
    squares = [_fraction(sum((x * x for x in line), fmpq(0)) / whole) for line in projected]
    return [s if good else None for s, good in zip(squares, bounded.tolist(), strict=True)]


def sample(complex_: CellArrays, n: int, seed: int) -> Floats:
    """float64, shape (n, d): points of a bounded domain, uniform but for the rounding of coordinates.

    A simplex is drawn by its volume and a point in it; one that rounding has put outside is drawn anew.
    Raises `InputError` where none was found in a thousand rounds, and beyond float64.
    """
    _, simplices = triangulated(complex_, complex_.dimension)
    points = _homogeneous(complex_, np.unique(simplices).tolist())
    parts = _totals(complex_, [1] * len(simplices), simplices)
    whole = sum(parts, fmpq(0))
    shares = [part / whole for part in parts]  # Volumes themselves may be too small for float64.
    weights = np.cumsum([rounded(int(share.p), int(share.q)) for share in shares])
    corners = {
        v: np.array([rounded(int(x), int(below)) for x in line[:-1]])
        for v, (line, below) in points.items()
    }
    table = np.array([[corners[v] for v in simplex] for simplex in simplices.tolist()])
    if not np.isfinite(table).all():
        raise InputError(BEYOND)
    random = np.random.default_rng(seed)
    result = np.empty((n, complex_.dimension))
    left = np.arange(n)
    for _ in range(_MOST_ROUNDS):
        if not len(left):
            return result
        draw = random.random(len(left)) * weights[-1]
        chosen = np.minimum(np.searchsorted(weights, draw, side="right"), len(weights) - 1)
        barycentric = random.dirichlet(np.ones(complex_.dimension + 1), len(left))
        drawn = np.einsum("nk,nkd->nd", barycentric, table[chosen])
        held = inside(Points(drawn), complex_.domain)
        result[left[held]] = drawn[held]
        left = left[~held]
    raise InputError(TOO_THIN)
