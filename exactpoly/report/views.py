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
    from exactpoly.levelset.surface import Surface
    from exactpoly.report.points import Points
    from exactpoly.report.shapes import Bounds

__all__ = [
    "MOST_FACTS",
    "MOST_PLANE",
    "MOST_POLYGONS",
    "MOST_SOLID",
    "graph_view",
    "plane_view",
    "solid_view",
    "surface_view",
]

MOST_PLANE = 20_000
"""Regions of a plane picture in a report."""
MOST_SOLID = 3_000
"""Regions of a picture in space."""
MOST_POLYGONS = 10_000
"""Polygons of a level surface."""
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


def surface_view(surface: Surface, names: Sequence[str], level: Fraction) -> dict[str, Any]:
    """A level surface in space: polygons with two sides, each a body of its own to the viewer."""
    points = np.array([[float(x) for x in p] for p in surface.points])
    low, high = points.min(axis=0), points.max(axis=0)
    half = float((high - low).max()) / 2 or 1.0  # One scale for all axes keeps the shape.
    cycles = [list(cycle) for cycle in surface.polygons]
    body = {
        "points": _rows(points),
        "polygons": cycles,
        "bodies": [[i] for i in range(len(cycles))],
        "centres": _rows(np.array([points[cycle].mean(axis=0) for cycle in cycles])),
    }
    return {
        "kind": "solid",
        "flat": True,
        "names": list(names),
        "window": [[_short(m - half), _short(m + half)] for m in ((low + high) / 2).tolist()],
        **body,
        "facets": [len(cycle) for cycle in cycles],
        "bounded": [1] * len(cycles),
        "pieces": {**body, "classes": [0] * len(cycles)},
        "classes": {"0": f"output = {level}"},
        "palette": {"facets": {}, "class": [CLASSES[4]], "data": []},
        "facts": [[f"polygon {i}: {len(cycle)} corners"] for i, cycle in enumerate(cycles)],
    }


def graph_view(complex_: Complex, bounds: Bounds, name: str) -> dict[str, Any]:
    """The graph of each output of a network with one input, by its exact breakpoints."""
    ((low, high),) = bounds
    inner = {x for (x,) in complex_.vertices() if low < x < high}
    places = [low, *sorted(inner), high]
    values = [complex_.full_network.evaluate([x]) for x in places]
    return {
        "kind": "graph",
        "names": [name],
        "places": [_short(x) for x in places],
        "values": [[_short(y) for y in column] for column in zip(*values, strict=True)],
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
