"""Answers from the exact complex: for few inputs, and on all of `R^d`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactpoly.complex.complex import Complex
from exactpoly.network.constraints import Functional
from exactpoly.network.network import AffineMap
from exactpoly.properties.gradients import Norm, measure

__all__ = ["largest_difference", "largest_gradient", "supremum"]

Point = tuple[Fraction, ...]


def largest_difference(complex_: Complex, outputs: int) -> tuple[Fraction, Point | None]:
    """The largest `|y_k - y_(outputs + k)|` on a box, attained at a vertex, and where (None for 0)."""
    best, place = Fraction(0), None
    for point in complex_.vertices():
        y = complex_.network.evaluate(point)
        size = max(abs(y[k] - y[outputs + k]) for k in range(outputs))
        if size > best:
            best, place = size, point
    return best, place


def largest_gradient(complex_: Complex, output: int, norm: Norm) -> tuple[Fraction, Point]:
    """The largest norm of a gradient of an output over all regions, and a point of such a region."""
    best: tuple[Fraction, int] | None = None
    for region in complex_.regions:
        size = measure(region.affine_map[0][output], norm)
        if best is None or size > best[0]:
            best = size, region.index
    if best is None:
        raise ValueError("a complex without regions")
    return best[0], complex_.region(best[1]).interior_point


def supremum(complex_: Complex, one: Functional) -> tuple[Fraction | None, Point | None]:
    """The supremum of a functional on the complex's domain, and where; None where it is infinite."""
    best: tuple[Fraction, Point] | None = None
    for region in complex_.regions:
        slope, constant = _composed(region.affine_map, one)
        polyhedron = region.polyhedron()
        far = [*polyhedron.rays, *polyhedron.lines, *([-x for x in r] for r in polyhedron.lines)]
        if any(sum(s * x for s, x in zip(slope, ray, strict=True)) > 0 for ray in far):
            return None, None
        for point in polyhedron.points:
            value = constant + sum((s * x for s, x in zip(slope, point, strict=True)), Fraction(0))
            if best is None or value > best[0]:
                best = value, point
    return best if best is not None else (None, None)


def _composed(maps: AffineMap, one: Functional) -> tuple[Sequence[Fraction], Fraction]:
    matrix, constants = maps
    slope = list(one.x)
    constant = one.constant
    for c, row, b in zip(one.y, matrix, constants, strict=True):
        if c:
            slope = [s + c * v for s, v in zip(slope, row, strict=True)]
            constant += c * b
    return slope, constant
