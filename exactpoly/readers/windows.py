"""Operators that look at windows of a tensor: convolutions, and means or maxima of pools.

Each is written as what it is, for each output entry the list of positions and coefficients, so that
strides, dilations, padding and groups are index arithmetic and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import lcm, prod
from typing import Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers.affine import Affine, Terms, combine
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.operators import check_positions
from exactpoly.readers.work import afford

__all__ = [
    "Window",
    "convolve",
    "convolve_transposed",
    "max_windows",
    "mean_windows",
    "pool_windows",
]

Window = tuple[int, int, int]
"""One pooling window on an axis: first position, end position, and its length in the divisor."""


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
    outputs = weight.shape[0]
    if len(x.shape) != len(weight.shape) or x.shape[1] != weight.shape[1] * groups:
        raise InputError(
            f"a convolution with weights of shape {weight.shape} in {groups} groups cannot be applied"
            f" to shape {x.shape}"
        )
    if outputs % groups:
        raise InputError(f"{outputs} output channels cannot be split into {groups} groups")
    check_positions(
        x.shape[0]
        * x.shape[1]
        * prod(max(n + sum(p), 0) for n, p in zip(x.shape[2:], padding, strict=True))
    )
    padded = _padded(x.indices, padding)
    return _cross_correlation(x, padded, weight, stride, dilation, groups)


def _padded(grid: np.ndarray, padding: Sequence[tuple[int, int]]) -> np.ndarray:
    """The spatial axes with -1 around them; a negative padding cuts entries off."""
    cut = [
        slice(max(-a, 0), n - max(-b, 0)) for n, (a, b) in zip(grid.shape[2:], padding, strict=True)
    ]
    room = [(max(a, 0), max(b, 0)) for a, b in padding]
    return np.pad(
        grid[(slice(None), slice(None), *cut)], [(0, 0), (0, 0), *room], constant_values=-1
    )


def _cross_correlation(
    x: Affine,
    padded: np.ndarray,
    weight: ExactArray,
    stride: Sequence[int],
    dilation: Sequence[int],
    groups: int,
) -> Affine:
    """The convolution of the entries ``padded`` of ``x``, -1 for zero."""
    kernel = weight.shape[2:]
    outputs = weight.shape[0]
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    space = tuple(
        (size - span) // s + 1
        for size, span, s in zip(padded.shape[2:], spans, stride, strict=True)
    )
    if min(space, default=1) < 1:
        raise InputError(f"the kernel {kernel} is larger than the padded input {padded.shape[2:]}")
    per_group = outputs // groups
    flat_weights = [line.ravel().tolist() for line in weight.numerators]
    afford(len(padded) * prod(space) * weight.numerators.size)
    terms: list[Terms] = []
    for batch, channel in product(range(len(padded)), range(outputs)):
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
    return combine(x, terms, weight.denominator, (len(padded), outputs, *space))


def convolve_transposed(
    x: Affine,
    weight: ExactArray,
    *,
    stride: Sequence[int],
    padding: Sequence[tuple[int, int]],
    dilation: Sequence[int],
    groups: int,
    extra: Sequence[int],
) -> Affine:
    """The transpose of `convolve`: ``weight`` (in, out/groups, *k), ``extra`` outputs at each end.

    It is the convolution of `x`, spread out with `stride - 1` zeros between entries, by the kernel
    turned round.
    """
    kernel = weight.shape[2:]
    if len(x.shape) != len(weight.shape) or x.shape[1] != weight.shape[0] or x.shape[1] % groups:
        raise InputError(
            f"a transposed convolution with weights of shape {weight.shape} in {groups} groups cannot"
            f" be applied to shape {x.shape}"
        )
    spread = [(n - 1) * s + 1 for n, s in zip(x.shape[2:], stride, strict=True)]
    check_positions(x.shape[0] * x.shape[1] * prod(spread))
    grid = np.full((*x.shape[:2], *spread), -1, dtype=np.int64)
    spaced: tuple[Any, ...] = (..., *(slice(None, None, s) for s in stride))
    grid[spaced] = x.indices
    ends = [
        (d * (k - 1) - before, d * (k - 1) - after + e)
        for d, k, (before, after), e in zip(dilation, kernel, padding, extra, strict=True)
    ]
    per_group = x.shape[1] // groups
    backwards: tuple[Any, ...] = (..., *(slice(None, None, -1) for _ in kernel))
    turned = weight.numerators[backwards]
    blocks = [np.swapaxes(turned[g * per_group : (g + 1) * per_group], 0, 1) for g in range(groups)]
    flipped = ExactArray(np.concatenate(blocks), weight.denominator)
    check_positions(
        x.shape[0] * x.shape[1] * prod(n + sum(e) for n, e in zip(spread, ends, strict=True))
    )
    return _cross_correlation(x, _padded(grid, ends), flipped, [1] * len(kernel), dilation, groups)


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
    check_positions(count)
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
    check_positions(prod(len(axis) for axis in windows))
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


def max_windows(
    x: Affine,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[tuple[int, int]],
    dilation: Sequence[int],
    *,
    ceil_mode: bool = False,
) -> np.ndarray:
    """The windows of a maximum pool over the last axes of ``x``, for `piecewise.maximum_over`.

    int64, shape (*outputs, window): positions in ``x`` in row-major order of the window, -1 in the
    padding, which never wins.
    """
    axes = len(kernel)
    lead, sizes = x.shape[:-axes], x.shape[-axes:]
    grid = x.indices.reshape(prod(lead), *sizes)
    places = []
    for n, k, s, d, (before, after) in zip(sizes, kernel, stride, dilation, padding, strict=True):
        span = d * (k - 1) + 1
        check_positions(n + before + after)
        count = len(pool_windows(n, span, s, (before, after), ceil_mode=ceil_mode))
        axis = np.arange(count)[:, None] * s - before + np.arange(k)[None, :] * d
        places.append(np.where((axis >= 0) & (axis < n), axis, n))
    check_positions(prod(lead) * prod(place.size for place in places))
    padded = np.pad(grid, [(0, 0), *[(0, 1)] * axes], constant_values=-1)
    counts = [place.shape[0] for place in places]
    shapes = [
        [
            place.shape[0] if j == i else place.shape[1] if j == i + axes else 1
            for j in range(2 * axes)
        ]
        for i, place in enumerate(places)
    ]
    chosen = [place.reshape(shape) for place, shape in zip(places, shapes, strict=True)]
    every: tuple[Any, ...] = (slice(None), *chosen)
    windows: np.ndarray = padded[every]
    return windows.reshape(*lead, *counts, prod(kernel))
