"""One small model for each file, object and estimator that readers take, and for some that they refuse."""

from __future__ import annotations

import collections
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from exactpoly.network import Network
from exactpoly.readers.load import load
from tests.readers.onnx_cases import onnx_model

__all__ = ["CONTAINERS"]


def _module() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)).eval()


def _arrays() -> dict[str, np.ndarray]:
    return {name: x.numpy() for name, x in _module().state_dict().items()}


def _saved(folder: Path, name: str, data: Any) -> Network:
    torch.save(data, folder / name)
    return load(folder / name)


def _archive(folder: Path, *args: Any, **arrays: Any) -> Network:
    np.savez(folder / "net.npz", *args, **arrays)
    return load(folder / "net.npz")


def _scripted(folder: Path) -> Network:
    torch.jit.script(_module()).save(str(folder / "script.pt"))
    return load(folder / "script.pt")


def _exported() -> Any:
    return torch.export.export(_module(), (torch.zeros(1, 2),))


def _exported_file(folder: Path) -> Network:
    torch.export.save(_exported(), folder / "net.pt2")
    return load(folder / "net.pt2")


def _onnx_file(folder: Path) -> Network:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = str(folder / "net.onnx")
        torch.onnx.export(_module(), (torch.zeros(1, 2),), path, dynamo=False)
    return load(path)


def _nnet(folder: Path) -> Network:
    return load(Path(__file__).parent / "faults" / "no_output_mean.nnet")


def _safetensors(folder: Path) -> Network:
    from safetensors.torch import save_file

    save_file(_module().state_dict(), folder / "net.safetensors")
    return load(folder / "net.safetensors")


