"""What each ONNX operator means exactly.

One table, keyed by the operator's name in the default domain. An entry takes the `Context`, the node's
attributes and its input values (None where an optional input is left out), and gives its output value,
or a list of them. What is not in it is refused, with the reason where one is known.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise, sorting
from exactpoly.readers.affine import Affine
from exactpoly.readers.batch_norm import BATCH_NORM_REASON, batch_norm
from exactpoly.readers.exact_array import ExactArray, exact_array
from exactpoly.readers.onnx_shapes import SHAPES
from exactpoly.readers.onnx_values import (
    Attributes,
    Item,
    Places,
    integers,
    item_of_tensor,
    tensor,
    value,
)
from exactpoly.readers.onnx_windows import WINDOWS
from exactpoly.readers.operators import Context, Value, names
from exactpoly.readers.piecewise import Comparison

__all__ = ["HEADS", "ML_OPERATORS", "OPERATORS", "refusal"]

_LEAKY_DEFAULT = float(np.float32(0.01))
_EPSILON_DEFAULT = float(np.float32(1e-5))
_HARD_SIGMOID_DEFAULT = float(np.float32(0.2))

ML_OPERATORS = names("ArrayFeatureExtractor Imputer LinearRegressor Scaler")
"""Operators of the domain ai.onnx.ml; the others are of the default one."""

HEADS = names("ArgMax Hardmax LogSoftmax Sigmoid Softmax Softplus Tanh")
"""Operators at the very end of a network that keep the order of its outputs."""

_JUMPS = names("ArgMax ArgMin Ceil Equal Floor Hardmax Round Sign And Or Xor")
_CURVED = names(
    "Acos Asin Atan Celu Cos Cosh Elu Erf Exp Gelu GlobalLpPool GroupNormalization HardSwish "
    "InstanceNormalization LRN LayerNormalization Log LogSoftmax LpNormalization Mish Pow "
    "ReduceL2 ReduceLogSumExp ReduceProd ReduceSumSquare Reciprocal Selu Sigmoid Sin Sinh "
    "Softmax Softplus Softsign Sqrt Swish Tan Tanh"
)
_ROUNDS = names("ConvInteger DynamicQuantizeLinear MatMulInteger QLinearConv QLinearMatMul")


_ML_REASONS = {
    "LinearClassifier": "give the scikit-learn model itself, whose decision_function is read",
    "Normalizer": "it divides by a norm, which is not piecewise linear",
    "SVMClassifier": "its kernel is not piecewise linear",
    "SVMRegressor": "its kernel is not piecewise linear",
    "TreeEnsembleClassifier": "it jumps, and only continuous functions are networks",
    "TreeEnsembleRegressor": "it jumps, and only continuous functions are networks",
    "ZipMap": "it makes a dictionary; end before it with --output-name",
}


def refusal(name: str) -> str:
    """Why an operator is not supported."""
    if name in _ML_REASONS:
        return f"this operator is not supported: {_ML_REASONS[name]}"
    if name in _JUMPS:
        return (
            "this operator is not supported: it jumps, and only continuous functions are networks"
        )
    if name in _CURVED:
        return "this operator is not supported: it is not piecewise linear"
    if name in _ROUNDS or name == "QuantizeLinear":
        return "this operator is not supported: it rounds values that depend on the input"
    return f"this operator is not supported; supported are {', '.join(sorted(OPERATORS))}"


def _constant(c: Context, a: Attributes) -> Item:
    if len(a) != 1:
        raise InputError("a constant needs exactly one value")
    [(kind, given)] = a.items()
    if kind == "value":
        return item_of_tensor(given, "the constant")
    if kind in ("value_float", "value_floats"):
        return exact_array(np.asarray(given, dtype=np.float64), "the constant")
    if kind in ("value_int", "value_ints"):
        return np.asarray(given, dtype=np.int64)
    raise InputError(f"a constant given as {kind} is not supported")


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


def _extremes(greatest: bool) -> Callable[..., Value]:
    pair = piecewise.maximum if greatest else piecewise.minimum

    def lower(c: Context, a: Attributes, *parts: Item) -> Value:
        """A balanced tree of pairs, as within a window."""
        line = [value(part) for part in parts]
        if len(line) > 2:
            c.note(piecewise.MAXIMUM_NOTE)
        while len(line) > 1:
            pairs = zip(line[::2], line[1::2], strict=False)
            odd = line[len(line) - len(line) % 2 :]
            line = [pair(c.graph, x, y) for x, y in pairs] + odd
        return line[0]

    return lower


def _reduced_axes(a: Attributes, axes: Item | None) -> list[int] | None:
    chosen = list(a["axes"]) if "axes" in a else None
    if axes is not None:
        chosen = integers(axes, "axes")
    if not chosen:
        return [] if a.get("noop_with_empty_axes", 0) else None
    return chosen


def _reduce(mean: bool) -> Callable[..., Value]:
    def lower(c: Context, a: Attributes, x: Item, axes: Item | None = None) -> Value:
        if mean:
            c.note("means divide exactly; the framework rounds")
        chosen = _reduced_axes(a, axes)
        return ops.reduce_axes(value(x), chosen, keep=bool(a.get("keepdims", 1)), mean=mean)

    return lower


def _reduce_l1(c: Context, a: Attributes, x: Item, axes: Item | None = None) -> Value:
    return _reduce(False)(c, a, piecewise.absolute(c.graph, value(x)), axes)


def _reduce_extreme(greatest: bool) -> Callable[..., Value]:
    over = piecewise.maximum_over if greatest else piecewise.minimum_over

    def lower(c: Context, a: Attributes, x: Item, axes: Item | None = None) -> Value:
        given = value(x)
        c.note(piecewise.MAXIMUM_NOTE)
        grid, shape = ops.axes_last(given, _reduced_axes(a, axes), keep=bool(a.get("keepdims", 1)))
        return ops.reshape(over(c.graph, given, grid), shape)

    return lower


def _cumulative(c: Context, a: Attributes, x: Item, axis: Item) -> Value:
    [chosen] = integers(axis, "the axis")
    exclusive, reverse = bool(a.get("exclusive", 0)), bool(a.get("reverse", 0))
    return ops.cumulative(value(x), chosen, exclusive=exclusive, reverse=reverse)


def _top(c: Context, a: Attributes, x: Item, count: Item | None = None) -> list[Item]:
    """The values are piecewise linear; where they came from is not continuous."""
    given = value(x)
    [wanted] = integers(count, "the count") if count is not None else [a["k"]]
    y = sorting.extremes(c, given, wanted, a.get("axis", -1), largest=bool(a.get("largest", 1)))
    return [y, Places()]


def _relu(c: Context, a: Attributes, x: Item) -> Value:
    given = value(x)
    if isinstance(given, Affine):
        return c.graph.relu(given)
    return piecewise.maximum(c.graph, given, ops.scalar(0))


def _leaky_relu(c: Context, a: Attributes, x: Item) -> Value:
    alpha = a.get("alpha", _LEAKY_DEFAULT)
    slope = exact_scalar(alpha, "alpha")
    c.note(f"leaky ReLU slope {alpha:.7g} is taken as the exact float32 {slope}")
    return piecewise.slopes(c.graph, tensor(x), ops.scalar(slope))


def _clip(
    c: Context, a: Attributes, x: Item, low: Item | None = None, high: Item | None = None
) -> Value:
    bounds = [
        _attribute_bound(a, name) if given is None else _bound(given)
        for name, given in (("min", low), ("max", high))
    ]
    return piecewise.clip(c.graph, value(x), *bounds)


def _bound(x: Item) -> Value | None:
    unbounded = isinstance(x, np.ndarray) and bool(np.isinf(x).all())
    return None if unbounded else value(x)


def _attribute_bound(a: Attributes, name: str) -> Value | None:
    """Before operator set 11; the largest float32 is how exporters wrote "no bound"."""
    bound = a.get(name)
    if bound is None or not isfinite(bound) or abs(bound) >= float(np.finfo(np.float32).max):
        return None
    return ops.scalar(Fraction(bound))


def _hard_sigmoid(c: Context, a: Attributes, x: Item) -> Value:
    alpha, beta = a.get("alpha", _HARD_SIGMOID_DEFAULT), a.get("beta", 0.5)
    c.note(f"the hard sigmoid's slope {alpha:.7g} is taken as the exact float32 {Fraction(alpha)}")
    return piecewise.affine_then_clip(c.graph, value(x), Fraction(alpha), Fraction(beta))


def _thresholded_relu(c: Context, a: Attributes, x: Item) -> Value:
    return piecewise.threshold(c.graph, value(x), Fraction(a.get("alpha", 1.0)), Fraction(0))


def _shrink(c: Context, a: Attributes, x: Item) -> Value:
    at, bias = Fraction(a.get("lambd", 0.5)), Fraction(a.get("bias", 0.0))
    return piecewise.soft_shrink(c.graph, value(x), at, bias)


def _compare(strict: bool, *, swapped: bool) -> Callable[..., Item]:
    def lower(c: Context, a: Attributes, x: Item, y: Item) -> Item:
        left, right = (value(y), value(x)) if swapped else (value(x), value(y))
        return piecewise.compare_values(c.graph, left, right, strict=strict)

    return lower


def _not(c: Context, a: Attributes, x: Item) -> Item:
    if not isinstance(x, Comparison):
        raise InputError("its input must be a truth value")
    return x.negated()


def _where(c: Context, a: Attributes, where: Item, x: Item, y: Item) -> Value:
    if not isinstance(where, (Comparison, np.ndarray)):
        raise InputError("its condition must be a comparison or constant")
    return piecewise.select(c.graph, where, value(x), value(y))


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


def _dropout(
    c: Context, a: Attributes, x: Item, ratio: Item | None = None, mode: Item | None = None
) -> Value:
    if mode is not None and (
        not isinstance(mode, (ExactArray, np.ndarray)) or any(integers(mode, "mode"))
    ):
        raise InputError("dropout in training mode is random; export the model in evaluation mode")
    return value(x)


def _dequantize(c: Context, a: Attributes, x: Item, scale: Item, zero: Item | None = None) -> Value:
    if not isinstance(x, np.ndarray):
        raise InputError("it rescales values that were rounded; weights alone are supported")
    if a.get("block_size", 0):
        raise InputError("blocked scales are not supported")
    numbers, factor = value(x), value(scale)
    shape = [1] * len(numbers.shape)
    if prod_of(factor.shape) > 1:
        shape[ops.check_axis(a.get("axis", 1), len(shape))] = -1
    if zero is not None:
        shift = ops.reshape(value(zero), shape if prod_of(zero.shape) > 1 else [1] * len(shape))
        numbers = ops.add_values(c.graph, numbers, ops.negate(shift))
    c.note("dequantised weights are the exact products; the framework rounds each")
    return ops.multiply_values(numbers, ops.reshape(factor, shape))


def _scaler(c: Context, a: Attributes, x: Item) -> Value:
    """scikit-learn's scalers in the domain ai.onnx.ml: `(x - offset) * scale`."""
    shift, scale = (
        exact_array(np.asarray(a[name], dtype=np.float64), name) for name in ("offset", "scale")
    )
    c.note("a Scaler's offsets and scales are taken as the exact float32 numbers that they are")
    return ops.multiply_values(ops.add_values(c.graph, value(x), shift.scaled(-1)), scale)


