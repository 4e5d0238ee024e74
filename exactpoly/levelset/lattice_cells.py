"""The arrays of a complex by dimension, for `Arrangement`."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from exactpoly.complex.complex import Complex
from exactpoly.complex.vertices import Homogeneous

__all__ = ["LatticeCells"]


class _Lists(NamedTuple):
    entries: np.ndarray
    start: np.ndarray


class _Places(NamedTuple):
    complex: Complex

    def points(self, vertices: Iterable[int], part: int = 0) -> list[tuple[Fraction, ...]]:
        """Exact `p` (0) or `q` (1) of some vertices."""
        return self.complex._exact_part(np.array(list(vertices)), part)

    def exact(self, vertex: int) -> Homogeneous:
        """Exact homogeneous coordinates."""
        return self.complex._oracle.coordinates(vertex)


class LatticeCells:
    """Facets, sides and signs by dimension."""

    def __init__(self, complex_: Complex) -> None:
        self.complex = complex_
        self.levels = complex_._levels
        self.sizes = tuple(level.size for level in self.levels)
        self.coordinates = _Places(complex_)

    def facets(self, k: int) -> _Lists:
        """The facets of the k-cells."""
        level = self.levels[k]
        return _Lists(level.facets.view, np.append(level.start.view, level.facets.size))

    def sides(self, k: int) -> np.ndarray:
        """uint32: the sides of the k-cells."""
        return self.levels[k].sides.view

    def zeros(self, k: int) -> np.ndarray:
        """uint16: how many neurons vanish on the k-cells."""
        return self.levels[k].zeros.view

    def signs(self, k: int, neuron: int) -> np.ndarray:
        """int8: the sign of a neuron on the k-cells."""
        line: np.ndarray = self.complex._oracle.signs.view[neuron]
        for level in self.levels[1 : k + 1]:
            below = line[level.facets.view]
            high = np.maximum.reduceat(below, level.start.view)
            line = np.where(high > 0, high, np.minimum.reduceat(below, level.start.view))
        return line

    def vertices_of(self, k: int, cell: int) -> np.ndarray:
        """The vertices of a cell."""
        return self.complex._vertices_of(k, cell)

    def row(self, k: int, cell: int) -> np.ndarray:
        """The sign row of a cell."""
        return self.complex._row_of(k, cell)
