"""Figures of studies, made from their rows with matplotlib and written as PNG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from exactpoly.errors import MissingDependency
from exactpoly.studies.groups import Group, gather
from exactpoly.studies.jobs import Row
from exactpoly.studies.tables import comparisons

__all__ = ["make_figures"]

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
"""Okabe and Ito's palette, which colour-blind readers can tell apart."""
_MARKS = "osD^vP*X"


def make_figures(rows: Sequence[Row], about: dict[str, Any], folder: Path) -> list[Path]:
    """Draw the figures that the study asks for; returns the files written."""
    groups = gather(rows, about["group"])
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    for name in about["figures"]:
        figure = _DRAW[name](rows, groups, about)
        path = folder / f"{about['study']}-{name}.png"
        # The date of making would make equal figures differ.
        figure.savefig(path, dpi=110, metadata={"Software": None})
        drawn.append(path)
    return drawn


def _axes(count: int, title: str, *, columns: int = 2) -> tuple[Any, list[Any]]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependency(
            "figures need matplotlib; install it with: pip install 'exactpoly[plot]'"
        ) from error
    columns = min(columns, count)
    lines = ceil(count / columns)
    figure = Figure(figsize=(5.2 * columns, 3.7 * lines + 0.5), layout="constrained")
    figure.suptitle(title)
    axes = figure.subplots(lines, columns, squeeze=False).ravel().tolist()
    for spare in axes[count:]:
        spare.set_axis_off()
    return figure, axes


def _panels(groups: Sequence[Group]) -> dict[tuple[int, str], list[Group]]:
    panels: dict[tuple[int, str], list[Group]] = {}
    for group in groups:
        if group.finished:
            panels.setdefault((group.dimension, group.domain), []).append(group)
    return panels


def _histograms(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Share of regions by number of facets, a panel a dimension and domain, a line a group."""
    panels = _panels(groups)
    figure, axes = _axes(len(panels), about["title"])
    epochs = len({g.epoch for g in groups}) > 1
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=False):
        for place, group in enumerate(members):
            bars = group.histogram
            total = sum(bars.values())
            counts = range(min(bars), max(bars) + 1)
            axis.plot(
                counts,
                [bars.get(k, 0) / total for k in counts],
                color=_COLOURS[place % len(_COLOURS)],
                linestyle="-" if place < len(_COLOURS) else ":",
                marker=_MARKS[place % len(_MARKS)],
                markersize=4,
                label=group.label + (f", epoch {group.epoch}" if epochs else ""),
            )
        axis.axvline(2 * d, color="0.4", linestyle="--", linewidth=1, label="2d")
        counted = "" if domain == "R^d" else ", facets on the box counted"
        axis.set(
            title=f"d = {d}, {domain}{counted}",
            xlabel="facets of a region",
            ylabel="share of regions",
        )
        axis.title.set_size("medium")
        axis.legend(fontsize=7)
    return figure


def _means(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Mean facets against epoch where there are several, else against depth."""
    panels = _panels(groups)
    figure, axes = _axes(len(panels), about["title"])
    along = "epoch" if len({g.epoch for g in groups}) > 1 else "depth"
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=False):
        labels = dict.fromkeys(g.label for g in members)
        for place, label in enumerate(labels):
            line = sorted((g for g in members if g.label == label), key=lambda g: getattr(g, along))
            places = [getattr(g, along) for g in line]
            values = [[float(m) for m in g.means] for g in line]
            centres = [sum(v) / len(v) for v in values]
            axis.errorbar(
                places,
                centres,
                yerr=[
                    [max(0.0, c - min(v)) for c, v in zip(centres, values, strict=True)],
                    [max(0.0, max(v) - c) for c, v in zip(centres, values, strict=True)],
                ],
                color=_COLOURS[place % len(_COLOURS)],
                marker=_MARKS[place % len(_MARKS)],
                markersize=5,
                capsize=2,
                label=label,
            )
        axis.axhline(2 * d, color="0.4", linestyle="--", linewidth=1, label="2d")
        axis.set(
            title=f"d = {d}, {domain} (bars: least and greatest)",
            xlabel="epoch" if along == "epoch" else "number of hidden layers",
            ylabel="mean number of facets",
        )
        axis.title.set_size("medium")
        axis.xaxis.get_major_locator().set_params(integer=True)
        axis.legend(fontsize=7)
    return figure


