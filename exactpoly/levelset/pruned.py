"""The zero set alone, of networks whose whole complex is out of reach.

While the complex is refined neuron by neuron, regions on whose closure `f = c` is impossible are
dropped. What is left contains every cell of `{f = c}` and every region at one, with all their faces:
dropping a region cannot change how a neuron cuts another one (proofs/topology.md, Theorem 12).

The bound on `f` is rigorous: ranges of the next layer's pre-activations at the vertices of a region, with
the error bounds of the filter, then interval arithmetic with outward rounding through later layers.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from exactpoly.arithmetic.filter_bounds import INFLATE, UNIT, gamma, layer_bounds
from exactpoly.complex.block import Block
from exactpoly.complex.cells import Cells
from exactpoly.complex.level import Level
from exactpoly.domain import Domain
from exactpoly.errors import LimitReached
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.cellset import CellSet
from exactpoly.levelset.surface import Surface, surface
from exactpoly.network.network import Network
from exactpoly.running.limits import Limits

__all__ = ["ZeroSet", "pruned_block"]

_TINY = 2.0**-1000


class ZeroSet:
    """`{f = c}` alone: its cells, homology and surface, from the part of the complex at it."""

    def __init__(self, block: Block, domain: Domain) -> None:
        self.block = block
        network = block.oracle.network
        cells = Cells.of_block(block)
        self.arrangement = Arrangement(cells, network, domain)
        self.signs = self.arrangement.signs(network.n_neurons - 1)
        self.zero = CellSet("{f = c}", self.arrangement, self.signs == 0, closed=True)

    def surface(self) -> Surface:
        """See `exactpoly.levelset.surface`."""
        return surface(self.zero, self.signs)


def pruned_block(
    network: Network,
    domain: Domain,
    *,
    limits: Limits | None = None,
    interrupted: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Block:
    """The part of the complex at the zero set of the last neuron, the only one of its layer.

    Raises `LimitReached` when a limit or an interruption comes first.
    """
    block, started, limits = Block.whole(network, domain), time.monotonic(), limits or Limits()
    ranges = _Ranges(network)
    for index, layer in enumerate(network.layers):
        for place in range(len(layer.neurons)):
            stopped = limits.exceeded(block.lattice.n_cells, started)
            if stopped or (interrupted is not None and interrupted()):
                raise LimitReached(
                    f"no result: {stopped or 'interrupted'} after {block.done} of"
                    f" {network.n_neurons} neurons"
                )
            block.refine(index, place)
            if progress is not None:
                progress(block.done, network.n_neurons)
            if (
                index + 1 < len(network.layers)
                and place % 16 == 15
                and place + 1 < len(layer.neurons)
            ):
                block = _dropped(block, ranges, index)
        if index + 1 < len(network.layers):
            block = _dropped(block, ranges, index + 1)
    block.lattice.sweep()
    block = _at_zero(block)
    block.lattice.sweep()
    return block


def _dropped(block: Block, ranges: _Ranges, index: int) -> Block:
    """Drop the regions whose bound excludes 0; at least one region is kept."""
    block.lattice.sweep()
    low, high = ranges.of_last(block, index)
    kept = ~((low > 0) | (high < 0))
    if not kept.any():
        kept[0] = True
    return _with_faces(block, kept)


def _at_zero(block: Block) -> Block:
    """Keep the regions with a vertex on which the last neuron is 0."""
    zero = block.oracle.signs.view[-1] == 0
    for level in block.lattice.levels[1:]:
        zero = np.logical_or.reduceat(zero[level.facets.view], level.start.view)
    if not zero.any():
        zero[0] = True
    return _with_faces(block, zero)


def _with_faces(block: Block, regions: np.ndarray) -> Block:
    levels = block.lattice.levels
    keep = [np.zeros(level.size, np.bool_) for level in levels]
    keep[-1] = regions
    for j in range(len(levels) - 1, 0, -1):
        entries = np.repeat(keep[j], levels[j].facet_counts())
        keep[j - 1][levels[j].facets.view[entries]] = True
    return block.selected(keep)


class _Ranges:
    """Rigorous ranges of a network's units on the regions of a block."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.weights = [(layer.float_weight, layer.float_bias) for layer in network.layers]
        self.bounds = layer_bounds(self.weights)
        self.first = np.cumsum([0, *(len(layer.neurons) for layer in network.layers)]).tolist()

    def of_last(self, block: Block, index: int) -> tuple[np.ndarray, np.ndarray]:
        """float64 (regions,), twice: lower and upper bounds of the last neuron.

        Layers below ``index`` are affine on each region.
        """
        with np.errstate(all="ignore"):
            low, high = self._at_regions(block, index)
            for layer in range(index + 1, len(self.weights)):
                low, high = self._through(layer, *self._passed(layer - 1, low, high))
        # Not a number decides nothing.
        return (
            np.where(np.isnan(low[0]), -np.inf, low[0]),
            np.where(np.isnan(high[0]), np.inf, high[0]),
        )

    def _passed(
        self, layer: int, low: np.ndarray, high: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Ranges of what a layer hands on."""
        neurons = list(self.network.layers[layer].neurons)
        low, high = low.copy(), high.copy()
        low[neurons] = np.maximum(low[neurons], 0.0)
        high[neurons] = np.maximum(high[neurons], 0.0)
        return low, high

    def _through(
        self, layer: int, low: np.ndarray, high: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Ranges of a layer's units from those of its inputs: midpoints, and radii rounded up.

        The computed midpoint is off by at most `gamma (|W| |m| + |b|)` (proofs/filter.md); all else that
        rounds is covered by the inflation and by `4 u` of every number that takes part.
        """
        weight, bias = self.weights[layer]
        middle = (low + high) / 2
        radius = ((high - low) / 2 + 4 * UNIT * (np.abs(low) + np.abs(high))) * INFLATE + _TINY
        size = np.abs(weight)
        center = weight @ middle + bias[:, None]
        error = gamma(weight.shape[1] + 8) * (
            size @ (np.abs(middle) + radius) + np.abs(bias)[:, None]
        )
        spread = (size @ radius + 2 * error + _TINY) * INFLATE
        return center - spread, center + spread

    def _at_regions(self, block: Block, index: int) -> tuple[np.ndarray, np.ndarray]:
        """float64 (units, regions), twice: ranges of the units of layer ``index``."""
        oracle = block.oracle
        point = oracle.position.view[0]
        hidden = point
        for layer, (weight, bias) in enumerate(self.weights[:index]):
            hidden = weight @ hidden + bias[:, None]
            neurons = list(self.network.layers[layer].neurons)
            hidden[neurons] *= oracle.signs.view[self.first[layer] : self.first[layer + 1]] > 0
        weight, bias = self.weights[index]
        values = weight @ hidden + bias[:, None]
        bound = self.bounds[index]
        size, error = np.abs(point).max(axis=0) * INFLATE, oracle.error.view[0]
        off = (
            bound.constant[:, None] + bound.slope[:, None] * size + bound.lipschitz[:, None] * error
        ) * INFLATE
        near = oracle.sides.view == 0 if oracle.unbounded else np.ones(len(error), bool)
        off = np.where(np.isfinite(values) & near, off, np.inf)
        low, high = values - off * INFLATE, values + off * INFLATE
        low[~np.isfinite(off)], high[~np.isfinite(off)] = -np.inf, np.inf
        levels = block.lattice.levels
        return _united(low, levels, np.minimum), _united(high, levels, np.maximum)


def _united(values: np.ndarray, levels: list[Level], extreme: np.ufunc) -> np.ndarray:
    """The extreme of each unit over the vertices of each region."""
    result = []
    for line in values:
        for level in levels[1:]:
            line = extreme.reduceat(line[level.facets.view], level.start.view)
        result.append(line)
    return np.stack(result)
