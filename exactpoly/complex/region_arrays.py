"""What is asked of all regions and vertices at once: the part of `Complex` with coordinates and maps."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.arithmetic.arrays import Floats, Signs
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex import batched, rounded_volumes, triangulated
from exactpoly.complex.cell_arrays import CellArrays
from exactpoly.complex.facet_forms import half_spaces
from exactpoly.complex.locate import Points, activation
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.network.network import AffineMap

__all__ = ["RegionArrays"]


class RegionArrays(CellArrays):
    """Coordinates, maps and volumes of a complex; see `Complex`."""

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

    @cached_property
    def half_spaces(self) -> Floats:
        """The half-spaces of all regions as rows ``(-a, -b)``, so that `-a.x - b <= 0` on the region.

        float64, shape (entries, d + 1): one row for each entry of `region_facets`, in its order, the
        largest of `|a_i|` between 1/2 and 1. Rounded, for show and for other tools; exact ones:
        `Region.inequalities`.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 1]], ["-1/2"]),)), domain=(0, 1))
        >>> first = c.half_spaces[: c.region_facets.start[1]]
        >>> sorted(first.tolist())[0]
        [-0.5, -0.5, 0.25]
        """
        return half_spaces(self)

    @property
    def volumes(self) -> list[Fraction | None]:
        """The exact volume of each region, None for an unbounded one.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 1]]),)), domain=(0, 1))
        >>> c.volumes, c.interior_points.tolist(), c.facet_neurons[0].tolist()
        ([Fraction(1, 1)], [[0.5, 0.5]], [])
        """
        return list(self._volumes)

    @cached_property
    def _volumes(self) -> tuple[Fraction | None, ...]:
        return tuple(triangulated.volumes(self))

    @cached_property
    def volume_array(self) -> Floats:
        """float64, shape (regions,): `volumes`, each correctly rounded; infinite where unbounded.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[3, 1]], [-1]),)), domain=(0, 1))
        >>> c.volume_array.tolist() == [float(v) for v in c.volumes]
        True
        """
        return rounded_volumes.volume_array(self)

    def facet_volumes(self) -> list[Fraction | None]:
        """The squares of the exact volumes of all (d-1)-cells, lengths in the plane; None where unbounded.

        The volumes are their roots, and mostly irrational.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, -1]]),)), domain=(0, 1))
        >>> sorted(map(str, c.facet_volumes()))
        ['1', '1', '1', '1', '2']
        """
        return triangulated.facet_volumes(self)

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
