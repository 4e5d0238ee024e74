"""Limits of a run, and what it used: cells, seconds, memory."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass

__all__ = ["Limits", "peak_memory"]


def peak_memory() -> int:
    """Peak resident memory of this process in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@dataclass(frozen=True)
class Limits:
    """When to stop early; None means no limit.

    ``max_cells``: cells of all dimensions (those on the box at infinity too); ``max_seconds``: wall
    time; ``max_memory``: peak resident memory of the process, bytes. They are looked at between
    neurons, so a run may overshoot by what one neuron adds.
    """

    max_cells: int | None = None
    max_seconds: float | None = None
    max_memory: int | None = None

    def exceeded(self, cells: int, started: float) -> str | None:
        """The reason to stop, given the cells so far and the `time.monotonic()` of the start."""
        if self.max_cells is not None and cells > self.max_cells:
            return f"{cells} cells exceed --max-cells {self.max_cells}"
        elapsed = time.monotonic() - started
        if self.max_seconds is not None and elapsed > self.max_seconds:
            return f"{elapsed:.1f} s exceed --max-seconds {self.max_seconds:g}"
        if self.max_memory is not None and peak_memory() > self.max_memory:
            return f"{peak_memory()} bytes of memory exceed --max-memory {self.max_memory}"
        return None
