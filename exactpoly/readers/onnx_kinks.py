"""ONNX's operators that are piecewise linear and not linear: maxima, clamps, comparisons."""

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
from exactpoly.readers.onnx_values import (
    Attributes,
    Item,
    Places,
    integers,
    reduced_axes,
    tensor,
    value,
)
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.piecewise import Comparison

__all__ = ["KINKS"]

_LEAKY_DEFAULT = float(np.float32(0.01))
_HARD_SIGMOID_DEFAULT = float(np.float32(0.2))


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


def _reduce_extreme(greatest: bool) -> Callable[..., Value]:
    over = piecewise.maximum_over if greatest else piecewise.minimum_over

    def lower(c: Context, a: Attributes, x: Item, axes: Item | None = None) -> Value:
        given = value(x)
        c.note(piecewise.MAXIMUM_NOTE)
        grid, shape = ops.axes_last(given, reduced_axes(a, axes), keep=bool(a.get("keepdims", 1)))
        return ops.reshape(over(c.graph, given, grid), shape)

    return lower


def _reduce_l1(c: Context, a: Attributes, x: Item, axes: Item | None = None) -> Value:
    sizes = piecewise.absolute(c.graph, value(x))
    return ops.reduce_axes(
        sizes, reduced_axes(a, axes), keep=bool(a.get("keepdims", 1)), mean=False
    )


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


KINKS: dict[str, Callable[..., Any]] = {
    "Abs": lambda c, a, x: piecewise.absolute(c.graph, value(x)),
    "Clip": _clip,
    "Greater": _compare(True, swapped=False),
    "GreaterOrEqual": _compare(False, swapped=False),
    "HardSigmoid": _hard_sigmoid,
    "LeakyRelu": _leaky_relu,
    "Less": _compare(True, swapped=True),
    "LessOrEqual": _compare(False, swapped=True),
    "Max": _extremes(True),
    "Min": _extremes(False),
    "Not": _not,
    "PRelu": lambda c, a, x, slope: piecewise.slopes(c.graph, value(x), value(slope)),
    "ReduceL1": _reduce_l1,
    "ReduceMax": _reduce_extreme(True),
    "ReduceMin": _reduce_extreme(False),
    "Relu": _relu,
    "Shrink": _shrink,
    "ThresholdedRelu": _thresholded_relu,
    "TopK": _top,
    "Where": _where,
}
