"""The float simplex method of `exactpoly.polyhedra.proposal` with its loop compiled."""

from __future__ import annotations

import ctypes

import numpy as np

from exactpoly.complex.kernel.library import address, kernel
from exactpoly.polyhedra.proposal import FloatSimplex, Proposal

__all__ = ["CompiledSimplex", "float_simplex"]


def float_simplex() -> type[FloatSimplex]:
    """The fastest simplex method that is there."""
    return FloatSimplex if kernel() is None else CompiledSimplex


class CompiledSimplex(FloatSimplex):
    """The same proposals up to rounding, each pivot some ten times faster."""

    def _minimise(self, target: np.ndarray) -> Proposal | None:
        library = kernel()
        if library is None:
            return super()._minimise(target)
        d, m = self.dimension, len(self.normals)
        columns = self._columns()
        # Kept in names, so that the arrays live while the kernel works on them.
        position = np.ascontiguousarray(self.position)
        nonbasic = np.ascontiguousarray(self.nonbasic, np.int32)
        constants, form = np.ascontiguousarray(self.constants), np.ascontiguousarray(target)
        direction, pivots = np.empty(d), ctypes.c_int64(0)
        found = library.minimise(
            *(d, m, columns.shape[1], address(columns), address(constants), address(position)),
            *(address(nonbasic), address(form), self.TINY, self.most_pivots, address(direction)),
            ctypes.byref(pivots),
        )
        if found < 0:
            raise MemoryError
        self.position, self.nonbasic = position, nonbasic.astype(np.int64)
        self.pivots += pivots.value
        return {0: lambda: None, 1: lambda: self._aim(direction), 2: self._support}[found]()

    def _columns(self) -> np.ndarray:
        """float64, shape (d, room): the normals as columns, with room for more rows."""
        m, d = self.normals.shape
        held: np.ndarray | None = self.__dict__.get("_held")
        if held is None or held.shape[1] < m:
            held = np.zeros((d, max(64, m + m // 2)))
            self._held, self._copied = held, 0
        held[:, self._copied : m] = self.normals[self._copied :].T
        self._copied = m
        return held
