"""ONNX's Resize and Upsample: nearest and linear, with constant scales or sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import floor, prod
from typing import Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import rearrangements as moves
from exactpoly.readers import resampling
from exactpoly.readers.exact_array import ExactArray, exact_array
from exactpoly.readers.onnx_values import Attributes, Item, integers, tensor, value
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.resampling import Axis

__all__ = ["RESIZING"]

_HALF = Fraction(1, 2)
_OLD_WAY = {"coordinate_transformation_mode": b"asymmetric", "nearest_mode": b"floor"}
_Region = list[tuple[Fraction, Fraction]]


def _resize(c: Context, a: Attributes, x: Item, *inputs: Item | None) -> Value:
    """Resize from operator set 10 on: (scales) or (roi, scales, sizes)."""
    if len(inputs) == 1:  # operator set 10 knew this way alone
        return _resized(c, _OLD_WAY | a, value(x), None, inputs[0], None)
    return _resized(c, a, value(x), *(*inputs, None, None, None)[:3])


def _upsample(c: Context, a: Attributes, x: Item, scales: Item | None = None) -> Value:
    if scales is None:
        scales = exact_array(np.array(a["scales"], dtype=np.float64), "scales")
    return _resized(c, _OLD_WAY | a, value(x), None, scales, None)


def _resized(
    c: Context, a: Attributes, x: Value, roi: Item | None, scales: Item | None, sizes: Item | None
) -> Value:
    mode = a.get("mode", b"nearest").decode()
    if mode not in ("nearest", "linear"):
        raise InputError(f"mode {mode!r} is not supported; nearest and linear are")
    for name, plain in (("antialias", 0), ("exclude_outside", 0)):
        if a.get(name, plain) != plain:
            raise InputError(f"{name} is not supported; export the model without it")
    if a.get("keep_aspect_ratio_policy", b"stretch") != b"stretch":
        raise InputError("an aspect ratio that is kept is not supported; give sizes")
    axes = [ops.check_axis(axis, len(x.shape)) for axis in a.get("axes", range(len(x.shape)))]
    targets, ratios = _targets(x.shape, axes, scales, sizes)
    ops.check_positions(prod(targets))
    way = a.get("coordinate_transformation_mode", b"half_pixel").decode()
    if mode == "nearest":
        rounding = a.get("nearest_mode", b"round_prefer_floor").decode()
        lines = [
            [_source(i, n, m, r, way, rounding) for i in range(m)]
            for n, m, r in zip(x.shape, targets, ratios, strict=True)
        ]
        return moves.nearest(x, lines)
    region = _region(roi, axes, len(x.shape)) if way == "tf_crop_and_resize" else None
    beyond = Fraction(a.get("extrapolation_value", 0.0))
    chosen = [
        _linear_axis(n, m, r, way, None if region is None else region[number], beyond)
        for number, (n, m, r) in enumerate(zip(x.shape, targets, ratios, strict=True))
    ]
    return resampling.interpolate(c.graph, tensor(x), chosen)


def _targets(
    shape: Sequence[int], axes: Sequence[int], scales: Item | None, sizes: Item | None
) -> tuple[list[int], list[Fraction]]:
    """The length of each output axis, and how much longer it is than the input's."""
    targets, ratios = list(shape), [Fraction(1)] * len(shape)
    by_size = sizes is not None and bool(np.size(_flat(sizes)))
    given = [Fraction(v) for v in (integers(sizes, "the sizes") if by_size else _flat(scales))]
    if len(given) != len(axes) or min(given, default=1) <= 0:
        raise InputError("scales and sizes must be one positive number an axis")
    for axis, number in zip(axes, given, strict=True):
        size = shape[axis]
        ratios[axis] = number / size if by_size and size else number
        targets[axis] = int(number) if by_size else _scaled_length(size, number)
    return targets, ratios


def _scaled_length(size: int, scale: Fraction) -> int:
    """`floor(size * scale)`, where float32, in which most runtimes compute it, gives the same."""
    exact = size * scale
    if floor(np.float32(size) * np.float32(float(scale))) != floor(exact):
        raise InputError(
            f"the scale {float(scale):.9g} of an axis of length {size} gives {float(exact):.9g}, which"
            " runtimes round to two lengths; export the model with sizes"
        )
    return floor(exact)