def _imputer(c: Context, a: Attributes, x: Item) -> Value:
    if not np.isnan(a.get("replaced_value_float", 0.0)):
        raise InputError("it replaces a number by another, which jumps; NaN alone may be replaced")
    c.note("an Imputer changes no finite input, so it is left out")
    return value(x)


def _linear_regressor(c: Context, a: Attributes, x: Item) -> Value:
    if a.get("post_transform", b"NONE") != b"NONE":
        raise InputError(f"post_transform {a['post_transform'].decode()} is not piecewise linear")
    weights = exact_array(np.asarray(a["coefficients"], dtype=np.float64), "coefficients")
    targets = a.get("targets", 1)
    turned = weights.reshaped((targets, weights.numerators.size // targets)).numerators.T
    y = ops.matmul(value(x), ExactArray(turned, weights.denominator))
    c.note("a LinearRegressor's numbers are taken as the exact float32 numbers that they are")
    if "intercepts" not in a:
        return y
    return ops.add_values(
        c.graph, y, exact_array(np.asarray(a["intercepts"], dtype=np.float64), "intercepts")
    )


def _feature_extractor(c: Context, a: Attributes, x: Item, index: Item) -> Value:
    places = np.array(integers(index, "the indices"), dtype=np.int64)
    given = value(x)
    grid = ops.indices(given)
    return ops.rearrange(given, np.take(grid if grid.ndim > 1 else grid[None], places, axis=-1))


def prod_of(shape: tuple[int, ...]) -> int:
    """The number of entries of a shape."""
    return int(np.prod(shape, dtype=np.int64))


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


OPERATORS: dict[str, Callable[..., Any]] = {
    **SHAPES,
    **WINDOWS,
    "ArrayFeatureExtractor": _feature_extractor,
    "Abs": lambda c, a, x: piecewise.absolute(c.graph, value(x)),
    "Add": lambda c, a, x, y: ops.add_values(c.graph, value(x), value(y)),
    "BatchNormalization": _batch_norm,
    "Clip": _clip,
    "Constant": _constant,
    "CumSum": _cumulative,
    "DequantizeLinear": _dequantize,
    "Div": lambda c, a, x, y: ops.divide_values(value(x), value(y)),
    "Dropout": _dropout,
    "Einsum": _einsum,
    "Gemm": _gemm,
    "Greater": _compare(True, swapped=False),
    "GreaterOrEqual": _compare(False, swapped=False),
    "HardSigmoid": _hard_sigmoid,
    "Imputer": _imputer,
    "LeakyRelu": _leaky_relu,
    "Less": _compare(True, swapped=True),
    "LessOrEqual": _compare(False, swapped=True),
    "LinearRegressor": _linear_regressor,
    "MatMul": lambda c, a, x, y: ops.matmul(value(x), value(y)),
    "Max": _extremes(True),
    "Mean": _mean,
    "Min": _extremes(False),
    "Mul": _multiply,
    "Neg": lambda c, a, x: ops.negate(value(x)),
    "Not": _not,
    "PRelu": lambda c, a, x, slope: piecewise.slopes(c.graph, value(x), value(slope)),
    "Pow": _power,
    "Reciprocal": _reciprocal,
    "ReduceL1": _reduce_l1,
    "ReduceMax": _reduce_extreme(True),
    "ReduceMean": _reduce(True),
    "ReduceMin": _reduce_extreme(False),
    "ReduceSum": _reduce(False),
    "Relu": _relu,
    "Scaler": _scaler,
    "Shrink": _shrink,
    "Sqrt": _root,
    "Sub": _subtract,
    "Sum": _sum,
    "ThresholdedRelu": _thresholded_relu,
    "TopK": _top,
    "Where": _where,
}
