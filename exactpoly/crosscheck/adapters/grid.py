"""Baseline: distinct activation patterns on a grid of points, as in many papers."""

from __future__ import annotations

from typing import Any

from exactpoly.crosscheck.adapters.task import Adapter, Task

__all__ = ["ADAPTER"]

_POINTS = 200_000
_REACH = 10.0


def _run(task: Task) -> dict[str, Any]:
    import numpy as np

    bounds = task.bounds or ((-_REACH, _REACH),) * task.dimension
    count = max(2, round(_POINTS ** (1 / task.dimension)))
    # Midpoints of a regular subdivision, so that no point lies on the sides of the box.
    steps = (np.arange(count) + 0.5) / count
    axes = [low + steps * (high - low) for low, high in bounds]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, task.dimension)
    rows = np.unique(np.where(task.rows(points) > 0, 1, -1), axis=0)
    return {"regions": [{"row": row.tolist()} for row in rows]}


ADAPTER = Adapter(
    name="grid",
    numbers="float64",
    promise="baseline: a lower bound, the patterns met at 200,000 grid points (on R^d in [-10,10]^d)",
    run=_run,
    scope="none",
    source="",
    preload=("numpy",),
)