def _shares(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Share of regions with at most d + 1 facets, and with more than 2d."""
    panels = _panels(groups)
    figure, axes = _axes(len(panels), about["title"])
    epochs = len({g.epoch for g in groups}) > 1
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=False):
        places = range(len(members))
        simplest = [float(g.share(d + 1)) for g in members]
        many = [float(1 - g.share(2 * d)) for g in members]
        axis.barh([p - 0.2 for p in places], simplest, 0.4, color=_COLOURS[2], label="≤ d+1 facets")
        axis.barh([p + 0.2 for p in places], many, 0.4, color=_COLOURS[1], label="> 2d facets")
        axis.set_yticks(
            list(places),
            [g.label + (f", epoch {g.epoch}" if epochs else "") for g in members],
            fontsize=7,
        )
        axis.invert_yaxis()
        axis.set(title=f"d = {d}, {domain}", xlabel="share of regions", xlim=(0, 1))
        axis.title.set_size("medium")
        axis.legend(fontsize=7)
    return figure


def _simplices(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Share of bounded regions by number of simplices of the pulling triangulation."""
    panels = _panels([g for g in groups if g.simplices])
    figure, axes = _axes(len(panels), about["title"])
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=False):
        for place, group in enumerate(members):
            bars = group.simplices
            total = sum(bars.values())
            axis.plot(
                list(bars),
                [n / total for n in bars.values()],
                color=_COLOURS[place % len(_COLOURS)],
                marker=_MARKS[place % len(_MARKS)],
                markersize=3,
                label=group.label,
            )
        axis.set(
            title=f"d = {d}, {domain}, bounded regions",
            xlabel="simplices of a region",
            ylabel="share of bounded regions",
            yscale="log",
        )
        axis.title.set_size("medium")
        axis.legend(fontsize=7)
    return figure


def _table(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Counted numbers of regions and mean facets beside the published mean and deviation."""
    items = [c for c in comparisons(rows, about["published"]) if c.group.finished]
    figure, axes = _axes(2, about["title"], columns=1)
    places = range(len(items))
    names = [c.name for c in items]
    for axis, key, published, ylabel in (
        (axes[0], "regions", "regions", "regions"),
        (axes[1], "mean", "avg_degree", "mean number of facets"),
    ):
        axis.errorbar(
            [p - 0.15 for p in places],
            [float(c.published[f"{published}_mean"]) for c in items],
            yerr=[float(c.published[f"{published}_sd"]) for c in items],
            fmt="s",
            color=_COLOURS[1],
            markersize=4,
            capsize=2,
            label="published, mean ± sd",
        )
        for place, item in zip(places, items, strict=True):
            values = (
                [row["regions"] for row in item.group.finished]
                if key == "regions"
                else [float(m) for m in item.group.means]
            )
            axis.plot(
                [place + 0.15] * len(values),
                values,
                "o",
                color=_COLOURS[0],
                markersize=3,
                label="counted exactly, each network" if place == 0 else None,
            )
        axis.set_xticks(list(places), names, rotation=60, fontsize=7)
        axis.set(ylabel=ylabel)
        axis.legend(fontsize=7)
    axes[0].set_yscale("log")
    return figure


_DRAW: dict[str, Callable[[Sequence[Row], Sequence[Group], dict[str, Any]], Any]] = {
    "histograms": _histograms,
    "means": _means,
    "shares": _shares,
    "simplices": _simplices,
    "table": _table,
}
