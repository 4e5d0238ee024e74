"""The cells of one dimension: facet lists in flat arrays, and what cells hand down to their parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exactpoly.arithmetic.growable import Growable

__all__ = ["Level", "Traits", "gather_segments", "segment_places"]


@dataclass(frozen=True, eq=False)
class Traits:
    """What a cell hands down to its parts and its section; arrays of shape (n,).

    ``sides``: uint32, bit `s` set iff the cell lies on side `s` of the box; ``zeros``: uint16, how many
    neurons vanish on the cell so far.
    """

    sides: np.ndarray
    zeros: np.ndarray

    def twice(self) -> Traits:
        """For positive parts and then negative parts of the same cells."""
        sides, zeros = (np.concatenate([part, part]) for part in (self.sides, self.zeros))
        return Traits(sides, zeros)

    def section(self) -> Traits:
        """For the sections of the cells: one more neuron vanishes there."""
        return Traits(self.sides, self.zeros + np.uint16(1))


class Level:
    """The cells of one dimension `j`.

    ``facets``: int32, flat, the facet lists one after another in order of cells;
    ``start``: int64, shape (n,), where each list begins;
    ``sides``, ``zeros``: see `Traits`;
    ``alive``: uint8, 1 for a cell of the current complex, 0 for one that was cut;
    ``words``: uint32, signs of neurons in a window, see `exactpoly.complex.lattice`; may be shorter.
    """

    def __init__(self) -> None:
        self.facets = Growable(np.int32)
        self.start = Growable(np.int64)
        self.sides = Growable(np.uint32)
        self.zeros = Growable(np.uint16)
        self.alive = Growable(np.uint8)
        self.words = Growable(np.uint32)
        self.dead = 0

    @property
    def size(self) -> int:
        return self.alive.size

    def traits(self, cells: np.ndarray) -> Traits:
        """The traits of some cells."""
        return Traits(self.sides.view[cells], self.zeros.view[cells])

    def append(self, facets: np.ndarray, counts: np.ndarray, traits: Traits) -> None:
        """Append cells with their facet lists, one after another, and traits."""
        first = self.facets.size
        self.facets.extend(facets)
        self.start.extend(first + np.cumsum(counts) - counts)
        self.sides.extend(traits.sides)
        self.zeros.extend(traits.zeros)
        self.alive.extend(np.ones(len(counts), np.uint8))

    def facets_of(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The facets of ``cells``, one after another: (position in ``cells``, facet) for each."""
        return gather_segments(self.facets.view, self.start.view, self.facets.size, cells)

    def facet_counts(self) -> np.ndarray:
        """int64, shape (n,): length of each cell's facet list."""
        return np.diff(self.start.view, append=self.facets.size)

    def reordered(self, order: np.ndarray) -> Level:
        """The same cells in another order, int64 (n,)."""
        result = Level()
        counts = self.facet_counts()[order]
        _, facets = self.facets_of(order)
        result.facets.replace(facets)
        result.start.replace(np.cumsum(counts) - counts)
        for name in ("sides", "zeros", "alive"):
            getattr(result, name).replace(getattr(self, name).view[order])
        result.dead = self.dead
        return result

    def selected(self, kept: np.ndarray, renumber: np.ndarray) -> tuple[Level, np.ndarray]:
        """The marked cells, bool (n,), in order; and each cell's number among them, int32 (n,).

        ``renumber``: the same for the cells one dimension lower.
        """
        result = Level()
        counts = self.facet_counts()
        if len(renumber):
            facets = self.facets.view
            result.facets.replace(
                renumber[facets if kept.all() else facets[np.repeat(kept, counts)]]
            )
        counts = counts[kept]
        result.start.replace(np.cumsum(counts) - counts)
        result.sides.replace(self.sides.view[kept])
        result.zeros.replace(self.zeros.view[kept])
        result.alive.replace(self.alive.view[kept])
        result.dead = int(np.count_nonzero(result.alive.view == 0))
        return result, (np.cumsum(kept) - 1).astype(np.int32)


def gather_segments(
    flat: np.ndarray, start: np.ndarray, total: int, cells: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Concatenate the lists of ``cells``: (position in ``cells``, entry) for every entry.

    ``start`` gives where each list begins in ``flat``; lists are contiguous and the last one ends
    at ``total``.
    """
    begin = start[cells]
    following = cells + 1
    last = following == len(start)
    end = np.where(last, total, start[np.where(last, 0, following)])
    owner, place = segment_places(begin, end)
    return owner, flat[place]


def segment_places(begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places of lists one after another: (which list, place), lists going from ``begin`` to ``end``."""
    counts = end - begin
    owner = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    # Places go up by one but at the first entry of a list; empty lists have none.
    place = np.ones(len(owner), np.intp)
    some = counts > 0
    first = (np.cumsum(counts) - counts)[some]
    begin, end = begin[some], end[some]
    if len(first):
        place[first[0]] = begin[0]
        place[first[1:]] = begin[1:] - end[:-1] + 1
    np.cumsum(place, out=place)
    return owner, place
