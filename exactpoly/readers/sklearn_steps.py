"""scikit-learn's linear transformers as exact maps: scalers, projections, and what puts them together.

Fitted arrays are floats, which are rationals, and a quotient of two rationals is one, so scaling and
projecting lose nothing. What divides by a norm, multiplies inputs or sorts them into bins is no network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from sklearn import (
    base,
    compose,
    decomposition,
    feature_selection,
    impute,
    pipeline,
    preprocessing,
    random_projection,
)

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise
from exactpoly.readers.exact_array import ExactArray, exact_array
from exactpoly.readers.operators import Context, Value

__all__ = ["dtypes", "is_identity", "name_of", "row", "transformed", "undone"]

_REASONS = {
    "Binarizer": "it jumps, and only continuous functions are networks",
    "FunctionTransformer": "its function may be anything; without one it is the identity",
    "KBinsDiscretizer": "it jumps, and only continuous functions are networks",
    "KernelPCA": "it is not piecewise linear",
    "Normalizer": "it divides by a norm, which is not piecewise linear",
    "OneHotEncoder": "it jumps, and only continuous functions are networks",
    "OrdinalEncoder": "it jumps, and only continuous functions are networks",
    "PolynomialFeatures": "it multiplies inputs, which is not piecewise linear",
    "PowerTransformer": "it is not piecewise linear",
    "SplineTransformer": "it is not piecewise linear",
}


def name_of(step: Any) -> str:
    """A step's name, with those of its parts."""
    if isinstance(step, pipeline.Pipeline):
        return ", ".join(name_of(part) for _, part in step.steps if not is_identity(part))
    if isinstance(step, compose.ColumnTransformer):
        parts = [name_of(part) for _, part, _ in step.transformers_ if not is_identity(part)]
        return f"ColumnTransformer of {' and '.join(part for part in parts if part != 'drop')}"
    return step if isinstance(step, str) else type(step).__name__


def dtypes(step: Any) -> set[str]:
    """The floating-point types of all fitted arrays of a step and of its parts."""
    if isinstance(step, np.ndarray):
        return {str(step.dtype)} if step.dtype.kind == "f" else set()
    if isinstance(step, base.BaseEstimator):
        return dtypes(list(vars(step).values()))
    if isinstance(step, (list, tuple)):
        return set().union(*map(dtypes, step))
    return set()


def transformed(c: Context, step: Any, x: Value) -> Value:
    """What a fitted step does to ``x``, (1, features), in exact arithmetic."""
    if is_identity(step):
        return x
    lower = _STEPS.get(type(step))
    if lower is None:
        name = type(step).__name__
        reason = _REASONS.get(name)
        if reason:
            raise InputError(f"the step {name} is not supported: {reason}")
        known = ", ".join(sorted(kind.__name__ for kind in _STEPS))
        raise InputError(f"the step {name} is not supported; supported are {known}")
    if not _is_fitted(step):
        raise InputError(f"{type(step).__name__} is not fitted; call fit first")
    return lower(c, step, x)


def undone(c: Context, step: Any, y: Value) -> Value:
    """What a fitted scaler's inverse does, as behind a regressor."""
    kind = type(step)
    if is_identity(step):
        return y
    if kind not in (*_SCALERS, preprocessing.MinMaxScaler):
        raise InputError(f"the inverse of {kind.__name__} is not supported; those of scalers are")
    if kind is preprocessing.MinMaxScaler:
        y = ops.add_values(c.graph, y, row(step.min_, "min_").scaled(-1))
        return ops.divide_values(y, row(step.scale_, "scale_"))
    shift, scale = _SCALERS[kind](step)
    if scale is not None:
        y = ops.multiply_values(y, row(scale, "the scale"))
    return y if shift is None else ops.add_values(c.graph, y, row(shift, "the mean"))


def row(values: Any, name: str) -> ExactArray:
    """A fitted array, sparse or dense, as exact numbers."""
    dense = values.toarray() if hasattr(values, "toarray") else np.asarray(values)
    return exact_array(dense, name)


def is_identity(step: Any) -> bool:
    """Whether a step is the identity."""
    if type(step) is preprocessing.FunctionTransformer:
        return step.func is None is step.inverse_func
    return step is None or (isinstance(step, str) and step == "passthrough")


def _is_fitted(step: Any) -> bool:
    return bool(
        isinstance(step, (pipeline.Pipeline, pipeline.FeatureUnion))
        or [name for name in vars(step) if name.endswith("_") and not name.startswith("_")]
    )


_SCALERS: dict[type, Callable[[Any], tuple[Any, Any]]] = {
    preprocessing.StandardScaler: lambda s: (
        s.mean_ if s.with_mean else None,
        s.scale_ if s.with_std else None,
    ),
    preprocessing.RobustScaler: lambda s: (
        s.center_ if s.with_centering else None,
        s.scale_ if s.with_scaling else None,
    ),
    preprocessing.MaxAbsScaler: lambda s: (None, s.scale_),
}
"""What is taken away from each feature, and what it is divided by; None for nothing."""


