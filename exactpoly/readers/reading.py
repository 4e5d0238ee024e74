"""The choices of a user that a file or model leaves open, as one object that every reader takes.

A reader refuses a choice that means nothing to it: an option that is silently passed over would be read
as one that was obeyed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypedDict

from exactpoly.errors import InputError

__all__ = ["Options", "Reading"]


class Options(TypedDict, total=False):
    """The keyword arguments of `exactpoly.load`; `Reading` says what they mean."""

    fold_float: bool
    input_shape: Sequence[int] | Sequence[Sequence[int]] | None
    prefix: str | None
    output_name: str | int | None
    activation: str | None
    final_activation: bool
    transpose: bool
    drop_head: bool


@dataclass(frozen=True)
class Reading:
    """How a network is to be read where its file or model does not say it.

    ``fold_float``: take the float64 scale of a batch normalisation as the network instead of refusing
    its square root. ``input_shape``: the shape of each input without the batch axis, where it is open.
    ``prefix``: of a file of several networks, the tensors whose names start with it (an empty one: all
    of them in a row). ``output_name``: the output, inner value or module to end at. ``activation``:
    what stands between the layers of a file of tensors, `relu` if None; ``final_activation``: it also
    follows the last layer. ``transpose``: the matrices of the file have shape (inputs, outputs).
    ``drop_head``: leave out a monotone head such as Softmax at the very end.

    >>> Reading.of(input_shape=(1, 28, 28)).input_shape
    ((1, 28, 28),)
    """

    fold_float: bool = False
    input_shape: tuple[tuple[int, ...], ...] = ()
    prefix: str | None = None
    output_name: str | None = None
    activation: str | None = None
    final_activation: bool = False
    transpose: bool = False
    drop_head: bool = False

    @classmethod
    def of(
        cls,
        input_shape: Sequence[int] | Sequence[Sequence[int]] | None = None,
        output_name: str | int | None = None,
        **options: Any,
    ) -> Reading:
        """From the arguments of `exactpoly.load`; one shape may stand for a list of one."""
        return cls(
            input_shape=_shapes(input_shape),
            output_name=None if output_name is None else str(output_name),
            **options,
        )

    def only(self, *names: str, kind: str) -> None:
        """Refuse a choice other than ``names`` and ``fold_float``, which ``kind`` does not know."""
        for field in fields(self):
            given = getattr(self, field.name) != field.default
            if given and field.name not in (*names, "fold_float"):
                raise InputError(f"{field.name}: {_WHY[field.name].format(kind=kind)}")


_TENSORS = "is for files of named tensors; {kind} say it themselves; leave it out"
_WHY = {
    "input_shape": "{kind} tell the shape of the input; give no other",
    "output_name": "{kind} have one output; leave it out",
    "drop_head": "{kind} have no head; leave it out",
    "prefix": _TENSORS,
    "activation": _TENSORS,
    "final_activation": _TENSORS,
    "transpose": _TENSORS,
}


def _shapes(given: Any) -> tuple[tuple[int, ...], ...]:
    if given is None:
        return ()
    if not isinstance(given, (tuple, list)):
        given = [given]
    shapes = [given] if all(isinstance(n, int) for n in given) else list(given)
    for shape in shapes:
        sizes = list(shape) if isinstance(shape, (tuple, list)) else [0]
        if not all(type(n) is int and n > 0 for n in sizes):
            raise InputError(f"input_shape: {given!r} given; give positive integers")
    return tuple(tuple(shape) for shape in shapes)
