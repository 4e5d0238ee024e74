"""parx: depth-first search over activation patterns with LPs in floats, by its Python method.

The package looks for a program ``julia`` when it is imported; its method ``exact_python`` needs none.
"""

from __future__ import annotations

from typing import Any

from exactpoly.crosscheck.adapters.sequential import torch_sequential
from exactpoly.crosscheck.adapters.task import Absent, Adapter, NotOffered, Task

__all__ = ["ADAPTER"]

_START_SEED = 1


def _run(task: Task) -> dict[str, Any]:
    if task.bounds is not None:
        raise NotOffered("it enumerates the regions of all of R^d")
    import numpy as np

    try:
        import parx
    except (ImportError, RuntimeError) as error:
        reason = " ".join(str(error).split()).split(". ")[0]
        raise Absent(f"{reason}; install parx, and Julia on the PATH") from error

    start = np.random.default_rng(_START_SEED).normal(size=(1, task.dimension))
    partition = parx.compute_partition(torch_sequential(task), start, method="exact_python")
    regions = []
    for region in partition.regions:
        on = np.concatenate(region.activation_path)
        entry: dict[str, Any] = {"row": [1 if active else -1 for active in on]}
        if region.active_indices is not None:
            entry["facets"] = len(region.active_indices)
            entry["facet_neurons"] = sorted(int(k) for k in region.active_indices)
        regions.append(entry)
    return {"regions": regions, "totals": {"regions": len(regions)}}


ADAPTER = Adapter(
    name="parx",
    distribution="parx",
    numbers="float64",
    promise="'exactly enumerates and analyzes the linear (polyhedral activation) regions of ReLU neural"
    " networks' (alpha software; exact_python: 'Pure-Python DFS')",
    run=_run,
    scope="all",
    source="parx 0.1.3: README, first sentence and table of methods",
    preload=("torch", "parx"),
)
