"""Exact maxima of affine forms over a polytope: floats propose a vertex, rationals decide.

Who proposes: HiGHS where it is installed and there are enough inputs for it to be faster, otherwise the
simplex method below. A vertex is named by `n` inequalities that are tight there. The simplex method walks
from vertex to vertex in float64; at the vertex where that ends, python-flint solves for the point and the
multipliers. Where those do not show the optimum, the walk goes on in rationals by Bland's rule, which
cannot cycle. Every answer is checked: feasible, multipliers nonnegative, equal values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat

from exactpoly.errors import InternalError
from exactpoly.polyhedra.highs import available, highs_vertex
from exactpoly.polyhedra.polyhedron import homogeneous

__all__ = ["Optimum", "maximum"]

Row = Sequence[int]
"""Integers ``(b, a_1, .., a_n)``: `b + a.x >= 0`."""

_TINY = 1e-9
HIGHS_FROM = 8
"""Dimensions from which on HiGHS, which needs no vertex to start from, is faster: three times in 16."""
_PIVOTS = 40
"""Float pivots a dimension and row before rationals take over."""


@dataclass(frozen=True)
class Optimum:
    """``value`` at ``point``; `value - form = sum of multipliers[i] * rows[i]` with multipliers >= 0.

    ``tight``: the inequalities that name the vertex, a start for a similar program.
    """

    value: Fraction
    point: tuple[Fraction, ...]
    multipliers: dict[int, Fraction]
    tight: tuple[int, ...]


def maximum(rows: Sequence[Row], form: Row, start: Sequence[Fraction]) -> Optimum:
    """The maximum of ``form`` over the bounded polytope of ``rows``.

    ``start``: a point of the polytope.

    >>> square = [(0, 1, 0), (0, 0, 1), (1, -1, 0), (1, 0, -1)]
    >>> found = maximum(square, (0, 3, -1), [Fraction(1, 2), Fraction(0)])
    >>> str(found.value), sorted(found.multipliers.items())
    ('3', [(1, Fraction(1, 1)), (2, Fraction(3, 1))])
    """
    if len(form) > HIGHS_FROM and available():
        proposal = highs_vertex(_scaled(rows), _scaled([form])[0, 1:])
        found = None if proposal is None else _exact_walk(rows, form, proposal)
        if found is not None:
            return found
    tight = _vertex(rows, form, list(start))
    proposal = _float_walk(rows, form, list(tight))
    if proposal is not None and proposal != tight:
        found = _exact_walk(rows, form, proposal)
        if found is not None:
            return found
    found = _exact_walk(rows, form, tight)
    if found is None:
        raise InternalError("linear program: the start is not a point of the polytope")
    return found


def _vertex(rows: Sequence[Row], form: Row, point: list[Fraction]) -> list[int]:
    """Independent inequalities, tight at a vertex where the form is no smaller than at ``point``."""
    n = len(form) - 1
    chosen: list[int] = []
    while True:
        place = homogeneous(point)
        slacks = [sum(map(mul, row, place)) for row in rows]
        for i, slack in enumerate(slacks):
            if slack == 0 and len(chosen) < n and i not in chosen:
                chosen = _with(rows, chosen, i)
        if len(chosen) == n:
            return chosen
        direction = _free_direction(rows, chosen, n)
        if sum(map(mul, form[1:], direction)) < 0:
            direction = [-x for x in direction]
        steps = [
            (Fraction(slack, -slope), i)
            for i, (row, slack) in enumerate(zip(rows, slacks, strict=True))
            if (slope := sum(map(mul, row[1:], direction))) < 0
        ]
        if not steps:
            raise InternalError("linear program: the polytope is not bounded")
        step = min(steps)[0] / place[0]
        point = [x + step * v for x, v in zip(point, direction, strict=True)]


def _with(rows: Sequence[Row], chosen: list[int], i: int) -> list[int]:
    """``chosen`` and ``i`` where they are independent."""
    grown = [*chosen, i]
    independent = fmpz_mat([list(rows[k][1:]) for k in grown]).rank() == len(grown)
    return grown if independent else chosen


def _free_direction(rows: Sequence[Row], chosen: list[int], n: int) -> list[int]:
    """A direction in which the chosen inequalities do not change."""
    if not chosen:
        return [1] + [0] * (n - 1)
    kernel, _ = fmpz_mat([list(rows[k][1:]) for k in chosen]).nullspace()
    return [int(kernel[i, 0]) for i in range(n)]


def _float_walk(rows: Sequence[Row], form: Row, tight: list[int]) -> list[int] | None:
    """Tight inequalities at the vertex where the float64 simplex method ends; None if it gets lost."""
    with np.errstate(all="ignore"):
        table = _scaled(rows)
        target = _scaled([form])[0, 1:]
        for _ in range(_PIVOTS * (len(tight) + 2)):
            try:
                inverse = np.linalg.inv(table[tight, 1:])
            except np.linalg.LinAlgError:
                return None
            point = -inverse @ table[tight, 0]
            prices = -target @ inverse
            leaving = int(np.argmin(prices))
            if not prices[leaving] < -_TINY:
                return tight if np.isfinite(prices).all() else None
            direction = inverse[:, leaving]
            slopes = table[:, 1:] @ direction
            slopes[tight] = 0
            falling = np.flatnonzero(slopes < -_TINY * max(1.0, float(np.abs(direction).max())))
            if not len(falling):
                return None
            room = np.maximum(table[falling, 0] + table[falling, 1:] @ point, 0) / -slopes[falling]
            tight[leaving] = int(falling[np.argmin(room)])
    return None


def _scaled(rows: Sequence[Row]) -> np.ndarray:
    """float64 rows, the largest coefficient of each between 1/2 and 1."""
    result = np.empty((len(rows), len(rows[0])))
    for i, row in enumerate(rows):
        bits = max((abs(x).bit_length() for x in row[1:]), default=0)
        result[i] = [_ratio(x, bits) for x in row]
    return result


def _ratio(x: int, bits: int) -> float:
    try:
        return x / (1 << bits)
    except OverflowError:
        return float("inf") if x > 0 else float("-inf")


def _exact_walk(rows: Sequence[Row], form: Row, tight: list[int]) -> Optimum | None:
    """From a vertex to the optimum in rationals; None where ``tight`` names no vertex."""
    table = fmpz_mat([list(row[1:]) for row in rows])
    constants = fmpz_mat([[row[0]] for row in rows])
    target = fmpq_mat(fmpz_mat([[-x for x in form[1:]]]))
    n = len(form) - 1
    tight = list(tight)
    while True:
        chosen = fmpz_mat([list(rows[i][1:]) for i in tight])
        try:
            inverse = fmpq_mat(chosen).inv()
        except ZeroDivisionError:
            return None
        point = inverse * fmpq_mat(fmpz_mat([[-rows[i][0]] for i in tight]))
        slacks = fmpq_mat(table) * point + fmpq_mat(constants)
        if any(slacks[i, 0] < 0 for i in range(len(rows))):
            return None
        prices = target * inverse
        able = [k for k in range(n) if prices[0, k] < 0]
        if not able:
            return _optimum(rows, form, tight, point, prices)
        leaving = min(able, key=lambda k: tight[k])
        direction = fmpq_mat(n, 1, [inverse[i, leaving] for i in range(n)])
        slopes = fmpq_mat(table) * direction
        best: tuple[fmpq, int] | None = None
        for i in range(len(rows)):
            if slopes[i, 0] < 0 and i not in tight:
                step = (-slacks[i, 0] / slopes[i, 0], i)
                best = step if best is None or step < best else best
        if best is None:
            raise InternalError("linear program: the polytope is not bounded")
        tight[leaving] = best[1]


def _optimum(
    rows: Sequence[Row], form: Row, tight: list[int], point: fmpq_mat, prices: fmpq_mat
) -> Optimum:
    n = len(form) - 1
    place = tuple(_fraction(point[i, 0]) for i in range(n))
    value = form[0] + sum((a * x for a, x in zip(form[1:], place, strict=True)), Fraction(0))
    multipliers = {tight[k]: _fraction(prices[0, k]) for k in range(n) if prices[0, k] != 0}
    combined = form[0] + sum((m * rows[i][0] for i, m in multipliers.items()), Fraction(0))
    if combined != value:
        raise InternalError("linear program: the multipliers do not prove the optimum")
    return Optimum(value, place, multipliers, tuple(tight))


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
