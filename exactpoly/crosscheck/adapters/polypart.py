"""polypart: a polytope cut by hyperplanes, in rational arithmetic; a network with one hidden layer is that.

A region is named by the centre of its vertices, which polypart gives as fractions.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from exactpoly.crosscheck.adapters.task import Absent, Adapter, NotOffered, Task

__all__ = ["ADAPTER"]


def _run(task: Task) -> dict[str, Any]:
    if task.bounds is None:
        raise NotOffered("it cuts a polytope, so it needs a box")
    if len(task.biases) != 2:
        raise NotOffered("it cuts by hyperplanes, so there is one hidden layer")
    if not task.weights[0].any(axis=1).all():
        raise NotOffered("a neuron without weights has no hyperplane")
    try:
        from polypart.geometry import Hyperplane, Polytope
        from polypart.ppart import build_partition_tree
    except ImportError as error:
        raise Absent(f"{error}; install it with: pip install polypart") from error

    normals, offsets = [], []
    for axis, (low, high) in enumerate(task.bounds):
        for sign, bound in ((1, high), (-1, -low)):
            normals.append([Fraction(sign * (k == axis)) for k in range(task.dimension)])
            offsets.append(Fraction(bound))
    box = Polytope(normals, offsets)
    box.extreme()
    lines = [
        Hyperplane.from_coefficients([*map(Fraction, map(float, weight)), Fraction(-float(bias))])
        for weight, bias in zip(task.weights[0], task.biases[0], strict=True)
    ]
    tree, total = build_partition_tree(box, lines)
    regions, waiting = [], [tree.root]
    while waiting:
        node = waiting.pop()
        if node.children:
            waiting += node.children
        else:
            regions.append({"point": [str(x) for x in node.centroid]})
    return {"regions": regions, "totals": {"regions": int(total)}}


ADAPTER = Adapter(
    name="polypart",
    distribution="polypart",
    numbers="float64",
    promise="all regions of an arrangement of hyperplanes in a polytope, in exact rational arithmetic",
    run=_run,
    scope="all",
    source="polypart 0.2.0: README, 'All computations use exact rational arithmetic'",
    preload=("polypart.ppart",),
)
