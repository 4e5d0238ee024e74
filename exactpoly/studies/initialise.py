"""Random weights as the usual frameworks draw them, in float32, from a numpy generator.

Fan-in and fan-out are a layer's numbers of inputs `n` and outputs `m`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.studies.residual import residual_network

__all__ = ["BIASES", "WEIGHTS", "initialised"]

Draw = Callable[[np.random.Generator, int, int], np.ndarray]


def _xavier_uniform(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """Glorot and Bengio 2010: uniform in `+-sqrt(6 / (n + m))`."""
    bound = np.sqrt(6 / (n + m))
    return rng.uniform(-bound, bound, (m, n))


def _xavier_normal(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """Glorot and Bengio 2010: normal, variance `2 / (n + m)`."""
    return rng.normal(0, np.sqrt(2 / (n + m)), (m, n))


def _kaiming(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """He et al. 2015: normal, variance `2 / n`."""
    return rng.normal(0, np.sqrt(2 / n), (m, n))


def _orthogonal(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """Saxe et al. 2014: orthonormal rows or columns, from the QR factors of a normal matrix."""
    q, r = np.linalg.qr(rng.normal(size=(max(n, m), min(n, m))))
    q = q * np.sign(np.diag(r))
    return q if m >= n else q.T


def _torch(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """What `torch.nn.Linear` does: uniform in `+-1 / sqrt(n)`, weights and biases."""
    return rng.uniform(-1 / np.sqrt(n), 1 / np.sqrt(n), (m, n))


def _zero(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    return np.zeros(m)


def _normal(deviation: float) -> Draw:
    return lambda rng, n, m: rng.normal(0, deviation, m)


def _torch_bias(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    return rng.uniform(-1 / np.sqrt(n), 1 / np.sqrt(n), m)


WEIGHTS: dict[str, Draw] = {
    "kaiming": _kaiming,
    "orthogonal": _orthogonal,
    "torch": _torch,
    "xavier-normal": _xavier_normal,
    "xavier-uniform": _xavier_uniform,
}
BIASES: dict[str, Draw] = {
    "normal-0.01": _normal(0.01),
    "normal-0.1": _normal(0.1),
    "normal-1": _normal(1.0),
    "torch": _torch_bias,
    "zero": _zero,
}


def initialised(
    widths: Sequence[int], init: str, bias: str, seed: int, *, residual: bool = False
) -> Network:
    """A network of these widths, output included, with random float32 weights."""
    if init not in WEIGHTS:
        raise InputError(f"init: {init!r} is not one of {', '.join(WEIGHTS)}")
    if bias not in BIASES:
        raise InputError(f"bias: {bias!r} is not one of {', '.join(BIASES)}")
    rng = np.random.default_rng([seed, *widths])
    arrays = []
    for n, m in pairwise(widths):
        weight, offset = WEIGHTS[init](rng, n, m), BIASES[bias](rng, n, m)
        arrays.append((weight.astype(np.float32), offset.astype(np.float32)))
    name = f"{init}, bias {bias}, seed {seed}"
    if residual:
        return residual_network(arrays, name)
    layers = [Layer.of(w, b, relu=i + 1 < len(arrays)) for i, (w, b) in enumerate(arrays)]
    return Network(tuple(layers), name)
