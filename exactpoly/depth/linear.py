"""Exact linear algebra on the columns of a template: independent ones modulo a prime, and solutions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import fmpq_mat, fmpz_mat, nmod_mat

__all__ = ["independent", "solution"]

_PRIME = 2**61 - 1


def independent(matrix: np.ndarray) -> list[int]:
    """The first columns that are independent of those before, modulo a prime: so they are over Q too.

    >>> independent(np.array([[1, 2, 0], [1, 2, 1]]))
    [0, 2]
    """
    m, k = matrix.shape
    reduced, rank = nmod_mat(m, k, [int(x) % _PRIME for x in matrix.ravel()], _PRIME).rref()
    pivots: list[int] = []
    for j in range(k):
        if len(pivots) < rank and int(reduced[len(pivots), j]):
            pivots.append(j)
    return pivots


def solution(matrix: np.ndarray, target: np.ndarray) -> dict[int, Fraction] | None:
    """Nonzero entries of a solution of ``matrix c = target`` in independent columns, if there is one.

    >>> solution(np.array([[1, 2, 0], [1, 2, 3]]), np.array([1, 0]))
    {0: Fraction(1, 1), 2: Fraction(-1, 3)}
    """
    rows = np.unique(np.column_stack([matrix, target]), axis=0)
    matrix, target = rows[:, :-1], rows[:, -1]
    columns = independent(matrix)
    if not columns:
        return None
    chosen = matrix[:, columns]
    square = independent(chosen.T)
    wanted = fmpq_mat(len(square), 1, [int(x) for x in target[square]])
    solved = fmpq_mat(fmpz_mat(chosen[square].tolist())).solve(wanted)
    values = [Fraction(int(x.p), int(x.q)) for (x,) in solved.tolist()]
    for line, value in zip(chosen.tolist(), target.tolist(), strict=True):
        if sum((a * x for a, x in zip(line, values, strict=True) if a), Fraction(0)) != value:
            return None
    return {j: x for j, x in zip(columns, values, strict=True) if x}
