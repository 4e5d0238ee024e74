"""Pictures in space with matplotlib: complexes of dimension 3, graphs of functions, level surfaces."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.report.axes import axis_name, class_colours, figure_axes, matplotlib, output_name
from exactpoly.report.colours import CLASSES, EDGE, Theme, mixed, scale
from exactpoly.report.colours import theme as theme_of
from exactpoly.report.picture import input_names, plane_scene, save_figure
from exactpoly.report.shapes import default_bounds
from exactpoly.report.solid import Solid, solid_classes
from exactpoly.report.text import widths_text

if TYPE_CHECKING:
    from exactpoly.arithmetic.arrays import Floats
    from exactpoly.complex.complex import Complex
    from exactpoly.levelset.forms import Component
    from exactpoly.levelset.surface import Surface
    from exactpoly.network.network import Network

__all__ = ["plot_level_surface", "plot_solid", "solid_colours", "surface_plot"]


def plot_solid(
    complex_: Complex,
    color: str = "facets",
    *,
    explode: float = 0.3,
    level: Any = 0,
    window: Any = None,
    names: Sequence[str] | None = None,
    theme: str = "light",
    save: str | Path | None = None,
    ax: Any = None,
) -> Any:
    """Draw a complex of dimension 3 in space, its regions pushed apart; see `Complex.plot`."""
    matplotlib()
    look = theme_of(theme)
    bounds = None if window is None else Domain.of(window, 3).bounds
    solid = Solid(complex_, bounds or default_bounds(complex_))
    solid, colours = solid_colours(solid, color, look, level)
    axes = figure_axes(look, solid=True, size=(6.4, 6)) if ax is None else ax
    bodies = solid.exploded(explode)
    polygons = [polygon for body in bodies for polygon in body]
    faces = [colour for body, colour in zip(bodies, colours, strict=True) for _ in body]
    _add(axes, polygons, faces, "regions", 0.92)
    shown, total = solid.seen.n_regions, complex_.n_regions
    if color == "class":
        count = f"{shown:,} pieces of classes"
    else:
        count = f"{total:,} regions" if shown == total else f"{shown:,} of {total:,} regions"
    network = complex_.full_network
    head = f"{network.name} ({widths_text(network)}): {count}"
    _frame(axes, polygons, input_names(names, 3), head, look)
    _write(axes, save, network.name, f"{head}, in space, pushed apart, coloured by {color}.")
    return axes


def solid_colours(solid: Solid, color: str, look: Theme, level: Any) -> tuple[Solid, list[str]]:
    """What is drawn, and the colour of each of its regions."""
    if color == "class":
        cut, classes = solid_classes(solid, exact_scalar(level, "level"))
        tints = class_colours(max(solid.complex.network.output_dimension, 2), look)
        return cut, [tints[k] for k in classes]
    if color == "facets":
        every = solid.complex.facet_counts_with_domain_boundary
        low, high = int(every.min()), int(every.max())
        span = max(4, high - low)
        return solid, [scale((int(every[i]) - low) / span) for i in solid.numbers]
    if color == "bounded":
        tint = {True: CLASSES[0], False: CLASSES[1]}
        return solid, [
            mixed(tint[bool(solid.complex.bounded[i])], look.paper, 0.6) for i in solid.numbers
        ]
    if color == "row":
        return solid, [mixed(CLASSES[i % 8], look.paper, 0.6) for i in solid.numbers]
    raise InputError(f"color: {color!r} given; in space choose facets, class, bounded or row")


def surface_plot(
    network: Network,
    *,
    component: Component = None,
    color: str = "facets",
    window: Any = None,
    axes: tuple[int, int] | None = None,
    through: Any = None,
    names: Sequence[str] | None = None,
    theme: str = "light",
    save: str | Path | None = None,
    ax: Any = None,
) -> Any:
    """Draw the graph `z = f(x)` over a plane section, or over a line; see `Network.surface_plot`."""
    matplotlib()
    look = theme_of(theme)
    if network.input_dimension == 1:
        return _graph(network, component, window, names, look, save, ax)
    scene = plane_scene(
        enumerate_complex(network), window=window, axes=axes, through=through, names=names
    )
    heights = np.array([float(z) for z in scene.heights(component)])
    points = np.column_stack([scene.points, heights])
    counts = scene.facets
    low, span = min(counts), max(4, max(counts) - min(counts))
    target = figure_axes(look, solid=True, size=(6.4, 6)) if ax is None else ax
    polygons = [points[polygon] for polygon in scene.polygons]
    if color == "facets":
        faces = [scale((k - low) / span) for k in counts]
    elif color == "output":
        bottom, top = float(heights.min()), float(heights.max()) or 1.0
        room = (top - bottom) or 1.0
        faces = [scale((float(p[:, 2].mean()) - bottom) / room) for p in polygons]
    else:
        raise InputError(f"color: {color!r} given; a graph is coloured by facets or output")
    _add(target, polygons, faces, "graph", 1.0)
    head = f"{network.name} ({widths_text(network)}): {len(polygons):,} linear pieces shown"
    labels = [*scene.names, output_name(component)]
    _frame(target, polygons, labels, "\n".join(x for x in (head, scene.where) if x), look)
    _write(target, save, network.name, f"The graph of {head}. {scene.where}")
    return target


def _graph(
    network: Network,
    component: Component,
    window: Any,
    names: Sequence[str] | None,
    look: Theme,
    save: str | Path | None,
    ax: Any,
) -> Any:
    """The graph over a line: exact breakpoints, straight between them."""
    from exactpoly.levelset.arrangement import Arrangement
    from exactpoly.levelset.values import vertex_values

    whole = enumerate_complex(network)
    given = None if window is None else Domain.of(window, 1).bounds
    seen = enumerate_complex(network, domain=Domain(1, given or default_bounds(whole)))
    values = [float(v.p) for v in vertex_values(Arrangement.of(seen), component)]
    x, z = np.array(sorted(zip(seen.vertex_array[:, 0].tolist(), values, strict=True))).T
    axes = figure_axes(look) if ax is None else ax
    axes.plot(x, z, color=CLASSES[1], linewidth=1.8, marker="o", markersize=3.5, gid="graph")
    axes.set_xlabel(axis_name(input_names(names, 1)[0]))
    axes.set_ylabel(output_name(component))
    head = f"{network.name} ({widths_text(network)}): {len(x) - 1} linear pieces shown"
    axes.set_title(head.replace("$", r"\$"), fontsize=10, color=look.ink)
    _write(axes, save, network.name, f"The graph of {head}.")
    return axes


def plot_level_surface(
    surface: Surface, *, theme: str = "light", save: str | Path | None = None, ax: Any = None
) -> Any:
    """Draw a level surface in space; see `Surface.plot`."""
    matplotlib()
    look = theme_of(theme)
    points = np.array([[float(x) for x in point] for point in surface.points]).reshape(-1, 3)
    polygons = [points[list(cycle)] for cycle in surface.polygons]
    axes = figure_axes(look, solid=True, size=(6.4, 6)) if ax is None else ax
    faces = [_lit(polygon, CLASSES[4]) for polygon in polygons]
    _add(axes, polygons, faces, "surface", 1.0)
    vertices, edges, faces_ = surface.f_vector
    head = f"level surface: {vertices:,} vertices, {edges:,} edges, {faces_:,} polygons"
    _frame(axes, polygons, [f"x_{i}" for i in range(3)], head, look)
    _write(axes, save, "level surface", f"A {head}.")
    return axes


def _lit(polygon: Floats, colour: str) -> str:
    """The colour under light from above and from the side."""
    normal = np.zeros(3)
    for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        normal += np.cross(a, b)
    length = float(np.linalg.norm(normal)) or 1.0
    return mixed("#ffffff", colour, 0.35 + 0.3 * float(normal @ (0.36, -0.48, 0.8)) / length)


def _add(axes: Any, polygons: list[Floats], faces: list[str], name: str, alpha: float) -> None:
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    many = len(polygons)
    axes.set_autoscale_on(False)  # limits are set from the exact corners
    axes.add_collection3d(
        Poly3DCollection(
            polygons,
            facecolors=faces,
            edgecolors=EDGE,
            linewidths=0.5 if many < 1500 else 0.15,
            alpha=alpha,
            gid=name,
        )
    )


def _frame(
    axes: Any, polygons: list[Floats], names: Sequence[str], title: str, look: Theme
) -> None:
    from matplotlib.ticker import MaxNLocator

    points = np.concatenate(polygons) if polygons else np.zeros((1, 3))
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.where(high > low, 0.02 * (high - low), 0.5)
    for limit, a, b in zip(
        (axes.set_xlim, axes.set_ylim, axes.set_zlim), low - room, high + room, strict=True
    ):
        limit(a, b)
    for label, name in zip((axes.set_xlabel, axes.set_ylabel, axes.set_zlabel), names, strict=True):
        label(axis_name(name), labelpad=7)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_major_locator(MaxNLocator(5))
    axes.set_box_aspect(None, zoom=0.86)  # room for the labels
    axes.set_title(title.replace("$", r"\$"), fontsize=10, color=look.ink)


def _write(axes: Any, save: str | Path | None, title: str, description: str) -> None:
    if save is not None:
        save_figure(axes.figure, Path(save), title, description)
