"""relu_edge_subdivision (Berzins 2023): edges of a box split neuron by neuron, in float32.

Its vertices carry sign vectors; the regions are those that filling the zeros of a vertex's vector
gives, which is how it finds cells of higher dimension itself.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from exactpoly.crosscheck.adapters.checkout import from_checkout
from exactpoly.crosscheck.adapters.sequential import torch_sequential
from exactpoly.crosscheck.adapters.task import Adapter, NotOffered, Task

__all__ = ["ADAPTER", "regions_around"]


def _run(task: Task) -> dict[str, Any]:
    if task.bounds is None or len(set(task.bounds)) != 1:
        raise NotOffered("it works on a cube [a,b]^d")
    import torch

    networks, subdivision = from_checkout(task, "NN"), from_checkout(task, "edge_subdivision")
    # Every unit of this network is subdivided by, so it is given the hidden layers alone.
    widths = [task.dimension, *(len(bias) for bias in task.biases[:-1])]
    network = networks.Net(widths)
    linear = [part for part in torch_sequential(task) if isinstance(part, torch.nn.Linear)]
    for target, source in zip(network.fcs, linear[:-1], strict=True):
        target.load_state_dict(source.state_dict())
    with torch.no_grad():
        vertices, _, signs = subdivision.skeletal_subdivision(
            network, bbox=task.bounds[0], device=torch.device("cpu"), verbose=False
        )
    rows = signs[:, 2 * task.dimension :].tolist()
    return {
        "regions": [{"row": list(row)} for row in regions_around(rows)],
        "vertices": [
            {"point": point, "row": row} for point, row in zip(vertices.tolist(), rows, strict=True)
        ],
    }


def regions_around(rows: list[list[int]]) -> list[tuple[int, ...]]:
    """All rows that filling the zeros of vertices' rows gives, each once."""
    found: dict[tuple[int, ...], None] = {}
    for row in rows:
        zeros = [i for i, sign in enumerate(row) if sign == 0]
        for signs in product((1, -1), repeat=len(zeros)):
            filled = list(row)
            for place, sign in zip(zeros, signs, strict=True):
                filled[place] = sign
            found[tuple(filled)] = None
    return list(found)


ADAPTER = Adapter(
    name="relu-edge-subdivision",
    numbers="float32",
    promise="'Compute the polyhedral complex associated with a ReLU network'; vertices and edges on a cube,"
    " in float32, for generic arrangements",
    run=_run,
    needs_checkout=True,
    scope="generic",
    source="edge_subdivision.py: 'The arrangement is not generic. 0 will be treated as +. This may cause"
    " unexpected behaviour.'",
    preload=("torch", "edge_subdivision"),
)
