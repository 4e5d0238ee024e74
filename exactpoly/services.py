"""What upper rooms add to networks, complexes and level sets, so that lower rooms need not know them.

They register it. `exactpoly` names the module that registers certificates, theorems and pictures; it is
imported when one of them is asked for first. So methods stand where users look for them, and imports go
one way.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from exactpoly.errors import InternalError

__all__ = ["call", "provided_by", "register"]

_REGISTERED: dict[str, Callable[..., Any]] = {}
_PROVIDERS: list[str] = []


def register(name: str, function: Callable[..., Any]) -> None:
    """Let `call` find ``function`` under ``name``."""
    _REGISTERED[name] = function


def provided_by(module: str) -> None:
    """Name the module that registers everything when it is imported."""
    _PROVIDERS.append(module)


def call(name: str, *arguments: Any, **options: Any) -> Any:
    """Call what was registered."""
    if name not in _REGISTERED:
        for module in _PROVIDERS:
            import_module(module)
    if name not in _REGISTERED:
        raise InternalError(f"{name}: nothing registers it")
    return _REGISTERED[name](*arguments, **options)
