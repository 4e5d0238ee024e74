"""Baseline: breadth-first search over activation patterns by linear programs, as most tools do.

From a pattern, a neuron carries a facet if leaving out its inequality lets an LP exceed it; the
pattern with that one sign flipped is the neighbour, kept if an LP finds a ball in it. HiGHS decides
within its usual tolerances, and "exceed" and "ball" mean by more than 1e-7.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from exactpoly.crosscheck.adapters.highs import chebyshev, maximum
from exactpoly.crosscheck.adapters.local_forms import box_sides, halfspaces
from exactpoly.crosscheck.adapters.task import Adapter, Task

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ADAPTER"]

_START_SEED = 1
_TOLERANCE = 1e-7


def _run(task: Task) -> dict[str, Any]:
    import numpy as np

    start = _start_row(task)
    index = {tuple(start.tolist()): 0}
    queue, facets, pairs = deque([start]), {0: 0}, set()
    sides = box_sides(task)
    while queue:
        row = queue.popleft()
        own = index[tuple(row.tolist())]
        matrix, bound = halfspaces(task, row)
        facets[own] = 0
        for neuron in _facet_neurons(matrix, bound, sides):
            other = row.copy()
            other[neuron] *= -1
            key = tuple(other.tolist())
            if key not in index:
                _, radius = chebyshev(*halfspaces(task, other), task.bounds)
                if radius <= _TOLERANCE:
                    continue
                index[key] = len(index)
                queue.append(other)
            facets[own] += 1
            pairs.add((min(own, index[key]), max(own, index[key])))
    return {
        "regions": [
            {"row": [int(s) for s in np.array(key)], "facets": facets[place]}
            for key, place in index.items()
        ],
        "adjacency": [list(pair) for pair in sorted(pairs)],
        "totals": {"regions": len(index), "mean_facets": sum(facets.values()) / len(index)},
    }


def _start_row(task: Task) -> np.ndarray:
    """The pattern at a random point, a neuron that is 0 counted as off."""
    import numpy as np

    point = np.random.default_rng(_START_SEED).uniform(-1, 1, size=(1, task.dimension))
    if task.bounds is not None:
        low, high = np.array(task.bounds).T
        point = (low + high) / 2 + point * (high - low) / 2
    return np.where(task.rows(point)[0] > 0, 1, -1)


def _facet_neurons(
    matrix: np.ndarray, bound: np.ndarray, sides: tuple[np.ndarray, np.ndarray]
) -> list[int]:
    """The neurons whose inequality is not implied by the others and the box."""
    import numpy as np

    every, limit = np.vstack([matrix, sides[0]]), np.concatenate([bound, sides[1]])
    result = []
    for neuron in range(len(matrix)):
        if not matrix[neuron].any():
            continue
        others = np.arange(len(every)) != neuron
        _, value = maximum(matrix[neuron], every[others], limit[others])
        if value > bound[neuron] + _TOLERANCE:
            result.append(neuron)
    return result


ADAPTER = Adapter(
    name="lp-bfs",
    numbers="float64",
    promise="baseline: generic networks, LPs with tolerance 1e-7, neighbours by one flipped sign",
    run=_run,
    scope="generic",
    source="",
    preload=("scipy.optimize",),
)
