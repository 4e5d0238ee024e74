"""relucent: breadth-first search over sign rows in floats; decides within error bounds or raises.

Regions are its polyhedra; facets are their ``shis``, as in its README's mean number of faces; pairs
are the edges of its dual graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from exactpoly.crosscheck.adapters.sequential import torch_sequential
from exactpoly.crosscheck.adapters.task import Absent, Adapter, NotOffered, Refused, Task

__all__ = ["ADAPTER", "explored"]

_START_SEED = 1


@contextmanager
def explored(task: Task, *, output: bool) -> Iterator[Any]:
    """Its complex of the hidden neurons, with the output as one more or without; its refusals are ours."""
    if task.bounds is not None:
        raise NotOffered("it enumerates the complex of all of R^d")
    import numpy as np

    try:
        import relucent
        import torch
        from relucent.core import errors
    except ImportError as error:
        raise Absent(f"{error}; install it with: pip install relucent torch") from error

    layers = torch_sequential(task)
    complex_ = relucent.Complex(torch.nn.Sequential(*layers, torch.nn.ReLU()) if output else layers)
    # Not the origin, its default: unbiased neurons vanish there.
    start = np.random.default_rng(_START_SEED).normal(size=(1, task.dimension))
    try:
        complex_.bfs(start=start, nworkers=1, verbose=0)
        yield complex_
    except tuple(getattr(errors, name) for name in errors.__all__) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error
    except ValueError as error:
        if "must not be on a hyperplane" not in str(error):
            raise
        raise Refused(f"{error} (a neuron vanishes around it)") from error


def _run(task: Task) -> dict[str, Any]:
    import numpy as np

    with explored(task, output=False) as complex_:
        cells = [p for p in complex_ if int(p.dim) == task.dimension]
        # It finds them in an order that changes from run to run.
        cells.sort(key=lambda p: [int(s) for s in np.asarray(p.ss).ravel()])
        regions: list[dict[str, Any]] = [
            {
                "row": [int(s) for s in np.asarray(p.ss).ravel()],
                "facets": len(p.shis),
                "facet_neurons": sorted(int(k) for k in p.shis),
            }
            for p in cells
        ]
        place = {id(p): i for i, p in enumerate(cells)}
        pairs = [[place[id(a)], place[id(b)]] for a, b in complex_.dual_graph().edges()]
    total = sum(entry["facets"] for entry in regions)
    return {
        "regions": regions,
        "adjacency": pairs,
        "totals": {
            "regions": len(regions),
            "mean_facets": total / len(regions),
            "adjacent_pairs": len(pairs),
        },
    }


ADAPTER = Adapter(
    name="relucent",
    distribution="relucent",
    numbers="float64",
    promise="regions of generic networks on R^d; raises where float64 cannot decide or the"
    " arrangement is not simple",
    run=_run,
    scope="generic",
    source="relucent 1.0.0: core/errors.py, and graph/vertex_star.py for what is generic",
    preload=("relucent", "torch"),
)
