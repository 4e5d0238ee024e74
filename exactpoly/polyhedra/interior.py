"""The largest cube in a polyhedron, exactly: a point deep inside, and how much room there is.

The linear program maximises `r` subject to `a.x + |a|_1 r <= b` for every half-space: in the maximum norm
the distance of a point from a hyperplane is rational, so centre and radius are.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from exactpoly.errors import InternalError
from exactpoly.polyhedra.simplex import ExactSimplex

__all__ = ["HalfSpace", "Minimum", "largest_cube"]

HalfSpace = tuple[tuple[Fraction, ...], Fraction]
"""``(a, b)`` for `a.x <= b`."""

_BLAND_AFTER = 60
"""Pivots by the largest coefficient before Bland's rule, which cannot cycle, takes over."""


def largest_cube(
    half_spaces: Sequence[HalfSpace], dimension: int, *, limit: Fraction = Fraction(1)
) -> tuple[tuple[Fraction, ...], Fraction] | None:
    """Centre and half the side of a largest cube, sides parallel to the axes, in the polyhedron.

    Half the side is ``limit`` where larger cubes fit in. None if the polyhedron has no interior.
    """
    rows: list[list[Fraction]] = []
    for a, b in half_spaces:
        if any(a):
            rows.append([b, *(-x for x in a), -sum((abs(x) for x in a), Fraction(0))])
        elif b < 0:
            return None
    # Start at x = 0 and r = -start, where all inequalities are strict.
    start = max((-row[0] / -row[-1] for row in rows), default=Fraction(0))
    start = max(start, Fraction(0)) + 1
    rows.append([limit, *[Fraction(0)] * dimension, Fraction(-1)])
    lines = [_integers([row[0] - start * row[-1], *row[1:]]) for row in rows]
    place = Minimum(lines, dimension + 1).place([*[0] * (dimension + 1), -1])
    if place is None:
        raise InternalError("a bounded linear program came out unbounded")
    *centre, radius = place
    radius -= start
    return None if radius <= 0 else (tuple(centre), radius)


class Minimum(ExactSimplex):
    """The simplex method, run to the minimum and not only below zero."""

    def place(self, form: Sequence[int]) -> list[Fraction] | None:
        """Coordinates of a point where ``form`` is smallest, None if it falls without end."""
        objective = self._express(form)
        pivots = 0
        while (column := self._entering(objective, bland=pivots >= _BLAND_AFTER)) is not None:
            step = -1 if objective[column] > 0 else 1
            leaving = self._leaving(column, step)
            if leaving is None:
                return None
            objective = self._pivot(leaving, column, objective)
            pivots += 1
        return [Fraction(int(row[0]), int(self.denominator)) for row in self._coordinates()]


def _integers(row: Sequence[Fraction]) -> list[int]:
    common = lcm(*(x.denominator for x in row))
    return [x.numerator * (common // x.denominator) for x in row]
