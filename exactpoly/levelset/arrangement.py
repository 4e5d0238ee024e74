"""All cells of a complex in one numbering, for level sets: chains, sides, signs, places.

Cells at infinity are cells here too: on `R^d` the sets are those of the box at infinity, which has the same
homology (proofs/topology.md, Theorem 2).
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import numpy as np

from exactpoly.complex.complex import Complex
from exactpoly.errors import LimitReached
from exactpoly.topology.chains import Chains
from exactpoly.topology.incidence import chains_of

__all__ = ["Arrangement"]


class Arrangement:
    """A complete complex with one numbering of its cells, lower dimensions first.

    ``offsets``: where each dimension begins; ``sides``: uint32 (n,), the sides a cell lies on;
    ``shown``: bool (n,), whether it belongs to the domain (on `R^d`: off infinity).
    """

    def __init__(self, complex_: Complex) -> None:
        if not complex_.complete:
            raise LimitReached(
                f"no result: {complex_.stopped} after {complex_.network.n_neurons} of"
                f" {complex_.full_network.n_neurons} neurons, before the sets were cut out"
            )
        self.complex = complex_
        self.cells = complex_.cells
        self.dimension = complex_.dimension
        self.unbounded = not complex_.domain.is_box
        levels = range(self.dimension + 1)
        self.offsets = (0, *(int(x) for x in np.cumsum(self.cells.sizes)))
        self.sides = np.concatenate([self.cells.sides(k) for k in levels])
        self.off_sides = self.sides == 0
        self.shown = self.off_sides if self.unbounded else np.ones(len(self.sides), bool)

    @cached_property
    def chains(self) -> Chains:
        """The chain complex of all cells."""
        lists = [self.cells.facets(k) for k in range(1, self.dimension + 1)]
        return chains_of(
            self.cells.sizes, [one.entries for one in lists], [one.start for one in lists]
        )

    @cached_property
    def zeros(self) -> np.ndarray:
        """int64 (n,): how many neurons and sides vanish on each cell."""
        neurons = [self.cells.zeros(k).astype(np.int64) for k in range(self.dimension + 1)]
        total: np.ndarray = np.concatenate(neurons) + np.bitwise_count(self.sides)
        return total

    def signs(self, neuron: int) -> np.ndarray:
        """int8 (n,): the sign of a neuron on every cell."""
        return np.concatenate([self.cells.signs(k, neuron) for k in range(self.dimension + 1)])

    def level_of(self, cell: int) -> tuple[int, int]:
        """Dimension of a cell, and its number among the cells of that dimension."""
        k = int(np.searchsorted(self.offsets, cell, side="right")) - 1
        return k, cell - self.offsets[k]

    def counts(self, marks: np.ndarray) -> tuple[int, ...]:
        """Number of marked cells of each dimension."""
        return tuple(
            int(np.count_nonzero(marks[a:b]))
            for a, b in zip(self.offsets, self.offsets[1:], strict=False)
        )

    def point(self, cell: int) -> tuple[Fraction, ...]:
        """An exact point of a cell: the barycentre of its vertices, `M` made large enough."""
        k, number = self.level_of(cell)
        vertices = self.cells.vertices_of(k, number)
        near, far = (
            [sum(line, Fraction(0)) / len(vertices) for line in zip(*points, strict=True)]
            for points in (self.cells.coordinates.points(vertices, part) for part in (0, 1))
        )
        large = Fraction(0)
        if any(far):
            row = [int(s) for s in self.cells.row(k, number)]
            (matrix, constants), _ = self.complex.network.affine_maps(row)
            large = Fraction(1)
            for line, constant in zip(matrix, constants, strict=True):
                a = constant + sum(c * x for c, x in zip(line, near, strict=True))
                b = sum(c * x for c, x in zip(line, far, strict=True))
                if b:
                    large = max(large, abs(a) / abs(b) + 1)
        return tuple(p + large * q for p, q in zip(near, far, strict=True))
