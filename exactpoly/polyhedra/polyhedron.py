"""One exact polyhedron: given by inequalities, with its irredundant H- and V-representation.

pycddlib's exact double description gives the generators; that every generator satisfies every
inequality, and which of them tightly, is then computed here in integers, so that incidence and
facets do not rest on anything pycddlib says about them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import Any

from exactpoly.errors import InputError, InternalError
from exactpoly.polyhedra.cddlib import cdd_available, double_description, exact_matrix
from exactpoly.polyhedra.faces import face_lattice, facet_groups, pulling_volume

__all__ = ["Facet", "Polyhedron", "Vector", "cdd_available", "homogeneous", "primitive"]

Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class Facet:
    """A geometric facet: the indices of all inequalities that define it, and its generators.

    ``inequalities``: increasing; several iff they describe the same supporting half-space.
    ``points``, ``rays``: indices into `Polyhedron.points` and `Polyhedron.rays` of what lies on it.
    """

    inequalities: tuple[int, ...]
    points: frozenset[int]
    rays: frozenset[int]


def primitive(row: Sequence[Fraction | int]) -> tuple[int, ...]:
    """The smallest positive multiple of ``row`` with integer entries (of a zero row: itself)."""
    common = lcm(*(x.denominator for x in row))
    integers = [x.numerator * (common // x.denominator) for x in row]
    divisor = gcd(*integers) or 1
    return tuple(x // divisor for x in integers)


def homogeneous(point: Sequence[Fraction]) -> list[int]:
    """Integers ``(q, q x_1, .., q x_d)`` with `q > 0`."""
    common = lcm(*(x.denominator for x in point))
    return [common, *(x.numerator * (common // x.denominator) for x in point)]


class Polyhedron:
    """``{x in R^d : b + a.x >= 0 for every inequality (b, a)}``.

    Rational entries only: floats are refused. Redundant, repeated and contradictory inequalities
    are ordinary input. Everything is computed once, when first asked for; what needs generators
    raises `MissingDependency` where pycddlib is not installed.

    >>> triangle = Polyhedron(2, [(0, (1, 0)), (0, (0, 1)), (1, (-1, -1)), (5, (0, 1))])
    >>> sorted(tuple(map(str, v)) for v in triangle.vertices)
    [('0', '0'), ('0', '1'), ('1', '0')]
    >>> [facet.inequalities for facet in triangle.facets], triangle.volume
    ([(0,), (1,), (2,)], Fraction(1, 2))
    """

    def __init__(
        self,
        dimension: int,
        inequalities: Sequence[tuple[Fraction | int, Sequence[Fraction | int]]],
    ) -> None:
        if dimension < 1:
            raise InputError(f"polyhedron: dimension {dimension} given; it must be at least 1")
        for index, (constant, coefficients) in enumerate(inequalities):
            if len(coefficients) != dimension:
                raise InputError(
                    f"polyhedron: inequality {index} has {len(coefficients)} coefficients in"
                    f" dimension {dimension}; give one per axis"
                )
            for value in (constant, *coefficients):
                if not isinstance(value, int | Fraction):
                    raise InputError(
                        f"polyhedron: inequality {index} contains {value!r} of type"
                        f" {type(value).__name__}; give integers or Fractions"
                    )
        self.dimension_of_space = dimension
        self.rows: tuple[tuple[int, ...], ...] = tuple(primitive((b, *a)) for b, a in inequalities)
        """The inequalities as primitive integer rows ``(b, a_1, .., a_d)``, in the order given."""

    @cached_property
    def _generators(self) -> tuple[list[tuple[int, ...]], int, int]:
        """Primitive homogeneous generators: points first, then rays, then lines; and two counts."""
        table, linear = double_description(self.rows, self.dimension_of_space)
        points: list[tuple[int, ...]] = []
        rays: list[tuple[int, ...]] = []
        lines: list[tuple[int, ...]] = []
        for index, row in enumerate(table):
            if index in linear:
                if row[0] != 0:
                    raise InternalError(
                        "double description returned a line that is not a direction"
                    )
                lines.append(primitive(row))
            else:
                (points if row[0] else rays).append(primitive(row))
        if table and not points:
            raise InternalError("double description returned directions but no point")
        return [*points, *rays, *lines], len(points), len(rays)

    @cached_property
    def _tight(self) -> list[int]:
        """For each inequality the mask of the generators on which it vanishes; checks all signs."""
        generators, n_points, n_rays = self._generators
        masks = []
        for index, row in enumerate(self.rows):
            mask = 0
            for bit, generator in enumerate(generators):
                value = sum(x * y for x, y in zip(row, generator, strict=True))
                if value == 0:
                    mask |= 1 << bit
                elif value < 0 or bit >= n_points + n_rays:
                    raise InternalError(f"generator {bit} violates inequality {index}")
            masks.append(mask)
        return masks

    @property
    def _everything(self) -> int:
        return (1 << len(self._generators[0])) - 1

    @property
    def _points_mask(self) -> int:
        return (1 << self._generators[1]) - 1

    @property
    def is_empty(self) -> bool:
        """Whether no point satisfies all inequalities."""
        return self._generators[1] == 0

    @cached_property
    def points(self) -> tuple[Vector, ...]:
        """One point on each minimal face: the vertices, when there are no lines."""
        generators, n_points, _ = self._generators
        return tuple(tuple(Fraction(x, g[0]) for x in g[1:]) for g in generators[:n_points])

    @property
    def vertices(self) -> tuple[Vector, ...]:
        """The vertices; none when the polyhedron contains a line."""
        return () if self.lines else self.points

    @cached_property
    def rays(self) -> tuple[tuple[int, ...], ...]:
        """Primitive directions of the extreme rays (modulo the lines)."""
        generators, n_points, n_rays = self._generators
        return tuple(g[1:] for g in generators[n_points : n_points + n_rays])

    @cached_property
    def lines(self) -> tuple[tuple[int, ...], ...]:
        """A basis of the lineality space."""
        generators, n_points, n_rays = self._generators
        return tuple(g[1:] for g in generators[n_points + n_rays :])

    @property
    def is_bounded(self) -> bool:
        """Whether there are neither rays nor lines."""
        return not self.rays and not self.lines

    @cached_property
    def facets(self) -> tuple[Facet, ...]:
        """One entry a geometric facet, by first inequality; all inequalities that define it."""
        _, n_points, n_rays = self._generators
        groups = facet_groups(self._tight, self._points_mask, self._everything)
        return tuple(
            Facet(
                tuple(inequalities),
                frozenset(i for i in range(n_points) if mask >> i & 1),
                frozenset(i for i in range(n_rays) if mask >> (n_points + i) & 1),
            )
            for mask, inequalities in sorted(groups, key=lambda group: group[1][0])
        )

    @cached_property
    def _lattice(self) -> list[list[int]]:
        groups = facet_groups(self._tight, self._points_mask, self._everything)
        return face_lattice([mask for mask, _ in groups], self._points_mask, self._everything)

    @property
    def dimension(self) -> int:
        """Dimension of the polyhedron itself; -1 when it is empty.

        A minimal face is a translate of the lineality space, and the face lattice is graded.
        """
        return -1 if self.is_empty else len(self._lattice) - 1 + len(self.lines)

    def face_points(self) -> list[tuple[int, Vector]]:
        """(dimension, a point of the relative interior) for each nonempty face, itself included."""
        if self.is_empty:
            return []
        return [
            (self.dimension - codimension, self._interior(mask))
            for codimension, masks in enumerate(self._lattice)
            for mask in masks
        ]

    def interior_point(self) -> Vector:
        """A point of the relative interior; raises `InputError` when the polyhedron is empty."""
        if self.is_empty:
            raise InputError("polyhedron: it is empty and has no interior point")
        return self._interior(self._everything)

    def _interior(self, mask: int) -> Vector:
        """Mean of the points of a face plus the sum of its rays."""
        chosen = [p for i, p in enumerate(self.points) if mask >> i & 1]
        far = [r for i, r in enumerate(self.rays) if mask >> (len(self.points) + i) & 1]
        return tuple(
            sum((p[axis] for p in chosen), Fraction(0)) / len(chosen) + sum(r[axis] for r in far)
            for axis in range(self.dimension_of_space)
        )

    @cached_property
    def volume(self) -> Fraction | None:
        """Exact `d`-dimensional volume; None when unbounded (0 when it is lower-dimensional)."""
        if self.dimension < self.dimension_of_space:
            return Fraction(0)
        return pulling_volume(self._lattice, self.points) if self.is_bounded else None

    def h_matrix(self) -> Any:
        """Irredundant H-representation as a `cdd.gmp.Matrix` of integer rows ``(b, a)``.

        One row a facet, and independent equations where the polyhedron is not full-dimensional.
        The whole space is given as `1 >= 0` and the empty set as `-1 >= 0`.
        """
        zeros = [0] * self.dimension_of_space
        if self.is_empty:
            return exact_matrix([[-1, *zeros]], inequalities=True)
        everything = self._everything
        equations = _independent(
            [row for row, mask in zip(self.rows, self._tight, strict=True) if mask == everything]
        )
        rows = equations + [self.rows[facet.inequalities[0]] for facet in self.facets]
        return exact_matrix(rows or [[1, *zeros]], linear=range(len(equations)), inequalities=True)

    def v_matrix(self) -> Any:
        """Irredundant V-representation as a `cdd.gmp.Matrix`, rows ``(1, point)`` or ``(0, ray)``.

        Raises `InputError` when the polyhedron is empty.
        """
        if self.is_empty:
            raise InputError("polyhedron: it is empty and has no V-representation")
        generators, n_points, n_rays = self._generators
        rows = [[Fraction(x, g[0]) for x in g] for g in generators[:n_points]]
        rows += [[Fraction(x) for x in g] for g in generators[n_points:]]
        lines = range(n_points + n_rays, len(generators))
        return exact_matrix(rows, linear=lines, inequalities=False)


def _independent(rows: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """A maximal linearly independent subset, earlier rows first."""
    chosen: list[tuple[int, ...]] = []
    reduced: list[tuple[int, list[Fraction]]] = []
    for row in rows:
        rest = [Fraction(x) for x in row]
        for column, other in reduced:
            factor = rest[column]
            rest = [x - factor * y for x, y in zip(rest, other, strict=True)]
        pivot = next((i for i, x in enumerate(rest) if x), None)
        if pivot is not None:
            reduced.append((pivot, [x / rest[pivot] for x in rest]))
            chosen.append(row)
    return chosen
