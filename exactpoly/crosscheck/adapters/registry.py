"""The tools by name. Adapters are imported when asked for, and never their tools."""

from __future__ import annotations

from importlib import import_module

from exactpoly.crosscheck.adapters.task import Adapter

__all__ = ["BASELINES", "NAMES", "adapter"]

BASELINES = ("lp-bfs", "grid", "qhull")
"""Our own plain baselines."""

_MODULES = {
    "relucent": "relucent",
    "regioncam": "regioncam",
    "affinitree": "affinitree",
    "parx": "parx",
    "lp-bfs": "lp_bfs",
    "grid": "grid",
    "qhull": "qhull",
    "relu-edge-subdivision": "relu_edge_subdivision",
    "canonicalpoly": "canonicalpoly",
    "splinecam": "splinecam",
}

NAMES = tuple(_MODULES)
"""The tools that can be compared with."""


def adapter(name: str) -> Adapter:
    """The adapter of a tool. Raises `KeyError` for an unknown name."""
    module = import_module(f"exactpoly.crosscheck.adapters.{_MODULES[name]}")
    result: Adapter = module.ADAPTER
    return result
