"""canonicalpoly 2.0 (Masden): the same interface, with a search along edges. See `canonicalpoly`."""

from __future__ import annotations

from dataclasses import replace

from exactpoly.crosscheck.adapters import canonicalpoly

__all__ = ["ADAPTER"]

ADAPTER = replace(
    canonicalpoly.ADAPTER,
    name="canonicalpoly2",
    source="README: as canonicalpoly, 'an improved version of the code'; Masden 2022 for what is generic",
)
