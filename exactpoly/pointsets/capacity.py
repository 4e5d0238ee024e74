"""How wide must a random layer be before two point sets become linearly separable? Decided exactly.

Dirksen, Genzel, Jacques and Stollenwerk (arXiv 2108.00207) bound the width at which random ReLU layers
with normal weights and uniform biases make two sets separable. Here weights are drawn in float32 and taken
as the rationals they are; the features of a rational point are then rational, and every draw is decided: a
hyperplane with a gap, or a point that both convex hulls contain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

import numpy as np

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.pointsets.points import Points
from exactpoly.pointsets.separation import Separation, separate

__all__ = ["SeparationCurve", "random_layers", "separation_curve", "separations"]


@dataclass(frozen=True)
class SeparationCurve:
    """For each of ``widths``: in how many of ``draws`` draws of ``layers`` layers the sets separate."""

    widths: tuple[int, ...]
    separable: tuple[int, ...]
    draws: int
    layers: int

    @property
    def shares(self) -> tuple[Fraction, ...]:
        """The share of draws that separate, for each width."""
        return tuple(Fraction(n, self.draws) for n in self.separable)


def separation_curve(
    a: Points,
    b: Points,
    widths: Sequence[int],
    *,
    draws: int = 20,
    layers: int = 1,
    spread: Any = 2,
    seed: int = 0,
    pause: Callable[[], None] | None = None,
) -> SeparationCurve:
    """Draw ``layers`` random layers of each width ``draws`` times and decide each time; see
    `exactpoly.separation_curve`.
    """
    _check(widths, draws, layers)
    generator = np.random.default_rng(seed)
    counts = []
    for width in widths:
        shape = [a.dimension, *[width] * layers]
        found = 0
        for _ in range(draws):
            found += separations(random_layers(shape, spread, generator), a, b, pause).separable
        counts.append(found)
    return SeparationCurve(tuple(widths), tuple(counts), draws, layers)


def random_layers(
    widths: Sequence[int], spread: Any, generator: np.random.Generator
) -> tuple[Layer, ...]:
    """ReLU layers with float32 weights, normal with variance 1 in the first layer and `1 / n` behind `n`
    units, and biases uniform in `[-spread, spread]`.
    """
    bound = float(exact_scalar(spread, "spread"))
    if not bound >= 0:
        raise InputError(f"spread: {spread} is negative")
    made = []
    for place, (n, m) in enumerate(pairwise(widths)):
        weight = generator.normal(size=(m, n)) / (n**0.5 if place else 1)
        bias = generator.uniform(-bound, bound, size=m)
        made.append(Layer.of(weight.astype(np.float32), bias.astype(np.float32)))
    return tuple(made)


def separations(
    layers: Sequence[Layer], a: Points, b: Points, pause: Callable[[], None] | None = None
) -> Separation:
    """Whether the features of two sets behind ``layers`` are strictly separable."""
    for layer in layers:
        a, b = _features(layer, a), _features(layer, b)
    return separate(a, b, pause)


def _features(layer: Layer, points: Points) -> Points:
    """The outputs of a ReLU layer, exactly."""
    rows = [list(_row(layer, points.point(i))) for i in range(len(points))]
    common = lcm(*(x.denominator for row in rows for x in row))
    table = [[x.numerator * (common // x.denominator) for x in row] for row in rows]
    largest = max(common, *(x for row in table for x in row))
    return Points(np.array(table, dtype=np.int64 if largest < 2**62 else object), common)


def _row(layer: Layer, point: tuple[Fraction, ...]) -> Iterator[Fraction]:
    return (max(z, Fraction(0)) for z in layer.forward(point))


def _check(widths: Sequence[int], draws: int, layers: int) -> None:
    for name, value in (
        ("draws", draws),
        ("layers", layers),
        *((f"widths[{i}]", n) for i, n in enumerate(widths)),
    ):
        if type(value) is not int or value < 1:
            raise InputError(f"{name}: {value!r} is not an integer from 1")
