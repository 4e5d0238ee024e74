"""The lattice of an affine subspace: integer points of `R^n` in coordinates of their own affine hull.

Let the rows of `D` be differences of integer points. The Hermite normal form of ``[D^T | I]`` is
``V [D^T | I]`` with `V` unimodular, and its left block has as many nonzero rows as `D` has rank, all on
top. So `x -> V x` maps `Z^n` onto itself and the span of the differences onto that of the first `rank`
axes: those entries of `V x` are coordinates for *all* integer points of the span, not only for those that
the differences generate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from flint import fmpz_mat

__all__ = ["Chart", "Point", "lattice_distance"]

Point = tuple[int, ...]


@dataclass(frozen=True)
class Chart:
    """Coordinates of the integer points of an affine subspace of `R^n`.

    ``origin``: a point of it; ``dimension``: its dimension `m`; ``matrix``: unimodular, `n` rows, whose
    first `m` rows give the coordinates and whose others vanish on the subspace's directions.

    >>> chart = Chart.of([(0, 0), (2, 4)])
    >>> chart.dimension, chart.coordinates([(1, 2), (3, 6)])
    (1, [(1,), (3,)])
    """

    origin: Point
    dimension: int
    matrix: tuple[Point, ...]

    @classmethod
    def of(cls, points: Sequence[Point]) -> Chart:
        """The chart of the affine hull of ``points``, a nonempty list."""
        origin, n = points[0], len(points[0])
        differences = [[x - y for x, y in zip(p, origin, strict=True)] for p in points[1:]]
        rows = [
            [*(d[axis] for d in differences), *(int(axis == i) for i in range(n))]
            for axis in range(n)
        ]
        table = [[int(x) for x in row] for row in fmpz_mat(rows).hnf().tolist()] if n else []
        rank = sum(any(row[: len(differences)]) for row in table)
        return cls(origin, rank, tuple(tuple(row[len(differences) :]) for row in table))

    def coordinates(self, points: Sequence[Point]) -> list[Point]:
        """The coordinates of integer points of the subspace, `dimension` integers each."""
        rows = self.matrix[: self.dimension]
        result = []
        for point in points:
            shift = [x - y for x, y in zip(point, self.origin, strict=True)]
            result.append(
                tuple(sum(a * x for a, x in zip(row, shift, strict=True)) for row in rows)
            )
        return result

    def form(self, coefficients: Sequence[int]) -> Point:
        """A linear form in the coordinates as one on `R^n`."""
        n = len(self.origin)
        rows = self.matrix[: self.dimension]
        return tuple(
            sum(c * row[axis] for c, row in zip(coefficients, rows, strict=True))
            for axis in range(n)
        )

    def has_direction(self, vector: Sequence[int]) -> bool:
        """Whether a vector is parallel to the subspace."""
        rest = self.matrix[self.dimension :]
        return not any(sum(a * x for a, x in zip(row, vector, strict=True)) for row in rest)


def lattice_distance(points: Sequence[Point], apex: Point) -> int:
    """Distance of ``apex`` from the hyperplane that ``points`` span, in units of its primitive form.

    ``points``: integer points of `Z^m` whose affine hull has dimension `m - 1`.
    """
    origin = points[0]
    differences = [[x - y for x, y in zip(p, origin, strict=True)] for p in points[1:]]
    if not differences:  # m = 1
        return abs(apex[0] - origin[0])
    kernel, _ = fmpz_mat(differences).nullspace()
    normal = [int(kernel[i, 0]) for i in range(len(origin))]
    height = sum(u * (a - o) for u, a, o in zip(normal, apex, origin, strict=True))
    return abs(height) // gcd(*normal)
