"""Exact minima of affine forms over one polyhedron with a known interior point.

The textbook simplex method on a dictionary of integers over one common denominator (Edmonds' integer
pivoting: every division is exact). The coordinates start as free nonbasic variables at the
interior point, which is feasible, so there is no first phase; a free variable that became basic
never leaves. Minima of many forms over the same polyhedron start from one another's last vertex.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["ExactSimplex", "Witness"]

_DANTZIG_PIVOTS = 60
"""Pivots by the largest coefficient before Bland's rule, which cannot cycle, takes over."""


@dataclass(frozen=True)
class Witness:
    """The form is negative somewhere: at ``direction`` from the centre (up to a positive factor),
    or far enough along it."""

    direction: tuple[int, ...]


class ExactSimplex:
    """The polyhedron ``{y : row[0] + row[1:].y >= 0}`` around the centre `y = 0`.

    ``rows``: integers, shape (m, 1 + d), every ``row[0] > 0``.
    """

    def __init__(self, rows: Sequence[Sequence[int]], dimension: int) -> None:
        d = dimension
        # Variables 0..d-1 are the free coordinates, d.. the slacks of the rows. Basic variables:
        # one table row each, over the common denominator; columns: constant, nonbasic variables.
        self.dimension = d
        self.nonbasic = list(range(d))
        self.basic = list(range(d, d + len(rows)))
        self.denominator = 1
        self.table = np.array([list(row) for row in rows], dtype=object).reshape(-1, d + 1)

    def witness_below_zero(self, form: Sequence[int]) -> Witness | None:
        """A place where ``form[0] + form[1:].y < 0``, or None if there is none in the polyhedron."""
        objective = self._express(form)
        pivots = 0
        while objective[0] >= 0:
            column = self._entering(objective, bland=pivots >= _DANTZIG_PIVOTS)
            if column is None:
                return None
            step = -1 if objective[column] > 0 else 1
            leaving = self._leaving(column, step)
            if leaving is None:
                return Witness(tuple(step * row[column] for row in self._coordinates()))
            objective = self._pivot(leaving, column, objective)
            pivots += 1
        return Witness(tuple(row[0] for row in self._coordinates()))

    def _coordinates(self) -> list[np.ndarray]:
        """The free coordinates as integer rows over the nonbasic variables."""
        rows = []
        for variable in range(self.dimension):
            if variable in self.nonbasic:
                row = np.zeros(self.dimension + 1, dtype=object)
                row[1 + self.nonbasic.index(variable)] = self.denominator
            else:
                row = self.table[self.basic.index(variable)]
            rows.append(row)
        return rows

    def _express(self, form: Sequence[int]) -> np.ndarray:
        """The form over the nonbasic variables, times the common denominator."""
        objective = np.zeros(self.dimension + 1, dtype=object)
        objective[0] = form[0] * self.denominator
        for coefficient, row in zip(form[1:], self._coordinates(), strict=True):
            objective = objective + coefficient * row
        return objective

    def _entering(self, objective: np.ndarray, *, bland: bool) -> int | None:
        """A column whose variable can move and lower the objective; free ones first."""
        free = [
            c for c, v in enumerate(self.nonbasic, start=1) if v < self.dimension and objective[c]
        ]
        if free:
            return free[0]
        able = [c for c in range(1, self.dimension + 1) if objective[c] < 0]
        able = [c for c in able if self.nonbasic[c - 1] >= self.dimension]
        if not able:
            return None
        if bland:
            return min(able, key=lambda c: self.nonbasic[c - 1])
        return min(able, key=lambda c: objective[c])

    def _leaving(self, column: int, step: int) -> int | None:
        """The table row whose slack reaches 0 first; ties by the smallest variable."""
        best: int | None = None
        for i, variable in enumerate(self.basic):
            if variable < self.dimension:
                continue
            slope = step * self.table[i, column]
            if slope >= 0:
                continue
            if best is None:
                best = i
                continue
            # Compare value / -slope of row i with that of the best row so far.
            gap = (
                self.table[i, 0] * (-step * self.table[best, column]) + self.table[best, 0] * slope
            )
            if gap < 0 or (gap == 0 and variable < self.basic[best]):
                best = i
        return best

    def _pivot(self, leaving: int, column: int, objective: np.ndarray) -> np.ndarray:
        """Exchange a basic and a nonbasic variable; returns the objective in the new ones."""
        table, d = self.table, self.denominator
        row, pivot = table[leaving].copy(), table[leaving, column]
        entering = table[:, column].copy()
        new = (table * pivot - np.outer(entering, row)) // d
        new[:, column] = entering
        new[leaving] = -row
        new[leaving, column] = d
        slope = objective[column]
        shifted = (objective * pivot - slope * row) // d
        shifted[column] = slope
        if pivot < 0:
            new, shifted, pivot = -new, -shifted, -pivot
        self.table, self.denominator = new, pivot
        self.basic[leaving], self.nonbasic[column - 1] = (
            self.nonbasic[column - 1],
            self.basic[leaving],
        )
        return np.asarray(shifted)
