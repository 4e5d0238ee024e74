"""A block: a closed part of a complex, refined on its own.

A whole complex is a block; so is any set of its regions with all their faces. Each block knows the
neurons done and takes the next one by itself (see `lattice` and `oracle`), so blocks can be refined
in any place and order (`divide`, `parallel`).

Blocks are for workers, not for speed on one: keeping a complex in blocks that a neuron may miss saved
15% of the time at 1.6 million vertices and cost 50% in merging (3-160-160, one core, CPU seconds).
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor

import numpy as np
from flint import fmpq_mat, fmpz_mat

from exactpoly.arithmetic.growable import Growable
from exactpoly.complex.lattice import WINDOW, FaceLattice, Split
from exactpoly.complex.level import Level, Traits
from exactpoly.complex.oracle import SignOracle, SignStatistics
from exactpoly.complex.sides import side_network
from exactpoly.domain import Domain, Polytope
from exactpoly.errors import InternalError
from exactpoly.network.network import Network

__all__ = ["Block", "all_sides", "faces_in_order"]

_LEVEL_ARRAYS = ("facets", "start", "sides", "zeros", "alive")


def faces_of(polytope: Polytope) -> list[Level]:
    """The faces of a polytope by dimension, with their sides: new arrays at each call."""
    levels = []
    for facets, counts, sides in _faces(polytope):
        level, count = Level(), len(counts)
        level.append(facets, counts, Traits(sides, np.zeros(count, np.uint16)))
        levels.append(level)
    return levels


@lru_cache(maxsize=16)
def _faces(polytope: Polytope) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]:
    """(facets, counts, sides) for each dimension: a larger box, cut by one side after the other.

    The sides are neurons here, and of each only the region where it is positive is kept; so the faces
    are found as the cells of a complex are, exactly.
    """
    d, count = polytope.dimension, polytope.n_sides
    larger = tuple((floor(low) - 1, ceil(high) + 1) for low, high in polytope.box_around)
    block = Block.whole(side_network(polytope), Domain(d, larger))  # type: ignore[arg-type]
    for side in range(count):
        block.refine(0, side)
        block.lattice.sweep()
        block = block.selected(block.closure(block.lattice.rows.view[side] > 0))
    sides = np.zeros(block.lattice.n_vertices, np.uint32)
    for side, signs in enumerate(block.oracle.signs.view):
        sides |= (signs == 0).astype(np.uint32) << np.uint32(side)
    result = []
    for k, level in enumerate(block.lattice.levels):
        if k:
            sides = np.bitwise_and.reduceat(sides[level.facets.view], level.start.view)
        result.append((level.facets.view.copy(), level.facet_counts(), sides))
    if len(result[-1][2]) != 1 or len(result[-2][2]) != count:
        raise InternalError(f"{polytope} came out with {len(result[-2][2])} facets")
    return tuple(result)


def independent_sides(polytope: Polytope, sides: int, rank: int) -> list[int]:
    """The first ``rank`` independent ones of the sides whose bits are set, increasing."""
    numbers = [s for s in range(polytope.n_sides) if sides >> s & 1]
    if len(numbers) == rank:
        return numbers
    gradients = fmpz_mat([list(polytope.rows[s][:-1]) for s in numbers]).transpose()
    reduced, found = fmpq_mat(gradients).rref()
    if found != rank:
        raise InternalError(
            f"sides {numbers} of {polytope} meet in codimension {found}, not {rank}"
        )
    return [next(numbers[c] for c in range(len(numbers)) if reduced[i, c]) for i in range(rank)]


def faces_in_order(polytope: Polytope) -> dict[str, np.ndarray]:
    """The faces of a polytope as the kernel takes them, int32: see kernel.h."""
    d, parts = polytope.dimension, _faces(polytope)
    basis: list[int] = []
    excess = []
    for k, (_, _, masks) in enumerate(parts):
        for mask in masks.tolist():
            basis += independent_sides(polytope, mask, d - k)
            excess.append(mask.bit_count() - (d - k))
    given = {
        "face_count": [len(counts) for _, counts, _ in parts],
        "face_facets": np.concatenate([counts for _, counts, _ in parts]),
        "face_facet": np.concatenate([facets for facets, _, _ in parts]),
        "face_sides": basis,
        "face_excess": excess,
    }
    return {name: np.array(values, np.int32) for name, values in given.items()}


def all_sides(polytope: Polytope) -> dict[int, int]:
    """For each face the mask of its `independent_sides` -> that of all its sides."""
    d = polytope.dimension
    return {
        sum(1 << s for s in independent_sides(polytope, mask, d - k)): mask
        for k, (_, _, masks) in enumerate(_faces(polytope))
        for mask in masks.tolist()
    }


class Block:
    """Cells (``lattice``) and vertices (``oracle``) of a part, the first ``done`` neurons done."""

    def __init__(self, lattice: FaceLattice, oracle: SignOracle, done: int) -> None:
        self.lattice = lattice
        self.oracle = oracle
        self.done = done
        self._undecided: tuple[int, int, int] | None = None

    @classmethod
    def whole(cls, network: Network, domain: Domain) -> Block:
        """The domain (on `R^d` the box at infinity) before any neuron."""
        if isinstance(domain, Polytope):
            lattice = FaceLattice.polytope(faces_of(domain), network.n_neurons)
        else:
            lattice = FaceLattice.cube(network.input_dimension, network.n_neurons)
        oracle = SignOracle(network, domain)
        corners = lattice.levels[0].sides.view
        oracle.add(np.empty((0, len(corners)), np.int8), corners)
        return cls(lattice, oracle, 0)

    def refine(self, index: int, place: int) -> None:
        """Process neuron number ``done``, the ``place``-th of layer ``index``.

        What `SignOracle.between` raises comes through, and leaves the complex of ``done`` neurons, which
        may be refined further.
        """
        self.settle()
        neuron = self.done
        if place == 0:
            self.oracle.decide(index, np.arange(self.lattice.n_vertices))
        if neuron not in self.lattice.window or self.lattice.mostly_dead:
            layer = self.oracle.network.layers[index]
            end = min(neuron + WINDOW, neuron - place + len(layer.neurons))
            self.lattice.open_window(neuron, self.oracle.signs.view[neuron:end])
        split = self.lattice.split(neuron)
        self.done += 1
        try:
            if len(split.positive):
                self._add_vertices(split, index, place)
        finally:
            window = self.lattice.window
            new = self.oracle.signs.view[window.start : window.stop, split.first_vertex :]
            self.lattice.extend_window(new)

    def settle(self) -> None:
        """Decide what an interrupted `refine` left open: signs of later neurons at the last vertices."""
        if self._undecided is None:
            return
        first, index, skip = self._undecided
        self.oracle.decide(index, np.arange(first, self.lattice.n_vertices), skip=skip)
        self._undecided = None
        self.lattice.sweep()  # The window was made from signs that were not decided.

    def _add_vertices(self, split: Split, index: int, place: int) -> None:
        """Give the oracle the new vertices of a split by the last neuron done.

        The row of an edge is the nonzero one of its ends' entries (proofs/complex.md, Corollary F3),
        and every earlier neuron has that sign at the new vertex inside it.
        """
        neuron = self.done - 1
        rows = self.oracle.signs.gather(split.positive)
        # The entries agree or one is 0, so the union of their bits is the nonzero one.
        rows |= self.oracle.signs.gather(split.negative)
        rows[neuron] = 0
        self.oracle.add(rows[: neuron + 1], split.sides)
        self._undecided = split.first_vertex, index, place + 1
        new = np.arange(split.first_vertex, self.lattice.n_vertices)
        self.oracle.decide(index, new, skip=place + 1)
        self._undecided = None

    def selected(self, keep: list[np.ndarray]) -> Block:
        """The block of the marked cells; see `FaceLattice.selected`. Statistics start at 0."""
        oracle = self.oracle.blank()
        for name, growable in oracle.vertex_arrays().items():
            growable.replace(self.oracle.vertex_arrays()[name].view[..., keep[0]])
        return Block(self.lattice.selected(keep), oracle, self.done)

    def closure(self, regions: np.ndarray) -> list[np.ndarray]:
        """What to keep of each level, bool (n_j,), for the marked regions, bool (n_d,), to stay."""
        levels = self.lattice.levels
        keep = [np.zeros(level.size, np.bool_) for level in levels]
        keep[-1][:] = regions
        for j in range(len(levels) - 1, 0, -1):
            _, facets = levels[j].facets_of(np.flatnonzero(keep[j]))
            keep[j - 1][facets] = True
        return keep

    def _growables(self) -> dict[str, Growable]:
        result = {
            f"level{j}_{name}": getattr(level, name)
            for j, level in enumerate(self.lattice.levels)
            for name in _LEVEL_ARRAYS
        }
        result["rows"] = self.lattice.rows
        for name, growable in self.oracle.vertex_arrays().items():
            result[f"oracle_{name}"] = growable
        return result

    def state(self) -> dict[str, np.ndarray]:
        """All arrays by name, without dead cells; views, valid until the block is refined."""
        self.settle()
        self.lattice.sweep()
        return {name: growable.view for name, growable in self._growables().items()}

    def restore(
        self, arrays: dict[str, np.ndarray], done: int, statistics: SignStatistics
    ) -> Block:
        """A block of the same network and domain in a state that `state` gave."""
        dimension, neurons = self.lattice.dimension, len(self.lattice.rows.view)
        other = Block(FaceLattice.blank(dimension, neurons), self.oracle.blank(), done)
        for name, growable in other._growables().items():
            growable.replace(arrays[name])
        other.oracle.statistics = statistics
        return other
