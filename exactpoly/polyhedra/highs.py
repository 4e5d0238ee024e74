"""A vertex at which HiGHS ends: a proposal for an exact linear program, with the extra ``[lp]``.

HiGHS computes in float64 with tolerances; what it says is the names of inequalities, which exact
arithmetic solves and decides.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

__all__ = ["available", "highs_vertex"]


@cache
def available() -> bool:
    """Whether highspy is installed."""
    try:
        import highspy  # noqa: F401
    except ImportError:
        return False
    return True


@contextmanager
def _stdout_closed() -> Iterator[None]:
    """HiGHS names itself on standard output, where answers go; nothing else of it is lost."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


@cache
def _solver() -> Any:
    import highspy

    with _stdout_closed():
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    return solver


def highs_vertex(table: np.ndarray, target: np.ndarray) -> list[int] | None:
    """`d` rows that are tight where HiGHS says that ``target`` is greatest, None where it says none.

    ``table``: float64 (m, d + 1), rows `(b, a)` of `b + a.x >= 0`; ``target``: float64 (d,).

    >>> square = np.array([[0, 1, 0], [0, 0, 1], [1, -1, 0], [1, 0, -1]], float)
    >>> sorted(highs_vertex(square, np.array([3.0, -1.0]))) if available() else [1, 2]
    [1, 2]
    """
    import highspy

    m, d = table.shape[0], table.shape[1] - 1
    if not (np.isfinite(table).all() and np.isfinite(target).all()):
        return None
    solver = _solver()
    solver.clearModel()
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = d, m
    problem.col_cost_ = target
    problem.col_lower_ = np.full(d, -highspy.kHighsInf)
    problem.col_upper_ = np.full(d, highspy.kHighsInf)
    problem.row_lower_, problem.row_upper_ = -table[:, 0], np.full(m, highspy.kHighsInf)
    problem.sense_ = highspy.ObjSense.kMaximize
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_ = np.arange(0, (m + 1) * d, d, dtype=np.int32)
    problem.a_matrix_.index_ = np.tile(np.arange(d, dtype=np.int32), m)
    problem.a_matrix_.value_ = table[:, 1:].ravel()
    solver.passModel(problem)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    status = solver.getBasis().row_status
    tight = [i for i, kind in enumerate(status) if kind == highspy.HighsBasisStatus.kLower]
    return tight if len(tight) == d else None
