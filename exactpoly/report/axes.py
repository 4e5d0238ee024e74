"""Plane pictures with matplotlib: regions, data on top, the decision boundary, what the colours mean.

What is drawn is a `Scene`: exact vertices, each correctly rounded. Artists are named (``get_gid``):
``regions``, ``outlines``, ``boundary``, ``levels``, ``data-0`` and so on; in SVG files these are the ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.errors import InputError, MissingDependency
from exactpoly.levelset.forms import Component
from exactpoly.report.colours import CLASSES, EDGE, THEMES, Theme, mixed, scale
from exactpoly.report.scene import COLOURINGS, TIE, Scene
from exactpoly.report.text import widths_text
from exactpoly.summary import histogram

if TYPE_CHECKING:
    from exactpoly.report.points import Points

__all__ = [
    "Look",
    "axis_name",
    "class_colours",
    "described",
    "draw_scene",
    "figure_axes",
    "matplotlib",
    "output_name",
    "settle",
]

_MARKS = "o^sDvP*X"
_GREY = "#8a8f94"
_MOST_ENTRIES = 16
"""Entries of a legend, which stands beside the picture."""


@dataclass(frozen=True)
class Look:
    """What is drawn: ``color``: one of `COLOURINGS`; ``boundary``: the decision boundary; ``outlines``: of
    regions; ``levels``: values whose level curves are drawn; ``component``: of which output;
    ``swapped``: give the two sides of a level each other's colour, so that they are those of the data.
    """

    color: str = "facets"
    boundary: bool = False
    outlines: bool = True
    levels: Sequence[Any] = ()
    component: Component = None
    theme: Theme = THEMES["light"]
    legend: bool = True
    swapped: bool = False

    def __post_init__(self) -> None:
        if self.color not in COLOURINGS:
            raise InputError(f"color: {self.color!r} given; choose one of {', '.join(COLOURINGS)}")


def matplotlib() -> Any:
    """The library, or `MissingDependency`."""
    try:
        import matplotlib
    except ImportError as error:
        raise MissingDependency("plot needs matplotlib", "matplotlib") from error
    return matplotlib


def figure_axes(look: Theme, *, solid: bool = False, size: tuple[float, float] = (6.4, 4.8)) -> Any:
    """New axes on a figure of their own, in the colours of a theme."""
    matplotlib()
    from matplotlib import pyplot

    figure = pyplot.figure(figsize=size, layout="constrained", facecolor=look.paper)
    axes = figure.add_subplot(projection="3d") if solid else figure.add_subplot()
    axes.set_facecolor(look.paper)
    for spine in axes.spines.values():
        spine.set_color(look.ink)
    axes.tick_params(colors=look.ink, labelsize=9)
    for name in ("xaxis", "yaxis", "zaxis"):
        if hasattr(axes, name):
            getattr(axes, name).label.set_color(look.ink)
            if solid:
                getattr(axes, name).set_pane_color(mixed(look.ink, look.paper, 0.05))
    axes.title.set_color(look.ink)
    return axes


def settle(axes: Any) -> None:
    """Lay a figure out once: the layout makes room for labels where axes stand before they are squared."""
    axes.figure.draw_without_rendering()


def draw_scene(axes: Any, scene: Scene, look: Look, data: Points | None = None) -> None:
    """Draw a plane picture on given axes."""
    legend: list[tuple[Any, str]] = []
    if look.color == "output":
        _draw_output(axes, scene, look)
    else:
        legend += _draw_regions(axes, scene, look)
    if look.outlines:
        _draw_outlines(axes, scene, look)
    for level in look.levels:
        segments = scene.level_curve(level, look.component)
        _lines(axes, segments, "levels", look.theme.boundary, 1.2)
    if look.boundary:
        classes = scene.classes
        segments = [classes.points[[a, b]] for a, b in classes.boundary]
        _lines(axes, segments, "boundary", look.theme.boundary, 2.2)
    if data is not None:
        legend += _draw_data(axes, data, look)
    _frame(axes, scene, look)
    if legend and look.legend:
        _legend(axes, legend, look)


def _draw_regions(axes: Any, scene: Scene, look: Look) -> list[tuple[Any, str]]:
    from matplotlib.collections import PolyCollection
    from matplotlib.patches import Patch

    if look.color == "class":
        classes = scene.classes
        points, polygons = classes.points, classes.polygons
        keys: list[Any] = list(classes.winners)
        colours = class_colours(classes.count, look.theme)
        names = class_names(scene)
        if look.swapped:
            colours[0], colours[1] = colours[1], colours[0]
    else:
        points, polygons = scene.points, scene.polygons
        keys, colours, names = _coloured(scene, look)
    axes.add_collection(
        PolyCollection(
            [points[polygon] for polygon in polygons],
            facecolors=[colours[k] for k in keys],
            edgecolors="face",
            linewidths=0.3,
            gid="regions",
        )
    )
    shown = set(keys)
    if len(shown) > 12:
        names = {
            k: n for i, (k, n) in enumerate(sorted(names.items())) if i % (len(names) // 6) == 0
        }
    return [
        (Patch(facecolor=colours[k], edgecolor=look.theme.ink, linewidth=0.5), name)
        for k, name in sorted(names.items())
        if k in shown
    ]


def class_names(scene: Scene) -> dict[int, str]:
    """What each class is called: with one output the side of the level."""
    outputs = scene.complex.full_network.output_dimension
    if outputs > 1:
        return {TIE: "tie", **{k: f"class {k}" for k in range(outputs)}}
    return {k: f"output {sign} {scene.level}" for k, sign in ((TIE, "="), (0, "<"), (1, ">"))}


def class_colours(count: int, look: Theme) -> dict[int, str]:
    """The tint of each class, and of ties."""
    tints = {k: mixed(CLASSES[k % len(CLASSES)], look.paper, look.tint) for k in range(count)}
    return {TIE: mixed(_GREY, look.paper, 0.5), **tints}


def _coloured(scene: Scene, look: Look) -> tuple[list[Any], dict[Any, str], dict[Any, str]]:
    """For each region the key of its colour; the colours; what they mean, where that can be said."""
    if look.color == "bounded":
        colours: dict[Any, str] = {
            True: mixed(CLASSES[0], look.theme.paper, look.theme.tint),
            False: mixed(CLASSES[1], look.theme.paper, look.theme.tint),
        }
        return list(scene.bounded), colours, {True: "bounded", False: "unbounded"}
    if look.color == "row":
        shades = scene.shades
        tints = {k: mixed(CLASSES[k % 8], look.theme.paper, look.theme.tint) for k in set(shades)}
        return list(shades), tints, {}
    every = histogram(scene.complex.facet_counts_with_domain_boundary)
    low, high = min(every), max(every)
    span = max(4, high - low)
    return (
        list(scene.facets),
        {k: scale((k - low) / span) for k in range(low, high + 1)},
        {k: f"{k} facets" for k in every},
    )


def _draw_output(axes: Any, scene: Scene, look: Look) -> None:
    """The output itself: affine on each region, so that shading between exact vertices is exact too."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.tri import Triangulation

    values = np.array([float(v) for v in scene.heights(look.component)])
    triangles = [
        (polygon[0], polygon[i], polygon[i + 1])
        for polygon in scene.polygons
        for i in range(1, len(polygon) - 1)
    ]
    x, y = scene.points.T
    colours = LinearSegmentedColormap.from_list("exactpoly", [scale(i / 16) for i in range(17)])
    drawn = axes.tripcolor(
        Triangulation(x, y, triangles), values, shading="gouraud", cmap=colours, rasterized=True
    )
    drawn.set_gid("regions")
    if look.legend:
        bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.8, label=output_name(look.component))
        bar.ax.tick_params(colors=look.theme.ink, labelsize=9)
        bar.ax.yaxis.label.set_color(look.theme.ink)


