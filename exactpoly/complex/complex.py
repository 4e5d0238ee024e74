"""The exact polyhedral complex that users hold.

A `Complex` is read-only, and so is every array that it keeps and hands out: counts and histograms are
arrays, regions and cells are made on request, exact coordinates when somebody asks for them. On `R^d`
the box at infinity stays inside; what is shown are the cells that lie on none of its sides
(proofs/complex.md, Theorem 7).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.arithmetic.growable import frozen
from exactpoly.complex.level import gather_segments
from exactpoly.complex.oracle import SignStatistics
from exactpoly.complex.region import Region
from exactpoly.complex.subdivide import Subdivision
from exactpoly.errors import InputError, InternalError
from exactpoly.summary import Summary, histogram

if TYPE_CHECKING:
    import networkx
    import pandas

__all__ = ["Complex"]


class Complex:
    """The complex of a network on a domain, by the engine `subdivide`.

    ``network``: the network whose complex this is; when a limit stopped the run it has only the
    neurons that were processed (`Network.truncated`), ``complete`` is False, ``stopped`` says why and
    ``full_network`` is the one that was asked for. Its number of regions is then a lower bound.
    """

    def __init__(self, subdivision: Subdivision) -> None:
        self.full_network = subdivision.network
        self.network = subdivision.network.truncated(subdivision.done)
        self.domain = subdivision.domain
        self.stopped = subdivision.stopped
        self.complete = subdivision.done == subdivision.network.n_neurons
        self.dimension = self.network.input_dimension
        block = subdivision.block
        self._oracle = block.oracle
        self._lattice = block.lattice
        self._lattice.sweep()
        self._lattice.sort_regions(self.network.n_neurons)
        self._levels = self._lattice.levels
        unbounded = not self.domain.is_box
        # Cells that belong to the complex: on R^d those off the box at infinity.
        self._shown = [
            level.sides.view == 0 if unbounded else np.ones(level.size, bool)
            for level in self._levels
        ]

    def __getstate__(self) -> dict[str, Any]:
        """Everything but cached arrays, which a copy would hold writable."""
        return {k: v for k, v in self.__dict__.items() if not isinstance(v, np.ndarray)}

    # Counts

    @property
    def statistics(self) -> SignStatistics:
        """How many signs each stage of the oracle decided."""
        return replace(self._oracle.statistics)

    @cached_property
    def f_vector(self) -> tuple[int, ...]:
        """`(f_0, .., f_d)`: number of cells of each dimension; on a box with its boundary."""
        return tuple(int(shown.sum()) for shown in self._shown)

    @property
    def n_regions(self) -> int:
        """Number of regions."""
        return self._levels[-1].size

    @cached_property
    def region_rows(self) -> np.ndarray:
        """int8, shape (regions, neurons): sign row of each region."""
        rows = self._lattice.rows.view[: self.network.n_neurons].T
        return frozen(rows.copy())

    @cached_property
    def facet_counts(self) -> np.ndarray:
        """int64, shape (regions,): facets of each region off the boundary of the domain."""
        top, below = self._levels[-1], self._levels[-2]
        inner = (below.sides.view == 0)[top.facets.view]
        return frozen(np.add.reduceat(inner.astype(np.int64), top.start.view))

    @cached_property
    def facet_counts_with_domain_boundary(self) -> np.ndarray:
        """int64, shape (regions,): facets of each region, on a box with those on its boundary."""
        return frozen(self._levels[-1].facet_counts()) if self.domain.is_box else self.facet_counts

    @cached_property
    def simple(self) -> bool:
        """Whether every `k`-cell lies on exactly `d - k` zero sets (proofs/complex.md, Theorem 5)."""
        return not any(len(self._excess(k)) for k in range(self.dimension + 1))

    def _excess(self, k: int) -> np.ndarray:
        """Indices of shown k-cells on more than `d - k` zero sets of neurons and sides."""
        level = self._levels[k]
        count = level.zeros.view + np.bitwise_count(level.sides.view)
        return np.flatnonzero(self._shown[k] & (count != self.dimension - k))

    def non_simple_cells(self) -> Iterator[tuple[int, tuple[int, ...], tuple[int, ...]]]:
        """The cells to blame when the complex is not simple: (dimension, neurons, sides).

        ``neurons`` and ``sides`` are those that vanish on the cell, more than `d - dimension`; lower
        dimensions come first.
        """
        for k in range(self.dimension + 1):
            for cell in self._excess(k):
                row, sides = self._row_of(k, int(cell)), int(self._levels[k].sides.view[cell])
                yield k, tuple(int(n) for n in np.flatnonzero(row == 0)), _bits(sides)

    def summary(self) -> Summary:
        """The counts that both engines must agree on, checked (Euler's relation)."""
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
        """Exact mean of `facet_counts`."""
        return Fraction(int(self.facet_counts.sum()), self.n_regions)

    @property
    def mean_facets_with_domain_boundary(self) -> Fraction:
        """Exact mean of `facet_counts_with_domain_boundary`."""
        return Fraction(int(self.facet_counts_with_domain_boundary.sum()), self.n_regions)

    @property
    def facet_histogram(self) -> dict[int, int]:
        """Number of facets off the boundary of the domain -> number of regions."""
        return histogram(self.facet_counts)

    # Cells

    def cells(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """All `k`-cells: sign rows, int8 (f_k, neurons), and sides, uint32 (f_k,) as bit masks."""
        if not 0 <= k <= self.dimension:
            raise InputError(f"cells: dimension {k} is not between 0 and {self.dimension}")
        rows = np.ascontiguousarray(self._oracle.signs.view[: self.network.n_neurons])
        for level in self._levels[1 : k + 1]:
            above = np.empty((len(rows), level.size), np.int8)
            for line, below in zip(above, rows, strict=True):
                line[:] = _union(below, level.facets.view, level.start.view)
            rows = above
        shown = self._shown[k]
        return np.ascontiguousarray(rows[:, shown].T), self._levels[k].sides.view[shown]

    def _vertices_of(self, k: int, cell: int) -> np.ndarray:
        """Indices of the vertices of a cell, those at infinity too, in increasing order."""
        cells = np.array([cell])
        for level in self._levels[k:0:-1]:
            _, cells = gather_segments(
                level.facets.view, level.start.view, level.facets.size, cells
            )
            cells = np.unique(cells)
        return cells

    def _row_of(self, k: int, cell: int) -> np.ndarray:
        """int8 (neurons,): the row of a cell, the union of its vertices' (proofs/complex.md, Theorem 3)."""
        signs = self._oracle.signs.view[: self.network.n_neurons][:, self._vertices_of(k, cell)]
        row: np.ndarray = np.where(signs.max(axis=1) > 0, signs.max(axis=1), signs.min(axis=1))
        return row

    def vertex(self, index: int) -> tuple[Fraction, ...]:
        """Exact coordinates of a vertex by its index in the lattice (not one at infinity)."""
        if self._levels[0].sides.view[index] and not self.domain.is_box:
            raise InternalError(f"vertex {index} lies on the box at infinity")
        return self._oracle.geometry.fractions(self._oracle.coordinates(index))

    def vertices(self) -> Iterator[tuple[Fraction, ...]]:
        """Exact coordinates of all vertices, made one by one."""
        return (self.vertex(int(i)) for i in np.flatnonzero(self._shown[0]))

    # Regions

    @property
    def regions(self) -> Sequence[Region]:
        """All regions, made on request."""
        return _Regions(self)

    def region(self, index: int) -> Region:
        """One region by its index."""
        if not 0 <= index < self.n_regions:
            raise IndexError(f"region {index} of {self.n_regions}")
        return Region(self, index)

    def find(self, point: Sequence[Fraction | int]) -> list[Region]:
        """The regions whose closure contains an exact point; more than one on a boundary.

        The closure of a region contains a cell iff the region's row agrees with the cell's wherever
        the latter is nonzero (proofs/complex.md, Theorem 3).
        """
        values = tuple(Fraction(x) for x in point)
        row = np.array(self.network.sign_row(values), np.int8)
        if not self.domain.contains(values):
            raise InputError(f"point: it lies outside the domain {self.domain}")
        matching = ((self.region_rows == row) | (row == 0)).all(axis=1)
        return [Region(self, int(i)) for i in np.flatnonzero(matching)]

    @cached_property
    def neighbours(self) -> np.ndarray:
        """int32, shape (f_(d-1) of the lattice, 2): the regions on each side of each facet, or -1.

        Raises `InternalError` unless a facet off the boundary has two regions and one on it has one.
        """
        top, below = self._levels[-1], self._levels[-2]
        owner = np.repeat(np.arange(top.size, dtype=np.int32), top.facet_counts())
        order = np.argsort(top.facets.view, kind="stable")
        facets = top.facets.view[order]
        counts = np.bincount(facets, minlength=below.size)
        if not np.array_equal(counts, np.where(below.sides.view == 0, 2, 1)):
            raise InternalError("a facet is not shared by exactly two regions")
        first = np.cumsum(counts) - counts
        result = np.full((below.size, 2), -1, np.int32)
        result[:, 0] = owner[order[first]]
        result[counts == 2, 1] = owner[order[first[counts == 2] + 1]]
        return frozen(result)

    def adjacency(self) -> networkx.Graph:
        """The graph of regions, an edge for every two that share a facet."""
        import networkx

        graph = networkx.Graph()
        graph.add_nodes_from(range(self.n_regions))
        pairs = self.neighbours
        graph.add_edges_from(pairs[pairs[:, 1] >= 0].tolist())
        return graph

    def linear_regions(self) -> list[list[int]]:
        """Activation regions grouped by linear region; see `exactpoly.complex.linear`."""
        from exactpoly.complex.linear import linear_regions

        return linear_regions(self)

    def to_pandas(self) -> pandas.DataFrame:
        """One row a region: sign row as a string of `-0+`, facet counts, whether it is bounded."""
        try:
            import pandas
        except ImportError as error:
            from exactpoly.errors import MissingDependency

            raise MissingDependency(
                "to_pandas needs pandas; install it with: pip install 'exactpoly[pandas]'"
            ) from error
        words = np.array(list("0+-"))[self.region_rows]
        return pandas.DataFrame(
            {
                "row": ["".join(word) for word in words],
                "facets": self.facet_counts.copy(),
                "facets_with_domain_boundary": self.facet_counts_with_domain_boundary.copy(),
                "bounded": self.bounded.copy(),
            }
        )

    @cached_property
    def bounded(self) -> np.ndarray:
        """bool, shape (regions,): whether each region is bounded."""
        if self.domain.is_box:
            return frozen(np.ones(self.n_regions, bool))
        # A region is unbounded iff it has a facet on the box at infinity.
        top, below = self._levels[-1], self._levels[-2]
        far = (below.sides.view != 0)[top.facets.view]
        return frozen(~np.logical_or.reduceat(far, top.start.view))

    def __repr__(self) -> str:
        partial = "" if self.complete else ", partial"
        return (
            f"<Complex of {self.network.name} on {self.domain}: {self.n_regions} regions,"
            f" f-vector {self.f_vector}{partial}>"
        )

    def _exact_part(self, vertices: np.ndarray, part: int) -> list[tuple[Fraction, ...]]:
        """Coordinates `p` (part 0) or `q` (part 1, zero on a box) of lattice vertices."""
        geometry = self._oracle.geometry
        if part == 1 and self.domain.is_box:
            return [(Fraction(0),) * self.dimension for _ in vertices]
        return [geometry.fractions(self._oracle.coordinates(int(v)), part) for v in vertices]


class _Regions(Sequence[Region]):
    """The regions of a complex as a sequence that makes them on request."""

    def __init__(self, complex_: Complex) -> None:
        self._complex = complex_

    def __len__(self) -> int:
        return self._complex.n_regions

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return self._complex.region(index + len(self) if index < 0 else index)


def _bits(mask: int) -> tuple[int, ...]:
    return tuple(s for s in range(mask.bit_length()) if mask >> s & 1)


def _union(line: np.ndarray, facets: np.ndarray, start: np.ndarray) -> np.ndarray:
    """One neuron's sign on each cell from its signs on the cells one dimension lower."""
    below = line[facets]
    highest = np.maximum.reduceat(below, start)
    lowest: np.ndarray = np.minimum.reduceat(below, start)
    union: np.ndarray = np.where(highest > 0, highest, lowest)
    return union
