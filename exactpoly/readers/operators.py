"""The affine operators that frameworks share, expanded exactly on index arrays.

A value is an `Affine` (it depends on the input) or an `ExactArray` (a constant). Convolution and
pooling are written as what they are, for each output entry the list of positions and coefficients.
Errors are `InputError` without the node's name, which the caller adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import lcm, prod

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers.affine import Affine, Terms, add, combine, stack, take, times
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.lowering import Graph

__all__ = [
    "Context",
    "Value",
    "add_values",
    "concatenate",
    "convolve",
    "divide_values",
    "indices",
    "matmul",
    "mean_windows",
    "multiply_values",
    "negate",
    "pool_windows",
    "rearrange",
    "reshape",
    "scalar",
]

Value = Affine | ExactArray

_MAX_POSITIONS = 10_000_000

Window = tuple[int, int, int]
"""One pooling window on an axis: first position, end position, and its length in the divisor."""


@dataclass
class Context:
    """The network under construction, the user's choice on batch normalisation, notes so far."""

    graph: Graph
    fold_float: bool
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Add a note once."""
        if text not in self.notes:
            self.notes.append(text)


def rearrange(x: Value, index: np.ndarray) -> Value:
    """The entries at row-major positions ``index``, in the shape of ``index``."""
    if isinstance(x, ExactArray):
        return ExactArray(np.asarray(x.numerators.ravel()[index], dtype=object), x.denominator)
    return take(x, index)


def indices(x: Value) -> np.ndarray:
    """int64, of the value's shape: row-major positions, to be rearranged by NumPy."""
    return np.arange(prod(x.shape), dtype=np.int64).reshape(x.shape)


def reshape(x: Value, shape: Sequence[int]) -> Value:
    """The same entries in another shape; one -1 is filled in."""
    try:
        return rearrange(x, indices(x).reshape(tuple(shape)))
    except ValueError as error:
        raise InputError(f"shape {x.shape} cannot become {tuple(shape)}") from error


def add_values(graph: Graph, x: Value, y: Value) -> Value:
    """The sum, broadcast as NumPy does."""
    x, y = _broadcast(x, y)
    if isinstance(x, ExactArray) and isinstance(y, ExactArray):
        pairs = zip(x.fractions(), y.fractions(), strict=True)
        return ExactArray.of_fractions([a + b for a, b in pairs], x.shape)
    left, right = graph.join([graph.tensor(x), graph.tensor(y)])
    return add(left, right)


def multiply_values(x: Value, y: Value) -> Value:
    """The product, broadcast; at most one factor may depend on the input."""
    x, y = _broadcast(x, y)
    if isinstance(x, ExactArray):
        x, y = y, x
    if isinstance(y, Affine):
        raise InputError("a product of two values that depend on the input is not piecewise affine")
    if isinstance(x, Affine):
        return times(x, y)
    numerators = np.asarray(x.numerators * y.numerators, dtype=object)
    return ExactArray(numerators, x.denominator * y.denominator)


def divide_values(x: Value, y: Value) -> Value:
    """The quotient, broadcast; the divisor must be constant and nowhere zero."""
    if isinstance(y, Affine):
        raise InputError("division by a value that depends on the input is not piecewise affine")
    entries = y.fractions()
    if not all(entries):
        raise InputError("division by zero")
    return multiply_values(x, ExactArray.of_fractions([1 / entry for entry in entries], y.shape))


def negate(x: Value) -> Value:
    """`-x`."""
    if isinstance(x, ExactArray):
        return x.scaled(-1)
    return times(x, ExactArray(np.full(x.shape, -1, dtype=object)))


def concatenate(graph: Graph, parts: Sequence[Value], axis: int) -> Value:
    """The parts joined along ``axis``."""
    starts = np.cumsum([0, *(prod(part.shape) for part in parts)])
    grids = [indices(part) + start for part, start in zip(parts, starts, strict=False)]
    try:
        index = np.concatenate(grids, axis=axis)
    except ValueError as error:
        shapes = ", ".join(str(part.shape) for part in parts)
        raise InputError(f"shapes {shapes} cannot be joined along axis {axis}") from error
    if all(isinstance(part, ExactArray) for part in parts):
        values = [x for part in parts if isinstance(part, ExactArray) for x in part.fractions()]
        return rearrange(ExactArray.of_fractions(values, (len(values),)), index)
    return take(stack(graph.join([graph.tensor(part) for part in parts])), index)


def matmul(x: Value, y: Value) -> Value:
    """The matrix product, one factor constant with at most two axes, as `numpy.matmul` has it."""
    if isinstance(x, ExactArray) and isinstance(y, ExactArray):
        try:
            numerators = np.asarray(x.numerators @ y.numerators, dtype=object)
        except ValueError as error:
            raise InputError(f"shapes {x.shape} and {y.shape} cannot be multiplied") from error
        return ExactArray(numerators, x.denominator * y.denominator)
    if isinstance(x, Affine) and isinstance(y, Affine):
        raise InputError("a product of two values that depend on the input is not piecewise affine")
    if isinstance(y, Affine):
        # W X = (X^T W^T)^T, and a vector is its own transpose.
        assert isinstance(x, ExactArray)
        swapped = y if len(y.shape) < 2 else rearrange(y, np.swapaxes(indices(y), -1, -2))
        result = matmul(swapped, ExactArray(x.numerators.T, x.denominator))
        if len(x.shape) < 2 or len(y.shape) < 2:
            return result
        return rearrange(result, np.swapaxes(indices(result), -1, -2))
    assert isinstance(x, Affine)
    if len(y.shape) not in (1, 2) or not x.shape or x.shape[-1] != y.shape[0]:
        raise InputError(f"shapes {x.shape} and {y.shape} cannot be multiplied")
    matrix = y.numerators.reshape(y.shape[0], -1)
    coefficients = matrix.T.tolist()
    terms: list[Terms] = [
        (positions, line)
        for positions in x.indices.reshape(-1, y.shape[0]).tolist()
        for line in coefficients
    ]
    return combine(x, terms, y.denominator, (*x.shape[:-1], *y.shape[1:]))


