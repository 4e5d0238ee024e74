"""A block: a closed part of a complex, refined on its own.

A whole complex is a block; so is any set of its regions with all their faces. Each block knows the
neurons done and takes the next one by itself (see `lattice` and `oracle`), so blocks can be refined
in any place and order (`divide`, `parallel`).

Blocks are for workers, not for speed on one: keeping a complex in blocks that a neuron may miss saved
15% of the time at 1.6 million vertices and cost 50% in merging (3-160-160, one core, CPU seconds).
"""

from __future__ import annotations

import numpy as np

from exactpoly.arithmetic.growable import Growable
from exactpoly.complex.lattice import WINDOW, FaceLattice, Split
from exactpoly.complex.oracle import SignOracle, SignStatistics
from exactpoly.domain import Domain
from exactpoly.network.network import Network

__all__ = ["Block"]

_LEVEL_ARRAYS = ("facets", "start", "sides", "zeros", "shared", "alive")


class Block:
    """Cells (``lattice``) and vertices (``oracle``) of a part, the first ``done`` neurons done."""

    def __init__(self, lattice: FaceLattice, oracle: SignOracle, done: int) -> None:
        self.lattice = lattice
        self.oracle = oracle
        self.done = done

    @classmethod
    def whole(cls, network: Network, domain: Domain) -> Block:
        """The box (on `R^d` the one at infinity) before any neuron."""
        lattice = FaceLattice.cube(network.input_dimension, network.n_neurons)
        oracle = SignOracle(network, domain)
        corners = lattice.levels[0].sides.view
        oracle.add(np.empty((0, len(corners)), np.int8), corners)
        return cls(lattice, oracle, 0)

    def refine(self, index: int, place: int) -> None:
        """Process neuron number ``done``, the ``place``-th of layer ``index``."""
        neuron = self.done
        if place == 0:
            self.oracle.decide(index, np.arange(self.lattice.n_vertices))
        if neuron not in self.lattice.window or self.lattice.mostly_dead:
            layer = self.oracle.network.layers[index]
            end = min(neuron + WINDOW, neuron - place + len(layer.neurons))
            self.lattice.open_window(neuron, self.oracle.signs.view[neuron:end])
        split = self.lattice.split(neuron)
        self.done += 1
        if len(split.positive):
            self._add_vertices(split, index, place)
        window = self.lattice.window
        new = self.oracle.signs.view[window.start : window.stop, split.first_vertex :]
        self.lattice.extend_window(new)

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
        new = np.arange(split.first_vertex, self.lattice.n_vertices)
        self.oracle.decide(index, new, skip=place + 1)

    def selected(self, keep: list[np.ndarray]) -> Block:
        """The block of the marked cells; see `FaceLattice.selected`. Statistics start at 0."""
        oracle = self.oracle.blank()
        for name, growable in oracle.vertex_arrays().items():
            growable.replace(self.oracle.vertex_arrays()[name].view[..., keep[0]])
        return Block(self.lattice.selected(keep), oracle, self.done)

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
