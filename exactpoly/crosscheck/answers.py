"""What a tool leaves when it has ended: a file with its answer, and its last words."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from exactpoly.crosscheck.process import OUTPUT
from exactpoly.report.text import one_line

__all__ = ["LARGEST", "excess", "last_line", "small_file", "unreadable"]

_TAIL = 20_000
"""Bytes at the end of a tool's output in which its last words are looked for."""
LARGEST = 256 * 1024**2
"""Bytes of the largest answer that is read."""


def small_file(path: Path) -> str | None:
    """The text of an answer; None if there is none, or what is there is no file of ordinary size.

    The tool has ended, so nothing changes between the look and the reading.
    """
    if unreadable(path) or excess(path, LARGEST):
        return None
    return path.read_text(encoding="utf-8", errors="replace")


def unreadable(path: Path) -> str:
    """Why there is no file to read, "" if there is one."""
    try:
        found = os.lstat(path)
    except OSError:
        return f"it wrote no {path.name}"
    if not stat.S_ISREG(found.st_mode):
        return f"what it wrote as {path.name} is not an ordinary file"
    return ""


def excess(path: Path, most: int) -> str:
    """That a file has more than ``most`` bytes, in words; "" if it has not."""
    size, mib = path.stat().st_size, 1024**2
    if size <= most:
        return ""
    return f"it wrote {size / mib:.4g} MiB, of which at most {most / mib:.4g} are read"


def last_line(folder: Path) -> str:
    """The last line of what a process printed that is not blank, read from its end only."""
    path = folder / OUTPUT
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return ""
        with path.open("rb") as output:
            size = output.seek(0, os.SEEK_END)
            output.seek(max(0, size - _TAIL))
            lines = output.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""  # the tool has deleted it
    return one_line(next((line for line in reversed(lines) if line.strip()), ""))
