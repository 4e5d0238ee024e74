"""canonicalpoly 2.0: Betti numbers over Z/2 of the one-point compactified decision boundary `{f = 0}`.

Its `topology.get_db_homology` does the homology in SageMath (the package passagemath will do).
"""

from __future__ import annotations

from typing import Any

from exactpoly.crosscheck.adapters.canonicalpoly import layers_of
from exactpoly.crosscheck.adapters.checkout import from_checkout
from exactpoly.crosscheck.adapters.task import Adapter, NotOffered, Task

__all__ = ["ADAPTER"]


def _run(task: Task) -> dict[str, Any]:
    if task.bounds is not None:
        raise NotOffered("it works on all of R^d")
    if len(task.biases[-1]) != 1:
        raise NotOffered("the boundary compared is that of a single output")
    cx, topology = from_checkout(task, "polyhedra.cx"), from_checkout(task, "polyhedra.topology")
    _, _, signs = cx.get_full_complex(layers_of(task, output=True))
    widths = [task.dimension, *(len(bias) for bias in task.biases)]
    numbers = topology.get_db_homology(signs.detach().numpy(), widths)
    betti = [int(numbers.get(k, 0)) for k in range(task.dimension)]
    return {
        "level_sets": [
            {"set": "zero", "level": 0, "field": 2, "homology": "one-point", "betti": betti}
        ]
    }


ADAPTER = Adapter(
    name="canonicalpoly2-boundary",
    numbers="float32",
    promise="Betti numbers of the one-point compactified decision boundary, for generic, supertransversal"
    " networks on R^d",
    run=_run,
    needs_checkout=True,
    scope="transversal",
    source="README: 'the Betti numbers of the resulting one-point compactified decision boundary'",
    preload=("torch", "polyhedra.cx", "polyhedra.topology"),
)
