"""Random small models: torch, both ONNX exporters, ONNX Runtime and scikit-learn agree with the exact
network.

Every import is compared with its framework in float64 by itself; here the exact network is evaluated at
other points and held against the runtimes that people use, in float32. `EXACTPOLY_TEST_MULTIPLIER` scales
how many models there are.
"""

from __future__ import annotations

import os
import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from exactpoly.errors import InputError  # noqa: E402
from exactpoly.network import Network  # noqa: E402
from exactpoly.readers.load import load  # noqa: E402
from tests.readers.models import points, random_model  # noqa: E402

torch.set_num_threads(1)

MULTIPLIER = float(os.environ.get("EXACTPOLY_TEST_MULTIPLIER", "1"))
BLOCK = 10
TOGETHER = 25


def blocks(models: int, block: int = BLOCK) -> list[int]:
    """First seeds of blocks of models, about ``models`` of them times the multiplier."""
    return list(range(0, max(block, round(models * MULTIPLIER)), block))


def agree(network: Network, inputs: np.ndarray, outputs: np.ndarray, what: str) -> None:
    """The exact outputs are the float32 ones but for rounding."""
    for point, row in zip(inputs.tolist(), outputs.astype(np.float64), strict=True):
        exact = np.array([float(y) for y in network.evaluate([Fraction(x) for x in point])])
        assert exact.shape == row.shape, what
        scale = 1 + np.abs(row).max() + np.abs(np.array(point)).max()
        assert np.abs(exact - row).max() <= 2e-5 * scale, (what, point, exact, row)


@pytest.mark.parametrize("first", blocks(100))
def test_torch(first: int) -> None:
    for seed in range(first, first + BLOCK):
        model, shape = random_model(seed)
        network = load(model, input_shape=shape)
        inputs = points(seed, network.input_dimension)
        with torch.no_grad():
            rows = [model(torch.from_numpy(x).reshape(1, *shape)).ravel() for x in inputs]
        agree(network, inputs, torch.stack(rows).numpy(), f"seed {seed}: {model}")


class Many(torch.nn.Module):  # type: ignore[misc, name-defined]
    """Models side by side, which one export takes at once."""

    def __init__(self, models: list[Any]) -> None:
        super().__init__()
        self.models = torch.nn.ModuleList(models)

    def forward(self, *inputs: Any) -> Any:
        return tuple(model(x) for model, x in zip(self.models, inputs, strict=True))


def exported(seeds: list[int], folder: Path, *, dynamo: bool) -> list[Any]:
    """Each of the models of ``seeds`` as an ONNX model.

    The newer exporter takes a second whatever the size of a model, so many are exported as one and cut
    apart again.
    """
    onnx = pytest.importorskip("onnx")
    cases = [random_model(seed) for seed in seeds]
    path = folder / f"{seeds[0]}.onnx"
    examples = tuple(torch.zeros(1, *shape) for _, shape in cases)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = Many([model for model, _ in cases]).eval()
        torch.onnx.export(whole, examples, str(path), dynamo=dynamo, verbose=False)
    model = onnx.load(path)
    cut = onnx.utils.Extractor(model)
    ends = zip(model.graph.input, model.graph.output, strict=True)
    return [cut.extract_model([x.name], [y.name]) for x, y in ends]


def holds(model: Any, kind: Any) -> bool:
    """Whether some part of a model is of that kind."""
    return any(isinstance(module, kind) for module in model.modules())


