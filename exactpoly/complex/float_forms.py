"""Affine forms of neurons and sides in float64, many at once, with rigorous error bounds.

What the sign oracle evaluates (proofs/filter.md, Theorem 1); `exactpoly.complex.fine_forms` has the same
forms to a hundred bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from exactpoly.arithmetic.filter_bounds import INFLATE, layer_bounds
from exactpoly.complex.sides import float_sides
from exactpoly.domain import Domain
from exactpoly.network.network import Network

__all__ = ["FloatForms", "FloatLayer"]


@dataclass(frozen=True, eq=False)
class FloatLayer:
    """A layer rounded to float64, with its share of the sign row.

    ``weight``, ``bias``: all units; ``neurons``: which units are ReLU; ``first``: index of the first
    neuron; ``log_scale``: log2 of the integer scaling of the layer's forms, rounded up.
    """

    weight: np.ndarray
    bias: np.ndarray
    neurons: np.ndarray
    first: int
    log_scale: float


class FloatForms:
    """The forms of a network's neurons and of a domain's sides in float64, with rigorous error bounds.

    ``layers``: rounded; ``bounds``: what is known of their errors, layer by layer; on `R^d` constants have
    two parts, `p` and `q`.
    """

    def __init__(self, network: Network, domain: Domain, scales: Sequence[int]) -> None:
        """``scales``: of each layer's integer forms, see `ExactGeometry`."""
        self.dimension = network.input_dimension
        self.parts = 2 if domain.is_space else 1
        self.layers = _float_layers(network, scales)
        self.bounds = layer_bounds([(layer.weight, layer.bias) for layer in self.layers])
        self._sides = float_sides(domain)
        # One entry more than neurons, so that a network without any can be indexed as well.
        self._layer_of = np.array([*(index for index, _ in network.neurons), -1], np.int64)
        self._unit_of = np.array([*(unit for _, unit in network.neurons), -1], np.int64)

    def masks(self, signs: np.ndarray, where: np.ndarray, top: int) -> list[np.ndarray]:
        """float64 (units, n) for each layer up to ``top``: 1 for active and linear units, else 0.

        ``signs``: int8, shape (neurons, vertices); ``where``: the `n` vertices.
        """
        masks = []
        for layer in self.layers[: top + 1]:
            mask = np.ones((len(layer.bias), len(where)))
            stop = layer.first + len(layer.neurons)
            mask[layer.neurons] = signs[layer.first : stop][:, where] > 0
            masks.append(mask)
        return masks

    def forms(
        self, constraints: np.ndarray, masks: list[np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Forms in float64: gradients (m, d, n), constants (parts, m, n), and about the gradients
        entrywise error bounds (m, d, n) and log2 of the scaling (m, n); proofs/filter.md, Theorem 1.
        """
        m, count = constraints.shape
        rows = np.zeros((m, self.dimension, count))
        constants = np.zeros((self.parts, m, count))
        errors = np.zeros_like(rows)
        logs = np.zeros((m, count))
        on_side = constraints < 0
        if on_side.any():
            place, column = np.nonzero(on_side)
            side = -1 - constraints[place, column]
            rows[place, :, column] = self._sides.rows[side]
            errors[place, :, column] = self._sides.row_errors[side]
            constants[:, place, column] = self._sides.constants[side].T
            logs[place, column] = self._sides.log_scale[side]
        layer_of = np.where(on_side, -1, self._layer_of[np.maximum(constraints, 0)])
        for index in range(len(masks)):
            place, column = np.nonzero(layer_of == index)
            if not len(place):
                continue
            units = self._unit_of[constraints[place, column]]
            line, constant = self.layers[index].weight[units], self.layers[index].bias[units]
            for below in range(index - 1, -1, -1):
                line = line * masks[below][:, column].T
                constant = constant + line @ self.layers[below].bias
                line = line @ self.layers[below].weight
            bounds = self.bounds[index]
            rows[place, :, column] = line
            constants[0, place, column] = constant
            errors[place, :, column] = (
                bounds.gradient[units] * bounds.gradient_relative + bounds.gradient_absolute
            )
            logs[place, column] = self.layers[index].log_scale
        return rows, constants, errors, logs

    def values(
        self, basis: np.ndarray, point: np.ndarray, masks: list[np.ndarray], part: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Values (d, n) of the basis forms at float64 points (d, n), and their error bounds.

        proofs/filter.md, Theorem 1.
        """
        result = np.zeros_like(point)
        errors = np.zeros_like(point)
        size = np.abs(point).max(axis=0) * INFLATE
        on_side = basis < 0
        if on_side.any():
            place, column = np.nonzero(on_side)
            side = -1 - basis[place, column]
            values = np.einsum("ij,ij->i", self._sides.rows[side], point[:, column].T)
            result[place, column] = values + self._sides.constants[side, part]
            errors[place, column] = (
                self._sides.error[side, part] + self._sides.slope[side] * size[column]
            )
        layer_of = np.where(on_side, -1, self._layer_of[np.maximum(basis, 0)])
        hidden = point
        for index, mask in enumerate(masks):
            layer, bounds = self.layers[index], self.bounds[index]
            place, column = np.nonzero(layer_of == index)
            units = self._unit_of[basis[place, column]]
            if index == len(masks) - 1:
                # Of the topmost layer only the basis is wanted, a few of its many units.
                values = np.einsum("ij,ij->i", layer.weight[units], hidden[:, column].T)
                result[place, column] = values + layer.bias[units] if part == 0 else values
            else:
                hidden = layer.weight @ hidden
                if part == 0:
                    hidden += layer.bias[:, None]
                result[place, column] = hidden[units, column]
                hidden *= mask
            constant = bounds.constant if part == 0 else bounds.homogeneous_constant
            errors[place, column] = constant[units] + bounds.slope[units] * size[column]
        return result, errors


def _float_layers(network: Network, scales: Sequence[int]) -> list[FloatLayer]:
    result = []
    first = 0
    for layer, scale in zip(network.layers, scales, strict=True):
        neurons = np.array(layer.neurons, np.int64)
        log_scale = float(scale.bit_length())
        result.append(FloatLayer(layer.float_weight, layer.float_bias, neurons, first, log_scale))
        first += len(neurons)
    return result
