"""scikit-learn models and steps: the exact network is what scikit-learn computes, also through skl2onnx."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn import (
    base,
    compose,
    decomposition,
    discriminant_analysis,
    feature_selection,
    impute,
    linear_model,
    neural_network,
    preprocessing,
    random_projection,
    svm,
    tree,
)
from sklearn.pipeline import FeatureUnion, make_pipeline

from exactpoly.errors import InputError
from exactpoly.network import Network
from exactpoly.readers.load import load

RANDOM = np.random.default_rng(5)
X = RANDOM.integers(-16, 17, (40, 4)) / 8
LINE = X @ [1, 2, -3, 4] + 1
TWO = (X[:, 0] + X[:, 1] > 0).astype(int)
THREE = RANDOM.integers(0, 3, 40)


def perceptron() -> Any:
    return neural_network.MLPRegressor(hidden_layer_sizes=(5,), max_iter=3, random_state=0)


def classifier() -> Any:
    return neural_network.MLPClassifier(hidden_layer_sizes=(4,), max_iter=3, random_state=0)


Columns = compose.ColumnTransformer
Target = compose.TransformedTargetRegressor
Case = tuple[Callable[[], Any], Any]

STEPS: dict[str, Callable[[], Any]] = {
    "StandardScaler": preprocessing.StandardScaler,
    "StandardScaler without mean": lambda: preprocessing.StandardScaler(with_mean=False),
    "MinMaxScaler": lambda: preprocessing.MinMaxScaler((-1, 2)),
    "MinMaxScaler that clips": lambda: preprocessing.MinMaxScaler(clip=True),
    "MaxAbsScaler": preprocessing.MaxAbsScaler,
    "RobustScaler": preprocessing.RobustScaler,
    "PCA": lambda: decomposition.PCA(2),
    "IncrementalPCA": lambda: decomposition.IncrementalPCA(3),
    "TruncatedSVD": lambda: decomposition.TruncatedSVD(2, random_state=0),
    "GaussianRandomProjection": lambda: random_projection.GaussianRandomProjection(
        3, random_state=0
    ),
    "SparseRandomProjection": lambda: random_projection.SparseRandomProjection(3, random_state=0),
    "SelectKBest": lambda: feature_selection.SelectKBest(feature_selection.f_regression, k=2),
    "SelectPercentile": lambda: feature_selection.SelectPercentile(
        feature_selection.f_regression, percentile=50
    ),
    "VarianceThreshold": feature_selection.VarianceThreshold,
    "SimpleImputer": impute.SimpleImputer,
    "FunctionTransformer": preprocessing.FunctionTransformer,
    "passthrough": lambda: "passthrough",
    "ColumnTransformer": lambda: Columns(
        [("a", preprocessing.StandardScaler(), [2, 0]), ("b", preprocessing.MinMaxScaler(), [1])],
        remainder="passthrough",
    ),
    "ColumnTransformer that drops": lambda: Columns(
        [
            ("a", make_pipeline(preprocessing.RobustScaler(), decomposition.PCA(1)), slice(0, 2)),
            ("b", "drop", [2]),
            ("c", "passthrough", [False, False, False, True]),
        ]
    ),
    "FeatureUnion": lambda: FeatureUnion(
        [("p", decomposition.PCA(1)), ("s", preprocessing.MaxAbsScaler())],
        transformer_weights={"p": 0.3},
    ),
    "FeatureUnion that drops": lambda: FeatureUnion(
        [("d", "drop"), ("i", "passthrough"), ("s", preprocessing.MaxAbsScaler())]
    ),
    "two in a row": lambda: make_pipeline(preprocessing.MaxAbsScaler(), decomposition.PCA(2)),
}

LAST: dict[str, Case] = {
    "MLPRegressor": (perceptron, LINE),
    "MLPRegressor of two": (perceptron, np.c_[LINE, X[:, 0]]),
    "MLPClassifier of two": (classifier, TWO),
    "MLPClassifier of three": (classifier, THREE),
    "LinearRegression": (linear_model.LinearRegression, LINE),
    "LinearRegression of two": (linear_model.LinearRegression, np.c_[LINE, X[:, 0]]),
    "LinearRegression without bias": (
        lambda: linear_model.LinearRegression(fit_intercept=False),
        LINE,
    ),
    "Ridge": (linear_model.Ridge, LINE),
    "Lasso": (linear_model.Lasso, LINE),
    "LogisticRegression of two": (linear_model.LogisticRegression, TWO),
    "LogisticRegression of three": (linear_model.LogisticRegression, THREE),
    "LinearSVC": (svm.LinearSVC, THREE),
    "LinearSVR": (svm.LinearSVR, LINE),
    "SGDClassifier": (lambda: linear_model.SGDClassifier(random_state=0), TWO),
    "RidgeClassifier": (linear_model.RidgeClassifier, THREE),
    "LinearDiscriminantAnalysis": (discriminant_analysis.LinearDiscriminantAnalysis, THREE),
    "target scaled": (
        lambda: Target(perceptron(), transformer=preprocessing.StandardScaler()),
        LINE,
    ),
    "target in a range": (
        lambda: Target(perceptron(), transformer=preprocessing.MinMaxScaler((-1, 1))),
        LINE,
    ),
    "targets scaled": (
        lambda: Target(linear_model.Ridge(), transformer=preprocessing.RobustScaler()),
        np.c_[LINE, X[:, 0]],
    ),
    "target as it is": (lambda: Target(perceptron()), LINE),
}


def fitted(model: Any, target: Any, data: Any = X) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(data, target)


def exact(network: Network, data: np.ndarray) -> np.ndarray:
    return np.array(
        [[float(y) for y in network.evaluate([Fraction(x) for x in row])] for row in data.tolist()]
    )


def said(model: Any, data: Any = X) -> np.ndarray:
    """What the model says before the head of a classifier, by its public methods alone."""
    if not base.is_classifier(model):
        found = model.predict(data)
    elif hasattr(model, "decision_function"):
        found = model.decision_function(data)
    else:
        # A softmax is known up to a constant, a logistic function wholly.
        found = np.log(model.predict_proba(data))
        found = found[:, 1] - found[:, 0] if found.shape[1] == 2 else found - found[:, :1]
    return np.asarray(found, dtype=np.float64).reshape(len(data), -1)


def agree(network: Network, model: Any, data: Any = X) -> None:
    values = exact(network, np.asarray(data, dtype=np.float64)[:12])
    if base.is_classifier(model) and not hasattr(model, "decision_function"):
        values = values if values.shape[1] == 1 else values - values[:, :1]
    assert np.abs(values - said(model, data[:12])).max() < 1e-5


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", STEPS)
def test_steps(name: str, dtype: type) -> None:
    model = fitted(make_pipeline(STEPS[name](), perceptron()), LINE, X.astype(dtype))
    network = load(model)
    assert network.input_dimension == 4
    agree(network, model, X.astype(dtype))


@pytest.mark.parametrize("name", LAST)
def test_last_steps(name: str) -> None:
    make, target = LAST[name]
    for model in (make(), make_pipeline(preprocessing.StandardScaler(), make())):
        fitted(model, target)
        network = load(model)
        agree(network, model)
        headless = any("is left out" in note for note in network.notes)
        assert headless == base.is_classifier(model)


def test_whitening_divides_by_roots() -> None:
    model = fitted(make_pipeline(decomposition.PCA(2, whiten=True), perceptron()), LINE)
    with pytest.raises(
        InputError, match="step 'pca': PCA with whiten=True divides by square roots"
    ):
        load(model)
    network = load(model, fold_float=True)
    agree(network, model)
    assert any("roots of variances, rounded to float64" in note for note in network.notes)


def test_columns_by_name() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=list("abcd"))
    scaler, rest = preprocessing.StandardScaler(), "passthrough"
    chosen = compose.make_column_selector("a|d")
    for pipe in (
        perceptron(),
        make_pipeline(Columns([("s", scaler, ["c", "a"])], remainder=rest), perceptron()),
        make_pipeline(Columns([("s", scaler, slice("b", "c"))], remainder=rest), perceptron()),
        make_pipeline(Columns([("s", scaler, [-1, 0])]), perceptron()),
        make_pipeline(Columns([("s", scaler, chosen), ("t", scaler, [])]), perceptron()),
    ):
        model = fitted(pipe, LINE, frame)
        network = load(model)
        assert np.abs(exact(network, X) - said(model, frame)).max() < 1e-9


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (preprocessing.Normalizer(), "it divides by a norm"),
        (preprocessing.PolynomialFeatures(), "it multiplies inputs"),
        (preprocessing.Binarizer(), "it jumps"),
        (preprocessing.KBinsDiscretizer(quantile_method="averaged_inverted_cdf"), "it jumps"),
        (preprocessing.PowerTransformer(), "it is not piecewise linear"),
        (preprocessing.FunctionTransformer(np.exp), "its function may be anything"),
        (
            preprocessing.QuantileTransformer(n_quantiles=10),
            "supported are ColumnTransformer",
        ),
        (impute.SimpleImputer(missing_values=0), "where missing values are NaN"),
        (Columns([("a", preprocessing.Normalizer(), [0])]), "it divides by a norm"),
    ],
)
def test_steps_that_are_refused(step: Any, words: str) -> None:
    model = fitted(make_pipeline(step, perceptron()), LINE)
    with pytest.raises(InputError, match=words) as caught:
        load(model)
    assert str(caught.value).startswith(f"step '{type(step).__name__.lower()}': ")


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (tree.DecisionTreeRegressor(), "DecisionTreeRegressor is not supported as the last step"),
        (svm.SVR(), "SVR is not supported"),
        (linear_model.PoissonRegressor(), "PoissonRegressor is not supported"),
        (neural_network.MLPRegressor(activation="tanh", max_iter=2), "activation 'tanh'"),
        (
            Target(perceptron(), func=np.log, inverse_func=np.exp),
            "step 'transformer': the inverse of FunctionTransformer is not supported",
        ),
    ],
)
def test_last_steps_that_are_refused(model: Any, words: str) -> None:
    fitted(model, np.abs(LINE) + 1)
    with pytest.raises(InputError, match=words):
        load(model)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (perceptron(), "MLPRegressor is not fitted; call fit first"),
        (Target(perceptron()), "TransformedTargetRegressor is not fitted"),
        (linear_model.Ridge(), "Ridge is not fitted"),
        (make_pipeline(decomposition.PCA(), perceptron()), "is not fitted; call fit first"),
    ],
)
def test_models_that_are_not_fitted(model: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        load(model)


EXPORTED = [
    "StandardScaler",
    "MinMaxScaler",
    "RobustScaler",
    "PCA",
    "TruncatedSVD",
    "SelectKBest",
    "SimpleImputer",
    "ColumnTransformer",
    "FeatureUnion",
    "two in a row",
]


@pytest.mark.parametrize("last", ["MLPRegressor", "LinearRegression of two"])
@pytest.mark.parametrize("name", EXPORTED)
def test_through_skl2onnx(name: str, last: str) -> None:
    skl2onnx = pytest.importorskip("skl2onnx")
    make, target = LAST[last]
    if name == "SelectKBest" and target.ndim > 1:
        pytest.skip("it chooses by one target")
    data = X.astype(np.float32)
    model = fitted(make_pipeline(STEPS[name](), make()), target, data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exported = skl2onnx.to_onnx(model, data[:1])
    agree(load(exported), model, data)
