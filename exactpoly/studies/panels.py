"""Figures made of panels, one a dimension and domain: axes, legend, colours and marks."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from textwrap import fill
from typing import Any

from exactpoly.errors import MissingDependency
from exactpoly.studies.groups import Group

__all__ = ["COLOURS", "MARKS", "common_legend", "new_axes", "panels_of", "place_word"]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
"""Okabe and Ito's palette, which colour-blind readers can tell apart."""
MARKS = "osD^vP*X"


def new_axes(
    count: int, title: str, *, columns: int = 2, size: tuple[float, float] = (5.2, 3.7)
) -> tuple[Any, list[Any]]:
    """A figure and its panels, each ``size`` inches."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependency("figures need matplotlib", "matplotlib") from error
    columns = min(columns, count)
    lines = ceil(count / columns)
    figure = Figure(figsize=(size[0] * columns, size[1] * lines + 0.8), layout="constrained")
    text = fill(title, int(9.5 * size[0] * columns), break_long_words=False)
    figure.suptitle(text.replace("R^d", r"$\mathbb{R}^d$"))
    axes = figure.subplots(lines, columns, squeeze=False).ravel().tolist()
    for spare in axes[count:]:
        spare.set_axis_off()
    return figure, axes[:count]


def common_legend(figure: Any, axes: Sequence[Any]) -> None:
    """One legend below all panels where it is the same for all, else one in each."""
    entries = [axis.get_legend_handles_labels() for axis in axes]
    handles, labels = entries[0]
    if all(other == labels for _, other in entries):
        wide = max(map(len, labels)) > 24 or len(axes) == 1
        figure.legend(
            handles, labels, loc="outside lower center", ncols=3 if wide else 5, fontsize=9
        )
    else:
        for axis in axes:
            axis.legend(fontsize=9)


def place_word(d: int, domain: str) -> str:
    """The domain as mathematics, such as `R^3`."""
    return rf"$\mathbb{{R}}^{d}$" if domain == "R^d" else f"${domain.replace('^d', f'^{d}')}$"


def panels_of(groups: Sequence[Group]) -> dict[tuple[int, str], list[Group]]:
    """The groups that have finished rows, by dimension and domain."""
    panels: dict[tuple[int, str], list[Group]] = {}
    for group in groups:
        if group.finished:
            panels.setdefault((group.dimension, group.domain), []).append(group)
    return panels
