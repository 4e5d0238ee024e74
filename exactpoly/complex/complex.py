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
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly import services
from exactpoly.arithmetic.arrays import Floats, IndexLists, Sides, Signs
from exactpoly.arithmetic.growable import frozen
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex import batched, largest_cubes, rounded_volumes, tables, triangulated
from exactpoly.complex.cells import Cells
from exactpoly.complex.locate import Points, activation, all_regions, first_regions
from exactpoly.complex.oracle import SignStatistics
from exactpoly.complex.region import Region, Regions
from exactpoly.complex.subdivide import Subdivision
from exactpoly.domain import Domain
from exactpoly.errors import InputError, InternalError
from exactpoly.summary import Summary, histogram

if TYPE_CHECKING:
    import networkx
    import pandas

    from exactpoly.network.network import AffineMap

__all__ = ["Complex", "Regions"]


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

    # Regions

    @property
    def regions(self) -> Regions:
        """All regions, made on request.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.regions
        <4 regions of network>
        """
        return Regions(self, np.arange(self.n_regions))

    def region(self, index: int) -> Region:
        """One region by its index.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.region(3)
        <Region 3: -->
        """
        if not 0 <= index < self.n_regions:
            raise IndexError(f"region {index} of {self.n_regions}")
        return Region(self, index)

    def find(self, points: Any, *, all: bool = False) -> Any:
        """The regions that hold exact points: lists, NumPy or torch, floats taken for what they are.

        Of one point, shape (d,): all regions whose closure holds it, several on a boundary; raises
        `InputError` outside the domain. Of points, shape (n, d): int64, shape (n,), the first region of
        each, -1 outside the domain; with ``all`` every region whose closure holds it, as `IndexLists`.
        Source: proofs/complex.md, Theorem 3.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.find([0.5, 0]), c.find([[0.5, -0.25], [0, 0], [2, 0]]).tolist()
        ([<Region 0: ++>, <Region 1: +->], [1, 0, -1])
        >>> c.find([[0, 0]], all=True)[0].tolist()
        [0, 1, 2, 3]
        """
        if _is_one_point(points):
            row = points[None] if hasattr(points, "ndim") else [list(points)]
            one = Points(row, self.dimension)
            if not one.inside(self.domain)[0]:
                raise InputError(f"point: it lies outside the domain {self.domain}")
            return [Region(self, int(i)) for i in all_regions(self, one)[0]]
        many = Points(points, self.dimension)
        return all_regions(self, many) if all else first_regions(self, many)

    def activation(self, points: Any) -> Signs:
        """int8, shape (n, neurons): exact signs of all pre-activations at ``points``, shape (n, d).

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> c.activation([[0.5, -1], [0, 2]]).tolist()
        [[1, -1], [0, 1]]
        """
        return activation(self.network, Points(points, self.dimension))

    def sample(self, n: int, *, seed: int = 0) -> np.ndarray:
        """float64, shape (n, d): points of the domain, uniform but for the rounding of their coordinates.

        A point is the dyadic rational that its floats are, and exact for `find`, `activation` and
        `Network.evaluate`. In a polytope a simplex of a triangulation is drawn by its exact volume. Raises
        `InputError` on `R^d`, which has no uniform distribution.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> bool((c.find(c.sample(100)) >= 0).all())
        True
        """
        if self.domain.is_space:
            raise InputError("sample: R^d has no uniform distribution; restrict it to a box first")
        if not self.domain.is_box:
            return triangulated.sample(self, n, seed)
        low, high = (
            np.array([rounded(*pair[i].as_integer_ratio()) for pair in self.domain.bounds or ()])
            for i in (0, 1)
        )
        if not np.isfinite(high - low).all():
            raise InputError(
                "sample: the box is beyond float64; restrict it to a smaller one first"
            )
        draw = np.random.default_rng(seed).random((n, self.dimension))
        points: Floats = np.clip(low + draw * (high - low), low, high)
        return points

    # All regions at once

    @cached_property
    def vertex_array(self) -> Floats:
        """float64, shape (f_0, d): the vertices, each coordinate the exact one correctly rounded.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.vertex_array.shape, sorted(c.vertex_array.tolist())[0]
        ((9, 2), [-1.0, -1.0])
        """
        return batched.vertex_array(self)

    @cached_property
    def interior_points(self) -> Floats:
        """float64, shape (regions, d): a point of each region, proven to lie inside as it stands.

        NaN where no float64 point was found, in very thin regions; `Region.interior_point` is exact.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.interior_points.tolist()
        [[0.5, 0.5], [0.5, -0.5], [-0.5, 0.5], [-0.5, -0.5]]
        """
        return batched.interior_points(self)

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
    def affine_maps(self) -> tuple[Floats, Floats]:
        """The network on each region as `A x + b`: float64, (regions, outputs, d) and (regions, outputs).

        Computed in float64, for show; `exact_affine_maps` are exact.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.affine_maps[0][1].tolist()
        [[1.0, 0.0], [0.0, 0.0]]
        """
        return batched.affine_maps(self)

    def exact_affine_maps(self) -> list[AffineMap]:
        """For each region the exact matrix (outputs, d) and constant (outputs,), as `Region.affine_map`.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1]]), ep.Layer.of([[2]], ["1/3"], relu=False)))
        >>> ep.enumerate(net).exact_affine_maps()[0]
        (((Fraction(2, 1),),), (Fraction(1, 3),))
        """
        return batched.exact_affine_maps(self)

    def facet_volumes(self) -> list[Fraction | None]:
        """The squares of the exact volumes of all (d-1)-cells, lengths in the plane; None where unbounded.

        The volumes are their roots, and mostly irrational.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, -1]]),)), domain=(0, 1))
        >>> sorted(map(str, c.facet_volumes()))
        ['1', '1', '1', '1', '2']
        """
        return triangulated.facet_volumes(self)

    @cached_property
    def volumes(self) -> list[Fraction | None]:
        """The exact volume of each region, None for an unbounded one.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 1]]),)), domain=(0, 1))
        >>> c.volumes, c.interior_points.tolist(), c.facet_neurons[0].tolist()
        ([Fraction(1, 1)], [[0.5, 0.5]], [])
        """
        return triangulated.volumes(self)

    @cached_property
    def volume_array(self) -> Floats:
        """float64, shape (regions,): `volumes`, each correctly rounded; infinite where unbounded.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[3, 1]], [-1]),)), domain=(0, 1))
        >>> c.volume_array.tolist() == [float(v) for v in c.volumes]
        True
        """
        return rounded_volumes.volume_array(self)

    @cached_property
    def largest_cubes(self) -> tuple[Floats, Floats]:
        """Centres and half sides of a largest cube in each region: float64, (regions, d) and (regions,).

        Those of `Region.chebyshev`, correctly rounded. NaN and infinite where cubes of any size fit in.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 1]]),)), domain=(0, 1))
        >>> c.largest_cubes[0].tolist(), c.largest_cubes[1].tolist()
        ([[0.5, 0.5]], [0.5])
        """
        return largest_cubes.largest_cubes(self)

    # Sequences of regions

    def __len__(self) -> int:
        return self.n_regions

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Region]:
        return iter(self.regions)

    def __getitem__(self, index: Any) -> Any:
        """One region by its number, or several by a slice, a boolean mask or an array of numbers.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> len(c), c[-1], len(c[1:]), list(c[c.facet_counts == 2][:1])
        (4, <Region 3: -->, 3, [<Region 0: ++>])
        """
        return self.regions[index]

    def where(
        self,
        *,
        facets: int | None = None,
        bounded: bool | None = None,
        signs: dict[int, int] | None = None,
    ) -> Regions:
        """The regions with so many facets off the boundary, bounded or not, with signs of neurons.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> list(c.where(facets=2, signs={0: 1, 1: -1}))
        [<Region 1: +->]
        """
        mask = np.ones(self.n_regions, np.bool_)
        if facets is not None:
            mask &= self.facet_counts == facets
        if bounded is not None:
            mask &= self.bounded == bounded
        for neuron, sign in (signs or {}).items():
            mask &= self.cells.signs(self.dimension, neuron) == sign
        return Regions(self, np.flatnonzero(mask))

    def restrict(self, part: Any) -> Complex:
        """The complex of the same network on the part of the domain in a box or polytope; see `Domain.of`.

        Raises `InputError` where that part has no interior.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> c.restrict((0, 1)).n_regions, c.restrict([(-1, 1), (1, 2)]).n_regions
        (1, 2)
        """
        from exactpoly.complex.enumerate import enumerate_complex

        part = self.domain.meet(Domain.of(part, self.dimension))
        return enumerate_complex(self.network, domain=part)

    def slice(
        self, origin: Sequence[Any], directions: Sequence[Any], *, domain: Any = "R^d"
    ) -> Complex:
        """The complex of `t -> network(origin + sum_i t_i directions_i)` on a ``domain`` of the `t`.

        ``directions``: shape (k, d), exact numbers; linearly dependent ones are allowed. The domain of
        this complex plays no part.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0, 0], [0, 1, 1]]),)))
        >>> c.slice([0, 0, 0], [[1, 0, 0], [0, 1, 1]]).f_vector
        (1, 4, 4)
        """
        from exactpoly.complex.enumerate import enumerate_complex

        network = self.full_network.on_plane(origin, directions)
        return enumerate_complex(network, domain=domain)

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

    def adjacency(self) -> networkx.Graph:
        """The graph of regions, an edge for every two that share a facet.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.adjacency().number_of_edges()
        4
        """
        return tables.adjacency(self)

    def to_networkx(
        self, *, attributes: bool = False, facet_volumes: bool = False
    ) -> networkx.Graph:
        """`adjacency`; with ``attributes`` each region knows its row, facets and whether it is bounded,
        and each edge its facet and the neurons that change there; with ``facet_volumes`` besides
        ``volume_squared``, see `facet_volumes`, and its root ``volume``, a float.

        >>> import exactpoly as ep
        >>> graph = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),))).to_networkx(attributes=True)
        >>> graph.nodes[0], graph.edges[0, 1]["neurons"]
        ({'row': '++', 'facets': 2, 'bounded': False}, (1,))
        """
        return tables.to_networkx(self, attributes, facet_volumes)

    def words(self) -> list[str]:
        """The sign row of each region as a word of ``-``, ``0`` and ``+``.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.words()
        ['++', '+-', '-+', '--']
        """
        return tables.words(self)

    def linear_regions(self) -> list[list[int]]:
        """Activation regions grouped by linear region; see `exactpoly.complex.linear`.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.linear_regions()
        [[0], [1], [2], [3]]
        """
        from exactpoly.complex.linear import linear_regions

        return linear_regions(self)

    def to_pandas(self) -> pandas.DataFrame:
        """One row a region: sign row as a string of `-0+`, facet counts, number of (finite) vertices,
        whether it is bounded, and an interior point, one column a coordinate (see `interior_points`).

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> list(c.to_pandas().columns)
        ['row', 'facets', 'facets_with_domain_boundary', 'vertices', 'bounded', 'x0', 'x1']
        """
        return tables.to_pandas(self)

    def to_parquet(self, path: str | Path) -> None:
        """Write the table of `to_pandas` to a parquet file (needs pandas and pyarrow)."""
        tables.to_parquet(self, path)

    def to_polars(self) -> Any:
        """The table of `to_pandas` for polars, where that is installed."""
        return tables.to_polars(self)

    # What upper rooms add

    def save(self, path: str | Path) -> None:
        """Write the certificate of this complex, compressed if ``path`` ends in ``.gz``; `exactpoly.open`
        reads it. A partial complex is written as partial.

        >>> import exactpoly as ep, tempfile, os
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> path = os.path.join(tempfile.mkdtemp(), "c.cert")
        >>> c.save(path); ep.open(path).f_vector
        (1, 4, 4)
        """
        services.call("save", self, path)

    def theorems(self) -> list[Any]:
        """Each known theorem checked on this complex: `exactpoly.theory.Check` objects.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> sorted({check.verdict.value for check in c.theorems() if check.id == "euler"})
        ['holds']
        """
        checks: list[Any] = services.call("theorems", self)
        return checks

    def plot(self, color: str = "facets", **options: Any) -> Any:
        """Draw this complex, or a plane section of it; returns the matplotlib axes (needs matplotlib).

        ``color``: regions by number of ``"facets"``, ``"class"`` (the largest output; with one output the
        side of ``level``), ``"output"``, ``"bounded"`` or not, or ``"row"`` (neighbours differ).
        ``data``, ``labels``: points to draw on top, shape (n, d), and their classes; ``boundary``: draw the
        decision boundary (default: with ``"class"``); ``outlines``: of regions; ``levels``: values whose
        level curves are drawn, of the output ``component``; ``window``: what to show, as `Domain.of` takes
        it (default: the box, the data, or the vertices but for far outliers); ``axes``, ``through``: the
        two inputs and the point of a plane section, in dimension 3 and more; without them a complex of
        dimension 3 is drawn in space, its regions pushed apart by ``explode`` (default 0.3); ``names``: of
        the inputs; ``theme``: ``"light"`` or ``"dark"``; ``legend``: False for none; ``save``: a .svg, .png
        or .pdf to write; ``ax``: axes to draw on. Vertices are exact, correctly rounded.

        >>> import exactpoly as ep
        >>> ax = ep.enumerate(ep.examples.moons()).plot("class", window=(-2, 3))
        >>> [a.get_gid() for a in ax.collections], len(ax.collections[0].get_paths())
        (['regions', 'outlines', 'boundary'], 259)
        """
        return services.call("plot", self, color, **options)

    def interactive(self, color: str = "facets", **options: Any) -> Any:
        """A Plotly figure to turn and to hover over: signs, facets, exact volume and map of each region.

        ``color``, ``options``: ``data``, ``labels``, ``explode``, ``window``, ``axes``, ``through``,
        ``names``, ``level`` and ``theme`` as in `plot`. Needs plotly.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.interactive().data[0].text  # doctest: +SKIP
        'region 0: 4 facets, bounded<br>signs ++<br>volume 1<br>...'
        """
        return services.call("interactive", self, color, **options)

    def report(self, path: str | Path | None = None, **options: Any) -> Any:
        """Write a report to one HTML file that works offline: pictures, counts, theorems, topology.

        ``path``: where to write it, None to write nothing; ``data``, ``labels``: points to show, shape
        (n, d), and their classes, or a CSV file; ``axes``, ``through``, ``names``: the two or three inputs
        shown, the point that sections go through, names of all inputs; ``level``: with one output;
        ``properties``: VNN-LIB files to prove or refute; ``certificate``: a file to write; ``called``: how
        the network stands in commands. Returns what was found.

        >>> import exactpoly as ep
        >>> found = ep.enumerate(ep.examples.moons(), domain=(-1, 1)).report()
        >>> found.topology["zero"]["components"], [view.title for view in found.views]
        (1, ['In the plane'])
        """
        return services.call("report", self, path, **options)

    def _repr_html_(self) -> str:
        rows = {
            "network": f"{self.network.name} ({'-'.join(map(str, self.network.widths))})",
            "domain": str(self.domain),
            "regions": f"{self.n_regions:,}" + ("" if self.complete else " at least (partial)"),
            "f-vector": str(self.f_vector),
            "mean facets": f"{self.mean_facets} = {float(self.mean_facets):.4f}",
            "simple": str(self.simple),
        }
        lines = (f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in rows.items())
        return f"<table>{''.join(lines)}</table>"

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

    def __repr__(self) -> str:
        partial = "" if self.complete else ", partial"
        return (
            f"<Complex of {self.network.name} on {self.domain}: {self.n_regions} regions,"
            f" f-vector {self.f_vector}{partial}>"
        )


def _is_one_point(points: Any) -> bool:
    if hasattr(points, "ndim"):
        return bool(points.ndim == 1)
    return not any(hasattr(x, "__len__") and not isinstance(x, str) for x in points)


def _bits(mask: int) -> tuple[int, ...]:
    return tuple(s for s in range(mask.bit_length()) if mask >> s & 1)
