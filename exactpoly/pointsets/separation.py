"""Two finite point sets: a hyperplane with a strict gap, or a point that both convex hulls contain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from exactpoly.errors import InputError, InternalError
from exactpoly.pointsets.points import Points
from exactpoly.polyhedra.gordan import exact_products, gordan

__all__ = ["Hyperplane", "Separation", "separate"]

Combination = dict[int, Fraction]
"""Index of a point -> weight; weights are positive and add up to 1."""


@dataclass(frozen=True)
class Hyperplane:
    """``normal`` (primitive integers) with `normal.x >= above` on one set and `normal.x <= below` on the
    other, `above > below`."""

    normal: tuple[int, ...]
    above: Fraction
    below: Fraction

    @property
    def offset(self) -> Fraction:
        """The middle of the gap."""
        return (self.above + self.below) / 2


@dataclass(frozen=True)
class Separation:
    """Exactly one is given: a ``hyperplane``, or two ``combinations`` of points of either set that give
    the same ``common`` point, which proves that there is no hyperplane."""

    hyperplane: Hyperplane | None = None
    combinations: tuple[Combination, Combination] | None = None
    common: tuple[Fraction, ...] | None = None

    @property
    def separable(self) -> bool:
        """Whether some hyperplane has the sets strictly on its two sides."""
        return self.hyperplane is not None


def separate(a: Points, b: Points, pause: Callable[[], None] | None = None) -> Separation:
    """Decide whether two nonempty point sets can be strictly separated; see `exactpoly.separable`.

    >>> from exactpoly.pointsets.points import exact_points
    >>> found = separate(exact_points([[0, 0], [1, 0]]), exact_points([[0, 2], [3, 1]]))
    >>> found.separable, found.hyperplane.above > found.hyperplane.below
    (True, True)
    >>> crossed = separate(exact_points([[0, 0], [2, 2]]), exact_points([[0, 2], [2, 0]]))
    >>> crossed.common
    (Fraction(1, 1), Fraction(1, 1))
    """
    if a.dimension != b.dimension:
        raise InputError(f"the sets have points with {a.dimension} and {b.dimension} coordinates")
    if not len(a) or not len(b):
        raise InputError("a set has no points; give two nonempty ones")
    found = gordan(np.vstack([_row(a, b.denominator), -_row(b, a.denominator)]), pause)
    if found.vector is not None:
        return Separation(hyperplane=_hyperplane(a, b, found.vector[:-1]))
    if found.multipliers is None:
        raise InternalError("neither a vector nor multipliers")
    # sum y_i (x_i, 1) over a equals the same over b, up to the denominators.
    first = {i: Fraction(y) for i, y in found.multipliers.items() if i < len(a)}
    second = {i - len(a): Fraction(y) for i, y in found.multipliers.items() if i >= len(a)}
    first, second = _normalised(first), _normalised(second)
    common, other = _combined(a, first), _combined(b, second)
    if common != other:
        raise InternalError("two convex combinations differ")
    return Separation(combinations=(first, second), common=common)


def _row(points: Points, factor: int) -> np.ndarray:
    """Homogeneous rows times a factor, so that those of two sets have one denominator."""
    rows = points.homogeneous()
    if factor == 1:
        return rows
    largest = int(np.abs(rows).max(initial=0)) * factor
    return rows * factor if largest < 2**62 else rows.astype(object) * factor


def _hyperplane(a: Points, b: Points, normal: tuple[int, ...]) -> Hyperplane:
    above = Fraction(int(exact_products(a.numerators, normal).min()), a.denominator)
    below = Fraction(int(exact_products(b.numerators, normal).max()), b.denominator)
    if above <= below:
        raise InternalError("a hyperplane has no gap")
    return Hyperplane(normal, above, below)


def _normalised(weights: dict[int, Fraction]) -> Combination:
    total = sum(weights.values())
    return {i: x / total for i, x in weights.items()}


def _combined(points: Points, weights: Combination) -> tuple[Fraction, ...]:
    rows = [points.numerators[i].tolist() for i in weights]
    return tuple(
        sum((x * int(v) for x, v in zip(weights.values(), column, strict=True)), Fraction(0))
        / points.denominator
        for column in zip(*rows, strict=True)
    )
