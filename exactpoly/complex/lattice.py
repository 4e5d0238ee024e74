"""The face lattice of a polyhedral complex, refined by one neuron at a time.

A cell of dimension `j >= 1` is stored as the list of its facets ((j-1)-cells). All cells are convex
polytopes (on `R^d` the box at infinity makes them so, proofs/complex.md, section 7), and a new
neuron is one affine form on each. Given the exact signs of that form at the vertices, the
refinement is combinatorial and needs no genericity (proofs/complex.md, Theorem 6 "splitting"):

* a cell is *cut* iff it has a vertex on both sides;
* a cut cell `c` is replaced by `c+`, `c-` and its *section* `c0`, one dimension lower;
* the facets of `c+` are the facets of `c` on the positive side, the positive parts of its cut
  facets, and `c0`; likewise `c-`;
* the facets of `c0` are the sections of the cut facets of `c`, and the old (j-2)-faces of `c` on
  which the form vanishes; each of the latter is a facet of exactly one positive facet of `c`.

No genericity, no matching by hashes and no search around vertices: duplicate, parallel and
concurrent hyperplanes, dead neurons and neurons that vanish on a region take the same path. The
price is to store all cells rather than vertices and edges only, which would suffice
(proofs/complex.md, section 6); the reward is that regions, facets, adjacency and the f-vector are
there at the end.

Only the part that a neuron crosses is touched. The signs of up to 16 neurons of a layer, a *window*,
are held in one word a cell, the union over its vertices: bit `k` is set iff neuron `k` of the window
is positive at some vertex of the cell, bit `16 + k` iff it is negative at some. Words are united
over all cells once a window, and afterwards for new cells only.

Cut cells die and their parts are appended, so no reference is ever rewritten: every coface of a cut
cell is cut too. Dead cells are swept out when they are many.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from exactpoly.arithmetic.growable import Growable
from exactpoly.complex.level import Level, Traits
from exactpoly.errors import InputError, InternalError

__all__ = ["WINDOW", "FaceLattice", "Split"]

WINDOW = 16
"""How many neurons a window has at most: two bits each in a word of 32."""

_CHUNK = 1 << 16


@dataclass(frozen=True, eq=False)
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


class FaceLattice:
    """All cells of a complex on a box, by dimension; see the module for the invariants.

    ``levels[j]`` holds the cells of dimension `j`. Vertices are never removed, so vertex indices
    are stable; indices of other cells change when dead ones are swept out.
    ``rows``: int8, shape (neurons, n_d): the sign row of each region, of the neurons before the window
    (and after `sweep` of those in it that were processed);
    ``window``: the neurons that `split` may be asked for;
    ``regions_sorted``: whether `sort_regions` has been done and no neuron since.
    """

    def __init__(self, dimension: int, levels: list[Level], rows: Growable) -> None:
        self.dimension = dimension
        self.levels = levels
        self.rows = rows
        self.window = range(0)
        self.regions_sorted = False

    @classmethod
    def blank(cls, dimension: int, neurons: int) -> FaceLattice:
        """A lattice without cells."""
        levels = [Level() for _ in range(dimension + 1)]
        return cls(dimension, levels, Growable(np.int8, (neurons,), entrywise=True))

    @classmethod
    def cube(cls, dimension: int, neurons: int) -> FaceLattice:
        """The faces of the box, before any neuron."""
        result = cls._empty(dimension, neurons)
        result._build_cube()
        result.rows.extend(np.zeros((neurons, 1), np.int8))
        return result

    @classmethod
    def polytope(cls, faces: list[Level], neurons: int) -> FaceLattice:
        """The given faces of a polytope, before any neuron; the levels are taken over."""
        result = cls._empty(len(faces) - 1, neurons)
        result.levels = faces
        result.rows.extend(np.zeros((neurons, 1), np.int8))
        return result

    @classmethod
    def _empty(cls, dimension: int, neurons: int) -> FaceLattice:
        if dimension > 12:
            raise InputError(
                f"input dimension {dimension}: whole complexes are enumerated up to dimension 12;"
                " use a slice, or the region of a point"
            )
        if neurons > np.iinfo(np.uint16).max:
            raise InputError(f"{neurons} neurons: whole complexes are enumerated up to 65,535")
        return cls.blank(dimension, neurons)

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
                Traits(np.array(sides, np.uint32), np.zeros(len(level), np.uint16)),
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

    @property
    def mostly_dead(self) -> bool:
        """Whether sweeping is worth its while."""
        return any(4 * level.dead > level.size and level.dead > 1000 for level in self.levels)

    # Windows

    def open_window(self, neuron: int, signs: np.ndarray) -> None:
        """Make ready for the neurons ``neuron, neuron + 1, ..``, given their signs at all vertices.

        ``signs``: int8, shape (w, n_0), `w <= WINDOW`. Sweeps, so that all cells are alive.
        """
        self.sweep()
        self.window = range(neuron, neuron + len(signs))
        self.levels[0].words.replace(_pack(signs))
        for level, below in zip(self.levels[1:], self.levels, strict=False):
            level.words.replace(_unite(below.words.view, level.facets.view, level.start.view))

    def extend_window(self, signs: np.ndarray) -> None:
        """Give the signs of the window's neurons at the vertices of the last `split`: int8, (w, m)."""
        self.levels[0].words.extend(_pack(signs))
        for level, below in zip(self.levels[1:], self.levels, strict=False):
            first = level.words.size
            start = level.start.view[first:]
            if len(start):
                facets = level.facets.view[start[0] :]
                level.words.extend(_unite(below.words.view, facets, start - start[0]))

    def _close_window(self) -> None:
        """Write the signs of the window's neurons on each region, one or none, into `rows`."""
        rows = self.rows.view[self.window.start : self.window.stop]
        top = self.levels[-1].words.view
        plus = np.arange(len(rows), dtype=np.uint32)[:, None]
        for start in range(0, len(top) if len(rows) else 0, _CHUNK):
            part = top[start : start + _CHUNK]
            rows[:, start : start + _CHUNK] = (part >> plus & 1).astype(np.int8) - (
                part >> (plus + np.uint32(WINDOW)) & 1
            ).astype(np.int8)
        self.window = range(0)

    # Refinement

    def split(self, neuron: int) -> Split:
        """Refine by one neuron of the window.

        `extend_window` must follow. Raises `InternalError` if a section
        is not a polytope's boundary (fact F5 would have to be false, or a sign wrong).
        """
        self.regions_sorted = False
        plus = np.uint32(1 << self.window.index(neuron))
        minus = plus << np.uint32(WINDOW)
        both = plus | minus
        on_zero = bool(((self.levels[0].words.view & both) == 0).any())
        if on_zero:  # a neuron vanishes on a cell only if on its vertices
            for level in self.levels:
                level.zeros.view[:] += (level.words.view & both) == 0
        cut = [np.flatnonzero((level.words.view & both) == both) for level in self.levels]
        sizes = [level.size for level in self.levels]
        result = self._split_edges(cut[1], plus)
        for j in range(2, self.dimension + 1):
            if len(cut[j]):
                self._split_cells(j, cut, sizes, plus, minus, on_zero)
        if len(cut[-1]):
            # Regions: positive parts first, then negative ones, as in _split_cells.
            parents = self.rows.gather(cut[-1])
            self.rows.extend(parents)
            self.rows.extend(parents)
        for level, c in zip(self.levels, cut, strict=True):
            level.alive.view[c] = 0
            level.words.view[c] = 0  # a dead cell is not cut again
            level.dead += len(c)
        return result

    def _split_edges(self, cut: np.ndarray, plus: np.uint32) -> Split:
        vertices, edges = self.levels[0], self.levels[1]
        first = vertices.size
        ends = edges.facets.view.reshape(-1, 2)[cut]
        swapped = vertices.words.view[ends[:, 0]] & plus == 0
        positive = np.where(swapped, ends[:, 1], ends[:, 0])
        negative = np.where(swapped, ends[:, 0], ends[:, 1])
        traits = edges.traits(cut)
        count = len(cut)
        new = np.arange(first, first + count, dtype=np.int32)
        vertices.append(np.empty(0, np.int32), np.zeros(count, np.int64), traits.section())
        halves = np.empty((2, count, 2), np.int32)
        halves[0, :, 0], halves[1, :, 0], halves[:, :, 1] = positive, negative, new
        edges.append(halves.ravel(), np.full(2 * count, 2, np.int64), traits.twice())
        return Split(positive, negative, traits.sides, first)

    def _split_cells(
        self,
        j: int,
        cut: list[np.ndarray],
        sizes: list[int],
        plus: np.uint32,
        minus: np.uint32,
        on_zero: bool,
    ) -> None:
        """Append `c+` and `c-` for the cut cells of dimension ``j`` and their sections below."""
        level, below = self.levels[j], self.levels[j - 1]
        cells = cut[j]
        count = len(cells)
        owner, facet = level.facets_of(cells)
        word = below.words.view[facet]
        positive, negative = word & plus != 0, word & minus != 0
        is_cut = positive & negative
        # Position of each cut facet among the cut cells of dimension j-1, for the ids of its parts.
        m = len(cut[j - 1])
        place = np.empty(sizes[j - 1], np.int32)
        place[cut[j - 1]] = np.arange(m, dtype=np.int32)
        rank = place[facet[is_cut]]
        first_part = sizes[j - 1]
        sections = np.arange(first_part + 2 * m, first_part + 2 * m + count, dtype=np.int32)
        facet[is_cut] = rank + first_part
        traits = level.traits(cells)
        for chosen in (positive, negative):
            level.append(*_with_last(owner[chosen], facet[chosen], sections), traits)
            facet[is_cut] += m
        # The section of each cut facet, in order of owners.
        owner_of_section = owner[is_cut]
        flat = rank + (sizes[j - 2] + 2 * len(cut[j - 2]))
        n = np.bincount(owner_of_section, minlength=count)
        if on_zero:  # only then can an old face lie on the neuron's zero set
            chosen = positive & ~negative
            old = self._old_faces(j, owner[chosen], facet[chosen], plus | minus)
            flat, n = _interleave(count, (owner_of_section, flat), old)
        if (j == 2 and not (n == 2).all()) or n.min() < j:
            raise InternalError(
                f"the section of a {j}-cell has {n.min()} facets; a sign must be wrong"
            )
        below.append(flat, n, traits.section())

    def _old_faces(
        self, j: int, owner: np.ndarray, facet: np.ndarray, both: np.uint32
    ) -> tuple[np.ndarray, np.ndarray]:
        """(owner, (j-2)-face) for the faces on the zero set, reached through positive facets."""
        which, face = self.levels[j - 1].facets_of(facet)
        on = self.levels[j - 2].words.view[face] & both == 0
        return owner[which[on]], face[on]

    # Selection

    def sort_regions(self, neurons: int) -> None:
        """Put the regions in order of their rows' first ``neurons`` signs: + before 0 before -.

        So their numbers do not depend on the engine, nor on how a run was divided.
        """
        if self.regions_sorted:
            return
        self.regions_sorted = True
        if not neurons:
            return
        letters = np.ascontiguousarray(np.int8(2) - self.rows.view[:neurons].T)
        order = np.argsort(letters.view(f"S{neurons}")[:, 0], kind="stable")
        self.rows.replace(self.rows.gather(order))
        self.levels[-1] = self.levels[-1].reordered(order)

    def sweep(self) -> None:
        """Remove dead cells and renumber the others (vertices never die); closes the window."""
        self._close_window()
        if not any(level.dead for level in self.levels):
            return
        keep = [level.alive.view != 0 for level in self.levels]
        self.rows.replace(self.rows.gather(np.flatnonzero(keep[-1])))
        renumber = np.empty(0, np.int32)
        for j, kept in enumerate(keep):
            # One level after another, so that only one stands twice in memory.
            self.levels[j], renumber = self.levels[j].selected(kept, renumber)

    def selected(self, keep: list[np.ndarray]) -> FaceLattice:
        """A lattice of the marked cells of each dimension, in order and renumbered.

        ``keep``: bool (n_j,) for each dimension; must contain every facet of a cell it contains.
        """
        levels = []
        renumber = np.empty(0, np.int32)
        for level, kept in zip(self.levels, keep, strict=True):
            chosen, renumber = level.selected(kept, renumber)
            levels.append(chosen)
        result = FaceLattice.blank(self.dimension, len(self.rows.view))
        result.levels = levels
        result.rows.replace(self.rows.gather(np.flatnonzero(keep[-1])))
        return result


def _pack(signs: np.ndarray) -> np.ndarray:
    """uint32 (n,): the words of vertices with the given signs, int8 (w, n)."""
    words = np.zeros(signs.shape[1], np.uint32)
    for k, line in enumerate(np.ascontiguousarray(signs)):
        words |= (line > 0).astype(np.uint32) << np.uint32(k)
        words |= (line < 0).astype(np.uint32) << np.uint32(WINDOW + k)
    return words


def _unite(words: np.ndarray, facets: np.ndarray, start: np.ndarray) -> np.ndarray:
    """uint32 (n,): the words of cells from those of their facets."""
    union: np.ndarray = np.bitwise_or.reduceat(words[facets], start)
    return union


def _with_last(
    owner: np.ndarray, value: np.ndarray, last: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Lists by owner, ``owner`` non-decreasing, with one more entry at the end: (flat, counts)."""
    counts = np.bincount(owner, minlength=len(last)) + 1
    ends = np.cumsum(counts) - 1
    inner = np.ones(len(value) + len(last), np.bool_)
    inner[ends] = False
    flat = np.empty(len(inner), np.int32)
    flat[inner] = value
    flat[ends] = last
    return flat, counts


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
