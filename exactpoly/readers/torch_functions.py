"""What torch's functions and tensor methods mean exactly, by their names in torch.

One table for functions, methods and the operators of exported and scripted programs: torch gives all of
them one name and one order of arguments. An entry takes the `Context` and then what torch's own takes.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isinf
from typing import Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise, sorting
from exactpoly.readers.affine import Affine
from exactpoly.readers.batch_norm import BATCH_NORM_REASON, batch_norm
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.piecewise import Comparison
from exactpoly.readers.torch_shapes import SHAPES
from exactpoly.readers.torch_sums import SUMS, axes
from exactpoly.readers.torch_values import Extreme, fraction, plain, tensor, value
from exactpoly.readers.torch_windows import WINDOWS

__all__ = ["NAMED"]


def _relu(c: Context, input: Any, inplace: bool = False) -> Value:
    given = value(input)
    if isinstance(given, Affine):
        return c.graph.relu(given)
    return piecewise.maximum(c.graph, given, ops.scalar(0))


def _leaky_relu(
    c: Context, input: Value, negative_slope: float = 0.01, inplace: bool = False
) -> Value:
    slope = fraction(negative_slope)
    c.note(f"leaky ReLU slope {negative_slope!r} is taken as the exact float64 {slope}")
    return piecewise.slopes(c.graph, tensor(input), ops.scalar(slope))


def _prelu(c: Context, input: Value, weight: Value) -> Value:
    if not isinstance(weight, ExactArray):
        raise InputError("a slope that depends on the input is not piecewise affine")
    channels = weight.numerators.size
    if channels > 1:
        weight = weight.reshaped((channels, *[1] * (len(input.shape) - 2)))
    else:
        weight = weight.reshaped(())
    return piecewise.slopes(c.graph, tensor(input), weight)


def _rrelu(
    c: Context,
    input: Value,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: Any = False,
) -> Value:
    if training:
        raise InputError("a randomised ReLU in training mode is random; call model.eval() first")
    return _leaky_relu(c, input, (lower + upper) / 2)


def _bound(x: Any) -> Value | None:
    if x is None or (isinstance(x, float) and isinf(x)):
        return None
    return value(x)


def _clamp(c: Context, input: Any, min: Any = None, max: Any = None) -> Any:
    return piecewise.clip(c.graph, value(input), _bound(min), _bound(max))


def _hardtanh(
    c: Context, input: Value, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Value:
    return piecewise.clip(c.graph, value(input), value(min_val), value(max_val))


def _relu6(c: Context, input: Value, inplace: bool = False) -> Value:
    return piecewise.clip(c.graph, value(input), ops.scalar(0), ops.scalar(6))


def _hardsigmoid(c: Context, input: Value, inplace: bool = False) -> Value:
    """torch computes `relu6(x + 3) / 6`: the slope is one sixth."""
    c.note("the hard sigmoid's slope is exactly 1/6; torch rounds")
    return piecewise.affine_then_clip(c.graph, value(input), Fraction(1, 6), Fraction(1, 2))


def _threshold(
    c: Context, input: Value, threshold: float, value: float, inplace: bool = False
) -> Value:
    return piecewise.threshold(c.graph, tensor(input), fraction(threshold), fraction(value))


def _softshrink(c: Context, input: Value, lambd: float = 0.5) -> Value:
    return piecewise.soft_shrink(c.graph, tensor(input), fraction(lambd), fraction(lambd))


def _absolute(c: Context, input: Any) -> Value:
    return piecewise.absolute(c.graph, value(input))


def _extreme(greatest: bool) -> Callable[..., Any]:
    """`max` and `min`: of two tensors, along one axis (with indices), or of all entries."""
    pair = piecewise.maximum if greatest else piecewise.minimum
    along = _along(greatest)

    def lower(c: Context, input: Any, dim: Any = None, keepdim: bool = False, **rest: Any) -> Any:
        other = rest.get("other", dim)
        if plain(input, other):
            return max(input, other) if greatest else min(input, other)
        if isinstance(other, (Affine, ExactArray)):
            return pair(c.graph, value(input), value(other))
        y = along(c, input, dim, keepdim)
        return y if dim is None else Extreme((y, None))

    return lower


def _sort(
    c: Context,
    input: Any,
    dim: int = -1,
    descending: bool = False,
    stable: bool | None = None,
) -> Extreme:
    given = value(input)
    if not given.shape:
        return Extreme((given, None))
    size = given.shape[ops.check_axis(dim, len(given.shape))]
    wanted = range(size - 1, -1, -1) if descending else range(size)
    return Extreme((sorting.ranked(c, given, wanted, dim), None))


def _topk(
    c: Context, input: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True
) -> Extreme:
    given = value(input)
    if not sorted:
        raise InputError("sorted=False leaves the order of the values open; say sorted=True")
    return Extreme((sorting.extremes(c, given, k, dim, largest=largest), None))


def _kth(c: Context, input: Any, k: int, dim: int = -1, keepdim: bool = False) -> Extreme:
    given = value(input)
    y = sorting.ranked(c, given, [k - 1], dim)
    if not keepdim:
        axis = ops.check_axis(dim, len(given.shape))
        y = ops.reshape(y, (*given.shape[:axis], *given.shape[axis + 1 :]))
    return Extreme((y, None))


def _median(c: Context, input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """torch takes the lower of two middle values."""
    given = value(input)
    if dim is None:
        flat = ops.reshape(given, (-1,))
        return _kth(c, flat, (flat.shape[0] + 1) // 2)[0]
    return _kth(
        c, given, (given.shape[ops.check_axis(dim, len(given.shape))] + 1) // 2, dim, keepdim
    )


def _pair(greatest: bool) -> Callable[..., Value]:
    pair = piecewise.maximum if greatest else piecewise.minimum

    def lower(c: Context, input: Any, other: Any) -> Value:
        return pair(c.graph, value(input), value(other))

    return lower


def _along(greatest: bool) -> Callable[..., Value]:
    over = piecewise.maximum_over if greatest else piecewise.minimum_over

    def lower(c: Context, input: Any, dim: Any = None, keepdim: bool = False) -> Value:
        given = value(input)
        c.note(piecewise.MAXIMUM_NOTE)
        grid, shape = ops.axes_last(given, axes(dim), keep=keepdim)
        return ops.reshape(over(c.graph, given, grid), shape)

    return lower


def _compare(strict: bool, *, swapped: bool) -> Callable[..., Any]:
    def lower(c: Context, input: Any, other: Any) -> Any:
        left, right = (other, input) if swapped else (input, other)
        if plain(left, right):
            return left > right if strict else left >= right
        return piecewise.compare_values(c.graph, value(left), value(right), strict=strict)

    return lower


def _equal(c: Context, input: Any, other: Any) -> bool:
    if isinstance(input, (Affine, ExactArray)) or isinstance(other, (Affine, ExactArray)):
        raise InputError("equality jumps, and only continuous functions are networks")
    return bool(input == other)


def _not(c: Context, input: Any) -> Any:
    if isinstance(input, Comparison):
        return input.negated()
    return ~input if isinstance(input, np.ndarray) else not input


def _where(c: Context, condition: Any, input: Any, other: Any) -> Value:
    if not isinstance(condition, (Comparison, np.ndarray)):
        raise InputError("its condition must be a comparison or constant")
    return piecewise.select(c.graph, condition, value(input), value(other))


def _masked_fill(c: Context, input: Any, mask: Any, fill: Any) -> Value:
    return _where(c, mask, fill, input)


def _dropout(
    c: Context, input: Value, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Value:
    if training and p:
        raise InputError("dropout in training mode is random; call model.eval() first")
    return input


def _functional_batch_norm(
    c: Context,
    input: Value,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Value:
    if not c.fold_float:
        raise InputError(BATCH_NORM_REASON)
    if training or running_mean is None or running_var is None:
        raise InputError("batch normalisation needs running statistics; call model.eval() first")
    floats = [_floats(x) for x in (weight, bias, running_mean, running_var)]
    gamma, beta, mean, variance = floats
    assert mean is not None
    assert variance is not None
    y, note = batch_norm(c.graph, value(input), gamma, beta, mean, variance, eps, name="batch_norm")
    c.note(note)
    return y


def _program_batch_norm(
    c: Context,
    input: Value,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    training: bool,
    momentum: float,
    eps: float,
    *rest: Any,
) -> Value:
    """The order of exported and scripted programs."""
    return _functional_batch_norm(
        c, input, running_mean, running_var, weight, bias, training, momentum, eps
    )


def _floats(x: Any) -> np.ndarray | None:
    """A constant that came from floats as these floats again."""
    if x is None:
        return None
    given = value(x)
    if isinstance(given, Affine):
        raise InputError("statistics must be constant")
    return np.array([float(n) for n in given.fractions()], dtype=np.float64)


def _same(c: Context, input: Any, *rest: Any, **options: Any) -> Any:
    return input


NAMED: dict[str, Callable[..., Any]] = {
    **SHAPES,
    **WINDOWS,
    **SUMS,
    "sort": _sort,
    "msort": lambda c, input: _sort(c, input, 0)[0],
    "topk": _topk,
    "kthvalue": _kth,
    "median": _median,
    "relu": _relu,
    "relu6": _relu6,
    "leaky_relu": _leaky_relu,
    "prelu": _prelu,
    "_prelu_kernel": lambda c, input, weight: piecewise.slopes(c.graph, value(input), weight),
    "rrelu": _rrelu,
    "clamp": _clamp,
    "clip": _clamp,
    "clamp_min": lambda c, input, min: _clamp(c, input, min=min),
    "clamp_max": lambda c, input, max: _clamp(c, input, max=max),
    "hardtanh": _hardtanh,
    "hardsigmoid": _hardsigmoid,
    "threshold": _threshold,
    "softshrink": _softshrink,
    "abs": _absolute,
    "absolute": _absolute,
    "max": _extreme(True),
    "min": _extreme(False),
    "maximum": _pair(True),
    "minimum": _pair(False),
    "amax": _along(True),
    "amin": _along(False),
    "gt": _compare(True, swapped=False),
    "greater": _compare(True, swapped=False),
    "ge": _compare(False, swapped=False),
    "greater_equal": _compare(False, swapped=False),
    "lt": _compare(True, swapped=True),
    "less": _compare(True, swapped=True),
    "le": _compare(False, swapped=True),
    "less_equal": _compare(False, swapped=True),
    "eq": _equal,
    "logical_not": _not,
    "bitwise_not": _not,
    "invert": _not,
    "where": _where,
    "masked_fill": _masked_fill,
    "dropout": _dropout,
    "dropout1d": _dropout,
    "dropout2d": _dropout,
    "dropout3d": _dropout,
    "alpha_dropout": _dropout,
    "feature_dropout": _dropout,
    "feature_alpha_dropout": _dropout,
    "batch_norm": _functional_batch_norm,
    "program_batch_norm": _program_batch_norm,
    **dict.fromkeys(
        [
            *("contiguous", "clone", "detach", "alias", "lift_fresh_copy", "float", "double"),
            *("to", "type", "type_as", "_to_copy", "cpu", "requires_grad_"),
        ],
        _same,
    ),
}
"""By the name that torch gives the function or method, without the underscore of in-place ones."""
