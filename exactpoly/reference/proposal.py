"""Floating-point proposals for exact redundancy tests: fast, and never trusted.

The simplex method of `simplex` in float64. It proposes a direction in which a form may become
negative, or multipliers' support for a proof that it does not; `redundancy` uses the direction only
to aim an exact ray, and the support only for an exact solution of a linear system. A wrong proposal
costs time and nothing else, so the tolerance here decides no answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["FloatSimplex", "Proposal", "scaled"]

_TINY = 1e-9


@dataclass(frozen=True)
class Proposal:
    """``direction``: integers, where the form may be negative; or ``support``: indices of `d` rows
    whose nonnegative combination the form may exceed. Exactly one of the two is given."""

    direction: tuple[int, ...] | None = None
    support: tuple[int, ...] | None = None


def scaled(local: Sequence[Sequence[int]]) -> np.ndarray:
    """float64, shape (m, d): `row[1:] / row[0]`, rounded; infinite where float64 ends."""
    rows = [[_ratio(x, row[0]) for x in row[1:]] for row in local]
    return np.array(rows, dtype=np.float64)


def _ratio(numerator: int, denominator: int) -> float:
    try:
        return numerator / denominator
    except OverflowError:
        return float("inf") if numerator > 0 else float("-inf")


class FloatSimplex:
    """The polyhedron ``{y : 1 + normals y >= 0}`` around `y = 0`.

    ``normals``: float64, shape (m, d).
    """

    def __init__(self, normals: np.ndarray) -> None:
        m, d = normals.shape
        self.dimension = d
        largest = np.abs(normals).max(axis=0) if m else np.ones(d)
        self.unit = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
        self.nonbasic = np.arange(d)
        self.basic = np.arange(d, d + m)
        self.table = np.column_stack([np.ones(m), normals / self.unit])
        self.position = np.column_stack([np.zeros(d), np.eye(d)])

    def propose(self, normal: np.ndarray) -> Proposal | None:
        """What the form ``1 + normal y`` does on the polyhedron; None when floats cannot tell."""
        target = normal / self.unit
        with np.errstate(all="ignore"):
            for _ in range(20 * (self.dimension + 5)):
                objective = target @ self.position
                objective[0] += 1
                if not np.isfinite(objective).all():
                    return None
                if objective[0] < -_TINY:
                    return self._aim(self.position[:, 0])
                free = self.nonbasic < self.dimension
                gain = np.where(free, -np.abs(objective[1:]), objective[1:])
                column = 1 + int(np.argmin(gain))
                if gain[column - 1] >= -_TINY:
                    if free.any():
                        return None
                    return Proposal(support=tuple(int(v) for v in self.nonbasic - self.dimension))
                step = -1.0 if objective[column] > 0 else 1.0
                slopes = step * self.table[:, column]
                falling = np.flatnonzero((slopes < -_TINY) & (self.basic >= self.dimension))
                if not len(falling):
                    return self._aim(step * self.position[:, column])
                room = np.maximum(self.table[falling, 0], 0) / -slopes[falling]
                self._pivot(int(falling[np.argmin(room)]), column)
        return None

    def _aim(self, place: np.ndarray) -> Proposal | None:
        """An integer direction; entries are rounded to 40 bits of the largest one."""
        direction = place / self.unit
        largest = np.abs(direction).max()
        if not (np.isfinite(largest) and largest > 0):
            return None
        return Proposal(direction=tuple(int(x) for x in np.rint(direction / largest * 2.0**40)))

    def _pivot(self, leaving: int, column: int) -> None:
        row = -self.table[leaving] / self.table[leaving, column]
        row[column] = 1 / self.table[leaving, column]
        for table in (self.table, self.position):
            factor = table[:, column].copy()
            table[:, column] = 0
            table += np.outer(factor, row)
        self.table[leaving] = row
        self.basic[leaving], self.nonbasic[column - 1] = (
            self.nonbasic[column - 1],
            self.basic[leaving],
        )
