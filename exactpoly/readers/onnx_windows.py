"""ONNX's convolutions and pools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise, windows
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.onnx_values import Attributes, Item, tensor, value
from exactpoly.readers.operators import Context, Value

__all__ = ["WINDOWS"]

_MODES = (b"NOTSET", b"VALID", b"SAME_UPPER", b"SAME_LOWER")


def _convolution(
    c: Context, a: Attributes, x: Item, weight: Item, bias: Item | None = None
) -> Value:
    if not isinstance(x, Affine) or not isinstance(weight, ExactArray):
        raise InputError("a convolution needs constant weights and an input that is not constant")
    kernel, groups = _kernel(a, weight)
    axes = len(kernel)
    stride, dilation = a.get("strides", [1] * axes), a.get("dilations", [1] * axes)
    padding = _padding(a, x.shape[2:], kernel, stride, dilation)
    y: Value = windows.convolve(
        x, weight, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    return _with_bias(c, y, bias, axes)


def _convolution_transposed(
    c: Context, a: Attributes, x: Item, weight: Item, bias: Item | None = None
) -> Value:
    if not isinstance(x, Affine) or not isinstance(weight, ExactArray):
        raise InputError("a convolution needs constant weights and an input that is not constant")
    kernel, groups = _kernel(a, weight)
    axes = len(kernel)
    stride, dilation = a.get("strides", [1] * axes), a.get("dilations", [1] * axes)
    extra = a.get("output_padding", [0] * axes)
    sizes = x.shape[2:]
    mode = _mode(a, sizes, kernel, stride, dilation)
    whole = [
        (n - 1) * s + d * (k - 1) + 1 + e
        for n, s, d, k, e in zip(sizes, stride, dilation, kernel, extra, strict=True)
    ]
    wanted = a.get("output_shape")
    if mode in ("SAME_UPPER", "SAME_LOWER") and not wanted:
        wanted = [n * s for n, s in zip(sizes, stride, strict=True)]
    if wanted:
        padding = []
        for total in (full - out for full, out in zip(whole, wanted[-axes:], strict=True)):
            less, more = total // 2, total - total // 2
            padding.append((less, more) if mode == "SAME_UPPER" else (more, less))
    else:
        pads = a.get("pads", [0] * (2 * axes))
        padding = list(zip(pads[:axes], pads[axes:], strict=True))
    y: Value = windows.convolve_transposed(
        x,
        weight,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        extra=extra,
    )
    return _with_bias(c, y, bias, axes)


def _with_bias(c: Context, y: Value, bias: Item | None, axes: int) -> Value:
    if bias is None:
        return y
    return ops.add_values(c.graph, y, ops.reshape(value(bias), (-1, *[1] * axes)))


def _average_pool(c: Context, a: Attributes, x: Item) -> Value:
    given = tensor(x)
    kernel = a["kernel_shape"]
    axes = len(kernel)
    stride = a.get("strides", [1] * axes)
    if any(d != 1 for d in a.get("dilations", [])):
        raise InputError("dilated average pooling is not supported")
    sizes = given.shape[2:]
    padding = _padding(a, sizes, kernel, stride, [1] * axes)
    chosen = [
        windows.pool_windows(
            size,
            k,
            s,
            p,
            ceil_mode=bool(a.get("ceil_mode", 0)),
            count_padding=bool(a.get("count_include_pad", 0)),
        )
        for size, k, s, p in zip(sizes, kernel, stride, padding, strict=True)
    ]
    _check_overhang(sizes, kernel, stride, padding, chosen)
    c.note("average pooling divides exactly; the framework rounds")
    return windows.mean_windows(given, chosen)


def _check_overhang(
    sizes: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[tuple[int, int]],
    chosen: Sequence[Sequence[windows.Window]],
) -> None:
    for size, k, s, (before, after), axis in zip(
        sizes, kernel, stride, padding, chosen, strict=True
    ):
        if (len(axis) - 1) * s + k > size + before + after + 1:
            raise InputError(
                "ceil_mode adds a window that overhangs by more than one entry, where onnx's"
                " reference evaluator is wrong and cannot check the import; give the torch module,"
                " or pads that fit"
            )


def _max_pool(c: Context, a: Attributes, x: Item) -> Value:
    given = tensor(x)
    kernel = a["kernel_shape"]
    axes = len(kernel)
    stride, dilation = a.get("strides", [1] * axes), a.get("dilations", [1] * axes)
    padding = _padding(a, given.shape[2:], kernel, stride, dilation)
    c.note(piecewise.MAXIMUM_NOTE)
    grid = windows.max_windows(
        given, kernel, stride, padding, dilation, ceil_mode=bool(a.get("ceil_mode", 0))
    )
    return piecewise.maximum_over(c.graph, given, grid)


def _image(x: Item) -> Affine:
    given = tensor(x)
    if len(given.shape) < 3:
        raise InputError(f"shape {given.shape} has no axes to pool over")
    return given


def _global_average_pool(c: Context, a: Attributes, x: Item) -> Value:
    given = _image(x)
    c.note("average pooling divides exactly; the framework rounds")
    return windows.mean_windows(given, [[(0, size, size)] for size in given.shape[2:]])


def _global_max_pool(c: Context, a: Attributes, x: Item) -> Value:
    given = _image(x)
    lead = given.shape[:2]
    c.note(piecewise.MAXIMUM_NOTE)
    grid = given.indices.reshape(*lead, *[1] * len(given.shape[2:]), prod(given.shape[2:]))
    return piecewise.maximum_over(c.graph, given, grid)


def _padding(
    a: Attributes,
    sizes: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> list[tuple[int, int]]:
    """(before, after) for each spatial axis, from `pads` or `auto_pad`."""
    axes = len(kernel)
    mode = _mode(a, sizes, kernel, stride, dilation)
    if mode == "VALID":
        return [(0, 0)] * axes
    if mode == "NOTSET":
        pads = a.get("pads", [0] * (2 * axes))
        return list(zip(pads[:axes], pads[axes:], strict=True))
    result = []
    for size, k, s, d in zip(sizes, kernel, stride, dilation, strict=True):
        total = max((-(-size // s) - 1) * s + d * (k - 1) + 1 - size, 0)
        less, more = total // 2, total - total // 2
        result.append((less, more) if mode == "SAME_UPPER" else (more, less))
    return result


def _mode(
    a: Attributes,
    sizes: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> str:
    """The way of padding, once the other numbers are known to fit."""
    if len(sizes) != len(kernel):
        raise InputError(f"a kernel of shape {tuple(kernel)} does not fit {len(sizes)} axes")
    if min(*stride, *dilation, *kernel) < 1:
        raise InputError("strides, dilations and kernels are positive")
    mode = bytes(a.get("auto_pad", b"NOTSET"))
    if mode not in _MODES:
        raise InputError(
            f"auto_pad {mode[:80]!r} is not a way of padding; give pads, or SAME_UPPER or SAME_LOWER"
        )
    return mode.decode()


def _kernel(a: Attributes, weight: ExactArray) -> tuple[tuple[int, ...], int]:
    """The shape of the kernel and the number of groups."""
    kernel, groups = weight.shape[2:], a.get("group", 1)
    if tuple(a.get("kernel_shape", kernel)) != kernel:
        raise InputError(
            f"kernel_shape {a['kernel_shape'][:8]} is not that of the weights, {kernel}"
        )
    if groups < 1:
        raise InputError(f"there are {groups} groups; give at least one")
    return kernel, groups


WINDOWS: dict[str, Callable[..., Value]] = {
    "AveragePool": _average_pool,
    "Conv": _convolution,
    "ConvTranspose": _convolution_transposed,
    "GlobalAveragePool": _global_average_pool,
    "GlobalMaxPool": _global_max_pool,
    "MaxPool": _max_pool,
}
