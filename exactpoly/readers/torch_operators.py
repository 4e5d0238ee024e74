"""Which lowering a node of a traced or exported torch program has.

A module is known by its exact type, a function by being torch's own, a method by its whole name, an
operator of an exported program by its schema. What is not known is refused.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional as F

from exactpoly.readers.torch_functions import NAMED

__all__ = ["FUNCTIONS", "METHODS", "function_of", "name_of", "program_operator"]

_HOMES = (torch, F, operator)
_NOT_METHODS = frozenset(["getattr", "program_batch_norm", "batch_norm"])
_PROGRAM_NAMES = {
    "batch_norm": "program_batch_norm",
    "_native_batch_norm_legit_no_training": "program_batch_norm_eval",
}


def _functions() -> dict[Any, Callable[..., Any]]:
    """torch's own functions, by identity."""
    found: dict[Any, Callable[..., Any]] = {getattr: NAMED["getattr"]}
    for home in _HOMES:
        for name, lower in NAMED.items():
            for spelling in (name, f"{name}_"):
                function = getattr(home, spelling, None)
                if callable(function) and not isinstance(function, type):
                    found[function] = lower
    # The same name has another order of arguments in torch than in torch.nn.functional.
    found.pop(torch.batch_norm, None)
    return found


FUNCTIONS = _functions()
METHODS = {name: lower for name, lower in NAMED.items() if name not in _NOT_METHODS}


def function_of(name: str) -> Callable[..., Any] | None:
    """The lowering of a method, in-place ones included."""
    return METHODS.get(name) or (METHODS.get(name[:-1]) if name.endswith("_") else None)


def program_operator(name: str) -> Callable[..., Any] | None:
    """The lowering of an ATen operator by its name in schemas, without its overload."""
    if name == "_native_batch_norm_legit_no_training":
        lower = NAMED["program_batch_norm"]

        def without_training(c: Any, *args: Any) -> Any:
            input, weight, bias, mean, variance, momentum, eps = args
            return (lower(c, input, weight, bias, mean, variance, False, momentum, eps), None, None)

        return without_training
    return function_of(_PROGRAM_NAMES.get(name, name)) or NAMED.get(_PROGRAM_NAMES.get(name, name))


def name_of(target: Any) -> str:
    """The name of a function or of an operator of an exported program."""
    schema = getattr(target, "_schema", None)
    if schema is not None:
        return str(schema.name).rpartition("::")[2]
    return str(getattr(target, "__name__", target))
