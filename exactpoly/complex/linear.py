"""Linear regions: unions of activation regions on which the network is one affine map.

A *linear region* is a maximal union of regions, connected through facets, with the same exact affine
map of the output. Floating point only separates maps that are certainly different; every
two that it cannot separate are compared exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from exactpoly.arithmetic.filter_bounds import layer_bounds

if TYPE_CHECKING:
    from exactpoly.complex.cell_arrays import CellArrays
    from exactpoly.network.network import AffineMap

__all__ = ["linear_regions"]

_CHUNK = 1 << 12


def linear_regions(complex_: CellArrays) -> list[list[int]]:
    """Indices of the activation regions of each linear region, both in increasing order."""
    import networkx

    pairs = complex_.neighbours
    pairs = pairs[pairs[:, 1] >= 0]
    gradients, error = _gradients(complex_)
    difference = np.abs(gradients[pairs[:, 0]] - gradients[pairs[:, 1]])
    # Not (difference > bound) rather than <=, so that NaN counts as undecided.
    undecided = pairs[~(difference > 2.0001 * error + 2.0**-1000).any(axis=(1, 2))]
    maps: dict[int, AffineMap] = {}

    def exact(index: int) -> AffineMap:
        if index not in maps:
            maps[index] = complex_.network.affine_map(complex_.region_rows[index].tolist())
        return maps[index]

    graph = networkx.Graph()
    graph.add_nodes_from(range(complex_.n_regions))
    graph.add_edges_from((a, b) for a, b in undecided.tolist() if exact(a) == exact(b))
    return sorted(sorted(part) for part in networkx.connected_components(graph))


def _gradients(complex_: CellArrays) -> tuple[np.ndarray, np.ndarray]:
    """float64 (regions, outputs, d) gradients of the output, and an entrywise error bound."""
    network = complex_.network
    layers = network.layers
    weights = [layer.float_weight for layer in layers]
    bounds = layer_bounds([(w, layer.float_bias) for w, layer in zip(weights, layers, strict=True)])
    result = np.empty((complex_.n_regions, network.output_dimension, network.input_dimension))
    rows = complex_.region_rows
    with np.errstate(all="ignore"):
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            current = np.broadcast_to(
                np.eye(network.input_dimension),
                (len(part), *weights[0].shape[1:], network.input_dimension),
            )
            first = 0
            for layer, weight in zip(layers, weights, strict=True):
                current = weight @ current
                stop = first + len(layer.neurons)
                current[:, list(layer.neurons)] *= (part[:, first:stop] > 0)[:, :, None]
                first = stop
            result[start : start + _CHUNK] = current
        last = bounds[-1]
        error = last.gradient * last.gradient_relative + last.gradient_absolute
    return result, error
