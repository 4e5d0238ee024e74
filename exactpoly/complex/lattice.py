"""The face lattice of a polyhedral complex, refined by one neuron at a time.

A cell of dimension `j >= 1` is stored as the list of its facets ((j-1)-cells). All cells are convex
polytopes (on `R^d` the box at infinity makes them so, DESIGN F7), and a new neuron is one affine
form on each. Given the exact signs of that form at the vertices, the refinement is combinatorial
and needs no genericity (proofs/complex.md, Theorem 6 "splitting"):

* a cell is *cut* iff it has a vertex on both sides;
* a cut cell `c` is replaced by `c+`, `c-` and its *section* `c0`, one dimension lower;
* the facets of `c+` are the facets of `c` on the positive side, the positive parts of its cut
  facets, and `c0`; likewise `c-`;
* the facets of `c0` are the sections of the cut facets of `c`, and the old (j-2)-faces of `c` on
  which the form vanishes; each of the latter is a facet of exactly one positive facet of `c`.

No genericity, no matching by hashes and no search around vertices: duplicate, parallel and
concurrent hyperplanes, dead neurons and neurons that vanish on a region take the same path. The
price is to store all cells rather than vertices and edges only (DESIGN 2, F5); the reward is that
regions, facets, adjacency and the f-vector are there at the end.

Cut cells die and their parts are appended, so no reference is ever rewritten: every coface of a cut
cell is cut too. Dead cells are swept out when they are many.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from exactpoly.arithmetic.growable import Growable, columns
from exactpoly.errors import InputError, InternalError

__all__ = ["NEGATIVE", "POSITIVE", "FaceLattice", "Level", "Split", "Traits", "gather_segments"]

POSITIVE = 1
NEGATIVE = 2
_CUT = POSITIVE | NEGATIVE


@dataclass(frozen=True)
class Split:
    """What one refinement step did to the edges.

    ``positive``, ``negative``: int32, shape (m,), the end vertices of the cut edges on each side;
    ``sides``: uint32, shape (m,), the sides of the box the cut edges lie on;
    ``first_vertex``: index of the new vertex on the first cut edge; the others follow in order.
    """

    positive: np.ndarray
    negative: np.ndarray
    sides: np.ndarray
    first_vertex: int


@dataclass(frozen=True)
class Traits:
    """What a cell hands down to its parts and its section; arrays of shape (n,).

    ``sides``: uint32, bit `s` set iff the cell lies on side `s` of the box; ``zeros``: uint16, how many
    neurons vanish on the cell so far; ``shared``: bool, whether the cell came from one that other
    parts of a divided run hold too (`exactpoly.complex.parallel`).
    """

    sides: np.ndarray
    zeros: np.ndarray
    shared: np.ndarray

    def twice(self) -> Traits:
        """For positive parts and then negative parts of the same cells."""
        return Traits(np.tile(self.sides, 2), np.tile(self.zeros, 2), np.tile(self.shared, 2))

    def section(self) -> Traits:
        """For the sections of the cells: one more neuron vanishes there."""
        return Traits(self.sides, self.zeros + np.uint16(1), self.shared)


class Level:
    """The cells of one dimension `j`.

    ``facets``: int32, flat, the facet lists one after another in order of cells;
    ``start``: int64, shape (n,), where each list begins;
    ``sides``, ``zeros``, ``shared``: see `Traits`;
    ``alive``: uint8, 3 for a cell of the current complex, 0 for one that was cut.
    """

    def __init__(self) -> None:
        self.facets = Growable(np.int32)
        self.start = Growable(np.int64)
        self.sides = Growable(np.uint32)
        self.zeros = Growable(np.uint16)
        self.shared = Growable(np.bool_)
        self.alive = Growable(np.uint8)
        self.dead = 0

    @property
    def size(self) -> int:
        return self.alive.size

    def traits(self, cells: np.ndarray) -> Traits:
        """The traits of some cells."""
        return Traits(self.sides.view[cells], self.zeros.view[cells], self.shared.view[cells])

    def append(self, facets: np.ndarray, counts: np.ndarray, traits: Traits) -> None:
        """Append cells with their facet lists, one after another, and traits."""
        first = self.facets.size
        self.facets.extend(facets)
        self.start.extend(first + np.cumsum(counts) - counts)
        self.sides.extend(traits.sides)
        self.zeros.extend(traits.zeros)
        self.shared.extend(traits.shared)
        self.alive.extend(np.full(len(counts), _CUT, np.uint8))

    def facet_counts(self) -> np.ndarray:
        """int64, shape (n,): length of each cell's facet list."""
        return np.diff(self.start.view, append=self.facets.size)


