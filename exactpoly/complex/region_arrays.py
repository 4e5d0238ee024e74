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
from exactpoly.complex.locate import activation
from exactpoly.complex.points import read_points
from exactpoly.domain.domain import Bounds
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
    def vertices_at_infinity(self) -> tuple[Floats, Floats]:
        """Vertices on the box at infinity, `p + M q` with `M` beyond every number, correctly rounded.

        `p` and `q`: float64, shape (n, d) each, n = 0 on a bounded domain. They are the vertices of `cells`
        from number f_0 on; exact ones: ``cells.coordinates.points(numbers, part)`` with part 0 and 1.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[2]], [-1]),)))
        >>> c.vertex_array.tolist(), [part.tolist() for part in c.vertices_at_infinity]
        ([[0.5]], [[[0.0], [0.0]], [[-1.0], [1.0]]])
        """
        return batched.vertices_at_infinity(self)

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

        Of one point, shape (d,): shape (neurons,). Points are what `find` takes.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> c.activation([[0.5, -1], [0, 2]]).tolist(), c.activation(["1/3", 0]).tolist()
        ([[1, -1], [0, 1]], [1, 0])
        """
        several, one = read_points(points, self.dimension)
        signs = activation(self.network, several)
        return signs[0] if one else signs

    def sample(self, n: int, *, seed: int = 0) -> np.ndarray:
        """float64, shape (n, d): points of the domain, uniform but for the rounding of their coordinates.

        A point is the dyadic rational that its floats are, and exact for `find`, `activation` and
        `Network.evaluate`. In a polytope a simplex of a triangulation is drawn by its exact volume. Raises
        `InputError` on `R^d`, which has no uniform distribution, and in domains that float64 is too coarse
        or too small for.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> bool((c.find(c.sample(100)) >= 0).all())
        True
        """
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
            raise InputError(f"sample: n is {n!r}; give the number of points, 0 or more")
        if self.domain.is_space:
            raise InputError("sample: R^d has no uniform distribution; restrict it to a box first")
        if not self.domain.is_box:
            return triangulated.sample(self, int(n), seed)
        low, high = (np.array(side) for side in _floats_inside(self.domain.bounds or ()))
        with np.errstate(over="ignore"):
            length = high - low
        if not np.isfinite(length).all():
            raise InputError(triangulated.BEYOND)
        if (length < 0).any():
            raise InputError(triangulated.TOO_THIN)
        draw = np.random.default_rng(seed).random((int(n), self.dimension))
        points: Floats = np.clip(low + draw * length, low, high)
        return points


def _floats_inside(bounds: Bounds) -> tuple[list[float], list[float]]:
    """The first and the last float64 number between each pair of bounds; in the wrong order for none."""
    low, high = ([rounded(*pair[i].as_integer_ratio()) for pair in bounds] for i in (0, 1))
    for axis, (least, most) in enumerate(bounds):
        if np.isfinite(low[axis]) and Fraction(low[axis]) < least:
            low[axis] = float(np.nextafter(low[axis], np.inf))
        if np.isfinite(high[axis]) and Fraction(high[axis]) > most:
            high[axis] = float(np.nextafter(high[axis], -np.inf))
    return low, high
