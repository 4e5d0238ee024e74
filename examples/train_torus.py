"""Train the shipped torus, a network of widths 3-8x32-1, and write its float32 weights.

    pip install torch
    python examples/train_torus.py                 # half a minute
    exactpoly surface examples/torus.npz --level 0 --domain "[-1/2,1/2]^3" -o torus.ply

The network learns the signed distance to a torus with radii 0.3 and 0.12. Training is deterministic on one
machine; another build of torch may round differently, which is why `examples/torus.npz` is shipped.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

WIDTH, DEPTH, STEPS = 32, 8, 4000


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    layers: list[torch.nn.Module] = [torch.nn.Linear(3, WIDTH), torch.nn.ReLU()]
    for _ in range(DEPTH - 1):
        layers += [torch.nn.Linear(WIDTH, WIDTH), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers, torch.nn.Linear(WIDTH, 1))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.003)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimiser, 0.9992)
    for _ in range(STEPS):
        x = torch.rand(1024, 3) - 0.5
        ring = (x[:, 0] ** 2 + x[:, 1] ** 2).sqrt() - 0.3
        distance = (ring**2 + x[:, 2] ** 2).sqrt() - 0.12
        loss = (model(x)[:, 0] - distance).abs().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    linear = [layer for layer in model if isinstance(layer, torch.nn.Linear)]
    arrays = {}
    for number, layer in enumerate(linear, 1):
        arrays[f"W{number}"] = layer.weight.detach().numpy()
        arrays[f"b{number}"] = layer.bias.detach().numpy()
    np.savez_compressed(Path(__file__).with_name("torus.npz"), **arrays)
    print(f"torus.npz: mean absolute error {loss.item():.4f}")


if __name__ == "__main__":
    main()