class FaceLattice:
    """All cells of a complex on a box, by dimension; see the module for the invariants.

    ``levels[j]`` holds the cells of dimension `j`. Vertices are never removed, so vertex indices
    are stable; indices of other cells change when dead ones are swept out.
    ``rows``: int8, shape (neurons, n_d): the sign row of each region.
    """

    def __init__(self, dimension: int, levels: list[Level], rows: Growable) -> None:
        self.dimension = dimension
        self.levels = levels
        self.rows = rows

    @classmethod
    def blank(cls, dimension: int, neurons: int) -> FaceLattice:
        """A lattice without cells."""
        levels = [Level() for _ in range(dimension + 1)]
        return cls(dimension, levels, Growable(np.int8, (neurons,)))

    @classmethod
    def cube(cls, dimension: int, neurons: int) -> FaceLattice:
        """The faces of the box, before any neuron."""
        if dimension > 12:
            raise InputError(
                f"input dimension {dimension}: whole complexes are enumerated up to dimension 12;"
                " use a slice, or the region of a point"
            )
        if neurons > np.iinfo(np.uint16).max:
            raise InputError(f"{neurons} neurons: whole complexes are enumerated up to 65,535")
        result = cls.blank(dimension, neurons)
        result._build_cube()
        result.rows.extend(np.zeros((neurons, 1), np.int8))
        return result

    def _build_cube(self) -> None:
        """The faces of the cube: one for each word over {lower, upper, free}."""
        d = self.dimension
        index: dict[tuple[int, ...], int] = {}
        words: list[list[tuple[int, ...]]] = [[] for _ in range(d + 1)]
        for word in product((0, 1, 2), repeat=d):  # 2 = free
            level = words[word.count(2)]
            index[word] = len(level)
            level.append(word)
        for j, level in enumerate(words):
            facets = [
                index[(*word[:i], end, *word[i + 1 :])]
                for word in level
                for i in range(d)
                if word[i] == 2
                for end in (0, 1)
            ]
            sides = [sum(1 << (2 * i + w) for i, w in enumerate(word) if w != 2) for word in level]
            self.levels[j].append(
                np.array(facets, np.int32),
                np.full(len(level), 2 * j, np.int64),
                Traits(
                    np.array(sides, np.uint32),
                    np.zeros(len(level), np.uint16),
                    np.zeros(len(level), np.bool_),
                ),
            )

    @property
    def n_vertices(self) -> int:
        """Number of vertices."""
        return self.levels[0].size

    @property
    def n_regions(self) -> int:
        """Number of regions."""
        return self.levels[-1].size - self.levels[-1].dead

    @property
    def n_cells(self) -> int:
        """Number of cells of all dimensions."""
        return sum(level.size - level.dead for level in self.levels)

    def split(self, neuron: int, vertex_bits: np.ndarray) -> Split:
        """Refine by one neuron, given on which sides of it each vertex lies.

        ``vertex_bits``: uint8, shape (n_0,): POSITIVE, NEGATIVE or 0 for the exact sign of the
        neuron at each vertex. Sets row ``neuron`` of `rows`. Raises `InternalError` if a section
        is not a polytope's boundary (fact F5 would have to be false, or a sign wrong).
        """
        if vertex_bits[0] and (vertex_bits == vertex_bits[0]).all():
            # The neuron misses this lattice altogether.
            self.rows.view[neuron] = 1 if vertex_bits[0] == POSITIVE else -1
            none = np.empty(0, np.int32)
            return Split(none, none, np.empty(0, np.uint32), self.n_vertices)
        bits = self._classify(vertex_bits)
        if not vertex_bits.all():  # a neuron vanishes on a cell only if on its vertices
            for level, b in zip(self.levels, bits, strict=True):
                level.zeros.view[:] += b == 0
        top = bits[-1]
        self.rows.view[neuron] = (top == POSITIVE).astype(np.int8) - (top == NEGATIVE)
        cut = [np.flatnonzero(b == _CUT) for b in bits]
        sizes = [level.size for level in self.levels]
        result = self._split_edges(cut[1], bits[0])
        for j in range(2, self.dimension + 1):
            if len(cut[j]):
                self._split_cells(j, cut, bits, sizes)
        if len(cut[-1]):
            # Regions: positive parts first, then negative ones, as in _split_cells.
            parents = columns(self.rows.view[: neuron + 1], cut[-1])
            for sign in (1, -1):
                parents[neuron] = sign
                self.rows.grow(len(cut[-1]))
                self.rows.view[: neuron + 1, -len(cut[-1]) :] = parents
        for level, c in zip(self.levels, cut, strict=True):
            level.alive.view[c] = 0
            level.dead += len(c)
        if any(3 * level.dead > level.size and level.dead > 1000 for level in self.levels):
            self.sweep()
        return result

    def _classify(self, vertex_bits: np.ndarray) -> list[np.ndarray]:
        """For each dimension, the union over each cell's vertices; dead cells get 0."""
        bits = [vertex_bits]
        for j in range(1, self.dimension + 1):
            level = self.levels[j]
            below = bits[-1][level.facets.view]
            # Every edge has two ends, which is cheaper to say directly.
            starts = level.start.view
            union = below[::2] | below[1::2] if j == 1 else np.bitwise_or.reduceat(below, starts)
            bits.append(union & level.alive.view)
        return bits

    def _split_edges(self, cut: np.ndarray, bits: np.ndarray) -> Split:
        vertices, edges = self.levels[0], self.levels[1]
        first = vertices.size
        ends = edges.facets.view.reshape(-1, 2)[cut]
        swapped = bits[ends[:, 0]] == NEGATIVE
        positive = np.where(swapped, ends[:, 1], ends[:, 0])
        negative = np.where(swapped, ends[:, 0], ends[:, 1])
        traits = edges.traits(cut)
        count = len(cut)
        new = np.arange(first, first + count, dtype=np.int32)
        vertices.append(np.empty(0, np.int32), np.zeros(count, np.int64), traits.section())
        halves = np.concatenate(
            [np.stack([positive, new], axis=1), np.stack([negative, new], axis=1)]
        )
        edges.append(halves.ravel(), np.full(2 * count, 2, np.int64), traits.twice())
        return Split(positive, negative, traits.sides, first)

    def _split_cells(
        self, j: int, cut: list[np.ndarray], bits: list[np.ndarray], sizes: list[int]
    ) -> None:
        """Append `c+` and `c-` for the cut cells of dimension ``j`` and their sections below."""
        level, below = self.levels[j], self.levels[j - 1]
        cells = cut[j]
        count = len(cells)
        owner, facet = gather_segments(
            level.facets.view, level.start.view, level.facets.size, cells
        )
        side = bits[j - 1][facet]
        is_cut = side == _CUT
        # Position of each cut facet among the cut cells of dimension j-1, for the ids of its parts.
        place = np.empty(sizes[j - 1], np.int32)
        place[cut[j - 1]] = np.arange(len(cut[j - 1]), dtype=np.int32)
        rank = place[facet[is_cut]]
        cut_owner = owner[is_cut]
        m = len(cut[j - 1])
        sections = np.arange(count) + (sizes[j - 1] + 2 * m)
        lists, lengths = [], []
        for sign, offset in ((POSITIVE, 0), (NEGATIVE, m)):
            kept = side == sign
            flat, n = _interleave(
                count,
                (owner[kept], facet[kept]),
                (cut_owner, sizes[j - 1] + offset + rank),
                (np.arange(count), sections),
            )
            lists.append(flat)
            lengths.append(n)
        pieces = [self._sections_of_facets(j, cut_owner, rank, cut, sizes)]
        if not bits[0].all():  # only then can an old face lie on the neuron's zero set
            positive = side == POSITIVE
            pieces.append(self._old_faces(j, owner[positive], facet[positive], bits[j - 2]))
        flat, n = _interleave(count, *pieces)
        if (j == 2 and not (n == 2).all()) or n.min() < j:
            raise InternalError(
                f"the section of a {j}-cell has {n.min()} facets; a sign must be wrong"
            )
        traits = level.traits(cells)
        level.append(np.concatenate(lists), np.concatenate(lengths), traits.twice())
        below.append(flat, n, traits.section())

    def _sections_of_facets(
        self, j: int, owner: np.ndarray, rank: np.ndarray, cut: list[np.ndarray], sizes: list[int]
    ) -> tuple[np.ndarray, np.ndarray]:
        """(owner, section id) for every cut facet of a cut j-cell."""
        return owner, sizes[j - 2] + 2 * len(cut[j - 2]) + rank

    def _old_faces(
        self, j: int, owner: np.ndarray, facet: np.ndarray, bits: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """(owner, (j-2)-face) for the faces on the zero set, reached through positive facets."""
        below = self.levels[j - 1]
        which, face = gather_segments(below.facets.view, below.start.view, below.facets.size, facet)
        on = bits[face] == 0
        return owner[which[on]], face[on]

    def sweep(self) -> None:
        """Remove dead cells and renumber the others (vertices never die)."""
        swept = self.selected([level.alive.view != 0 for level in self.levels])
        self.levels, self.rows = swept.levels, swept.rows

    def selected(self, keep: list[np.ndarray]) -> FaceLattice:
        """A lattice of the marked cells of each dimension, in order and renumbered.

        ``keep``: bool (n_j,) for each dimension; must contain every facet of a cell it contains.
        """
        result = FaceLattice.blank(self.dimension, len(self.rows.view))
        renumber = np.empty(0, np.int32)
        for j, (old, new, kept) in enumerate(zip(self.levels, result.levels, keep, strict=True)):
            counts = old.facet_counts()
            if j:
                new.facets.replace(renumber[old.facets.view[np.repeat(kept, counts)]])
            renumber = (np.cumsum(kept) - 1).astype(np.int32)
            counts = counts[kept]
            new.start.replace(np.cumsum(counts) - counts)
            new.sides.replace(old.sides.view[kept])
            new.zeros.replace(old.zeros.view[kept])
            new.shared.replace(old.shared.view[kept])
            new.alive.replace(old.alive.view[kept])
            new.dead = int(np.count_nonzero(new.alive.view == 0))
        result.rows.replace(columns(self.rows.view, np.flatnonzero(keep[-1])))
        return result


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
    counts = end - begin
    owner = np.repeat(np.arange(len(cells)), counts)
    offset = np.repeat(begin - (np.cumsum(counts) - counts), counts)
    return owner, flat[offset + np.arange(len(owner))]


def _interleave(
    count: int, *pieces: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Merge lists by owner: each piece is (owner, value); returns (flat int32, counts).

    Owners within a piece are non-decreasing, so each value's place is known without sorting.
    """
    counts = [np.bincount(owner, minlength=count) for owner, _ in pieces]
    total = np.sum(counts, axis=0)
    place = np.cumsum(total) - total
    flat = np.empty(int(total.sum()), np.int32)
    for (owner, value), n in zip(pieces, counts, strict=True):
        rank = np.arange(len(owner)) - np.repeat(np.cumsum(n) - n, n)
        flat[place[owner] + rank] = value
        place = place + n
    return flat, total
