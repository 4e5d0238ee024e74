"""All cells of a complex as read-only arrays, whatever made them: what every later room stands on.

Cells of dimension `k` are numbered `0..sizes[k]-1`. On `R^d` the complex of the box at infinity is
held (proofs/complex.md, Theorem 7), and the cells that lie on none of its sides come first: the
numbers below ``counts[k]`` are the `k`-cells of `R^d`, so that an index means the same cell in every
array, whether it goes to infinity or not. On a box ``counts`` and ``sizes`` are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from exactpoly.arithmetic.arrays import (
    Floats,
    IndexLists,
    Indices,
    Marks,
    Sides,
    Signs,
)
from exactpoly.arithmetic.growable import frozen
from exactpoly.complex.block import Block
from exactpoly.complex.vertices import ExactGeometry, Homogeneous
from exactpoly.errors import InputError

__all__ = ["Cells", "Coordinates"]

_CHUNK = 1 << 20


@dataclass(frozen=True, eq=False)
class Coordinates:
    """Where the vertices are: `p`, and on `R^d` `p + M q` with a formal `M` beyond every number.

    ``position``: float64, shape (1 or 2, d, n_0), proposals for `p` (and `q`); ``error``: float64,
    shape (1 or 2, n_0), proven bounds on their largest error, infinite where none was found;
    ``basis``: int32, shape (d, n_0), constraints that are likely to determine the vertex, numbered as
    by `ExactGeometry`; ``signs``, ``sides``: of the vertices, shapes (n_0, neurons) and (n_0,).
    """

    geometry: ExactGeometry
    basis: Indices
    signs: Signs
    sides: Sides
    position: Floats
    error: Floats

    def __post_init__(self) -> None:
        for array in (self.basis, self.signs, self.sides, self.position, self.error):
            frozen(array)

    def __reduce__(self) -> tuple[type[Coordinates], tuple[Any, ...]]:
        """So that a copy is read only too."""
        return Coordinates, tuple(getattr(self, field.name) for field in fields(self))

    def exact(self, vertex: int) -> Homogeneous:
        """The exact coordinates of a vertex over a common denominator."""
        basis, row = self.basis[:, vertex].tolist(), self.signs[vertex]
        return self.geometry.vertex(basis, row, int(self.sides[vertex]))

    def points(self, vertices: Iterable[int], part: int = 0) -> list[tuple[Fraction, ...]]:
        """Exact `p` (``part`` 0) or `q` (1; zero on a box) of some vertices."""
        if part >= len(self.position):
            return [(Fraction(0),) * self.position.shape[1] for _ in vertices]
        return [ExactGeometry.fractions(self.exact(int(v)), part) for v in vertices]


class Cells:
    """The cells of a complex by dimension; see the module for their numbers.

    ``dimension``: `d`; ``neurons``: how many; ``sizes``, ``counts``: number of cells of each dimension,
    with and without those at infinity (``counts`` is the f-vector); ``coordinates``: of the vertices.

    >>> import exactpoly as ep
    >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]),))
    >>> cells = ep.enumerate(net, domain="R^d").cells
    >>> cells.counts, cells.sizes
    ((1, 4, 4), (9, 12, 4))
    >>> sorted(cells.rows(1)[: cells.counts[1]].tolist())
    [[-1, 0], [0, -1], [0, 1], [1, 0]]
    >>> cells.cofaces(0)[0].tolist(), cells.cofaces(1).counts.tolist()
    ([0, 1, 2, 3], [2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1])
    """

    def __init__(
        self,
        facets: Sequence[IndexLists],
        sides: Sequence[Sides],
        coordinates: Coordinates,
        *,
        unbounded: bool,
        region_signs: Signs | None = None,
        zeros: Sequence[np.ndarray] | None = None,
    ) -> None:
        """``facets``: lists of (k-1)-cells for k = 1..d; ``sides``: for k = 0..d; what is not given of
        ``region_signs``, (n_d, neurons), and ``zeros`` is found when asked for. On `R^d` cells on sides
        must come last.
        """
        self.dimension = len(facets)
        self.neurons = coordinates.signs.shape[1]
        self.sizes = tuple(len(mask) for mask in sides)
        self.coordinates = coordinates
        self._facets = tuple(facets)
        self._sides: tuple[Sides, ...] = tuple(frozen(mask) for mask in sides)
        self._signs: dict[int, Signs] = {0: coordinates.signs}
        if region_signs is not None:
            self._signs[self.dimension] = frozen(region_signs)
        self._zeros = dict(enumerate(map(frozen, zeros))) if zeros is not None else {}
        self._cofaces: dict[int, IndexLists] = {}
        self._vertices: dict[int, IndexLists] = {}
        self.counts = self.sizes
        if unbounded:
            self.counts = tuple(int(np.count_nonzero(mask == 0)) for mask in self._sides)

    @classmethod
    def of_block(cls, block: Block) -> Cells:
        """The cells of a whole complex that the engine has finished; the block is put in order."""
        block.lattice.sweep()
        block.lattice.sort_regions(block.done)
        unbounded = block.oracle.unbounded
        if unbounded:
            _put_infinity_last(block)
        oracle, levels, done = block.oracle, block.lattice.levels, block.done
        coordinates = Coordinates(
            oracle.geometry,
            oracle.basis.view,
            np.ascontiguousarray(oracle.signs.view[:done].T),
            oracle.sides.view,
            oracle.position.view,
            oracle.error.view,
        )
        return cls(
            [IndexLists.of(x.facet_counts(), x.facets.view) for x in levels[1:]],
            [level.sides.view for level in levels],
            coordinates,
            unbounded=unbounded,
            region_signs=np.ascontiguousarray(block.lattice.rows.view[:done].T),
            zeros=[level.zeros.view for level in levels],
        )

    def __repr__(self) -> str:
        return f"<Cells of dimensions 0 to {self.dimension}: {self.sizes}>"

    def __getstate__(self) -> dict[str, Any]:
        """What is stored, without what can be found again."""
        return {**self.__dict__, "_cofaces": {}, "_vertices": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        held: list[np.ndarray] = [*self._sides, *self._signs.values(), *self._zeros.values()]
        for array in held:
            frozen(array)

    def _check(self, k: int, least: int = 0, most: int | None = None) -> None:
        most = self.dimension if most is None else most
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or not least <= k <= most:
            raise InputError(f"k: dimension {k!r} given; it must be between {least} and {most}")

    # Which cells are faces of which

    def facets(self, k: int) -> IndexLists:
        """The facets of each `k`-cell, `k >= 1`: lists of (k-1)-cells, shape (sizes[k],)."""
        self._check(k, least=1)
        return self._facets[k - 1]

    def cofaces(self, k: int) -> IndexLists:
        """The (k+1)-cells that each `k`-cell is a facet of, `k < d`, increasing: shape (sizes[k],)."""
        self._check(k, most=self.dimension - 1)
        if k not in self._cofaces:
            self._cofaces[k] = self._facets[k].transposed(self.sizes[k])
        return self._cofaces[k]

    def vertices(self, k: int) -> IndexLists:
        """The vertices of each `k`-cell, increasing, those at infinity too: shape (sizes[k],)."""
        self._check(k)
        if k not in self._vertices:
            self._vertices[k] = self._vertices_from_facets(k)
        return self._vertices[k]

    def _vertices_from_facets(self, k: int) -> IndexLists:
        if k == 0:
            return IndexLists.of(np.ones(self.sizes[0], np.int64), np.arange(self.sizes[0]))
        below, own, size = self.vertices(k - 1), self._facets[k - 1], self.sizes[0]
        counts = np.zeros(self.sizes[k], np.int64)
        parts = []
        for chunk in _chunks(own, below):
            facets = own.take(chunk)
            found = below.take(facets.entries)
            owner = np.repeat(facets.owners.astype(np.int64), found.counts)
            pairs = owner * size + found.entries
            pairs.sort()
            owner, vertex = np.divmod(pairs[np.diff(pairs, prepend=-1) != 0], size)
            counts[chunk] = np.bincount(owner, minlength=len(chunk))
            parts.append(vertex.astype(np.int32))
        return IndexLists.of(counts, np.concatenate(parts) if parts else np.empty(0, np.int32))

    def vertices_of(self, k: int, cell: int) -> Indices:
        """The vertices of one `k`-cell, increasing; the lists of the others are not made."""
        self._check(k)
        if k in self._vertices:
            return self._vertices[k][cell]
        found = np.array([cell], np.int32)
        for level in range(k, 0, -1):
            found = np.unique(self._facets[level - 1].take(found).entries)
        return found

    # Signs and sides

    def sides(self, k: int) -> Sides:
        """uint32, shape (sizes[k],): bit `s` is set iff the cell lies on side `s` of the box."""
        self._check(k)
        return self._sides[k]

    def shown(self, k: int) -> Marks:
        """bool, shape (sizes[k],): whether the cell belongs to the complex, not only to infinity."""
        self._check(k)
        marks: Marks = np.arange(self.sizes[k]) < self.counts[k]
        return marks

    def rows(self, k: int, cells: Indices | None = None) -> Signs:
        """int8, shape (n, neurons): sign rows of all `k`-cells, or of those at ``cells``.

        The row of a cell is the union of its vertices' (proofs/complex.md, Theorem 3); rows are united
        64 neurons at a time.
        """
        self._check(k)
        if k in self._signs:
            return self._signs[k] if cells is None else self._signs[k][cells]
        if cells is not None:
            return _unpacked(self._united([self._chosen_vertices(k, cells)]), self.neurons)
        return _unpacked(self._united(self._facets[:k]), self.neurons)

    def _united(self, steps: Sequence[IndexLists]) -> np.ndarray:
        bits = _packed(self._signs[0])
        for lists in steps:
            bits = np.stack(
                [np.bitwise_or.reduceat(b[lists.entries], lists.start[:-1]) for b in bits]
            )
        return bits

    def _chosen_vertices(self, k: int, cells: Indices) -> IndexLists:
        if k in self._vertices:
            return self._vertices[k].take(np.asarray(cells))
        found = [self.vertices_of(k, int(cell)) for cell in cells]
        return IndexLists.of(
            np.array([len(f) for f in found], np.int64),
            np.concatenate(found) if found else np.empty(0, np.int32),
        )

    def row(self, k: int, cell: int) -> Signs:
        """int8, shape (neurons,): the sign row of one `k`-cell."""
        if k in self._signs:
            own: Signs = self._signs[k][cell]
            return own
        signs = self._signs[0][self.vertices_of(k, cell)]
        highest, lowest = signs.max(axis=0, initial=0), signs.min(axis=0, initial=0)
        result: Signs = np.where(highest > 0, highest, lowest)
        return result

    def signs(self, k: int, neuron: int) -> Signs:
        """int8, shape (sizes[k],): the sign of one neuron on each `k`-cell."""
        self._check(k)
        if not 0 <= neuron < self.neurons:
            raise InputError(f"neuron: {neuron} given; there are {self.neurons}, numbered from 0")
        if k in self._signs:
            line: Signs = frozen(self._signs[k][:, neuron])
            return line
        line = self._signs[0][:, neuron]
        bits = (line > 0).astype(np.uint8) | (line < 0).astype(np.uint8) << 1
        for lists in self._facets[:k]:
            bits = np.bitwise_or.reduceat(bits[lists.entries], lists.start[:-1])
        result: Signs = frozen((bits & 1).astype(np.int8) - (bits >> 1).astype(np.int8))
        return result

    def zeros(self, k: int) -> np.ndarray:
        """Unsigned integers, shape (sizes[k],): how many neurons vanish on each `k`-cell."""
        self._check(k)
        if k not in self._zeros:
            self._zeros[k] = frozen(np.count_nonzero(self.rows(k) == 0, axis=1).astype(np.uint16))
        return self._zeros[k]

    def excess(self, k: int) -> Indices:
        """The `k`-cells, not at infinity, on more than `d - k` zero sets of neurons and sides."""
        shown = self.counts[k]
        count = self.zeros(k)[:shown] + np.bitwise_count(self._sides[k][:shown])
        found: Indices = np.flatnonzero(count != self.dimension - k)
        return found


def _chunks(own: IndexLists, below: IndexLists) -> list[np.ndarray]:
    """Runs of the cells with lists ``own`` that have about `_CHUNK` entries of ``below`` together."""
    taken = np.concatenate([[0], np.cumsum(below.counts[own.entries])])[own.start]
    cuts = np.searchsorted(taken, np.arange(_CHUNK, int(taken[-1]), _CHUNK))
    runs = np.unique(np.concatenate([[0], cuts, [len(own)]]))
    return [np.arange(a, b) for a, b in pairwise(runs)]


def _packed(signs: Signs) -> np.ndarray:
    """uint64, shape (2 w, n): for each row the bits of positive, then those of negative neurons."""
    count, neurons = signs.shape
    width = max(1, -(-neurons // 64)) * 64
    bits = np.zeros((2, count, width // 8), np.uint8)
    bits[0, :, : -(-neurons // 8)] = np.packbits(signs > 0, axis=1)
    bits[1, :, : -(-neurons // 8)] = np.packbits(signs < 0, axis=1)
    words = bits.view(np.uint64)
    return np.ascontiguousarray(words.transpose(0, 2, 1).reshape(-1, count))


def _unpacked(words: np.ndarray, neurons: int) -> Signs:
    """int8, shape (n, neurons): the rows that `_packed` turned into words, or unions of them."""
    count = words.shape[1]
    bytes_ = np.ascontiguousarray(words.reshape(2, -1, count).transpose(0, 2, 1)).view(np.uint8)
    plus, minus = np.unpackbits(bytes_.reshape(2, count, -1), axis=2, count=neurons).view(np.int8)
    plus -= minus
    result: Signs = frozen(plus)
    return result


def _put_infinity_last(block: Block) -> None:
    """Renumber the cells on `R^d` so that those on the box at infinity come last, level by level."""
    renumber = np.empty(0, np.int32)
    for k, level in enumerate(block.lattice.levels):
        far = level.sides.view != 0
        order = np.concatenate([np.flatnonzero(~far), np.flatnonzero(far)])
        number = np.empty(len(order), np.int32)
        number[order] = np.arange(len(order), dtype=np.int32)
        if k:
            lists = IndexLists.of(level.facet_counts(), level.facets.view).take(order)
            level.facets.replace(renumber[lists.entries])
            level.start.replace(lists.start[:-1])
        for array in (level.sides, level.zeros):
            array.replace(array.gather(order))
        renumber = number
        if k == 0:
            block.oracle.reorder(order)