def _source(i: int, size: int, target: int, ratio: Fraction, way: str, rounding: str) -> int:
    """The entry that output ``i`` copies."""
    if target == size and ratio == 1:
        return i
    if way == "half_pixel" or (way == "pytorch_half_pixel" and target > 1):
        place = (i + _HALF) / ratio - _HALF
    elif way == "asymmetric":
        place = i / ratio
    elif way == "align_corners":
        place = Fraction(i * (size - 1), target - 1) if target > 1 else Fraction(0)
    elif way == "pytorch_half_pixel":
        place = Fraction(0)
    else:
        raise InputError(f"coordinate mode {way!r} is not supported with mode 'nearest'")
    down = place.numerator // place.denominator
    rest = place - down
    up = {
        "floor": False,
        "ceil": rest > 0,
        "round_prefer_floor": rest > _HALF,
        "round_prefer_ceil": rest >= _HALF,
    }
    if rounding not in up:
        raise InputError(f"nearest mode {rounding!r} is not supported")
    return min(max(down + up[rounding], 0), size - 1)


def _linear_axis(
    size: int,
    target: int,
    ratio: Fraction,
    way: str,
    region: tuple[Fraction, Fraction] | None,
    beyond: Fraction,
) -> Axis:
    """Where the outputs of one axis lie."""
    if target == size and ratio == 1 and (region is None or region == (Fraction(0), Fraction(1))):
        return Axis(list(map(Fraction, range(size))))
    if way in ("align_corners", "tf_crop_and_resize", "pytorch_half_pixel") and (
        size * ratio != target
    ):
        raise InputError(
            f"coordinate mode {way!r} with a scale that gives no whole length"
            f" ({size} to {float(size * ratio):.9g}) means two things; export the model with sizes"
        )
    if way == "half_pixel":
        return resampling.half_pixel(target, ratio)
    if way == "pytorch_half_pixel":
        return resampling.half_pixel(target, ratio) if target > 1 else Axis([Fraction(0)])
    if way == "align_corners":
        return resampling.align_corners(size, target)
    if way == "asymmetric":
        return Axis([i / ratio for i in range(target)])
    if way == "half_pixel_symmetric":
        shift = Fraction(size, 2) * (1 - target / (size * ratio))
        plain = resampling.half_pixel(target, ratio)
        return Axis([place + shift for place in plain.places if place is not None])
    if region is not None:
        return _cropped(size, target, region, beyond)
    raise InputError(f"coordinate mode {way!r} is not supported with mode 'linear'")


def _cropped(size: int, target: int, region: tuple[Fraction, Fraction], beyond: Fraction) -> Axis:
    start, end = region
    if target > 1:
        step = (end - start) * (size - 1) / (target - 1)
        places = [start * (size - 1) + i * step for i in range(target)]
    else:
        places = [(start + end) * (size - 1) / 2]
    return Axis([place if 0 <= place <= size - 1 else None for place in places], beyond)


def _region(roi: Item | None, axes: Sequence[int], rank: int) -> _Region:
    """(start, end) of each axis, as parts of it."""
    numbers = [Fraction(v) for v in _flat(roi)]
    if len(numbers) != 2 * len(axes):
        raise InputError(f"a region of {len(numbers)} numbers does not fit {len(axes)} axes")
    region = [(Fraction(0), Fraction(1))] * rank
    for place, axis in enumerate(axes):
        region[axis] = (numbers[place], numbers[place + len(axes)])
    return region


def _flat(x: Item | None) -> list[Any]:
    if x is None or not isinstance(x, (ExactArray, np.ndarray)):
        raise InputError("scales, sizes and regions must be constants")
    return x.fractions() if isinstance(x, ExactArray) else [int(n) for n in x.ravel()]


RESIZING: dict[str, Callable[..., Value]] = {"Resize": _resize, "Upsample": _upsample}
