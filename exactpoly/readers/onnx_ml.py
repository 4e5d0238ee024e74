"""ONNX's operators of the domain ai.onnx.ml that scikit-learn's exports have; why others are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers.exact_array import ExactArray, exact_array
from exactpoly.readers.onnx_values import Attributes, Item, integers, value
from exactpoly.readers.operators import Context, Value

__all__ = ["ML", "ML_REASONS"]

ML_REASONS = {
    "LinearClassifier": "give the scikit-learn model itself, whose decision_function is read",
    "Normalizer": "it divides by a norm, which is not piecewise linear",
    "SVMClassifier": "its kernel is not piecewise linear",
    "SVMRegressor": "its kernel is not piecewise linear",
    "TreeEnsembleClassifier": "it jumps, and only continuous functions are networks",
    "TreeEnsembleRegressor": "it jumps, and only continuous functions are networks",
    "ZipMap": "it makes a dictionary; end before it with --output-name",
}
"""Why operators of this domain are refused."""


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


ML: dict[str, Callable[..., Any]] = {
    "ArrayFeatureExtractor": _feature_extractor,
    "Imputer": _imputer,
    "LinearRegressor": _linear_regressor,
    "Scaler": _scaler,
}
