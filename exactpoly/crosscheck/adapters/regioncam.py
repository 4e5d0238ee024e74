"""regioncam: plane partitions in float32, for pictures. A face is named by its vertices, as drawn."""

from __future__ import annotations

from typing import Any

from exactpoly.crosscheck.adapters.task import Absent, Adapter, NotOffered, Task

__all__ = ["ADAPTER"]


def _run(task: Task) -> dict[str, Any]:
    import numpy as np

    if task.dimension != 2:
        raise NotOffered("it is compared in the plane only")
    size = None if task.bounds is None else task.bounds[0][1]
    if size is None or any(bounds != (-size, size) for bounds in task.bounds or ()):
        raise NotOffered("it works on a square [-s,s]^2")
    try:
        import regioncam
    except ImportError as error:
        raise Absent(f"{error}; install it with: pip install regioncam") from error

    cam = regioncam.Regioncam(size=size)
    for weight, bias in zip(task.weights[:-1], task.biases[:-1], strict=True):
        # A copy, for the strides of a transposed single column confuse it.
        cam.linear(weight.T.copy(), bias)
        cam.relu()
    places = np.asarray(cam.vertex_inputs)
    faces = list(cam.faces)
    facets = [0] * len(faces)
    pairs = []
    for edge in cam.edges:
        sides = [f.__index__() for f in edge.faces if f is not None]
        if len(sides) == 2:
            pairs.append(sides)
            for side in sides:
                facets[side] += 1
    return {
        "regions": [
            {
                "facets": facets[i],
                "vertices": [places[v].tolist() for v in face.vertex_ids],
            }
            for i, face in enumerate(faces)
        ],
        "vertices": [{"point": place.tolist()} for place in places],
        "adjacency": pairs,
        "totals": {"regions": len(faces)},
    }


ADAPTER = Adapter(
    name="regioncam",
    distribution="regioncam",
    numbers="float32",
    promise="pictures of the linear regions in the plane; computes in float32",
    run=_run,
    scope="generic",
    source="regioncam 0.5.2: README ('arrays must be float32')",
    preload=("numpy", "regioncam"),
)
