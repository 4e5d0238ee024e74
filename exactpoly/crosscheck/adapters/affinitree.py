"""affinitree: distils a network into a decision tree whose leaves are closed polyhedra.

A leaf is named by the half-spaces of its path, because it does not keep the signs of neurons that did
not split it. A leaf without interior is a claim like any other.
"""

from __future__ import annotations

from typing import Any

from exactpoly.crosscheck.adapters.task import Absent, Adapter, Task

__all__ = ["ADAPTER"]


def _run(task: Task) -> dict[str, Any]:
    import numpy as np

    try:
        import affinitree
    except ImportError as error:
        raise Absent(f"{error}; install it with: pip install affinitree") from error

    architecture = affinitree.Architecture(task.dimension)
    last = len(task.weights) - 1
    for index, (weight, bias) in enumerate(zip(task.weights, task.biases, strict=True)):
        architecture.linear(affinitree.AffFunc.from_mats(weight, bias))
        if index < last:
            architecture.relu()
    precondition = None
    if task.bounds is not None:
        box = affinitree.Polytope.hyperrectangle(task.dimension, list(task.bounds))
        identity = affinitree.AffFunc.identity(task.dimension)
        precondition = affinitree.AffTree.from_poly(box, identity, None)
    tree = affinitree.builder.from_layers(architecture, precondition)
    regions = []
    for _, node, polytope in tree.polyhedra():
        if node.is_terminal():
            matrix, bound = (np.asarray(array).tolist() for array in polytope.to_Axleqb())
            regions.append(
                {"half_spaces": [list(line) for line in zip(matrix, bound, strict=True)]}
            )
    return {"regions": regions}


ADAPTER = Adapter(
    name="affinitree",
    distribution="affinitree",
    numbers="float64",
    promise="a decision tree that computes the same function; its leaves are closed cells, which may be"
    " without interior, and infeasible paths are pruned by LP",
    run=_run,
    scope="none",
    source="affinitree 0.23.0: README",
    preload=("numpy", "affinitree"),
)
