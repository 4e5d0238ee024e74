"""What a job of a study may choose, and what values are taken, so that mistakes are found before a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from exactpoly.errors import InputError
from exactpoly.studies.data import DATA
from exactpoly.studies.initialise import BIASES, WEIGHTS

__all__ = ["check_choices", "known_choices", "whole"]

Rule = tuple[Callable[[Any], bool], str]


def whole(value: Any, least: int) -> bool:
    """Whether ``value`` is an integer of at least ``least``; truth values are none."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _from(least: int) -> Rule:
    return (lambda x: whole(x, least)), f"an integer from {least}"


def _one_of(names: tuple[str, ...]) -> Rule:
    return (lambda x: x in names), f"one of {', '.join(names)}"


_POSITIVE: Rule = (lambda x: _number(x) and 0 < x < float("inf")), "a positive number"
_PENALTY: Rule = (lambda x: _number(x) and 0 <= x < float("inf")), "a number from 0"
_MOST_WEIGHTS = 10**7


def _widths(value: Any) -> bool:
    if not isinstance(value, list) or len(value) < 2 or not all(whole(n, 1) for n in value):
        return False
    weights: int = sum((a + 1) * b for a, b in pairwise(value))
    return weights <= _MOST_WEIGHTS


_WIDTHS: Rule = (
    _widths,
    "a list of inputs, hidden units and outputs, in a list: [[2, 8, 8, 1]], of at most"
    f" {_MOST_WEIGHTS} weights",
)
_EPOCHS: Rule = (
    (lambda x: isinstance(x, list) and len(x) > 0 and all(whole(n, 0) for n in x)),
    "a list of epochs, in a list: [[0, 10, 100]]",
)
_TRUTH: Rule = (lambda x: isinstance(x, bool)), "true or false"
_TEXT: Rule = (lambda x: isinstance(x, str)), "text"

_COMMON: dict[str, Rule] = {"widths": _WIDTHS, "seed": _from(0), "residual": _TRUTH}
_RULES: dict[str, dict[str, Rule]] = {
    "initialised": {
        **_COMMON,
        "init": _one_of(tuple(sorted(WEIGHTS))),
        "bias": _one_of(tuple(sorted(BIASES))),
    },
    "trained": {
        **_COMMON,
        "data": _one_of(DATA),
        "epochs": _from(0),
        "snapshots": _EPOCHS,
        "batch": _from(1),
        "rate": _POSITIVE,
        "decay": _POSITIVE,
        "weight_decay": _PENALTY,
        "l1": _PENALTY,
        "dropout": ((lambda x: _number(x) and 0 <= x < 1), "a number from 0 to below 1"),
        "label": _TEXT,
    },
    "separation": {
        "widths": _WIDTHS,
        "seed": _from(0),
        "data": _one_of(("circles", *DATA)),
        "spread": _POSITIVE,
    },
    "norm": {
        "widths": _WIDTHS,
        "seed": _from(0),
        "steps": _from(0),
        "batch": _from(1),
        "rate": _POSITIVE,
    },
}


def known_choices(source: str) -> set[str]:
    """The names of what a job of this source may choose."""
    return set(_RULES[source])


def check_choices(source: str, choices: Mapping[str, Any], where: str) -> None:
    """Raise `InputError` naming the first choice that has a value that is not taken."""
    for name, value in choices.items():
        accepts, expected = _RULES[source][name]
        if not accepts(value):
            raise InputError(f"{where}: {name}: {value!r} is not {expected}")
    last = choices.get("epochs", 20)
    late = [epoch for epoch in choices.get("snapshots", []) if epoch > last]
    if late:
        raise InputError(f"{where}: snapshots: {late[0]} is after the last of {last} epochs")
