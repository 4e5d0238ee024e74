"""Figures of studies, made from their rows with matplotlib and written as PNG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from exactpoly.running.files import written_whole
from exactpoly.studies.groups import Group, gather
from exactpoly.studies.jobs import Row
from exactpoly.studies.panels import COLOURS, MARKS, common_legend, new_axes, panels_of, place_word
from exactpoly.studies.tables import comparisons
from exactpoly.studies.topology_figures import draw_polytopes, draw_separation, draw_topology

__all__ = ["bundles", "common_words", "make_figures"]

_LINES = 5
"""Lines that can be told apart where they nearly coincide."""
_NEAR = 0.03
"""Shares that lie no further apart count as one band of a figure."""


def make_figures(rows: Sequence[Row], about: dict[str, Any], folder: Path) -> list[Path]:
    """Draw the figures that the study asks for; returns the files written."""
    groups = gather(rows, about["group"])
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    for name in about["figures"]:
        figure = _DRAW[name](rows, groups, about)
        path = folder / f"{about['study']}-{name}.png"
        # The version of what drew it would make equal figures differ.
        with written_whole(path) as file:
            figure.savefig(file, format="png", dpi=110, metadata={"Software": None})
        drawn.append(path)
    return drawn


def _histograms(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Share of regions by number of facets, a panel a dimension and domain, a line a group.

    Where there are many groups, those whose lines nearly coincide share a band.
    """
    panels = panels_of(groups)
    figure, axes = new_axes(len(panels), about["title"])
    epochs = len({g.epoch for g in groups}) > 1
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=True):
        labels = [g.label + (f", epoch {g.epoch}" if epochs else "") for g in members]
        curves = [_shares_of(group) for group in members]
        found = [[i] for i in range(len(members))] if len(members) <= _LINES else bundles(curves)
        for place, bundle in enumerate(found):
            if len(bundle) == 1:
                _line(axis, curves[bundle[0]], labels[bundle[0]], place, len(found))
            else:
                _band(axis, [curves[i] for i in bundle], [labels[i] for i in bundle], place)
        axis.axvline(2 * d, color="0.4", linestyle="--", linewidth=1, label="2d")
        counted = "" if domain == "R^d" else ", facets on the box counted"
        axis.set(
            title=f"{place_word(d, domain)}{counted}",
            xlabel="number of facets of a region",
            ylabel="share of regions",
            ylim=(0, None),
        )
        axis.xaxis.get_major_locator().set_params(integer=True)
    common_legend(figure, axes)
    return figure


def _shares_of(group: Group) -> dict[int, float]:
    """Number of facets -> share of regions."""
    bars = group.histogram
    total = sum(bars.values())
    return {k: bars.get(k, 0) / total for k in range(min(bars), max(bars) + 1)}


def bundles(curves: Sequence[dict[int, float]]) -> list[list[int]]:
    """Places of curves that lie within `_NEAR` of each other everywhere, chained; in order of the first.

    >>> bundles([{3: 0.5, 4: 0.5}, {3: 1.0}, {3: 0.51, 4: 0.49}])
    [[0, 2], [1]]
    """
    result: list[list[int]] = []
    for place, curve in enumerate(curves):
        near = [b for b in result if any(_gap(curve, curves[other]) <= _NEAR for other in b)]
        merged = sorted([place, *(i for b in near for i in b)])
        result = sorted([*(b for b in result if b not in near), merged])
    return result


def _gap(a: dict[int, float], b: dict[int, float]) -> float:
    return max(abs(a.get(k, 0.0) - b.get(k, 0.0)) for k in a.keys() | b.keys())


def _line(axis: Any, curve: dict[int, float], label: str, place: int, count: int) -> None:
    style = "-" if place < len(COLOURS) else ":"
    axis.plot(
        list(curve), list(curve.values()), linestyle=style, label=label, **_nested(place, count)
    )


