"""Exact points inside regions of a network of which only the first neurons were processed.

A run that hit a limit knows the complex of the first `m` neurons. A point of one of its regions that
lies on no later neuron's zero set (unless that neuron vanishes all around) is an interior point of a
region of the whole network. Any such point will do, so simple dyadic ones are tried first: the
engine's float64 vertices give a barycentre, which is taken for the rational number it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from exactpoly.complex.complex import Complex
from exactpoly.network.network import Network

__all__ = ["interior_row", "region_points"]

Point = tuple[Fraction, ...]

_FAR = (2.0**4, 2.0**12, 2.0**30)
"""Values tried for `M` in regions that reach the box at infinity."""


def region_points(complex_: Complex) -> Iterator[tuple[tuple[int, ...], Point]]:
    """For each region of ``complex_.network`` a region of ``full_network`` inside it: (row, point).

    The row is that of the full network. A region for which no point is found is left out.
    """
    network, processed = complex_.full_network, complex_.network.n_neurons
    for index, wanted in enumerate(complex_.region_rows):
        vertices = complex_._vertices_of(complex_.dimension, index)
        for point in _candidates(complex_, index, vertices):
            if not _strictly_inside(complex_, point):
                continue
            row = interior_row(network, point)
            if row is not None and row[:processed] == tuple(wanted.tolist()):
                yield row, point
                break


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
    bounds = complex_.domain.bounds
    if bounds is None:
        return True
    return all(low < x < high for x, (low, high) in zip(point, bounds, strict=True))


def _candidates(complex_: Complex, index: int, vertices: np.ndarray) -> Iterator[Point]:
    """Points that are likely to lie in the region: rounded ones, then exact convex combinations."""
    position = complex_._oracle.position.view[:, :, vertices].mean(axis=2)
    reaches = complex_.domain.bounds is None and position[1].any()
    for far in _FAR if reaches else (0.0,):
        place = position[0] + far * position[1] if reaches else position[0]
        for digits in (np.float16, np.float32, np.float64):
            with np.errstate(over="ignore"):
                rounded = place.astype(digits)
            if np.isfinite(rounded).all():
                yield tuple(Fraction(float(x)) for x in rounded)
    centre = complex_.region(index).interior_point
    yield centre
    # The centre lies on a later neuron's zero set: walk from it a little towards other points of
    # the region, in general directions and by different shares.
    corners = [complex_.vertex(int(v)) for v in vertices if complex_._shown[0][v]]
    for share in (Fraction(1, 3), Fraction(2, 7), Fraction(1, 101)):
        for corner in corners:
            yield tuple(c + share * (v - c) for c, v in zip(centre, corner, strict=True))
