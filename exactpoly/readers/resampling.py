"""Linear resampling (bilinear, trilinear): each output is a rational mean of two neighbours an axis.

Where an output falls between the entries of its input is a rational number of sizes and scales, so the
whole is a linear map. Frameworks compute these places in floats; the exact network has them exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod

import numpy as np

from exactpoly.readers import operators as ops
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Value

__all__ = ["Axis", "align_corners", "half_pixel", "interpolate"]

_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Axis:
    """Where the outputs on one axis lie among its entries 0, 1, ..; None is the constant ``outside``.

    A place before the first entry or behind the last one takes that entry.
    """

    places: Sequence[Fraction | None]
    outside: Fraction = Fraction(0)

    def is_whole(self, size: int) -> bool:
        """Whether the axis of that length is left as it is."""
        return list(self.places) == list(range(size))


def half_pixel(target: int, ratio: Fraction) -> Axis:
    """Outputs at the centres of ``target`` pixels of length `1 / ratio`."""
    return Axis([(i + _HALF) / ratio - _HALF for i in range(target)])


def align_corners(size: int, target: int) -> Axis:
    """The first and the last outputs at the first and the last entries."""
    step = Fraction(size - 1, target - 1) if target > 1 else Fraction(0)
    return Axis([i * step for i in range(target)])


def interpolate(graph: Graph, x: Affine, axes: Sequence[Axis]) -> Value:
    """``x`` resampled along each of its axes."""
    y: Value = x
    for number, axis in enumerate(axes):
        if not axis.is_whole(x.shape[number]):
            y = _along(graph, graph.tensor(y), number, axis)
    return y


def _along(graph: Graph, x: Affine, number: int, axis: Axis) -> Value:
    size = x.shape[number]
    ops.check_positions(4 * len(axis.places) * prod(x.shape) // max(size, 1))
    taps = [_taps(place, size) for place in axis.places]
    grid = np.moveaxis(x.indices, number, -1)
    places = np.array([[low, high] for low, high, _ in taps], dtype=np.int64).reshape(-1, 2)
    weights = [w for _, _, rest in taps for w in (1 - rest, rest)]
    weights = [Fraction(0) if axis.places[i // 2] is None else w for i, w in enumerate(weights)]
    y = ops.contract(x, grid[..., places], ExactArray.of_fractions(weights, (len(taps), 2)))
    turned = np.moveaxis(y.indices, -1, number)
    result = ops.rearrange(_roughened(x, y, grid, places), turned)
    if not axis.outside or None not in axis.places:
        return result
    beyond = [axis.outside if place is None else Fraction(0) for place in axis.places]
    shape = [-1 if i == number else 1 for i in range(len(x.shape))]
    return ops.add_values(
        graph, result, ops.reshape(ExactArray.of_fractions(beyond, (len(beyond),)), shape)
    )


def _taps(place: Fraction | None, size: int) -> tuple[int, int, Fraction]:
    """The two neighbours of a place, and the weight of the second."""
    inside = min(max(place or Fraction(0), Fraction(0)), Fraction(size - 1))
    low = int(inside)
    return low, min(low + 1, size - 1), inside - low


def _roughened(x: Affine, y: Affine, grid: np.ndarray, places: np.ndarray) -> Affine:
    """``y`` with the rounding of places counted, which moves weight between neighbours."""
    size = grid.shape[-1]
    around = np.stack([places[:, 0] - 1, places[:, 0], places[:, 1], places[:, 1] + 1], axis=1)
    near = grid[..., around.clip(0, size - 1)].reshape(-1, 4)
    magnitude = x.magnitude[:, near].sum(axis=2)
    return replace(y, magnitude=magnitude, roundings=y.roundings + 4 * (size + len(places)))
