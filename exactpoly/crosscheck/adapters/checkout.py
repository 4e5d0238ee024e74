"""Importing modules from the checkout of a tool that is a repository and no package."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from exactpoly.crosscheck.adapters.task import Absent, Task

__all__ = ["from_checkout"]


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
