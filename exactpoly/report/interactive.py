"""Pictures with Plotly: hover over a region for its signs, facets, exact volume and affine map."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.domain import Domain
from exactpoly.errors import InputError, MissingDependency
from exactpoly.report.axes import class_colours, class_names
from exactpoly.report.colours import CLASSES, Theme, mixed, scale
from exactpoly.report.colours import theme as theme_of
from exactpoly.report.facts import facts_of
from exactpoly.report.picture import input_names, plane_scene, swapped_sides
from exactpoly.report.points import Points
from exactpoly.report.scene import Scene
from exactpoly.report.shapes import default_bounds
from exactpoly.report.solid import Solid
from exactpoly.report.space import solid_colours

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["interactive"]

_MOST = 4_000
"""Regions that a browser turns smoothly."""


def interactive(
    complex_: Complex,
    color: str = "facets",
    *,
    data: Any = None,
    labels: Any = None,
    explode: float = 0.3,
    window: Any = None,
    axes: tuple[int, int] | None = None,
    through: Any = None,
    names: Sequence[str] | None = None,
    level: Any = 0,
    theme: str = "light",
) -> Any:
    """A Plotly figure of a complex; see `Complex.interactive`."""
    go, look = _plotly(), theme_of(theme)
    if complex_.dimension == 3 and axes is None and through is None:
        bounds = None if window is None else Domain.of(window, 3).bounds
        solid = Solid(complex_, bounds or default_bounds(complex_))
        return _solid(go, solid, color, explode, names, level, look)
    given = None if data is None else Points.of(data, labels, complex_.dimension)
    scene = plane_scene(
        complex_, given, window=window, axes=axes, through=through, names=names, level=level
    )
    return _plane(go, scene, color, given if complex_.dimension == 2 else None, look)


def _plotly() -> Any:
    try:
        import plotly.graph_objects
    except ImportError as error:
        raise MissingDependency("interactive needs plotly", "plotly") from error
    return plotly.graph_objects


def _few(count: int) -> None:
    if count > _MOST:
        raise InputError(
            f"interactive: {count} regions are more than a browser turns smoothly ({_MOST}); choose a"
            " smaller window"
        )


def hover(complex_: Complex, numbers: Sequence[int]) -> list[str]:
    """What is shown beside each region, as Plotly's HTML."""
    return ["<br>".join(map(escape, facts.lines())) for facts in facts_of(complex_, numbers)]


def _plane(go: Any, scene: Scene, color: str, data: Points | None, look: Theme) -> Any:
    _few(scene.seen.n_regions)
    fills = _fills(scene, color, look)
    texts = hover(scene.complex, scene.numbers)
    figure = go.Figure()
    if color == "class":
        swapped = data is not None and swapped_sides(scene, data)
        _add_classes(go, figure, scene, look, swapped=swapped)
    for place, (polygon, text) in enumerate(zip(scene.polygons, texts, strict=True)):
        x, y = scene.points[[*polygon, polygon[0]]].T
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                fill="toself",
                mode="lines",
                fillcolor=fills[place],
                line={"color": mixed(look.ink, "#808080", 0.7), "width": 0.7},
                hoveron="fills",
                text=text,
                hoverinfo="text",
                showlegend=False,
                name=f"region {scene.numbers[place]}",
            )
        )
    if color == "class":
        pairs = scene.classes.boundary
        ends = scene.classes.points[[v for pair in pairs for v in pair]].reshape(-1, 2, 2)
        figure.add_trace(
            go.Scatter(
                x=_broken(ends[:, :, 0]),
                y=_broken(ends[:, :, 1]),
                mode="lines",
                line={"color": look.boundary, "width": 3},
                hoverinfo="skip",
                name="decision boundary",
            )
        )
    for place, label in enumerate(data.names if data is not None else ()):
        x, y = data.points[data.labels == place].T  # type: ignore[union-attr]
        colour = mixed(CLASSES[place % len(CLASSES)], look.ink, 0.72)
        figure.add_trace(
            go.Scatter(x=x, y=y, mode="markers", marker={"color": colour, "size": 6}, name=label)
        )
    (left, right), (bottom, top) = ((float(a), float(b)) for a, b in scene.bounds)
    figure.update_xaxes(range=[left, right], title=scene.names[0], zeroline=False, showgrid=False)
    figure.update_yaxes(range=[bottom, top], title=scene.names[1], zeroline=False, showgrid=False)
    ratio = (right - left) / (top - bottom)
    if 0.25 <= ratio <= 4:
        figure.update_yaxes(scaleanchor="x", scaleratio=1)
    return _framed(figure, scene.complex, look)


