"""scikit-learn perceptrons, linear models, and the linear steps in front of them, from fitted arrays.

A classifier's last step (softmax, logistic function, or taking a sign or the greatest) is left out, with a
note: the network gives what stands before it.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn import base, compose, discriminant_analysis, linear_model, neural_network, svm
from sklearn.pipeline import FeatureUnion, Pipeline

from exactpoly.errors import ExactpolyError, InputError, MissingDependency
from exactpoly.network.network import Network
from exactpoly.readers import operators as ops
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import dtype_rule
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.reading import Reading
from exactpoly.readers.sklearn_steps import dtypes, is_identity, name_of, row, transformed, undone
from exactpoly.readers.verify import Agreement, compare, import_network

__all__ = ["network_of_estimator"]

_PERCEPTRONS = (neural_network.MLPClassifier, neural_network.MLPRegressor)
_LINEAR = {
    *(linear_model.LinearRegression, linear_model.Ridge, linear_model.RidgeCV),
    *(linear_model.Lasso, linear_model.LassoCV, linear_model.ElasticNet, linear_model.ElasticNetCV),
    *(linear_model.BayesianRidge, linear_model.HuberRegressor, linear_model.SGDRegressor),
    *(linear_model.LogisticRegression, linear_model.LogisticRegressionCV),
    *(linear_model.RidgeClassifier, linear_model.RidgeClassifierCV, linear_model.SGDClassifier),
    *(linear_model.Perceptron, svm.LinearSVC, svm.LinearSVR),
    discriminant_analysis.LinearDiscriminantAnalysis,
}
_HEADS = ("logistic", "softmax")


def network_of_estimator(model: Any, reading: Reading) -> Network:
    """The exact network of a fitted perceptron or linear model, or of a pipeline that ends in one.

    `TransformedTargetRegressor` is read with the scaler of its target. The steps in front may be
    scalers, principal components and other projections, choices of features, and column transformers
    and unions of these.
    """
    reading.only(kind="scikit-learn models")
    steps, last = _parts(model)
    body, target = _without_target(last)
    _check(body)
    dimension = _dimension([*(step for _, step in steps), last])
    notes: list[str] = []

    def lower(graph: Graph) -> Affine:
        context = Context(graph, reading.fold_float)
        x: Value = graph.input((1, dimension))
        for name, step in steps:
            x = _at(name, transformed, context, step, x)
        y = (
            _perceptron(context, body, x)
            if isinstance(body, _PERCEPTRONS)
            else _line(context, body, x)
        )
        if target is not None:
            y = _at("transformer", undone, context, target, y)
        notes[:] = context.notes
        return graph.tensor(y)

    ending = _ending(steps, last, body)

    def against(network: Network, noise: Sequence[np.ndarray], points: np.ndarray) -> Agreement:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outputs = np.asarray(ending(_table(model, points)), dtype=np.float64)
        return compare(
            network,
            noise,
            points,
            outputs.reshape(len(points), -1),
            roundoff=_roundoff(model),
            who="scikit-learn",
        )

    network, agreement = import_network(lower, against, type(body).__name__)
    weights = body.coefs_ if isinstance(body, _PERCEPTRONS) else [np.asarray(body.coef_)]
    stated = [dtype_rule({str(w.dtype) for w in weights})]
    if steps:
        names = ", ".join(filter(None, (name_of(step) for _, step in steps)))
        stated.append(f"the steps in front ({names}) are part of the network, without rounding")
    if target is not None:
        stated.append(f"the inverse of {name_of(target)} behind it is part of the network")
    stated += [*_head(body), *notes, agreement.note()]
    return Network(network.layers, network.name, tuple(stated))


def _parts(model: Any) -> tuple[list[tuple[str, Any]], Any]:
    """The steps in front, nested pipelines opened, and the last one."""
    steps: list[tuple[str, Any]] = []
    while isinstance(model, Pipeline):
        *front, (_, model) = model.steps
        steps += [(name, step) for name, step in front if not is_identity(step)]
    return steps, model


def _dimension(parts: Sequence[Any]) -> int:
    """The number of inputs of the first part; a union may leave it to one of its parts."""
    first = parts[0]
    inner = [part for _, part in first.transformer_list] if isinstance(first, FeatureUnion) else []
    for part in (first, *inner):
        found = getattr(part, "n_features_in_", None)
        if found is not None:
            return int(found)
    raise InputError(f"{type(first).__name__} is not fitted; call fit first")


def _without_target(model: Any) -> tuple[Any, Any]:
    if type(model) is not compose.TransformedTargetRegressor:
        return model, None
    if not hasattr(model, "regressor_"):
        raise InputError("TransformedTargetRegressor is not fitted; call fit first")
    scaler = model.transformer_
    return model.regressor_, None if is_identity(scaler) else scaler


def _check(model: Any) -> None:
    name = type(model).__name__
    if type(model) not in (*_PERCEPTRONS, *_LINEAR):
        known = ", ".join(sorted(kind.__name__ for kind in (*_PERCEPTRONS, *_LINEAR)))
        raise InputError(f"{name} is not supported as the last step; supported are {known}")
    if not hasattr(model, "coefs_" if isinstance(model, _PERCEPTRONS) else "coef_"):
        raise InputError(f"{name} is not fitted; call fit first")
    if isinstance(model, _PERCEPTRONS) and model.activation not in ("relu", "identity"):
        raise InputError(f"activation {model.activation!r} of {name} is not piecewise linear")


def _at(name: str, lower: Callable[..., Value], *args: Any) -> Value:
    try:
        return lower(*args)
    except ExactpolyError as error:
        raise type(error)(f"step {name!r}: {error}") from error


def _perceptron(c: Context, model: Any, x: Value) -> Value:
    last = len(model.coefs_) - 1
    for i, (weight, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        x = ops.matmul(x, row(weight, f"coefs_[{i}]"))
        x = ops.add_values(c.graph, x, row(bias, f"intercepts_[{i}]"))
        if i < last and model.activation == "relu":
            x = c.graph.relu(c.graph.tensor(x))
    return x


def _line(c: Context, model: Any, x: Value) -> Value:
    weight = np.atleast_2d(
        model.coef_.toarray() if hasattr(model.coef_, "toarray") else model.coef_
    )
    y = ops.matmul(x, row(weight.T, "coef_"))
    return ops.add_values(c.graph, y, row(np.atleast_1d(model.intercept_), "intercept_"))


def _head(model: Any) -> list[str]:
    """What is left out behind a classifier."""
    if isinstance(model, _PERCEPTRONS) and model.out_activation_ in _HEADS:
        what = f"the {model.out_activation_} behind the last layer"
    elif base.is_classifier(model):
        what = "what follows decision_function"
    else:
        return []
    return [
        f"{what} is left out: the network gives what stands before it, in the order of classes_"
    ]


def _ending(steps: Sequence[tuple[str, Any]], last: Any, body: Any) -> Callable[[Any], Any]:
    """scikit-learn's own function of the input, without the head."""

    def run(values: Any) -> Any:
        for _, step in steps:
            values = step.transform(values)
        if not base.is_classifier(body):
            return last.predict(values)
        if not isinstance(body, _PERCEPTRONS):
            return body.decision_function(values)
        bare = copy.copy(body)
        bare.out_activation_ = "identity"
        found = bare.predict_proba(values)
        return found[:, 1] if body.n_outputs_ == 1 else found  # it answers (1 - y, y)

    return run


def _table(model: Any, points: np.ndarray) -> Any:
    """The points as what the model was fitted on."""
    names = getattr(model, "feature_names_in_", None)
    if names is None:
        return points
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingDependency(
            "a model that was fitted on named columns is compared with scikit-learn through pandas",
            "pandas",
        ) from error
    return pd.DataFrame(points, columns=names)


def _roundoff(model: Any) -> float:
    """That of the shortest type that scikit-learn computes in."""
    return 2.0**-24 if "float32" in dtypes(model) else 2.0**-53
