"""What rooms above add to a `Complex`: they register it, so that this room need not know them.

`exactpoly.front` registers certificates and theorems when it is imported, which every way to a complex
through `exactpoly` does. So the methods stand where users look for them, imports go one way, and a
complex that was unpickled alone says what is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exactpoly.errors import InputError

__all__ = ["call", "register"]

_REGISTERED: dict[str, Callable[..., Any]] = {}


def register(name: str, function: Callable[..., Any]) -> None:
    """Let `call` find ``function`` under ``name``."""
    _REGISTERED[name] = function


def call(name: str, *arguments: Any) -> Any:
    """Call what was registered. Raises `InputError` if nothing was."""
    if name not in _REGISTERED:
        raise InputError(f"{name}: this needs `import exactpoly.front` first")
    return _REGISTERED[name](*arguments)
