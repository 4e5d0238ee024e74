"""What each ONNX operator means exactly.

One table, keyed by the operator's name in the default domain. An entry takes the `Context`, the node's
attributes and its input values (None where an optional input is left out).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np
from onnx import TensorProto, numpy_helper

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers.affine import Affine
from exactpoly.readers.batch_norm import BATCH_NORM_REASON, batch_norm
from exactpoly.readers.exact_array import ExactArray, exact_array
from exactpoly.readers.operators import Context, Value

__all__ = ["OPERATORS", "exact_initializer", "float_array"]

Attributes = dict[str, Any]

_LEAKY_DEFAULT = float(np.float32(0.01))
_EPSILON_DEFAULT = float(np.float32(1e-5))


def float_array(tensor: TensorProto) -> np.ndarray:
    """A tensor as a NumPy array of the same numbers; bfloat16 becomes float32."""
    array: np.ndarray = numpy_helper.to_array(tensor)
    return array.astype(np.float32) if tensor.data_type == TensorProto.BFLOAT16 else array


def exact_initializer(tensor: TensorProto, name: str) -> ExactArray:
    """An initializer or constant as exact numbers."""
    return exact_array(float_array(tensor), name)


def _constant(c: Context, a: Attributes) -> Value:
    if len(a) != 1:
        raise InputError("a constant needs exactly one value")
    [(kind, value)] = a.items()
    if kind == "value":
        return exact_initializer(value, "the constant")
    if kind in ("value_float", "value_floats"):
        return exact_array(np.asarray(value, dtype=np.float64), "the constant")
    if kind in ("value_int", "value_ints"):
        return exact_array(np.asarray(value, dtype=np.int64), "the constant")
    raise InputError(f"a constant given as {kind} is not supported")


def _gemm(c: Context, a: Attributes, x: Value, y: Value, z: Value | None = None) -> Value:
    x = _transposed(x) if a.get("transA") else x
    y = _transposed(y) if a.get("transB") else y
    result = ops.matmul(x, y)
    alpha, beta = (exact_scalar(a.get(name, 1.0), name) for name in ("alpha", "beta"))
    if alpha != 1:
        result = ops.multiply_values(result, ops.scalar(alpha))
    if z is None:
        return result
    return ops.add_values(c.graph, result, ops.multiply_values(z, ops.scalar(beta)))


def _transposed(x: Value) -> Value:
    return ops.rearrange(x, ops.indices(x).T)


def _subtract(c: Context, a: Attributes, x: Value, y: Value) -> Value:
    return ops.add_values(c.graph, x, ops.negate(y))


def _convolution(
    c: Context, a: Attributes, x: Value, weight: Value, bias: Value | None = None
) -> Value:
    if not isinstance(x, Affine) or not isinstance(weight, ExactArray):
        raise InputError("a convolution needs constant weights and an input that is not constant")
    kernel = weight.shape[2:]
    axes = len(kernel)
    stride, dilation = a.get("strides", [1] * axes), a.get("dilations", [1] * axes)
    padding = _padding(a, x.shape[2:], kernel, stride, dilation)
    y: Value = ops.convolve(
        x, weight, stride=stride, padding=padding, dilation=dilation, groups=a.get("group", 1)
    )
    if bias is None:
        return y
    return ops.add_values(c.graph, y, ops.reshape(bias, (-1, *[1] * axes)))


def _average_pool(c: Context, a: Attributes, x: Value) -> Value:
    tensor = _tensor(x)
    kernel = a["kernel_shape"]
    axes = len(kernel)
    stride = a.get("strides", [1] * axes)
    if any(d != 1 for d in a.get("dilations", [])):
        raise InputError("dilated average pooling is not supported")
    sizes = tensor.shape[2:]
    padding = _padding(a, sizes, kernel, stride, [1] * axes)
    windows = [
        ops.pool_windows(
            size,
            k,
            s,
            p,
            ceil_mode=bool(a.get("ceil_mode", 0)),
            count_padding=bool(a.get("count_include_pad", 0)),
        )
        for size, k, s, p in zip(sizes, kernel, stride, padding, strict=True)
    ]
    for size, k, s, (before, after), axis in zip(
        sizes, kernel, stride, padding, windows, strict=True
    ):
        if (len(axis) - 1) * s + k > size + before + after + 1:
            raise InputError(
                "ceil_mode adds a window that overhangs by more than one entry, where onnx's"
                " reference evaluator is wrong and cannot check the import; give the torch module,"
                " or pads that fit"
            )
    c.note("average pooling divides exactly; the framework rounds")
    return ops.mean_windows(tensor, windows)


def _global_average_pool(c: Context, a: Attributes, x: Value) -> Value:
    tensor = _tensor(x)
    c.note("average pooling divides exactly; the framework rounds")
    return ops.mean_windows(tensor, [[(0, size, size)] for size in tensor.shape[2:]])


def _padding(
    a: Attributes,
    sizes: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> list[tuple[int, int]]:
    """(before, after) for each spatial axis, from `pads` or `auto_pad`."""
    axes = len(kernel)
    if len(sizes) != axes:
        raise InputError(f"a kernel of shape {tuple(kernel)} does not fit {len(sizes)} axes")
    mode = a.get("auto_pad", b"NOTSET").decode()
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


def _flatten(c: Context, a: Attributes, x: Value) -> Value:
    axis = a.get("axis", 1)
    axis += len(x.shape) if axis < 0 else 0
    return ops.reshape(x, (prod(x.shape[:axis]), prod(x.shape[axis:])))


def _reshape(c: Context, a: Attributes, x: Value, shape: Value) -> Value:
    sizes = _integers(shape, "the shape")
    if not a.get("allowzero", 0):
        if any(n == 0 and i >= len(x.shape) for i, n in enumerate(sizes)):
            raise InputError(f"shape {sizes} copies an axis that shape {x.shape} does not have")
        sizes = [x.shape[i] if n == 0 else n for i, n in enumerate(sizes)]
    return ops.reshape(x, sizes)


def _transpose(c: Context, a: Attributes, x: Value) -> Value:
    return ops.rearrange(x, ops.indices(x).transpose(a.get("perm")))


def _squeeze(c: Context, a: Attributes, x: Value, axes: Value | None = None) -> Value:
    chosen = a.get("axes") if axes is None else _integers(axes, "axes")
    grid = ops.indices(x)
    return ops.rearrange(x, np.squeeze(grid, axis=None if chosen is None else tuple(chosen)))


def _unsqueeze(c: Context, a: Attributes, x: Value, axes: Value | None = None) -> Value:
    chosen = a["axes"] if axes is None else _integers(axes, "axes")
    return ops.rearrange(x, np.expand_dims(ops.indices(x), tuple(chosen)))


def _shape(c: Context, a: Attributes, x: Value) -> Value:
    sizes = x.shape[a.get("start", 0) : a.get("end", len(x.shape))]
    return exact_array(np.array(sizes, dtype=np.int64), "the shape")


def _gather(c: Context, a: Attributes, x: Value, index: Value) -> Value:
    places = np.array(_integers(index, "the indices"), dtype=np.int64).reshape(index.shape)
    return ops.rearrange(x, np.take(ops.indices(x), places, axis=a.get("axis", 0)))


def _leaky_relu(c: Context, a: Attributes, x: Value) -> Value:
    alpha = a.get("alpha", _LEAKY_DEFAULT)
    slope = exact_scalar(alpha, "alpha")
    c.note(f"leaky ReLU slope {alpha:.7g} is taken as the exact float32 {slope}")
    return c.graph.leaky_relu(_tensor(x), slope)


def _dropout(
    c: Context, a: Attributes, x: Value, ratio: Value | None = None, mode: Value | None = None
) -> Value:
    if mode is not None and (isinstance(mode, Affine) or any(mode.fractions())):
        raise InputError("dropout in training mode is random; export the model in evaluation mode")
    return x


def _batch_norm(
    c: Context,
    a: Attributes,
    x: Value,
    gamma: Value,
    beta: Value,
    mean: Value,
    variance: Value,
) -> Value:
    if not c.fold_float:
        raise InputError(BATCH_NORM_REASON)
    if a.get("training_mode", 0):
        raise InputError("batch normalisation in training mode is not a fixed map; export for eval")
    y, note = batch_norm(
        c.graph,
        x,
        _floats(gamma, "scale"),
        _floats(beta, "B"),
        _floats(mean, "input_mean"),
        _floats(variance, "input_var"),
        a.get("epsilon", _EPSILON_DEFAULT),
        name="the batch normalisation",
    )
    c.note(note)
    return y


def _floats(value: Value, what: str) -> np.ndarray:
    """A constant that came from floats as these floats again."""
    if isinstance(value, Affine):
        raise InputError(f"{what} must be a constant")
    return np.array([float(x) for x in value.fractions()], dtype=np.float64)


def _integers(value: Value, what: str) -> list[int]:
    if isinstance(value, Affine) or any(x.denominator != 1 for x in value.fractions()):
        raise InputError(f"{what} must be constant integers")
    return [int(x) for x in value.fractions()]


def _tensor(x: Value) -> Affine:
    if not isinstance(x, Affine):
        raise InputError("this operator is supported on values that depend on the input only")
    return x


OPERATORS: dict[str, Callable[..., Value]] = {
    "Add": lambda c, a, x, y: ops.add_values(c.graph, x, y),
    "AveragePool": _average_pool,
    "BatchNormalization": _batch_norm,
    "Concat": lambda c, a, *parts: ops.concatenate(c.graph, parts, a["axis"]),
    "Constant": _constant,
    "Conv": _convolution,
    "Div": lambda c, a, x, y: ops.divide_values(x, y),
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _gemm,
    "GlobalAveragePool": _global_average_pool,
    "Identity": lambda c, a, x: x,
    "LeakyRelu": _leaky_relu,
    "MatMul": lambda c, a, x, y: ops.matmul(x, y),
    "Mul": lambda c, a, x, y: ops.multiply_values(x, y),
    "Neg": lambda c, a, x: ops.negate(x),
    "Relu": lambda c, a, x: c.graph.relu(_tensor(x)),
    "Reshape": _reshape,
    "Shape": _shape,
    "Squeeze": _squeeze,
    "Sub": _subtract,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
