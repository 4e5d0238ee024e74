"""One job of a separation study: random layers are drawn once, and two point sets decided exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.pointsets.capacity import random_layers, separations
from exactpoly.pointsets.points import Points, exact_points
from exactpoly.studies.data import load_data

__all__ = ["circles", "separated"]


def separated(choices: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the features of two classes are strictly separable.

    ``choices``: widths (inputs, then one or more random layers), seed; data ("circles", or a data set with
    classes, of which the first is told from the rest), spread (2) of the uniform biases.
    """
    widths = list(choices["widths"])
    inner, outer = _sets(str(choices.get("data", "circles")), widths[0])
    generator = np.random.default_rng(choices["seed"])
    layers = random_layers(widths, choices.get("spread", 2), generator)
    found = separations(layers, inner, outer)
    plane = found.hyperplane
    return {
        "points": len(inner) + len(outer),
        "separable": found.separable,
        "gap": None if plane is None else str(plane.above - plane.below),
    }


def circles() -> tuple[Points, Points]:
    """24 rational points on each of the circles of radius 1 and 2."""
    steps = [Fraction(2 * k - 23, 12) for k in range(24)]
    circle = [((1 - s * s) / (1 + s * s), 2 * s / (1 + s * s)) for s in steps]
    one, two = (exact_points([[r * x, r * y] for x, y in circle]) for r in (1, 2))
    return one, two


def _sets(name: str, dimension: int) -> tuple[Points, Points]:
    if name == "circles":
        if dimension != 2:
            raise InputError(f"data: circles lie in the plane, the layers take {dimension} inputs")
        return circles()
    data = load_data(name, dimension, 0)
    if not data.classification:
        raise InputError(f"data: {name} has no classes to separate")
    points = data.x.astype(np.float64)
    return exact_points(points[data.y == 0]), exact_points(points[data.y != 0])
