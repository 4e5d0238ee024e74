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

from exactpoly.arithmetic.arrays import Sides, Signs
from exactpoly.arithmetic.growable import frozen
from exactpoly.complex.cells import Cells
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
        self.cells = Cells.of_block(block)
        self.geometry = self.cells.coordinates.geometry
        self._statistics = replace(block.oracle.statistics)

    def __getstate__(self) -> dict[str, Any]:
        """Everything but cached arrays, which a copy would hold writable."""
        return {k: v for k, v in self.__dict__.items() if not isinstance(v, np.ndarray)}

    # Counts

    @property
    def statistics(self) -> SignStatistics:
        """How many signs each stage of the oracle decided."""
        return replace(self._statistics)

    @cached_property
    def f_vector(self) -> tuple[int, ...]:
        """`(f_0, .., f_d)`: number of cells of each dimension; on a box with its boundary."""
        return self.cells.counts

    @property
    def n_regions(self) -> int:
        """Number of regions."""
        return self.cells.sizes[-1]

    @property
    def region_rows(self) -> Signs:
        """int8, shape (regions, neurons): sign row of each region."""
        return self.cells.rows(self.dimension)

    @cached_property
    def facet_counts(self) -> np.ndarray:
        """int64, shape (regions,): facets of each region off the boundary of the domain."""
        facets = self.cells.facets(self.dimension)
        inner = (self.cells.sides(self.dimension - 1) == 0)[facets.entries]
        return frozen(np.add.reduceat(inner.astype(np.int64), facets.start[:-1]))

    @cached_property
    def facet_counts_with_domain_boundary(self) -> np.ndarray:
        """int64, shape (regions,): facets of each region, on a box with those on its boundary."""
        facets = self.cells.facets(self.dimension)
        return frozen(facets.counts) if self.domain.is_box else self.facet_counts

    @cached_property
    def simple(self) -> bool:
        """Whether every `k`-cell lies on exactly `d - k` zero sets (proofs/complex.md, Theorem 5)."""
        return not any(len(self.cells.excess(k)) for k in range(self.dimension + 1))

    def non_simple_cells(self) -> Iterator[tuple[int, tuple[int, ...], tuple[int, ...]]]:
        """The cells to blame when the complex is not simple: (dimension, neurons, sides).

        ``neurons`` and ``sides`` are those that vanish on the cell, more than `d - dimension`; lower
        dimensions come first.
        """
        for k in range(self.dimension + 1):
            for cell in self.cells.excess(k):
                row, sides = self.cells.row(k, int(cell)), int(self.cells.sides(k)[cell])
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

    def signs(self, k: int, neuron: int | None = None) -> Signs:
        """Signs of the neurons on all `k`-cells: int8, (f_k, neurons), or (f_k,) of one ``neuron``."""
        if neuron is None:
            return self.cells.rows(k)[: self.f_vector[k]]
        return self.cells.signs(k, neuron)[: self.f_vector[k]]

    def sides(self, k: int) -> Sides:
        """uint32, shape (f_k,): bit `s` is set iff the `k`-cell lies on side `s` of the box."""
        return self.cells.sides(k)[: self.f_vector[k]]

    def vertex(self, index: int) -> tuple[Fraction, ...]:
        """Exact coordinates of a vertex by its index."""
        if not 0 <= index < self.f_vector[0]:
            raise IndexError(f"vertex {index} of {self.f_vector[0]}")
        return self.cells.coordinates.points([index])[0]

    def vertices(self) -> Iterator[tuple[Fraction, ...]]:
        """Exact coordinates of all vertices, made one by one."""
        return (self.vertex(i) for i in range(self.f_vector[0]))

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
        """int32, shape (cells.sizes[d-1], 2): the regions on each side of each facet, or -1.

        Raises `InternalError` unless a facet off the boundary has two regions and one on it has one.
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
        facets = self.cells.facets(self.dimension)
        far = (self.cells.sides(self.dimension - 1) != 0)[facets.entries]
        return frozen(~np.logical_or.reduceat(far, facets.start[:-1]))

    def __repr__(self) -> str:
        partial = "" if self.complete else ", partial"
        return (
            f"<Complex of {self.network.name} on {self.domain}: {self.n_regions} regions,"
            f" f-vector {self.f_vector}{partial}>"
        )


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
