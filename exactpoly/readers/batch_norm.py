"""Batch normalisation: `(x - mean) * gamma / sqrt(var + eps) + beta`, whose scale is a square root.

The square root is irrational in general, so the operator is no rational affine map and is refused,
unless the user takes the scale rounded to float64 as *the* network. Everything else stays exact.
"""

from __future__ import annotations

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers.exact_array import ExactArray, exact_array
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Value

__all__ = ["BATCH_NORM_REASON", "batch_norm"]

BATCH_NORM_REASON = (
    "batch normalisation scales by 1/sqrt(var + eps), which is not rational; say --fold-float, or"
    " exactpoly.load(model, fold_float=True), to take the scale rounded to float64 as the network"
)


def batch_norm(
    graph: Graph,
    x: Value,
    gamma: np.ndarray | None,
    beta: np.ndarray | None,
    mean: np.ndarray,
    variance: np.ndarray,
    eps: float,
    *,
    name: str,
) -> tuple[Value, str]:
    """The operator along axis 1 with its scale rounded to float64, and the note that says so.

    ``gamma``, ``beta`` (None: one and zero), ``mean``, ``variance``: one number a channel.
    """
    if len(x.shape) < 2 or x.shape[1] != len(mean):
        raise InputError(f"{len(mean)} channels do not fit shape {x.shape}")
    exact_array(variance, f"{name}.running_var")
    spread = variance.astype(np.float64) + eps
    if spread.min() <= 0:
        raise InputError(f"{name}: a variance plus eps is not positive")
    scale = (1.0 if gamma is None else gamma.astype(np.float64)) / np.sqrt(spread)
    y = ops.add_values(graph, x, _channels(mean, f"{name}.mean", x).scaled(-1))
    y = ops.multiply_values(y, _channels(scale, f"{name}.scale", x))
    if beta is not None:
        y = ops.add_values(graph, y, _channels(beta, f"{name}.bias", x))
    return y, (
        "fold_float: the scale gamma/sqrt(var + eps) of each batch normalisation, rounded to float64,"
        " is taken as the network"
    )


def _channels(values: np.ndarray, name: str, x: Value) -> ExactArray:
    return exact_array(values, name).reshaped((-1, *[1] * (len(x.shape) - 2)))
