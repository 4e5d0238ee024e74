"""Importing modules from the checkout of a tool that is a repository and no package."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from exactpoly.crosscheck.adapters.task import Absent, Task

__all__ = ["commit_of", "from_checkout"]


def from_checkout(task: Task, module: str) -> Any:
    """A module of the repository at ``task.checkout``."""
    if task.checkout is None:
        raise Absent("give the path of its checkout")
    if task.checkout not in sys.path:
        sys.path.insert(0, task.checkout)
    try:
        return import_module(module)
    except ImportError as error:
        raise Absent(f"{error}; is {task.checkout} its checkout?") from error


def commit_of(checkout: str) -> str:
    """The commit that a checkout stands at, as its first twelve digits; "" where git does not tell."""
    git = Path(checkout, ".git")
    with suppress(OSError):
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head[:12]
        name = head.removeprefix("ref: ")
        if (git / name).exists():
            return (git / name).read_text(encoding="utf-8")[:12]
        for line in (git / "packed-refs").read_text(encoding="utf-8").splitlines():
            if line.endswith(f" {name}"):
                return line[:12]
    return ""
