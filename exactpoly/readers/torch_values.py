"""What values are while a torch program is read, and how operators take their arguments apart.

A value is an `Affine` (it depends on the input), an `ExactArray` (a constant tensor), a `Comparison` or a
NumPy array of truth values, or what Python itself computes with: numbers, sizes, tuples.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
import torch

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import ExactArray, exact_array
from exactpoly.readers.operators import Value
from exactpoly.readers.piecewise import Comparison
from exactpoly.readers.state_dict import tensor_to_numpy
from exactpoly.readers.work import grant

__all__ = [
    "PLACES",
    "Extreme",
    "constant_tensor",
    "each",
    "exact_tensor",
    "fraction",
    "index_array",
    "plain",
    "tensor",
    "value",
]


PLACES = "the places of maxima or of sorted values jump; the values themselves are supported"


class Extreme(tuple[Any, Any]):
    """The pair (values, indices) of a maximum or a sort along an axis; the indices jump."""

    @property
    def values(self) -> Any:
        """The values alone."""
        return self[0]


def exact_tensor(tensor: torch.Tensor, name: str) -> ExactArray:
    """A parameter or buffer as exact numbers."""
    array = tensor_to_numpy(tensor, name)
    grant(array.size)
    return exact_array(array, name)


def constant_tensor(tensor: torch.Tensor, name: str) -> ExactArray | np.ndarray:
    """Any constant tensor: truth values stay a NumPy array."""
    if tensor.dtype == torch.bool:
        return tensor_to_numpy(tensor, name)
    return exact_tensor(tensor, name)


def tensor(x: Any) -> Affine:
    """A value that depends on the input."""
    if not isinstance(x, Affine):
        raise InputError("this operator is supported on values that depend on the input only")
    return x


def plain(*values: Any) -> bool:
    """Whether all are Python's own numbers."""
    return all(isinstance(x, (int, float)) for x in values)


def value(x: Any) -> Value:
    """A tensor or a number as a value of numbers."""
    if isinstance(x, (Affine, ExactArray)):
        return x
    if isinstance(x, Comparison):
        raise InputError(
            "a truth value that depends on the input is supported in where, masked_fill and products"
            " only"
        )
    if isinstance(x, np.ndarray):
        return exact_array(x.astype(np.int64), "the mask")
    return ops.scalar(fraction(x))


def fraction(x: Any) -> Fraction:
    """A finite number as the rational that it is."""
    if isinstance(x, ExactArray) and x.numerators.size == 1:
        return x.fractions()[0]
    if isinstance(x, bool) or not isinstance(x, (int, float)) or not isfinite(x):
        raise InputError(f"{x!r} is not a finite number")
    return Fraction(x)


def each(given: Any, axes: int) -> list[int]:
    """One integer an axis from an integer or a sequence."""
    values = list(given) if isinstance(given, (tuple, list)) else [given]
    return values * axes if len(values) == 1 else values


def index_array(x: Any) -> Any:
    """An index of Python's or NumPy's kind, with constant tensors as integer arrays."""
    if isinstance(x, tuple):
        return tuple(index_array(part) for part in x)
    if isinstance(x, list):
        return [index_array(part) for part in x]
    if isinstance(x, (Affine, Comparison)):
        raise InputError("an index that depends on the input is not continuous")
    if isinstance(x, ExactArray):
        numbers: Sequence[Fraction] = x.fractions()
        if any(n.denominator != 1 for n in numbers):
            raise InputError("an index must be integers")
        return np.array([int(n) for n in numbers], dtype=np.int64).reshape(x.shape)
    return x
