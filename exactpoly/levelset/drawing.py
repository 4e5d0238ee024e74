"""The sets of a level in the plane as an SVG picture: `{f <= c}` shaded, `{f = c}` drawn, cells thin."""

from __future__ import annotations

import numpy as np

from exactpoly.arithmetic.rational import rounded
from exactpoly.errors import InputError
from exactpoly.levelset.level import LevelSet

__all__ = ["svg"]

_SIZE = 480
_MARGIN = 0.06


def svg(sets: LevelSet) -> bytes:
    """A picture of the level sets of a network with two inputs.

    On `R^d` the window holds all finite vertices of the set, which goes on beyond it where it is unbounded.
    Raises `InputError` in another dimension.
    """
    arrangement = sets.arrangement
    if arrangement.dimension != 2:
        raise InputError(f"svg: the input dimension is {arrangement.dimension}; it must be 2")
    low, high = _window(sets)
    scale = _SIZE / float((high - low).max())
    width, height = (high - low) * scale
    below = np.flatnonzero(sets.signs[arrangement.offsets[2] :] <= 0).tolist()
    shown = [_polygon(sets, region, low, high, scale) for region in below]
    edges = range(arrangement.offsets[1], arrangement.offsets[2])
    lines = [(int(sets.signs[e]) == 0, _segment(sets, e, low, high, scale)) for e in edges]
    thin = "".join(text for on, text in lines if not on)
    thick = "".join(text for on, text in lines if on)
    dots = "".join(
        f'<circle cx="{x:.3f}" cy="{y:.3f}" r="2.5"/>'
        for v in range(arrangement.offsets[1])
        if sets.signs[v] == 0 and arrangement.shown[v]
        for x, y in [(_place(sets, v, low, high) - (low[0], 0)) * scale]
    )
    count, level = arrangement.counts(sets.signs <= 0)[2], sets.level
    words = (
        f"{count} regions where the output is at most {level} are shaded; the level is drawn thick."
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}"'
        f' width="{width:.0f}" height="{height:.0f}" role="img" aria-labelledby="title desc">\n'
        f'<title id="title">The level {level}</title><desc id="desc">{words}</desc>\n'
        f'<rect width="100%" height="100%" fill="white"/>\n<g fill="#cfe3f5">{"".join(shown)}</g>\n'
        f'<g stroke="#999" stroke-width="0.6">{thin}</g>\n'
        f'<g stroke="#b02a2a" stroke-width="2.4" stroke-linecap="round">{thick}</g>\n'
        f'<g fill="#b02a2a">{dots}</g>\n</svg>\n'
    ).encode("ascii")


def _window(sets: LevelSet) -> tuple[np.ndarray, np.ndarray]:
    """Two corners of a window with all finite vertices in it, and some room round them."""
    arrangement = sets.arrangement
    bounds = sets.arrangement.domain.box_around
    if bounds is not None:
        low, high = (
            np.array([rounded(b[i].numerator, b[i].denominator) for b in bounds]) for i in (0, 1)
        )
    else:
        finite = np.flatnonzero(arrangement.shown[: arrangement.offsets[1]]).tolist()
        points = arrangement.cells.coordinates.points(finite)
        table = np.array(
            [[rounded(x.numerator, x.denominator) for x in p] for p in points] or [[0, 0]]
        )
        low, high = table.min(axis=0) - 1.0, table.max(axis=0) + 1.0
    room = _MARGIN * (high - low).max()
    return low - room, high + room


def _place(sets: LevelSet, vertex: int, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Where a vertex is drawn, x to the right and y down; those at infinity far outside the window."""
    coordinates = sets.arrangement.cells.coordinates
    (near,), (far,) = coordinates.points([vertex]), coordinates.points([vertex], 1)
    large = 100.0 * float((high - low).max())
    x, y = (
        rounded(p.numerator, p.denominator) + large * rounded(q.numerator, q.denominator)
        for p, q in zip(near, far, strict=True)
    )
    return np.array([x, high[1] - y])


def _polygon(sets: LevelSet, region: int, low: np.ndarray, high: np.ndarray, scale: float) -> str:
    corners = [
        (_place(sets, int(v), low, high) - (low[0], 0)) * scale
        for v in sets.arrangement.cells.vertices_of(2, region)
    ]
    table = np.array(corners)
    middle = table.mean(axis=0)
    table = table[np.argsort(np.arctan2(*(table - middle).T))]
    return f'<polygon points="{" ".join(f"{x:.3f},{y:.3f}" for x, y in table)}"/>'


def _segment(sets: LevelSet, edge: int, low: np.ndarray, high: np.ndarray, scale: float) -> str:
    chains = sets.arrangement.chains
    a, b = (int(v) for v in chains.facets[chains.start[edge] : chains.start[edge + 1]])
    if not sets.arrangement.shown[edge]:
        return ""
    (x, y), (u, v) = ((_place(sets, w, low, high) - (low[0], 0)) * scale for w in (a, b))
    return f'<line x1="{x:.3f}" y1="{y:.3f}" x2="{u:.3f}" y2="{v:.3f}"/>'
