"""Operators that move, repeat or pad entries and compute nothing: index arithmetic by NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Value

__all__ = [
    "broadcast_to",
    "chunks",
    "depth_to_space",
    "nearest",
    "pad",
    "pixel_shuffle",
    "pixel_unshuffle",
    "space_to_depth",
    "split",
    "stack_values",
    "tile",
]

_PAD_MODES = {
    "reflect": "reflect",
    "edge": "edge",
    "replicate": "edge",
    "wrap": "wrap",
    "circular": "wrap",
}


def split(x: Value, sizes: Sequence[int], axis: int) -> list[Value]:
    """Consecutive parts of the given lengths along ``axis``."""
    axis = ops.check_axis(axis, len(x.shape))
    if sum(sizes) != x.shape[axis] or min(sizes, default=0) < 0:
        raise InputError(f"parts of lengths {list(sizes)} do not make up shape {x.shape}")
    ends = np.cumsum(sizes)[:-1]
    return [ops.rearrange(x, part) for part in np.split(ops.indices(x), ends, axis=axis)]


def chunks(length: int, size: int) -> list[int]:
    """Lengths of parts of ``size``, the last one shorter."""
    if size < 1:
        raise InputError(f"a part cannot have length {size}")
    return [min(size, length - start) for start in range(0, length, size)]


def broadcast_to(x: Value, shape: Sequence[int]) -> Value:
    """The entries repeated to ``shape``, as NumPy broadcasts."""
    ops.check_positions(prod(shape))
    try:
        return ops.rearrange(x, np.broadcast_to(ops.indices(x), tuple(shape)))
    except ValueError as error:
        raise InputError(f"shape {x.shape} cannot be expanded to {tuple(shape)}") from error


def tile(x: Value, repeats: Sequence[int]) -> Value:
    """The whole tensor repeated along each axis; missing repeats are of the first axes, once."""
    ops.check_positions(prod(x.shape) * prod(repeats))
    return ops.rearrange(x, np.tile(ops.indices(x), tuple(repeats)))


def stack_values(graph: Graph, parts: Sequence[Value], axis: int) -> Value:
    """The parts joined along a new axis."""
    if not parts:
        raise InputError("a stack of no tensors is undefined")
    axis = ops.check_axis(axis, len(parts[0].shape) + 1)
    grown = [ops.rearrange(part, np.expand_dims(ops.indices(part), axis)) for part in parts]
    return ops.concatenate(graph, grown, axis)


def pad(
    graph: Graph, x: Value, widths: Sequence[tuple[int, int]], mode: str, value: Fraction
) -> Value:
    """Entries (before, after) added along each axis, or cut off where a width is negative."""
    sizes = [n + a + b for n, (a, b) in zip(x.shape, widths, strict=True)]
    if min(sizes, default=1) < 0:
        raise InputError(f"padding {list(widths)} cuts off more than shape {x.shape} has")
    ops.check_positions(prod(sizes))
    grid = ops.indices(x)
    cut = tuple(
        slice(max(-a, 0), n - max(-b, 0)) for n, (a, b) in zip(x.shape, widths, strict=True)
    )
    room = [(max(a, 0), max(b, 0)) for a, b in widths]
    if mode == "constant":
        filler = ops.scalar(value)
        joined = ops.concatenate(graph, [ops.reshape(x, (-1,)), ops.reshape(filler, (1,))], 0)
        index = np.pad(grid[cut], room, constant_values=prod(x.shape))
        return ops.rearrange(joined, index)
    if mode not in _PAD_MODES:
        raise InputError(f"padding mode {mode!r} is not supported")
    try:
        kwargs = {"mode": _PAD_MODES[mode]}
        return ops.rearrange(x, np.pad(grid[cut], room, **kwargs))  # type: ignore[call-overload]
    except ValueError as error:
        raise InputError(f"padding {room} in mode {mode!r} does not fit shape {x.shape}") from error


def nearest(x: Value, sources: Sequence[Sequence[int]]) -> Value:
    """Along each axis the entries at the given positions (nearest-neighbour resampling)."""
    ops.check_positions(prod(len(line) for line in sources))
    return ops.rearrange(x, ops.indices(x)[np.ix_(*sources)])


def depth_to_space(x: Value, block: int, *, columns_first: bool) -> Value:
    """(n, c b^2, h, w) to (n, c, h b, w b); the block axes first (ONNX's DCR) or last (CRD)."""
    n, c, h, w = _image(x)
    if block < 1 or c % block**2:
        raise InputError(f"{c} channels cannot be spread over blocks of {block} x {block}")
    inner = c // block**2
    grid = ops.indices(x)
    if columns_first:
        moved = grid.reshape(n, inner, block, block, h, w).transpose(0, 1, 4, 2, 5, 3)
    else:
        moved = grid.reshape(n, block, block, inner, h, w).transpose(0, 3, 4, 1, 5, 2)
    return ops.rearrange(x, moved.reshape(n, inner, h * block, w * block))


def space_to_depth(x: Value, block: int) -> Value:
    """The inverse of `depth_to_space` with the block axes first."""
    n, c, h, w = _image(x)
    grid = _blocks(x, block).transpose(0, 3, 5, 1, 2, 4)
    return ops.rearrange(x, grid.reshape(n, c * block**2, h // block, w // block))


def pixel_shuffle(x: Value, block: int) -> Value:
    """torch's name for the channel-first `depth_to_space`."""
    return depth_to_space(x, block, columns_first=True)


def pixel_unshuffle(x: Value, block: int) -> Value:
    """The inverse of `pixel_shuffle`."""
    n, c, h, w = _image(x)
    grid = _blocks(x, block).transpose(0, 1, 3, 5, 2, 4)
    return ops.rearrange(x, grid.reshape(n, c * block**2, h // block, w // block))


def _blocks(x: Value, block: int) -> np.ndarray:
    n, c, h, w = _image(x)
    if block < 1 or h % block or w % block:
        raise InputError(f"shape {x.shape} cannot be cut into blocks of {block} x {block}")
    return ops.indices(x).reshape(n, c, h // block, block, w // block, block)


def _image(x: Value) -> tuple[int, int, int, int]:
    if len(x.shape) != 4:
        raise InputError(f"an image (batch, channels, height, width) is needed, not {x.shape}")
    n, c, h, w = x.shape
    return n, c, h, w
