"""One region of a complex: sign row, facets, vertices, exact affine map, H- and V-representation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, isqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.arithmetic.growable import frozen, kept
from exactpoly.arithmetic.rational import rounded
from exactpoly.errors import InputError, MissingDependency
from exactpoly.network.network import AffineMap

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.polyhedra.polyhedron import Polyhedron

__all__ = ["Facet", "Region", "Regions"]


_MOST_BITS = 1000
"""Of the numbers of a half-space in float64."""


@dataclass(frozen=True)
class Facet:
    """A facet of a region: a (d-1)-cell in its closure.

    ``neurons``: the neurons that vanish on it but not on the region (several where hyperplanes
    coincide); ``sides``: the side of the box it lies on, if any (`2 i` for `x_i = lower_i`, `2 i + 1`
    for `x_i = upper_i`); ``row``: its sign row; ``neighbour``: index of the region across it, None on
    the boundary of the domain; ``vertices``: indices of its vertices, on `R^d` finite ones.

    >>> import exactpoly as ep
    >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
    >>> [(facet.neurons, facet.row, facet.neighbour) for facet in c[0].facets]
    [((0,), (0, 1), 2), ((1,), (1, 0), 1)]
    """

    neurons: tuple[int, ...]
    sides: tuple[int, ...]
    row: tuple[int, ...]
    neighbour: int | None
    vertices: tuple[int, ...]


class Region:
    """A `d`-cell of a `Complex`. ``index`` is its place in the complex's arrays.

    What it says is exact. Float companions, correctly rounded or proven, stand in the complex ``c`` for all
    regions at once: `vertices` in `vertex_array`, `inequalities` in `half_spaces`, `interior_point` in
    ``c.interior_points[index]``, `volume` in ``c.volume_array[index]``, `chebyshev` in ``c.largest_cubes``,
    `affine_map` in ``c.affine_maps``.

    >>> import exactpoly as ep
    >>> c = ep.enumerate(ep.Network((ep.Layer.of([[3, 1]], [-1]),)), domain=(0, 1))
    >>> [(r, r.volume, len(r.facets)) for r in c]
    [(<Region 0: +>, Fraction(5, 6), 4), (<Region 1: ->, Fraction(1, 6), 3)]
    """

    def __init__(self, complex_: Complex, index: int) -> None:
        self.complex = complex_
        self.index = index

    def __getstate__(self) -> dict[str, Any]:
        """What is stored, without what can be found again."""
        return kept(self)

    @property
    def row(self) -> tuple[int, ...]:
        """Signs (-1, 0, 1) of all pre-activations on the region; 0 where one vanishes on it.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> r.row
        (1, 1)
        """
        return tuple(int(s) for s in self.complex.region_rows[self.index])

    @property
    def bounded(self) -> bool:
        """Whether the region is bounded.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> r.bounded
        True
        """
        return bool(self.complex.bounded[self.index])

    @cached_property
    def all_vertices(self) -> np.ndarray:
        """Indices of the region's vertices, increasing, on `R^d` those at infinity too (they come last).

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> len(r.all_vertices)
        4
        """
        return self.complex.cells.vertices_of(self.complex.dimension, self.index)

    @cached_property
    def vertex_indices(self) -> tuple[int, ...]:
        """Indices of the region's vertices (finite ones).

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> len(r.vertex_indices)
        4
        """
        finite = self.all_vertices < self.complex.f_vector[0]
        return tuple(self.all_vertices[finite].tolist())

    @cached_property
    def vertices(self) -> tuple[tuple[Fraction, ...], ...]:
        """Exact coordinates of the region's vertices; may be none on `R^d`.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> sorted((float(x), float(y)) for x, y in r.vertices)
        [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
        """
        return tuple(self.complex.vertex(v) for v in self.vertex_indices)

    @cached_property
    def facets(self) -> tuple[Facet, ...]:
        """All facets, on a box with those on its boundary.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> sorted(f.neurons for f in r.facets)
        [(), (), (0,), (1,)]
        """
        complex_ = self.complex
        d = complex_.dimension
        cells, shown = complex_.cells, complex_.f_vector
        own = np.array(self.row)
        result = []
        for cell in cells.facets(d)[self.index].tolist():
            if cell >= shown[d - 1]:
                continue
            row = cells.row(d - 1, cell)
            sides = int(cells.sides(d - 1)[cell])
            first, second = (int(r) for r in complex_.neighbours[cell])
            other = second if first == self.index else first
            result.append(
                Facet(
                    tuple(int(n) for n in np.flatnonzero((row == 0) & (own != 0))),
                    tuple(s for s in range(complex_.domain.n_sides) if sides >> s & 1),
                    tuple(int(s) for s in row),
                    None if other < 0 else other,
                    tuple(v for v in cells.vertices_of(d - 1, cell).tolist() if v < shown[0]),
                )
            )
        return tuple(result)

    @cached_property
    def interior_point(self) -> tuple[Fraction, ...]:
        """An exact point of the region: the barycentre of its vertices.

        Where some lie on the box at infinity, `M` is made a number large enough for every sign: the
        barycentre is `p + M q`, each pre-activation on it `a + M b`, and any `M > max |a| / |b|` will do.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> r.interior_point
        (Fraction(1, 2), Fraction(1, 2))
        """
        complex_ = self.complex
        count, exact = len(self.all_vertices), complex_.cells.coordinates.points
        near, far = (
            [sum(x, Fraction(0)) / count for x in zip(*exact(self.all_vertices, part), strict=True)]
            for part in (0, 1)
        )
        if not any(far):
            return tuple(near)
        large = Fraction(1)
        (matrix, constants), _ = complex_.network.affine_maps(self.row)
        for line, constant in zip(matrix, constants, strict=True):
            a = constant + sum(c * x for c, x in zip(line, near, strict=True))
            b = sum(c * x for c, x in zip(line, far, strict=True))
            if b:
                large = max(large, abs(a) / abs(b) + 1)
        return tuple(p + large * q for p, q in zip(near, far, strict=True))

    @property
    def affine_map(self) -> AffineMap:
        """Exact matrix and constant of the network's output on the region.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> r.affine_map[1]
        (Fraction(0, 1), Fraction(0, 1))
        """
        return self.complex.network.affine_map(self.row)

    def inequalities(self) -> list[tuple[tuple[Fraction, ...], Fraction]]:
        """Irredundant H-representation: (a, b) with `a.x + b >= 0`, one a facet, in its order.

        Each is scaled by a positive factor to coprime integers.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> len(r.inequalities()), r.inequalities()[0][1]
        (4, Fraction(1, 1))
        """
        geometry = self.complex.geometry
        row = np.array(self.row, np.int8)
        d = self.complex.dimension
        result = []
        for facet in self.facets:
            constraint = -1 - facet.sides[0] if facet.sides else facet.neurons[0]
            (form,) = geometry.forms([constraint], row)
            sign = 1 if facet.sides else int(row[constraint])
            divisor = gcd(*form[: d + 1]) * sign
            *line, constant = (Fraction(x, divisor) for x in form[: d + 1])
            result.append((tuple(line), constant))
        return result

    def polyhedron(self) -> Polyhedron:
        """The region as an exact polyhedron, from its irredundant inequalities (faces need pycddlib).

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c[0].polyhedron().dimension
        2
        """
        from exactpoly.polyhedra.polyhedron import Polyhedron

        return Polyhedron(self.complex.dimension, [(b, a) for a, b in self.inequalities()])

    def h_matrix(self) -> Any:
        """The irredundant H-representation as an exact pycddlib matrix (needs pycddlib).

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> len(c[0].h_matrix().array)  # doctest: +SKIP
        4
        """
        return self.polyhedron().h_matrix()

    def v_matrix(self) -> Any:
        """The irredundant V-representation as an exact pycddlib matrix (needs pycddlib).

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> len(c[0].v_matrix().array)  # doctest: +SKIP
        4
        """
        return self.polyhedron().v_matrix()

    @property
    def vertex_array(self) -> np.ndarray:
        """float64, shape (vertices, d): `vertices`, each coordinate correctly rounded.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> r.vertex_array.shape
        (4, 2)
        """
        points = [[rounded(*x.as_integer_ratio()) for x in point] for point in self.vertices]
        return np.array(points).reshape(-1, self.complex.dimension)

    def half_spaces(self) -> np.ndarray:
        """float64, shape (facets, d + 1): `inequalities` as rows ``(-a, -b)``, so that `-a.x - b <= 0`.

        Rounded, for show and for `to_scipy`; exact ones: `inequalities`. A row with numbers beyond
        float64 is divided by a power of two.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> r.half_spaces().shape
        (4, 3)
        """
        rows = [_float_row([*a, b]) for a, b in self.inequalities()]
        return np.array(rows).reshape(-1, self.complex.dimension + 1)

    def to_scipy(self) -> Any:
        """A `scipy.spatial.HalfspaceIntersection` of the region, in floats (needs SciPy).

        Raises `InputError` where Qhull, which computes it, cannot: in dimension 1, of an unbounded region
        with few facets, and of one that is too thin for floats.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> sorted(c[0].to_scipy().intersections.tolist())  # doctest: +SKIP
        [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
        """
        try:
            from scipy.spatial import HalfspaceIntersection, QhullError
        except ImportError as error:
            raise MissingDependency("to_scipy needs SciPy", "scipy") from error
        point = np.array([rounded(*x.as_integer_ratio()) for x in self.interior_point])
        try:
            return HalfspaceIntersection(self.half_spaces(), point)
        except (QhullError, ValueError) as error:
            kind = "" if self.bounded else "unbounded "
            raise InputError(
                f"to_scipy: Qhull does not take region {self.index}, {kind}with {len(self.facets)}"
                f" facets in dimension {self.complex.dimension}; its exact half-spaces and vertices are"
                " `inequalities` and `vertices`"
            ) from error

    def chebyshev(self) -> tuple[tuple[Fraction, ...], Fraction] | None:
        """Centre and half the side of a largest cube in the region, its exact inradius in the maximum norm.

        The Euclidean inradius lies between that and `sqrt(d)` times it, because a ball of radius `r` holds
        a cube of half side `r / sqrt(d)`. None for a region that holds cubes of any size up to `2^64`.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 1]]),)), domain=(0, 1))
        >>> centre, radius = c[0].chebyshev()
        >>> radius
        Fraction(1, 2)
        """
        from exactpoly.polyhedra.interior import largest_cube

        limit = Fraction(2**64)
        rows = [(tuple(-x for x in a), b) for a, b in self.inequalities()]
        cube = largest_cube(rows, self.complex.dimension, limit=limit)
        return None if cube is None or cube[1] == limit else cube

    def inradius(self) -> tuple[Fraction, Fraction] | None:
        """Exact bounds on the radius of a largest Euclidean ball in the region.

        The lower one is the inradius in the maximum norm (`chebyshev`), the upper one at most `2^-30` more
        than `sqrt(d)` times it. None for a region that holds cubes of any size up to `2^64`.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 1]]),)), domain=(0, 1))
        >>> low, high = c[0].inradius()
        >>> low, low**2 * 2 <= high**2 < low**2 * 2 + 1e-8
        (Fraction(1, 2), True)
        """
        cube = self.chebyshev()
        if cube is None:
            return None
        low, scale = cube[1], 1 << 31
        square = low * low * self.complex.dimension * scale * scale
        return low, Fraction(isqrt(square.numerator // square.denominator) + 1, scale)

    @cached_property
    def volume(self) -> Fraction | None:
        """Exact volume, None for an unbounded region.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> r = c[0]
        >>> r.volume
        Fraction(1, 1)
        """
        from exactpoly.complex.measure import volume

        return volume(self) if self.bounded else None

    def __eq__(self, other: object) -> bool:
        """Whether it is the same region of the same complex."""
        if not isinstance(other, Region):
            return NotImplemented
        return self.complex is other.complex and self.index == other.index

    def __hash__(self) -> int:
        return hash((id(self.complex), self.index))

    def __repr__(self) -> str:
        signs = "".join("0+-"[s] for s in self.row)
        return f"<Region {self.index}: {signs}>"


def _float_row(row: Sequence[Fraction]) -> list[float]:
    """The negatives of integers, rounded, all divided by one power of two where one is beyond float64."""
    bits = max(x.numerator.bit_length() for x in row)
    divisor = 1 << max(0, bits - _MOST_BITS)
    return [rounded(-x.numerator, divisor) for x in row]


class Regions(Sequence[Region]):
    """Some regions of a complex in order, made on request. ``indices``: int64, their numbers."""

    def __init__(self, complex_: Complex, indices: np.ndarray) -> None:
        self.complex = complex_
        self.indices = frozen(indices)

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return Regions(self.complex, self.indices[index])
        chosen = np.asarray(index)
        if chosen.ndim == 0 and chosen.dtype.kind in "iu":
            return self.complex.region(int(self.indices[int(chosen)]))
        if chosen.ndim != 1:
            raise IndexError("regions: give a number, a slice, a mask or a row of numbers")
        return Regions(self.complex, self.indices[chosen if len(chosen) else chosen.astype(int)])

    def __repr__(self) -> str:
        return f"<{len(self)} regions of {self.complex.network.name}>"
