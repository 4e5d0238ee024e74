"""Rays from inside a polyhedron: the facet that each meets first, exactly, and where to aim.

A ray is followed in floating point with an error bound first; where the bound leaves several inequalities
open, integers decide among them. Where the rays start and where they aim are floating-point proposals: from
a point near the analytic centre, in the metric of the barrier there, most facets are met by the ray towards
them, which one deep in a corner would not be.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exactpoly.arithmetic.arrays import Floats
from exactpoly.polyhedra.enclosure import safe_rows
from exactpoly.polyhedra.proposal import scaled

__all__ = ["Rays", "deeper", "integral", "whitened"]

_BITS = 40
_UNIT = 2.0**-53
_LARGEST_RANK = 1500
_NEWTON_STEPS = 25
_CHUNK = 1 << 22


class Rays:
    """Rays from the centre: ``local`` holds rows `(value at the centre, a_1, .., a_d)`, values positive.

    ``normals``: float64, shape (m, d), `a / value` rounded; ``safe``: bool (m,), rows rounded well.
    """

    def __init__(self, local: Sequence[Sequence[int]]) -> None:
        self._local = local
        self.normals: Floats = scaled(local)
        self.safe = safe_rows(self.normals, local)
        with np.errstate(all="ignore"):
            lengths = np.sqrt(np.square(self.normals).sum(axis=1))
        # Of a product: d + 1 roundings in any order, and one in each entry of the normal.
        bound = (self.normals.shape[1] + 8) * _UNIT * lengths
        self._error = np.where(self.safe, bound, np.inf)

    def hits(self, directions: Floats) -> list[int]:
        """For each ray that leaves the polyhedron, the facet that it meets first.

        ``directions``: float64, shape (k, d), integers below `2^41` in size. A tie is broken as for a ray
        that is turned by an infinitesimal `(e, e^2, ..)`, so that the row is a facet's in any case.
        """
        found: list[int] = []
        step = max(1, _CHUNK // max(1, len(self._local)))
        for start in range(0, len(directions), step):
            part = directions[start : start + step]
            with np.errstate(all="ignore"):
                slopes = part @ self.normals.T
                lengths = np.sqrt(np.square(part).sum(axis=1)) * 1.001
                error = lengths[:, None] * self._error + 1e-280
                certain = (slopes + error).min(axis=1)
                open_ = slopes - error <= np.minimum(certain, 0.0)[:, None]
                # NaN and infinity leave a row open.
                open_ |= ~np.isfinite(slopes)
            alone = (open_.sum(axis=1) == 1) & (certain < 0)
            first = open_.argmax(axis=1)
            for place in range(len(part)):
                if alone[place]:
                    found.append(int(first[place]))
                    continue
                ray = [int(x) for x in part[place].tolist()]
                met = self._first(ray, np.flatnonzero(open_[place]).tolist())
                if met is not None:
                    found.append(met)
        return found

    def hits_exactly(self, direction: Sequence[int]) -> list[int]:
        """The same for one direction of integers of any size: one facet or none."""
        met = self._first(direction, range(len(self._local)))
        return [] if met is None else [met]

    def _first(self, direction: Sequence[int], candidates: Sequence[int]) -> int | None:
        local, best, least = self._local, None, 0
        for index in candidates:
            product = sum(a * x for a, x in zip(local[index][1:], direction, strict=True))
            if product >= 0:
                continue
            if best is not None:
                gap = product * local[best][0] - least * local[index][0]
                if gap > 0 or (gap == 0 and not _turned_first(local[index], local[best])):
                    continue
            best, least = index, product
        return best


def _turned_first(row: Sequence[int], other: Sequence[int]) -> bool:
    """Whether a ray turned by `(e, e^2, ..)`, `e > 0` infinitesimal, meets ``row`` first."""
    for x, y in zip(row[1:], other[1:], strict=True):
        gap = x * other[0] - y * row[0]
        if gap:
            return gap < 0
    return False


def deeper(local: Sequence[Sequence[int]]) -> list[list[int]]:
    """The rows about a centre deeper inside, where one is found: new values, the same normals.

    A proposed centre is taken if all values at it are positive, in integers.
    """
    normals = scaled(local)
    place = _analytic_centre(normals) if np.isfinite(normals).all() else None
    if place is None or not np.isfinite(place).all() or not np.abs(place).max() > 0:
        return [list(row) for row in local]
    exponent = _BITS - int(np.frexp(np.abs(place).max())[1])
    if not 0 <= exponent <= 900:
        exponent = 0
    moved = [int(x) for x in np.rint(np.ldexp(place, exponent)).tolist()]
    scale = 1 << exponent
    result = [
        [scale * row[0] + sum(a * x for a, x in zip(row[1:], moved, strict=True)), *row[1:]]
        for row in local
    ]
    return result if all(row[0] > 0 for row in result) else [list(row) for row in local]


def _reduced(normals: Floats) -> tuple[Floats, Floats | None]:
    """The rows in coordinates of their span, and an orthonormal basis of it (d, m) if that is smaller."""
    m, d = normals.shape
    if m >= d:
        return normals, None
    basis, upper = np.linalg.qr(normals.T)
    return np.ascontiguousarray(upper.T), np.asarray(basis)


def _analytic_centre(normals: Floats) -> Floats | None:
    """About where `sum log(1 + normals x)` is greatest, held back far out; a damped Newton method."""
    if min(normals.shape) > _LARGEST_RANK:
        return None
    rows, basis = _reduced(normals)
    d = rows.shape[1]
    size = float(np.median(np.sqrt(np.square(rows).sum(axis=1))))
    if not size > 0:
        return None
    rows = rows / size
    hold, x = 1e-3, np.zeros(d)

    def height(x: Floats) -> float:
        slacks = 1 + rows @ x
        return np.inf if slacks.min() <= 0 else float(-np.log(slacks).sum() + hold / 2 * (x @ x))

    with np.errstate(all="ignore"):
        for _ in range(_NEWTON_STEPS):
            scaled_rows = rows / (1 + rows @ x)[:, None]
            slope = hold * x - scaled_rows.sum(axis=0)
            bend = scaled_rows.T @ scaled_rows
            bend[np.diag_indices(d)] += hold
            try:
                step = -np.linalg.solve(bend, slope)
            except np.linalg.LinAlgError:
                return None
            fall = float(-(slope @ step))
            length = min(1.0, 0.95 / max(1e-300, float((-(scaled_rows @ step)).max())))
            now = height(x)
            while length > 1e-8 and not height(x + length * step) <= now - 0.1 * length * fall:
                length /= 2
            x = x + length * step
            if fall < 0.25:
                break
    x = x / size
    return x if basis is None else np.asarray(basis @ x)


def whitened(normals: Floats) -> Floats:
    """Directions towards each row, float64 (m, d), integers: steepest in the metric that the rows make.

    Where that is not to be had they are the normals themselves.
    """
    if not np.isfinite(normals).all() or min(normals.shape) > _LARGEST_RANK:
        return integral(-normals)
    rows, basis = _reduced(normals)
    bend = rows.T @ rows
    bend[np.diag_indices(len(bend))] += 1e-9 * float(np.trace(bend)) / len(bend)
    try:
        aimed: Floats = -np.linalg.solve(bend, rows.T).T.astype(np.float64)
    except np.linalg.LinAlgError:
        aimed = -rows
    return integral(aimed if basis is None else np.asarray(aimed @ basis.T, np.float64))


def integral(directions: Floats) -> Floats:
    """The directions with entries rounded to 40 bits of the largest; rows that are not finite left out."""
    with np.errstate(all="ignore"):
        largest = np.abs(directions).max(axis=1, initial=0.0)
        good = np.isfinite(largest) & (largest > 0)
        return np.asarray(np.rint(directions[good] / largest[good, None] * 2.0**_BITS))
