"""Which regions hold which points: many points at once, exactly.

A float64 point is a rational number. Its pre-activations are evaluated in float64 with a rigorous error
bound (proofs/filter.md, Theorem 1); what the bound leaves undecided is evaluated exactly. A region's
closure holds a point iff the region's row agrees with the point's wherever the latter is nonzero
(proofs/complex.md, Theorem 3); without a zero of its own the point's row is the region's.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from exactpoly.arithmetic.arrays import Floats, IndexLists, Marks, Signs
from exactpoly.arithmetic.filter_bounds import INFLATE, UNIT, layer_bounds
from exactpoly.arithmetic.growable import frozen
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex.points import Points
from exactpoly.complex.sides import side_network
from exactpoly.domain import Domain, Polytope

if TYPE_CHECKING:
    from exactpoly.complex.cell_arrays import CellArrays
    from exactpoly.network.network import Network

__all__ = ["RowsInOrder", "activation", "all_regions", "first_regions", "inside"]

_CHUNK = 1 << 13
_LETTERS = b"\1", b"\2", b"\3"


def inside(points: Points, domain: Domain, *, strictly: bool = False) -> Marks:
    """bool, shape (n,): which points lie in the closed domain (its interior), exactly."""
    result = np.ones(len(points), np.bool_)
    if domain.is_space:
        return result
    if isinstance(domain, Polytope):
        signs = activation(side_network(domain), points)
        return np.asarray((signs > 0 if strictly else signs >= 0).all(axis=1))
    assert domain.bounds is not None
    if points.given is not None:
        marks = [domain.contains(point, strictly=strictly) for point in points.given]
        return np.array(marks, np.bool_)
    for column, (low, high) in zip(points.floats.T, domain.bounds, strict=True):
        result &= _above(column, low, strictly) & _above(-column, -high, strictly)
    return result


def _above(column: Floats, bound: Fraction, strictly: bool) -> Marks:
    """bool, shape (n,): which float64 numbers are at least an exact bound (or above it)."""
    near = rounded(bound.numerator, bound.denominator)
    # No float64 number lies between the bound and its rounding, which is above, below or equal.
    equal = np.isfinite(near) and Fraction(near) == bound
    marks: Marks = column >= near if equal and not strictly else column > near
    if not equal and (near == np.inf or (np.isfinite(near) and Fraction(near) > bound)):
        marks = column >= near
    return marks


def activation(network: Network, points: Points) -> Signs:
    """int8, shape (n, neurons): the exact signs of all pre-activations at the points."""
    result = np.empty((len(points), network.n_neurons), np.int8)
    layers = [(layer.float_weight, layer.float_bias) for layer in network.layers]
    bounds = layer_bounds(layers)
    for start in range(0, len(points), _CHUNK):
        part = slice(start, min(start + _CHUNK, len(points)))
        undecided = np.zeros(part.stop - start, np.bool_)
        with np.errstate(all="ignore"):
            hidden = points.floats[part].T
            size = np.abs(hidden).max(axis=0) * INFLATE
            off = (2 * UNIT * size + 2.0**-1022) if points.given is not None else 0.0 * size
            first = 0
            for layer, (weight, bias), bound in zip(network.layers, layers, bounds, strict=True):
                hidden = weight @ hidden + bias[:, None]
                units = list(layer.neurons)
                values = hidden[units]
                error = bound.constant[units, None] + bound.slope[units, None] * size
                error = (error + bound.lipschitz[units, None] * off) * INFLATE
                # Not (|value| > error) rather than <=, so that NaN is undecided; nor is infinity decided.
                sure = (np.abs(values) > error) & np.isfinite(values)
                undecided |= ~sure.all(axis=0)
                stop = first + len(units)
                result[part, first:stop] = np.where(values > 0, 1, -1).T
                hidden[units] = np.where(values > 0, values, 0.0)
                first = stop
        for place in np.flatnonzero(undecided).tolist():
            result[start + place] = network.sign_row(points[start + place])
    return result


def all_regions(complex_: CellArrays, points: Points) -> IndexLists:
    """All regions whose closure holds each point, increasing, as lists; none outside the domain."""
    held = inside(points, complex_.domain)
    rows, in_order = activation(complex_.network, points), complex_.rows_in_order
    found = _equal_rows(in_order, rows)
    counts = held.astype(np.int64)
    boundary = np.flatnonzero(held & (found < 0)).tolist()
    touching: dict[bytes, np.ndarray] = {}
    for place in boundary:
        key = rows[place].tobytes()
        if key not in touching:
            touching[key] = _touching(in_order, rows[place])
        counts[place] = len(touching[key])
    lists = IndexLists.of(counts, np.repeat(found, counts))
    entries = lists.entries.copy()
    for place in boundary:
        entries[lists.start[place] : lists.start[place + 1]] = touching[rows[place].tobytes()]
    return IndexLists(lists.start, entries)


def first_regions(complex_: CellArrays, points: Points) -> np.ndarray:
    """int64, shape (n,): the first region whose closure holds each point, -1 outside the domain."""
    lists = all_regions(complex_, points)
    result = np.full(len(points), -1, np.int64)
    held = lists.counts > 0
    result[held] = lists.entries[lists.start[:-1][held]]
    return result


@dataclass(frozen=True, eq=False)
class RowsInOrder:
    """Sign rows as words of the letters 1, 2, 3 for 1, 0, -1. ``words``: bytes, shape (n,), increasing;
    ``order``: int64, (n,), the regions that they are the rows of.
    """

    words: np.ndarray
    order: np.ndarray

    @classmethod
    def of(cls, rows: Signs) -> RowsInOrder:
        """Those of at least one neuron."""
        words = _words(rows)
        order = np.argsort(words, kind="stable")
        return cls(frozen(words[order]), frozen(order))

    def __reduce__(self) -> tuple[type[RowsInOrder], tuple[np.ndarray, np.ndarray]]:
        """So that a copy is read only too."""
        return RowsInOrder, (frozen(self.words), frozen(self.order))


def _words(rows: Signs) -> np.ndarray:
    words: np.ndarray = np.ascontiguousarray(np.int8(2) - rows).view(f"S{rows.shape[1]}")[:, 0]
    return words


def _equal_rows(regions: RowsInOrder | None, rows: Signs) -> np.ndarray:
    """int64, shape (n,): the region with exactly this row, -1 where there is none."""
    if regions is None:
        return np.zeros(len(rows), np.int64)
    wanted = _words(rows)
    place = np.minimum(np.searchsorted(regions.words, wanted), len(regions.words) - 1)
    result: np.ndarray = np.where(regions.words[place] == wanted, regions.order[place], -1)
    return result


def _touching(regions: RowsInOrder | None, row: Signs) -> np.ndarray:
    """The regions whose rows agree with ``row`` wherever that is nonzero, increasing.

    Zero after zero, the beginnings of rows that agree so far. Each is that of a region of the first neurons
    alone, in whose closure the point lies, and goes on to at least one region (proofs/complex.md, Theorem 3
    for these neurons): no beginning is followed in vain.
    """
    assert regions is not None
    letters = (np.int8(2) - row).tobytes()
    beginnings, stop = [b""], 0
    for zero in np.flatnonzero(row == 0).tolist():
        piece, stop = letters[stop:zero], zero + 1
        tried = [one + piece + letter for one in beginnings for letter in _LETTERS]
        place = np.minimum(np.searchsorted(regions.words, tried), len(regions.words) - 1)
        met = regions.words[place].tolist()
        beginnings = [one for one, word in zip(tried, met, strict=True) if word.startswith(one)]
    place = np.searchsorted(regions.words, [one + letters[stop:] for one in beginnings])
    return np.sort(regions.order[place])
