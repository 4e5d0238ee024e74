"""The order of layers that a file holds by name only.

A state dict keeps the order in which its modules were made, which may not be the order in which they
are applied; other formats keep none. Numbers in names that are otherwise alike (`fc1`, `fc2`) and
shapes that fit together may settle it. Where they do not, or contradict the file, the file does not
say what the network is, and it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import prod

from exactpoly.errors import InputError
from exactpoly.readers.tensors import Tensor

__all__ = ["order_in_file", "order_of_numbers"]

_MEND = "give the torch module itself or an ONNX file, or number the layers"
_MAX_STATES = 200_000


def order_in_file(tensors: Mapping[str, Tensor], prefixes: Sequence[str]) -> tuple[list[str], str]:
    """The order of the file, and the words that say so; numbers in like names must increase in it."""
    latest: dict[str, str] = {}
    for prefix in prefixes:
        kind = _kind(prefix)
        if kind in latest and _numbers(prefix) <= _numbers(latest[kind]):
            raise InputError(
                f"{latest[kind]}.weight comes before {prefix}.weight, against the numbers in their"
                f" names, so the file does not say which order is meant; {_MEND}"
            )
        latest[kind] = prefix
    return list(prefixes), "the file's order"


def order_of_numbers(
    tensors: Mapping[str, Tensor], prefixes: Sequence[str]
) -> tuple[list[str], str]:
    """The order in which the numbers in like names increase, and the words that say so.

    Where names differ in more than their numbers, it must be the only such order in which the shapes
    of the weights fit together.
    """
    groups: dict[str, list[str]] = {}
    for prefix in sorted(prefixes, key=_numbers):
        groups.setdefault(_kind(prefix), []).append(prefix)
    order = [prefix for group in groups.values() for prefix in group]
    shapes = {prefix: tensors[f"{prefix}.weight"].array.shape for prefix in prefixes}
    if len(groups) < 2 or any(len(shape) != 2 for shape in shapes.values()):
        return order, "the order of the numbers in the names"
    found = _orders(list(groups.values()), shapes)
    if not found:
        raise InputError(
            f"the layers {', '.join(order)} have shapes that fit together in no order in which their"
            " numbers increase; weights must have shape (outputs, inputs)"
        )
    if len(found) > 1:
        first, second = (", ".join(names) for names in found)
        raise InputError(
            f"the layers may be in the order {first} or {second}, and the file does not say which;"
            f" {_MEND}"
        )
    return found[0], "the only order in which shapes fit and numbers increase"


def _orders(
    groups: Sequence[Sequence[str]], shapes: Mapping[str, tuple[int, ...]]
) -> list[list[str]]:
    """At most two merges of the groups, each kept in order, whose shapes fit together."""
    if prod(len(group) + 1 for group in groups) * len(groups) > _MAX_STATES:
        raise InputError(f"the names of the layers differ too much to put them in order; {_MEND}")
    found: list[list[str]] = []
    dead: set[tuple[tuple[int, ...], int]] = set()

    def extend(taken: list[str], places: tuple[int, ...]) -> None:
        if len(taken) == len(shapes):
            found.append(taken)
            return
        width = shapes[taken[-1]][0] if taken else 0
        if len(found) == 2 or (places, width) in dead:
            return
        before = len(found)
        for index, group in enumerate(groups):
            place = places[index]
            if place < len(group) and (not taken or shapes[group[place]][1] == width):
                after = (*places[:index], place + 1, *places[index + 1 :])
                extend([*taken, group[place]], after)
        if len(found) == before:
            dead.add((places, width))

    extend([], (0,) * len(groups))
    return found[:2]


def _kind(prefix: str) -> str:
    """A name without its numbers."""
    return re.sub(r"[0-9]+", "#", prefix)


def _numbers(prefix: str) -> list[int]:
    return [int(x) for x in re.findall(r"[0-9]+", prefix)]
