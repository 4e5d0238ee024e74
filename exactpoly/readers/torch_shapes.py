"""torch's functions and methods that move, repeat or pad entries, by their names in torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import rearrangements as moves
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.torch_values import PLACES, Extreme, fraction, index_array, value

__all__ = ["SHAPES"]


def _getitem(c: Context, x: Any, index: Any) -> Any:
    if isinstance(x, Extreme) and index == 1:
        raise InputError(PLACES)
    if not isinstance(x, (Affine, ExactArray)):
        return x[index]
    try:
        return ops.rearrange(x, np.asarray(ops.indices(x)[index_array(index)]))
    except IndexError as error:
        raise InputError(f"index {index} does not fit shape {x.shape}") from error


def _index(c: Context, input: Value, indices: Sequence[Any]) -> Value:
    """How exported programs write an index of tensors; None takes a whole axis."""
    places = tuple(slice(None) if i is None else index_array(i) for i in indices)
    kept = [i for i, place in enumerate(places) if not isinstance(place, slice)]
    if kept and kept != list(range(kept[0], kept[-1] + 1)):
        raise InputError("index tensors on axes that are not neighbours are not supported")
    x = value(input)
    return ops.rearrange(x, ops.indices(x)[places])


def _getattr(c: Context, x: Any, name: str) -> Any:
    if name == "shape":
        return x.shape
    if name in ("T", "mT", "H") and len(x.shape) == 2:
        return _transpose(c, x, 0, 1)
    if name == "mT":
        return _transpose(c, x, -1, -2)
    if name == "ndim":
        return len(x.shape)
    if name == "values" and isinstance(x, Extreme):
        return x.values
    if name == "indices" and isinstance(x, Extreme):
        raise InputError(PLACES)
    if name in ("device", "dtype", "is_cuda"):
        return None
    raise InputError(f"attribute {name!r} of a tensor is not supported")


def _size(c: Context, input: Value, dim: int | None = None) -> Any:
    return input.shape if dim is None else input.shape[dim]


def _flatten(c: Context, input: Value, start_dim: int = 0, end_dim: int = -1) -> Value:
    rank = len(input.shape)
    if not rank:
        return ops.reshape(input, (1,))
    start, end = ops.check_axis(start_dim, rank), ops.check_axis(end_dim, rank)
    middle = prod(input.shape[start : end + 1])
    return ops.reshape(input, (*input.shape[:start], middle, *input.shape[end + 1 :]))


def _unflatten(c: Context, input: Value, dim: int, sizes: Sequence[int]) -> Value:
    axis = ops.check_axis(dim, len(input.shape))
    given = list(sizes)
    if -1 in given:
        known = prod(n for n in given if n != -1)
        given[given.index(-1)] = input.shape[axis] // max(known, 1)
    return ops.reshape(input, (*input.shape[:axis], *given, *input.shape[axis + 1 :]))


def _listed(sizes: Sequence[Any]) -> Sequence[int]:
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        return sizes[0]
    return sizes


def _reshape(c: Context, input: Value, *shape: Any, **named: Any) -> Value:
    sizes = shape or (named.get("shape", named.get("size")),)
    if not all(isinstance(n, int) for n in _listed(sizes)):
        raise InputError("a view as another type is not supported")
    return ops.reshape(value(input), _listed(sizes))


def _transpose(c: Context, input: Value, dim0: int, dim1: int) -> Value:
    return ops.rearrange(input, np.swapaxes(ops.indices(input), dim0, dim1))


def _t(c: Context, input: Value) -> Value:
    return input if len(input.shape) < 2 else _transpose(c, input, 0, 1)


def _permute(c: Context, input: Value, *dims: Any, **named: Any) -> Value:
    axes = _listed(dims or (named["dims"],))
    return ops.rearrange(input, ops.indices(input).transpose(tuple(axes)))


def _movedim(c: Context, input: Value, source: Any, destination: Any) -> Value:
    return ops.rearrange(input, np.moveaxis(ops.indices(input), source, destination))


def _squeeze(c: Context, input: Value, dim: Any = None) -> Value:
    grid = ops.indices(input)
    if dim is None:
        return ops.rearrange(input, np.squeeze(grid))
    axes = [ops.check_axis(d, grid.ndim) for d in ([dim] if isinstance(dim, int) else dim)]
    return ops.rearrange(input, np.squeeze(grid, axis=tuple(a for a in axes if grid.shape[a] == 1)))


def _unsqueeze(c: Context, input: Value, dim: int) -> Value:
    return ops.rearrange(input, np.expand_dims(ops.indices(input), dim))


def _concatenate(
    c: Context, tensors: Sequence[Any], dim: int = 0, axis: int | None = None
) -> Value:
    return ops.concatenate(c.graph, [value(x) for x in tensors], dim if axis is None else axis)


def _stack(c: Context, tensors: Sequence[Any], dim: int = 0) -> Value:
    return moves.stack_values(c.graph, [value(x) for x in tensors], dim)


def _chunk(c: Context, input: Value, chunks: int, dim: int = 0) -> list[Value]:
    length = input.shape[ops.check_axis(dim, len(input.shape))]
    if chunks < 1:
        raise InputError(f"a tensor cannot be split into {chunks} chunks")
    return moves.split(input, moves.chunks(length, max(-(-length // chunks), 1)), dim)


def _split(
    c: Context, input: Value, split_size_or_sections: Any = None, dim: int = 0, **named: Any
) -> list[Value]:
    given = split_size_or_sections
    if given is None:
        given = named.get("split_size", named.get("split_sizes"))
    if isinstance(given, int):
        length = input.shape[ops.check_axis(dim, len(input.shape))]
        given = moves.chunks(length, given)
    return moves.split(input, given, dim)


def _unbind(c: Context, input: Value, dim: int = 0) -> list[Value]:
    axis = ops.check_axis(dim, len(input.shape))
    grid = np.moveaxis(ops.indices(input), axis, 0)
    return [ops.rearrange(input, part) for part in grid]


def _select(c: Context, input: Value, dim: int, index: int) -> Value:
    axis = ops.check_axis(dim, len(input.shape))
    if not -input.shape[axis] <= index < input.shape[axis]:
        raise InputError(f"index {index} does not fit axis {axis} of shape {input.shape}")
    return ops.rearrange(input, np.take(ops.indices(input), index, axis=axis))


def _slice(
    c: Context,
    input: Value,
    dim: int = 0,
    start: int | None = None,
    end: int | None = None,
    step: int = 1,
) -> Value:
    cut = [slice(None)] * len(input.shape)
    cut[ops.check_axis(dim, len(cut))] = slice(start, end, step)
    return ops.rearrange(input, ops.indices(input)[tuple(cut)])


def _narrow(c: Context, input: Value, dim: int, start: int, length: int) -> Value:
    return _slice(c, input, dim, start, start + length)


def _index_select(c: Context, input: Value, dim: int, index: Any) -> Value:
    return ops.rearrange(input, np.take(ops.indices(input), index_array(index), axis=dim))


def _flip(c: Context, input: Value, *dims: Any) -> Value:
    return ops.rearrange(input, np.flip(ops.indices(input), tuple(_listed(dims))))


def _roll(c: Context, input: Value, shifts: Any, dims: Any = None) -> Value:
    if isinstance(dims, (tuple, list)) and not dims:
        dims = None
    return ops.rearrange(input, np.roll(ops.indices(input), shifts, axis=dims))


def _repeat(c: Context, input: Value, *repeats: Any) -> Value:
    counts = _listed(repeats)
    if len(counts) < len(input.shape):
        raise InputError(f"{len(counts)} repeats do not fit shape {input.shape}")
    return moves.tile(input, counts)


def _tile(c: Context, input: Value, *dims: Any) -> Value:
    return moves.tile(input, _listed(dims))


def _expand(c: Context, input: Value, *sizes: Any, implicit: bool = False) -> Value:
    given = _listed(sizes)
    new = len(given) - len(input.shape)
    old = (1,) * new + tuple(input.shape)
    shape = [old[i] if n == -1 else n for i, n in enumerate(given)]
    return moves.broadcast_to(input, shape)


def _pad(
    c: Context, input: Value, pad: Sequence[int], mode: str = "constant", value: Any = None
) -> Value:
    if len(pad) % 2 or len(pad) > 2 * len(input.shape):
        raise InputError(f"{len(pad)} pads do not fit shape {input.shape}")
    pairs = list(zip(pad[::2], pad[1::2], strict=True))[::-1]
    widths = [(0, 0)] * (len(input.shape) - len(pairs)) + pairs
    fill = Fraction(0) if value is None else fraction(value)
    return moves.pad(c.graph, input, widths, mode, fill)


def _filled(number: float) -> Callable[..., Value]:
    def lower(c: Context, *size: Any, **options: Any) -> Value:
        return moves.broadcast_to(ops.scalar(Fraction(number)), _listed(size))

    return lower


def _filled_like(number: float) -> Callable[..., Value]:
    def lower(c: Context, input: Value, **options: Any) -> Value:
        return moves.broadcast_to(ops.scalar(Fraction(number)), input.shape)

    return lower


def _full(c: Context, size: Sequence[int], fill_value: Any, **options: Any) -> Value:
    return moves.broadcast_to(ops.scalar(fraction(fill_value)), size)


def _scalar_tensor(c: Context, s: Any, **options: Any) -> Value:
    return value(s)


SHAPES: dict[str, Callable[..., Any]] = {
    "getitem": _getitem,
    "index": _index,
    "getattr": _getattr,
    "size": _size,
    "sym_size": _size,
    "dim": lambda c, input: len(input.shape),
    "numel": lambda c, input: prod(input.shape),
    "flatten": _flatten,
    "unflatten": _unflatten,
    "view": _reshape,
    "reshape": _reshape,
    "_unsafe_view": _reshape,
    "_reshape_alias": lambda c, input, size, stride: _reshape(c, input, size),
    "view_as": lambda c, input, other: ops.reshape(input, other.shape),
    "reshape_as": lambda c, input, other: ops.reshape(input, other.shape),
    "transpose": _transpose,
    "swapaxes": _transpose,
    "swapdims": _transpose,
    "t": _t,
    "permute": _permute,
    "movedim": _movedim,
    "moveaxis": _movedim,
    "squeeze": _squeeze,
    "unsqueeze": _unsqueeze,
    "cat": _concatenate,
    "concat": _concatenate,
    "concatenate": _concatenate,
    "stack": _stack,
    "chunk": _chunk,
    "split": _split,
    "split_with_sizes": _split,
    "unbind": _unbind,
    "select": _select,
    "slice": _slice,
    "narrow": _narrow,
    "index_select": _index_select,
    "flip": _flip,
    "roll": _roll,
    "repeat": _repeat,
    "tile": _tile,
    "expand": _expand,
    "broadcast_to": _expand,
    "expand_as": lambda c, input, other: moves.broadcast_to(input, other.shape),
    "pad": _pad,
    "constant_pad_nd": lambda c, input, pad, value=0: _pad(c, input, pad, "constant", value),
    "zeros": _filled(0),
    "ones": _filled(1),
    "new_zeros": lambda c, input, *size, **options: _filled(0)(c, *size),
    "new_ones": lambda c, input, *size, **options: _filled(1)(c, *size),
    "zeros_like": _filled_like(0),
    "ones_like": _filled_like(1),
    "full": _full,
    "scalar_tensor": _scalar_tensor,
}
for _axes in (1, 2, 3):
    for _name, _mode in (("reflection", "reflect"), ("replication", "replicate")):
        SHAPES[f"{_name}_pad{_axes}d"] = lambda c, input, padding, mode=_mode: _pad(
            c, input, padding, mode
        )
"""By name, under torch's own argument names."""