def _band(axis: Any, curves: Sequence[dict[int, float]], labels: Sequence[str], place: int) -> None:
    """From the least to the greatest of curves that nearly coincide, and their mean."""
    counts = sorted({k for curve in curves for k in curve})
    columns = [[curve.get(k, 0.0) for curve in curves] for k in counts]
    colour = COLOURS[place % len(COLOURS)]
    axis.fill_between(
        counts, [min(c) for c in columns], [max(c) for c in columns], color=colour, alpha=0.3, lw=0
    )
    axis.plot(
        counts,
        [sum(c) / len(c) for c in columns],
        color=colour,
        linewidth=1.6,
        marker=MARKS[place % len(MARKS)],
        markersize=4,
        label=f"{len(curves)} groups, least to greatest: {common_words(labels)}",
    )


def common_words(labels: Sequence[str]) -> str:
    """What labels made of parts between commas have in common.

    >>> common_words(["3-40-1, kaiming, bias zero", "3-40-1, torch, bias zero"])
    '3-40-1, bias zero'
    """
    first, *rest = (label.split(", ") for label in labels)
    return ", ".join(w for w in first if all(w in other for other in rest)) or "; ".join(labels)


def _nested(place: int, count: int) -> dict[str, Any]:
    """Style of a line among ``count`` that may coincide: hollow marks that fit into one another."""
    return {
        "color": COLOURS[place % len(COLOURS)],
        "marker": MARKS[place % len(MARKS)],
        "markersize": 3 + 8 * (count - place) / count,
        "markerfacecolor": "none",
        "linewidth": 1.2,
    }


def _means(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Mean facets against epoch where there are several, else against depth."""
    panels = panels_of(groups)
    figure, axes = new_axes(len(panels), about["title"])
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
                color=COLOURS[place % len(COLOURS)],
                marker=MARKS[place % len(MARKS)],
                markersize=5,
                capsize=3,
                label=label,
            )
        axis.axhline(2 * d, color="0.4", linestyle="--", linewidth=1, label=f"2d = {2 * d}")
        axis.set(
            title=f"{place_word(d, domain)}, bars from least to greatest network",
            xlabel="epoch" if along == "epoch" else "number of hidden layers",
            ylabel="mean number of facets",
        )
        axis.title.set_size("medium")
        axis.xaxis.get_major_locator().set_params(integer=True)
    common_legend(figure, axes)
    return figure


def _shares(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Share of regions with at most d + 1 facets, and with more than 2d."""
    panels = panels_of(groups)
    most = max(len(members) for members in panels.values())
    longest = max(
        float(max(g.share(d + 1), 1 - g.share(2 * d)))
        for (d, _), members in panels.items()
        for g in members
    )
    figure, axes = new_axes(len(panels), about["title"], size=(5.6, 1.2 + 0.38 * most))
    epochs = len({g.epoch for g in groups}) > 1
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=True):
        places = range(len(members))
        for shift, colour, label, values in (
            (-0.2, COLOURS[2], "at most d + 1 facets", [g.share(d + 1) for g in members]),
            (0.2, COLOURS[1], "more than 2d facets", [1 - g.share(2 * d) for g in members]),
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
        axis.set(title=f"{place_word(d, domain)}{counted}", xlabel="share of regions")
        axis.title.set_size("medium")
    common_legend(figure, axes)
    return figure


def _simplices(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Share of bounded regions by number of simplices of the pulling triangulation."""
    panels = panels_of([g for g in groups if g.simplices])
    figure, axes = new_axes(len(panels), about["title"])
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
            title=f"bounded regions in {place_word(d, domain)}",
            xlabel="number of simplices of a region",
            ylabel="share of bounded regions",
            yscale="log",
        )
    common_legend(figure, axes)
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
    figure, axes = new_axes(len(panels), about["title"], columns=1, size=(9, 3.4))
    places = range(len(items))
    for axis, (key, published, ylabel) in zip(axes, panels, strict=True):
        axis.errorbar(
            [p - 0.17 for p in places],
            [float(c.published[f"{published}_mean"]) for c in items],
            yerr=[float(c.published[f"{published}_sd"]) for c in items],
            fmt="s",
            color=COLOURS[1],
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
                color=COLOURS[0],
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
    "topology": draw_topology,
    "polytopes": draw_polytopes,
    "separation": draw_separation,
}
