"""Incidence numbers of convex cells from facet lists alone (proofs/topology.md, Theorem 5).

Each ridge of a cell lies in exactly two of its facets, and the graph of facets that share a ridge is
connected. So when one facet of a cell has the number 1, the condition `dd = 0` gives the numbers of
all the others, ridge by ridge. No coordinates are needed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exactpoly.errors import InternalError
from exactpoly.topology.chains import Chains, flat_lists, segments

__all__ = ["chains_of"]


def chains_of(
    sizes: Sequence[int], facets: Sequence[np.ndarray], starts: Sequence[np.ndarray]
) -> Chains:
    """The chain complex of a whole complex of convex cells.

    ``sizes``: number of cells of each dimension 0..d; ``facets``, ``starts``: for each dimension k = 1..d
    the facets of its cells, numbers of (k-1)-cells, and where each cell's begin. Raises `InternalError`
    unless every edge has two ends and every ridge of a cell lies in two of its facets.

    >>> triangle = chains_of((3, 3), [np.array([0, 1, 0, 2, 1, 2])], [np.array([0, 2, 4])])
    >>> triangle.incidence.tolist()
    [-1, 1, -1, 1, -1, 1]
    """
    offsets, start, flat = flat_lists(sizes, facets, starts)
    incidence = np.ones(len(flat), np.int8)
    for k in range(1, len(sizes)):
        cells = slice(offsets[k], offsets[k + 1])
        entries = slice(int(start[cells.start]), int(start[cells.stop]))
        if k == 1:
            if not (np.diff(start[cells.start : cells.stop + 1]) == 2).all():
                raise InternalError("an edge has not two ends")
            incidence[entries][::2] = -1
        else:
            _propagate(start, flat, incidence, cells, entries)
    return Chains(offsets, start, flat, incidence)


def _propagate(
    start: np.ndarray, flat: np.ndarray, incidence: np.ndarray, cells: slice, entries: slice
) -> None:
    """Fill in the numbers of the ``entries`` of ``cells`` from those one dimension lower."""
    first, second, turns = _ridges(start, flat, incidence, cells, entries)
    value = np.zeros(entries.stop - entries.start, np.int8)
    begins = start[cells] - entries.start
    if (np.diff(begins, append=len(value)) == 0).any():
        raise InternalError("a cell has no facets")
    value[begins] = 1
    while len(first):
        a, b = value[first], value[second]
        forward, backward = (a != 0) & (b == 0), (a == 0) & (b != 0)
        value[second[forward]] = a[forward] * turns[forward]
        value[first[backward]] = b[backward] * turns[backward]
        done = (a != 0) & (b != 0)
        if not np.array_equal(a[done], b[done] * turns[done]):
            raise InternalError("the facets of a cell cannot be oriented")
        if not (forward.any() or backward.any() or done.any()):
            raise InternalError("the facets of a cell are not connected through its ridges")
        first, second, turns = first[~done], second[~done], turns[~done]
    incidence[entries] = value


def _ridges(
    start: np.ndarray, flat: np.ndarray, incidence: np.ndarray, cells: slice, entries: slice
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each ridge of each cell its two facets, as places among ``entries``, and the turn.

    The turn is what the number of one facet is times that of the other so that `dd = 0` at the ridge.
    """
    entry, place = segments(start, flat[entries])
    owner = np.repeat(
        np.arange(cells.stop - cells.start, dtype=np.int64),
        np.diff(start[cells.start : cells.stop + 1]),
    )
    low = int(flat[place].min(initial=0))
    width = int(flat[place].max(initial=0)) - low + 1
    key = owner[entry] * width + (flat[place] - low)
    order = np.argsort(key, kind="stable")
    key = key[order]
    if len(key) % 2 or (key[::2] != key[1::2]).any() or (key[2::2] == key[1:-1:2]).any():
        raise InternalError("a ridge of a cell is not in exactly two of its facets")
    numbers = incidence[place][order]
    return entry[order[::2]], entry[order[1::2]], -numbers[::2] * numbers[1::2]
