"""ONNX's operators that are sums, products with constants, and computations with constants alone."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise
from exactpoly.readers.affine import Affine
from exactpoly.readers.batch_norm import BATCH_NORM_REASON, batch_norm
from exactpoly.readers.exact_array import ExactArray, exact_array
from exactpoly.readers.onnx_values import Attributes, Item, integers, reduced_axes, value
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.piecewise import Comparison

__all__ = ["SUMS"]

_EPSILON_DEFAULT = float(np.float32(1e-5))


def _gemm(c: Context, a: Attributes, x: Item, y: Item, z: Item | None = None) -> Value:
    left = _transposed(value(x)) if a.get("transA") else value(x)
    right = _transposed(value(y)) if a.get("transB") else value(y)
    result = ops.matmul(left, right)
    alpha, beta = (exact_scalar(a.get(name, 1.0), name) for name in ("alpha", "beta"))
    if alpha != 1:
        result = ops.multiply_values(result, ops.scalar(alpha))
    if z is None:
        return result
    return ops.add_values(c.graph, result, ops.multiply_values(value(z), ops.scalar(beta)))


def _transposed(x: Value) -> Value:
    return ops.rearrange(x, ops.indices(x).T)


def _subtract(c: Context, a: Attributes, x: Item, y: Item) -> Value:
    return ops.add_values(c.graph, value(x), ops.negate(value(y)))


def _multiply(c: Context, a: Attributes, x: Item, y: Item) -> Value:
    if isinstance(y, Comparison):
        x, y = y, x
    if isinstance(x, Comparison):
        return piecewise.select(c.graph, x, value(y), ops.scalar(0))
    return ops.multiply_values(value(x), value(y))


def _sum(c: Context, a: Attributes, *parts: Item) -> Value:
    total = value(parts[0])
    for part in parts[1:]:
        total = ops.add_values(c.graph, total, value(part))
    return total


def _mean(c: Context, a: Attributes, *parts: Item) -> Value:
    return ops.multiply_values(_sum(c, a, *parts), ops.scalar(Fraction(1, len(parts))))


def _reduce(mean: bool) -> Callable[..., Value]:
    def lower(c: Context, a: Attributes, x: Item, axes: Item | None = None) -> Value:
        if mean:
            c.note("means divide exactly; the framework rounds")
        chosen = reduced_axes(a, axes)
        return ops.reduce_axes(value(x), chosen, keep=bool(a.get("keepdims", 1)), mean=mean)

    return lower


def _cumulative(c: Context, a: Attributes, x: Item, axis: Item) -> Value:
    [chosen] = integers(axis, "the axis")
    exclusive, reverse = bool(a.get("exclusive", 0)), bool(a.get("reverse", 0))
    return ops.cumulative(value(x), chosen, exclusive=exclusive, reverse=reverse)


def _power(c: Context, a: Attributes, x: Item, y: Item) -> Value:
    base, exponent = value(x), value(y)
    if isinstance(exponent, Affine) or exponent.numerators.size != 1:
        raise InputError("an exponent must be one constant")
    [power] = exponent.fractions()
    if power == 1:
        return base
    if isinstance(base, Affine) or power.denominator != 1 or abs(power) > 16:
        raise InputError("a power of values that depend on the input is not piecewise linear")
    return ExactArray.of_fractions([v ** int(power) for v in base.fractions()], base.shape)


def _root(c: Context, a: Attributes, x: Item) -> Value:
    if isinstance(x, Affine):
        raise InputError("a root is not piecewise linear")
    if not c.fold_float:
        raise InputError(
            "the root of a constant is not rational; say --fold-float, or"
            " exactpoly.load(model, fold_float=True), to take it rounded to float64 as the network"
        )
    c.note("fold_float: roots of constants, rounded to float64, are taken as the network")
    with np.errstate(invalid="ignore"):
        return exact_array(np.sqrt(_floats(x, "x")).reshape(x.shape), "the root")


def _reciprocal(c: Context, a: Attributes, x: Item) -> Value:
    return ops.divide_values(ops.scalar(1), value(x))


def _einsum(c: Context, a: Attributes, *inputs: Item) -> Value:
    if len(inputs) != 2:
        raise InputError(f"a sum of {len(inputs)} factors is not supported; two are")
    return ops.einsum(a["equation"].decode(), value(inputs[0]), value(inputs[1]))


def _dequantize(c: Context, a: Attributes, x: Item, scale: Item, zero: Item | None = None) -> Value:
    if not isinstance(x, np.ndarray):
        raise InputError("it rescales values that were rounded; weights alone are supported")
    if a.get("block_size", 0):
        raise InputError("blocked scales are not supported")
    numbers, factor = value(x), value(scale)
    shape = [1] * len(numbers.shape)
    if prod(factor.shape) > 1:
        shape[ops.check_axis(a.get("axis", 1), len(shape))] = -1
    if zero is not None:
        shift = ops.reshape(value(zero), shape if prod(zero.shape) > 1 else [1] * len(shape))
        numbers = ops.add_values(c.graph, numbers, ops.negate(shift))
    c.note("dequantised weights are the exact products; the framework rounds each")
    return ops.multiply_values(numbers, ops.reshape(factor, shape))


def _batch_norm(
    c: Context, a: Attributes, x: Item, gamma: Item, beta: Item, mean: Item, variance: Item
) -> Value:
    if not c.fold_float:
        raise InputError(BATCH_NORM_REASON)
    if a.get("training_mode", 0):
        raise InputError("batch normalisation in training mode is not a fixed map; export for eval")
    y, note = batch_norm(
        c.graph,
        value(x),
        _floats(gamma, "scale"),
        _floats(beta, "B"),
        _floats(mean, "input_mean"),
        _floats(variance, "input_var"),
        a.get("epsilon", _EPSILON_DEFAULT),
        name="the batch normalisation",
    )
    c.note(note)
    return y


def _floats(x: Item, what: str) -> np.ndarray:
    """A constant that came from floats as these floats again."""
    given = value(x)
    if isinstance(given, Affine):
        raise InputError(f"{what} must be a constant")
    return np.array([float(v) for v in given.fractions()], dtype=np.float64)


SUMS: dict[str, Callable[..., Any]] = {
    "Add": lambda c, a, x, y: ops.add_values(c.graph, value(x), value(y)),
    "BatchNormalization": _batch_norm,
    "CumSum": _cumulative,
    "DequantizeLinear": _dequantize,
    "Div": lambda c, a, x, y: ops.divide_values(value(x), value(y)),
    "Einsum": _einsum,
    "Gemm": _gemm,
    "MatMul": lambda c, a, x, y: ops.matmul(value(x), value(y)),
    "Mean": _mean,
    "Mul": _multiply,
    "Neg": lambda c, a, x: ops.negate(value(x)),
    "Pow": _power,
    "Reciprocal": _reciprocal,
    "ReduceMean": _reduce(True),
    "ReduceSum": _reduce(False),
    "Sqrt": _root,
    "Sub": _subtract,
    "Sum": _sum,
}
