"""The level set of a network on `R^2` or a rectangle as polygonal curves, exactly.

Decided: whether it is a 1-manifold (with ends on the rectangle), which pieces are closed, which run to
infinity and in which direction; orientation, so that `f > c` lies on the left; the area that a closed piece
encloses. Vertices are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from exactpoly.arithmetic.rational import exact_text, significant
from exactpoly.errors import InputError
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.cellset import CellSet
from exactpoly.levelset.conventions import CURVE

__all__ = ["Curve", "Path", "curve"]

Point = tuple[Fraction, ...]


@dataclass(frozen=True)
class Path:
    """One piece between ends or branch points, or one closed piece.

    ``vertices``: exact points in order; a closed path does not repeat its first. ``start_ray``,
    ``end_ray``: the direction in which it goes on to infinity from its first or last vertex, or None.
    ``oriented``: whether `f > c` lies on the left, or at least `f < c` on the right, of every edge.
    A straight line without vertices has one point on it and two rays.
    """

    vertices: tuple[Point, ...]
    closed: bool
    start_ray: Point | None
    end_ray: Point | None
    oriented: bool

    @property
    def signed_area(self) -> Fraction | None:
        """Area enclosed by a closed path, positive where it goes counterclockwise; else None.

        With `f > c` on the left that is where `f > c` is inside; around a hole in `{f > c}` it is negative.
        """
        if not self.closed:
            return None
        following = (*self.vertices[1:], self.vertices[0])
        pairs = zip(self.vertices, following, strict=True)
        return sum((a[0] * b[1] - a[1] * b[0] for a, b in pairs), Fraction(0)) / 2

    def to_json(self) -> dict[str, Any]:
        """Vertices and rays as text."""
        area = self.signed_area
        return {
            "closed": self.closed,
            "oriented": self.oriented,
            "vertices": [[exact_text(x) for x in point] for point in self.vertices],
            "start_ray": None
            if self.start_ray is None
            else [exact_text(x) for x in self.start_ray],
            "end_ray": None if self.end_ray is None else [exact_text(x) for x in self.end_ray],
            "signed_area": None if area is None else exact_text(area),
            "signed_area_about": None if area is None else significant(area),
        }


@dataclass(frozen=True, repr=False)
class Curve:
    """All paths; ``faults``: why the set is no 1-manifold, empty if it is; ``points``: isolated points."""

    paths: tuple[Path, ...]
    points: tuple[Point, ...]
    faults: tuple[str, ...]

    @property
    def manifold(self) -> bool:
        """Whether it is a curve, with or without ends."""
        return not self.faults

    def to_json(self) -> dict[str, Any]:
        """The verdicts, and every path."""
        return {
            "manifold": self.manifold,
            "oriented": all(path.oriented for path in self.paths),
            "closed_paths": sum(path.closed for path in self.paths),
            "open_paths": sum(not path.closed for path in self.paths),
            "paths_to_infinity": sum(
                path.start_ray is not None or path.end_ray is not None for path in self.paths
            ),
            "isolated_points": [[exact_text(x) for x in point] for point in self.points],
            "faults": list(self.faults),
            "paths": [path.to_json() for path in self.paths],
            "conventions": CURVE,
        }

    def __repr__(self) -> str:
        kind = "manifold" if self.manifold else "no manifold"
        return f"<curve f = c, {kind}, f > c on the left: {len(self.paths)} paths>"


def curve(zero: CellSet, signs: np.ndarray) -> Curve:
    """The curve `{f = c}` of a network with two inputs.

    ``zero``: the set; ``signs``: of `f - c` on all cells of its arrangement. Raises `InputError` in another
    dimension.
    """
    arrangement = zero.arrangement
    if arrangement.dimension != 2:
        raise InputError(f"curve: the input dimension is {arrangement.dimension}; it must be 2")
    offsets, shown = arrangement.offsets, arrangement.shown
    edges = [e for e in range(offsets[1], offsets[2]) if zero.marks[e] and shown[e]]
    ends = {e: _directed(arrangement, signs, e) for e in edges}
    at: dict[int, list[int]] = {}
    for e in edges:
        a, b, _ = ends[e]
        at.setdefault(a, []).append(e)
        at.setdefault(b, []).append(e)
    solid = int(np.count_nonzero(zero.marks[offsets[2] :] & shown[offsets[2] :]))
    branches = [v for v, own in at.items() if shown[v] and len(own) > 2]
    lonely = [v for v in range(offsets[1]) if zero.marks[v] and shown[v] and v not in at]
    faults = [f"f is c on {solid} two-dimensional cells"] if solid else []
    if branches:
        (point,) = arrangement.cells.coordinates.points([branches[0]])
        words = ", ".join(map(str, point))
        faults.append(f"{len(branches)} points lie on more than two edges, such as ({words})")
    if lonely and not solid:
        faults.append(f"{len(lonely)} points are isolated")
    paths = tuple(_path(arrangement, walk, ends) for walk in _walks(edges, ends, at, shown))
    return Curve(
        paths, tuple(arrangement.cells.coordinates.points(lonely) if lonely else ()), tuple(faults)
    )


def _directed(arrangement: Arrangement, signs: np.ndarray, edge: int) -> tuple[int, int, bool]:
    """The ends of an edge so that `f > c` is on the left, or `f < c` on the right; whether `f` says so."""
    chains = arrangement.chains
    a, b = (int(v) for v in chains.facets[chains.start[edge] : chains.start[edge + 1]])
    start, up = chains.cofaces
    beside = [int(c) for c in up[start[edge] : start[edge + 1]]]
    values = sorted(int(signs[c]) for c in beside)
    told = next((c for c in sorted(beside, key=lambda c: -int(signs[c])) if signs[c]), None)
    oriented = values in ([-1, 1], [-1], [1])
    if told is None:
        return a, b, False
    here, there = arrangement.point(edge), arrangement.point(told)
    dx, dy = _direction(arrangement, a, b)
    left = dx * (there[1] - here[1]) - dy * (there[0] - here[0]) > 0
    return (a, b, oriented) if left == (signs[told] > 0) else (b, a, oriented)


def _direction(arrangement: Arrangement, a: int, b: int) -> Point:
    """A vector from one end of an edge towards the other, either of which may be at infinity."""
    coordinates = arrangement.cells.coordinates
    far = coordinates.points([a, b], 1)
    if any(far[1]):
        return tuple(far[1])
    if any(far[0]):
        return tuple(-x for x in far[0])
    near = coordinates.points([a, b])
    return tuple(y - x for x, y in zip(*near, strict=True))


Ends = dict[int, tuple[int, int, bool]]


def _walks(
    edges: list[int], ends: Ends, at: dict[int, list[int]], shown: np.ndarray
) -> list[tuple[list[int], list[int]]]:
    """Maximal walks through vertices on two edges: (vertices, edges); closed ones repeat the first."""

    def inner(v: int) -> bool:
        return bool(shown[v]) and len(at[v]) == 2

    left = dict.fromkeys(edges)
    walks = []
    starts = [e for e in edges if not inner(ends[e][0]) or not inner(ends[e][1])]
    for first in [*starts, *edges]:
        if first not in left:
            continue
        a, b, _ = ends[first]
        backward = inner(a) and not inner(b)
        vertices, used = ([b, a] if backward else [a, b]), [first]
        del left[first]
        while inner(vertices[-1]) and vertices[-1] != vertices[0]:
            here = vertices[-1]
            following = next(e for e in at[here] if e in left)
            del left[following]
            used.append(following)
            p, q, _ = ends[following]
            vertices.append(q if p == here else p)
        walks.append((vertices[::-1], used[::-1]) if backward else (vertices, used))
    return walks


def _path(arrangement: Arrangement, walk: tuple[list[int], list[int]], ends: Ends) -> Path:
    """A walk with its points, turned so that its first edge has the right side on the left."""
    vertices, edges = walk
    if ends[edges[0]][0] != vertices[0] or (len(edges) == 2 and ends[edges[0]][1] != vertices[1]):
        vertices, edges = vertices[::-1], edges[::-1]
    forward = all(ends[e][0] == v for e, v in zip(edges, vertices, strict=False))
    oriented = forward and all(ends[e][2] for e in edges)
    coordinates, shown = arrangement.cells.coordinates, arrangement.shown
    finite = [v for v in vertices if shown[v]]
    closed = len(vertices) > 2 and vertices[0] == vertices[-1]
    rays: list[Point | None] = [None, None]
    for which, v in ((0, vertices[0]), (1, vertices[-1])):
        if not shown[v]:
            (far,) = coordinates.points([v], 1)
            rays[which] = tuple(far)
    points = coordinates.points(finite[:-1] if closed else finite)
    if not finite:
        points = [arrangement.point(edges[0])]
    return Path(tuple(tuple(p) for p in points), closed, rays[0], rays[1], oriented)
