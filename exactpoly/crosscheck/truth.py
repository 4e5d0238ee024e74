"""The exact complex as the sets that claims are judged against."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property

import numpy as np

from exactpoly.complex.complex import Complex
from exactpoly.complex.region import Region
from exactpoly.crosscheck.claims import Point, Row, text_of
from exactpoly.domain import Domain
from exactpoly.errors import InputError, InternalError
from exactpoly.polyhedra.interior import largest_cube

__all__ = ["Truth", "thickness"]

_LARGE = Fraction(10) ** 100
"""An inradius this large is told as none: the region holds cubes of any size, or might as well."""


class Truth:
    """Regions, facets, vertices and adjacency of one complete complex. Refuses a partial one."""

    def __init__(self, complex_: Complex) -> None:
        if not complex_.complete:
            raise InputError(
                f"the exact complex is not complete ({complex_.stopped}); nothing can be judged"
            )
        self.complex = complex_
        self.rows = complex_.region_rows
        self._index = {tuple(row): i for i, row in enumerate(self.rows.tolist())}
        self._with_zeros = np.flatnonzero((self.rows == 0).any(axis=1))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def domain(self) -> Domain:
        """The domain of the complex."""
        return self.complex.domain

    @cached_property
    def reach(self) -> Fraction:
        """Half the side of a cube around all vertices: twice their largest coordinate, plus 2."""
        coordinates = (abs(x) for vertex in self.complex.vertices() for x in vertex)
        return 2 * max(coordinates, default=Fraction(1)) + 2

    def row_of(self, region: int) -> Row:
        """The sign row of a region."""
        return tuple(int(s) for s in self.rows[region])

    # Which regions a claim can mean

    def region_with_row(self, row: Row) -> int | None:
        """The region with exactly this row."""
        return self._index.get(row)

    def region_fitting(self, row: Row) -> int | None:
        """The region whose row agrees with ``row`` wherever it is not 0 (the lenient reading).

        A neuron that vanishes on a whole region is neither on nor off there, and a tool that knows
        two states has to call it one of them. There is one such region at most: if the rows of two
        agree wherever both are not 0, then by induction on layers they are equal, because a form
        that vanishes on one part of a region of the layers below vanishes on all of it.
        """
        exact = self._index.get(row)
        if exact is not None:
            return exact
        candidates = self.rows[self._with_zeros]
        fits = ((candidates == np.array(row, np.int8)) | (candidates == 0)).all(axis=1)
        places = self._with_zeros[fits]
        if len(places) > 1:
            raise InternalError(f"the row {text_of(row)} fits {len(places)} regions")
        return int(places[0]) if len(places) else None

    def region_around(self, point: Point) -> int | None:
        """The region in whose interior an exact point lies, None on a boundary or outside."""
        if not self._inside(point):
            return None
        return self._index.get(self.complex.network.sign_row(point))

    def regions_at(self, point: Point) -> list[int]:
        """The regions whose closure contains an exact point; none outside the domain.

        Source: proofs/complex.md, Theorem 3.
        """
        if not self.domain.contains(point):
            return []
        row = np.array(self.complex.network.sign_row(point), np.int8)
        fits = ((self.rows == row) | (row == 0)).all(axis=1)
        return [int(i) for i in np.flatnonzero(fits)]

    def _inside(self, point: Point) -> bool:
        bounds = self.domain.bounds
        return bounds is None or all(
            low < x < high for x, (low, high) in zip(point, bounds, strict=True)
        )

    def cell_dimension(self, row: Row) -> int | None:
        """The dimension of the cell with this row, if it is one of lower dimension than a region."""
        for k in range(self.complex.dimension):
            rows = self.complex.signs(k)
            if len(rows) and (rows == np.array(row, np.int8)).all(axis=1).any():
                return k
        return None

    # Facets, adjacency, vertices

    def facet_counts(self, *, with_boundary: bool) -> np.ndarray:
        """int64, shape (regions,): facets of each region, with those on the box or without."""
        if with_boundary:
            return self.complex.facet_counts_with_domain_boundary
        return self.complex.facet_counts

    def facet_neurons(self, region: int) -> tuple[frozenset[int], ...]:
        """For each facet off the boundary of the domain the neurons that vanish on it.

        A neuron vanishes on one facet at most, because it is affine on the region.
        """
        facets = self.complex.region(region).facets
        return tuple(frozenset(f.neurons) for f in facets if not f.sides)

    @cached_property
    def adjacent(self) -> frozenset[tuple[int, int]]:
        """Pairs of regions that share a facet, the smaller index first."""
        pairs = self.complex.neighbours
        inner = pairs[pairs[:, 1] >= 0].tolist()
        return frozenset((min(pair), max(pair)) for pair in inner)

    def vertices(self, *, with_boundary: bool) -> tuple[list[Point], list[Row]]:
        """Exact vertices of the complex and their sign rows, on a box with those on it or without."""
        rows, sides = self.complex.signs(0), self.complex.sides(0)
        points = list(self.complex.vertices())
        keep = [i for i in range(len(points)) if with_boundary or not sides[i]]
        return [points[i] for i in keep], [tuple(int(s) for s in rows[i]) for i in keep]

    # Words for people

    def describe(self, regions: Iterable[int]) -> list[dict[str, object]]:
        """Each region with its row, an exact interior point, volume, inradius (maximum norm) and
        thickness, ready for JSON."""
        result = []
        for index in regions:
            region = self.complex.region(index)
            thick = thickness(region)
            half_spaces = [(tuple(-x for x in a), b) for a, b in region.inequalities()]
            cube = largest_cube(half_spaces, self.complex.dimension, limit=_LARGE)
            inradius = None if cube is None or cube[1] == _LARGE else cube[1]
            result.append(
                {
                    "region": index,
                    "row": text_of(region.row),
                    "interior_point": [str(x) for x in region.interior_point],
                    "volume": None if region.volume is None else str(region.volume),
                    "inradius": None if inradius is None else str(inradius),
                    "thickness": None if thick is None else str(thick),
                }
            )
        return result


def thickness(region: Region) -> Fraction | None:
    """How thin a region is: the least distance, over its facets, from facet to farthest vertex.

    In the maximum norm, so it is rational; no cube that fits into the region has a longer side.
    None if the region extends without end away from every facet (or has no facet).
    """
    complex_ = region.complex
    vertices = region.all_vertices
    near, far = (complex_.cells.coordinates.points(vertices, part) for part in (0, 1))
    widths = []
    for normal, constant in region.inequalities():
        slopes = [_dot(normal, q) for q in far]
        if any(slope > 0 for slope in slopes):
            continue
        heights = [
            _dot(normal, p) + constant for p, slope in zip(near, slopes, strict=True) if not slope
        ]
        widths.append(max(heights) / sum(abs(a) for a in normal))
    return min(widths, default=None)


def _dot(a: Point, b: Point) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))
