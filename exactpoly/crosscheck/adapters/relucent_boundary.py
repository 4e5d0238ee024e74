"""relucent's decision boundary: Betti numbers over Z/2 of `{f = 0}`, as its `boundary_complex` has them.

The boundary is that of the output as one more ReLU; networks have one output then. Betti numbers are the
ordinary and the Borel-Moore ones.
"""

from __future__ import annotations

from typing import Any

from exactpoly.crosscheck.adapters.relucent import explored
from exactpoly.crosscheck.adapters.task import Adapter, NotOffered, Task

__all__ = ["ADAPTER"]


def _run(task: Task) -> dict[str, Any]:
    if len(task.biases[-1]) != 1:
        raise NotOffered("the boundary compared is that of a single output")
    with explored(task, output=True) as complex_:
        boundary = complex_.boundary_complex(task.hidden, verbose=0)
        numbers = {
            homology: boundary.betti_numbers(compactify=mode, verbose=0)
            for homology, mode in (("ordinary", "truncate"), ("borel-moore", "borel_moore"))
        }
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
