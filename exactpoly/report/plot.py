"""Drawings of plane complexes: regions coloured by their number of facets, the histogram beside.

Regions are drawn from their exact vertices, rounded to the paper only at the end. A complex of the
whole plane is drawn inside a window: its regions there are those of the same network on the window
as a box, found by a second exact enumeration and matched by their sign rows; colours and histogram
are those of the whole complex, also of regions that the window does not show.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactpoly.arithmetic.rational import rounded as nearest
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.errors import InputError, InternalError
from exactpoly.report.axes import matplotlib
from exactpoly.report.picture import save_figure
from exactpoly.report.plane import PlaneSection, Window, default_window, in_cyclic_order
from exactpoly.report.text import decimal, widths_text
from exactpoly.summary import histogram

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.network.network import Network

__all__ = ["FORMATS", "Drawing", "check_format", "draw", "save"]

FORMATS = (".svg", ".png", ".pdf")
"""Suffixes of the files that can be written."""

_INK = "#222222"
_LEAST_SPAN, _LARGEST_SPAN = 1e-290, 1e290
_MARK = "#c0392b"
_LEAST_SPAN, _LARGEST_SPAN = 1e-290, 1e290


@dataclass(frozen=True)
class Drawing:
    """What is drawn, still exact.

    ``polygons``: the regions seen in ``window``, corners counterclockwise; ``counts``: for each its
    number of facets; ``histogram``: number of facets -> number of regions of the whole complex;
    ``n_regions``: their number; ``boundary_counted``: whether facets on the boundary of the box count.
    """

    polygons: list[list[tuple[Fraction, ...]]]
    counts: list[int]
    histogram: dict[int, int]
    n_regions: int
    f_vector: tuple[int, ...]
    window: Window
    domain: Domain
    boundary_counted: bool
    partial: str | None

    @property
    def mean(self) -> Fraction:
        """Mean number of facets of the regions of the whole complex."""
        return Fraction(sum(k * n for k, n in self.histogram.items()), self.n_regions)


def check_format(path: Path) -> None:
    """Refuse a format that cannot be written, before any work is done."""
    if path.suffix.lower() not in FORMATS:
        raise InputError(
            f"{path}: the suffix is not one of {', '.join(FORMATS)}; rename the output"
        )
    matplotlib()


def draw(complex_: Complex, window: Window | None = None, *, everything: bool = False) -> Drawing:
    """Work out the drawing of a complex of dimension 2.

    ``window``: what to show, by default the box itself, or `default_window` on the plane, with
    ``everything`` as there. Raises `InputError` where it does not meet the domain.
    """
    if complex_.dimension != 2:
        raise InputError(f"plot: a complex of dimension {complex_.dimension} is not plane")
    bounds = complex_.domain.box_around
    counts = complex_.facet_counts_with_domain_boundary.tolist()
    if bounds is not None and window is None:
        window = (bounds[0], bounds[1])
        seen = complex_
    else:
        window = window or default_window(complex_, everything=everything)
        if bounds is not None:
            window = _common(window, (bounds[0], bounds[1]))
        shown = complex_.domain.meet(Domain(2, window))
        seen = enumerate_complex(complex_.network, domain=shown)
        number = {row.tobytes(): n for row, n in zip(complex_.region_rows, counts, strict=True)}
        rows = [row.tobytes() for row in seen.region_rows]
        if not number.keys() >= set(rows):
            raise InternalError("the window shows a region that the complex does not have")
        counts = [number[row] for row in rows]
    corners: dict[int, tuple[Fraction, ...]] = {}
    polygons = []
    for region in seen.regions:
        indices = region.vertex_indices
        for index in indices:
            if index not in corners:
                corners[index] = seen.vertex(index)
        points = [corners[index] for index in indices]
        polygons.append([points[i] for i in in_cyclic_order(points)])
    return Drawing(
        polygons,
        counts,
        histogram(complex_.facet_counts_with_domain_boundary),
        complex_.n_regions,
        complex_.f_vector,
        window,
        complex_.domain,
        bounds is not None,
        complex_.stopped,
    )


def _common(first: Window, second: Window) -> Window:
    """The part of a window inside the domain."""
    (a, b), (c, d) = (
        (max(one[0], other[0]), min(one[1], other[1]))
        for one, other in zip(first, second, strict=True)
    )
    if not (a < b and c < d):
        raise InputError("window: it lies outside the domain; choose one that meets it")
    return (a, b), (c, d)


def save(drawing: Drawing, network: Network, section: PlaneSection | None, path: Path) -> None:
    """Write the picture; the format follows the suffix, and the same input gives the same bytes."""
    from matplotlib.figure import Figure

    settings = {
        "font.family": "DejaVu Sans",
        "font.size": 10,
        "axes.edgecolor": _INK,
        "axes.labelcolor": _INK,
        "xtick.color": _INK,
        "ytick.color": _INK,
        "text.color": _INK,
    }
    with matplotlib().rc_context(settings):
        figure = Figure(figsize=(11, 6.4), layout="constrained")
        axes, side = figure.subplots(1, 2, width_ratios=[1.55, 1])
        colours = _colours(drawing)
        _draw_map(axes, drawing, section, colours)
        _draw_histogram(side, drawing, colours)
        figure.suptitle(_title(drawing, network), fontsize=13, fontweight="bold")
        save_figure(figure, path, network.name, _described(drawing, network))


def _described(drawing: Drawing, network: Network) -> str:
    bars = ", ".join(f"{n} with {k}" for k, n in sorted(drawing.histogram.items()))
    return (
        f"Left: {len(drawing.polygons)} regions of the ReLU network {network.name}"
        f" ({widths_text(network)}) coloured by number of facets. Right: histogram of facets of all"
        f" {drawing.n_regions} regions: {bars}; mean {drawing.mean}."
    )


def _colours(drawing: Drawing) -> dict[int, Any]:
    """A colour for each number of facets, light for few and dark for many."""
    from matplotlib import colormaps

    lowest, highest = min(drawing.histogram), max(drawing.histogram)
    scale = colormaps["YlGnBu"]
    span = max(4, highest - lowest)
    return {k: scale(0.12 + 0.7 * (k - lowest) / span) for k in range(lowest, highest + 1)}


def _in_floats(window: Window) -> list[tuple[float, float]]:
    """The window in float64, which must tell its ends apart; pictures are drawn in no other numbers."""
    ends = [
        (nearest(low.numerator, low.denominator), nearest(high.numerator, high.denominator))
        for low, high in window
    ]
    spans = [high - low for low, high in ends]
    if not all(_LEAST_SPAN < span < _LARGEST_SPAN for span in spans):
        raise InputError(
            "--window: the picture would reach beyond what float64 can draw; choose a window of"
            " ordinary size, such as [-2,2]^2"
        )
    return ends


def _draw_map(
    axes: Any, drawing: Drawing, section: PlaneSection | None, colours: dict[int, Any]
) -> None:
    from matplotlib.collections import PolyCollection

    (left, right), (bottom, top) = _in_floats(drawing.window)
    many = len(drawing.polygons)
    axes.add_collection(
        PolyCollection(
            [[(float(x), float(y)) for x, y in polygon] for polygon in drawing.polygons],
            facecolors=[colours[count] for count in drawing.counts],
            edgecolors=_INK,
            linewidths=0.9 if many < 300 else 0.45 if many < 3000 else 0.15,
            joinstyle="round",
        )
    )
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    ratio = (right - left) / (top - bottom)
    axes.set_aspect("equal" if 0.25 <= ratio <= 4 else "auto")
    names = ("$x_0$", "$x_1$") if section is None else ("$s$", "$t$")
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1], rotation=0, labelpad=12)
    shown = f"{many:,} regions"
    if many < drawing.n_regions:
        shown = f"{many:,} of {drawing.n_regions:,} regions meet this window"
    if section is not None:
        plane = str(section)
        shown += f"\n{plane}" if len(plane) < 72 else f"\n{plane[:68]} ..."
    axes.set_title(shown, fontsize=10)


def _draw_histogram(axes: Any, drawing: Drawing, colours: dict[int, Any]) -> None:
    from matplotlib.ticker import MaxNLocator

    counts = sorted(colours)
    heights = [drawing.histogram.get(k, 0) for k in counts]
    drawn = axes.bar(
        counts,
        heights,
        color=[colours[k] for k in counts],
        edgecolor=_INK,
        linewidth=0.8,
        width=0.8,
    )
    if len(counts) <= 14:
        labels = [f"{h:,}" if h else "" for h in heights]
        for text in axes.bar_label(drawn, labels, padding=3, fontsize=9):
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    mean = drawing.mean
    # Behind the bars, so that they hide neither bars nor labels.
    axes.axvline(float(mean), color=_MARK, linewidth=1.8, zorder=0, label=_mean_text(mean))
    dashes = (0, (4, 3))
    axes.axvline(4, color=_INK, linewidth=1.3, linestyle=dashes, zorder=0, label="2d = 4")
    axes.set_xlim(min(counts[0], 4) - 0.8, max(counts[-1], 4) + 0.8)
    axes.set_ylim(0, max(heights) * 1.3)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(
        "facets of a region" + (", domain boundary counted" if drawing.boundary_counted else "")
    )
    axes.set_ylabel("regions")
    for name in ("top", "right"):
        axes.spines[name].set_visible(False)
    axes.legend(loc="upper right", edgecolor="none", framealpha=0.9)
    f_vector = ", ".join(f"{count:,}" for count in drawing.f_vector)
    axes.set_title(f"f-vector ({f_vector})", fontsize=10)


def _mean_text(mean: Fraction) -> str:
    rounded = decimal(mean, 3)
    if Fraction(rounded) == mean:
        return f"mean {mean}" if mean.denominator == 1 else f"mean {mean} = {rounded.rstrip('0')}"
    return f"mean {mean} ≈ {rounded}"


def _title(drawing: Drawing, network: Network) -> str:
    name = f"{network.name}  ({widths_text(network)})" if len(network.widths) <= 9 else network.name
    title = f"{name} on {str(drawing.domain).replace('^2', '²')}"
    if drawing.partial is not None:
        title += f"\nPARTIAL: {drawing.partial}"
    return title.replace("$", r"\$")
