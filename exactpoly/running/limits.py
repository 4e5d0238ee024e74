"""Limits of a run, and what it used: cells, seconds, memory."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from numbers import Real
from pathlib import Path

from exactpoly.errors import InputError

__all__ = ["Limits", "peak_memory", "present_memory"]


def peak_memory() -> int | None:
    """Peak resident memory of this process in bytes; None where the system does not tell.

    On Linux it is VmHWM: ``ru_maxrss`` begins at what the process that started this one held.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError):
        return _most_resident()


def _most_resident() -> int | None:
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def present_memory() -> int | None:
    """Resident memory of this process and of those that it started, now, in bytes.

    Where the system does not tell, the peak of this process stands for it, which never falls; None where
    it does not tell that either.
    """
    try:
        page = os.sysconf("SC_PAGE_SIZE")
        return sum(_pages(process) for process in ["self", *_children()]) * page
    except (OSError, ValueError, AttributeError):
        return peak_memory()


def _pages(process: str) -> int:
    try:
        return int(Path("/proc", process, "statm").read_text(encoding="ascii").split()[1])
    except OSError:
        if process == "self":
            raise
        return 0  # it has ended meanwhile


def _children() -> list[str]:
    """The processes that this one started and that still run, those that they started not among them."""
    found: list[str] = []
    for thread in Path("/proc/self/task").iterdir():
        try:
            found += (thread / "children").read_text(encoding="ascii").split()
        except OSError:
            continue
    return found


@dataclass(frozen=True)
class Limits:
    """When to stop early; None means no limit.

    ``max_cells``: cells of all dimensions (those on the box at infinity too); ``max_seconds``: wall
    time; ``max_memory``: bytes of memory in use now, by this process and its workers. Raises `InputError`
    for a limit below 0 or not a number.

    >>> Limits(max_cells=5).exceeded(6, time.monotonic())
    '6 cells exceed max_cells 5'
    """

    max_cells: int | None = None
    max_seconds: float | None = None
    max_memory: int | None = None

    def __post_init__(self) -> None:
        for name in ("max_cells", "max_seconds", "max_memory"):
            value = getattr(self, name)
            number = isinstance(value, Real) and not isinstance(value, bool)
            if value is not None and not (number and value >= 0):
                raise InputError(f"{name}: {value!r} is not a limit; give a number from 0")
        if self.max_memory is not None and present_memory() is None:
            raise InputError("max_memory: this system does not report how much memory is in use")

    def exceeded(self, cells: int, started: float) -> str | None:
        """The reason to stop, given the cells so far and the `time.monotonic()` of the start."""
        if self.max_cells is not None and cells > self.max_cells:
            return f"{cells} cells exceed max_cells {self.max_cells}"
        elapsed = time.monotonic() - started
        if self.max_seconds is not None and elapsed > self.max_seconds:
            return f"{elapsed:.1f} s exceed max_seconds {self.max_seconds:g}"
        return self.memory_exceeded()

    def memory_exceeded(self) -> str | None:
        """The reason to stop for memory alone."""
        memory = None if self.max_memory is None else present_memory()
        if memory is not None and self.max_memory is not None and memory > self.max_memory:
            return f"{memory} bytes of memory exceed max_memory {self.max_memory}"
        return None