def output_name(component: Component) -> str:
    """How an output is called on an axis."""
    if component is None:
        return "output"
    if isinstance(component, tuple):
        return f"output {component[0]} minus output {component[1]}"
    return f"output {component}"


def _draw_outlines(axes: Any, scene: Scene, look: Look) -> None:
    ends = scene.seen.cells.facets(1).entries.reshape(-1, 2)
    inner = scene.seen.cells.sides(1) == 0
    many = scene.seen.n_regions
    width = 0.9 if many < 150 else 0.5 if many < 1500 else 0.2
    tinted = look.color in {"class", "bounded", "row"}
    colour = look.theme.faint if tinted else EDGE
    _lines(axes, list(scene.points[ends[inner]]), "outlines", colour, width)


def _lines(axes: Any, segments: Sequence[Any], name: str, colour: str, width: float) -> None:
    from matplotlib.collections import LineCollection

    axes.add_collection(
        LineCollection(segments, colors=colour, linewidths=width, capstyle="round", gid=name)
    )


def _draw_data(axes: Any, data: Points, look: Look) -> list[tuple[Any, str]]:
    size = 26 if len(data.points) < 300 else 10
    entries = []
    for place, label in enumerate(data.names):
        x, y = data.points[data.labels == place].T
        colour = CLASSES[place % len(CLASSES)] if len(data.names) > 1 else look.theme.ink
        drawn = axes.scatter(
            x,
            y,
            s=size,
            color=mixed(colour, look.theme.ink, 0.72),
            marker=_MARKS[place % len(_MARKS)],
            edgecolors=look.theme.paper,
            linewidths=0.5,
            zorder=3,
            gid=f"data-{place}",
        )
        entries.append((drawn, label))
    return entries


