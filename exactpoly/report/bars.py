"""The histogram of facets as a small SVG picture, in the colours of the page that it stands in."""

from __future__ import annotations

from fractions import Fraction
from html import escape

from exactpoly.report.colours import scale
from exactpoly.report.text import exact_and_decimal

__all__ = ["histogram_svg"]

_WIDTH, _HEIGHT, _FOOT, _HEAD = 560, 270, 42, 50


def histogram_svg(bars: dict[int, int], mean: Fraction, twice: int) -> str:
    """Bars by number of facets, with lines at the mean and at 2d. ``twice``: 2d.

    >>> "2 regions with 3 facets" in histogram_svg({3: 2}, Fraction(3), 4)
    True
    """
    low, high = min(*bars, twice), max(*bars, twice)
    span = max(4, max(bars) - min(bars))
    step = (_WIDTH - 20) / (high - low + 1)
    tallest = max(bars.values())
    room = _HEIGHT - _FOOT - _HEAD

    def centre(k: float | Fraction) -> float:
        return 10 + (float(k) - low + 0.5) * step

    parts, words = [], []  # Words come last: no line crosses them.
    for k in range(low, high + 1):
        count = bars.get(k, 0)
        height = room * count / tallest
        top = _HEIGHT - _FOOT - height
        if count:
            colour = scale((k - min(bars)) / span)
            parts.append(
                f'<rect x="{centre(k) - 0.42 * step:.1f}" y="{top:.1f}" width="{0.84 * step:.1f}"'
                f' height="{max(height, 1):.1f}" fill="{colour}" stroke="currentColor" stroke-width="0.7"/>'
            )
            if step > 24:
                words.append(_text(centre(k), top - 5, f"{count:,}", 11))
        if step > 18 or (k - low) % 5 == 0:
            words.append(_text(centre(k), _HEIGHT - _FOOT + 15, str(k), 12))
    for place, name, dash, row in ((mean, "mean", "none", 0), (Fraction(twice), "2d", "5 4", 1)):
        x = centre(place)
        label = f"mean {exact_and_decimal(mean)}" if name == "mean" else f"2d = {twice}"
        if len(label) > 40:
            label = f"mean ≈ {float(mean):.4f}"
        side = "end" if x > _WIDTH / 2 else "start"
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{8 + 13 * row}" y2="{_HEIGHT - _FOOT}"'
            f' stroke="currentColor" stroke-width="1.4" stroke-dasharray="{dash}" opacity="0.75"/>'
        )
        words.append(_text(x + (-5 if side == "end" else 5), 12 + 13 * row, label, 12, side))
    words.append(_text(_WIDTH / 2, _HEIGHT - 8, "number of facets of a region", 12))
    told = ", ".join(f"{n:,} regions with {k} facets" for k, n in sorted(bars.items()))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="bars-title bars-words">'
        '<title id="bars-title">Histogram of facets</title>'
        f'<desc id="bars-words">{escape(told)}; mean {mean}.</desc>{"".join(parts + words)}</svg>'
    )


def _text(x: float, y: float, text: str, size: int, anchor: str = "middle") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
        ' style="paint-order:stroke;stroke:var(--paper);stroke-width:3px"'
        f' fill="currentColor">{escape(text)}</text>'
    )
