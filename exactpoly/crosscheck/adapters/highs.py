"""Linear programs in floats by HiGHS through SciPy, with its usual tolerances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exactpoly.crosscheck.adapters.task import Absent

if TYPE_CHECKING:
    import numpy as np

__all__ = ["REACH", "chebyshev", "maximum"]

REACH = 1000.0
"""Half the side of the cube in which an unbounded polyhedron is looked at."""


def maximum(
    objective: np.ndarray, matrix: np.ndarray, bound: np.ndarray, size: float | None = None
) -> tuple[np.ndarray | None, float]:
    """Maximise over ``matrix x <= bound`` (and ``|x_i| <= size``): (x, value); (None, inf) if unbounded.

    (None, -inf) if the solver calls the program infeasible.
    """
    try:
        from scipy.optimize import linprog
    except ImportError as error:
        raise Absent(f"{error}; install it with: pip install scipy") from error
    result = linprog(
        -objective,
        A_ub=matrix if len(matrix) else None,
        b_ub=bound if len(matrix) else None,
        bounds=(None, None) if size is None else (-size, size),
        method="highs",
    )
    if result.status == 2:
        return None, float("-inf")
    if result.status == 3:
        return None, float("inf")
    if result.status != 0:
        raise RuntimeError(f"HiGHS: {result.message}")
    return result.x, float(-result.fun)


def chebyshev(
    matrix: np.ndarray, bound: np.ndarray, bounds: tuple[tuple[float, float], ...] | None
) -> tuple[np.ndarray | None, float]:
    """Centre and radius of a largest ball in ``matrix x <= bound`` within the box or a large cube."""
    import numpy as np

    d = matrix.shape[1]
    box = bounds or ((-REACH, REACH),) * d
    matrix = np.vstack([matrix, np.eye(d), -np.eye(d)])
    bound = np.concatenate([bound, [high for _, high in box], [-low for low, _ in box]])
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    objective = np.zeros(d + 1)
    objective[d] = 1
    lifted, height = np.hstack([matrix, norms]), bound
    # No negative radius: the polyhedron is empty then.
    lifted = np.vstack([lifted, -objective])
    height = np.append(height, 0.0)
    solution, radius = maximum(objective, lifted, height)
    return (None, radius) if solution is None else (solution[:d], radius)
