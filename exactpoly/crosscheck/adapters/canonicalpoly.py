"""canonicalpoly (Masden 2022): vertices of the canonical complex with sign sequences, in float32.

Regions are those around its vertices, each with `d` zeros, found by its own ``get_ssr``. A vertex that it
finds from several regions is told once, as its dictionary of vertices by sign sequence means it.
"""

from __future__ import annotations

from typing import Any

from exactpoly.crosscheck.adapters.checkout import from_checkout
from exactpoly.crosscheck.adapters.sequential import torch_sequential
from exactpoly.crosscheck.adapters.task import Adapter, NotOffered, Task

__all__ = ["ADAPTER", "layers_of", "run"]


def layers_of(task: Task, *, output: bool) -> Any:
    """A module of the hidden layers, with the output or without; calling it gives all pre-activations."""
    import torch

    class Layers(torch.nn.Module):  # type: ignore[misc]
        """Linear layers with ReLU between them."""

        def __init__(self) -> None:
            super().__init__()
            parts = [p for p in torch_sequential(task) if isinstance(p, torch.nn.Linear)]
            self.parts = torch.nn.ModuleList(parts if output else parts[:-1])

        def forward(self, values: Any) -> tuple[Any, ...]:
            result = []
            for part in self.parts:
                result.append(part(values))
                values = torch.relu(result[-1])
            return tuple(result)

    return Layers()


def run(task: Task) -> dict[str, Any]:
    """Vertices with their sign sequences, and the regions around them."""
    if task.bounds is not None:
        raise NotOffered("it works on all of R^d")
    import torch

    cx = from_checkout(task, "polyhedra.cx")
    _, points, signs = cx.get_full_complex(layers_of(task, output=False))
    corners = torch.tensor(cx.get_signs(task.dimension)).float()
    regions = cx.get_ssr(signs, task.hidden, corners)
    found = {
        tuple(row): point for row, point in zip(signs.int().tolist(), points.tolist(), strict=True)
    }
    return {
        "regions": [{"row": row} for row in regions.int().tolist()],
        "vertices": [{"point": point, "row": list(row)} for row, point in found.items()],
    }


ADAPTER = Adapter(
    name="canonicalpoly",
    numbers="float32",
    promise="vertices and sign sequences of generic, supertransversal networks on R^d, in float32",
    run=run,
    needs_checkout=True,
    scope="generic",
    source="README: 'computes the polyhedral complex of a ReLU Neural Network in Pytorch by computing"
    " only the vertices and their sign sequences'; Masden 2022 for what is generic",
    preload=("torch", "polyhedra.cx"),
)
