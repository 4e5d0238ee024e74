"""A mesh against the exact level surface: faces that are missing, invented, misplaced or told twice.

A claimed face is *placed* on an exact polygon if each of its vertices is within the tolerance of the plane
of the polygon, of the inner side of each of its edges, and of its bounding box, in the maximum norm. If its
centre is, and a vertex is not, it is *misplaced*; otherwise it is *invented*. A polygon is *missed* if the
faces placed on it cover less than its area by more than moving vertices by the tolerance explains, and told
*repeatedly* if they cover more. Areas are those of the projection along the largest component of the
normal. If each corner of a face moves by at most t in the maximum norm, its area changes by at most t times
its perimeter in the 1-norm plus its number of corners times t^2. The topology is compared apart, after
welding of equal vertices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from exactpoly.crosscheck.further_claims import ClaimedMesh, Face
from exactpoly.crosscheck.numbers import nearest_float
from exactpoly.levelset.surface import Surface

__all__ = ["MeshVerdict", "judge_mesh", "welded"]

Point = tuple[Fraction, ...]


class _Polygon:
    """An exact convex polygon: its plane, the sides of its edges, and its projected area."""

    def __init__(self, corners: Sequence[Point]) -> None:
        self.corners = corners
        normal = next(
            n
            for i in range(2, len(corners))
            if any(n := _cross(_minus(corners[1], corners[0]), _minus(corners[i], corners[0])))
        )
        self.axis = max(range(3), key=lambda k: abs(normal[k]))
        self.area = _area(corners, self.axis)
        plane = (normal, _dot(normal, corners[0]))
        self._bounds = [plane, (_minus((Fraction(0),) * 3, normal), -plane[1])]
        cycle = [*corners, corners[0]]
        for a, b in pairwise(cycle):
            side = _cross(_minus(b, a), normal)
            # The polygon is on one side of each of its edges: turn the normal away from it.
            if any(_dot(side, c) > _dot(side, a) for c in corners):
                side = _minus((Fraction(0),) * 3, side)
            self._bounds.append((side, _dot(side, a)))
        for k in range(3):
            unit = tuple(Fraction(i == k) for i in range(3))
            self._bounds.append((unit, max(c[k] for c in corners)))
            self._bounds.append((_minus((Fraction(0),) * 3, unit), -min(c[k] for c in corners)))
        self._sizes = [sum(abs(x) for x in a) for a, _ in self._bounds]

    def distance(self, point: Point) -> Fraction:
        """How far a point is beyond the plane, a side or the box, at most; 0 on the polygon."""
        return max(
            max(Fraction(0), _dot(a, point) - b) / size
            for (a, b), size in zip(self._bounds, self._sizes, strict=True)
        )


class MeshVerdict:
    """Details of what is wrong with a mesh; all empty if nothing is."""

    def __init__(self) -> None:
        self.missed: list[dict[str, object]] = []
        self.invented: list[dict[str, object]] = []
        self.misplaced: list[dict[str, object]] = []
        self.repeated: list[dict[str, object]] = []
        self.topology: list[dict[str, object]] = []


def judge_mesh(claim: ClaimedMesh, exact: Surface, tolerance: Fraction) -> MeshVerdict:
    """Judge a mesh; ``tolerance`` is relative to the largest coordinate of the surface, or 1."""
    verdict = MeshVerdict()
    size = max((abs(x) for point in exact.points for x in point), default=Fraction(0))
    reach = tolerance * max(Fraction(1), size)
    polygons = [_Polygon([exact.points[v] for v in cycle]) for cycle in exact.polygons]
    places = _Places(polygons, reach)
    covered: list[list[Sequence[Point]]] = [[] for _ in polygons]
    for index, face in enumerate(claim.faces):
        corners = [claim.vertices[v] for v in face]
        center = tuple(sum(axis, Fraction(0)) / len(corners) for axis in zip(*corners, strict=True))
        near = [p for p in places.around(center) if polygons[p].distance(center) <= reach]
        off = {p: max(polygons[p].distance(c) for c in corners) for p in near}
        on = [p for p in near if off[p] <= reach]
        told: dict[str, object] = {"face": index, "center": _words(center)}
        if on:
            covered[min(on, key=lambda p: (off[p], p))].append(corners)
        elif near:
            best = min(near, key=lambda p: (off[p], p))
            verdict.misplaced.append(told | {"polygon": best, "error": str(off[best])})
        else:
            verdict.invented.append(told)
    for index, (polygon, faces) in enumerate(zip(polygons, covered, strict=True)):
        _judge_cover(verdict, index, polygon, faces, reach)
    _judge_topology(verdict, claim, exact)
    return verdict


def _judge_cover(
    verdict: MeshVerdict,
    index: int,
    polygon: _Polygon,
    faces: list[Sequence[Point]],
    reach: Fraction,
) -> None:
    area = sum((_area(face, polygon.axis) for face in faces), Fraction(0))
    slack = sum(
        (_perimeter(face, polygon.axis) * reach + len(face) * reach**2)
        for face in (faces or [polygon.corners])
    )
    if abs(area - polygon.area) <= slack:
        return
    told = {
        "polygon": index,
        "covered": str(area / polygon.area),
        "vertices": [_words(corner) for corner in polygon.corners],
    }
    (verdict.missed if area < polygon.area else verdict.repeated).append(told)


def _judge_topology(verdict: MeshVerdict, claim: ClaimedMesh, exact: Surface) -> None:
    mesh = welded(claim.vertices, claim.faces)
    for name, stated, true in (
        ("Euler characteristic", mesh.euler, exact.euler),
        ("parts", len(mesh.components), len(exact.components)),
        (
            "Euler characteristics of the parts",
            sorted(chi for chi, _ in mesh.components),
            sorted(chi for chi, _ in exact.components),
        ),
        ("closed", not mesh.boundary_edges, not exact.boundary_edges),
        ("edges in three faces or more", _crowded(mesh), _crowded(exact)),
    ):
        # The number of crowded edges depends on the subdivision; whether there are any does not.
        same = bool(stated) == bool(true) if name.startswith("edges") else stated == true
        if not same:
            verdict.topology.append({"of": name, "claimed": _spell(stated), "exact": _spell(true)})


def _spell(value: object) -> object:
    return [str(x) for x in value] if isinstance(value, list) else str(value)


def _crowded(surface: Surface) -> int:
    uses: Counter[tuple[int, int]] = Counter()
    for cycle in surface.polygons:
        uses.update(_edges(cycle))
    return sum(1 for n in uses.values() if n > 2)


def welded(vertices: Sequence[Point], faces: Sequence[Face]) -> Surface:
    """The surface that is left where equal vertices are one, without collapsed faces and loose vertices."""
    number: dict[Point, int] = {}
    cycles: list[Face] = []
    for face in faces:
        corners = [vertices[v] for v in face]
        cycle = [c for i, c in enumerate(corners) if c != corners[i - 1]]
        if len(set(cycle)) >= 3:
            cycles.append(tuple(number.setdefault(c, len(number)) for c in cycle))
    edges = sorted({edge for cycle in cycles for edge in _edges(cycle)})
    return Surface(tuple(number), tuple(cycles), tuple(edges), (), False)


def _edges(cycle: Sequence[int]) -> list[tuple[int, int]]:
    return [(min(a, b), max(a, b)) for a, b in pairwise([*cycle, cycle[0]])]


class _Places:
    """Polygons whose boxes may hold a point: found in floats with a margin for rounding."""

    def __init__(self, polygons: Sequence[_Polygon], reach: Fraction) -> None:
        corners = [np.array([[nearest_float(x) for x in c] for c in p.corners]) for p in polygons]
        self._low = np.array([c.min(axis=0) for c in corners]).reshape(-1, 3)
        self._high = np.array([c.max(axis=0) for c in corners]).reshape(-1, 3)
        self._margin = (1 + 2.0**-40) * nearest_float(reach)

    def around(self, point: Point) -> list[int]:
        """Numbers of polygons; those that are left out do not contain the point within the tolerance."""
        target = np.array([nearest_float(x) for x in point])
        scale = np.abs(self._low) + np.abs(self._high) + np.abs(target)
        margin = self._margin + 2.0**-50 * scale
        inside = (self._low - margin <= target) & (target <= self._high + margin)
        return [int(i) for i in np.flatnonzero(inside.all(axis=1))]


def _area(corners: Sequence[Point], axis: int) -> Fraction:
    flat = [tuple(x for k, x in enumerate(c) if k != axis) for c in corners]
    total = sum((a[0] * b[1] - a[1] * b[0] for a, b in pairwise([*flat, flat[0]])), Fraction(0))
    return abs(total) / 2


def _perimeter(corners: Sequence[Point], axis: int) -> Fraction:
    cycle = pairwise([*corners, corners[0]])
    return sum((abs(b[k] - a[k]) for a, b in cycle for k in range(3) if k != axis), Fraction(0))


def _minus(a: Point, b: Point) -> Point:
    return tuple(x - y for x, y in zip(a, b, strict=True))


def _dot(a: Point, b: Point) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def _cross(a: Point, b: Point) -> Point:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _words(point: Point) -> list[str]:
    return [str(x) for x in point]
