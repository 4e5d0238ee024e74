"""Whether half-spaces that name a region are that region, and not more or less of the space.

In the exact reading their intersection must be the closure of the region. In the lenient one half-spaces
are rounded, and the slightest turn of one leads it astray without end, so they are judged in a cube
around all vertices of the complex: there they must leave room for every vertex of the region, and
reach beyond none of its facets, by more than the tolerance. Distances are in the maximum norm.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactpoly.complex.region import Facet
from exactpoly.crosscheck.claims import Point
from exactpoly.crosscheck.truth import Truth
from exactpoly.polyhedra.interior import HalfSpace, Minimum
from exactpoly.polyhedra.polyhedron import primitive

__all__ = ["Extents"]


class Extents:
    """Compares claimed half-spaces with the regions of one complex.

    ``tolerance``: relative to the size of the cube; None for the exact reading.
    """

    def __init__(self, truth: Truth, tolerance: Fraction | None) -> None:
        self.complex = truth.complex
        self.tolerance = tolerance
        self._size = truth.reach

    def wrong(
        self, half_spaces: Sequence[HalfSpace], region: int, centre: Point
    ) -> dict[str, object]:
        """What is wrong, ready for JSON; empty if nothing is. ``centre``: inside all half-spaces."""
        told: dict[str, object] = {}
        bounds = [_scaled(half_space) for half_space in half_spaces if any(half_space[0])]
        cut = self._cut_off(bounds, region)
        if cut:
            told["cuts_off"] = [[str(x) for x in vertex] for vertex in cut]
        elif self.tolerance is None and self._cuts_off_far(bounds, region):
            told["cuts_off"] = "what lies far out"
        beyond = self._beyond(bounds, region, centre)
        if beyond:
            told["beyond_facets"] = [facet for facet, _ in beyond]
            distances = [distance for _, distance in beyond]
            told["by"] = None if None in distances else str(max(filter(None, distances)))
        return told

    def _cut_off(self, bounds: Sequence[HalfSpace], region: int) -> list[Point]:
        allowed = Fraction(0) if self.tolerance is None else self.tolerance * self._size
        return [
            vertex
            for vertex in self.complex.region(region).vertices
            if any(_dot(a, vertex) - b > allowed for a, b in bounds)
        ]

    def _cuts_off_far(self, bounds: Sequence[HalfSpace], region: int) -> bool:
        """Whether a vertex `p + M q` beyond every number is outside: its q decides.

        Source: proofs/complex.md, section 7.
        """
        vertices = self.complex.region(region).all_vertices
        near, far = (self.complex.cells.coordinates.points(vertices, part) for part in (0, 1))
        return any(
            _dot(a, q) > 0 or (_dot(a, q) == 0 and _dot(a, p) > b)
            for a, b in bounds
            for p, q in zip(near, far, strict=True)
        )

    def _beyond(
        self, bounds: Sequence[HalfSpace], region: int, centre: Point
    ) -> list[tuple[str, Fraction | None]]:
        """Facets and how far points lie beyond them, None if without end."""
        allowed, lines = Fraction(0), [(b - _dot(a, centre), a) for a, b in bounds]
        size = None
        if self.tolerance is not None:
            size = max(self._size, *(abs(x) + 1 for x in centre))
            allowed = self.tolerance * size
            units = [
                tuple(Fraction(i == j) for j in range(len(centre))) for i in range(len(centre))
            ]
            lines += [(size - x, unit) for x, unit in zip(centre, units, strict=True)]
            lines += [
                (size + x, tuple(-y for y in unit)) for x, unit in zip(centre, units, strict=True)
            ]
        rows = [primitive((height, *(-x for x in a))) for height, a in lines]
        minimum = None
        result: list[tuple[str, Fraction | None]] = []
        own = self.complex.region(region)
        for facet, inequality in zip(own.facets, own.inequalities(), strict=True):
            normal, height = _scaled(inequality)
            if any(_implied(bound, normal, height, size, allowed) for bound in bounds):
                continue
            minimum = minimum or Minimum(rows, len(centre))
            form = (_dot(normal, centre) + height, *normal)
            place = minimum.place(primitive(form))
            if place is None:
                result.append((_name(facet), None))
                continue
            distance = -form[0] - _dot(normal, place)
            if distance > allowed:
                result.append((_name(facet), distance))
        return result


def _name(facet: Facet) -> str:
    """Such as ``"neuron 3"``; several neurons may vanish on a facet."""
    if facet.sides:
        return "side of the box"
    return " and ".join(f"neuron {neuron}" for neuron in facet.neurons)


def _implied(
    bound: HalfSpace, normal: Point, height: Fraction, size: Fraction | None, allowed: Fraction
) -> bool:
    """Whether one half-space alone keeps `normal.x + height >= -allowed` in the cube."""
    a, b = bound
    turn = sum((abs(x + y) for x, y in zip(a, normal, strict=True)), Fraction(0))
    if size is None:
        return not turn and b <= height
    return turn * size + b - height <= allowed


def _scaled(pair: HalfSpace) -> HalfSpace:
    """The same half-space with `|a|_1 = 1`, where `a.x - b` is the distance in the maximum norm."""
    a, b = pair
    size = sum((abs(x) for x in a), Fraction(0))
    return tuple(x / size for x in a), b / size


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))
