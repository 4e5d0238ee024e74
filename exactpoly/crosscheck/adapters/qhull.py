"""Baseline: regions of a box split neuron by neuron, their vertices by Qhull in floats.

A neuron splits a region if it takes both signs on its vertices, beyond 1e-9; each part is kept if an
LP finds a ball of radius 1e-9 in it, around whose centre Qhull intersects the half-spaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exactpoly.crosscheck.adapters.highs import chebyshev
from exactpoly.crosscheck.adapters.local_forms import box_sides, layer_forms
from exactpoly.crosscheck.adapters.task import Absent, Adapter, NotOffered, Task

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ADAPTER"]

_TOLERANCE = 1e-9


def _run(task: Task) -> dict[str, Any]:
    if task.bounds is None:
        raise NotOffered("it needs a box")
    if task.dimension < 2:
        raise NotOffered("Qhull needs two dimensions")
    import numpy as np

    matrix, bound = box_sides(task)
    parts = [_Part(np.empty(0, int), matrix, bound, _corners(task, matrix, bound))]
    for layer in range(len(task.weights) - 1):
        forms = [layer_forms(task, part.row, layer) for part in parts]
        for unit in range(len(task.biases[layer])):
            split: list[_Part] = []
            kept = []
            for part, form in zip(parts, forms, strict=True):
                pieces = part.cut(task, form[0][unit], form[1][unit])
                split += pieces
                kept += [form] * len(pieces)
            parts, forms = split, kept
    return {
        "regions": [
            {"row": part.row.tolist(), "vertices": part.vertices.tolist()} for part in parts
        ],
        "totals": {"regions": len(parts)},
    }


class _Part:
    """A region of the neurons so far: row, half-spaces ``A x <= b`` and vertices."""

    def __init__(
        self, row: np.ndarray, matrix: np.ndarray, bound: np.ndarray, vertices: np.ndarray
    ) -> None:
        self.row = row
        self.matrix = matrix
        self.bound = bound
        self.vertices = vertices

    def cut(self, task: Task, gradient: np.ndarray, constant: float) -> list[_Part]:
        """The parts on each side of a hyperplane, or this part with the sign it has."""
        import numpy as np

        heights = self.vertices @ gradient + constant
        above, below = bool((heights > _TOLERANCE).any()), bool((heights < -_TOLERANCE).any())
        if not (above and below):
            row = np.append(self.row, 1 if above else -1)
            return [_Part(row, self.matrix, self.bound, self.vertices)]
        result = []
        for sign in (1, -1):
            matrix = np.vstack([self.matrix, -sign * gradient])
            bound = np.append(self.bound, sign * constant)
            vertices = _corners(task, matrix, bound)
            if len(vertices):
                result.append(_Part(np.append(self.row, sign), matrix, bound, vertices))
        return result


def _corners(task: Task, matrix: np.ndarray, bound: np.ndarray) -> np.ndarray:
    """Vertices of a polytope by Qhull around its Chebyshev centre; none if it is too thin."""
    import numpy as np

    try:
        from scipy.spatial import HalfspaceIntersection
    except ImportError as error:
        raise Absent(f"{error}; install it with: pip install scipy") from error
    center, radius = chebyshev(matrix, bound, task.bounds)
    if center is None or radius <= _TOLERANCE:
        return np.empty((0, task.dimension))
    found = HalfspaceIntersection(np.hstack([matrix, -bound[:, None]]), center).intersections
    _, first = np.unique(np.round(found / _TOLERANCE), axis=0, return_index=True)
    return np.asarray(found[first])


ADAPTER = Adapter(
    name="qhull",
    numbers="float64",
    promise="baseline: boxes, half-space intersection by Qhull with tolerance 1e-9",
    run=_run,
    scope="all",
    source="",
    preload=("scipy.spatial", "scipy.optimize"),
)
