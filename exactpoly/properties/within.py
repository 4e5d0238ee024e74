"""A polytope as a box with half-spaces that go with every constraint."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactpoly.network.constraints import Bounds, Constraint, Functional
from exactpoly.properties.linear_program import maximum

__all__ = ["HalfSpaces", "inner_point", "inside", "shifted", "within"]

HalfSpaces = Sequence[Sequence[int]]
"""Integers ``(a_1, .., a_d, b)``: `a.x + b >= 0`."""

Point = tuple[Fraction, ...]


def within(half_spaces: HalfSpaces, outputs: int, *, strict: bool) -> tuple[Constraint, ...]:
    """The half-spaces as constraints of a network with so many outputs."""
    zero = (Fraction(0),) * outputs
    return tuple(
        Constraint(Functional(zero, tuple(map(Fraction, a)), Fraction(b)), strict)
        for *a, b in half_spaces
    )


def shifted(half_spaces: HalfSpaces) -> list[list[int]]:
    """The half-spaces as rows ``(b, a_1, .., a_d)`` of a linear program."""
    return [[b, *a] for *a, b in half_spaces]


def inside(half_spaces: HalfSpaces, point: Point) -> bool:
    """Whether a point lies in all of them."""
    return all(
        sum((c * x for c, x in zip(a, point, strict=True)), Fraction(b)) >= 0
        for *a, b in half_spaces
    )


def inner_point(bounds: Bounds, half_spaces: HalfSpaces) -> Point:
    """The centre of a box, or where it lies outside, a point at which the least inequality is largest.

    Inequalities are measured as they are written, in integers.

    >>> box = ((Fraction(0), Fraction(1)),) * 2
    >>> [str(x) for x in inner_point(box, [(-3, -3, 2)])]
    ['2/7', '2/7']
    """
    center = tuple((a + b) / 2 for a, b in bounds)
    if not half_spaces or inside(half_spaces, center):
        return center
    sides = [
        [-sign * end.numerator, *(sign * end.denominator * (i == axis) for i in range(len(bounds)))]
        for axis, pair in enumerate(bounds)
        for end, sign in zip(pair, (1, -1), strict=True)
    ]
    rows: list[list[int]] = [[*row, -1] for row in [*sides, *shifted(half_spaces)]]
    place = [Fraction(1), *center]
    level = min(sum(c * x for c, x in zip(row, place, strict=False)) for row in rows)
    found = maximum(rows, [0] * (len(bounds) + 1) + [1], [*center, Fraction(level)])
    return found.point[:-1]
