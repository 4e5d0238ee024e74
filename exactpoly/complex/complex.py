"""The exact polyhedral complex that users hold.

A `Complex` is read-only, and so is every array that it keeps and hands out: counts and histograms are
arrays, regions and cells are made on request, exact coordinates when somebody asks for them. On `R^d`
the box at infinity stays inside; what is shown are the cells that lie on none of its sides
(proofs/complex.md, Theorem 7).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from exactpoly.arithmetic.arrays import Floats
from exactpoly.complex import largest_cubes
from exactpoly.complex.exports import Exports
from exactpoly.complex.locate import Points, all_regions, first_regions
from exactpoly.complex.region import Region, Regions
from exactpoly.domain import Domain
from exactpoly.errors import InputError

__all__ = ["Complex", "Regions"]


class Complex(Exports):
    """The complex of a network on a domain, by the engine `subdivide`.

    ``network``: the network whose complex this is; when a limit stopped the run it has only the
    neurons that were processed (`Network.truncated`), ``complete`` is False, ``stopped`` says why and
    ``full_network`` is the one that was asked for. Its number of regions is then a lower bound.
    """

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

    # Other complexes of the network

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
