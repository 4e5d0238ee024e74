"""The exact polyhedral complex that users hold.

A `Complex` is read-only, and so is every array that it keeps and hands out: counts and histograms are
arrays, regions and cells are made on request, exact coordinates when somebody asks for them. On `R^d`
the box at infinity stays inside; what is shown are the cells that lie on none of its sides
(proofs/complex.md, Theorem 7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from exactpoly.arithmetic.arrays import Floats
from exactpoly.complex import largest_cubes
from exactpoly.complex.exports import Exports
from exactpoly.complex.locate import all_regions, first_regions, inside
from exactpoly.complex.points import read_points
from exactpoly.complex.region import Region, Regions
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.running.progress import progress_line
from exactpoly.running.run import Run

__all__ = ["Complex", "Regions"]


class Complex(Exports):
    """The complex of a network on a domain, by the engine `subdivide`.

    ``network``: the network whose complex this is; when a limit stopped the run it has only the
    neurons that were processed (`Network.truncated`), ``complete`` is False, ``stopped`` says why and
    ``full_network`` is the one that was asked for. Its number of regions is then a lower bound.
    ``domain``: a `Domain`; ``dimension``: `d`; ``cells``: all cells as arrays, on `R^d` with those at
    infinity, see `exactpoly.complex.cells.Cells`.

    >>> import exactpoly as ep
    >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1], [1, 1]], [0, 0, -1]),), "three"))
    >>> c
    <Complex of three on R^2: 7 regions, f-vector (3, 9, 7)>
    >>> str(c.domain), c.dimension, c.complete, c.cells.sizes
    ('R^2', 2, True, (13, 19, 7))
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
        facets: int | Sequence[int] | None = None,
        bounded: bool | None = None,
        signs: Mapping[int, int] | None = None,
    ) -> Regions:
        """The regions with so many facets off the boundary, bounded or not, with signs of neurons.

        ``facets``: a number, or several; ``signs``: for some neurons -1, 0 or 1. Raises `InputError` for
        what is none of these.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> list(c.where(facets=2, signs={0: 1, 1: -1}))
        [<Region 1: +->]
        """
        mask = np.ones(self.n_regions, np.bool_)
        if facets is not None:
            wanted = np.asarray(facets)
            if wanted.dtype.kind not in "iu":
                raise InputError(f"facets: {facets!r} given; give a number, or several")
            mask &= np.isin(self.facet_counts, wanted)
        if bounded is not None:
            if not isinstance(bounded, bool | np.bool_):
                raise InputError(f"bounded: {bounded!r} given; give True or False")
            mask &= self.bounded == bounded
        if signs is not None and not isinstance(signs, Mapping):
            raise InputError(f"signs: {signs!r} given; give the signs of neurons, such as {{0: 1}}")
        for neuron, sign in (signs or {}).items():
            if isinstance(sign, bool) or sign not in (-1, 0, 1):
                raise InputError(f"signs: {sign!r} given for neuron {neuron}; a sign is -1, 0 or 1")
            mask &= self.cells.signs(self.dimension, neuron) == sign
        return Regions(self, np.flatnonzero(mask))

    def find(self, points: Any, *, all: bool = False) -> Any:
        """The regions that hold exact points: lists, NumPy, torch or data frames; floats are what they are.

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
        several, one = read_points(points, self.dimension)
        if one:
            if not inside(several, self.domain)[0]:
                raise InputError(f"point: it lies outside the domain {self.domain}")
            return [Region(self, int(i)) for i in all_regions(self, several)[0]]
        return all_regions(self, several) if all else first_regions(self, several)

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

    @progress_line
    def restrict(self, part: Any, **run: Any) -> Complex:
        """The complex of the network on the part of the domain in a box or polytope; see `Domain.of`.

        Of the whole network, also where this complex is partial. ``run``: ``limits``, ``interrupted``,
        ``progress`` as for `enumerate`. Raises `InputError` where that part has no interior.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> c.restrict((0, 1)).n_regions, c.restrict([(-1, 1), (1, 2)]).n_regions
        (1, 2)
        """
        from exactpoly.complex.enumerate import enumerate_complex

        part = self.domain.meet(Domain.of(part, self.dimension))
        return enumerate_complex(self.full_network, domain=part, run=Run.of(**run))

    @progress_line
    def slice(
        self,
        origin: Sequence[Any],
        directions: Sequence[Any],
        *,
        domain: Any = "R^d",
        **run: Any,
    ) -> Complex:
        """The complex of `t -> network(origin + sum_i t_i directions_i)` on a ``domain`` of the `t`.

        ``directions``: shape (k, d), exact numbers; linearly dependent ones are allowed. The domain of
        this complex plays no part. ``run``: as for `restrict`.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0, 0], [0, 1, 1]]),)))
        >>> c.slice([0, 0, 0], [[1, 0, 0], [0, 1, 1]]).f_vector
        (1, 4, 4)
        """
        from exactpoly.complex.enumerate import enumerate_complex

        network = self.full_network.on_plane(origin, directions)
        return enumerate_complex(network, domain=domain, run=Run.of(**run))

    def __repr__(self) -> str:
        partial = "" if self.complete else ", partial"
        return (
            f"<Complex of {self.network.name} on {self.domain}: {self.n_regions} regions,"
            f" f-vector {self.f_vector}{partial}>"
        )
