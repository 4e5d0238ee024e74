"""relucent's decision boundary: Betti numbers over Z/2 of `{f = 0}`, as its `boundary_complex` has them.

The boundary is that of the output as one more ReLU; networks have one output then. Betti numbers are the
ordinary and the Borel-Moore ones.
"""

from __future__ import annotations

from typing import Any

from exactpoly.crosscheck.adapters.sequential import torch_sequential
from exactpoly.crosscheck.adapters.task import Absent, Adapter, NotOffered, Refused, Task

__all__ = ["ADAPTER"]

_START_SEED = 1


def _run(task: Task) -> dict[str, Any]:
    if task.bounds is not None:
        raise NotOffered("it enumerates the complex of all of R^d")
    if len(task.biases[-1]) != 1:
        raise NotOffered("the boundary compared is that of a single output")
    import numpy as np

    try:
        import relucent
        import torch
        from relucent.core import errors
    except ImportError as error:
        raise Absent(f"{error}; install it with: pip install relucent torch") from error

    refusals = tuple(getattr(errors, name) for name in errors.__all__)
    complex_ = relucent.Complex(torch.nn.Sequential(*torch_sequential(task), torch.nn.ReLU()))
    start = np.random.default_rng(_START_SEED).normal(size=(1, task.dimension))
    try:
        complex_.bfs(start=start, nworkers=1, verbose=0)
        boundary = complex_.boundary_complex(task.hidden, verbose=0)
        numbers = {
            homology: boundary.betti_numbers(compactify=mode, verbose=0)
            for homology, mode in (("ordinary", "truncate"), ("borel-moore", "borel_moore"))
        }
    except refusals as error:
        raise Refused(f"{type(error).__name__}: {error}") from error
    except ValueError as error:
        if "must not be on a hyperplane" not in str(error):
            raise
        raise Refused(f"{error} (a neuron vanishes around it)") from error
    return {
        "level_sets": [
            {"set": "zero", "level": 0, "field": 2, "homology": homology, "betti": _listed(found)}
            for homology, found in numbers.items()
        ]
    }


def _listed(numbers: dict[int, int]) -> list[int]:
    return [int(numbers.get(k, 0)) for k in range(max(numbers, default=-1) + 1)]


ADAPTER = Adapter(
    name="relucent-boundary",
    distribution="relucent",
    numbers="float64",
    promise="Betti numbers of the decision boundary over GF(2), for generic networks on R^d",
    run=_run,
    scope="transversal",
    source="relucent 1.0.0: README (Topology), graph/boundary.py",
    preload=("relucent", "torch"),
)
