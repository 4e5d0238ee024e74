"""The points at which an imported network is compared with its framework.

Clamps and thresholds are seen only where values pass them, so the points range over many scales; and an
operator with a kink may be wrong at the kink alone, so points on kinks are looked for.
"""

from __future__ import annotations

import numpy as np

from exactpoly.network.network import Network

__all__ = ["kink_points", "sample_points"]

_STEPS = 16
_SCALES = (2, 2, 2, 2, 2, 2, 256, 256, 256, 256, 2.0**-12, 2.0**-6, 16, 16, 2048, 2.0**15)
"""Bound of the entries of each random point; all are held exactly by every floating-point type."""
_SMALL = (-6, -3, -1, 0, 1, 2, 3, 6)
"""Entries where common clamps and thresholds on an input itself change."""
_SMALL_POINTS = 3

_KINKS = 8
_BISECTIONS = 60
_LARGEST = 500_000
"""Entries of all matrices, zeros included, beyond which no kinks are looked for."""
_A_LAYER = 500
"""Entries that the steps of one layer cost as much as."""


def sample_points(dimension: int) -> np.ndarray:
    """float64, shape (20, d): the origin, points at scales from 2^-12 to 2^15, small integer points.

    Fixed and pseudo-random; no symmetry maps them to each other. The far points wake units that are dead
    near the origin, and pass clamps that nothing near it does.
    """
    state = 20_231_117
    values = []
    for _ in range((len(_SCALES) + _SMALL_POINTS) * dimension):
        state = (6_364_136_223_846_793_005 * state + 1_442_695_040_888_963_407) % 2**64
        values.append(state >> 33)
    draws = np.array(values, dtype=np.int64).reshape(len(_SCALES) + _SMALL_POINTS, dimension)
    scaled = (draws[: len(_SCALES)] % (2 * _STEPS + 1) - _STEPS) / _STEPS
    scaled = scaled * np.array(_SCALES, dtype=np.float64)[:, None]
    small = np.array(_SMALL, dtype=np.float64)[draws[len(_SCALES) :] % len(_SMALL)]
    return np.vstack([np.zeros((1, dimension)), scaled, small])


def kink_points(network: Network, points: np.ndarray) -> np.ndarray:
    """float64, shape (n, d): points beside which some neuron changes sign, found by bisection in floats.

    Each lies between two of ``points``. Nothing is proved about them; they are where to look.
    """
    entries = sum(_A_LAYER + layer.inputs * layer.outputs for layer in network.layers)
    if not network.n_neurons or entries > _LARGEST:
        return np.empty((0, points.shape[1]))
    signs = _pre_activations(network, points) > 0
    neurons = [n for n in _spread(network.n_neurons) if signs[:, n].any() and not signs[:, n].all()]
    if not neurons:
        return points[:0]
    yes = points[[np.flatnonzero(signs[:, n])[-1] for n in neurons]]
    no = points[[np.flatnonzero(~signs[:, n])[0] for n in neurons]]
    for _ in range(_BISECTIONS):
        middle = (yes + no) / 2
        positive = _pre_activations(network, middle)[range(len(neurons)), neurons] > 0
        yes = np.where(positive[:, None], middle, yes)
        no = np.where(positive[:, None], no, middle)
    return no


def _spread(neurons: int) -> list[int]:
    """At most `_KINKS` neurons, the first and the last among them."""
    return sorted({i * (neurons - 1) // max(_KINKS - 1, 1) for i in range(_KINKS)})


def _pre_activations(network: Network, points: np.ndarray) -> np.ndarray:
    """float64, (points, neurons), rounded."""
    values, found = points, []
    with np.errstate(over="ignore", invalid="ignore"):
        for layer in network.layers:
            values = values @ layer.float_weight.T + layer.float_bias
            kinds = np.array(layer.relu)
            found.append(values[:, kinds])
            values = np.where(kinds, np.maximum(values, 0), values)
    return np.hstack(found)
