"""Training with torch, one thread, from a seed; the weights at chosen epochs become exact networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from exactpoly.errors import InputError, MissingDependency
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.studies.data import Data, load_data
from exactpoly.studies.residual import residual_network

__all__ = ["Snapshot", "trained"]


@dataclass(frozen=True)
class Snapshot:
    """The network after ``epoch`` epochs; ``loss``: mean training loss, ``score``: share of test
    samples classified rightly, or `R^2` on the test samples, None without (floats: they describe, decide
    nothing).
    """

    epoch: int
    network: Network
    loss: float
    score: float | None


def trained(choices: Mapping[str, Any]) -> Iterator[Snapshot]:
    """Train one network and yield it at the epochs in ``snapshots`` (default: the last).

    ``choices``: widths (output included), data, seed; epochs (20), rate (0.01), decay (0.9, the
    factor on the rate after each epoch), batch (64), weight_decay (0), l1 (0, penalty on all
    weights), dropout (0, share), residual (false). Plain stochastic gradient descent from torch's
    default initialisation.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingDependency(
            "training studies need torch", "torch", "pyarrow", "scikit-learn"
        ) from error
    widths = list(choices["widths"])
    data = load_data(str(choices.get("data", "blobs")), widths[0], int(choices["seed"]))
    _check_output(widths, data)
    epochs = int(choices.get("epochs", 20))
    wanted = set(choices.get("snapshots", [epochs]))
    torch.set_num_threads(1)
    torch.manual_seed(int(choices["seed"]))
    linear = [torch.nn.Linear(n, m) for n, m in pairwise(widths)]
    parameters = [p for layer in linear for p in layer.parameters()]
    optimiser = torch.optim.SGD(
        parameters,
        lr=float(choices.get("rate", 0.01)),
        weight_decay=float(choices.get("weight_decay", 0)),
    )
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimiser, float(choices.get("decay", 0.9)))
    dropout, residual = float(choices.get("dropout", 0)), bool(choices.get("residual", False))
    l1, batch = float(choices.get("l1", 0)), int(choices.get("batch", 64))
    x, y = torch.as_tensor(data.x), torch.as_tensor(data.y)
    train = torch.as_tensor(data.train)
    test = torch.as_tensor(np.setdiff1d(np.arange(len(data.x)), data.train))

    def forward(values: Any, training: bool) -> Any:
        for place, layer in enumerate(linear):
            if place + 1 == len(linear):
                return layer(values)
            inner = torch.nn.functional.dropout(torch.relu(layer(values)), dropout, training)
            values = values + inner if residual and place else inner
        raise AssertionError("a network has an output layer")

    def loss_of(outputs: Any, targets: Any) -> Any:
        if data.classification:
            return torch.nn.functional.cross_entropy(outputs, targets)
        return torch.nn.functional.mse_loss(outputs[:, 0], targets)

    for epoch in range(epochs + 1):
        if epoch in wanted:
            with torch.no_grad():
                loss = float(loss_of(forward(x[train], False), y[train]))
                score = _score(forward(x[test], False).numpy(), data.y[test.numpy()], data)
            arrays = [
                (layer.weight.detach().numpy().copy(), layer.bias.detach().numpy().copy())
                for layer in linear
            ]
            yield Snapshot(epoch, _network(arrays, residual, epoch), loss, score)
        for part in torch.split(train[torch.randperm(len(train))], batch):
            optimiser.zero_grad()
            loss_value = loss_of(forward(x[part], True), y[part])
            if l1:
                loss_value = loss_value + l1 * sum(layer.weight.abs().sum() for layer in linear)
            loss_value.backward()
            optimiser.step()
        schedule.step()


def _check_output(widths: Sequence[int], data: Data) -> None:
    expected = int(data.y.max()) + 1 if data.classification else 1
    if widths[-1] != expected:
        raise InputError(f"widths: the data need {expected} outputs, {widths} has {widths[-1]}")


def _network(
    arrays: Sequence[tuple[np.ndarray, np.ndarray]], residual: bool, epoch: int
) -> Network:
    name = f"after epoch {epoch}"
    if residual:
        return residual_network(arrays, name)
    layers = [Layer.of(w, b, relu=i + 1 < len(arrays)) for i, (w, b) in enumerate(arrays)]
    return Network(tuple(layers), name)


def _score(outputs: np.ndarray, targets: np.ndarray, data: Data) -> float:
    if data.classification:
        return float((outputs.argmax(axis=1) == targets).mean())
    return float(1 - ((outputs[:, 0] - targets) ** 2).mean() / targets.var())