def compared_with_runtime(seed: int, exported_model: Any) -> None:
    """Read an exported model, and compare with ONNX Runtime."""
    runtime = pytest.importorskip("onnxruntime")
    model, shape = random_model(seed)
    network = load(exported_model)
    assert "onnx" in network.notes[-1]
    inputs = points(seed, network.input_dimension)
    session = runtime.InferenceSession(
        exported_model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    name = session.get_inputs()[0].name
    rows = [session.run(None, {name: x.reshape(1, *shape)})[0].ravel() for x in inputs]
    agree(network, inputs, np.array(rows), f"seed {seed}: {model}")


@pytest.mark.parametrize("first", blocks(100))
def test_exported_by_torchscript(first: int, tmp_path: Path) -> None:
    refused = 0
    for seed in range(first, first + BLOCK):
        try:
            [model] = exported([seed], tmp_path, dynamo=False)
        except torch.onnx.errors.OnnxExporterError:
            refused += 1  # an operator that this exporter does not know
            continue
        compared_with_runtime(seed, model)
    assert refused < BLOCK // 2


@pytest.mark.parametrize("first", blocks(115, TOGETHER))
def test_exported_by_dynamo(first: int, tmp_path: Path) -> None:
    """All but those with RReLU, which this exporter does not know; some 23 of 25."""
    pytest.importorskip("onnxscript")
    seeds = range(first, first + TOGETHER)
    known = [seed for seed in seeds if not holds(random_model(seed)[0], torch.nn.RReLU)]
    for seed, model in zip(known, exported(known, tmp_path, dynamo=True), strict=True):
        if holds(random_model(seed)[0], torch.nn.Softshrink):
            # This exporter writes it through Sign, which jumps.
            with pytest.raises(InputError, match="Sign"):
                load(model)
        else:
            compared_with_runtime(seed, model)


def estimator(seed: int) -> tuple[Any, np.ndarray]:
    """A fitted perceptron or line, some behind a scaler or a projection, and float32 data."""
    from sklearn import (
        compose,
        decomposition,
        linear_model,
        neural_network,
        pipeline,
        preprocessing,
    )
    from sklearn.base import is_regressor

    random = np.random.default_rng(seed)
    dimension = int(random.integers(1, 5))
    data = (random.integers(-16, 17, (30, dimension)) / 4).astype(np.float32)
    hidden = tuple(int(n) for n in random.integers(1, 6, random.integers(1, 3)))
    options: dict[str, Any] = {
        "hidden_layer_sizes": hidden,
        "max_iter": 3,
        "random_state": seed,
        "activation": ["relu", "relu", "identity"][int(random.integers(3))],
    }
    if random.random() < 0.5:
        outputs = int(random.integers(1, 3))
        target = data[:, :1] * 2 if outputs == 1 else np.hstack([data[:, :1], data[:, -1:] ** 2])
        model = neural_network.MLPRegressor(**options)
        target = target.ravel() if outputs == 1 else target
    else:
        target = random.integers(0, int(random.integers(2, 5)), 30)
        model = neural_network.MLPClassifier(**options)
    scalers = [
        preprocessing.StandardScaler(),
        preprocessing.MinMaxScaler(clip=bool(random.random() < 0.5)),
        preprocessing.MaxAbsScaler(),
        preprocessing.RobustScaler(),
    ]
    kind = random.random()
    if kind < 0.2:
        model = linear_model.LinearRegression() if is_regressor(model) else model
    if kind > 0.8:
        scalers.append(decomposition.PCA(int(random.integers(1, dimension + 1)), random_state=0))
        columns = [int(n) for n in random.permutation(dimension)]
        parts = [("s", preprocessing.StandardScaler(), columns[:1])]
        scalers.append(compose.ColumnTransformer(parts, remainder="passthrough"))
    if kind > 0.4:
        model = pipeline.make_pipeline(scalers[int(random.integers(len(scalers)))], model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(data, target)
    return model, data


def heads_undone(model: Any, rows: np.ndarray) -> Any:
    """What a classifier's probabilities say about the values before softmax or logistic function."""
    last = model[-1] if hasattr(model, "steps") else model
    if getattr(last, "out_activation_", "identity") == "identity":
        return rows.reshape(len(rows), -1)
    if last.out_activation_ == "logistic":
        return 1 / (1 + np.exp(-rows))
    exponents = np.exp(rows - rows.max(axis=1, keepdims=True))
    return exponents / exponents.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("first", blocks(100))
def test_scikit_learn(first: int) -> None:
    pytest.importorskip("sklearn")
    for seed in range(first, first + BLOCK):
        model, data = estimator(seed)
        network = load(model)
        exact = np.array(
            [
                [float(y) for y in network.evaluate([Fraction(x) for x in row])]
                for row in data.tolist()
            ]
        )
        if hasattr(model, "predict_proba"):
            expected = model.predict_proba(data)
            expected = expected[:, 1:] if network.output_dimension == 1 else expected
        else:
            expected = model.predict(data).reshape(len(data), -1)
        assert np.abs(heads_undone(model, exact) - expected).max() <= 2e-5 * (
            1 + np.abs(expected).max()
        ), f"seed {seed}"


@pytest.mark.parametrize("first", blocks(100))
def test_scikit_learn_through_onnx(first: int) -> None:
    pytest.importorskip("sklearn")
    skl2onnx = pytest.importorskip("skl2onnx")
    runtime = pytest.importorskip("onnxruntime")

    for seed in range(first, first + BLOCK):
        model, data = estimator(seed)
        options = {"zipmap": False} if hasattr(model, "predict_proba") else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exported = skl2onnx.to_onnx(model, data[:1], options=options)
        session = runtime.InferenceSession(
            exported.SerializeToString(), providers=["CPUExecutionProvider"]
        )
        rows = session.run(None, {session.get_inputs()[0].name: data})[-1]
        if options is None:
            agree(load(exported), data, np.asarray(rows).reshape(len(data), -1), f"seed {seed}")
            continue
        [head] = [x for x in exported.graph.node if x.op_type in ("Softmax", "Sigmoid")]
        network = load(exported, output_name=head.input[0])
        exact = np.array([[float(y) for y in network.evaluate(row)] for row in data.tolist()])
        rows = rows[:, 1:] if network.output_dimension == 1 else rows
        assert np.abs(heads_undone(model, exact) - rows).max() <= 2e-5, f"seed {seed}"
