"""Gordan's alternative, exactly: a vector that all rows are positive on, or a combination that vanishes.

For integer rows `a_1, .., a_m` exactly one holds (P. Gordan 1873; Schrijver, Theory of Linear and Integer
Programming, 7.8): some `w` has `a_i.w > 0` for all `i`; or some `y >= 0`, not 0, has `sum y_i a_i = 0`.
Separation of two point sets, and membership in a convex hull, are of this form.

Wolfe's method for the point of smallest norm in the convex hull of the rows (P. Wolfe, Math. Programming 11
(1976)) runs in floats and *proposes*: its points are candidates for `w`, which integers then decide, and
where the hull seems to contain 0 the rows that it names have an exact linear dependence, or not. Where a
proposal fails the exact simplex method takes over, on a few rows at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from flint import fmpz_mat

from exactpoly.errors import InternalError
from exactpoly.polyhedra.simplex import ExactSimplex

__all__ = ["Alternative", "exact_products", "gordan"]

_ZERO = 1e-22
"""Squared norm, of a point in a hull of unit vectors, below which an exact dependence is tried."""
_ROUNDS = 20
"""Iterations for each row and column before the float method is given up."""
_BITS = (8, 16, 24, 36, 48)
"""Bits of the entries of proposed vectors; the first that is right is taken."""
_ADDED = 30
_BLAND_AFTER = 60


@dataclass(frozen=True)
class Alternative:
    """Exactly one is given.

    ``vector``: primitive integers, with a positive product with every row; ``multipliers``: positive
    integers without a common factor, index of a row -> multiplier, whose combination of rows is 0.
    """

    vector: tuple[int, ...] | None = None
    multipliers: dict[int, int] | None = None


def gordan(rows: np.ndarray, pause: Callable[[], None] | None = None) -> Alternative:
    """Decide for integer ``rows``, shape (m, k), int64 or object, `m >= 1`.

    ``pause``: called now and then, may raise to stop. What is returned has been checked in integers.

    >>> gordan(np.array([[1, 1], [-1, 1]])).vector
    (0, 1)
    >>> gordan(np.array([[1, 1], [-1, 1], [0, -3]])).multipliers
    {0: 3, 1: 3, 2: 2}
    """
    pause = pause or (lambda: None)
    zero = np.flatnonzero(~(rows != 0).any(axis=1))
    if len(zero):
        return Alternative(multipliers={int(zero[0]): 1})
    support, answer = _by_floats(rows, pause)
    return answer or _by_simplex(rows, support, pause)


def exact_products(rows: np.ndarray, vector: Sequence[int]) -> np.ndarray:
    """`rows @ vector`, exact: in int64 where that cannot overflow, in Python's integers otherwise.

    ``rows``: integers, shape (m, k), int64 or object.
    """
    largest = max((abs(int(x)) for x in vector), default=0)
    if rows.dtype == np.int64 and largest < 2**62:
        most = int(np.abs(rows).max(initial=0))
        if most * largest * max(len(vector), 1) < 2**62:
            return np.asarray(rows @ np.array(vector, np.int64))
    return np.asarray(rows.astype(object) @ np.array(list(vector), dtype=object))


# Wolfe's method


def _by_floats(rows: np.ndarray, pause: Callable[[], None]) -> tuple[list[int], Alternative | None]:
    """The rows that the method ended with, and the answer if it is exact."""
    points, unit = _scaled(rows)
    if points is None:
        return [], None
    chosen = [int(np.argmax(points @ points.mean(axis=0)))]
    weights = np.ones(1)
    tried = 0
    for step in range(_ROUNDS * sum(rows.shape)):
        if step % 16 == 0:
            pause()
        place = weights @ points[chosen]
        products = points @ place
        square = float(place @ place)
        nearest = int(np.argmin(products))
        if products[nearest] > 0 and step >= tried:
            vector = _vector(rows, place / unit)
            if vector is not None:
                return chosen, Alternative(vector=vector)
            tried = step + 10
        if square < _ZERO or nearest in chosen or products[nearest] > square * (1 - 1e-12):
            break
        chosen.append(nearest)
        solved = _nearest_in_hull(points, chosen, np.append(weights, 0.0))
        if solved is None:
            break
        chosen, weights = solved
    multipliers = _dependence(rows, chosen)
    return chosen, None if multipliers is None else Alternative(multipliers=multipliers)


def _scaled(rows: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    """Rows as float unit vectors in columns of one size, and what columns were divided by."""
    try:
        points = rows.astype(np.float64)
    except OverflowError:
        return None, np.ones(rows.shape[1])
    size = np.abs(points).max(axis=0)
    if not np.isfinite(size).all():
        return None, size
    unit = np.sqrt(np.square(points / np.where(size > 0, size, 1)).mean(axis=0)) * size
    unit = np.where(unit > 0, unit, 1.0)
    points = points / unit
    length = np.sqrt(np.square(points).sum(axis=1))
    return (points / length[:, None] if (length > 0).all() else None), unit


def _nearest_in_hull(
    points: np.ndarray, chosen: list[int], weights: np.ndarray
) -> tuple[list[int], np.ndarray] | None:
    """Wolfe's minor cycle: the nearest point of a face of the simplex; None where floats give up."""
    gram = points[chosen] @ points[chosen].T + 1.0
    while True:
        try:
            affine = np.linalg.solve(gram, np.ones(len(chosen)))
        except np.linalg.LinAlgError:
            return None
        total = affine.sum()
        if not np.isfinite(total) or total <= 0:
            return None
        affine /= total
        if affine.min() > 1e-14:
            return chosen, affine
        falling = affine <= 1e-14
        gap = weights - affine
        ratios = np.where(falling & (gap > 0), weights / np.where(gap > 0, gap, 1), np.inf)
        step = min(1.0, float(ratios.min()))
        weights = (1 - step) * weights + step * affine
        keep = weights > 1e-14
        keep[int(np.argmin(ratios))] = False
        if not keep.any():
            return None
        chosen = [c for c, kept in zip(chosen, keep, strict=True) if kept]
        weights = weights[keep] / weights[keep].sum()
        gram = gram[np.ix_(keep, keep)]


