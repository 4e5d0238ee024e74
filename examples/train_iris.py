"""Train the two shipped iris classifiers and write their float32 weights.

    pip install torch scikit-learn
    python examples/train_iris.py

writes `examples/iris.npz` (4-8-8-3, all four features) and `examples/iris_petals.npz` (2-16-16-3, petal
length and width, for pictures). Fisher's iris data come with scikit-learn. Features are
standardised first, so the networks' inputs are in units of standard deviations around the mean.
Training is deterministic on one machine; another build of torch may round differently, which is why
the weights are shipped.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

HERE = Path(__file__).parent


def train(columns: list[int], widths: list[int], target: Path) -> None:
    """Train a ReLU classifier on the chosen feature columns and save weights W1, b1, W2, ..."""
    torch.manual_seed(0)
    data = load_iris()
    features = data.data[:, columns]
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    x, x_test, y, y_test = (
        torch.as_tensor(part)
        for part in train_test_split(
            features.astype(np.float32), data.target, random_state=0, stratify=data.target
        )
    )
    sizes = [len(columns), *widths, 3]
    layers: list[torch.nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=1e-3)
    for _ in range(300):
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimiser.step()
    right = int((model(x_test).argmax(dim=1) == y_test).sum())
    linear = [layer for layer in model if isinstance(layer, torch.nn.Linear)]
    arrays = {}
    for number, layer in enumerate(linear, 1):
        arrays[f"W{number}"] = layer.weight.detach().numpy()
        arrays[f"b{number}"] = layer.bias.detach().numpy()
    np.savez(target, **arrays)
    print(f"{target.name}: loss {loss.item():.4f}, test accuracy {right}/{len(y_test)}")


if __name__ == "__main__":
    train([0, 1, 2, 3], [8, 8], HERE / "iris.npz")
    train([2, 3], [16, 16], HERE / "iris_petals.npz")
