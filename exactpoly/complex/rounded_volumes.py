"""The volumes of all regions as float64, correctly rounded, from vertices that are enclosed to ninety bits.

Determinants of the simplices of a triangulation are computed in pairs of float64 with a proven error bound
and added up; a sum whose enclosure rounds to one number is rounded, the others come from exact arithmetic
(proofs/filter.md, Theorem 9).
"""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from exactpoly.arithmetic.arrays import Floats
from exactpoly.arithmetic.double_double import Pair, magnitude, quotient, sum_of, times
from exactpoly.arithmetic.filter_bounds import INFLATE, UNIT
from exactpoly.arithmetic.growable import frozen
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex.enclosed import Enclosed, rounded_right
from exactpoly.complex.enclosed_vertices import enclosed_vertices
from exactpoly.complex.triangulated import exact_volumes, triangulated

if TYPE_CHECKING:
    from exactpoly.complex.cell_arrays import CellArrays

__all__ = ["volume_array"]

_CHUNK = 1 << 13
_LOST = 2.0**-1000
"""More than underflow takes away from a determinant of numbers up to 1."""


def volume_array(complex_: CellArrays) -> Floats:
    """float64, shape (regions,): each volume correctly rounded, infinite where a region is unbounded."""
    bounded = complex_.bounded
    owner, simplices = triangulated(complex_, complex_.dimension)
    kept = bounded[owner]
    parts = _simplex_volumes(enclosed_vertices(complex_), simplices[kept])
    found = _sums(parts, np.bincount(owner[kept], minlength=len(bounded)), complex_.dimension)
    result = np.where(bounded, found.high, np.inf)
    open_ = np.flatnonzero(bounded & ~rounded_right(found))
    exact = exact_volumes(complex_, owner, simplices, open_)
    for region, volume in zip(open_.tolist(), exact, strict=True):
        result[region] = rounded(volume.numerator, volume.denominator)
    return frozen(result)


def _simplex_volumes(vertices: Enclosed, simplices: np.ndarray) -> Enclosed:
    """`d!` times the volumes of simplices, shape (m,), given by `d + 1` places in ``vertices`` each."""
    result = Enclosed(*(np.empty(len(simplices)) for _ in range(3)))
    for start in range(0, len(simplices), _CHUNK):
        corners = simplices[start : start + _CHUNK].T
        # Axes: corner, coordinate, simplex.
        high, low, error = (np.moveaxis(a[corners], 2, 1) for a in vertices.arrays)
        with np.errstate(all="ignore"):
            apex = (
                np.broadcast_to(-high[:1], high[1:].shape),
                np.broadcast_to(-low[:1], high[1:].shape),
            )
            edges = sum_of((high[1:], low[1:]), apex)
            sizes = np.abs(high)
            off = error[1:] + error[:1] + (sizes[1:] + sizes[:1]) * (4 * UNIT * UNIT * INFLATE)
            determinant = magnitude(_determinant(edges))
            found = (*determinant, _determinant_error(edges, off))
        for whole, part in zip(result.arrays, found, strict=True):
            whole[start : start + _CHUNK] = part
    return result


def _determinant(rows: Pair) -> Pair:
    """Determinants of matrices of pairs, shape (d, d, m), by expansion along one row after the other."""
    size = len(rows[0])
    minors: dict[tuple[int, ...], Pair] = {
        (j,): (rows[0][0, j], rows[1][0, j]) for j in range(size)
    }
    for k in range(1, size):
        row = [(rows[0][k, j], rows[1][k, j]) for j in range(size)]
        larger: dict[tuple[int, ...], Pair] = {}
        for columns in combinations(range(size), k + 1):
            total: Pair | None = None
            for place, j in enumerate(columns):
                term = times(row[j], minors[columns[:place] + columns[place + 1 :]])
                if (k + place) % 2:
                    term = (-term[0], -term[1])
                total = term if total is None else sum_of(total, term)
            assert total is not None
            larger[columns] = total
        minors = larger
    return minors[tuple(range(size))]


def _determinant_error(rows: Pair, off: Floats) -> Floats:
    """What a computed determinant is off by if the entries are off by up to ``off``, shape (d, d, m)."""
    size = len(off)
    lengths = np.abs(rows[0]).sum(axis=1) * INFLATE
    errors = off.sum(axis=1) * INFLATE
    product, change = np.ones_like(errors[0]), np.zeros_like(errors[0])
    scale = np.ones_like(product)
    for length, error in zip(lengths, errors, strict=True):
        change = (change * (length + error) + product * error) * INFLATE
        product = product * (length + error) * INFLATE
        scale = scale * np.maximum(length, 1.0) * INFLATE
    rounding = (16 * size + 4 * size * size) * UNIT * UNIT
    result: Floats = (change + product * rounding + scale * _LOST) * INFLATE
    return result


def _sums(parts: Enclosed, counts: np.ndarray, dimension: int) -> Enclosed:
    """The volumes of regions that have ``counts``, shape (n,), of the simplices each, in order."""
    start = np.cumsum(counts) - counts
    order = np.argsort(-counts, kind="stable")
    high, low, error = (np.zeros(len(counts)) for _ in range(3))
    most = int(counts.max(initial=0))
    present = np.searchsorted(-counts[order], -np.arange(most), side="left")
    with np.errstate(all="ignore"):
        for j in range(most):
            regions = order[: present[j]]
            places = start[regions] + j
            total = sum_of((high[regions], low[regions]), (parts.high[places], parts.low[places]))
            high[regions], low[regions] = total
            error[regions] = (error[regions] + parts.error[places]) * (1.0 + 4 * UNIT)
        whole = factorial(dimension)
        error += (4 * most + 16) * UNIT * UNIT * INFLATE * high
        volume = quotient((high, low), whole)
    return Enclosed(*volume, error / whole * INFLATE + _LOST)
