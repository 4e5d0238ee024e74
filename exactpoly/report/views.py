"""Pictures as data for the viewer in a report: corners, colours and facts, as plain lists for JSON.

Coordinates are the exact ones, rounded to seven digits: that is finer than any screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.arithmetic.arrays import Floats
from exactpoly.report.axes import class_names
from exactpoly.report.colours import CLASSES, scale
from exactpoly.report.facts import facts_of
from exactpoly.report.scene import Scene
from exactpoly.report.solid import Solid, solid_classes

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.report.points import Points

__all__ = ["MOST_FACTS", "MOST_PLANE", "MOST_SOLID", "plane_view", "solid_view"]

MOST_PLANE = 20_000
"""Regions of a plane picture in a report."""
MOST_SOLID = 3_000
"""Regions of a picture in space."""
MOST_FACTS = 2_500
"""Regions whose facts a report carries."""


def plane_view(
    scene: Scene, data: Points | None = None, *, swapped: bool = False, facts: bool = True
) -> dict[str, Any]:
    """A plane picture. ``facts``: whether it says more of a chosen region than its number of facets."""
    classes = scene.classes
    palette = _palette(scene.complex, classes.count)
    if swapped:
        palette["class"][0], palette["class"][1] = palette["class"][1], palette["class"][0]
    words = class_names(scene)
    ends = scene.seen.cells.facets(1).entries.reshape(-1, 2)
    inner = ends[scene.seen.cells.sides(1) == 0]
    return {
        "kind": "plane",
        "names": list(scene.names),
        "window": [[_short(a), _short(b)] for a, b in scene.bounds],
        "points": _rows(scene.points),
        "polygons": scene.polygons,
        "facets": scene.facets,
        "bounded": [int(b) for b in scene.bounded],
        "shades": scene.shades,
        "outlines": inner.tolist(),
        "pieces": {
            "points": _rows(classes.points),
            "polygons": classes.polygons,
            "classes": classes.winners,
            "boundary": [list(pair) for pair in classes.boundary],
        },
        "data": [] if data is None else _rows(np.column_stack([data.points, data.labels])),
        "labels": [] if data is None else list(data.names),
        "classes": {str(k): word for k, word in words.items()},
        "palette": palette,
        "facts": _facts(scene.complex, scene.numbers) if facts else [],
    }


def solid_view(solid: Solid, names: Sequence[str], level: Fraction) -> dict[str, Any]:
    """A picture in space, to turn and to pull apart."""
    cut, winners = solid_classes(solid, level)
    network = solid.complex.full_network
    outputs = network.output_dimension
    signs = {"-1": f"output = {level}", "0": f"output < {level}", "1": f"output > {level}"}
    words = {"-1": "tie", **{str(k): f"class {k}" for k in range(outputs)}}
    return {
        "kind": "solid",
        "names": list(names),
        "window": [[_short(a), _short(b)] for a, b in solid.bounds],
        **_bodies(solid),
        "facets": [int(solid.complex.facet_counts_with_domain_boundary[i]) for i in solid.numbers],
        "bounded": [int(solid.complex.bounded[i]) for i in solid.numbers],
        "pieces": {**_bodies(cut), "classes": winners},
        "classes": words if outputs > 1 else signs,
        "palette": _palette(solid.complex, max(outputs, 2)),
        "facts": _facts(solid.complex, solid.numbers),
    }


def _bodies(solid: Solid) -> dict[str, Any]:
    return {
        "points": _rows(solid.points),
        "polygons": solid.polygons,
        "bodies": solid.facets,
        "centres": _rows(solid.centres),
    }


def _palette(complex_: Complex, classes: int) -> dict[str, Any]:
    counts = complex_.facet_counts_with_domain_boundary
    low, high = int(counts.min()), int(counts.max())
    span = max(4, high - low)
    return {
        "facets": {str(k): scale((k - low) / span) for k in range(low, high + 1)},
        "class": [CLASSES[k % len(CLASSES)] for k in range(max(classes, 2))],
        "data": list(CLASSES),
    }


def _facts(complex_: Complex, numbers: Sequence[int]) -> list[list[str]]:
    if len(numbers) > MOST_FACTS or complex_.n_regions > 4 * MOST_FACTS:
        return []
    return [fact.lines() for fact in facts_of(complex_, numbers)]


def _rows(points: Floats) -> list[list[float]]:
    return [[_short(x) for x in line] for line in points.tolist()]


def _short(number: float | Fraction) -> float:
    return float(f"{float(number):.7g}")
