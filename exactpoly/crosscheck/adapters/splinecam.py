"""SplineCam (Humayun et al. 2023): polygons of a plane region, cut layer by layer, in float64.

It needs graph-tool. Its own loop, `compute.get_partitions_with_db`, runs on a GPU only; this one calls the
same functions on the CPU.
"""

from __future__ import annotations

import os
from typing import Any

from exactpoly.crosscheck.adapters.checkout import from_checkout
from exactpoly.crosscheck.adapters.sequential import torch_sequential
from exactpoly.crosscheck.adapters.task import Adapter, NotOffered, Task

__all__ = ["ADAPTER"]


def _run(task: Task) -> dict[str, Any]:
    if task.bounds is None or task.dimension != 2:
        raise NotOffered("it works on a polygon of the plane")
    # Its scripted functions are for torch 1.12 at most; without scripting they run in later ones.
    os.environ["PYTORCH_JIT"] = "0"
    import torch

    graph, utils, wrappers = (
        from_checkout(task, f"splinecam.{name}") for name in ("graph", "utils", "wrappers")
    )
    numbers, device = torch.float64, "cpu"
    (left, right), (low, high) = task.bounds
    corners = [[left, low], [right, low], [right, high], [left, high], [left, low]]
    plane = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], dtype=numbers)
    model = torch_sequential(task)[:-1].eval()
    network = wrappers.model_wrapper(model, device=device, T=plane, dtype=numbers)
    maps = network.layers[0].get_weights()[None, ...]
    polygons = [torch.tensor(corners, dtype=numbers)]
    with torch.no_grad():
        for layer in range(1, len(network.layers)):
            polygons, origin = graph.to_next_layer_partition(
                cycles=polygons,
                Abw=maps,
                NN=network,
                current_layer=layer,
                dtype=numbers,
                device=device,
            )
            means = utils.get_region_means(polygons, dims=2, dtype=numbers, device=device)
            inputs = network.layers[:layer].forward(means)
            maps = utils.get_Abw(
                q=network.layers[layer].get_activation_pattern(inputs),
                Wb=network.layers[layer].get_weights(),
                incoming_Abw=maps[torch.tensor([int(i) for i in origin])],
            )
    return {"regions": [{"vertices": _open(polygon.tolist())} for polygon in polygons]}


def _open(polygon: list[list[float]]) -> list[list[float]]:
    """A polygon without vertices told twice, as where the outline begins and ends."""
    return [list(vertex) for vertex in dict.fromkeys(map(tuple, polygon))]


ADAPTER = Adapter(
    name="splinecam",
    numbers="float64",
    promise="the partition of a polygon, 'without resorting to approximations such as sampling'; checks"
    " with tolerance 1e-7",
    run=_run,
    needs_checkout=True,
    scope="all",
    source="README: 'the first provably exact method for computing the geometry of a DN's mapping'",
)
