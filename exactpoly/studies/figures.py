"""Figures of studies, made from their rows with matplotlib and written as PNG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from textwrap import fill
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
        # The version of what drew it would make equal figures differ.
        figure.savefig(path, dpi=110, metadata={"Software": None})
        drawn.append(path)
    return drawn


def _axes(
    count: int, title: str, *, columns: int = 2, size: tuple[float, float] = (5.2, 3.7)
) -> tuple[Any, list[Any]]:
    """A figure and its panels, each ``size`` inches."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependency(
            "figures need matplotlib; install it with: pip install 'exactpoly[plot]'"
        ) from error
    columns = min(columns, count)
    lines = ceil(count / columns)
    figure = Figure(figsize=(size[0] * columns, size[1] * lines + 0.8), layout="constrained")
    text = fill(title, int(9.5 * size[0] * columns), break_long_words=False)
    figure.suptitle(text.replace("R^d", r"$\mathbb{R}^d$"))
    axes = figure.subplots(lines, columns, squeeze=False).ravel().tolist()
    for spare in axes[count:]:
        spare.set_axis_off()
    return figure, axes[:count]


def _legend(figure: Any, axes: Sequence[Any]) -> None:
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


def _place(d: int, domain: str) -> str:
    """The domain as mathematics, such as `R^3`."""
    return rf"$\mathbb{{R}}^{d}$" if domain == "R^d" else f"${domain.replace('^d', f'^{d}')}$"


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
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=True):
        for place, group in enumerate(members):
            bars = group.histogram
            total = sum(bars.values())
            counts = range(min(bars), max(bars) + 1)
            axis.plot(
                counts,
                [bars.get(k, 0) / total for k in counts],
                linestyle="-" if place < len(_COLOURS) else ":",
                label=group.label + (f", epoch {group.epoch}" if epochs else ""),
                **_nested(place, len(members)),
            )
        axis.axvline(2 * d, color="0.4", linestyle="--", linewidth=1, label="2d")
        counted = "" if domain == "R^d" else ", facets on the box counted"
        axis.set(
            title=f"{_place(d, domain)}{counted}",
            xlabel="number of facets of a region",
            ylabel="share of regions",
            ylim=(0, None),
        )
        axis.xaxis.get_major_locator().set_params(integer=True)
    _legend(figure, axes)
    return figure


def _nested(place: int, count: int) -> dict[str, Any]:
    """Style of a line among ``count`` that may coincide: hollow marks that fit into one another."""
    return {
        "color": _COLOURS[place % len(_COLOURS)],
        "marker": _MARKS[place % len(_MARKS)],
        "markersize": 3 + 8 * (count - place) / count,
        "markerfacecolor": "none",
        "linewidth": 1.2,
    }


def _means(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Mean facets against epoch where there are several, else against depth."""
    panels = _panels(groups)
    figure, axes = _axes(len(panels), about["title"])
    along = "epoch" if len({g.epoch for g in groups}) > 1 else "depth"
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=True):
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
                capsize=3,
                label=label,
            )
        axis.axhline(2 * d, color="0.4", linestyle="--", linewidth=1, label=f"2d = {2 * d}")
        axis.set(
            title=f"{_place(d, domain)}, bars from least to greatest network",
            xlabel="epoch" if along == "epoch" else "number of hidden layers",
            ylabel="mean number of facets",
        )
        axis.title.set_size("medium")
        axis.xaxis.get_major_locator().set_params(integer=True)
    _legend(figure, axes)
    return figure


def _shares(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Share of regions with at most d + 1 facets, and with more than 2d."""
    panels = _panels(groups)
    most = max(len(members) for members in panels.values())
    longest = max(
        float(max(g.share(d + 1), 1 - g.share(2 * d)))
        for (d, _), members in panels.items()
        for g in members
    )
    figure, axes = _axes(len(panels), about["title"], size=(5.6, 1.2 + 0.38 * most))
    epochs = len({g.epoch for g in groups}) > 1
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=True):
        places = range(len(members))
        for shift, colour, label, values in (
            (-0.2, _COLOURS[2], "at most d + 1 facets", [g.share(d + 1) for g in members]),
            (0.2, _COLOURS[1], "more than 2d facets", [1 - g.share(2 * d) for g in members]),
        ):
            bars = axis.barh(
                [p + shift for p in places],
                [float(v) for v in values],
                0.4,
                color=colour,
                label=label,
            )
            axis.bar_label(bars, [f"{float(v):.1%}" for v in values], padding=2, fontsize=8)
        axis.set_yticks(
            list(places),
            [g.label + (f", epoch {g.epoch}" if epochs else "") for g in members],
            fontsize=8,
        )
        axis.invert_yaxis()
        axis.set_xlim(0, 1.2 * longest)
        counted = "" if domain == "R^d" else ", facets on the box counted"
        axis.set(title=f"{_place(d, domain)}{counted}", xlabel="share of regions")
        axis.title.set_size("medium")
    _legend(figure, axes)
    return figure


