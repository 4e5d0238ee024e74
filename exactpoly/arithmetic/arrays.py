"""Names for the arrays that rooms hand each other, and lists of numbers as two flat arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from exactpoly.arithmetic.growable import frozen

__all__ = ["Floats", "IndexLists", "Indices", "Marks", "Sides", "Signs"]

Signs = NDArray[np.int8]
"""Signs -1, 0, 1; shape (cells, neurons) unless said otherwise."""

Sides = NDArray[np.uint32]
"""Bit masks of the sides of a box that a cell lies on; shape (cells,)."""

Indices = NDArray[np.int32] | NDArray[np.int64]
"""Places in another array."""

Marks = NDArray[np.bool_]
"""One truth value a cell."""

Floats = NDArray[np.float64]
"""Numbers in floating point: they show, propose or filter, and decide nothing."""


@dataclass(frozen=True, eq=False)
class IndexLists:
    """Many lists of indices, one after another (compressed sparse rows), read only.

    ``start``: int64, shape (n + 1,); ``entries``: int32, shape (start[n],). List `i` is
    ``entries[start[i] : start[i + 1]]``, which is what ``lists[i]`` gives.

    >>> lists = IndexLists.of(np.array([2, 0, 1]), np.array([7, 8, 9]))
    >>> len(lists), lists[0].tolist(), lists[1].tolist(), lists.counts.tolist()
    (3, [7, 8], [], [2, 0, 1])
    >>> [one.tolist() for one in lists[1:]]
    [[], [9]]
    >>> lists.transposed(10)[9].tolist()
    [2]
    """

    start: NDArray[np.int64]
    entries: NDArray[np.int32]

    def __post_init__(self) -> None:
        frozen(self.start)
        frozen(self.entries)

    def __reduce__(self) -> tuple[type[IndexLists], tuple[np.ndarray, np.ndarray]]:
        """So that a copy is read only too."""
        return IndexLists, (self.start, self.entries)

    @classmethod
    def of(cls, counts: np.ndarray, entries: np.ndarray) -> IndexLists:
        """Lists of the given lengths, int (n,), from their entries one after another."""
        start = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(counts, out=start[1:])
        return cls(start, entries.astype(np.int32, copy=False))

    def __len__(self) -> int:
        return len(self.start) - 1

    @overload
    def __getitem__(self, index: int) -> NDArray[np.int32]: ...

    @overload
    def __getitem__(self, index: slice | np.ndarray | list[Any]) -> IndexLists: ...

    def __getitem__(self, index: Any) -> Any:
        """One list by its number, or several lists by a slice, a mask or a row of numbers."""
        if isinstance(index, slice | np.ndarray | list):
            return self.take(np.arange(len(self))[index])
        if not -len(self) <= index < len(self):
            raise IndexError(f"list {index} of {len(self)}")
        index %= len(self)
        return self.entries[self.start[index] : self.start[index + 1]]

    def __iter__(self) -> Iterator[NDArray[np.int32]]:
        return (self[i] for i in range(len(self)))

    @property
    def counts(self) -> NDArray[np.int64]:
        """int64, shape (n,): the length of each list."""
        return np.diff(self.start)

    @property
    def owners(self) -> NDArray[np.int32]:
        """int32, one an entry: the list that it stands in."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.counts)

    def first(self, count: int) -> IndexLists:
        """The first ``count`` lists."""
        if count == len(self):
            return self
        return IndexLists(self.start[: count + 1], self.entries[: self.start[count]])

    def take(self, chosen: np.ndarray) -> IndexLists:
        """The lists at the places ``chosen``, int (m,), in that order."""
        counts = self.start[chosen + 1] - self.start[chosen]
        offset = self.start[chosen] - (np.cumsum(counts) - counts)
        places = np.arange(int(counts.sum())) + np.repeat(offset, counts)
        return IndexLists.of(counts, self.entries[places])

    def transposed(self, size: int) -> IndexLists:
        """For each of the numbers ``0..size-1`` the lists that it stands in, increasing."""
        order = np.argsort(self.entries, kind="stable")
        counts = np.bincount(self.entries, minlength=size)
        return IndexLists.of(counts, self.owners[order])
