"""Lattice polytopes: vertices, face lattice, and the normalised volume of each face in its own lattice.

The *normalised volume* of a lattice polytope of dimension `m` is `m!` times its volume, measured so that
a fundamental cell of the integer points of its affine hull has volume 1; it is an integer, 1 for a
point. It is computed by pyramids (proofs/tropical.md, Lemma 1): from one vertex, over every facet that
does not contain it, lattice distance times the facet's own normalised volume.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from exactpoly.errors import InputError, InternalError
from exactpoly.newton.hull import convex_hull
from exactpoly.newton.lattice import Chart, Point, lattice_distance
from exactpoly.polyhedra.faces import face_lattice

__all__ = ["LatticePolytope"]


class LatticePolytope:
    """The convex hull of a nonempty list of integer points of `Z^n`.

    ``vertices``: in lexicographic order. A face is a bit mask over them. Hulls of dimension 2 and more
    need pycddlib (`MissingDependency` without it).

    >>> square = LatticePolytope([(0, 0), (1, 0), (0, 1), (1, 1)])
    >>> square.f_vector, square.normalised_volume(), square.dimension
    ((4, 4, 1), 2, 2)
    >>> (square + LatticePolytope([(0, 0), (1, 1)])).f_vector
    (6, 6, 1)
    """

    def __init__(self, points: Sequence[Sequence[int]]) -> None:
        distinct = sorted({tuple(int(x) for x in point) for point in points})
        if not distinct or any(int(x) != x for point in points for x in point):
            raise InputError("polytope: give at least one point, and integer coordinates only")
        if len({len(point) for point in distinct}) != 1:
            raise InputError("polytope: the points have different numbers of coordinates")
        self.chart = Chart.of(distinct)
        self.dimension = self.chart.dimension
        self.inequalities: tuple[Point, ...] = ()
        """One primitive row ``(b, a)`` a facet, in the coordinates of `chart`."""
        if self.dimension == 0:
            self.vertices: tuple[Point, ...] = (distinct[0],)
        else:
            chosen, rows = convex_hull(self.chart.coordinates(distinct))
            self.vertices = tuple(distinct[i] for i in chosen)
            self.inequalities = tuple(rows)

    # Faces

    @property
    def whole(self) -> int:
        """The mask of the polytope itself."""
        return (1 << len(self.vertices)) - 1

    @cached_property
    def facets(self) -> tuple[int, ...]:
        """The mask of each facet, in the order of `inequalities`."""
        places = self.chart.coordinates(self.vertices)
        masks = []
        for b, *a in self.inequalities:
            values = [b + sum(x * y for x, y in zip(a, p, strict=True)) for p in places]
            masks.append(sum(1 << i for i, value in enumerate(values) if value == 0))
        return tuple(masks)

    @cached_property
    def _levels(self) -> list[list[int]]:
        """Faces by codimension. That facets are missing would show at a ridge."""
        levels = face_lattice(self.facets, self.whole, self.whole)
        if len(levels) != self.dimension + 1:
            raise InternalError("a face lattice has not the height of its polytope")
        if self.dimension >= 2:
            for ridge in levels[2]:
                if sum(ridge & facet == ridge for facet in self.facets) != 2:
                    raise InternalError("a ridge is not in exactly two facets")
        return levels

    def faces(self, dimension: int) -> list[int]:
        """Masks of the faces of one dimension, the polytope itself included."""
        if not 0 <= dimension <= self.dimension:
            return []
        return self._levels[self.dimension - dimension]

    @property
    def f_vector(self) -> tuple[int, ...]:
        """`(f_0, .., f_m)`, the polytope itself counted: its last entry is 1."""
        return tuple(len(level) for level in reversed(self._levels))

    def face_vertices(self, face: int) -> list[Point]:
        """The vertices of a face."""
        return [v for i, v in enumerate(self.vertices) if face >> i & 1]

    def facets_of(self, face: int, dimension: int) -> Iterator[int]:
        """The faces of one dimension less in a face of that dimension."""
        return (other for other in self.faces(dimension - 1) if other & face == other)

    @cached_property
    def _volumes(self) -> dict[int, int]:
        return {}

    def normalised_volume(self, face: int | None = None) -> int:
        """Normalised volume of a face (of the polytope itself) in the lattice of its affine hull."""
        if face is None:
            return self._volume(self.whole, self.dimension)
        for dimension in range(self.dimension + 1):
            if face in self.faces(dimension):
                return self._volume(face, dimension)
        raise InputError(f"normalised_volume: {face:#b} is not a face of the polytope")

    def volumes(self, dimension: int) -> list[int]:
        """The normalised volumes of `faces` of one dimension."""
        return [self._volume(face, dimension) for face in self.faces(dimension)]

    def _volume(self, face: int, dimension: int) -> int:
        if dimension == 0:
            return 1
        if face not in self._volumes:
            vertices = self.face_vertices(face)
            chart = Chart.of(vertices)
            apex = face & -face
            top = chart.coordinates(vertices[:1])[0]
            self._volumes[face] = sum(
                lattice_distance(chart.coordinates(self.face_vertices(facet)), top)
                * self._volume(facet, dimension - 1)
                for facet in self.facets_of(face, dimension)
                if not facet & apex
            )
        return self._volumes[face]

    def triangulation(self, face: int, dimension: int) -> list[list[int]]:
        """The pulling triangulation of a face of that dimension: indices of vertices, each a simplex."""
        first = (face & -face).bit_length() - 1
        if dimension == 0:
            return [[first]]
        return [
            [first, *simplex]
            for facet in self.facets_of(face, dimension)
            if not facet >> first & 1
            for simplex in self.triangulation(facet, dimension - 1)
        ]

    # Directions

    def outer_normals(self, face: int) -> list[Point]:
        """Integer outer normals, as forms on `R^n`, of the facets that contain a face."""
        return [
            self.chart.form([-x for x in row[1:]])
            for row, facet in zip(self.inequalities, self.facets, strict=True)
            if facet & face == face
        ]

    def upper(self, face: int) -> bool:
        """Whether a face is where some form ``(u, t)`` with `t > 0` is largest."""
        vertical = [0] * (len(self.vertices[0]) - 1) + [1]
        if not self.chart.has_direction(vertical):
            return True
        return any(normal[-1] > 0 for normal in self.outer_normals(face))

    def upper_vertices(self) -> list[Point]:
        """The vertices where some form ``(u, t)`` with `t > 0` is largest."""
        return [v for i, v in enumerate(self.vertices) if self.upper(1 << i)]

    def support(self, form: Sequence[int]) -> tuple[int, list[Point]]:
        """The largest value of a linear form, and the vertices where it is taken."""
        values = [sum(a * x for a, x in zip(form, v, strict=True)) for v in self.vertices]
        most = max(values)
        return most, [v for v, value in zip(self.vertices, values, strict=True) if value == most]

    # Operations

    def __add__(self, other: LatticePolytope) -> LatticePolytope:
        """The Minkowski sum."""
        return LatticePolytope(list({_sum(v, w) for v in self.vertices for w in other.vertices}))

    def dilate(self, factor: int) -> LatticePolytope:
        """The polytope times a nonnegative integer."""
        return LatticePolytope([tuple(factor * x for x in v) for v in self.vertices])

    def join(self, other: LatticePolytope) -> LatticePolytope:
        """The convex hull of both polytopes."""
        return LatticePolytope([*self.vertices, *other.vertices])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LatticePolytope) and self.vertices == other.vertices

    def __hash__(self) -> int:
        return hash(self.vertices)

    def __repr__(self) -> str:
        return f"<LatticePolytope of dimension {self.dimension}: {len(self.vertices)} vertices>"


def _sum(v: Point, w: Point) -> Point:
    return tuple(x + y for x, y in zip(v, w, strict=True))
