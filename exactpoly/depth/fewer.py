"""Fewer terms near an identity: integer programming over its own terms and some others.

Of the columns of a template those of the identity and some more are kept; least many of them that still
give the maximum are a mixed-integer program with a switch a column. Everything here is in floats and is a
proposal: what it finds is solved for exactly by the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from exactpoly.depth.linear import independent

__all__ = ["Neighbourhoods", "available"]

_BOUND = 3.0
"""Largest coefficient, in units of the largest of the identity that is known."""
_SMALL = 1e-9
_FIRST, _MOST = 90, 1200
_STEP_SECONDS = 15.0


def available() -> bool:
    """Whether highspy, which solves the programs, is installed."""
    from importlib.util import find_spec

    return find_spec("highspy") is not None


def _quiet_solver() -> Any:
    """A solver that prints nothing, not even what version it is when callbacks are made possible."""
    import highspy

    base: Any = highspy.Highs

    class Quiet(base):  # type: ignore[misc]
        def enableCallbacks(self) -> None:
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    return Quiet()


class Neighbourhoods:
    """Proposes smaller sets of columns of `matrix c = target` than one that is known.

    ``matrix``: integers, shape (m, k); ``target``: shape (m,). How many columns are tried at once grows
    while programs are solved to the end, and shrinks where time ends them.
    """

    def __init__(
        self,
        matrix: np.ndarray,
        target: np.ndarray,
        random: np.random.Generator,
        interrupted: Callable[[], bool],
    ) -> None:
        self._matrix, self._target, self._random = matrix, target, random
        self._interrupted = interrupted
        self._touched = matrix != 0
        self._size = _FIRST

    def proposal(self, known: dict[int, float], seconds: float) -> np.ndarray | None:
        """Columns of a solution with fewer than ``known``, column -> coefficient, or as many."""
        columns = np.array(sorted([*known, *self._others(list(known))]), np.intp)
        scale = max(map(abs, known.values()))
        both = np.column_stack([self._matrix[:, columns], self._target]).astype(np.int64)
        both = np.unique(both, axis=0)
        rows = both[independent(both.T)].astype(np.float64)
        rows[:, -1] /= scale
        limit = min(seconds, _STEP_SECONDS)
        chosen, ended = self._solve(rows / np.abs(rows).max(axis=1)[:, None], len(known), limit)
        self._size = (
            min(_MOST, int(self._size * 1.15)) if ended else max(_FIRST, self._size * 9 // 10)
        )
        return None if chosen is None else columns[chosen]

    def _others(self, known: list[int]) -> list[int]:
        """Columns at random, or those whose rows are nearly all touched by the known ones already."""
        chosen: list[int]
        others = np.setdiff1d(np.arange(self._matrix.shape[1]), known)
        number = min(len(others), max(self._size - len(known), 10))
        kind = int(self._random.integers(4))
        if kind == 0:
            chosen = self._random.choice(others, number, replace=False).tolist()
            return chosen
        more = self._random.choice(others, kind - 1)
        covered = self._touched[:, [*known, *more]].any(axis=1)
        missing = self._touched[~covered].sum(axis=0)[others]
        spread = 1 + 4 * self._random.random()
        order = np.argsort(missing + spread * self._random.random(len(others)))
        chosen = others[order[:number]].tolist()
        return chosen

    def _solve(self, rows: np.ndarray, most: int, seconds: float) -> tuple[np.ndarray | None, bool]:
        """Places of columns, or None; and whether the program was solved to the end."""
        import highspy

        solver = _quiet_solver()
        for option, value in (
            ("time_limit", seconds),
            ("threads", 1),
            ("random_seed", int(self._random.integers(1 << 30))),
            ("mip_feasibility_tolerance", _SMALL),
            ("primal_feasibility_tolerance", _SMALL),
        ):
            solver.setOptionValue(option, value)
        k = rows.shape[1] - 1
        solver.addVars(
            2 * k, np.r_[np.full(k, -_BOUND), np.zeros(k)], np.r_[np.full(k, _BOUND), np.ones(k)]
        )
        switches = np.arange(k, 2 * k, dtype=np.int32)
        solver.changeColsCost(k, switches, np.ones(k))
        solver.changeColsIntegrality(
            k, switches, np.full(k, highspy.HighsVarType.kInteger.value, np.uint8)
        )
        for row in rows:
            (places,) = np.nonzero(row[:-1])
            solver.addRow(row[-1], row[-1], len(places), places.astype(np.int32), row[places])
        for j in range(k):
            pair = np.array([j, k + j], np.int32)
            solver.addRow(-highspy.kHighsInf, 0, 2, pair, np.array([1.0, -_BOUND]))
            solver.addRow(0, highspy.kHighsInf, 2, pair, np.array([1.0, _BOUND]))
        solver.addRow(0, most, k, switches, np.ones(k))
        solver.cbMipInterrupt.subscribe(
            lambda event: event.interrupt() if self._interrupted() else None
        )
        solver.solve()
        ended = solver.getModelStatus() in (
            highspy.HighsModelStatus.kOptimal,
            highspy.HighsModelStatus.kInfeasible,
        )
        if solver.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
            return None, ended
        values = np.array(solver.getSolution().col_value)
        return np.flatnonzero(np.abs(values[:k]) > _SMALL), ended
