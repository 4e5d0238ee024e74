"""scikit-learn perceptrons and the scalers in front of them, from the fitted arrays.

A classifier's last step (softmax or logistic) keeps the order of the classes and is left out, with a note:
the network gives what stands before it. Scaling by floats is exact: a quotient of two rationals is one.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from sklearn import neural_network, preprocessing
from sklearn.pipeline import Pipeline

from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import ExactArray, dtype_rule, exact_array
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Value
from exactpoly.readers.reading import Reading
from exactpoly.readers.verify import Agreement, compare, import_network

__all__ = ["network_of_estimator"]

_PERCEPTRONS = (neural_network.MLPClassifier, neural_network.MLPRegressor)
_HEADS = ("logistic", "softmax")


def network_of_estimator(model: Any, reading: Reading) -> Network:
    """The exact network of a fitted MLPClassifier or MLPRegressor, or of a pipeline that ends in one.

    Scalers in a pipeline may be StandardScaler, MinMaxScaler, MaxAbsScaler and RobustScaler.
    """
    reading.only(kind="scikit-learn models")
    *scalers, last = [step for _, step in model.steps] if isinstance(model, Pipeline) else [model]
    scalers = [step for step in scalers if step not in (None, "passthrough")]
    if type(last) not in _PERCEPTRONS:
        raise InputError(
            f"{type(last).__name__} is not supported; MLPClassifier and MLPRegressor are"
        )
    if not hasattr(last, "coefs_"):
        raise InputError(f"{type(last).__name__} is not fitted; call fit first")
    if last.activation not in ("relu", "identity"):
        raise InputError(
            f"activation {last.activation!r} of {type(last).__name__} is not piecewise linear"
        )
    dimension = int((scalers[0] if scalers else last).n_features_in_)

    def lower(graph: Graph) -> Affine:
        x: Value = graph.input((1, dimension))
        for scaler in scalers:
            x = _scaled(graph, scaler, x)
        return graph.tensor(_perceptron(graph, last, x))

    bare = _without_head(last)

    def against(network: Network, noise: Sequence[np.ndarray], points: np.ndarray) -> Agreement:
        outputs = _outputs(scalers, bare, points)
        roundoff = float(np.finfo(last.coefs_[0].dtype).eps) / 2
        return compare(network, noise, points, outputs, roundoff=roundoff, who="scikit-learn")

    network, agreement = import_network(lower, against, type(last).__name__)
    notes = [dtype_rule({str(w.dtype) for w in last.coefs_}), agreement.note()]
    if last.out_activation_ in _HEADS:
        notes.insert(
            1,
            f"the {last.out_activation_} behind the last layer is left out: the network gives what"
            " stands before it, in the order of classes_",
        )
    if scalers:
        names = ", ".join(type(scaler).__name__ for scaler in scalers)
        notes.insert(1, f"the scalers {names} are part of the network, without rounding")
    return Network(network.layers, network.name, tuple(notes))


def _perceptron(graph: Graph, model: Any, x: Value) -> Value:
    last = len(model.coefs_) - 1
    for i, (weight, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        x = ops.matmul(x, exact_array(weight, f"coefs_[{i}]"))
        x = ops.add_values(graph, x, exact_array(bias, f"intercepts_[{i}]"))
        if i < last and model.activation == "relu":
            x = graph.relu(graph.tensor(x))
    return x


def _scaled(graph: Graph, scaler: Any, x: Value) -> Value:
    """What a scaler does, in exact arithmetic."""
    kind = type(scaler)
    if kind is preprocessing.StandardScaler:
        shift = scaler.mean_ if scaler.with_mean else None
        return _divided(graph, x, shift, scaler.scale_ if scaler.with_std else None)
    if kind is preprocessing.RobustScaler:
        shift = scaler.center_ if scaler.with_centering else None
        return _divided(graph, x, shift, scaler.scale_ if scaler.with_scaling else None)
    if kind is preprocessing.MaxAbsScaler:
        return _divided(graph, x, None, scaler.scale_)
    if kind is preprocessing.MinMaxScaler:
        y = ops.multiply_values(x, _row(scaler.scale_, "scale_"))
        y = ops.add_values(graph, y, _row(scaler.min_, "min_"))
        if not scaler.clip:
            return y
        low, high = (ops.scalar(Fraction(float(bound))) for bound in scaler.feature_range)
        return piecewise.clip(graph, y, low, high)
    raise InputError(
        f"{kind.__name__} is not supported; StandardScaler, MinMaxScaler, MaxAbsScaler and RobustScaler"
        " are"
    )


def _divided(graph: Graph, x: Value, shift: np.ndarray | None, scale: np.ndarray | None) -> Value:
    if shift is not None:
        x = ops.add_values(graph, x, _row(shift, "the mean").scaled(-1))
    return x if scale is None else ops.divide_values(x, _row(scale, "the scale"))


def _row(values: Any, name: str) -> ExactArray:
    return exact_array(np.asarray(values), name)


def _without_head(model: Any) -> Any:
    bare = copy.deepcopy(model)
    bare.out_activation_ = "identity"
    return bare


def _outputs(scalers: Sequence[Any], bare: Any, points: np.ndarray) -> np.ndarray:
    """scikit-learn's own outputs before the head, (points, outputs)."""
    values = points.astype(bare.coefs_[0].dtype)
    for scaler in scalers:
        values = scaler.transform(values)
    if isinstance(bare, neural_network.MLPRegressor):
        found = np.asarray(bare.predict(values), dtype=np.float64)
    else:
        found = np.asarray(bare.predict_proba(values), dtype=np.float64)
        if bare.n_outputs_ == 1:  # it answers (1 - y, y)
            found = found[:, 1]
    return found.reshape(len(points), -1)
