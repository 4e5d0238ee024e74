"""Bounded polytopes as domains: given by half-spaces in any number and order, kept without redundant ones.

What is kept is the same whatever described the polytope: its facets, each by primitive integers, in order.
So sides mean facets, equal polytopes are equal, and a box that was given by half-spaces is a box.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactpoly.domain.domain import Bounds, Domain, inequality_text
from exactpoly.errors import InputError
from exactpoly.polyhedra.interior import Minimum, largest_cube
from exactpoly.polyhedra.polyhedron import homogeneous, primitive
from exactpoly.polyhedra.redundancy import irredundant

__all__ = ["HalfSpaces", "Polytope", "of_half_spaces"]

HalfSpaces = Sequence[tuple[Sequence[Fraction], Fraction]]
"""(a, b) each, for `a.x + b >= 0`."""

_MOST_SIDES = 32
"""Sides have a bit each in the masks of cells."""
_MOST_GIVEN = 2_000


class Polytope(Domain):
    """A bounded polytope with an interior, not a box. ``rows``: its facets as primitive integers
    `(a_1, .., a_d, b)`, `a.x + b >= 0`, increasing; side `s` is facet `s`. Made by `of_half_spaces`.

    >>> Polytope.parse("x0 >= 0, x1 >= 0, 2*x0 + 2*x1 <= 1, x0 <= 7", 2).rows
    ((-2, -2, 1), (0, 1, 0), (1, 0, 0))
    """

    rows: tuple[tuple[int, ...], ...]

    def __init__(self, dimension: int, rows: tuple[tuple[int, ...], ...], around: Bounds) -> None:
        for name, value in (("dimension", dimension), ("rows", rows), ("_around", around)):
            object.__setattr__(self, name, value)

    @property
    def box_around(self) -> Bounds:
        around: Bounds = self.__dict__["_around"]
        return around

    @property
    def bounds(self) -> Bounds | None:
        """Raises `InputError`: what asks for the bounds of a box cannot deal with polytopes."""
        raise InputError(f"domain: this needs a box or R^d; {self} is a polytope")

    @property
    def is_box(self) -> bool:
        return False

    @property
    def is_space(self) -> bool:
        return False

    @property
    def n_sides(self) -> int:
        return len(self.rows)

    def side_forms(self) -> list[list[int]]:
        return [list(row) for row in self.rows]

    def inequalities(self) -> list[tuple[tuple[Fraction, ...], Fraction]]:
        return [(tuple(map(Fraction, row[:-1])), Fraction(row[-1])) for row in self.rows]

    def contains(self, point: tuple[Fraction, ...], *, strictly: bool = False) -> bool:
        values = (
            sum((a * x for a, x in zip(row, point, strict=False)), Fraction(row[-1]))
            for row in self.rows
        )
        return all(v > 0 if strictly else v >= 0 for v in values)

    def to_json(self) -> object:
        return {"half_spaces": [[str(x) for x in row] for row in self.rows]}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polytope) and other.rows == self.rows

    def __hash__(self) -> int:
        return hash(self.rows)

    def __repr__(self) -> str:
        return f"Polytope({str(self)!r})"

    def __reduce__(self) -> tuple[type[Polytope], tuple[object, ...]]:
        return Polytope, (self.dimension, self.rows, self.box_around)

    def __str__(self) -> str:
        return ", ".join(map(inequality_text, self.rows))


def of_half_spaces(given: HalfSpaces, dimension: int) -> Domain:
    """The polytope of all `x` with `a.x + b >= 0` for each (a, b): a `Polytope`, or a box as a `Domain`.

    Redundant and repeated half-spaces are ordinary. Raises `InputError` where there is no interior, for
    unbounded polyhedra, and where there are more than 32 facets or 2,000 half-spaces.
    """
    if len(given) > _MOST_GIVEN:
        raise InputError(
            f"domain: {len(given)} half-spaces are given; at most {_MOST_GIVEN} are read, so leave out"
            " redundant ones"
        )
    lines = dict.fromkeys(primitive((b, *a)) for a, b in given)
    if any(line[0] < 0 for line in lines if not any(line[1:])):
        raise InputError("domain: a half-space is empty: its inequality says that 0 >= 1")
    rows = [line for line in lines if any(line[1:])]
    cube = largest_cube(
        [(tuple(Fraction(-x) for x in row[1:]), Fraction(row[0])) for row in rows], dimension
    )
    if cube is None:
        raise InputError(
            "domain: the half-spaces have no interior in common: the polytope is empty or of lower"
            " dimension; for a section of a network use a slice"
        )
    centre = homogeneous(cube[0])
    rows = [rows[i] for i in irredundant(rows, centre)]
    around = _box_around(rows, centre)
    if len(rows) == 2 * dimension and all(sum(map(bool, row[1:])) == 1 for row in rows):
        return Domain(dimension, around)
    if len(rows) > _MOST_SIDES:
        raise InputError(
            f"domain: the polytope has {len(rows)} facets; domains have at most {_MOST_SIDES}"
        )
    return Polytope(dimension, tuple(sorted((*row[1:], row[0]) for row in rows)), around)


def _box_around(rows: Sequence[Sequence[int]], centre: Sequence[int]) -> Bounds:
    """The exact extent along each axis. Raises `InputError` where there is no end."""
    # In coordinates y = q (x - c) with the centre (q, q c) all constants are positive.
    local = [[sum(x * y for x, y in zip(row, centre, strict=True)), *row[1:]] for row in rows]
    dimension, scale = len(centre) - 1, centre[0]
    minimum = Minimum(local, dimension)
    bounds = []
    for axis in range(dimension):
        ends = []
        for sign in (1, -1):
            form = [0] * (dimension + 1)
            form[axis + 1] = sign
            place = minimum.place(form)
            if place is None:
                raise InputError(
                    f"domain: the polyhedron is unbounded along x{axis}; bound it by more"
                    " half-spaces, or give R^d"
                )
            ends.append((place[axis] + centre[axis + 1]) / scale)
        bounds.append((ends[0], ends[1]))
    return tuple(bounds)
