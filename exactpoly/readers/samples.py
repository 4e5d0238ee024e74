"""The fixed points at which an imported network is compared with its framework."""

from __future__ import annotations

import numpy as np

__all__ = ["sample_points"]

_NEAR, _FAR = 6, 4
_NEAR_BOUND, _FAR_BOUND = 2, 256
_STEPS = 16


def sample_points(dimension: int) -> np.ndarray:
    """float64, shape (11, d): the origin, points in [-2, 2]^d and points in [-256, 256]^d.

    Fixed pseudo-random multiples of 1/8 and of 16, which every floating-point type holds exactly; no
    symmetry maps them to each other. The far points wake units that are dead near the origin.
    """
    state = 20_231_117
    values = []
    for _ in range((_NEAR + _FAR) * dimension):
        state = (6_364_136_223_846_793_005 * state + 1_442_695_040_888_963_407) % 2**64
        values.append((state >> 33) % (2 * _STEPS + 1) - _STEPS)
    points = np.array(values, dtype=np.float64).reshape(_NEAR + _FAR, dimension)
    points[:_NEAR] *= _NEAR_BOUND / _STEPS
    points[_NEAR:] *= _FAR_BOUND / _STEPS
    return np.vstack([np.zeros((1, dimension)), points])
