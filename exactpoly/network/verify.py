"""The comparison of an imported network with the framework's own output.

An importer can be wrong in ways that no shape check sees (a square matrix transposed, a padding on the
wrong side). So after every import from a framework the exact network is evaluated at fixed points and
held against the framework's floats. They may differ by what rounding explains and no more: the bound is
`4 gamma_n * magnitude` with `gamma_n = n u / (1 - n u)` (Higham 2002, section 3.1), the magnitude being
the running sum of `|w| |x|` and `n` the roundings on the longest path, both kept while lowering. The
bound accepts or refuses an import; no exact result depends on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpz_mat

from exactpoly.errors import InputError, InternalError
from exactpoly.network.affine import Affine
from exactpoly.network.lowering import INPUT_BOUND
from exactpoly.network.network import Network

__all__ = ["compare", "evaluate_many", "largest_deviation", "sample_points"]

_NEAR, _FAR = 6, 4
_STEPS = 16
_SAFETY = 4


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
    points[:_NEAR] *= 2 / _STEPS
    points[_NEAR:] *= INPUT_BOUND / _STEPS
    return np.vstack([np.zeros((1, dimension)), points])


def evaluate_many(network: Network, points: np.ndarray) -> list[list[Fraction]]:
    """The exact outputs at finite float points, shape (points, d), by exact integer products."""
    exact = [[Fraction(x) for x in point] for point in points.tolist()]
    common = max((x.denominator for point in exact for x in point), default=1)
    values = [[int(x * common) for x in column] for column in zip(*exact, strict=True)]
    for layer in network.layers:
        values.append([common] * len(exact))
        product = (fmpz_mat([list(row) for row in layer.numerators]) * fmpz_mat(values)).tolist()
        values = [
            [max(int(x), 0) if kind else int(x) for x in row]
            for row, kind in zip(product, layer.relu, strict=True)
        ]
        common *= layer.denominator
    return [[Fraction(x, common) for x in column] for column in zip(*values, strict=True)]


def largest_deviation(exact: Sequence[Sequence[Fraction]], outputs: np.ndarray) -> float:
    """The largest difference between exact outputs and finite floats, rounded, for notes."""
    return float(
        max(
            abs(Fraction(y) - x)
            for line, row in zip(exact, outputs.tolist(), strict=True)
            for x, y in zip(line, row, strict=True)
        )
    )


def compare(
    network: Network,
    output: Affine,
    points: np.ndarray,
    outputs: np.ndarray,
    *,
    roundoff: float,
    who: str,
) -> str:
    """Hold the network against the outputs of ``who``; returns the note, raises on a real difference.

    ``output``: what the network was built from, for its magnitudes; ``points``: float64, shape
    (points, d), at most `INPUT_BOUND` in absolute value; ``outputs``: float64, shape (points, outputs);
    ``roundoff``: unit roundoff `u` of the arithmetic of ``who``.
    """
    if outputs.shape != (len(points), network.output_dimension):
        raise InternalError(
            f"{who} gives outputs of shape {outputs.shape[1:]} a point, the exact network"
            f" {network.output_dimension}; please report this model"
        )
    finite = np.isfinite(outputs).all(axis=1)
    if not finite.any():
        raise InputError(
            f"{who} gives no finite output at any sample point, so the import cannot be checked"
        )
    points, outputs = points[finite], outputs[finite]
    exact = evaluate_many(network, points)
    error = output.roundings * roundoff
    gamma = error / (1 - error) if error < 1 else float("inf")
    bounds = _SAFETY * gamma * output.magnitude + output.roundings * 1e-300
    for point, line, row in zip(points.tolist(), exact, outputs.tolist(), strict=True):
        for i, (x, y, bound) in enumerate(zip(line, row, bounds.tolist(), strict=True)):
            deviation = abs(Fraction(y) - x)
            if bound < float("inf") and deviation > Fraction(bound):
                raise InternalError(
                    f"the exact network and {who} differ by {float(deviation):.3g} in output {i} at"
                    f" {point[:8]}, more than the {bound:.3g} that rounding explains; please report"
                    " this model"
                )
    bound = float(bounds.max())
    return (
        f"compared with {who} at {len(points)} points: largest deviation"
        f" {largest_deviation(exact, outputs):.3g}, rounding alone explains up to {bound:.3g}"
    )
