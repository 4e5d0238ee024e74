"""Rigorous a-priori error bounds for evaluating a ReLU network's forms in float64.

The standard model of rounding (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed.,
ch. 2-3): a sum of `n` products, in any order and with or without fused multiply-add, is off by at
most `gamma_n sum |a_i b_i|` with `gamma_n = n u / (1 - n u)`, `u = 2^-53`, plus at most
`2 n eta` for underflow. We take `eta = 2^-1022`, which also covers arithmetic that flushes
subnormal numbers to zero. The bounds and their proof: proofs/filter.md. Constants are themselves
computed in float64 and inflated by `1 + 2^-20`, far more than their own rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = [
    "INFLATE",
    "UNIT",
    "UPDATES",
    "ComposedBounds",
    "LayerBounds",
    "composed_bounds",
    "gamma",
    "layer_bounds",
]

UNIT = 2.0**-53
INFLATE = 1.0 + 2.0**-20
_ETA = 2.0**-1022
UPDATES = 8
"""By how many units the compiled engine updates forms before it composes them anew (kernel.h)."""


def gamma(n: int) -> float:
    """`n u / (1 - n u)`, rounded up."""
    if n * UNIT > 2.0**-21:
        raise ValueError("the error analysis covers sums of fewer than 2^32 terms")
    return n * UNIT / (1.0 - n * UNIT) * INFLATE


@dataclass(frozen=True, eq=False)
class LayerBounds:
    """Bounds for the computed pre-activations `z~` of one layer at a float64 point `x~`.

    All float64 arrays, one entry an output unit. With `X = max |x~_i|`:

    ``constant``, ``slope``: `|z~_j - z_j(x~)| <= constant_j + slope_j X`, for any fixed mask of
    active units;
    ``homogeneous_constant``: replaces ``constant`` when biases are dropped;
    ``lipschitz``: `|z_j(x) - z_j(y)| <= lipschitz_j max |x_i - y_i|` for any mask;
    ``gradient``: shape (outputs, d), entrywise bound of the gradient of `z_j` for any mask;
    ``gradient_relative``: a gradient row computed by masked products is off by at most
    ``gradient_relative * gradient[j] + gradient_absolute``.
    """

    constant: np.ndarray
    slope: np.ndarray
    homogeneous_constant: np.ndarray
    lipschitz: np.ndarray
    gradient: np.ndarray
    gradient_relative: float
    gradient_absolute: float


def layer_bounds(weights: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[LayerBounds]:
    """The bounds for each layer of ``weights``: pairs (W, b) of float64, (outputs, inputs), (outputs,).

    That they are bounds: proofs/filter.md, Theorem 1.

    The float64 weights are the exact ones rounded to nearest, relative error at most `u` each (an
    underflow at most `eta`); that is part of the bounds.
    """
    d = weights[0][0].shape[1]
    result: list[LayerBounds] = []
    terms, product = 0, 1.0
    with np.errstate(all="ignore"):
        # Bounds of the layer's inputs: |h| <= magnitude + reach X; error <= constant + slope X.
        magnitude, reach = np.zeros(d), np.ones(d)
        constant, homogeneous, slope = np.zeros(d), np.zeros(d), np.zeros(d)
        gradient, relative = np.eye(d), 0.0
        for weight, bias in weights:
            w, b = np.abs(weight), np.abs(bias)
            n = weight.shape[1]
            # n products and the bias: n + 1 terms; 3 more for the rounding of weights and bias.
            g = gamma(n + 4)
            # Underflow in n products and n sums; inputs that are subnormal may be read as zero.
            tiny = 8 * (n + 2) * _ETA + _ETA * w.sum(axis=1)
            # Weights that are subnormal may be off by eta rather than by u |w|.
            off_constant = 4 * _ETA * float((magnitude + constant).sum())
            off_homogeneous = 4 * _ETA * float(homogeneous.sum())
            off_slope = 4 * _ETA * float((reach + slope).sum())
            constant = (
                w @ constant * (1 + g) + g * (w @ magnitude + b) + tiny + off_constant
            ) * INFLATE
            homogeneous = (w @ homogeneous * (1 + g) + tiny + off_homogeneous) * INFLATE
            slope = (w @ slope * (1 + g) + g * (w @ reach) + off_slope + tiny) * INFLATE
            magnitude = ((w @ magnitude + b) * (1 + g) + tiny + off_constant) * INFLATE
            reach = (w @ reach * (1 + g) + off_slope + tiny) * INFLATE
            gradient = w @ gradient * INFLATE
            relative = (relative + g + relative * g) * INFLATE
            # Any partial product of the |W| is entrywise below this product of sums.
            terms += n + 2
            product *= (1.0 + float(w.sum())) * INFLATE
            absolute = 16 * terms * _ETA * product
            result.append(
                LayerBounds(constant, slope, homogeneous, reach, gradient, relative, absolute)
            )
    return result


@dataclass(frozen=True, eq=False)
class ComposedBounds:
    """Bounds for a layer's units as composed affine forms `A x + a`, made from the layer below's.

    All float64 arrays, one entry an output unit. With `X = max |x~_i|` for a float64 point `x~`:

    ``constant``, ``slope``: the computed `A~ x~ + a~` is off the unit's exact value at `x~` by at most
    ``constant + slope X``; ``far`` replaces ``constant`` where constants are dropped;
    ``reach``: `|z(x) - z(y)| <= reach max |x_i - y_i|` for any mask;
    ``spread``: a row of `A~` is off by at most that, its entries' errors added up.
    """

    constant: np.ndarray
    slope: np.ndarray
    far: np.ndarray
    reach: np.ndarray
    spread: np.ndarray


def composed_bounds(weights: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[ComposedBounds]:
    """The bounds for each layer of ``weights``, pairs as for `layer_bounds`.

    That they are bounds: proofs/filter.md, Theorem 5. Forms of all layers but the first may have been
    made from a neighbouring region's by adding and subtracting up to `UPDATES` units.
    """
    d = weights[0][0].shape[1]
    g_last, lost = gamma(d + 3), 16 * (d + 2) * _ETA
    result: list[ComposedBounds] = []
    with np.errstate(all="ignore"):
        magnitude, reach = np.zeros(d), np.ones(d)
        constant, spread = np.zeros(d), np.zeros(d)
        for weight, bias in weights:
            w, b = np.abs(weight), np.abs(bias)
            n = weight.shape[1]
            updates = UPDATES if result else 0
            g = (1 + updates) * gamma(n + updates + 4)
            tiny = (1 + updates) * (8 * (n + updates + 2) * _ETA + _ETA * w.sum(axis=1))
            off_constant = 4 * _ETA * float((magnitude + constant).sum())
            off_spread = 4 * _ETA * float((reach + spread).sum())
            inputs = w @ np.column_stack([constant, magnitude, spread, reach])
            constant = (
                inputs[:, 0] * (1 + g) + g * (inputs[:, 1] + b) + tiny + off_constant
            ) * INFLATE
            magnitude = ((inputs[:, 1] + b) * (1 + g) + tiny + off_constant) * INFLATE
            spread = (inputs[:, 2] * (1 + g) + g * inputs[:, 3] + d * tiny + off_spread) * INFLATE
            reach = (inputs[:, 3] * (1 + g) + off_spread + d * tiny) * INFLATE
            result.append(
                ComposedBounds(
                    (constant + g_last * (magnitude + constant) + lost) * INFLATE,
                    (spread + g_last * (reach + spread) + lost) * INFLATE,
                    np.full(len(b), lost * INFLATE),
                    reach,
                    spread,
                )
            )
    return result
