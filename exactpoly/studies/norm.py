"""Bias-free networks trained to the Euclidean norm, in the manner of "Neural Polytopes".

Hashimoto, Naito and Naito (arXiv 2307.00721) train networks to the norm and see polytopes that approximate
the sphere. A network without bias is positively homogeneous, so points on the sphere are enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from exactpoly.errors import InputError, MissingDependency
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.studies.training import Snapshot

__all__ = ["trained_to_norm"]


def trained_to_norm(choices: Mapping[str, Any]) -> Snapshot:
    """Train one network without bias to `|x|` and return it as trained.

    ``choices``: widths (output 1 included), seed; steps (2000) of Adam on ``batch`` (256) random points of
    the unit sphere, mean squared error, rate (0.01) decaying to its hundredth. The loss is that of the
    last step; the score is empty.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingDependency(
            "training studies need torch", "torch", "pyarrow", "scikit-learn"
        ) from error
    widths = list(choices["widths"])
    if widths[-1] != 1:
        raise InputError(f"widths: a norm is one number, {widths} has {widths[-1]} outputs")
    steps, batch = int(choices.get("steps", 2000)), int(choices.get("batch", 256))
    torch.set_num_threads(1)
    torch.manual_seed(int(choices["seed"]))
    linear = [torch.nn.Linear(n, m, bias=False) for n, m in pairwise(widths)]
    parameters = [layer.weight for layer in linear]
    optimiser = torch.optim.Adam(parameters, lr=float(choices.get("rate", 0.01)))
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimiser, 0.01 ** (1 / max(1, steps)))
    last = float("nan")
    for _ in range(steps):
        values = torch.nn.functional.normalize(torch.randn(batch, widths[0]))
        for layer in linear[:-1]:
            values = torch.relu(layer(values))
        loss = ((linear[-1](values) - 1) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        last = float(loss.detach())
    layers = [
        Layer.of(weight.detach().numpy().copy(), relu=i + 1 < len(linear))
        for i, weight in enumerate(parameters)
    ]
    return Snapshot(steps, Network(tuple(layers), f"norm, seed {choices['seed']}"), last, None)
