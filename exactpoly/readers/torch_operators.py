"""What each torch module, function and tensor method means exactly.

Three tables, keyed by the module's exact type, the function itself and the method's whole name. An
entry takes the `Context` and then what torch's own operator takes, under the same names.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isfinite, prod
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers.affine import Affine
from exactpoly.readers.batch_norm import BATCH_NORM_REASON, batch_norm
from exactpoly.readers.exact_array import ExactArray, exact_array
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.state_dict import tensor_to_numpy

__all__ = ["FUNCTIONS", "METHODS", "MODULES", "exact_tensor"]


def exact_tensor(tensor: torch.Tensor, name: str) -> ExactArray:
    """A parameter or buffer as exact numbers."""
    return exact_array(tensor_to_numpy(tensor, name), name)


def _linear(c: Context, x: Value, weight: Value, bias: Value | None = None) -> Value:
    if not isinstance(weight, ExactArray):
        raise InputError("a weight that depends on the input is not supported")
    y = ops.matmul(x, ExactArray(weight.numerators.T, weight.denominator))
    return y if bias is None else ops.add_values(c.graph, y, bias)


def _convolution(axes: int) -> Callable[..., Value]:
    def convolution(
        c: Context,
        input: Value,
        weight: ExactArray,
        bias: ExactArray | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Value:
        steps, spread = _each(stride, axes), _each(dilation, axes)
        pads = _padding(padding, weight.shape[2:], spread)
        y: Value = ops.convolve(
            _tensor(input),
            weight,
            stride=steps,
            padding=pads,
            dilation=spread,
            groups=groups,
        )
        if bias is None:
            return y
        return ops.add_values(c.graph, y, bias.reshaped((-1, *[1] * axes)))

    return convolution


def _padding(padding: Any, kernel: Sequence[int], dilation: list[int]) -> list[tuple[int, int]]:
    if padding == "valid":
        return [(0, 0)] * len(kernel)
    if padding == "same":
        totals = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
        return [(total // 2, total - total // 2) for total in totals]
    return [(p, p) for p in _each(padding, len(kernel))]


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
        x = _tensor(input)
        kernel = _each(kernel_size, axes)
        steps = _each(stride, axes) if stride not in (None, [], ()) else kernel
        c.note("average pooling divides exactly; torch rounds")
        windows = [
            ops.pool_windows(
                size, k, s, (p, p), ceil_mode=ceil_mode, count_padding=count_include_pad
            )
            for size, k, s, p in zip(
                x.shape[-axes:], kernel, steps, _each(padding, axes), strict=True
            )
        ]
        return ops.mean_windows(x, windows, divisor_override)

    return average_pool


def _adaptive_pool(axes: int) -> Callable[..., Value]:
    def adaptive_pool(c: Context, input: Value, output_size: Any) -> Value:
        x = _tensor(input)
        sizes = x.shape[-axes:]
        targets = (
            [output_size] * axes if not isinstance(output_size, (tuple, list)) else output_size
        )
        c.note("average pooling divides exactly; torch rounds")
        windows = []
        for size, target in zip(sizes, targets, strict=True):
            count = size if target is None else target
            spans = [(i * size // count, -(-(i + 1) * size // count)) for i in range(count)]
            windows.append([(a, b, b - a) for a, b in spans])
        return ops.mean_windows(x, windows)

    return adaptive_pool


def _mean(c: Context, input: Value, dim: Any = None, keepdim: bool = False) -> Value:
    x = _tensor(input)
    rank = len(x.shape)
    axes = range(rank) if dim is None else [dim] if isinstance(dim, int) else dim
    chosen = sorted(axis % rank for axis in axes)
    kept = [axis for axis in range(rank) if axis not in chosen]
    c.note("means divide exactly; torch rounds")
    moved = _tensor(ops.rearrange(x, x.indices.transpose(*kept, *chosen)))
    whole = [[(0, x.shape[axis], x.shape[axis])] for axis in chosen]
    shape = [1 if i in chosen else n for i, n in enumerate(x.shape) if keepdim or i not in chosen]
    return ops.reshape(ops.mean_windows(moved, whole), shape)


def _relu(c: Context, input: Value, inplace: bool = False) -> Value:
    return c.graph.relu(_tensor(input))


def _leaky_relu(
    c: Context, input: Value, negative_slope: float = 0.01, inplace: bool = False
) -> Value:
    slope = _fraction(negative_slope)
    c.note(f"leaky ReLU slope {negative_slope!r} is taken as the exact float64 {slope}")
    return c.graph.leaky_relu(_tensor(input), slope)


def _dropout(
    c: Context, input: Value, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Value:
    if training and p:
        raise InputError("dropout in training mode is random; call model.eval() first")
    return input


def _add(c: Context, x: Any, y: Any, alpha: float = 1) -> Any:
    if _plain(x, y):
        return x + y * alpha
    right = _value(y) if alpha == 1 else ops.multiply_values(_value(y), _value(alpha))
    return ops.add_values(c.graph, _value(x), right)


def _subtract(c: Context, x: Any, y: Any, alpha: float = 1) -> Any:
    return _add(c, x, y, alpha=-alpha)


def _multiply(c: Context, x: Any, y: Any) -> Any:
    return x * y if _plain(x, y) else ops.multiply_values(_value(x), _value(y))


def _divide(c: Context, x: Any, y: Any) -> Any:
    if _plain(x, y):
        return x / y
    return ops.divide_values(_value(x), _value(y))


def _floor_divide(c: Context, x: Any, y: Any) -> Any:
    if not _plain(x, y):
        raise InputError("floor division of a tensor is not affine")
    return x // y


def _getitem(c: Context, x: Any, index: Any) -> Any:
    if not isinstance(x, (Affine, ExactArray)):
        return x[index]
    try:
        return ops.rearrange(x, np.asarray(ops.indices(x)[index]))
    except IndexError as error:
        raise InputError(f"index {index} does not fit shape {x.shape}") from error


def _getattr(c: Context, x: Any, name: str) -> Any:
    if name != "shape":
        raise InputError(f"attribute {name!r} of a tensor is not supported")
    return x.shape


def _size(c: Context, x: Value, dim: int | None = None) -> Any:
    return x.shape if dim is None else x.shape[dim]


def _flatten(c: Context, input: Value, start_dim: int = 0, end_dim: int = -1) -> Value:
    rank = len(input.shape)
    start, end = start_dim % rank, end_dim % rank
    middle = prod(input.shape[start : end + 1])
    return ops.reshape(input, (*input.shape[:start], middle, *input.shape[end + 1 :]))


def _reshape(c: Context, input: Value, *shape: Any) -> Value:
    sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
    return ops.reshape(input, sizes)


def _transpose(c: Context, input: Value, dim0: int, dim1: int) -> Value:
    return ops.rearrange(input, np.swapaxes(ops.indices(input), dim0, dim1))


def _permute(c: Context, input: Value, *dims: Any) -> Value:
    axes = dims[0] if len(dims) == 1 and isinstance(dims[0], (tuple, list)) else dims
    return ops.rearrange(input, ops.indices(input).transpose(tuple(axes)))


def _squeeze(c: Context, input: Value, dim: int | None = None) -> Value:
    grid = ops.indices(input)
    if dim is not None and grid.shape[dim] != 1:
        return input
    return ops.rearrange(input, np.squeeze(grid, axis=dim))


def _unsqueeze(c: Context, input: Value, dim: int) -> Value:
    return ops.rearrange(input, np.expand_dims(ops.indices(input), dim))


def _concatenate(c: Context, tensors: Sequence[Value], dim: int = 0) -> Value:
    return ops.concatenate(c.graph, tensors, dim)


def _matmul(c: Context, x: Value, y: Value) -> Value:
    return ops.matmul(x, y)


def _same(c: Context, x: Value) -> Value:
    return x


def _negate(c: Context, x: Any) -> Any:
    return -x if _plain(x) else ops.negate(x)


def _module_linear(c: Context, m: nn.Linear, name: str, x: Value) -> Value:
    bias = None if m.bias is None else exact_tensor(m.bias, f"{name}.bias")
    return _linear(c, x, exact_tensor(m.weight, f"{name}.weight"), bias)


def _module_convolution(axes: int) -> Callable[..., Value]:
    convolution = _convolution(axes)

    def lower(c: Context, m: Any, name: str, x: Value) -> Value:
        if m.padding_mode != "zeros":
            raise InputError(f"padding mode {m.padding_mode!r} is not supported; use zeros")
        weight = exact_tensor(m.weight, f"{name}.weight")
        bias = None if m.bias is None else exact_tensor(m.bias, f"{name}.bias")
        return convolution(c, x, weight, bias, m.stride, m.padding, m.dilation, m.groups)

    return lower


def _module_pool(axes: int) -> Callable[..., Value]:
    pool = _average_pool(axes)

    def lower(c: Context, m: Any, name: str, x: Value) -> Value:
        # AvgPool1d alone has no divisor to override.
        divisor = None if axes == 1 else m.divisor_override
        return pool(
            c, x, m.kernel_size, m.stride, m.padding, m.ceil_mode, m.count_include_pad, divisor
        )

    return lower


def _module_adaptive(axes: int) -> Callable[..., Value]:
    pool = _adaptive_pool(axes)

    def lower(c: Context, m: Any, name: str, x: Value) -> Value:
        return pool(c, x, m.output_size)

    return lower


def _module_dropout(c: Context, m: Any, name: str, x: Value) -> Value:
    return _dropout(c, x, m.p, m.training)


def _module_batch_norm(c: Context, m: Any, name: str, x: Value) -> Value:
    if not c.fold_float:
        raise InputError(BATCH_NORM_REASON)
    if m.training or m.running_mean is None or m.running_var is None:
        raise InputError("batch normalisation needs running statistics; call model.eval() first")
    arrays = {
        field: None if tensor is None else tensor_to_numpy(tensor, f"{name}.{field}")
        for field, tensor in (("weight", m.weight), ("bias", m.bias))
    }
    mean = tensor_to_numpy(m.running_mean, f"{name}.running_mean")
    variance = tensor_to_numpy(m.running_var, f"{name}.running_var")
    y, note = batch_norm(
        c.graph, x, arrays["weight"], arrays["bias"], mean, variance, m.eps, name=name
    )
    c.note(note)
    return y


def _tensor(x: Any) -> Affine:
    if not isinstance(x, Affine):
        raise InputError("this operator is supported on values that depend on the input only")
    return x


def _plain(*values: Any) -> bool:
    return all(isinstance(value, (int, float)) for value in values)


def _value(x: Any) -> Value:
    return x if isinstance(x, (Affine, ExactArray)) else ops.scalar(_fraction(x))


def _fraction(x: Any) -> Fraction:
    if isinstance(x, bool) or not isinstance(x, (int, float)) or not isfinite(x):
        raise InputError(f"{x!r} is no finite number")
    return Fraction(x)


def _each(value: Any, axes: int) -> list[int]:
    """One integer an axis from an integer or a sequence."""
    values = list(value) if isinstance(value, (tuple, list)) else [value]
    return values * axes if len(values) == 1 else values


MODULES: dict[type, Callable[..., Any]] = {
    nn.Linear: _module_linear,
    nn.Conv1d: _module_convolution(1),
    nn.Conv2d: _module_convolution(2),
    nn.AvgPool1d: _module_pool(1),
    nn.AvgPool2d: _module_pool(2),
    nn.AdaptiveAvgPool1d: _module_adaptive(1),
    nn.AdaptiveAvgPool2d: _module_adaptive(2),
    nn.BatchNorm1d: _module_batch_norm,
    nn.BatchNorm2d: _module_batch_norm,
    nn.Dropout: _module_dropout,
    nn.Dropout1d: _module_dropout,
    nn.Dropout2d: _module_dropout,
    nn.Flatten: lambda c, m, name, x: _flatten(c, x, m.start_dim, m.end_dim),
    nn.Identity: lambda c, m, name, x: x,
    nn.ReLU: lambda c, m, name, x: _relu(c, x),
    nn.LeakyReLU: lambda c, m, name, x: _leaky_relu(c, x, m.negative_slope),
    nn.Unflatten: lambda c, m, name, x: ops.reshape(
        x, (*x.shape[: m.dim], *m.unflattened_size, *x.shape[m.dim :][1:])
    ),
}

FUNCTIONS: dict[Any, Callable[..., Any]] = {
    F.linear: _linear,
    F.conv1d: _convolution(1),
    F.conv2d: _convolution(2),
    F.avg_pool1d: _average_pool(1),
    F.avg_pool2d: _average_pool(2),
    F.adaptive_avg_pool1d: _adaptive_pool(1),
    F.adaptive_avg_pool2d: _adaptive_pool(2),
    F.relu: _relu,
    F.relu_: _relu,
    torch.relu: _relu,
    torch.relu_: _relu,
    F.leaky_relu: _leaky_relu,
    F.leaky_relu_: _leaky_relu,
    F.dropout: _dropout,
    torch.flatten: _flatten,
    torch.reshape: _reshape,
    torch.transpose: _transpose,
    torch.permute: _permute,
    torch.squeeze: _squeeze,
    torch.unsqueeze: _unsqueeze,
    torch.cat: _concatenate,
    torch.concat: _concatenate,
    torch.matmul: _matmul,
    torch.mean: _mean,
    torch.add: _add,
    torch.sub: _subtract,
    torch.mul: _multiply,
    torch.div: _divide,
    torch.neg: _negate,
    operator.add: _add,
    operator.iadd: _add,
    operator.sub: _subtract,
    operator.isub: _subtract,
    operator.mul: _multiply,
    operator.imul: _multiply,
    operator.truediv: _divide,
    operator.floordiv: _floor_divide,
    operator.matmul: _matmul,
    operator.neg: _negate,
    operator.getitem: _getitem,
    getattr: _getattr,
}

METHODS: dict[str, Callable[..., Any]] = {
    "relu": _relu,
    "relu_": _relu,
    "view": _reshape,
    "reshape": _reshape,
    "flatten": _flatten,
    "size": _size,
    "add": _add,
    "add_": _add,
    "sub": _subtract,
    "sub_": _subtract,
    "mul": _multiply,
    "mul_": _multiply,
    "div": _divide,
    "div_": _divide,
    "neg": _negate,
    "matmul": _matmul,
    "mean": _mean,
    "permute": _permute,
    "transpose": _transpose,
    "squeeze": _squeeze,
    "unsqueeze": _unsqueeze,
    "contiguous": _same,
    "clone": _same,
    "detach": _same,
}
