"""Linear bounds of all neurons on many boxes at once, in float64: proposals, never answers.

Backward bounds after Zhang et al., "Efficient Neural Network Robustness Certification with General
Activation Functions" (CROWN, 2018), with slope 0 or 1 below a neuron whose sign is open, as the checker
takes them. What they propose is decided by exact arithmetic: certificate/check_property.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from exactpoly.network.network import Network

__all__ = ["FloatNetwork", "Relaxation", "bounds_of_rows", "forward", "refreshed", "relaxation"]

_NEARLY = 1 - 2.0**-20
"""At ties of the two ends, common in quantised networks, rounding must not choose the slope."""

Array = np.ndarray
LayerBounds = tuple[Array, Array]
"""float64 (boxes, units) each: lower and upper bounds of the pre-activations of one layer."""


@dataclass(frozen=True)
class FloatNetwork:
    """The layers of a network rounded to float64.

    ``weights``: (outputs, inputs) a layer; ``biases``: (outputs,); ``relu``: bool (outputs,).
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    relu: tuple[Array, ...]

    @classmethod
    def of(cls, network: Network) -> FloatNetwork:
        """The float64 network; entries beyond float64 become infinite."""
        layers = network.layers
        return cls(
            tuple(layer.float_weight for layer in layers),
            tuple(layer.float_bias for layer in layers),
            tuple(np.array(layer.relu) for layer in layers),
        )

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.weights)


def forward(net: FloatNetwork, points: Array) -> Array:
    """Outputs (points, outputs) at points (points, d)."""
    for weight, bias, relu in zip(net.weights, net.biases, net.relu, strict=True):
        points = points @ weight.T + bias
        points = np.where(relu, np.maximum(points, 0), points)
    return points


@dataclass(frozen=True)
class Relaxation:
    """Lines around the units of one layer on each box, float64 (boxes, units).

    `lower z <= unit(z) <= upper z + intercept`.
    """

    lower: Array
    upper: Array
    intercept: Array


def relaxation(low: Array, high: Array, relu: Array) -> Relaxation:
    """The lines for bounds ``low``, ``high`` (boxes, units)."""
    open_ = relu & (low < 0) & (high > 0)
    width = np.where(open_, high - low, 1.0)
    passed = (((low >= 0) & (high > 0)) | ~relu).astype(float)
    upper = np.where(open_, high / width, passed)
    lower = np.where(open_, (high > -low * _NEARLY).astype(float), passed)
    return Relaxation(lower, upper, np.where(open_, -upper * low, 0.0))


def bounds_of_rows(
    net: FloatNetwork,
    lines: Sequence[Relaxation],
    rows: Array,
    constants: Array,
    boxes: Array,
    low: Array,
    high: Array,
    inputs: Array | None = None,
    keep: list[Array] | None = None,
) -> tuple[Array, Array]:
    """Lower bounds of affine rows of what layer ``len(lines) - 1`` puts out, and input coefficients.

    ``rows``: (R, units); ``constants``: (R,); ``boxes``: int (R,), the box of each row; ``low``, ``high``:
    (boxes, d); ``inputs``: (R, d), coefficients of the inputs themselves; ``keep``: takes the
    coefficients of each layer's outputs, last layer first.
    """
    for j in range(len(lines) - 1, -1, -1):
        if keep is not None:
            keep.append(rows)
        line = lines[j]
        positive = np.maximum(rows, 0)
        negative = rows - positive
        constants = constants + np.einsum("rn,rn->r", negative, line.intercept[boxes])
        positive *= line.lower[boxes]
        negative *= line.upper[boxes]
        positive += negative
        constants = constants + positive @ net.biases[j]
        rows = positive @ net.weights[j]
    if inputs is not None:
        rows = rows + inputs
    positive = np.maximum(rows, 0)
    ends = np.einsum("rn,rn->r", positive, low[boxes])
    ends += np.einsum("rn,rn->r", rows - positive, high[boxes])
    return ends + constants, rows


def refreshed(
    net: FloatNetwork,
    known: Sequence[LayerBounds],
    low: Array,
    high: Array,
    first: int = 0,
    slopes: list[Array] | None = None,
) -> tuple[list[LayerBounds], list[Relaxation]]:
    """Better bounds of the units that may still change sign, layer by layer from ``first`` on.

    ``known``: bounds that hold already (infinite ones at the root); ``slopes``: by layer (boxes, units,
    d), takes how much each unit that was bounded depends on each input.
    """
    bounds: list[LayerBounds] = []
    lines: list[Relaxation] = []
    for j in range(net.depth):
        below, above = known[j]
        if j >= first:
            below, above = below.copy(), above.copy()
            wanted = (below < 0) & (above > 0) & (net.relu[j] | np.isinf(below))
            box, unit = np.nonzero(wanted)
            if len(box):
                rows = net.weights[j][unit]
                found, rows = bounds_of_rows(
                    net,
                    lines,
                    np.concatenate([rows, -rows]),
                    np.concatenate([net.biases[j][unit], -net.biases[j][unit]]),
                    np.concatenate([box, box]),
                    low,
                    high,
                )
                count = len(box)
                if slopes is not None:
                    slopes[j][box, unit] = np.abs(rows[:count]) + np.abs(rows[count:])
                below[box, unit] = np.maximum(below[box, unit], found[:count])
                above[box, unit] = np.minimum(above[box, unit], -found[count:])
        bounds.append((below, above))
        lines.append(relaxation(below, above, net.relu[j]))
    return bounds, lines
