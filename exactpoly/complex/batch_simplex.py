"""Many small linear programs at once, in float64: the simplex method, one pivot of all of them a step.

This only *proposes*: what comes out is proven by its callers or left to exact arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from exactpoly.arithmetic.arrays import Floats
from exactpoly.arithmetic.elimination import invert_rows

__all__ = ["maximised"]

_SMALL = 1e-12
_MOST_PIVOTS = 60


def maximised(rows: Floats, start: Floats) -> tuple[np.ndarray, Floats]:
    """Largest `r` with `a.x + b >= |a|_1 r` for all ``rows`` (a, b), from a vertex of `a.x + b >= 0`.

    ``rows``: shape (n, m, d + 1); ``start``: (n, d). Returns the `d + 1` rows that hold with equality,
    int (n, d + 1), and (n, d), where `r` grows without end, a direction in which it does, otherwise NaN.
    Rows are -1 where it does, and where nothing was found.
    """
    n, m, d = rows.shape[0], rows.shape[1], rows.shape[2] - 1
    with np.errstate(all="ignore"):
        length = np.abs(rows[:, :, :d]).sum(axis=2)
        matrix = np.zeros((n, m + 1, d + 1))
        matrix[:, :m, :d], matrix[:, :m, d] = rows[:, :, :d] / length[:, :, None], -1.0
        matrix[:, m, d] = 1.0  # r >= 0, which holds with equality at the vertex
        constants = np.zeros((n, m + 1))
        constants[:, :m] = rows[:, :, d] / length
        near = np.abs(np.einsum("nmj,nj->nm", matrix[:, :m, :d], start) + constants[:, :m])
        basis = np.empty((n, d + 1), np.int64)
        basis[:, :d], basis[:, d] = np.argsort(near, axis=1, kind="stable")[:, :d], m
        tight = np.take_along_axis(matrix, basis[:, :, None], axis=1)
        _, inverse = invert_rows(np.ascontiguousarray(tight.transpose(1, 2, 0)))
        inverse = np.ascontiguousarray(inverse.transpose(2, 0, 1))
        place = np.einsum("nij,nj->ni", inverse, -np.take_along_axis(constants, basis, axis=1))
        return _pivoted(_Programs(np.arange(n), matrix, constants, basis, inverse, place))


@dataclass(frozen=True, eq=False)
class _Programs:
    """Programs at a vertex each: the last of the variables ``place``, (n, D), is to be largest.

    ``number``: int, (n,), of the program; ``matrix``, ``constants``: (n, M, D) and (n, M), of rows that are
    to be at least 0; ``basis``: int, (n, D), the rows that are 0; ``inverse``: (n, D, D), of their matrix.
    """

    number: np.ndarray
    matrix: Floats
    constants: Floats
    basis: np.ndarray
    inverse: Floats
    place: Floats

    def at(self, places: np.ndarray) -> _Programs:
        """Some of the programs, copied."""
        return _Programs(*(getattr(self, field.name)[places] for field in fields(self)))


def _pivoted(programs: _Programs) -> tuple[np.ndarray, Floats]:
    """What `maximised` returns."""
    n, size = programs.basis.shape
    result, direction = np.full((n, size), -1), np.full((n, size - 1), np.nan)
    left = programs.at(np.flatnonzero(np.isfinite(programs.inverse).all(axis=(1, 2))))
    for _ in range(_MOST_PIVOTS):
        own = np.arange(len(left.number))
        gain = left.inverse[:, -1]
        column = gain.argmax(axis=1)
        best = gain[own, column] <= _SMALL
        result[left.number[best]] = left.basis[best]
        step = left.inverse[own, :, column]
        entering, length = _blocking(left, step)
        endless = ~best & np.isinf(length)
        direction[left.number[endless]] = step[endless, :-1]
        go = np.flatnonzero(~best & np.isfinite(length))
        if not len(go):
            break
        left, column, entering = left.at(go), column[go], entering[go]
        left.place[:] += length[go, None] * step[go]
        _exchange(left, column, entering)
    return result, direction


def _blocking(programs: _Programs, step: Floats) -> tuple[np.ndarray, Floats]:
    """The row that is the first to become 0 along ``step``, (n, D), and after how many steps."""
    matrix, own = programs.matrix, np.arange(len(step))
    rate = np.einsum("nmj,nj->nm", matrix, step)
    rate[own[:, None], programs.basis] = 0.0
    slack = np.einsum("nmj,nj->nm", matrix, programs.place) + programs.constants
    ratio = np.where(rate < -_SMALL, np.maximum(slack, 0.0) / -rate, np.inf)
    entering = ratio.argmin(axis=1)
    return entering, ratio[own, entering]


def _exchange(programs: _Programs, column: np.ndarray, entering: np.ndarray) -> None:
    """Put the row ``entering`` into the basis at the place ``column``, in each program."""
    own = np.arange(len(column))
    weights = np.einsum("nj,njk->nk", programs.matrix[own, entering], programs.inverse)
    pivot = programs.inverse[own, :, column] / weights[own, column][:, None]
    programs.inverse[:] -= pivot[:, :, None] * weights[:, None, :]
    programs.inverse[own, :, column] = pivot
    programs.basis[own, column] = entering
