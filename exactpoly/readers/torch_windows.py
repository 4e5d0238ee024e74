"""torch's convolutions, pools and resampling, under torch's own argument names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise, resampling, windows
from exactpoly.readers import rearrangements as moves
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.torch_values import Extreme, each, tensor, value

__all__ = ["WINDOWS"]

_MEANS_NOTE = "average pooling divides exactly; torch rounds"


def _batched(x: Any, axes: int) -> tuple[Affine, bool]:
    """The tensor with a batch axis, and whether one was added."""
    given = tensor(x)
    if len(given.shape) == axes + 1:
        return tensor(ops.reshape(given, (1, *given.shape))), True
    return given, False


def _unbatched(y: Value, added: bool) -> Value:
    return ops.reshape(y, y.shape[1:]) if added else y


def _convolution(axes: int) -> Callable[..., Value]:
    def convolution(
        c: Context,
        input: Value,
        weight: Value,
        bias: Value | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Value:
        kernel = _weights(weight)
        x, added = _batched(input, axes)
        spread = each(dilation, axes)
        y: Value = windows.convolve(
            x,
            kernel,
            stride=each(stride, axes),
            padding=_padding(padding, kernel.shape[2:], spread),
            dilation=spread,
            groups=groups,
        )
        return _unbatched(_biased(c, y, bias, axes), added)

    return convolution


def _convolution_transposed(axes: int) -> Callable[..., Value]:
    def convolution(
        c: Context,
        input: Value,
        weight: Value,
        bias: Value | None = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Value:
        x, added = _batched(input, axes)
        y: Value = windows.convolve_transposed(
            x,
            _weights(weight),
            stride=each(stride, axes),
            padding=[(p, p) for p in each(padding, axes)],
            dilation=each(dilation, axes),
            groups=groups,
            extra=each(output_padding, axes),
        )
        return _unbatched(_biased(c, y, bias, axes), added)

    return convolution


def _any_convolution(
    c: Context,
    input: Value,
    weight: Value,
    bias: Value | None,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
    *rest: Any,
) -> Value:
    """What exported and scripted programs call `convolution`."""
    axes = len(_weights(weight).shape) - 2
    if transposed:
        return _convolution_transposed(axes)(
            c, input, weight, bias, stride, padding, output_padding, groups, dilation
        )
    return _convolution(axes)(c, input, weight, bias, stride, padding, dilation, groups)


def _weights(weight: Value) -> ExactArray:
    if not isinstance(weight, ExactArray):
        raise InputError("weights that depend on the input are not supported")
    return weight


def _biased(c: Context, y: Value, bias: Value | None, axes: int) -> Value:
    if bias is None:
        return y
    return ops.add_values(c.graph, y, ops.reshape(bias, (-1, *[1] * axes)))


def _padding(padding: Any, kernel: Sequence[int], dilation: list[int]) -> list[tuple[int, int]]:
    if padding == "valid":
        return [(0, 0)] * len(kernel)
    if padding == "same":
        totals = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
        return [(total // 2, total - total // 2) for total in totals]
    return [(p, p) for p in each(padding, len(kernel))]


def _steps(stride: Any, kernel: list[int], axes: int) -> list[int]:
    return each(stride, axes) if stride not in (None, [], ()) else kernel


def _average_pool(axes: int) -> Callable[..., Value]:
    def average_pool(
        c: Context,
        input: Value,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> Value:
        x = tensor(input)
        kernel = each(kernel_size, axes)
        c.note(_MEANS_NOTE)
        chosen = [
            windows.pool_windows(
                size, k, s, (p, p), ceil_mode=ceil_mode, count_padding=count_include_pad
            )
            for size, k, s, p in zip(
                x.shape[-axes:],
                kernel,
                _steps(stride, kernel, axes),
                each(padding, axes),
                strict=True,
            )
        ]
        return windows.mean_windows(x, chosen, divisor_override)

    return average_pool


def _adaptive_spans(sizes: Sequence[int], output_size: Any) -> list[list[tuple[int, int]]]:
    axes = len(sizes)
    targets = [output_size] * axes if not isinstance(output_size, (tuple, list)) else output_size
    result = []
    for size, target in zip(sizes, targets, strict=True):
        count = size if target is None else target
        result.append([(i * size // count, -(-(i + 1) * size // count)) for i in range(count)])
    return result


def _adaptive_average(axes: int) -> Callable[..., Value]:
    def adaptive_pool(c: Context, input: Value, output_size: Any) -> Value:
        x = tensor(input)
        c.note(_MEANS_NOTE)
        spans = _adaptive_spans(x.shape[-axes:], output_size)
        return windows.mean_windows(x, [[(a, b, b - a) for a, b in line] for line in spans])

    return adaptive_pool


def _max_pool(axes: int, *, pair: bool = False) -> Callable[..., Any]:
    def max_pool(
        c: Context,
        input: Value,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Any:
        if return_indices:
            raise InputError("return_indices: the place of a maximum is not continuous")
        x = tensor(input)
        kernel = each(kernel_size, axes)
        c.note(piecewise.MAXIMUM_NOTE)
        grid = windows.max_windows(
            x,
            kernel,
            _steps(stride, kernel, axes),
            [(p, p) for p in each(padding, axes)],
            each(dilation, axes),
            ceil_mode=ceil_mode,
        )
        y = piecewise.maximum_over(c.graph, x, grid)
        return Extreme((y, None)) if pair else y

    return max_pool


def _adaptive_max(axes: int, *, pair: bool = False) -> Callable[..., Any]:
    def adaptive_pool(
        c: Context, input: Value, output_size: Any, return_indices: bool = False
    ) -> Any:
        if return_indices:
            raise InputError("return_indices: the place of a maximum is not continuous")
        x = tensor(input)
        c.note(piecewise.MAXIMUM_NOTE)
        spans = _adaptive_spans(x.shape[-axes:], output_size)
        grid = x.indices.reshape(prod(x.shape[:-axes]), *x.shape[-axes:])
        boxes = [
            image[tuple(slice(a, b) for a, b in box)].ravel().tolist()
            for image in grid
            for box in product(*spans)
        ]
        longest = max(map(len, boxes))
        filled = np.array([box + [-1] * (longest - len(box)) for box in boxes])
        counts = [len(axis) for axis in spans]
        y = piecewise.maximum_over(c.graph, x, filled.reshape(*x.shape[:-axes], *counts, longest))
        return Extreme((y, None)) if pair else y

    return adaptive_pool


def _interpolate(
    c: Context,
    input: Value,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Value:
    if antialias:
        raise InputError("antialias is not supported; resample without it")
    x = value(input)
    axes = len(x.shape) - 2
    scales = None if scale_factor is None else each(scale_factor, axes)
    if size is None and scales is None:
        raise InputError("a size or a scale is needed")
    targets = (
        each(size, axes)
        if size is not None
        else [int(n * s) for n, s in zip(x.shape[2:], scales or [], strict=True)]
    )
    ops.check_positions(prod(x.shape[:2]) * prod(targets))
    if mode == "area":
        return _adaptive_average(axes)(c, x, targets)
    if mode == _LINEAR.get(axes):
        if recompute_scale_factor:
            scales = None
        return _linear(c, x, targets, scales, align_corners=bool(align_corners))
    if mode not in ("nearest", "nearest-exact"):
        raise InputError(f"mode {mode!r} is not supported; nearest, bilinear and area are")
    if scales is None or recompute_scale_factor:
        ratios = [Fraction(m, n) for m, n in zip(targets, x.shape[2:], strict=True)]
    else:
        ratios = [Fraction(s) for s in scales]
    half = Fraction(1, 2) if mode == "nearest-exact" else Fraction(0)
    lines = [
        [min(int((i + half) / r), n - 1) for i in range(m)]
        for n, m, r in zip(x.shape[2:], targets, ratios, strict=True)
    ]
    if any(
        len(line) == n and line != list(range(n))
        for n, line in zip(x.shape[2:], lines, strict=True)
    ):
        raise InputError(
            f"a scale {scale_factor} that leaves the length of an axis as it is means two things in"
            " torch, which copies an image and resamples other tensors; give the size instead"
        )
    return moves.nearest(x, [*(range(n) for n in x.shape[:2]), *lines])


_LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


def _ratios(
    sizes: Sequence[int], targets: Sequence[int], scales: Sequence[Any] | None
) -> list[Fraction]:
    """How much longer each axis becomes: the scale where one is given, whatever length it gives.

    An axis that keeps its length is copied, as torch does whatever the scale.
    """
    lengths = zip(targets, sizes, scales or [None] * len(sizes), strict=True)
    return [Fraction(m, n) if s is None or n == m else Fraction(s) for m, n, s in lengths]


def _linear(
    c: Context,
    x: Value,
    targets: Sequence[int],
    scales: Sequence[Any] | None,
    *,
    align_corners: bool,
) -> Value:
    lengths = list(zip(x.shape[2:], targets, strict=True))
    if align_corners:
        spatial = [resampling.align_corners(n, m) for n, m in lengths]
    else:
        ratios = _ratios(x.shape[2:], targets, scales)
        spatial = [resampling.half_pixel(m, r) for m, r in zip(targets, ratios, strict=True)]
    whole = [resampling.Axis(list(map(Fraction, range(n)))) for n in x.shape[:2]]
    return resampling.interpolate(c.graph, tensor(x), [*whole, *spatial])


def _upsample_nearest(
    c: Context, input: Value, output_size: Any = None, *scales: Any, **named: Any
) -> Value:
    """How exported programs write it: a size and scales, or one of them."""
    return _interpolate(c, input, output_size, _scales(scales, named))


def _upsample_linear(mode: str) -> Callable[..., Value]:
    def lower(
        c: Context,
        input: Value,
        output_size: Any = None,
        align_corners: bool = False,
        *scales: Any,
        **named: Any,
    ) -> Value:
        return _interpolate(c, input, output_size, _scales(scales, named), mode, align_corners)

    return lower


def _scales(scales: Sequence[Any], named: dict[str, Any]) -> list[Any] | None:
    given = [*scales, *named.values()]
    if len(given) == 1 and isinstance(given[0], (list, tuple)):
        given = list(given[0])
    return given if given and all(s is not None for s in given) else None


def _channel_shuffle(c: Context, input: Value, groups: int) -> Value:
    x = value(input)
    n, channels, *space = x.shape
    grid = ops.indices(x).reshape(n, groups, channels // groups, *space)
    return ops.rearrange(x, grid.swapaxes(1, 2).reshape(x.shape))


WINDOWS: dict[str, Callable[..., Any]] = {
    "channel_shuffle": _channel_shuffle,
    "convolution": _any_convolution,
    "_convolution": _any_convolution,
    "interpolate": _interpolate,
    "pixel_shuffle": lambda c, input, upscale_factor: moves.pixel_shuffle(
        value(input), upscale_factor
    ),
    "pixel_unshuffle": lambda c, input, downscale_factor: moves.pixel_unshuffle(
        value(input), downscale_factor
    ),
}
for _axes in (1, 2, 3):
    WINDOWS |= {
        f"conv{_axes}d": _convolution(_axes),
        f"conv_transpose{_axes}d": _convolution_transposed(_axes),
        f"avg_pool{_axes}d": _average_pool(_axes),
        f"adaptive_avg_pool{_axes}d": _adaptive_average(_axes),
        f"_adaptive_avg_pool{_axes}d": _adaptive_average(_axes),
        f"max_pool{_axes}d": _max_pool(_axes),
        f"max_pool{_axes}d_with_indices": _max_pool(_axes, pair=True),
        f"adaptive_max_pool{_axes}d": _adaptive_max(_axes),
        f"upsample_nearest{_axes}d": _upsample_nearest,
        f"upsample_{_LINEAR[_axes]}{_axes}d": _upsample_linear(_LINEAR[_axes]),
    }
"""By name, under torch's own argument names."""
