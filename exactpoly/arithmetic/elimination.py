"""Batched Gauss-Jordan elimination in float64: choose `d` independent rows and invert them.

This only *proposes*: callers bound the error of the proposed inverse rigorously (see
`exactpoly.complex.oracle`) and fall back to exact arithmetic where the bound fails.
"""

from __future__ import annotations

import numpy as np

__all__ = ["invert_rows"]


def invert_rows(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Choose `d` of `m` rows by pivoting and return an approximate inverse.

    ``rows``: float64, shape (m, d, B), `m >= d` candidate rows for each of B problems.
    Returns ``(chosen, inverse)``: int64 (d, B), the chosen row for each pivot (if `m = d`, all in
    order), and float64 (d, d, B) with ``inverse[:, i]`` belonging to ``chosen[i]``. Where no `d` rows
    are independent in floating point the inverse holds infinities or NaN, which no error bound accepts.
    """
    m, d, batch = rows.shape
    work = rows.copy()
    chosen = np.zeros((d, batch), np.int64)
    used = np.zeros((m, batch), bool)
    columns = np.arange(batch)
    inverse = np.zeros((d, d, batch))
    pivot_column = np.zeros((d, batch), np.int64)
    free = np.ones((d, batch), bool)
    scale = np.abs(rows).max(axis=1)
    scale[scale == 0] = 1.0
    # Coefficients of the chosen rows in each row of work, made as we go.
    coefficients = np.zeros((m, d, batch))
    with np.errstate(all="ignore"):
        for step in range(d):
            # Complete pivoting on row-scaled entries: a good basis matters more than speed here.
            score = np.where(free[None], np.abs(work) / scale[:, None], -1.0)
            score = np.where(used[:, None], -1.0, score)
            flat = score.reshape(m * d, batch).argmax(axis=0)
            row, column = flat // d, flat % d
            chosen[step], pivot_column[step] = row, column
            used[row, columns] = True
            free[column, columns] = False
            pivot_row = work[row, :, columns].T / work[row, column, columns]
            pivot_coefficients = coefficients[row, :, columns].T
            pivot_coefficients[row if m == d else step, columns] += 1.0
            pivot_coefficients = pivot_coefficients / work[row, column, columns]
            factor = np.take_along_axis(work, column[None, None], axis=1)
            work = work - factor * pivot_row[None]
            coefficients = coefficients - factor * pivot_coefficients[None]
            # The pivot row itself is kept normalised, not eliminated.
            work[row, :, columns] = pivot_row.T
            coefficients[row, :, columns] = pivot_coefficients.T
        for step in range(d):
            # Row chosen[step] of work is now the unit vector of its pivot column.
            inverse[pivot_column[step], :, columns] = coefficients[chosen[step], :, columns]
    if m == d:
        chosen = np.broadcast_to(np.arange(d)[:, None], (d, batch))
    return chosen, inverse
