"""Make the 60 generic networks of tests/generic: float32, plain MLPs, input dimension 2 to 4.

    python benchmarks/generic_networks.py FOLDER

Half of them have random weights, uniform within 1/sqrt(inputs) as torch begins with, and half were trained
from there, in float64 by plain gradient descent, on the distance to a sphere or on the largest coordinate;
then all are rounded to float32. Seeds are fixed. Training ends in other last digits on another machine,
so the networks themselves are kept; the random ones come out the same everywhere.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

SHAPES = {
    2: [(4,), (8,), (4, 4), (6, 5), (5, 4, 3)],
    3: [(4,), (6,), (4, 4), (6, 4), (4, 3, 3)],
    4: [(5,), (6,), (5, 3), (4, 4), (4, 3, 2)],
}
ROUNDS = 2
STEPS, RATE, POINTS = 2000, 0.05, 256

Layer = tuple[np.ndarray, np.ndarray]


def random_layers(rng: np.random.Generator, widths: tuple[int, ...]) -> list[Layer]:
    """Weights (outputs, inputs) and biases, uniform within 1/sqrt(inputs)."""
    layers = []
    for inputs, outputs in pairwise(widths):
        reach = 1 / np.sqrt(inputs)
        layers.append(
            (rng.uniform(-reach, reach, (outputs, inputs)), rng.uniform(-reach, reach, outputs))
        )
    return layers


def trained(rng: np.random.Generator, layers: list[Layer], target: str) -> list[Layer]:
    """Full-batch gradient descent on the squared error over points in a box."""
    points = rng.uniform(-1.5, 1.5, (POINTS, layers[0][0].shape[1]))
    wanted = points.max(axis=1) if target == "max" else np.linalg.norm(points, axis=1) - 1
    for _ in range(STEPS):
        values = [points]
        for i, (weight, bias) in enumerate(layers):
            out = values[-1] @ weight.T + bias
            values.append(out if i == len(layers) - 1 else np.maximum(out, 0))
        gradient = 2 * (values[-1] - wanted[:, None]) / POINTS
        changed = []
        for (weight, bias), below in zip(reversed(layers), reversed(values[:-1]), strict=True):
            changed.append((weight - RATE * gradient.T @ below, bias - RATE * gradient.sum(axis=0)))
            gradient = gradient @ weight * (below > 0)
        layers = changed[::-1]
    return layers


def networks() -> dict[str, list[Layer]]:
    """All networks by name: g (random) or h (trained), dimension, widths, round."""
    result = {}
    for d, shapes in SHAPES.items():
        for i, hidden in enumerate(shapes):
            for number in range(ROUNDS):
                rng = np.random.default_rng([d, i, number])
                layers = random_layers(rng, (d, *hidden, 1))
                name = f"{d}-{'-'.join(map(str, hidden))}_{number}"
                result[f"g_{name}"] = layers
                result[f"h_{name}"] = trained(rng, layers, "max" if number else "sphere")
    return result


def main(folder: str) -> None:
    """Write one archive a network."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, layers in networks().items():
        arrays = {}
        for i, (weight, bias) in enumerate(layers, 1):
            arrays[f"W{i}"], arrays[f"b{i}"] = weight.astype(np.float32), bias.astype(np.float32)
        np.savez(Path(folder, f"{name}.npz"), **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
