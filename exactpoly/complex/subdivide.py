"""The engine `subdivide`: the face lattice refined neuron by neuron, layer by layer.

The order of neurons is the order of layers, so every neuron is one affine form on each cell of the
current complex. Signs come from the oracle, everything else is combinatorial (see `lattice`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from exactpoly.arithmetic.growable import Growable
from exactpoly.complex.lattice import NEGATIVE, POSITIVE, FaceLattice
from exactpoly.complex.oracle import SignOracle, SignStatistics
from exactpoly.domain import Domain
from exactpoly.network.network import Network

__all__ = ["Subdivision"]


class Subdivision:
    """A refinement in progress; `run` drives it to the end or to a limit.

    ``done``: how many neurons have been processed; the lattice is always the whole complex of those
    neurons. ``stopped``: why the run ended early, or None.
    """

    def __init__(self, network: Network, domain: Domain) -> None:
        self.network = network
        self.domain = domain
        self.lattice = FaceLattice(network.input_dimension, network.n_neurons)
        self.oracle = SignOracle(network, domain)
        self.dimension = network.input_dimension
        self.done = 0
        self.stopped: str | None = None
        corners = self.lattice.levels[0].sides.view
        self.oracle.add(np.empty((0, len(corners)), np.int8), corners)

    def run(
        self,
        *,
        should_stop: Callable[[Subdivision], str | None] | None = None,
        progress: Callable[[Subdivision], None] | None = None,
    ) -> None:
        """Process all neurons.

        ``should_stop`` is asked before each neuron and may return a reason to end the run, which
        leaves the exact complex of the neurons done so far; ``progress`` is called after each.
        """
        first = 0
        for index, layer in enumerate(self.network.layers):
            for place in range(max(0, self.done - first), len(layer.neurons)):
                self.stopped = should_stop(self) if should_stop else None
                if self.stopped:
                    return
                if place == 0:
                    self.oracle.decide(index, np.arange(self.lattice.n_vertices))
                self._refine(index, place)
                if progress:
                    progress(self)
            first += len(layer.neurons)

    def _growables(self) -> dict[str, Growable]:
        """Every array of the state by its name."""
        result = {
            f"level{j}_{name}": getattr(level, name)
            for j, level in enumerate(self.lattice.levels)
            for name in ("facets", "start", "sides", "zeros", "shared", "alive")
        }
        result["rows"] = self.lattice.rows
        for name in ("signs", "basis", "position", "error", "log_determinant", "sides", "known"):
            result[f"oracle_{name}"] = getattr(self.oracle, name)
        return result

    def state(self) -> dict[str, np.ndarray]:
        """The arrays of the run, without dead cells; views, valid until it goes on."""
        self.lattice.sweep()
        return {name: growable.view for name, growable in self._growables().items()}

    def restore(self, arrays: dict[str, np.ndarray], done: int, statistics: SignStatistics) -> None:
        """Put this run where another one of the same network and domain stood; see `state`."""
        for name, growable in self._growables().items():
            growable.replace(arrays[name])
        self.done = done
        self.oracle.statistics = statistics

    def _refine(self, index: int, place: int) -> None:
        """Process neuron number ``self.done``, the ``place``-th of layer ``index``."""
        neuron = self.done
        signs = self.oracle.signs.view[neuron]
        bits = np.where(signs > 0, np.uint8(POSITIVE), np.where(signs < 0, np.uint8(NEGATIVE), 0))
        split = self.lattice.split(neuron, bits.astype(np.uint8))
        self.done += 1
        if not len(split.positive):
            return
        # The row of an edge is the nonzero one of its ends' entries (DESIGN F3), and every earlier
        # neuron has that sign at the new vertex inside it.
        known = self.oracle.signs.view[:neuron]
        at_positive = known[:, split.positive]
        rows = np.where(at_positive != 0, at_positive, known[:, split.negative])
        zero = np.zeros((1, rows.shape[1]), np.int8)
        self.oracle.add(np.concatenate([rows, zero]), split.sides)
        new = np.arange(split.first_vertex, self.lattice.n_vertices)
        self.oracle.decide(index, new, skip=place + 1)
