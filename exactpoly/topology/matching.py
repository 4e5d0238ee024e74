"""Coreduction: an acyclic matching of the cells of a chain complex (proofs/topology.md, Theorem 5).

All cells are listed at first. A *pair* `(a, b)` may be struck off when `a` is the only facet of `b`
still listed, a *critical* cell when it has no listed facet. The steps in their order are an acyclic
matching in the sense of Forman, and anyone can replay them (Mrozek and Batko, *Coreduction homology
algorithm*, Discrete Comput. Geom. 41, 2009).

Pairs that can be struck off at once are, in arrays; a handful is struck off one by one. Both ways give
steps that are legal in the order in which they are written down.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from exactpoly.topology.chains import Chains, segments

__all__ = ["Matching", "coreduction"]

_FEW = 48
"""Below this many pairs at a time arrays are slower than a loop."""


@dataclass(frozen=True, eq=False)
class Matching:
    """The steps of a coreduction, in order.

    ``lower``: int32, the cell `a` of a pair, -1 for a critical cell; ``upper``: int32, `b`, or the
    critical cell.
    """

    lower: np.ndarray
    upper: np.ndarray

    @property
    def critical(self) -> np.ndarray:
        """int32: the critical cells in order."""
        cells: np.ndarray = self.upper[self.lower < 0]
        return cells


def coreduction(chains: Chains) -> Matching:
    """Strike off all cells; see the module.

    >>> from exactpoly.topology.incidence import chains_of
    >>> circle = chains_of((3, 3), [np.array([0, 1, 0, 2, 1, 2])], [np.array([0, 2, 4])])
    >>> matching = coreduction(circle)
    >>> matching.critical.tolist(), len(matching.lower)
    ([0, 5], 4)
    """
    return _Coreduction(chains).run()


class _Coreduction:
    """``listed``: which cells are; ``open``: number of listed facets of each cell."""

    def __init__(self, chains: Chains) -> None:
        self.chains = chains
        self.bytes = bytearray(b"\1") * chains.n_cells
        self.listed = np.frombuffer(self.bytes, np.uint8)
        self.open = np.diff(chains.start).astype(np.int32)
        self.up_start, self.up = chains.cofaces
        self.lower: list[np.ndarray] = []
        self.upper: list[np.ndarray] = []

    def run(self) -> Matching:
        ready = np.flatnonzero(self.open == 1)
        first = 0
        while True:
            while len(ready):
                ready = self._many(ready) if len(ready) > _FEW else self._few(ready)
            first = self.bytes.find(1, first)
            if first < 0:
                break
            # Of the cells still listed the first has the least dimension, so no listed facets.
            cell = np.array([first], np.int32)
            self._write(np.array([-1], np.int32), cell)
            self.bytes[first] = 0
            ready = self._struck(cell)
        empty = np.empty(0, np.int32)
        return Matching(np.concatenate([empty, *self.lower]), np.concatenate([empty, *self.upper]))

    def _write(self, lower: np.ndarray, upper: np.ndarray) -> None:
        self.lower.append(lower.astype(np.int32))
        self.upper.append(upper.astype(np.int32))

    def _struck(self, cells: np.ndarray) -> np.ndarray:
        """Tell the cofaces of struck cells; those with one listed facet left are returned."""
        _, place = segments(self.up_start, cells)
        above = self.up[place]
        np.subtract.at(self.open, above, 1)
        above = above[(self.listed[above] == 1) & (self.open[above] == 1)]
        return np.unique(above)

    def _many(self, ready: np.ndarray) -> np.ndarray:
        """Strike off as many pairs at once as do not touch each other."""
        chains = self.chains
        _, place = segments(chains.start, ready)
        facets = chains.facets[place]
        lower = facets[self.listed[facets] == 1]
        # Each cell is the lower one of one pair at most, and no upper cell of another.
        self.listed[ready] = 2
        _, first = np.unique(lower, return_index=True)
        first = first[self.listed[lower[first]] == 1]
        self.listed[ready] = 1
        lower, upper = lower[first], ready[first]
        self.listed[lower] = 0
        self.listed[upper] = 0
        self._write(lower, upper)
        new = self._struck(np.concatenate([lower, upper]))
        left = ready[(self.listed[ready] == 1) & (self.open[ready] == 1)]
        return np.union1d(new, left) if len(left) else new

    def _few(self, ready: np.ndarray) -> np.ndarray:
        """Strike off pairs one by one while they are few."""
        listed, open_ = self.bytes, self.open.data
        start, facets = self.chains.start.data, self.chains.facets.data
        up_start, up = self.up_start.data, self.up.data
        queue = deque(ready.tolist())
        lower: list[int] = []
        upper: list[int] = []
        while queue and len(queue) <= 4 * _FEW:
            b = queue.popleft()
            if not listed[b] or open_[b] != 1:
                continue
            a = next(f for f in facets[start[b] : start[b + 1]] if listed[f])
            listed[a] = listed[b] = 0
            lower.append(a)
            upper.append(b)
            for cell in (a, b):
                for above in up[up_start[cell] : up_start[cell + 1]]:
                    open_[above] -= 1
                    if open_[above] == 1 and listed[above]:
                        queue.append(above)
        self._write(np.array(lower, np.int32), np.array(upper, np.int32))
        left: np.ndarray = np.unique(np.array(queue, np.int64))
        left = left[(self.listed[left] == 1) & (self.open[left] == 1)]
        return left
