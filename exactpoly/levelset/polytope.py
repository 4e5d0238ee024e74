"""Whether a bounded component is a convex polytope, decided; and its faces (proofs/topology.md, 11).

Cells of a complex that lie in one face of the polytope are merged: the 24-cell as a sublevel set has 33
vertices and 112 walls as a union of cells, and (24, 96, 96, 24) faces as a polytope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm

import numpy as np
from flint import fmpz_mat

from exactpoly.arithmetic.rational import exact_text, significant
from exactpoly.errors import InputError, InternalError
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.cellset import Component, closure

__all__ = ["Polytope", "as_polytope"]

Point = tuple[Fraction, ...]
Form = tuple[int, ...]

_LONGEST = 24
"""Characters of a coordinate that are shown."""


@dataclass(frozen=True)
class Polytope:
    """The verdict on a component, and the polytope if it is one.

    ``convex``: the verdict, ``reason`` why not; ``inequalities``: primitive integers (b, a_1, .., a_d) with
    `b + a.x >= 0`, one a facet; ``vertices``: the extreme points. Both are empty if it is not convex.
    """

    dimension: int
    convex: bool
    reason: str | None
    inequalities: tuple[Form, ...] = ()
    vertices: tuple[Point, ...] = ()

    @cached_property
    def f_vector(self) -> tuple[int, ...] | None:
        """`(f_0, .., f_(d-1))`, None if it is not convex."""
        if not self.convex:
            return None
        return face_numbers(self.dimension, self.inequalities, self.vertices)


def as_polytope(component: Component) -> Polytope:
    """Decide whether a component is a convex polytope with interior.

    Raises `InputError` for an open set, for an unbounded component and for one of smaller dimension.
    """
    arrangement, d = component.owner.arrangement, component.owner.arrangement.dimension
    if not component.owner.closed:
        raise InputError("polytope: the set is open; ask its closed partner, such as sub for below")
    if not component.bounded:
        raise InputError("polytope: the component is unbounded; give a box as domain")
    if component.dimension < d:
        raise InputError(
            f"polytope: the component has dimension {component.dimension} in R^{d}, so no interior"
        )
    regions = component.cells[component.cells >= arrangement.offsets[d]]
    inside = closure(arrangement, regions)
    if np.count_nonzero(inside) != len(component.cells):
        return Polytope(d, False, "it is not the closure of its interior")
    points = _points(arrangement, component.cells[component.cells < arrangement.offsets[1]])
    places, table = list(points.values()), fmpz_mat([_homogeneous(p) for p in points.values()])
    on: dict[Form, list[int]] = {}
    for form in _wall_forms(arrangement, regions, points):
        if form in on:
            continue
        values = (table * fmpz_mat([[x] for x in form])).entries()
        on[form] = [v for v, value in enumerate(values) if not value]
        outside = next((v for v, value in enumerate(values) if value < 0), None)
        if outside is not None:
            words = ", ".join(map(_short, places[outside]))
            return Polytope(d, False, f"the vertex ({words}) lies beyond a wall of it")
    normals: list[list[tuple[int, ...]]] = [[] for _ in places]
    for form, vertices in on.items():
        for v in vertices:
            normals[v].append(form[1:])
    extreme = sorted(p for p, own in zip(places, normals, strict=True) if _rank(own) == d)
    return Polytope(d, True, None, tuple(sorted(on)), tuple(extreme))


def _short(x: Fraction) -> str:
    """A coordinate exactly, or where that is long as a decimal, marked so."""
    exact = exact_text(x)
    return exact if len(exact) <= _LONGEST else f"≈{significant(x)}"


def _homogeneous(point: Point) -> list[int]:
    common = lcm(*(x.denominator for x in point))
    return [common, *(int(x * common) for x in point)]


def _points(arrangement: Arrangement, vertices: np.ndarray) -> dict[int, Point]:
    numbers = [int(v) for v in vertices]
    return dict(zip(numbers, arrangement.cells.coordinates.points(numbers), strict=True))


def _wall_forms(
    arrangement: Arrangement, regions: np.ndarray, points: dict[int, Point]
) -> Iterator[Form]:
    """The form of each wall with one region of the set, nonnegative on that region."""
    d, cells = arrangement.dimension, arrangement.cells
    own = {int(r) - arrangement.offsets[d] for r in regions}
    lists = cells.facets(d)
    holders: dict[int, list[int]] = {}
    for region in own:
        for wall in lists.entries[lists.start[region] : lists.start[region + 1]].tolist():
            holders.setdefault(wall, []).append(region)
    for wall, regions_there in holders.items():
        if len(regions_there) == 1:
            on_wall = [points[int(v)] for v in cells.vertices_of(d - 1, wall)]
            form = hyperplane(on_wall)
            others = (points[int(v)] for v in cells.vertices_of(d, regions_there[0]))
            side = next(value for p in others if (value := _value(form, p)))
            yield form if side > 0 else tuple(-x for x in form)


def hyperplane(points: Iterable[Point]) -> Form:
    """The primitive integer form (b, a) that vanishes on points which span a hyperplane, up to sign."""
    basis, rank = fmpz_mat([_homogeneous(point) for point in points]).nullspace()
    if rank != 1:
        raise InternalError("the vertices of a wall do not span a hyperplane")
    form = [int(basis[i, 0]) for i in range(basis.nrows())]
    divisor = gcd(*form)
    return tuple(x // divisor for x in form)


def _value(form: Form, point: Point) -> Fraction:
    return form[0] + sum((a * x for a, x in zip(form[1:], point, strict=True)), Fraction(0))


def _rank(rows: list[tuple[int, ...]]) -> int:
    return int(fmpz_mat([list(row) for row in rows]).rank()) if rows else 0


def face_numbers(
    dimension: int, inequalities: Iterable[Form], vertices: Iterable[Point]
) -> tuple[int, ...]:
    """Number of faces of each dimension, by intersecting the vertex sets of facets."""
    points = list(vertices)
    facets = [
        frozenset(i for i, p in enumerate(points) if not _value(form, p)) for form in inequalities
    ]
    numbers, level = [], set(facets)
    for _ in range(dimension):
        numbers.append(len(level))
        below: set[frozenset[int]] = set()
        for face in level:
            parts = {face & facet for facet in facets} - {face, frozenset()}
            below |= {p for p in parts if not any(p < other for other in parts)}
        level = below
    return tuple(reversed(numbers))
