"""The graph of a network with one input as a small SVG picture, in the colours of its page."""

from __future__ import annotations

from html import escape
from typing import Any

from exactpoly.report.colours import CLASSES

__all__ = ["graph_svg"]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _HEAD, _FOOT = 640, 300, 70, 16, 16, 46
_DOTS = 200
"""Breakpoints up to which each has a dot."""


def graph_svg(view: dict[str, Any]) -> str:
    """``view``: what `graph_view` made.

    >>> view = {"names": ["x"], "places": [-1, 0, 2], "values": [[0, 0, 4]]}
    >>> 'points="70.0,254.0 254.7,254.0 624.0,16.0"' in graph_svg(view)
    True
    """
    places, curves = view["places"], view["values"]
    low, high = min(map(min, curves)), max(map(max, curves))
    if low == high:
        low, high = low - 1, high + 1

    def at(x: float, y: float) -> tuple[float, float]:
        across = (x - places[0]) / (places[-1] - places[0])
        up = (y - low) / (high - low)
        bottom = _HEIGHT - _FOOT
        return _LEFT + across * (_WIDTH - _LEFT - _RIGHT), bottom - up * (bottom - _HEAD)

    parts = [
        f'<path d="M{_LEFT} {_HEAD}V{_HEIGHT - _FOOT}H{_WIDTH - _RIGHT}" fill="none"'
        ' stroke="currentColor" opacity="0.5"/>'
    ]
    for k, values in enumerate(curves):
        points = [at(x, y) for x, y in zip(places, values, strict=True)]
        colour = CLASSES[(k + 1) % len(CLASSES)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if len(points) <= _DOTS:
            dots = (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>'
                for x, y in points[1:-1]
            )
            parts.extend(dots)
        if len(curves) > 1:
            x, y = points[-1]
            parts.append(_text(x - 4, y - 5, f"output {k}", "end"))
    for x, anchor in ((places[0], "start"), (places[-1], "end")):
        parts.append(_text(at(x, low)[0], _HEIGHT - _FOOT + 18, f"{x:g}", anchor))
    parts.extend(_text(_LEFT - 6, at(places[0], y)[1] + 4, f"{y:.4g}", "end") for y in (low, high))
    parts.append(_text((_LEFT + _WIDTH) / 2, _HEIGHT - 8, str(view["names"][0]), "middle"))
    words = f"{len(curves)} piecewise linear functions" if len(curves) > 1 else "the output"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="graph-title graph-words">'
        '<title id="graph-title">Graph</title>'
        f'<desc id="graph-words">Graph of {words} with {len(places) - 2} breakpoints.</desc>'
        f"{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" text-anchor="{anchor}"'
        ' style="paint-order:stroke;stroke:var(--paper);stroke-width:3px"'
        f' fill="currentColor">{escape(text)}</text>'
    )