def _estimator(kind: str, *steps: Any, activation: str = "relu") -> Network:
    from sklearn import neural_network, pipeline

    data = np.arange(24, dtype=np.float32).reshape(12, 2) / 8
    target = data[:, 0] if kind == "MLPRegressor" else np.arange(12) % 3
    model = getattr(neural_network, kind)(
        hidden_layer_sizes=(3,), max_iter=2, random_state=0, activation=activation
    )
    if steps:
        model = pipeline.make_pipeline(*steps, model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(data, target)
    return load(model)


def _behind(step: str) -> Network:
    """A perceptron behind a step of scikit-learn's."""
    from sklearn import compose, decomposition, feature_selection, impute, preprocessing

    scaler = preprocessing.StandardScaler()
    steps = {
        "PCA": decomposition.PCA(1),
        "PCA, whiten": decomposition.PCA(1, whiten=True),
        "TruncatedSVD": decomposition.TruncatedSVD(1),
        "ColumnTransformer": compose.ColumnTransformer(
            [("s", scaler, [1])], remainder="passthrough"
        ),
        "VarianceThreshold": feature_selection.VarianceThreshold(),
        "SimpleImputer": impute.SimpleImputer(),
        "FunctionTransformer": preprocessing.FunctionTransformer(),
        "FunctionTransformer(numpy.exp)": preprocessing.FunctionTransformer(np.exp),
        "Normalizer": preprocessing.Normalizer(),
        "PolynomialFeatures": preprocessing.PolynomialFeatures(),
    }
    chosen = steps.get(step)
    return _estimator("MLPRegressor", getattr(preprocessing, step)() if chosen is None else chosen)


def _line(kind: str) -> Network:
    """A linear model of scikit-learn's."""
    from sklearn import compose, linear_model, preprocessing, svm, tree

    data = np.arange(24, dtype=np.float64).reshape(12, 2) / 8
    models = {
        "LinearRegression": linear_model.LinearRegression(),
        "LogisticRegression": linear_model.LogisticRegression(),
        "LinearSVC": svm.LinearSVC(),
        "TransformedTargetRegressor": compose.TransformedTargetRegressor(
            linear_model.Ridge(), transformer=preprocessing.StandardScaler()
        ),
        "DecisionTreeRegressor": tree.DecisionTreeRegressor(),
    }
    return load(models[kind].fit(data, np.arange(12) % 2))


def _flax() -> dict[str, Any]:
    w = _arrays()
    return {
        "params": {
            "Dense_0": {"kernel": w["0.weight"].T, "bias": w["0.bias"]},
            "Dense_1": {"kernel": w["2.weight"].T, "bias": w["2.bias"]},
        }
    }


def _keras(folder: Path) -> Network:
    w = _arrays()
    return _archive(
        folder,
        **{
            "dense/kernel:0": w["0.weight"].T,
            "dense/bias:0": w["0.bias"],
            "dense_1/kernel:0": w["2.weight"].T,
            "dense_1/bias:0": w["2.bias"],
        },
    )


_KERAS = Path(__file__).parent / "keras"


def _numbered(folder: Path) -> Network:
    w = _arrays()
    return _archive(folder, W1=w["0.weight"], b1=w["0.bias"], W2=w["2.weight"], b2=w["2.bias"])


CONTAINERS: dict[str, Callable[[Path], Network]] = {
    "torch module": lambda folder: load(_module()),
    "torch.compile(module)": lambda folder: load(torch.compile(_module())),
    "nn.DataParallel(module)": lambda folder: load(nn.DataParallel(_module())),
    "state dict, OrderedDict": lambda folder: load(collections.OrderedDict(_module().state_dict())),
    "dict of arrays": lambda folder: load(_arrays()),
    "flax parameters": lambda folder: load(_flax()),
    "torch.jit.script": lambda folder: load(torch.jit.script(_module())),
    "torch.jit.trace": lambda folder: load(torch.jit.trace(_module(), torch.zeros(1, 2))),
    "torch.export.export": lambda folder: load(_exported()),
    "onnx.ModelProto": lambda folder: load(onnx_model("1,2", "y = Relu (x)")),
    "MLPClassifier": lambda folder: _estimator("MLPClassifier"),
    "MLPRegressor": lambda folder: _estimator("MLPRegressor"),
    "MLPRegressor, tanh": lambda folder: _estimator("MLPRegressor", activation="tanh"),
    **{
        f"{step}, MLPRegressor": lambda folder, step=step: _behind(step)
        for step in (
            "StandardScaler",
            "MinMaxScaler",
            "MaxAbsScaler",
            "RobustScaler",
            "PCA",
            "PCA, whiten",
            "TruncatedSVD",
            "ColumnTransformer",
            "VarianceThreshold",
            "SimpleImputer",
            "FunctionTransformer",
            "FunctionTransformer(numpy.exp)",
            "Normalizer",
            "PolynomialFeatures",
        )
    },
    **{
        kind: lambda folder, kind=kind: _line(kind)
        for kind in (
            "LinearRegression",
            "LogisticRegression",
            "LinearSVC",
            "TransformedTargetRegressor",
            "DecisionTreeRegressor",
        )
    },
    ".pt, .pth: state dict": lambda folder: _saved(folder, "net.pt", _module().state_dict()),
    ".ckpt: checkpoint": lambda folder: _saved(
        folder, "net.ckpt", {"state_dict": _module().state_dict(), "epoch": 3}
    ),
    ".pt: TorchScript": _scripted,
    ".pt2: exported program": _exported_file,
    ".onnx": _onnx_file,
    ".safetensors": _safetensors,
    ".npz: W1, b1, ..": _numbered,
    ".npz: arr_0, arr_1, ..": lambda folder: _archive(folder, *_arrays().values()),
    ".npz: Keras": _keras,
    ".npz: affinitree": lambda folder: load(
        Path(__file__).parent / "faults" / "affinitree_style.npz"
    ),
    ".keras": lambda folder: load(_KERAS / "dense.keras"),
    ".h5: Keras": lambda folder: load(_KERAS / "dense.h5"),
    ".keras: BatchNormalization": lambda folder: load(_KERAS / "classifier.keras"),
    ".keras: several inputs": lambda folder: load(_KERAS / "skips.keras"),
    ".nnet": _nnet,
    "list": lambda folder: load([1, 2]),
}
