"""canonicalpoly 2.0 (Masden): the same interface, with a search along edges. See `canonicalpoly`."""

from __future__ import annotations

from exactpoly.crosscheck.adapters.canonicalpoly import run
from exactpoly.crosscheck.adapters.task import Adapter

__all__ = ["ADAPTER"]

ADAPTER = Adapter(
    name="canonicalpoly2",
    numbers="float32",
    promise="vertices and sign sequences of generic, supertransversal networks on R^d, in float32",
    run=run,
    needs_checkout=True,
    scope="generic",
    source="README: as canonicalpoly, 'an improved version of the code'; Masden 2022 for what is generic",
    preload=("torch", "polyhedra.cx"),
)
