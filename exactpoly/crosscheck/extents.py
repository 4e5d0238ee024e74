"""Whether half-spaces that name a region are that region, and not more or less of the space.

In the exact reading their intersection must be the closure of the region. In the lenient one half-spaces
are rounded, so nothing can be equal: they must leave room for every vertex of the region, up to the
vertex tolerance, and must not hold the interior point of another region.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np

from exactpoly.crosscheck.claims import Point, text_of
from exactpoly.crosscheck.interior import HalfSpace
from exactpoly.crosscheck.numbers import nearest_float
from exactpoly.crosscheck.truth import Truth
from exactpoly.reference.polyhedron import primitive
from exactpoly.reference.simplex import ExactSimplex

__all__ = ["Extents"]


class Extents:
    """Compares claimed half-spaces with the regions of one complex."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth

    @cached_property
    def _centres(self) -> list[Point]:
        return [region.interior_point for region in self.truth.complex.regions]

    @cached_property
    def _floats(self) -> np.ndarray:
        return np.array([[nearest_float(x) for x in point] for point in self._centres])

    def lenient(
        self, half_spaces: Sequence[HalfSpace], region: int, tolerance: Fraction
    ) -> dict[str, object]:
        """What is wrong, ready for JSON; empty if nothing is. ``tolerance``: as in `Claims`."""
        cut = [
            vertex
            for vertex in self.truth.complex.region(region).vertices
            if any(
                _excess(half_space, vertex) > tolerance * max(Fraction(1), *map(abs, vertex))
                for half_space in half_spaces
            )
        ]
        held = [other for other in self._held(half_spaces) if other != region]
        wrong: dict[str, object] = {}
        if cut:
            wrong["cuts_off"] = [[str(x) for x in vertex] for vertex in cut]
        if held:
            wrong["reaches_into"] = [text_of(self.truth.row_of(other)) for other in held]
        return wrong

    def exact(
        self, half_spaces: Sequence[HalfSpace], region: int, centre: Point
    ) -> dict[str, object]:
        """What is wrong, ready for JSON; empty if nothing is. ``centre``: inside all half-spaces."""
        complex_ = self.truth.complex
        inequalities = complex_.region(region).inequalities()
        vertices = complex_.region(region)._lattice_vertices
        near, far = (complex_._exact_part(vertices, part) for part in (0, 1))
        wrong: dict[str, object] = {}
        # A vertex p + M q beyond every number is in a half-space by its q first (DESIGN F7).
        if any(
            _dot(a, q) > 0 or (_dot(a, q) == 0 and _dot(a, p) > b)
            for a, b in half_spaces
            for p, q in zip(near, far, strict=True)
        ):
            wrong["lacks_a_part_of_region"] = region
        forms = [(b - _dot(a, centre), tuple(-x for x in a)) for a, b in half_spaces]
        lines = [primitive((b, *a)) for b, a in forms if any(a)]
        simplex = ExactSimplex(lines, complex_.dimension)
        for normal, constant in inequalities:
            form = primitive((_dot(normal, centre) + constant, *normal))
            if simplex.witness_below_zero(form) is not None:
                wrong["reaches_beyond_region"] = region
        return wrong

    def _held(self, half_spaces: Sequence[HalfSpace]) -> list[int]:
        """The regions whose interior point is strictly inside: most are ruled out in floats, beyond
        any rounding, the others are decided exactly."""
        possible = np.arange(len(self._floats))
        for a, b in half_spaces:
            # Integers, so that nothing but a coordinate of a point can underflow.
            bound, *normal = (nearest_float(Fraction(x)) for x in primitive((b, *a)))
            points = self._floats[possible]
            with np.errstate(all="ignore"):
                value = points @ np.array(normal) - bound
                # d + 1 terms: each errs by 3 roundings of 2^-53 and at most d more in the sum.
                size = np.abs(normal)
                scale = np.abs(points) @ size + abs(bound)
                lost = (1 + size.sum()) * 2.0**-1000
                outside = value > (len(a) + 8) * 2.0**-52 * scale + lost
            possible = possible[~outside]
        bounds = [(a, b) for a, b in half_spaces if any(a)]
        return [int(i) for i in possible if all(_dot(a, self._centres[i]) < b for a, b in bounds)]


def _excess(half_space: HalfSpace, point: Point) -> Fraction:
    """How far a point is outside a half-space, in the maximum norm; at most 0 inside."""
    a, b = half_space
    size = sum((abs(x) for x in a), Fraction(0))
    return (_dot(a, point) - b) / size if size else Fraction(0)


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))
