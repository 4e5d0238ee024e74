"""What is asked of every region, for all of them at once.

Exact results come from the same formulas as those of one `Region`, shared work done once: each vertex is
solved once, each pattern of the layers below composed once. Float results are proven where it is said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from flint import fmpz_mat

from exactpoly.arithmetic.arrays import Floats, IndexLists, Marks
from exactpoly.arithmetic.growable import frozen
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex.enclosed_vertices import enclosed_vertices
from exactpoly.complex.locate import activation, inside
from exactpoly.complex.points import Points

if TYPE_CHECKING:
    from exactpoly.complex.cell_arrays import CellArrays
    from exactpoly.network.layer import Layer
    from exactpoly.network.network import AffineMap, Network

__all__ = [
    "affine_maps",
    "exact_affine_maps",
    "facet_neurons",
    "finite",
    "interior_points",
    "vertex_array",
    "vertices_at_infinity",
]

_CHUNK = 1 << 12
_FAR = (0.0, 2.0**4, 2.0**12, 2.0**30, 2.0**60)
"""Values tried for `M` in regions that reach the box at infinity."""


def vertex_array(complex_: CellArrays) -> Floats:
    """float64, shape (f_0, d): each coordinate is the exact one, correctly rounded."""
    return frozen(enclosed_vertices(complex_).high)


def vertices_at_infinity(complex_: CellArrays) -> tuple[Floats, Floats]:
    """float64, shape (n_0 - f_0, d) each: `p` and `q` of the vertices `p + M q`, correctly rounded."""
    coordinates, d = complex_.cells.coordinates, complex_.dimension
    result = np.empty((2, complex_.cells.sizes[0] - complex_.f_vector[0], d))
    for place in range(result.shape[1]):
        numerators, denominator = coordinates.exact(complex_.f_vector[0] + place)
        for part in (0, 1):
            for axis in range(d):
                number = int(numerators[axis, part]), int(denominator)
                result[part, place, axis] = rounded(*number)
    return frozen(result[0]), frozen(result[1])


def finite(lists: IndexLists, count: int) -> IndexLists:
    """The lists without the cells at infinity, which are the numbers from ``count`` on."""
    kept = lists.entries < count
    if kept.all():
        return lists
    counts = np.bincount(lists.owners[kept], minlength=len(lists))
    return IndexLists.of(counts, lists.entries[kept])


def facet_neurons(complex_: CellArrays) -> IndexLists:
    """For each (d-1)-cell the neurons that vanish on it and not on all regions beside it."""
    below, count = complex_.dimension - 1, complex_.f_vector[-2]
    pairs, regions = complex_.neighbours[:count], complex_.region_rows
    walls = complex_.cells.rows(below)[:count]
    beside = (regions[pairs[:, 0]] != 0) | ((regions[pairs[:, 1]] != 0) & (pairs[:, 1:] >= 0))
    place, neuron = np.nonzero((walls == 0) & beside)
    return IndexLists.of(np.bincount(place, minlength=count), neuron)


def affine_maps(complex_: CellArrays) -> tuple[Floats, Floats]:
    """float64, shapes (regions, outputs, d) and (regions, outputs): matrices and constants, rounded."""
    network, rows = complex_.network, complex_.region_rows
    d, outputs = network.input_dimension, network.output_dimension
    result = np.empty((len(rows), outputs, d + 1))
    with np.errstate(all="ignore"):
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            current = np.broadcast_to(np.eye(d, d + 1), (len(part), d, d + 1))
            first = 0
            for layer in network.layers:
                current = layer.float_weight @ current
                current[:, :, d] += layer.float_bias
                stop = first + len(layer.neurons)
                current[:, list(layer.neurons)] *= (part[:, first:stop] > 0)[:, :, None]
                first = stop
            result[start : start + _CHUNK] = current + 0.0  # No -0.0.
    return frozen(result[:, :, :d]), frozen(result[:, :, d])


def exact_affine_maps(complex_: CellArrays) -> list[AffineMap]:
    """Exact matrix and constant of the network on each region.

    Regions are grouped by their signs below the last layers with neurons: what those hand on is composed
    once a group, and the maps of a group are one product of integer matrices.
    """
    network, rows = complex_.network, complex_.region_rows
    layers = network.layers
    last = max((i for i, layer in enumerate(layers) if layer.neurons), default=0)
    before = sum(len(layer.neurons) for layer in layers[:last])
    patterns, group = np.unique(rows[:, :before], axis=0, return_inverse=True)
    members = IndexLists.of(
        np.bincount(group.ravel(), minlength=len(patterns)),
        np.argsort(group.ravel(), kind="stable"),
    )
    matrix, shift, above = _composed_above(network, last)
    matrices = [_integers(layer) for layer in layers[: last + 1]]
    scale = 1
    for layer in layers[: last + 1]:
        scale *= layer.denominator
    result: list[AffineMap] = [((), ())] * len(rows)
    units, d = list(layers[last].neurons), network.input_dimension
    for place, pattern in enumerate(patterns):
        forms = _forms_below(network, matrices, pattern)
        for start in range(0, len(members[place]), _CHUNK):
            chosen = members[place][start : start + _CHUNK]
            active = np.ones((len(chosen), layers[last].outputs), np.bool_)
            active[:, units] = rows[chosen, before:] > 0
            lines = [
                [x if on else 0 for x, on in zip(line, mask, strict=True)]
                for mask in active.tolist()
                for line in matrix
            ]
            table = (fmpz_mat(lines) * forms).tolist()
            for i, region in enumerate(chosen.tolist()):
                own = table[i * len(matrix) : (i + 1) * len(matrix)]
                result[region] = (
                    tuple(tuple(Fraction(int(x), scale * above) for x in line[:d]) for line in own),
                    tuple(
                        Fraction(int(line[d]) + c * scale, scale * above)
                        for line, c in zip(own, shift, strict=True)
                    ),
                )
    return result


def _composed_above(network: Network, last: int) -> tuple[list[list[int]], list[int], int]:
    """What the linear layers after ``last`` do, as integers (matrix, constants) over a denominator."""
    n = network.layers[last].outputs
    forms = fmpz_mat([[int(i == j) for j in range(n + 1)] for i in range(n)])
    scale = 1
    for layer in network.layers[last + 1 :]:
        forms, scale = _next_forms(_integers(layer), forms, scale)
    table = [[int(x) for x in line] for line in forms.tolist()]
    return [line[:-1] for line in table], [line[-1] for line in table], scale


def _forms_below(network: Network, matrices: Sequence[_Integers], pattern: np.ndarray) -> fmpz_mat:
    """The forms of the units of the last of the layers, times their denominators: (units, d + 1)."""
    d = network.input_dimension
    forms = fmpz_mat([[int(i == j) for j in range(d + 1)] for i in range(d)])
    scale, first = 1, 0
    for index, (layer, integers) in enumerate(zip(network.layers, matrices, strict=False)):
        forms, scale = _next_forms(integers, forms, scale)
        if index + 1 < len(matrices):
            signs = pattern[first : first + len(layer.neurons)].tolist()
            off = {u for u, sign in zip(layer.neurons, signs, strict=True) if sign <= 0}
            first += len(layer.neurons)
            for unit in off:
                for column in range(d + 1):
                    forms[unit, column] = 0
    return forms


_Integers = tuple[fmpz_mat, list[int], int]
"""Weights and biases of a layer over their common denominator."""


def _integers(layer: Layer) -> _Integers:
    rows = layer.numerators
    return fmpz_mat([list(row[:-1]) for row in rows]), [row[-1] for row in rows], layer.denominator


def _next_forms(layer: _Integers, forms: fmpz_mat, scale: int) -> tuple[fmpz_mat, int]:
    weights, biases, denominator = layer
    product = weights * forms
    end = product.ncols() - 1
    for unit, bias in enumerate(biases):
        product[unit, end] += bias * scale
    return product, scale * denominator


def interior_points(complex_: CellArrays) -> Floats:
    """float64, shape (regions, d): a point inside each region, proven; NaN where none was found.

    The mean of a region's vertices is taken for the rational number that it is, and its sign row,
    decided exactly, must be the region's; on `R^d` several values are tried for `M`.
    """
    cells, d = complex_.cells, complex_.dimension
    lists = cells.vertices(d)
    position, regions = cells.coordinates.position, complex_.region_rows
    counts = lists.counts[:, None]
    means = [
        np.add.reduceat(part.T[lists.entries], lists.start[:-1], axis=0) / counts
        for part in position
    ]
    result = np.full((len(regions), d), np.nan)
    left = np.arange(len(regions))
    for far in _FAR[: 1 if len(means) == 1 else None]:
        proposal = means[0][left] + (far * means[-1][left] if far else 0.0)
        usable: Marks = np.logical_and.reduce(np.isfinite(proposal), axis=1)
        points = Points(np.where(usable[:, None], proposal, 0.0))
        same = activation(complex_.network, points) == regions[left]
        good: Marks = usable & np.logical_and.reduce(same, axis=1)
        good &= inside(points, complex_.domain, strictly=True)
        result[left[good]] = proposal[good]
        left = left[np.logical_not(good)]
    return frozen(result)
