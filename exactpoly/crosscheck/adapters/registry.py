"""The tools by name: those of this package, and those that others bring by entry points.

Adapters are imported when asked for, and never their tools.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from exactpoly.crosscheck.adapters.task import Adapter

__all__ = ["BASELINES", "GROUP", "NAMES", "adapter", "brought"]

GROUP = "exactpoly.tools"
"""The group of entry points; the value of one is an `Adapter`."""

BASELINES = ("lp-bfs", "grid", "qhull")
"""Our own plain baselines."""

_MODULES = {
    "relucent": "relucent",
    "relucent-boundary": "relucent_boundary",
    "regioncam": "regioncam",
    "affinitree": "affinitree",
    "parx": "parx",
    "polypart": "polypart",
    "lp-bfs": "lp_bfs",
    "grid": "grid",
    "qhull": "qhull",
    "relu-edge-subdivision": "relu_edge_subdivision",
    "canonicalpoly": "canonicalpoly",
    "canonicalpoly2": "canonicalpoly2",
    "canonicalpoly2-boundary": "canonicalpoly_boundary",
    "splinecam": "splinecam",
}

NAMES = tuple(_MODULES)
"""The tools that can be compared with."""


def brought() -> dict[str, EntryPoint]:
    """The tools that other packages bring to this interpreter, by name; those of this package stand."""
    return {entry.name: entry for entry in entry_points(group=GROUP) if entry.name not in NAMES}


def adapter(name: str) -> Adapter:
    """The adapter of a tool. Raises `KeyError` for an unknown name, `TypeError` for what is no adapter."""
    if name in _MODULES:
        module = import_module(f"exactpoly.crosscheck.adapters.{_MODULES[name]}")
        result: Adapter = module.ADAPTER
        return result
    found = brought()[name].load()
    if not isinstance(found, Adapter):
        raise TypeError(
            f"the entry point {name} is {type(found).__name__}; it has to be an Adapter"
        )
    return found