def convolve(
    x: Affine,
    weight: ExactArray,
    *,
    stride: Sequence[int],
    padding: Sequence[tuple[int, int]],
    dilation: Sequence[int],
    groups: int,
) -> Affine:
    """Cross-correlation with zero padding: `x` (batch, channels, *space), weight (out, in/groups, *k).

    ``padding`` gives (before, after) for each spatial axis.
    """
    kernel = weight.shape[2:]
    outputs = weight.shape[0]
    if len(x.shape) != len(weight.shape) or x.shape[1] != weight.shape[1] * groups:
        raise InputError(
            f"a convolution with weights of shape {weight.shape} in {groups} groups cannot be applied"
            f" to shape {x.shape}"
        )
    if outputs % groups:
        raise InputError(f"{outputs} output channels cannot be split into {groups} groups")
    _check_positions(
        x.shape[0]
        * x.shape[1]
        * prod(n + sum(p) for n, p in zip(x.shape[2:], padding, strict=True))
    )
    padded = np.pad(x.indices, [(0, 0), (0, 0), *padding], constant_values=-1)
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    space = tuple(
        (size - span) // s + 1
        for size, span, s in zip(padded.shape[2:], spans, stride, strict=True)
    )
    if min(space) < 1:
        raise InputError(f"the kernel {kernel} is larger than the padded input {padded.shape[2:]}")
    per_group = outputs // groups
    flat_weights = [line.ravel().tolist() for line in weight.numerators]
    terms: list[Terms] = []
    for batch, channel in product(range(x.shape[0]), range(outputs)):
        first = (channel // per_group) * weight.shape[1]
        grid = padded[batch, first : first + weight.shape[1]]
        for position in product(*(range(n) for n in space)):
            window = tuple(
                slice(p * s, p * s + span, d)
                for p, s, span, d in zip(position, stride, spans, dilation, strict=True)
            )
            places = grid[(slice(None), *window)].ravel().tolist()
            kept = [(p, c) for p, c in zip(places, flat_weights[channel], strict=True) if p >= 0]
            terms.append(([p for p, _ in kept], [c for _, c in kept]))
    return combine(x, terms, weight.denominator, (x.shape[0], outputs, *space))


def pool_windows(
    size: int,
    kernel: int,
    stride: int,
    padding: tuple[int, int],
    *,
    ceil_mode: bool = False,
    count_padding: bool = True,
) -> list[Window]:
    """The windows of average pooling on one axis of length ``size``.

    With ``ceil_mode`` a last window may overhang the padded axis if it starts before the end padding;
    the overhang never counts in the divisor, padding does iff ``count_padding``.
    """
    before, after = padding
    room = size + before + after - kernel
    count = (-(-room // stride) if ceil_mode else room // stride) + 1
    if count < 1:
        raise InputError(f"the window {kernel} is larger than the padded axis of length {size}")
    _check_positions(count)
    if ceil_mode and (count - 1) * stride >= size + before:
        count -= 1
    windows = []
    for i in range(count):
        start = i * stride - before
        end = min(start + kernel, size + after)
        inner = (max(start, 0), min(start + kernel, size))
        windows.append((*inner, end - start if count_padding else inner[1] - inner[0]))
    return windows


def mean_windows(
    x: Affine, windows: Sequence[Sequence[Window]], divisor: int | None = None
) -> Affine:
    """Exact means over windows of the last axes of ``x``, one list of windows for each such axis.

    ``divisor`` replaces the number of entries that a mean is divided by.
    """
    lead = x.shape[: len(x.shape) - len(windows)]
    grid = x.indices.reshape(-1, *x.shape[len(lead) :])
    _check_positions(prod(len(axis) for axis in windows))
    cells = list(product(*windows))
    divisors = [divisor or prod(length for _, _, length in cell) for cell in cells]
    if min(divisors) < 1:
        raise InputError("a pooling window lies wholly in the padding, so its mean is undefined")
    common = lcm(*divisors)
    terms: list[Terms] = []
    for part in grid:
        for cell, count in zip(cells, divisors, strict=True):
            places = part[tuple(slice(a, b) for a, b, _ in cell)].ravel().tolist()
            terms.append((places, [common // count] * len(places)))
    return combine(x, terms, common, (*lead, *(len(axis) for axis in windows)))


def _check_positions(count: int) -> None:
    """Refuse what would only be a way to fill the memory."""
    if count > _MAX_POSITIONS:
        raise InputError(f"it has {count} positions; at most {_MAX_POSITIONS} are supported")


def scalar(value: Fraction | int) -> ExactArray:
    """A number as a constant that broadcasts to any shape."""
    return ExactArray.of_fractions([Fraction(value)], ())


def _broadcast(x: Value, y: Value) -> tuple[Value, Value]:
    if x.shape == y.shape:
        return x, y
    try:
        left, right = np.broadcast_arrays(indices(x), indices(y))
    except ValueError as error:
        raise InputError(f"shapes {x.shape} and {y.shape} cannot be broadcast together") from error
    return rearrange(x, left), rearrange(y, right)
