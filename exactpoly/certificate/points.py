"""Exact points inside regions of a network of which only the first neurons were processed.

A run that hit a limit knows the complex of the first `m` neurons. A point of one of its regions that
lies on no later neuron's zero set (unless that neuron vanishes all around) is an interior point of a
region of the whole network. Any such point will do, so simple dyadic ones are tried first: the
engine's float64 vertices give a barycentre, which is taken for the rational number it is. Many regions are
tried at once; their signs are exact all the same (`exactpoly.complex.locate.activation`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

import numpy as np

from exactpoly.arithmetic.arrays import Floats, Marks
from exactpoly.complex.complex import Complex
from exactpoly.complex.locate import activation, inside
from exactpoly.complex.points import Points
from exactpoly.network.network import Network

__all__ = ["interior_row", "region_points"]

Point = tuple[Fraction, ...]

_FAR = (2.0**4, 2.0**12, 2.0**30)
"""Values tried for `M` in regions that reach the box at infinity."""

_DIGITS = np.float16, np.float32, np.float64
"""Short numbers first."""
_BATCH = 256
"""Regions that are tried at once."""

_ATTEMPTS, _PRIME = 20, 1009
"""How many means of a region's vertices are tried, with weights `1 + (attempt * place) mod _PRIME`."""


def region_points(complex_: Complex) -> Iterator[tuple[tuple[int, ...], Point]]:
    """For each region of ``complex_.network`` a region of ``full_network`` inside it: (row, point).

    The row is that of the full network. A region for which no point is found is left out.
    """
    for start in range(0, complex_.n_regions, _BATCH):
        regions = range(start, min(start + _BATCH, complex_.n_regions))
        found = _at_once(complex_, regions)
        for index in regions:
            yield from (found[index],) if index in found else _one_by_one(complex_, index)


def _at_once(complex_: Complex, regions: range) -> dict[int, tuple[tuple[int, ...], Point]]:
    """What `region_points` gives for most of some regions: the rounded means of their vertices."""
    network, wanted = complex_.full_network, complex_.region_rows[regions.start : regions.stop]
    near, far = _means(complex_, regions)
    reaches: Marks = np.logical_or.reduce(far != 0, axis=1)
    left = np.arange(len(regions))
    found: dict[int, tuple[tuple[int, ...], Point]] = {}
    for distance, digits in product((0.0, *_FAR), _DIGITS):
        tried = left[reaches[left] == (distance > 0)]
        with np.errstate(over="ignore"):
            place = (near[tried] + distance * far[tried]).astype(digits).astype(np.float64)
        usable: Marks = np.logical_and.reduce(np.isfinite(place), axis=1)
        tried, points = tried[usable], Points(place[usable])
        rows = activation(network, points)
        good: Marks = inside(points, complex_.domain, strictly=True)
        good &= np.logical_and.reduce(rows[:, : wanted.shape[1]] == wanted[tried], axis=1)
        good &= np.logical_and.reduce(rows != 0, axis=1)
        for i in np.flatnonzero(good).tolist():
            found[regions[tried[i]]] = tuple(rows[i].tolist()), points[i]
        left = np.setdiff1d(left, tried[good])
    return found


def _means(complex_: Complex, regions: range) -> tuple[Floats, Floats]:
    """float64, shape (n, d) each: `p` and `q` of the means `p + M q` of the regions' vertices."""
    cells = complex_.cells
    vertices = [cells.vertices_of(complex_.dimension, index) for index in regions]
    counts = np.array([len(own) for own in vertices])
    position = cells.coordinates.position[:, :, np.concatenate(vertices)]
    means = np.add.reduceat(position, np.cumsum(counts) - counts, axis=2) / counts
    near: Floats = means[0].T
    return near, means[1].T if len(means) == 2 else np.zeros_like(near)


def _one_by_one(complex_: Complex, index: int) -> Iterator[tuple[tuple[int, ...], Point]]:
    network, processed = complex_.full_network, complex_.network.n_neurons
    wanted = tuple(complex_.region_rows[index].tolist())
    vertices = complex_.cells.vertices_of(complex_.dimension, index)
    for point in _candidates(complex_, index, vertices):
        if not _strictly_inside(complex_, point):
            continue
        row = interior_row(network, point)
        if row is not None and row[:processed] == wanted:
            yield row, point
            return


def interior_row(network: Network, point: Sequence[Fraction]) -> tuple[int, ...] | None:
    """The sign row at ``point``, or None unless all points around it have the same one.

    That is so iff each neuron with sign 0 has gradient 0 under the row's own pattern.
    """
    row = network.sign_row(point)
    if 0 in row:
        (gradients, _), _ = network.affine_maps(row)
        if any(s == 0 and any(g) for s, g in zip(row, gradients, strict=True)):
            return None
    return row


def _strictly_inside(complex_: Complex, point: Point) -> bool:
    return complex_.domain.contains(tuple(point), strictly=True)


def _candidates(complex_: Complex, index: int, vertices: np.ndarray) -> Iterator[Point]:
    """Points that are likely to lie in the region and on no later neuron's zero set.

    All are means of the region's vertices; equal weights often hit a zero set in symmetric networks,
    so others follow. For each the rounded mean comes before the exact one.
    """
    coordinates = complex_.cells.coordinates
    position = coordinates.position[:, :, vertices]
    exact: list[list[Point]] = []
    for attempt in range(_ATTEMPTS):
        weights = [1 + attempt * place % _PRIME for place in range(len(vertices))]
        yield from _rounded(position @ (np.array(weights) / sum(weights)))
        if not exact:
            exact = [coordinates.points(vertices, part) for part in (0, 1)]
        near, far = (
            [
                sum((w * x for w, x in zip(weights, line, strict=True)), Fraction(0)) / sum(weights)
                for line in zip(*points, strict=True)
            ]
            for points in exact
        )
        large = _large(complex_, index, near, far) if any(far) else Fraction(0)
        yield tuple(p + large * q for p, q in zip(near, far, strict=True))


def _rounded(means: np.ndarray) -> Iterator[Point]:
    """Dyadic points near the float64 mean ``means[0]``, or ``means[0] + M means[1]``."""
    reaches = len(means) == 2 and means[1].any()
    for far in _FAR if reaches else (0.0,):
        place = means[0] + far * means[1] if reaches else means[0]
        for digits in _DIGITS:
            with np.errstate(over="ignore"):
                rounded = place.astype(digits)
            if np.isfinite(rounded).all():
                yield tuple(Fraction(float(x)) for x in rounded)


def _large(complex_: Complex, index: int, near: list[Fraction], far: list[Fraction]) -> Fraction:
    """A value for `M` that leaves `near + M far` in the region: all `|a| < M |b|` for values `a + M b`."""
    large = Fraction(1)
    (matrix, constants), _ = complex_.network.affine_maps(complex_.region(index).row)
    for line, constant in zip(matrix, constants, strict=True):
        a = constant + sum(c * x for c, x in zip(line, near, strict=True))
        b = sum(c * x for c, x in zip(line, far, strict=True))
        if b:
            large = max(large, abs(a) / abs(b) + 1)
    return large
