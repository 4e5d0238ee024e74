"""Pre-activations under a sign row as affine forms, in floats: what the baselines are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exactpoly.crosscheck.adapters.task import Task

if TYPE_CHECKING:
    import numpy as np

__all__ = ["box_sides", "halfspaces", "layer_forms"]


def layer_forms(task: Task, row: np.ndarray, layer: int) -> tuple[np.ndarray, np.ndarray]:
    """Gradients and constants of the units of ``layer`` where the units before have signs ``row``."""
    import numpy as np

    gradient, constant = np.eye(task.dimension), np.zeros(task.dimension)
    place = 0
    for index in range(layer + 1):
        gradient = task.weights[index] @ gradient
        constant = task.weights[index] @ constant + task.biases[index]
        if index < layer:
            on = row[place : place + len(constant)] > 0
            place += len(constant)
            gradient, constant = gradient * on[:, None], constant * on
    return gradient, constant


def halfspaces(task: Task, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``(A, b)`` with ``A x <= b`` one line a neuron, for a row of +1 and -1."""
    import numpy as np

    gradients, constants = [], []
    for layer in range(len(task.weights) - 1):
        gradient, constant = layer_forms(task, row, layer)
        gradients.append(gradient)
        constants.append(constant)
    matrix, bound = np.concatenate(gradients), np.concatenate(constants)
    return -row[:, None] * matrix, row * bound


def box_sides(task: Task) -> tuple[np.ndarray, np.ndarray]:
    """``(A, b)`` with ``A x <= b`` one line a side of the box; none on `R^d`."""
    import numpy as np

    unit = np.eye(task.dimension)
    if task.bounds is None:
        return np.empty((0, task.dimension)), np.empty(0)
    low, high = np.array(task.bounds).T
    return np.vstack([unit, -unit]), np.concatenate([high, -low])