def _vector(rows: np.ndarray, place: np.ndarray) -> tuple[int, ...] | None:
    """An integer multiple of ``place``, rounded, if all rows are positive on it."""
    largest = np.abs(place).max()
    if not np.isfinite(largest) or largest <= 0:
        return None
    for bits in _BITS:
        vector = [int(x) for x in np.rint(place / largest * 2.0**bits)]
        divisor = gcd(*vector)
        if divisor and exact_products(rows, vector).min() > 0:
            return tuple(x // divisor for x in vector)
    return None


def _dependence(rows: np.ndarray, chosen: Sequence[int]) -> dict[int, int] | None:
    """The positive multipliers of a linear dependence, if there is exactly one and it has them."""
    matrix = fmpz_mat([[int(x) for x in rows[i]] for i in chosen]).transpose()
    kernel, nullity = matrix.nullspace()
    if nullity != 1:
        return None
    values = [int(kernel[i, 0]) for i in range(len(chosen))]
    if max(values) <= 0:
        values = [-x for x in values]
    if min(values) < 0:
        return None
    return _checked(rows, dict(zip(chosen, values, strict=True)))


def _checked(rows: np.ndarray, multipliers: dict[int, int]) -> dict[int, int]:
    """The positive multipliers, without a common factor; raises unless the combination is 0."""
    divisor = gcd(*multipliers.values())
    result = {i: x // divisor for i, x in sorted(multipliers.items()) if x}
    for column in rows[list(result)].T.tolist():
        if sum(int(a) * x for a, x in zip(column, result.values(), strict=True)):
            raise InternalError("a combination of rows does not vanish")
    return result


# The exact simplex method


class _Depth(ExactSimplex):
    """Maximise `t <= 1` subject to `a_i.w >= t`: the maximum is 1, or 0 with multipliers.

    Variables are `w` and `s = t + 1`; at 0 all is feasible.
    """

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        k = len(rows[0])
        lines = [[1, *row, -1] for row in rows]
        super().__init__([*lines, [2, *[0] * k, -1]], k + 1)

    def solve(self, pause: Callable[[], None]) -> tuple[list[int] | None, dict[int, int]]:
        """`w` up to a positive factor, or None and the multipliers."""
        objective = self._express([0] * self.dimension + [-1])
        pivots = 0
        while (column := self._entering(objective, bland=pivots >= _BLAND_AFTER)) is not None:
            pause()
            leaving = self._leaving(column, -1 if objective[column] > 0 else 1)
            if leaving is None:
                raise InternalError("a bounded linear program came out unbounded")
            objective = self._pivot(leaving, column, objective)
            pivots += 1
        if objective[0] <= -2 * self.denominator:
            return [int(row[0]) for row in self._coordinates()][:-1], {}
        costs = {
            variable - self.dimension: int(cost)
            for variable, cost in zip(self.nonbasic, objective[1:], strict=True)
            if cost
        }
        return None, costs


def _by_simplex(rows: np.ndarray, support: Sequence[int], pause: Callable[[], None]) -> Alternative:
    """Exactly, on some rows; those that the result violates are added."""
    working = sorted({0, *support})
    while True:
        vector, costs = _Depth([[int(x) for x in rows[i]] for i in working]).solve(pause)
        if vector is None:
            return Alternative(
                multipliers=_checked(rows, {working[i]: cost for i, cost in costs.items()})
            )
        products = exact_products(rows, vector)
        order = sorted(np.flatnonzero(products <= 0).tolist(), key=lambda i: (products[i], i))
        if not order:
            divisor = gcd(*vector)
            return Alternative(vector=tuple(x // divisor for x in vector))
        working = sorted({*working, *order[:_ADDED]})
