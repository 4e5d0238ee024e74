"""All cells of a complex in one numbering, for level sets: chains, sides, signs, places.

Cells at infinity are cells here too: on `R^d` the sets are those of the box at infinity, which has the same
homology (proofs/topology.md, Theorem 2).
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import numpy as np

from exactpoly.complex.cells import Cells
from exactpoly.complex.complex import Complex
from exactpoly.domain import Domain
from exactpoly.errors import LimitReached
from exactpoly.network.network import Network
from exactpoly.topology.chains import Chains
from exactpoly.topology.incidence import chains_of

__all__ = ["Arrangement"]


class Arrangement:
    """The cells of a complex, or of a part of it, with one numbering of its cells, lower dimensions first.

    ``complex``: the whole complex, None for a part;
    ``offsets``: where each dimension begins; ``sides``: uint32 (n,), the sides a cell lies on;
    ``shown``: bool (n,), whether it belongs to the domain (on `R^d`: off infinity).
    """

    def __init__(self, cells: Cells, network: Network, domain: Domain) -> None:
        self.complex: Complex | None = None
        self.cells = cells
        self.network = network
        self.domain = domain
        self.dimension = domain.dimension
        self.unbounded = domain.is_space
        levels = range(self.dimension + 1)
        self.offsets = (0, *(int(x) for x in np.cumsum(self.cells.sizes)))
        self.sides = np.concatenate([self.cells.sides(k) for k in levels])
        self.off_sides = self.sides == 0
        self.shown = self.off_sides if self.unbounded else np.ones(len(self.sides), bool)

    @classmethod
    def of(cls, complex_: Complex) -> Arrangement:
        """Of a whole complex. Raises `LimitReached` for a partial one."""
        if not complex_.complete:
            raise LimitReached(
                f"no result: {complex_.stopped} after {complex_.network.n_neurons} of"
                f" {complex_.full_network.n_neurons} neurons, before the sets were cut out"
            )
        result = cls(complex_.cells, complex_.network, complex_.domain)
        result.complex = complex_
        return result

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
            (matrix, constants), _ = self.network.affine_maps(row)
            large = Fraction(1)
            for line, constant in zip(matrix, constants, strict=True):
                a = constant + sum(c * x for c, x in zip(line, near, strict=True))
                b = sum(c * x for c, x in zip(line, far, strict=True))
                if b:
                    large = max(large, abs(a) / abs(b) + 1)
        return tuple(p + large * q for p, q in zip(near, far, strict=True))