def _scaled(c: Context, step: Any, x: Value) -> Value:
    shift, scale = _SCALERS[type(step)](step)
    if shift is not None:
        x = ops.add_values(c.graph, x, row(shift, "the mean").scaled(-1))
    return x if scale is None else ops.divide_values(x, row(scale, "the scale"))


def _to_range(c: Context, step: Any, x: Value) -> Value:
    y = ops.multiply_values(x, row(step.scale_, "scale_"))
    y = ops.add_values(c.graph, y, row(step.min_, "min_"))
    if not step.clip:
        return y
    low, high = (ops.scalar(Fraction(float(bound))) for bound in step.feature_range)
    return piecewise.clip(c.graph, y, low, high)


def _projected(c: Context, step: Any, x: Value) -> Value:
    axes = row(step.components_, "components_")
    return ops.matmul(x, ExactArray(axes.numerators.T, axes.denominator))


def _principal(c: Context, step: Any, x: Value) -> Value:
    """Centred, projected, and where `whiten` is set divided by roots of the variances."""
    y = _projected(c, step, ops.add_values(c.graph, x, row(step.mean_, "mean_").scaled(-1)))
    if not step.whiten:
        return y
    if not c.fold_float:
        raise InputError(
            f"{type(step).__name__} with whiten=True divides by square roots, which are not rational;"
            " say exactpoly.load(model, fold_float=True) to take them rounded as the network"
        )
    roots = np.sqrt(np.asarray(step.explained_variance_))
    c.note(f"fold_float: roots of variances, rounded to {roots.dtype}, are taken as the network")
    return ops.divide_values(y, row(np.maximum(roots, np.finfo(roots.dtype).eps), "the roots"))


def _selected(c: Context, step: Any, x: Value) -> Value:
    return ops.rearrange(x, ops.indices(x)[:, step.get_support()])


def _imputed(c: Context, step: Any, x: Value) -> Value:
    missing = step.missing_values
    if not (isinstance(missing, float) and np.isnan(missing)) or step.add_indicator:
        raise InputError(
            "SimpleImputer is supported where missing values are NaN, without indicators"
        )
    statistics = np.asarray(step.statistics_, dtype=np.float64)
    kept = np.ones(len(statistics), bool) if step.keep_empty_features else ~np.isnan(statistics)
    c.note("SimpleImputer changes no finite input, so it is left out")
    return ops.rearrange(x, ops.indices(x)[:, kept])


def _columns(c: Context, step: Any, x: Value) -> Value:
    parts = []
    for _, part, columns in step.transformers_:
        places = _places(columns, list(getattr(step, "feature_names_in_", [])), x.shape[1])
        if places and not (isinstance(part, str) and part == "drop"):
            chosen = ops.rearrange(x, ops.indices(x)[:, places])
            parts.append(transformed(c, part, chosen))
    return _joined(c, parts)


def _places(columns: Any, labels: list[Any], size: int) -> list[int]:
    """The features that a column transformer means: numbers, a mask, names, or a slice of them."""
    if isinstance(columns, slice):
        start, stop = columns.start, columns.stop
        start = labels.index(start) if isinstance(start, str) else start
        # A slice of names includes its last one.
        stop = labels.index(stop) + 1 if isinstance(stop, str) else stop
        return list(range(size))[start : stop : columns.step]
    chosen = np.atleast_1d(np.asarray(columns, dtype=object if labels else None)).tolist()
    if chosen and all(isinstance(x, (bool, np.bool_)) for x in chosen):
        return [place for place, kept in enumerate(chosen) if kept]
    return [labels.index(x) if isinstance(x, str) else range(size)[int(x)] for x in chosen]


def _union(c: Context, step: Any, x: Value) -> Value:
    parts = []
    for name, part in step.transformer_list:
        if not (isinstance(part, str) and part == "drop"):
            weight = (step.transformer_weights or {}).get(name, 1.0)
            y = transformed(c, part, x)
            parts.append(ops.multiply_values(y, ops.scalar(Fraction(float(weight)))))
    return _joined(c, parts)


def _joined(c: Context, parts: Sequence[Value]) -> Value:
    if not parts:
        raise InputError("it keeps no features")
    return ops.concatenate(c.graph, parts, 1)


def _in_turn(c: Context, step: Any, x: Value) -> Value:
    for _, part in step.steps:
        x = transformed(c, part, x)
    return x


_STEPS: dict[type, Callable[[Context, Any, Value], Value]] = {
    **dict.fromkeys(_SCALERS, _scaled),
    preprocessing.MinMaxScaler: _to_range,
    decomposition.PCA: _principal,
    decomposition.IncrementalPCA: _principal,
    decomposition.TruncatedSVD: _projected,
    random_projection.GaussianRandomProjection: _projected,
    random_projection.SparseRandomProjection: _projected,
    feature_selection.SelectKBest: _selected,
    feature_selection.SelectPercentile: _selected,
    feature_selection.VarianceThreshold: _selected,
    impute.SimpleImputer: _imputed,
    compose.ColumnTransformer: _columns,
    pipeline.FeatureUnion: _union,
    pipeline.Pipeline: _in_turn,
}
"""By exact type; a subclass may do anything."""
