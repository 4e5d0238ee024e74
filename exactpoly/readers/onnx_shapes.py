"""ONNX's operators that move, repeat or pad entries."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from onnx import TensorProto

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import rearrangements as moves
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.onnx_resize import RESIZING
from exactpoly.readers.onnx_values import Attributes, Item, integers, item_of_tensor, value
from exactpoly.readers.operators import Context, Value

__all__ = ["SHAPES"]


def _flatten(c: Context, a: Attributes, x: Item) -> Value:
    axis = a.get("axis", 1)
    axis += len(x.shape) if axis < 0 else 0
    return ops.reshape(value(x), (prod(x.shape[:axis]), prod(x.shape[axis:])))


def _reshape(c: Context, a: Attributes, x: Item, shape: Item | None = None) -> Value:
    sizes = integers(shape, "the shape") if shape is not None else list(a["shape"])
    if not a.get("allowzero", 0):
        if any(n == 0 and i >= len(x.shape) for i, n in enumerate(sizes)):
            raise InputError(f"shape {sizes} copies an axis that shape {x.shape} does not have")
        sizes = [x.shape[i] if n == 0 else n for i, n in enumerate(sizes)]
    return ops.reshape(value(x), sizes)


def _transpose(c: Context, a: Attributes, x: Item) -> Value:
    given = value(x)
    return ops.rearrange(given, ops.indices(given).transpose(a.get("perm")))


def _squeeze(c: Context, a: Attributes, x: Item, axes: Item | None = None) -> Value:
    chosen = a.get("axes") if axes is None else integers(axes, "axes")
    given = value(x)
    grid = ops.indices(given)
    return ops.rearrange(given, np.squeeze(grid, axis=None if chosen is None else tuple(chosen)))


def _unsqueeze(c: Context, a: Attributes, x: Item, axes: Item | None = None) -> Value:
    chosen = a["axes"] if axes is None else integers(axes, "axes")
    given = value(x)
    return ops.rearrange(given, np.expand_dims(ops.indices(given), tuple(chosen)))


def _shape(c: Context, a: Attributes, x: Item) -> np.ndarray:
    return np.array(x.shape[a.get("start", 0) : a.get("end", len(x.shape))], dtype=np.int64)


def _size(c: Context, a: Attributes, x: Item) -> np.ndarray:
    return np.array(prod(x.shape), dtype=np.int64)


def _gather(c: Context, a: Attributes, x: Item, index: Item) -> Value:
    places = np.array(integers(index, "the indices"), dtype=np.int64).reshape(index.shape)
    given = value(x)
    return ops.rearrange(given, np.take(ops.indices(given), places, axis=a.get("axis", 0)))


def _gather_elements(c: Context, a: Attributes, x: Item, index: Item) -> Value:
    places = np.array(integers(index, "the indices"), dtype=np.int64).reshape(index.shape)
    given = value(x)
    axis = ops.check_axis(a.get("axis", 0), len(given.shape))
    size = given.shape[axis]
    if places.size and not (-size <= places.min() and places.max() < size):
        raise InputError(f"an index does not fit axis {axis} of shape {given.shape}")
    lead = tuple(slice(n) for i, n in enumerate(places.shape))
    cut = tuple(slice(None) if i == axis else part for i, part in enumerate(lead))
    return ops.rearrange(
        given, np.take_along_axis(ops.indices(given)[cut], places % size, axis=axis)
    )


def _gather_nd(c: Context, a: Attributes, x: Item, index: Item) -> Value:
    if a.get("batch_dims", 0):
        raise InputError("batch_dims is not supported")
    places = np.array(integers(index, "the indices"), dtype=np.int64).reshape(index.shape)
    given = value(x)
    return ops.rearrange(given, ops.indices(given)[tuple(np.moveaxis(places, -1, 0))])


def _slice(
    c: Context,
    a: Attributes,
    x: Item,
    starts: Item | None = None,
    ends: Item | None = None,
    axes: Item | None = None,
    steps: Item | None = None,
) -> Value:
    first = a["starts"] if starts is None else integers(starts, "starts")
    last = a["ends"] if ends is None else integers(ends, "ends")
    chosen = a.get("axes") if axes is None else integers(axes, "axes")
    strides = [1] * len(first) if steps is None else integers(steps, "steps")
    given = value(x)
    rank = len(given.shape)
    cut = [slice(None)] * rank
    for axis, start, end, step in zip(
        range(len(first)) if chosen is None else chosen, first, last, strides, strict=True
    ):
        size = given.shape[ops.check_axis(axis, rank)]
        # Counted from the end, an end below -size means "before the first", which NumPy writes None.
        stop = None if step < 0 and end < -size else end
        cut[axis] = slice(start, stop, step)
    return ops.rearrange(given, ops.indices(given)[tuple(cut)])


def _split(c: Context, a: Attributes, x: Item, lengths: Item | None = None) -> list[Value]:
    given = value(x)
    axis = ops.check_axis(a.get("axis", 0), len(given.shape))
    sizes = a.get("split") if lengths is None else integers(lengths, "the lengths")
    if sizes is None:
        # The number of outputs stands in num_outputs, and before that in the node itself.
        parts = int(a["num_outputs"] if "num_outputs" in a else a["_outputs"])
        sizes = moves.chunks(given.shape[axis], -(-given.shape[axis] // parts))
        sizes += [0] * (parts - len(sizes))
    return moves.split(given, sizes, axis)


def _expand(c: Context, a: Attributes, x: Item, shape: Item) -> Value:
    given = value(x)
    sizes = integers(shape, "the shape")
    try:
        full = np.broadcast_shapes(given.shape, tuple(sizes))
    except ValueError as error:
        raise InputError(f"shape {given.shape} cannot be expanded to {sizes}") from error
    return moves.broadcast_to(given, full)


def _tile(c: Context, a: Attributes, x: Item, repeats: Item) -> Value:
    return moves.tile(value(x), integers(repeats, "the repeats"))


def _pad(
    c: Context,
    a: Attributes,
    x: Item,
    pads: Item | None = None,
    filler: Item | None = None,
    axes: Item | None = None,
) -> Value:
    given = value(x)
    rank = len(given.shape)
    widths = a["pads"] if pads is None else integers(pads, "the pads")
    chosen = list(range(rank)) if axes is None else integers(axes, "axes")
    if len(widths) != 2 * len(chosen):
        raise InputError(f"{len(widths)} pads do not fit {len(chosen)} axes")
    around = [(0, 0)] * rank
    for i, axis in enumerate(chosen):
        around[ops.check_axis(axis, rank)] = (widths[i], widths[i + len(chosen)])
    fill = Fraction(a.get("value", 0.0))
    if filler is not None:
        if not isinstance(filler, ExactArray) or filler.numerators.size != 1:
            raise InputError("the padding must be one constant")
        fill = filler.fractions()[0]
    return moves.pad(c.graph, given, around, a.get("mode", b"constant").decode(), fill)


def _constant_of_shape(c: Context, a: Attributes, shape: Item) -> Item:
    sizes = integers(shape, "the shape")
    fill = item_of_tensor(a["value"], "value") if "value" in a else ops.scalar(0)
    assert isinstance(fill, ExactArray)
    return moves.broadcast_to(ops.reshape(fill, ()), sizes)


def _depth_to_space(c: Context, a: Attributes, x: Item) -> Value:
    crd = a.get("mode", b"DCR") == b"CRD"
    return moves.depth_to_space(value(x), a["blocksize"], columns_first=crd)


def _cast(c: Context, a: Attributes, x: Item) -> Item:
    from exactpoly.readers.onnx_values import FLOATS
    from exactpoly.readers.piecewise import Comparison

    kind = a["to"]
    if kind in FLOATS:
        if kind in (TensorProto.FLOAT16, TensorProto.BFLOAT16):
            c.note("a cast to a shorter float is taken as the identity; the framework rounds")
        return x if isinstance(x, Comparison) else value(x)
    if isinstance(x, Comparison) and kind == TensorProto.BOOL:
        return x
    if not isinstance(x, (ExactArray, np.ndarray)):
        raise InputError("a cast to integers is not continuous")
    numbers = x.fractions() if isinstance(x, ExactArray) else [int(n) for n in x.ravel()]
    if kind == TensorProto.BOOL:
        return np.array([bool(n) for n in numbers], dtype=bool).reshape(x.shape)
    try:
        return np.array([int(n) for n in numbers], dtype=np.int64).reshape(x.shape)
    except OverflowError as error:
        raise InputError("a constant does not fit into an integer type") from error


SHAPES: dict[str, Callable[..., Any]] = {
    **RESIZING,
    "Cast": _cast,
    "CastLike": lambda c, a, x, like: value(x),
    "Concat": lambda c, a, *parts: ops.concatenate(
        c.graph, [value(part) for part in parts], a["axis"]
    ),
    "ConstantOfShape": _constant_of_shape,
    "DepthToSpace": _depth_to_space,
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "GatherElements": _gather_elements,
    "GatherND": _gather_nd,
    "Identity": lambda c, a, x: x,
    "Pad": _pad,
    "Reshape": _reshape,
    "Shape": _shape,
    "Size": _size,
    "Slice": _slice,
    "SpaceToDepth": lambda c, a, x: moves.space_to_depth(value(x), a["blocksize"]),
    "Split": _split,
    "Squeeze": _squeeze,
    "Tile": _tile,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
