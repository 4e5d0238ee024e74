"""Random small torch models that use every operator the readers know, for tests of agreement.

Weights are biased to corner cases: small integers, halves and zeros beside ordinary floats.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

__all__ = ["Function", "points", "random_model"]


class Function(nn.Module):
    """A function of one tensor as a module."""

    def __init__(self, name: str, forward: Callable[[Any], Any]) -> None:
        super().__init__()
        self.name = name
        self.function = forward

    def forward(self, x: Any) -> Any:
        return self.function(x)

    def extra_repr(self) -> str:
        return self.name


class Residual(nn.Module):
    """`x + f(x)`."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Any) -> Any:
        return x + self.inner(x)


class Where(nn.Module):
    """A kink written as a condition."""

    def __init__(self, at: float, slope: float) -> None:
        super().__init__()
        self.at, self.slope = at, slope

    def forward(self, x: Any) -> Any:
        return torch.where(x > self.at, x, self.at + self.slope * (x - self.at))


def _activations(random: np.random.Generator, width: int) -> list[nn.Module]:
    prelu = nn.PReLU(width)
    with torch.no_grad():
        prelu.weight.copy_(torch.tensor(random.integers(-2, 3, width) / 2))
    low, high = sorted(random.integers(-2, 4, 2) / 2)
    return [
        nn.ReLU(),
        nn.ReLU(),
        nn.LeakyReLU(0.25),
        nn.ReLU6(),
        nn.Hardtanh(float(low), float(high) + 0.5),
        nn.Hardsigmoid(),
        prelu,
        nn.Threshold(0.5, 0.5),
        nn.Softshrink(0.75),
        nn.RReLU(0.25, 0.75),
        Where(0.5, -1.0),
        Function("abs", torch.abs),
        Function("clamp", lambda x: torch.clamp(x, -1.0, 2.0)),
        Function("clamp_min", lambda x: x.clamp(min=-0.5)),
        Function("maximum", lambda x: torch.maximum(x, 1 - x)),
        Function("minimum", lambda x: torch.minimum(x, x.flip(1))),
        Function("max0", lambda x: torch.max(x, torch.zeros_like(x))),
    ]


def _rearrangements(width: int) -> list[nn.Module]:
    half = width // 2
    return [
        Function("cat", lambda x: torch.cat((x[:, 1:], -x[:, :1]), 1)),
        Function("chunk", lambda x: torch.cat(torch.chunk(x, 2, 1)[::-1], 1)),
        Function("split", lambda x: torch.cat(torch.split(x, [half, width - half], 1)[::-1], 1)),
        Function("pad", lambda x: F.pad(x, (1, 0))[:, :-1]),
        Function("mean", lambda x: x - x.mean(1, keepdim=True)),
        Function("sum", lambda x: x * 0.5 + x.sum(1, keepdim=True)),
        Function("stack", lambda x: torch.stack((x, x.flip(1)), 1).sum(1)),
        Function("transpose", lambda x: x.unsqueeze(1).transpose(1, 2).squeeze(2)),
        Function("float", lambda x: x.float()),
        Function("expand", lambda x: x.unsqueeze(2).expand(-1, -1, 2).sum(2)),
    ]


def _perceptron(random: np.random.Generator) -> tuple[nn.Module, tuple[int, ...]]:
    dimension = width = int(random.integers(1, 5))
    parts: list[nn.Module] = []
    for _ in range(random.integers(1, 4)):
        after = int(random.integers(2, 6))
        parts.append(nn.Linear(width, after, bias=bool(random.random() < 0.8)))
        width = after
        kind = random.random()
        if kind < 0.7:
            parts.append(_choice(random, _activations(random, width)))
        if kind < 0.25:
            parts.append(_choice(random, _rearrangements(width)))
        elif kind > 0.9:
            parts.append(Residual(nn.Sequential(nn.Linear(width, width), nn.ReLU())))
        elif kind > 0.8 and width % 2 == 0:
            pieces = width // 2
            parts.append(Function("maxout", lambda x, n=pieces: x.view(-1, n, 2).amax(2)))
            width = pieces
    parts.append(nn.Linear(width, int(random.integers(1, 4))))
    return nn.Sequential(*parts), (dimension,)


def _convolution(random: np.random.Generator) -> tuple[nn.Module, tuple[int, ...]]:
    channels = int(random.integers(1, 3))
    size = int(random.integers(5, 8))
    two = random.random() < 0.6
    shape = (channels, size, size) if two else (channels, size)
    conv, maxpool, average = (
        (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d) if two else (nn.Conv1d, nn.MaxPool1d, nn.AvgPool1d)
    )
    made = 2 * channels
    parts: list[nn.Module] = [
        conv(
            channels,
            made,
            int(random.integers(1, 4)),
            stride=int(random.integers(1, 3)),
            padding=int(random.integers(0, 2)),
            groups=_choice(random, [1, channels]),
        ),
        _choice(random, [nn.ReLU(), nn.LeakyReLU(0.5), nn.ReLU6(), nn.PReLU(made)]),
    ]
    parts.append(
        _choice(
            random,
            [
                maxpool(2, stride=1),
                maxpool(2, stride=1, padding=1),
                average(2, stride=1),
                nn.Identity(),
                nn.ZeroPad2d((1, 0, 0, 1)) if two else nn.ConstantPad1d(1, 0.5),
                nn.Upsample(scale_factor=2),
                (nn.ConvTranspose2d if two else nn.ConvTranspose1d)(made, 1, 2, stride=2),
            ],
        )
    )
    parts.append(nn.Flatten())
    model = nn.Sequential(*parts).eval()
    with torch.no_grad():
        width = int(model(torch.zeros(1, *shape)).shape[1])
    return nn.Sequential(*parts, nn.Linear(width, 2)), shape


def _choice(random: np.random.Generator, options: list[Any]) -> Any:
    return options[int(random.integers(len(options)))]


def random_model(seed: int) -> tuple[nn.Module, tuple[int, ...]]:
    """A model in evaluation mode and the shape of one input without the batch axis."""
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    make = _perceptron if random.random() < 0.7 else _convolution
    model, shape = make(random)
    style = int(random.integers(3))
    with torch.no_grad():
        for parameter in model.parameters():
            if style == 0:
                values = random.integers(-2, 3, tuple(parameter.shape))
                parameter.copy_(torch.tensor(values / 2))
            elif style == 1 and random.random() < 0.5:
                parameter.mul_(torch.tensor(random.integers(0, 2, tuple(parameter.shape))))
    return model.eval(), shape


def points(seed: int, size: int, count: int = 4) -> np.ndarray:
    """float32, shape (count, size): multiples of 1/8 at several scales."""
    random = np.random.default_rng(seed)
    scales = np.array([[0.125], [0.5], [2.0], [16.0]])[np.arange(count) % 4]
    values: np.ndarray = (random.integers(-16, 17, (count, size)) * scales).astype(np.float32)
    return values
