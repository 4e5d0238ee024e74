"""Chain complexes of cells in flat arrays.

Cells of all dimensions have one numbering, lower dimensions first. A chain complex is any set of cells
`S` of a complex such that `F < G < H` with `F, H` in `S` implies that `G` is in `S` (closed sets, open
sets, and the differences of closed sets); its boundary map forgets the facets that are not in `S`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from exactpoly.complex.level import segment_places

__all__ = ["Chains", "transposed"]


@dataclass(frozen=True, eq=False)
class Chains:
    """Cells with their facets.

    ``offsets``: for each dimension the number of its first cell, and at the end the number of cells;
    ``start``: int64, shape (n + 1,), where each cell's facets begin in ``facets``, int32;
    ``incidence``: int8, the incidence number, 1 or -1, beside each facet.
    """

    offsets: tuple[int, ...]
    start: np.ndarray
    facets: np.ndarray
    incidence: np.ndarray

    @property
    def n_cells(self) -> int:
        """Number of cells of all dimensions."""
        return self.offsets[-1]

    @property
    def dimension(self) -> int:
        """The largest dimension that cells may have."""
        return len(self.offsets) - 2

    @cached_property
    def f_vector(self) -> tuple[int, ...]:
        """Number of cells of each dimension."""
        return tuple(int(n) for n in np.diff(self.offsets))

    @property
    def euler(self) -> int:
        """The alternating sum of the f-vector."""
        return sum((-1) ** k * n for k, n in enumerate(self.f_vector))

    @cached_property
    def owners(self) -> np.ndarray:
        """int32: the cell that each entry of ``facets`` belongs to."""
        return np.repeat(np.arange(self.n_cells, dtype=np.int32), np.diff(self.start))

    @cached_property
    def dimensions(self) -> np.ndarray:
        """int8, shape (n,): dimension of each cell."""
        return np.repeat(np.arange(self.dimension + 1, dtype=np.int8), np.diff(self.offsets))

    @cached_property
    def cofaces(self) -> tuple[np.ndarray, np.ndarray]:
        """Where the cofaces of each cell begin, int64 (n + 1,), and the cofaces, int32."""
        return transposed(self.owners, self.facets, self.n_cells)

    def selected(self, keep: np.ndarray) -> Chains:
        """The chain complex of the marked cells, bool (n,); see the module for which sets may be.

        >>> from exactpoly.topology.incidence import chains_of
        >>> segment = chains_of((2, 1), [np.array([0, 1])], [np.array([0, 2])])
        >>> segment.selected(np.array([True, False, True])).f_vector
        (1, 1)
        """
        number = np.cumsum(keep, dtype=np.int32) - np.int32(1)
        entries = keep[self.owners] & keep[self.facets]
        owners = number[self.owners[entries]]
        count = int(np.count_nonzero(keep))
        start = np.zeros(count + 1, np.int64)
        np.cumsum(np.bincount(owners, minlength=count), out=start[1:])
        sums = np.concatenate([[0], np.cumsum(keep)])
        offsets = tuple(int(sums[o]) for o in self.offsets)
        return Chains(offsets, start, number[self.facets[entries]], self.incidence[entries])

    def without(self, entries: np.ndarray) -> Chains:
        """The same cells without the marked incidences, bool: the pieces of a filtration."""
        kept = ~entries
        start = np.zeros(self.n_cells + 1, np.int64)
        np.cumsum(np.bincount(self.owners[kept], minlength=self.n_cells), out=start[1:])
        return Chains(self.offsets, start, self.facets[kept], self.incidence[kept])

    def components(self) -> tuple[int, np.ndarray]:
        """Number of connected components, and int32 (n,) the component of each cell.

        Two cells are connected when one is a facet of the other. Labels go down to the smallest cell
        of a component by pointer jumping.
        """
        label = np.arange(self.n_cells, dtype=np.int32)
        owners, facets = self.owners, self.facets
        while True:
            low = np.minimum(label[owners], label[facets])
            before = label.copy()
            np.minimum.at(label, label[owners], low)
            np.minimum.at(label, label[facets], low)
            while not np.array_equal(jumped := label[label], label):
                label = jumped
            if np.array_equal(before, label):
                break
            open_ = label[owners] != label[facets]
            owners, facets = owners[open_], facets[open_]
        roots, numbers = np.unique(label, return_inverse=True)
        return len(roots), numbers.astype(np.int32)


def transposed(owners: np.ndarray, entries: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Lists of owners by entry: where each begins, int64 (size + 1,), and the lists, int32."""
    start = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(entries, minlength=size), out=start[1:])
    return start, owners[np.argsort(entries, kind="stable")]


def segments(start: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lists of ``cells`` one after another: (position in ``cells``, place of the entry)."""
    return segment_places(start[cells], start[cells + 1])


def flat_lists(
    sizes: Sequence[int], facets: Sequence[np.ndarray], starts: Sequence[np.ndarray]
) -> tuple[tuple[int, ...], np.ndarray, np.ndarray]:
    """One numbering for all dimensions: (offsets, start, facets) from lists by dimension 1, 2, .."""
    offsets = (0, *(int(x) for x in np.cumsum(sizes)))
    start = [np.zeros(sizes[0], np.int64)]
    flat, total = [np.empty(0, np.int32)], 0
    for k, (entries, begin) in enumerate(zip(facets, starts, strict=True), 1):
        start.append(total + np.asarray(begin[: sizes[k]], np.int64))
        flat.append(np.asarray(entries, np.int32) + np.int32(offsets[k - 1]))
        total += len(entries)
    return offsets, np.concatenate([*start, [total]]), np.concatenate(flat)