def _frame(axes: Any, scene: Scene, look: Look) -> None:
    (left, right), (bottom, top) = ((float(a), float(b)) for a, b in scene.bounds)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    ratio = (right - left) / (top - bottom)
    axes.set_aspect("equal" if 0.25 <= ratio <= 4 else "auto")
    axes.set_xlabel(axis_name(scene.names[0]))
    axes.set_ylabel(axis_name(scene.names[1]))
    axes.set_title(_title(scene), fontsize=10, color=look.theme.ink)


def axis_name(name: str) -> str:
    """`x_0` as mathematics; any other name as it is."""
    head, _, number = name.partition("_")
    if len(head) == 1 and number.isdigit():
        return f"${head}_{{{number}}}$"
    return name.replace("$", r"\$")


def _title(scene: Scene) -> str:
    network = scene.complex.full_network
    head = network.name
    if len(network.widths) <= 9:
        head += f" ({widths_text(network)})"
    shown, total = scene.seen.n_regions, scene.complex.n_regions
    count = f"{total:,} regions" if shown == total else f"{shown:,} of {total:,} regions"
    partial = "" if scene.complex.complete else f", PARTIAL: {scene.complex.stopped}"
    lines = [f"{head}: {count}{partial}", scene.where]
    return "\n".join(line for line in lines if line).replace("$", r"\$")


def _legend(axes: Any, entries: list[tuple[Any, str]], look: Look) -> None:
    kept = entries[:_MOST_ENTRIES]
    handles, names = map(list, zip(*kept, strict=True))
    if len(kept) < len(entries):
        names[-1] += f" and {len(entries) - len(kept)} more"
    axes.legend(
        handles,
        names,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        borderaxespad=0.0,
        frameon=False,
        fontsize=9,
        labelcolor=look.theme.ink,
    )


def described(scene: Scene, look: Look, data: Points | None = None) -> str:
    """The picture in words, for those who do not see it."""
    network = scene.complex.full_network
    window = " x ".join(f"[{a}, {b}]" for a, b in scene.bounds)
    words = [
        f"{scene.seen.n_regions} regions of the ReLU network {network.name}"
        f" ({widths_text(network)}) in the window {window},"
    ]
    meaning = {
        "facets": "coloured by number of facets: light for few, dark for many.",
        "class": "coloured by class.",
        "output": "shaded by the output: light for low, dark for high.",
        "bounded": "coloured by whether they are bounded.",
        "row": "coloured so that neighbours differ.",
    }
    words.append(meaning[look.color])
    if scene.where:
        words.append(f"The plane is {scene.where}.")
    if look.boundary:
        words.append(
            f"A thick line of {len(scene.classes.boundary)} exact segments is the decision boundary."
        )
    if data is not None:
        words.append(f"{len(data.points)} data points are drawn on top.")
    if not scene.complex.complete:
        words.append(f"The complex is partial: {scene.complex.stopped}.")
    return " ".join(words)
