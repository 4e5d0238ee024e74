"""The affine operators that frameworks share, expanded exactly on index arrays.

A value is an `Affine` (it depends on the input) or an `ExactArray` (a constant). Convolution and
pooling are written as what they are, for each output entry the list of positions and coefficients.
Errors are `InputError` without the node's name, which the caller adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers.affine import Affine, Terms, add, combine, stack, take, times
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.lowering import Graph
from exactpoly.readers.work import check_bits, spend

__all__ = [
    "Context",
    "Value",
    "add_values",
    "axes_last",
    "check_axis",
    "check_positions",
    "concatenate",
    "contract",
    "cumulative",
    "divide_values",
    "einsum",
    "indices",
    "longest",
    "matmul",
    "multiply_values",
    "names",
    "negate",
    "rearrange",
    "reduce_axes",
    "reshape",
    "scalar",
]

Value = Affine | ExactArray

_MAX_POSITIONS = 2_000_000


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


def names(text: str) -> frozenset[str]:
    """The words of ``text``."""
    return frozenset(text.split())


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
    bits = longest(x) + longest(y)
    check_bits(bits)
    spend(x.numerators.size * (1 + bits // 64) * (1 + bits // 4096))
    numerators = np.asarray(x.numerators * y.numerators, dtype=object)
    return ExactArray(numerators, x.denominator * y.denominator)


def longest(x: ExactArray) -> int:
    """Bits of its longest number."""
    return max((int(n).bit_length() for n in x.numerators.ravel().tolist()), default=0)


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
    """The matrix product, one factor constant, as `numpy.matmul` has it."""
    if isinstance(x, ExactArray) and isinstance(y, ExactArray):
        check_bits(longest(x) + longest(y))
        spend(x.numerators.size * (y.shape[-1] if y.shape else 1))
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
        turned = x.numerators if len(x.shape) < 2 else np.swapaxes(x.numerators, -1, -2)
        result = matmul(swapped, ExactArray(turned, x.denominator))
        if len(x.shape) < 2 or len(y.shape) < 2:
            return result
        return rearrange(result, np.swapaxes(indices(result), -1, -2))
    assert isinstance(x, Affine)
    if not x.shape or not y.shape or x.shape[-1] != y.shape[-2 if len(y.shape) > 1 else 0]:
        raise InputError(f"shapes {x.shape} and {y.shape} cannot be multiplied")
    if len(y.shape) > 2:
        return _batched_matmul(x, y)
    inner = y.shape[0]
    coefficients = y.numerators.reshape(inner, prod(y.shape[1:])).T.tolist()
    rows = prod(x.shape[:-1])
    terms: list[Terms] = [
        (positions, line)
        for positions in x.indices.reshape(rows, inner).tolist()
        for line in coefficients
    ]
    return combine(x, terms, y.denominator, (*x.shape[:-1], *y.shape[1:]))


def _batched_matmul(x: Affine, y: ExactArray) -> Affine:
    left = x.indices if len(x.shape) > 1 else x.indices[None]
    grid = left[..., :, None, :]
    weights = np.swapaxes(y.numerators, -1, -2)[..., None, :, :]
    result = contract(x, grid, ExactArray(weights, y.denominator))
    return result if len(x.shape) > 1 else _as_affine(reshape(result, _without(result.shape, -2)))


def contract(x: Affine, positions: np.ndarray, weights: ExactArray) -> Affine:
    """Sums over the last axis of entries ``positions`` of ``x`` times ``weights``, broadcast.

    ``positions``: int, row-major positions in ``x``.
    """
    try:
        grid, factors = np.broadcast_arrays(positions, weights.numerators)
    except ValueError as error:
        raise InputError(
            f"shapes {positions.shape} and {weights.shape} cannot be multiplied"
        ) from error
    check_positions(grid.size)
    width = grid.shape[-1]
    rows = prod(grid.shape[:-1])
    terms: list[Terms] = list(
        zip(grid.reshape(rows, width).tolist(), factors.reshape(rows, width).tolist(), strict=True)
    )
    return combine(x, terms, weights.denominator, grid.shape[:-1])


def reduce_axes(x: Value, axes: Sequence[int] | None, *, keep: bool, mean: bool = False) -> Value:
    """The sum, or the exact mean, over ``axes`` (all if None), which stay as length 1 if ``keep``."""
    grid, shape = axes_last(x, axes, keep=keep)
    count = grid.shape[-1]
    if mean and not count:
        raise InputError("the mean of no entries is undefined")
    weights = ExactArray(np.ones(count, dtype=object), count if mean else 1)
    if isinstance(x, ExactArray):
        flat = x.numerators.ravel()[grid]
        sums = np.array([sum(line) for line in flat.reshape(-1, count).tolist()], dtype=object)
        return ExactArray(sums.reshape(shape), x.denominator * weights.denominator)
    return reshape(contract(x, grid, weights), shape)


def axes_last(
    x: Value, axes: Sequence[int] | None, *, keep: bool
) -> tuple[np.ndarray, tuple[int, ...]]:
    """Positions of ``x`` with ``axes`` (all if None) as one last axis, and the shape without them."""
    rank = len(x.shape)
    chosen = sorted({check_axis(axis, rank) for axis in (range(rank) if axes is None else axes)})
    others = [axis for axis in range(rank) if axis not in chosen]
    shape = tuple(
        1 if axis in chosen else n for axis, n in enumerate(x.shape) if keep or axis not in chosen
    )
    grid = indices(x).transpose(*others, *chosen)
    lead = tuple(x.shape[axis] for axis in others)
    return grid.reshape(*lead, prod(x.shape[axis] for axis in chosen)), shape


def cumulative(x: Value, axis: int, *, exclusive: bool = False, reverse: bool = False) -> Value:
    """The sums of the entries up to each along ``axis``: without itself, or from the end."""
    axis = check_axis(axis, len(x.shape))
    size = x.shape[axis]
    check_positions(size * prod(x.shape))
    below = np.tri(size, k=-1 if exclusive else 0, dtype=np.int64)
    weights = ExactArray((below.T if reverse else below).astype(object))
    grid = np.moveaxis(indices(x), axis, -1)
    if isinstance(x, ExactArray):
        sums = np.asarray(x.numerators.ravel()[grid] @ weights.numerators.T, dtype=object)
        return ExactArray(np.moveaxis(sums, -1, axis), x.denominator)
    y = contract(x, grid[..., None, :], weights)
    return rearrange(y, np.moveaxis(y.indices, -1, axis))


def check_axis(axis: int, rank: int) -> int:
    """The axis counted from the front."""
    if not -rank <= axis < rank:
        raise InputError(f"axis {axis} does not fit {rank} axes")
    return axis % rank


def einsum(equation: str, x: Value, y: Value) -> Value:
    """Einstein's sum of two factors, one of them constant; labels may not repeat within a factor."""
    if isinstance(x, ExactArray):
        left, _, rest = equation.replace(" ", "").partition(",")
        right, arrow, out = rest.partition("->")
        if isinstance(y, ExactArray):
            raise InputError("a sum of constants alone is not supported; compute it beforehand")
        return einsum(f"{right},{left}{arrow}{out}", y, x)
    if isinstance(y, Affine):
        raise InputError("a product of two values that depend on the input is not piecewise affine")
    inputs, arrow, out = equation.replace(" ", "").partition("->")
    left, comma, right = inputs.partition(",")
    labels = [*left, *right]
    plain = comma and all(label.isalpha() for label in (*labels, *out))
    if not plain or len(set(left)) < len(left) or len(set(right)) < len(right):
        raise InputError(
            f"the equation {equation[:80]!r} is not supported; write one such as 'bi,oi->bo'"
        )
    if not arrow:
        out = "".join(sorted(label for label in set(labels) if labels.count(label) == 1))
    if len(left) != len(x.shape) or len(right) != len(y.shape) or not set(out) <= set(labels):
        raise InputError(
            f"the equation {equation[:80]!r} does not fit shapes {x.shape} and {y.shape}"
        )
    order = [*out, *sorted(set(labels) - set(out))]
    sizes = dict(zip(left, x.shape, strict=True)) | dict(zip(right, y.shape, strict=True))
    full = tuple(sizes[label] for label in order)
    check_positions(prod(full))
    grid = np.broadcast_to(_spread(x.indices, left, order), full)
    weights = np.broadcast_to(_spread(y.numerators, right, order), full)
    lead = full[: len(out)]
    inner = prod(full[len(out) :])
    return contract(
        x, grid.reshape(*lead, inner), ExactArray(weights.reshape(*lead, inner), y.denominator)
    )


def _spread(array: np.ndarray, labels: str, order: Sequence[str]) -> np.ndarray:
    """The array with its axes in ``order``, of length 1 where it has no such label."""
    kept = [label for label in order if label in labels]
    moved = array.transpose([labels.index(label) for label in kept])
    sizes = dict(zip(kept, moved.shape, strict=True))
    return moved.reshape([sizes.get(label, 1) for label in order])


def check_positions(count: int) -> None:
    """Refuse what would only be a way to fill the memory."""
    if count > _MAX_POSITIONS:
        raise InputError(f"it has {count} positions; at most {_MAX_POSITIONS} are supported")


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    sizes = list(shape)
    del sizes[axis]
    return tuple(sizes)


def _as_affine(x: Value) -> Affine:
    assert isinstance(x, Affine)
    return x


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
