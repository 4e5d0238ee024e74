"""regioncam: plane partitions in float32, for pictures. A face is named by its active units."""

from __future__ import annotations

from typing import Any

from exactpoly.crosscheck.adapters.task import Absent, Adapter, NotOffered, Task

__all__ = ["ADAPTER"]


def _run(task: Task) -> dict[str, Any]:
    import numpy as np

    if task.dimension != 2:
        raise NotOffered("it works in the plane")
    size = None if task.bounds is None else task.bounds[0][1]
    if size is None or any(bounds != (-size, size) for bounds in task.bounds or ()):
        raise NotOffered("it works on a square [-s,s]^2")
    try:
        import regioncam
    except ImportError as error:
        raise Absent(f"{error}; install it with: pip install regioncam") from error

    cam = regioncam.Regioncam(size=size)
    layers = []
    for weight, bias in zip(task.weights[:-1], task.biases[:-1], strict=True):
        cam.linear(np.ascontiguousarray(weight.T), bias)
        cam.relu()
        layers.append(cam.last_layer)
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
                "row": [sign for layer in layers for sign in _signs(np, face, layer)],
                "facets": facets[i],
                "vertices": [places[v].tolist() for v in face.vertex_ids],
            }
            for i, face in enumerate(faces)
        ],
        "vertices": [{"point": place.tolist()} for place in places],
        "adjacency": pairs,
        "totals": {"regions": len(faces)},
    }


def _signs(np: Any, face: Any, layer: Any) -> list[int]:
    """On for each unit of a ReLU layer whose affine map on the face is not zero."""
    active = np.asarray(face.activations(layer)).any(axis=0)
    return [1 if on else -1 for on in active]


ADAPTER = Adapter(
    name="regioncam",
    distribution="regioncam",
    numbers="float32",
    promise="pictures of the linear regions in the plane; computes in float32",
    run=_run,
)
