"""Residual networks as exact networks: `h_(l+1) = h_l + relu(W_l h_l + b_l)` where widths agree.

The first layer is plain. The state `h_l` is carried as linear units beside the ReLU units, so a layer
has the ReLU units of its block and passes its state through; shortcuts cut nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["residual_network"]


def residual_network(arrays: Sequence[tuple[np.ndarray, np.ndarray]], name: str) -> Network:
    """The exact network of weights and biases (outputs, inputs) and (outputs,), the last one linear.

    Raises `InputError` unless all hidden layers have the same width.
    """
    width = arrays[0][0].shape[0]
    for weight, _ in arrays[1:-1]:
        if weight.shape != (width, width):
            raise InputError("residual: all hidden layers must have the same width")
    layers = [Layer.of(*arrays[0])]
    # The state as a matrix on the current layer's outputs.
    state = [[Fraction(int(i == j)) for j in range(width)] for i in range(width)]
    zeros = [Fraction(0)] * width
    for weight, bias in arrays[1:-1]:
        rows = _times(weight, state) + state
        kinds = [True] * width + [False] * width
        constants = [Fraction(float(b)) for b in bias] + zeros
        layers.append(Layer.of(rows, constants, relu=kinds))
        state = [
            [Fraction(int(j in (i, i + width))) for j in range(2 * width)] for i in range(width)
        ]
    weight, bias = arrays[-1]
    layers.append(Layer.of(_times(weight, state), bias, relu=False))
    return Network(tuple(layers), name)


def _times(weight: np.ndarray, state: list[list[Fraction]]) -> list[list[Fraction]]:
    exact = [[Fraction(float(x)) for x in row] for row in weight]
    return [
        [
            sum((a * s[c] for a, s in zip(row, state, strict=True)), Fraction(0))
            for c in range(len(state[0]))
        ]
        for row in exact
    ]
