"""Train the shipped two-moons classifier and write its float32 weights and its data.

    pip install torch scikit-learn
    python examples/train_moons.py

writes `examples/moons.npz` (2-12-12-1, positive output: upper moon) and `examples/moons.csv`. Training is
deterministic on one machine; another build of torch may round differently, which is why both are shipped.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import make_moons

HERE = Path(__file__).parent


def main() -> None:
    torch.manual_seed(0)
    points, labels = make_moons(200, noise=0.12, random_state=0)
    np.savetxt(
        HERE / "moons.csv", np.column_stack([points, labels]), "%.3f,%.3f,%d", header="x,y,class"
    )
    x = torch.as_tensor(points.astype(np.float32))
    y = torch.as_tensor(1 - labels.astype(np.float32))
    model = torch.nn.Sequential(
        torch.nn.Linear(2, 12),
        torch.nn.ReLU(),
        torch.nn.Linear(12, 12),
        torch.nn.ReLU(),
        torch.nn.Linear(12, 1),
    )
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(500):
        optimiser.zero_grad()
        output = model(x)[:, 0]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(output, y)
        loss.backward()
        optimiser.step()
    linear = [layer for layer in model if isinstance(layer, torch.nn.Linear)]
    arrays = {}
    for number, layer in enumerate(linear, 1):
        arrays[f"W{number}"] = layer.weight.detach().numpy()
        arrays[f"b{number}"] = layer.bias.detach().numpy()
    np.savez(HERE / "moons.npz", **arrays)
    right = int(((model(x)[:, 0] > 0) == (y > 0)).sum())
    print(f"moons.npz: loss {loss.item():.4f}, training accuracy {right}/{len(y)}")


if __name__ == "__main__":
    main()
