"""Covers of data sets in the plane: points, polytopes and the lines of their faces, with matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.report.axes import figure_axes, matplotlib
from exactpoly.report.colours import CLASSES, mixed
from exactpoly.report.colours import theme as theme_of
from exactpoly.report.picture import save_figure

if TYPE_CHECKING:
    from exactpoly.pointsets.cover import Cover, Face

__all__ = ["clipped", "plot_cover"]

Point = tuple[Fraction, ...]


def plot_cover(
    cover: Cover,
    *,
    names: Sequence[str] | None = None,
    theme: str = "light",
    save: str | Path | None = None,
    ax: Any = None,
) -> Any:
    """Draw a cover of a data set with two features; see `Cover.plot`."""
    if cover.points.dimension != 2:
        raise InputError(
            f"plot: the points have {cover.points.dimension} features; a picture needs two"
        )
    matplotlib()
    look = theme_of(theme)
    axes = figure_axes(look) if ax is None else ax
    points = [cover.points.point(i) for i in range(len(cover.points))]
    window = _window(points)
    for place, polytope in enumerate(cover.polytopes):
        corners = np.array([[float(x) for x in p] for p in clipped(polytope.faces, window)])
        # Each polytope is taken out of the one before, so colours alternate.
        tint = look.paper if place % 2 else mixed(CLASSES[1], look.paper, 0.28)
        axes.fill(*corners.T, color=tint, gid=f"polytope-{place}", zorder=place)
        axes.plot(
            *np.vstack([corners, corners[:1]]).T,
            color=look.ink,
            linewidth=1.2,
            linestyle="-" if place == 0 else (0, (5, 2)),
            zorder=place + 0.5,
        )
    inside = {*cover.polytopes[0].inside} if cover.polytopes else set()
    groups = (
        ("o", CLASSES[1], f"class {cover.label}", sorted(inside)),
        ("^", CLASSES[0], "other classes", [i for i in range(len(points)) if i not in inside]),
    )
    for mark, colour, label, chosen in groups:
        places = np.array([[float(x) for x in points[i]] for i in chosen]).reshape(-1, 2)
        axes.scatter(
            *places.T,
            marker=mark,
            s=18,
            color=colour,
            edgecolors=look.ink,
            linewidths=0.4,
            label=label,
            zorder=20,
        )
    (left, right), (low, high) = ([float(x) for x in pair] for pair in window)
    x, y = names or ("x_0", "x_1")
    axes.set(xlim=(left, right), ylim=(low, high), xlabel=x, ylabel=y)
    faces = " minus ".join(
        f"a polytope of {len(p.faces)} face{'' if len(p.faces) == 1 else 's'}"
        for p in cover.polytopes
    )
    title = f"class {cover.label}: {faces}"
    axes.set_title(title, fontsize=10, color=look.ink)
    axes.legend(fontsize=9)
    if save is not None:
        save_figure(axes.figure, Path(save), f"cover of class {cover.label}", title)
    return axes


def _window(points: Sequence[Point]) -> tuple[tuple[Fraction, Fraction], ...]:
    """A rectangle round all points, with a twelfth of room on each side."""
    bounds = []
    for column in zip(*points, strict=True):
        low, high = min(column), max(column)
        room = (high - low) / 12 or Fraction(1)
        bounds.append((low - room, high + room))
    return tuple(bounds)


def clipped(faces: Sequence[Face], window: Sequence[tuple[Fraction, Fraction]]) -> list[Point]:
    """The corners, in order, of what half-planes leave of a rectangle: Sutherland and Hodgman, exactly.

    >>> from exactpoly.pointsets.cover import Face
    >>> half = Face((1, 1), Fraction(1), 0)
    >>> [(str(x), str(y)) for x, y in clipped([half], [(Fraction(0), Fraction(1))] * 2)]
    [('1', '0'), ('1', '1'), ('0', '1')]
    """
    (left, right), (low, high) = window
    corners: list[Point] = [(left, low), (right, low), (right, high), (left, high)]
    for face in faces:
        a, b = face.normal
        values = [a * x + b * y - face.offset for x, y in corners]
        kept: list[Point] = []
        for place, (point, value) in enumerate(zip(corners, values, strict=True)):
            before, old = corners[place - 1], values[place - 1]
            if (value < 0 < old) or (old < 0 < value):
                share = old / (old - value)
                kept.append(tuple(p + share * (q - p) for p, q in zip(before, point, strict=True)))
            if value >= 0:
                kept.append(point)
        corners = kept
    return corners
