"""What is asked of every region, for all of them at once.

Exact results come from the same formulas as those of one `Region`, shared work done once: each vertex is
solved once, each face of the lattice triangulated once. Float results are proven where it is said so.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
from flint import fmpq, fmpz_mat

from exactpoly.arithmetic.arrays import Floats, IndexLists, Marks
from exactpoly.arithmetic.growable import frozen
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex.locate import Points, activation

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["affine_maps", "facet_neurons", "finite", "interior_points", "vertex_array", "volumes"]

_CHUNK = 1 << 12
_FAR = (0.0, 2.0**4, 2.0**12, 2.0**30, 2.0**60)
"""Values tried for `M` in regions that reach the box at infinity."""


def vertex_array(complex_: Complex) -> Floats:
    """float64, shape (f_0, d): each coordinate is the exact one, correctly rounded."""
    exact, d = complex_.cells.coordinates.exact, complex_.dimension
    result = np.empty((complex_.f_vector[0], d))
    for vertex, line in enumerate(result):
        numerators, denominator = exact(vertex)
        below = int(denominator)
        line[:] = [rounded(int(numerators[i, 0]), below) for i in range(d)]
    return frozen(result)


def finite(lists: IndexLists, count: int) -> IndexLists:
    """The lists without the cells at infinity, which are the numbers from ``count`` on."""
    kept = lists.entries < count
    if kept.all():
        return lists
    counts = np.bincount(lists.owners[kept], minlength=len(lists))
    return IndexLists.of(counts, lists.entries[kept])


def facet_neurons(complex_: Complex) -> IndexLists:
    """For each (d-1)-cell the neurons that vanish on it and not on all regions beside it."""
    below, count = complex_.dimension - 1, complex_.f_vector[-2]
    pairs, regions = complex_.neighbours[:count], complex_.region_rows
    walls = complex_.cells.rows(below)[:count]
    beside = (regions[pairs[:, 0]] != 0) | ((regions[pairs[:, 1]] != 0) & (pairs[:, 1:] >= 0))
    place, neuron = np.nonzero((walls == 0) & beside)
    return IndexLists.of(np.bincount(place, minlength=count), neuron)


def affine_maps(complex_: Complex) -> tuple[Floats, Floats]:
    """float64, shapes (regions, outputs, d) and (regions, outputs): matrices and constants, rounded."""
    network, rows = complex_.network, complex_.region_rows
    d, outputs = network.input_dimension, network.output_dimension
    result = np.empty((len(rows), outputs, d + 1))
    with np.errstate(all="ignore"):
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            current = np.broadcast_to(np.eye(d, d + 1), (len(part), d, d + 1))
            first = 0
            for layer in network.layers:
                current = layer.float_weight @ current
                current[:, :, d] += layer.float_bias
                stop = first + len(layer.neurons)
                current[:, list(layer.neurons)] *= (part[:, first:stop] > 0)[:, :, None]
                first = stop
            result[start : start + _CHUNK] = current
    return frozen(result[:, :, :d]), frozen(result[:, :, d])


def interior_points(complex_: Complex) -> Floats:
    """float64, shape (regions, d): a point inside each region, proven; NaN where none was found.

    The mean of a region's vertices is taken for the rational number that it is, and its sign row,
    decided exactly, must be the region's; on `R^d` several values are tried for `M`.
    """
    cells, d = complex_.cells, complex_.dimension
    lists = cells.vertices(d)
    position, regions = cells.coordinates.position, complex_.region_rows
    counts = lists.counts[:, None]
    means = [
        np.add.reduceat(part.T[lists.entries], lists.start[:-1], axis=0) / counts
        for part in position
    ]
    result = np.full((len(regions), d), np.nan)
    left = np.arange(len(regions))
    for far in _FAR[: 1 if len(means) == 1 else None]:
        proposal = means[0][left] + (far * means[-1][left] if far else 0.0)
        usable: Marks = np.logical_and.reduce(np.isfinite(proposal), axis=1)
        points = Points(np.where(usable[:, None], proposal, 0.0), d)
        same = activation(complex_.network, points) == regions[left]
        good: Marks = usable & np.logical_and.reduce(same, axis=1)
        good &= points.inside(complex_.domain, strictly=True)
        result[left[good]] = proposal[good]
        left = left[np.logical_not(good)]
    return frozen(result)


def volumes(complex_: Complex) -> list[Fraction | None]:
    """Exact volume of each region, None for an unbounded one, by one pulling triangulation of all cells."""
    cells, d = complex_.cells, complex_.dimension
    bounded = np.flatnonzero(complex_.bounded)
    result: list[Fraction | None] = [None] * complex_.n_regions
    simplices = _triangulated(complex_)
    used = simplices[1][np.isin(simplices[0], bounded)]
    points: dict[int, tuple[list[int], int]] = {}
    for vertex in np.unique(used).tolist():
        numerators, denominator = cells.coordinates.exact(vertex)
        line = [int(numerators[i, 0]) for i in range(d)]
        points[vertex] = [*line, int(denominator)], int(denominator)
    totals = [fmpq(0)] * complex_.n_regions
    for region, simplex in zip(simplices[0].tolist(), simplices[1].tolist(), strict=True):
        if complex_.bounded[region]:
            determinant = abs(fmpz_mat([points[v][0] for v in simplex]).det())
            denominator = 1
            for v in simplex:
                denominator *= points[v][1]
            totals[region] += fmpq(determinant, denominator)
    whole = factorial(d)
    for region in bounded.tolist():
        total = totals[region] / whole
        result[region] = Fraction(int(total.p), int(total.q))
    return result


def _triangulated(complex_: Complex) -> tuple[np.ndarray, np.ndarray]:
    """(region, simplex): int64 (m,) and (m, d + 1), the pulling triangulations of all regions.

    Each cell is coned from its first vertex over its facets that do not hold it, which are those whose
    own first vertex is another one.
    """
    cells = complex_.cells
    first = np.arange(cells.sizes[0], dtype=np.int64)
    owner, simplices = first, first[:, None]
    for k in range(1, cells.dimension + 1):
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
