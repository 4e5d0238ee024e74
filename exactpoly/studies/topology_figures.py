"""Figures of what a study found out about boundaries, sublevel sets and separability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from exactpoly.studies.groups import Group
from exactpoly.studies.jobs import Row
from exactpoly.studies.panels import COLOURS, MARKS, common_legend, new_axes, panels_of, place_word

__all__ = ["draw_polytopes", "draw_separation", "draw_topology"]

_NAMES = {1: "loops", 2: "voids"}


def draw_topology(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Pieces, bounded pieces, loops and voids of the boundary: a disc as large as there are networks
    with that number, a stroke the mean.
    """
    panels = panels_of([g for g in groups if g.topologies])
    most = max(len(members) for members in panels.values())
    figure, axes = new_axes(len(panels), about["title"], size=(6.4, 1.2 + 0.6 * most))
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=True):
        measures: list[tuple[str, str | int]] = [("pieces", "pieces")]
        measures.append(("pieces that do not reach infinity or the box", "closed_pieces"))
        measures += [(name, k) for k, name in _NAMES.items() if k < d]
        height = 0.84 / len(measures)
        for place, (label, key) in enumerate(measures):
            for n, group in enumerate(members):
                line = n + (place - (len(measures) - 1) / 2) * height
                numbers = Counter(_number(found, key) for found in group.topologies)
                axis.scatter(
                    list(numbers),
                    [line] * len(numbers),
                    s=[130 * count / numbers.total() for count in numbers.values()],
                    color=COLOURS[place],
                    marker=MARKS[place],
                    linewidths=0.5,
                    label=label if n == 0 else None,
                )
                mean = sum(x * count for x, count in numbers.items()) / numbers.total()
                axis.plot([mean] * 2, [line - 0.4 * height, line + 0.4 * height], color="black")
        epochs = len({g.epoch for g in members}) > 1
        names = [g.label + (f", epoch {g.epoch}" if epochs else "") for g in members]
        axis.set_yticks(range(len(members)), names, fontsize=9)
        axis.grid(axis="x", color="0.92")
        axis.set_axisbelow(True)
        axis.invert_yaxis()
        axis.set(title=place_word(d, domain), xlabel="number; the larger a mark, the more networks")
        axis.xaxis.get_major_locator().set_params(integer=True)
    entries = max((axis.get_legend_handles_labels() for axis in axes), key=lambda e: len(e[1]))
    key_ = figure.legend(*entries, loc="outside lower center", ncols=4, fontsize=9)
    for handle in key_.legend_handles:
        handle.set_sizes([40])
    return figure


def draw_separation(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Share of draws that separate, against the width of the random layers; a line a depth."""
    data = list(dict.fromkeys(row.get("data", "circles") for row in rows))
    figure, axes = new_axes(len(data), about["title"])
    for axis, name in zip(axes, data, strict=True):
        own = [g for g in groups if g.rows[0].get("data", "circles") == name]
        for place, depth in enumerate(sorted({len(g.rows[0]["widths"]) - 1 for g in own})):
            line = sorted(
                (g.rows[0]["widths"][-1], g.separable)
                for g in own
                if len(g.rows[0]["widths"]) == depth + 1 and g.separable is not None
            )
            axis.plot(
                [width for width, _ in line],
                [float(share) for _, share in line],
                marker=MARKS[place],
                color=COLOURS[place],
                label=f"{depth} random layer{'s' if depth > 1 else ''}",
            )
        axis.set(
            title=f"{name}, {own[0].rows[0]['points']} points",
            xlabel="width of the layers",
            ylabel="share of draws that separate",
            ylim=(-0.03, 1.03),
        )
    common_legend(figure, axes)
    return figure


def _number(found: dict[str, Any], key: str | int) -> int:
    """A count by name, or a Betti number by degree."""
    return int(found["betti"][key] if isinstance(key, int) else found[key])


def draw_polytopes(rows: Sequence[Row], groups: Sequence[Group], about: dict[str, Any]) -> Any:
    """Facets against vertices of every convex `{f <= 1}`, and how many are convex."""
    panels = panels_of([g for g in groups if g.polytopes])
    figure, axes = new_axes(len(panels), about["title"], columns=3)
    for axis, ((d, domain), members) in zip(axes, panels.items(), strict=True):
        for place, group in enumerate(members):
            convex = [p["f_vector"] for p in group.polytopes if p["convex"]]
            axis.plot(
                [f[0] for f in convex],
                [f[-1] for f in convex],
                linestyle="none",
                marker=MARKS[place % len(MARKS)],
                markersize=6,
                markerfacecolor="none",
                color=COLOURS[place % len(COLOURS)],
                label=f"{group.label}: {len(convex)} of {len(group.finished)} convex",
            )
        axis.set(
            title=place_word(d, domain), xlabel="vertices of {f <= 1}", ylabel="facets of {f <= 1}"
        )
        axis.legend(fontsize=8)
    return figure
