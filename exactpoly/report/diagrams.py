"""Diagrams: persistence of sublevel sets, and the sets of a level in the plane, with matplotlib."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactpoly.report.axes import figure_axes, matplotlib, settle
from exactpoly.report.colours import CLASSES
from exactpoly.report.colours import theme as theme_of
from exactpoly.report.picture import save_figure

if TYPE_CHECKING:
    from exactpoly.levelset.filtration import Filtration
    from exactpoly.levelset.values import Value

__all__ = ["plot_persistence"]

_MARKS = "os^D"


def plot_persistence(
    filtration: Filtration,
    *,
    theme: str = "light",
    save: str | Path | None = None,
    ax: Any = None,
) -> Any:
    """Draw births against deaths, a mark a degree; see `Filtration.plot`."""
    matplotlib()
    look = theme_of(theme)
    pairs, essential = filtration.pairs, filtration.essential
    finite = [
        float(v.p)
        for v in (*(v for _, a, b in pairs for v in (a, b)), *(a for _, a in essential))
        if v.finite
    ]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    room = (high - low) / 8 or 1.0
    bottom, top = low - 2 * room, high + 2 * room

    def place(value: Value) -> float:
        if value.finite:
            return float(value.p)
        return top - room if value.q > 0 else bottom + room

    axes = figure_axes(look, size=(5.2, 5)) if ax is None else ax
    axes.plot([bottom, top], [bottom, top], color=look.ink, linewidth=0.8, gid="diagonal")
    for height, name in ((top - room, "infinity"), (top, "never")):
        axes.axhline(height, color=look.ink, linewidth=0.6, linestyle=(0, (4, 3)), gid=name)
    degrees = sorted({k for k, *_ in pairs} | {k for k, _ in essential})
    for degree in degrees:
        births = [place(a) for k, a, _ in pairs if k == degree]
        deaths = [place(b) for k, _, b in pairs if k == degree]
        forever = [place(a) for k, a in essential if k == degree]
        axes.scatter(
            births + forever,
            deaths + [top] * len(forever),
            marker=_MARKS[degree % len(_MARKS)],
            color=CLASSES[(1, 5, 2, 3)[degree % 4]],
            edgecolors=look.paper,
            linewidths=0.6,
            s=36,
            zorder=3,
            label=f"degree {degree}",
            gid=f"degree-{degree}",
        )
    axes.set(xlim=(bottom, top + room / 2), ylim=(bottom, top + room / 2), aspect="equal")
    axes.set_xlabel("birth")
    axes.set_ylabel("death (dashed: beyond every number, never)")
    name = filtration.complex.network.name
    plural = "" if len(pairs) == 1 else "s"
    head = f"{name}: {len(pairs)} pair{plural}, {len(essential)} living for ever"
    axes.set_title(head.replace("$", r"\$"), fontsize=10, color=look.ink)
    if degrees:
        axes.legend(loc="lower right", frameon=False, fontsize=9, labelcolor=look.ink)
    if ax is None:
        settle(axes)
    if save is not None:
        words = f"Persistence diagram of the sublevel sets of {head}."
        save_figure(axes.figure, Path(save), f"persistence of {name}", words)
    return axes
