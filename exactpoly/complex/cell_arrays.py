"""Counts, cells and neighbours of a complex as arrays: the part of `Complex` that needs no coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from exactpoly.arithmetic.arrays import IndexLists, Sides, Signs
from exactpoly.arithmetic.growable import frozen, kept
from exactpoly.complex import batched
from exactpoly.complex.cells import Cells
from exactpoly.complex.locate import RowsInOrder
from exactpoly.complex.oracle import SignStatistics
from exactpoly.complex.subdivide import Subdivision
from exactpoly.errors import InternalError
from exactpoly.summary import Summary, histogram

__all__ = ["CellArrays"]


class CellArrays:
    """The cells of a complex, how many there are and how they hang together; see `Complex`."""

    def __init__(self, subdivision: Subdivision) -> None:
        self.full_network = subdivision.network
        self.network = subdivision.network.truncated(subdivision.done)
        self.domain = subdivision.domain
        self.stopped = subdivision.stopped
        self.complete = subdivision.done == subdivision.network.n_neurons
        self.dimension = self.network.input_dimension
        block = subdivision.block
        self.cells = Cells.of_block(block)
        self.geometry = self.cells.coordinates.geometry
        self._statistics = replace(block.oracle.statistics)

    def __getstate__(self) -> dict[str, Any]:
        """What is stored, without what can be found again."""
        return kept(self)

    # Counts

    @property
    def statistics(self) -> SignStatistics:
        """How many signs each stage of the oracle decided.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.statistics.exact
        0
        """
        return replace(self._statistics)

    @cached_property
    def f_vector(self) -> tuple[int, ...]:
        """`(f_0, .., f_d)`: number of cells of each dimension; on a box with its boundary.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.f_vector
        (9, 12, 4)
        """
        return self.cells.counts

    @property
    def n_regions(self) -> int:
        """Number of regions.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.n_regions
        4
        """
        return self.cells.sizes[-1]

    @property
    def region_rows(self) -> Signs:
        """int8, shape (regions, neurons): sign row of each region.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.region_rows.tolist()
        [[1, 1], [1, -1], [-1, 1], [-1, -1]]
        """
        return self.cells.rows(self.dimension)

    @cached_property
    def rows_in_order(self) -> RowsInOrder | None:
        """What regions are found by; None without neurons. See `exactpoly.complex.locate`.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.rows_in_order.order.tolist()
        [0, 1, 2, 3]
        """
        return RowsInOrder.of(self.region_rows) if self.network.n_neurons else None

    @cached_property
    def facet_counts(self) -> np.ndarray:
        """int64, shape (regions,): facets of each region off the boundary of the domain.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.facet_counts.tolist()
        [2, 2, 2, 2]
        """
        facets = self.cells.facets(self.dimension)
        inner = (self.cells.sides(self.dimension - 1) == 0)[facets.entries]
        return frozen(np.add.reduceat(inner.astype(np.int64), facets.start[:-1]))

    @cached_property
    def facet_counts_with_domain_boundary(self) -> np.ndarray:
        """int64, shape (regions,): facets of each region, on a box with those on its boundary.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.facet_counts_with_domain_boundary.tolist()
        [4, 4, 4, 4]
        """
        facets = self.cells.facets(self.dimension)
        return self.facet_counts if self.domain.is_space else frozen(facets.counts)

    @cached_property
    def bounded(self) -> np.ndarray:
        """bool, shape (regions,): whether each region is bounded.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.bounded.tolist()
        [True, True, True, True]
        """
        if not self.domain.is_space:
            return frozen(np.ones(self.n_regions, bool))
        # A region is unbounded iff it has a facet on the box at infinity.
        facets = self.cells.facets(self.dimension)
        far = (self.cells.sides(self.dimension - 1) != 0)[facets.entries]
        return frozen(~np.logical_or.reduceat(far, facets.start[:-1]))

    @cached_property
    def simple(self) -> bool:
        """Whether every `k`-cell lies on exactly `d - k` zero sets (proofs/complex.md, Theorem 5).

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.simple
        True
        """
        return not any(len(self.cells.excess(k)) for k in range(self.dimension + 1))

    def non_simple_cells(self) -> Iterator[tuple[int, tuple[int, ...], tuple[int, ...]]]:
        """The cells to blame when the complex is not simple: (dimension, neurons, sides).

        ``neurons`` and ``sides`` are those that vanish on the cell, more than `d - dimension`; lower
        dimensions come first.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> list(c.non_simple_cells())
        []
        """
        for k in range(self.dimension + 1):
            for cell in self.cells.excess(k):
                row, sides = self.cells.row(k, int(cell)), int(self.cells.sides(k)[cell])
                yield k, tuple(int(n) for n in np.flatnonzero(row == 0)), _bits(sides)

    def summary(self) -> Summary:
        """The counts that both engines must agree on, checked (Euler's relation).

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.summary().f_vector
        (9, 12, 4)
        """
        summary = Summary(
            self.network,
            self.domain,
            "subdivide",
            self.f_vector,
            histogram(self.facet_counts),
            histogram(self.facet_counts_with_domain_boundary),
            self.simple,
            self.complete,
        )
        summary.check()
        return summary

    @property
    def mean_facets(self) -> Fraction:
        """Exact mean of `facet_counts`.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.mean_facets
        Fraction(2, 1)
        """
        return Fraction(int(self.facet_counts.sum()), self.n_regions)

    @property
    def mean_facets_with_domain_boundary(self) -> Fraction:
        """Exact mean of `facet_counts_with_domain_boundary`.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.mean_facets_with_domain_boundary
        Fraction(4, 1)
        """
        return Fraction(int(self.facet_counts_with_domain_boundary.sum()), self.n_regions)

    @property
    def facet_histogram(self) -> dict[int, int]:
        """Number of facets off the boundary of the domain -> number of regions.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.facet_histogram
        {2: 4}
        """
        return histogram(self.facet_counts)

    # Cells

    def signs(self, k: int, neuron: int | None = None) -> Signs:
        """Signs of the neurons on all `k`-cells: int8, (f_k, neurons), or (f_k,) of one ``neuron``.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.signs(2).tolist(), c.signs(2, neuron=1).tolist()
        ([[1, 1], [1, -1], [-1, 1], [-1, -1]], [1, -1, 1, -1])
        """
        if neuron is None:
            return self.cells.rows(k)[: self.f_vector[k]]
        return self.cells.signs(k, neuron)[: self.f_vector[k]]

    def sides(self, k: int) -> Sides:
        """uint32, shape (f_k,): bit `s` is set iff the `k`-cell lies on side `s` of the box.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> sorted(c.sides(0).tolist())
        [0, 1, 2, 4, 5, 6, 8, 9, 10]
        """
        return self.cells.sides(k)[: self.f_vector[k]]

    def facets(self, k: int | None = None) -> IndexLists:
        """The facets of each `k`-cell (default: of each region), numbers of (k-1)-cells: f_k lists.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.facets(2).counts.tolist(), c.facets(1).counts.tolist()[:3]
        ([4, 4, 4, 4], [2, 2, 2])
        """
        k = self.dimension if k is None else k
        lists = self.cells.facets(k)
        return batched.finite(lists.first(self.f_vector[k]), self.f_vector[k - 1])

    def cofaces(self, k: int) -> IndexLists:
        """The (k+1)-cells that each `k`-cell is a facet of: f_k lists.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> c.cofaces(0)[0].tolist(), c.facets(1).counts.tolist(), c.facets().counts.tolist()
        ([0, 1, 2, 3], [1, 1, 1, 1], [2, 2, 2, 2])
        """
        return self.cells.cofaces(k).first(self.f_vector[k])

    @property
    def region_facets(self) -> IndexLists:
        """The facets of each region as numbers of (d-1)-cells, on a box with those on its boundary.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.region_facets.counts.tolist()
        [4, 4, 4, 4]
        """
        return self.facets(self.dimension)

    @property
    def region_vertices(self) -> IndexLists:
        """The vertices of each region, increasing, as places in `vertex_array`; on `R^d` finite ones.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.region_vertices.counts.tolist()
        [4, 4, 4, 4]
        """
        return batched.finite(self.cells.vertices(self.dimension), self.f_vector[0])

    @cached_property
    def facet_neurons(self) -> IndexLists:
        """For each (d-1)-cell the neurons that vanish on it but not on every region beside it.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> sorted(c.facet_neurons[f].tolist() for f in range(12))[-4:]
        [[0], [0], [1], [1]]
        """
        return batched.facet_neurons(self)

    @cached_property
    def neighbours(self) -> np.ndarray:
        """int32, shape (cells.sizes[d-1], 2): the regions on each side of each facet, or -1.

        Raises `InternalError` unless a facet off the boundary has two regions and one on it has one.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.neighbours.shape, int((c.neighbours[:, 1] < 0).sum())
        ((12, 2), 8)
        """
        owners = self.cells.cofaces(self.dimension - 1)
        inner = self.cells.sides(self.dimension - 1) == 0
        if not np.array_equal(owners.counts, np.where(inner, 2, 1)):
            raise InternalError("a facet is not shared by exactly two regions")
        first = owners.start[:-1]
        result = np.full((len(owners), 2), -1, np.int32)
        result[:, 0] = owners.entries[first]
        result[inner, 1] = owners.entries[first[inner] + 1]
        return frozen(result)

    def vertex(self, index: int) -> tuple[Fraction, ...]:
        """Exact coordinates of a vertex by its index.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.vertex(0) in set(c.vertices())
        True
        """
        if not 0 <= index < self.f_vector[0]:
            raise IndexError(f"vertex {index} of {self.f_vector[0]}")
        return self.cells.coordinates.points([index])[0]

    def vertices(self) -> Iterator[tuple[Fraction, ...]]:
        """Exact coordinates of all vertices, made one by one.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> len(set(c.vertices()))
        9
        """
        return (self.vertex(i) for i in range(self.f_vector[0]))


def _bits(mask: int) -> tuple[int, ...]:
    return tuple(s for s in range(mask.bit_length()) if mask >> s & 1)
