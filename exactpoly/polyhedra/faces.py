"""The faces of one polyhedron, from nothing but which generators satisfy which inequality tightly.

A set of generators is a bit mask. The generators on a face are the intersection of those on the
facets that contain it, and every such intersection that holds a point is a face (Ziegler, Lectures
on Polytopes, 2.2; the points are needed because an intersection of directions alone is a face "at
infinity"). Lines lie on every face. So the face lattice, and with it every dimension, is
combinatorics once double description has given the generators.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import factorial

__all__ = ["determinant", "face_lattice", "facet_groups", "maximal", "pulling_volume"]


def maximal(masks: Sequence[int]) -> list[int]:
    """The distinct masks that are not contained in another one, in order of first occurrence."""
    distinct = list(dict.fromkeys(masks))
    return [m for m in distinct if not any(m != other and m & other == m for other in distinct)]


def facet_groups(tight: Sequence[int], points: int, everything: int) -> list[tuple[int, list[int]]]:
    """For each facet its generators and the inequalities that define it.

    ``tight``: for each inequality the mask of generators on which it holds with equality;
    ``points``: mask of the generators that are points; ``everything``: mask of all generators.
    An inequality defines a facet iff its mask holds a point, is not everything, and is maximal
    among such masks: every proper face lies in a facet.
    """
    proper = [mask for mask in tight if mask & points and mask != everything]
    return [
        (mask, [i for i, other in enumerate(tight) if other == mask]) for mask in maximal(proper)
    ]


def face_lattice(facets: Sequence[int], points: int, everything: int) -> list[list[int]]:
    """Masks of all nonempty faces, by codimension: entry 0 is the polyhedron itself.

    The facets of a face `F` are the maximal ones among its intersections with the facets that do
    not contain it, since face lattices are graded and every face is an intersection of facets.
    """
    levels = [[everything]]
    while True:
        below: dict[int, None] = {}
        for face in levels[-1]:
            cuts = [face & facet for facet in facets if face & facet != face]
            below.update(dict.fromkeys(maximal([cut for cut in cuts if cut & points])))
        if not below:
            return levels
        levels.append(list(below))


def pulling_volume(
    levels: Sequence[Sequence[int]], vertices: Sequence[Sequence[Fraction]]
) -> Fraction:
    """Exact volume of a polytope: the sum over its pulling triangulation.

    ``levels``: its `face_lattice`; ``vertices``: the points that bit 0, 1, .. stand for. Each face
    is the union of the simplices spanned by its first vertex and those of the facets of that face
    which do not contain it.
    """
    total = Fraction(0)
    for simplex in _pull(levels, 0, levels[0][0]):
        apex = vertices[simplex[0]]
        edges = [[x - a for x, a in zip(vertices[v], apex, strict=True)] for v in simplex[1:]]
        total += abs(determinant(edges))
    return total / factorial(len(levels) - 1)


def _pull(levels: Sequence[Sequence[int]], codimension: int, face: int) -> Iterator[list[int]]:
    apex = (face & -face).bit_length() - 1
    if codimension + 1 == len(levels):
        yield [apex]
        return
    for facet in levels[codimension + 1]:
        if facet & face == facet and not facet >> apex & 1:
            for simplex in _pull(levels, codimension + 1, facet):
                yield [apex, *simplex]


def determinant(matrix: Sequence[Sequence[Fraction]]) -> Fraction:
    """Exact determinant by elimination."""
    rows = [list(row) for row in matrix]
    result = Fraction(1)
    for column in range(len(rows)):
        pivot = next((i for i in range(column, len(rows)) if rows[i][column]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != column:
            rows[column], rows[pivot] = rows[pivot], rows[column]
            result = -result
        result *= rows[column][column]
        for i in range(column + 1, len(rows)):
            factor = rows[i][column] / rows[column][column]
            rows[i] = [x - factor * y for x, y in zip(rows[i], rows[column], strict=True)]
    return result