def _add_classes(go: Any, figure: Any, scene: Scene, look: Theme, *, swapped: bool) -> None:
    """One filled shape a class, of all its pieces."""
    classes, words = scene.classes, class_names(scene)
    tints = class_colours(classes.count, look)
    if swapped:
        tints[0], tints[1] = tints[1], tints[0]
    for winner in sorted(set(classes.winners)):
        x: list[float | None] = []
        y: list[float | None] = []
        for polygon, found in zip(classes.polygons, classes.winners, strict=True):
            if found == winner:
                u, v = classes.points[[*polygon, polygon[0]]].T.tolist()
                x += [*u, None]
                y += [*v, None]
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                fill="toself",
                mode="none",
                fillcolor=tints[winner],
                hoverinfo="skip",
                name=words[winner],
            )
        )


def _fills(scene: Scene, color: str, look: Theme) -> list[str]:
    """A colour for each region."""
    if color == "class":  # the pieces of classes lie below
        return ["rgba(0,0,0,0)"] * scene.seen.n_regions
    if color == "facets":
        every = scene.complex.facet_counts_with_domain_boundary
        low = int(every.min())
        span = max(4, int(every.max()) - low)
        return [scale((k - low) / span) for k in scene.facets]
    if color == "bounded":
        return [mixed(CLASSES[0 if b else 1], look.paper, look.tint) for b in scene.bounded]
    if color == "row":
        return [mixed(CLASSES[k % 8], look.paper, look.tint) for k in scene.shades]
    raise InputError(f"color: {color!r} given; here choose facets, class, bounded or row")


def _solid(
    go: Any,
    solid: Solid,
    color: str,
    explode: float,
    names: Sequence[str] | None,
    level: Any,
    look: Theme,
) -> Any:
    _few(solid.seen.n_regions)
    shown, colours = solid_colours(solid, color, look, exact_scalar(level, "level"))
    # Pieces of classes are regions of a refined complex: their facts are their own.
    texts = hover(shown.complex, shown.numbers)
    corners: list[Any] = []
    triangles: list[tuple[int, int, int]] = []
    faces, words, lines = [], [], []
    for body, colour, text in zip(shown.exploded(explode), colours, texts, strict=True):
        for polygon in body:
            first = len(corners)
            corners += polygon.tolist()
            words += [text] * len(polygon)
            for i in range(1, len(polygon) - 1):
                triangles.append((first, first + i, first + i + 1))
                faces.append(colour)
            lines += [*polygon.tolist(), polygon[0].tolist(), [None, None, None]]
    x, y, z = np.array(corners).T
    i, j, k = np.array(triangles).T
    mesh = go.Mesh3d(
        x=x,
        y=y,
        z=z,
        i=i,
        j=j,
        k=k,
        facecolor=faces,
        text=words,
        hoverinfo="text",
        flatshading=True,
        name="regions",
    )
    u, v, w = zip(*lines, strict=True)
    ink = mixed(look.ink, "#808080", 0.7)
    edges = go.Scatter3d(
        x=u,
        y=v,
        z=w,
        mode="lines",
        line={"color": ink, "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
        name="edges",
    )
    figure = go.Figure([mesh, edges])
    titles = input_names(names, 3)
    axis = {"backgroundcolor": look.paper, "color": look.ink}
    figure.update_scenes(
        **{
            f"{letter}axis": {**axis, "title": {"text": title}}
            for letter, title in zip("xyz", titles, strict=True)
        }
    )
    return _framed(figure, solid.complex, look)


def _broken(ends: np.ndarray) -> list[float | None]:
    """Segments one after another, with a gap behind each."""
    return [x for pair in ends.tolist() for x in (*pair, None)]


def _framed(figure: Any, complex_: Complex, look: Theme) -> Any:
    figure.update_layout(
        title={"text": escape(f"{complex_.full_network.name}: {complex_.n_regions:,} regions")},
        paper_bgcolor=look.paper,
        plot_bgcolor=look.paper,
        font={"color": look.ink},
        margin={"l": 50, "r": 20, "t": 50, "b": 50},
    )
    return figure
