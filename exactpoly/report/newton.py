"""Drawings of lattice polytopes of dimension up to 3: vertices, edges and facets, exact until the paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactpoly.errors import InputError
from exactpoly.report.axes import matplotlib
from exactpoly.report.colours import CLASSES
from exactpoly.report.picture import save_figure

if TYPE_CHECKING:
    from exactpoly.newton.lattice import Point
    from exactpoly.newton.newton import NewtonPair
    from exactpoly.newton.polytope import LatticePolytope

__all__ = ["draw_pair"]

_COLOURS = (CLASSES[1], CLASSES[5], CLASSES[2])
_INK = "#222222"


def draw_pair(pair: NewtonPair, path: Path) -> None:
    """Draw `N(g)`, `N(h)` and, where there is one, the function's own polytope, side by side.

    In the coordinates of the network where those are 3 at most, else of the polytope's own lattice.
    Raises `InputError` where a polytope has dimension 4 or more.
    """
    matplotlib()
    from matplotlib import pyplot

    drawn = [("N(g)", pair.g), ("N(h)", pair.h)]
    if pair.function is not None:
        drawn.append(("N(f)", pair.function))
    for title, polytope in drawn:
        if polytope.dimension > 3:
            raise InputError(f"{path}: {title} has dimension {polytope.dimension}; 3 can be drawn")
    figure = pyplot.figure(figsize=(4 * len(drawn), 4.2))
    for place, (title, polytope) in enumerate(drawn, start=1):
        axes = figure.add_subplot(1, len(drawn), place, projection="3d")
        _draw(axes, polytope, _COLOURS[place - 1])
        axes.set_title(f"{title}, f-vector {polytope.f_vector}", fontsize=10)
    figure.suptitle(f"Newton polytopes of {pair.network.name}", fontsize=11)
    words = "; ".join(f"{title} has the f-vector {polytope.f_vector}" for title, polytope in drawn)
    save_figure(figure, path, f"Newton polytopes of {pair.network.name}", f"{words}.")
    pyplot.close(figure)


def _draw(axes: Any, polytope: LatticePolytope, colour: str) -> None:
    from matplotlib.ticker import MaxNLocator
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    places = _places(polytope)
    polygons = [[places[i] for i in _around(polytope, face)] for face in polytope.faces(2)]
    axes.add_collection3d(
        Poly3DCollection(polygons, facecolors=colour, edgecolors="none", alpha=0.35)
    )
    for edge in polytope.faces(1):
        ends = [place for i, place in enumerate(places) if edge >> i & 1]
        axes.plot(*zip(*ends, strict=True), color=_INK, linewidth=0.9)
    axes.scatter(*zip(*places, strict=True), color=colour, edgecolors=_INK, s=18, depthshade=False)
    for axis in range(3):
        values = [place[axis] for place in places]
        low, high = min(values), max(values)
        room = 1 if low == high else 0.05 * (high - low)
        (axes.set_xlim, axes.set_ylim, axes.set_zlim)[axis](low - room, high + room)
        (axes.xaxis, axes.yaxis, axes.zaxis)[axis].set_major_locator(MaxNLocator(4, integer=True))
    axes.tick_params(labelsize=7)


def _places(polytope: LatticePolytope) -> list[Point]:
    """Three coordinates a vertex."""
    points = list(polytope.vertices)
    if len(points[0]) > 3:
        points = polytope.chart.coordinates(points)
    return [(*p, *(0,) * (3 - len(p))) for p in points]


def _around(polytope: LatticePolytope, face: int) -> list[int]:
    """The vertices of a polygon in cyclic order, along its edges."""
    neighbours: dict[int, list[int]] = {}
    for edge in polytope.facets_of(face, 2):
        a, b = (i for i in range(len(polytope.vertices)) if edge >> i & 1)
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)
    first = min(neighbours)
    order = [first, neighbours[first][0]]
    while len(order) < len(neighbours):
        order.append(next(v for v in neighbours[order[-1]] if v != order[-2]))
    return order