def _simplices(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Share of bounded regions by number of simplices of the pulling triangulation."""
    panels = _panels([g for g in groups if g.simplices])
    figure, axes = _axes(len(panels), about["title"])
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=True):
        for place, group in enumerate(members):
            bars = group.simplices
            total = sum(bars.values())
            axis.plot(
                list(bars),
                [n / total for n in bars.values()],
                label=group.label,
                **_nested(place, len(members)),
            )
        axis.set(
            title=f"bounded regions in {_place(d, domain)}",
            xlabel="number of simplices of a region",
            ylabel="share of bounded regions",
            yscale="log",
        )
    _legend(figure, axes)
    return figure


_TABLE = (
    ("regions", "regions", "number of regions"),
    ("mean", "avg_degree", "mean number of facets"),
    ("diameter", "diameter", "diameter of the graph of regions"),
)
"""What the table's panels show: our name, the published column, the axis."""


def _table(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Counted numbers of regions, mean facets and diameters beside the published mean and deviation."""
    items = [c for c in comparisons(rows, about["published"]) if c.group.finished]
    measured = all(row["diameter_upper"] is not None for c in items for row in c.group.finished)
    panels = _TABLE if measured else _TABLE[:2]
    figure, axes = _axes(len(panels), about["title"], columns=1, size=(9, 3.4))
    places = range(len(items))
    for axis, (key, published, ylabel) in zip(axes, panels, strict=True):
        axis.errorbar(
            [p - 0.17 for p in places],
            [float(c.published[f"{published}_mean"]) for c in items],
            yerr=[float(c.published[f"{published}_sd"]) for c in items],
            fmt="s",
            color=_COLOURS[1],
            markersize=5,
            capsize=3,
            label="published, mean and deviation",
        )
        for place, item in zip(places, items, strict=True):
            ranges = _ranges(item.group, key)
            axis.errorbar(
                [place + 0.08 + 0.3 * i / len(ranges) for i in range(len(ranges))],
                [(low + high) / 2 for low, high in ranges],
                yerr=[(high - low) / 2 for low, high in ranges],
                fmt="o",
                color=_COLOURS[0],
                markersize=4,
                label="each network, exact (bar: certified bounds)" if place == 0 else None,
            )
            if key == "mean":
                axis.plot(
                    [place - 0.5, place + 0.5],
                    [2 * item.d] * 2,
                    color="0.4",
                    linestyle="--",
                    linewidth=1,
                    label="2d" if place == 0 else None,
                )
        axis.set_xticks(list(places), [c.name for c in items], rotation=45, ha="right", fontsize=9)
        axis.grid(axis="x", color="0.92")
        axis.set(ylabel=ylabel, xlim=(-0.6, len(items) - 0.4))
    axes[0].set_yscale("log")
    handles, labels = axes[1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=9)
    return figure


def _ranges(group: Group, key: str) -> list[tuple[float, float]]:
    """Least and greatest possible value of a measure for each network of the group."""
    if key == "mean":
        return [(float(m), float(m)) for m in group.means]
    low, high = ("regions",) * 2 if key == "regions" else ("diameter_lower", "diameter_upper")
    return [(float(row[low]), float(row[high])) for row in group.finished]


_DRAW: dict[str, Callable[[Sequence[Row], Sequence[Group], dict[str, Any]], Any]] = {
    "histograms": _histograms,
    "means": _means,
    "shares": _shares,
    "simplices": _simplices,
    "table": _table,
}
