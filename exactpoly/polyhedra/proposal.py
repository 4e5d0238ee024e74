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

_PIVOTS = 100
"""Pivots a dimension before the method is given up."""

_REMEMBERED = 512
"""Vertices at which forms were least: a new form starts at the one where it is lowest."""

_FRESH = 2_000
"""Pivots after which rounding may have piled up, and the method starts anew."""


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

    ``normals``: float64, shape (m, d). The revised simplex method: the coordinates are kept as affine
    functions of the `d` nonbasic variables (free coordinates at first, then slacks of rows), the
    slacks of all rows are computed from them. ``last``: the nonbasic variables where the last proposal
    was made, coordinates `0..d-1` (of other coordinates than those of the rows), then rows.
    """

    TINY = 1e-9
    """Beyond rounding, mostly; it decides no answer."""

    def __init__(self, normals: np.ndarray) -> None:
        d = normals.shape[1]
        self.dimension = d
        self.most_pivots = _PIVOTS * (d + 5)
        self.units = _units(normals)
        with np.errstate(all="ignore"):
            self.normals = np.ascontiguousarray(normals @ self.units)
        self._points = np.zeros((_REMEMBERED, d))
        self._bases: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._remembered = self._next = 0
        self.last: list[int] = []
        self._start()

    def _start(self, spread: float = 0.0) -> None:
        """Begin at the centre, with constants between 1 and 1 + ``spread``."""
        self.constants = 1 + spread * np.random.default_rng(0).random(len(self.normals))
        self.nonbasic = np.arange(self.dimension)
        self.position = np.column_stack([np.zeros(self.dimension), np.eye(self.dimension)])
        self.pivots = 0

    def propose(self, normal: np.ndarray) -> Proposal | None:
        """What the form ``1 + normal y`` does on the polyhedron; None when floats cannot tell.

        Where rounding or a degenerate vertex leads nowhere it is tried anew from the centre, and once
        more with the rows moved apart by random small amounts.
        """
        with np.errstate(all="ignore"):
            target = normal @ self.units
            self._resume(target)
            if self.pivots > _FRESH or not self._feasible():
                self._start()
            for spread in (None, 0.0, 1e-7):
                if spread is not None:
                    self._start(spread)
                proposal = self._minimise(target)
                self.last = [int(v) for v in self.nonbasic]
                if proposal is not None:
                    if proposal.support is not None and not spread:
                        self._remember()
                    break
            if spread:
                self._start()
        return proposal

    def _remember(self) -> None:
        place = self._next % len(self._points)
        self._next = place + 1
        self._remembered = max(self._remembered, self._next)
        self._points[place] = self.position[:, 0]
        self._bases[place] = self.nonbasic.copy(), self.position.copy()

    def _resume(self, target: np.ndarray) -> None:
        """Start at the lowest of the vertices remembered, if that is lower than the present one."""
        known = self._points[: self._remembered]
        if len(known):
            values = known @ target
            best = int(np.argmin(values))
            if values[best] < target @ self.position[:, 0]:
                nonbasic, position = self._bases[best]
                self.nonbasic, self.position = nonbasic.copy(), position.copy()

    def _minimise(self, target: np.ndarray) -> Proposal | None:
        """From the present vertex downhill on ``1 + target y``."""
        for _ in range(self.most_pivots):
            objective = target @ self.position
            objective[0] += 1
            if not np.isfinite(objective).all():
                return None
            if objective[0] < -self.TINY:
                return self._aim(self.position[:, 0])
            free = self.nonbasic < self.dimension
            gain = np.where(free, -np.abs(objective[1:]), objective[1:])
            if gain.min() >= -self.TINY:
                return None if free.any() else self._support()
            # The steepest of the edges that go down.
            lengths = np.sqrt(np.square(self.position[:, 1:]).sum(axis=0))
            column = 1 + int(np.argmin(np.where(gain < -self.TINY, gain / lengths, 0)))
            direction = self.position[:, column] * (-1.0 if objective[column] > 0 else 1.0)
            slopes = self.normals @ direction
            slopes[self.nonbasic[~free] - self.dimension] = 0
            falling = np.flatnonzero(slopes < -self.TINY)
            if not len(falling):
                return self._aim(direction)
            room = np.maximum(self._slacks()[falling], 0) / -slopes[falling]
            self._pivot(int(falling[np.argmin(room)]), column)
        return None

    def _support(self) -> Proposal:
        return Proposal(support=tuple(int(v) for v in self.nonbasic - self.dimension))

    def inverse(self) -> np.ndarray:
        """float64, shape (d, d): about the inverse of the matrix with the support's rows as columns."""
        return np.asarray((self.units @ self.position[:, 1:]).T)

    def add(self, normal: np.ndarray) -> None:
        """One more row of the polyhedron."""
        with np.errstate(all="ignore"):
            self.normals = np.vstack([self.normals, normal @ self.units])
        self.constants = np.append(self.constants, 1.0)
        self._forget(self.normals[-1])

    def _forget(self, row: np.ndarray) -> None:
        """Vertices that a new row cuts off are of no more use: going back from one takes many pivots."""
        kept = np.flatnonzero(1 + self._points[: self._remembered] @ row >= -self.TINY)
        self._points[: len(kept)] = self._points[kept]
        self._bases = {place: self._bases[i] for place, i in enumerate(kept.tolist())}
        self._remembered = self._next = len(kept)

    def _slacks(self) -> np.ndarray:
        return np.asarray(self.constants + self.normals @ self.position[:, 0])

    def _feasible(self) -> bool:
        """Go back into the polyhedron where an added row has cut off the present vertex.

        The dual simplex method, with the sum of the nonbasic slacks for its objective; False where
        that does not work out.
        """
        if not len(self.normals):
            return True
        costs = np.ones(self.dimension)
        for _ in range(self.dimension + 5):
            slacks = self._slacks()
            leaving = int(np.argmin(slacks))
            if slacks[leaving] >= -self.TINY:
                return True
            slopes = self.normals[leaving] @ self.position[:, 1:]
            rising = np.flatnonzero(slopes > self.TINY)
            if (self.nonbasic < self.dimension).any() or not len(rising):
                return False
            ratios = np.maximum(costs[rising], 0) / slopes[rising]
            column = int(rising[np.argmin(ratios)])
            costs = costs - costs[column] / slopes[column] * slopes
            costs[column] = ratios.min()
            self._pivot(leaving, 1 + column)
        return False

    def _aim(self, place: np.ndarray) -> Proposal | None:
        """An integer direction; entries are rounded to 40 bits of the largest one."""
        direction = self.units @ place
        largest = np.abs(direction).max()
        if not (np.isfinite(largest) and largest > 0):
            return None
        return Proposal(direction=tuple(int(x) for x in np.rint(direction / largest * 2.0**40)))

    def _pivot(self, leaving: int, column: int) -> None:
        """Make the slack of a row nonbasic in place of a column's variable."""
        row = self.normals[leaving] @ self.position
        row[0] += self.constants[leaving]
        factor = self.position[:, column] / row[column]
        row[column] -= 1
        self.position -= np.outer(factor, row)
        self.nonbasic[column - 1] = self.dimension + leaving
        self.pivots += 1


def _units(normals: np.ndarray) -> np.ndarray:
    """float64, shape (d, d): coordinates in which the rows point about equally far in all directions.

    So the length of an edge says how much it is worth, however thin the polyhedron is.
    """
    m, d = normals.shape
    if m and np.isfinite(normals).all():
        spread = normals.T @ normals
        spread[np.diag_indices(d)] += 1e-9 * np.trace(spread) / d
        try:
            return np.asarray(np.linalg.inv(np.linalg.cholesky(spread)).T)
        except np.linalg.LinAlgError:
            pass
    largest = np.abs(normals).max(axis=0) if m else np.ones(d)
    return np.diag(1 / np.where((largest > 0) & np.isfinite(largest), largest, 1.0))
