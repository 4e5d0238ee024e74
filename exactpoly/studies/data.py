"""Data sets for the training study: real ones that scikit-learn ships, and Gaussian blobs.

Features are standardised; the real data are projected on their leading principal components where the
network has fewer inputs than there are features.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from exactpoly.errors import InputError, MissingDependency

__all__ = ["DATA", "Data", "load_data"]

DATA = ("blobs", "moons", "shells", "iris", "wine", "breast-cancer", "diabetes")
"""Names that `load_data` knows."""


@dataclass(frozen=True, eq=False)
class Data:
    """``x``: float32 (samples, d); ``y``: classes (int64) or standardised targets (float32);
    ``train``: indices of the training samples.
    """

    x: np.ndarray
    y: np.ndarray
    classification: bool
    train: np.ndarray


def load_data(name: str, dimension: int, seed: int) -> Data:
    """``iris``, ``wine``, ``breast-cancer`` (classes), ``diabetes`` (regression), or made from ``seed``:
    ``blobs``, ``moons``, ``shells``.

    Blobs: 300 points of three Gaussians with standard deviation 0.5; moons: 300 points of two half
    circles in the plane with noise 0.15; shells: 1,000 points, a ball of radius 1 and around it a shell of
    radii 1.5 to 2.5. None is standardised. The split is 80/20, at random from ``seed``.
    """
    try:
        from sklearn import datasets
    except ImportError as error:
        raise MissingDependency("training studies need scikit-learn", "scikit-learn") from error
    if name == "blobs":
        x, y, *_ = datasets.make_blobs(
            n_samples=300, n_features=dimension, centers=3, cluster_std=0.5, random_state=seed
        )
        return _split(x, y.astype(np.int64), True, seed)
    if name == "moons":
        if dimension != 2:
            raise InputError(f"data: moons lie in the plane, the network takes {dimension} inputs")
        x, y = datasets.make_moons(n_samples=300, noise=0.15, random_state=seed)
        return _split(x, y.astype(np.int64), True, seed)
    if name == "shells":
        return _split(*_shells(dimension, seed), True, seed)
    loaders: dict[str, Any] = {
        "iris": datasets.load_iris,
        "wine": datasets.load_wine,
        "breast-cancer": datasets.load_breast_cancer,
        "diabetes": datasets.load_diabetes,
    }
    if name not in loaders:
        raise InputError(f"data: {name!r} is not one of {', '.join(DATA)}")
    loaded = loaders[name]()
    x = _standard(loaded.data)
    if dimension > x.shape[1]:
        raise InputError(f"data: {name} has {x.shape[1]} features, the network takes {dimension}")
    if dimension < x.shape[1]:
        _, _, axes = np.linalg.svd(x, full_matrices=False)
        x = _standard(x @ axes[:dimension].T)
    if name == "diabetes":
        return _split(x, _standard(loaded.target).astype(np.float32), False, seed)
    return _split(x, loaded.target.astype(np.int64), True, seed)


def _shells(dimension: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Uniform in direction, and in radius raised to the dimension."""
    rng = np.random.default_rng(seed)
    labels = np.arange(1000) % 2
    directions = rng.normal(size=(1000, dimension))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    low, high = np.where(labels, 1.5, 0.0) ** dimension, np.where(labels, 2.5, 1.0) ** dimension
    radii = rng.uniform(low, high) ** (1 / dimension)
    return directions * radii[:, None], labels.astype(np.int64)


def _standard(values: np.ndarray) -> np.ndarray:
    result: np.ndarray = (values - values.mean(axis=0)) / values.std(axis=0)
    return result


def _split(x: np.ndarray, y: np.ndarray, classification: bool, seed: int) -> Data:
    order = np.random.default_rng(seed).permutation(len(x))
    return Data(x.astype(np.float32), y, classification, order[: len(x) * 4 // 5])
